/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * 32 interrupts of a GIC distributor or redistributor: what one word of the
 * registers GICD_ISENABLER, ISPENDR, ... speaks of. GICv2 and GICv3 lay these
 * registers out alike; which CPU an interrupt goes to is not known here.
 */
#ifndef HOST_INTC_GIC_BANK_H
#define HOST_INTC_GIC_BANK_H

#include <stdbool.h>
#include <stdint.h>

enum { GIC_BANK_BITS = 32, GIC_PRIO_IDLE = 0xff };

/* 32 levels of priority, kept in the upper bits of the byte. */
enum { GIC_PRIO_MASK = 0xf8 };

typedef struct GicBank {
    uint32_t enabled;
    uint32_t latched; /* an edge or a write made it pending */
    uint32_t level;   /* input lines */
    uint32_t active;
    uint32_t edge; /* configuration: 0 level-sensitive */
    uint32_t group;
    uint8_t priority[GIC_BANK_BITS];
} GicBank;

/* Offsets of the register arrays that hold one bit or one byte an interrupt. */
enum {
    GIC_IGROUPR = 0x080,
    GIC_ISENABLER = 0x100,
    GIC_ICENABLER = 0x180,
    GIC_ISPENDR = 0x200,
    GIC_ICPENDR = 0x280,
    GIC_ISACTIVER = 0x300,
    GIC_ICACTIVER = 0x380,
    GIC_IPRIORITYR = 0x400,
    GIC_ITARGETSR = 0x800,
    GIC_ICFGR = 0xc00,
    GIC_ICFGR_END = 0xd00,
};

/* The 32-bit register at an offset: word @part of array @array of bank @index. */
typedef struct GicBankReg {
    unsigned array, index, part;
} GicBankReg;

/* False: the offset is none of the arrays above (ITARGETSR is left to the caller). */
bool gic_bank_decode(unsigned offset, GicBankReg *reg);
uint32_t gic_bank_read(const GicBank *b, GicBankReg reg);
/* Only bytes in @lanes (bit n: byte n) of @value are written. */
void gic_bank_write(GicBank *b, GicBankReg reg, uint32_t value, unsigned lanes);

void gic_bank_set_line(GicBank *b, unsigned n, bool level);
/* Taken by a CPU: active, and no longer pending unless its line says so. */
void gic_bank_acknowledge(GicBank *b, unsigned n);

static inline uint32_t gic_bank_pending(const GicBank *b)
{
    return b->latched | (b->level & ~b->edge);
}

/* Those that may be signalled to a CPU. */
static inline uint32_t gic_bank_candidates(const GicBank *b)
{
    return gic_bank_pending(b) & b->enabled & ~b->active;
}

/* Below *@priority and in @mask: the best candidate's number, or -1. Updates it. */
int gic_bank_best(const GicBank *b, uint32_t mask, unsigned *priority);

#endif
