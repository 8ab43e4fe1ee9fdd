/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Floating point: add, multiply, divide, square root and fused multiply-add.
 *
 * The host computes when the mode is round to nearest without flush to zero, inexact
 * has been raised already and the result is normal: nothing else can have happened.
 */
#include "qemu/osdep.h"
#include <math.h>
#include <float.h>
#include "internal.h"

typedef unsigned __int128 Wide;

static inline bool host_ok(const A64Cpu *c)
{
    return !(c->fpcr & 0x01c00000) && c->fpsr & FPSR_IXC;
}

static inline double as_d(uint64_t v)
{
    double r;

    memcpy(&r, &v, 8);
    return r;
}
static inline float as_s(uint32_t v)
{
    float r;

    memcpy(&r, &v, 4);
    return r;
}
static inline uint64_t raw_d(double v)
{
    uint64_t r;

    memcpy(&r, &v, 8);
    return r;
}
static inline uint32_t raw_s(float v)
{
    uint32_t r;

    memcpy(&r, &v, 4);
    return r;
}

/* Exponent field neither at its end nor within one of tiny. */
static inline bool normal_d(uint64_t v)
{
    return ((v >> 52 & 0x7ff) - 2) < 0x7fd;
}
static inline bool normal_s(uint32_t v)
{
    return ((v >> 23 & 0xff) - 2) < 0xfd;
}

/* Returns from the calling function if the host's result can be taken. */
#define TRY_HOST(f, for_d, for_s)                                                      \
    if (likely(host_ok(c))) {                                                          \
        if ((f) == FP_D) {                                                             \
            uint64_t r_ = raw_d(for_d);                                                \
            if (likely(normal_d(r_))) {                                                \
                return r_;                                                             \
            }                                                                          \
        } else if ((f) == FP_S) {                                                      \
            uint32_t r_ = raw_s(for_s);                                                \
            if (likely(normal_s(r_))) {                                                \
                return r_;                                                             \
            }                                                                          \
        }                                                                              \
    }

static Wide shift_sticky(Wide v, unsigned by)
{
    if (by == 0) {
        return v;
    }
    if (by >= 128) {
        return v != 0;
    }
    return v >> by | ((v << (128 - by)) != 0);
}

/* The number frac * 2^(exp - 127) of 128 bits, anywhere its leading bit may be. */
static uint64_t pack_wide(A64Cpu *c, FpFmt f, bool sign, int exp, Wide frac)
{
    unsigned up;

    if (frac == 0) {
        return fp_zero(f, fp_mode(c) == FP_DOWN);
    }
    up = frac >> 64 ? __builtin_clzll(frac >> 64) : 64 + __builtin_clzll(frac);
    frac <<= up;
    return fp_pack(c, f, sign, exp - (int)up, (uint64_t)(frac >> 64) | !!(uint64_t)frac,
                   fp_mode(c));
}

/* Sum of two numbers of 128-bit fractions with two bits of headroom. */
static uint64_t sum_wide(A64Cpu *c, FpFmt f, bool sa, int ea, Wide a, bool sb, int eb,
                         Wide b)
{
    if (ea < eb || (ea == eb && a < b)) {
        Wide t = a;
        int te = ea;
        bool ts = sa;

        a = b;
        ea = eb;
        sa = sb;
        b = t;
        eb = te;
        sb = ts;
    }
    b = shift_sticky(b, (unsigned)(ea - eb));
    if (sa == sb) {
        return pack_wide(c, f, sa, ea, a + b);
    }
    return a >= b ? pack_wide(c, f, sa, ea, a - b) : pack_wide(c, f, sb, ea, b - a);
}

