/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The device class: its methods, the properties every device has, names.
 */
#include "qemu/osdep.h"
#include "hw/core/qdev.h"
#include "qapi/error.h"
#include "qdev-internal.h"

void device_class_set_parent_realize(DeviceClass *dc, DeviceRealize dev_realize,
                                     DeviceRealize *parent_realize)
{
    *parent_realize = dc->realize;
    dc->realize = dev_realize;
}

void device_class_set_parent_unrealize(DeviceClass *dc, DeviceUnrealize dev_unrealize,
                                       DeviceUnrealize *parent_unrealize)
{
    *parent_unrealize = dc->unrealize;
    dc->unrealize = dev_unrealize;
}

void device_class_add_prop_alias(DeviceClass *dc, const char *alias, const char *name)
{
    object_class_property_add_alias(OBJECT_CLASS(dc), alias, name);
}

void qdev_set_legacy_instance_id(DeviceState *dev, int alias_id,
                                 int required_for_version)
{
    g_assert(!dev->realized);
    dev->instance_id_alias = alias_id;
    dev->alias_required_for_version = required_for_version;
}

const VMStateDescription *qdev_get_vmsd(DeviceState *dev)
{
    return DEVICE_GET_CLASS(dev)->vmsd;
}

/* --- names --- */

const char *qdev_fw_name(DeviceState *dev)
{
    DeviceClass *dc = DEVICE_GET_CLASS(dev);

    return dc->fw_name ? dc->fw_name : object_get_typename(OBJECT(dev));
}

char *qdev_get_dev_path(DeviceState *dev)
{
    BusClass *bc = dev && dev->parent_bus ? BUS_GET_CLASS(dev->parent_bus) : NULL;

    return bc && bc->get_dev_path ? bc->get_dev_path(dev) : NULL;
}

char *qdev_get_fw_dev_path(DeviceState *dev)
{
    GString *path = g_string_new(NULL);

    for (; dev && dev->parent_bus; dev = dev->parent_bus->parent) {
        g_autofree char *part = BUS_GET_CLASS(dev->parent_bus)->get_fw_dev_path(dev);

        g_string_prepend(path, part);
        g_string_prepend_c(path, '/');
    }
    return g_string_free(path, false);
}

char *qdev_get_human_name(DeviceState *dev)
{
    return dev->id ? g_strdup(dev->id) : object_get_canonical_path(OBJECT(dev));
}

const char *qdev_get_printable_name(DeviceState *dev)
{
    return dev->id               ? dev->id
           : dev->canonical_path ? dev->canonical_path
                                 : object_get_typename(OBJECT(dev));
}

/* --- reset --- */

static ResettableState *device_get_reset_state(Object *obj)
{
    return &DEVICE(obj)->reset;
}

static void device_reset_child_foreach(Object *obj, ResettableChildCallback cb,
                                       void *opaque, ResetType type)
{
    BusState *bus;

    QLIST_FOREACH(bus, &DEVICE(obj)->child_bus, sibling) {
        cb(OBJECT(bus), opaque, type);
    }
}

static void device_legacy_hold(Object *obj, ResetType type)
{
    DeviceClass *dc = DEVICE_GET_CLASS(obj);

    if (dc->legacy_reset) {
        dc->legacy_reset(DEVICE(obj));
    }
}

void device_class_set_legacy_reset(DeviceClass *dc, DeviceReset dev_reset)
{
    dc->legacy_reset = dev_reset;
    RESETTABLE_CLASS(dc)->phases.hold = device_legacy_hold;
}

void device_cold_reset(DeviceState *dev)
{
    resettable_reset(OBJECT(dev), RESET_TYPE_COLD);
}

bool device_is_in_reset(DeviceState *dev)
{
    return resettable_is_in_reset(OBJECT(dev));
}

/* --- properties of every device --- */

static bool get_realized(Object *obj, Error **errp)
{
    return DEVICE(obj)->realized;
}

static void set_realized(Object *obj, bool value, Error **errp)
{
    device_set_realized(DEVICE(obj), value, errp);
}

static bool get_hotpluggable(Object *obj, Error **errp)
{
    DeviceState *dev = DEVICE(obj);

    return DEVICE_GET_CLASS(dev)->hotpluggable &&
           (!dev->parent_bus || qbus_is_hotpluggable(dev->parent_bus));
}

static bool get_hotplugged(Object *obj, Error **errp)
{
    return DEVICE(obj)->hotplugged;
}

void device_class_base_init(ObjectClass *klass, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    /* Each class has its own table; the ancestors' properties are inherited. */
    dc->props_ = NULL;
    dc->props_count_ = 0;
}

void device_class_init(ObjectClass *klass, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    dc->user_creatable = true;
    dc->hotpluggable = true;
    rc->get_state = device_get_reset_state;
    rc->child_foreach = device_reset_child_foreach;
    rc->phases.hold = device_legacy_hold;

    object_class_property_add_bool(klass, "realized", get_realized, set_realized);
    object_class_property_add_bool(klass, "hotpluggable", get_hotpluggable, NULL);
    object_class_property_add_bool(klass, "hotplugged", get_hotplugged, NULL);
    object_class_property_add_link(klass, "parent_bus", TYPE_BUS,
                                   offsetof(DeviceState, parent_bus), NULL, 0);
}
