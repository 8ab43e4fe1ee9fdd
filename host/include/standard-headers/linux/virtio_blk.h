/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Block device: features, configuration and requests (VIRTIO 1.2, 5.2). Little endian.
 */
#ifndef STANDARD_HEADERS_LINUX_VIRTIO_BLK_H
#define STANDARD_HEADERS_LINUX_VIRTIO_BLK_H

#include <stdint.h>
#include "standard-headers/linux/virtio_types.h"

#define VIRTIO_BLK_F_SIZE_MAX              1
#define VIRTIO_BLK_F_SEG_MAX               2
#define VIRTIO_BLK_F_GEOMETRY              4
#define VIRTIO_BLK_F_RO                    5
#define VIRTIO_BLK_F_BLK_SIZE              6
#define VIRTIO_BLK_F_FLUSH                 9
#define VIRTIO_BLK_F_TOPOLOGY              10
#define VIRTIO_BLK_F_CONFIG_WCE            11
#define VIRTIO_BLK_F_MQ                    12
#define VIRTIO_BLK_F_DISCARD               13
#define VIRTIO_BLK_F_WRITE_ZEROES          14
#define VIRTIO_BLK_F_SECURE_ERASE          16

#define VIRTIO_BLK_ID_BYTES                20

#define VIRTIO_BLK_T_IN                    0
#define VIRTIO_BLK_T_OUT                   1
#define VIRTIO_BLK_T_FLUSH                 4
#define VIRTIO_BLK_T_GET_ID                8
#define VIRTIO_BLK_T_DISCARD               11
#define VIRTIO_BLK_T_WRITE_ZEROES          13
#define VIRTIO_BLK_T_SECURE_ERASE          14

#define VIRTIO_BLK_WRITE_ZEROES_FLAG_UNMAP 1

#define VIRTIO_BLK_S_OK                    0
#define VIRTIO_BLK_S_IOERR                 1
#define VIRTIO_BLK_S_UNSUPP                2

struct virtio_blk_config {
    __virtio64 capacity;
    __virtio32 size_max;
    __virtio32 seg_max;
    struct virtio_blk_geometry {
        __virtio16 cylinders;
        uint8_t heads;
        uint8_t sectors;
    } geometry;
    __virtio32 blk_size;
    uint8_t physical_block_exp;
    uint8_t alignment_offset;
    __virtio16 min_io_size;
    __virtio32 opt_io_size;
    uint8_t wce;
    uint8_t unused;
    __virtio16 num_queues;
    __virtio32 max_discard_sectors;
    __virtio32 max_discard_seg;
    __virtio32 discard_sector_alignment;
    __virtio32 max_write_zeroes_sectors;
    __virtio32 max_write_zeroes_seg;
    uint8_t write_zeroes_may_unmap;
    uint8_t unused1[3];
} __attribute__((packed));

struct virtio_blk_outhdr {
    __virtio32 type;
    __virtio32 ioprio;
    __virtio64 sector;
};

struct virtio_blk_discard_write_zeroes {
    uint64_t sector;
    uint32_t num_sectors;
    uint32_t flags;
};

#endif
