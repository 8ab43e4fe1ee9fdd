/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Buses: what devices plug into.
 */
#include "qemu/osdep.h"
#include "hw/core/qdev.h"
#include "qapi/error.h"
#include "qdev-internal.h"

/* --- children --- */

void bus_add_child(BusState *bus, DeviceState *child)
{
    g_autofree char *name = NULL;
    BusChild *kid = g_new0(BusChild, 1);

    kid->index = bus->max_index++;
    kid->child = child;
    object_ref(child);
    bus->num_children++;
    QTAILQ_INSERT_HEAD(&bus->children, kid, sibling);
    name = g_strdup_printf("child[%d]", kid->index);
    object_property_add_link(OBJECT(bus), name, object_get_typename(OBJECT(child)),
                             (Object **)&kid->child, NULL, 0);
}

void bus_remove_child(BusState *bus, DeviceState *child)
{
    BusChild *kid;

    QTAILQ_FOREACH(kid, &bus->children, sibling) {
        if (kid->child == child) {
            g_autofree char *name = g_strdup_printf("child[%d]", kid->index);

            QTAILQ_REMOVE(&bus->children, kid, sibling);
            bus->num_children--;
            object_property_del(OBJECT(bus), name);
            g_free(kid);
            object_unref(child);
            return;
        }
    }
}

/* --- life --- */

/* "<controller's id>.N", or "<type in lower case>.N" counted over the process. */
static char *qbus_generate_name(BusState *bus, DeviceState *parent)
{
    BusClass *bc = BUS_GET_CLASS(bus);
    g_autofree char *type = NULL;

    if (parent && parent->id) {
        return g_strdup_printf("%s.%d", parent->id, parent->num_child_bus);
    }
    type = g_ascii_strdown(object_get_typename(OBJECT(bus)), -1);
    return g_strdup_printf("%s.%d", type, bc->automatic_ids++);
}

static void qbus_init_common(BusState *bus, DeviceState *parent, const char *name)
{
    bus->name = name ? g_strdup(name) : qbus_generate_name(bus, parent);
    bus->parent = parent;
    if (parent) {
        QLIST_INSERT_HEAD(&parent->child_bus, bus, sibling);
        parent->num_child_bus++;
        /* A user's id may be the name of a property: "pcie-root-port,id=port". */
        const char *child =
            object_property_find(OBJECT(parent), bus->name) ? "bus[*]" : bus->name;

        object_property_add_child(OBJECT(parent), child, OBJECT(bus));
        object_unref(bus); /* the controller holds it */
    }
}

void qbus_init(void *bus, size_t size, const char *typename, DeviceState *parent,
               const char *name)
{
    object_initialize(bus, size, typename);
    qbus_init_common(bus, parent, name);
}

BusState *qbus_new(const char *typename, DeviceState *parent, const char *name)
{
    BusState *bus = BUS(object_new(typename));

    qbus_init_common(bus, parent, name);
    return bus;
}

bool qbus_realize(BusState *bus, Error **errp)
{
    BusClass *bc = BUS_GET_CLASS(bus);
    Error *err = NULL;

    if (!bus->realized) {
        if (bc->realize) {
            bc->realize(bus, &err);
        }
        bus->realized = !err;
        error_propagate(errp, err);
    }
    return !err;
}

void qbus_unrealize(BusState *bus)
{
    BusClass *bc = BUS_GET_CLASS(bus);
    BusChild *kid, *next;

    if (!bus->realized) {
        return;
    }
    QTAILQ_FOREACH_SAFE(kid, &bus->children, sibling, next) {
        qdev_unrealize(kid->child);
    }
    bus->realized = false;
    if (bc->unrealize) {
        bc->unrealize(bus);
    }
}

static bool bus_get_realized(Object *obj, Error **errp)
{
    return BUS(obj)->realized;
}

static void bus_set_realized(Object *obj, bool value, Error **errp)
{
    if (value) {
        qbus_realize(BUS(obj), errp);
    } else {
        qbus_unrealize(BUS(obj));
    }
}

static void bus_unparent(Object *obj)
{
    BusState *bus = BUS(obj);
    BusChild *kid;

    qbus_unrealize(bus);
    while ((kid = QTAILQ_FIRST(&bus->children))) {
        DeviceState *dev = kid->child;

        if (OBJECT(dev)->parent) {
            object_unparent(OBJECT(dev));
        } else { /* somebody else's, never realized: it only leaves the bus */
            qdev_set_parent_bus(dev, NULL, &error_abort);
        }
    }
    if (bus->parent) {
        QLIST_REMOVE(bus, sibling);
        bus->parent->num_child_bus--;
        bus->parent = NULL;
    }
}

static void bus_instance_init(Object *obj)
{
    BusState *bus = BUS(obj);

    QTAILQ_INIT(&bus->children);
    object_property_add_link(obj, QDEV_HOTPLUG_HANDLER_PROPERTY, TYPE_HOTPLUG_HANDLER,
                             (Object **)&bus->hotplug_handler,
                             object_property_allow_set_link, 0);
}

static void bus_finalize(Object *obj)
{
    g_free(BUS(obj)->name);
}

