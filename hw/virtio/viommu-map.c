/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The mappings of one domain.
 *
 * Three shapes of load have to be fast: a dense pile of single pages (what a
 * guest kernel's DMA API makes), single pages strewn over the address space,
 * and large blocks (identity maps, huge pages). No one structure is good at
 * all:
 *
 * - viommu-pages, tables of pages found by a hash: 4 bytes a page when full,
 * and a MAP or UNMAP is one store;
 * - viommu-tree, a B+ tree of ranges: a mapping of any size is one entry, some
 *   27 bytes, wherever it lies, and in order;
 * - viommu-index, a hash of the single pages that are in the tree: one cache
 * line where the tree needs several, one after the other.
 *
 * A mapping is in the tables or in the tree, never both; the index only knows a
 * short way to it. It goes to the tree, unless it is a single page whose window
 * has a table. A window gets a table when the tree holds WINDOW_OPEN pages of
 * it, and loses it below WINDOW_CLOSE. The two are far apart, so that what a
 * MAP and an UNMAP cost on average does not depend on where the guest stands.
 *
 * docs/devel/map.rst has the measurements behind this.
 */
#include "viommu-map.h"
#include "viommu-entry.h"
#include "viommu-index.h"
#include "viommu-limbo.h"
#include "viommu-map-internal.h"
#include "viommu-node.h"
#include "viommu-pages.h"
#include "viommu-tree.h"
#include <glib.h>

enum {
    WINDOW_OPEN = 48,
    WINDOW_CLOSE = 16,
    INDEX_START = 64, /* ranges in the tree from which on it is worth having */
};

ViommuMap *viommu_map_new(uint64_t granule, const ViommuReclaim *reclaim)
{
    ViommuMap *map = g_new0(ViommuMap, 1);

    g_assert(granule > VALUE_BITS);
    viommu_limbo_init(&map->limbo, reclaim);
    viommu_pages_init(&map->pages, granule, &map->limbo);
    viommu_index_init(&map->index, &map->limbo);
    viommu_tree_init(&map->tree, &map->limbo);
    return map;
}

void viommu_map_free(ViommuMap *map)
{
    ViommuLimbo limbo;

    if (!map) {
        return;
    }
    viommu_pages_clear(&map->pages);
    viommu_index_clear(&map->index);
    viommu_tree_clear(&map->tree);
    limbo = map->limbo;
    viommu_limbo_retire(&limbo, map);
    viommu_limbo_flush(&limbo);
}

/* -------------------------------------------- where a mapping is kept ---- */

/* The entry of a single page; 0 for any other mapping. */
static uint32_t entry_of(const ViommuMap *map, const ViommuMapping *mapping)
{
    return viommu_map_is_page(map, mapping->iova)
               ? viommu_entry_encode(viommu_map_page_shift(map), mapping->phys,
                                     mapping->flags)
               : 0;
}

static bool has_entry(void *opaque, const ViommuMapping *mapping)
{
    return entry_of(opaque, mapping) != 0;
}

static bool add_to_index(void *opaque, const ViommuMapping *mapping)
{
    ViommuMap *map = opaque;
    uint32_t entry = entry_of(map, mapping);

    return !entry ||
           viommu_index_add(&map->index,
                            mapping->iova.start >> viommu_map_page_shift(map), entry);
}

static bool refill_one(void *opaque, const ViommuMapping *mapping)
{
    add_to_index(opaque, mapping);
    return true;
}

static void refill_index(ViommuMap *map)
{
    viommu_index_resize(&map->index, map->tree.count);
    viommu_tree_for_each(&map->tree, (ViommuRange){ 0, UINT64_MAX }, refill_one, map);
}

static void came_into_tree(ViommuMap *map, const ViommuMapping *mapping)
{
    if (map->tree.count >= INDEX_START && !add_to_index(map, mapping)) {
        refill_index(map);
    }
}

/* True if that made ranges many around here, see viommu_tree_insert(). */
static bool insert_into_tree(ViommuMap *map, const ViommuMapping *mapping)
{
    bool many = viommu_tree_insert(&map->tree, mapping);

    came_into_tree(map, mapping);
    return many;
}

typedef struct Removal {
    ViommuMap *map;
    ViommuMappingFn *fn;
    void *opaque;
} Removal;

static bool removed_from_tree(void *opaque, const ViommuMapping *mapping)
{
    Removal *removal = opaque;

    if (has_entry(removal->map, mapping)) {
        viommu_index_remove(&removal->map->index,
                            mapping->iova.start >> viommu_map_page_shift(removal->map));
    }
    return !removal->fn || removal->fn(removal->opaque, mapping);
}

typedef struct Opening {
    ViommuMap *map;
    ViommuWindow *window;
} Opening;

static bool move_to_window(void *opaque, const ViommuMapping *mapping)
{
    Opening *opening = opaque;
    ViommuMap *map = opening->map;
    uint32_t entry = entry_of(map, mapping);

    if (entry) {
        viommu_pages_set(&map->pages, opening->window, mapping->iova.start, entry);
        viommu_index_remove(&map->index,
                            mapping->iova.start >> viommu_map_page_shift(map));
    }
    return true;
}

/*
 * Moves the single pages of a window from the tree to a table. A reader that
 * looked for a table before there was one, and then in the tree when the pages
 * had left it, has missed them: moves tells it to look again.
 */
static void open_window(ViommuMap *map, ViommuRange range)
{
    Opening opening = { map, viommu_pages_open(&map->pages, range.start) };

    viommu_tree_for_each(&map->tree, range, move_to_window, &opening);
    map->n_pages += opening.window->count;
    __atomic_store_n(&map->moves, map->moves + 1, __ATOMIC_RELEASE);
    viommu_tree_remove(&map->tree, range, has_entry, NULL, map);
}

/*
 * Moves the pages of a window back to the tree. Readers look there last, and
 * what leaves the table is in the tree already.
 */
static void close_window(ViommuMap *map, ViommuRange range)
{
    ViommuMapping mapping;
    uint64_t at = range.start;

    while (viommu_pages_next(&map->pages, at, &mapping) &&
           mapping.iova.start <= range.last) {
        insert_into_tree(map, &mapping);
        map->n_pages--;
        if (mapping.iova.last == range.last) {
            break;
        }
        at = mapping.iova.last + 1;
    }
    viommu_pages_close(&map->pages, range.start);
}

typedef struct Census {
    ViommuMap *map;
    unsigned pages;
} Census;

static bool count_page(void *opaque, const ViommuMapping *mapping)
{
    Census *census = opaque;

    census->pages += has_entry(census->map, mapping);
    return census->pages < WINDOW_OPEN;
}

/* True if the tree holds enough single pages of a window. */
static bool worth_opening(ViommuMap *map, ViommuRange range)
{
    Census census = { .map = map };

    viommu_tree_for_each(&map->tree, range, count_page, &census);
    return census.pages >= WINDOW_OPEN;
}

static void close_if_sparse(ViommuMap *map, uint64_t addr)
{
    ViommuWindow *window = viommu_pages_window(&map->pages, addr);

    if (window && window->count < WINDOW_CLOSE) {
        close_window(map, viommu_pages_window_range(&map->pages, addr));
    }
}

/* --------------------------------------------------------------- change -- */

/* A range that was in the tree, unless a table has it now. */
static bool revive(ViommuMap *map, const ViommuMapping *mapping)
{
    if (viommu_pages_entry(&map->pages, mapping->iova.start) ||
        !viommu_tree_revive(&map->tree, mapping)) {
        return false;
    }
    came_into_tree(map, mapping);
    return true;
}

bool viommu_map_insert(ViommuMap *map, const ViommuMapping *mapping)
{
    uint64_t start = mapping->iova.start;
    uint32_t entry = entry_of(map, mapping);
    ViommuWindow *window = entry ? viommu_pages_window(&map->pages, start) : NULL;

    if (!window && revive(map, mapping)) {
        return true;
    }
    if (viommu_map_overlaps(map, mapping->iova)) {
        return false;
    }
    if (window) {
        viommu_pages_set(&map->pages, window, start, entry);
        map->n_pages++;
    } else if (insert_into_tree(map, mapping) && entry) {
        ViommuRange range = viommu_pages_window_range(&map->pages, start);

        if (worth_opening(map, range)) {
            open_window(map, range);
        }
    }
    return true;
}

/* True if a mapping reaches over an end of @range. */
static bool would_split(const ViommuMap *map, ViommuRange range)
{
    ViommuMapping mapping;

    return (viommu_map_lookup(map, range.start, &mapping) &&
            !viommu_range_covers(range, mapping.iova)) ||
           (viommu_map_lookup(map, range.last, &mapping) &&
            !viommu_range_covers(range, mapping.iova));
}

/* True if nothing in the tree would be left: then the index can go as a whole. */
static bool covers_tree(const ViommuMap *map, ViommuRange range)
{
    ViommuMapping mapping;

    return !viommu_tree_next(&map->tree, 0, &mapping) ||
           (mapping.iova.start >= range.start &&
            (range.last == UINT64_MAX ||
             !viommu_tree_next(&map->tree, range.last + 1, &mapping)));
}

static void tidy_index(ViommuMap *map)
{
    if (map->tree.count < INDEX_START / 2) {
        viommu_index_clear(&map->index);
    } else if (viommu_index_is_sparse(&map->index)) {
        refill_index(map);
    }
}

/* The usual UNMAP of a guest's DMA API. A page that is there is all there is there. */
static bool remove_page(ViommuMap *map, ViommuRange range, Removal *removal)
{
    ViommuWindow *window = viommu_pages_window(&map->pages, range.start);
    ViommuMapping mapping;

    if (window && viommu_pages_remove_one(&map->pages, window, range.start, &mapping)) {
        map->n_pages--;
        close_if_sparse(map, range.start);
        if (removal->fn) {
            removal->fn(removal->opaque, &mapping);
        }
        return true;
    }
    if (viommu_tree_remove_one(&map->tree, range, &mapping)) {
        removed_from_tree(removal, &mapping);
        tidy_index(map);
        return true;
    }
    return false;
}

bool viommu_map_remove(ViommuMap *map, ViommuRange range, ViommuMappingFn *fn,
                       void *opaque)
{
    Removal removal = { map, fn, opaque };

    if (viommu_map_is_page(map, range) && remove_page(map, range, &removal)) {
        return true;
    }
    if (would_split(map, range)) {
        return false;
    }
    if (map->n_pages) {
        map->n_pages -= viommu_pages_remove(&map->pages, range, fn, opaque);
        /* Windows in between are empty now, and gone. */
        close_if_sparse(map, range.start);
        close_if_sparse(map, range.last);
    }
    if (!viommu_map_is_page(map, range) && covers_tree(map, range)) {
        viommu_index_clear(&map->index);
    }
    viommu_tree_remove(&map->tree, range, NULL, removed_from_tree, &removal);
    tidy_index(map);
    return true;
}
