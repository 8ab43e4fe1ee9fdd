/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The life of a device: made, put on a bus, realized, unrealized, gone.
 */
#include "qemu/osdep.h"
#include "hw/core/qdev-properties.h"
#include "hw/core/qdev.h"
#include "qapi/error.h"
#include "qdev-internal.h"

DeviceState *qdev_new(const char *name)
{
    return DEVICE(object_new(name));
}

DeviceState *qdev_try_new(const char *name)
{
    ObjectClass *oc = object_class_by_name(name);

    if (!oc || !object_class_dynamic_cast(oc, TYPE_DEVICE) ||
        object_class_is_abstract(oc)) {
        return NULL;
    }
    return DEVICE(object_new_with_class(oc));
}

/* --- which bus --- */

static bool bus_check_place(BusState *bus, DeviceState *dev, Error **errp)
{
    BusClass *bc = BUS_GET_CLASS(bus);

    if (bc->max_dev && bus->num_children >= bc->max_dev) {
        error_setg(errp, "Bus '%s' is full", bus->name);
        return false;
    }
    return !bc->check_address || bc->check_address(bus, dev, errp);
}

bool qdev_set_parent_bus(DeviceState *dev, BusState *bus, Error **errp)
{
    BusState *old = dev->parent_bus;
    DeviceClass *dc = DEVICE_GET_CLASS(dev);

    g_assert(!bus || (dc->bus_type && object_dynamic_cast(OBJECT(bus), dc->bus_type)));
    if (bus && !bus_check_place(bus, dev, errp)) {
        return false;
    }
    object_ref(dev); /* the old bus's reference may be the last one */
    if (old) {
        bus_remove_child(old, dev);
    }
    dev->parent_bus = bus;
    if (bus) {
        object_ref(bus);
        bus_add_child(bus, dev);
    }
    if (dev->realized) {
        resettable_change_parent(OBJECT(dev), OBJECT(bus), OBJECT(old));
    }
    object_unref(old);
    object_unref(dev);
    return true;
}

BusState *qdev_get_parent_bus(const DeviceState *dev)
{
    return dev->parent_bus;
}

BusState *qdev_get_child_bus(DeviceState *dev, const char *name)
{
    BusState *bus;

    QLIST_FOREACH(bus, &dev->child_bus, sibling) {
        if (g_str_equal(name, bus->name)) {
            return bus;
        }
    }
    return NULL;
}

/* --- realize --- */

static bool realize_child_buses(DeviceState *dev, Error **errp)
{
    BusState *bus;

    QLIST_FOREACH(bus, &dev->child_bus, sibling) {
        if (!qbus_realize(bus, errp)) {
            return false;
        }
    }
    return true;
}

static void unrealize_child_buses(DeviceState *dev)
{
    BusState *bus;

    QLIST_FOREACH(bus, &dev->child_bus, sibling) {
        qbus_unrealize(bus);
    }
}

/* A device without a place in the tree gets one. False: it had one. */
static bool adopt_if_orphan(DeviceState *dev)
{
    if (OBJECT(dev)->parent) {
        return false;
    }
    object_property_add_child(machine_get_container("unattached"), "device[*]",
                              OBJECT(dev));
    return true;
}

/* The guest's view of a hotplugged device starts with a reset. */
static void reset_new_device(DeviceState *dev)
{
    BusState *bus = dev->parent_bus;

    resettable_state_clear(&dev->reset);
    if (dev->hotplugged) {
        resettable_assert_reset(OBJECT(dev), RESET_TYPE_COLD);
        resettable_change_parent(OBJECT(dev), OBJECT(bus), NULL);
        resettable_release_reset(OBJECT(dev), RESET_TYPE_COLD);
    }
}

static void realize_undo(DeviceState *dev)
{
    DeviceClass *dc = DEVICE_GET_CLASS(dev);

    unrealize_child_buses(dev);
    device_listeners_unrealized(dev);
    if (dc->unrealize) {
        dc->unrealize(dev);
    }
    g_clear_pointer(&dev->canonical_path, g_free);
}

/* Everything between pre_plug and plug. */
static bool realize_and_announce(DeviceState *dev, Error **errp)
{
    DeviceClass *dc = DEVICE_GET_CLASS(dev);
    Error *err = NULL;

    if (dc->realize) {
        dc->realize(dev, &err);
        if (err) {
            error_propagate(errp, err);
            return false;
        }
    }
    dev->canonical_path = object_get_canonical_path(OBJECT(dev));
    device_listeners_realized(dev);
    if (!realize_child_buses(dev, errp)) {
        realize_undo(dev);
        return false;
    }
    return true;
}

