/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scalar floating point: arithmetic, compare, select, immediate. (Conversions between
 * FP and general registers: exec-fp-cvt.c.) aux is the format.
 */
#include "qemu/osdep.h"
#include "internal.h"

#define FMT    ((FpFmt)o->aux)
#define RAW(r) (c->v[o->r].d[0] & fmt_mask(FMT))
#define SET(v_)                                                                        \
    c->v[o->rd] = (A64Vec)                                                             \
    {                                                                                  \
        .d = {(v_), 0 }                                                                \
    }

static inline uint64_t fmt_mask(FpFmt f)
{
    return f == FP_D ? ~0ull : f == FP_S ? 0xffffffffull : 0xffff;
}

#define BINARY(name, fn)                                                               \
    OP(name##_s)                                                                       \
    {                                                                                  \
        SET(fn(c, FP_S, c->v[o->rn].s[0], c->v[o->rm].s[0]));                          \
        NEXT;                                                                          \
    }                                                                                  \
    OP(name##_d)                                                                       \
    {                                                                                  \
        SET(fn(c, FP_D, c->v[o->rn].d[0], c->v[o->rm].d[0]));                          \
        NEXT;                                                                          \
    }

static uint64_t negated_mul(A64Cpu *c, FpFmt f, uint64_t a, uint64_t b)
{
    return fp_mul(c, f, a, b) ^ fp_sign_bit(f);
}

BINARY(op_fmul, fp_mul)
BINARY(op_fdiv, fp_div)
BINARY(op_fadd, fp_add)
BINARY(op_fsub, fp_sub)
BINARY(op_fmax, fp_max)
BINARY(op_fmin, fp_min)
BINARY(op_fmaxnm, fp_maxnm)
BINARY(op_fminnm, fp_minnm)
BINARY(op_fnmul, negated_mul)

OP(op_fmadd) /* imm: bit 0 negates the product, bit 1 the addend */
{
    uint64_t sign = fp_sign_bit(FMT);

    SET(fp_fma(c, FMT, RAW(ra) ^ (o->imm & 2 ? sign : 0),
               RAW(rn) ^ (o->imm & 1 ? sign : 0), RAW(rm)));
    NEXT;
}
OP(op_fmov)
{
    SET(RAW(rn));
    NEXT;
}
OP(op_fabs)
{
    SET(RAW(rn) & ~fp_sign_bit(FMT));
    NEXT;
}
OP(op_fneg)
{
    SET(RAW(rn) ^ fp_sign_bit(FMT));
    NEXT;
}
OP(op_fsqrt)
{
    SET(fp_sqrt(c, FMT, RAW(rn)));
    NEXT;
}
OP(op_fcvt) /* imm: destination format */
{
    SET(fp_convert(c, o->imm, FMT, RAW(rn), fp_mode(c)));
    NEXT;
}
OP(op_frint) /* imm: rounding */
{
    SET(fp_round_int(c, FMT, RAW(rn), o->imm, false));
    NEXT;
}
OP(op_frintx)
{
    SET(fp_round_int(c, FMT, RAW(rn), fp_mode(c), true));
    NEXT;
}
OP(op_frinti)
{
    SET(fp_round_int(c, FMT, RAW(rn), fp_mode(c), false));
    NEXT;
}
OP(op_fmov_imm)
{
    SET(o->imm);
    NEXT;
}
OP(op_fcmp) /* imm: bit 0 with zero, bit 1 signalling */
{
    a64_set_nzcv(c, fp_compare(c, FMT, RAW(rn), o->imm & 1 ? 0 : RAW(rm), o->imm & 2));
    NEXT;
}
OP(op_fccmp) /* imm: NZCV, signalling in bit 4; ra: condition */
{
    a64_set_nzcv(c, a64_cond(c, o->ra)
                        ? fp_compare(c, FMT, RAW(rn), RAW(rm), o->imm & 16)
                        : o->imm & 15);
    NEXT;
}
OP(op_fcsel)
{
    SET(a64_cond(c, o->ra) ? RAW(rn) : RAW(rm));
    NEXT;
}

uint64_t a64_fp_imm8(unsigned imm8, FpFmt f)
{
    const FpLayout *l = &fp_layout[f];
    uint64_t sign = imm8 >> 7, low = imm8 >> 4 & 3, b6 = imm8 >> 6 & 1;
    uint64_t rep = b6 ? (1ull << (l->exp - 3)) - 1 : 0;

    return sign << (l->width - 1) |
           ((b6 ^ 1) << (l->exp - 1) | rep << 2 | low) << l->frac |
           (uint64_t)(imm8 & 15) << (l->frac - 4);
}

static bool decode_one_source(uint32_t insn, A64Op *op)
{
    static const uint8_t rounding[5] = { FP_NEAREST_EVEN, FP_UP, FP_DOWN, FP_TO_ZERO,
                                         FP_NEAREST_AWAY };
    static const A64Handler simple[4] = { op_fmov, op_fabs, op_fneg, op_fsqrt };
    unsigned opcode = BITS(insn, 15, 6);
    FpFmt to = opcode == 4 ? FP_S : opcode == 5 ? FP_D : FP_H;

    if (opcode == 4 || opcode == 5 || opcode == 7) {
        op->imm = to;
        op->fn = op_fcvt;
        return to != (FpFmt)op->aux;
    }
    if (op->aux == FP_H) {
        return false;
    }
    if (opcode < 4) {
        op->fn = simple[opcode];
    } else if (opcode >= 8 && opcode <= 12) {
        op->imm = rounding[opcode - 8];
        op->fn = op_frint;
    } else if (opcode == 14 || opcode == 15) {
        op->fn = opcode == 14 ? op_frintx : op_frinti;
    }
    return op->fn != NULL;
}

static bool decode_two_sources(uint32_t insn, A64Op *op)
{
    static const A64Handler h[2][9] = {
        { op_fmul_s, op_fdiv_s, op_fadd_s, op_fsub_s, op_fmax_s, op_fmin_s, op_fmaxnm_s,
          op_fminnm_s, op_fnmul_s },
        { op_fmul_d, op_fdiv_d, op_fadd_d, op_fsub_d, op_fmax_d, op_fmin_d, op_fmaxnm_d,
          op_fminnm_d, op_fnmul_d },
    };
    unsigned opcode = BITS(insn, 12, 4);

    op->fn = opcode < 9 ? h[op->aux == FP_D][opcode] : NULL;
    return op->fn != NULL;
}

static bool decode_compare(uint32_t insn, A64Op *op)
{
    if (BITS(insn, 14, 2) || insn & 7) {
        return false;
    }
    op->imm = BITS(insn, 3, 2);
    op->fn = op_fcmp;
    return true;
}

static bool decode_scalar(uint32_t insn, A64Op *op)
{
    if (BITS(insn, 10, 5) == 0x10) {
        return decode_one_source(insn, op);
    }
    if (op->aux == FP_H) {
        return false;
    }
    if (BITS(insn, 10, 4) == 8) {
        return decode_compare(insn, op);
    }
    if (BITS(insn, 10, 3) == 4) {
        op->imm = a64_fp_imm8(BITS(insn, 13, 8), op->aux);
        op->fn = op_fmov_imm;
        return BITS(insn, 5, 5) == 0;
    }
    op->ra = BITS(insn, 12, 4);
    switch (BITS(insn, 10, 2)) {
    case 1:
        op->imm = insn & 31;
        op->fn = op_fccmp;
        return true;
    case 2:
        return decode_two_sources(insn, op);
    default:
        op->fn = op_fcsel;
        return BITS(insn, 10, 2) == 3;
    }
}

bool a64_decode_fp(A64Decode *d, uint32_t insn, A64Op *op)
{
    static const int8_t formats[4] = { FP_S, FP_D, -1, FP_H };
    int fmt = formats[BITS(insn, 22, 2)];

    if (BIT_AT(insn, 29)) {
        return false;
    }
    op->rd = insn & 31;
    op->rn = BITS(insn, 5, 5);
    op->rm = BITS(insn, 16, 5);
    if (!BIT_AT(insn, 24) && (!BIT_AT(insn, 21) || BITS(insn, 10, 6) == 0)) {
        return a64_decode_fp_cvt(d, insn, op);
    }
    if (fmt < 0 || insn >> 31) {
        return false;
    }
    op->aux = fmt;
    if (BIT_AT(insn, 24)) {
        op->ra = BITS(insn, 10, 5);
        /* FMADD, FMSUB, FNMADD, FNMSUB */
        op->imm = BIT_AT(insn, 21) ? 2 | !BIT_AT(insn, 15) : BIT_AT(insn, 15);
        op->fn = op_fmadd;
        return fmt != FP_H;
    }
    return decode_scalar(insn, op);
}
