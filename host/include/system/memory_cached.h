/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A place in an address space that is accessed again and again, such as a
 * virtqueue: translated once, and again only after something changed. Addresses
 * are relative to the start of the cache; the caller keeps inside its length.
 *
 * Plain RAM is reached by a pointer. Over an IOMMU the core remembers the
 * translation; an UNMAP of it drops that, waits for an access that is under way,
 * and the next access translates anew. A change of the memory map does the same
 * for both kinds. An access that fails reads as zero and writes nothing.
 *
 * A cache belongs to one thread at a time.
 */
#ifndef SYSTEM_MEMORY_CACHED_H
#define SYSTEM_MEMORY_CACHED_H

#include "qemu/bswap.h"
#include "system/code-pages.h"
#include "system/memory.h"
#include <assert.h>
#include <string.h>

typedef struct DmaPin DmaPin;

struct MemoryRegionCache {
    uint8_t *ptr; /* plain RAM, good while @epoch is the current one; else NULL */
    hwaddr xlat;
    hwaddr len;
    FlatView *fv;
    MemoryRegionSection mrs;
    bool is_write;
    /* private */
    uint64_t epoch; /* value of memory_map_epoch when it was resolved */
    RAMBlock *block;
    AddressSpace *as; /* NULL: an empty cache */
    hwaddr addr;
    DmaPin *pin; /* over an IOMMU: the translation, else NULL */
};

/* Counts the changes of any flat view; atomic. */
extern uint64_t memory_map_epoch;

/*
 * Returns how many of the @len bytes the cache covers (they are contiguous RAM),
 * or -EFAULT. @is_write: it will be written, too.
 */
int64_t address_space_cache_init(MemoryRegionCache *cache, AddressSpace *as,
                                 hwaddr addr, hwaddr len, bool is_write);
/* Something that address_space_cache_destroy() accepts. */
static inline void address_space_cache_init_empty(MemoryRegionCache *cache)
{
    memset(cache, 0, sizeof(*cache));
}
void address_space_cache_destroy(MemoryRegionCache *cache);
/* After writing by cache->ptr. Writes by the functions below need no such call. */
void address_space_cache_invalidate(MemoryRegionCache *cache, hwaddr addr,
                                    hwaddr access_len);

MemTxResult address_space_read_cached_slow(MemoryRegionCache *cache, hwaddr addr,
                                           void *buf, hwaddr len);
MemTxResult address_space_write_cached_slow(MemoryRegionCache *cache, hwaddr addr,
                                            const void *buf, hwaddr len);

/* Where the bytes are, or NULL when the slow way must be taken. */
static inline uint8_t *memory_cache_ptr(MemoryRegionCache *cache, hwaddr addr,
                                        hwaddr len)
{
    assert(addr < cache->len && len <= cache->len - addr);
    if (__builtin_expect(cache->ptr &&
                             cache->epoch ==
                                 __atomic_load_n(&memory_map_epoch, __ATOMIC_RELAXED),
                         1)) {
        return cache->ptr + addr;
    }
    return NULL;
}

static inline MemTxResult address_space_read_cached(MemoryRegionCache *cache,
                                                    hwaddr addr, void *buf, hwaddr len)
{
    uint8_t *p = memory_cache_ptr(cache, addr, len);

    if (!p) {
        return address_space_read_cached_slow(cache, addr, buf, len);
    }
    memcpy(buf, p, len);
    return MEMTX_OK;
}

static inline MemTxResult address_space_write_cached(MemoryRegionCache *cache,
                                                     hwaddr addr, const void *buf,
                                                     hwaddr len)
{
    uint8_t *p = memory_cache_ptr(cache, addr, len);

    if (!p) {
        return address_space_write_cached_slow(cache, addr, buf, len);
    }
    memcpy(p, buf, len);
    memory_code_written(cache->block, cache->xlat + addr, len);
    return MEMTX_OK;
}

/* One value in one piece when it is aligned: rings are shared with the guest. */
uint64_t address_space_ld_cached_slow(MemoryRegionCache *cache, hwaddr addr, MemOp op,
                                      MemTxResult *result);
void address_space_st_cached_slow(MemoryRegionCache *cache, hwaddr addr, uint64_t val,
                                  MemOp op, MemTxResult *result);

static inline uint8_t address_space_ldub_cached(MemoryRegionCache *cache, hwaddr addr,
                                                MemTxAttrs attrs, MemTxResult *result)
{
    uint8_t *p = memory_cache_ptr(cache, addr, 1);

    (void)attrs;
    if (!p) {
        return address_space_ld_cached_slow(cache, addr, MO_8, result);
    }
    if (result) {
        *result = MEMTX_OK;
    }
    return ldub_p(p);
}

static inline uint16_t address_space_lduw_le_cached(MemoryRegionCache *cache,
                                                    hwaddr addr, MemTxAttrs attrs,
                                                    MemTxResult *result)
{
    uint8_t *p = memory_cache_ptr(cache, addr, 2);

    (void)attrs;
    if (!p) {
        return address_space_ld_cached_slow(cache, addr, MO_16 | MO_LE, result);
    }
    if (result) {
        *result = MEMTX_OK;
    }
    return lduw_le_p(p);
}

