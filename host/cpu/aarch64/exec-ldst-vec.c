/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LD1 to LD4 and ST1 to ST4: whole registers, interleaved structures, single lanes and
 * replicated elements.
 */
#include "qemu/osdep.h"
#include "ldst.h"

/*
 * op: rd first register, rn base, rm offset register (REG_SINK: none), imm bytes added
 * to the base, aux: the fields below.
 */
#define SIZE(o)  ((o)->aux & 3)        /* log2 of the element size */
#define REGS(o)  ((o)->aux >> 2 & 7)   /* registers of one structure */
#define REPS(o)  ((o)->aux >> 5 & 7)   /* structures side by side (LD1 of several) */
#define LANES(o) ((o)->aux >> 8 & 31)  /* elements in a register */
#define LANE(o)  ((o)->aux >> 13 & 15) /* the one of a single-lane access */
#define FULL(o)  ((o)->aux >> 17 & 1)  /* registers of 16 bytes */
#define BACK(o)  ((o)->aux >> 18 & 1)

static bool load_element(A64Cpu *c, const A64Op *o, uint64_t va, void *to)
{
    unsigned size = 1u << SIZE(o);
    void *p = a64_tlb_ptr(c->tlb, TLB_READ, va, size);

    if (likely(p)) {
        memcpy(to, p, size);
        return true;
    }
    if (!a64_load_slow(c, o, va, size, 0)) {
        return false;
    }
    memcpy(to, c->tmp, size);
    return true;
}

static bool store_element(A64Cpu *c, const A64Op *o, uint64_t va, const void *from)
{
    unsigned size = 1u << SIZE(o);
    void *p = a64_tlb_ptr(c->tlb, TLB_WRITE, va, size);

    if (likely(p)) {
        memcpy(p, from, size);
        return true;
    }
    memcpy(c->tmp, from, size);
    return a64_store_slow(c, o, va, size, 0);
}

static inline A64Vec *reg(A64Cpu *c, const A64Op *o, unsigned i)
{
    return &c->v[(o->rd + i) & 31];
}

static const A64Op *finish(A64Cpu *c, const A64Op *o)
{
    if (BACK(o)) {
        c->x[o->rn] += o->rm == REG_SINK ? o->imm : c->x[o->rm];
    }
    NEXT;
}

static bool base_bad(A64Cpu *c, const A64Op *o)
{
    return o->rn == REG_SP && ldst_sp_bad(c, o);
}

OP(op_ld_multiple)
{
    uint64_t va = c->x[o->rn];
    unsigned regs = REGS(o), reps = REPS(o);
    A64Vec v[4] = { { .d = { 0, 0 } } };

    if (base_bad(c, o)) {
        return NULL;
    }
    for (unsigned r = 0; r < reps; r++) {
        for (unsigned e = 0; e < LANES(o); e++) {
            for (unsigned i = 0; i < regs; i++, va += 1u << SIZE(o)) {
                if (!load_element(c, o, va, &v[r + i].b[e << SIZE(o)])) {
                    return NULL;
                }
            }
        }
    }
    for (unsigned i = 0; i < regs + reps - 1; i++) {
        *reg(c, o, i) = v[i];
    }
    return finish(c, o);
}
OP(op_st_multiple)
{
    uint64_t va = c->x[o->rn];
    unsigned regs = REGS(o), reps = REPS(o);
    unsigned total = regs * reps * LANES(o) << SIZE(o);

    if (base_bad(c, o)) {
        return NULL;
    }
    if (((va ^ (va + total - 1)) & PAGE_MASK) && !a64_probe_write(c, o, va, total, 0)) {
        return NULL;
    }
    for (unsigned r = 0; r < reps; r++) {
        for (unsigned e = 0; e < LANES(o); e++) {
            for (unsigned i = 0; i < regs; i++, va += 1u << SIZE(o)) {
                if (!store_element(c, o, va, &reg(c, o, r + i)->b[e << SIZE(o)])) {
                    return NULL;
                }
            }
        }
    }
    return finish(c, o);
}

/* LD1/ST1 of whole registers: bytes in order, so one access where it fits a page. */
OP(op_ld1_whole)
{
    uint64_t va = c->x[o->rn];
    unsigned bytes = FULL(o) ? 16 : 8;
    char *p = a64_tlb_ptr(c->tlb, TLB_READ, va, bytes * REPS(o));

    if (unlikely(!p) || unlikely(o->rn == REG_SP)) {
        return op_ld_multiple(c, o);
    }
    for (unsigned i = 0; i < REPS(o); i++) {
        A64Vec v = { .d = { 0, 0 } };

        memcpy(&v.d[0], p + i * bytes, 8);
        if (FULL(o)) {
            memcpy(&v.d[1], p + i * bytes + 8, 8);
        }
        *reg(c, o, i) = v;
    }
    return finish(c, o);
}
OP(op_st1_whole)
{
    uint64_t va = c->x[o->rn];
    unsigned bytes = FULL(o) ? 16 : 8;
    char *p = a64_tlb_ptr(c->tlb, TLB_WRITE, va, bytes * REPS(o));

    if (unlikely(!p) || unlikely(o->rn == REG_SP)) {
        return op_st_multiple(c, o);
    }
    for (unsigned i = 0; i < REPS(o); i++) {
        memcpy(p + i * bytes, reg(c, o, i), 8);
        if (FULL(o)) {
            memcpy(p + i * bytes + 8, &reg(c, o, i)->d[1], 8);
        }
    }
    return finish(c, o);
}

