/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AdvSIMD three registers of the same type, vector and scalar, integer and FP.
 */
#include "qemu/osdep.h"
#include "simd.h"

#define LANE(name, value)                                                              \
    static uint64_t name(A64Cpu *c, const Lane *l)                                     \
    {                                                                                  \
        return (value);                                                                \
    }

#define A      l->a
#define B      l->b
#define SA     ((int64_t)l->a)
#define SB     ((int64_t)l->b)
#define YES(x) ((x) ? ~0ull : 0)
/* Compares as the lane's signedness says. */
#define LESS(x, y) (l->is_signed ? (int64_t)(x) < (int64_t)(y) : (x) < (y))

LANE(hadd, (uint64_t)((SA + SB) >> 1))
LANE(rhadd, (uint64_t)((SA + SB + 1) >> 1))
LANE(hsub, (uint64_t)((SA - SB) >> 1))
LANE(sqadd, lane_sat_signed(c, (__int128)SA + SB, l->log))
LANE(uqadd, lane_sat_unsigned(c, (__int128)A + B, l->log))
LANE(sqsub, lane_sat_signed(c, (__int128)SA - SB, l->log))
LANE(uqsub, lane_sat_unsigned(c, (__int128)A - B, l->log))
LANE(cmgt, YES(LESS(B, A)))
LANE(cmge, YES(!LESS(A, B)))
LANE(shl, lane_shift(c, A, (int8_t)B, l->log, l->is_signed, false, false))
LANE(qshl, lane_shift(c, A, (int8_t)B, l->log, l->is_signed, false, true))
LANE(rshl, lane_shift(c, A, (int8_t)B, l->log, l->is_signed, true, false))
LANE(qrshl, lane_shift(c, A, (int8_t)B, l->log, l->is_signed, true, true))
LANE(maximum, LESS(A, B) ? B : A)
LANE(minimum, LESS(B, A) ? B : A)
LANE(abd, LESS(A, B) ? B - A : A - B)
LANE(aba, l->d + (LESS(A, B) ? B - A : A - B))
LANE(add, A + B)
LANE(sub, A - B)
LANE(cmtst, YES((A & B & lane_mask(l->log)) != 0))
LANE(cmeq, YES(A == B))
LANE(and_, A &B)
LANE(bic, A & ~B)
LANE(orr, A | B)
LANE(orn, A | ~B)
LANE(eor, A ^ B)
LANE(bsl, (l->d & A) | (~l->d & B))
LANE(bit, (l->d & ~B) | (A & B))
LANE(bif, (l->d & B) | (A & ~B))

static uint64_t pmul(A64Cpu *c, const Lane *l)
{
    uint64_t r = 0;

    for (int i = 0; i < 8; i++) {
        r ^= A >> i & 1 ? B << i : 0;
    }
    return r;
}

#define FP (lane_fmt(l))
LANE(f_maxnm, fp_maxnm(c, FP, A, B))
LANE(f_minnm, fp_minnm(c, FP, A, B))
LANE(f_max, fp_max(c, FP, A, B))
LANE(f_min, fp_min(c, FP, A, B))
LANE(f_add, fp_add(c, FP, A, B))
LANE(f_sub, fp_sub(c, FP, A, B))
LANE(f_div, fp_div(c, FP, A, B))
LANE(f_recps, fp_recps(c, FP, A, B))
LANE(f_rsqrts, fp_rsqrts(c, FP, A, B))
LANE(f_abd, fp_sub(c, FP, A, B) & ~fp_sign_bit(FP))
LANE(f_cmeq, YES(fp_compare(c, FP, A, B, false) == 6))
LANE(f_cmge, YES((fp_compare(c, FP, A, B, true) & 11) == 2))
LANE(f_cmgt, YES(fp_compare(c, FP, A, B, true) == 2))

static uint64_t absolute(FpFmt f, uint64_t v)
{
    return v & ~fp_sign_bit(f);
}
LANE(f_acge, YES((fp_compare(c, FP, absolute(FP, A), absolute(FP, B), true) & 11) == 2))
LANE(f_acgt, YES(fp_compare(c, FP, absolute(FP, A), absolute(FP, B), true) == 2))

enum {
    IN_SCALAR = 1,   /* exists as a scalar of any size */
    IN_SCALAR_D = 2, /* ... of 64 bits only */
    NO_D = 4,        /* no 64-bit elements */
    PAIRS = 8,
    BYTES = 16, /* 8-bit elements only */
    HS = 32,    /* 16 and 32 bits only */
};

typedef struct Entry {
    LaneFn fn[2]; /* U = 0, 1 */
    uint8_t flags[2];
} Entry;