static inline uint16_t address_space_lduw_be_cached(MemoryRegionCache *cache,
                                                    hwaddr addr, MemTxAttrs attrs,
                                                    MemTxResult *result)
{
    uint8_t *p = memory_cache_ptr(cache, addr, 2);

    (void)attrs;
    if (!p) {
        return address_space_ld_cached_slow(cache, addr, MO_16 | MO_BE, result);
    }
    if (result) {
        *result = MEMTX_OK;
    }
    return lduw_be_p(p);
}

static inline uint32_t address_space_ldl_le_cached(MemoryRegionCache *cache,
                                                   hwaddr addr, MemTxAttrs attrs,
                                                   MemTxResult *result)
{
    uint8_t *p = memory_cache_ptr(cache, addr, 4);

    (void)attrs;
    if (!p) {
        return address_space_ld_cached_slow(cache, addr, MO_32 | MO_LE, result);
    }
    if (result) {
        *result = MEMTX_OK;
    }
    return ldl_le_p(p);
}

static inline uint32_t address_space_ldl_be_cached(MemoryRegionCache *cache,
                                                   hwaddr addr, MemTxAttrs attrs,
                                                   MemTxResult *result)
{
    uint8_t *p = memory_cache_ptr(cache, addr, 4);

    (void)attrs;
    if (!p) {
        return address_space_ld_cached_slow(cache, addr, MO_32 | MO_BE, result);
    }
    if (result) {
        *result = MEMTX_OK;
    }
    return ldl_be_p(p);
}

static inline uint64_t address_space_ldq_le_cached(MemoryRegionCache *cache,
                                                   hwaddr addr, MemTxAttrs attrs,
                                                   MemTxResult *result)
{
    uint8_t *p = memory_cache_ptr(cache, addr, 8);

    (void)attrs;
    if (!p) {
        return address_space_ld_cached_slow(cache, addr, MO_64 | MO_LE, result);
    }
    if (result) {
        *result = MEMTX_OK;
    }
    return ldq_le_p(p);
}

static inline uint64_t address_space_ldq_be_cached(MemoryRegionCache *cache,
                                                   hwaddr addr, MemTxAttrs attrs,
                                                   MemTxResult *result)
{
    uint8_t *p = memory_cache_ptr(cache, addr, 8);

    (void)attrs;
    if (!p) {
        return address_space_ld_cached_slow(cache, addr, MO_64 | MO_BE, result);
    }
    if (result) {
        *result = MEMTX_OK;
    }
    return ldq_be_p(p);
}

static inline void address_space_stb_cached(MemoryRegionCache *cache, hwaddr addr,
                                            uint8_t val, MemTxAttrs attrs,
                                            MemTxResult *result)
{
    uint8_t *p = memory_cache_ptr(cache, addr, 1);

    (void)attrs;
    if (!p) {
        address_space_st_cached_slow(cache, addr, val, MO_8, result);
        return;
    }
    if (result) {
        *result = MEMTX_OK;
    }
    stb_p(p, val);
    memory_code_written(cache->block, cache->xlat + addr, 1);
}

static inline void address_space_stw_le_cached(MemoryRegionCache *cache, hwaddr addr,
                                               uint16_t val, MemTxAttrs attrs,
                                               MemTxResult *result)
{
    uint8_t *p = memory_cache_ptr(cache, addr, 2);

    (void)attrs;
    if (!p) {
        address_space_st_cached_slow(cache, addr, val, MO_16 | MO_LE, result);
        return;
    }
    if (result) {
        *result = MEMTX_OK;
    }
    stw_le_p(p, val);
    memory_code_written(cache->block, cache->xlat + addr, 2);
}

static inline void address_space_stw_be_cached(MemoryRegionCache *cache, hwaddr addr,
                                               uint16_t val, MemTxAttrs attrs,
                                               MemTxResult *result)
{
    uint8_t *p = memory_cache_ptr(cache, addr, 2);

    (void)attrs;
    if (!p) {
        address_space_st_cached_slow(cache, addr, val, MO_16 | MO_BE, result);
        return;
    }
    if (result) {
        *result = MEMTX_OK;
    }
    stw_be_p(p, val);
    memory_code_written(cache->block, cache->xlat + addr, 2);
}

static inline void address_space_stl_le_cached(MemoryRegionCache *cache, hwaddr addr,
                                               uint32_t val, MemTxAttrs attrs,
                                               MemTxResult *result)
{
    uint8_t *p = memory_cache_ptr(cache, addr, 4);

    (void)attrs;
    if (!p) {
        address_space_st_cached_slow(cache, addr, val, MO_32 | MO_LE, result);
        return;
    }
    if (result) {
        *result = MEMTX_OK;
    }
    stl_le_p(p, val);
    memory_code_written(cache->block, cache->xlat + addr, 4);
}

