/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AdvSIMD two registers: reversals, counts, comparisons with zero, conversions,
 * narrowing and lengthening.
 */
#include "qemu/osdep.h"
#include "simd.h"

#define LANE(name, value)                                                              \
    static uint64_t name(A64Cpu *c, const Lane *l)                                     \
    {                                                                                  \
        return (value);                                                                \
    }
#define A      l->a
#define SA     ((int64_t)l->a)
#define YES(x) ((x) ? ~0ull : 0)
#define FP     (lane_fmt(l))

static unsigned leading_zeros(uint64_t v, unsigned bits)
{
    return v ? __builtin_clzll(v) - (64 - bits) : bits;
}

static uint64_t reverse_bits8(uint64_t v)
{
    v = (v >> 1 & 0x55) | (v & 0x55) << 1;
    v = (v >> 2 & 0x33) | (v & 0x33) << 2;
    return (v >> 4 & 0xf) | (v & 0xf) << 4;
}

LANE(clz, leading_zeros(A &lane_mask(l->log), lane_bits(l)))
LANE(cls,
     leading_zeros((A ^ (uint64_t)(SA >> 63)) & lane_mask(l->log), lane_bits(l)) - 1)
LANE(cnt, (uint64_t)__builtin_popcountll(A & 0xff))
LANE(not_, ~A)
LANE(rbit, reverse_bits8(A))
LANE(suqadd,
     lane_sat_signed(c, (__int128)(int64_t)l->d + (A & lane_mask(l->log)), l->log))
LANE(sqabs, lane_sat_signed(c, SA < 0 ? -(__int128)SA : SA, l->log))
LANE(sqneg, lane_sat_signed(c, -(__int128)SA, l->log))
LANE(cmgt0, YES(SA > 0))
LANE(cmge0, YES(SA >= 0))
LANE(cmeq0, YES(A == 0))
LANE(cmle0, YES(SA <= 0))
LANE(cmlt0, YES(SA < 0))
LANE(abs_, SA < 0 ? -A : A)
LANE(neg, -A)
LANE(addlp, A + l->b)
LANE(adalp, l->d + A + l->b)
LANE(xtn, A)
LANE(sqxtun, lane_sat_unsigned(c, SA, l->log))
LANE(sqxtn, lane_sat_signed(c, SA, l->log))
LANE(uqxtn, lane_sat_unsigned(c, A, l->log))
LANE(shll, A << (lane_bits(l) / 2))

static uint64_t usqadd(A64Cpu *c, const Lane *l)
{
    unsigned up = 64 - lane_bits(l);
    int64_t a = (int64_t)(A << up) >> up;

    return lane_sat_unsigned(c, (__int128)(l->d & lane_mask(l->log)) + a, l->log);
}

LANE(f_cmgt0, YES(fp_compare(c, FP, A, 0, true) == 2))
LANE(f_cmge0, YES((fp_compare(c, FP, A, 0, true) & 11) == 2))
LANE(f_cmeq0, YES(fp_compare(c, FP, A, 0, false) == 6))
LANE(f_cmle0, YES((fp_compare(c, FP, 0, A, true) & 11) == 2))
LANE(f_cmlt0, YES(fp_compare(c, FP, 0, A, true) == 2))
LANE(f_abs, A & ~fp_sign_bit(FP))
LANE(f_neg, A ^ fp_sign_bit(FP))
LANE(f_rint, fp_round_int(c, FP, A, (FpRound)l->shift, false))
LANE(f_rintx, fp_round_int(c, FP, A, fp_mode(c), true))
LANE(f_rinti, fp_round_int(c, FP, A, fp_mode(c), false))
LANE(f_cvts, fp_to_int(c, FP, A, (FpRound)l->shift, lane_bits(l), true, 0))
LANE(f_cvtu, fp_to_int(c, FP, A, (FpRound)l->shift, lane_bits(l), false, 0))
LANE(f_scvtf, fp_from_int(c, FP, A, true, 0))
LANE(f_ucvtf, fp_from_int(c, FP, A, false, 0))
LANE(f_recpe, fp_recpe(c, FP, A))
LANE(f_rsqrte, fp_rsqrte(c, FP, A))
LANE(f_recpx, fp_recpx(c, FP, A))
LANE(f_sqrt, fp_sqrt(c, FP, A))
LANE(u_recpe, fp_urecpe((uint32_t)A))
LANE(u_rsqrte, fp_ursqrte((uint32_t)A))
/* l->log is the result's size: one below or above the source's. */
LANE(f_cvtn, fp_convert(c, FP, (FpFmt)(FP + 1), A, fp_mode(c)))
LANE(f_cvtxn, fp_convert(c, FP, (FpFmt)(FP + 1), A, FP_TO_ODD))
LANE(f_cvtl, fp_convert(c, FP, (FpFmt)(FP - 1), A, fp_mode(c)))

