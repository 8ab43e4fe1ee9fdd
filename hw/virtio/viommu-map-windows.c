/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When the single pages of a window get a table, and lose it. The two are far apart,
 * so that what a MAP and an UNMAP cost on average does not depend on where the guest
 * stands.
 */
#include "viommu-map-internal.h"

enum {
    WINDOW_OPEN = 48,  /* pages in the tree, from which on a table is worth it */
    WINDOW_CLOSE = 16, /* pages in a table, below which it is not */
};

typedef struct Opening {
    ViommuMap *map;
    ViommuWindow *window;
} Opening;

static bool move_to_window(void *opaque, const ViommuMapping *mapping)
{
    Opening *opening = opaque;
    ViommuMap *map = opening->map;
    ViommuMapping m = *mapping;

    if (viommu_map_has_entry(map, mapping) && viommu_map_refresh(map, &m)) {
        viommu_pages_set(&map->pages, opening->window, m.iova.start,
                         viommu_map_entry(map, &m));
    }
    return true;
}

static bool moved_to_window(void *opaque, const ViommuMapping *mapping)
{
    ViommuMap *map = opaque;

    viommu_map_left_tree(map, mapping, viommu_map_is_gone(map, mapping));
    return true;
}

/*
 * Moves the single pages of a window from the tree to a table. A reader that
 * looked for a table before there was one, and then in the index and the tree when
 * the pages had left them, has missed them: moves tells it to look again.
 */
static void open_window(ViommuMap *map, ViommuRange range)
{
    Opening opening = { map, viommu_pages_open(&map->pages, range.start) };

    viommu_tree_for_each(&map->tree, range, move_to_window, &opening);
    map->n_pages += opening.window->count;
    __atomic_store_n(&map->moves, map->moves + 1, __ATOMIC_RELEASE);
    viommu_tree_remove(&map->tree, range, viommu_map_has_entry, moved_to_window, map);
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
        viommu_map_insert_into_tree(map, &mapping);
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

    census->pages += viommu_map_has_entry(census->map, mapping) &&
                     !viommu_map_is_gone(census->map, mapping);
    return census->pages < WINDOW_OPEN;
}

void viommu_map_open_if_dense(ViommuMap *map, uint64_t addr)
{
    ViommuRange range = viommu_pages_window_range(&map->pages, addr);
    Census census = { .map = map };

    viommu_tree_for_each(&map->tree, range, count_page, &census);
    if (census.pages >= WINDOW_OPEN) {
        open_window(map, range);
    }
}

void viommu_map_close_if_sparse(ViommuMap *map, uint64_t addr)
{
    ViommuWindow *window = viommu_pages_window(&map->pages, addr);

    if (window && window->count < WINDOW_CLOSE) {
        close_window(map, viommu_pages_window_range(&map->pages, addr));
    }
}
