/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The GICv2 distributor's registers. */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "arm_gic_internal.h"

enum {
    GICD_CTLR = 0x000,
    GICD_TYPER = 0x004,
    GICD_IIDR = 0x008,
    GICD_ITARGETSR_END = 0xc00,
    GICD_SGIR = 0xf00,
    GICD_CPENDSGIR = 0xf10,
    GICD_SPENDSGIR = 0xf20,
    GICD_SPENDSGIR_END = 0xf30,
    GICD_PIDR4 = 0xfd0,
};

/* PIDR4..7, PIDR0..3, CIDR0..3, a register each. */
static const uint8_t gicv2_id[] = { 0x04, 0x00, 0x00, 0x00, 0x90, 0xb4,
                                    0x2b, 0x00, 0x0d, 0xf0, 0x05, 0xb1 };

static uint32_t read_targets(GICState *s, unsigned cpu, unsigned first)
{
    uint32_t value = 0;

    for (unsigned i = 0; i < 4 && first + i < s->num_irq; i++) {
        unsigned intid = first + i, spi = intid - GIC_INTERNAL;
        uint32_t targets = 0;

        if (s->num_cpu == 1) {
            break; /* RAZ in a uniprocessor system */
        }
        for (unsigned c = 0; intid >= GIC_INTERNAL && c < s->num_cpu; c++) {
            targets |= (s->cpu[c].spi_target[spi / 32] >> (spi % 32) & 1) << c;
        }
        /* A private interrupt's target is whoever reads. */
        value |= (intid < GIC_INTERNAL ? 1u << cpu : targets) << (8 * i);
    }
    return value;
}

static void write_targets(GICState *s, unsigned first, uint32_t value, unsigned lanes)
{
    for (unsigned i = 0; i < 4; i++) {
        unsigned intid = first + i, spi = intid - GIC_INTERNAL;

        if (!(lanes >> i & 1) || intid < GIC_INTERNAL || intid >= s->num_irq ||
            s->num_cpu == 1) {
            continue;
        }
        for (unsigned c = 0; c < s->num_cpu; c++) {
            uint32_t *word = &s->cpu[c].spi_target[spi / 32];
            uint32_t bit = 1u << (spi % 32);

            *word = value >> (8 * i + c) & 1 ? *word | bit : *word & ~bit;
        }
    }
}

/* Make SGI @n pending or not at @cpu, from the CPUs in @from. */
static void set_sgi(GicCpu *c, unsigned n, uint8_t from, bool pending)
{
    c->sgi_from[n] = pending ? c->sgi_from[n] | from : c->sgi_from[n] & ~from;
    c->local.latched =
        c->sgi_from[n] ? c->local.latched | 1u << n : c->local.latched & ~(1u << n);
}

static void send_sgi(GICState *s, unsigned cpu, uint32_t value)
{
    uint8_t all = (1u << s->num_cpu) - 1, targets;

    switch (value >> 24 & 3) {
    case 0:
        targets = value >> 16 & all;
        break;
    case 1:
        targets = all & ~(1u << cpu);
        break;
    case 2:
        targets = 1u << cpu;
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR,
                      "gic: reserved target list filter in GICD_SGIR\n");
        return;
    }
    for (unsigned i = 0; i < s->num_cpu; i++) {
        if (targets >> i & 1) {
            set_sgi(&s->cpu[i], value & 15, 1u << cpu, true);
        }
    }
}

static uint32_t read_sgi_pending(const GicCpu *c, unsigned first)
{
    uint32_t value = 0;

    for (unsigned i = 0; i < 4; i++) {
        value |= (uint32_t)c->sgi_from[first + i] << (8 * i);
    }
    return value;
}

