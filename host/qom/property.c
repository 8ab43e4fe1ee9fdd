/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Properties by name: of an object itself or of its class and the class's
 * ancestors.
 */
#include "qemu/osdep.h"
#include <json-c/json.h>
#include "qapi/error.h"
#include "qom/object.h"
#include "object-internal.h"

static void property_free(void *data)
{
    ObjectProperty *prop = data;

    json_object_put(prop->defval);
    g_free(prop->name);
    g_free(prop->type);
    g_free(prop->description);
    g_free(prop);
}

GHashTable *object_property_table_new(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, NULL, property_free);
}

void object_property_table_free(GHashTable *table)
{
    g_hash_table_unref(table);
}

static ObjectProperty *property_new(const char *name, const char *type,
                                    ObjectPropertyAccessor *get,
                                    ObjectPropertyAccessor *set,
                                    ObjectPropertyRelease *release, void *opaque)
{
    ObjectProperty *prop = g_new0(ObjectProperty, 1);

    prop->name = g_strdup(name);
    prop->type = g_strdup(type);
    prop->get = get;
    prop->set = set;
    prop->release = release;
    prop->opaque = opaque;
    return prop;
}

/* "foo[*]" becomes the first foo[N] that does not exist; other names stay. */
static char *property_pick_name(Object *obj, const char *name)
{
    size_t len = strlen(name);

    if (!g_str_has_suffix(name, "[*]")) {
        return g_strdup(name);
    }
    for (unsigned i = 0;; i++) {
        char *full = g_strdup_printf("%.*s[%u]", (int)(len - 3), name, i);

        if (!object_property_find(obj, full)) {
            return full;
        }
        g_free(full);
    }
}

ObjectProperty *object_property_try_add(Object *obj, const char *name, const char *type,
                                        ObjectPropertyAccessor *get,
                                        ObjectPropertyAccessor *set,
                                        ObjectPropertyRelease *release, void *opaque,
                                        Error **errp)
{
    g_autofree char *full = property_pick_name(obj, name);
    ObjectProperty *prop;

    if (object_property_find(obj, full)) {
        error_setg(errp, "attempt to add duplicate property '%s' to object (type '%s')",
                   full, object_get_typename(obj));
        return NULL;
    }
    prop = property_new(full, type, get, set, release, opaque);
    g_hash_table_insert(obj->properties, prop->name, prop);
    return prop;
}

ObjectProperty *object_property_add(Object *obj, const char *name, const char *type,
                                    ObjectPropertyAccessor *get,
                                    ObjectPropertyAccessor *set,
                                    ObjectPropertyRelease *release, void *opaque)
{
    return object_property_try_add(obj, name, type, get, set, release, opaque,
                                   &error_abort);
}

ObjectProperty *object_class_property_add(ObjectClass *klass, const char *name,
                                          const char *type, ObjectPropertyAccessor *get,
                                          ObjectPropertyAccessor *set,
                                          ObjectPropertyRelease *release, void *opaque)
{
    ObjectProperty *prop;

    g_assert(!object_class_property_find(klass, name));
    prop = property_new(name, type, get, set, release, opaque);
    g_hash_table_insert(klass->properties, prop->name, prop);
    return prop;
}

/* --- finding --- */

ObjectProperty *object_class_property_find(ObjectClass *klass, const char *name)
{
    for (; klass; klass = object_class_get_parent(klass)) {
        ObjectProperty *prop = g_hash_table_lookup(klass->properties, name);

        if (prop) {
            return prop;
        }
    }
    return NULL;
}

ObjectProperty *object_class_property_find_err(ObjectClass *klass, const char *name,
                                               Error **errp)
{
    ObjectProperty *prop = object_class_property_find(klass, name);

    if (!prop) {
        error_setg(errp, "Property '.%s' not found", name);
    }
    return prop;
}

ObjectProperty *object_property_find(Object *obj, const char *name)
{
    ObjectProperty *prop = object_class_property_find(object_get_class(obj), name);

    return prop ? prop : g_hash_table_lookup(obj->properties, name);
}

ObjectProperty *object_property_find_err(Object *obj, const char *name, Error **errp)
{
    ObjectProperty *prop = object_property_find(obj, name);

    if (!prop) {
        error_setg(errp, "Property '%s.%s' not found", object_get_typename(obj), name);
    }
    return prop;
}

void object_property_iter_init(ObjectPropertyIterator *iter, Object *obj)
{
    g_hash_table_iter_init(&iter->iter, obj->properties);
    iter->nextclass = object_get_class(obj);
}

void object_class_property_iter_init(ObjectPropertyIterator *iter, ObjectClass *klass)
{
    g_hash_table_iter_init(&iter->iter, klass->properties);
    iter->nextclass = object_class_get_parent(klass);
}

ObjectProperty *object_property_iter_next(ObjectPropertyIterator *iter)
{
    void *prop;

    while (!g_hash_table_iter_next(&iter->iter, NULL, &prop)) {
        if (!iter->nextclass) {
            return NULL;
        }
        g_hash_table_iter_init(&iter->iter, iter->nextclass->properties);
        iter->nextclass = object_class_get_parent(iter->nextclass);
    }
    return prop;
}

/* --- descriptions and defaults --- */

void object_property_set_description(Object *obj, const char *name,
                                     const char *description)
{
    ObjectProperty *prop = object_property_find_err(obj, name, &error_abort);

    g_free(prop->description);
    prop->description = g_strdup(description);
}

