/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Queues as transports program them. The queue number is the guest's: a number
 * without a queue reads as 0 and takes nothing.
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "virtio-internal.h"
#include "virtqueue.h"

/* ---- making and removing ---- */

VirtQueue *virtio_add_queue(VirtIODevice *vdev, int queue_size,
                            VirtIOHandleOutput handle_output)
{
    VirtQueue *vq = g_new0(VirtQueue, 1);
    int i = 0;

    while (i < VIRTIO_QUEUE_MAX && vdev->vq[i]) {
        i++;
    }
    assert(i < VIRTIO_QUEUE_MAX && queue_size > 0 && queue_size <= VIRTQUEUE_MAX_SIZE);
    vq->vdev = vdev;
    vq->index = i;
    vq->num_max = queue_size;
    vq->handle_output = handle_output;
    vq->used_stash = g_new0(VirtQueueUsed, queue_size);
    virtqueue_clear(vq);
    vdev->vq[i] = vq;
    return vq;
}

void virtio_delete_queue(VirtQueue *vq)
{
    vq->vdev->vq[vq->index] = NULL;
    virtqueue_drop_areas(vq);
    g_free(vq->used_stash);
    g_free(vq);
}

void virtio_del_queue(VirtIODevice *vdev, int n)
{
    VirtQueue *vq = virtio_get_queue(vdev, n);

    if (vq) {
        virtio_delete_queue(vq);
    }
}

int virtio_get_num_queues(VirtIODevice *vdev)
{
    int n = 0;

    while (n < VIRTIO_QUEUE_MAX && vdev->vq[n]) {
        n++;
    }
    return n;
}

/* ---- programming ---- */

void virtio_queue_set_num(VirtIODevice *vdev, int n, int num)
{
    VirtQueue *vq = virtio_get_queue(vdev, n);
    bool packed = virtio_vdev_has_feature(vdev, VIRTIO_F_RING_PACKED);

    /* 2.7: a split ring's size is a power of two; a packed ring's is any. */
    if (!vq || vq->live || num <= 0 || num > vq->num_max ||
        (!packed && (num & (num - 1)))) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: queue %d: size %d ignored\n", vdev->name, n,
                      num);
        return;
    }
    vq->num = num;
}

int virtio_queue_get_num(VirtIODevice *vdev, int n)
{
    VirtQueue *vq = virtio_get_queue(vdev, n);

    return vq ? vq->num : 0;
}

int virtio_queue_get_max_num(VirtIODevice *vdev, int n)
{
    VirtQueue *vq = virtio_get_queue(vdev, n);

    return vq ? vq->num_max : 0;
}

void virtio_queue_set_rings(VirtIODevice *vdev, int n, hwaddr desc, hwaddr avail,
                            hwaddr used)
{
    VirtQueue *vq = virtio_get_queue(vdev, n);
    bool packed = virtio_vdev_has_feature(vdev, VIRTIO_F_RING_PACKED);

    if (!vq) {
        return;
    }
    vq->ops = packed ? &virtqueue_packed_ops : &virtqueue_split_ops;
    vq->event_idx = virtio_vdev_has_feature(vdev, VIRTIO_RING_F_EVENT_IDX);
    vq->desc_addr = desc;
    vq->driver_addr = avail;
    vq->device_addr = used;
    vq->signalled_used_valid = false;
    vq->ops->restart(vq);
    vq->live = true;
    virtqueue_init_areas(vq);
}

hwaddr virtio_queue_get_desc_addr(VirtIODevice *vdev, int n)
{
    VirtQueue *vq = virtio_get_queue(vdev, n);

    return vq ? vq->desc_addr : 0;
}

hwaddr virtio_queue_get_avail_addr(VirtIODevice *vdev, int n)
{
    VirtQueue *vq = virtio_get_queue(vdev, n);

    return vq ? vq->driver_addr : 0;
}

hwaddr virtio_queue_get_used_addr(VirtIODevice *vdev, int n)
{
    VirtQueue *vq = virtio_get_queue(vdev, n);

    return vq ? vq->device_addr : 0;
}

bool virtio_queue_enabled(VirtIODevice *vdev, int n)
{
    VirtQueue *vq = virtio_get_queue(vdev, n);

    return vq && vq->live;
}

uint16_t virtio_queue_vector(VirtIODevice *vdev, int n)
{
    VirtQueue *vq = virtio_get_queue(vdev, n);

    return vq ? vq->vector : VIRTIO_NO_VECTOR;
}

void virtio_queue_set_vector(VirtIODevice *vdev, int n, uint16_t vector)
{
    VirtQueue *vq = virtio_get_queue(vdev, n);

    if (vq) {
        vq->vector = vector;
    }
}

void virtio_queue_enable(VirtIODevice *vdev, uint32_t queue_index)
{
    VirtioDeviceClass *k = VIRTIO_DEVICE_GET_CLASS(vdev);

    if (k->queue_enable) {
        k->queue_enable(vdev, queue_index);
    }
}

void virtio_queue_reset(VirtIODevice *vdev, uint32_t queue_index)
{
    VirtioDeviceClass *k = VIRTIO_DEVICE_GET_CLASS(vdev);
    VirtQueue *vq = virtio_get_queue(vdev, queue_index);

    if (!vq) {
        return;
    }
    if (k->queue_reset) {
        k->queue_reset(vdev, queue_index);
    }
    virtqueue_clear(vq);
}

/* ---- running ---- */

void virtio_queue_notify(VirtIODevice *vdev, int n)
{
    VirtQueue *vq = virtio_get_queue(vdev, n);

    /* 3.1.1: nothing is processed before DRIVER_OK. */
    if (!vq || !vq->live || !vq->handle_output || virtio_device_disabled(vdev) ||
        !(vdev->status & VIRTIO_CONFIG_S_DRIVER_OK)) {
        return;
    }
    vq->handle_output(vdev, vq);
}

bool virtqueue_wants_interrupt(VirtQueue *vq)
{
    if (!virtqueue_usable(vq)) {
        return false;
    }
    smp_mb(); /* the used index before the driver's wish: it may sleep in between */
    return vq->ops->driver_wants_interrupt(vq);
}
