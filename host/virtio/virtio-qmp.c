/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMP: x-query-virtio and what it says about one device or queue. */
#include "qemu/osdep.h"
#include "monitor/qmp-command.h"
#include "virtio-internal.h"
#include "virtqueue.h"

typedef struct BitName {
    uint64_t bit;
    const char *name;
} BitName;

static const BitName status_bits[] = {
    { VIRTIO_CONFIG_S_ACKNOWLEDGE, "VIRTIO_CONFIG_S_ACKNOWLEDGE: Valid virtio device "
                                   "found" },
    { VIRTIO_CONFIG_S_DRIVER,
      "VIRTIO_CONFIG_S_DRIVER: Guest OS compatible with device" },
    { VIRTIO_CONFIG_S_FEATURES_OK, "VIRTIO_CONFIG_S_FEATURES_OK: Feature negotiation "
                                   "complete" },
    { VIRTIO_CONFIG_S_DRIVER_OK, "VIRTIO_CONFIG_S_DRIVER_OK: Driver setup and ready" },
    { VIRTIO_CONFIG_S_NEEDS_RESET, "VIRTIO_CONFIG_S_NEEDS_RESET: Irrecoverable error, "
                                   "device needs reset" },
    { VIRTIO_CONFIG_S_FAILED, "VIRTIO_CONFIG_S_FAILED: Error in guest, device failed" },
};

#define TRANSPORT_BIT(name)                                                            \
    {                                                                                  \
        1ULL << name, #name                                                            \
    }

static const BitName transport_bits[] = {
    TRANSPORT_BIT(VIRTIO_RING_F_INDIRECT_DESC), TRANSPORT_BIT(VIRTIO_RING_F_EVENT_IDX),
    TRANSPORT_BIT(VIRTIO_F_VERSION_1),          TRANSPORT_BIT(VIRTIO_F_ACCESS_PLATFORM),
    TRANSPORT_BIT(VIRTIO_F_RING_PACKED),        TRANSPORT_BIT(VIRTIO_F_RING_RESET),
};

/* ---- finding ---- */

static VirtIODevice *realized_virtio(Object *obj)
{
    VirtIODevice *vdev = (VirtIODevice *)object_dynamic_cast(obj, TYPE_VIRTIO_DEVICE);

    return vdev && qdev_is_realized(DEVICE(vdev)) ? vdev : NULL;
}

static VirtIODevice *find(struct json_object *args, Error **errp)
{
    const char *path = qmp_arg_str(args, "path");
    Object *obj = object_resolve_path(path, NULL);
    VirtIODevice *vdev = obj ? realized_virtio(obj) : NULL;

    if (!vdev) {
        error_setg(errp, "Path %s is not a VirtIODevice", path);
    }
    return vdev;
}

/* ---- x-query-virtio ---- */

static int add_device(Object *obj, void *list)
{
    VirtIODevice *vdev = realized_virtio(obj);

    if (vdev) {
        struct json_object *info = json_object_new_object();
        g_autofree char *path = object_get_canonical_path(obj);

        qmp_add_str(info, "path", path);
        qmp_add_str(info, "name", vdev->name);
        json_object_array_add(list, info);
    }
    return 0;
}

static struct json_object *query_virtio(struct json_object *args, Error **errp)
{
    struct json_object *list = json_object_new_array();

    object_child_foreach_recursive(object_get_root(), add_device, list);
    return list;
}

/* ---- x-query-virtio-status ---- */

/* The names of the bits set; what has no name stays in *@bits. */
static struct json_object *names_of(uint64_t *bits, const BitName *names, unsigned n)
{
    struct json_object *list = json_object_new_array();

    for (unsigned i = 0; i < n; i++) {
        if (*bits & names[i].bit) {
            json_object_array_add(list, json_object_new_string(names[i].name));
            *bits &= ~names[i].bit;
        }
    }
    return list;
}

/* Bits of a device type have no names here: they are given as a number. */
static struct json_object *features(uint64_t bits)
{
    struct json_object *info = json_object_new_object();

