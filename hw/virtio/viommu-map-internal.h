/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The layout of a map, and the one part of its lookup that is worth being
 * inline: a page that is in a table. For viommu-map and viommu-db-translate
 * alone.
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
    return (UINT64_C(1) << map->pages.page_shift) - 1;
}

static inline void viommu_map_answer_page(const ViommuMap *map, uint64_t iova,
                                          uint32_t entry, ViommuAnswer *answer)
{
    uint64_t mask = viommu_map_granule_mask(map);

    answer->iova = iova & ~mask;
    answer->phys = viommu_entry_phys(map->pages.page_shift, entry);
    answer->mask = mask;
    answer->flags = viommu_entry_flags(entry);
}

/* As viommu_map_translate(), but false only means that the page is in no table.
 */
static inline bool viommu_map_translate_page(const ViommuMap *map, uint64_t iova,
                                             ViommuAnswer *answer)
{
    uint32_t entry = viommu_pages_entry(&map->pages, iova);

    if (!entry) {
        return false;
    }
    viommu_map_answer_page(map, iova, entry, answer);
    return true;
}

#endif
