/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AdvSIMD shifts by an immediate, fixed-point conversions, and the modified immediate.
 */
#include "qemu/osdep.h"
#include "simd.h"

#define LANE(name, value)                                                              \
    static uint64_t name(A64Cpu *c, const Lane *l)                                     \
    {                                                                                  \
        return (value);                                                                \
    }
#define A  l->a
#define SA ((int64_t)l->a)
#define N  ((int)l->shift)

static uint64_t shift_right(A64Cpu *c, const Lane *l, bool round)
{
    return lane_shift(c, A, -N, l->log, l->is_signed, round, false);
}

/* Of an element twice as wide as the result, as a number that is then saturated. */
static __int128 narrow(const Lane *l, bool round)
{
    __int128 v = l->is_signed ? (__int128)SA : (__int128)A;

    return (v + (round ? (__int128)1 << (N - 1) : 0)) >> N;
}

static uint64_t insert_right(const Lane *l)
{
    uint64_t mask = lane_mask(l->log);
    uint64_t keep = N == (int)lane_bits(l) ? mask : ~(mask >> N) & mask;

    return (l->d & keep) | (N == (int)lane_bits(l) ? 0 : (A & mask) >> N);
}

LANE(shr, shift_right(c, l, false))
LANE(sra, l->d + shift_right(c, l, false))
LANE(rshr, shift_right(c, l, true))
LANE(rsra, l->d + shift_right(c, l, true))
LANE(sri, insert_right(l))
LANE(shl, A << N)
LANE(sli, (l->d & ((1ull << N) - 1)) | A << N)
LANE(sqshlu, SA < 0 ? lane_sat_unsigned(c, -1, l->log)
                    : lane_shift(c, A, N, l->log, false, false, true))
LANE(qshl, lane_shift(c, A, N, l->log, l->is_signed, false, true))
LANE(shrn, (uint64_t)narrow(l, false))
LANE(rshrn, (uint64_t)narrow(l, true))
LANE(qshrn_s, lane_sat_signed(c, narrow(l, false), l->log))
LANE(qrshrn_s, lane_sat_signed(c, narrow(l, true), l->log))
LANE(qshrn_u, lane_sat_unsigned(c, narrow(l, false), l->log))
LANE(qrshrn_u, lane_sat_unsigned(c, narrow(l, true), l->log))
LANE(cvt_from, fp_from_int(c, lane_fmt(l), A, l->is_signed, N))
LANE(cvt_to, fp_to_int(c, lane_fmt(l), A, FP_TO_ZERO, lane_bits(l), l->is_signed, N))

enum { RIGHT = 1, NARROW = 2, LENGTHEN = 4, SCALAR = 8, SCALAR_D = 16, FLOAT = 32 };
enum { IS_SIGNED = 64 };

static const struct Entry {
    LaneFn fn[2];
    uint8_t flags[2];
} entries[32] = {
    [0x00] = { { shr, shr }, { RIGHT | SCALAR_D, RIGHT | SCALAR_D } },
    [0x02] = { { sra, sra }, { RIGHT | SCALAR_D, RIGHT | SCALAR_D } },
    [0x04] = { { rshr, rshr }, { RIGHT | SCALAR_D, RIGHT | SCALAR_D } },
    [0x06] = { { rsra, rsra }, { RIGHT | SCALAR_D, RIGHT | SCALAR_D } },
    [0x08] = { { NULL, sri }, { 0, RIGHT | SCALAR_D } },
    [0x0a] = { { shl, sli }, { SCALAR_D, SCALAR_D } },
    [0x0c] = { { NULL, sqshlu }, { 0, SCALAR | IS_SIGNED } },
    [0x0e] = { { qshl, qshl }, { SCALAR, SCALAR } },
    [0x10] = { { shrn, qshrn_u }, { NARROW, NARROW | SCALAR | IS_SIGNED } },
    [0x11] = { { rshrn, qrshrn_u }, { NARROW, NARROW | SCALAR | IS_SIGNED } },
    [0x12] = { { qshrn_s, qshrn_u }, { NARROW | SCALAR, NARROW | SCALAR } },
    [0x13] = { { qrshrn_s, qrshrn_u }, { NARROW | SCALAR, NARROW | SCALAR } },
    [0x14] = { { shl, shl }, { LENGTHEN, LENGTHEN } },
    [0x1c] = { { cvt_from, cvt_from }, { FLOAT | SCALAR, FLOAT | SCALAR } },
    [0x1f] = { { cvt_to, cvt_to }, { FLOAT | SCALAR, FLOAT | SCALAR } },
};

