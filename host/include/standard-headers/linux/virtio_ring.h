/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Layout of split and packed virtqueues (VIRTIO 1.2, 2.7 and 2.8). Little endian. */
#ifndef STANDARD_HEADERS_LINUX_VIRTIO_RING_H
#define STANDARD_HEADERS_LINUX_VIRTIO_RING_H

#include <stdint.h>
#include "standard-headers/linux/virtio_types.h"

#define VRING_DESC_F_NEXT               1
#define VRING_DESC_F_WRITE              2
#define VRING_DESC_F_INDIRECT           4

#define VRING_PACKED_DESC_F_AVAIL       7
#define VRING_PACKED_DESC_F_USED        15

#define VRING_USED_F_NO_NOTIFY          1
#define VRING_AVAIL_F_NO_INTERRUPT      1

#define VRING_PACKED_EVENT_FLAG_ENABLE  0
#define VRING_PACKED_EVENT_FLAG_DISABLE 1
#define VRING_PACKED_EVENT_FLAG_DESC    2
#define VRING_PACKED_EVENT_F_WRAP_CTR   15

#define VIRTIO_RING_F_INDIRECT_DESC     28
#define VIRTIO_RING_F_EVENT_IDX         29

#define VRING_AVAIL_ALIGN_SIZE          2
#define VRING_USED_ALIGN_SIZE           4
#define VRING_DESC_ALIGN_SIZE           16

struct vring_desc {
    __virtio64 addr;
    __virtio32 len;
    __virtio16 flags;
    __virtio16 next;
};

/* The ring arrays follow the two indices; used_event and avail_event follow the arrays.
 */
struct vring_avail {
    __virtio16 flags;
    __virtio16 idx;
    __virtio16 ring[];
};

struct vring_used_elem {
    __virtio32 id;
    __virtio32 len;
};

struct vring_used {
    __virtio16 flags;
    __virtio16 idx;
    struct vring_used_elem ring[];
};

struct vring_packed_desc_event {
    uint16_t off_wrap;
    uint16_t flags;
};

struct vring_packed_desc {
    uint64_t addr;
    uint32_t len;
    uint16_t id;
    uint16_t flags;
};

/* True if moving an index from @old to @new_idx passes @event_idx. */
static inline int vring_need_event(uint16_t event_idx, uint16_t new_idx, uint16_t old)
{
    return (uint16_t)(new_idx - event_idx - 1) < (uint16_t)(new_idx - old);
}

#endif
