/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one place that decides where a virtio device's DMA goes. ACCESS_PLATFORM
 * (bit 33) does not say that there is an IOMMU: it says that the device uses its
 * bus's normal way to memory, whatever that is.
 */
#include "qemu/osdep.h"
#include "hw/virtio/virtio-dma.h"
#include "standard-headers/linux/virtio_ids.h"
#include "system/address-spaces.h"

static VirtIODmaHook machine_hook;

void virtio_dma_set_hook(VirtIODmaHook hook)
{
    machine_hook = hook;
}

bool virtio_dma_default_hook(VirtIODevice *vdev)
{
    return virtio_host_has_feature(vdev, VIRTIO_F_ACCESS_PLATFORM) ||
           vdev->force_platform_dma;
}

AddressSpace *virtio_device_choose_dma_as(VirtIODevice *vdev, VirtioBusState *bus)
{
    VirtioBusClass *k = VIRTIO_BUS_GET_CLASS(bus);
    VirtIODmaHook hook = machine_hook ? machine_hook : virtio_dma_default_hook;
    AddressSpace *platform = NULL;

    /* Its rings say how to translate: they can not be translated by that. */
    if (vdev->device_id != VIRTIO_ID_IOMMU && hook(vdev) && k->get_dma_as) {
        platform = k->get_dma_as(BUS(bus)->parent);
    }
    return platform ? platform : &address_space_memory;
}
