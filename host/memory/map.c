/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Host pointers for devices: RAM itself, or a bounce buffer for all else. */
#include "qemu/osdep.h"
#include "dma-pin.h"
#include "memory-internal.h"
#include "qemu/main-loop.h"
#include "system/address-spaces.h"

#define BOUNCE_MAGIC 0x626f756e63653a29ULL

/* The pointer the device got is to @data. */
typedef struct BounceBuffer {
    uint64_t magic;
    hwaddr addr;
    hwaddr len;
    MemTxAttrs attrs;
    uint8_t data[] QEMU_ALIGNED(16);
} BounceBuffer;

/* --- who waits for a bounce buffer --- */

static void wake_map_clients_locked(AddressSpace *as)
{
    while (!QLIST_EMPTY(&as->map_client_list)) {
        AddressSpaceMapClient *client = QLIST_FIRST(&as->map_client_list);

        qemu_bh_schedule(client->bh);
        QLIST_REMOVE(client, link);
        g_free(client);
    }
}

void address_space_register_map_client(AddressSpace *as, QEMUBH *bh)
{
    AddressSpaceMapClient *client = g_new0(AddressSpaceMapClient, 1);

    client->bh = bh;
    QEMU_LOCK_GUARD(&as->map_client_list_lock);
    QLIST_INSERT_HEAD(&as->map_client_list, client, link);
    /* The last buffer may have come back before we were on the list. */
    smp_mb();
    if (qatomic_read(&as->bounce_buffer_size) < as->max_bounce_buffer_size) {
        wake_map_clients_locked(as);
    }
}

void address_space_unregister_map_client(AddressSpace *as, QEMUBH *bh)
{
    AddressSpaceMapClient *client, *next;

    QEMU_LOCK_GUARD(&as->map_client_list_lock);
    QLIST_FOREACH_SAFE(client, &as->map_client_list, link, next) {
        if (client->bh == bh) {
            QLIST_REMOVE(client, link);
            g_free(client);
        }
    }
}

/* --- bounce buffers --- */

/* As much of @want as the address space may still have, 0 when nothing. */
static hwaddr bounce_reserve(AddressSpace *as, hwaddr want)
{
    size_t used = qatomic_read(&as->bounce_buffer_size);

    while (used < as->max_bounce_buffer_size) {
        hwaddr got = MIN(want, as->max_bounce_buffer_size - used);
        size_t seen = qatomic_cmpxchg(&as->bounce_buffer_size, used, used + got);

        if (seen == used) {
            return got;
        }
        used = seen;
    }
    return 0;
}

static void bounce_free(AddressSpace *as, BounceBuffer *b)
{
    qatomic_sub(&as->bounce_buffer_size, b->len);
    b->magic = 0;
    g_free(b);
    QEMU_LOCK_GUARD(&as->map_client_list_lock);
    wake_map_clients_locked(as);
}

static void *bounce_map(AddressSpace *as, hwaddr addr, hwaddr *plen, bool is_write,
                        MemTxAttrs attrs)
{
    hwaddr len = bounce_reserve(as, *plen);
    BounceBuffer *b;

    *plen = 0;
    if (!len) {
        return NULL;
    }
    /* Zeroed: a device may write less than it says. */
    b = g_malloc0(sizeof(*b) + len);
    b->magic = BOUNCE_MAGIC;
    b->addr = addr;
    b->len = len;
    b->attrs = attrs;
    if (!is_write && address_space_read(as, addr, attrs, b->data, len) != MEMTX_OK) {
        bounce_free(as, b);
        return NULL;
    }
    *plen = len;
    return b->data;
}

static void bounce_unmap(AddressSpace *as, void *buffer, bool is_write,
                         hwaddr access_len)
{
    BounceBuffer *b = container_of(buffer, BounceBuffer, data);

    assert(b->magic == BOUNCE_MAGIC && access_len <= b->len);
    if (is_write) {
        /* Asks the IOMMU again: a page that was unmapped meanwhile is safe. */
        address_space_write(as, b->addr, b->attrs, b->data, access_len);
    }
    bounce_free(as, b);
}

