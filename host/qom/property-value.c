/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values of properties in C types: the typed setters and getters, and values
 * whose origin matters.
 */
#include "qemu/osdep.h"
#include <json-c/json.h>
#include "qapi/error.h"
#include "qom/object.h"
#include "object-internal.h"

/* Takes the reference of @value. */
static bool set_and_put(Object *obj, const char *name, struct json_object *value,
                        Error **errp)
{
    bool ok = object_property_set_json(obj, name, value, false, errp);

    json_object_put(value);
    return ok;
}

bool object_property_set_str(Object *obj, const char *name, const char *value,
                             Error **errp)
{
    return set_and_put(obj, name, json_object_new_string(value), errp);
}

bool object_property_set_bool(Object *obj, const char *name, bool value, Error **errp)
{
    return set_and_put(obj, name, json_object_new_boolean(value), errp);
}

bool object_property_set_int(Object *obj, const char *name, int64_t value, Error **errp)
{
    return set_and_put(obj, name, json_object_new_int64(value), errp);
}

bool object_property_set_uint(Object *obj, const char *name, uint64_t value,
                              Error **errp)
{
    return set_and_put(obj, name, json_object_new_uint64(value), errp);
}

bool object_property_set_link(Object *obj, const char *name, Object *value,
                              Error **errp)
{
    g_autofree char *path = value ? object_get_canonical_path(value) : g_strdup("");

    if (!path) {
        error_setg(errp, "Property '%s.%s' cannot take an object that has no path",
                   object_get_typename(obj), name);
        return false;
    }
    return object_property_set_str(obj, name, path, errp);
}

/* A new reference when the property has a value of @type, else NULL and @errp. */
static struct json_object *get_typed(Object *obj, const char *name, enum json_type type,
                                     const char *type_name, Error **errp)
{
    Error *err = NULL;
    struct json_object *value = object_property_get_json(obj, name, &err);

    if (err) {
        error_propagate(errp, err);
        return NULL;
    }
    if (!json_object_is_type(value, type)) {
        error_setg(errp, "Invalid parameter type for '%s', expected: %s", name,
                   type_name);
        json_object_put(value);
        return NULL;
    }
    return value;
}

char *object_property_get_str(Object *obj, const char *name, Error **errp)
{
    struct json_object *value = get_typed(obj, name, json_type_string, "string", errp);
    char *ret = value ? g_strdup(json_object_get_string(value)) : NULL;

    json_object_put(value);
    return ret;
}

bool object_property_get_bool(Object *obj, const char *name, Error **errp)
{
    struct json_object *value =
        get_typed(obj, name, json_type_boolean, "boolean", errp);
    bool ret = value && json_object_get_boolean(value);

    json_object_put(value);
    return ret;
}

int64_t object_property_get_int(Object *obj, const char *name, Error **errp)
{
    struct json_object *value = get_typed(obj, name, json_type_int, "int", errp);
    int64_t ret = value ? json_object_get_int64(value) : -1;

    json_object_put(value);
    return ret;
}

uint64_t object_property_get_uint(Object *obj, const char *name, Error **errp)
{
    struct json_object *value = get_typed(obj, name, json_type_int, "uint", errp);
    uint64_t ret = value ? json_object_get_uint64(value) : 0;

    json_object_put(value);
    return ret;
}

Object *object_property_get_link(Object *obj, const char *name, Error **errp)
{
    g_autofree char *path = object_property_get_str(obj, name, errp);
    Object *target = NULL;

    if (path && *path) {
        target = object_resolve_path(path, NULL);
        if (!target) {
            error_setg(errp, "Device '%s' not found", path);
        }
    }
    return target;
}

char *object_property_print(Object *obj, const char *name, bool human, Error **errp)
{
    Error *err = NULL;
    struct json_object *value = object_property_get_json(obj, name, &err);
    char *ret;

    if (err) {
        error_propagate(errp, err);
        return NULL;
    }
    if (json_object_is_type(value, json_type_string)) {
        ret = human ? g_strdup_printf("\"%s\"", json_object_get_string(value))
                    : g_strdup(json_object_get_string(value));
    } else {
        ret = g_strdup(
            json_object_to_json_string_ext(value, JSON_C_TO_STRING_NOSLASHESCAPE));
    }
    json_object_put(value);
    return ret;
}

/* --- values with an origin --- */

typedef struct ExplicitValue {
    char *name; /* under which it was given */
    PropertyOrigin origin;
    struct json_object *value;
} ExplicitValue;

static void explicit_value_free(void *data)
{
    ExplicitValue *ev = data;

    json_object_put(ev->value);
    g_free(ev->name);
    g_free(ev);
}

static void explicit_value_remember(Object *obj, const char *property, const char *name,
                                    PropertyOrigin origin, struct json_object *value)
{
    ExplicitValue *ev = g_new(ExplicitValue, 1);

    *ev = (ExplicitValue){ g_strdup(name), origin, value };
    if (!obj->explicit_values) {
        obj->explicit_values =
            g_hash_table_new_full(g_str_hash, g_str_equal, g_free, explicit_value_free);
    }
    g_hash_table_replace(obj->explicit_values, g_strdup(property), ev);
}

bool object_property_set_explicit(Object *obj, const char *name,
                                  struct json_object *value, bool keyval,
                                  PropertyOrigin origin, Error **errp)
{
    ObjectProperty *prop = object_property_find(obj, name);
    Object *target = obj;
    ExplicitValue *last;
    struct json_object *now;

    prop = prop ? object_property_resolve_alias(&target, prop) : NULL;
    if (!prop || !prop->aliased || !prop->get) {
        return object_property_set_json(obj, name, value, keyval, errp);
    }
    last = target->explicit_values
               ? g_hash_table_lookup(target->explicit_values, prop->name)
               : NULL;
    if (last && last->origin > origin) {
        return true;
    }
    if (!object_property_set_json(obj, name, value, keyval, errp)) {
        return false;
    }
    now = object_property_get_json(target, prop->name, &error_abort);
    if (last && last->origin == origin && !g_str_equal(last->name, name) &&
        !json_object_equal(last->value, now)) {
        error_setg(errp,
                   "'%s' and '%s' are two names of one property: "
                   "they are given with different values (%s and %s)",
                   last->name, name, json_object_get_string(last->value),
                   json_object_get_string(now));
        json_object_put(now);
        return false;
    }
    explicit_value_remember(target, prop->name, name, origin, now);
    return true;
}

bool object_set_properties_json(Object *obj, struct json_object *props, bool keyval,
                                Error **errp)
{
    json_object_object_foreach(props, name, value)
    {
        if (!object_property_set_explicit(obj, name, value, keyval,
                                          PROPERTY_ORIGIN_USER, errp)) {
            return false;
        }
    }
    return true;
}
