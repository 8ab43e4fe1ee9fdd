/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * NZCV as the handlers set it: N and Z are kept as the result they come from, so that
 * setting them costs a store and testing them a comparison.
 */
#ifndef HOST_CPU_AARCH64_FLAGS_H
#define HOST_CPU_AARCH64_FLAGS_H

#include "internal.h"

static inline uint64_t flags_add64(A64Cpu *c, uint64_t a, uint64_t b)
{
    int64_t r;

    c->vf = __builtin_add_overflow((int64_t)a, (int64_t)b, &r);
    c->cf = (uint64_t)r < a;
    c->nf = r;
    c->zf = r;
    return r;
}

static inline uint64_t flags_add32(A64Cpu *c, uint32_t a, uint32_t b)
{
    int32_t r;

    c->vf = __builtin_add_overflow((int32_t)a, (int32_t)b, &r);
    c->cf = (uint32_t)r < a;
    c->nf = r;
    c->zf = (uint32_t)r;
    return (uint32_t)r;
}

static inline uint64_t flags_sub64(A64Cpu *c, uint64_t a, uint64_t b)
{
    int64_t r;

    c->vf = __builtin_sub_overflow((int64_t)a, (int64_t)b, &r);
    c->cf = a >= b;
    c->nf = r;
    c->zf = r;
    return r;
}

static inline uint64_t flags_sub32(A64Cpu *c, uint32_t a, uint32_t b)
{
    int32_t r;

    c->vf = __builtin_sub_overflow((int32_t)a, (int32_t)b, &r);
    c->cf = a >= b;
    c->nf = r;
    c->zf = (uint32_t)r;
    return (uint32_t)r;
}

static inline uint64_t flags_adc64(A64Cpu *c, uint64_t a, uint64_t b)
{
    unsigned __int128 u = (unsigned __int128)a + b + c->cf;
    uint64_t r = u;

    c->vf = ((a ^ r) & (b ^ r)) >> 63;
    c->cf = u >> 64;
    c->nf = r;
    c->zf = r;
    return r;
}

static inline uint64_t flags_adc32(A64Cpu *c, uint32_t a, uint32_t b)
{
    uint64_t u = (uint64_t)a + b + c->cf;
    uint32_t r = u;

    c->vf = ((a ^ r) & (b ^ r)) >> 31;
    c->cf = u >> 32;
    c->nf = (int32_t)r;
    c->zf = r;
    return r;
}

static inline uint64_t flags_logic64(A64Cpu *c, uint64_t r)
{
    c->nf = r;
    c->zf = r;
    c->cf = 0;
    c->vf = 0;
    return r;
}

static inline uint64_t flags_logic32(A64Cpu *c, uint32_t r)
{
    c->nf = (int32_t)r;
    c->zf = r;
    c->cf = 0;
    c->vf = 0;
    return r;
}

#endif
