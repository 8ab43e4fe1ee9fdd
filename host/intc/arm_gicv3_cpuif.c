/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ICC_* system registers. */
#include "qemu/osdep.h"
#include "hw/core/cpu.h"
#include "qapi/error.h"
#include "qom/object.h"
#include "target/arm/cpu.h"
#include "arm_gicv3_internal.h"

enum { MIN_BINARY_POINT0 = 2, MIN_BINARY_POINT1 = 3 };
enum { CTLR_CBPR = 1, CTLR_EOIMODE = 2, CTLR_PRIBITS = 4 << 8, CTLR_A3V = 1 << 15 };

void gicv3_cpuif_reset(GICv3Cpu *c)
{
    c->mask = 0;
    c->binary_point[0] = MIN_BINARY_POINT0;
    c->binary_point[1] = MIN_BINARY_POINT1;
    c->group_enabled[0] = c->group_enabled[1] = false;
    c->active_prio[0] = c->active_prio[1] = 0;
    c->split_eoi = c->common_binary_point = false;
}

static uint64_t acknowledge(GICv3Cpu *c, unsigned group)
{
    GICv3Best best = gicv3_deliverable(c);
    GicBank *b;

    if (best.intid == GICV3_SPURIOUS || best.group != group) {
        return GICV3_SPURIOUS;
    }
    b = gicv3_bank_of(c, best.intid);
    if (b) {
        gic_bank_acknowledge(b, best.intid % 32);
    } else {
        gicv3_lpi_set_pending(&c->lpis, best.intid, false);
    }
    c->active_prio[group] |= 1u << (gicv3_group_priority(c, group, best.priority) / 8);
    gicv3_update(c->gic);
    return best.intid;
}

static void deactivate(GICv3Cpu *c, unsigned intid)
{
    GicBank *b = gicv3_bank_of(c, intid);

    if (b) {
        b->active &= ~(1u << (intid % 32));
    }
    gicv3_update(c->gic);
}

static void end_of_interrupt(GICv3Cpu *c, unsigned group, uint64_t value)
{
    unsigned intid = value & 0xffffff;
    uint32_t *mine = &c->active_prio[group], other = c->active_prio[!group];

    if (intid >= c->gic->num_irq && intid < GICV3_FIRST_LPI) {
        return; /* spurious: nothing was begun */
    }
    /* Only what was begun last can end, and it must be of this group. */
    if (*mine && (!other || __builtin_ctz(*mine) <= __builtin_ctz(other))) {
        *mine &= *mine - 1;
    }
    if (!c->split_eoi) {
        deactivate(c, intid);
    }
    gicv3_update_cpu(c);
}

/* SGIR: target list, its cluster, or all but the sender. */
static void send_sgi(GICv3Cpu *c, unsigned group, uint64_t value)
{
    uint64_t cluster = (value >> 48 & 0xff) << 32 | (value >> 32 & 0xff) << 16 |
                       (value >> 16 & 0xff) << 8;
    unsigned first = (value >> 44 & 0xf) * 16, intid = value >> 24 & 0xf;
    bool all = value >> 40 & 1;

    for (unsigned i = 0; i < c->gic->num_cpu; i++) {
        GICv3Cpu *to = &c->gic->cpu[i];
        unsigned aff0 = to->affinity & 0xff;
        bool listed = (to->affinity & ~0xffull) == cluster && aff0 >= first &&
                      aff0 - first < 16 && value >> (aff0 - first) & 1;

        if (all ? to != c : listed) {
            gicv3_send_sgi(to, intid, group);
        }
    }
}

static uint64_t highest_pending(GICv3Cpu *c, unsigned group)
{
    GICv3Best best = gicv3_best(c);

    return best.group == group ? best.intid : GICV3_SPURIOUS;
}

static uint64_t read_iar0(void *opaque)
{
    return acknowledge(opaque, 0);
}

static uint64_t read_iar1(void *opaque)
{
    return acknowledge(opaque, 1);
}

static void write_eoir0(void *opaque, uint64_t value)
{
    end_of_interrupt(opaque, 0, value);
}

static void write_eoir1(void *opaque, uint64_t value)
{
    end_of_interrupt(opaque, 1, value);
}

static uint64_t read_hppir0(void *opaque)
{
    return highest_pending(opaque, 0);
}

static uint64_t read_hppir1(void *opaque)
{
    return highest_pending(opaque, 1);
}

static void write_dir(void *opaque, uint64_t value)
{
    deactivate(opaque, value & 0xffffff);
}

static void write_sgi0r(void *opaque, uint64_t value)
{
    send_sgi(opaque, 0, value);
}

static void write_sgi1r(void *opaque, uint64_t value)
{
    send_sgi(opaque, 1, value);
}

/* For the other security state, which is not there. */
static void write_asgi1r(void *opaque, uint64_t value)
{
}

static uint64_t read_rpr(void *opaque)
{
    return gicv3_running_priority(opaque);
}

static uint64_t read_pmr(void *opaque)
{
    return ((GICv3Cpu *)opaque)->mask;
}

static void write_pmr(void *opaque, uint64_t value)
{
    GICv3Cpu *c = opaque;

    c->mask = value & GIC_PRIO_MASK;
    gicv3_update_cpu(c);
}

static uint64_t read_bpr0(void *opaque)
{
    return ((GICv3Cpu *)opaque)->binary_point[0];
}

static void write_bpr0(void *opaque, uint64_t value)
{
    GICv3Cpu *c = opaque;

    c->binary_point[0] = MAX(value & 7, MIN_BINARY_POINT0);
    gicv3_update_cpu(c);
}

