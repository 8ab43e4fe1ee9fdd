/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Defaults that the machine or the user imposes on every object of a type.
 */
#include "qemu/osdep.h"
#include <json-c/json.h>
#include "hw/core/qdev.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qom/object.h"

static GPtrArray *machine_props; /* of GlobalProperty, owned by the machine's class */
static GPtrArray *sugar_props;   /* of GlobalProperty, owned here */

static bool apply_one(Object *obj, GlobalProperty *p, PropertyOrigin origin,
                      Error **errp)
{
    struct json_object *value = json_object_new_string(p->value);
    bool ok = object_property_set_explicit(obj, p->property, value, true, origin, errp);

    json_object_put(value);
    return ok;
}

static bool apply_props(Object *obj, const GPtrArray *props, PropertyOrigin origin,
                        Error **errp)
{
    for (guint i = 0; props && i < props->len; i++) {
        GlobalProperty *p = g_ptr_array_index(props, i);
        Error *err = NULL;

        if (!object_dynamic_cast(obj, p->driver)) {
            continue;
        }
        if (p->optional && !object_property_find(obj, p->property)) {
            continue;
        }
        p->used = true;
        if (apply_one(obj, p, origin, &err)) {
            continue;
        }
        error_prepend(&err, "can't apply global %s.%s=%s: ", p->driver, p->property,
                      p->value);
        if (errp) {
            error_propagate(errp, err);
            return false;
        }
        warn_report_err(err); /* nobody to tell: the object comes without it */
    }
    return true;
}

bool object_apply_global_props(Object *obj, const GPtrArray *props, Error **errp)
{
    return apply_props(obj, props, PROPERTY_ORIGIN_GLOBAL, errp);
}

void object_set_machine_compat_props(GPtrArray *compat_props)
{
    machine_props = compat_props;
}

static void sugar_prop_free(void *data)
{
    GlobalProperty *p = data;

    g_free((char *)p->driver);
    g_free((char *)p->property);
    g_free((char *)p->value);
    g_free(p);
}

void object_register_sugar_prop(const char *driver, const char *prop, const char *value,
                                bool optional)
{
    GlobalProperty *p = g_new0(GlobalProperty, 1);

    p->driver = g_strdup(driver);
    p->property = g_strdup(prop);
    p->value = g_strdup(value);
    p->optional = optional;
    if (!sugar_props) {
        sugar_props = g_ptr_array_new_with_free_func(sugar_prop_free);
    }
    g_ptr_array_add(sugar_props, p);
}

void object_apply_compat_props(Object *obj)
{
    apply_props(obj, machine_props, PROPERTY_ORIGIN_COMPAT, &error_abort);
    apply_props(obj, sugar_props, PROPERTY_ORIGIN_COMPAT, &error_abort);
}
