/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The virtio device: its life, its status byte, its interrupts. Features are in
 * virtio-features.c, the configuration space in virtio-config.c, what transports
 * do to queues in virtio-queues.c.
 */
#include "qemu/osdep.h"
#include "hw/core/qdev-properties.h"
#include "hw/virtio/virtio-bus.h"
#include "qapi/error.h"
#include "qemu/log.h"
#include "virtqueue.h"
#include "virtio-internal.h"

static VirtioBusState *parent_bus(VirtIODevice *vdev)
{
    return (VirtioBusState *)qdev_get_parent_bus(DEVICE(vdev));
}

/* ---- interrupts ---- */

void virtio_notify_vector(VirtIODevice *vdev, uint16_t vector)
{
    VirtioBusState *bus = parent_bus(vdev);
    VirtioBusClass *k = bus ? VIRTIO_BUS_GET_CLASS(bus) : NULL;

    if (k && k->notify) {
        k->notify(BUS(bus)->parent, vector);
    }
}

void virtio_update_irq(VirtIODevice *vdev)
{
    virtio_notify_vector(vdev, VIRTIO_NO_VECTOR);
}

void virtio_notify(VirtIODevice *vdev, VirtQueue *vq)
{
    if (!virtqueue_wants_interrupt(vq)) {
        return;
    }
    vdev->isr |= 1;
    virtio_notify_vector(vdev, vq->vector);
}

void virtio_notify_config(VirtIODevice *vdev)
{
    if (!(vdev->status & VIRTIO_CONFIG_S_DRIVER_OK)) {
        return;
    }
    /* With the queues' bit, as QEMU: drivers look at their rings in vain at worst. */
    vdev->isr |= 3;
    vdev->generation++;
    virtio_notify_vector(vdev, vdev->config_vector);
}

void virtio_error(VirtIODevice *vdev, const char *fmt, ...)
{
    g_autofree char *why = NULL;
    va_list ap;

    if (vdev->broken) {
        return; /* said once, until the reset */
    }
    va_start(ap, fmt);
    why = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    qemu_log_mask(LOG_GUEST_ERROR, "%s: %s\n", vdev->name, why);

    vdev->broken = true;
    vdev->status |= VIRTIO_CONFIG_S_NEEDS_RESET;
    virtio_notify_config(vdev);
}

/* ---- status ---- */

int virtio_set_status(VirtIODevice *vdev, uint8_t val)
{
    VirtioDeviceClass *k = VIRTIO_DEVICE_GET_CLASS(vdev);
    int ret = 0;

    if (vdev->broken) {
        val |= VIRTIO_CONFIG_S_NEEDS_RESET; /* only a reset takes it back */
    }
    if ((val & VIRTIO_CONFIG_S_FEATURES_OK) &&
        !(vdev->status & VIRTIO_CONFIG_S_FEATURES_OK)) {
        ret = virtio_validate_features(vdev);
        if (ret) {
            val &= ~VIRTIO_CONFIG_S_FEATURES_OK;
        }
    }
    /* 3.1.1: a device that did not accept the features is not driven. */
    if (!(val & VIRTIO_CONFIG_S_FEATURES_OK)) {
        val &= ~VIRTIO_CONFIG_S_DRIVER_OK;
    }
    if (k->set_status) {
        int dev_ret = k->set_status(vdev, val);

        ret = ret ? ret : dev_ret;
    }
    vdev->status = val;
    return ret;
}

void virtio_reset(void *opaque)
{
    VirtIODevice *vdev = opaque;
    VirtioDeviceClass *k = VIRTIO_DEVICE_GET_CLASS(vdev);

    virtio_set_status(vdev, 0);
    if (k->reset) {
        k->reset(vdev);
    }
    for (int i = 0; i < VIRTIO_QUEUE_MAX; i++) {
        if (vdev->vq[i]) {
            virtqueue_clear(vdev->vq[i]);
        }
    }
    vdev->broken = false;
    virtio_features_clear(vdev->guest_features_ex);
    vdev->bad_features = false;
    vdev->queue_sel = 0;
    vdev->status = 0;
    vdev->isr = 0;
    vdev->config_vector = VIRTIO_NO_VECTOR;
    virtio_update_irq(vdev);
}

/* ---- life cycle ---- */

static void vm_state_change(void *opaque, bool running, RunState state)
{
    VirtIODevice *vdev = opaque;

    vdev->vm_running = running;
}

static const char *device_name(uint16_t device_id)
{
    switch (device_id) {
    case VIRTIO_ID_NET:
        return "virtio-net";
    case VIRTIO_ID_BLOCK:
        return "virtio-blk";
    case VIRTIO_ID_RNG:
        return "virtio-rng";
    case VIRTIO_ID_IOMMU:
        return "virtio-iommu";
    default:
        return "virtio";
    }
}

