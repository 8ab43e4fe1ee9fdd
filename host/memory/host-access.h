/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guest RAM by host pointer. The guest and other devices use it at the same time:
 * an aligned value of 2, 4 or 8 bytes is moved in one piece.
 */
#ifndef MEMORY_HOST_ACCESS_H
#define MEMORY_HOST_ACCESS_H

#include "exec/memop.h"
#include "qemu/bswap.h"
#include <stdint.h>
#include <string.h>

static inline uint64_t host_load_aligned(const void *p, unsigned size)
{
    switch (size) {
    case 1:
        return __atomic_load_n((const uint8_t *)p, __ATOMIC_RELAXED);
    case 2:
        return __atomic_load_n((const uint16_t *)p, __ATOMIC_RELAXED);
    case 4:
        return __atomic_load_n((const uint32_t *)p, __ATOMIC_RELAXED);
    default:
        return __atomic_load_n((const uint64_t *)p, __ATOMIC_RELAXED);
    }
}

static inline void host_store_aligned(void *p, uint64_t v, unsigned size)
{
    switch (size) {
    case 1:
        __atomic_store_n((uint8_t *)p, v, __ATOMIC_RELAXED);
        break;
    case 2:
        __atomic_store_n((uint16_t *)p, v, __ATOMIC_RELAXED);
        break;
    case 4:
        __atomic_store_n((uint32_t *)p, v, __ATOMIC_RELAXED);
        break;
    default:
        __atomic_store_n((uint64_t *)p, v, __ATOMIC_RELAXED);
    }
}

/* From the byte order of @op, or to it, for a value of its size in host order. */
static inline uint64_t memop_swap(uint64_t v, MemOp op)
{
    return op & MO_BSWAP ? bswap64(v) >> (64 - 8 * memop_size(op)) : v;
}

static inline uint64_t host_load(const void *p, MemOp op)
{
    unsigned size = memop_size(op);
    uint64_t v = 0;

    if (__builtin_expect(!((uintptr_t)p & (size - 1)), 1)) {
        v = host_load_aligned(p, size);
    } else {
        uint8_t b[8] = { 0 };

        memcpy(b, p, size);
        v = ldq_le_p(b);
#if HOST_BIG_ENDIAN
        v = bswap64(v) >> (64 - 8 * size);
#endif
    }
    return memop_swap(v, op);
}

static inline void host_store(void *p, uint64_t v, MemOp op)
{
    unsigned size = memop_size(op);

    v = memop_swap(v, op);
    if (__builtin_expect(!((uintptr_t)p & (size - 1)), 1)) {
        host_store_aligned(p, v, size);
    } else {
        uint8_t b[8];

#if HOST_BIG_ENDIAN
        v = bswap64(v) >> (64 - 8 * size);
#endif
        stq_le_p(b, v);
        memcpy(p, b, size);
    }
}

/* memcpy, but one value of a power of two of bytes as above. @ram is guest RAM. */
static inline void host_copy_out(void *buf, const void *ram, size_t len)
{
    if (len <= 8 && len && !(len & (len - 1))) {
        uint64_t v = host_load(ram, (MemOp)__builtin_ctz(len));

        memcpy(buf, (uint8_t *)&v + (HOST_BIG_ENDIAN ? 8 - len : 0), len);
    } else {
        memcpy(buf, ram, len);
    }
}

static inline void host_copy_in(void *ram, const void *buf, size_t len)
{
    if (len <= 8 && len && !(len & (len - 1))) {
        uint64_t v = 0;

        memcpy((uint8_t *)&v + (HOST_BIG_ENDIAN ? 8 - len : 0), buf, len);
        host_store(ram, v, (MemOp)__builtin_ctz(len));
    } else {
        memcpy(ram, buf, len);
    }
}

#endif
