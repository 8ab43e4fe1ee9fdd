/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The mappings of one domain.
 *
 * Two shapes of load have to be fast: a dense pile of single pages (what a
 * guest kernel's DMA API makes) and anything else (identity maps, large
 * blocks, pages strewn over the address space). One structure serves the first
 * well, another the second:
 *
 * - viommu-pages, tables of pages found by a hash: three dependent loads
 *   whatever the number of mappings, 8 bytes a page when full, and a MAP or
 *   UNMAP is one store;
 * - viommu-tree, a B+ tree of ranges: a mapping of any size is one entry, some
 *   27 bytes, wherever it lies.
 *
 * A mapping is in exactly one of them. It goes to the tree, unless it is one
 * granule long and its window has a table; a window gets a table when the tree
 * holds WINDOW_OPEN single pages of it, and loses it below WINDOW_CLOSE. The
 * two are far apart, so that what a MAP and an UNMAP cost on average does not
 * depend on where the guest stands.
 *
 * docs/devel/map.rst has the measurements behind this.
 */
#include <glib.h>
#include "viommu-limbo.h"
#include "viommu-map.h"
#include "viommu-pages.h"
#include "viommu-tree.h"

enum {
    WINDOW_OPEN = 32,
    WINDOW_CLOSE = 12,
    CACHE_LINE = 64,
};

struct ViommuMap {
    /* Readers. Changes only when windows or the tree's root do. */
    ViommuPages pages;
    ViommuTree tree;
    uint64_t moves; /* atomic; windows that moved from the tree to the pages */
    uint64_t granule;

    /* The writer. */
    char apart[CACHE_LINE];
    ViommuLimbo limbo;
    size_t n_pages; /* mappings in pages; the others are in the tree */
};

ViommuMap *viommu_map_new(uint64_t granule, const ViommuReclaim *reclaim)
{
    ViommuMap *map = g_new0(ViommuMap, 1);

    map->granule = granule;
    viommu_limbo_init(&map->limbo, reclaim);
    viommu_pages_init(&map->pages, granule, &map->limbo);
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
    viommu_tree_clear(&map->tree);
    limbo = map->limbo;
    viommu_limbo_retire(&limbo, map);
    viommu_limbo_flush(&limbo);
}

/* -------------------------------------------- where a mapping is kept ---- */

static bool is_page(const ViommuMap *map, ViommuRange range)
{
    return range.last - range.start == map->granule - 1 &&
           (range.start & (map->granule - 1)) == 0 && map->granule >= PAGE_MIN_GRANULE;
}

/*
 * Moves the single pages of a window from the tree to a table. A reader that
 * looked for a table before there was one, and then in the tree when the pages
 * had left it, has missed them: moves tells it to look again.
 */
static void open_window(ViommuMap *map, ViommuRange range)
{
    ViommuWindow *window = viommu_pages_open(&map->pages);
    ViommuMapping mapping;
    uint64_t at = range.start;

    while (viommu_tree_next(&map->tree, at, &mapping) &&
           mapping.iova.start <= range.last) {
        if (is_page(map, mapping.iova)) {
            viommu_pages_set(&map->pages, window, &mapping);
        }
        if (mapping.iova.last >= range.last) {
            break;
        }
        at = mapping.iova.last + 1;
    }
    viommu_pages_show(&map->pages, range.start, window);
    map->n_pages += window->count;
    __atomic_store_n(&map->moves, map->moves + 1, __ATOMIC_RELEASE);
    viommu_tree_remove(&map->tree, range, map->granule - 1, NULL, NULL);
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
        viommu_tree_insert(&map->tree, &mapping);
        map->n_pages--;
        if (mapping.iova.last == range.last) {
            break;
        }
        at = mapping.iova.last + 1;
    }
    viommu_pages_close(&map->pages, range.start);
}

/* True if the tree holds enough single pages of a window. */
static bool worth_opening(const ViommuMap *map, ViommuRange range)
{
    unsigned pages = 0;
    uint64_t at = range.start;
    ViommuMapping mapping;

    while (pages < WINDOW_OPEN && viommu_tree_next(&map->tree, at, &mapping) &&
           mapping.iova.start <= range.last) {
        pages += is_page(map, mapping.iova);
        if (mapping.iova.last >= range.last) {
            break;
        }
        at = mapping.iova.last + 1;
    }
    return pages >= WINDOW_OPEN;
}

static void close_if_sparse(ViommuMap *map, uint64_t addr)
{
    ViommuWindow *window = viommu_pages_window(&map->pages, addr);

    if (window && window->count < WINDOW_CLOSE) {
        close_window(map, viommu_pages_window_range(&map->pages, addr));
    }
}

/* --------------------------------------------------------------- change -- */

bool viommu_map_insert(ViommuMap *map, const ViommuMapping *mapping)
{
    uint64_t start = mapping->iova.start;
    ViommuWindow *window;

    if (viommu_map_overlaps(map, mapping->iova)) {
        return false;
    }
    if (!is_page(map, mapping->iova)) {
        viommu_tree_insert(&map->tree, mapping);
        return true;
    }
    window = viommu_pages_window(&map->pages, start);
    if (window) {
        viommu_pages_set(&map->pages, window, mapping);
        map->n_pages++;
    } else if (viommu_tree_insert(&map->tree, mapping)) {
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

bool viommu_map_remove(ViommuMap *map, ViommuRange range, ViommuMappingFn *fn,
                       void *opaque)
{
    if (would_split(map, range)) {
        return false;
    }
    if (map->n_pages) {
        map->n_pages -= viommu_pages_remove(&map->pages, range, fn, opaque);
        /* Windows in between are empty now, and gone. */
        close_if_sparse(map, range.start);
        close_if_sparse(map, range.last);
    }
    viommu_tree_remove(&map->tree, range, UINT64_MAX, fn, opaque);
    return true;
}

/* -------------------------------------------------------------- queries -- */

bool viommu_map_lookup(const ViommuMap *map, uint64_t addr, ViommuMapping *mapping)
{
    uint64_t moves, again = __atomic_load_n(&map->moves, __ATOMIC_ACQUIRE);

    do {
        moves = again;
        if (viommu_pages_lookup(&map->pages, addr, mapping) ||
            viommu_tree_lookup(&map->tree, addr, mapping)) {
            return true;
        }
        again = __atomic_load_n(&map->moves, __ATOMIC_ACQUIRE);
    } while (moves != again);
    return false;
}

bool viommu_map_next(const ViommuMap *map, uint64_t addr, ViommuMapping *mapping)
{
    ViommuMapping page;
    bool in_pages = map->n_pages && viommu_pages_next(&map->pages, addr, &page);

    if (!viommu_tree_next(&map->tree, addr, mapping)) {
        *mapping = in_pages ? page : *mapping;
        return in_pages;
    }
    if (in_pages && page.iova.start < mapping->iova.start) {
        *mapping = page;
    }
    return true;
}

bool viommu_map_overlaps(const ViommuMap *map, ViommuRange range)
{
    ViommuMapping mapping;

    if (is_page(map, range)) {
        if (viommu_pages_lookup(&map->pages, range.start, &mapping)) {
            return true;
        }
    } else if (map->n_pages && viommu_pages_next(&map->pages, range.start, &mapping) &&
               mapping.iova.start <= range.last) {
        return true;
    }
    return viommu_tree_next(&map->tree, range.start, &mapping) &&
           mapping.iova.start <= range.last;
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
    return map->n_pages + map->tree.count;
}

size_t viommu_map_bytes(const ViommuMap *map)
{
    return sizeof(*map) + map->pages.bytes + map->pages.order.bytes + map->tree.bytes;
}
