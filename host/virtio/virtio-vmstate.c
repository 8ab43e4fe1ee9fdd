/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A virtio device in a migration stream. The stream is not trusted: all of it is
 * read and checked before anything is changed, and then applied through the same
 * functions that a driver's register writes use.
 */
#include "qemu/osdep.h"
#include "hw/virtio/virtio-bus.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "virtio-internal.h"
#include "virtqueue.h"

#define STATUS_BITS                                                                    \
    (VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER |                            \
     VIRTIO_CONFIG_S_DRIVER_OK | VIRTIO_CONFIG_S_FEATURES_OK |                         \
     VIRTIO_CONFIG_S_NEEDS_RESET | VIRTIO_CONFIG_S_FAILED)

/* One queue as the stream has it. */
typedef struct SavedQueue {
    uint16_t num;
    uint16_t vector;
    bool live;
    hwaddr desc, driver, device;
    uint16_t last_avail, used_idx, signalled_used;
    bool signalled_used_valid, avail_wrap, used_wrap, notification;
} SavedQueue;

typedef struct SavedDevice {
    uint8_t status;
    uint8_t isr;
    bool broken;
    uint16_t queue_sel;
    uint16_t config_vector;
    uint32_t generation;
    uint64_t features[VIRTIO_FEATURES_NU64S];
    uint32_t n_queues;
    SavedQueue *queues;
} SavedDevice;

static void saved_device_clear(SavedDevice *s)
{
    g_free(s->queues);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SavedDevice, saved_device_clear)

/* ---- saving ---- */

static void put_queue(QEMUFile *f, const VirtQueue *vq)
{
    qemu_put_be16(f, vq->num);
    qemu_put_be16(f, vq->vector);
    qemu_put_byte(f, vq->live);
    qemu_put_be64(f, vq->desc_addr);
    qemu_put_be64(f, vq->driver_addr);
    qemu_put_be64(f, vq->device_addr);
    qemu_put_be16(f, vq->last_avail);
    qemu_put_be16(f, vq->used_idx);
    qemu_put_be16(f, vq->signalled_used);
    qemu_put_byte(f, vq->signalled_used_valid);
    qemu_put_byte(f, vq->avail_wrap);
    qemu_put_byte(f, vq->used_wrap);
    qemu_put_byte(f, vq->notification);
}

int virtio_save(VirtIODevice *vdev, QEMUFile *f)
{
    uint32_t n = virtio_get_num_queues(vdev);

    qemu_put_byte(f, vdev->status);
    qemu_put_byte(f, vdev->isr);
    qemu_put_byte(f, vdev->broken);
    qemu_put_be16(f, vdev->queue_sel);
    qemu_put_be16(f, vdev->config_vector);
    qemu_put_be32(f, vdev->generation);
    for (int i = 0; i < VIRTIO_FEATURES_NU64S; i++) {
        qemu_put_be64(f, vdev->guest_features_ex[i]);
    }
    qemu_put_be32(f, n);
    for (uint32_t i = 0; i < n; i++) {
        put_queue(f, vdev->vq[i]);
    }
    return 0;
}

/* ---- reading ---- */

static void get_queue(QEMUFile *f, SavedQueue *q)
{
    q->num = qemu_get_be16(f);
    q->vector = qemu_get_be16(f);
    q->live = qemu_get_byte(f);
    q->desc = qemu_get_be64(f);
    q->driver = qemu_get_be64(f);
    q->device = qemu_get_be64(f);
    q->last_avail = qemu_get_be16(f);
    q->used_idx = qemu_get_be16(f);
    q->signalled_used = qemu_get_be16(f);
    q->signalled_used_valid = qemu_get_byte(f);
    q->avail_wrap = qemu_get_byte(f);
    q->used_wrap = qemu_get_byte(f);
    q->notification = qemu_get_byte(f);
}

static bool get_device(QEMUFile *f, VirtIODevice *vdev, SavedDevice *s)
{
    s->status = qemu_get_byte(f);
    s->isr = qemu_get_byte(f);
    s->broken = qemu_get_byte(f);
    s->queue_sel = qemu_get_be16(f);
    s->config_vector = qemu_get_be16(f);
    s->generation = qemu_get_be32(f);
    for (int i = 0; i < VIRTIO_FEATURES_NU64S; i++) {
        s->features[i] = qemu_get_be64(f);
    }
    s->n_queues = qemu_get_be32(f);
    if (s->n_queues != virtio_get_num_queues(vdev)) {
        error_report("%s: the stream has %u queues, the device %d", vdev->name,
                     s->n_queues, virtio_get_num_queues(vdev));
        return false;
    }
    s->queues = g_new0(SavedQueue, s->n_queues);
    for (uint32_t i = 0; i < s->n_queues; i++) {
        get_queue(f, &s->queues[i]);
    }
    return qemu_file_get_error(f) == 0;
}

