/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mappings of one granule each: tables of pages, found by a hash. */
#include "viommu-pages.h"
#include <glib.h>

const ViommuWindow viommu_window_empty;

/* The hash of a map without windows: nobody writes to it, nor frees it. */
static const WindowHash no_windows = {
    .slot = { { .key = WINDOW_NONE } },
};

const ViommuPages viommu_pages_none = { .hash = (WindowHash *)&no_windows };

void viommu_pages_init(ViommuPages *pages, uint64_t granule, ViommuLimbo *limbo)
{
    *pages = (ViommuPages){
        .hash = (WindowHash *)&no_windows,
        .mask = granule - 1,
        .page_shift = viommu_ctz64(granule),
        .limbo = limbo,
    };
    viommu_limbo_init(&pages->unseen, NULL);
    viommu_tree_init(&pages->order, &pages->unseen);
}

static unsigned window_shift(const ViommuPages *pages)
{
    return pages->page_shift + WINDOW_BITS;
}

ViommuRange viommu_pages_window_range(const ViommuPages *pages, uint64_t addr)
{
    uint64_t mask = (UINT64_C(1) << window_shift(pages)) - 1;

    return (ViommuRange){ addr & ~mask, addr | mask };
}

static uint64_t window_key(const ViommuPages *pages, uint64_t addr)
{
    return addr >> window_shift(pages);
}

/* ----------------------------------------------------------------- hash -- */

static WindowHash *hash_new(unsigned bits)
{
    WindowHash *hash = g_malloc(sizeof(*hash) + (sizeof(WindowSlot) << bits));

    hash->mask = (UINT64_C(1) << bits) - 1;
    hash->multiplier = (uint64_t)g_random_int() << 32 | g_random_int() | 1;
    hash->used = 0;
    for (uint64_t i = 0; i <= hash->mask; i++) {
        hash->slot[i].key = WINDOW_NONE;
    }
    return hash;
}

static size_t hash_size(const WindowHash *hash)
{
    return sizeof(*hash) + (hash->mask + 1) * sizeof(WindowSlot);
}

static void hash_set(WindowHash *hash, uint64_t key, const ViommuWindow *window)
{
    uint64_t found;
    WindowSlot *slot = (WindowSlot *)viommu_pages_slot(hash, key, &found);

    hash->used += found == WINDOW_NONE;
    __atomic_store_n(&slot->window, window, __ATOMIC_RELEASE);
    __atomic_store_n(&slot->key, key, __ATOMIC_RELEASE);
}

/* Up to a quarter: nearly every window is in the first or second slot looked at. */
static bool hash_is_full(const WindowHash *hash)
{
    return hash->used >= (hash->mask + 1) / 4;
}

/* Shows @hash to the readers, and retires what they saw before. */
static void hash_publish(ViommuPages *pages, WindowHash *hash)
{
    WindowHash *old = pages->hash;

    __atomic_store_n(&pages->hash, hash, __ATOMIC_RELEASE);
    if (old != &no_windows) {
        pages->bytes -= hash_size(old);
        viommu_limbo_retire(pages->limbo, old);
    }
}

typedef struct Rebuild {
    const ViommuPages *pages;
    WindowHash *hash;
} Rebuild;

static bool add_window(void *opaque, const ViommuMapping *window)
{
    Rebuild *rebuild = opaque;

    hash_set(rebuild->hash, window_key(rebuild->pages, window->iova.start),
             (ViommuWindow *)(uintptr_t)window->phys);
    return true;
}

/* A new hash with the windows there are, up to an eighth full. */
static void rebuild_hash(ViommuPages *pages)
{
    Rebuild rebuild = { .pages = pages };
    unsigned bits = 5;

    while ((UINT64_C(1) << bits) < 8 * pages->order.count) {
        bits++;
    }
    rebuild.hash = hash_new(bits);
    viommu_tree_for_each(&pages->order, (ViommuRange){ 0, UINT64_MAX }, add_window,
                         &rebuild);
    pages->bytes += hash_size(rebuild.hash);
    hash_publish(pages, rebuild.hash);
}

/* -------------------------------------------------------------- windows -- */

ViommuWindow *viommu_pages_window(const ViommuPages *pages, uint64_t addr)
{
    const ViommuWindow *window =
        viommu_pages_table(pages->hash, window_key(pages, addr));

    return window == &viommu_window_empty ? NULL : (ViommuWindow *)window;
}

ViommuWindow *viommu_pages_open(ViommuPages *pages, uint64_t addr)
{
    ViommuWindow *window = g_new0(ViommuWindow, 1);
    ViommuMapping entry = {
        .iova = viommu_pages_window_range(pages, addr),
        .phys = (uintptr_t)window,
    };

    if (hash_is_full(pages->hash)) {
        rebuild_hash(pages);
    }
    viommu_tree_insert(&pages->order, &entry);
    hash_set(pages->hash, window_key(pages, addr), window);
    pages->bytes += sizeof(*window);
    return window;
}

