/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The address space is chosen when a device is plugged, perhaps before the IOMMU is:
 * so the machine hands out one of its own and turns its inside when the IOMMU comes.
 */
#include "qemu/osdep.h"
#include "hw/virtio/virtio-dma.h"
#include "hw/virtio/virtio-iommu.h"
#include "hw/virtio/virtio-mmio.h"
#include "system/address-spaces.h"
#include "virt-internal.h"

typedef struct PlatformEndpoint {
    bool used;
    MemoryRegion root;
    MemoryRegion inside; /* alias: what the endpoint reaches */
    AddressSpace as;
} PlatformEndpoint;

struct VirtPlatform {
    PlatformEndpoint slot[NUM_VIRTIO_TRANSPORTS];
};

static VirtMachineState *machine_of_hook;

static int slot_of(VirtMachineState *vms, VirtIODevice *vdev)
{
    BusState *bus = qdev_get_parent_bus(DEVICE(vdev));

    for (int i = 0; bus && i < NUM_VIRTIO_TRANSPORTS; i++) {
        if (bus->parent == vms->mmio[i]) {
            return i;
        }
    }
    return -1;
}

static void set_inside(VirtMachineState *vms, int slot, MemoryRegion *target)
{
    PlatformEndpoint *e = &vms->platform->slot[slot];
    g_autofree char *name = g_strdup_printf("endpoint-%d", slot);

    memory_region_init_alias(&e->inside, OBJECT(vms), name, target, 0, UINT64_MAX);
    memory_region_add_subregion(&e->root, 0, &e->inside);
}

static MemoryRegion *behind_iommu(VirtMachineState *vms, int slot)
{
    VirtIOIOMMU *iommu = VIRTIO_IOMMU(vms->iommu);

    return virtio_iommu_platform_address_space(iommu, VIRT_PLATFORM_ENDPOINT(slot))
        ->root;
}

static bool iommu_is_platform(const VirtMachineState *vms)
{
    return vms->iommu && object_dynamic_cast(OBJECT(vms->iommu), TYPE_VIRTIO_IOMMU);
}

static AddressSpace *endpoint_space(VirtMachineState *vms, int slot)
{
    PlatformEndpoint *e = &vms->platform->slot[slot];
    g_autofree char *name = g_strdup_printf("virtio-mmio.%d", slot);

    if (!e->used) {
        memory_region_init(&e->root, OBJECT(vms), name, UINT64_MAX);
        set_inside(vms, slot,
                   iommu_is_platform(vms) ? behind_iommu(vms, slot)
                                          : get_system_memory());
        address_space_init(&e->as, &e->root, name);
        e->used = true;
    }
    return &e->as;
}

/* The default's choice between direct and platform, with our platform address space. */
static AddressSpace *choose(VirtIODevice *vdev, AddressSpace *platform)
{
    VirtMachineState *vms = machine_of_hook;
    AddressSpace *as = virtio_dma_default_hook(vdev, platform);
    int slot = slot_of(vms, vdev);

    if (slot < 0 || !virtio_host_has_feature(vdev, VIRTIO_F_ACCESS_PLATFORM) ||
        object_dynamic_cast(OBJECT(vdev), TYPE_VIRTIO_IOMMU)) {
        return as;
    }
    return endpoint_space(vms, slot);
}

void virt_platform_init(VirtMachineState *vms)
{
    vms->platform = g_new0(VirtPlatform, 1);
    machine_of_hook = vms;
    virtio_dma_set_hook(choose);
}

void virt_platform_iommu_plugged(VirtMachineState *vms)
{
    memory_region_transaction_begin();
    for (int i = 0; i < NUM_VIRTIO_TRANSPORTS; i++) {
        PlatformEndpoint *e = &vms->platform->slot[i];

        if (e->used) {
            memory_region_del_subregion(&e->root, &e->inside);
            object_unparent(OBJECT(&e->inside));
            set_inside(vms, i, behind_iommu(vms, i));
        }
    }
    memory_region_transaction_commit();
}

uint32_t virt_platform_endpoints(const VirtMachineState *vms)
{
    uint32_t slots = 0;

    for (int i = 0; i < NUM_VIRTIO_TRANSPORTS; i++) {
        slots |= (uint32_t)vms->platform->slot[i].used << i;
    }
    return slots;
}
