/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loads and stores of one FP/AdvSIMD register. A load clears the rest of the register.
 */
#include "qemu/osdep.h"
#include "ldst.h"

#define LOAD(name, type, mode, base)                                                   \
    OP(name##_##mode##_##base)                                                         \
    {                                                                                  \
        A64Vec v = { .d = { 0, 0 } };                                                  \
        uint64_t va;                                                                   \
        void *p;                                                                       \
                                                                                       \
        LDST_CHECK_##base;                                                             \
        va = LDST_ADDR_##mode;                                                         \
        p = a64_tlb_ptr(c->tlb, TLB_READ, va, sizeof(type));                           \
        if (likely(p)) {                                                               \
            memcpy(&v, p, sizeof(type));                                               \
        } else {                                                                       \
            if (!a64_load_slow(c, o, va, sizeof(type), 0)) {                           \
                return NULL;                                                           \
            }                                                                          \
            memcpy(&v, c->tmp, sizeof(type));                                          \
        }                                                                              \
        LDST_BACK_##mode;                                                              \
        c->v[o->rd] = v;                                                               \
        NEXT;                                                                          \
    }

#define STORE(name, type, mode, base)                                                  \
    OP(name##_##mode##_##base)                                                         \
    {                                                                                  \
        uint64_t va;                                                                   \
        void *p;                                                                       \
                                                                                       \
        LDST_CHECK_##base;                                                             \
        va = LDST_ADDR_##mode;                                                         \
        p = a64_tlb_ptr(c->tlb, TLB_WRITE, va, sizeof(type));                          \
        if (likely(p)) {                                                               \
            memcpy(p, &c->v[o->rd], sizeof(type));                                     \
        } else {                                                                       \
            memcpy(c->tmp, &c->v[o->rd], sizeof(type));                                \
            if (!a64_store_slow(c, o, va, sizeof(type), 0)) {                          \
                return NULL;                                                           \
            }                                                                          \
        }                                                                              \
        LDST_BACK_##mode;                                                              \
        NEXT;                                                                          \
    }

/* Indexed by log2 of the size and load. */
#define KINDS(mode, base)                                                              \
    STORE(strb, uint8_t, mode, base)                                                   \
    STORE(strh, uint16_t, mode, base)                                                  \
    STORE(strs, uint32_t, mode, base)                                                  \
    STORE(strd, uint64_t, mode, base)                                                  \
    STORE(strq, A64Vec, mode, base)                                                    \
    LOAD(ldrb, uint8_t, mode, base)                                                    \
    LOAD(ldrh, uint16_t, mode, base)                                                   \
    LOAD(ldrs, uint32_t, mode, base)                                                   \
    LOAD(ldrd, uint64_t, mode, base)                                                   \
    LOAD(ldrq, A64Vec, mode, base)                                                     \
    static const A64Handler table_##mode##_##base[10] = {                              \
        strb_##mode##_##base, ldrb_##mode##_##base, strh_##mode##_##base,              \
        ldrh_##mode##_##base, strs_##mode##_##base, ldrs_##mode##_##base,              \
        strd_##mode##_##base, ldrd_##mode##_##base, strq_##mode##_##base,              \
        ldrq_##mode##_##base                                                           \
    };

#define BASES(mode)                                                                    \
    KINDS(mode, gp)                                                                    \
    KINDS(mode, sp)

BASES(imm)
BASES(post)
BASES(pre)
BASES(reg)
BASES(ext)

LOAD(ldrs, uint32_t, lit, gp)
LOAD(ldrd, uint64_t, lit, gp)
LOAD(ldrq, A64Vec, lit, gp)

bool a64_decode_ldst_fp(A64Decode *d, uint32_t insn, A64Op *op)
{
    static const A64Handler *const tables[LDST_MODES][2] = {
        { table_imm_gp, table_imm_sp }, { table_post_gp, table_post_sp },
        { table_pre_gp, table_pre_sp }, { table_reg_gp, table_reg_sp },
        { table_ext_gp, table_ext_sp },
    };
    static const A64Handler literal[3] = { ldrs_lit_gp, ldrd_lit_gp, ldrq_lit_gp };
    unsigned size = insn >> 30, opc = BITS(insn, 22, 2);
    unsigned scale = opc & 2 ? 4 : size;
    LdstMode mode;

    op->rd = insn & 31;
    if (BITS(insn, 28, 2) == 1) {
        op->imm = d->pc + (uint64_t)((int64_t)(int32_t)(insn << 8) >> 13 << 2);
        op->fn = size < 3 ? literal[size] : NULL;
        return op->fn && BIT_AT(insn, 27) && !BIT_AT(insn, 24);
    }
    if (!BIT_AT(insn, 27) || (opc & 2 && size)) {
        return false;
    }
    mode = a64_ldst_mode(insn, scale, op);
    if (mode == LDST_BAD || mode == LDST_UNPRIV) {
        return false;
    }
    op->fn = tables[mode][op->rn == REG_SP][scale << 1 | (opc & 1)];
    return true;
}
