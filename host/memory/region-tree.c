/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tree of regions: every change marks the topology, commit makes it visible. */
#include "qemu/osdep.h"
#include "memory-internal.h"

/* The owner of both would keep itself alive. */
static bool subregion_needs_ref(MemoryRegion *mr, MemoryRegion *subregion)
{
    return !mr->owner || mr->owner != subregion->owner;
}

static void mark_mapped_via_alias(MemoryRegion *subregion, bool mapped)
{
    for (MemoryRegion *a = subregion->alias; a; a = a->alias) {
        a->mapped_via_alias += mapped ? 1 : -1;
    }
}

/* Behind the regions of higher priority, before its equals. */
static void link_subregion(MemoryRegion *mr, MemoryRegion *subregion)
{
    MemoryRegion *other;

    QTAILQ_FOREACH(other, &mr->subregions, subregions_link) {
        if (subregion->priority >= other->priority) {
            QTAILQ_INSERT_BEFORE(other, subregion, subregions_link);
            return;
        }
    }
    QTAILQ_INSERT_TAIL(&mr->subregions, subregion, subregions_link);
}

void memory_region_add_subregion_overlap(MemoryRegion *mr, hwaddr offset,
                                         MemoryRegion *subregion, int priority)
{
    assert(!subregion->container && !mr->alias);
    memory_region_transaction_begin();
    if (subregion_needs_ref(mr, subregion)) {
        memory_region_ref(subregion);
    }
    subregion->container = mr;
    subregion->addr = offset;
    subregion->priority = priority;
    mark_mapped_via_alias(subregion, true);
    link_subregion(mr, subregion);
    memory_topology_changed();
    memory_region_transaction_commit();
}

void memory_region_add_subregion(MemoryRegion *mr, hwaddr offset,
                                 MemoryRegion *subregion)
{
    memory_region_add_subregion_overlap(mr, offset, subregion, 0);
}

void memory_region_del_subregion(MemoryRegion *mr, MemoryRegion *subregion)
{
    assert(subregion->container == mr);
    memory_region_transaction_begin();
    QTAILQ_REMOVE(&mr->subregions, subregion, subregions_link);
    subregion->container = NULL;
    mark_mapped_via_alias(subregion, false);
    memory_topology_changed();
    memory_region_transaction_commit();
    if (subregion_needs_ref(mr, subregion)) {
        memory_region_unref(subregion);
    }
}

void memory_region_set_enabled(MemoryRegion *mr, bool enabled)
{
    if (mr->enabled == enabled) {
        return;
    }
    memory_region_transaction_begin();
    mr->enabled = enabled;
    memory_topology_changed();
    memory_region_transaction_commit();
}

void memory_region_set_address(MemoryRegion *mr, hwaddr addr)
{
    if (mr->addr == addr) {
        return;
    }
    memory_region_transaction_begin();
    mr->addr = addr;
    memory_topology_changed();
    memory_region_transaction_commit();
}

void memory_region_set_size(MemoryRegion *mr, uint64_t size)
{
    Int128 s = size == UINT64_MAX ? int128_2_64() : size;

    if (mr->size == s) {
        return;
    }
    memory_region_transaction_begin();
    mr->size = s;
    memory_topology_changed();
    memory_region_transaction_commit();
}

void memory_region_set_alias_offset(MemoryRegion *mr, hwaddr offset)
{
    assert(mr->alias);
    if (mr->alias_offset == offset) {
        return;
    }
    memory_region_transaction_begin();
    mr->alias_offset = offset;
    memory_topology_changed();
    memory_region_transaction_commit();
}

static void set_flag(bool *flag, bool value)
{
    if (*flag == value) {
        return;
    }
    memory_region_transaction_begin();
    *flag = value;
    memory_topology_changed();
    memory_region_transaction_commit();
}

void memory_region_set_readonly(MemoryRegion *mr, bool readonly)
{
    set_flag(&mr->readonly, readonly);
}

void memory_region_set_nonvolatile(MemoryRegion *mr, bool nonvolatile)
{
    set_flag(&mr->nonvolatile, nonvolatile);
}

void memory_region_set_unmergeable(MemoryRegion *mr, bool unmergeable)
{
    set_flag(&mr->unmergeable, unmergeable);
}

void memory_region_rom_device_set_romd(MemoryRegion *mr, bool romd_mode)
{
    set_flag(&mr->romd_mode, romd_mode);
}
