/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AdvSIMD: which encoding group an instruction belongs to.
 */
#include "qemu/osdep.h"
#include "simd.h"

static bool decode_vector(uint32_t insn, A64Op *op)
{
    unsigned low = BITS(insn, 10, 2), at17 = BITS(insn, 17, 5);

    if (BIT_AT(insn, 24)) {
        if (!BIT_AT(insn, 10)) {
            return a64_simd_by_element(insn, op, false);
        }
        if (BIT_AT(insn, 23)) {
            return false;
        }
        return BITS(insn, 19, 4) ? a64_simd_shift_imm(insn, op, false)
                                 : a64_simd_mod_imm(insn, op);
    }
    if (BIT_AT(insn, 21)) {
        if (BIT_AT(insn, 10)) {
            return a64_simd_three_same(insn, op, false);
        }
        if (low == 0) {
            return a64_simd_three_diff(insn, op, false);
        }
        if (at17 == 0x10) {
            return a64_simd_two_misc(insn, op, false);
        }
        return at17 == 0x18 && a64_simd_across(insn, op);
    }
    if (BIT_AT(insn, 15)) {
        return false;
    }
    if (BIT_AT(insn, 10)) {
        return BITS(insn, 22, 2) == 0 && a64_simd_copy(insn, op, false);
    }
    if (BIT_AT(insn, 29)) {
        return a64_simd_ext(insn, op);
    }
    return low == 2 ? a64_simd_permute(insn, op) : a64_simd_table(insn, op);
}

static bool decode_scalar(uint32_t insn, A64Op *op)
{
    unsigned low = BITS(insn, 10, 2), at17 = BITS(insn, 17, 5);

    if (BIT_AT(insn, 24)) {
        if (!BIT_AT(insn, 10)) {
            return a64_simd_by_element(insn, op, true);
        }
        return !BIT_AT(insn, 23) && a64_simd_shift_imm(insn, op, true);
    }
    if (BIT_AT(insn, 21)) {
        if (BIT_AT(insn, 10)) {
            return a64_simd_three_same(insn, op, true);
        }
        if (low == 0) {
            return a64_simd_three_diff(insn, op, true);
        }
        if (at17 == 0x10) {
            return a64_simd_two_misc(insn, op, true);
        }
        return at17 == 0x18 && a64_simd_pairwise(insn, op);
    }
    return BITS(insn, 21, 3) == 0 && !BIT_AT(insn, 15) && BIT_AT(insn, 10) &&
           a64_simd_copy(insn, op, true);
}

bool a64_decode_simd(A64Decode *d, uint32_t insn, A64Op *op)
{
    bool ok;

    op->rd = insn & 31;
    op->rn = BITS(insn, 5, 5);
    op->rm = BITS(insn, 16, 5);
    if (BIT_AT(insn, 28)) {
        /* 01 U 1111x */
        ok = insn >> 30 == 1 && decode_scalar(insn, op);
    } else {
        ok = !(insn >> 31) && decode_vector(insn, op);
    }
    return ok && a64_simd_fast(insn, op);
}
