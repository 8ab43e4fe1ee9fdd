/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Conversions and moves between FP and general registers.
 * aux = format, ra = width of the integer, imm = rounding | signed << 8 | fbits << 16.
 */
#include "qemu/osdep.h"
#include "internal.h"

#define FMT ((FpFmt)(o->aux))
#define RAW (FMT == FP_D ? c->v[o->rn].d[0] : c->v[o->rn].s[0])
#define SET(v_)                                                                        \
    c->v[o->rd] = (A64Vec)                                                             \
    {                                                                                  \
        .d = {(v_), 0 }                                                                \
    }

OP(op_to_int)
{
    c->x[o->rd] =
        fp_to_int(c, FMT, RAW, o->imm & 0xff, o->ra, o->imm >> 8 & 1, o->imm >> 16);
    NEXT;
}
OP(op_from_int)
{
    uint64_t v = c->x[o->rn];
    bool is_signed = o->imm >> 8 & 1;

    if (o->ra == 32) {
        v = is_signed ? (uint64_t)(int64_t)(int32_t)v : (uint32_t)v;
    }
    SET(fp_from_int(c, FMT, v, is_signed, o->imm >> 16));
    NEXT;
}
OP(op_fmov_to_x)
{
    c->x[o->rd] = c->v[o->rn].d[0];
    NEXT;
}
OP(op_fmov_to_w)
{
    c->x[o->rd] = c->v[o->rn].s[0];
    NEXT;
}
OP(op_fmov_to_x_high)
{
    c->x[o->rd] = c->v[o->rn].d[1];
    NEXT;
}
OP(op_fmov_from_x)
{
    SET(c->x[o->rn]);
    NEXT;
}
OP(op_fmov_from_w)
{
    SET((uint32_t)c->x[o->rn]);
    NEXT;
}
OP(op_fmov_from_x_high)
{
    c->v[o->rd].d[1] = c->x[o->rn];
    NEXT;
}

static bool decode_moves(uint32_t insn, A64Op *op)
{
    bool wide = insn >> 31, from = BIT_AT(insn, 16);
    unsigned type = BITS(insn, 22, 2), rmode = BITS(insn, 19, 2);

    op->rd = from ? op->rd : reg_dst(op->rd);
    if (!wide && type == 0 && rmode == 0) {
        op->fn = from ? op_fmov_from_w : op_fmov_to_w;
    } else if (wide && type == 1 && rmode == 0) {
        op->fn = from ? op_fmov_from_x : op_fmov_to_x;
    } else if (wide && type == 2 && rmode == 1) {
        op->fn = from ? op_fmov_from_x_high : op_fmov_to_x_high;
    }
    return op->fn != NULL;
}

bool a64_decode_fp_cvt(A64Decode *d, uint32_t insn, A64Op *op)
{
    static const uint8_t rounding[4] = { FP_NEAREST_EVEN, FP_UP, FP_DOWN, FP_TO_ZERO };
    unsigned rmode = BITS(insn, 19, 2), opcode = BITS(insn, 16, 3);
    unsigned type = BITS(insn, 22, 2), scale = BITS(insn, 10, 6), fbits = 0;
    bool fixed = !BIT_AT(insn, 21), wide = insn >> 31;
    uint64_t is_signed = !(opcode & 1);

    if (opcode >= 6 && !fixed) {
        return decode_moves(insn, op);
    }
    if (type > 1 || opcode >= 6) {
        return false;
    }
    op->aux = type ? FP_D : FP_S;
    op->ra = wide ? 64 : 32;
    if (fixed) {
        fbits = 64 - scale;
        if (!wide && scale < 32) {
            return false;
        }
    }
    op->imm = rounding[rmode] | is_signed << 8 | (uint64_t)fbits << 16;
    if (opcode == 2 || opcode == 3) {
        op->fn = op_from_int;
        return rmode == 0;
    }
    op->rd = reg_dst(op->rd);
    op->fn = op_to_int;
    if (opcode >= 4) { /* FCVTA*: to nearest, ties away */
        op->imm = (op->imm & ~0xffull) | FP_NEAREST_AWAY;
        return rmode == 0 && !fixed;
    }
    return !fixed || rmode == 3;
}