static bool device_realize(DeviceState *dev, Error **errp)
{
    DeviceClass *dc = DEVICE_GET_CLASS(dev);
    HotplugHandler *handler;
    bool adopted;
    Error *err = NULL;

    if (dev->hotplugged && !dc->hotpluggable) {
        error_setg(errp, "Device '%s' does not support hotplugging",
                   object_get_typename(OBJECT(dev)));
        return false;
    }
    adopted = adopt_if_orphan(dev);
    handler = qdev_get_hotplug_handler(dev);
    if (handler) {
        hotplug_handler_pre_plug(handler, dev, &err);
    }
    if (!err && realize_and_announce(dev, &err)) {
        reset_new_device(dev);
        if (handler) {
            hotplug_handler_plug(handler, dev, &err);
        }
        if (err) {
            realize_undo(dev);
        }
    }
    if (err) {
        error_propagate(errp, err);
        if (adopted) {
            object_unparent(OBJECT(dev));
        }
        return false;
    }
    dev->pending_deleted_event = false;
    qatomic_store_release(&dev->realized, true);
    return true;
}

static void device_unrealize(DeviceState *dev)
{
    DeviceClass *dc = DEVICE_GET_CLASS(dev);

    qatomic_set(&dev->realized, false);
    unrealize_child_buses(dev);
    device_listeners_unrealized(dev);
    if (dc->unrealize) {
        dc->unrealize(dev);
    }
    dev->pending_deleted_event = true;
}

void device_set_realized(DeviceState *dev, bool value, Error **errp)
{
    if (value && !dev->realized) {
        object_ref(dev);
        device_realize(dev, errp);
        object_unref(dev);
    } else if (!value && dev->realized) {
        device_unrealize(dev);
    }
}

bool qdev_realize(DeviceState *dev, BusState *bus, Error **errp)
{
    bool ok;

    g_assert(!dev->realized && !dev->parent_bus);
    g_assert(bus || !DEVICE_GET_CLASS(dev)->bus_type);
    if (bus && !qdev_set_parent_bus(dev, bus, errp)) {
        return false;
    }
    object_ref(dev);
    ok = object_property_set_bool(OBJECT(dev), "realized", true, errp);
    if (!ok && dev->parent_bus) {
        qdev_set_parent_bus(dev, NULL, &error_abort);
    }
    object_unref(dev);
    return ok;
}

bool qdev_realize_and_unref(DeviceState *dev, BusState *bus, Error **errp)
{
    bool ok = qdev_realize(dev, bus, errp);

    object_unref(dev);
    return ok;
}

void qdev_unrealize(DeviceState *dev)
{
    object_property_set_bool(OBJECT(dev), "realized", false, &error_abort);
}

/* --- the object's own life --- */

static void device_initfn(Object *obj)
{
    DeviceState *dev = DEVICE(obj);

    dev->hotplugged = device_is_hotplug();
    dev->instance_id_alias = -1;
    QLIST_INIT(&dev->gpios);
    QLIST_INIT(&dev->child_bus);
}

/* After every instance_init: what the machine and -global want comes last. */
static void device_post_init(Object *obj)
{
    object_apply_compat_props(obj);
    qdev_prop_set_globals(DEVICE(obj));
}

static void device_finalize(Object *obj)
{
    DeviceState *dev = DEVICE(obj);

    qdev_gpio_finalize(dev);
    if (dev->pending_deleted_event && dev->canonical_path) {
        device_listeners_deleted(dev);
    }
    g_slist_free(dev->unplug_blockers);
    g_free(dev->canonical_path);
    g_free(dev->id);
}

static void device_unparent(Object *obj)
{
    DeviceState *dev = DEVICE(obj);

    if (dev->realized) {
        qdev_unrealize(dev);
    }
    while (dev->num_child_bus) {
        object_unparent(OBJECT(QLIST_FIRST(&dev->child_bus)));
    }
    if (dev->parent_bus) {
        BusState *bus = dev->parent_bus;

        dev->parent_bus = NULL;
        bus_remove_child(bus, dev);
        object_unref(bus);
    }
}

static void device_type_class_init(ObjectClass *klass, const void *data)
{
    klass->unparent = device_unparent;
    device_class_init(klass, data);
}

static const TypeInfo device_types[] = {
    {
        .name = TYPE_DEVICE,
        .parent = TYPE_OBJECT,
        .instance_size = sizeof(DeviceState),
        .instance_init = device_initfn,
        .instance_post_init = device_post_init,
        .instance_finalize = device_finalize,
        .class_base_init = device_class_base_init,
        .class_init = device_type_class_init,
        .abstract = true,
        .class_size = sizeof(DeviceClass),
        .interfaces =
            (const InterfaceInfo[]){
                { TYPE_RESETTABLE_INTERFACE },
                {},
            },
    },
};

DEFINE_TYPES(device_types)
