/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IEEE 754 arithmetic as FPCR and FPSR define it, on raw bit patterns. Where the host's
 * unit gives the same result and the same flags it is used, elsewhere our own integers
 * do: NaN choice, flush to zero, underflow before rounding, directed rounding.
 */
#ifndef HOST_CPU_AARCH64_FP_H
#define HOST_CPU_AARCH64_FP_H

#include "a64.h"

typedef enum FpFmt { FP_H, FP_S, FP_D } FpFmt;

/* FPCR.RMode, then the modes only instructions name. */
typedef enum FpRound {
    FP_NEAREST_EVEN,
    FP_UP,
    FP_DOWN,
    FP_TO_ZERO,
    FP_NEAREST_AWAY,
    FP_TO_ODD,
} FpRound;

enum { FPSR_IOC = 1, FPSR_DZC = 2, FPSR_OFC = 4, FPSR_UFC = 8, FPSR_IXC = 0x10 };
enum { FPSR_IDC = 0x80, FPSR_QC = 1 << 27 };
enum { FPCR_FZ = 1 << 24, FPCR_DN = 1 << 25, FPCR_AHP = 1 << 26 };

typedef enum FpKind { FPK_ZERO, FPK_NORMAL, FPK_INF, FPK_QNAN, FPK_SNAN } FpKind;

/* value = (-1)^sign * frac * 2^(exp - 63), the leading bit of frac being bit 63. */
typedef struct FpNum {
    FpKind kind;
    bool sign;
    int exp;
    uint64_t frac;
} FpNum;

typedef struct FpLayout {
    uint8_t width, frac, exp;
    int bias;
} FpLayout;

extern const FpLayout fp_layout[3];

static inline uint64_t fp_sign_bit(FpFmt f)
{
    return 1ull << (fp_layout[f].width - 1);
}

/* --- fp-core.c --- */
FpRound fp_mode(const A64Cpu *c);
void fp_raise(A64Cpu *c, uint32_t flags);
uint64_t fp_default_nan(FpFmt f);
uint64_t fp_inf(FpFmt f, bool sign);
uint64_t fp_zero(FpFmt f, bool sign);
uint64_t fp_max_normal(FpFmt f, bool sign);
FpNum fp_unpack(A64Cpu *c, FpFmt f, uint64_t raw);
/* Rounds and encodes; bit 0 of frac is sticky. */
uint64_t fp_pack(A64Cpu *c, FpFmt f, bool sign, int exp, uint64_t frac, FpRound r);
/* As fp_pack, for a fraction whose leading bit may be anywhere, 0 included. */
uint64_t fp_normalize(A64Cpu *c, FpFmt f, bool sign, int exp, uint64_t frac, FpRound r);
uint64_t fp_invalid(A64Cpu *c, FpFmt f);
bool fp_is_nan(FpKind k);
/* One operand or several of which one is a NaN: which one comes out. */
uint64_t fp_nan1(A64Cpu *c, FpFmt f, FpKind k, uint64_t a);
uint64_t fp_nan2(A64Cpu *c, FpFmt f, const FpNum n[2], const uint64_t raw[2]);
uint64_t fp_nan3(A64Cpu *c, FpFmt f, const FpNum n[3], const uint64_t raw[3]);

/* --- fp-arith.c --- */
uint64_t fp_add(A64Cpu *c, FpFmt f, uint64_t a, uint64_t b);
uint64_t fp_sub(A64Cpu *c, FpFmt f, uint64_t a, uint64_t b);
uint64_t fp_mul(A64Cpu *c, FpFmt f, uint64_t a, uint64_t b);
uint64_t fp_mulx(A64Cpu *c, FpFmt f, uint64_t a, uint64_t b);
uint64_t fp_div(A64Cpu *c, FpFmt f, uint64_t a, uint64_t b);
uint64_t fp_sqrt(A64Cpu *c, FpFmt f, uint64_t a);
/* a * b + addend, rounded once. */
uint64_t fp_fma(A64Cpu *c, FpFmt f, uint64_t addend, uint64_t a, uint64_t b);
/* (a * b + addend) * 2^scale, rounded once. */
uint64_t fp_fma_scaled(A64Cpu *c, FpFmt f, uint64_t addend, uint64_t a, uint64_t b,
                       int scale);

/* --- fp-compare.c --- */
uint64_t fp_max(A64Cpu *c, FpFmt f, uint64_t a, uint64_t b);
uint64_t fp_min(A64Cpu *c, FpFmt f, uint64_t a, uint64_t b);
uint64_t fp_maxnm(A64Cpu *c, FpFmt f, uint64_t a, uint64_t b);
uint64_t fp_minnm(A64Cpu *c, FpFmt f, uint64_t a, uint64_t b);
/* NZCV; @signal: a quiet NaN is invalid too. */
unsigned fp_compare(A64Cpu *c, FpFmt f, uint64_t a, uint64_t b, bool signal);

/* --- fp-convert.c --- */
uint64_t fp_round_int(A64Cpu *c, FpFmt f, uint64_t a, FpRound r, bool exact);
/* To an integer of @width bits with @fbits fraction bits, saturating. */
uint64_t fp_to_int(A64Cpu *c, FpFmt f, uint64_t a, FpRound r, unsigned width,
                   bool is_signed, unsigned fbits);
uint64_t fp_from_int(A64Cpu *c, FpFmt f, uint64_t v, bool is_signed, unsigned fbits);
uint64_t fp_convert(A64Cpu *c, FpFmt to, FpFmt from, uint64_t a, FpRound r);

/* --- fp-estimate.c --- */
uint64_t fp_recpe(A64Cpu *c, FpFmt f, uint64_t a);
uint64_t fp_rsqrte(A64Cpu *c, FpFmt f, uint64_t a);
uint64_t fp_recpx(A64Cpu *c, FpFmt f, uint64_t a);
uint64_t fp_recps(A64Cpu *c, FpFmt f, uint64_t a, uint64_t b);
uint64_t fp_rsqrts(A64Cpu *c, FpFmt f, uint64_t a, uint64_t b);
uint32_t fp_urecpe(uint32_t a);
uint32_t fp_ursqrte(uint32_t a);

#endif
