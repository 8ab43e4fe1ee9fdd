/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who plugs a device, whether it may go, and who wants to know.
 */
#include "qemu/osdep.h"
#include "hw/core/qdev.h"
#include "qapi/error.h"
#include "qdev-internal.h"

static QTAILQ_HEAD(, DeviceListener) listeners = QTAILQ_HEAD_INITIALIZER(listeners);
static bool hot_removed, hot_added;

void device_listener_register(DeviceListener *listener)
{
    QTAILQ_INSERT_TAIL(&listeners, listener, link);
}

void device_listener_unregister(DeviceListener *listener)
{
    QTAILQ_REMOVE(&listeners, listener, link);
}

void device_listeners_realized(DeviceState *dev)
{
    DeviceListener *l, *next;

    hot_added |= dev->hotplugged;
    QTAILQ_FOREACH_SAFE(l, &listeners, link, next) {
        if (l->realize) {
            l->realize(l, dev);
        }
    }
}

void device_listeners_unrealized(DeviceState *dev)
{
    DeviceListener *l, *next;

    QTAILQ_FOREACH_SAFE(l, &listeners, link, next) {
        if (l->unrealize) {
            l->unrealize(l, dev);
        }
    }
}

void device_listeners_deleted(DeviceState *dev)
{
    DeviceListener *l, *next;

    QTAILQ_FOREACH_SAFE(l, &listeners, link, next) {
        if (l->deleted) {
            l->deleted(l, dev->id, dev->canonical_path);
        }
    }
}

bool qdev_machine_modified(void)
{
    return hot_added || hot_removed;
}

/* --- handlers --- */

HotplugHandler *qdev_get_bus_hotplug_handler(DeviceState *dev)
{
    return dev->parent_bus ? dev->parent_bus->hotplug_handler : NULL;
}

HotplugHandler *qdev_get_hotplug_handler(DeviceState *dev)
{
    HotplugHandler *handler = qdev_get_machine_hotplug_handler(dev);

    return handler ? handler : qdev_get_bus_hotplug_handler(dev);
}

/* --- unplug --- */

void qdev_add_unplug_blocker(DeviceState *dev, Error *reason)
{
    dev->unplug_blockers = g_slist_prepend(dev->unplug_blockers, reason);
}

void qdev_del_unplug_blocker(DeviceState *dev, Error *reason)
{
    dev->unplug_blockers = g_slist_remove(dev->unplug_blockers, reason);
}

bool qdev_unplug_blocked(DeviceState *dev, Error **errp)
{
    if (!dev->unplug_blockers) {
        return false;
    }
    error_propagate(errp, error_copy(dev->unplug_blockers->data));
    return true;
}

bool qdev_hotunplug_allowed(DeviceState *dev, Error **errp)
{
    if (qdev_unplug_blocked(dev, errp)) {
        return false;
    }
    if (dev->parent_bus && !qbus_is_hotpluggable(dev->parent_bus)) {
        error_setg(errp, "Bus '%s' does not support hotplugging",
                   dev->parent_bus->name);
        return false;
    }
    if (!DEVICE_GET_CLASS(dev)->hotpluggable) {
        error_setg(errp, "Device '%s' does not support hotplugging",
                   object_get_typename(OBJECT(dev)));
        return false;
    }
    return true;
}

void qdev_unplug(DeviceState *dev, Error **errp)
{
    HotplugHandler *handler;
    Error *err = NULL;

    if (!qdev_hotunplug_allowed(dev, errp)) {
        return;
    }
    handler = qdev_get_hotplug_handler(dev);
    if (!handler) {
        error_setg(errp, "Device '%s' can not be unplugged: nothing handles it",
                   qdev_get_printable_name(dev));
        return;
    }
    if (HOTPLUG_HANDLER_GET_CLASS(handler)->unplug_request) {
        hotplug_handler_unplug_request(handler, dev, &err);
    } else {
        hotplug_handler_unplug(handler, dev, &err);
        if (!err) {
            object_unparent(OBJECT(dev));
        }
    }
    hot_removed |= !err;
    error_propagate(errp, err);
}

void qdev_simple_device_unplug_cb(HotplugHandler *hotplug_dev, DeviceState *dev,
                                  Error **errp)
{
    qdev_unrealize(dev);
}
