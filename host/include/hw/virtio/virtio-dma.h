/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which address space a virtio device's DMA goes to. Decided once, when the
 * device is plugged: the bus's own path ("platform") if ACCESS_PLATFORM is
 * offered, system memory if it is not. Nothing else asks that question.
 */
#ifndef HW_VIRTIO_VIRTIO_DMA_H
#define HW_VIRTIO_VIRTIO_DMA_H

#include "hw/virtio/virtio-bus.h"

/* A machine's own choice: true for the bus's path, false for system memory. */
typedef bool (*VirtIODmaHook)(VirtIODevice *vdev);

/* The default: direct, unless the bit is offered or "x-platform-dma" is set. */
bool virtio_dma_default_hook(VirtIODevice *vdev);

/* Before the devices are created; NULL: back to the default. */
void virtio_dma_set_hook(VirtIODmaHook hook);

/*
 * Called by virtio-bus alone, after the device's features are known. A bus that
 * has no DMA address space of its own (ccw) has system memory as its path.
 */
AddressSpace *virtio_device_choose_dma_as(VirtIODevice *vdev, VirtioBusState *bus);

#endif
