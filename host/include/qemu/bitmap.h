/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bit arrays of any length, allocated with g_free()-able memory. */
#ifndef QEMU_BITMAP_H
#define QEMU_BITMAP_H

#include <glib.h>
#include <string.h>

#include "qemu/bitops.h"

static inline unsigned long *bitmap_new(long nbits)
{
    return g_new0(unsigned long, BITS_TO_LONGS(nbits));
}

static inline void bitmap_zero(unsigned long *dst, long nbits)
{
    memset(dst, 0, BITS_TO_LONGS(nbits) * sizeof(long));
}

static inline void bitmap_set(unsigned long *map, long start, long nr)
{
    for (long i = start; i < start + nr; i++) {
        set_bit(i, map);
    }
}

static inline void bitmap_clear(unsigned long *map, long start, long nr)
{
    for (long i = start; i < start + nr; i++) {
        clear_bit(i, map);
    }
}

static inline bool bitmap_empty(const unsigned long *map, long nbits)
{
    return find_first_bit(map, nbits) >= (unsigned long)nbits;
}

static inline bool bitmap_full(const unsigned long *map, long nbits)
{
    return find_first_zero_bit(map, nbits) >= (unsigned long)nbits;
}

#endif
