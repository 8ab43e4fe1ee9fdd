/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The entropy device. Bytes are asked for in the amount the guest's buffers hold;
 * a buffer is taken from the queue when its bytes are there, not before, so that
 * no guest memory is held while the backend works. VIRTIO 1.2, 5.4.
 */
#include "qemu/osdep.h"
#include "hw/core/qdev-properties.h"
#include "hw/virtio/virtio-rng.h"
#include "qapi/error.h"
#include "qemu/iov.h"
#include "qemu/module.h"
#include "standard-headers/linux/virtio_ids.h"
#include "virtio-internal.h"

/* Bytes of one request to the backend: bounds what a large buffer can make us keep. */
#define MAX_REQUEST 4096

static bool can_serve(VirtIORNG *vrng)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(vrng);

    return (vdev->status & VIRTIO_CONFIG_S_DRIVER_OK) && vdev->vm_running &&
           virtio_queue_ready(vrng->vq) && !virtio_queue_empty(vrng->vq);
}

static void request_more(VirtIORNG *vrng);

/* Fill buffers with @buf until one of the two is used up. */
static void entropy_arrived(void *opaque, const void *buf, size_t size)
{
    VirtIORNG *vrng = opaque;
    VirtIODevice *vdev = VIRTIO_DEVICE(vrng);
    bool nested = virtio_dma_guard_enter(vdev);
    size_t offset = 0;
    unsigned returned = 0;

    vrng->pending = false;
    vrng->quota_remaining -= size;
    while (offset < size && can_serve(vrng)) {
        g_autofree VirtQueueElement *elem = virtqueue_pop(vrng->vq, sizeof(*elem));
        size_t len;

        if (!elem) {
            break;
        }
        len = iov_from_buf(elem->in_sg, elem->in_num, 0, (const uint8_t *)buf + offset,
                           size - offset);
        virtqueue_push(vrng->vq, elem, len);
        offset += len;
        if (++returned >= VIRTQUEUE_MAX_SIZE) {
            break; /* empty buffers use up nothing */
        }
    }
    if (returned) {
        virtio_notify(vdev, vrng->vq);
    }
    virtio_dma_guard_leave(vdev, nested);
    request_more(vrng);
}

/* How much the available buffers hold, at most @max. */
static size_t wanted(VirtIORNG *vrng, size_t max)
{
    size_t low = 0;

    while (low < max) {
        size_t mid = low + (max - low + 1) / 2;

        if (virtqueue_avail_bytes(vrng->vq, mid, 0)) {
            low = mid;
        } else {
            max = mid - 1;
        }
    }
    return low;
}

static void request_more(VirtIORNG *vrng)
{
    int64_t quota = MIN(vrng->quota_remaining, MAX_REQUEST);
    size_t size;

    if (vrng->pending || !can_serve(vrng)) {
        return;
    }
    if (quota <= 0) {
        vrng->starved = true; /* the timer goes on */
        return;
    }
    /* Buffers without a writable byte ask for nothing, but want to come back. */
    size = wanted(vrng, quota);
    vrng->pending = true;
    rng_backend_request_entropy(vrng->rng, MAX(size, 1), entropy_arrived, vrng);
}

static void handle_input(VirtIODevice *vdev, VirtQueue *vq)
{
    request_more(VIRTIO_RNG(vdev));
}

static void arm_timer(VirtIORNG *vrng)
{
    timer_mod(vrng->rate_limit_timer,
              qemu_clock_get_ms(QEMU_CLOCK_VIRTUAL) + vrng->conf.period_ms);
}

static void new_period(void *opaque)
{
    VirtIORNG *vrng = opaque;
    bool used = vrng->quota_remaining < (int64_t)vrng->conf.max_bytes;

    vrng->quota_remaining = vrng->conf.max_bytes;
    vrng->starved = false;
    request_more(vrng);
    if (used || vrng->pending) {
        arm_timer(vrng);
    }
}

