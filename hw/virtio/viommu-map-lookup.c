/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is in a map: first the two short ways to a single page, then the tree. */
#include "viommu-entry.h"
#include "viommu-index.h"
#include "viommu-map-internal.h"
#include "viommu-map.h"
#include "viommu-pages.h"
#include "viommu-tree.h"
#include <glib.h>

static uint64_t moves_of(const ViommuMap *map)
{
    return __atomic_load_n(&map->moves, __ATOMIC_ACQUIRE);
}

/* The entry of a single page, from its table or the index; 0 if it has none. */
static inline uint32_t find_entry(const ViommuMap *map, uint64_t addr)
{
    uint32_t entry = viommu_pages_entry(&map->pages, addr);

    return entry ? entry
                 : viommu_index_find(&map->index, addr >> viommu_map_page_shift(map));
}

/* No entry when windows had moved @moves times: in the tree, or moved since. */
static bool lookup_beyond(const ViommuMap *map, uint64_t addr, uint64_t moves,
                          ViommuMapping *mapping)
{
    return viommu_tree_lookup(&map->tree, addr, mapping) ||
           (moves_of(map) != moves && viommu_map_lookup(map, addr, mapping));
}

bool viommu_map_lookup(const ViommuMap *map, uint64_t addr, ViommuMapping *mapping)
{
    uint64_t moves = moves_of(map);
    uint32_t entry = find_entry(map, addr);

    if (entry) {
        *mapping = viommu_entry_decode(viommu_map_page_shift(map), addr, entry);
        return entry != INDEX_GONE;
    }
    return lookup_beyond(map, addr, moves, mapping);
}

/* Apart, so that a hit in a table has no registers to save. */
static G_GNUC_NO_INLINE bool translate_beyond(const ViommuMap *map, uint64_t iova,
                                              uint64_t moves, ViommuAnswer *answer)
{
    ViommuMapping mapping;
    uint64_t delta;

    if (!lookup_beyond(map, iova, moves, &mapping)) {
        return false;
    }
    delta = mapping.phys - mapping.iova.start;
    answer->mask = viommu_range_block_mask(mapping.iova, iova, delta);
    answer->phys = (iova & ~answer->mask) + delta;
    answer->flags = mapping.flags;
    return true;
}

bool viommu_map_translate(const ViommuMap *map, uint64_t iova, ViommuAnswer *answer)
{
    uint64_t moves = moves_of(map);
    uint32_t entry = find_entry(map, iova);

    if (!entry) {
        return translate_beyond(map, iova, moves, answer);
    }
    viommu_pages_answer(&map->pages, entry, answer);
    return entry != INDEX_GONE;
}

bool viommu_map_refresh(const ViommuMap *map, ViommuMapping *mapping)
{
    uint32_t entry = 0;

    if (map->outdated && viommu_map_is_page(map, mapping->iova)) {
        entry =
            viommu_index_find(&map->index, viommu_map_page(map, mapping->iova.start));
    }
    if (entry > INDEX_GONE) {
        mapping->phys = viommu_entry_phys(viommu_map_page_shift(map), entry);
        mapping->flags = viommu_entry_flags(entry);
    }
    return entry != INDEX_GONE;
}

bool viommu_map_next_in_tree(const ViommuMap *map, uint64_t addr, uint64_t limit,
                             ViommuMapping *mapping)
{
    while (viommu_tree_next(&map->tree, addr, mapping) &&
           mapping->iova.start <= limit) {
        if (viommu_map_refresh(map, mapping)) {
            return true;
        }
        if (mapping->iova.last == UINT64_MAX) {
            return false;
        }
        addr = mapping->iova.last + 1;
    }
    return false;
}

bool viommu_map_next(const ViommuMap *map, uint64_t addr, ViommuMapping *mapping)
{
    ViommuMapping page;
    bool in_pages = map->n_pages && viommu_pages_next(&map->pages, addr, &page);

    if (!viommu_map_next_in_tree(map, addr, UINT64_MAX, mapping)) {
        *mapping = in_pages ? page : *mapping;
        return in_pages;
    }
    if (in_pages && page.iova.start < mapping->iova.start) {
        *mapping = page;
    }
    return true;
}

void viommu_map_for_each(const ViommuMap *map, ViommuRange range, ViommuMappingFn *fn,
                         void *opaque)
{
    ViommuMapping mapping;
    uint64_t at = range.start;

    while (viommu_map_next(map, at, &mapping) && mapping.iova.start <= range.last &&
           fn(opaque, &mapping) && mapping.iova.last < range.last) {
        at = mapping.iova.last + 1;
    }
}

size_t viommu_map_count(const ViommuMap *map)
{
    return map->n_pages + map->tree.count - map->n_gone;
}

size_t viommu_map_bytes(const ViommuMap *map)
{
    return sizeof(*map) + map->pages.bytes + map->pages.order.bytes + map->index.bytes +
           map->tree.bytes;
}
