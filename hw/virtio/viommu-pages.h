/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mappings of one granule each, where there are many of them close together.
 *
 * The address space is cut into windows of WINDOW_PAGES granules. A window that
 * is well populated has a table with one word a page: address, permissions and
 * "present" in a single store, so nothing can be torn. Tables are found through
 * a hash of window numbers (one multiplication, almost always one probe); to
 * walk them in order there is a small tree beside it that readers never see.
 *
 * viommu-map decides which windows are worth a table.
 */
#ifndef HW_VIRTIO_VIOMMU_PAGES_H
#define HW_VIRTIO_VIOMMU_PAGES_H

#include "viommu-limbo.h"
#include "viommu-map.h"
#include "viommu-tree.h"

enum {
    WINDOW_BITS = 8,
    WINDOW_PAGES = 1 << WINDOW_BITS,
    /* The bits of an entry below the address; hence the smallest granule. */
    PAGE_FLAGS = VIOMMU_PERM_RW | VIOMMU_PERM_MMIO,
    PAGE_PRESENT = 1 << 3,
    PAGE_MIN_GRANULE = 1 << 4,
};

typedef struct ViommuWindow {
    uint64_t entry[WINDOW_PAGES]; /* atomic; 0: nothing */
    unsigned count;               /* entries in use; the writer's */
} ViommuWindow;

typedef struct WindowSlots WindowSlots;

/* Embedded by its owner. Readers touch the first three fields alone. */
typedef struct ViommuPages {
    WindowSlots *slots; /* atomic; NULL until there is a window */
    unsigned page_shift;
    uint64_t multiplier; /* of the hash; odd, and not for the guest to know */
    ViommuLimbo *limbo;
    ViommuLimbo unseen; /* for what readers can not reach: no limbo at all */
    ViommuTree order;   /* range of each window -> its address */
    size_t bytes;
} ViommuPages;

/* A granule below PAGE_MIN_GRANULE is fine, but then no window may be opened. */
void viommu_pages_init(ViommuPages *pages, uint64_t granule, ViommuLimbo *limbo);
void viommu_pages_clear(ViommuPages *pages);

/* The addresses of the window that @addr lies in. */
ViommuRange viommu_pages_window_range(const ViommuPages *pages, uint64_t addr);

/* The window that @addr lies in; NULL if it has no table. */
ViommuWindow *viommu_pages_window(const ViommuPages *pages, uint64_t addr);

/* A new table; readers see it from viommu_pages_show() on. */
ViommuWindow *viommu_pages_open(ViommuPages *pages);
void viommu_pages_show(ViommuPages *pages, uint64_t addr, ViommuWindow *window);

/* Takes the table out and retires it, whatever is in it. */
void viommu_pages_close(ViommuPages *pages, uint64_t addr);

/* @mapping is one granule long and its entry is free. */
void viommu_pages_set(const ViommuPages *pages, ViommuWindow *window,
                      const ViommuMapping *mapping);

/* Removes what is in @range, an aligned one; closes windows that are left empty. */
size_t viommu_pages_remove(ViommuPages *pages, ViommuRange range, ViommuMappingFn *fn,
                           void *opaque);

/* Finds the page that contains @addr. Lock-free. */
bool viommu_pages_lookup(const ViommuPages *pages, uint64_t addr,
                         ViommuMapping *mapping);

/* Finds the first page that ends at or after @addr. */
bool viommu_pages_next(const ViommuPages *pages, uint64_t addr, ViommuMapping *mapping);

#endif
