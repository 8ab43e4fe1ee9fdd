/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Integer helpers: counting bits, powers of two, wide multiply, overflow. */
#ifndef QEMU_HOST_UTILS_H
#define QEMU_HOST_UTILS_H

#include <stdbool.h>
#include <stdint.h>

/* Leading and trailing zeroes and ones; the operand's width when none differs. */
static inline int clz32(uint32_t v)
{
    return v ? __builtin_clz(v) : 32;
}

static inline int clz64(uint64_t v)
{
    return v ? __builtin_clzll(v) : 64;
}

static inline int ctz32(uint32_t v)
{
    return v ? __builtin_ctz(v) : 32;
}

static inline int ctz64(uint64_t v)
{
    return v ? __builtin_ctzll(v) : 64;
}

static inline int clo32(uint32_t v)
{
    return clz32(~v);
}

static inline int clo64(uint64_t v)
{
    return clz64(~v);
}

static inline int cto32(uint32_t v)
{
    return ctz32(~v);
}

static inline int cto64(uint64_t v)
{
    return ctz64(~v);
}

/* Copies of the sign bit below the sign bit. */
static inline int clrsb32(uint32_t v)
{
    return __builtin_clrsb(v);
}

static inline int clrsb64(uint64_t v)
{
    return __builtin_clrsbll(v);
}

static inline int ctpop8(uint8_t v)
{
    return __builtin_popcount(v);
}

static inline int ctpop16(uint16_t v)
{
    return __builtin_popcount(v);
}

static inline int ctpop32(uint32_t v)
{
    return __builtin_popcount(v);
}

static inline int ctpop64(uint64_t v)
{
    return __builtin_popcountll(v);
}

static inline bool is_power_of_2(uint64_t v)
{
    return v && !(v & (v - 1));
}

/* The largest power of two that is not above @v; 0 for 0. */
static inline uint64_t pow2floor(uint64_t v)
{
    return v ? UINT64_C(1) << (63 - clz64(v)) : 0;
}

/* The smallest power of two that is not below @v; 0 when it does not fit. */
static inline uint64_t pow2ceil(uint64_t v)
{
    int n = v > 1 ? 64 - clz64(v - 1) : 0;

    return n == 64 ? 0 : UINT64_C(1) << n;
}

static inline uint32_t pow2roundup32(uint32_t v)
{
    return pow2ceil(v);
}

/* @a * @b / @c with a 128-bit product; @c must not be zero. */
static inline uint64_t muldiv64(uint64_t a, uint32_t b, uint32_t c)
{
    return (unsigned __int128)a * b / c;
}

static inline void mulu64(uint64_t *low, uint64_t *high, uint64_t a, uint64_t b)
{
    unsigned __int128 r = (unsigned __int128)a * b;

    *low = r;
    *high = r >> 64;
}

static inline void muls64(uint64_t *low, uint64_t *high, int64_t a, int64_t b)
{
    __int128 r = (__int128)a * b;

    *low = r;
    *high = r >> 64;
}

/* The wrapped result goes to *@ret; true when it wrapped. */
static inline bool uadd64_overflow(uint64_t x, uint64_t y, uint64_t *ret)
{
    return __builtin_add_overflow(x, y, ret);
}

static inline bool usub64_overflow(uint64_t x, uint64_t y, uint64_t *ret)
{
    return __builtin_sub_overflow(x, y, ret);
}

static inline bool umul64_overflow(uint64_t x, uint64_t y, uint64_t *ret)
{
    return __builtin_mul_overflow(x, y, ret);
}

static inline bool uadd32_overflow(uint32_t x, uint32_t y, uint32_t *ret)
{
    return __builtin_add_overflow(x, y, ret);
}

static inline uint8_t revbit8(uint8_t x)
{
    x = (x & 0xf0) >> 4 | (x & 0x0f) << 4;
    x = (x & 0xcc) >> 2 | (x & 0x33) << 2;
    return (x & 0xaa) >> 1 | (x & 0x55) << 1;
}

static inline uint32_t revbit32(uint32_t x)
{
    uint32_t r = 0;

    for (int i = 0; i < 4; i++) {
        r = r << 8 | revbit8(x >> (8 * i));
    }
    return r;
}

static inline uint64_t revbit64(uint64_t x)
{
    return (uint64_t)revbit32(x) << 32 | revbit32(x >> 32);
}

#endif
