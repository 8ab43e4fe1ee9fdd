/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Properties that are fields of a device's state, and the plain kinds of them.
 */
#include "qemu/osdep.h"
#include "hw/core/qdev-properties-system.h"
#include "qapi/error.h"

void *object_field_prop_ptr(Object *obj, const Property *prop)
{
    return (char *)obj + prop->offset;
}

/* --- from the table to QOM --- */

void qdev_prop_set_after_realize(DeviceState *dev, const char *name, Error **errp)
{
    g_autofree char *path = object_get_canonical_path(OBJECT(dev));

    error_setg(errp,
               "Attempt to set property '%s' on device '%s' (type '%s') "
               "after it was realized",
               name,
               dev->id ? dev->id
               : path  ? path
                       : "",
               object_get_typename(OBJECT(dev)));
}

void qdev_prop_allow_set_link_before_realize(const Object *obj, const char *name,
                                             Object *val, Error **errp)
{
    DeviceState *dev = DEVICE(obj);

    if (dev->realized) {
        qdev_prop_set_after_realize(dev, name, errp);
    }
}

static void field_prop_get(Object *obj, Visitor *v, const char *name, void *opaque,
                           Error **errp)
{
    const Property *prop = opaque;

    prop->info->get(obj, v, name, opaque, errp);
}

static void field_prop_set(Object *obj, Visitor *v, const char *name, void *opaque,
                           Error **errp)
{
    const Property *prop = opaque;
    DeviceState *dev = DEVICE(obj);

    if (dev->realized && !prop->info->realized_set_allowed) {
        qdev_prop_set_after_realize(dev, name, errp);
    } else {
        prop->info->set(obj, v, name, opaque, errp);
    }
}

static void field_prop_release(Object *obj, const char *name, void *opaque)
{
    const Property *prop = opaque;

    prop->info->release(obj, name, opaque);
}

static void class_add_property(ObjectClass *oc, const Property *prop)
{
    const PropertyInfo *info = prop->info;
    void *opaque = (void *)prop;
    ObjectProperty *op;

    if (info->create) {
        op = info->create(oc, prop->name, prop);
    } else {
        op = object_class_property_add(
            oc, prop->name, info->type, info->get ? field_prop_get : NULL,
            info->set ? field_prop_set : NULL,
            info->release ? field_prop_release : NULL, opaque);
    }
    if (prop->set_default) {
        info->set_default_value(op, prop);
    }
    object_class_property_set_description(oc, prop->name, info->description);
}

void device_class_set_props_n(DeviceClass *dc, const Property *props, size_t n)
{
    dc->props_ = props;
    dc->props_count_ = n;
    for (size_t i = 0; i < n; i++) {
        g_assert(props[i].name);
        class_add_property(OBJECT_CLASS(dc), &props[i]);
    }
}

void qdev_property_add_static(DeviceState *dev, const Property *prop)
{
    Object *obj = OBJECT(dev);
    const PropertyInfo *info = prop->info;
    ObjectProperty *op;

    g_assert(!info->create);
    op = object_property_add(obj, prop->name, info->type,
                             info->get ? field_prop_get : NULL,
                             info->set ? field_prop_set : NULL,
                             info->release ? field_prop_release : NULL, (void *)prop);
    object_property_set_description(obj, prop->name, info->description);
    if (prop->set_default) {
        info->set_default_value(op, prop);
        op->init(obj, op);
    }
}

void qdev_alias_all_properties(DeviceState *target, Object *source)
{
    ObjectClass *klass = object_get_class(OBJECT(target));

    for (; klass && klass != object_class_by_name(TYPE_DEVICE);
         klass = object_class_get_parent(klass)) {
        GHashTableIter iter;
        void *data;

        g_hash_table_iter_init(&iter, klass->properties);
        while (g_hash_table_iter_next(&iter, NULL, &data)) {
            ObjectProperty *prop = data;

            if (!object_property_find(source, prop->name)) {
                object_property_add_alias(source, prop->name, OBJECT(target),
                                          prop->name);
            }
        }
    }
}

