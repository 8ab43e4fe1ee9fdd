/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A virtqueue as devices see it, over whichever ring layout was negotiated.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/log.h"
#include "virtqueue.h"

/* ---- the ring's memory ---- */

static void area_drop(VirtQueueArea *area)
{
    if (area->covered) {
        address_space_cache_destroy(&area->cache);
        area->covered = 0;
    }
}

static void area_init(VirtQueue *vq, VirtQueueArea *area, hwaddr addr, hwaddr size,
                      bool writable)
{
    int64_t got;

    area_drop(area);
    area->as = vq->vdev->dma_as;
    area->addr = addr;
    if (addr + size - 1 < addr) {
        return;
    }
    got = address_space_cache_init(&area->cache, area->as, addr, size, writable);
    area->covered = MAX(got, 0);
}

void virtqueue_init_areas(VirtQueue *vq)
{
    /* A packed ring's used descriptors go where the available ones came from. */
    bool packed = vq->ops == &virtqueue_packed_ops;

    area_init(vq, &vq->desc, vq->desc_addr, vq->ops->desc_size(vq), packed);
    area_init(vq, &vq->driver, vq->driver_addr, vq->ops->driver_size(vq), false);
    area_init(vq, &vq->device, vq->device_addr, vq->ops->device_size(vq), true);
}

void virtqueue_drop_areas(VirtQueue *vq)
{
    area_drop(&vq->desc);
    area_drop(&vq->driver);
    area_drop(&vq->device);
}

static const char *missing_area(const VirtQueue *vq)
{
    return !vq->desc.covered     ? "desc"
           : !vq->driver.covered ? "avail"
           : !vq->device.covered ? "used"
                                 : NULL;
}

bool virtqueue_reach_areas(VirtQueue *vq)
{
    const char *what;

    virtqueue_init_areas(vq);
    what = missing_area(vq);
    if (what) {
        virtio_error(vq->vdev, "Queue %u: Cannot map %s", vq->index, what);
    }
    return !what;
}

void virtqueue_clear(VirtQueue *vq)
{
    virtqueue_drop_areas(vq);
    vq->ops = &virtqueue_split_ops;
    vq->live = false;
    vq->num = vq->num_max;
    vq->desc_addr = vq->driver_addr = vq->device_addr = 0;
    vq->vector = VIRTIO_NO_VECTOR;
    vq->last_avail = vq->shadow_avail = vq->used_idx = 0;
    vq->nr_heads = 0;
    vq->signalled_used = 0;
    vq->signalled_used_valid = false;
    vq->avail_wrap = vq->used_wrap = true;
    vq->event_idx = false;
    vq->notification = true;
    vq->inuse = 0;
}

/* ---- taking buffers ---- */

int virtio_queue_ready(VirtQueue *vq)
{
    return vq->live;
}

int virtio_queue_empty(VirtQueue *vq)
{
    return !virtqueue_usable(vq) || vq->ops->empty(vq);
}

/* The next chain, with the driver told where to kick next. */
static bool take_chain(VirtQueue *vq, VirtQueueChain *chain)
{
    if (!virtqueue_usable(vq)) {
        return false;
    }
    if (vq->inuse >= vq->num) {
        /* More buffers out than the ring can hold: available ones must be bogus. */
        if (!vq->ops->empty(vq)) {
            virtio_error(vq->vdev, "Queue %u: Virtqueue size exceeded", vq->index);
        }
        return false;
    }
    return vq->ops->next(vq, chain);
}

/* Back to the driver, unwritten. */
static void return_unused(VirtQueue *vq, const VirtQueueChain *chain)
{
    VirtQueueElement elem = { .index = chain->index, .ndescs = chain->ndescs };

    vq->inuse++;
    virtqueue_push(vq, &elem, 0);
}

