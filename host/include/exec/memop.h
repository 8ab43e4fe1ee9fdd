/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Size and byte order of one memory access in one value. */
#ifndef MEMOP_H
#define MEMOP_H

#include <assert.h>

typedef enum MemOp {
    MO_8 = 0,
    MO_16 = 1,
    MO_32 = 2,
    MO_64 = 3,
    MO_SIZE = 0x07, /* mask: log2 of the size in bytes */
    MO_SIGN = 0x08,
    MO_BSWAP = 0x10, /* the other byte order than the host's */
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    MO_LE = MO_BSWAP,
    MO_BE = 0,
#else
    MO_LE = 0,
    MO_BE = MO_BSWAP,
#endif
    MO_TE = MO_LE, /* both our targets are little endian */
} MemOp;

/* Bytes of @op. */
static inline unsigned memop_size(MemOp op)
{
    return 1u << (op & MO_SIZE);
}

/* The operation of @size bytes, a power of two. */
static inline MemOp size_memop(unsigned size)
{
    assert(size && !(size & (size - 1)));
    return (MemOp)__builtin_ctz(size);
}

#endif
