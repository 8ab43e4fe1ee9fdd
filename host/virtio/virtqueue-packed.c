/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The packed ring: one ring of descriptors, two event areas (VIRTIO 1.2, 2.8). */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "virtqueue.h"

#define DESC_LEN       8 /* where the used length, then id and flags, begin */
#define DESC_FLAGS     14
#define EVENT_OFF_WRAP 0
#define EVENT_FLAGS    2

#define F_AVAIL        (1 << VRING_PACKED_DESC_F_AVAIL)
#define F_USED         (1 << VRING_PACKED_DESC_F_USED)

static hwaddr packed_desc_size(const VirtQueue *vq)
{
    return vq->num * sizeof(struct vring_packed_desc);
}

static hwaddr packed_event_size(const VirtQueue *vq)
{
    return sizeof(struct vring_packed_desc_event);
}

/* 2.8.1: available when AVAIL equals the ring's wrap counter and USED does not. */
static bool packed_is_avail(uint16_t flags, bool wrap)
{
    bool avail = flags & F_AVAIL;
    bool used = flags & F_USED;

    return avail == wrap && used != wrap;
}

static bool packed_empty(VirtQueue *vq)
{
    uint16_t flags;

    if (!virtqueue_area_lduw(&vq->desc, vq->last_avail * 16 + DESC_FLAGS, &flags)) {
        virtqueue_unreachable(vq);
        return true;
    }
    return !packed_is_avail(flags, vq->avail_wrap);
}

/* @flags were read (and judged) before; the rest is read now, once. */
static bool packed_read_desc(VirtQueue *vq, unsigned i, uint16_t flags,
                             VirtQueueDesc *desc)
{
    struct vring_packed_desc raw;

    if (!virtqueue_area_read(&vq->desc, i * sizeof(raw), &raw, sizeof(raw))) {
        return virtqueue_unreachable(vq);
    }
    desc->addr = le64_to_cpu(raw.addr);
    desc->len = le32_to_cpu(raw.len);
    desc->id = le16_to_cpu(raw.id);
    desc->flags = flags;
    return true;
}

/* Advance a ring position by @n slots; true if it wrapped. */
static bool packed_advance(const VirtQueue *vq, uint16_t *pos, unsigned n)
{
    unsigned sum = *pos + n;

    *pos = sum >= vq->num ? sum - vq->num : sum;
    return sum >= vq->num;
}

static bool packed_add(VirtQueue *vq, VirtQueueChain *chain, const VirtQueueDesc *d)
{
    if (!(d->flags & VRING_DESC_F_INDIRECT)) {
        return virtqueue_chain_add(vq, chain, d);
    }
    /* 2.8.7: a table stands alone in the list of descriptors. */
    if (chain->ndescs || (d->flags & VRING_DESC_F_NEXT)) {
        virtio_error(vq->vdev, "Queue %u: indirect descriptor in a list", vq->index);
        return false;
    }
    return virtqueue_chain_add_table(vq, chain, d, false);
}

static bool packed_next(VirtQueue *vq, VirtQueueChain *chain)
{
    uint16_t flags, pos = vq->last_avail;
    VirtQueueDesc d;

    if (!virtqueue_area_lduw(&vq->desc, pos * 16 + DESC_FLAGS, &flags)) {
        return virtqueue_unreachable(vq);
    }
    if (!packed_is_avail(flags, vq->avail_wrap)) {
        return false;
    }
    smp_rmb(); /* the rest of the list after the flags that make it available */
    virtqueue_chain_start(chain);
    for (;;) {
        if (!packed_read_desc(vq, pos, flags, &d) || !packed_add(vq, chain, &d)) {
            return false;
        }
        chain->ndescs++;
        packed_advance(vq, &pos, 1);
        if (!(flags & VRING_DESC_F_NEXT)) {
            break;
        }
        if (chain->ndescs >= vq->num) {
            virtio_error(vq->vdev, "Queue %u: Looped descriptor", vq->index);
            return false;
        }
        if (!virtqueue_area_lduw(&vq->desc, pos * 16 + DESC_FLAGS, &flags)) {
            return virtqueue_unreachable(vq);
        }
    }
    chain->index = d.id; /* 2.8.6: the id is in the last descriptor of the list */
    vq->avail_wrap ^= packed_advance(vq, &vq->last_avail, chain->ndescs);
    return true;
}

static void packed_rewind(VirtQueue *vq, unsigned ndescs)
{
    if (vq->last_avail < ndescs) {
        vq->last_avail += vq->num;
        vq->avail_wrap ^= true;
    }
    vq->last_avail -= ndescs;
}

