/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory regions as objects: making, references, what they are. */
#include "qemu/osdep.h"
#include "memory-internal.h"
#include "hw/core/qdev.h"
#include "qemu/module.h"
#include "qom/object.h"

static bool unassigned_accepts(void *opaque, hwaddr addr, unsigned size, bool is_write,
                               MemTxAttrs attrs)
{
    return false;
}

const MemoryRegionOps unassigned_mem_ops = {
    .valid.accepts = unassigned_accepts,
    .endianness = DEVICE_LITTLE_ENDIAN,
};

MemoryRegion io_mem_unassigned = {
    .ops = &unassigned_mem_ops,
    .size = (Int128)1 << 64,
    .terminates = true,
    .enabled = true,
    .lockless_io = true,
};

/* Path separators and indexes have a meaning of their own in object paths. */
static char *child_name(const char *name)
{
    g_autofree char *clean = g_strdelimit(g_strdup(name), "/[]", '_');

    return g_strconcat(clean, "[*]", NULL);
}

void memory_region_setup(MemoryRegion *mr, Object *owner, const char *name,
                         uint64_t size)
{
    g_autofree char *child = NULL;

    mr->size = size == UINT64_MAX ? int128_2_64() : size;
    mr->name = g_strdup(name);
    mr->owner = owner;
    mr->dev = (DeviceState *)object_dynamic_cast(owner, TYPE_DEVICE);
    if (!name) {
        return;
    }
    child = child_name(name);
    /* A path for all, so that links can name regions that nobody owns. */
    object_property_add_child(owner ?: machine_get_container("unattached"), child,
                              OBJECT(mr));
    object_unref(mr);
}

void memory_region_init(MemoryRegion *mr, Object *owner, const char *name,
                        uint64_t size)
{
    object_initialize(mr, sizeof(*mr), TYPE_MEMORY_REGION);
    memory_region_setup(mr, owner, name, size);
}

void memory_region_init_io(MemoryRegion *mr, Object *owner, const MemoryRegionOps *ops,
                           void *opaque, const char *name, uint64_t size)
{
    memory_region_init(mr, owner, name, size);
    mr->ops = ops ?: &unassigned_mem_ops;
    mr->opaque = opaque;
    mr->terminates = true;
}

void memory_region_init_alias(MemoryRegion *mr, Object *owner, const char *name,
                              MemoryRegion *orig, hwaddr offset, uint64_t size)
{
    memory_region_init(mr, owner, name, size);
    mr->alias = orig;
    mr->alias_offset = offset;
}

static void memory_region_initfn(Object *obj)
{
    MemoryRegion *mr = (MemoryRegion *)obj;

    mr->ops = &unassigned_mem_ops;
    mr->enabled = true;
    mr->romd_mode = true;
    QTAILQ_INIT(&mr->subregions);
}

static void memory_region_finalize(Object *obj)
{
    MemoryRegion *mr = (MemoryRegion *)obj;

    assert(!mr->container);
    if (!QTAILQ_EMPTY(&mr->subregions)) {
        memory_region_transaction_begin();
        mr->enabled = false;
        while (!QTAILQ_EMPTY(&mr->subregions)) {
            memory_region_del_subregion(mr, QTAILQ_FIRST(&mr->subregions));
        }
        memory_region_transaction_commit();
    }
    if (mr->ram_block) {
        ram_block_free(mr->ram_block);
    }
    g_free(mr->name);
}

void memory_region_ref(MemoryRegion *mr)
{
    if (mr && mr->owner) {
        object_ref(mr->owner);
    }
}

void memory_region_unref(MemoryRegion *mr)
{
    if (mr && mr->owner) {
        object_unref(mr->owner);
    }
}

Object *memory_region_owner(MemoryRegion *mr)
{
    return mr->owner;
}

uint64_t memory_region_size(MemoryRegion *mr)
{
    return mr->size == int128_2_64() ? UINT64_MAX : int128_get64(mr->size);
}

const char *memory_region_name(const MemoryRegion *mr)
{
    return mr->name;
}

bool memory_region_is_ram_device(MemoryRegion *mr)
{
    return mr->ram_device;
}

bool memory_region_is_mapped(MemoryRegion *mr)
{
    return mr->container || mr->mapped_via_alias;
}

void memory_region_enable_lockless_io(MemoryRegion *mr)
{
    mr->lockless_io = true;
    mr->disable_reentrancy_guard = true;
}

static const TypeInfo memory_region_info = {
    .name = TYPE_MEMORY_REGION,
    .parent = TYPE_OBJECT,
    .instance_size = sizeof(MemoryRegion),
    .instance_init = memory_region_initfn,
    .instance_finalize = memory_region_finalize,
    .class_size = sizeof(MemoryRegionClass),
};

static void memory_region_register_types(void)
{
    type_register_static(&memory_region_info);
}

type_init(memory_region_register_types)
