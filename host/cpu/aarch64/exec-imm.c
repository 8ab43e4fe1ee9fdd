/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Data processing with an immediate: add and subtract, logical, move wide, bitfield,
 * extract, and the address of a label.
 */
#include "qemu/osdep.h"
#include "internal.h"
#include "flags.h"

OP(op_add_imm64)
{
    c->x[o->rd] = c->x[o->rn] + o->imm;
    NEXT;
}
OP(op_add_imm32)
{
    c->x[o->rd] = (uint32_t)(c->x[o->rn] + o->imm);
    NEXT;
}
OP(op_sub_imm64)
{
    c->x[o->rd] = c->x[o->rn] - o->imm;
    NEXT;
}
OP(op_sub_imm32)
{
    c->x[o->rd] = (uint32_t)(c->x[o->rn] - o->imm);
    NEXT;
}
OP(op_adds_imm64)
{
    c->x[o->rd] = flags_add64(c, c->x[o->rn], o->imm);
    NEXT;
}
OP(op_adds_imm32)
{
    c->x[o->rd] = flags_add32(c, c->x[o->rn], o->imm);
    NEXT;
}
OP(op_subs_imm64)
{
    c->x[o->rd] = flags_sub64(c, c->x[o->rn], o->imm);
    NEXT;
}
OP(op_subs_imm32)
{
    c->x[o->rd] = flags_sub32(c, c->x[o->rn], o->imm);
    NEXT;
}

/* A logical immediate of 32 bits is zero-extended, so AND needs no truncation. */
OP(op_and_imm)
{
    c->x[o->rd] = c->x[o->rn] & o->imm;
    NEXT;
}
OP(op_orr_imm64)
{
    c->x[o->rd] = c->x[o->rn] | o->imm;
    NEXT;
}
OP(op_orr_imm32)
{
    c->x[o->rd] = (uint32_t)c->x[o->rn] | o->imm;
    NEXT;
}
OP(op_eor_imm64)
{
    c->x[o->rd] = c->x[o->rn] ^ o->imm;
    NEXT;
}
OP(op_eor_imm32)
{
    c->x[o->rd] = (uint32_t)c->x[o->rn] ^ o->imm;
    NEXT;
}
OP(op_ands_imm64)
{
    c->x[o->rd] = flags_logic64(c, c->x[o->rn] & o->imm);
    NEXT;
}
OP(op_ands_imm32)
{
    c->x[o->rd] = flags_logic32(c, c->x[o->rn] & o->imm);
    NEXT;
}

OP(op_mov_const)
{
    c->x[o->rd] = o->imm;
    NEXT;
}
OP(op_movk)
{
    c->x[o->rd] = (c->x[o->rd] & ~(0xffffull << o->aux)) | o->imm;
    NEXT;
}
OP(op_movk32)
{
    c->x[o->rd] = (uint32_t)((c->x[o->rd] & ~(0xffffull << o->aux)) | o->imm);
    NEXT;
}

/* Bitfields: rm = shift to the right, ra = width or place. */
OP(op_ubfx)
{
    c->x[o->rd] = (c->x[o->rn] >> o->rm) & o->imm;
    NEXT;
}
OP(op_lsr32_imm)
{
    c->x[o->rd] = (uint32_t)c->x[o->rn] >> o->rm;
    NEXT;
}
OP(op_lsr64_imm)
{
    c->x[o->rd] = c->x[o->rn] >> o->rm;
    NEXT;
}
OP(op_ubfiz)
{
    c->x[o->rd] = (c->x[o->rn] & o->imm) << o->rm;
    NEXT;
}
OP(op_lsl64_imm)
{
    c->x[o->rd] = c->x[o->rn] << o->rm;
    NEXT;
}
OP(op_sbf64) /* left by rm, then arithmetic right by ra */
{
    c->x[o->rd] = (int64_t)(c->x[o->rn] << o->rm) >> o->ra;
    NEXT;
}
OP(op_sbf32)
{
    c->x[o->rd] = (uint32_t)((int64_t)(c->x[o->rn] << o->rm) >> o->ra);
    NEXT;
}
OP(op_sxtw)
{
    c->x[o->rd] = (int64_t)(int32_t)c->x[o->rn];
    NEXT;
}
OP(op_bfm) /* insert: rotate right by rm, imm = bits taken */
{
    uint64_t v = c->x[o->rn];

    v = o->rm ? v >> o->rm | v << (64 - o->rm) : v;
    c->x[o->rd] = (c->x[o->rd] & ~o->imm) | (v & o->imm);
    NEXT;
}
OP(op_bfm32)
{
    uint32_t v = c->x[o->rn];

    v = o->rm ? v >> o->rm | v << (32 - o->rm) : v;
    c->x[o->rd] = ((uint32_t)c->x[o->rd] & ~o->imm) | (v & o->imm);
    NEXT;
}
OP(op_extr64)
{
    c->x[o->rd] = c->x[o->rm] >> o->aux | c->x[o->rn] << (64 - o->aux);
    NEXT;
}
OP(op_extr32)
{
    uint64_t both = c->x[o->rn] << 32 | (uint32_t)c->x[o->rm];

    c->x[o->rd] = (uint32_t)(both >> o->aux);
    NEXT;
}
OP(op_mov_reg)
{
    c->x[o->rd] = c->x[o->rm];
    NEXT;
}

