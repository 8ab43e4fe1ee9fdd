/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loads and stores of one general register, in all address modes.
 */
#include "qemu/osdep.h"
#include "ldst.h"

#define LOAD(name, type, extend, mode, base)                                           \
    OP(name##_##mode##_##base)                                                         \
    {                                                                                  \
        uint64_t va;                                                                   \
        type value;                                                                    \
        void *p;                                                                       \
                                                                                       \
        LDST_CHECK_##base;                                                             \
        va = LDST_ADDR_##mode;                                                         \
        p = a64_tlb_ptr(LDST_TLB_##mode, TLB_READ, va, sizeof(type));                  \
        if (likely(p)) {                                                               \
            memcpy(&value, p, sizeof(type));                                           \
        } else {                                                                       \
            if (!a64_load_slow(c, o, va, sizeof(type), LDST_FLAGS_##mode)) {           \
                return NULL;                                                           \
            }                                                                          \
            value = (type)c->tmp[0];                                                   \
        }                                                                              \
        LDST_BACK_##mode;                                                              \
        c->x[o->rd] = (extend)value;                                                   \
        NEXT;                                                                          \
    }

#define STORE(name, type, mode, base)                                                  \
    OP(name##_##mode##_##base)                                                         \
    {                                                                                  \
        uint64_t va;                                                                   \
        type value = (type)c->x[o->rd];                                                \
        void *p;                                                                       \
                                                                                       \
        LDST_CHECK_##base;                                                             \
        va = LDST_ADDR_##mode;                                                         \
        p = a64_tlb_ptr(LDST_TLB_##mode, TLB_WRITE, va, sizeof(type));                 \
        if (likely(p)) {                                                               \
            memcpy(p, &value, sizeof(type));                                           \
        } else {                                                                       \
            c->tmp[0] = value;                                                         \
            if (!a64_store_slow(c, o, va, sizeof(type), LDST_FLAGS_##mode)) {          \
                return NULL;                                                           \
            }                                                                          \
        }                                                                              \
        LDST_BACK_##mode;                                                              \
        NEXT;                                                                          \
    }

/* All kinds in one mode; the table is indexed by size and opc. */
#define KINDS(mode, base)                                                              \
    STORE(strb, uint8_t, mode, base)                                                   \
    STORE(strh, uint16_t, mode, base)                                                  \
    STORE(strw, uint32_t, mode, base)                                                  \
    STORE(strx, uint64_t, mode, base)                                                  \
    LOAD(ldrb, uint8_t, uint64_t, mode, base)                                          \
    LOAD(ldrh, uint16_t, uint64_t, mode, base)                                         \
    LOAD(ldrw, uint32_t, uint64_t, mode, base)                                         \
    LOAD(ldrx, uint64_t, uint64_t, mode, base)                                         \
    LOAD(ldrsb, int8_t, int64_t, mode, base)                                           \
    LOAD(ldrsh, int16_t, int64_t, mode, base)                                          \
    LOAD(ldrsw, int32_t, int64_t, mode, base)                                          \
    LOAD(ldrsbw, int8_t, uint32_t, mode, base)                                         \
    LOAD(ldrshw, int16_t, uint32_t, mode, base)                                        \
    static const A64Handler table_##mode##_##base[16] = { strb_##mode##_##base,        \
                                                          ldrb_##mode##_##base,        \
                                                          ldrsb_##mode##_##base,       \
                                                          ldrsbw_##mode##_##base,      \
                                                          strh_##mode##_##base,        \
                                                          ldrh_##mode##_##base,        \
                                                          ldrsh_##mode##_##base,       \
                                                          ldrshw_##mode##_##base,      \
                                                          strw_##mode##_##base,        \
                                                          ldrw_##mode##_##base,        \
                                                          ldrsw_##mode##_##base,       \
                                                          NULL,                        \
                                                          strx_##mode##_##base,        \
                                                          ldrx_##mode##_##base,        \
                                                          NULL,                        \
                                                          NULL };

#define BASES(mode)                                                                    \
    KINDS(mode, gp)                                                                    \
    KINDS(mode, sp)

BASES(imm)
BASES(post)
BASES(pre)
BASES(reg)
BASES(ext)
BASES(unpriv)

LOAD(ldrw, uint32_t, uint64_t, lit, gp)
LOAD(ldrx, uint64_t, uint64_t, lit, gp)
LOAD(ldrsw, int32_t, int64_t, lit, gp)

OP(op_prefetch)
{
    NEXT;
}

LdstMode a64_ldst_mode(uint32_t insn, unsigned scale, A64Op *op)
{
    static const LdstMode imm9[4] = { LDST_IMM, LDST_POST, LDST_UNPRIV, LDST_PRE };
    unsigned option = BITS(insn, 13, 3);

    op->rn = reg_sp(BITS(insn, 5, 5));
    if (BIT_AT(insn, 24)) {
        op->imm = (uint64_t)BITS(insn, 10, 12) << scale;
        return LDST_IMM;
    }
    if (!BIT_AT(insn, 21)) {
        op->imm = (uint64_t)((int64_t)(int32_t)(insn << 11) >> 23);
        return imm9[BITS(insn, 10, 2)];
    }
    if (BITS(insn, 10, 2) != 2 || !(option & 2)) {
        return LDST_BAD;
    }
    op->rm = BITS(insn, 16, 5);
    op->ra = option;
    op->aux = BIT_AT(insn, 12) ? scale : 0;
    return option == 3 ? LDST_REG : LDST_EXT;
}

static bool decode_literal(A64Decode *d, uint32_t insn, A64Op *op)
{
    static const A64Handler h[4] = { ldrw_lit_gp, ldrx_lit_gp, ldrsw_lit_gp,
                                     op_prefetch };

    if (BIT_AT(insn, 24)) {
        return false;
    }
    op->imm = d->pc + (uint64_t)((int64_t)(int32_t)(insn << 8) >> 13 << 2);
    op->rd = reg_dst(insn & 31);
    op->fn = h[insn >> 30];
    return true;
}

bool a64_decode_ldst(A64Decode *d, uint32_t insn, A64Op *op)
{
    static const A64Handler *const tables[LDST_MODES][2] = {
        { table_imm_gp, table_imm_sp }, { table_post_gp, table_post_sp },
        { table_pre_gp, table_pre_sp }, { table_reg_gp, table_reg_sp },
        { table_ext_gp, table_ext_sp }, { table_unpriv_gp, table_unpriv_sp },
    };
    unsigned kind = insn >> 30 << 2 | BITS(insn, 22, 2);
    LdstMode mode;

    if (BITS(insn, 27, 3) == 3) {
        return decode_literal(d, insn, op);
    }
    mode = a64_ldst_mode(insn, insn >> 30, op);
    if (BITS(insn, 27, 3) != 7 || mode == LDST_BAD) {
        return false;
    }
    if (kind == 14) {
        op->fn = op_prefetch;
        return mode == LDST_IMM || mode == LDST_REG || mode == LDST_EXT;
    }
    op->rd = kind & 3 ? reg_dst(insn & 31) : insn & 31;
    op->fn = tables[mode][op->rn == REG_SP][kind];
    return op->fn != NULL;
}
