/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the virtio device core tell each other. */
#ifndef VIRTIO_VIRTIO_INTERNAL_H
#define VIRTIO_VIRTIO_INTERNAL_H

#include "hw/virtio/virtio.h"
#include "standard-headers/linux/virtio_ids.h"

/* Raises the interrupt that @vector names; the ISR is the caller's. */
void virtio_notify_vector(VirtIODevice *vdev, uint16_t vector);

/*
 * Between these two the device's registers can not be reached by its own DMA,
 * as they can not inside its register handlers: for completions that come from
 * the main loop. The result of enter is for leave.
 */
bool virtio_dma_guard_enter(VirtIODevice *vdev);
void virtio_dma_guard_leave(VirtIODevice *vdev, bool nested);

/* The driver is to be interrupted for what was returned since the last time. */
bool virtqueue_wants_interrupt(VirtQueue *vq);

/* 0: FEATURES_OK may be set. */
int virtio_validate_features(VirtIODevice *vdev);

/* The features a device offers, from the transport's and its own. */
void virtio_collect_features(VirtIODevice *vdev, Error **errp);

#endif