enum {
    SCALAR = 1,   /* exists as a scalar of any size */
    SCALAR_D = 2, /* ... of 64 bits only */
    NO_D = 4,
    SIGNED = 8, /* operands are signed whatever U says */
    BYTES = 16,
    UNSIGNED = 32,
};

typedef struct Entry {
    LaneFn fn[2];
    uint8_t flags[2];
} Entry;

static const Entry integer[12] = {
    [0x03] = { { suqadd, usqadd }, { SCALAR | SIGNED, SCALAR | UNSIGNED } },
    [0x04] = { { cls, clz }, { NO_D | SIGNED, NO_D } },
    [0x05] = { { cnt, not_ }, { BYTES, BYTES } },
    [0x07] = { { sqabs, sqneg }, { SCALAR | SIGNED, SCALAR | SIGNED } },
    [0x08] = { { cmgt0, cmge0 }, { SCALAR_D | SIGNED, SCALAR_D | SIGNED } },
    [0x09] = { { cmeq0, cmle0 }, { SCALAR_D | SIGNED, SCALAR_D | SIGNED } },
    [0x0a] = { { cmlt0, NULL }, { SCALAR_D | SIGNED, 0 } },
    [0x0b] = { { abs_, neg }, { SCALAR_D | SIGNED, SCALAR_D | SIGNED } },
};

typedef struct FpEntry {
    LaneFn fn[2];
    uint8_t flags[2];
    uint8_t round;
} FpEntry;

/* Indexed by opcode - 12, size bit 1. */
static const FpEntry fp[20][2] = {
    [0x0] = { { { NULL, NULL } }, { { f_cmgt0, f_cmge0 }, { SCALAR, SCALAR } } },
    [0x1] = { { { NULL, NULL } }, { { f_cmeq0, f_cmle0 }, { SCALAR, SCALAR } } },
    [0x2] = { { { NULL, NULL } }, { { f_cmlt0, NULL }, { SCALAR, 0 } } },
    [0x3] = { { { NULL, NULL } }, { { f_abs, f_neg } } },
    [0xc] = { { { f_rint, NULL }, { 0 }, FP_NEAREST_EVEN },
              { { f_rint, NULL }, { 0 }, FP_UP } },
    [0xd] = { { { f_rint, f_rintx }, { 0 }, FP_DOWN },
              { { f_rint, f_rinti }, { 0 }, FP_TO_ZERO } },
    [0xe] = { { { f_cvts, f_cvtu }, { SCALAR, SCALAR }, FP_NEAREST_EVEN },
              { { f_cvts, f_cvtu }, { SCALAR, SCALAR }, FP_UP } },
    [0xf] = { { { f_cvts, f_cvtu }, { SCALAR, SCALAR }, FP_DOWN },
              { { f_cvts, f_cvtu }, { SCALAR, SCALAR }, FP_TO_ZERO } },
    [0x10] = { { { f_cvts, f_cvtu }, { SCALAR, SCALAR }, FP_NEAREST_AWAY },
               { { u_recpe, u_rsqrte }, { NO_D, NO_D } } },
    [0x11] = { { { f_scvtf, f_ucvtf }, { SCALAR | SIGNED, SCALAR } },
               { { f_recpe, f_rsqrte }, { SCALAR, SCALAR } } },
    [0x13] = { { { NULL, NULL } }, { { NULL, f_sqrt } } },
};

static bool set_shape(uint32_t insn, A64Op *op, bool scalar, unsigned log,
                      unsigned flags, LaneFn fn, unsigned shift)
{
    bool q = BIT_AT(insn, 30);
    Shape s = { .dlog = log,
                .alog = log,
                .blog = log,
                .is_signed = flags & SIGNED,
                .lanes = scalar ? 1 : (q ? 16 : 8) >> log,
                .shift = shift };

    if (!fn || (flags & NO_D && log == 3) || (flags & BYTES && log)) {
        return false;
    }
    if (scalar ? !(flags & SCALAR) && !(flags & SCALAR_D && log == 3)
               : log == 3 && !q) {
        return false;
    }
    a64_simd_lanes(op, &s, fn);
    return true;
}

/* REV64, REV32, REV16: bytes or larger elements turned round in a container. */
OP(op_rev) /* aux: log2 of the element, ra: of the container, imm: bytes */
{
    A64Vec a = c->v[o->rn], r = { .d = { 0, 0 } };
    unsigned turn = ((1u << o->ra) - 1) & ~((1u << o->aux) - 1);

    for (unsigned i = 0; i < o->imm; i++) {
        r.b[i] = a.b[i ^ turn];
    }
    c->v[o->rd] = r;
    NEXT;
}

static bool decode_rev(uint32_t insn, A64Op *op, unsigned container)
{
    op->aux = BITS(insn, 22, 2);
    op->ra = container;
    op->imm = BIT_AT(insn, 30) ? 16 : 8;
    op->fn = op_rev;
    return op->aux < container;
}