static const Entry integer[24] = {
    [0x00] = { { hadd, hadd }, { NO_D, NO_D } },
    [0x01] = { { sqadd, uqadd }, { IN_SCALAR, IN_SCALAR } },
    [0x02] = { { rhadd, rhadd }, { NO_D, NO_D } },
    [0x04] = { { hsub, hsub }, { NO_D, NO_D } },
    [0x05] = { { sqsub, uqsub }, { IN_SCALAR, IN_SCALAR } },
    [0x06] = { { cmgt, cmgt }, { IN_SCALAR_D, IN_SCALAR_D } },
    [0x07] = { { cmge, cmge }, { IN_SCALAR_D, IN_SCALAR_D } },
    [0x08] = { { shl, shl }, { IN_SCALAR_D, IN_SCALAR_D } },
    [0x09] = { { qshl, qshl }, { IN_SCALAR, IN_SCALAR } },
    [0x0a] = { { rshl, rshl }, { IN_SCALAR_D, IN_SCALAR_D } },
    [0x0b] = { { qrshl, qrshl }, { IN_SCALAR, IN_SCALAR } },
    [0x0c] = { { maximum, maximum }, { NO_D, NO_D } },
    [0x0d] = { { minimum, minimum }, { NO_D, NO_D } },
    [0x0e] = { { abd, abd }, { NO_D, NO_D } },
    [0x0f] = { { aba, aba }, { NO_D, NO_D } },
    [0x10] = { { add, sub }, { IN_SCALAR_D, IN_SCALAR_D } },
    [0x11] = { { cmtst, cmeq }, { IN_SCALAR_D, IN_SCALAR_D } },
    [0x12] = { { lane_mla, lane_mls }, { NO_D, NO_D } },
    [0x13] = { { lane_mul, pmul }, { NO_D, BYTES } },
    [0x14] = { { maximum, maximum }, { NO_D | PAIRS, NO_D | PAIRS } },
    [0x15] = { { minimum, minimum }, { NO_D | PAIRS, NO_D | PAIRS } },
    [0x16] = { { lane_sqdmulh, lane_sqrdmulh }, { HS | IN_SCALAR, HS | IN_SCALAR } },
    [0x17] = { { add, NULL }, { PAIRS, 0 } },
};

/* Indexed by opcode - 0x18, size bit 1. */
static const Entry fp[8][2] = {
    { { { f_maxnm, f_maxnm }, { 0, PAIRS } }, { { f_minnm, f_minnm }, { 0, PAIRS } } },
    { { { lane_fmla, NULL }, { 0, 0 } }, { { lane_fmls, NULL }, { 0, 0 } } },
    { { { f_add, f_add }, { 0, PAIRS } }, { { f_sub, f_abd }, { 0, IN_SCALAR } } },
    { { { lane_fmulx, lane_fmul }, { IN_SCALAR, 0 } }, { { NULL, NULL }, { 0, 0 } } },
    { { { f_cmeq, f_cmge }, { IN_SCALAR, IN_SCALAR } },
      { { NULL, f_cmgt }, { 0, IN_SCALAR } } },
    { { { NULL, f_acge }, { 0, IN_SCALAR } }, { { NULL, f_acgt }, { 0, IN_SCALAR } } },
    { { { f_max, f_max }, { 0, PAIRS } }, { { f_min, f_min }, { 0, PAIRS } } },
    { { { f_recps, f_div }, { IN_SCALAR, 0 } },
      { { f_rsqrts, NULL }, { IN_SCALAR, 0 } } },
};

static bool decode_logical(uint32_t insn, A64Op *op)
{
    static const LaneFn fns[8] = { and_, bic, orr, orn, eor, bsl, bit, bif };
    Shape s = { .dlog = 3, .alog = 3, .blog = 3, .lanes = BIT_AT(insn, 30) ? 2 : 1 };

    a64_simd_lanes(op, &s, fns[BIT_AT(insn, 29) << 2 | BITS(insn, 22, 2)]);
    return true;
}

static bool set_shape(uint32_t insn, A64Op *op, bool scalar, unsigned log,
                      unsigned flags, LaneFn fn, bool is_signed)
{
    bool q = BIT_AT(insn, 30);
    Shape s = { .dlog = log,
                .alog = log,
                .blog = log,
                .is_signed = is_signed,
                .pairs = flags & PAIRS };

    if (scalar) {
        s.lanes = 1;
        s.pairs = false;
        if (!(flags & IN_SCALAR) && !(flags & IN_SCALAR_D && log == 3)) {
            return false;
        }
    } else {
        s.lanes = (q ? 16 : 8) >> log;
        if (log == 3 && !q) {
            return false;
        }
    }
    if ((flags & NO_D && log == 3) || (flags & BYTES && log) ||
        (flags & HS && (log == 0 || log == 3)) || !fn) {
        return false;
    }
    a64_simd_lanes(op, &s, fn);
    return true;
}

bool a64_simd_three_same(uint32_t insn, A64Op *op, bool scalar)
{
    unsigned opcode = BITS(insn, 11, 5), size = BITS(insn, 22, 2), u = BIT_AT(insn, 29);
    const Entry *e;
    bool is_signed = !u;

    if (opcode == 3) {
        return !scalar && decode_logical(insn, op);
    }
    if (opcode >= 0x18) {
        e = &fp[opcode - 0x18][size >> 1];
        return set_shape(insn, op, scalar, 2 + (size & 1), e->flags[u], e->fn[u],
                         false);
    }
    e = &integer[opcode];
    if (opcode == 0x16) {
        is_signed = true; /* SQRDMULH has U set */
    }
    return set_shape(insn, op, scalar, size, e->flags[u], e->fn[u], is_signed);
}
