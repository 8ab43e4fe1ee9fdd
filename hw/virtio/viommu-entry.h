/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A mapping of one granule in 32 bits: what viommu-pages and viommu-index keep
 * of it beside its address. Small, so that a million of them stay in the cache;
 * one word, so that a reader can not see half of it.
 *
 * Bits 31..30 hold the permissions, bits 29..0 the number of the guest-physical
 * granule. 0 is no entry: what does not fit, mappings without permissions,
 * MMIO mappings and addresses beyond 2^30 granules (4 TiB of 4 KiB pages), has
 * no such form and is kept in viommu-tree.
 */
#ifndef HW_VIRTIO_VIOMMU_ENTRY_H
#define HW_VIRTIO_VIOMMU_ENTRY_H

#include "viommu-map.h"

enum { ENTRY_NUMBER_BITS = 30, ENTRY_MAX_NUMBER = (1 << ENTRY_NUMBER_BITS) - 1 };

/* 0 if there is no such form. @shift: log2 of the granule. */
static inline uint32_t viommu_entry_encode(unsigned shift, uint64_t phys,
                                           uint32_t flags)
{
    uint64_t number = phys >> shift;

    if (number > ENTRY_MAX_NUMBER || !flags || (flags & ~(uint32_t)VIOMMU_PERM_RW)) {
        return 0;
    }
    return flags << ENTRY_NUMBER_BITS | (uint32_t)number;
}

static inline uint64_t viommu_entry_phys(unsigned shift, uint32_t entry)
{
    return (uint64_t)(entry & ENTRY_MAX_NUMBER) << shift;
}

static inline uint32_t viommu_entry_flags(uint32_t entry)
{
    return entry >> ENTRY_NUMBER_BITS;
}

static inline ViommuMapping viommu_entry_decode(unsigned shift, uint64_t addr,
                                                uint32_t entry)
{
    uint64_t mask = (UINT64_C(1) << shift) - 1;

    return (ViommuMapping){
        .iova = { addr & ~mask, addr | mask },
        .phys = viommu_entry_phys(shift, entry),
        .flags = viommu_entry_flags(entry),
    };
}

#endif