static uint64_t read_bpr1(void *opaque)
{
    GICv3Cpu *c = opaque;

    /* With one point for both, group 1 sees group 0's as its own would be. */
    return c->common_binary_point ? MIN(c->binary_point[0] + 1, 7) : c->binary_point[1];
}

static void write_bpr1(void *opaque, uint64_t value)
{
    GICv3Cpu *c = opaque;

    if (!c->common_binary_point) {
        c->binary_point[1] = MAX(value & 7, MIN_BINARY_POINT1);
        gicv3_update_cpu(c);
    }
}

static uint64_t read_ap0r0(void *opaque)
{
    return ((GICv3Cpu *)opaque)->active_prio[0];
}

static void write_ap0r0(void *opaque, uint64_t value)
{
    GICv3Cpu *c = opaque;

    c->active_prio[0] = value;
    gicv3_update_cpu(c);
}

static uint64_t read_ap1r0(void *opaque)
{
    return ((GICv3Cpu *)opaque)->active_prio[1];
}

static void write_ap1r0(void *opaque, uint64_t value)
{
    GICv3Cpu *c = opaque;

    c->active_prio[1] = value;
    gicv3_update_cpu(c);
}

static uint64_t read_ctlr(void *opaque)
{
    GICv3Cpu *c = opaque;

    return CTLR_A3V | CTLR_PRIBITS | (c->split_eoi ? CTLR_EOIMODE : 0) |
           (c->common_binary_point ? CTLR_CBPR : 0);
}

static void write_ctlr(void *opaque, uint64_t value)
{
    GICv3Cpu *c = opaque;

    c->split_eoi = value & CTLR_EOIMODE;
    c->common_binary_point = value & CTLR_CBPR;
    gicv3_update_cpu(c);
}

/* The system registers are the only interface; the bypass lines do not exist. */
static uint64_t read_sre(void *opaque)
{
    return 7;
}

static void write_sre(void *opaque, uint64_t value)
{
}

static uint64_t read_igrpen0(void *opaque)
{
    return ((GICv3Cpu *)opaque)->group_enabled[0];
}

static void write_igrpen0(void *opaque, uint64_t value)
{
    GICv3Cpu *c = opaque;

    c->group_enabled[0] = value & 1;
    gicv3_update_cpu(c);
}

static uint64_t read_igrpen1(void *opaque)
{
    return ((GICv3Cpu *)opaque)->group_enabled[1];
}

static void write_igrpen1(void *opaque, uint64_t value)
{
    GICv3Cpu *c = opaque;

    c->group_enabled[1] = value & 1;
    gicv3_update_cpu(c);
}

static const A64SysRegHook gicv3_sysregs[] = {
    { "ICC_PMR_EL1", 3, 0, 4, 6, 0, read_pmr, write_pmr },
    { "ICC_IAR0_EL1", 3, 0, 12, 8, 0, read_iar0, NULL },
    { "ICC_EOIR0_EL1", 3, 0, 12, 8, 1, NULL, write_eoir0 },
    { "ICC_HPPIR0_EL1", 3, 0, 12, 8, 2, read_hppir0, NULL },
    { "ICC_BPR0_EL1", 3, 0, 12, 8, 3, read_bpr0, write_bpr0 },
    { "ICC_AP0R0_EL1", 3, 0, 12, 8, 4, read_ap0r0, write_ap0r0 },
    { "ICC_AP1R0_EL1", 3, 0, 12, 9, 0, read_ap1r0, write_ap1r0 },
    { "ICC_DIR_EL1", 3, 0, 12, 11, 1, NULL, write_dir },
    { "ICC_RPR_EL1", 3, 0, 12, 11, 3, read_rpr, NULL },
    { "ICC_SGI1R_EL1", 3, 0, 12, 11, 5, NULL, write_sgi1r },
    { "ICC_ASGI1R_EL1", 3, 0, 12, 11, 6, NULL, write_asgi1r },
    { "ICC_SGI0R_EL1", 3, 0, 12, 11, 7, NULL, write_sgi0r },
    { "ICC_IAR1_EL1", 3, 0, 12, 12, 0, read_iar1, NULL },
    { "ICC_EOIR1_EL1", 3, 0, 12, 12, 1, NULL, write_eoir1 },
    { "ICC_HPPIR1_EL1", 3, 0, 12, 12, 2, read_hppir1, NULL },
    { "ICC_BPR1_EL1", 3, 0, 12, 12, 3, read_bpr1, write_bpr1 },
    { "ICC_CTLR_EL1", 3, 0, 12, 12, 4, read_ctlr, write_ctlr },
    { "ICC_SRE_EL1", 3, 0, 12, 12, 5, read_sre, write_sre },
    { "ICC_IGRPEN0_EL1", 3, 0, 12, 12, 6, read_igrpen0, write_igrpen0 },
    { "ICC_IGRPEN1_EL1", 3, 0, 12, 12, 7, read_igrpen1, write_igrpen1 },
};

void gicv3_cpuif_attach(GICv3Cpu *c)
{
    CPUState *cpu = qemu_get_cpu(c->index);

    if (!cpu) {
        return; /* a controller without a machine: tests */
    }
    c->affinity = object_property_get_uint(OBJECT(cpu), "mp-affinity", &error_abort);
    a64_cpu_add_sysregs(cpu, gicv3_sysregs, G_N_ELEMENTS(gicv3_sysregs), c);
}
