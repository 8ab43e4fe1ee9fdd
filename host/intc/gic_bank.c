/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "gic_bank.h"

bool gic_bank_decode(unsigned offset, GicBankReg *reg)
{
    if (offset >= GIC_IGROUPR && offset < GIC_IPRIORITYR) {
        reg->array = offset & ~0x7fu;
        reg->index = (offset & 0x7f) / 4;
        reg->part = 0;
        return true;
    }
    if (offset >= GIC_IPRIORITYR && offset < GIC_ITARGETSR) {
        reg->array = GIC_IPRIORITYR;
        reg->index = (offset - GIC_IPRIORITYR) / GIC_BANK_BITS;
        reg->part = (offset - GIC_IPRIORITYR) % GIC_BANK_BITS / 4;
        return true;
    }
    if (offset >= GIC_ICFGR && offset < GIC_ICFGR_END) {
        reg->array = GIC_ICFGR;
        reg->index = (offset - GIC_ICFGR) / 8;
        reg->part = (offset - GIC_ICFGR) % 8 / 4;
        return true;
    }
    return false;
}

static uint32_t read_priorities(const GicBank *b, unsigned part)
{
    uint32_t value = 0;

    for (unsigned i = 0; i < 4; i++) {
        value |= (uint32_t)b->priority[part * 4 + i] << (8 * i);
    }
    return value;
}

/* Two bits an interrupt, of which the upper says "edge". */
static uint32_t read_config(const GicBank *b, unsigned part)
{
    uint32_t value = 0;

    for (unsigned i = 0; i < 16; i++) {
        value |= (b->edge >> (part * 16 + i) & 1) << (2 * i + 1);
    }
    return value;
}

uint32_t gic_bank_read(const GicBank *b, GicBankReg reg)
{
    switch (reg.array) {
    case GIC_IGROUPR:
        return b->group;
    case GIC_ISENABLER:
    case GIC_ICENABLER:
        return b->enabled;
    case GIC_ISPENDR:
    case GIC_ICPENDR:
        return gic_bank_pending(b);
    case GIC_ISACTIVER:
    case GIC_ICACTIVER:
        return b->active;
    case GIC_IPRIORITYR:
        return read_priorities(b, reg.part);
    default:
        return read_config(b, reg.part);
    }
}

static void write_config(GicBank *b, unsigned part, uint32_t value)
{
    for (unsigned i = 0; i < 16; i++) {
        uint32_t bit = 1u << (part * 16 + i);

        b->edge = value >> (2 * i + 1) & 1 ? b->edge | bit : b->edge & ~bit;
    }
}

void gic_bank_write(GicBank *b, GicBankReg reg, uint32_t value, unsigned lanes)
{
    uint32_t mask = 0;

    for (unsigned i = 0; i < 4; i++) {
        mask |= lanes >> i & 1 ? 0xffu << (8 * i) : 0;
    }
    switch (reg.array) {
    case GIC_IGROUPR:
        b->group = (b->group & ~mask) | (value & mask);
        break;
    case GIC_ISENABLER:
        b->enabled |= value & mask;
        break;
    case GIC_ICENABLER:
        b->enabled &= ~(value & mask);
        break;
    case GIC_ISPENDR:
        b->latched |= value & mask;
        break;
    case GIC_ICPENDR:
        b->latched &= ~(value & mask);
        break;
    case GIC_ISACTIVER:
        b->active |= value & mask;
        break;
    case GIC_ICACTIVER:
        b->active &= ~(value & mask);
        break;
    case GIC_IPRIORITYR:
        for (unsigned i = 0; i < 4; i++) {
            if (lanes >> i & 1) {
                b->priority[reg.part * 4 + i] = value >> (8 * i) & GIC_PRIO_MASK;
            }
        }
        break;
    default:
        value = (read_config(b, reg.part) & ~mask) | (value & mask);
        write_config(b, reg.part, value);
        break;
    }
}

void gic_bank_set_line(GicBank *b, unsigned n, bool level)
{
    uint32_t bit = 1u << n;

    if (level) {
        b->latched |= bit & b->edge & ~b->level;
        b->level |= bit;
    } else {
        b->level &= ~bit;
    }
}

void gic_bank_acknowledge(GicBank *b, unsigned n)
{
    b->latched &= ~(1u << n);
    b->active |= 1u << n;
}

int gic_bank_best(const GicBank *b, uint32_t mask, unsigned *priority)
{
    int best = -1;

    for (uint32_t set = gic_bank_candidates(b) & mask; set; set &= set - 1) {
        int n = __builtin_ctz(set);

        if (b->priority[n] < *priority) {
            *priority = b->priority[n];
            best = n;
        }
    }
    return best;
}