void viommu_pages_close(ViommuPages *pages, uint64_t addr)
{
    ViommuWindow *window = viommu_pages_window(pages, addr);

    hash_set(pages->hash, window_key(pages, addr), &viommu_window_empty);
    viommu_tree_remove(&pages->order, viommu_pages_window_range(pages, addr), NULL,
                       NULL, NULL);
    pages->bytes -= sizeof(*window);
    viommu_limbo_retire(pages->limbo, window);
}

static bool retire_window(void *opaque, const ViommuMapping *window)
{
    ViommuPages *pages = opaque;

    viommu_limbo_retire(pages->limbo, (void *)(uintptr_t)window->phys);
    return true;
}

void viommu_pages_clear(ViommuPages *pages)
{
    hash_publish(pages, (WindowHash *)&no_windows);
    viommu_tree_remove(&pages->order, (ViommuRange){ 0, UINT64_MAX }, NULL,
                       retire_window, pages);
    viommu_tree_clear(&pages->order);
    pages->bytes = 0;
}

/* ---------------------------------------------------------------- pages -- */

static unsigned page_index(const ViommuPages *pages, uint64_t addr)
{
    return (addr >> pages->page_shift) & (WINDOW_PAGES - 1);
}

void viommu_pages_set(const ViommuPages *pages, ViommuWindow *window, uint64_t addr,
                      uint32_t entry)
{
    __atomic_store_n(&window->entry[page_index(pages, addr)], entry, __ATOMIC_RELEASE);
    window->count++;
}

bool viommu_pages_remove_one(const ViommuPages *pages, ViommuWindow *window,
                             uint64_t addr, ViommuMapping *mapping)
{
    uint32_t *where = &window->entry[page_index(pages, addr)], entry = *where;

    if (!entry) {
        return false;
    }
    __atomic_store_n(where, 0, __ATOMIC_RELEASE);
    window->count--;
    *mapping = viommu_entry_decode(pages->page_shift, addr, entry);
    return true;
}

static ViommuMapping page_mapping(const ViommuPages *pages, const ViommuMapping *slot,
                                  unsigned i, uint32_t entry)
{
    return viommu_entry_decode(pages->page_shift,
                               slot->iova.start + ((uint64_t)i << pages->page_shift),
                               entry);
}

/* Clears the entries of one window that lie in @range. */
static size_t clear_entries(const ViommuPages *pages, const ViommuMapping *slot,
                            ViommuRange range, ViommuMappingFn *fn, void *opaque)
{
    ViommuWindow *window = (ViommuWindow *)(uintptr_t)slot->phys;
    uint64_t start = MAX(range.start, slot->iova.start);
    uint64_t last = MIN(range.last, slot->iova.last);
    unsigned i = page_index(pages, start), end = page_index(pages, last);
    size_t removed = 0;

    for (; i <= end; i++) {
        uint32_t entry = window->entry[i];

        if (!entry) {
            continue;
        }
        __atomic_store_n(&window->entry[i], 0, __ATOMIC_RELEASE);
        removed++;
        if (fn) {
            ViommuMapping mapping = page_mapping(pages, slot, i, entry);

            fn(opaque, &mapping);
        }
    }
    window->count -= removed;
    return removed;
}

size_t viommu_pages_remove(ViommuPages *pages, ViommuRange range, ViommuMappingFn *fn,
                           void *opaque)
{
    size_t removed = 0;
    uint64_t at = range.start;
    ViommuMapping slot;

    while (viommu_tree_next(&pages->order, at, &slot) &&
           slot.iova.start <= range.last) {
        ViommuWindow *window = (ViommuWindow *)(uintptr_t)slot.phys;

        removed += clear_entries(pages, &slot, range, fn, opaque);
        if (!window->count) {
            viommu_pages_close(pages, slot.iova.start);
        }
        if (slot.iova.last >= range.last) {
            break;
        }
        at = slot.iova.last + 1;
    }
    return removed;
}

bool viommu_pages_next(const ViommuPages *pages, uint64_t addr, ViommuMapping *mapping)
{
    ViommuMapping slot;

    while (viommu_tree_next(&pages->order, addr, &slot)) {
        ViommuWindow *window = (ViommuWindow *)(uintptr_t)slot.phys;
        unsigned i = addr > slot.iova.start ? page_index(pages, addr) : 0;

        for (; i < WINDOW_PAGES; i++) {
            if (window->entry[i]) {
                *mapping = page_mapping(pages, &slot, i, window->entry[i]);
                return true;
            }
        }
        if (slot.iova.last == UINT64_MAX) {
            break;
        }
        addr = slot.iova.last + 1;
    }
    return false;
}
