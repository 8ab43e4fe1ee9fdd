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

static unsigned page_shift(const ViommuMap *map)
{
    return map->pages.page_shift;
}

static bool is_page(const ViommuMap *map, ViommuRange range)
{
    return range.last - range.start == viommu_map_granule_mask(map) &&
           (range.start & viommu_map_granule_mask(map)) == 0;
}

/* The entry of a single page; 0 for any other mapping. */
static uint32_t entry_of(const ViommuMap *map, const ViommuMapping *mapping)
{
    return is_page(map, mapping->iova)
               ? viommu_entry_encode(page_shift(map), mapping->phys, mapping->flags)
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
           viommu_index_add(&map->index, mapping->iova.start >> page_shift(map), entry);
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

/* True if that made ranges many around here, see viommu_tree_insert(). */
static bool insert_into_tree(ViommuMap *map, const ViommuMapping *mapping)
{
    bool many = viommu_tree_insert(&map->tree, mapping);

    if (map->tree.count >= INDEX_START && !add_to_index(map, mapping)) {
        refill_index(map);
    }
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
                            mapping->iova.start >> page_shift(removal->map));
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
        viommu_index_remove(&map->index, mapping->iova.start >> page_shift(map));
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

bool viommu_map_insert(ViommuMap *map, const ViommuMapping *mapping)
{
    uint64_t start = mapping->iova.start;
    uint32_t entry = entry_of(map, mapping);
    ViommuWindow *window = entry ? viommu_pages_window(&map->pages, start) : NULL;

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

/* The usual UNMAP of a guest's DMA API: a page in a table, and so nowhere else. */
static bool remove_page(ViommuMap *map, uint64_t addr, ViommuMappingFn *fn,
                        void *opaque)
{
    ViommuWindow *window = viommu_pages_window(&map->pages, addr);
    ViommuMapping mapping;

    if (!window || !viommu_pages_remove_one(&map->pages, window, addr, &mapping)) {
        return false;
    }
    map->n_pages--;
    if (fn) {
        fn(opaque, &mapping);
    }
    close_if_sparse(map, addr);
    return true;
}

bool viommu_map_remove(ViommuMap *map, ViommuRange range, ViommuMappingFn *fn,
                       void *opaque)
{
    Removal removal = { map, fn, opaque };

    if (is_page(map, range) && remove_page(map, range.start, fn, opaque)) {
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
    if (!is_page(map, range) && covers_tree(map, range)) {
        viommu_index_clear(&map->index);
    }
    viommu_tree_remove(&map->tree, range, NULL, removed_from_tree, &removal);
    if (map->tree.count < INDEX_START / 2) {
        viommu_index_clear(&map->index);
    } else if (viommu_index_is_sparse(&map->index)) {
        refill_index(map);
    }
    return true;
}

/* -------------------------------------------------------------- queries -- */

static uint64_t moves_of(const ViommuMap *map)
{
    return __atomic_load_n(&map->moves, __ATOMIC_ACQUIRE);
}

/* The entry of a single page, from its table or the index; 0 if it has none
 * there. */
static inline uint32_t find_entry(const ViommuMap *map, uint64_t addr)
{
    uint32_t entry = viommu_pages_entry(&map->pages, addr);

    return entry ? entry : viommu_index_find(&map->index, addr >> page_shift(map));
}

/* No entry when windows had moved @moves times: in the tree, or moved since. */
static bool lookup_beyond(const ViommuMap *map, uint64_t addr, uint64_t moves,
                          ViommuMapping *mapping)
{
    while (!viommu_tree_lookup(&map->tree, addr, mapping)) {
        uint64_t again = moves_of(map);
        uint32_t entry;

        if (again == moves) {
            return false;
        }
        moves = again;
        entry = find_entry(map, addr);
        if (entry) {
            *mapping = viommu_entry_decode(page_shift(map), addr, entry);
            return true;
        }
    }
    return true;
}

bool viommu_map_lookup(const ViommuMap *map, uint64_t addr, ViommuMapping *mapping)
{
    uint64_t moves = moves_of(map);
    uint32_t entry = find_entry(map, addr);

    if (entry) {
        *mapping = viommu_entry_decode(page_shift(map), addr, entry);
        return true;
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
    return true;
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
        if (viommu_pages_entry(&map->pages, range.start)) {
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
    return sizeof(*map) + map->pages.bytes + map->pages.order.bytes + map->index.bytes +
           map->tree.bytes;
}
