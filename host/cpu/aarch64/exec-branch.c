/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Branches. Every one of them ends a block; imm is the target.
 */
#include "qemu/osdep.h"
#include "internal.h"

#define X(r) c->x[o->r]
#define W(r) ((uint32_t)c->x[o->r])

static inline const A64Op *taken(A64Cpu *c, const A64Op *o)
{
    return a64_goto_link(c, 0, o->imm);
}

static inline const A64Op *not_taken(A64Cpu *c, const A64Op *o)
{
    return a64_goto_link(c, 1, a64_op_pc(c, o) + 4);
}

OP(op_b)
{
    return taken(c, o);
}
OP(op_bl)
{
    c->x[30] = a64_op_pc(c, o) + 4;
    return taken(c, o);
}
OP(op_br)
{
    return a64_goto(c, X(rn));
}
OP(op_blr)
{
    uint64_t to = X(rn);

    c->x[30] = a64_op_pc(c, o) + 4;
    return a64_goto(c, to);
}

#define BRANCH_IF(name, condition)                                                     \
    OP(name)                                                                           \
    {                                                                                  \
        return (condition) ? taken(c, o) : not_taken(c, o);                            \
    }
BRANCH_IF(op_cbz64, X(rd) == 0)
BRANCH_IF(op_cbz32, W(rd) == 0)
BRANCH_IF(op_cbnz64, X(rd) != 0)
BRANCH_IF(op_cbnz32, W(rd) != 0)
BRANCH_IF(op_tbz, !(X(rd) >> o->aux & 1))
BRANCH_IF(op_tbnz, X(rd) >> o->aux & 1)
BRANCH_IF(op_b_eq, c->zf == 0)
BRANCH_IF(op_b_ne, c->zf != 0)
BRANCH_IF(op_b_cs, c->cf)
BRANCH_IF(op_b_cc, !c->cf)
BRANCH_IF(op_b_mi, c->nf < 0)
BRANCH_IF(op_b_pl, c->nf >= 0)
BRANCH_IF(op_b_vs, c->vf)
BRANCH_IF(op_b_vc, !c->vf)
BRANCH_IF(op_b_hi, c->cf && c->zf)
BRANCH_IF(op_b_ls, !c->cf || !c->zf)
BRANCH_IF(op_b_ge, (c->nf < 0) == c->vf)
BRANCH_IF(op_b_lt, (c->nf < 0) != c->vf)
BRANCH_IF(op_b_gt, (c->nf < 0) == c->vf && c->zf)
BRANCH_IF(op_b_le, (c->nf < 0) != c->vf || !c->zf)

static bool decode_branch_reg(A64Decode *d, uint32_t insn, A64Op *op)
{
    unsigned opc = BITS(insn, 21, 4);

    if (BITS(insn, 10, 11) != 0x7c0 || insn & 31) {
        return false;
    }
    op->rn = BITS(insn, 5, 5);
    switch (opc) {
    case 0:
    case 2:
        op->fn = op_br;
        return true;
    case 1:
        op->fn = op_blr;
        return true;
    case 4:
        op->fn = a64_eret;
        return op->rn == 31 && d->mode & MODE_EL1;
    default:
        return false;
    }
}

static int64_t offset19(uint32_t insn)
{
    return (int64_t)(int32_t)(insn << 8) >> 13 << 2;
}

bool a64_decode_branch(A64Decode *d, uint32_t insn, A64Op *op)
{
    static const A64Handler conds[16] = {
        op_b_eq, op_b_ne, op_b_cs, op_b_cc, op_b_mi, op_b_pl, op_b_vs, op_b_vc,
        op_b_hi, op_b_ls, op_b_ge, op_b_lt, op_b_gt, op_b_le, op_b,    op_b,
    };
    static const A64Handler compare[4] = { op_cbz32, op_cbnz32, op_cbz64, op_cbnz64 };

    d->end = true;
    op->rd = insn & 31;
    switch (BITS(insn, 25, 6)) {
    case 0x0a:
    case 0x0b:
        op->imm = d->pc + (uint64_t)((int64_t)(int32_t)(insn << 6) >> 4);
        op->fn = insn >> 31 ? op_bl : op_b;
        return true;
    case 0x1a:
        op->imm = d->pc + (uint64_t)offset19(insn);
        op->fn = compare[(insn >> 31) << 1 | BIT_AT(insn, 24)];
        return true;
    case 0x1b:
        op->aux = (insn >> 31) << 5 | BITS(insn, 19, 5);
        op->imm = d->pc + (uint64_t)((int64_t)(int32_t)(insn << 13) >> 18 << 2);
        op->fn = BIT_AT(insn, 24) ? op_tbnz : op_tbz;
        return true;
    default:
        break;
    }
    if (insn >> 25 == 0x2a) {
        op->imm = d->pc + (uint64_t)offset19(insn);
        op->fn = conds[insn & 15];
        return !BIT_AT(insn, 24) && !BIT_AT(insn, 4);
    }
    if (insn >> 25 == 0x6b) {
        return decode_branch_reg(d, insn, op);
    }
    if (insn >> 25 == 0x6a) {
        return a64_decode_system(d, insn, op);
    }
    return false;
}
