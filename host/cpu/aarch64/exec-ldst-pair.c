/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loads and stores of register pairs, general and vector. Nothing changes before both
 * elements are known to be accessible.
 */
#include "qemu/osdep.h"
#include "ldst.h"

#define LOAD_PAIR(name, type, set, mode, base)                                         \
    OP(name##_##mode##_##base)                                                         \
    {                                                                                  \
        uint64_t va;                                                                   \
        type v[2];                                                                     \
        char *p;                                                                       \
                                                                                       \
        LDST_CHECK_##base;                                                             \
        va = LDST_ADDR_##mode;                                                         \
        p = a64_tlb_ptr(c->tlb, TLB_READ, va, sizeof(v));                              \
        if (likely(p)) {                                                               \
            memcpy(&v[0], p, sizeof(type));                                            \
            memcpy(&v[1], p + sizeof(type), sizeof(type));                             \
        } else {                                                                       \
            if (!a64_load_slow(c, o, va, sizeof(type), 0)) {                           \
                return NULL;                                                           \
            }                                                                          \
            memcpy(&v[0], c->tmp, sizeof(type));                                       \
            if (!a64_load_slow(c, o, va + sizeof(type), sizeof(type), 0)) {            \
                return NULL;                                                           \
            }                                                                          \
            memcpy(&v[1], c->tmp, sizeof(type));                                       \
        }                                                                              \
        LDST_BACK_##mode;                                                              \
        set(rd, v[0]);                                                                 \
        set(ra, v[1]);                                                                 \
        NEXT;                                                                          \
    }

#define STORE_PAIR(name, type, get, mode, base)                                        \
    OP(name##_##mode##_##base)                                                         \
    {                                                                                  \
        uint64_t va;                                                                   \
        type v[2] = { get(rd), get(ra) };                                              \
        char *p;                                                                       \
                                                                                       \
        LDST_CHECK_##base;                                                             \
        va = LDST_ADDR_##mode;                                                         \
        p = a64_tlb_ptr(c->tlb, TLB_WRITE, va, sizeof(v));                             \
        if (likely(p)) {                                                               \
            memcpy(p, &v[0], sizeof(type));                                            \
            memcpy(p + sizeof(type), &v[1], sizeof(type));                             \
        } else {                                                                       \
            if (!a64_probe_write(c, o, va, sizeof(v), 0)) {                            \
                return NULL;                                                           \
            }                                                                          \
            memcpy(c->tmp, &v[0], sizeof(type));                                       \
            if (!a64_store_slow(c, o, va, sizeof(type), 0)) {                          \
                return NULL;                                                           \
            }                                                                          \
            memcpy(c->tmp, &v[1], sizeof(type));                                       \
            if (!a64_store_slow(c, o, va + sizeof(type), sizeof(type), 0)) {           \
                return NULL;                                                           \
            }                                                                          \
        }                                                                              \
        LDST_BACK_##mode;                                                              \
        NEXT;                                                                          \
    }

typedef unsigned __int128 Quad;

#define GET_X(r)         c->x[o->r]
#define GET_W(r)         (uint32_t) c->x[o->r]
#define GET_S(r)         c->v[o->r].s[0]
#define GET_D(r)         c->v[o->r].d[0]
#define GET_Q(r)         ((Quad)c->v[o->r].d[1] << 64 | c->v[o->r].d[0])
#define SET_X(r, value)  c->x[o->r] = (value)
#define SET_SW(r, value) c->x[o->r] = (int64_t)(value)
#define SET_D(r, value)                                                                \
    c->v[o->r] = (A64Vec)                                                              \
    {                                                                                  \
        .d = {(value), 0 }                                                             \
    }
#define SET_Q(r, value)                                                                \
    c->v[o->r] = (A64Vec)                                                              \
    {                                                                                  \
        .d = {(uint64_t)(value), (uint64_t)((value) >> 64) }                           \
    }

/* Indexed by V, opc, L. */
#define KINDS(mode, base)                                                              \
    STORE_PAIR(stpw, uint32_t, GET_W, mode, base)                                      \
    LOAD_PAIR(ldpw, uint32_t, SET_X, mode, base)                                       \
    LOAD_PAIR(ldpsw, int32_t, SET_SW, mode, base)                                      \
    STORE_PAIR(stpx, uint64_t, GET_X, mode, base)                                      \
    LOAD_PAIR(ldpx, uint64_t, SET_X, mode, base)                                       \
    STORE_PAIR(stps, uint32_t, GET_S, mode, base)                                      \
    LOAD_PAIR(ldps, uint32_t, SET_D, mode, base)                                       \
    STORE_PAIR(stpd, uint64_t, GET_D, mode, base)                                      \
    LOAD_PAIR(ldpd, uint64_t, SET_D, mode, base)                                       \
    STORE_PAIR(stpq, Quad, GET_Q, mode, base)                                          \
    LOAD_PAIR(ldpq, Quad, SET_Q, mode, base)                                           \
    static const A64Handler table_##mode##_##base[16] = { stpw_##mode##_##base,        \
                                                          ldpw_##mode##_##base,        \
                                                          NULL,                        \
                                                          ldpsw_##mode##_##base,       \
                                                          stpx_##mode##_##base,        \
                                                          ldpx_##mode##_##base,        \
                                                          NULL,                        \
                                                          NULL,                        \
                                                          stps_##mode##_##base,        \
                                                          ldps_##mode##_##base,        \
                                                          stpd_##mode##_##base,        \
                                                          ldpd_##mode##_##base,        \
                                                          stpq_##mode##_##base,        \
                                                          ldpq_##mode##_##base };

#define BASES(mode)                                                                    \
    KINDS(mode, gp)                                                                    \
    KINDS(mode, sp)

BASES(imm)
BASES(post)
BASES(pre)

bool a64_decode_ldst_pair(A64Decode *d, uint32_t insn, A64Op *op)
{
    static const A64Handler *const tables[4][2] = {
        { table_imm_gp, table_imm_sp },
        { table_post_gp, table_post_sp },
        { table_imm_gp, table_imm_sp },
        { table_pre_gp, table_pre_sp },
    };
    unsigned opc = insn >> 30, vector = BIT_AT(insn, 26), load = BIT_AT(insn, 22);
    unsigned mode = BITS(insn, 23, 2);
    unsigned scale = vector ? 2 + opc : opc == 2 ? 3 : 2;

    /* LDPSW has no non-temporal form. */
    if (BITS(insn, 27, 1) != 1 || BIT_AT(insn, 25) ||
        (!vector && opc == 1 && mode == 0)) {
        return false;
    }
    op->imm = (uint64_t)((int64_t)(int32_t)(insn << 10) >> 25 << scale);
    op->rn = reg_sp(BITS(insn, 5, 5));
    op->rd = insn & 31;
    op->ra = BITS(insn, 10, 5);
    if (load && !vector) {
        op->rd = reg_dst(op->rd);
        op->ra = reg_dst(op->ra);
    }
    op->fn = tables[mode][op->rn == REG_SP][vector << 3 | opc << 1 | load];
    return op->fn != NULL;
}
