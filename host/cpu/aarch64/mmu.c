/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stage 1 translation: the walk through the tables of the VMSAv8-64 EL1&0 regime, with
 * granules of 4, 16 and 64 KiB, and the AT instructions that show its result.
 */
#include "qemu/osdep.h"
#include "internal.h"

enum {
    FSC_ADDRESS_SIZE = 0x00,
    FSC_TRANSLATION = 0x04,
    FSC_ACCESS_FLAG = 0x08,
    FSC_PERMISSION = 0x0c,
    FSC_WALK_ABORT = 0x14,
};

typedef struct Walk {
    A64Cpu *c;
    uint64_t va;
    unsigned granule; /* log2 of its size */
    unsigned input;   /* bits of the input address */
    unsigned pa_bits;
    uint64_t table;
    /* Gathered from the table descriptors. */
    bool ro, no_el0, uxn, pxn;
} Walk;

static unsigned physical_bits(const A64Cpu *c)
{
    static const uint8_t bits[8] = { 32, 36, 40, 42, 44, 44, 44, 44 };

    return bits[BITS(c->tcr >> 32, 0, 3)];
}

static bool read_descriptor(A64Cpu *c, uint64_t pa, uint64_t *desc)
{
    bool writable;
    char *host = c->sys->ops.ram_page(c->sys->opaque, pa & PAGE_MASK, &writable);

    if (host) {
        memcpy(desc, host + (pa & 0xfff), 8);
        return true;
    }
    return c->sys->ops.load(c->sys->opaque, pa, 8, desc);
}

/* Granule and input size for @va; the level-0 fault if no table is responsible. */
static bool choose_table(Walk *w)
{
    static const uint8_t granule0[4] = { 12, 16, 14, 0 };
    static const uint8_t granule1[4] = { 0, 14, 12, 16 };
    const A64Cpu *c = w->c;
    bool high = BIT_AT(w->va, 55);
    unsigned tsz = BITS(c->tcr, high ? 16 : 0, 6);
    uint64_t top;

    w->granule = high ? granule1[BITS(c->tcr, 30, 2)] : granule0[BITS(c->tcr, 14, 2)];
    if (w->granule == 0 || (w->granule == 14 && c->config.model != A64_MAX) ||
        BIT_AT(c->tcr, high ? 23 : 7)) {
        return false;
    }
    tsz = tsz < 16 ? 16 : tsz > 39 ? 39 : tsz;
    w->input = 64 - tsz;
    top = w->va >> w->input;
    if (top != (high ? ~0ull >> w->input : 0)) {
        return false;
    }
    w->table = (high ? c->ttbr1 : c->ttbr0) & 0xfffffffffffeull;
    return true;
}

static bool is_leaf(const Walk *w, unsigned level, uint64_t desc, bool *valid)
{
    unsigned first_block = w->granule == 12 ? 1 : 2;
    bool table = BIT_AT(desc, 1);

    *valid = desc & 1;
    if (level == 3) {
        *valid = *valid && table;
        return true;
    }
    if (!table) {
        *valid = *valid && level >= first_block;
        return true;
    }
    return false;
}

static bool permitted(const Walk *w, uint64_t desc, int kind, int el)
{
    bool ro = BIT_AT(desc, 7) || w->ro;
    bool el0 = BIT_AT(desc, 6) && !w->no_el0;
    bool wxn = BIT_AT(w->c->sctlr, 19);

    if (el == 0) {
        bool xn = BIT_AT(desc, 54) || w->uxn || (wxn && el0 && !ro);

        return kind == TLB_EXEC ? !xn : el0 && (kind == TLB_READ || !ro);
    }
    if (kind == TLB_EXEC) {
        return !BIT_AT(desc, 53) && !w->pxn && !(el0 && !ro) && !(wxn && !ro);
    }
    return kind == TLB_READ || !ro;
}