void virtio_init(VirtIODevice *vdev, uint16_t device_id, size_t config_size)
{
    vdev->device_id = device_id;
    vdev->name = device_name(device_id);
    vdev->config_len = config_size;
    vdev->config = config_size ? g_malloc0(config_size) : NULL;
    vdev->vq = g_new0(VirtQueue *, VIRTIO_QUEUE_MAX);
    vdev->config_vector = VIRTIO_NO_VECTOR;
    vdev->vm_running = runstate_is_running();
    vdev->vmstate = qemu_add_vm_change_state_handler(vm_state_change, vdev);
}

void virtio_cleanup(VirtIODevice *vdev)
{
    if (!vdev->vq) {
        return;
    }
    qemu_del_vm_change_state_handler(vdev->vmstate);
    for (int i = 0; i < VIRTIO_QUEUE_MAX; i++) {
        virtio_del_queue(vdev, i);
    }
    g_clear_pointer(&vdev->vq, g_free);
    g_clear_pointer(&vdev->config, g_free);
}

void virtio_instance_init_common(Object *proxy_obj, void *data, size_t vdev_size,
                                 const char *vdev_name)
{
    DeviceState *vdev = data;

    object_initialize_child_with_props(proxy_obj, "virtio-backend", vdev, vdev_size,
                                       vdev_name, &error_abort, NULL);
    qdev_alias_all_properties(vdev, proxy_obj);
}

void virtio_device_set_child_bus_name(VirtIODevice *vdev, char *bus_name)
{
    g_free(vdev->bus_name);
    vdev->bus_name = bus_name;
}

static void virtio_device_realize(DeviceState *dev, Error **errp)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(dev);
    VirtioDeviceClass *k = VIRTIO_DEVICE_GET_CLASS(dev);
    Error *err = NULL;

    if (k->realize) {
        k->realize(dev, &err);
    }
    if (!err) {
        virtio_bus_device_plugged(vdev, &err);
        if (err && k->unrealize) {
            k->unrealize(dev);
        }
    }
    if (err) {
        virtio_cleanup(vdev); /* what a device left of virtio_init() */
        error_propagate(errp, err);
    }
}

static void virtio_device_unrealize(DeviceState *dev)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(dev);
    VirtioDeviceClass *k = VIRTIO_DEVICE_GET_CLASS(dev);

    virtio_bus_device_unplugged(vdev);
    if (k->unrealize) {
        k->unrealize(dev);
    }
    virtio_cleanup(vdev);
    g_clear_pointer(&vdev->bus_name, g_free);
}

static void virtio_device_reset_hold(Object *obj, ResetType type)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(obj);

    if (vdev->vq) {
        virtio_reset(vdev);
    }
}

static void virtio_device_finalize(Object *obj)
{
    g_free(VIRTIO_DEVICE(obj)->bus_name);
}

static MemReentrancyGuard *transport_guard(VirtIODevice *vdev)
{
    return &qdev_get_parent_bus(DEVICE(vdev))->parent->mem_reentrancy_guard;
}

bool virtio_dma_guard_enter(VirtIODevice *vdev)
{
    MemReentrancyGuard *guard = transport_guard(vdev);
    bool nested = guard->engaged_in_io;

    guard->engaged_in_io = true;
    return nested;
}

void virtio_dma_guard_leave(VirtIODevice *vdev, bool nested)
{
    transport_guard(vdev)->engaged_in_io = nested;
}

QEMUBH *virtio_bh_new_guarded_full(DeviceState *dev, QEMUBHFunc *cb, void *opaque,
                                   const char *name)
{
    /* The device's registers belong to its transport: that is what must not nest. */
    return qemu_bh_new_full(cb, opaque, name, transport_guard(VIRTIO_DEVICE(dev)));
}

static const Property virtio_properties[] = {
    DEFINE_VIRTIO_COMMON_FEATURES(VirtIODevice, host_features),
    /* For machines: DMA goes through the bus whether or not the bit is offered. */
    DEFINE_PROP_BOOL("x-platform-dma", VirtIODevice, force_platform_dma, false),
};

static void virtio_device_class_init(ObjectClass *klass, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    dc->realize = virtio_device_realize;
    dc->unrealize = virtio_device_unrealize;
    dc->bus_type = TYPE_VIRTIO_BUS;
    rc->phases.hold = virtio_device_reset_hold;
    device_class_set_props(dc, virtio_properties);
    device_class_add_prop_alias(dc, "iommu_platform", "access_platform");
}

static const TypeInfo virtio_device_info = {
    .name = TYPE_VIRTIO_DEVICE,
    .parent = TYPE_DEVICE,
    .instance_size = sizeof(VirtIODevice),
    .instance_finalize = virtio_device_finalize,
    .class_init = virtio_device_class_init,
    .abstract = true,
    .class_size = sizeof(VirtioDeviceClass),
};

static void virtio_register_types(void)
{
    type_register_static(&virtio_device_info);
}

type_init(virtio_register_types)
