/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pins: who holds a host pointer that an IOMMU led to. Maps (until the unmap) and
 * caches (until an UNMAP takes the pointer away). Kept per address space; an
 * IOMMU region knows the address spaces that ever pinned through it. Direct maps
 * leave no trace here.
 */
#ifndef MEMORY_DMA_PIN_H
#define MEMORY_DMA_PIN_H

#include "memory-internal.h"
#include "system/memory_cached.h"

/* What every map and unmap touches comes first, on one cache line. */
struct DmaPin {
    QLIST_ENTRY(DmaPin) next;
    uint8_t *host;
    hwaddr len;
    MemoryRegion *mr; /* a reference, dropped by who takes the pin out */
    uint8_t nr_hops;
    bool is_cache;
    bool valid;    /* cache: no UNMAP yet; atomic */
    bool released; /* map: given back, but which of several alike is not known */
    MemXlatHop hops[MEM_XLAT_HOPS];
    DmaRevokeFn *revoke;
    void *opaque;
} QEMU_ALIGNED(64);

/*
 * In the DMA section of @x, for @len bytes at @host, the start of @x. Takes a
 * reference to the region.
 */
DmaPin *dma_pin_map(AddressSpace *as, const MemXlat *x, hwaddr len, DmaRevokeFn *revoke,
                    void *opaque);
DmaPin *dma_pin_cache(AddressSpace *as, const MemXlat *x, hwaddr len);

/*
 * The region of a map that is given back, with its reference; NULL when the map
 * was not made through an IOMMU.
 */
MemoryRegion *dma_unpin_map(AddressSpace *as, void *host, hwaddr len);
void dma_unpin_cache(AddressSpace *as, DmaPin *pin);

/* The maps and caches of @as are gone. */
void dma_pins_destroy(AddressSpace *as);

typedef struct DmaPinScan {
    unsigned maps;       /* still held */
    unsigned caches;     /* made invalid by this scan */
    const char *holder;  /* name of the address space of one of the maps */
    DmaRevokeFn *revoke; /* of one map that was not asked yet, or NULL */
    void *revoke_opaque;
} DmaPinScan;

/* What [start, last] of @iommu is pinned by. */
DmaPinScan dma_pins_scan(IOMMUMemoryRegion *iommu, hwaddr start, hwaddr last);

/* Wait on another thread's unmap, at most @ms. Between begin and end only. */
void dma_pins_wait_begin(void);
void dma_pins_wait(int ms);
void dma_pins_wait_end(void);

#endif
