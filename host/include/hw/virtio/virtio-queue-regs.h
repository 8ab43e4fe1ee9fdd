/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The per-queue registers that the PCI and MMIO transports have in common:
 * what a driver programs before it enables the queue.
 */
#ifndef HW_VIRTIO_VIRTIO_QUEUE_REGS_H
#define HW_VIRTIO_VIRTIO_QUEUE_REGS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct VirtIOQueueRegs {
    uint16_t num; /* 0: the driver left the size at its maximum */
    bool enabled;
    bool reset;
    uint32_t desc[2]; /* low, high */
    uint32_t avail[2];
    uint32_t used[2];
} VirtIOQueueRegs;

#endif
