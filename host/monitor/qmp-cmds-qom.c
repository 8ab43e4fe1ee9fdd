/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands that look at types and at the tree of objects. */
#include "qemu/osdep.h"
#include "hw/core/qdev.h"
#include "monitor/qmp-command.h"
#include "qom/object.h"

static struct json_object *type_info(ObjectClass *klass)
{
    struct json_object *info = json_object_new_object();
    ObjectClass *parent = object_class_get_parent(klass);

    qmp_add_str(info, "name", object_class_get_name(klass));
    if (object_class_is_abstract(klass)) {
        qmp_add_bool(info, "abstract", true);
    }
    if (parent) {
        qmp_add_str(info, "parent", object_class_get_name(parent));
    }
    return info;
}

static struct json_object *qmp_qom_list_types(struct json_object *args, Error **errp)
{
    struct json_object *ret = json_object_new_array();
    GSList *list = object_class_get_list_sorted(qmp_arg_str(args, "implements"),
                                                qmp_arg_bool(args, "abstract", false));

    for (GSList *l = list; l; l = l->next) {
        json_object_array_add(ret, type_info(l->data));
    }
    g_slist_free(list);
    return ret;
}

/* The object at @path, or DeviceNotFound. */
static Object *find_object(const char *path, Error **errp)
{
    bool ambiguous = false;
    Object *obj = object_resolve_path(path, &ambiguous);

    if (obj) {
        return obj;
    }
    if (ambiguous) {
        error_setg(errp, "Path '%s' is ambiguous", path);
    } else {
        error_set(errp, ERROR_CLASS_DEVICE_NOT_FOUND, "Device '%s' not found", path);
    }
    return NULL;
}

static struct json_object *property_info(const ObjectProperty *prop)
{
    struct json_object *info = json_object_new_object();

    qmp_add_str(info, "name", prop->name);
    qmp_add_str(info, "type", prop->type);
    if (prop->description) {
        qmp_add_str(info, "description", prop->description);
    }
    if (prop->defval) {
        json_object_object_add(info, "default-value", json_object_get(prop->defval));
    }
    return info;
}

static struct json_object *list_properties(Object *obj,
                                           bool (*wanted)(const ObjectProperty *))
{
    struct json_object *ret = json_object_new_array();
    ObjectPropertyIterator iter;
    ObjectProperty *prop;

    object_property_iter_init(&iter, obj);
    while ((prop = object_property_iter_next(&iter))) {
        if (!wanted || wanted(prop)) {
            json_object_array_add(ret, property_info(prop));
        }
    }
    return ret;
}

static struct json_object *qmp_qom_list(struct json_object *args, Error **errp)
{
    Object *obj = find_object(qmp_arg_str(args, "path"), errp);

    return obj ? list_properties(obj, NULL) : NULL;
}

static struct json_object *qmp_qom_get(struct json_object *args, Error **errp)
{
    Object *obj = find_object(qmp_arg_str(args, "path"), errp);

    return obj ? object_property_get_json(obj, qmp_arg_str(args, "property"), errp)
               : NULL;
}

static struct json_object *qmp_qom_set(struct json_object *args, Error **errp)
{
    Object *obj = find_object(qmp_arg_str(args, "path"), errp);
    const char *property = qmp_arg_str(args, "property");

    if (obj && !strcmp(property, "realized")) {
        error_setg(errp,
                   "Property '%s.realized' is changed by device_add and device_del",
                   object_get_typename(obj));
    } else if (obj) {
        object_property_set_json(obj, property, qmp_arg(args, "value"), false, errp);
    }
    return NULL;
}

/* A concrete class, of which an object can be made to be looked at. */
static ObjectClass *find_class(const char *name, const char *kind, Error **errp)
{
    ObjectClass *klass = module_object_class_by_name(name);

    if (!klass) {
        error_set(errp, ERROR_CLASS_DEVICE_NOT_FOUND, "%s '%s' not found", kind, name);
    }
    return klass;
}

static struct json_object *class_properties(ObjectClass *klass)
{
    struct json_object *ret = json_object_new_array();
    ObjectPropertyIterator iter;
    ObjectProperty *prop;

    object_class_property_iter_init(&iter, klass);
    while ((prop = object_property_iter_next(&iter))) {
        json_object_array_add(ret, property_info(prop));
    }
    return ret;
}

static struct json_object *qmp_qom_list_properties(struct json_object *args,
                                                   Error **errp)
{
    const char *name = qmp_arg_str(args, "typename");
    ObjectClass *klass = find_class(name, "Class", errp);
    struct json_object *ret;
    Object *obj;

    if (!klass) {
        return NULL;
    }
    /* A machine of which one exists already, or nothing to make an object of. */
    if (object_class_is_abstract(klass) ||
        object_class_dynamic_cast(klass, "machine")) {
        return class_properties(klass);
    }
    obj = object_new(name);
    ret = list_properties(obj, NULL);
    object_unref(obj);
    return ret;
}

/* What a user may give to -device. */
static bool is_device_option(const ObjectProperty *prop)
{
    static const char *const internal[] = { "type", "realized", "hotpluggable",
                                            "hotplugged", "parent_bus" };

    if (!prop->set) {
        return false;
    }
    for (size_t i = 0; i < ARRAY_SIZE(internal); i++) {
        if (!strcmp(prop->name, internal[i])) {
            return false;
        }
    }
    return true;
}

static struct json_object *qmp_device_list_properties(struct json_object *args,
                                                      Error **errp)
{
    const char *name = qmp_arg_str(args, "typename");
    ObjectClass *klass = find_class(name, "Device", errp);
    struct json_object *ret;
    Object *obj;

    if (!klass) {
        return NULL;
    }
    if (!object_class_dynamic_cast(klass, TYPE_DEVICE) ||
        object_class_is_abstract(klass)) {
        error_setg(errp, "Parameter 'typename' expects a non-abstract device type");
        return NULL;
    }
    obj = object_new(name);
    ret = list_properties(obj, is_device_option);
    object_unref(obj);
    return ret;
}

static const QmpArg list_types_args[] = {
    { "implements", QMP_STR, .optional = true },
    { "abstract", QMP_BOOL, .optional = true },
    {},
};

static const QmpArg path_args[] = {
    { "path", QMP_STR },
    {},
};

static const QmpArg get_args[] = {
    { "path", QMP_STR },
    { "property", QMP_STR },
    {},
};

static const QmpArg set_args[] = {
    { "path", QMP_STR },
    { "property", QMP_STR },
    { "value", QMP_ANY },
    {},
};

static const QmpArg typename_args[] = {
    { "typename", QMP_STR },
    {},
};

static const QmpCommand qom_commands[] = {
    { "device-list-properties", qmp_device_list_properties, typename_args },
    { "qom-get", qmp_qom_get, get_args },
    { "qom-list", qmp_qom_list, path_args },
    { "qom-list-properties", qmp_qom_list_properties, typename_args },
    { "qom-list-types", qmp_qom_list_types, list_types_args },
    { "qom-set", qmp_qom_set, set_args },
};
QMP_COMMANDS(qom_commands)