/* --- defaults --- */

static void set_default_int(ObjectProperty *op, const Property *prop)
{
    object_property_set_default_int(op, prop->defval.i);
}

static void set_default_uint(ObjectProperty *op, const Property *prop)
{
    object_property_set_default_uint(op, prop->defval.u);
}

static void set_default_bool(ObjectProperty *op, const Property *prop)
{
    object_property_set_default_bool(op, prop->defval.u);
}

static void set_default_enum(ObjectProperty *op, const Property *prop)
{
    object_property_set_default_str(
        op, qapi_enum_lookup(prop->info->enum_table, prop->defval.i));
}

/* --- integers: one accessor for both directions --- */

static void uint8_access(Object *obj, Visitor *v, const char *name, void *opaque,
                         Error **errp)
{
    visit_type_uint8(v, name, object_field_prop_ptr(obj, opaque), errp);
}

static void uint16_access(Object *obj, Visitor *v, const char *name, void *opaque,
                          Error **errp)
{
    visit_type_uint16(v, name, object_field_prop_ptr(obj, opaque), errp);
}

static void uint32_access(Object *obj, Visitor *v, const char *name, void *opaque,
                          Error **errp)
{
    visit_type_uint32(v, name, object_field_prop_ptr(obj, opaque), errp);
}

static void uint64_access(Object *obj, Visitor *v, const char *name, void *opaque,
                          Error **errp)
{
    visit_type_uint64(v, name, object_field_prop_ptr(obj, opaque), errp);
}

static void int32_access(Object *obj, Visitor *v, const char *name, void *opaque,
                         Error **errp)
{
    visit_type_int32(v, name, object_field_prop_ptr(obj, opaque), errp);
}

static void int64_access(Object *obj, Visitor *v, const char *name, void *opaque,
                         Error **errp)
{
    visit_type_int64(v, name, object_field_prop_ptr(obj, opaque), errp);
}

static void size_access(Object *obj, Visitor *v, const char *name, void *opaque,
                        Error **errp)
{
    visit_type_size(v, name, object_field_prop_ptr(obj, opaque), errp);
}

static void bool_access(Object *obj, Visitor *v, const char *name, void *opaque,
                        Error **errp)
{
    visit_type_bool(v, name, object_field_prop_ptr(obj, opaque), errp);
}

static void size32_access(Object *obj, Visitor *v, const char *name, void *opaque,
                          Error **errp)
{
    uint32_t *ptr = object_field_prop_ptr(obj, opaque);
    uint64_t value = *ptr;

    if (!visit_type_size(v, name, &value, errp)) {
        return;
    }
    if (value > UINT32_MAX) {
        error_setg(errp, "Property %s.%s doesn't take value %" PRIu64 " (maximum: %u)",
                   object_get_typename(obj), name, value, UINT32_MAX);
        return;
    }
    *ptr = value;
}

const PropertyInfo qdev_prop_uint8 = {
    .type = "uint8",
    .get = uint8_access,
    .set = uint8_access,
    .set_default_value = set_default_uint,
};

const PropertyInfo qdev_prop_uint16 = {
    .type = "uint16",
    .get = uint16_access,
    .set = uint16_access,
    .set_default_value = set_default_uint,
};

const PropertyInfo qdev_prop_uint32 = {
    .type = "uint32",
    .get = uint32_access,
    .set = uint32_access,
    .set_default_value = set_default_uint,
};

const PropertyInfo qdev_prop_uint64 = {
    .type = "uint64",
    .get = uint64_access,
    .set = uint64_access,
    .set_default_value = set_default_uint,
};

const PropertyInfo qdev_prop_int32 = {
    .type = "int32",
    .get = int32_access,
    .set = int32_access,
    .set_default_value = set_default_int,
};

const PropertyInfo qdev_prop_int64 = {
    .type = "int64",
    .get = int64_access,
    .set = int64_access,
    .set_default_value = set_default_int,
};