/* The next chain that a device may see; what is too long for one is given back. */
static bool take_usable_chain(VirtQueue *vq, VirtQueueChain *chain)
{
    for (unsigned n = 0; n < vq->num && take_chain(vq, chain); n++) {
        if (!chain->too_long) {
            return true;
        }
        qemu_log_mask(LOG_GUEST_ERROR, "%s: queue %u: buffer of more than 2^32 bytes\n",
                      vq->vdev->name, vq->index);
        return_unused(vq, chain);
        virtio_notify(vq->vdev, vq);
    }
    return false;
}

void *virtqueue_pop(VirtQueue *vq, size_t sz)
{
    VirtQueueChain chain;
    void *elem;

    if (!take_usable_chain(vq, &chain)) {
        return NULL;
    }
    if (vq->event_idx && vq->notification) {
        vq->ops->publish_notification(vq);
    }
    elem = virtqueue_map_chain(vq->vdev, &chain, sz);
    if (elem) {
        vq->inuse++;
    }
    return elem;
}

static void forget_element(VirtQueue *vq, const VirtQueueElement *elem, unsigned len)
{
    virtqueue_unmap_element(vq->vdev, elem, len);
    if (vq->inuse) {
        vq->inuse--;
    }
}

void virtqueue_detach_element(VirtQueue *vq, const VirtQueueElement *elem,
                              unsigned int len)
{
    forget_element(vq, elem, len);
}

void virtqueue_unpop(VirtQueue *vq, const VirtQueueElement *elem, unsigned int len)
{
    if (vq->live) {
        vq->ops->rewind(vq, elem->ndescs);
    }
    forget_element(vq, elem, len);
}

/* ---- returning buffers ---- */

void virtqueue_fill(VirtQueue *vq, const VirtQueueElement *elem, unsigned int len,
                    unsigned int idx)
{
    virtqueue_unmap_element(vq->vdev, elem, len);
    if (virtqueue_usable(vq)) {
        vq->ops->fill(vq, elem, len, idx);
    }
}

void virtqueue_flush(VirtQueue *vq, unsigned int count)
{
    vq->inuse -= MIN(count, vq->inuse);
    if (count && virtqueue_usable(vq)) {
        vq->ops->flush(vq, count);
    }
}

void virtqueue_push(VirtQueue *vq, const VirtQueueElement *elem, unsigned int len)
{
    virtqueue_fill(vq, elem, len, 0);
    virtqueue_flush(vq, 1);
}

unsigned int virtqueue_drop_all(VirtQueue *vq)
{
    unsigned int dropped = 0;
    VirtQueueChain chain;

    /* A guest that refills while this runs does not keep it running. */
    while (dropped < vq->num && take_chain(vq, &chain)) {
        return_unused(vq, &chain);
        dropped++;
    }
    return dropped;
}

/* ---- looking ahead ---- */

int virtqueue_avail_bytes(VirtQueue *vq, unsigned int in_bytes, unsigned int out_bytes)
{
    uint16_t last_avail = vq->last_avail;
    bool wrap = vq->avail_wrap;
    uint64_t in = 0, out = 0;
    VirtQueueChain chain;

    for (unsigned n = vq->inuse; n < vq->num; n++) {
        if ((in >= in_bytes && out >= out_bytes) || !take_chain(vq, &chain)) {
            break;
        }
        in += chain.in_bytes;
        out += chain.out_bytes;
    }
    vq->last_avail = last_avail;
    vq->avail_wrap = wrap;
    return in >= in_bytes && out >= out_bytes;
}

/* ---- kicks ---- */

void virtio_queue_set_notification(VirtQueue *vq, int enable)
{
    vq->notification = enable;
    if (!virtqueue_usable(vq)) {
        return;
    }
    vq->ops->publish_notification(vq);
    if (enable) {
        smp_mb(); /* a buffer added before this is found by the next look */
    }
}

bool virtio_queue_get_notification(VirtQueue *vq)
{
    return vq->notification;
}

VirtQueue *virtio_get_queue(VirtIODevice *vdev, int n)
{
    return n >= 0 && n < VIRTIO_QUEUE_MAX ? vdev->vq[n] : NULL;
}

uint16_t virtio_get_queue_index(VirtQueue *vq)
{
    return vq->index;
}
