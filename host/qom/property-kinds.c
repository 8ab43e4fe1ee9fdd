/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ready-made kinds of properties: strings, booleans and enumerations by
 * functions, integers by pointer.
 */
#include "qemu/osdep.h"
#include <json-c/json.h>
#include "qapi/error.h"
#include "qom/object.h"

/* --- the functions of one property; lives as long as the property --- */

typedef struct FunctionProperty {
    union {
        char *(*get_str)(Object *, Error **);
        bool (*get_bool)(Object *, Error **);
        int (*get_enum)(Object *, Error **);
    };
    union {
        void (*set_str)(Object *, const char *, Error **);
        void (*set_bool)(Object *, bool, Error **);
        void (*set_enum)(Object *, int, Error **);
    };
    const QEnumLookup *lookup;
} FunctionProperty;

static void function_property_release(Object *obj, const char *name, void *opaque)
{
    g_free(opaque);
}

static void property_get_str(Object *obj, Visitor *v, const char *name, void *opaque,
                             Error **errp)
{
    FunctionProperty *fp = opaque;
    Error *err = NULL;
    char *value = fp->get_str(obj, &err);

    if (err) {
        error_propagate(errp, err);
        return;
    }
    visit_type_str(v, name, &value, errp);
    g_free(value);
}

static void property_set_str(Object *obj, Visitor *v, const char *name, void *opaque,
                             Error **errp)
{
    FunctionProperty *fp = opaque;
    char *value;

    if (visit_type_str(v, name, &value, errp)) {
        fp->set_str(obj, value, errp);
        g_free(value);
    }
}

static void property_get_bool(Object *obj, Visitor *v, const char *name, void *opaque,
                              Error **errp)
{
    FunctionProperty *fp = opaque;
    Error *err = NULL;
    bool value = fp->get_bool(obj, &err);

    if (err) {
        error_propagate(errp, err);
        return;
    }
    visit_type_bool(v, name, &value, errp);
}

static void property_set_bool(Object *obj, Visitor *v, const char *name, void *opaque,
                              Error **errp)
{
    FunctionProperty *fp = opaque;
    bool value;

    if (visit_type_bool(v, name, &value, errp)) {
        fp->set_bool(obj, value, errp);
    }
}

static void property_get_enum(Object *obj, Visitor *v, const char *name, void *opaque,
                              Error **errp)
{
    FunctionProperty *fp = opaque;
    Error *err = NULL;
    int value = fp->get_enum(obj, &err);

    if (err) {
        error_propagate(errp, err);
        return;
    }
    visit_type_enum(v, name, &value, fp->lookup, errp);
}

static void property_set_enum(Object *obj, Visitor *v, const char *name, void *opaque,
                              Error **errp)
{
    FunctionProperty *fp = opaque;
    int value;

    if (visit_type_enum(v, name, &value, fp->lookup, errp)) {
        fp->set_enum(obj, value, errp);
    }
}

ObjectProperty *object_property_add_str(Object *obj, const char *name,
                                        char *(*get)(Object *, Error **),
                                        void (*set)(Object *, const char *, Error **))
{
    FunctionProperty *fp = g_new0(FunctionProperty, 1);

    fp->get_str = get;
    fp->set_str = set;
    return object_property_add(obj, name, "string", get ? property_get_str : NULL,
                               set ? property_set_str : NULL, function_property_release,
                               fp);
}

ObjectProperty *object_class_property_add_str(ObjectClass *klass, const char *name,
                                              char *(*get)(Object *, Error **),
                                              void (*set)(Object *, const char *,
                                                          Error **))
{
    FunctionProperty *fp = g_new0(FunctionProperty, 1);

    fp->get_str = get;
    fp->set_str = set;
    return object_class_property_add(klass, name, "string",
                                     get ? property_get_str : NULL,
                                     set ? property_set_str : NULL, NULL, fp);
}

ObjectProperty *object_property_add_bool(Object *obj, const char *name,
                                         bool (*get)(Object *, Error **),
                                         void (*set)(Object *, bool, Error **))
{
    FunctionProperty *fp = g_new0(FunctionProperty, 1);

    fp->get_bool = get;
    fp->set_bool = set;
    return object_property_add(obj, name, "bool", get ? property_get_bool : NULL,
                               set ? property_set_bool : NULL,
                               function_property_release, fp);
}

