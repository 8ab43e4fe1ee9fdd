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
};

static inline uint64_t viommu_map_granule_mask(const ViommuMap *map)
{
    return map->pages.mask;
}

static inline unsigned viommu_map_page_shift(const ViommuMap *map)
{
    return map->pages.page_shift;
}

/* True if @range is one granule. */
static inline bool viommu_map_is_page(const ViommuMap *map, ViommuRange range)
{
    return range.last - range.start == viommu_map_granule_mask(map) &&
           (range.start & viommu_map_granule_mask(map)) == 0;
}

#endif
