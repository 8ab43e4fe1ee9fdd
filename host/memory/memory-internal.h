/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the memory core share: the flat view and one step of an
 * access through it. Nobody outside host/memory includes this.
 */
#ifndef MEMORY_INTERNAL_H
#define MEMORY_INTERNAL_H

#include "system/address-spaces.h"
#include "system/code-pages.h"
#include "system/memory.h"
#include "system/ramblock.h"

/* A piece of one region that is visible at [start, last]. */
typedef struct FlatRange {
    hwaddr start;
    hwaddr last;
    hwaddr offset; /* of @start in @mr */
    MemoryRegion *mr;
    bool readonly;
    bool nonvolatile;
    bool unmergeable;
} FlatRange;

/* The part of a view that most accesses want: the largest piece of plain RAM. */
typedef struct FlatRam {
    hwaddr start;
    hwaddr size; /* 0: there is none */
    uint8_t *host;
    RAMBlock *block;
    hwaddr offset; /* of @host in @block */
    bool writable;
} FlatRam;

/*
 * All that is visible below one root: immutable, shared by the address spaces
 * whose roots show the same, freed a grace period after the last of them let go.
 * It holds a reference to every region in it.
 */
struct FlatView {
    struct rcu_head rcu;
    unsigned refs; /* under the big lock */
    unsigned nr;
    MemoryRegion *root; /* NULL: nothing is visible */
    FlatRam ram;
    FlatRange hot;     /* looked at first: the range of @ram, else the largest */
    FlatRange *ranges; /* in order of address */
    hwaddr *lasts;     /* their ends, packed for the search */
};

/* --- flatview.c --- */

/* What decides about the view of @root: it sees through plain wrappers. */
MemoryRegion *flatview_root(MemoryRegion *root);
FlatView *flatview_new(MemoryRegion *root);
bool flatview_equal(const FlatView *a, const FlatView *b);
FlatView *flatview_ref(FlatView *fv);
/* Readers may still be inside. */
void flatview_unref(FlatView *fv);
/* The first range that ends at or after @addr; fv->nr: none. */
unsigned flatview_lower_bound(const FlatView *fv, hwaddr addr);
const FlatRange *flatview_search(const FlatView *fv, hwaddr addr);
MemoryRegionSection flatview_section(FlatView *fv, const FlatRange *fr);

/* What is visible at @addr, or NULL. */
static inline const FlatRange *flatview_lookup(const FlatView *fv, hwaddr addr)
{
    if (likely(addr >= fv->hot.start && addr <= fv->hot.last)) {
        return &fv->hot;
    }
    return flatview_search(fv, addr);
}

/* [addr, addr + len) in @fv->ram, or NULL: then take the long way. */
static inline uint8_t *flatview_ram(const FlatView *fv, hwaddr addr, hwaddr len,
                                    bool is_write)
{
    hwaddr offset;

    if (unlikely(!fv)) {
        return NULL;
    }
    offset = addr - fv->ram.start;
    if (likely(offset < fv->ram.size && len <= fv->ram.size - offset &&
               (!is_write || fv->ram.writable))) {
        return fv->ram.host + offset;
    }
    return NULL;
}

/* The bytes at @p, from flatview_ram(), were written. */
static inline void flatview_ram_written(const FlatView *fv, const uint8_t *p,
                                        hwaddr len)
{
    memory_code_written(fv->ram.block, fv->ram.offset + (p - fv->ram.host), len);
}

static inline FlatView *address_space_to_flatview(AddressSpace *as)
{
    return qatomic_rcu_read(&as->current_map);
}

/* --- topology.c --- */

/* Something in a tree changed: the outermost commit looks at all views. */
void memory_topology_changed(void);

/* --- region.c --- */

extern const MemoryRegionOps unassigned_mem_ops;
/* Stands for "nothing there". */
extern MemoryRegion io_mem_unassigned;

/* The common part of all memory_region_init*: @mr is an initialized object. */
void memory_region_setup(MemoryRegion *mr, Object *owner, const char *name,
                         uint64_t size);

/* --- ram-block.c --- */

/* NULL with @errp set. @host: memory of the caller, else allocated. */
RAMBlock *ram_block_new(MemoryRegion *mr, uint64_t size, uint32_t flags, void *host,
                        Error **errp);
/* Takes @fd over on success. */
RAMBlock *ram_block_new_fd(MemoryRegion *mr, uint64_t size, uint64_t align,
                           uint32_t flags, int fd, uint64_t offset, Error **errp);
/* After a grace period. */
void ram_block_free(RAMBlock *block);
/* The block that @addr of ram_addr_t space lies in, or NULL. */
RAMBlock *ram_block_by_addr(ram_addr_t addr);

/* --- translate.c --- */

/* IOMMUs that one access may pass: more is a loop. */
#define MEM_XLAT_HOPS 4

typedef struct MemXlatHop {
    IOMMUMemoryRegion *iommu;
    hwaddr start; /* in the region */
} MemXlatHop;

/* Where the first bytes of an access end up. */
typedef struct MemXlat {
    MemoryRegion *mr; /* &io_mem_unassigned: nowhere */
    hwaddr xlat;      /* offset in @mr */
    hwaddr len;       /* bytes, from 1 to what was asked for, that go there */
    bool direct;      /* by pointer */
    bool readonly;
    bool probe; /* only a question: IOMMUs report no fault */
    unsigned nr_hops;
    MemXlatHop hops[MEM_XLAT_HOPS];
} MemXlat;

/*
 * Inside an RCU read section, @len at least 1. Through an IOMMU the caller is in a
 * DMA section afterwards, so that an UNMAP waits for it: mem_xlat_end() ends that,
 * and comes before anything that may block.
 */
void mem_xlat_begin(MemXlat *x, FlatView *fv, hwaddr addr, hwaddr len, bool is_write,
                    MemTxAttrs attrs);
void mem_xlat_end(const MemXlat *x);
/* The same for somebody who only wants to know. */
void mem_xlat_probe(MemXlat *x, FlatView *fv, hwaddr addr, hwaddr len, bool is_write,
                    MemTxAttrs attrs);

static inline uint8_t *mem_xlat_host(const MemXlat *x)
{
    return x->mr->ram_block->host + x->xlat;
}

/* --- dispatch.c --- */

/*
 * Copy between @buf and a device's registers (or nothing, or ROM that refuses) in
 * accesses that fit. Takes the big lock when it must.
 */
MemTxResult mmio_copy(MemoryRegion *mr, hwaddr addr, MemTxAttrs attrs, uint8_t *buf,
                      hwaddr len, bool is_write);
/* One access, with the locking and the guard against recursion. */
MemTxResult mmio_access(MemoryRegion *mr, hwaddr addr, MemTxAttrs attrs, uint64_t *val,
                        MemOp op, bool is_write);

/* Would a device take the first access of such a copy? */
bool mmio_accepts(MemoryRegion *mr, hwaddr addr, hwaddr len, bool is_write,
                  MemTxAttrs attrs);

/* --- dma-pin.c --- */

/* The region goes away. */
void dma_pins_forget_iommu(IOMMUMemoryRegion *iommu);

#endif
