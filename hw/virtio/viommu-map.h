/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The mappings of one domain: inclusive IOVA ranges to guest-physical ranges.
 *
 * A mapping is what one MAP made: it is never split, and never merged with its
 * neighbours. The map knows nothing of domains, endpoints or the rules of the
 * standard beyond that; it owns its memory and nothing else.
 *
 * Concurrency: mutators are serialised by the caller. viommu_map_lookup() and
 * viommu_map_translate() may run in any thread at any time, against one
 * mutator: they take no lock, write nothing shared, and answer with a mapping
 * that was in the map at some moment of the call, whole. Memory a reader may
 * still see is handed to ViommuReclaim, so a reader must be inside the kind of
 * section that ViommuReclaim waits for (RCU).
 */
#ifndef HW_VIRTIO_VIOMMU_MAP_H
#define HW_VIRTIO_VIOMMU_MAP_H

#include "viommu-range.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a device may do with a mapping; the values are those of the wire. */
enum {
    VIOMMU_PERM_NONE = 0,
    VIOMMU_PERM_READ = 1 << 0,
    VIOMMU_PERM_WRITE = 1 << 1,
    VIOMMU_PERM_RW = VIOMMU_PERM_READ | VIOMMU_PERM_WRITE,
    VIOMMU_PERM_MMIO = 1 << 2, /* must not be merged, buffered or speculated */
};

typedef struct ViommuMapping {
    ViommuRange iova;
    uint64_t phys;  /* address that iova.start maps to */
    uint32_t flags; /* VIOMMU_PERM_* */
} ViommuMapping;

/*
 * The largest block around an address that one answer can serve: the addresses
 * that differ from it in the bits of mask alone go to phys..phys + mask.
 */
typedef struct ViommuAnswer {
    uint64_t phys; /* of the block: no bit of mask is set */
    uint64_t mask;
    uint32_t flags; /* VIOMMU_PERM_*: all that the mapping allows */
} ViommuAnswer;

/* Where @addr goes, which is in the block of @answer. */
static inline uint64_t viommu_answer_at(const ViommuAnswer *answer, uint64_t addr)
{
    return answer->phys | (addr & answer->mask);
}

typedef struct ViommuMap ViommuMap;

/*
 * Calls @free_fn(@ptr) once no reader that may have seen @ptr is left. May be
 * called with any mutator's lock held, so it must not wait for readers itself.
 */
typedef struct ViommuReclaim {
    void (*defer)(void (*free_fn)(void *), void *ptr);
} ViommuReclaim;

/* Returns false to end the iteration. Must not change the map. */
typedef bool ViommuMappingFn(void *opaque, const ViommuMapping *mapping);

/*
 * @granule: smallest unit of a mapping, a power of two and 8 at least; ranges and
 * addresses passed to viommu_map_insert() are aligned to it. @reclaim NULL: there are
 * no concurrent readers, memory is freed at once.
 */
ViommuMap *viommu_map_new(uint64_t granule, const ViommuReclaim *reclaim);

/* Frees everything, after the readers. NULL is allowed. */
void viommu_map_free(ViommuMap *map);

/* False, and nothing changed, if any part of the range is mapped already. */
bool viommu_map_insert(ViommuMap *map, const ViommuMapping *mapping);

/*
 * Removes every mapping in @range, which may have holes. False, and nothing
 * changed, if a mapping lies partly outside it. @fn, if not NULL, is told of
 * each mapping after it is gone; what it returns is ignored.
 */
bool viommu_map_remove(ViommuMap *map, ViommuRange range, ViommuMappingFn *fn,
                       void *opaque);

/* Finds the mapping that contains @addr. Lock-free, see above. */
bool viommu_map_lookup(const ViommuMap *map, uint64_t addr, ViommuMapping *mapping);

/* The same, for who wants to know where to go, not what the guest mapped. */
bool viommu_map_translate(const ViommuMap *map, uint64_t iova, ViommuAnswer *answer);

/* The queries below run under the mutators' lock. */

/* Finds the first mapping that ends at or after @addr. */
bool viommu_map_next(const ViommuMap *map, uint64_t addr, ViommuMapping *mapping);

/* True if any part of @range is mapped. */
bool viommu_map_overlaps(ViommuMap *map, ViommuRange range);

/* Calls @fn in order for every mapping that overlaps @range. */
void viommu_map_for_each(const ViommuMap *map, ViommuRange range, ViommuMappingFn *fn,
                         void *opaque);

size_t viommu_map_count(const ViommuMap *map);

/* Memory held by the map, in bytes, without what waits for readers. */
size_t viommu_map_bytes(const ViommuMap *map);

#endif
