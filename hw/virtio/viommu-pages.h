/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mappings of one granule each, where there are many of them close together.
 *
 * The address space is cut into windows of WINDOW_PAGES granules. A window that
 * is well populated has a table with one 32-bit entry a page (viommu-entry.h).
 * Tables are found through a hash of window numbers. The slot looked at first,
 * the home of a window, is that of its low bits: windows in a row never meet,
 * and a guest that has one pile of pages, or a few, finds every one at home.
 * What meets there goes on to scrambled places that no guest can choose. To
 * walk windows in order there is a small tree beside it that readers never see.
 *
 * viommu-map decides which windows are worth a table.
 */
#ifndef HW_VIRTIO_VIOMMU_PAGES_H
#define HW_VIRTIO_VIOMMU_PAGES_H

#include "viommu-entry.h"
#include "viommu-limbo.h"
#include "viommu-map.h"
#include "viommu-tree.h"
#include <glib.h>

enum {
    WINDOW_BITS = 9,
    WINDOW_PAGES = 1 << WINDOW_BITS,
};

typedef struct ViommuWindow {
    uint32_t entry[WINDOW_PAGES]; /* atomic; 0: nothing */
    unsigned count;               /* entries in use; the writer's */
} ViommuWindow;

/*
 * Open addressing: the home, then linear probing from the scrambled place. A key
 * is written once in the life of the hash, after its table, so that the table a
 * reader finds beside the key it wants is the right one: a window that is closed
 * leaves its key, with the empty table, to be used by the same window again or swept
 * when the hash is next rebuilt.
 */
typedef struct WindowSlot {
    uint64_t key;               /* atomic; window number, WINDOW_NONE: free */
    const ViommuWindow *window; /* atomic; not NULL where there is a key */
} WindowSlot;

#define WINDOW_NONE UINT64_MAX

typedef struct WindowHash {
    uint64_t mask;       /* number of slots - 1 */
    uint64_t multiplier; /* odd, and not for the guest to know */
    uint64_t used;       /* keys written; the writer's */
    uint64_t reserved;   /* so that no slot lies in two cache lines */
    WindowSlot slot[];
} WindowHash;

/* Embedded by its owner. Readers touch the first three fields alone. */
typedef struct ViommuPages {
    WindowHash *hash; /* atomic; never NULL */
    uint64_t mask;    /* of the addresses in a page */
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

/* Removes the page of @addr; false if it has no entry. Leaves an empty window open. */
bool viommu_pages_remove_one(const ViommuPages *pages, ViommuWindow *window,
                             uint64_t addr, ViommuMapping *mapping);

/* Removes what is in @range, an aligned one; closes windows left empty. */
size_t viommu_pages_remove(ViommuPages *pages, ViommuRange range, ViommuMappingFn *fn,
                           void *opaque);

/* The window that @addr lies in; NULL if it has no table. The writer's. */
ViommuWindow *viommu_pages_window(const ViommuPages *pages, uint64_t addr);

/* Finds the first page that ends at or after @addr. */
bool viommu_pages_next(const ViommuPages *pages, uint64_t addr, ViommuMapping *mapping);

/* ------------------------------------------------ lock-free, and inline -- */

/* These stand where there is no table, and no map, so that a reader need not ask. */
extern const ViommuWindow viommu_window_empty;
extern const ViommuPages viommu_pages_none;

/* The slot that has @key, or the free one where it goes: @found is the key it had. */
static inline const WindowSlot *viommu_pages_slot(const WindowHash *hash, uint64_t key,
                                                  uint64_t *found)
{
    uint64_t i = key, scrambled = key * hash->multiplier >> 32;

    for (;; i = scrambled++) {
        const WindowSlot *slot = &hash->slot[i & hash->mask];

        *found = __atomic_load_n(&slot->key, __ATOMIC_ACQUIRE);
        if (*found == key || *found == WINDOW_NONE) {
            return slot;
        }
    }
}

/* The table of a slot that has its key. */
static inline const ViommuWindow *viommu_slot_window(const WindowSlot *slot)
{
    return __atomic_load_n(&slot->window, __ATOMIC_ACQUIRE);
}

/*
 * The table of the window @key: an empty one if it has none. What a free slot leads
 * to is not asked for: another window's table may have come there since.
 */
static inline const ViommuWindow *viommu_pages_table(const WindowHash *hash,
                                                     uint64_t key)
{
    uint64_t found;
    const WindowSlot *slot = viommu_pages_slot(hash, key, &found);

    return found == key ? viommu_slot_window(slot) : &viommu_window_empty;
}

static inline uint32_t viommu_window_entry(const ViommuWindow *window, uint64_t page)
{
    return __atomic_load_n(&window->entry[page & (WINDOW_PAGES - 1)], __ATOMIC_ACQUIRE);
}

/* The entry of the page that contains @addr; 0 if there is none. */
static inline uint32_t viommu_pages_entry(const ViommuPages *pages, uint64_t addr)
{
    const WindowHash *hash = __atomic_load_n(&pages->hash, __ATOMIC_ACQUIRE);
    uint64_t page = addr >> pages->page_shift;

    return viommu_window_entry(viommu_pages_table(hash, page >> WINDOW_BITS), page);
}

/* The same; 0 also if the window of @addr is not at home. */
static inline uint32_t viommu_pages_entry_at_home(const ViommuPages *pages,
                                                  uint64_t addr)
{
    const WindowHash *hash = __atomic_load_n(&pages->hash, __ATOMIC_ACQUIRE);
    uint64_t page = addr >> pages->page_shift, key = page >> WINDOW_BITS;
    const WindowSlot *home = &hash->slot[key & hash->mask];

    if (G_UNLIKELY(__atomic_load_n(&home->key, __ATOMIC_ACQUIRE) != key)) {
        return 0;
    }
    return viommu_window_entry(viommu_slot_window(home), page);
}

/* What the page with @entry, which is not 0, is to a device. */
static inline void viommu_pages_answer(const ViommuPages *pages, uint32_t entry,
                                       ViommuAnswer *answer)
{
    answer->phys = viommu_entry_phys(pages->page_shift, entry);
    answer->mask = pages->mask;
    answer->flags = viommu_entry_flags(entry);
}

#endif
