/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virtio over MMIO, version 2: a sysbus device with one register window, one
 * interrupt line and a bus "virtio-mmio-bus.N" that takes one virtio device.
 */
#ifndef HW_VIRTIO_VIRTIO_MMIO_H
#define HW_VIRTIO_VIRTIO_MMIO_H

#include "hw/core/sysbus.h"
#include "hw/virtio/virtio-bus.h"
#include "hw/virtio/virtio-queue-regs.h"

#define TYPE_VIRTIO_MMIO_BUS "virtio-mmio-bus"
DECLARE_OBJ_CHECKERS(VirtioBusState, VirtioBusClass, VIRTIO_MMIO_BUS,
                     TYPE_VIRTIO_MMIO_BUS)

#define TYPE_VIRTIO_MMIO "virtio-mmio"
OBJECT_DECLARE_SIMPLE_TYPE(VirtIOMMIOProxy, VIRTIO_MMIO)

#define VIRT_MAGIC   0x74726976 /* "virt" */
#define VIRT_VERSION 2
#define VIRT_VENDOR  0x554d4551 /* "QEMU": what drivers and libqos expect */

struct VirtIOMMIOProxy {
    SysBusDevice parent_obj;
    MemoryRegion iomem;
    qemu_irq irq;
    bool legacy;
    uint32_t host_features_sel;
    uint32_t guest_features_sel;
    uint32_t guest_features[VIRTIO_FEATURES_NU32S];
    VirtIOQueueRegs *vqs; /* VIRTIO_QUEUE_MAX of them; owned while plugged */
    VirtioBusState bus;

    /* The platform's DMA path of this slot; made when a device asks for it. */
    MemoryRegion *platform_dma; /* NULL: system memory */
    MemoryRegion dma_root;
    MemoryRegion dma_alias;
    AddressSpace dma_as;
    bool dma_as_ready;
};

/*
 * What the slot's device sees if it uses the platform's DMA path; may change
 * later. @root covers 64 bits and outlives the slot. NULL: system memory.
 */
void virtio_mmio_set_platform_dma(VirtIOMMIOProxy *proxy, MemoryRegion *root);

#endif
