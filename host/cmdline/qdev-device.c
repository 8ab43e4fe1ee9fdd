/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Devices by options: -device and device_add.
 */
#include "qemu/osdep.h"
#include <json-c/json.h>
#include "device-alias.h"
#include "hw/core/qdev.h"
#include "qapi/error.h"
#include "qemu/id.h"
#include "system/cmdline.h"

/* --- which type --- */

static const struct {
    const char *alias, *type;
} device_aliases[] = {
    { "virtio-blk", "virtio-blk-pci" },
    { "virtio-iommu", "virtio-iommu-pci" },
    { "virtio-net", "virtio-net-pci" },
    { "virtio-rng", "virtio-rng-pci" },
};

const char *device_alias_of(const char *type)
{
    for (size_t i = 0; i < G_N_ELEMENTS(device_aliases); i++) {
        if (g_str_equal(device_aliases[i].type, type)) {
            return device_aliases[i].alias;
        }
    }
    return NULL;
}

const char *device_resolve_alias(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(device_aliases); i++) {
        if (g_str_equal(device_aliases[i].alias, name)) {
            return device_aliases[i].type;
        }
    }
    return name;
}

static DeviceClass *device_class_by_option(const char *driver, Error **errp)
{
    ObjectClass *oc = object_class_by_name(device_resolve_alias(driver));
    DeviceClass *dc = (DeviceClass *)object_class_dynamic_cast(oc, TYPE_DEVICE);

    if (!dc) {
        error_setg(errp, "'%s' is not a valid device model name", driver);
        return NULL;
    }
    if (object_class_is_abstract(oc)) {
        error_setg(errp, "Parameter 'driver' expects a non-abstract device type");
        return NULL;
    }
    if (!dc->user_creatable) {
        error_setg(errp, "Parameter 'driver' expects a pluggable device type");
        return NULL;
    }
    if (phase_check(PHASE_MACHINE_READY) && !dc->hotpluggable) {
        error_setg(errp, "Device '%s' does not support hotplugging", driver);
        error_append_hint(errp, "Give it on the command line, as -device %s.\n",
                          driver);
        return NULL;
    }
    return dc;
}

/* --- which bus --- */

static bool bus_is_full(BusState *bus)
{
    int max_dev = BUS_GET_CLASS(bus)->max_dev;

    return bus->full || (max_dev && bus->num_children >= max_dev);
}

static bool bus_matches(BusState *bus, const char *name, const char *type)
{
    return (!name || g_str_equal(bus->name, name)) &&
           (!type || object_dynamic_cast(OBJECT(bus), type));
}

/*
 * The first bus of that name or type at or below @bus, preferably with room.
 * NULL for either means any.
 */
static BusState *bus_find_below(BusState *bus, const char *name, const char *type)
{
    BusState *full = NULL;
    BusChild *kid;

    if (bus_matches(bus, name, type)) {
        if (name || !bus_is_full(bus)) {
            return bus;
        }
        full = bus;
    }
    QTAILQ_FOREACH(kid, &bus->children, sibling) {
        BusState *child;

        QLIST_FOREACH(child, &kid->child->child_bus, sibling) {
            BusState *found = bus_find_below(child, name, type);

            if (found && (name || !bus_is_full(found))) {
                return found;
            }
            full = full ? full : found;
        }
    }
    return full;
}

static BusState *bus_by_option(const char *path, Error **errp)
{
    BusState *bus = NULL;

    if (*path == '/') {
        bus = (BusState *)object_resolve_path_type(path, TYPE_BUS, NULL);
    } else {
        bus = bus_find_below(sysbus_get_default(), path, NULL);
    }
    if (!bus) {
        error_setg(errp, "Bus '%s' not found", path);
    }
    return bus;
}

/* @bus: NULL if the device needs none. */
static bool device_choose_bus(DeviceClass *dc, const char *driver, const char *path,
                              BusState **bus, Error **errp)
{
    *bus = NULL;
    if (path) {
        *bus = bus_by_option(path, errp);
        if (!*bus) {
            return false;
        }
        if (!dc->bus_type || !object_dynamic_cast(OBJECT(*bus), dc->bus_type)) {
            error_setg(errp, "Device '%s' can't go on %s bus", driver,
                       object_get_typename(OBJECT(*bus)));
            return false;
        }
    } else if (dc->bus_type) {
        *bus = bus_find_below(sysbus_get_default(), NULL, dc->bus_type);
        if (!*bus) {
            error_setg(errp, "No '%s' bus found for device '%s'", dc->bus_type, driver);
            return false;
        }
    }
    if (*bus && bus_is_full(*bus)) {
        error_setg(errp, "Bus '%s' is full", (*bus)->name);
        return false;
    }
    return true;
}

