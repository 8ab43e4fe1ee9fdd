/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The split ring: descriptor table, available ring, used ring (VIRTIO 1.2, 2.7). */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "virtqueue.h"

#define AVAIL_FLAGS 0
#define AVAIL_IDX   2
#define USED_FLAGS  0
#define USED_IDX    2

static hwaddr avail_ring(unsigned i)
{
    return sizeof(struct vring_avail) + i * sizeof(uint16_t);
}

static hwaddr used_ring(unsigned i)
{
    return sizeof(struct vring_used) + i * sizeof(struct vring_used_elem);
}

/* A split ring's size is a power of two: virtio_queue_set_num() sees to that. */
static unsigned ring_slot(const VirtQueue *vq, uint16_t idx)
{
    return idx & (vq->num - 1);
}

static hwaddr split_desc_size(const VirtQueue *vq)
{
    return vq->num * sizeof(struct vring_desc);
}

/* The event fields exist only with EVENT_IDX: do not ask for memory behind the ring. */
static hwaddr split_driver_size(const VirtQueue *vq)
{
    return avail_ring(vq->num) + (vq->event_idx ? sizeof(uint16_t) : 0);
}

static hwaddr split_device_size(const VirtQueue *vq)
{
    return used_ring(vq->num) + (vq->event_idx ? sizeof(uint16_t) : 0);
}

static bool split_empty(VirtQueue *vq)
{
    if (vq->shadow_avail != vq->last_avail) {
        return false;
    }
    if (!virtqueue_area_lduw(&vq->driver, AVAIL_IDX, &vq->shadow_avail)) {
        virtqueue_unreachable(vq);
        return true;
    }
    return vq->shadow_avail == vq->last_avail;
}

#define WINDOW_SIZE 4

/* Descriptors that were read: chains mostly use neighbours. */
typedef struct DescWindow {
    struct vring_desc raw[WINDOW_SIZE];
    unsigned first;
    unsigned n;
} DescWindow;

static bool fill_window(VirtQueue *vq, DescWindow *w, unsigned i)
{
    hwaddr off = i * sizeof(w->raw[0]);

    w->first = i;
    w->n = WINDOW_SIZE;
    if (i + WINDOW_SIZE <= vq->num &&
        virtqueue_area_covers(&vq->desc, off, sizeof(w->raw))) {
        return virtqueue_area_read(&vq->desc, off, w->raw, sizeof(w->raw)) ||
               virtqueue_unreachable(vq);
    }
    /* What is not asked for must not fault. */
    w->n = 1;
    return virtqueue_area_read(&vq->desc, off, w->raw, sizeof(w->raw[0])) ||
           virtqueue_unreachable(vq);
}

static bool split_read_desc(VirtQueue *vq, DescWindow *w, unsigned i,
                            VirtQueueDesc *desc)
{
    const struct vring_desc *raw;

    if (i - w->first >= w->n && !fill_window(vq, w, i)) {
        return false;
    }
    raw = &w->raw[i - w->first];
    desc->addr = le64_to_cpu(raw->addr);
    desc->len = le32_to_cpu(raw->len);
    desc->flags = le16_to_cpu(raw->flags);
    desc->next = le16_to_cpu(raw->next);
    return true;
}

/* From the head in chain->index; at most vq->num descriptors of the ring itself. */
static bool split_walk(VirtQueue *vq, VirtQueueChain *chain)
{
    unsigned i = chain->index;
    DescWindow window; /* not cleared: read only as far as written */
    VirtQueueDesc d;

    window.first = window.n = 0;
    for (unsigned steps = 0; steps < vq->num; steps++) {
        if (!split_read_desc(vq, &window, i, &d)) {
            return false;
        }
        if (d.flags & VRING_DESC_F_INDIRECT) {
            /* 2.7.5.3.1: a table ends the chain; both flags at once are an error. */
            if (d.flags & VRING_DESC_F_NEXT) {
                virtio_error(vq->vdev, "Queue %u: indirect descriptor with next",
                             vq->index);
                return false;
            }
            return virtqueue_chain_add_table(vq, chain, &d, true);
        }
        if (!virtqueue_chain_add(vq, chain, &d)) {
            return false;
        }
        if (!(d.flags & VRING_DESC_F_NEXT)) {
            return true;
        }
        if (d.next >= vq->num) {
            virtio_error(vq->vdev, "Queue %u: Desc next is %u", vq->index, d.next);
            return false;
        }
        i = d.next;
    }
    virtio_error(vq->vdev, "Queue %u: Looped descriptor", vq->index);
    return false;
}

