/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AdvSIMD: the general lane engine, and the arithmetic several groups share.
 */
#include "qemu/osdep.h"
#include "simd.h"

/*
 * A shape in op->aux: sizes, lanes and flags; the function is in op->imm, index and
 * shift in op->ra (never both).
 */
enum {
    SH_SIGNED = 1 << 12,
    SH_A_HIGH = 1 << 13,
    SH_B_HIGH = 1 << 14,
    SH_D_HIGH = 1 << 15,
    SH_PAIRS = 1 << 16,
    SH_FIXED = 1 << 17,
};

static uint64_t get_lane(const A64Vec *v, unsigned log, unsigned i, bool is_signed)
{
    switch (log) {
    case 0:
        return is_signed ? (uint64_t)(int64_t)v->sb[i] : v->b[i];
    case 1:
        return is_signed ? (uint64_t)(int64_t)v->sh[i] : v->h[i];
    case 2:
        return is_signed ? (uint64_t)(int64_t)v->ss[i] : v->s[i];
    default:
        return v->d[i];
    }
}

static void put_lane(A64Vec *v, unsigned log, unsigned i, uint64_t value)
{
    switch (log) {
    case 0:
        v->b[i] = value;
        break;
    case 1:
        v->h[i] = value;
        break;
    case 2:
        v->s[i] = value;
        break;
    default:
        v->d[i] = value;
        break;
    }
}

static const A64Vec *pair_source(const A64Vec *a, const A64Vec *b, unsigned *i,
                                 unsigned lanes)
{
    if (*i < lanes) {
        return a;
    }
    *i -= lanes;
    return b;
}

OP(op_lanes)
{
    LaneFn fn = (LaneFn)(uintptr_t)o->imm;
    uint32_t s = o->aux;
    unsigned dlog = s & 3, alog = s >> 2 & 3, blog = s >> 4 & 3, lanes = s >> 6 & 31;
    /* Neighbours of one register: of its full length when they become one wide one. */
    unsigned split = alog < dlog ? lanes * 2 : lanes;
    unsigned skip_a = s & SH_A_HIGH ? lanes : 0, skip_b = s & SH_B_HIGH ? lanes : 0;
    A64Vec a = c->v[o->rn], b = c->v[o->rm], d = c->v[o->rd], r = { .d = { 0, 0 } };
    Lane l = { .log = dlog, .is_signed = s & SH_SIGNED, .shift = o->ra };

    for (unsigned i = 0; i < lanes; i++) {
        if (s & SH_PAIRS) {
            unsigned at = i * 2, next = i * 2 + 1;
            const A64Vec *from = pair_source(&a, &b, &at, split);

            l.a = get_lane(from, alog, at, l.is_signed);
            from = pair_source(&a, &b, &next, split);
            l.b = get_lane(from, alog, next, l.is_signed);
        } else {
            l.a = get_lane(&a, alog, i + skip_a, l.is_signed);
            l.b = get_lane(&b, blog, s & SH_FIXED ? o->ra : i + skip_b, l.is_signed);
        }
        l.d = get_lane(&d, dlog, i, l.is_signed);
        put_lane(&r, dlog, i, fn(c, &l));
    }
    if (s & SH_D_HIGH) {
        r.d[1] = r.d[0];
        r.d[0] = d.d[0];
    }
    c->v[o->rd] = r;
    NEXT;
}

void a64_simd_lanes(A64Op *op, const Shape *s, LaneFn fn)
{
    op->fn = op_lanes;
    op->imm = (uintptr_t)fn;
    op->ra = s->fixed ? s->index : s->shift;
    op->aux = s->dlog | s->alog << 2 | s->blog << 4 | (uint32_t)s->lanes << 6 |
              (s->is_signed ? SH_SIGNED : 0) | (s->a_high ? SH_A_HIGH : 0) |
              (s->b_high ? SH_B_HIGH : 0) | (s->d_high ? SH_D_HIGH : 0) |
              (s->pairs ? SH_PAIRS : 0) | (s->fixed ? SH_FIXED : 0);
}

