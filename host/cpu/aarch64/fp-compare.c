/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Floating point: compare, maximum and minimum.
 */
#include "qemu/osdep.h"
#include "internal.h"

/* -1, 0 or 1; neither may be a NaN. */
static int order(const FpNum *a, const FpNum *b)
{
    int sign = a->sign ? -1 : 1;

    if (a->kind == FPK_ZERO && b->kind == FPK_ZERO) {
        return 0;
    }
    if (a->kind == FPK_ZERO || b->kind == FPK_ZERO || a->sign != b->sign) {
        return a->kind == FPK_ZERO ? (b->sign ? 1 : -1) : sign;
    }
    if (a->kind != b->kind) {
        return a->kind == FPK_INF ? sign : -sign;
    }
    if (a->kind == FPK_INF || (a->exp == b->exp && a->frac == b->frac)) {
        return 0;
    }
    if (a->exp != b->exp) {
        return a->exp > b->exp ? sign : -sign;
    }
    return a->frac > b->frac ? sign : -sign;
}

unsigned fp_compare(A64Cpu *c, FpFmt f, uint64_t a, uint64_t b, bool signal)
{
    FpNum n[2] = { fp_unpack(c, f, a), fp_unpack(c, f, b) };

    if (fp_is_nan(n[0].kind) || fp_is_nan(n[1].kind)) {
        if (signal || n[0].kind == FPK_SNAN || n[1].kind == FPK_SNAN) {
            fp_raise(c, FPSR_IOC);
        }
        return 3;
    }
    switch (order(&n[0], &n[1])) {
    case -1:
        return 8;
    case 0:
        return 6;
    default:
        return 2;
    }
}

static uint64_t extreme(A64Cpu *c, FpFmt f, uint64_t a, uint64_t b, int want)
{
    uint64_t raw[2] = { a, b };
    FpNum n[2] = { fp_unpack(c, f, a), fp_unpack(c, f, b) };
    int which;

    if (fp_is_nan(n[0].kind) || fp_is_nan(n[1].kind)) {
        return fp_nan2(c, f, n, raw);
    }
    if (n[0].kind == FPK_ZERO && n[1].kind == FPK_ZERO) {
        bool sign = want > 0 ? n[0].sign && n[1].sign : n[0].sign || n[1].sign;

        return fp_zero(f, sign);
    }
    which = order(&n[0], &n[1]) == want ? 0 : 1;
    /* A flushed operand comes out as zero. */
    return n[which].kind == FPK_ZERO ? fp_zero(f, n[which].sign) : raw[which];
}

/* A quiet NaN loses against a number. */
static uint64_t extreme_number(A64Cpu *c, FpFmt f, uint64_t a, uint64_t b, int want)
{
    uint32_t flags = c->fpsr;
    FpKind ka = fp_unpack(c, f, a).kind, kb = fp_unpack(c, f, b).kind;

    c->fpsr = flags;
    if (ka == FPK_QNAN && kb != FPK_QNAN) {
        a = fp_inf(f, want > 0);
    } else if (kb == FPK_QNAN && ka != FPK_QNAN) {
        b = fp_inf(f, want > 0);
    }
    return extreme(c, f, a, b, want);
}

uint64_t fp_max(A64Cpu *c, FpFmt f, uint64_t a, uint64_t b)
{
    return extreme(c, f, a, b, 1);
}

uint64_t fp_min(A64Cpu *c, FpFmt f, uint64_t a, uint64_t b)
{
    return extreme(c, f, a, b, -1);
}

uint64_t fp_maxnm(A64Cpu *c, FpFmt f, uint64_t a, uint64_t b)
{
    return extreme_number(c, f, a, b, 1);
}

uint64_t fp_minnm(A64Cpu *c, FpFmt f, uint64_t a, uint64_t b)
{
    return extreme_number(c, f, a, b, -1);
}