/* What the driver has made available may be read ahead: it does not change any more. */
static bool read_heads(VirtQueue *vq)
{
    unsigned slot = ring_slot(vq, vq->last_avail);
    uint16_t ready = vq->shadow_avail - vq->last_avail;
    unsigned n = MIN(MIN(ready, VIRTQ_HEADS), vq->num - slot);

    vq->nr_heads = 0;
    if (!virtqueue_area_covers(&vq->driver, avail_ring(slot), n * sizeof(uint16_t))) {
        n = 1;
    }
    if (!virtqueue_area_read(&vq->driver, avail_ring(slot), vq->heads,
                             n * sizeof(uint16_t))) {
        return virtqueue_unreachable(vq);
    }
    vq->heads_first = vq->last_avail;
    vq->nr_heads = n;
    return true;
}

static bool next_head(VirtQueue *vq, uint16_t *head)
{
    uint16_t i = vq->last_avail - vq->heads_first;

    if (i >= vq->nr_heads) {
        if (!read_heads(vq)) {
            return false;
        }
        i = 0;
    }
    *head = le16_to_cpu(vq->heads[i]);
    return true;
}

static bool split_next(VirtQueue *vq, VirtQueueChain *chain)
{
    uint16_t head;

    if (split_empty(vq)) {
        return false;
    }
    if ((uint16_t)(vq->shadow_avail - vq->last_avail) > vq->num) {
        virtio_error(vq->vdev, "Queue %u: Guest moved avail index from %u to %u",
                     vq->index, vq->last_avail, vq->shadow_avail);
        return false;
    }
    smp_rmb(); /* the ring entry after the index that covers it */
    if (!next_head(vq, &head)) {
        return false;
    }
    if (head >= vq->num) {
        virtio_error(vq->vdev, "Queue %u: Guest says index %u is available", vq->index,
                     head);
        return false;
    }
    virtqueue_chain_start(chain);
    chain->index = head;
    chain->ndescs = 1; /* one entry of the available ring */
    if (!split_walk(vq, chain)) {
        return false;
    }
    vq->last_avail++;
    return true;
}

static void split_rewind(VirtQueue *vq, unsigned ndescs)
{
    vq->last_avail--;
}

static void split_fill(VirtQueue *vq, const VirtQueueElement *elem, unsigned len,
                       unsigned idx)
{
    struct vring_used_elem used = { .id = cpu_to_le32(elem->index),
                                    .len = cpu_to_le32(len) };
    unsigned slot = ring_slot(vq, vq->used_idx + idx);

    if (!virtqueue_area_write(&vq->device, used_ring(slot), &used, sizeof(used))) {
        virtqueue_unreachable(vq);
    }
}

static void split_flush(VirtQueue *vq, unsigned count)
{
    uint16_t new_idx = vq->used_idx + count;

    smp_wmb(); /* the entries before the index that covers them */
    if (!virtqueue_area_stw(&vq->device, USED_IDX, new_idx)) {
        virtqueue_unreachable(vq);
        return;
    }
    /* So far behind that the comparison with it means nothing any more. */
    if ((uint16_t)(new_idx - vq->signalled_used) < count) {
        vq->signalled_used_valid = false;
    }
    vq->used_idx = new_idx;
}

static void split_publish_notification(VirtQueue *vq)
{
    bool ok = true;

    if (!vq->event_idx) {
        ok = virtqueue_area_stw(&vq->device, USED_FLAGS,
                                vq->notification ? 0 : VRING_USED_F_NO_NOTIFY);
    } else if (vq->notification) {
        /* avail_event: kick when the buffer that is looked at next is there. */
        ok = virtqueue_area_stw(&vq->device, used_ring(vq->num), vq->last_avail);
    }
    if (!ok) {
        virtqueue_unreachable(vq);
    }
}

static bool split_driver_wants_interrupt(VirtQueue *vq)
{
    uint16_t val, old = vq->signalled_used;
    bool valid = vq->signalled_used_valid;
    hwaddr off = vq->event_idx ? avail_ring(vq->num) : AVAIL_FLAGS;

    if (!virtqueue_area_lduw(&vq->driver, off, &val)) {
        return virtqueue_unreachable(vq);
    }
    if (!vq->event_idx) {
        return !(val & VRING_AVAIL_F_NO_INTERRUPT);
    }
    vq->signalled_used = vq->used_idx;
    vq->signalled_used_valid = true;
    return !valid || vring_need_event(val, vq->used_idx, old);
}

static void split_restart(VirtQueue *vq)
{
    vq->last_avail = vq->shadow_avail = vq->used_idx = 0;
    vq->nr_heads = 0;
}

const VirtQueueOps virtqueue_split_ops = {
    .desc_size = split_desc_size,
    .driver_size = split_driver_size,
    .device_size = split_device_size,
    .empty = split_empty,
    .next = split_next,
    .rewind = split_rewind,
    .fill = split_fill,
    .flush = split_flush,
    .publish_notification = split_publish_notification,
    .driver_wants_interrupt = split_driver_wants_interrupt,
    .restart = split_restart,
};