/* --- maps --- */

/* @next continues @x in host memory and came the same way. */
static bool continues(const MemXlat *x, hwaddr got, const MemXlat *next)
{
    if (!next->direct || next->mr != x->mr || next->xlat != x->xlat + got) {
        return false;
    }
    if (x->nr_hops == 0) {
        return next->nr_hops == 0;
    }
    return x->nr_hops == 1 && next->nr_hops == 1 &&
           next->hops[0].iommu == x->hops[0].iommu &&
           next->hops[0].start == x->hops[0].start + got;
}

/* How many of @len bytes from the start of @x are one piece of host memory. */
static hwaddr contiguous_len(const MemXlat *x, FlatView *fv, hwaddr addr, hwaddr len,
                             bool is_write, MemTxAttrs attrs)
{
    hwaddr got = x->len;

    while (got < len) {
        MemXlat next;
        bool more;

        mem_xlat_probe(&next, fv, addr + got, len - got, is_write, attrs);
        more = continues(x, got, &next);
        mem_xlat_end(&next);
        if (!more) {
            break;
        }
        got += next.len;
    }
    return got;
}

void *address_space_map_revocable(AddressSpace *as, hwaddr addr, hwaddr *plen,
                                  bool is_write, MemTxAttrs attrs, DmaRevokeFn *revoke,
                                  void *opaque)
{
    RCU_READ_LOCK_GUARD();
    FlatView *fv = address_space_to_flatview(as);
    hwaddr len = *plen;
    void *host;
    MemXlat x;

    *plen = 0;
    if (!len) {
        return NULL;
    }
    host = flatview_ram(fv, addr, len, is_write);
    if (likely(host)) {
        memory_region_ref(fv->ram.block->mr);
        *plen = len;
        return host;
    }
    mem_xlat_begin(&x, fv, addr, len, is_write, attrs);
    if (!x.direct) {
        mem_xlat_end(&x);
        if (x.mr == &io_mem_unassigned) {
            return NULL;
        }
        *plen = x.len;
        return bounce_map(as, addr, plen, is_write, attrs);
    }
    host = mem_xlat_host(&x);
    *plen = contiguous_len(&x, fv, addr, len, is_write, attrs);
    if (x.nr_hops) {
        dma_pin_map(as, &x, *plen, revoke, opaque);
    } else {
        memory_region_ref(x.mr);
    }
    mem_xlat_end(&x);
    return host;
}

void *address_space_map(AddressSpace *as, hwaddr addr, hwaddr *plen, bool is_write,
                        MemTxAttrs attrs)
{
    return address_space_map_revocable(as, addr, plen, is_write, attrs, NULL, NULL);
}

static RAMBlock *block_in_view(AddressSpace *as, void *buffer, ram_addr_t *offset)
{
    const FlatView *fv = address_space_to_flatview(as);
    hwaddr at = fv ? (uint8_t *)buffer - fv->ram.host : 0;

    if (!fv || at >= fv->ram.size) {
        return NULL;
    }
    *offset = fv->ram.offset + at;
    return fv->ram.block;
}

/* The block that @buffer is in, mostly the machine's RAM; NULL: a bounce buffer. */
static RAMBlock *block_of(void *buffer, ram_addr_t *offset)
{
    RCU_READ_LOCK_GUARD();
    RAMBlock *block = block_in_view(&address_space_memory, buffer, offset);

    return likely(block) ? block : qemu_ram_block_from_host(buffer, false, offset);
}

void address_space_unmap(AddressSpace *as, void *buffer, hwaddr len, bool is_write,
                         hwaddr access_len)
{
    ram_addr_t offset;
    RAMBlock *block = block_of(buffer, &offset);
    MemoryRegion *mr;

    if (!block) {
        bounce_unmap(as, buffer, is_write, access_len);
        return;
    }
    if (is_write) {
        memory_code_written(block, offset, access_len);
    }
    mr = dma_unpin_map(as, buffer, len);
    memory_region_unref(mr ?: block->mr);
}
