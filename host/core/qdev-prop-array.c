/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Array properties: a JSON list, or in key=value form a list by dotted keys
 * ("regions.0=…") or one element alone. qdev owns the elements.
 */
#include "qemu/osdep.h"
#include <json-c/json.h>
#include "hw/core/qdev-properties.h"
#include "qapi/error.h"

static char **array_pointer(Object *obj, const Property *prop)
{
    return (char **)((char *)obj + prop->arrayoffset);
}

/* A property whose field is the element at @elem, wherever that is. */
static Property element_property(Object *obj, const Property *prop, char *elem)
{
    return (Property){
        .name = prop->name,
        .info = prop->arrayinfo,
        .offset = elem - (char *)obj,
    };
}

static void elements_free(Object *obj, const char *name, const Property *prop,
                          char *elems, uint32_t n)
{
    for (uint32_t i = 0; prop->arrayinfo->release && i < n; i++) {
        Property elem =
            element_property(obj, prop, elems + (size_t)i * prop->arrayfieldsize);

        prop->arrayinfo->release(obj, name, &elem);
    }
    g_free(elems);
}

static bool element_set(Object *obj, const char *name, const Property *prop, char *at,
                        struct json_object *value, bool keyval, Error **errp)
{
    Property elem = element_property(obj, prop, at);
    Visitor *v = visitor_input_new(value, keyval);
    Error *err = NULL;

    prop->arrayinfo->set(obj, v, name, &elem, &err);
    visit_free(v);
    error_propagate(errp, err);
    return !err;
}

static void array_replace(Object *obj, const char *name, const Property *prop,
                          char *elems, uint32_t n)
{
    uint32_t *len = object_field_prop_ptr(obj, prop);
    char **ptr = array_pointer(obj, prop);

    elements_free(obj, name, prop, *ptr, *len);
    *ptr = elems;
    *len = n;
}

static void array_set(Object *obj, Visitor *v, const char *name, void *opaque,
                      Error **errp)
{
    const Property *prop = opaque;
    struct json_object *value = visitor_value(v);
    bool list = json_object_is_type(value, json_type_array);
    size_t n = list ? json_object_array_length(value) : 1;
    char *elems;

    if (!list && !visitor_is_keyval(v)) {
        error_setg(errp, "Invalid parameter type for '%s', expected: array", name);
        return;
    }
    elems = g_malloc0_n(n, prop->arrayfieldsize);
    for (size_t i = 0; i < n; i++) {
        struct json_object *one = list ? json_object_array_get_idx(value, i) : value;

        if (!element_set(obj, name, prop, elems + i * prop->arrayfieldsize, one,
                         visitor_is_keyval(v), errp)) {
            elements_free(obj, name, prop, elems, n);
            return;
        }
    }
    array_replace(obj, name, prop, n ? elems : NULL, n);
    if (!n) {
        g_free(elems);
    }
}

static void array_get(Object *obj, Visitor *v, const char *name, void *opaque,
                      Error **errp)
{
    const Property *prop = opaque;
    uint32_t *len = object_field_prop_ptr(obj, prop);
    struct json_object *list = json_object_new_array();

    for (uint32_t i = 0; i < *len; i++) {
        Property elem = element_property(
            obj, prop, *array_pointer(obj, prop) + (size_t)i * prop->arrayfieldsize);
        Visitor *one = visitor_output_new();
        Error *err = NULL;

        prop->arrayinfo->get(obj, one, name, &elem, &err);
        json_object_array_add(list, visitor_take_value(one));
        visit_free(one);
        if (err) {
            error_propagate(errp, err);
            json_object_put(list);
            return;
        }
    }
    visitor_set_value(v, list);
}

static void array_release(Object *obj, const char *name, void *opaque)
{
    array_replace(obj, name, opaque, NULL, 0);
}

static void array_set_default(ObjectProperty *op, const Property *prop)
{
    object_property_set_default_list(op);
}

const PropertyInfo qdev_prop_array = {
    .type = "list",
    .get = array_get,
    .set = array_set,
    .release = array_release,
    .set_default_value = array_set_default,
};
