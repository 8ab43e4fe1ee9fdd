/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The registers of the GICv2's CPU interfaces. */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "arm_gic_internal.h"

enum {
    GICC_CTLR = 0x00,
    GICC_PMR = 0x04,
    GICC_BPR = 0x08,
    GICC_IAR = 0x0c,
    GICC_EOIR = 0x10,
    GICC_RPR = 0x14,
    GICC_HPPIR = 0x18,
    GICC_APR0 = 0xd0,
    GICC_APR3 = 0xdc,
    GICC_IIDR = 0xfc,
    GICC_DIR = 0x1000,
};

enum { CTLR_ENABLE = 1 << 0, CTLR_SPLIT_EOI = 1 << 9 };

/* An SGI is pending once for each sender: take one sender's. */
static unsigned take_sgi(GicCpu *c, unsigned n)
{
    unsigned from = c->sgi_from[n] ? __builtin_ctz(c->sgi_from[n]) : 0;

    c->sgi_from[n] &= ~(1u << from);
    if (c->sgi_from[n]) {
        c->local.latched |= 1u << n;
    }
    return from << 10;
}

static uint32_t acknowledge(GICState *s, unsigned cpu)
{
    GicCpu *c = &s->cpu[cpu];
    unsigned priority, intid = gicv2_deliverable(s, cpu, &priority), source = 0;

    if (intid == GICV2_SPURIOUS) {
        return GICV2_SPURIOUS;
    }
    gic_bank_acknowledge(gicv2_bank(s, cpu, intid / 32), intid % 32);
    if (intid < GIC_NR_SGIS) {
        source = take_sgi(c, intid);
    }
    c->active_prio |= 1u << (gicv2_group_priority(c, priority) / 8);
    gicv2_update(s);
    return intid | source;
}

static void deactivate(GICState *s, unsigned cpu, unsigned intid)
{
    GicBank *b = gicv2_bank(s, cpu, intid / 32);

    if (b) {
        b->active &= ~(1u << (intid % 32));
    }
}

static void end_of_interrupt(GICState *s, unsigned cpu, uint32_t value)
{
    GicCpu *c = &s->cpu[cpu];
    unsigned intid = value & 0x3ff;

    if (intid >= s->num_irq) {
        return; /* spurious: nothing was begun */
    }
    c->active_prio &= c->active_prio - 1;
    if (!c->split_eoi) {
        deactivate(s, cpu, intid);
    }
}

static uint32_t highest_pending(GICState *s, unsigned cpu)
{
    unsigned priority, intid = gicv2_best(s, cpu, &priority);
    const GicCpu *c = &s->cpu[cpu];

    if (intid < GIC_NR_SGIS && c->sgi_from[intid]) {
        intid |= __builtin_ctz(c->sgi_from[intid]) << 10;
    }
    return intid;
}

static MemTxResult gicv2_cpu_read(void *opaque, hwaddr addr, uint64_t *data,
                                  unsigned size, MemTxAttrs attrs)
{
    GICState *s = opaque;
    unsigned cpu = gicv2_accessing_cpu(s);
    GicCpu *c = &s->cpu[cpu];

    switch (addr) {
    case GICC_CTLR:
        *data = (c->enabled ? CTLR_ENABLE : 0) | (c->split_eoi ? CTLR_SPLIT_EOI : 0);
        break;
    case GICC_PMR:
        *data = c->mask;
        break;
    case GICC_BPR:
        *data = MAX(c->binary_point, GICV2_MIN_BINARY_POINT);
        break;
    case GICC_IAR:
        *data = acknowledge(s, cpu);
        break;
    case GICC_RPR:
        *data = gicv2_running_priority(c);
        break;
    case GICC_HPPIR:
        *data = highest_pending(s, cpu);
        break;
    case GICC_APR0:
        *data = c->active_prio;
        break;
    case GICC_APR0 + 4 ... GICC_APR3:
        *data = 0;
        break;
    case GICC_IIDR:
        *data = 0x0202043b;
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "gic: read of unknown CPU register 0x%x\n",
                      (unsigned)addr);
        *data = 0;
        break;
    }
    return MEMTX_OK;
}

static MemTxResult gicv2_cpu_write(void *opaque, hwaddr addr, uint64_t data,
                                   unsigned size, MemTxAttrs attrs)
{
    GICState *s = opaque;
    unsigned cpu = gicv2_accessing_cpu(s);
    GicCpu *c = &s->cpu[cpu];

    switch (addr) {
    case GICC_CTLR:
        c->enabled = data & CTLR_ENABLE;
        c->split_eoi = data & CTLR_SPLIT_EOI;
        break;
    case GICC_PMR:
        c->mask = data & GIC_PRIO_MASK;
        break;
    case GICC_BPR:
        c->binary_point = data & 7;
        break;
    case GICC_EOIR:
        end_of_interrupt(s, cpu, data);
        break;
    case GICC_APR0:
        c->active_prio = data;
        break;
    case GICC_APR0 + 4 ... GICC_APR3:
        break;
    case GICC_DIR:
        deactivate(s, cpu, data & 0x3ff);
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "gic: write to unknown CPU register 0x%x\n",
                      (unsigned)addr);
        break;
    }
    gicv2_update(s);
    return MEMTX_OK;
}

const MemoryRegionOps gicv2_cpu_ops = {
    .read_with_attrs = gicv2_cpu_read,
    .write_with_attrs = gicv2_cpu_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 4, .max_access_size = 4 },
    .impl = { .min_access_size = 4, .max_access_size = 4 },
};
