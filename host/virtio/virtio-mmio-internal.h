/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of the MMIO transport. */
#ifndef VIRTIO_VIRTIO_MMIO_INTERNAL_H
#define VIRTIO_VIRTIO_MMIO_INTERNAL_H

#include "hw/virtio/virtio-mmio.h"

#define VIRTIO_MMIO_WINDOW_SIZE 0x200

/* The window; opaque is the proxy. */
extern const MemoryRegionOps virtio_mmio_ops;
/* Registers back to their reset values; the device is the caller's. */
void virtio_mmio_regs_reset(VirtIOMMIOProxy *proxy);

#endif