/* ---- checking ---- */

static const char *queue_fault(const VirtQueue *vq, const SavedQueue *q, bool packed)
{
    unsigned size = q->num;

    if (size < 1 || size > vq->num_max || (!packed && (size & (size - 1)))) {
        return "queue size";
    }
    if (!q->live) {
        return NULL;
    }
    if (packed && (q->last_avail >= size || q->used_idx >= size)) {
        return "ring position";
    }
    /* A device holds no buffer over migration: what was taken was returned. */
    if (!packed && (uint16_t)(q->last_avail - q->used_idx) > size) {
        return "distance of ring positions";
    }
    return NULL;
}

static bool check(VirtIODevice *vdev, const SavedDevice *s)
{
    uint64_t bad[VIRTIO_FEATURES_NU64S];
    bool packed = virtio_has_feature(s->features[0], VIRTIO_F_RING_PACKED);
    const char *fault = NULL;

    if (s->status & ~STATUS_BITS) {
        fault = "status";
    }
    if (virtio_features_andnot(bad, s->features, vdev->host_features_ex)) {
        fault = "features that are not offered here";
    }
    for (uint32_t i = 0; i < s->n_queues && !fault; i++) {
        fault = queue_fault(vdev->vq[i], &s->queues[i], packed);
    }
    if (fault) {
        error_report("%s: bad %s in the stream", vdev->name, fault);
    }
    return !fault;
}

/* ---- applying ---- */

static void apply_queue(VirtIODevice *vdev, int n, const SavedQueue *q)
{
    VirtQueue *vq = vdev->vq[n];

    virtio_queue_set_num(vdev, n, q->num);
    if (q->live) {
        virtio_queue_set_rings(vdev, n, q->desc, q->driver, q->device);
        vq->last_avail = vq->shadow_avail = q->last_avail;
        vq->used_idx = q->used_idx;
        vq->signalled_used = q->signalled_used;
        vq->signalled_used_valid = q->signalled_used_valid;
        vq->avail_wrap = q->avail_wrap;
        vq->used_wrap = q->used_wrap;
        vq->notification = q->notification;
    }
    virtio_queue_set_vector(vdev, n, q->vector);
}

static void apply(VirtIODevice *vdev, const SavedDevice *s)
{
    VirtioDeviceClass *k = VIRTIO_DEVICE_GET_CLASS(vdev);

    virtio_reset(vdev);
    virtio_set_features_ex(vdev, s->features);
    for (uint32_t i = 0; i < s->n_queues; i++) {
        apply_queue(vdev, i, &s->queues[i]);
    }
    vdev->queue_sel = s->queue_sel;
    vdev->config_vector = s->config_vector;
    vdev->generation = s->generation;
    if (k->set_status) {
        k->set_status(vdev, s->status);
    }
    vdev->status = s->status;
    vdev->broken = s->broken;
    vdev->isr = s->isr;
}

int virtio_load(VirtIODevice *vdev, QEMUFile *f, int version_id)
{
    VirtioDeviceClass *k = VIRTIO_DEVICE_GET_CLASS(vdev);
    VirtioBusClass *bus = VIRTIO_BUS_GET_CLASS(qdev_get_parent_bus(DEVICE(vdev)));
    DeviceState *transport = qdev_get_parent_bus(DEVICE(vdev))->parent;
    g_auto(SavedDevice) s = { 0 };
    int ret;

    if (!get_device(f, vdev, &s) || !check(vdev, &s)) {
        return -EINVAL;
    }
    apply(vdev, &s);
    if (bus->load_done) {
        ret = bus->load_done(transport, f);
        if (ret) {
            return ret;
        }
    }
    if (k->vmsd) {
        ret = vmstate_load_state(f, k->vmsd, vdev, k->vmsd->version_id, NULL);
        if (ret) {
            return ret;
        }
    }
    return k->post_load ? k->post_load(vdev) : 0;
}

static int get_virtio(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    return virtio_load(VIRTIO_DEVICE(pv), f, 0);
}

static int put_virtio(QEMUFile *f, void *pv, size_t size, const VMStateField *field,
                      JSONWriter *vmdesc)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(pv);
    VirtioDeviceClass *k = VIRTIO_DEVICE_GET_CLASS(vdev);
    int ret = virtio_save(vdev, f);

    if (!ret && k->vmsd) {
        ret = vmstate_save_state(f, k->vmsd, vdev, vmdesc, NULL);
    }
    return ret;
}

const VMStateInfo virtio_vmstate_info = {
    .name = "virtio",
    .get = get_virtio,
    .put = put_virtio,
};