ObjectProperty *object_class_property_add_bool(ObjectClass *klass, const char *name,
                                               bool (*get)(Object *, Error **),
                                               void (*set)(Object *, bool, Error **))
{
    FunctionProperty *fp = g_new0(FunctionProperty, 1);

    fp->get_bool = get;
    fp->set_bool = set;
    return object_class_property_add(klass, name, "bool",
                                     get ? property_get_bool : NULL,
                                     set ? property_set_bool : NULL, NULL, fp);
}

ObjectProperty *object_property_add_enum(Object *obj, const char *name,
                                         const char *typename,
                                         const QEnumLookup *lookup,
                                         int (*get)(Object *, Error **),
                                         void (*set)(Object *, int, Error **))
{
    FunctionProperty *fp = g_new0(FunctionProperty, 1);

    fp->get_enum = get;
    fp->set_enum = set;
    fp->lookup = lookup;
    return object_property_add(obj, name, typename, get ? property_get_enum : NULL,
                               set ? property_set_enum : NULL,
                               function_property_release, fp);
}

ObjectProperty *object_class_property_add_enum(ObjectClass *klass, const char *name,
                                               const char *typename,
                                               const QEnumLookup *lookup,
                                               int (*get)(Object *, Error **),
                                               void (*set)(Object *, int, Error **))
{
    FunctionProperty *fp = g_new0(FunctionProperty, 1);

    fp->get_enum = get;
    fp->set_enum = set;
    fp->lookup = lookup;
    return object_class_property_add(klass, name, typename,
                                     get ? property_get_enum : NULL,
                                     set ? property_set_enum : NULL, NULL, fp);
}

int object_property_get_enum(Object *obj, const char *name, const char *typename,
                             Error **errp)
{
    ObjectProperty *prop = object_property_find_err(obj, name, errp);
    FunctionProperty *fp;
    g_autofree char *text = NULL;

    if (!prop) {
        return -1;
    }
    if (prop->get != property_get_enum || !g_str_equal(prop->type, typename)) {
        error_setg(errp, "Property %s on %s is not '%s' enum type", name,
                   object_get_typename(obj), typename);
        return -1;
    }
    fp = prop->opaque;
    text = object_property_get_str(obj, name, errp);
    return text ? qapi_enum_parse(fp->lookup, text, -1, errp) : -1;
}

/* --- integers by pointer: the opaque is the address of the value --- */

static void property_uint8_ptr(Object *obj, Visitor *v, const char *name, void *opaque,
                               Error **errp)
{
    visit_type_uint8(v, name, opaque, errp);
}

static void property_uint16_ptr(Object *obj, Visitor *v, const char *name, void *opaque,
                                Error **errp)
{
    visit_type_uint16(v, name, opaque, errp);
}

static void property_uint32_ptr(Object *obj, Visitor *v, const char *name, void *opaque,
                                Error **errp)
{
    visit_type_uint32(v, name, opaque, errp);
}

static void property_uint64_ptr(Object *obj, Visitor *v, const char *name, void *opaque,
                                Error **errp)
{
    visit_type_uint64(v, name, opaque, errp);
}

static ObjectProperty *add_ptr(Object *obj, const char *name, const char *type,
                               ObjectPropertyAccessor *access, const void *v,
                               ObjectPropertyFlags flags)
{
    return object_property_add(
        obj, name, type, flags & OBJ_PROP_FLAG_READ ? access : NULL,
        flags & OBJ_PROP_FLAG_WRITE ? access : NULL, NULL, (void *)v);
}

ObjectProperty *object_property_add_uint8_ptr(Object *obj, const char *name,
                                              const uint8_t *v,
                                              ObjectPropertyFlags flags)
{
    return add_ptr(obj, name, "uint8", property_uint8_ptr, v, flags);
}

ObjectProperty *object_property_add_uint16_ptr(Object *obj, const char *name,
                                               const uint16_t *v,
                                               ObjectPropertyFlags flags)
{
    return add_ptr(obj, name, "uint16", property_uint16_ptr, v, flags);
}

ObjectProperty *object_property_add_uint32_ptr(Object *obj, const char *name,
                                               const uint32_t *v,
                                               ObjectPropertyFlags flags)
{
    return add_ptr(obj, name, "uint32", property_uint32_ptr, v, flags);
}

ObjectProperty *object_property_add_uint64_ptr(Object *obj, const char *name,
                                               const uint64_t *v,
                                               ObjectPropertyFlags flags)
{
    return add_ptr(obj, name, "uint64", property_uint64_ptr, v, flags);
}
