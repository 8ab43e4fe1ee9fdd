/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mappings of one granule each, where there are many of them close together.
 *
 * The address space is cut into windows of WINDOW_PAGES granules. A window that
 * is well populated has a table with one 32-bit entry a page (viommu-entry.h).
 * Tables are found through a hash of window numbers, kept so empty that the
 * first slot is nearly always the right one. To walk them in order there is a
 * small tree beside it that readers never see.
 *
 * viommu-map decides which windows are worth a table.
 */
#ifndef HW_VIRTIO_VIOMMU_PAGES_H
#define HW_VIRTIO_VIOMMU_PAGES_H

#include "viommu-entry.h"
#include "viommu-limbo.h"
#include "viommu-map.h"
#include "viommu-tree.h"

enum {
    WINDOW_BITS = 9,
    WINDOW_PAGES = 1 << WINDOW_BITS,
};

typedef struct ViommuWindow {
    uint32_t entry[WINDOW_PAGES]; /* atomic; 0: nothing */
    unsigned count;               /* entries in use; the writer's */
} ViommuWindow;

/*
 * Open addressing, linear probing. A key is written once in the life of the
 * hash, so that it can not change between the two loads of a reader: a window
 * that is closed leaves its key, without a table, to be used by the same window
 * again or swept when the hash is next rebuilt.
 */
typedef struct WindowSlot {
    uint64_t key;         /* atomic; window number + 1, 0: free */
    ViommuWindow *window; /* atomic */
} WindowSlot;

typedef struct WindowHash {
    unsigned shift;      /* 64 - log2(number of slots) */
    uint64_t multiplier; /* odd, and not for the guest to know */
    uint64_t used;       /* keys written; the writer's */
    WindowSlot slot[];
} WindowHash;

/* Embedded by its owner. Readers touch the first two fields alone. */
typedef struct ViommuPages {
    WindowHash *hash; /* atomic; NULL until there is a window */
    unsigned page_shift;
    ViommuLimbo *limbo;
    ViommuLimbo unseen; /* for what readers can not reach: no limbo at all */
    ViommuTree order;   /* range of each window -> its address */
    size_t bytes;
} ViommuPages;

void viommu_pages_init(ViommuPages *pages, uint64_t granule, ViommuLimbo *limbo);
void viommu_pages_clear(ViommuPages *pages);

/* The addresses of the window that @addr lies in. */
ViommuRange viommu_pages_window_range(const ViommuPages *pages, uint64_t addr);

/* An empty table for the window of @addr, which has none. */
ViommuWindow *viommu_pages_open(ViommuPages *pages, uint64_t addr);

/* Takes the table out and retires it, whatever is in it. */
void viommu_pages_close(ViommuPages *pages, uint64_t addr);

/* The page of @addr has no entry yet. */
void viommu_pages_set(const ViommuPages *pages, ViommuWindow *window, uint64_t addr,
                      uint32_t entry);

/* Removes what is in @range, an aligned one; closes windows that are left
 * empty. */
size_t viommu_pages_remove(ViommuPages *pages, ViommuRange range, ViommuMappingFn *fn,
                           void *opaque);

/* Finds the first page that ends at or after @addr. */
bool viommu_pages_next(const ViommuPages *pages, uint64_t addr, ViommuMapping *mapping);

/* ------------------------------------------------ lock-free, and inline -- */

/* The slot that has @key, or the free one where it would go. */
static inline const WindowSlot *viommu_pages_slot(const WindowHash *hash, uint64_t key)
{
    uint64_t i = (key * hash->multiplier) >> hash->shift;

    for (;; i = (i + 1) & (UINT64_MAX >> hash->shift)) {
        uint64_t found = __atomic_load_n(&hash->slot[i].key, __ATOMIC_ACQUIRE);

        if (found == key || !found) {
            return &hash->slot[i];
        }
    }
}

/* The window that @addr lies in; NULL if it has no table. */
static inline ViommuWindow *viommu_pages_window(const ViommuPages *pages, uint64_t addr)
{
    const WindowHash *hash = __atomic_load_n(&pages->hash, __ATOMIC_ACQUIRE);
    uint64_t key = (addr >> pages->page_shift >> WINDOW_BITS) + 1;

    /* A free slot has no window: what was asked for is not there either way. */
    return hash ? __atomic_load_n(&viommu_pages_slot(hash, key)->window,
                                  __ATOMIC_ACQUIRE)
                : NULL;
}

/* The entry of the page that contains @addr; 0 if there is none. */
static inline uint32_t viommu_pages_entry(const ViommuPages *pages, uint64_t addr)
{
    const ViommuWindow *window = viommu_pages_window(pages, addr);
    unsigned i = (addr >> pages->page_shift) & (WINDOW_PAGES - 1);

    return window ? __atomic_load_n(&window->entry[i], __ATOMIC_ACQUIRE) : 0;
}

#endif