static bool decode_add_sub(uint32_t insn, A64Op *op)
{
    static const A64Handler h[8] = {
        op_add_imm32, op_adds_imm32, op_sub_imm32, op_subs_imm32,
        op_add_imm64, op_adds_imm64, op_sub_imm64, op_subs_imm64,
    };
    bool set_flags = BIT_AT(insn, 29);

    if (BIT_AT(insn, 23)) {
        return false;
    }
    op->rd = set_flags ? reg_dst(insn & 31) : reg_sp(insn & 31);
    op->rn = reg_sp(BITS(insn, 5, 5));
    op->imm = (uint64_t)BITS(insn, 10, 12) << (BIT_AT(insn, 22) ? 12 : 0);
    op->fn = h[insn >> 29];
    return true;
}

static uint64_t ones(unsigned n)
{
    return n >= 64 ? ~0ull : (1ull << n) - 1;
}

static uint64_t rotate_right(uint64_t v, unsigned by, unsigned width)
{
    by %= width;
    return by ? ((v >> by) | (v << (width - by))) & ones(width) : v & ones(width);
}

bool a64_bitmask_imm(unsigned n, unsigned imms, unsigned immr, unsigned width,
                     uint64_t *wmask, uint64_t *tmask)
{
    unsigned key = n << 6 | (~imms & 0x3f);
    unsigned len, esize, s, r;
    uint64_t w, t;

    if (key < 2 || (n && width == 32)) {
        return false;
    }
    len = 31 - __builtin_clz(key);
    esize = 1u << len;
    s = imms & (esize - 1);
    r = immr & (esize - 1);
    if (wmask && s == esize - 1) {
        return false;
    }
    w = rotate_right(ones(s + 1), r, esize);
    t = ones(((s - r) & (esize - 1)) + 1);
    for (unsigned e = esize; e < 64; e *= 2) {
        w |= w << e;
        t |= t << e;
    }
    if (wmask) {
        *wmask = w & ones(width);
    }
    if (tmask) {
        *tmask = t & ones(width);
    }
    return true;
}

static bool decode_logical(uint32_t insn, A64Op *op)
{
    static const A64Handler h[8] = {
        op_and_imm, op_orr_imm32, op_eor_imm32, op_ands_imm32,
        op_and_imm, op_orr_imm64, op_eor_imm64, op_ands_imm64,
    };
    unsigned width = insn >> 31 ? 64 : 32;

    if (!a64_bitmask_imm(BIT_AT(insn, 22), BITS(insn, 10, 6), BITS(insn, 16, 6), width,
                         &op->imm, NULL)) {
        return false;
    }
    op->rn = BITS(insn, 5, 5);
    op->rd = BITS(insn, 29, 2) == 3 ? reg_dst(insn & 31) : reg_sp(insn & 31);
    op->fn = h[insn >> 29];
    if (op->rn == REG_ZR && BITS(insn, 29, 2) == 1) {
        op->fn = op_mov_const;
    }
    return true;
}

