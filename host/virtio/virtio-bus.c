/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bus between a transport and its one device: what happens when it is plugged. */
#include "qemu/osdep.h"
#include "hw/virtio/virtio-bus.h"
#include "hw/virtio/virtio-dma.h"
#include "qapi/error.h"
#include "virtio-internal.h"

VirtIODevice *virtio_bus_get_device(VirtioBusState *bus)
{
    BusChild *kid = QTAILQ_FIRST(&bus->parent_obj.children);

    return kid ? (VirtIODevice *)kid->child : NULL;
}

/* The device is realized: complete its features, choose its DMA, show it. */
void virtio_bus_device_plugged(VirtIODevice *vdev, Error **errp)
{
    BusState *qbus = qdev_get_parent_bus(DEVICE(vdev));
    VirtioBusClass *k = VIRTIO_BUS_GET_CLASS(qbus);
    Error *err = NULL;

    if (k->pre_plugged) {
        k->pre_plugged(qbus->parent, &err);
    }
    if (!err) {
        virtio_collect_features(vdev, &err);
    }
    if (!err) {
        vdev->dma_as = virtio_device_choose_dma_as(vdev, VIRTIO_BUS(qbus));
        if (k->device_plugged) {
            k->device_plugged(qbus->parent, &err);
        }
    }
    error_propagate(errp, err);
}

void virtio_bus_device_unplugged(VirtIODevice *vdev)
{
    BusState *qbus = qdev_get_parent_bus(DEVICE(vdev));
    VirtioBusClass *k = VIRTIO_BUS_GET_CLASS(qbus);

    /* No request may be under way when the registers go. */
    virtio_reset(vdev);
    if (k->device_unplugged) {
        k->device_unplugged(qbus->parent);
    }
}

void virtio_bus_reset(VirtioBusState *bus)
{
    VirtIODevice *vdev = virtio_bus_get_device(bus);

    if (vdev && vdev->vq) {
        virtio_reset(vdev);
    }
}

uint16_t virtio_bus_get_vdev_id(VirtioBusState *bus)
{
    VirtIODevice *vdev = virtio_bus_get_device(bus);

    return vdev ? vdev->device_id : 0;
}

size_t virtio_bus_get_vdev_config_len(VirtioBusState *bus)
{
    VirtIODevice *vdev = virtio_bus_get_device(bus);

    return vdev ? vdev->config_len : 0;
}

static char *virtio_bus_get_dev_path(DeviceState *dev)
{
    BusState *bus = qdev_get_parent_bus(dev);

    return bus->parent ? qdev_get_dev_path(bus->parent) : NULL;
}

static void virtio_bus_class_init(ObjectClass *klass, const void *data)
{
    BusClass *bus_class = BUS_CLASS(klass);

    bus_class->get_dev_path = virtio_bus_get_dev_path;
    bus_class->max_dev = 1;
}

static const TypeInfo virtio_bus_info = {
    .name = TYPE_VIRTIO_BUS,
    .parent = TYPE_BUS,
    .instance_size = sizeof(VirtioBusState),
    .abstract = true,
    .class_size = sizeof(VirtioBusClass),
    .class_init = virtio_bus_class_init,
};

static void virtio_bus_register_types(void)
{
    type_register_static(&virtio_bus_info);
}

type_init(virtio_bus_register_types)