    json_object_object_add(
        info, "transports",
        names_of(&bits, transport_bits, G_N_ELEMENTS(transport_bits)));
    if (bits) {
        qmp_add_uint(info, "unknown-dev-features", bits);
    }
    return info;
}

static struct json_object *device_status(uint64_t status)
{
    struct json_object *info = json_object_new_object();

    json_object_object_add(info, "statuses",
                           names_of(&status, status_bits, G_N_ELEMENTS(status_bits)));
    return info;
}

static struct json_object *query_virtio_status(struct json_object *args, Error **errp)
{
    VirtIODevice *vdev = find(args, errp);
    struct json_object *info;

    if (!vdev) {
        return NULL;
    }
    info = json_object_new_object();
    qmp_add_str(info, "name", vdev->name);
    qmp_add_int(info, "device-id", vdev->device_id);
    qmp_add_str(info, "device-endian", "little");
    qmp_add_str(info, "bus-name", qdev_get_parent_bus(DEVICE(vdev))->name);
    json_object_object_add(info, "host-features", features(vdev->host_features));
    json_object_object_add(info, "guest-features", features(vdev->guest_features));
    json_object_object_add(info, "backend-features", features(0));
    qmp_add_int(info, "num-vqs", virtio_get_num_queues(vdev));
    json_object_object_add(info, "status", device_status(vdev->status));
    qmp_add_int(info, "isr", vdev->isr);
    qmp_add_int(info, "queue-sel", vdev->queue_sel);
    qmp_add_bool(info, "vm-running", vdev->vm_running);
    qmp_add_bool(info, "broken", vdev->broken);
    qmp_add_bool(info, "disabled", vdev->disabled);
    qmp_add_bool(info, "started", vdev->status & VIRTIO_CONFIG_S_DRIVER_OK);
    qmp_add_bool(info, "use-started", false);
    qmp_add_bool(info, "start-on-kick", false);
    qmp_add_bool(info, "disable-legacy-check", false);
    qmp_add_bool(info, "use-guest-notifier-mask", false);
    qmp_add_bool(info, "vhost-started", false);
    return info;
}

/* ---- x-query-virtio-queue-status ---- */

static struct json_object *query_virtio_queue(struct json_object *args, Error **errp)
{
    VirtIODevice *vdev = find(args, errp);
    int64_t n = qmp_arg_int(args, "queue", -1);
    struct json_object *info;
    VirtQueue *vq;

    if (!vdev) {
        return NULL;
    }
    vq = n >= 0 && n < VIRTIO_QUEUE_MAX ? virtio_get_queue(vdev, n) : NULL;
    if (!vq) {
        error_setg(errp, "Invalid virtqueue number %" PRId64, n);
        return NULL;
    }
    info = json_object_new_object();
    qmp_add_str(info, "name", vdev->name);
    qmp_add_int(info, "queue-index", vq->index);
    qmp_add_int(info, "inuse", vq->inuse);
    qmp_add_int(info, "vring-num", vq->num);
    qmp_add_int(info, "vring-num-default", vq->num_max);
    qmp_add_int(info, "vring-align", 4096);
    qmp_add_uint(info, "vring-desc", vq->desc_addr);
    qmp_add_uint(info, "vring-avail", vq->driver_addr);
    qmp_add_uint(info, "vring-used", vq->device_addr);
    qmp_add_int(info, "last-avail-idx", vq->last_avail);
    qmp_add_int(info, "shadow-avail-idx", vq->shadow_avail);
    qmp_add_int(info, "used-idx", vq->used_idx);
    qmp_add_int(info, "signalled-used", vq->signalled_used);
    qmp_add_bool(info, "signalled-used-valid", vq->signalled_used_valid);
    return info;
}

static const QmpArg path_arg[] = { { "path", QMP_STR }, {} };
static const QmpArg queue_args[] = { { "path", QMP_STR }, { "queue", QMP_INT }, {} };

static const QmpCommand virtio_commands[] = {
    { "x-query-virtio", query_virtio, NULL },
    { "x-query-virtio-queue-status", query_virtio_queue, queue_args },
    { "x-query-virtio-status", query_virtio_status, path_arg },
};
QMP_COMMANDS(virtio_commands)