OP(op_ld_lane)
{
    uint64_t va = c->x[o->rn], value[4];
    unsigned size = 1u << SIZE(o);

    if (base_bad(c, o)) {
        return NULL;
    }
    for (unsigned i = 0; i < REGS(o); i++) {
        if (!load_element(c, o, va + i * size, &value[i])) {
            return NULL;
        }
    }
    for (unsigned i = 0; i < REGS(o); i++) {
        memcpy(&reg(c, o, i)->b[LANE(o) << SIZE(o)], &value[i], size);
    }
    return finish(c, o);
}
OP(op_st_lane)
{
    uint64_t va = c->x[o->rn];
    unsigned size = 1u << SIZE(o);

    if (base_bad(c, o)) {
        return NULL;
    }
    for (unsigned i = 0; i < REGS(o); i++) {
        if (!store_element(c, o, va + i * size, &reg(c, o, i)->b[LANE(o) << SIZE(o)])) {
            return NULL;
        }
    }
    return finish(c, o);
}
OP(op_ld_replicate)
{
    uint64_t va = c->x[o->rn], value[4];
    unsigned size = 1u << SIZE(o);

    if (base_bad(c, o)) {
        return NULL;
    }
    for (unsigned i = 0; i < REGS(o); i++) {
        if (!load_element(c, o, va + i * size, &value[i])) {
            return NULL;
        }
    }
    for (unsigned i = 0; i < REGS(o); i++) {
        A64Vec v = { .d = { 0, 0 } };

        for (unsigned e = 0; e < LANES(o); e++) {
            memcpy(&v.b[e << SIZE(o)], &value[i], size);
        }
        *reg(c, o, i) = v;
    }
    return finish(c, o);
}

static uint32_t fields(unsigned size, unsigned regs, unsigned reps, unsigned lanes,
                       unsigned lane, bool full, bool back)
{
    return size | regs << 2 | reps << 5 | lanes << 8 | lane << 13 |
           (uint32_t)full << 17 | (uint32_t)back << 18;
}

static bool decode_multiple(uint32_t insn, A64Op *op)
{
    unsigned size = BITS(insn, 10, 2), regs = 1, reps = 1;
    bool full = BIT_AT(insn, 30), load = BIT_AT(insn, 22), back = BIT_AT(insn, 23);

    switch (BITS(insn, 12, 4)) {
    case 0:
        regs = 4;
        break;
    case 2:
        reps = 4;
        break;
    case 4:
        regs = 3;
        break;
    case 6:
        reps = 3;
        break;
    case 7:
        break;
    case 8:
        regs = 2;
        break;
    case 10:
        reps = 2;
        break;
    default:
        return false;
    }
    if (BIT_AT(insn, 21) || (!back && BITS(insn, 16, 5)) ||
        (regs > 1 && size == 3 && !full)) {
        return false;
    }
    op->imm = regs * reps * (full ? 16 : 8);
    op->aux = fields(size, regs, reps, (full ? 16 : 8) >> size, 0, full, back);
    if (regs == 1) {
        op->fn = load ? op_ld1_whole : op_st1_whole;
    } else {
        op->fn = load ? op_ld_multiple : op_st_multiple;
    }
    return true;
}

static bool decode_single(uint32_t insn, A64Op *op)
{
    unsigned opcode = BITS(insn, 13, 3), size = BITS(insn, 10, 2), s = BIT_AT(insn, 12);
    unsigned regs = (BIT_AT(insn, 21) | (opcode & 1) << 1) + 1;
    unsigned q = BIT_AT(insn, 30), scale = opcode >> 1;
    unsigned index = q << 3 | s << 2 | size;
    bool load = BIT_AT(insn, 22), back = BIT_AT(insn, 23);

    if (!back && BITS(insn, 16, 5)) {
        return false;
    }
    if (scale == 3) {
        op->imm = regs << size;
        op->aux = fields(size, regs, 1, (q ? 16 : 8) >> size, 0, q, back);
        op->fn = op_ld_replicate;
        return load && !s;
    }
    if (scale == 2 && size & 1) {
        scale = 3;
        if (size != 1 || s) {
            return false;
        }
    } else if ((scale == 1 && size & 1) || (scale == 2 && size & 2)) {
        return false;
    }
    op->imm = regs << scale;
    op->aux = fields(scale, regs, 1, 1, index >> scale, q, back);
    op->fn = load ? op_ld_lane : op_st_lane;
    return true;
}

bool a64_decode_ldst_vec(A64Decode *d, uint32_t insn, A64Op *op)
{
    unsigned rm = BITS(insn, 16, 5);

    if (insn >> 31 || BITS(insn, 25, 5) != 6) {
        return false;
    }
    op->rd = insn & 31;
    op->rn = reg_sp(BITS(insn, 5, 5));
    op->rm = rm == 31 ? REG_SINK : rm;
    return BIT_AT(insn, 24) ? decode_single(insn, op) : decode_multiple(insn, op);
}
