/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pins: who holds host pointers that an IOMMU led to. Maps and groups (until they
 * are given back) and caches (until an UNMAP takes the pointer away). Kept per
 * address space; an IOMMU region knows the address spaces that ever pinned through
 * it. Direct maps leave no trace here.
 */
#ifndef MEMORY_DMA_PIN_H
#define MEMORY_DMA_PIN_H

#include "memory-internal.h"
#include "system/dma-group.h"
#include "system/memory_cached.h"

/* Of an IOMMU, held by one pin: a step of its way there, or a part of a group. */
typedef struct DmaPinRange {
    IOMMUMemoryRegion *iommu; /* NULL: it is gone */
    hwaddr start;
    hwaddr len;
} DmaPinRange;

#define DMA_PIN_RANGES MAX(MEM_XLAT_HOPS, DMA_GROUP_MAX)

typedef enum DmaPinKind {
    DMA_PIN_MAP,   /* given back by its pointer */
    DMA_PIN_GROUP, /* given back by its pin */
    DMA_PIN_CACHE,
} DmaPinKind;

/* What every map and unmap touches comes first, on one cache line. */
struct DmaPin {
    QLIST_ENTRY(DmaPin) next;
    uint8_t *host; /* of a group: of one of its parts */
    hwaddr len;
    MemoryRegion *mr; /* a reference, dropped by who takes the pin out */
    DmaRevokeFn *revoke;
    void *opaque;
    uint8_t kind; /* DmaPinKind */
    uint8_t nr_ranges;
    bool valid;    /* cache: no UNMAP yet; atomic */
    bool released; /* map: given back, but which of several alike is not known */
    DmaPinRange ranges[DMA_PIN_RANGES];
} QEMU_ALIGNED(64);

/*
 * In the DMA section of @x, for @len bytes at @host, the start of @x. Takes a
 * reference to the region.
 */
DmaPin *dma_pin_map(AddressSpace *as, const MemXlat *x, hwaddr len, DmaRevokeFn *revoke,
                    void *opaque);
DmaPin *dma_pin_cache(AddressSpace *as, const MemXlat *x, hwaddr len);
/* The same for one that the caller filled in, all but the list and its state. */
DmaPin *dma_pin_add(AddressSpace *as, const DmaPin *like);

/*
 * The region of a map that is given back, with its reference; NULL when the map
 * was not made through an IOMMU.
 */
MemoryRegion *dma_unpin_map(AddressSpace *as, void *host, hwaddr len);
/* A group or a cache; drops the reference. */
void dma_unpin(AddressSpace *as, DmaPin *pin);

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