/* SADDLP, UADDLP, SADALP, UADALP: neighbours into one element twice the size. */
static bool decode_pairwise_long(uint32_t insn, A64Op *op, LaneFn fn)
{
    unsigned size = BITS(insn, 22, 2);
    Shape s = { .dlog = size + 1,
                .alog = size,
                .blog = size,
                .lanes = (BIT_AT(insn, 30) ? 8 : 4) >> size,
                .is_signed = !BIT_AT(insn, 29),
                .pairs = true };

    if (size == 3) {
        return false;
    }
    op->rm = op->rn;
    a64_simd_lanes(op, &s, fn);
    return true;
}

static bool decode_narrow(uint32_t insn, A64Op *op, bool scalar, LaneFn fn,
                          bool is_signed)
{
    unsigned size = BITS(insn, 22, 2);
    Shape s = { .dlog = size,
                .alog = size + 1,
                .blog = size,
                .lanes = scalar ? 1 : 8 >> size,
                .is_signed = is_signed,
                .d_high = BIT_AT(insn, 30) && !scalar };

    if (size == 3 || !fn) {
        return false;
    }
    a64_simd_lanes(op, &s, fn);
    return true;
}

static bool decode_fp_narrow(uint32_t insn, A64Op *op, bool scalar, LaneFn fn)
{
    unsigned log = 1 + BIT_AT(insn, 22);
    Shape s = { .dlog = log,
                .alog = log + 1,
                .blog = log,
                .lanes = scalar ? 1 : 8 >> log,
                .d_high = BIT_AT(insn, 30) && !scalar };

    if (BIT_AT(insn, 23)) {
        return false;
    }
    a64_simd_lanes(op, &s, fn);
    return true;
}

static bool decode_lengthen(uint32_t insn, A64Op *op, unsigned log, LaneFn fn)
{
    Shape s = { .dlog = log + 1,
                .alog = log,
                .blog = log,
                .lanes = 8 >> log,
                .a_high = BIT_AT(insn, 30) };

    if (log == 3) {
        return false;
    }
    a64_simd_lanes(op, &s, fn);
    return true;
}

static bool decode_size_changing(uint32_t insn, A64Op *op, bool scalar, unsigned opcode)
{
    bool u = BIT_AT(insn, 29);

    switch (opcode) {
    case 0x12:
        return (u || !scalar) && decode_narrow(insn, op, scalar, u ? sqxtun : xtn, u);
    case 0x13:
        return u && !scalar && decode_lengthen(insn, op, BITS(insn, 22, 2), shll);
    case 0x14:
        return decode_narrow(insn, op, scalar, u ? uqxtn : sqxtn, !u);
    case 0x16:
        if (u) {
            return BIT_AT(insn, 22) && decode_fp_narrow(insn, op, scalar, f_cvtxn);
        }
        return !scalar && decode_fp_narrow(insn, op, false, f_cvtn);
    case 0x17:
        return !u && !scalar && !BIT_AT(insn, 23) &&
               decode_lengthen(insn, op, 1 + BIT_AT(insn, 22), f_cvtl);
    default:
        return false;
    }
}

static bool decode_fp(uint32_t insn, A64Op *op, bool scalar, unsigned opcode)
{
    unsigned u = BIT_AT(insn, 29);
    const FpEntry *e = &fp[opcode - 12][BIT_AT(insn, 23)];
    LaneFn fn = e->fn[u];
    unsigned round = e->round, flags = e->flags[u];

    if (opcode == 0x18 && u && !BIT_AT(insn, 23)) {
        fn = f_rint; /* FRINTA */
        round = FP_NEAREST_AWAY;
    } else if (opcode == 0x1f && !u && scalar && BIT_AT(insn, 23)) {
        fn = f_recpx;
        flags = SCALAR;
    }
    if (opcode == 0x1c && BIT_AT(insn, 23) && scalar) {
        return false; /* URECPE, URSQRTE */
    }
    return set_shape(insn, op, scalar, 2 + BIT_AT(insn, 22), flags, fn, round);
}

bool a64_simd_two_misc(uint32_t insn, A64Op *op, bool scalar)
{
    unsigned opcode = BITS(insn, 12, 5), u = BIT_AT(insn, 29), size = BITS(insn, 22, 2);

    op->rm = op->rn;
    if (opcode >= 0x12 && opcode <= 0x17) {
        return decode_size_changing(insn, op, scalar, opcode);
    }
    if (opcode >= 12) {
        return decode_fp(insn, op, scalar, opcode);
    }
    if (!scalar && opcode <= 1) {
        return !(opcode && u) && decode_rev(insn, op, opcode ? 1 : u ? 2 : 3);
    }
    if (!scalar && (opcode == 2 || opcode == 6)) {
        return decode_pairwise_long(insn, op, opcode == 2 ? addlp : adalp);
    }
    if (opcode == 5 && u && size == 1) {
        return set_shape(insn, op, scalar, 0, BYTES, rbit, 0);
    }
    return set_shape(insn, op, scalar, size, integer[opcode].flags[u],
                     integer[opcode].fn[u], 0);
}