/* --- making it --- */

static bool device_set_id(DeviceState *dev, const char *id, Error **errp)
{
    Object *place = machine_get_container(id ? "peripheral" : "peripheral-anon");

    if (!id) {
        object_property_add_child(place, "device[*]", OBJECT(dev));
        return true;
    }
    if (!id_wellformed(id)) {
        error_setg(errp, "Parameter 'id' expects an identifier");
        error_append_hint(errp,
                          "Identifiers consist of letters, digits, '-', '.', '_', "
                          "starting with a letter.\n");
        return false;
    }
    if (!object_property_try_add_child(place, id, OBJECT(dev), NULL)) {
        error_setg(errp, "Duplicate device ID '%s'", id);
        return false;
    }
    dev->id = g_strdup(id);
    return true;
}

/* The string member @name of @opts; false when it is something else. */
static bool take_str(struct json_object *opts, const char *name, const char **value,
                     Error **errp)
{
    struct json_object *member;

    *value = NULL;
    if (!json_object_object_get_ex(opts, name, &member)) {
        return true;
    }
    if (!json_object_is_type(member, json_type_string)) {
        error_setg(errp, "Invalid parameter type for '%s', expected: string", name);
        return false;
    }
    *value = json_object_get_string(member);
    return true;
}

/* What is left for the device itself. NULL with @errp set. */
static struct json_object *device_properties(struct json_object *opts, Error **errp)
{
    static const char *const ours[] = { "driver", "bus", "id", NULL };
    struct json_object *props;

    if (json_object_object_get_ex(opts, "realized", NULL)) {
        error_setg(errp, "Attempt to set property 'realized' by option");
        return NULL;
    }
    props = json_object_new_object();
    json_object_object_foreach(opts, name, value)
    {
        if (!g_strv_contains(ours, name)) {
            json_object_object_add(props, name, json_object_get(value));
        }
    }
    return props;
}

static bool device_configure(DeviceState *dev, BusState *bus, const char *id,
                             struct json_object *opts, bool keyval, Error **errp)
{
    struct json_object *props;
    bool ok;

    if (dev->hotplugged && !qdev_hotplug_allowed(dev, bus, errp)) {
        return false;
    }
    if (!device_set_id(dev, id, errp)) {
        return false;
    }
    props = device_properties(opts, errp);
    ok = props && object_set_properties_json(OBJECT(dev), props, keyval, errp) &&
         qdev_realize(dev, bus, errp);
    json_object_put(props);
    if (!ok) {
        object_unparent(OBJECT(dev));
    }
    return ok;
}

DeviceState *qdev_device_add_json(struct json_object *opts, bool keyval, Error **errp)
{
    const char *driver, *path, *id;
    DeviceClass *dc;
    DeviceState *dev;
    BusState *bus;
    bool ok;

    if (!take_str(opts, "driver", &driver, errp) ||
        !take_str(opts, "bus", &path, errp) || !take_str(opts, "id", &id, errp)) {
        return NULL;
    }
    if (!driver) {
        error_setg(errp, "Parameter 'driver' is missing");
        return NULL;
    }
    dc = device_class_by_option(driver, errp);
    if (!dc || !device_choose_bus(dc, driver, path, &bus, errp)) {
        return NULL;
    }
    dev = DEVICE(object_new_with_class(OBJECT_CLASS(dc)));
    ok = device_configure(dev, bus, id, opts, keyval, errp);
    object_unref(dev); /* the tree keeps it */
    return ok ? dev : NULL;
}

DeviceState *qdev_find_by_id(const char *id, Error **errp)
{
    Object *obj =
        *id == '/'
            ? object_resolve_path(id, NULL)
            : object_resolve_path_component(machine_get_container("peripheral"), id);

    if (!obj) {
        error_set(errp, ERROR_CLASS_DEVICE_NOT_FOUND, "Device '%s' not found", id);
        return NULL;
    }
    if (!object_dynamic_cast(obj, TYPE_DEVICE)) {
        error_setg(errp, "%s is not a hotpluggable device", id);
        return NULL;
    }
    return DEVICE(obj);
}
