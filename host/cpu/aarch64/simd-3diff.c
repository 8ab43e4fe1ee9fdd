/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AdvSIMD three registers of different type (long, wide, narrow) and by element.
 */
#include "qemu/osdep.h"
#include "simd.h"

#define LANE(name, value)                                                              \
    static uint64_t name(A64Cpu *c, const Lane *l)                                     \
    {                                                                                  \
        return (value);                                                                \
    }
#define A l->a
#define B l->b

static uint64_t distance(const Lane *l)
{
    bool less = l->is_signed ? (int64_t)A < (int64_t)B : A < B;

    return less ? B - A : A - B;
}

/* The upper half of an element twice as wide as the result. */
static uint64_t high_half(const Lane *l, uint64_t v, bool round)
{
    unsigned bits = lane_bits(l);

    if (round) {
        v += 1ull << (bits - 1);
    }
    return v >> bits;
}

static uint64_t doubled(A64Cpu *c, const Lane *l)
{
    return lane_sat_signed(c, (__int128)(int64_t)A * (int64_t)B * 2, l->log);
}

static uint64_t accumulate(A64Cpu *c, const Lane *l, int sign)
{
    uint64_t d = doubled(c, l);
    unsigned up = 64 - lane_bits(l);
    int64_t product = (int64_t)(d << up) >> up;

    return lane_sat_signed(c, (__int128)(int64_t)l->d + sign * (__int128)product,
                           l->log);
}

static uint64_t poly_long(A64Cpu *c, const Lane *l)
{
    uint64_t r = 0;

    for (int i = 0; i < 8; i++) {
        r ^= A >> i & 1 ? B << i : 0;
    }
    return r;
}

LANE(add, A + B)
LANE(sub, A - B)
LANE(addhn, high_half(l, A + B, false))
LANE(raddhn, high_half(l, A + B, true))
LANE(subhn, high_half(l, A - B, false))
LANE(rsubhn, high_half(l, A - B, true))
LANE(abdl, distance(l))
LANE(abal, l->d + distance(l))
LANE(sqdmull, doubled(c, l))
LANE(sqdmlal, accumulate(c, l, 1))
LANE(sqdmlsl, accumulate(c, l, -1))

typedef enum Form { LONG, WIDE, NARROW } Form;

static const struct Diff {
    LaneFn fn[2];
    Form form;
} diffs[16] = {
    { { add, add }, LONG },           { { add, add }, WIDE },
    { { sub, sub }, LONG },           { { sub, sub }, WIDE },
    { { addhn, raddhn }, NARROW },    { { abal, abal }, LONG },
    { { subhn, rsubhn }, NARROW },    { { abdl, abdl }, LONG },
    { { lane_mla, lane_mla }, LONG }, { { sqdmlal, NULL }, LONG },
    { { lane_mls, lane_mls }, LONG }, { { sqdmlsl, NULL }, LONG },
    { { lane_mul, lane_mul }, LONG }, { { sqdmull, NULL }, LONG },
    { { poly_long, NULL }, LONG },    { { NULL, NULL }, LONG },
};

bool a64_simd_three_diff(uint32_t insn, A64Op *op, bool scalar)
{
    unsigned size = BITS(insn, 22, 2), u = BIT_AT(insn, 29), opcode = BITS(insn, 12, 4);
    const struct Diff *e = &diffs[opcode];
    bool high = BIT_AT(insn, 30) && !scalar, saturating = opcode > 8 && opcode & 1;
    Shape s = { .dlog = size + 1,
                .alog = size,
                .blog = size,
                .lanes = 8 >> size,
                .is_signed = !u,
                .a_high = high,
                .b_high = high };

    if (!e->fn[u] || size == 3 || (opcode == 14 && size)) {
        return false;
    }
    if ((saturating && size == 0) || (scalar && !saturating)) {
        return false;
    }
    if (opcode == 14) {
        s.is_signed = false;
    }
    if (e->form == WIDE) {
        s.alog = size + 1;
        s.a_high = false;
    } else if (e->form == NARROW) {
        s.dlog = size;
        s.alog = s.blog = size + 1;
        s.a_high = s.b_high = false;
        s.d_high = high;
    }
    if (scalar) {
        s.lanes = 1;
    }
    a64_simd_lanes(op, &s, e->fn[u]);
    return true;
}

/* --- By element ------------------------------------------------------------- */

typedef enum Kind { SAME, LONGER, FLOAT } Kind;

static const struct Elem {
    LaneFn fn[2];
    uint8_t kind;
    bool scalar[2];
} elems[16] = {
    [0x0] = { { NULL, lane_mla }, SAME },
    [0x1] = { { lane_fmla, NULL }, FLOAT, { true, false } },
    [0x2] = { { lane_mla, lane_mla }, LONGER },
    [0x3] = { { sqdmlal, NULL }, LONGER, { true, false } },
    [0x4] = { { NULL, lane_mls }, SAME },
    [0x5] = { { lane_fmls, NULL }, FLOAT, { true, false } },
    [0x6] = { { lane_mls, lane_mls }, LONGER },
    [0x7] = { { sqdmlsl, NULL }, LONGER, { true, false } },
    [0x8] = { { lane_mul, NULL }, SAME },
    [0x9] = { { lane_fmul, lane_fmulx }, FLOAT, { true, true } },
    [0xa] = { { lane_mul, lane_mul }, LONGER },
    [0xb] = { { sqdmull, NULL }, LONGER, { true, false } },
    [0xc] = { { lane_sqdmulh, NULL }, SAME, { true, false } },
    [0xd] = { { lane_sqrdmulh, NULL }, SAME, { true, false } },
};

/* Index and register of the element: H:L:M, or H:L with M a register bit, or H. */
static bool choose_element(uint32_t insn, A64Op *op, Shape *s, unsigned log)
{
    unsigned h = BIT_AT(insn, 11), l = BIT_AT(insn, 21), m = BIT_AT(insn, 20);
    unsigned rm = BITS(insn, 16, 4);

    s->fixed = true;
    switch (log) {
    case 1:
        s->index = h << 2 | l << 1 | m;
        op->rm = rm;
        return true;
    case 2:
        s->index = h << 1 | l;
        op->rm = rm | m << 4;
        return true;
    case 3:
        s->index = h;
        op->rm = rm | m << 4;
        return !l;
    default:
        return false;
    }
}

bool a64_simd_by_element(uint32_t insn, A64Op *op, bool scalar)
{
    unsigned size = BITS(insn, 22, 2), u = BIT_AT(insn, 29);
    const struct Elem *e = &elems[BITS(insn, 12, 4)];
    bool q = BIT_AT(insn, 30);
    Shape s = { .is_signed = !u };

    if (!e->fn[u] || (scalar && !e->scalar[u])) {
        return false;
    }
    if (e->kind == FLOAT) {
        if (size < 2 || (size == 3 && !q && !scalar)) {
            return false;
        }
        s.is_signed = false;
    } else if (size == 0 || size == 3) {
        return false;
    }
    s.alog = s.blog = size;
    s.dlog = size + (e->kind == LONGER);
    s.lanes = scalar ? 1 : e->kind == LONGER || !q ? 8 >> size : 16 >> size;
    s.a_high = e->kind == LONGER && q && !scalar;
    if (!choose_element(insn, op, &s, size)) {
        return false;
    }
    a64_simd_lanes(op, &s, e->fn[u]);
    return true;
}
