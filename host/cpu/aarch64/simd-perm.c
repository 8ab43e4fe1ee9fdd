/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AdvSIMD that moves elements about: copy, permute, extract, table lookup; and the
 * reductions of one register to one element.
 */
#include "qemu/osdep.h"
#include "simd.h"

static uint64_t element(const A64Vec *v, unsigned log, unsigned i)
{
    uint64_t r = 0;

    memcpy(&r, &v->b[i << log], 1u << log);
    return r;
}

static A64Vec replicate(uint64_t value, unsigned log, unsigned bytes)
{
    A64Vec r = { .d = { 0, 0 } };

    for (unsigned i = 0; i < bytes; i += 1u << log) {
        memcpy(&r.b[i], &value, 1u << log);
    }
    return r;
}

/* aux: log2 of the element size; ra: index; imm: bytes of the result */
OP(op_dup_element)
{
    c->v[o->rd] = replicate(element(&c->v[o->rn], o->aux, o->ra), o->aux, o->imm);
    NEXT;
}
OP(op_dup_general)
{
    c->v[o->rd] = replicate(c->x[o->rn], o->aux, o->imm);
    NEXT;
}
OP(op_ins_general)
{
    memcpy(&c->v[o->rd].b[o->ra << o->aux], &c->x[o->rn], 1u << o->aux);
    NEXT;
}
OP(op_ins_element) /* imm: index of the source */
{
    uint64_t v = element(&c->v[o->rn], o->aux, o->imm);

    memcpy(&c->v[o->rd].b[o->ra << o->aux], &v, 1u << o->aux);
    NEXT;
}
OP(op_umov)
{
    c->x[o->rd] = element(&c->v[o->rn], o->aux, o->ra);
    NEXT;
}
OP(op_smov) /* imm: 64 or 32 */
{
    unsigned up = 64 - (8u << o->aux);
    uint64_t v =
        (uint64_t)((int64_t)(element(&c->v[o->rn], o->aux, o->ra) << up) >> up);

    c->x[o->rd] = o->imm == 64 ? v : (uint32_t)v;
    NEXT;
}

bool a64_simd_copy(uint32_t insn, A64Op *op, bool scalar)
{
    unsigned imm5 = BITS(insn, 16, 5), imm4 = BITS(insn, 11, 4), log;
    bool q = BIT_AT(insn, 30);

    if (!(imm5 & 15)) {
        return false;
    }
    log = __builtin_ctz(imm5);
    op->aux = log;
    op->ra = imm5 >> (log + 1);
    op->imm = scalar ? 1u << log : q ? 16 : 8;
    if (scalar) {
        op->fn = op_dup_element;
        return !BIT_AT(insn, 29) && imm4 == 0;
    }
    if (BIT_AT(insn, 29)) {
        op->imm = imm4 >> log;
        op->fn = op_ins_element;
        return q;
    }
    switch (imm4) {
    case 0:
        op->fn = op_dup_element;
        return log < 3 || q;
    case 1:
        op->fn = op_dup_general;
        return log < 3 || q;
    case 3:
        op->fn = op_ins_general;
        return q;
    case 5:
        op->rd = reg_dst(op->rd);
        op->imm = q ? 64 : 32;
        op->fn = op_smov;
        return log < 2 || (log == 2 && q);
    case 7:
        op->rd = reg_dst(op->rd);
        op->fn = op_umov;
        return q == (log == 3);
    default:
        return false;
    }
}

/* --- Permute: aux = log2 of the element size, imm = bytes ------------------------ */

#define PERMUTE(name, from_a, from_index)                                              \
    OP(name)                                                                           \
    {                                                                                  \
        A64Vec a = c->v[o->rn], b = c->v[o->rm], r = { .d = { 0, 0 } };                \
        unsigned n = o->imm >> o->aux, part = o->ra;                                   \
                                                                                       \
        for (unsigned i = 0; i < n; i++) {                                             \
            uint64_t v = element((from_a) ? &a : &b, o->aux, from_index);              \
                                                                                       \
            memcpy(&r.b[i << o->aux], &v, 1u << o->aux);                               \
        }                                                                              \
        c->v[o->rd] = r;                                                               \
        NEXT;                                                                          \
    }

PERMUTE(op_uzp, i < n / 2, (i * 2 + part) & (n - 1))
PERMUTE(op_trn, !(i & 1), (i & ~1u) + part)
PERMUTE(op_zip, !(i & 1), i / 2 + part * n / 2)

bool a64_simd_permute(uint32_t insn, A64Op *op)
{
    static const A64Handler h[4] = { NULL, op_uzp, op_trn, op_zip };

    op->aux = BITS(insn, 22, 2);
    op->imm = BIT_AT(insn, 30) ? 16 : 8;
    op->ra = BIT_AT(insn, 14);
    op->fn = h[BITS(insn, 12, 2)];
    return op->fn && (op->aux < 3 || op->imm == 16);
}

OP(op_ext) /* aux: first byte, imm: bytes */
{
    uint8_t both[32];
    A64Vec r = { .d = { 0, 0 } };

    memcpy(both, &c->v[o->rn], o->imm);
    memcpy(both + o->imm, &c->v[o->rm], o->imm);
    memcpy(&r, both + o->aux, o->imm);
    c->v[o->rd] = r;
    NEXT;
}

bool a64_simd_ext(uint32_t insn, A64Op *op)
{
    op->aux = BITS(insn, 11, 4);
    op->imm = BIT_AT(insn, 30) ? 16 : 8;
    op->fn = op_ext;
    return BITS(insn, 22, 2) == 0 && op->aux < op->imm;
}

