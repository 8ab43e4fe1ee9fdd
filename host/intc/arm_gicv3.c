/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "hw/core/cpu.h"
#include "hw/core/irq.h"
#include "hw/core/qdev-properties.h"
#include "hw/core/resettable.h"
#include "qapi/error.h"
#include "qemu/module.h"
#include "arm_gicv3_internal.h"

enum { ROUTER_ANY_CPU = 1u << 31 };
#define AFFINITY_MASK 0xff00ffffffull

GicBank *gicv3_bank_of(GICv3Cpu *c, unsigned intid)
{
    if (intid < GICV3_INTERNAL) {
        return &c->local;
    }
    return intid < c->gic->num_irq ? &c->gic->spi[intid / GIC_BANK_BITS - 1] : NULL;
}

unsigned gicv3_running_priority(const GICv3Cpu *c)
{
    uint32_t active = c->active_prio[0] | c->active_prio[1];

    return active ? __builtin_ctz(active) * 8 : GIC_PRIO_IDLE;
}

unsigned gicv3_group_priority(const GICv3Cpu *c, unsigned group, unsigned priority)
{
    unsigned point = c->binary_point[group];

    if (group == 1) {
        /* Group 1's binary point counts from one bit lower. */
        point = c->common_binary_point ? c->binary_point[0] : point - 1;
    }
    return priority & ~((2u << point) - 1) & GIC_PRIO_MASK;
}

/* Interrupts of @b whose group is enabled. */
static uint32_t enabled_groups(const GICv3Cpu *c, const GicBank *b)
{
    bool on[2];

    for (int g = 0; g < 2; g++) {
        on[g] = c->gic->group_enabled[g] && c->group_enabled[g];
    }
    return (on[0] ? ~b->group : 0) | (on[1] ? b->group : 0);
}

GICv3Best gicv3_best(GICv3Cpu *c)
{
    GICv3State *s = c->gic;
    GICv3Best best = { .intid = GICV3_SPURIOUS, .priority = GIC_PRIO_IDLE };
    int n = gic_bank_best(&c->local, enabled_groups(c, &c->local), &best.priority);

    if (n >= 0) {
        best.intid = n;
        best.group = c->local.group >> n & 1;
    }
    for (unsigned i = 0; i < s->num_irq / GIC_BANK_BITS - 1; i++) {
        const GicBank *b = &s->spi[i];

        n = gic_bank_best(b, c->spi_target[i] & enabled_groups(c, b), &best.priority);
        if (n >= 0) {
            best.intid = GICV3_INTERNAL + i * GIC_BANK_BITS + n;
            best.group = b->group >> n & 1;
        }
    }
    if (s->group_enabled[1] && c->group_enabled[1]) {
        n = gicv3_lpi_best(&c->lpis, &best.priority);
        if (n >= 0) {
            best.intid = n;
            best.group = 1;
        }
    }
    return best;
}

GICv3Best gicv3_deliverable(GICv3Cpu *c)
{
    GICv3Best best = gicv3_best(c);

    if (best.priority >= c->mask ||
        gicv3_group_priority(c, best.group, best.priority) >=
            gicv3_running_priority(c)) {
        best.intid = GICV3_SPURIOUS;
    }
    return best;
}

void gicv3_update_cpu(GICv3Cpu *c)
{
    GICv3Best best = gicv3_deliverable(c);
    bool any = best.intid != GICV3_SPURIOUS && !c->asleep;

    qemu_set_irq(c->fiq, any && best.group == 0);
    qemu_set_irq(c->irq, any && best.group == 1);
}

void gicv3_update(GICv3State *s)
{
    for (unsigned i = 0; i < s->num_cpu; i++) {
        gicv3_update_cpu(&s->cpu[i]);
    }
}

void gicv3_route(GICv3State *s, unsigned intid)
{
    unsigned spi = intid - GICV3_INTERNAL;
    uint64_t router = s->router[intid];
    uint32_t bit = 1u << (spi % 32);
    bool found = false;

    for (unsigned i = 0; i < s->num_cpu; i++) {
        /* "Any" means the first. */
        bool here = router & ROUTER_ANY_CPU
                        ? i == 0
                        : s->cpu[i].affinity == (router & AFFINITY_MASK);
        uint32_t *word = &s->cpu[i].spi_target[spi / 32];

        *word = here && !found ? *word | bit : *word & ~bit;
        found |= here;
    }
}

void gicv3_send_sgi(GICv3Cpu *c, unsigned intid, unsigned group)
{
    if ((c->local.group >> intid & 1) == group) {
        c->local.latched |= 1u << intid;
        gicv3_update_cpu(c);
    }
}

/* GPIO numbers: shared interrupts first, then 32 for each CPU. */
static void gicv3_set_irq(void *opaque, int n, int level)
{
    GICv3State *s = opaque;
    unsigned shared = s->num_irq - GICV3_INTERNAL;

    if (n < shared) {
        gic_bank_set_line(&s->spi[n / GIC_BANK_BITS], n % GIC_BANK_BITS, level);
        gicv3_update(s);
    } else {
        GICv3Cpu *c = &s->cpu[(n - shared) / GICV3_INTERNAL];

        gic_bank_set_line(&c->local, (n - shared) % GICV3_INTERNAL, level);
        gicv3_update_cpu(c);
    }
}

