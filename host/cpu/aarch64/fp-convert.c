/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Floating point: to and from integers, between formats, and to an integral value.
 */
#include "qemu/osdep.h"
#include "internal.h"

typedef unsigned __int128 Wide;

/*
 * |n| * 2^fbits as an integer, rounded; values of 2^65 and above come out as 2^65.
 * *inexact tells whether something was cut off.
 */
static Wide magnitude(const FpNum *n, int fbits, FpRound r, bool *inexact)
{
    int exp = n->exp + fbits; /* of the leading bit */
    uint64_t rest, half = 1ull << 63, whole;
    bool up;

    *inexact = false;
    if (exp >= 63) {
        return exp > 64 ? (Wide)1 << 65 : (Wide)n->frac << (exp - 63);
    }
    if (exp < -1) {
        whole = 0;
        rest = 1; /* below a half */
    } else {
        whole = exp < 0 ? 0 : n->frac >> (63 - exp);
        rest = exp < 0 ? n->frac : n->frac << (exp + 1);
    }
    *inexact = rest != 0;
    switch (r) {
    case FP_NEAREST_EVEN:
        up = rest > half || (rest == half && whole & 1);
        break;
    case FP_NEAREST_AWAY:
        up = rest >= half;
        break;
    case FP_UP:
        up = rest && !n->sign;
        break;
    case FP_DOWN:
        up = rest && n->sign;
        break;
    default:
        up = false;
        break;
    }
    return (Wide)whole + up;
}

static uint64_t largest(bool negative, unsigned width, bool is_signed)
{
    uint64_t top = width == 64 ? ~0ull : (1ull << width) - 1;

    if (!is_signed) {
        return negative ? 0 : top;
    }
    return negative ? top ^ top >> 1 : top >> 1;
}

uint64_t fp_to_int(A64Cpu *c, FpFmt f, uint64_t a, FpRound r, unsigned width,
                   bool is_signed, unsigned fbits)
{
    FpNum n = fp_unpack(c, f, a);
    uint64_t limit = largest(n.sign, width, is_signed);
    uint64_t mask = width == 64 ? ~0ull : (1ull << width) - 1;
    bool inexact;
    Wide v;

    if (n.kind == FPK_ZERO) {
        return 0;
    }
    if (n.kind != FPK_NORMAL) {
        fp_raise(c, FPSR_IOC);
        return fp_is_nan(n.kind) ? 0 : limit;
    }
    v = magnitude(&n, fbits, r, &inexact);
    if (v > (n.sign && is_signed ? (Wide)(limit & mask) : (Wide)limit)) {
        fp_raise(c, FPSR_IOC);
        return limit;
    }
    if (inexact) {
        fp_raise(c, FPSR_IXC);
    }
    return (n.sign ? -(uint64_t)v : (uint64_t)v) & mask;
}

uint64_t fp_from_int(A64Cpu *c, FpFmt f, uint64_t v, bool is_signed, unsigned fbits)
{
    bool sign = is_signed && v >> 63;

    if (v == 0) {
        return 0;
    }
    return fp_normalize(c, f, sign, 63 - (int)fbits, sign ? -v : v, fp_mode(c));
}

uint64_t fp_round_int(A64Cpu *c, FpFmt f, uint64_t a, FpRound r, bool exact)
{
    FpNum n = fp_unpack(c, f, a);
    bool inexact;
    uint64_t v;

    if (fp_is_nan(n.kind)) {
        return fp_nan1(c, f, n.kind, a);
    }
    if (n.kind == FPK_ZERO) {
        return fp_zero(f, n.sign);
    }
    if (n.kind == FPK_INF || n.exp >= fp_layout[f].frac) {
        return a;
    }
    v = (uint64_t)magnitude(&n, 0, r, &inexact);
    if (inexact && exact) {
        fp_raise(c, FPSR_IXC);
    }
    return fp_normalize(c, f, n.sign, 63, v, FP_NEAREST_EVEN);
}

/* The payload keeps its leading bits. */
static uint64_t convert_nan(A64Cpu *c, FpFmt to, FpFmt from, uint64_t a, FpKind k)
{
    const FpLayout *l = &fp_layout[from];
    bool sign = a >> (l->width - 1) & 1;
    uint64_t frac = a << (64 - l->frac);

    if (k == FPK_SNAN) {
        fp_raise(c, FPSR_IOC);
    }
    if (c->fpcr & FPCR_DN) {
        return fp_default_nan(to);
    }
    return fp_inf(to, sign) | (frac | 1ull << 63) >> (64 - fp_layout[to].frac);
}

uint64_t fp_convert(A64Cpu *c, FpFmt to, FpFmt from, uint64_t a, FpRound r)
{
    FpNum n = fp_unpack(c, from, a);
    bool ahp = to == FP_H && c->fpcr & FPCR_AHP;

    if (fp_is_nan(n.kind)) {
        if (ahp) {
            fp_raise(c, FPSR_IOC);
            return fp_zero(to, n.sign);
        }
        return convert_nan(c, to, from, a, n.kind);
    }
    if (n.kind == FPK_INF) {
        if (ahp) {
            fp_raise(c, FPSR_IOC);
            return fp_zero(to, n.sign) | 0x7fff;
        }
        return fp_inf(to, n.sign);
    }
    if (n.kind == FPK_ZERO) {
        return fp_zero(to, n.sign);
    }
    return fp_pack(c, to, n.sign, n.exp, n.frac, r);
}