static bool decode_move_wide(uint32_t insn, A64Op *op)
{
    bool wide = insn >> 31;
    unsigned shift = BITS(insn, 21, 2) * 16;
    uint64_t imm = (uint64_t)BITS(insn, 5, 16) << shift;

    if (!wide && shift > 16) {
        return false;
    }
    op->rd = reg_dst(insn & 31);
    op->fn = op_mov_const;
    switch (BITS(insn, 29, 2)) {
    case 0:
        op->imm = wide ? ~imm : (uint32_t)~imm;
        return true;
    case 2:
        op->imm = imm;
        return true;
    case 3:
        op->aux = shift;
        op->imm = imm;
        op->fn = wide ? op_movk : op_movk32;
        return true;
    default:
        return false;
    }
}

static void decode_ubfm(A64Op *op, unsigned r, unsigned s, unsigned width)
{
    if (s >= r) {
        op->rm = r;
        op->imm = ones(s - r + 1);
        op->fn = op_ubfx;
        if (s == width - 1) {
            op->fn = width == 64 ? op_lsr64_imm : op_lsr32_imm;
        }
    } else {
        op->rm = width - r;
        op->imm = ones(s + 1);
        op->fn = width == 64 && s == r - 1 ? op_lsl64_imm : op_ubfiz;
    }
}

static void decode_sbfm(A64Op *op, unsigned r, unsigned s, unsigned width)
{
    op->rm = 63 - s;
    if (s >= r) {
        op->ra = 63 - s + r;
    } else {
        op->ra = 63 - s - (width - r);
    }
    op->fn = width == 64 ? op_sbf64 : op_sbf32;
    if (width == 64 && r == 0 && s == 31) {
        op->fn = op_sxtw;
    }
}

static bool decode_bitfield(uint32_t insn, A64Op *op)
{
    unsigned width = insn >> 31 ? 64 : 32, r = BITS(insn, 16, 6), s = BITS(insn, 10, 6);
    uint64_t take;

    if (BIT_AT(insn, 22) != insn >> 31 || r >= width || s >= width) {
        return false;
    }
    op->rd = reg_dst(insn & 31);
    op->rn = BITS(insn, 5, 5);
    switch (BITS(insn, 29, 2)) {
    case 0:
        decode_sbfm(op, r, s, width);
        return true;
    case 1:
        /* rotated source, then only the field's bits */
        take = s >= r ? ones(s - r + 1) : ones(s + 1) << (width - r);
        op->rm = r;
        op->imm = take;
        op->fn = width == 64 ? op_bfm : op_bfm32;
        return true;
    case 2:
        decode_ubfm(op, r, s, width);
        return true;
    default:
        return false;
    }
}

static bool decode_extract(uint32_t insn, A64Op *op)
{
    bool wide = insn >> 31;

    if (BITS(insn, 29, 2) || BIT_AT(insn, 21) || BIT_AT(insn, 22) != wide ||
        (!wide && BIT_AT(insn, 15))) {
        return false;
    }
    op->rd = reg_dst(insn & 31);
    op->rn = BITS(insn, 5, 5);
    op->rm = BITS(insn, 16, 5);
    op->aux = BITS(insn, 10, 6);
    op->fn = !wide ? op_extr32 : op->aux ? op_extr64 : op_mov_reg;
    return true;
}

bool a64_decode_imm(A64Decode *d, uint32_t insn, A64Op *op)
{
    int64_t label;

    switch (BITS(insn, 23, 3)) {
    case 0:
    case 1:
        label = (int64_t)(int32_t)(insn << 8) >> 11 & ~3;
        label |= BITS(insn, 29, 2);
        op->rd = reg_dst(insn & 31);
        op->imm = insn >> 31 ? (d->pc & PAGE_MASK) + (uint64_t)label * 4096
                             : d->pc + (uint64_t)label;
        op->fn = op_mov_const;
        return true;
    case 2:
        return decode_add_sub(insn, op);
    case 4:
        return decode_logical(insn, op);
    case 5:
        return decode_move_wide(insn, op);
    case 6:
        return decode_bitfield(insn, op);
    case 7:
        return decode_extract(insn, op);
    default:
        return false;
    }
}
