/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -global, and setting properties from C.
 */
#include "qemu/osdep.h"
#include <json-c/json.h>
#include "hw/core/qdev-properties.h"
#include "qapi/error.h"
#include "qemu/error-report.h"

static GPtrArray *globals; /* of GlobalProperty, borrowed */

void qdev_prop_register_global(GlobalProperty *prop)
{
    if (!globals) {
        globals = g_ptr_array_new();
    }
    g_ptr_array_add(globals, prop);
}

const GlobalProperty *qdev_find_global_prop(Object *obj, const char *name)
{
    for (guint i = 0; globals && i < globals->len; i++) {
        const GlobalProperty *p = g_ptr_array_index(globals, i);

        if (object_dynamic_cast(obj, p->driver) && g_str_equal(p->property, name)) {
            return p;
        }
    }
    return NULL;
}

int qdev_prop_check_globals(void)
{
    int ret = 0;

    for (guint i = 0; globals && i < globals->len; i++) {
        const GlobalProperty *p = g_ptr_array_index(globals, i);
        ObjectClass *oc = object_class_by_name(p->driver);
        DeviceClass *dc = (DeviceClass *)object_class_dynamic_cast(oc, TYPE_DEVICE);

        if (p->used) {
            continue;
        }
        if (!dc) {
            warn_report("global %s.%s has invalid class name", p->driver, p->property);
            ret = 1;
        } else if (!dc->hotpluggable && !object_class_is_abstract(oc)) {
            warn_report("global %s.%s=%s not used", p->driver, p->property, p->value);
            ret = 1;
        }
    }
    return ret;
}

/* A wrong -global ends start-up; on a running machine it is only reported. */
void qdev_prop_set_globals(DeviceState *dev)
{
    object_apply_global_props(OBJECT(dev), globals,
                              dev->hotplugged ? NULL : &error_fatal);
}

void error_set_from_qdev_prop_error(Error **errp, int ret, Object *obj,
                                    const char *name, const char *value)
{
    const char *type = object_get_typename(obj);

    switch (ret) {
    case -EEXIST:
        error_setg(errp, "Property '%s.%s' can't take value '%s', it's in use", type,
                   name, value);
        break;
    case -ENOENT:
        error_setg(errp, "Property '%s.%s' can't find value '%s'", type, name, value);
        break;
    case -EINVAL:
        error_setg(errp, "Property '%s.%s' doesn't take value '%s'", type, name, value);
        break;
    default:
        g_assert(ret == 0);
    }
}

/* --- setting from C --- */

void qdev_prop_set_bit(DeviceState *dev, const char *name, bool value)
{
    object_property_set_bool(OBJECT(dev), name, value, &error_abort);
}

void qdev_prop_set_uint8(DeviceState *dev, const char *name, uint8_t value)
{
    object_property_set_uint(OBJECT(dev), name, value, &error_abort);
}

void qdev_prop_set_uint16(DeviceState *dev, const char *name, uint16_t value)
{
    object_property_set_uint(OBJECT(dev), name, value, &error_abort);
}

void qdev_prop_set_uint32(DeviceState *dev, const char *name, uint32_t value)
{
    object_property_set_uint(OBJECT(dev), name, value, &error_abort);
}

void qdev_prop_set_int32(DeviceState *dev, const char *name, int32_t value)
{
    object_property_set_int(OBJECT(dev), name, value, &error_abort);
}

void qdev_prop_set_uint64(DeviceState *dev, const char *name, uint64_t value)
{
    object_property_set_uint(OBJECT(dev), name, value, &error_abort);
}

void qdev_prop_set_string(DeviceState *dev, const char *name, const char *value)
{
    object_property_set_str(OBJECT(dev), name, value, &error_abort);
}

void qdev_prop_set_enum(DeviceState *dev, const char *name, int value)
{
    ObjectProperty *op = object_property_find_err(OBJECT(dev), name, &error_abort);
    const Property *prop = op->opaque;

    g_assert(prop->info->enum_table);
    object_property_set_str(OBJECT(dev), name,
                            qapi_enum_lookup(prop->info->enum_table, value),
                            &error_abort);
}

void qdev_prop_set_array(DeviceState *dev, const char *name, struct json_object *values)
{
    object_property_set_json(OBJECT(dev), name, values, false, &error_abort);
    json_object_put(values);
}

void qdev_prop_set_macaddr(DeviceState *dev, const char *name, const uint8_t *value)
{
    g_autofree char *text =
        g_strdup_printf("%02x:%02x:%02x:%02x:%02x:%02x", value[0], value[1], value[2],
                        value[3], value[4], value[5]);

    object_property_set_str(OBJECT(dev), name, text, &error_abort);
}