static uint64_t add_soft(A64Cpu *c, FpFmt f, uint64_t a, uint64_t b, bool negate)
{
    uint64_t raw[2] = { a, b };
    FpNum n[2] = { fp_unpack(c, f, a), fp_unpack(c, f, b) };

    if (fp_is_nan(n[0].kind) || fp_is_nan(n[1].kind)) {
        return fp_nan2(c, f, n, raw);
    }
    n[1].sign ^= negate;
    if (n[0].kind == FPK_INF || n[1].kind == FPK_INF) {
        if (n[0].kind == n[1].kind && n[0].sign != n[1].sign) {
            return fp_invalid(c, f);
        }
        return fp_inf(f, n[n[0].kind == FPK_INF ? 0 : 1].sign);
    }
    if (n[0].kind == FPK_ZERO && n[1].kind == FPK_ZERO) {
        return fp_zero(f, n[0].sign == n[1].sign ? n[0].sign : fp_mode(c) == FP_DOWN);
    }
    if (n[0].kind == FPK_ZERO || n[1].kind == FPK_ZERO) {
        const FpNum *v = n[0].kind == FPK_ZERO ? &n[1] : &n[0];

        return fp_pack(c, f, v->sign, v->exp, v->frac, fp_mode(c));
    }
    return sum_wide(c, f, n[0].sign, n[0].exp + 2, (Wide)n[0].frac << 62, n[1].sign,
                    n[1].exp + 2, (Wide)n[1].frac << 62);
}

uint64_t fp_add(A64Cpu *c, FpFmt f, uint64_t a, uint64_t b)
{
    TRY_HOST(f, as_d(a) + as_d(b), as_s(a) + as_s(b));
    return add_soft(c, f, a, b, false);
}

uint64_t fp_sub(A64Cpu *c, FpFmt f, uint64_t a, uint64_t b)
{
    TRY_HOST(f, as_d(a) - as_d(b), as_s(a) - as_s(b));
    return add_soft(c, f, a, b, true);
}

static uint64_t mul_soft(A64Cpu *c, FpFmt f, uint64_t a, uint64_t b, bool extended)
{
    uint64_t raw[2] = { a, b };
    FpNum n[2] = { fp_unpack(c, f, a), fp_unpack(c, f, b) };
    bool sign = n[0].sign != n[1].sign;

    if (fp_is_nan(n[0].kind) || fp_is_nan(n[1].kind)) {
        return fp_nan2(c, f, n, raw);
    }
    if (n[0].kind == FPK_INF || n[1].kind == FPK_INF) {
        if (n[0].kind == FPK_ZERO || n[1].kind == FPK_ZERO) {
            /* FMULX: 2.0 */
            return extended ? fp_zero(f, sign) | 1ull << (fp_layout[f].width - 2)
                            : fp_invalid(c, f);
        }
        return fp_inf(f, sign);
    }
    if (n[0].kind == FPK_ZERO || n[1].kind == FPK_ZERO) {
        return fp_zero(f, sign);
    }
    return pack_wide(c, f, sign, n[0].exp + n[1].exp + 1, (Wide)n[0].frac * n[1].frac);
}

uint64_t fp_mul(A64Cpu *c, FpFmt f, uint64_t a, uint64_t b)
{
    TRY_HOST(f, as_d(a) * as_d(b), as_s(a) * as_s(b));
    return mul_soft(c, f, a, b, false);
}

uint64_t fp_mulx(A64Cpu *c, FpFmt f, uint64_t a, uint64_t b)
{
    return mul_soft(c, f, a, b, true);
}

static uint64_t div_soft(A64Cpu *c, FpFmt f, uint64_t a, uint64_t b)
{
    uint64_t raw[2] = { a, b };
    FpNum n[2] = { fp_unpack(c, f, a), fp_unpack(c, f, b) };
    bool sign = n[0].sign != n[1].sign;
    Wide num, q;

    if (fp_is_nan(n[0].kind) || fp_is_nan(n[1].kind)) {
        return fp_nan2(c, f, n, raw);
    }
    if (n[0].kind == n[1].kind && n[0].kind != FPK_NORMAL) {
        return fp_invalid(c, f);
    }
    if (n[0].kind == FPK_INF || n[1].kind == FPK_ZERO) {
        if (n[0].kind != FPK_INF) {
            fp_raise(c, FPSR_DZC);
        }
        return fp_inf(f, sign);
    }
    if (n[0].kind == FPK_ZERO || n[1].kind == FPK_INF) {
        return fp_zero(f, sign);
    }
    num = (Wide)n[0].frac << 63;
    q = num / n[1].frac;
    return fp_normalize(c, f, sign, n[0].exp - n[1].exp,
                        (uint64_t)q | (q * n[1].frac != num), fp_mode(c));
}

uint64_t fp_div(A64Cpu *c, FpFmt f, uint64_t a, uint64_t b)
{
    TRY_HOST(f, as_d(a) / as_d(b), as_s(a) / as_s(b));
    return div_soft(c, f, a, b);
}

