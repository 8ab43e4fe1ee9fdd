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
 *   and a MAP or UNMAP is one store;
 * - viommu-tree, a B+ tree of ranges: a mapping of any size is one entry, some
 *   27 bytes, wherever it lies, and in order;
 * - viommu-index, a hash of the single pages that are in the tree: one cache
 *   line where the tree needs several, one after the other.
 *
 * A mapping is in the tables or in the tree, never both. It goes to the tree, unless
 * it is a single page whose window has a table. Most pages of the tree are in the
 * index, too, and then it alone knows what they map to, and whether they still do:
 * UNMAP and MAP of such a page leave the tree as it is.
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

enum { INDEX_START = 8 }; /* ranges in the tree from which on it is worth having */

ViommuMap *viommu_map_new(uint64_t granule, const ViommuReclaim *reclaim)
{
    ViommuMap *map = g_new0(ViommuMap, 1);

    g_assert(granule > VALUE_FLAGS);
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
    viommu_index_show(&map->index, NULL, 0);
    viommu_tree_clear(&map->tree);
    limbo = map->limbo;
    viommu_limbo_retire(&limbo, map);
    viommu_limbo_flush(&limbo);
}

/* -------------------------------------------- where a mapping is kept ---- */

uint32_t viommu_map_entry(const ViommuMap *map, const ViommuMapping *mapping)
{
    return viommu_map_is_page(map, mapping->iova)
               ? viommu_entry_encode(viommu_map_page_shift(map), mapping->phys,
                                     mapping->flags)
               : 0;
}

bool viommu_map_has_entry(void *opaque, const ViommuMapping *mapping)
{
    return viommu_map_entry(opaque, mapping) != 0;
}

bool viommu_map_is_gone(void *opaque, const ViommuMapping *mapping)
{
    ViommuMapping m = *mapping;

    return !viommu_map_refresh(opaque, &m);
}

static void show_index(ViommuMap *map, IndexTable *table, size_t count)
{
    viommu_index_show(&map->index, table, count);
    map->n_gone = 0;
    map->outdated = false;
}

typedef struct Reindex {
    const ViommuMap *map;
    IndexTable *table; /* NULL: all are left out */
    size_t count;
} Reindex;

static bool reindex_one(void *opaque, ViommuMapping *mapping)
{
    Reindex *r = opaque;
    uint32_t entry;

    viommu_map_refresh(r->map, mapping);
    entry = viommu_map_entry(r->map, mapping);
    if (entry) {
        r->count++;
        if (r->table) {
            viommu_index_table_add(r->table,
                                   viommu_map_page(r->map, mapping->iova.start), entry);
        }
    }
    return true;
}

/*
 * A new index of the right size, and a tree that is true again: what is left out of
 * the index is looked for there. Readers have the old index until the new one is
 * complete.
 */
static void reindex(ViommuMap *map)
{
    Reindex r = { .map = map };

    if (map->n_gone) {
        viommu_tree_remove(&map->tree, (ViommuRange){ 0, UINT64_MAX },
                           viommu_map_is_gone, NULL, map);
    }
    if (map->tree.count >= INDEX_START) {
        r.table = viommu_index_table_new(map->tree.count);
    }
    viommu_tree_update(&map->tree, reindex_one, &r);
    show_index(map, r.table, r.count);
}

bool viommu_map_insert_into_tree(ViommuMap *map, const ViommuMapping *mapping)
{
    bool many = viommu_tree_insert(&map->tree, mapping);
    uint32_t entry = viommu_map_entry(map, mapping);

    if (entry && map->tree.count >= INDEX_START &&
        !viommu_index_add(&map->index, viommu_map_page(map, mapping->iova.start),
                          entry)) {
        reindex(map);
    }
    return many;
}

void viommu_map_left_tree(ViommuMap *map, const ViommuMapping *mapping, bool gone)
{
    map->n_gone -= gone;
    if (viommu_map_has_entry(map, mapping)) {
        viommu_index_remove(&map->index, viommu_map_page(map, mapping->iova.start));
    }
}

typedef struct Removal {
    ViommuMap *map;
    ViommuMappingFn *fn;
    void *opaque;
    bool all; /* nothing is left in the tree: the index goes as a whole */
} Removal;

static bool removed_from_tree(void *opaque, const ViommuMapping *mapping)
{
    Removal *removal = opaque;
    ViommuMap *map = removal->map;
    ViommuMapping m = *mapping;
    bool gone = !viommu_map_refresh(map, &m);

    if (!removal->all) {
        viommu_map_left_tree(map, mapping, gone);
    }
    return !removal->fn || gone || removal->fn(removal->opaque, &m);
}

/*
 * What is gone makes room in @range, from @first on and as far as a mapping that is
 * not, so that nobody passes over it again. True if there is such a mapping.
 */
static bool clear_gone(ViommuMap *map, ViommuRange range, const ViommuMapping *first)
{
    Removal removal = { .map = map };
    ViommuMapping next;
    bool found = first->iova.last < range.last &&
                 viommu_map_next_in_tree(map, first->iova.last + 1, range.last, &next);

    if (found) {
        range.last = next.iova.start - 1;
    }
    viommu_tree_remove(&map->tree, range, NULL, removed_from_tree, &removal);
    return found;
}

