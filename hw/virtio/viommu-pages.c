/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mappings of one granule each: tables of pages, found by a hash. */
#include <glib.h>
#include "viommu-pages.h"

/*
 * Open addressing, linear probing, at most half full. A key is written once in
 * the life of the array: closing a window leaves its key, with no table, to be
 * used again by the same window or swept when the array is next rebuilt.
 */
typedef struct WindowSlot {
    uint64_t key;         /* atomic; window number + 1, 0 is free */
    ViommuWindow *window; /* atomic */
} WindowSlot;

struct WindowSlots {
    unsigned shift; /* 64 - log2(number of slots) */
    uint64_t mask;  /* number of slots - 1 */
    uint64_t used;  /* keys written; the writer's */
    WindowSlot slot[];
};

void viommu_pages_init(ViommuPages *pages, uint64_t granule, ViommuLimbo *limbo)
{
    *pages = (ViommuPages){ .page_shift = viommu_ctz64(granule), .limbo = limbo };
    pages->multiplier = (uint64_t)g_random_int() << 32 | g_random_int() | 1;
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

/* ---------------------------------------------------------------- slots -- */

/* The slot that has @key, or the free one where it would go. */
static inline WindowSlot *find_slot(WindowSlots *slots, uint64_t multiplier,
                                    uint64_t key)
{
    uint64_t i = (key * multiplier) >> slots->shift;

    for (;; i = (i + 1) & slots->mask) {
        uint64_t found = __atomic_load_n(&slots->slot[i].key, __ATOMIC_ACQUIRE);

        if (found == key || !found) {
            return &slots->slot[i];
        }
    }
}

static inline ViommuWindow *find_window(const ViommuPages *pages, uint64_t addr)
{
    WindowSlots *slots = __atomic_load_n(&pages->slots, __ATOMIC_ACQUIRE);
    uint64_t key = (addr >> window_shift(pages)) + 1;

    if (!slots) {
        return NULL;
    }
    /* A free slot has no window: what was asked for is not there either way. */
    return __atomic_load_n(&find_slot(slots, pages->multiplier, key)->window,
                           __ATOMIC_ACQUIRE);
}

static size_t slots_size(const WindowSlots *slots)
{
    return sizeof(*slots) + (slots->mask + 1) * sizeof(WindowSlot);
}

static void fill_slot(WindowSlots *slots, uint64_t multiplier, uint64_t key,
                      ViommuWindow *window)
{
    WindowSlot *slot = find_slot(slots, multiplier, key);

    slots->used += slot->key == 0;
    __atomic_store_n(&slot->window, window, __ATOMIC_RELEASE);
    __atomic_store_n(&slot->key, key, __ATOMIC_RELEASE);
}

/* A new array with the windows there are, at most a quarter full. */
static void rebuild_slots(ViommuPages *pages)
{
    WindowSlots *old = pages->slots, *slots;
    ViommuMapping window;
    unsigned bits = 4;

    while ((UINT64_C(1) << bits) < 4 * (pages->order.count + 1)) {
        bits++;
    }
    slots = g_malloc0(sizeof(*slots) + (sizeof(WindowSlot) << bits));
    slots->shift = 64 - bits;
    slots->mask = (UINT64_C(1) << bits) - 1;
    for (uint64_t at = 0; viommu_tree_next(&pages->order, at, &window);) {
        fill_slot(slots, pages->multiplier,
                  (window.iova.start >> window_shift(pages)) + 1,
                  (ViommuWindow *)(uintptr_t)window.phys);
        at = window.iova.last + 1;
        if (!at) {
            break;
        }
    }
    __atomic_store_n(&pages->slots, slots, __ATOMIC_RELEASE);
    pages->bytes += slots_size(slots);
    if (old) {
        pages->bytes -= slots_size(old);
        viommu_limbo_retire(pages->limbo, old);
    }
}

/* -------------------------------------------------------------- windows -- */

ViommuWindow *viommu_pages_window(const ViommuPages *pages, uint64_t addr)
{
    return find_window(pages, addr);
}

ViommuWindow *viommu_pages_open(ViommuPages *pages)
{
    pages->bytes += sizeof(ViommuWindow);
    return g_new0(ViommuWindow, 1);
}

void viommu_pages_show(ViommuPages *pages, uint64_t addr, ViommuWindow *window)
{
    ViommuMapping entry = {
        .iova = viommu_pages_window_range(pages, addr),
        .phys = (uintptr_t)window,
    };

    if (!pages->slots || 2 * (pages->slots->used + 1) > pages->slots->mask) {
        rebuild_slots(pages);
    }
    viommu_tree_insert(&pages->order, &entry);
    fill_slot(pages->slots, pages->multiplier, (addr >> window_shift(pages)) + 1,
              window);
}

void viommu_pages_close(ViommuPages *pages, uint64_t addr)
{
    ViommuWindow *window = find_window(pages, addr);

    fill_slot(pages->slots, pages->multiplier, (addr >> window_shift(pages)) + 1, NULL);
    viommu_tree_remove(&pages->order, viommu_pages_window_range(pages, addr),
                       UINT64_MAX, NULL, NULL);
    pages->bytes -= sizeof(ViommuWindow);
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
    WindowSlots *slots = pages->slots;

    __atomic_store_n(&pages->slots, NULL, __ATOMIC_RELEASE);
    viommu_limbo_retire(pages->limbo, slots);
    viommu_tree_remove(&pages->order, (ViommuRange){ 0, UINT64_MAX }, UINT64_MAX,
                       retire_window, pages);
    viommu_tree_clear(&pages->order);
    pages->bytes = 0;
}

/* ---------------------------------------------------------------- pages -- */

static inline unsigned page_index(const ViommuPages *pages, uint64_t addr)
{
    return (addr >> pages->page_shift) & (WINDOW_PAGES - 1);
}

static inline void decode(const ViommuPages *pages, uint64_t addr, uint64_t entry,
                          ViommuMapping *mapping)
{
    uint64_t mask = (UINT64_C(1) << pages->page_shift) - 1;

    mapping->iova = (ViommuRange){ addr & ~mask, addr | mask };
    mapping->phys = entry & ~mask;
    mapping->flags = entry & PAGE_FLAGS;
}

void viommu_pages_set(const ViommuPages *pages, ViommuWindow *window,
                      const ViommuMapping *mapping)
{
    __atomic_store_n(&window->entry[page_index(pages, mapping->iova.start)],
                     mapping->phys | mapping->flags | PAGE_PRESENT, __ATOMIC_RELEASE);
    window->count++;
}

bool viommu_pages_lookup(const ViommuPages *pages, uint64_t addr,
                         ViommuMapping *mapping)
{
    ViommuWindow *window = find_window(pages, addr);
    uint64_t entry;

    if (!window) {
        return false;
    }
    entry = __atomic_load_n(&window->entry[page_index(pages, addr)], __ATOMIC_ACQUIRE);
    if (!entry) {
        return false;
    }
    decode(pages, addr, entry, mapping);
    return true;
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
        uint64_t entry = window->entry[i];
        ViommuMapping mapping;

        if (!entry) {
            continue;
        }
        __atomic_store_n(&window->entry[i], 0, __ATOMIC_RELEASE);
        removed++;
        if (fn) {
            decode(pages, slot->iova.start + ((uint64_t)i << pages->page_shift), entry,
                   &mapping);
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
                decode(pages, slot.iova.start + ((uint64_t)i << pages->page_shift),
                       window->entry[i], mapping);
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
