/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ranges of 64-bit addresses, both ends included: { start, last }.
 *
 * [0, 2^64-1] is a range like any other, so a size is never computed (it would
 * not fit) and nothing is compared after an addition that may wrap.
 */
#ifndef HW_VIRTIO_VIOMMU_RANGE_H
#define HW_VIRTIO_VIOMMU_RANGE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct ViommuRange {
    uint64_t start;
    uint64_t last;
} ViommuRange;

/* True unless the ends are swapped; every other function expects a valid range. */
static inline bool viommu_range_valid(ViommuRange r)
{
    return r.start <= r.last;
}

static inline bool viommu_range_contains(ViommuRange r, uint64_t addr)
{
    return r.start <= addr && addr <= r.last;
}

/* True when all of @inner lies in @outer. */
static inline bool viommu_range_covers(ViommuRange outer, ViommuRange inner)
{
    return outer.start <= inner.start && inner.last <= outer.last;
}

static inline bool viommu_range_overlaps(ViommuRange a, ViommuRange b)
{
    return a.start <= b.last && b.start <= a.last;
}

/*
 * True when @r begins and ends on a multiple of @granule, a power of two. The
 * address after 2^64-1 wraps to 0 and counts as aligned.
 */
static inline bool viommu_range_aligned(ViommuRange r, uint64_t granule)
{
    return ((r.start | (r.last + 1)) & (granule - 1)) == 0;
}

/* Number of zero bits below the lowest set bit; 64 for 0. */
static inline unsigned viommu_ctz64(uint64_t x)
{
    return x ? __builtin_ctzll(x) : 64;
}

/*
 * The number of low bits in which an address can be cleared without falling
 * below @start: either all bits up to the highest one in which the two differ,
 * or, when @start is aligned to more than that, up to @start itself.
 */
static inline unsigned viommu_range_room_below(uint64_t start, uint64_t addr)
{
    unsigned differ = start == addr ? 0 : 63 - __builtin_clzll(start ^ addr);
    unsigned align = viommu_ctz64(start);

    return align > differ ? align : differ;
}

/*
 * Mask (size - 1) of the largest power-of-two block that contains @addr, is
 * aligned to its own size, lies inside @r, and in which an address and the one
 * @delta away agree modulo the size. @delta is phys - iova, wrapping; 0 asks
 * for identity. @addr must be in @r. ~0 stands for the whole address space.
 */
static inline uint64_t viommu_range_block_mask(ViommuRange r, uint64_t addr,
                                               uint64_t delta)
{
    unsigned below = viommu_range_room_below(r.start, addr);
    unsigned above = viommu_range_room_below(~r.last, ~addr);
    unsigned bits = below < above ? below : above;
    unsigned agree = viommu_ctz64(delta);

    bits = bits < agree ? bits : agree;
    return bits < 64 ? (UINT64_C(1) << bits) - 1 : UINT64_MAX;
}

#endif