static inline void address_space_stl_be_cached(MemoryRegionCache *cache, hwaddr addr,
                                               uint32_t val, MemTxAttrs attrs,
                                               MemTxResult *result)
{
    uint8_t *p = memory_cache_ptr(cache, addr, 4);

    (void)attrs;
    if (!p) {
        address_space_st_cached_slow(cache, addr, val, MO_32 | MO_BE, result);
        return;
    }
    if (result) {
        *result = MEMTX_OK;
    }
    stl_be_p(p, val);
    memory_code_written(cache->block, cache->xlat + addr, 4);
}

static inline void address_space_stq_le_cached(MemoryRegionCache *cache, hwaddr addr,
                                               uint64_t val, MemTxAttrs attrs,
                                               MemTxResult *result)
{
    uint8_t *p = memory_cache_ptr(cache, addr, 8);

    (void)attrs;
    if (!p) {
        address_space_st_cached_slow(cache, addr, val, MO_64 | MO_LE, result);
        return;
    }
    if (result) {
        *result = MEMTX_OK;
    }
    stq_le_p(p, val);
    memory_code_written(cache->block, cache->xlat + addr, 8);
}

static inline void address_space_stq_be_cached(MemoryRegionCache *cache, hwaddr addr,
                                               uint64_t val, MemTxAttrs attrs,
                                               MemTxResult *result)
{
    uint8_t *p = memory_cache_ptr(cache, addr, 8);

    (void)attrs;
    if (!p) {
        address_space_st_cached_slow(cache, addr, val, MO_64 | MO_BE, result);
        return;
    }
    if (result) {
        *result = MEMTX_OK;
    }
    stq_be_p(p, val);
    memory_code_written(cache->block, cache->xlat + addr, 8);
}

static inline uint8_t ldub_phys_cached(MemoryRegionCache *cache, hwaddr addr)
{
    return address_space_ldub_cached(cache, addr, MEMTXATTRS_UNSPECIFIED, NULL);
}

static inline uint16_t lduw_le_phys_cached(MemoryRegionCache *cache, hwaddr addr)
{
    return address_space_lduw_le_cached(cache, addr, MEMTXATTRS_UNSPECIFIED, NULL);
}

static inline uint16_t lduw_be_phys_cached(MemoryRegionCache *cache, hwaddr addr)
{
    return address_space_lduw_be_cached(cache, addr, MEMTXATTRS_UNSPECIFIED, NULL);
}

static inline uint32_t ldl_le_phys_cached(MemoryRegionCache *cache, hwaddr addr)
{
    return address_space_ldl_le_cached(cache, addr, MEMTXATTRS_UNSPECIFIED, NULL);
}

static inline uint32_t ldl_be_phys_cached(MemoryRegionCache *cache, hwaddr addr)
{
    return address_space_ldl_be_cached(cache, addr, MEMTXATTRS_UNSPECIFIED, NULL);
}

static inline uint64_t ldq_le_phys_cached(MemoryRegionCache *cache, hwaddr addr)
{
    return address_space_ldq_le_cached(cache, addr, MEMTXATTRS_UNSPECIFIED, NULL);
}

static inline uint64_t ldq_be_phys_cached(MemoryRegionCache *cache, hwaddr addr)
{
    return address_space_ldq_be_cached(cache, addr, MEMTXATTRS_UNSPECIFIED, NULL);
}

static inline void stb_phys_cached(MemoryRegionCache *cache, hwaddr addr, uint8_t val)
{
    address_space_stb_cached(cache, addr, val, MEMTXATTRS_UNSPECIFIED, NULL);
}

static inline void stw_le_phys_cached(MemoryRegionCache *cache, hwaddr addr,
                                      uint16_t val)
{
    address_space_stw_le_cached(cache, addr, val, MEMTXATTRS_UNSPECIFIED, NULL);
}

static inline void stw_be_phys_cached(MemoryRegionCache *cache, hwaddr addr,
                                      uint16_t val)
{
    address_space_stw_be_cached(cache, addr, val, MEMTXATTRS_UNSPECIFIED, NULL);
}

static inline void stl_le_phys_cached(MemoryRegionCache *cache, hwaddr addr,
                                      uint32_t val)
{
    address_space_stl_le_cached(cache, addr, val, MEMTXATTRS_UNSPECIFIED, NULL);
}

static inline void stl_be_phys_cached(MemoryRegionCache *cache, hwaddr addr,
                                      uint32_t val)
{
    address_space_stl_be_cached(cache, addr, val, MEMTXATTRS_UNSPECIFIED, NULL);
}

static inline void stq_le_phys_cached(MemoryRegionCache *cache, hwaddr addr,
                                      uint64_t val)
{
    address_space_stq_le_cached(cache, addr, val, MEMTXATTRS_UNSPECIFIED, NULL);
}

static inline void stq_be_phys_cached(MemoryRegionCache *cache, hwaddr addr,
                                      uint64_t val)
{
    address_space_stq_be_cached(cache, addr, val, MEMTXATTRS_UNSPECIFIED, NULL);
}

#endif