uint64_t lane_mask(unsigned log)
{
    return log == 3 ? ~0ull : (1ull << (8u << log)) - 1;
}

uint64_t lane_sat_signed(A64Cpu *c, __int128 v, unsigned log)
{
    __int128 max = (__int128)(lane_mask(log) >> 1), min = -max - 1;

    if (v > max || v < min) {
        c->fpsr |= FPSR_QC;
        return (uint64_t)(v > max ? max : min);
    }
    return (uint64_t)v;
}

uint64_t lane_sat_unsigned(A64Cpu *c, __int128 v, unsigned log)
{
    if (v < 0 || v > (__int128)lane_mask(log)) {
        c->fpsr |= FPSR_QC;
        return v < 0 ? 0 : lane_mask(log);
    }
    return (uint64_t)v;
}

static __int128 extend(uint64_t v, unsigned log, bool is_signed)
{
    unsigned up = 64 - (8u << log);

    return is_signed ? (__int128)((int64_t)(v << up) >> up)
                     : (__int128)(v & lane_mask(log));
}

/* An arithmetic shift to the right of any distance, rounded half up if asked for. */
static __int128 shift_right(__int128 v, int by, bool round)
{
    if (by > 66) {
        by = 66;
    }
    return round ? (v + ((__int128)1 << (by - 1))) >> by : v >> by;
}

uint64_t lane_shift(A64Cpu *c, uint64_t raw, int by, unsigned log, bool is_signed,
                    bool round, bool saturate)
{
    int bits = 8 << log;
    __int128 v = extend(raw, log, is_signed);

    if (by < 0) {
        return (uint64_t)shift_right(v, -by, round);
    }
    if (by >= bits) {
        if (!saturate || v == 0) {
            return 0;
        }
        v = v < 0 ? -((__int128)1 << 100) : (__int128)1 << 100;
    } else {
        v <<= by;
    }
    if (!saturate) {
        return (uint64_t)v;
    }
    return is_signed ? lane_sat_signed(c, v, log) : lane_sat_unsigned(c, v, log);
}

uint64_t lane_mla(A64Cpu *c, const Lane *l)
{
    return l->d + l->a * l->b;
}
uint64_t lane_mls(A64Cpu *c, const Lane *l)
{
    return l->d - l->a * l->b;
}
uint64_t lane_mul(A64Cpu *c, const Lane *l)
{
    return l->a * l->b;
}

static uint64_t doubling_high(A64Cpu *c, const Lane *l, bool round)
{
    unsigned bits = lane_bits(l);
    __int128 v = (__int128)(int64_t)l->a * (int64_t)l->b * 2;

    if (round) {
        v += (__int128)1 << (bits - 1);
    }
    return lane_sat_signed(c, v >> bits, l->log);
}
uint64_t lane_sqdmulh(A64Cpu *c, const Lane *l)
{
    return doubling_high(c, l, false);
}
uint64_t lane_sqrdmulh(A64Cpu *c, const Lane *l)
{
    return doubling_high(c, l, true);
}

uint64_t lane_fmla(A64Cpu *c, const Lane *l)
{
    return fp_fma(c, lane_fmt(l), l->d, l->a, l->b);
}
uint64_t lane_fmls(A64Cpu *c, const Lane *l)
{
    FpFmt f = lane_fmt(l);

    return fp_fma(c, f, l->d, l->a ^ fp_sign_bit(f), l->b);
}
uint64_t lane_fmul(A64Cpu *c, const Lane *l)
{
    return fp_mul(c, lane_fmt(l), l->a, l->b);
}
uint64_t lane_fmulx(A64Cpu *c, const Lane *l)
{
    return fp_mulx(c, lane_fmt(l), l->a, l->b);
}