/* The largest integer whose square is not above @v. */
static uint64_t square_root(Wide v)
{
    uint64_t root = 0;

    for (uint64_t bit = 1ull << 63; bit; bit >>= 1) {
        Wide try = root | bit;

        if (try * try <= v) {
            root = try;
        }
    }
    return root;
}

static uint64_t sqrt_soft(A64Cpu *c, FpFmt f, uint64_t a)
{
    FpNum n = fp_unpack(c, f, a);
    uint64_t root;
    Wide v;

    if (fp_is_nan(n.kind)) {
        return fp_nan1(c, f, n.kind, a);
    }
    if (n.kind == FPK_ZERO) {
        return fp_zero(f, n.sign);
    }
    if (n.sign) {
        return fp_invalid(c, f);
    }
    if (n.kind == FPK_INF) {
        return fp_inf(f, false);
    }
    v = (Wide)n.frac << (63 + (n.exp & 1));
    root = square_root(v);
    return fp_pack(c, f, false, n.exp >> 1, root | ((Wide)root * root != v),
                   fp_mode(c));
}

uint64_t fp_sqrt(A64Cpu *c, FpFmt f, uint64_t a)
{
    if (host_ok(c) && f == FP_D && normal_d(a) && !(a >> 63)) {
        return raw_d(sqrt(as_d(a)));
    }
    if (host_ok(c) && f == FP_S && normal_s(a) && !(a >> 31)) {
        return raw_s(sqrtf(as_s(a)));
    }
    return sqrt_soft(c, f, a);
}

/* NaN, infinity and zero cases of the product; true: *result is the answer. */
static bool fma_special(A64Cpu *c, FpFmt f, const FpNum n[3], const uint64_t raw[3],
                        int scale, uint64_t *result)
{
    bool sign = n[1].sign != n[2].sign;
    bool inf = n[1].kind == FPK_INF || n[2].kind == FPK_INF;
    bool zero = n[1].kind == FPK_ZERO || n[2].kind == FPK_ZERO;

    /* Infinity times zero is invalid even if the addend is a quiet NaN. */
    if (inf && zero && n[0].kind == FPK_QNAN) {
        *result = fp_invalid(c, f);
        return true;
    }
    if (fp_is_nan(n[0].kind) || fp_is_nan(n[1].kind) || fp_is_nan(n[2].kind)) {
        *result = fp_nan3(c, f, n, raw);
        return true;
    }
    if ((inf && zero) || (inf && n[0].kind == FPK_INF && n[0].sign != sign)) {
        *result = fp_invalid(c, f);
        return true;
    }
    if (inf || n[0].kind == FPK_INF) {
        *result = fp_inf(f, inf ? sign : n[0].sign);
        return true;
    }
    if (zero) {
        *result =
            n[0].kind != FPK_ZERO
                ? fp_pack(c, f, n[0].sign, n[0].exp + scale, n[0].frac, fp_mode(c))
                : fp_zero(f, n[0].sign == sign ? sign : fp_mode(c) == FP_DOWN);
        return true;
    }
    return false;
}

uint64_t fp_fma_scaled(A64Cpu *c, FpFmt f, uint64_t addend, uint64_t a, uint64_t b,
                       int scale)
{
    uint64_t raw[3] = { addend, a, b }, result;
    FpNum n[3] = { fp_unpack(c, f, addend), fp_unpack(c, f, a), fp_unpack(c, f, b) };
    bool sign = n[1].sign != n[2].sign;
    int exp = n[1].exp + n[2].exp + 1 + scale;
    Wide product;

    if (fma_special(c, f, n, raw, scale, &result)) {
        return result;
    }
    product = (Wide)n[1].frac * n[2].frac;
    if (n[0].kind == FPK_ZERO) {
        return pack_wide(c, f, sign, exp, product);
    }
    /* Fractions have at least 11 zero bits at the end: two places cost nothing. */
    return sum_wide(c, f, sign, exp + 2, product >> 2, n[0].sign, n[0].exp + 2 + scale,
                    (Wide)n[0].frac << 62);
}

uint64_t fp_fma(A64Cpu *c, FpFmt f, uint64_t addend, uint64_t a, uint64_t b)
{
    TRY_HOST(f, fma(as_d(a), as_d(b), as_d(addend)),
             fmaf(as_s(a), as_s(b), as_s(addend)));
    return fp_fma_scaled(c, f, addend, a, b, 0);
}