void object_class_property_set_description(ObjectClass *klass, const char *name,
                                           const char *description)
{
    ObjectProperty *prop = object_class_property_find(klass, name);

    g_assert(prop);
    g_free(prop->description);
    prop->description = g_strdup(description);
}

static void property_init_defval(Object *obj, ObjectProperty *prop)
{
    Visitor *v = visitor_input_new(prop->defval, true);

    prop->set(obj, v, prop->name, prop->opaque, &error_abort);
    visit_free(v);
}

static void property_set_defval(ObjectProperty *prop, struct json_object *defval)
{
    g_assert(!prop->defval && !prop->init);
    prop->defval = defval;
    prop->init = property_init_defval;
}

void object_property_set_default_bool(ObjectProperty *prop, bool value)
{
    property_set_defval(prop, json_object_new_boolean(value));
}

void object_property_set_default_str(ObjectProperty *prop, const char *value)
{
    property_set_defval(prop, json_object_new_string(value));
}

void object_property_set_default_list(ObjectProperty *prop)
{
    property_set_defval(prop, json_object_new_array());
}

void object_property_set_default_int(ObjectProperty *prop, int64_t value)
{
    property_set_defval(prop, json_object_new_int64(value));
}

void object_property_set_default_uint(ObjectProperty *prop, uint64_t value)
{
    property_set_defval(prop, json_object_new_uint64(value));
}

void object_init_class_properties(Object *obj)
{
    ObjectPropertyIterator iter;
    ObjectProperty *prop;

    object_class_property_iter_init(&iter, object_get_class(obj));
    while ((prop = object_property_iter_next(&iter))) {
        if (prop->init) {
            prop->init(obj, prop);
        }
    }
}

/* --- removal --- */

/*
 * The property stays in the table while its release function runs, which may
 * need the object's path and may even remove the property itself.
 */
static void property_release(Object *obj, ObjectProperty *prop)
{
    g_autofree char *name = g_strdup(prop->name);
    ObjectPropertyRelease *release = prop->release;

    prop->release = NULL;
    if (release) {
        release(obj, name, prop->opaque);
    }
    if (g_hash_table_lookup(obj->properties, name) == prop) {
        g_hash_table_remove(obj->properties, name);
    }
}

void object_property_del(Object *obj, const char *name)
{
    ObjectProperty *prop = g_hash_table_lookup(obj->properties, name);

    g_assert(prop);
    property_release(obj, prop);
}

void object_property_del_child(Object *obj, Object *child)
{
    GHashTableIter iter;
    void *data;

    g_hash_table_iter_init(&iter, obj->properties);
    while (g_hash_table_iter_next(&iter, NULL, &data)) {
        ObjectProperty *prop = data;

        if (object_property_is_child(prop) && prop->opaque == child) {
            property_release(obj, prop);
            return;
        }
    }
}

void object_property_del_all(Object *obj)
{
    ObjectPropertyIterator iter;
    ObjectProperty *prop;
    GHashTableIter own;
    void *data;

    /* One release may remove others: start again after each. */
    while (g_hash_table_iter_init(&own, obj->properties),
           g_hash_table_iter_next(&own, NULL, &data)) {
        property_release(obj, data);
    }
    object_class_property_iter_init(&iter, object_get_class(obj));
    while ((prop = object_property_iter_next(&iter))) {
        if (prop->release) {
            prop->release(obj, prop->name, prop->opaque);
        }
    }
}

/* --- values --- */

bool object_property_get(Object *obj, const char *name, Visitor *v, Error **errp)
{
    ObjectProperty *prop = object_property_find_err(obj, name, errp);
    Error *err = NULL;

    if (!prop) {
        return false;
    }
    if (!prop->get) {
        error_setg(errp, "Property '%s.%s' is not readable", object_get_typename(obj),
                   name);
        return false;
    }
    prop->get(obj, v, name, prop->opaque, &err);
    error_propagate(errp, err);
    return !err;
}

bool object_property_set(Object *obj, const char *name, Visitor *v, Error **errp)
{
    ObjectProperty *prop = object_property_find_err(obj, name, errp);
    Error *err = NULL;

    if (!prop) {
        return false;
    }
    if (!prop->set) {
        error_setg(errp, "Property '%s.%s' is not writable", object_get_typename(obj),
                   name);
        return false;
    }
    prop->set(obj, v, name, prop->opaque, &err);
    error_propagate(errp, err);
    return !err;
}

bool object_property_set_json(Object *obj, const char *name, struct json_object *value,
                              bool keyval, Error **errp)
{
    Visitor *v = visitor_input_new(value, keyval);
    bool ok = object_property_set(obj, name, v, errp);

    visit_free(v);
    return ok;
}

struct json_object *object_property_get_json(Object *obj, const char *name,
                                             Error **errp)
{
    Visitor *v = visitor_output_new();
    struct json_object *value = NULL;

    if (object_property_get(obj, name, v, errp)) {
        value = visitor_take_value(v);
    }
    visit_free(v);
    return value;
}

bool object_property_parse(Object *obj, const char *name, const char *string,
                           Error **errp)
{
    struct json_object *value = json_object_new_string(string);
    bool ok = object_property_set_json(obj, name, value, true, errp);

    json_object_put(value);
    return ok;
}

const char *object_property_get_type(Object *obj, const char *name, Error **errp)
{
    ObjectProperty *prop = object_property_find_err(obj, name, errp);

    return prop ? prop->type : NULL;
}
