/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Address spaces come and go; the two of the machine; finding a region by address. */
#include "qemu/osdep.h"
#include "topology.h"
#include "dma-pin.h"
#include "exec/cpu-common.h"
#include "qemu/main-loop.h"

AddressSpace address_space_memory;
AddressSpace address_space_io;

static MemoryRegion *system_memory;
static MemoryRegion *system_io;

void address_space_init(AddressSpace *as, MemoryRegion *root, const char *name)
{
    memory_region_ref(root);
    memset(as, 0, sizeof(*as));
    as->root = root;
    as->name = g_strdup(name ?: "anonymous");
    as->max_bounce_buffer_size = DEFAULT_MAX_BOUNCE_BUFFER_SIZE;
    qemu_mutex_init(&as->map_client_list_lock);
    QLIST_INIT(&as->map_client_list);
    QTAILQ_INIT(&as->listeners);
    topology_add(as);
}

void address_space_destroy(AddressSpace *as)
{
    MemoryRegion *root = as->root;

    address_space_remove_listeners(as);
    flatview_unref(topology_remove(as));
    dma_pins_destroy(as);
    as->root = NULL;
    memory_region_unref(root);
    assert(QLIST_EMPTY(&as->map_client_list));
    qemu_mutex_destroy(&as->map_client_list_lock);
    g_free(as->name);
    as->name = NULL;
}

typedef struct DeadAddressSpace {
    struct rcu_head rcu;
    AddressSpace *as;
} DeadAddressSpace;

static void free_address_space(DeadAddressSpace *dead)
{
    g_free(dead->as);
    g_free(dead);
}

void address_space_destroy_free(AddressSpace *as)
{
    DeadAddressSpace *dead = g_new0(DeadAddressSpace, 1);

    address_space_destroy(as);
    dead->as = as;
    call_rcu(dead, free_address_space, rcu);
}

/* --- the machine's two --- */

/* What x86 reads from a port where nothing is. */
static uint64_t unassigned_io_read(void *opaque, hwaddr addr, unsigned size)
{
    return UINT64_MAX;
}

static void unassigned_io_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
}

static const MemoryRegionOps unassigned_io_ops = {
    .read = unassigned_io_read,
    .write = unassigned_io_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
};

void memory_map_init(void)
{
    if (system_memory) {
        return;
    }
    system_memory = g_new0(MemoryRegion, 1);
    memory_region_init(system_memory, NULL, "system", UINT64_MAX);
    address_space_init(&address_space_memory, system_memory, "memory");

    system_io = g_new0(MemoryRegion, 1);
    memory_region_init_io(system_io, NULL, &unassigned_io_ops, NULL, "io", 65536);
    address_space_init(&address_space_io, system_io, "I/O");
}

MemoryRegion *get_system_memory(void)
{
    memory_map_init();
    return system_memory;
}

MemoryRegion *get_system_io(void)
{
    memory_map_init();
    return system_io;
}

/* --- by address --- */

MemoryRegionSection memory_region_find(MemoryRegion *mr, hwaddr addr, uint64_t size)
{
    MemoryRegionSection section = { 0 };
    AddressSpace *as;
    FlatView *fv;
    const FlatRange *fr;
    hwaddr base = 0, start, last;
    unsigned i;

    if (!size) {
        return section;
    }
    for (; mr->container; mr = mr->container) {
        base += mr->addr;
    }
    as = topology_find_root(mr);
    if (!as) {
        return section;
    }
    fv = as->current_map;
    start = base + addr;
    last = size - 1 > HWADDR_MAX - start ? HWADDR_MAX : start + (size - 1);
    i = flatview_lower_bound(fv, start);
    if (i == fv->nr || fv->ranges[i].start > last) {
        return section;
    }
    fr = &fv->ranges[i];
    section = flatview_section(fv, fr);
    start = MAX(start, fr->start);
    last = MIN(last, fr->last);
    section.offset_within_region += start - fr->start;
    section.offset_within_address_space = start;
    section.size = (Int128)last - start + 1;
    memory_region_ref(section.mr);
    return section;
}

bool memory_region_present(MemoryRegion *container, hwaddr addr)
{
    MemoryRegionSection section = memory_region_find(container, addr, 1);

    memory_region_unref(section.mr);
    return section.mr && section.mr != container;
}

/* --- without attributes --- */

void cpu_physical_memory_read(hwaddr addr, void *buf, hwaddr len)
{
    address_space_read(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED, buf, len);
}

void cpu_physical_memory_write(hwaddr addr, const void *buf, hwaddr len)
{
    address_space_write(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED, buf, len);
}

void *cpu_physical_memory_map(hwaddr addr, hwaddr *plen, bool is_write)
{
    return address_space_map(&address_space_memory, addr, plen, is_write,
                             MEMTXATTRS_UNSPECIFIED);
}

void cpu_physical_memory_unmap(void *buffer, hwaddr len, bool is_write,
                               hwaddr access_len)
{
    address_space_unmap(&address_space_memory, buffer, len, is_write, access_len);
}
