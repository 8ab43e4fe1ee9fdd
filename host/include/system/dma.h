/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DMA: what a device does with the address space of its bus. Thin names over
 * system/memory-access.h, ordered against the CPUs' accesses.
 */
#ifndef DMA_H
#define DMA_H

#include "qemu/atomic.h"
#include "qemu/bswap.h"
#include "system/address-spaces.h"
#include "system/memory.h"

typedef enum {
    DMA_DIRECTION_TO_DEVICE = 0,   /* the device reads memory */
    DMA_DIRECTION_FROM_DEVICE = 1, /* the device writes memory */
} DMADirection;

typedef uint64_t dma_addr_t;

#define DMA_ADDR_BITS 64
#define DMA_ADDR_FMT  "%" PRIx64

/* A list of address ranges; holds references to nothing but its own array. */
typedef struct ScatterGatherEntry {
    dma_addr_t base;
    dma_addr_t len;
} ScatterGatherEntry;

struct QEMUSGList {
    ScatterGatherEntry *sg;
    int nsg;
    int nalloc;
    dma_addr_t size;
    DeviceState *dev;
    AddressSpace *as;
};

static inline void dma_barrier(AddressSpace *as, DMADirection dir)
{
    smp_mb();
}

static inline bool dma_memory_valid(AddressSpace *as, dma_addr_t addr, dma_addr_t len,
                                    DMADirection dir, MemTxAttrs attrs)
{
    return address_space_access_valid(as, addr, len, dir == DMA_DIRECTION_FROM_DEVICE,
                                      attrs);
}

static inline MemTxResult dma_memory_rw_relaxed(AddressSpace *as, dma_addr_t addr,
                                                void *buf, dma_addr_t len,
                                                DMADirection dir, MemTxAttrs attrs)
{
    return address_space_rw(as, addr, attrs, buf, len,
                            dir == DMA_DIRECTION_FROM_DEVICE);
}

static inline MemTxResult dma_memory_read_relaxed(AddressSpace *as, dma_addr_t addr,
                                                  void *buf, dma_addr_t len)
{
    return address_space_read(as, addr, MEMTXATTRS_UNSPECIFIED, buf, len);
}

static inline MemTxResult dma_memory_write_relaxed(AddressSpace *as, dma_addr_t addr,
                                                   const void *buf, dma_addr_t len)
{
    return address_space_write(as, addr, MEMTXATTRS_UNSPECIFIED, buf, len);
}

static inline MemTxResult dma_memory_rw(AddressSpace *as, dma_addr_t addr, void *buf,
                                        dma_addr_t len, DMADirection dir,
                                        MemTxAttrs attrs)
{
    dma_barrier(as, dir);
    return dma_memory_rw_relaxed(as, addr, buf, len, dir, attrs);
}

static inline MemTxResult dma_memory_read(AddressSpace *as, dma_addr_t addr, void *buf,
                                          dma_addr_t len, MemTxAttrs attrs)
{
    dma_barrier(as, DMA_DIRECTION_TO_DEVICE);
    return address_space_read(as, addr, attrs, buf, len);
}

static inline MemTxResult dma_memory_write(AddressSpace *as, dma_addr_t addr,
                                           const void *buf, dma_addr_t len,
                                           MemTxAttrs attrs)
{
    dma_barrier(as, DMA_DIRECTION_FROM_DEVICE);
    return address_space_write(as, addr, attrs, buf, len);
}

MemTxResult dma_memory_set(AddressSpace *as, dma_addr_t addr, uint8_t c, dma_addr_t len,
                           MemTxAttrs attrs);

/* See address_space_map() for what the pointer may be used for, and how long. */
static inline void *dma_memory_map(AddressSpace *as, dma_addr_t addr, dma_addr_t *len,
                                   DMADirection dir, MemTxAttrs attrs)
{
    return address_space_map(as, addr, len, dir == DMA_DIRECTION_FROM_DEVICE, attrs);
}

static inline void dma_memory_unmap(AddressSpace *as, void *buffer, dma_addr_t len,
                                    DMADirection dir, dma_addr_t access_len)
{
    address_space_unmap(as, buffer, len, dir == DMA_DIRECTION_FROM_DEVICE, access_len);
}

/* --- one value; *@pval is zero when the load fails --- */

static inline MemTxResult ldub_dma(AddressSpace *as, dma_addr_t addr, uint8_t *pval,
                                   MemTxAttrs attrs)
{
    MemTxResult res;

    dma_barrier(as, DMA_DIRECTION_TO_DEVICE);
    *pval = address_space_ldub(as, addr, attrs, &res);
    return res;
}

static inline MemTxResult lduw_le_dma(AddressSpace *as, dma_addr_t addr, uint16_t *pval,
                                      MemTxAttrs attrs)
{
    MemTxResult res;

    dma_barrier(as, DMA_DIRECTION_TO_DEVICE);
    *pval = address_space_lduw_le(as, addr, attrs, &res);
    return res;
}