static void reset_bank(GicBank *b)
{
    uint32_t level = b->level;

    memset(b, 0, sizeof(*b));
    b->level = level;
}

static void gicv3_reset_hold(Object *obj, ResetType type)
{
    GICv3State *s = ARM_GICV3(obj);

    s->group_enabled[0] = s->group_enabled[1] = false;
    for (unsigned i = 0; i < GICV3_SPI_BANKS; i++) {
        reset_bank(&s->spi[i]);
    }
    for (unsigned i = 0; i < s->num_cpu; i++) {
        GICv3Cpu *c = &s->cpu[i];

        reset_bank(&c->local);
        c->local.edge = (1u << GICV3_NR_SGIS) - 1;
        c->asleep = true;
        gicv3_lpi_reset(&c->lpis);
        gicv3_cpuif_reset(c);
    }
    for (unsigned i = GICV3_INTERNAL; i < s->num_irq; i++) {
        s->router[i] = 0;
        gicv3_route(s, i);
    }
    gicv3_update(s);
}

static bool gicv3_check_properties(GICv3State *s, Error **errp)
{
    if (s->revision != 3) {
        error_setg(errp, "arm-gicv3: revision %u is not supported, only 3",
                   s->revision);
        return false;
    }
    if (s->security) {
        error_setg(errp, "arm-gicv3: has-security-extensions is not supported");
        return false;
    }
    if (s->num_cpu < 1 || s->num_cpu > GICV3_MAX_CPUS) {
        error_setg(errp, "arm-gicv3: num-cpu must be 1 to %d, not %u", GICV3_MAX_CPUS,
                   s->num_cpu);
        return false;
    }
    if (s->num_irq <= GICV3_INTERNAL || s->num_irq > GICV3_MAX_IRQ ||
        s->num_irq % GIC_BANK_BITS) {
        error_setg(errp,
                   "arm-gicv3: num-irq must be a multiple of 32, 64 to %d, not %u",
                   GICV3_MAX_IRQ / GIC_BANK_BITS * GIC_BANK_BITS, s->num_irq);
        return false;
    }
    return true;
}

static void gicv3_realize(DeviceState *dev, Error **errp)
{
    GICv3State *s = ARM_GICV3(dev);
    SysBusDevice *sbd = SYS_BUS_DEVICE(dev);

    if (!gicv3_check_properties(s, errp)) {
        return;
    }
    qdev_init_gpio_in(dev, gicv3_set_irq,
                      s->num_irq - GICV3_INTERNAL + s->num_cpu * GICV3_INTERNAL);
    for (unsigned i = 0; i < s->num_cpu; i++) {
        sysbus_init_irq(sbd, &s->cpu[i].irq);
    }
    for (unsigned i = 0; i < s->num_cpu; i++) {
        sysbus_init_irq(sbd, &s->cpu[i].fiq);
    }
    memory_region_init_io(&s->dist_mr, OBJECT(s), &gicv3_dist_ops, s, "gicv3_dist",
                          0x10000);
    memory_region_init_io(&s->redist_mr, OBJECT(s), &gicv3_redist_ops, s,
                          "gicv3_redist_region", s->num_cpu * GICV3_REDIST_SIZE);
    sysbus_init_mmio(sbd, &s->dist_mr);
    sysbus_init_mmio(sbd, &s->redist_mr);
    for (unsigned i = 0; i < s->num_cpu; i++) {
        GICv3Cpu *c = &s->cpu[i];

        c->gic = s;
        c->index = i;
        if (s->has_lpi) {
            gicv3_lpi_init(&c->lpis);
        }
        gicv3_cpuif_attach(c);
    }
}

static void gicv3_finalize(Object *obj)
{
    GICv3State *s = ARM_GICV3(obj);

    for (unsigned i = 0; i < GICV3_MAX_CPUS; i++) {
        gicv3_lpi_finalize(&s->cpu[i].lpis);
    }
}

static const Property gicv3_properties[] = {
    DEFINE_PROP_UINT32("num-cpu", GICv3State, num_cpu, 1),
    DEFINE_PROP_UINT32("num-irq", GICv3State, num_irq, 32),
    DEFINE_PROP_UINT32("revision", GICv3State, revision, 3),
    DEFINE_PROP_BOOL("has-lpi", GICv3State, has_lpi, false),
    DEFINE_PROP_BOOL("has-security-extensions", GICv3State, security, false),
};

static void gicv3_class_init(ObjectClass *klass, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = gicv3_realize;
    dc->desc = "ARM GICv3 interrupt controller";
    RESETTABLE_CLASS(klass)->phases.hold = gicv3_reset_hold;
    device_class_set_props(dc, gicv3_properties);
}

static const TypeInfo gicv3_info = {
    .name = TYPE_ARM_GICV3,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(GICv3State),
    .instance_finalize = gicv3_finalize,
    .class_init = gicv3_class_init,
};

static void gicv3_register_types(void)
{
    type_register_static(&gicv3_info);
}
type_init(gicv3_register_types)