static void vm_state_change(void *opaque, bool running, RunState state)
{
    VirtIORNG *vrng = opaque;

    if (running) {
        VIRTIO_DEVICE(vrng)->vm_running = true;
        request_more(vrng);
    }
}

static uint64_t get_features(VirtIODevice *vdev, uint64_t features, Error **errp)
{
    return features;
}

static void forget_request(VirtIORNG *vrng)
{
    rng_backend_cancel_requests(vrng->rng, vrng);
    vrng->pending = false;
}

static void reset(VirtIODevice *vdev)
{
    forget_request(VIRTIO_RNG(vdev));
}

/* ---- life ---- */

static bool choose_backend(VirtIORNG *vrng, Error **errp)
{
    DeviceState *dev = DEVICE(vrng);

    if (!vrng->conf.rng) {
        vrng->conf.rng = (RngBackend *)object_new_with_props(
            TYPE_RNG_BUILTIN, OBJECT(dev), "rng-builtin", errp, NULL);
        if (!vrng->conf.rng) {
            return false;
        }
        object_ref(vrng->conf.rng); /* the link's */
    }
    vrng->rng = vrng->conf.rng;
    return true;
}

static void realize(DeviceState *dev, Error **errp)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(dev);
    VirtIORNG *vrng = VIRTIO_RNG(dev);

    if (vrng->conf.period_ms == 0) {
        error_setg(errp, "'period' parameter expects a positive integer");
        return;
    }
    if (vrng->conf.max_bytes > INT64_MAX) {
        error_setg(errp, "'max-bytes' parameter must be non-negative, and less than "
                         "2^63");
        return;
    }
    if (!choose_backend(vrng, errp)) {
        return;
    }
    virtio_init(vdev, VIRTIO_ID_RNG, 0);
    vrng->vq = virtio_add_queue(vdev, 8, handle_input);
    vrng->quota_remaining = vrng->conf.max_bytes;
    vrng->rate_limit_timer = timer_new_ms(QEMU_CLOCK_VIRTUAL, new_period, vrng);
    arm_timer(vrng);
    vrng->vmstate = qemu_add_vm_change_state_handler(vm_state_change, vrng);
}

static void unrealize(DeviceState *dev)
{
    VirtIORNG *vrng = VIRTIO_RNG(dev);

    qemu_del_vm_change_state_handler(vrng->vmstate);
    forget_request(vrng);
    timer_free(vrng->rate_limit_timer);
    virtio_cleanup(VIRTIO_DEVICE(dev));
}

static const VMStateDescription vmstate_virtio_rng = {
    .name = "virtio-rng",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields =
        (const VMStateField[]){
            VMSTATE_VIRTIO_DEVICE,
            VMSTATE_END_OF_LIST(),
        },
};

static const Property properties[] = {
    DEFINE_PROP_UINT64("max-bytes", VirtIORNG, conf.max_bytes, INT64_MAX),
    DEFINE_PROP_UINT32("period", VirtIORNG, conf.period_ms, 1 << 16),
    DEFINE_PROP_LINK("rng", VirtIORNG, conf.rng, TYPE_RNG_BACKEND, RngBackend *),
};

static void class_init(ObjectClass *klass, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    VirtioDeviceClass *vdc = VIRTIO_DEVICE_CLASS(klass);

    device_class_set_props(dc, properties);
    dc->vmsd = &vmstate_virtio_rng;
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
    vdc->realize = realize;
    vdc->unrealize = unrealize;
    vdc->get_features = get_features;
    vdc->reset = reset;
}

static const TypeInfo virtio_rng_info = {
    .name = TYPE_VIRTIO_RNG,
    .parent = TYPE_VIRTIO_DEVICE,
    .instance_size = sizeof(VirtIORNG),
    .class_init = class_init,
};

static void virtio_rng_register_types(void)
{
    type_register_static(&virtio_rng_info);
}

type_init(virtio_rng_register_types)