static bool fits(unsigned flags, unsigned log, bool q, bool scalar)
{
    if (flags & FLOAT && log < 2) {
        return false;
    }
    if (scalar) {
        return flags & SCALAR || (flags & SCALAR_D && log == 3);
    }
    return log < 3 || (q && !(flags & (NARROW | LENGTHEN)));
}

bool a64_simd_shift_imm(uint32_t insn, A64Op *op, bool scalar)
{
    unsigned immh = BITS(insn, 19, 4), imm = BITS(insn, 16, 7), u = BIT_AT(insn, 29);
    const struct Entry *e = &entries[BITS(insn, 11, 5)];
    unsigned flags = e->flags[u], log;
    bool q = BIT_AT(insn, 30), right = flags & (RIGHT | NARROW | FLOAT);
    Shape s = { .is_signed = !u || flags & IS_SIGNED };

    if (!immh || !e->fn[u]) {
        return false;
    }
    log = 31 - __builtin_clz(immh);
    if (!fits(flags, log, q, scalar) || (flags & NARROW && log == 3)) {
        return false;
    }
    s.dlog = log + !!(flags & LENGTHEN);
    s.alog = log + !!(flags & NARROW);
    s.blog = log;
    s.shift = right ? (16u << log) - imm : imm - (8u << log);
    s.lanes = scalar ? 1 : (q && !(flags & (NARROW | LENGTHEN)) ? 16 : 8) >> log;
    s.a_high = flags & LENGTHEN && q;
    s.d_high = flags & NARROW && q && !scalar;
    op->rm = op->rn;
    a64_simd_lanes(op, &s, e->fn[u]);
    return true;
}

/* --- Modified immediate ------------------------------------------------------- */

OP(op_movi)
{
    c->v[o->rd] = (A64Vec){ .d = { o->imm, o->aux ? o->imm : 0 } };
    NEXT;
}
OP(op_orr_imm)
{
    c->v[o->rd].d[0] |= o->imm;
    c->v[o->rd].d[1] = o->aux ? c->v[o->rd].d[1] | o->imm : 0;
    NEXT;
}
OP(op_bic_imm)
{
    c->v[o->rd].d[0] &= ~o->imm;
    c->v[o->rd].d[1] = o->aux ? c->v[o->rd].d[1] & ~o->imm : 0;
    NEXT;
}

static uint64_t repeat(uint64_t v, unsigned bits)
{
    for (; bits < 64; bits *= 2) {
        v |= v << bits;
    }
    return v;
}

static uint64_t byte_mask(unsigned imm8)
{
    uint64_t v = 0;

    for (int i = 0; i < 8; i++) {
        v |= imm8 >> i & 1 ? 0xffull << i * 8 : 0;
    }
    return v;
}

bool a64_simd_mod_imm(uint32_t insn, A64Op *op)
{
    unsigned cmode = BITS(insn, 12, 4),
             imm8 = BITS(insn, 16, 3) << 5 | BITS(insn, 5, 5);
    bool invert = BIT_AT(insn, 29), q = BIT_AT(insn, 30), logic = false;
    uint64_t v;

    if (BIT_AT(insn, 11)) {
        return false; /* half precision */
    }
    if (cmode < 8) {
        v = repeat((uint64_t)imm8 << (cmode >> 1) * 8, 32);
        logic = cmode & 1;
    } else if (cmode < 12) {
        v = repeat((uint64_t)imm8 << (cmode >> 1 & 1) * 8, 16);
        logic = cmode & 1;
    } else if (cmode < 14) {
        unsigned by = cmode & 1 ? 16 : 8;

        v = repeat((uint64_t)imm8 << by | ((1u << by) - 1), 32);
    } else if (cmode == 14) {
        v = invert ? byte_mask(imm8) : repeat(imm8, 8);
        invert = false;
    } else {
        if (invert && !q) {
            return false;
        }
        v = invert ? a64_fp_imm8(imm8, FP_D) : repeat(a64_fp_imm8(imm8, FP_S), 32);
        invert = false;
    }
    op->aux = q;
    op->imm = v;
    if (logic) {
        op->fn = invert ? op_bic_imm : op_orr_imm;
        return true;
    }
    op->imm = invert ? ~v : v;
    op->fn = op_movi;
    return true;
}
