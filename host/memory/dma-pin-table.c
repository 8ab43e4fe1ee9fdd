/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "dma-pin-table.h"

QemuMutex dma_pin_links_lock = { PTHREAD_MUTEX_INITIALIZER };

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

static bool all_linked(DmaPinTable *table, const DmaPinRange *ranges, unsigned nr)
{
    for (unsigned i = 0; i < nr; i++) {
        bool seen = i && ranges[i].iommu == ranges[i - 1].iommu;

        if (!seen && !is_linked(table, ranges[i].iommu)) {
            return false;
        }
    }
    return true;
}

static void link_table(DmaPinTable *table, IOMMUMemoryRegion *iommu)
{
    QEMU_LOCK_GUARD(&dma_pin_links_lock);
    dma_pin_table_lock(table);
    if (!is_linked(table, iommu)) {
        DmaPinLink *link = g_new0(DmaPinLink, 1);

        link->table = table;
        g_ptr_array_add(table->iommus, iommu);
        QLIST_INSERT_HEAD(&iommu->pin_links, link, next);
    }
    dma_pin_table_unlock(table);
}

/* Returns with the table's lock held. */
DmaPinTable *dma_pin_table_lock_linked(AddressSpace *as, const DmaPinRange *ranges,
                                       unsigned nr)
{
    DmaPinTable *table = table_of(as);

    dma_pin_table_lock(table);
    if (unlikely(!all_linked(table, ranges, nr))) {
        dma_pin_table_unlock(table);
        for (unsigned i = 0; i < nr; i++) {
            link_table(table, ranges[i].iommu);
        }
        dma_pin_table_lock(table);
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

static void forget_ranges(DmaPinTable *table, IOMMUMemoryRegion *iommu)
{
    DMA_PIN_FOREACH_BUCKET(b, table)
    {
        DmaPin *pin;

        QLIST_FOREACH(pin, &table->buckets[b], next) {
            for (unsigned i = 0; i < pin->nr_ranges; i++) {
                if (pin->ranges[i].iommu == iommu) {
                    pin->ranges[i].iommu = NULL;
                }
            }
        }
    }
}

void dma_pins_forget_iommu(IOMMUMemoryRegion *iommu)
{
    QEMU_LOCK_GUARD(&dma_pin_links_lock);

    while (!QLIST_EMPTY(&iommu->pin_links)) {
        DmaPinTable *table = QLIST_FIRST(&iommu->pin_links)->table;

        dma_pin_table_lock(table);
        forget_ranges(table, iommu);
        g_ptr_array_remove(table->iommus, iommu);
        dma_pin_table_unlock(table);
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
    WITH_QEMU_LOCK_GUARD(&dma_pin_links_lock)
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