bool viommu_map_overlaps(ViommuMap *map, ViommuRange range)
{
    ViommuMapping mapping;

    if (viommu_map_is_page(map, range)) {
        if (viommu_pages_entry(&map->pages, range.start)) {
            return true;
        }
    } else if (map->n_pages && viommu_pages_next(&map->pages, range.start, &mapping) &&
               mapping.iova.start <= range.last) {
        return true;
    }
    if (!viommu_tree_next(&map->tree, range.start, &mapping) ||
        mapping.iova.start > range.last) {
        return false;
    }
    return viommu_map_refresh(map, &mapping) || clear_gone(map, range, &mapping);
}

/* --------------------------------------------------------------- change -- */

/* A page that the index knows: false if it is mapped. */
static bool come_back(ViommuMap *map, uint64_t *word, uint32_t entry)
{
    if (viommu_word_entry(word) != INDEX_GONE) {
        return false;
    }
    viommu_word_set(word, entry);
    map->n_gone--;
    return true;
}

bool viommu_map_insert(ViommuMap *map, const ViommuMapping *mapping)
{
    uint64_t start = mapping->iova.start;
    uint32_t entry = viommu_map_entry(map, mapping);
    ViommuWindow *window = entry ? viommu_pages_window(&map->pages, start) : NULL;
    uint64_t *word = NULL;

    if (entry && !window) {
        word = viommu_index_word(&map->index, viommu_map_page(map, start));
    }
    if (word) {
        return come_back(map, word, entry);
    }
    if (viommu_map_overlaps(map, mapping->iova)) {
        return false;
    }
    if (window) {
        viommu_pages_set(&map->pages, window, start, entry);
        map->n_pages++;
    } else if (viommu_map_insert_into_tree(map, mapping) && entry) {
        viommu_map_open_if_dense(map, start);
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

/* True if nothing would be left in the tree. */
static bool covers_tree(const ViommuMap *map, ViommuRange range)
{
    ViommuMapping mapping;

    return !viommu_tree_next(&map->tree, 0, &mapping) ||
           (mapping.iova.start >= range.start &&
            (range.last == UINT64_MAX ||
             !viommu_tree_next(&map->tree, range.last + 1, &mapping)));
}

/* Half of the tree may be gone: what that costs is made good by the UNMAPs. */
static void tidy_index(ViommuMap *map)
{
    size_t there = map->tree.count - map->n_gone;

    if (map->index.table &&
        (there < INDEX_START / 2 || map->n_gone > there + INDEX_START ||
         viommu_index_is_sparse(&map->index))) {
        reindex(map);
    }
}

/* UNMAP of a page that the index knows. */
static void go(Removal *removal, uint64_t addr, uint64_t *word)
{
    ViommuMap *map = removal->map;
    uint32_t entry = viommu_word_entry(word);
    ViommuMapping mapping =
        viommu_entry_decode(viommu_map_page_shift(map), addr, entry);

    if (entry == INDEX_GONE) {
        return;
    }
    viommu_word_set(word, INDEX_GONE);
    map->n_gone++;
    map->outdated = true;
    tidy_index(map);
    if (removal->fn) {
        removal->fn(removal->opaque, &mapping);
    }
}

/* The usual UNMAP of a guest's DMA API. A page that is there is all there is there. */
static bool remove_page(ViommuMap *map, ViommuRange range, Removal *removal)
{
    ViommuWindow *window = viommu_pages_window(&map->pages, range.start);
    ViommuMapping mapping;
    uint64_t *word;

    if (window && viommu_pages_remove_one(&map->pages, window, range.start, &mapping)) {
        map->n_pages--;
        viommu_map_close_if_sparse(map, range.start);
        if (removal->fn) {
            removal->fn(removal->opaque, &mapping);
        }
        return true;
    }
    word = viommu_index_word(&map->index, viommu_map_page(map, range.start));
    if (word) {
        go(removal, range.start, word);
    }
    return word;
}

bool viommu_map_remove(ViommuMap *map, ViommuRange range, ViommuMappingFn *fn,
                       void *opaque)
{
    Removal removal = { .map = map, .fn = fn, .opaque = opaque };

    if (viommu_map_is_page(map, range) && remove_page(map, range, &removal)) {
        return true;
    }
    if (would_split(map, range)) {
        return false;
    }
    if (map->n_pages) {
        map->n_pages -= viommu_pages_remove(&map->pages, range, fn, opaque);
        /* Windows in between are empty now, and gone. */
        viommu_map_close_if_sparse(map, range.start);
        viommu_map_close_if_sparse(map, range.last);
    }
    removal.all = !viommu_map_is_page(map, range) && covers_tree(map, range);
    viommu_tree_remove(&map->tree, range, NULL, removed_from_tree, &removal);
    if (removal.all) {
        show_index(map, NULL, 0);
    }
    tidy_index(map);
    return true;
}