OP(op_table) /* aux: registers of the table; ra: TBX; imm: bytes */
{
    A64Vec index = c->v[o->rm], r = o->ra ? c->v[o->rd] : (A64Vec){ .d = { 0, 0 } };

    for (unsigned i = 0; i < o->imm; i++) {
        unsigned at = index.b[i];

        if (at < o->aux * 16) {
            r.b[i] = c->v[(o->rn + at / 16) & 31].b[at & 15];
        }
    }
    if (o->imm == 8) {
        r.d[1] = 0;
    }
    c->v[o->rd] = r;
    NEXT;
}

bool a64_simd_table(uint32_t insn, A64Op *op)
{
    op->aux = BITS(insn, 13, 2) + 1;
    op->ra = BIT_AT(insn, 12);
    op->imm = BIT_AT(insn, 30) ? 16 : 8;
    op->fn = op_table;
    return BITS(insn, 22, 2) == 0;
}

/* --- Reductions --------------------------------------------------------------------
 */

typedef enum Reduce { R_ADD, R_MAX, R_MIN } Reduce;

/* aux: log2 of the element, ra: Reduce | signed << 4 | long << 5, imm: lanes */
OP(op_reduce)
{
    bool is_signed = o->ra & 16;
    unsigned up = 64 - (8u << o->aux), out = o->ra & 32 ? o->aux + 1 : o->aux;
    const A64Vec *v = &c->v[o->rn];
    uint64_t r = 0;

    for (unsigned i = 0; i < o->imm; i++) {
        uint64_t e = element(v, o->aux, i) << up;
        bool less;

        e = is_signed ? (uint64_t)((int64_t)e >> up) : e >> up;
        less = is_signed ? (int64_t)e < (int64_t)r : e < r;
        if ((o->ra & 3) == R_ADD) {
            r += e;
        } else if (i == 0 || less == ((o->ra & 3) == R_MIN)) {
            r = e;
        }
    }
    c->v[o->rd] = (A64Vec){ .d = { r & lane_mask(out), 0 } };
    NEXT;
}

/* FMAXNMV and relatives, as the tree ((0,1),(2,3)) the architecture names. */
OP(op_fp_reduce) /* imm: function */
{
    uint64_t (*fn)(A64Cpu *, FpFmt, uint64_t, uint64_t) = (void *)(uintptr_t)o->imm;
    const A64Vec v = c->v[o->rn];
    uint64_t low = fn(c, FP_S, v.s[0], v.s[1]), high = fn(c, FP_S, v.s[2], v.s[3]);

    c->v[o->rd] = (A64Vec){ .d = { fn(c, FP_S, low, high), 0 } };
    NEXT;
}

static bool decode_fp_reduce(uint32_t insn, A64Op *op)
{
    bool minimum = BIT_AT(insn, 23), number = BITS(insn, 12, 5) == 0x0c;

    op->imm = number ? (uintptr_t)(minimum ? fp_minnm : fp_maxnm)
                     : (uintptr_t)(minimum ? fp_min : fp_max);
    op->fn = op_fp_reduce;
    return BIT_AT(insn, 30) && BIT_AT(insn, 29) && !BIT_AT(insn, 22);
}

bool a64_simd_across(uint32_t insn, A64Op *op)
{
    unsigned size = BITS(insn, 22, 2), opcode = BITS(insn, 12, 5);
    bool q = BIT_AT(insn, 30), u = BIT_AT(insn, 29);
    unsigned how;

    switch (opcode) {
    case 0x03:
        how = R_ADD | 32;
        break;
    case 0x0a:
        how = R_MAX;
        break;
    case 0x1a:
        how = R_MIN;
        break;
    case 0x1b:
        how = R_ADD;
        if (u) {
            return false;
        }
        break;
    case 0x0c:
    case 0x0f:
        return decode_fp_reduce(insn, op);
    default:
        return false;
    }
    op->aux = size;
    op->ra = how | (u ? 0 : 16);
    op->imm = (q ? 16 : 8) >> size;
    op->fn = op_reduce;
    return size < 2 || (size == 2 && q);
}

/* --- Scalar pairwise ----------------------------------------------------------------
 */

OP(op_addp_d)
{
    c->v[o->rd] = (A64Vec){ .d = { c->v[o->rn].d[0] + c->v[o->rn].d[1], 0 } };
    NEXT;
}
OP(op_fp_pair) /* imm: function, aux: format */
{
    uint64_t (*fn)(A64Cpu *, FpFmt, uint64_t, uint64_t) = (void *)(uintptr_t)o->imm;
    const A64Vec *v = &c->v[o->rn];
    bool wide = o->aux == FP_D;
    uint64_t r = fn(c, o->aux, wide ? v->d[0] : v->s[0], wide ? v->d[1] : v->s[1]);

    c->v[o->rd] = (A64Vec){ .d = { r, 0 } };
    NEXT;
}

bool a64_simd_pairwise(uint32_t insn, A64Op *op)
{
    bool u = BIT_AT(insn, 29), minimum = BIT_AT(insn, 23);

    op->aux = BIT_AT(insn, 22) ? FP_D : FP_S;
    op->fn = op_fp_pair;
    switch (BITS(insn, 12, 5)) {
    case 0x1b:
        op->fn = op_addp_d;
        return !u && BITS(insn, 22, 2) == 3;
    case 0x0c:
        op->imm = (uintptr_t)(minimum ? fp_minnm : fp_maxnm);
        return u;
    case 0x0d:
        op->imm = (uintptr_t)fp_add;
        return u && !minimum;
    case 0x0f:
        op->imm = (uintptr_t)(minimum ? fp_min : fp_max);
        return u;
    default:
        return false;
    }
}
