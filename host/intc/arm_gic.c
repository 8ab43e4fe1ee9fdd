/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "hw/core/cpu.h"
#include "hw/core/irq.h"
#include "hw/core/qdev-properties.h"
#include "hw/core/resettable.h"
#include "qapi/error.h"
#include "qemu/module.h"
#include "arm_gic_internal.h"

GicBank *gicv2_bank(GICState *s, unsigned cpu, unsigned index)
{
    if (index == 0) {
        return &s->cpu[cpu].local;
    }
    return index < s->num_irq / GIC_BANK_BITS ? &s->spi[index - 1] : NULL;
}

unsigned gicv2_accessing_cpu(const GICState *s)
{
    unsigned index = current_cpu ? cpu_get_index(current_cpu) : 0;

    return index < s->num_cpu ? index : 0;
}

unsigned gicv2_running_priority(const GicCpu *c)
{
    return c->active_prio ? __builtin_ctz(c->active_prio) * 8 : GIC_PRIO_IDLE;
}

unsigned gicv2_best(GICState *s, unsigned cpu, unsigned *priority)
{
    unsigned intid = GICV2_SPURIOUS;
    int n;

    *priority = GIC_PRIO_IDLE;
    n = gic_bank_best(&s->cpu[cpu].local, UINT32_MAX, priority);
    if (n >= 0) {
        intid = n;
    }
    for (unsigned i = 0; i < s->num_irq / GIC_BANK_BITS - 1; i++) {
        n = gic_bank_best(&s->spi[i], s->cpu[cpu].spi_target[i], priority);
        if (n >= 0) {
            intid = GIC_INTERNAL + i * GIC_BANK_BITS + n;
        }
    }
    return intid;
}

unsigned gicv2_group_priority(const GicCpu *c, unsigned priority)
{
    unsigned point = MAX(c->binary_point, GICV2_MIN_BINARY_POINT);

    return priority & ~((2u << point) - 1) & GIC_PRIO_MASK;
}

unsigned gicv2_deliverable(GICState *s, unsigned cpu, unsigned *priority)
{
    const GicCpu *c = &s->cpu[cpu];
    unsigned intid;

    if (!s->enabled || !c->enabled) {
        return GICV2_SPURIOUS;
    }
    intid = gicv2_best(s, cpu, priority);
    if (*priority >= c->mask ||
        gicv2_group_priority(c, *priority) >= gicv2_running_priority(c)) {
        return GICV2_SPURIOUS;
    }
    return intid;
}

void gicv2_update(GICState *s)
{
    for (unsigned i = 0; i < s->num_cpu; i++) {
        unsigned priority;

        qemu_set_irq(s->cpu[i].irq,
                     gicv2_deliverable(s, i, &priority) != GICV2_SPURIOUS);
    }
}

/* GPIO numbers: shared interrupts first, then 32 for each CPU. */
static void gicv2_set_irq(void *opaque, int n, int level)
{
    GICState *s = opaque;
    unsigned shared = s->num_irq - GIC_INTERNAL;

    if (n < shared) {
        gic_bank_set_line(&s->spi[n / GIC_BANK_BITS], n % GIC_BANK_BITS, level);
    } else {
        unsigned local = n - shared;

        gic_bank_set_line(&s->cpu[local / GIC_INTERNAL].local, local % GIC_INTERNAL,
                          level);
    }
    gicv2_update(s);
}

static void reset_bank(GicBank *b)
{
    uint32_t level = b->level;

    memset(b, 0, sizeof(*b));
    b->level = level;
}

static void gicv2_reset_hold(Object *obj, ResetType type)
{
    GICState *s = ARM_GIC(obj);

    s->enabled = false;
    for (unsigned i = 0; i < GICV2_SPI_BANKS; i++) {
        reset_bank(&s->spi[i]);
    }
    for (unsigned i = 0; i < s->num_cpu; i++) {
        GicCpu *c = &s->cpu[i];

        reset_bank(&c->local);
        c->local.enabled = (1u << GIC_NR_SGIS) - 1;
        c->local.edge = (1u << GIC_NR_SGIS) - 1;
        memset(c->sgi_from, 0, sizeof(c->sgi_from));
        /* With one CPU there is nothing to choose. */
        memset(c->spi_target, s->num_cpu == 1 ? 0xff : 0, sizeof(c->spi_target));
        c->enabled = c->split_eoi = false;
        c->mask = c->binary_point = 0;
        c->active_prio = 0;
    }
    gicv2_update(s);
}

static bool gicv2_check_properties(GICState *s, Error **errp)
{
    if (s->revision != 2) {
        error_setg(errp, "arm_gic: revision %u is not supported, only 2", s->revision);
        return false;
    }
    if (s->num_cpu < 1 || s->num_cpu > GICV2_MAX_CPUS) {
        error_setg(errp, "arm_gic: num-cpu must be 1 to %d, not %u", GICV2_MAX_CPUS,
                   s->num_cpu);
        return false;
    }
    if (s->num_irq <= GIC_INTERNAL || s->num_irq > GICV2_MAX_IRQ ||
        s->num_irq % GIC_BANK_BITS) {
        error_setg(errp, "arm_gic: num-irq must be a multiple of 32, 64 to %d, not %u",
                   GICV2_MAX_IRQ / GIC_BANK_BITS * GIC_BANK_BITS, s->num_irq);
        return false;
    }
    return true;
}

static void gicv2_realize(DeviceState *dev, Error **errp)
{
    GICState *s = ARM_GIC(dev);
    SysBusDevice *sbd = SYS_BUS_DEVICE(dev);

    if (!gicv2_check_properties(s, errp)) {
        return;
    }
    qdev_init_gpio_in(dev, gicv2_set_irq,
                      s->num_irq - GIC_INTERNAL + s->num_cpu * GIC_INTERNAL);
    for (unsigned i = 0; i < s->num_cpu; i++) {
        sysbus_init_irq(sbd, &s->cpu[i].irq);
    }
    for (unsigned i = 0; i < s->num_cpu; i++) {
        sysbus_init_irq(sbd, &s->cpu[i].fiq);
    }
    memory_region_init_io(&s->dist_mr, OBJECT(s), &gicv2_dist_ops, s, "gic_dist",
                          0x1000);
    memory_region_init_io(&s->cpu_mr, OBJECT(s), &gicv2_cpu_ops, s, "gic_cpu", 0x2000);
    sysbus_init_mmio(sbd, &s->dist_mr);
    sysbus_init_mmio(sbd, &s->cpu_mr);
}

static const Property gicv2_properties[] = {
    DEFINE_PROP_UINT32("num-cpu", GICState, num_cpu, 1),
    DEFINE_PROP_UINT32("num-irq", GICState, num_irq, 32),
    DEFINE_PROP_UINT32("revision", GICState, revision, 2),
};

static void gicv2_class_init(ObjectClass *klass, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = gicv2_realize;
    dc->desc = "ARM GICv2 interrupt controller";
    RESETTABLE_CLASS(klass)->phases.hold = gicv2_reset_hold;
    device_class_set_props(dc, gicv2_properties);
}

static const TypeInfo gicv2_info = {
    .name = TYPE_ARM_GIC,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(GICState),
    .class_init = gicv2_class_init,
};

static void gicv2_register_types(void)
{
    type_register_static(&gicv2_info);
}
type_init(gicv2_register_types)
