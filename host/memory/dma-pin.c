/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lock order: links_lock, then the lock of one table. Both are leaves otherwise. */
#include "qemu/osdep.h"
#include "dma-pin.h"
#include "qemu/host-utils.h"
#include "qemu/thread.h"
#include <sched.h>

#define NR_BUCKETS 64
/* Unused pins that a table keeps for the next map. */
#define NR_SPARE 256

typedef QLIST_HEAD(DmaPinList, DmaPin) DmaPinList;

/* Held for some ten instructions, with every map and unmap: not worth a mutex. */
typedef struct DmaPinLock {
    int taken; /* atomic */
} DmaPinLock;

struct DmaPinTable {
    DmaPinLock lock;
    DmaPinList buckets[NR_BUCKETS];
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

static QemuMutex links_lock = { PTHREAD_MUTEX_INITIALIZER };

static QemuMutex wait_lock = { PTHREAD_MUTEX_INITIALIZER };
static QemuCond wait_cond;
static unsigned nr_waiters; /* atomic */

/* --- locks --- */

static void table_lock(DmaPinTable *table)
{
    while (unlikely(qatomic_xchg(&table->lock.taken, 1))) {
        sched_yield();
    }
}

static void table_unlock(DmaPinTable *table)
{
    qatomic_store_release(&table->lock.taken, 0);
}

/* --- tables and links --- */

static unsigned bucket_of(const void *host)
{
    uintptr_t v = (uintptr_t)host;

    return (v ^ v >> 6 ^ v >> 12) % NR_BUCKETS;
}

/* The bucket after @b that is not empty, from -1 on; NR_BUCKETS: none. */
static int next_bucket(const DmaPinTable *table, int b)
{
    uint64_t rest = b == NR_BUCKETS - 1 ? 0 : table->in_use >> (b + 1);

    QEMU_BUILD_BUG_ON(NR_BUCKETS != 64);
    return rest ? b + 1 + ctz64(rest) : NR_BUCKETS;
}

#define FOREACH_BUCKET(b, table)                                                       \
    for (int b = next_bucket(table, -1); b < NR_BUCKETS; b = next_bucket(table, b))

static DmaPinTable *table_of(AddressSpace *as)
{
    DmaPinTable *table = qatomic_load_acquire(&as->pins), *other;

    if (likely(table)) {
        return table;
    }
    table = g_new0(DmaPinTable, 1);
    table->as = as;
    table->iommus = g_ptr_array_new();
    other = qatomic_cmpxchg(&as->pins, NULL, table);
    if (other) {
        g_ptr_array_free(table->iommus, true);
        g_free(table);
        return other;
    }
    return table;
}

static bool is_linked(DmaPinTable *table, IOMMUMemoryRegion *iommu)
{
    for (unsigned i = 0; i < table->iommus->len; i++) {
        if (g_ptr_array_index(table->iommus, i) == iommu) {
            return true;
        }
    }
    return false;
}

static bool all_linked(DmaPinTable *table, const MemXlat *x)
{
    for (unsigned i = 0; i < x->nr_hops; i++) {
        if (!is_linked(table, x->hops[i].iommu)) {
            return false;
        }
    }
    return true;
}

static void link_table(DmaPinTable *table, IOMMUMemoryRegion *iommu)
{
    QEMU_LOCK_GUARD(&links_lock);
    table_lock(table);
    if (!is_linked(table, iommu)) {
        DmaPinLink *link = g_new0(DmaPinLink, 1);

        link->table = table;
        g_ptr_array_add(table->iommus, iommu);
        QLIST_INSERT_HEAD(&iommu->pin_links, link, next);
    }
    table_unlock(table);
}

/* Returns with the table's lock held. */
static DmaPinTable *lock_linked_table(AddressSpace *as, const MemXlat *x)
{
    DmaPinTable *table = table_of(as);

    table_lock(table);
    if (unlikely(!all_linked(table, x))) {
        table_unlock(table);
        for (unsigned i = 0; i < x->nr_hops; i++) {
            link_table(table, x->hops[i].iommu);
        }
        table_lock(table);
    }
    return table;
}

static void unlink_table(DmaPinTable *table, IOMMUMemoryRegion *iommu)
{
    DmaPinLink *link, *next;

    QLIST_FOREACH_SAFE(link, &iommu->pin_links, next, next) {
        if (link->table == table) {
            QLIST_REMOVE(link, next);
            g_free(link);
        }
    }
}

static void forget_hops(DmaPinTable *table, IOMMUMemoryRegion *iommu)
{
    FOREACH_BUCKET(b, table)
    {
        DmaPin *pin;

        QLIST_FOREACH(pin, &table->buckets[b], next) {
            for (unsigned i = 0; i < pin->nr_hops; i++) {
                if (pin->hops[i].iommu == iommu) {
                    pin->hops[i].iommu = NULL;
                }
            }
        }
    }
}

void dma_pins_forget_iommu(IOMMUMemoryRegion *iommu)
{
    QEMU_LOCK_GUARD(&links_lock);

    while (!QLIST_EMPTY(&iommu->pin_links)) {
        DmaPinTable *table = QLIST_FIRST(&iommu->pin_links)->table;

        table_lock(table);
        forget_hops(table, iommu);
        g_ptr_array_remove(table->iommus, iommu);
        table_unlock(table);
        unlink_table(table, iommu);
    }
}

void dma_pins_destroy(AddressSpace *as)
{
    DmaPinTable *table = as->pins;
    DmaPin *pin, *next;

    if (!table) {
        return;
    }
    WITH_QEMU_LOCK_GUARD(&links_lock)
    {
        for (unsigned i = 0; i < table->iommus->len; i++) {
            unlink_table(table, g_ptr_array_index(table->iommus, i));
        }
    }
    assert(table->nr == 0);
    QLIST_FOREACH_SAFE(pin, &table->spare, next, next) {
        qemu_vfree(pin);
    }
    g_ptr_array_free(table->iommus, true);
    g_free(table);
    as->pins = NULL;
}

/* --- pins --- */

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

static DmaPin *pin_add(AddressSpace *as, const MemXlat *x, hwaddr len, bool is_cache,
                       DmaRevokeFn *revoke, void *opaque)
{
    DmaPinTable *table = lock_linked_table(as, x);
    DmaPin *pin = pin_new(table);
    unsigned b;

    pin->mr = x->mr;
    pin->host = mem_xlat_host(x);
    pin->len = len;
    pin->is_cache = is_cache;
    pin->released = false;
    pin->revoke = revoke;
    pin->opaque = opaque;
    pin->nr_hops = x->nr_hops;
    memcpy(pin->hops, x->hops, x->nr_hops * sizeof(x->hops[0]));
    qatomic_set(&pin->valid, true);
    memory_region_ref(pin->mr);
    b = bucket_of(pin->host);
    QLIST_INSERT_HEAD(&table->buckets[b], pin, next);
    table->in_use |= UINT64_C(1) << b;
    qatomic_set(&table->nr, table->nr + 1);
    table_unlock(table);
    return pin;
}

DmaPin *dma_pin_map(AddressSpace *as, const MemXlat *x, hwaddr len, DmaRevokeFn *revoke,
                    void *opaque)
{
    return pin_add(as, x, len, false, revoke, opaque);
}

DmaPin *dma_pin_cache(AddressSpace *as, const MemXlat *x, hwaddr len)
{
    return pin_add(as, x, len, true, NULL, NULL);
}

static void wake_waiters(void)
{
    smp_mb();
    if (unlikely(qatomic_read(&nr_waiters))) {
        QEMU_LOCK_GUARD(&wait_lock);
        qemu_cond_broadcast(&wait_cond);
    }
}

static bool same_map(const DmaPin *pin, const void *host, hwaddr len)
{
    return !pin->is_cache && pin->host == host && pin->len == len;
}

static bool same_hops(const DmaPin *a, const DmaPin *b)
{
    return a->nr_hops == b->nr_hops &&
           !memcmp(a->hops, b->hops, a->nr_hops * sizeof(a->hops[0]));
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
            alike &= !one || same_hops(one, pin);
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
    table_lock(table);
    mr = release_map(table, host, len);
    table_unlock(table);
    if (mr) {
        wake_waiters();
    }
    return mr;
}

void dma_unpin_cache(AddressSpace *as, DmaPin *pin)
{
    DmaPinTable *table = as->pins;
    MemoryRegion *mr = pin->mr;

    table_lock(table);
    pin_remove(table, pin);
    table_unlock(table);
    memory_region_unref(mr);
}

/* --- looking for them --- */

static bool pin_overlaps(const DmaPin *pin, IOMMUMemoryRegion *iommu, hwaddr start,
                         hwaddr last)
{
    for (unsigned i = 0; i < pin->nr_hops; i++) {
        hwaddr from = pin->hops[i].start;

        if (pin->hops[i].iommu == iommu && from <= last &&
            from + (pin->len - 1) >= start) {
            return true;
        }
    }
    return false;
}

static void scan_pin(DmaPinTable *table, DmaPin *pin, DmaPinScan *scan)
{
    if (pin->is_cache) {
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
    QEMU_LOCK_GUARD(&links_lock);
    QLIST_FOREACH(link, &iommu->pin_links, next) {
        DmaPinTable *table = link->table;

        if (!qatomic_read(&table->nr)) {
            continue;
        }
        table_lock(table);
        FOREACH_BUCKET(b, table)
        {
            DmaPin *pin;

            QLIST_FOREACH(pin, &table->buckets[b], next) {
                if (pin_overlaps(pin, iommu, start, last)) {
                    scan_pin(table, pin, &scan);
                }
            }
        }
        table_unlock(table);
    }
    return scan;
}

/* --- waiting for them --- */

void dma_pins_wait_begin(void)
{
    qatomic_inc(&nr_waiters);
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
