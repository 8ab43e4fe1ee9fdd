/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bus between a transport (its parent device) and the one virtio device
 * plugged into it. A transport implements the class hooks; each gets the
 * transport's DeviceState.
 */
#ifndef HW_VIRTIO_VIRTIO_BUS_H
#define HW_VIRTIO_VIRTIO_BUS_H

#include "hw/core/qdev.h"
#include "hw/virtio/virtio.h"
#include "qom/object.h"

#define TYPE_VIRTIO_BUS "virtio-bus"
typedef struct VirtioBusClass VirtioBusClass;
typedef struct VirtioBusState VirtioBusState;
DECLARE_OBJ_CHECKERS(VirtioBusState, VirtioBusClass, VIRTIO_BUS, TYPE_VIRTIO_BUS)

struct VirtioBusClass {
    BusClass parent;
    /* Deliver the interrupt of @vector (VIRTIO_NO_VECTOR: update the line). */
    void (*notify)(DeviceState *d, uint16_t vector);
    /* The device was loaded: take the vectors into use that it names. */
    int (*load_done)(DeviceState *d, QEMUFile *f);
    /* Before the device is asked for its features: add the transport's own. */
    void (*pre_plugged)(DeviceState *d, Error **errp);
    void (*device_plugged)(DeviceState *d, Error **errp);
    void (*device_unplugged)(DeviceState *d);
    int (*query_nvectors)(DeviceState *d);
    bool (*queue_enabled)(DeviceState *d, int n);
    /* The bus's own DMA path; NULL hook or NULL result: system memory. */
    AddressSpace *(*get_dma_as)(DeviceState *d);
    /* Part of the class for source compatibility: nothing here asks. */
    bool (*iommu_enabled)(DeviceState *d);
};

struct VirtioBusState {
    BusState parent_obj;
};

/* Called by the device core when the device is realized on its bus. */
void virtio_bus_device_plugged(VirtIODevice *vdev, Error **errp);
void virtio_bus_device_unplugged(VirtIODevice *vdev);

void virtio_bus_reset(VirtioBusState *bus);
uint16_t virtio_bus_get_vdev_id(VirtioBusState *bus);
size_t virtio_bus_get_vdev_config_len(VirtioBusState *bus);

/* The device in the slot, or NULL. */
VirtIODevice *virtio_bus_get_device(VirtioBusState *bus);

#endif
