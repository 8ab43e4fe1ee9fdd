/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The block device: requests of a virtqueue become requests of a BlockBackend. */
#ifndef HW_VIRTIO_VIRTIO_BLK_H
#define HW_VIRTIO_VIRTIO_BLK_H

#include "hw/virtio/virtio.h"
#include "qom/object.h"
#include "standard-headers/linux/virtio_blk.h"
#include "system/block-backend.h"

#define TYPE_VIRTIO_BLK "virtio-blk-device"
OBJECT_DECLARE_SIMPLE_TYPE(VirtIOBlock, VIRTIO_BLK)

#define VIRTIO_BLK_AUTO_NUM_QUEUES UINT16_MAX

typedef struct VirtIOBlkConf {
    BlockConf conf;
    char *serial;
    uint16_t num_queues;
    uint16_t queue_size;
    bool seg_max_adjust;
    uint32_t max_discard_sectors;
    uint32_t max_write_zeroes_sectors;
} VirtIOBlkConf;

struct VirtIOBlock {
    VirtIODevice parent_obj;
    BlockBackend *blk; /* conf.conf.blk, while realized */
    VirtIOBlkConf conf;
    uint64_t host_features;
    bool original_wce;
    bool resetting; /* buffers are dropped, not returned */
    unsigned *done; /* by queue: answered requests that the driver was not shown */
    QEMUBH *more_bh;
    VMChangeStateEntry *change;
};

#endif
