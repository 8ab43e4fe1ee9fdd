/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MemoryRegionCache: the part that is not in the header. */
#include "qemu/osdep.h"
#include "dma-pin.h"
#include "dma-section.h"
#include "host-access.h"
#include "memory-internal.h"
#include "system/memory_cached.h"

/* Give back what the last resolution took. */
static void cache_release(MemoryRegionCache *cache)
{
    if (cache->pin) {
        dma_unpin(cache->as, cache->pin);
    } else if (cache->mrs.mr) {
        memory_region_unref(cache->mrs.mr);
    }
    cache->pin = NULL;
    cache->mrs.mr = NULL;
    cache->ptr = NULL;
    cache->block = NULL;
}

/* Find out where the cache leads now; @len bytes are wanted, the result is had. */
static hwaddr cache_resolve(MemoryRegionCache *cache, hwaddr len)
{
    RCU_READ_LOCK_GUARD();
    MemXlat x;

    cache_release(cache);
    cache->epoch = qatomic_load_acquire(&memory_map_epoch);
    cache->fv = address_space_to_flatview(cache->as);
    mem_xlat_begin(&x, cache->fv, cache->addr, len, cache->is_write,
                   MEMTXATTRS_UNSPECIFIED);
    if (!x.direct) {
        mem_xlat_end(&x);
        return 0;
    }
    cache->xlat = x.xlat;
    cache->block = x.mr->ram_block;
    if (x.nr_hops) {
        cache->pin = dma_pin_cache(cache->as, &x, x.len);
    } else {
        memory_region_ref(x.mr);
        cache->ptr = mem_xlat_host(&x);
    }
    cache->mrs = (MemoryRegionSection){
        .mr = x.mr,
        .fv = cache->fv,
        .size = x.len,
        .offset_within_region = x.xlat,
        .offset_within_address_space = cache->addr,
        .readonly = x.readonly,
    };
    mem_xlat_end(&x);
    return x.len;
}

int64_t address_space_cache_init(MemoryRegionCache *cache, AddressSpace *as,
                                 hwaddr addr, hwaddr len, bool is_write)
{
    address_space_cache_init_empty(cache);
    cache->as = as;
    cache->addr = addr;
    cache->is_write = is_write;
    cache->len = len ? cache_resolve(cache, len) : 0;
    if (!cache->len) {
        address_space_cache_destroy(cache);
        return -EFAULT;
    }
    return cache->len;
}

void address_space_cache_destroy(MemoryRegionCache *cache)
{
    cache_release(cache);
    cache->as = NULL;
    cache->len = 0;
}

void address_space_cache_invalidate(MemoryRegionCache *cache, hwaddr addr,
                                    hwaddr access_len)
{
    assert(addr < cache->len && access_len <= cache->len - addr);
    if (cache->block) {
        memory_code_written(cache->block, cache->xlat + addr, access_len);
    }
}

/* --- the slow way: over an IOMMU, or after a change --- */

/*
 * Where the bytes are, inside a light DMA section that cache_leave() ends; NULL,
 * outside of one, when the cache must be resolved anew.
 */
static inline __attribute__((always_inline)) uint8_t *cache_enter(
    MemoryRegionCache *cache, hwaddr addr)
{
    DmaPin *pin = cache->pin;
    uint8_t *p = cache->ptr;

    dma_section_enter_light();
    if (unlikely(cache->epoch != qatomic_read(&memory_map_epoch))) {
        p = NULL;
    } else if (pin) {
        p = likely(qatomic_load_acquire(&pin->valid)) ? pin->host : NULL;
    }
    if (unlikely(!p)) {
        dma_section_exit();
        return NULL;
    }
    return p + addr;
}

static inline void cache_leave(void)
{
    dma_section_exit();
}

/* As cache_enter(), after another look at where the cache leads. */
static G_GNUC_NO_INLINE uint8_t *cache_enter_again(MemoryRegionCache *cache,
                                                   hwaddr addr)
{
    if (!cache->as || cache_resolve(cache, cache->len) < cache->len) {
        cache_release(cache);
        return NULL;
    }
    return cache_enter(cache, addr);
}

static inline __attribute__((always_inline)) uint8_t *cache_get(
    MemoryRegionCache *cache, hwaddr addr, hwaddr len)
{
    uint8_t *p;

    assert(addr < cache->len && len <= cache->len - addr);
    p = cache_enter(cache, addr);
    return likely(p) ? p : cache_enter_again(cache, addr);
}

/* Four descriptors or a used entry are most of what is copied. */
static inline void copy_bytes(void *to, const void *from, hwaddr len)
{
    if (len == 64) {
        memcpy(to, from, 64);
    } else if (len == 8) {
        memcpy(to, from, 8);
    } else {
        memcpy(to, from, len);
    }
}

MemTxResult address_space_read_cached_slow(MemoryRegionCache *cache, hwaddr addr,
                                           void *buf, hwaddr len)
{
    uint8_t *p = cache_get(cache, addr, len);

    if (!p) {
        memset(buf, 0, len);
        return MEMTX_DECODE_ERROR;
    }
    copy_bytes(buf, p, len);
    cache_leave();
    return MEMTX_OK;
}

MemTxResult address_space_write_cached_slow(MemoryRegionCache *cache, hwaddr addr,
                                            const void *buf, hwaddr len)
{
    uint8_t *p = cache_get(cache, addr, len);

    if (!p) {
        return MEMTX_DECODE_ERROR;
    }
    copy_bytes(p, buf, len);
    cache_leave();
    memory_code_written(cache->block, cache->xlat + addr, len);
    return MEMTX_OK;
}

static void set_result(MemTxResult *result, MemTxResult value)
{
    if (result) {
        *result = value;
    }
}

uint64_t address_space_ld_cached_slow(MemoryRegionCache *cache, hwaddr addr, MemOp op,
                                      MemTxResult *result)
{
    uint8_t *p = cache_get(cache, addr, memop_size(op));
    uint64_t val = 0;

    if (p) {
        val = host_load(p, op);
        cache_leave();
    }
    set_result(result, p ? MEMTX_OK : MEMTX_DECODE_ERROR);
    return val;
}

void address_space_st_cached_slow(MemoryRegionCache *cache, hwaddr addr, uint64_t val,
                                  MemOp op, MemTxResult *result)
{
    unsigned size = memop_size(op);
    uint8_t *p = cache_get(cache, addr, size);

    if (p) {
        host_store(p, val, op);
        cache_leave();
        memory_code_written(cache->block, cache->xlat + addr, size);
    }
    set_result(result, p ? MEMTX_OK : MEMTX_DECODE_ERROR);
}
