/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Floating point: taking numbers apart, rounding and encoding them, choosing NaNs.
 */
#include "qemu/osdep.h"
#include "internal.h"

const FpLayout fp_layout[3] = {
    { 16, 10, 5, 15 },
    { 32, 23, 8, 127 },
    { 64, 52, 11, 1023 },
};

FpRound fp_mode(const A64Cpu *c)
{
    return BITS(c->fpcr, 22, 2);
}

void fp_raise(A64Cpu *c, uint32_t flags)
{
    c->fpsr |= flags;
}

static uint64_t exp_mask(FpFmt f)
{
    return (1ull << fp_layout[f].exp) - 1;
}

static uint64_t frac_mask(FpFmt f)
{
    return (1ull << fp_layout[f].frac) - 1;
}

uint64_t fp_zero(FpFmt f, bool sign)
{
    return sign ? fp_sign_bit(f) : 0;
}

uint64_t fp_inf(FpFmt f, bool sign)
{
    return fp_zero(f, sign) | exp_mask(f) << fp_layout[f].frac;
}

uint64_t fp_max_normal(FpFmt f, bool sign)
{
    return fp_inf(f, sign) - 1;
}

uint64_t fp_default_nan(FpFmt f)
{
    return fp_inf(f, false) | 1ull << (fp_layout[f].frac - 1);
}

bool fp_is_nan(FpKind k)
{
    return k >= FPK_QNAN;
}

static FpNum unpack_special(FpFmt f, FpNum n, uint64_t frac)
{
    n.kind = FPK_INF;
    if (frac) {
        n.kind = frac >> (fp_layout[f].frac - 1) ? FPK_QNAN : FPK_SNAN;
    }
    return n;
}

FpNum fp_unpack(A64Cpu *c, FpFmt f, uint64_t raw)
{
    const FpLayout *l = &fp_layout[f];
    uint64_t exp = raw >> l->frac & exp_mask(f), frac = raw & frac_mask(f);
    FpNum n = { .kind = FPK_NORMAL, .sign = raw >> (l->width - 1) & 1 };
    bool ahp = f == FP_H && c->fpcr & FPCR_AHP;
    unsigned up;

    if (exp == exp_mask(f) && !ahp) {
        return unpack_special(f, n, frac);
    }
    if (exp == 0) {
        if (frac && f != FP_H && c->fpcr & FPCR_FZ) {
            fp_raise(c, FPSR_IDC);
            frac = 0;
        }
        if (!frac) {
            n.kind = FPK_ZERO;
            return n;
        }
        up = __builtin_clzll(frac);
        n.frac = frac << up;
        n.exp = 63 - (int)up - l->frac + 1 - l->bias;
        return n;
    }
    n.frac = 1ull << 63 | frac << (63 - l->frac);
    n.exp = (int)exp - l->bias;
    return n;
}

/* Is the part below @unit (its value in @rest, half of it @half) rounded up? */
static bool round_up(FpRound r, bool sign, bool odd, uint64_t rest, uint64_t half)
{
    switch (r) {
    case FP_NEAREST_EVEN:
        return rest > half || (rest == half && odd);
    case FP_NEAREST_AWAY:
        return rest >= half;
    case FP_UP:
        return rest && !sign;
    case FP_DOWN:
        return rest && sign;
    case FP_TO_ODD:
        return rest && !odd;
    default:
        return false;
    }
}

static uint64_t overflow(A64Cpu *c, FpFmt f, bool sign, FpRound r)
{
    bool to_inf = r == FP_NEAREST_EVEN || r == FP_NEAREST_AWAY ||
                  (r == FP_UP && !sign) || (r == FP_DOWN && sign);

    if (f == FP_H && c->fpcr & FPCR_AHP) {
        fp_raise(c, FPSR_IOC);
        return fp_zero(f, sign) | 0x7fff;
    }
    fp_raise(c, FPSR_OFC | FPSR_IXC);
    return to_inf ? fp_inf(f, sign) : fp_max_normal(f, sign);
}

uint64_t fp_pack(A64Cpu *c, FpFmt f, bool sign, int exp, uint64_t frac, FpRound r)
{
    const FpLayout *l = &fp_layout[f];
    unsigned drop = 63 - l->frac;
    bool ahp = f == FP_H && c->fpcr & FPCR_AHP;
    int biased = exp + l->bias;
    bool tiny = biased < 1;
    uint64_t rest, mantissa;

    if (tiny) {
        unsigned by = 1 - biased;

        if (f != FP_H && c->fpcr & FPCR_FZ) {
            fp_raise(c, FPSR_UFC);
            return fp_zero(f, sign);
        }
        frac = by > 63 ? 1 : frac >> by | ((frac << (64 - by)) != 0);
        biased = 1;
    }
    rest = frac & ((1ull << drop) - 1);
    mantissa = frac >> drop;
    if (round_up(r, sign, mantissa & 1, rest, 1ull << (drop - 1))) {
        mantissa++;
    }
    if (biased + (int)(mantissa >> (l->frac + 1)) >= (int)exp_mask(f) + ahp) {
        return overflow(c, f, sign, r);
    }
    if (rest) {
        fp_raise(c, FPSR_IXC | (tiny ? FPSR_UFC : 0));
    }
    /* The leading bit of a normal number adds one to the exponent field. */
    return fp_zero(f, sign) | (((uint64_t)(biased - 1) << l->frac) + mantissa);
}

uint64_t fp_normalize(A64Cpu *c, FpFmt f, bool sign, int exp, uint64_t frac, FpRound r)
{
    unsigned up;

    if (!frac) {
        return fp_zero(f, sign);
    }
    up = __builtin_clzll(frac);
    return fp_pack(c, f, sign, exp - (int)up, frac << up, r);
}

uint64_t fp_invalid(A64Cpu *c, FpFmt f)
{
    fp_raise(c, FPSR_IOC);
    return fp_default_nan(f);
}

uint64_t fp_nan1(A64Cpu *c, FpFmt f, FpKind k, uint64_t a)
{
    if (k == FPK_SNAN) {
        fp_raise(c, FPSR_IOC);
        a |= 1ull << (fp_layout[f].frac - 1);
    }
    return c->fpcr & FPCR_DN ? fp_default_nan(f) : a;
}

/* The first signalling NaN, or else the first quiet one. */
static uint64_t choose_nan(A64Cpu *c, FpFmt f, const FpNum *n, const uint64_t *raw,
                           int count)
{
    for (int i = 0; i < count; i++) {
        if (n[i].kind == FPK_SNAN) {
            return fp_nan1(c, f, n[i].kind, raw[i]);
        }
    }
    for (int i = 0; i < count; i++) {
        if (n[i].kind == FPK_QNAN) {
            return fp_nan1(c, f, n[i].kind, raw[i]);
        }
    }
    g_assert_not_reached();
}

uint64_t fp_nan2(A64Cpu *c, FpFmt f, const FpNum n[2], const uint64_t raw[2])
{
    return choose_nan(c, f, n, raw, 2);
}

uint64_t fp_nan3(A64Cpu *c, FpFmt f, const FpNum n[3], const uint64_t raw[3])
{
    return choose_nan(c, f, n, raw, 3);
}
