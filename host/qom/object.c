/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The life of an object: initialised parent class first, finalised in reverse.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qom/object.h"
#include "qom/object_interfaces.h"
#include "object-internal.h"

static void object_init_with_type(Object *obj, Type ti)
{
    if (type_parent(ti)) {
        object_init_with_type(obj, type_parent(ti));
    }
    if (type_info(ti)->instance_init) {
        type_info(ti)->instance_init(obj);
    }
}

static void object_post_init_with_type(Object *obj, Type ti)
{
    if (type_parent(ti)) {
        object_post_init_with_type(obj, type_parent(ti));
    }
    if (type_info(ti)->instance_post_init) {
        type_info(ti)->instance_post_init(obj);
    }
}

static void object_initialize_with_class(Object *obj, size_t size, ObjectClass *klass)
{
    Type ti = type_of_class(klass);

    g_assert(type_instance_size(ti) >= sizeof(Object));
    g_assert(size >= type_instance_size(ti));
    g_assert(!object_class_is_abstract(klass));

    memset(obj, 0, type_instance_size(ti));
    obj->class = klass;
    obj->ref = 1;
    obj->properties = object_property_table_new();
    object_init_class_properties(obj);
    object_init_with_type(obj, ti);
    object_post_init_with_type(obj, ti);
}

static ObjectClass *class_or_die(const char *typename)
{
    ObjectClass *klass = object_class_by_name(typename);

    if (!klass) {
        g_error("unknown type '%s'", typename);
    }
    return klass;
}

void object_initialize(void *obj, size_t size, const char *typename)
{
    object_initialize_with_class(obj, size, class_or_die(typename));
}

static void object_free_aligned(void *obj)
{
    free(obj);
}

Object *object_new_with_class(ObjectClass *klass)
{
    size_t size = type_instance_size(type_of_class(klass));
    size_t align = type_instance_align(type_of_class(klass));
    Object *obj;

    if (align <= __alignof__(max_align_t)) {
        obj = g_malloc(size);
        object_initialize_with_class(obj, size, klass);
        obj->free = g_free;
    } else {
        obj = aligned_alloc(align, QEMU_ALIGN_UP(size, align));
        g_assert(obj);
        object_initialize_with_class(obj, size, klass);
        obj->free = object_free_aligned;
    }
    return obj;
}

Object *object_new(const char *typename)
{
    return object_new_with_class(class_or_die(typename));
}

ObjectClass *object_get_class(Object *obj)
{
    return obj->class;
}

const char *object_get_typename(const Object *obj)
{
    return object_class_get_name(obj->class);
}

/* --- references --- */

Object *object_ref(void *objptr)
{
    Object *obj = objptr;

    if (obj) {
        uint32_t ref = __atomic_fetch_add(&obj->ref, 1, __ATOMIC_RELAXED);

        g_assert(ref > 0 && ref < INT_MAX);
    }
    return obj;
}

static void object_finalize(Object *obj)
{
    ObjectFree *free_fn = obj->free;

    object_property_del_all(obj);
    for (Type ti = type_of_class(obj->class); ti; ti = type_parent(ti)) {
        if (type_info(ti)->instance_finalize) {
            type_info(ti)->instance_finalize(obj);
        }
    }
    g_assert(obj->ref == 0);
    g_assert(!obj->parent);
    object_property_table_free(obj->properties);
    obj->properties = NULL;
    g_clear_pointer(&obj->explicit_values, g_hash_table_unref);
    if (free_fn) {
        free_fn(obj);
    }
}

void object_unref(void *objptr)
{
    Object *obj = objptr;

    if (obj) {
        g_assert(obj->ref > 0);
        if (__atomic_sub_fetch(&obj->ref, 1, __ATOMIC_ACQ_REL) == 0) {
            object_finalize(obj);
        }
    }
}

void object_unparent(Object *obj)
{
    if (obj->parent) {
        object_property_del_child(obj->parent, obj);
    }
}

/* --- creation together with properties and a parent --- */

bool object_set_propv(Object *obj, Error **errp, va_list vargs)
{
    const char *name, *value;

    while ((name = va_arg(vargs, const char *))) {
        value = va_arg(vargs, const char *);
        g_assert(value);
        if (!object_property_parse(obj, name, value, errp)) {
            return false;
        }
    }
    return true;
}

bool object_set_props(Object *obj, Error **errp, ...)
{
    va_list vargs;
    bool ok;

    va_start(vargs, errp);
    ok = object_set_propv(obj, errp, vargs);
    va_end(vargs);
    return ok;
}

static bool object_adopt_and_complete(Object *obj, Object *parent, const char *id,
                                      Error **errp)
{
    UserCreatable *uc;

    if (id && !object_property_try_add_child(parent, id, obj, errp)) {
        return false;
    }
    uc = (UserCreatable *)object_dynamic_cast(obj, TYPE_USER_CREATABLE);
    if (uc && !user_creatable_complete(uc, errp)) {
        object_unparent(obj);
        return false;
    }
    return true;
}

Object *object_new_with_propv(const char *typename, Object *parent, const char *id,
                              Error **errp, va_list vargs)
{
    ObjectClass *klass = object_class_by_name(typename);
    Object *obj;
    bool ok;

    if (!klass || object_class_is_abstract(klass)) {
        error_setg(errp,
                   klass ? "object type '%s' is abstract" : "invalid object type: %s",
                   typename);
        return NULL;
    }
    obj = object_new_with_class(klass);
    ok = object_set_propv(obj, errp, vargs) &&
         object_adopt_and_complete(obj, parent, id, errp);
    if (!ok || id) { /* with an id it belongs to @parent now */
        object_unref(obj);
    }
    return ok ? obj : NULL;
}

Object *object_new_with_props(const char *typename, Object *parent, const char *id,
                              Error **errp, ...)
{
    va_list vargs;
    Object *obj;

    va_start(vargs, errp);
    obj = object_new_with_propv(typename, parent, id, errp, vargs);
    va_end(vargs);
    return obj;
}

bool object_initialize_child_with_propsv(Object *parentobj, const char *propname,
                                         void *childobj, size_t size, const char *type,
                                         Error **errp, va_list vargs)
{
    Object *obj = childobj;
    bool ok;

    object_initialize(childobj, size, type);
    ok = object_set_propv(obj, errp, vargs) &&
         object_adopt_and_complete(obj, parentobj, propname, errp);
    object_unref(obj); /* the parent's reference remains */
    return ok;
}

bool object_initialize_child_with_props(Object *parentobj, const char *propname,
                                        void *childobj, size_t size, const char *type,
                                        Error **errp, ...)
{
    va_list vargs;
    bool ok;

    va_start(vargs, errp);
    ok = object_initialize_child_with_propsv(parentobj, propname, childobj, size, type,
                                             errp, vargs);
    va_end(vargs);
    return ok;
}

void object_initialize_child_internal(Object *parent, const char *propname, void *child,
                                      size_t size, const char *type)
{
    object_initialize(child, size, type);
    object_property_add_child(parent, propname, child);
    object_unref(child);
}
