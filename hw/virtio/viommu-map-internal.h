/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The layout of a map: viommu-db-translate tries the two short ways to a page
 * before it asks for the whole lookup. For viommu-map and viommu-db alone.
 */
#ifndef HW_VIRTIO_VIOMMU_MAP_INTERNAL_H
#define HW_VIRTIO_VIOMMU_MAP_INTERNAL_H

#include "viommu-entry.h"
#include "viommu-index.h"
#include "viommu-limbo.h"
#include "viommu-map.h"
#include "viommu-pages.h"
#include "viommu-tree.h"

enum { CACHE_LINE = 64 };

struct ViommuMap {
    /* Readers. Changes only when windows or the tree's root do. */
    ViommuPages pages;
    ViommuIndex index;
    ViommuTree tree;
    uint64_t moves; /* atomic; windows that moved from the tree to the pages */

    /* The writer. */
    char apart[CACHE_LINE];
    ViommuLimbo limbo;
    size_t n_pages; /* mappings in pages; the others are in the tree */
    size_t n_gone;  /* pages of the tree that are INDEX_GONE */
    bool outdated;  /* the tree may tell old things of pages in the index */
};

static inline uint64_t viommu_map_granule_mask(const ViommuMap *map)
{
    return map->pages.mask;
}

static inline unsigned viommu_map_page_shift(const ViommuMap *map)
{
    return map->pages.page_shift;
}

static inline uint64_t viommu_map_page(const ViommuMap *map, uint64_t addr)
{
    return addr >> map->pages.page_shift;
}

/* True if @range is one granule. */
static inline bool viommu_map_is_page(const ViommuMap *map, ViommuRange range)
{
    return range.last - range.start == viommu_map_granule_mask(map) &&
           (range.start & viommu_map_granule_mask(map)) == 0;
}

/* --- viommu-map-lookup.c --- */

/*
 * From what the tree says of a mapping to what it is; false if it is gone. The
 * writer's.
 */
bool viommu_map_refresh(const ViommuMap *map, ViommuMapping *mapping);

/* The first mapping of the tree that ends at or after @addr and starts by @limit. */
bool viommu_map_next_in_tree(const ViommuMap *map, uint64_t addr, uint64_t limit,
                             ViommuMapping *mapping);

/* --- viommu-map.c --- */

/* The entry of a single page; 0 for any other mapping. */
uint32_t viommu_map_entry(const ViommuMap *map, const ViommuMapping *mapping);
/* The same for an iteration over a ViommuMap: is there one? */
bool viommu_map_has_entry(void *opaque, const ViommuMapping *mapping);
/* And for what the tree says of a mapping: was it unmapped since? */
bool viommu_map_is_gone(void *opaque, const ViommuMapping *mapping);

/* True if that made ranges many around here, see viommu_tree_insert(). */
bool viommu_map_insert_into_tree(ViommuMap *map, const ViommuMapping *mapping);
/* It leaves the index, too. */
void viommu_map_left_tree(ViommuMap *map, const ViommuMapping *mapping, bool gone);

/* --- viommu-map-windows.c --- */

/* A MAP came to the tree, and ranges are many around @addr. */
void viommu_map_open_if_dense(ViommuMap *map, uint64_t addr);
/* Something around @addr was unmapped. */
void viommu_map_close_if_sparse(ViommuMap *map, uint64_t addr);

#endif