/* Used slots follow the sizes of earlier buffers: they are known at flush only. */
static void packed_fill(VirtQueue *vq, const VirtQueueElement *elem, unsigned len,
                        unsigned idx)
{
    if (idx < vq->num) {
        vq->used_stash[idx] =
            (VirtQueueUsed){ .id = elem->index, .ndescs = elem->ndescs, .len = len };
    }
}

static bool packed_write_used(VirtQueue *vq, uint16_t pos, bool wrap,
                              const VirtQueueUsed *used)
{
    struct {
        uint32_t len;
        uint16_t id;
    } body = { cpu_to_le32(used->len), cpu_to_le16(used->id) };
    uint16_t flags = wrap ? F_AVAIL | F_USED : 0;
    hwaddr base = pos * sizeof(struct vring_packed_desc);

    if (used->len) {
        flags |= VRING_DESC_F_WRITE;
    }
    if (!virtqueue_area_write(&vq->desc, base + DESC_LEN, &body, 6)) {
        return false;
    }
    smp_wmb(); /* the flags hand the slot over: last */
    return virtqueue_area_stw(&vq->desc, base + DESC_FLAGS, flags);
}

/* The first buffer is written last: the driver sees all of them or none. */
static void packed_flush(VirtQueue *vq, unsigned count)
{
    uint16_t pos = vq->used_idx;
    bool wrap = vq->used_wrap, ok = true;

    count = MIN(count, vq->num);
    for (unsigned i = 0; i < count; i++) {
        if (i > 0) {
            ok &= packed_write_used(vq, pos, wrap, &vq->used_stash[i]);
        }
        wrap ^= packed_advance(vq, &pos, vq->used_stash[i].ndescs);
    }
    smp_wmb();
    ok &= packed_write_used(vq, vq->used_idx, vq->used_wrap, &vq->used_stash[0]);
    if (!ok) {
        virtqueue_unreachable(vq);
        return;
    }
    if (wrap != vq->used_wrap) {
        vq->signalled_used -= vq->num; /* stays on the same line of numbers */
    }
    vq->used_idx = pos;
    vq->used_wrap = wrap;
}

static void packed_publish_notification(VirtQueue *vq)
{
    uint16_t flags = VRING_PACKED_EVENT_FLAG_DISABLE;
    bool ok = true;

    if (vq->notification && vq->event_idx) {
        uint16_t off_wrap = vq->last_avail | vq->avail_wrap
                                                 << VRING_PACKED_EVENT_F_WRAP_CTR;

        ok = virtqueue_area_stw(&vq->device, EVENT_OFF_WRAP, off_wrap);
        smp_wmb(); /* the flags say that the offset counts */
        flags = VRING_PACKED_EVENT_FLAG_DESC;
    } else if (vq->notification) {
        flags = VRING_PACKED_EVENT_FLAG_ENABLE;
    }
    if (!ok || !virtqueue_area_stw(&vq->device, EVENT_FLAGS, flags)) {
        virtqueue_unreachable(vq);
    }
}

static bool packed_driver_wants_interrupt(VirtQueue *vq)
{
    uint16_t flags, off_wrap, old = vq->signalled_used;
    bool valid = vq->signalled_used_valid;
    int off;

    if (!virtqueue_area_lduw(&vq->driver, EVENT_FLAGS, &flags)) {
        return virtqueue_unreachable(vq);
    }
    vq->signalled_used = vq->used_idx;
    vq->signalled_used_valid = true;
    if (flags == VRING_PACKED_EVENT_FLAG_DISABLE) {
        return false;
    }
    if (flags != VRING_PACKED_EVENT_FLAG_DESC || !vq->event_idx || !valid) {
        return true;
    }
    smp_rmb(); /* the offset after the flags that make it count */
    if (!virtqueue_area_lduw(&vq->driver, EVENT_OFF_WRAP, &off_wrap)) {
        return virtqueue_unreachable(vq);
    }
    off = off_wrap & ~(1 << VRING_PACKED_EVENT_F_WRAP_CTR);
    if (off_wrap >> VRING_PACKED_EVENT_F_WRAP_CTR != vq->used_wrap) {
        off -= vq->num;
    }
    return vring_need_event(off, vq->used_idx, old);
}

static void packed_restart(VirtQueue *vq)
{
    vq->last_avail = vq->used_idx = 0;
    vq->avail_wrap = vq->used_wrap = true;
}

const VirtQueueOps virtqueue_packed_ops = {
    .desc_size = packed_desc_size,
    .driver_size = packed_event_size,
    .device_size = packed_event_size,
    .empty = packed_empty,
    .next = packed_next,
    .rewind = packed_rewind,
    .fill = packed_fill,
    .flush = packed_flush,
    .publish_notification = packed_publish_notification,
    .driver_wants_interrupt = packed_driver_wants_interrupt,
    .restart = packed_restart,
};
