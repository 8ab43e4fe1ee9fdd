/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "dma-pin-table.h"
#include "dma-section.h"

/* Unused pins that a table keeps for the next map. */
#define NR_SPARE 256

static QemuMutex wait_lock = { PTHREAD_MUTEX_INITIALIZER };
static QemuCond wait_cond;
static unsigned nr_waiters; /* atomic */

static unsigned bucket_of(const void *host)
{
    uintptr_t v = (uintptr_t)host;

    return (v ^ v >> 6 ^ v >> 12) % DMA_PIN_BUCKETS;
}

static DmaPin *pin_new(DmaPinTable *table)
{
    DmaPin *pin = QLIST_FIRST(&table->spare);

    if (!pin) {
        return qemu_memalign(__alignof__(DmaPin), sizeof(*pin));
    }
    QLIST_REMOVE(pin, next);
    table->nr_spare--;
    return pin;
}

static void pin_remove(DmaPinTable *table, DmaPin *pin)
{
    unsigned b = bucket_of(pin->host);

    QLIST_REMOVE(pin, next);
    if (QLIST_EMPTY(&table->buckets[b])) {
        table->in_use &= ~(UINT64_C(1) << b);
    }
    qatomic_set(&table->nr, table->nr - 1);
    if (table->nr_spare < NR_SPARE) {
        QLIST_INSERT_HEAD(&table->spare, pin, next);
        table->nr_spare++;
    } else {
        qemu_vfree(pin);
    }
}

DmaPin *dma_pin_add(AddressSpace *as, const DmaPin *like)
{
    DmaPinTable *table = dma_pin_table_lock_linked(as, like->ranges, like->nr_ranges);
    DmaPin *pin = pin_new(table);
    unsigned b = bucket_of(like->host);

    memcpy(pin, like, offsetof(DmaPin, ranges));
    pin->valid = true;
    pin->released = false;
    for (unsigned i = 0; i < like->nr_ranges; i++) {
        pin->ranges[i] = like->ranges[i];
    }
    memory_region_ref(pin->mr);
    QLIST_INSERT_HEAD(&table->buckets[b], pin, next);
    table->in_use |= UINT64_C(1) << b;
    qatomic_set(&table->nr, table->nr + 1);
    dma_pin_table_unlock(table);
    return pin;
}

static DmaPin *pin_xlat(AddressSpace *as, const MemXlat *x, hwaddr len, DmaPinKind kind,
                        DmaRevokeFn *revoke, void *opaque)
{
    DmaPin like;

    like.host = mem_xlat_host(x);
    like.len = len;
    like.mr = x->mr;
    like.revoke = revoke;
    like.opaque = opaque;
    like.kind = kind;
    like.nr_ranges = x->nr_hops;
    for (unsigned i = 0; i < x->nr_hops; i++) {
        like.ranges[i] = (DmaPinRange){ x->hops[i].iommu, x->hops[i].start, len };
    }
    return dma_pin_add(as, &like);
}

DmaPin *dma_pin_map(AddressSpace *as, const MemXlat *x, hwaddr len, DmaRevokeFn *revoke,
                    void *opaque)
{
    return pin_xlat(as, x, len, DMA_PIN_MAP, revoke, opaque);
}

DmaPin *dma_pin_cache(AddressSpace *as, const MemXlat *x, hwaddr len)
{
    return pin_xlat(as, x, len, DMA_PIN_CACHE, NULL, NULL);
}

static void wake_waiters(void)
{
    dma_section_fence_light();
    if (unlikely(qatomic_read(&nr_waiters))) {
        QEMU_LOCK_GUARD(&wait_lock);
        qemu_cond_broadcast(&wait_cond);
    }
}

static bool same_map(const DmaPin *pin, const void *host, hwaddr len)
{
    return pin->kind == DMA_PIN_MAP && pin->host == host && pin->len == len;
}

static bool same_ranges(const DmaPin *a, const DmaPin *b)
{
    return a->nr_ranges == b->nr_ranges &&
           !memcmp(a->ranges, b->ranges, a->nr_ranges * sizeof(a->ranges[0]));
}

/*
 * One of the maps of @len bytes at @host is given back. When several differ in
 * where they came from, the caller cannot tell us which: all stay until all are
 * given back, which errs towards waiting.
 */