const PropertyInfo qdev_prop_size = {
    .type = "size",
    .get = size_access,
    .set = size_access,
    .set_default_value = set_default_uint,
};

const PropertyInfo qdev_prop_size32 = {
    .type = "size",
    .get = size32_access,
    .set = size32_access,
    .set_default_value = set_default_uint,
};

const PropertyInfo qdev_prop_bool = {
    .type = "bool",
    .description = "on/off",
    .get = bool_access,
    .set = bool_access,
    .set_default_value = set_default_bool,
};

/* --- one bit of an integer --- */

static void bit_access(Object *obj, Visitor *v, const char *name, void *opaque,
                       Error **errp)
{
    const Property *prop = opaque;
    uint32_t *ptr = object_field_prop_ptr(obj, prop), mask = 1u << prop->bitnr;
    bool value = *ptr & mask;

    if (visit_type_bool(v, name, &value, errp)) {
        *ptr = value ? *ptr | mask : *ptr & ~mask;
    }
}

static void bit64_access(Object *obj, Visitor *v, const char *name, void *opaque,
                         Error **errp)
{
    const Property *prop = opaque;
    uint64_t *ptr = object_field_prop_ptr(obj, prop), mask = 1ull << prop->bitnr;
    bool value = *ptr & mask;

    if (visit_type_bool(v, name, &value, errp)) {
        *ptr = value ? *ptr | mask : *ptr & ~mask;
    }
}

const PropertyInfo qdev_prop_bit = {
    .type = "bool",
    .description = "on/off",
    .get = bit_access,
    .set = bit_access,
    .set_default_value = set_default_bool,
};

const PropertyInfo qdev_prop_bit64 = {
    .type = "bool",
    .description = "on/off",
    .get = bit64_access,
    .set = bit64_access,
    .set_default_value = set_default_bool,
};

/* --- strings --- */

static void string_get(Object *obj, Visitor *v, const char *name, void *opaque,
                       Error **errp)
{
    visit_type_str(v, name, object_field_prop_ptr(obj, opaque), errp);
}

static void string_set(Object *obj, Visitor *v, const char *name, void *opaque,
                       Error **errp)
{
    char **ptr = object_field_prop_ptr(obj, opaque), *value;

    if (visit_type_str(v, name, &value, errp)) {
        g_free(*ptr);
        *ptr = value;
    }
}

static void string_release(Object *obj, const char *name, void *opaque)
{
    g_clear_pointer((char **)object_field_prop_ptr(obj, opaque), g_free);
}

const PropertyInfo qdev_prop_string = {
    .type = "str",
    .get = string_get,
    .set = string_set,
    .release = string_release,
};

/* --- enumerations --- */

static void enum_access(Object *obj, Visitor *v, const char *name, void *opaque,
                        Error **errp)
{
    const Property *prop = opaque;

    visit_type_enum(v, name, object_field_prop_ptr(obj, prop), prop->info->enum_table,
                    errp);
}

const PropertyInfo qdev_prop_on_off_auto = {
    .type = "OnOffAuto",
    .description = "on/off/auto",
    .enum_table = &OnOffAuto_lookup,
    .get = enum_access,
    .set = enum_access,
    .set_default_value = set_default_enum,
};

const PropertyInfo qdev_prop_granule_mode = {
    .type = "GranuleMode",
    .description = "granule_mode values: 4k, 8k, 16k, 64k, host",
    .enum_table = &GranuleMode_lookup,
    .get = enum_access,
    .set = enum_access,
    .set_default_value = set_default_enum,
};

/* --- links --- */

static ObjectProperty *link_create(ObjectClass *oc, const char *name,
                                   const Property *prop)
{
    return object_class_property_add_link(oc, name, prop->link_type, prop->offset,
                                          qdev_prop_allow_set_link_before_realize,
                                          OBJ_PROP_LINK_STRONG);
}

const PropertyInfo qdev_prop_link = {
    .type = "link",
    .create = link_create,
};
