/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of host/core share and nobody else sees.
 */
#ifndef HOST_CORE_QDEV_INTERNAL_H
#define HOST_CORE_QDEV_INTERNAL_H

#include "hw/core/qdev.h"

void qdev_gpio_finalize(DeviceState *dev);

/* Bus membership; each child holds a reference to its bus and is held by it. */
void bus_add_child(BusState *bus, DeviceState *child);
void bus_remove_child(BusState *bus, DeviceState *child);

/* The methods every device class starts with. */
void device_class_init(ObjectClass *klass, const void *data);
void device_class_base_init(ObjectClass *klass, const void *data);
void device_set_realized(DeviceState *dev, bool value, Error **errp);

void device_listeners_realized(DeviceState *dev);
void device_listeners_unrealized(DeviceState *dev);
void device_listeners_deleted(DeviceState *dev);
bool device_is_hotplug(void);

#endif