static uint32_t dist_read(GICState *s, unsigned cpu, unsigned offset)
{
    GicBankReg reg;

    if (gic_bank_decode(offset, &reg)) {
        GicBank *b = gicv2_bank(s, cpu, reg.index);

        return b && reg.array != GIC_IGROUPR ? gic_bank_read(b, reg) : 0;
    }
    if (offset >= GIC_ITARGETSR && offset < GICD_ITARGETSR_END) {
        return read_targets(s, cpu, offset - GIC_ITARGETSR);
    }
    if (offset >= GICD_CPENDSGIR && offset < GICD_SPENDSGIR_END) {
        return read_sgi_pending(&s->cpu[cpu], offset & 0xc);
    }
    if (offset >= GICD_PIDR4) {
        return gicv2_id[(offset - GICD_PIDR4) / 4];
    }
    switch (offset) {
    case GICD_CTLR:
        return s->enabled;
    case GICD_TYPER:
        return (s->num_irq / 32 - 1) | (s->num_cpu - 1) << 5;
    case GICD_IIDR:
        return 0x0200043b;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "gic: read of unknown register 0x%x\n", offset);
        return 0;
    }
}

/* What a write may not change: SGIs are always enabled and pend by SGIR alone. */
static uint32_t writable(GicBankReg reg)
{
    bool sgi_word = reg.index == 0;

    switch (reg.array) {
    case GIC_IGROUPR:
        return 0;
    case GIC_ISENABLER:
    case GIC_ICENABLER:
    case GIC_ISPENDR:
    case GIC_ICPENDR:
        return sgi_word ? 0xffff0000 : UINT32_MAX;
    default:
        return UINT32_MAX;
    }
}

static void dist_write_bank(GICState *s, unsigned cpu, GicBankReg reg, uint32_t value,
                            unsigned lanes)
{
    GicBank *b = gicv2_bank(s, cpu, reg.index);

    if (!b || (reg.array == GIC_ICFGR && reg.index == 0 && reg.part == 0)) {
        return; /* SGIs are edges */
    }
    gic_bank_write(b, reg, value & writable(reg), lanes);
}

static void dist_write(GICState *s, unsigned cpu, unsigned offset, uint32_t value,
                       unsigned lanes)
{
    GicBankReg reg;

    if (gic_bank_decode(offset, &reg)) {
        dist_write_bank(s, cpu, reg, value, lanes);
    } else if (offset >= GIC_ITARGETSR && offset < GICD_ITARGETSR_END) {
        write_targets(s, offset - GIC_ITARGETSR, value, lanes);
    } else if (offset >= GICD_CPENDSGIR && offset < GICD_SPENDSGIR_END) {
        for (unsigned i = 0; i < 4; i++) {
            set_sgi(&s->cpu[cpu], (offset & 0xc) + i, value >> (8 * i) & 0xff,
                    offset >= GICD_SPENDSGIR);
        }
    } else if (offset == GICD_CTLR) {
        s->enabled = value & 1;
    } else if (offset == GICD_SGIR) {
        send_sgi(s, cpu, value);
    } else {
        qemu_log_mask(LOG_GUEST_ERROR, "gic: write to unknown register 0x%x\n", offset);
    }
}

static MemTxResult gicv2_dist_read(void *opaque, hwaddr addr, uint64_t *data,
                                   unsigned size, MemTxAttrs attrs)
{
    GICState *s = opaque;
    unsigned shift = (addr & 3) * 8;

    *data = dist_read(s, gicv2_accessing_cpu(s), addr & ~3ull) >> shift;
    *data &= UINT32_MAX >> (32 - 8 * size);
    return MEMTX_OK;
}

static MemTxResult gicv2_dist_write(void *opaque, hwaddr addr, uint64_t data,
                                    unsigned size, MemTxAttrs attrs)
{
    GICState *s = opaque;
    unsigned byte = addr & 3;

    dist_write(s, gicv2_accessing_cpu(s), addr & ~3ull, data << (8 * byte),
               ((1u << size) - 1) << byte);
    gicv2_update(s);
    return MEMTX_OK;
}

const MemoryRegionOps gicv2_dist_ops = {
    .read_with_attrs = gicv2_dist_read,
    .write_with_attrs = gicv2_dist_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 4 },
    .impl = { .min_access_size = 1, .max_access_size = 4 },
};