static A64Xlate finish(const Walk *w, unsigned level, uint64_t desc, int kind, int el)
{
    unsigned shift = w->granule + (3 - level) * (w->granule - 3);
    uint64_t offset = (1ull << shift) - 1;
    uint64_t pa = (desc & 0xfffffffff000ull & ~offset) | (w->va & offset);
    A64Xlate x = { .pa = pa, .shift = shift, .fault = FAULT_NONE };

    if (pa >> w->pa_bits) {
        x.fault = FSC_ADDRESS_SIZE + level;
    } else if (!BIT_AT(desc, 10)) {
        x.fault = FSC_ACCESS_FLAG + level;
    } else if (!permitted(w, desc, kind, el)) {
        x.fault = FSC_PERMISSION + level;
    }
    x.attr = w->c->mair >> (BITS(desc, 2, 3) * 8);
    x.device = !(x.attr & 0xf0);
    x.sh = x.device ? 2 : BITS(desc, 8, 2);
    return x;
}

static A64Xlate walk_tables(Walk *w, int kind, int el)
{
    unsigned stride = w->granule - 3;
    unsigned level = 4 - (w->input - w->granule + stride - 1) / stride;
    unsigned low = (3 - level) * stride + w->granule;
    uint64_t index_mask = (1ull << (w->input - low)) - 1;
    A64Xlate x = { .fault = FAULT_NONE };
    uint64_t desc;
    bool valid;

    w->table &= ~((index_mask << 3) | 7);
    if (w->table >> w->pa_bits) {
        x.fault = FSC_ADDRESS_SIZE;
        return x;
    }
    for (;; level++) {
        low = (3 - level) * stride + w->granule;
        if (!read_descriptor(w->c, w->table + (w->va >> low & index_mask) * 8, &desc)) {
            x.fault = FSC_WALK_ABORT + level;
            return x;
        }
        if (is_leaf(w, level, desc, &valid) || !valid) {
            x.fault = FSC_TRANSLATION + level;
            return valid ? finish(w, level, desc, kind, el) : x;
        }
        w->table = desc & 0xfffffffff000ull & ~((1ull << w->granule) - 1);
        if (w->table >> w->pa_bits) {
            x.fault = FSC_ADDRESS_SIZE + level;
            return x;
        }
        w->pxn |= BIT_AT(desc, 59);
        w->uxn |= BIT_AT(desc, 60);
        w->no_el0 |= BIT_AT(desc, 61);
        w->ro |= BIT_AT(desc, 62);
        index_mask = (1ull << stride) - 1;
    }
}

A64Xlate a64_translate(A64Cpu *c, uint64_t va, int kind, int el)
{
    Walk w = { .c = c, .va = va, .pa_bits = physical_bits(c) };
    A64Xlate x = { .pa = va, .shift = 12, .fault = FAULT_NONE };

    if (!(c->sctlr & 1)) {
        /* MMU off: data is Device-nGnRnE. */
        x.device = !c->config.user_only && kind != TLB_EXEC;
        x.sh = 2;
        if (va >> 44 && !c->config.user_only) {
            x.fault = FSC_ADDRESS_SIZE;
        }
        return x;
    }
    if (!choose_table(&w)) {
        x.fault = FSC_TRANSLATION;
        return x;
    }
    return walk_tables(&w, kind, el);
}

void a64_address_translate(A64Cpu *c, unsigned op1, unsigned op2, uint64_t va)
{
    /* S1E1R, S1E1W, S1E0R, S1E0W */
    A64Xlate x = a64_translate(c, a64_strip_tag(c, va), op2 & 1 ? TLB_WRITE : TLB_READ,
                               op2 & 2 ? 0 : 1);

    if (x.fault != FAULT_NONE) {
        c->par = 1ull << 11 | (uint64_t)x.fault << 1 | 1;
        return;
    }
    c->par = (uint64_t)x.attr << 56 | (x.pa & 0xfffffffff000ull) | 1ull << 11 |
             1ull << 9 | (uint64_t)x.sh << 7;
}
