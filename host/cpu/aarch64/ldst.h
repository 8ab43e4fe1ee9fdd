/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the load and store handlers share: address modes and the stack pointer check.
 * A mode names how the address is made, the base register's new value and whose
 * permissions count; "sp" and "gp" tell whether the base register is the stack pointer.
 */
#ifndef HOST_CPU_AARCH64_LDST_H
#define HOST_CPU_AARCH64_LDST_H

#include "internal.h"

enum { LDST_GP, LDST_SP };

/* SP must be 16-byte aligned when it is a base and SCTLR says so. */
static inline bool ldst_sp_bad(A64Cpu *c, const A64Op *o)
{
    if (likely(!(c->x[REG_SP] & 15))) {
        return false;
    }
    if (c->config.user_only || !BIT_AT(c->sctlr, c->el ? 3 : 4)) {
        return false;
    }
    a64_raise_op(c, o, EC_SP_ALIGN, 0);
    return true;
}

/* Register offset: option in ra (2 UXTW, 3 LSL, 6 SXTW, 7 SXTX), shift in aux. */
static inline uint64_t ldst_ext(const A64Cpu *c, const A64Op *o)
{
    uint64_t v = c->x[o->rm];

    if (o->ra == 2) {
        v = (uint32_t)v;
    } else if (o->ra == 6) {
        v = (int64_t)(int32_t)v;
    }
    return v << o->aux;
}

#define LDST_CHECK_gp (void)0
#define LDST_CHECK_sp                                                                  \
    if (unlikely(ldst_sp_bad(c, o)))                                                   \
    return NULL

#define LDST_ADDR_imm     (c->x[o->rn] + o->imm)
#define LDST_ADDR_pre     (c->x[o->rn] + o->imm)
#define LDST_ADDR_post    (c->x[o->rn])
#define LDST_ADDR_reg     (c->x[o->rn] + (c->x[o->rm] << o->aux))
#define LDST_ADDR_ext     (c->x[o->rn] + ldst_ext(c, o))
#define LDST_ADDR_unpriv  (c->x[o->rn] + o->imm)
#define LDST_ADDR_lit     (o->imm)

#define LDST_BACK_imm     (void)0
#define LDST_BACK_pre     c->x[o->rn] = va
#define LDST_BACK_post    c->x[o->rn] += o->imm
#define LDST_BACK_reg     (void)0
#define LDST_BACK_ext     (void)0
#define LDST_BACK_unpriv  (void)0
#define LDST_BACK_lit     (void)0

#define LDST_TLB_imm      (c->tlb)
#define LDST_TLB_pre      (c->tlb)
#define LDST_TLB_post     (c->tlb)
#define LDST_TLB_reg      (c->tlb)
#define LDST_TLB_ext      (c->tlb)
#define LDST_TLB_lit      (c->tlb)
#define LDST_TLB_unpriv   (&c->ctx->el[0])

#define LDST_FLAGS_imm    0
#define LDST_FLAGS_pre    0
#define LDST_FLAGS_post   0
#define LDST_FLAGS_reg    0
#define LDST_FLAGS_ext    0
#define LDST_FLAGS_lit    0
#define LDST_FLAGS_unpriv MEM_EL0

/* The address mode of a single register load or store; LDST_BAD: no such encoding. */
typedef enum LdstMode {
    LDST_IMM,
    LDST_POST,
    LDST_PRE,
    LDST_REG,
    LDST_EXT,
    LDST_UNPRIV,
    LDST_MODES,
    LDST_BAD = LDST_MODES,
} LdstMode;

/* Decodes everything but the register and the kind; @scale is log2 of the size. */
LdstMode a64_ldst_mode(uint32_t insn, unsigned scale, A64Op *op);

#endif
