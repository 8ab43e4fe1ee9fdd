/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Endpoints that are no PCI functions: virtio-mmio devices that use the platform's
 * DMA path. When all devices are there, whatever their order was, an IOMMU on
 * virtio-mmio is put into that path.
 */
#include "qemu/osdep.h"
#include "hw/virtio/virtio-iommu.h"
#include "hw/virtio/virtio-mmio.h"
#include "virt-internal.h"

uint32_t virt_platform_endpoints(const VirtMachineState *vms)
{
    uint32_t slots = 0;

    for (int i = 0; i < NUM_VIRTIO_TRANSPORTS; i++) {
        slots |= (uint32_t)VIRTIO_MMIO(vms->mmio[i])->dma_as_ready << i;
    }
    return slots;
}

void virt_platform_connect(VirtMachineState *vms)
{
    uint32_t slots = virt_platform_endpoints(vms);

    if (!vms->iommu || !object_dynamic_cast(OBJECT(vms->iommu), TYPE_VIRTIO_IOMMU)) {
        return;
    }
    for (int i = 0; i < NUM_VIRTIO_TRANSPORTS; i++) {
        if (slots >> i & 1) {
            AddressSpace *as = virtio_iommu_platform_address_space(
                VIRTIO_IOMMU(vms->iommu), VIRT_PLATFORM_ENDPOINT(i));

            virtio_mmio_set_platform_dma(VIRTIO_MMIO(vms->mmio[i]), as->root);
        }
    }
}
