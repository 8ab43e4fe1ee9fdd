/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AdvSIMD that programs use all day, as plain loops over the register that the compiler
 * turns into host vector instructions. rn and rm as decoded, aux = 16 or 8 bytes.
 */
#include "qemu/osdep.h"
#include "simd.h"

#define VECTOR(name, field, value)                                                     \
    OP(name)                                                                           \
    {                                                                                  \
        const A64Vec a = c->v[o->rn], b = c->v[o->rm], d = c->v[o->rd];                \
        A64Vec r;                                                                      \
                                                                                       \
        (void)a, (void)b, (void)d;                                                     \
        for (unsigned i = 0; i < sizeof(r.field) / sizeof(r.field[0]); i++) {          \
            r.field[i] = (value);                                                      \
        }                                                                              \
        r.d[1] = o->aux == 16 ? r.d[1] : 0;                                            \
        c->v[o->rd] = r;                                                               \
        NEXT;                                                                          \
    }

/* The same operation on 8, 16, 32 and 64 bits. */
#define SIZES(name, kind, value)                                                       \
    VECTOR(name##_b, kind##b, value(kind##b))                                          \
    VECTOR(name##_h, kind##h, value(kind##h))                                          \
    VECTOR(name##_s, kind##s, value(kind##s))                                          \
    VECTOR(name##_d, kind##d, value(kind##d))                                          \
    static const A64Handler name[4] = { name##_b, name##_h, name##_s, name##_d };

#define ADD(f)     a.f[i] + b.f[i]
#define SUB(f)     a.f[i] - b.f[i]
#define CMEQ(f)    a.f[i] == b.f[i] ? -1 : 0
#define CMGT(f)    a.f[i] > b.f[i] ? -1 : 0
#define CMGE(f)    a.f[i] >= b.f[i] ? -1 : 0
#define CMT0(f)    a.f[i] == 0 ? -1 : 0
#define TST(f)     (a.f[i] & b.f[i]) != 0 ? -1 : 0
#define SHL(f)     a.f[i] << o->ra
#define SHR(f)     a.f[i] >> o->ra
#define MULT(f)    a.f[i] * b.f[i]
#define MLA(f)     d.f[i] + a.f[i] * b.f[i]
#define LARGER(f)  a.f[i] > b.f[i] ? a.f[i] : b.f[i]
#define SMALLER(f) a.f[i] < b.f[i] ? a.f[i] : b.f[i]

SIZES(v_add, , ADD)
SIZES(v_sub, , SUB)
SIZES(v_cmeq, , CMEQ)
SIZES(v_cmhi, , CMGT)
SIZES(v_cmhs, , CMGE)
SIZES(v_cmgt, s, CMGT)
SIZES(v_cmge, s, CMGE)
SIZES(v_cmeq0, , CMT0)
SIZES(v_cmtst, , TST)
SIZES(v_umax, , LARGER)
SIZES(v_umin, , SMALLER)
SIZES(v_smax, s, LARGER)
SIZES(v_smin, s, SMALLER)
SIZES(v_shl, , SHL)
SIZES(v_ushr, , SHR)
SIZES(v_sshr, s, SHR)
SIZES(v_mul, , MULT)
SIZES(v_mla, , MLA)

VECTOR(v_and, d, a.d[i] & b.d[i])
VECTOR(v_bic, d, a.d[i] & ~b.d[i])
VECTOR(v_orr, d, a.d[i] | b.d[i])
VECTOR(v_orn, d, a.d[i] | ~b.d[i])
VECTOR(v_eor, d, a.d[i] ^ b.d[i])
VECTOR(v_bsl, d, (d.d[i] & a.d[i]) | (~d.d[i] & b.d[i]))
VECTOR(v_bit, d, (d.d[i] & ~b.d[i]) | (a.d[i] & b.d[i]))
VECTOR(v_bif, d, (d.d[i] & b.d[i]) | (a.d[i] & ~b.d[i]))
VECTOR(v_not, d, ~a.d[i])

/* Pairs of bytes: ADDP and UMAXP of strings and bit tricks. */
OP(v_addp_b)
{
    const A64Vec a = c->v[o->rn], b = c->v[o->rm];
    unsigned half = o->aux / 2;
    A64Vec r = { .d = { 0, 0 } };

    for (unsigned i = 0; i < half; i++) {
        r.b[i] = a.b[i * 2] + a.b[i * 2 + 1];
        r.b[half + i] = b.b[i * 2] + b.b[i * 2 + 1];
    }
    c->v[o->rd] = r;
    NEXT;
}
OP(v_umaxp_b)
{
    const A64Vec a = c->v[o->rn], b = c->v[o->rm];
    unsigned half = o->aux / 2;
    A64Vec r = { .d = { 0, 0 } };

    for (unsigned i = 0; i < half; i++) {
        r.b[i] = a.b[i * 2] > a.b[i * 2 + 1] ? a.b[i * 2] : a.b[i * 2 + 1];
        r.b[half + i] = b.b[i * 2] > b.b[i * 2 + 1] ? b.b[i * 2] : b.b[i * 2 + 1];
    }
    c->v[o->rd] = r;
    NEXT;
}
OP(v_shrn_b) /* ra: shift, aux: lower half */
{
    const A64Vec a = c->v[o->rn];
    uint64_t r = 0;

    for (unsigned i = 0; i < 8; i++) {
        r |= (uint64_t)(uint8_t)(a.h[i] >> o->ra) << i * 8;
    }
    c->v[o->rd] = (A64Vec){ .d = { r, 0 } };
    NEXT;
}

static A64Handler three_same(uint32_t insn)
{
    static const A64Handler *const by_opcode[32][2] = {
        [0x06] = { v_cmgt, v_cmhi }, [0x07] = { v_cmge, v_cmhs },
        [0x0c] = { v_smax, v_umax }, [0x0d] = { v_smin, v_umin },
        [0x10] = { v_add, v_sub },   [0x11] = { v_cmtst, v_cmeq },
        [0x12] = { v_mla, NULL },    [0x13] = { v_mul, NULL },
    };
    static const A64Handler logical[8] = { v_and, v_bic, v_orr, v_orn,
                                           v_eor, v_bsl, v_bit, v_bif };
    unsigned opcode = BITS(insn, 11, 5), u = BIT_AT(insn, 29), size = BITS(insn, 22, 2);

    if (opcode == 3) {
        return logical[u << 2 | size];
    }
    if (opcode == 0x17 && !u && size == 0) {
        return v_addp_b;
    }
    if (opcode == 0x14 && u && size == 0) {
        return v_umaxp_b;
    }
    return by_opcode[opcode][u] ? by_opcode[opcode][u][size] : NULL;
}

static A64Handler shift_imm(uint32_t insn, A64Op *op)
{
    unsigned immh = BITS(insn, 19, 4), imm = BITS(insn, 16, 7);
    unsigned log = 31 - __builtin_clz(immh), right = (16u << log) - imm;

    switch (BITS(insn, 11, 5) << 1 | BIT_AT(insn, 29)) {
    case 0x0a << 1:
        op->ra = imm - (8u << log);
        return v_shl[log];
    case 0x00 << 1:
        op->ra = right == 8u << log ? right - 1 : right;
        return v_sshr[log];
    case 0x00 << 1 | 1:
        op->ra = right;
        return right == 8u << log ? NULL : v_ushr[log];
    case 0x10 << 1:
        op->ra = right;
        return log == 0 && !BIT_AT(insn, 30) ? v_shrn_b : NULL;
    default:
        return NULL;
    }
}

static A64Handler two_misc(uint32_t insn)
{
    switch (BITS(insn, 12, 5) << 1 | BIT_AT(insn, 29)) {
    case 0x09 << 1:
        return v_cmeq0[BITS(insn, 22, 2)];
    case 0x05 << 1 | 1:
        return BITS(insn, 22, 2) == 0 ? v_not : NULL;
    default:
        return NULL;
    }
}

bool a64_simd_fast(uint32_t insn, A64Op *op)
{
    A64Handler fn = NULL;

    if (BIT_AT(insn, 28)) {
        return true;
    }
    if (!BIT_AT(insn, 24) && BIT_AT(insn, 21) && BIT_AT(insn, 10)) {
        fn = three_same(insn);
    } else if (!BIT_AT(insn, 24) && BITS(insn, 17, 5) == 0x10 &&
               BITS(insn, 10, 2) == 2) {
        fn = two_misc(insn);
    } else if (BIT_AT(insn, 24) && BIT_AT(insn, 10) && BITS(insn, 19, 4)) {
        uint8_t ra = op->ra;

        fn = shift_imm(insn, op);
        op->ra = fn ? op->ra : ra;
    }
    if (fn) {
        op->fn = fn;
        op->aux = BIT_AT(insn, 30) ? 16 : 8;
    }
    return true;
}