static inline MemTxResult lduw_be_dma(AddressSpace *as, dma_addr_t addr, uint16_t *pval,
                                      MemTxAttrs attrs)
{
    MemTxResult res;

    dma_barrier(as, DMA_DIRECTION_TO_DEVICE);
    *pval = address_space_lduw_be(as, addr, attrs, &res);
    return res;
}

static inline MemTxResult ldl_le_dma(AddressSpace *as, dma_addr_t addr, uint32_t *pval,
                                     MemTxAttrs attrs)
{
    MemTxResult res;

    dma_barrier(as, DMA_DIRECTION_TO_DEVICE);
    *pval = address_space_ldl_le(as, addr, attrs, &res);
    return res;
}

static inline MemTxResult ldl_be_dma(AddressSpace *as, dma_addr_t addr, uint32_t *pval,
                                     MemTxAttrs attrs)
{
    MemTxResult res;

    dma_barrier(as, DMA_DIRECTION_TO_DEVICE);
    *pval = address_space_ldl_be(as, addr, attrs, &res);
    return res;
}

static inline MemTxResult ldq_le_dma(AddressSpace *as, dma_addr_t addr, uint64_t *pval,
                                     MemTxAttrs attrs)
{
    MemTxResult res;

    dma_barrier(as, DMA_DIRECTION_TO_DEVICE);
    *pval = address_space_ldq_le(as, addr, attrs, &res);
    return res;
}

static inline MemTxResult ldq_be_dma(AddressSpace *as, dma_addr_t addr, uint64_t *pval,
                                     MemTxAttrs attrs)
{
    MemTxResult res;

    dma_barrier(as, DMA_DIRECTION_TO_DEVICE);
    *pval = address_space_ldq_be(as, addr, attrs, &res);
    return res;
}

static inline MemTxResult stb_dma(AddressSpace *as, dma_addr_t addr, uint8_t val,
                                  MemTxAttrs attrs)
{
    MemTxResult res;

    dma_barrier(as, DMA_DIRECTION_FROM_DEVICE);
    address_space_stb(as, addr, val, attrs, &res);
    return res;
}

static inline MemTxResult stw_le_dma(AddressSpace *as, dma_addr_t addr, uint16_t val,
                                     MemTxAttrs attrs)
{
    MemTxResult res;

    dma_barrier(as, DMA_DIRECTION_FROM_DEVICE);
    address_space_stw_le(as, addr, val, attrs, &res);
    return res;
}

static inline MemTxResult stw_be_dma(AddressSpace *as, dma_addr_t addr, uint16_t val,
                                     MemTxAttrs attrs)
{
    MemTxResult res;

    dma_barrier(as, DMA_DIRECTION_FROM_DEVICE);
    address_space_stw_be(as, addr, val, attrs, &res);
    return res;
}

static inline MemTxResult stl_le_dma(AddressSpace *as, dma_addr_t addr, uint32_t val,
                                     MemTxAttrs attrs)
{
    MemTxResult res;

    dma_barrier(as, DMA_DIRECTION_FROM_DEVICE);
    address_space_stl_le(as, addr, val, attrs, &res);
    return res;
}

static inline MemTxResult stl_be_dma(AddressSpace *as, dma_addr_t addr, uint32_t val,
                                     MemTxAttrs attrs)
{
    MemTxResult res;

    dma_barrier(as, DMA_DIRECTION_FROM_DEVICE);
    address_space_stl_be(as, addr, val, attrs, &res);
    return res;
}

static inline MemTxResult stq_le_dma(AddressSpace *as, dma_addr_t addr, uint64_t val,
                                     MemTxAttrs attrs)
{
    MemTxResult res;

    dma_barrier(as, DMA_DIRECTION_FROM_DEVICE);
    address_space_stq_le(as, addr, val, attrs, &res);
    return res;
}

static inline MemTxResult stq_be_dma(AddressSpace *as, dma_addr_t addr, uint64_t val,
                                     MemTxAttrs attrs)
{
    MemTxResult res;

    dma_barrier(as, DMA_DIRECTION_FROM_DEVICE);
    address_space_stq_be(as, addr, val, attrs, &res);
    return res;
}

/* --- scatter/gather lists --- */

void qemu_sglist_init(QEMUSGList *qsg, DeviceState *dev, int alloc_hint,
                      AddressSpace *as);
void qemu_sglist_add(QEMUSGList *qsg, dma_addr_t base, dma_addr_t len);
void qemu_sglist_destroy(QEMUSGList *qsg);
/* Copy up to @len bytes between @ptr and the list; @residual: bytes of it not done. */
MemTxResult dma_buf_read(void *ptr, dma_addr_t len, dma_addr_t *residual,
                         QEMUSGList *sg, MemTxAttrs attrs);
MemTxResult dma_buf_write(void *ptr, dma_addr_t len, dma_addr_t *residual,
                          QEMUSGList *sg, MemTxAttrs attrs);

/*
 * The mask of the largest power of two that is not larger than the range [@start,
 * @end] (inclusive), to which @start is aligned, and of at most @max_addr_bits.
 */
uint64_t dma_aligned_pow2_mask(uint64_t start, uint64_t end, int max_addr_bits);

#endif
