/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The first level of decoding: which class an instruction belongs to.
 */
#include "qemu/osdep.h"
#include "internal.h"

static const A64Op *op_fp_trap(A64Cpu *c, const A64Op *o)
{
    /* CV = 1, COND = 14: what AArch64 always reports. */
    return a64_raise_op(c, o, EC_FP_TRAP, 0x1e << 20);
}

static bool decode_loads_stores(A64Decode *d, uint32_t insn, A64Op *op)
{
    bool vector = BIT_AT(insn, 26);

    switch (BITS(insn, 28, 2)) {
    case 0:
        return vector ? a64_decode_ldst_vec(d, insn, op)
                      : a64_decode_ldst_ex(d, insn, op);
    case 2:
        return a64_decode_ldst_pair(d, insn, op);
    default:
        return vector ? a64_decode_ldst_fp(d, insn, op) : a64_decode_ldst(d, insn, op);
    }
}

/* Does the instruction use the FP/AdvSIMD registers? */
static bool uses_fp(uint32_t insn)
{
    unsigned group = BITS(insn, 25, 4);

    return (group & 7) == 7 || ((group & 5) == 4 && BIT_AT(insn, 26));
}

bool a64_decode(A64Decode *d, uint32_t insn, A64Op *op)
{
    bool ok = false;

    memset(op, 0, sizeof(*op));
    switch (BITS(insn, 25, 4)) {
    case 8:
    case 9:
        ok = a64_decode_imm(d, insn, op);
        break;
    case 10:
    case 11:
        ok = a64_decode_branch(d, insn, op);
        break;
    case 4:
    case 6:
    case 12:
    case 14:
        ok = decode_loads_stores(d, insn, op);
        break;
    case 5:
    case 13:
        ok = a64_decode_reg(d, insn, op);
        break;
    case 7:
    case 15:
        /* Bit 28 set with bit 30 clear is scalar FP, everything else AdvSIMD. */
        ok = BIT_AT(insn, 28) && !BIT_AT(insn, 30) ? a64_decode_fp(d, insn, op)
                                                   : a64_decode_simd(d, insn, op);
        break;
    default:
        break;
    }
    if (!ok) {
        memset(op, 0, sizeof(*op));
        op->fn = a64_undef;
        op->aux = insn;
        d->end = true;
    } else if (d->mode & MODE_FP_OFF && uses_fp(insn)) {
        memset(op, 0, sizeof(*op));
        op->fn = op_fp_trap;
        d->end = true;
    }
    return ok;
}