/* --- hotplug --- */

void qbus_set_hotplug_handler(BusState *bus, Object *handler)
{
    bus->hotplug_handler = HOTPLUG_HANDLER(handler);
}

void qbus_set_bus_hotplug_handler(BusState *bus)
{
    qbus_set_hotplug_handler(bus, OBJECT(bus));
}

bool qbus_is_hotpluggable(BusState *bus)
{
    HotplugHandlerClass *hdc;

    if (!bus->hotplug_handler) {
        return false;
    }
    hdc = HOTPLUG_HANDLER_GET_CLASS(bus->hotplug_handler);
    return !hdc->is_hotpluggable_bus ||
           hdc->is_hotpluggable_bus(bus->hotplug_handler, bus);
}

/* --- walking --- */

int qbus_walk_children(BusState *bus, qdev_walkerfn *pre_devfn,
                       qbus_walkerfn *pre_busfn, qdev_walkerfn *post_devfn,
                       qbus_walkerfn *post_busfn, void *opaque)
{
    BusChild *kid, *next;
    int err = pre_busfn ? pre_busfn(bus, opaque) : 0;

    if (err) {
        return err;
    }
    QTAILQ_FOREACH_SAFE(kid, &bus->children, sibling, next) {
        err = qdev_walk_children(kid->child, pre_devfn, pre_busfn, post_devfn,
                                 post_busfn, opaque);
        if (err < 0) {
            return err;
        }
    }
    return post_busfn ? post_busfn(bus, opaque) : 0;
}

int qdev_walk_children(DeviceState *dev, qdev_walkerfn *pre_devfn,
                       qbus_walkerfn *pre_busfn, qdev_walkerfn *post_devfn,
                       qbus_walkerfn *post_busfn, void *opaque)
{
    BusState *bus;
    int err = pre_devfn ? pre_devfn(dev, opaque) : 0;

    if (err) {
        return err;
    }
    QLIST_FOREACH(bus, &dev->child_bus, sibling) {
        err = qbus_walk_children(bus, pre_devfn, pre_busfn, post_devfn, post_busfn,
                                 opaque);
        if (err < 0) {
            return err;
        }
    }
    return post_devfn ? post_devfn(dev, opaque) : 0;
}

DeviceState *qdev_find_recursive(BusState *bus, const char *id)
{
    BusChild *kid;
    BusState *child;

    QTAILQ_FOREACH(kid, &bus->children, sibling) {
        if (kid->child->id && g_str_equal(kid->child->id, id)) {
            return kid->child;
        }
        QLIST_FOREACH(child, &kid->child->child_bus, sibling) {
            DeviceState *found = qdev_find_recursive(child, id);

            if (found) {
                return found;
            }
        }
    }
    return NULL;
}

/* --- reset --- */

static ResettableState *bus_get_reset_state(Object *obj)
{
    return &BUS(obj)->reset;
}

/* A snapshot: a reset may complete the removal of a child. */
static void bus_reset_child_foreach(Object *obj, ResettableChildCallback cb,
                                    void *opaque, ResetType type)
{
    g_autoptr(GPtrArray) children = g_ptr_array_new_with_free_func(object_unref);
    BusState *bus = BUS(obj);
    BusChild *kid;

    QTAILQ_FOREACH(kid, &bus->children, sibling) {
        g_ptr_array_add(children, object_ref(kid->child));
    }
    for (guint i = 0; i < children->len; i++) {
        DeviceState *child = g_ptr_array_index(children, i);

        if (child->parent_bus == bus) {
            cb(OBJECT(child), opaque, type);
        }
    }
}

void bus_cold_reset(BusState *bus)
{
    resettable_reset(OBJECT(bus), RESET_TYPE_COLD);
}

bool bus_is_in_reset(BusState *bus)
{
    return resettable_is_in_reset(OBJECT(bus));
}

/* --- the type --- */

static char *bus_default_fw_dev_path(DeviceState *dev)
{
    return g_strdup(qdev_fw_name(dev));
}

static void bus_class_base_init(ObjectClass *klass, const void *data)
{
    BUS_CLASS(klass)->automatic_ids = 0;
}

static void bus_class_init(ObjectClass *klass, const void *data)
{
    BusClass *bc = BUS_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    klass->unparent = bus_unparent;
    bc->get_fw_dev_path = bus_default_fw_dev_path;
    rc->get_state = bus_get_reset_state;
    rc->child_foreach = bus_reset_child_foreach;
    object_class_property_add_bool(klass, "realized", bus_get_realized,
                                   bus_set_realized);
}

static const TypeInfo bus_types[] = {
    {
        .name = TYPE_BUS,
        .parent = TYPE_OBJECT,
        .instance_size = sizeof(BusState),
        .abstract = true,
        .class_size = sizeof(BusClass),
        .instance_init = bus_instance_init,
        .instance_finalize = bus_finalize,
        .class_init = bus_class_init,
        .class_base_init = bus_class_base_init,
        .interfaces =
            (const InterfaceInfo[]){
                { TYPE_RESETTABLE_INTERFACE },
                {},
            },
    },
};

DEFINE_TYPES(bus_types)
