/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "qemu/bswap.h"

/* The first bit at or after @offset in which @addr and @flip differ. */
static unsigned long find_next(const unsigned long *addr, unsigned long size,
                               unsigned long offset, unsigned long flip)
{
    while (offset < size) {
        unsigned long word =
            (addr[BIT_WORD(offset)] ^ flip) >> (offset % BITS_PER_LONG);

        if (word) {
            return MIN(offset + __builtin_ctzl(word), size);
        }
        offset = (BIT_WORD(offset) + 1) * BITS_PER_LONG;
    }
    return size;
}

unsigned long find_next_bit(const unsigned long *addr, unsigned long size,
                            unsigned long offset)
{
    return find_next(addr, size, offset, 0);
}

unsigned long find_next_zero_bit(const unsigned long *addr, unsigned long size,
                                 unsigned long offset)
{
    return find_next(addr, size, offset, ~0UL);
}

uint64_t ldn_le_p(const void *ptr, int size)
{
    const uint8_t *p = ptr;
    uint64_t v = 0;

    assert(size == 1 || size == 2 || size == 4 || size == 8);
    for (int i = size - 1; i >= 0; i--) {
        v = v << 8 | p[i];
    }
    return v;
}

uint64_t ldn_be_p(const void *ptr, int size)
{
    const uint8_t *p = ptr;
    uint64_t v = 0;

    assert(size == 1 || size == 2 || size == 4 || size == 8);
    for (int i = 0; i < size; i++) {
        v = v << 8 | p[i];
    }
    return v;
}

void stn_le_p(void *ptr, int size, uint64_t v)
{
    uint8_t *p = ptr;

    assert(size == 1 || size == 2 || size == 4 || size == 8);
    for (int i = 0; i < size; i++) {
        p[i] = v >> (8 * i);
    }
}

void stn_be_p(void *ptr, int size, uint64_t v)
{
    uint8_t *p = ptr;

    assert(size == 1 || size == 2 || size == 4 || size == 8);
    for (int i = 0; i < size; i++) {
        p[size - 1 - i] = v >> (8 * i);
    }
}

uint64_t ldn_he_p(const void *ptr, int size)
{
    return HOST_BIG_ENDIAN ? ldn_be_p(ptr, size) : ldn_le_p(ptr, size);
}

void stn_he_p(void *ptr, int size, uint64_t v)
{
    if (HOST_BIG_ENDIAN) {
        stn_be_p(ptr, size, v);
    } else {
        stn_le_p(ptr, size, v);
    }
}
