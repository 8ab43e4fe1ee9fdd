/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Floating point: the reciprocal and reciprocal square root estimates and their
 * Newton steps, as the architecture's pseudocode defines them to the bit.
 */
#include "qemu/osdep.h"
#include "internal.h"

/* @a in [256, 511]: 512 / a to nine bits. */
static unsigned recip_estimate(unsigned a)
{
    unsigned b = (1u << 19) / (a * 2 + 1);

    return (b + 1) / 2;
}

/* @a in [128, 511]. */
static unsigned rsqrt_estimate(unsigned a)
{
    unsigned b = 512;

    a = a < 256 ? a * 2 + 1 : ((a >> 1 << 1) + 1) * 2;
    while ((uint64_t)a * (b + 1) * (b + 1) < 1u << 28) {
        b++;
    }
    return (b + 1) / 2;
}

uint32_t fp_urecpe(uint32_t a)
{
    return a >> 31 ? recip_estimate(a >> 23) << 23 : ~0u;
}

uint32_t fp_ursqrte(uint32_t a)
{
    return a >> 30 ? rsqrt_estimate(a >> 23) << 23 : ~0u;
}

/* The reciprocal of a number so small that it overflows. */
static uint64_t recip_overflow(A64Cpu *c, FpFmt f, bool sign)
{
    FpRound r = fp_mode(c);
    bool inf = r == FP_NEAREST_EVEN || (r == FP_UP && !sign) || (r == FP_DOWN && sign);

    fp_raise(c, FPSR_OFC | FPSR_IXC);
    return inf ? fp_inf(f, sign) : fp_max_normal(f, sign);
}

static uint64_t recip_normal(A64Cpu *c, FpFmt f, const FpNum *n)
{
    const FpLayout *l = &fp_layout[f];
    int max_exp = l->bias; /* of the largest normal */
    int exp;
    uint64_t frac;

    if (n->exp < -max_exp - 1) {
        return recip_overflow(c, f, n->sign);
    }
    if (c->fpcr & FPCR_FZ && n->exp >= max_exp - 1) {
        fp_raise(c, FPSR_UFC);
        return fp_zero(f, n->sign);
    }
    /* 1 / (2^e * m) = 2^(-e-1) * (2 / m) */
    frac = (uint64_t)(recip_estimate(n->frac >> 55) & 0xff) << (l->frac - 8);
    exp = 2 * l->bias - 1 - (n->exp + l->bias);
    if (exp <= 0) {
        frac = (frac | 1ull << l->frac) >> (1 - exp);
        exp = 0;
    }
    return fp_zero(f, n->sign) | (uint64_t)exp << l->frac | frac;
}

uint64_t fp_recpe(A64Cpu *c, FpFmt f, uint64_t a)
{
    FpNum n = fp_unpack(c, f, a);

    switch (n.kind) {
    case FPK_QNAN:
    case FPK_SNAN:
        return fp_nan1(c, f, n.kind, a);
    case FPK_INF:
        return fp_zero(f, n.sign);
    case FPK_ZERO:
        fp_raise(c, FPSR_DZC);
        return fp_inf(f, n.sign);
    default:
        return recip_normal(c, f, &n);
    }
}

uint64_t fp_rsqrte(A64Cpu *c, FpFmt f, uint64_t a)
{
    const FpLayout *l = &fp_layout[f];
    FpNum n = fp_unpack(c, f, a);
    unsigned scaled;
    int exp;

    if (fp_is_nan(n.kind)) {
        return fp_nan1(c, f, n.kind, a);
    }
    if (n.kind == FPK_ZERO) {
        fp_raise(c, FPSR_DZC);
        return fp_inf(f, n.sign);
    }
    if (n.sign) {
        return fp_invalid(c, f);
    }
    if (n.kind == FPK_INF) {
        return fp_zero(f, false);
    }
    /* An even biased exponent keeps nine bits, an odd one eight. */
    exp = n.exp + l->bias;
    scaled = exp & 1 ? n.frac >> 56 : n.frac >> 55;
    exp = (3 * l->bias - 1 - exp) >> 1;
    return (uint64_t)exp << l->frac | (uint64_t)(rsqrt_estimate(scaled) & 0xff)
                                          << (l->frac - 8);
}

uint64_t fp_recpx(A64Cpu *c, FpFmt f, uint64_t a)
{
    const FpLayout *l = &fp_layout[f];
    uint64_t max = (1ull << l->exp) - 1, exp = a >> l->frac & max;
    FpNum n = fp_unpack(c, f, a);

    if (fp_is_nan(n.kind)) {
        return fp_nan1(c, f, n.kind, a);
    }
    return fp_zero(f, n.sign) | (exp == 0 ? max - 1 : ~exp & max) << l->frac;
}

static uint64_t constant(FpFmt f, int exp, bool half)
{
    const FpLayout *l = &fp_layout[f];

    return (uint64_t)(exp + l->bias) << l->frac | (uint64_t)half << (l->frac - 1);
}

/* Infinity times zero gives the constant itself. */
static bool inf_times_zero(A64Cpu *c, FpFmt f, uint64_t a, uint64_t b)
{
    uint32_t flags = c->fpsr;
    FpKind ka = fp_unpack(c, f, a).kind, kb = fp_unpack(c, f, b).kind;
    bool yes = (ka == FPK_INF && kb == FPK_ZERO) || (ka == FPK_ZERO && kb == FPK_INF);

    c->fpsr = yes ? c->fpsr : flags;
    return yes;
}

/* NaNs are chosen with the first operand negated. */
uint64_t fp_recps(A64Cpu *c, FpFmt f, uint64_t a, uint64_t b)
{
    uint64_t two = constant(f, 1, false);

    a ^= fp_sign_bit(f);
    return inf_times_zero(c, f, a, b) ? two : fp_fma(c, f, two, a, b);
}

uint64_t fp_rsqrts(A64Cpu *c, FpFmt f, uint64_t a, uint64_t b)
{
    a ^= fp_sign_bit(f);
    if (inf_times_zero(c, f, a, b)) {
        return constant(f, 0, true);
    }
    return fp_fma_scaled(c, f, constant(f, 1, true), a, b, -1);
}
