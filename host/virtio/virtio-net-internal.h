/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the network device (virtio-net.c) and its receive filter. */
#ifndef VIRTIO_VIRTIO_NET_INTERNAL_H
#define VIRTIO_VIRTIO_NET_INTERNAL_H

#include "hw/virtio/virtio-net.h"

/* The control queue's handler. */
void virtio_net_handle_ctrl(VirtIODevice *vdev, VirtQueue *vq);
/* Everything comes in, the address is the configured one. */
void virtio_net_filter_reset(VirtIONet *n);
/* The frame is for us. */
bool virtio_net_filter_accepts(const VirtIONet *n, const uint8_t *frame, size_t len);

#endif
