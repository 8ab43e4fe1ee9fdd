/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DMA sections: the time between asking an IOMMU and being done with the memory
 * it named. Short, never blocking, any thread. An UNMAP waits for those that are
 * open on other threads.
 *
 * RCU would do the same, but its readers include whole accesses to devices, which
 * wait for the big lock: an UNMAP that holds the big lock could never wait for
 * them.
 */
#ifndef MEMORY_DMA_SECTION_H
#define MEMORY_DMA_SECTION_H

#include "qemu/atomic.h"
#include "qemu/compiler.h"
#include <stdbool.h>
#include <stdint.h>

/* One for each thread that opened a section, on a cache line of its own. */
typedef struct DmaSlot {
    uint64_t seq; /* odd: in a section; atomic */
    unsigned depth;
    bool taken; /* by a thread */
    struct DmaSlot *next;
} QEMU_ALIGNED(64) DmaSlot;

extern __thread DmaSlot *dma_slot_self;
/* Membarrier works: light sections need no barrier of their own. */
extern bool dma_section_has_membarrier;

DmaSlot *dma_slot_register(void);

/* What was read before this section began is not relied on. */
static inline void dma_section_enter(void)
{
    DmaSlot *slot = dma_slot_self ?: dma_slot_register();

    if (slot->depth++ == 0) {
        qatomic_xchg(&slot->seq, slot->seq + 1); /* a barrier, for dma_section_wait() */
    }
}

/* Cheaper to enter, and dearer to wait for: dma_section_wait(true). */
static inline void dma_section_enter_light(void)
{
    DmaSlot *slot = dma_slot_self ?: dma_slot_register();

    if (unlikely(!dma_section_has_membarrier)) {
        dma_section_enter();
    } else if (slot->depth++ == 0) {
        qatomic_set(&slot->seq, slot->seq + 1);
        barrier();
    }
}

static inline void dma_section_exit(void)
{
    DmaSlot *slot = dma_slot_self;

    if (--slot->depth == 0) {
        qatomic_store_release(&slot->seq, slot->seq + 1);
    }
}

/*
 * What others do once in a while and must be seen by each of us at the next look:
 * they call dma_section_fence(), and we need no barrier of our own.
 */
static inline void dma_section_fence_light(void)
{
    if (unlikely(!dma_section_has_membarrier)) {
        smp_mb();
    } else {
        barrier();
    }
}

void dma_section_fence(void);

/*
 * Until every section that is open now on another thread was left; @light: also
 * those entered light. What the caller wrote before is seen by all later ones.
 */
void dma_section_wait(bool light);

#endif