static MemoryRegion *release_map(DmaPinTable *table, const void *host, hwaddr len)
{
    DmaPinList *bucket = &table->buckets[bucket_of(host)];
    DmaPin *pin, *next, *one = NULL;
    bool alike = true, held = false;
    MemoryRegion *mr;

    QLIST_FOREACH(pin, bucket, next) {
        if (same_map(pin, host, len)) {
            alike &= !one || same_ranges(one, pin);
            held |= one && !one->released && !pin->released;
            one = one && !one->released ? one : pin;
        }
    }
    if (!one) {
        return NULL;
    }
    mr = one->mr;
    if (alike) {
        pin_remove(table, one);
        return mr;
    }
    one->released = true;
    if (held) {
        return mr;
    }
    QLIST_FOREACH_SAFE(pin, bucket, next, next) {
        if (same_map(pin, host, len)) {
            pin_remove(table, pin);
        }
    }
    return mr;
}

MemoryRegion *dma_unpin_map(AddressSpace *as, void *host, hwaddr len)
{
    DmaPinTable *table = qatomic_load_acquire(&as->pins);
    MemoryRegion *mr = NULL;

    if (!table || !qatomic_read(&table->nr)) {
        return NULL;
    }
    dma_pin_table_lock(table);
    mr = release_map(table, host, len);
    dma_pin_table_unlock(table);
    if (mr) {
        wake_waiters();
    }
    return mr;
}

void dma_unpin(AddressSpace *as, DmaPin *pin)
{
    DmaPinTable *table = as->pins;
    MemoryRegion *mr = pin->mr;

    dma_pin_table_lock(table);
    pin_remove(table, pin);
    dma_pin_table_unlock(table);
    wake_waiters();
    memory_region_unref(mr);
}

/* --- looking for them --- */

static bool pin_overlaps(const DmaPin *pin, IOMMUMemoryRegion *iommu, hwaddr start,
                         hwaddr last)
{
    for (unsigned i = 0; i < pin->nr_ranges; i++) {
        const DmaPinRange *r = &pin->ranges[i];

        if (r->iommu == iommu && r->start <= last && r->start + (r->len - 1) >= start) {
            return true;
        }
    }
    return false;
}

static void scan_pin(DmaPinTable *table, DmaPin *pin, DmaPinScan *scan)
{
    if (pin->kind == DMA_PIN_CACHE) {
        if (pin->valid) {
            qatomic_set(&pin->valid, false);
            scan->caches++;
        }
        return;
    }
    scan->maps++;
    scan->holder = table->as->name;
    if (pin->revoke && !scan->revoke) {
        scan->revoke = pin->revoke;
        scan->revoke_opaque = pin->opaque;
        pin->revoke = NULL;
    }
}

DmaPinScan dma_pins_scan(IOMMUMemoryRegion *iommu, hwaddr start, hwaddr last)
{
    DmaPinScan scan = { 0 };
    DmaPinLink *link;

    if (!qatomic_read(&iommu->pin_links.lh_first)) {
        return scan;
    }
    QEMU_LOCK_GUARD(&dma_pin_links_lock);
    QLIST_FOREACH(link, &iommu->pin_links, next) {
        DmaPinTable *table = link->table;

        if (!qatomic_read(&table->nr)) {
            continue;
        }
        dma_pin_table_lock(table);
        DMA_PIN_FOREACH_BUCKET(b, table)
        {
            DmaPin *pin;

            QLIST_FOREACH(pin, &table->buckets[b], next) {
                if (pin_overlaps(pin, iommu, start, last)) {
                    scan_pin(table, pin, &scan);
                }
            }
        }
        dma_pin_table_unlock(table);
    }
    return scan;
}

/* --- waiting for them --- */

void dma_pins_wait_begin(void)
{
    qatomic_inc(&nr_waiters);
    dma_section_fence(); /* for wake_waiters() */
}

void dma_pins_wait(int ms)
{
    QEMU_LOCK_GUARD(&wait_lock);
    qemu_cond_timedwait(&wait_cond, &wait_lock, ms);
}

void dma_pins_wait_end(void)
{
    qatomic_dec(&nr_waiters);
}

static void __attribute__((constructor)) dma_pins_init(void)
{
    qemu_cond_init(&wait_cond);
}
