/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the block device (virtio-blk.c) and its requests (virtio-blk-req.c). */
#ifndef VIRTIO_VIRTIO_BLK_INTERNAL_H
#define VIRTIO_VIRTIO_BLK_INTERNAL_H

#include "hw/virtio/virtio-blk.h"

/* Takes over an element of virtio_blk_req_size() bytes and starts or answers it. */
size_t virtio_blk_req_size(void);
void virtio_blk_handle_req(VirtIOBlock *s, VirtQueue *vq, void *elem);
/* Shows the driver what was answered since the last call, and interrupts it. */
void virtio_blk_notify_done(VirtIOBlock *s);

#endif
