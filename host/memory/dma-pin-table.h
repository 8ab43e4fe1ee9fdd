/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the pins of an address space are, and which tables an IOMMU region has pins
 * in. For dma-pin*.c.
 *
 * Lock order: dma_pin_links_lock, then the lock of one table. Both are leaves
 * otherwise.
 */
#ifndef MEMORY_DMA_PIN_TABLE_H
#define MEMORY_DMA_PIN_TABLE_H

#include "dma-pin.h"
#include "qemu/host-utils.h"
#include "qemu/thread.h"
#include <sched.h>

#define DMA_PIN_BUCKETS 64
typedef QLIST_HEAD(DmaPinList, DmaPin) DmaPinList;

/* Held for some ten instructions, with every map and unmap: not worth a mutex. */
typedef struct DmaPinLock {
    int taken; /* atomic */
} DmaPinLock;

struct DmaPinTable {
    DmaPinLock lock;
    DmaPinList buckets[DMA_PIN_BUCKETS];
    uint64_t in_use; /* bit n: bucket n is not empty */
    DmaPinList spare;
    unsigned nr_spare;
    unsigned nr; /* pins; written under the lock, read without */
    AddressSpace *as;
    GPtrArray *iommus; /* of IOMMUMemoryRegion: those that have a link to us */
};

/* From an IOMMU region to a table with pins made through it. */
struct DmaPinLink {
    QLIST_ENTRY(DmaPinLink) next;
    DmaPinTable *table;
};

extern QemuMutex dma_pin_links_lock;

static inline void dma_pin_table_lock(DmaPinTable *table)
{
    while (unlikely(qatomic_xchg(&table->lock.taken, 1))) {
        sched_yield();
    }
}

static inline void dma_pin_table_unlock(DmaPinTable *table)
{
    qatomic_store_release(&table->lock.taken, 0);
}

/* The bucket after @b that is not empty, from -1 on; DMA_PIN_BUCKETS: none. */
static inline int dma_pin_next_bucket(const DmaPinTable *table, int b)
{
    uint64_t rest = b == DMA_PIN_BUCKETS - 1 ? 0 : table->in_use >> (b + 1);

    QEMU_BUILD_BUG_ON(DMA_PIN_BUCKETS != 64);
    return rest ? b + 1 + ctz64(rest) : DMA_PIN_BUCKETS;
}

#define DMA_PIN_FOREACH_BUCKET(b, table)                                               \
    for (int b = dma_pin_next_bucket(table, -1); b < DMA_PIN_BUCKETS;                  \
         b = dma_pin_next_bucket(table, b))

/* Of @as, made if there is none; with a link from each IOMMU. Returns it locked. */
DmaPinTable *dma_pin_table_lock_linked(AddressSpace *as, const DmaPinRange *ranges,
                                       unsigned nr);

#endif
