/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Data processing with registers: add, subtract and logical with a shifted or extended
 * operand, carry, conditional compare and select. (One, two and three sources:
 * exec-arith.c.)
 */
#include "qemu/osdep.h"
#include "internal.h"
#include "flags.h"

#define X(r) c->x[o->r]
#define W(r) ((uint32_t)c->x[o->r])

/* The second operand, shifted by aux. */
#define SH64_NONE X(rm)
#define SH64_LSL  (X(rm) << o->aux)
#define SH64_LSR  (X(rm) >> o->aux)
#define SH64_ASR  ((uint64_t)((int64_t)X(rm) >> o->aux))
#define SH64_ROR  (X(rm) >> o->aux | X(rm) << (-o->aux & 63))
#define SH32_NONE W(rm)
#define SH32_LSL  (W(rm) << o->aux)
#define SH32_LSR  (W(rm) >> o->aux)
#define SH32_ASR  ((uint32_t)((int32_t)W(rm) >> o->aux))
#define SH32_ROR  (W(rm) >> o->aux | W(rm) << (-o->aux & 31))

/* Five handlers of one operation, and their table: none, LSL, LSR, ASR, ROR. */
#define SHIFTED(name, width, expr)                                                     \
    SHIFTED_ONE(name##_none, expr(SH##width##_NONE))                                   \
    SHIFTED_ONE(name##_lsl, expr(SH##width##_LSL))                                     \
    SHIFTED_ONE(name##_lsr, expr(SH##width##_LSR))                                     \
    SHIFTED_ONE(name##_asr, expr(SH##width##_ASR))                                     \
    SHIFTED_ONE(name##_ror, expr(SH##width##_ROR))                                     \
    static const A64Handler name[5] = { name##_none, name##_lsl, name##_lsr,           \
                                        name##_asr, name##_ror };
#define SHIFTED_ONE(name, value)                                                       \
    OP(name)                                                                           \
    {                                                                                  \
        X(rd) = (value);                                                               \
        NEXT;                                                                          \
    }

#define E_ADD64(m)  X(rn) + (m)
#define E_ADD32(m)  (uint32_t)(W(rn) + (m))
#define E_SUB64(m)  X(rn) - (m)
#define E_SUB32(m)  (uint32_t)(W(rn) - (m))
#define E_ADDS64(m) flags_add64(c, X(rn), (m))
#define E_ADDS32(m) flags_add32(c, W(rn), (m))
#define E_SUBS64(m) flags_sub64(c, X(rn), (m))
#define E_SUBS32(m) flags_sub32(c, W(rn), (m))
#define E_AND64(m)  X(rn) & (m)
#define E_AND32(m)  W(rn) & (m)
#define E_BIC64(m)  X(rn) & ~(m)
#define E_BIC32(m)  W(rn) & ~(m)
#define E_ORR64(m)  X(rn) | (m)
#define E_ORR32(m)  W(rn) | (m)
#define E_ORN64(m)  X(rn) | ~(m)
#define E_ORN32(m)  W(rn) | ~(m)
#define E_EOR64(m)  X(rn) ^ (m)
#define E_EOR32(m)  W(rn) ^ (m)
#define E_EON64(m)  X(rn) ^ ~(m)
#define E_EON32(m)  W(rn) ^ ~(m)
#define E_ANDS64(m) flags_logic64(c, X(rn) & (m))
#define E_ANDS32(m) flags_logic32(c, W(rn) & (m))
#define E_BICS64(m) flags_logic64(c, X(rn) & ~(m))
#define E_BICS32(m) flags_logic32(c, W(rn) & ~(m))

SHIFTED(op_add64, 64, E_ADD64)
SHIFTED(op_add32, 32, E_ADD32)
SHIFTED(op_sub64, 64, E_SUB64)
SHIFTED(op_sub32, 32, E_SUB32)
SHIFTED(op_adds64, 64, E_ADDS64)
SHIFTED(op_adds32, 32, E_ADDS32)
SHIFTED(op_subs64, 64, E_SUBS64)
SHIFTED(op_subs32, 32, E_SUBS32)
SHIFTED(op_and64, 64, E_AND64)
SHIFTED(op_and32, 32, E_AND32)
SHIFTED(op_bic64, 64, E_BIC64)
SHIFTED(op_bic32, 32, E_BIC32)
SHIFTED(op_orr64, 64, E_ORR64)
SHIFTED(op_orr32, 32, E_ORR32)
SHIFTED(op_orn64, 64, E_ORN64)
SHIFTED(op_orn32, 32, E_ORN32)
SHIFTED(op_eor64, 64, E_EOR64)
SHIFTED(op_eor32, 32, E_EOR32)
SHIFTED(op_eon64, 64, E_EON64)
SHIFTED(op_eon32, 32, E_EON32)
SHIFTED(op_ands64, 64, E_ANDS64)
SHIFTED(op_ands32, 32, E_ANDS32)
SHIFTED(op_bics64, 64, E_BICS64)
SHIFTED(op_bics32, 32, E_BICS32)

SHIFTED_ONE(op_mov64, X(rm))
SHIFTED_ONE(op_mov32, W(rm))

/* The second operand extended by aux & 7 and shifted left by aux >> 3. */
static inline uint64_t extended(const A64Cpu *c, const A64Op *o)
{
    uint64_t v = X(rm);

    switch (o->aux & 7) {
    case 0:
        v = (uint8_t)v;
        break;
    case 1:
        v = (uint16_t)v;
        break;
    case 2:
        v = (uint32_t)v;
        break;
    case 4:
        v = (int64_t)(int8_t)v;
        break;
    case 5:
        v = (int64_t)(int16_t)v;
        break;
    case 6:
        v = (int64_t)(int32_t)v;
        break;
    default:
        break;
    }
    return v << (o->aux >> 3);
}

SHIFTED_ONE(op_add64_ext, E_ADD64(extended(c, o)))
SHIFTED_ONE(op_add32_ext, E_ADD32(extended(c, o)))
SHIFTED_ONE(op_sub64_ext, E_SUB64(extended(c, o)))
SHIFTED_ONE(op_sub32_ext, E_SUB32(extended(c, o)))
SHIFTED_ONE(op_adds64_ext, E_ADDS64(extended(c, o)))
SHIFTED_ONE(op_adds32_ext, E_ADDS32(extended(c, o)))
SHIFTED_ONE(op_subs64_ext, E_SUBS64(extended(c, o)))
SHIFTED_ONE(op_subs32_ext, E_SUBS32(extended(c, o)))

SHIFTED_ONE(op_adc64, X(rn) + X(rm) + c->cf)
SHIFTED_ONE(op_adc32, (uint32_t)(W(rn) + W(rm) + c->cf))
SHIFTED_ONE(op_sbc64, X(rn) + ~X(rm) + c->cf)
SHIFTED_ONE(op_sbc32, (uint32_t)(W(rn) + ~W(rm) + c->cf))
SHIFTED_ONE(op_adcs64, flags_adc64(c, X(rn), X(rm)))
SHIFTED_ONE(op_adcs32, flags_adc32(c, W(rn), W(rm)))
SHIFTED_ONE(op_sbcs64, flags_adc64(c, X(rn), ~X(rm)))
SHIFTED_ONE(op_sbcs32, flags_adc32(c, W(rn), ~W(rm)))

/* Conditional select: aux = condition. */
SHIFTED_ONE(op_csel64, a64_cond(c, o->aux) ? X(rn) : X(rm))
SHIFTED_ONE(op_csel32, a64_cond(c, o->aux) ? W(rn) : W(rm))
SHIFTED_ONE(op_csinc64, a64_cond(c, o->aux) ? X(rn) : X(rm) + 1)
SHIFTED_ONE(op_csinc32, a64_cond(c, o->aux) ? W(rn) : (uint32_t)(W(rm) + 1))
SHIFTED_ONE(op_csinv64, a64_cond(c, o->aux) ? X(rn) : ~X(rm))
SHIFTED_ONE(op_csinv32, a64_cond(c, o->aux) ? W(rn) : ~W(rm))
SHIFTED_ONE(op_csneg64, a64_cond(c, o->aux) ? X(rn) : -X(rm))
SHIFTED_ONE(op_csneg32, a64_cond(c, o->aux) ? W(rn) : (uint32_t)-W(rm))

/* Conditional compare: aux = condition, imm = NZCV if it fails, rm or ra = operand. */
#define CCMP(name, compare)                                                            \
    OP(name)                                                                           \
    {                                                                                  \
        if (a64_cond(c, o->aux)) {                                                     \
            compare;                                                                   \
        } else {                                                                       \
            a64_set_nzcv(c, o->imm);                                                   \
        }                                                                              \
        NEXT;                                                                          \
    }
CCMP(op_ccmp64, flags_sub64(c, X(rn), X(rm)))
CCMP(op_ccmp32, flags_sub32(c, W(rn), W(rm)))
CCMP(op_ccmn64, flags_add64(c, X(rn), X(rm)))
CCMP(op_ccmn32, flags_add32(c, W(rn), W(rm)))
CCMP(op_ccmp64_imm, flags_sub64(c, X(rn), o->ra))
CCMP(op_ccmp32_imm, flags_sub32(c, W(rn), o->ra))
CCMP(op_ccmn64_imm, flags_add64(c, X(rn), o->ra))
CCMP(op_ccmn32_imm, flags_add32(c, W(rn), o->ra))

static bool decode_shifted(uint32_t insn, A64Op *op, const A64Handler *table)
{
    unsigned shift = BITS(insn, 22, 2), by = BITS(insn, 10, 6);

    if (!(insn >> 31) && by >= 32) {
        return false;
    }
    op->rd = reg_dst(insn & 31);
    op->rn = BITS(insn, 5, 5);
    op->rm = BITS(insn, 16, 5);
    op->aux = by;
    op->fn = table[by ? shift + 1 : 0];
    return true;
}

static bool decode_logical(uint32_t insn, A64Op *op)
{
    static const A64Handler *const h[2][8] = {
        { op_and32, op_bic32, op_orr32, op_orn32, op_eor32, op_eon32, op_ands32,
          op_bics32 },
        { op_and64, op_bic64, op_orr64, op_orn64, op_eor64, op_eon64, op_ands64,
          op_bics64 },
    };
    unsigned which = BITS(insn, 29, 2) << 1 | BIT_AT(insn, 21);

    if (!decode_shifted(insn, op, h[insn >> 31][which])) {
        return false;
    }
    if (op->fn == op_orr64_none && op->rn == REG_ZR) {
        op->fn = op_mov64;
    } else if (op->fn == op_orr32_none && op->rn == REG_ZR) {
        op->fn = op_mov32;
    }
    return true;
}

static bool decode_add_shifted(uint32_t insn, A64Op *op)
{
    static const A64Handler *const h[8] = {
        op_add32, op_adds32, op_sub32, op_subs32,
        op_add64, op_adds64, op_sub64, op_subs64,
    };

    return BITS(insn, 22, 2) != 3 && decode_shifted(insn, op, h[insn >> 29]);
}

static bool decode_add_extended(uint32_t insn, A64Op *op)
{
    static const A64Handler h[8] = {
        op_add32_ext, op_adds32_ext, op_sub32_ext, op_subs32_ext,
        op_add64_ext, op_adds64_ext, op_sub64_ext, op_subs64_ext,
    };
    unsigned shift = BITS(insn, 10, 3);

    if (BITS(insn, 22, 2) || shift > 4) {
        return false;
    }
    op->rd = BIT_AT(insn, 29) ? reg_dst(insn & 31) : reg_sp(insn & 31);
    op->rn = reg_sp(BITS(insn, 5, 5));
    op->rm = BITS(insn, 16, 5);
    op->aux = BITS(insn, 13, 3) | shift << 3;
    op->fn = h[insn >> 29];
    return true;
}

static bool decode_carry(uint32_t insn, A64Op *op)
{
    static const A64Handler h[8] = {
        op_adc32, op_adcs32, op_sbc32, op_sbcs32,
        op_adc64, op_adcs64, op_sbc64, op_sbcs64,
    };

    if (BITS(insn, 10, 6)) {
        return false;
    }
    op->rd = reg_dst(insn & 31);
    op->rn = BITS(insn, 5, 5);
    op->rm = BITS(insn, 16, 5);
    op->fn = h[insn >> 29];
    return true;
}

static bool decode_cond_compare(uint32_t insn, A64Op *op)
{
    static const A64Handler h[2][4] = {
        { op_ccmn32, op_ccmp32, op_ccmn64, op_ccmp64 },
        { op_ccmn32_imm, op_ccmp32_imm, op_ccmn64_imm, op_ccmp64_imm },
    };

    if (!BIT_AT(insn, 29) || BIT_AT(insn, 10) || BIT_AT(insn, 4)) {
        return false;
    }
    op->rn = BITS(insn, 5, 5);
    op->rm = BITS(insn, 16, 5);
    op->ra = op->rm;
    op->aux = BITS(insn, 12, 4);
    op->imm = insn & 15;
    op->fn = h[BIT_AT(insn, 11)][insn >> 30];
    return true;
}

static bool decode_cond_select(uint32_t insn, A64Op *op)
{
    static const A64Handler h[8] = {
        op_csel32, op_csinc32, op_csinv32, op_csneg32,
        op_csel64, op_csinc64, op_csinv64, op_csneg64,
    };

    if (BIT_AT(insn, 29) || BIT_AT(insn, 11)) {
        return false;
    }
    op->rd = reg_dst(insn & 31);
    op->rn = BITS(insn, 5, 5);
    op->rm = BITS(insn, 16, 5);
    op->aux = BITS(insn, 12, 4);
    op->fn = h[(insn >> 31) << 2 | BIT_AT(insn, 30) << 1 | BIT_AT(insn, 10)];
    return true;
}

bool a64_decode_reg(A64Decode *d, uint32_t insn, A64Op *op)
{
    switch (BITS(insn, 24, 5)) {
    case 0x0a:
        return decode_logical(insn, op);
    case 0x0b:
        return BIT_AT(insn, 21) ? decode_add_extended(insn, op)
                                : decode_add_shifted(insn, op);
    case 0x1a:
        switch (BITS(insn, 21, 3)) {
        case 0:
            return decode_carry(insn, op);
        case 2:
            return decode_cond_compare(insn, op);
        case 4:
            return decode_cond_select(insn, op);
        case 6:
            return a64_decode_arith(d, insn, op);
        default:
            return false;
        }
    case 0x1b:
        return a64_decode_arith(d, insn, op);
    default:
        return false;
    }
}
