/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Properties that lead to other objects: children, links and aliases.
 */
#include "qemu/osdep.h"
#include <json-c/json.h>
#include "qapi/error.h"
#include "qom/object.h"
#include "object-internal.h"

/* --- children --- */

static void visit_path_of(Object *target, Visitor *v, const char *name, Error **errp)
{
    char *path = target ? object_get_canonical_path(target) : NULL;

    visit_type_str(v, name, &path, errp);
    g_free(path);
}

static void child_get(Object *obj, Visitor *v, const char *name, void *opaque,
                      Error **errp)
{
    visit_path_of(opaque, v, name, errp);
}

static Object *child_resolve(Object *obj, void *opaque, const char *part)
{
    return opaque;
}

static void child_release(Object *obj, const char *name, void *opaque)
{
    Object *child = opaque;

    if (child->class->unparent) {
        child->class->unparent(child);
    }
    child->parent = NULL;
    object_unref(child);
}

bool object_property_is_child(const ObjectProperty *prop)
{
    return prop->resolve == child_resolve;
}

ObjectProperty *object_property_try_add_child(Object *obj, const char *name,
                                              Object *child, Error **errp)
{
    g_autofree char *type = NULL;
    ObjectProperty *prop;

    g_assert(!child->parent);
    type = g_strdup_printf("child<%s>", object_get_typename(child));
    prop = object_property_try_add(obj, name, type, child_get, NULL, child_release,
                                   child, errp);
    if (prop) {
        prop->resolve = child_resolve;
        object_ref(child);
        child->parent = obj;
    }
    return prop;
}

ObjectProperty *object_property_add_child(Object *obj, const char *name, Object *child)
{
    return object_property_try_add_child(obj, name, child, &error_abort);
}

/* --- links --- */

typedef struct LinkProperty {
    union {
        Object **targetp; /* of the caller */
        Object *target;   /* OBJ_PROP_LINK_DIRECT */
        ptrdiff_t offset; /* OBJ_PROP_LINK_CLASS */
    };
    void (*check)(const Object *obj, const char *name, Object *val, Error **errp);
    ObjectPropertyLinkFlags flags;
} LinkProperty;

void object_property_allow_set_link(const Object *obj, const char *name, Object *child,
                                    Error **errp)
{
}

static Object **link_target(Object *obj, LinkProperty *lp)
{
    if (lp->flags & OBJ_PROP_LINK_DIRECT) {
        return &lp->target;
    }
    if (lp->flags & OBJ_PROP_LINK_CLASS) {
        return (Object **)((char *)obj + lp->offset);
    }
    return lp->targetp;
}

static void link_get(Object *obj, Visitor *v, const char *name, void *opaque,
                     Error **errp)
{
    visit_path_of(*link_target(obj, opaque), v, name, errp);
}

/* "link<TYPE>" -> "TYPE", a new string. */
static char *link_type_name(const char *type)
{
    g_assert(g_str_has_prefix(type, "link<"));
    return g_strndup(type + 5, strlen(type) - 6);
}

/* The object @path names, if it is a @type. */
static Object *link_resolve_path(const char *name, const char *path, const char *type,
                                 Error **errp)
{
    bool ambiguous = false;
    Object *target = object_resolve_path_type(path, type, &ambiguous);

    if (ambiguous) {
        error_setg(errp, "Path '%s' does not uniquely identify an object", path);
    } else if (!target && object_resolve_path(path, NULL)) {
        error_setg(errp, "Invalid parameter type for '%s', expected: %s", name, type);
    } else if (!target) {
        error_set(errp, ERROR_CLASS_DEVICE_NOT_FOUND, "Device '%s' not found", path);
    }
    return target;
}

static void link_set(Object *obj, Visitor *v, const char *name, void *opaque,
                     Error **errp)
{
    ObjectProperty *prop = object_property_find(obj, name);
    LinkProperty *lp = opaque;
    Object **targetp = link_target(obj, lp), *old = *targetp, *new = NULL;
    g_autofree char *path = NULL, *type = link_type_name(prop->type);
    Error *err = NULL;

    if (!visit_type_str(v, name, &path, errp)) {
        return;
    }
    if (*path) {
        new = link_resolve_path(name, path, type, errp);
        if (!new) {
            return;
        }
    }
    lp->check(obj, name, new, &err);
    if (err) {
        error_propagate(errp, err);
        return;
    }
    *targetp = new;
    if (lp->flags & OBJ_PROP_LINK_STRONG) {
        object_ref(new);
        object_unref(old);
    }
}

static Object *link_resolve(Object *obj, void *opaque, const char *part)
{
    return *link_target(obj, opaque);
}

static void link_release(Object *obj, const char *name, void *opaque)
{
    LinkProperty *lp = opaque;
    Object **targetp = link_target(obj, lp);

    if ((lp->flags & OBJ_PROP_LINK_STRONG) && *targetp) {
        object_unref(*targetp);
        *targetp = NULL;
    }
    if (!(lp->flags & OBJ_PROP_LINK_CLASS)) {
        g_free(lp);
    }
}

ObjectProperty *object_property_add_link(
    Object *obj, const char *name, const char *type, Object **targetp,
    void (*check)(const Object *obj, const char *name, Object *val, Error **errp),
    ObjectPropertyLinkFlags flags)
{
    g_autofree char *full_type = g_strdup_printf("link<%s>", type);
    LinkProperty *lp = g_new0(LinkProperty, 1);
    ObjectProperty *prop;

    if (flags & OBJ_PROP_LINK_DIRECT) {
        lp->target = *targetp;
    } else {
        lp->targetp = targetp;
    }
    lp->check = check;
    lp->flags = flags;
    prop = object_property_add(obj, name, full_type, link_get, check ? link_set : NULL,
                               link_release, lp);
    prop->resolve = link_resolve;
    return prop;
}

ObjectProperty *object_class_property_add_link(
    ObjectClass *oc, const char *name, const char *type, ptrdiff_t offset,
    void (*check)(const Object *obj, const char *name, Object *val, Error **errp),
    ObjectPropertyLinkFlags flags)
{
    g_autofree char *full_type = g_strdup_printf("link<%s>", type);
    LinkProperty *lp = g_new0(LinkProperty, 1);
    ObjectProperty *prop;

    lp->offset = offset;
    lp->check = check;
    lp->flags = flags | OBJ_PROP_LINK_CLASS;
    prop = object_class_property_add(oc, name, full_type, link_get,
                                     check ? link_set : NULL, link_release, lp);
    prop->resolve = link_resolve;
    return prop;
}

ObjectProperty *object_property_add_const_link(Object *obj, const char *name,
                                               Object *target)
{
    return object_property_add_link(obj, name, object_get_typename(target), &target,
                                    NULL, OBJ_PROP_LINK_DIRECT);
}

/* --- aliases --- */

typedef struct AliasProperty {
    Object *target_obj; /* NULL: the object itself (class aliases) */
    char *target_name;
} AliasProperty;

static Object *alias_object(Object *obj, AliasProperty *ap)
{
    return ap->target_obj ? ap->target_obj : obj;
}

static void alias_get(Object *obj, Visitor *v, const char *name, void *opaque,
                      Error **errp)
{
    AliasProperty *ap = opaque;

    object_property_get(alias_object(obj, ap), ap->target_name, v, errp);
}

static void alias_set(Object *obj, Visitor *v, const char *name, void *opaque,
                      Error **errp)
{
    AliasProperty *ap = opaque;

    object_property_set(alias_object(obj, ap), ap->target_name, v, errp);
}

static Object *alias_resolve(Object *obj, void *opaque, const char *part)
{
    AliasProperty *ap = opaque;

    return object_resolve_path_component(alias_object(obj, ap), ap->target_name);
}

static void alias_release(Object *obj, const char *name, void *opaque)
{
    AliasProperty *ap = opaque;

    if (ap->target_obj) {
        g_free(ap->target_name);
        g_free(ap);
    }
}

ObjectProperty *object_property_resolve_alias(Object **obj, ObjectProperty *prop)
{
    while (prop && prop->release == alias_release) {
        AliasProperty *ap = prop->opaque;

        *obj = alias_object(*obj, ap);
        prop = object_property_find(*obj, ap->target_name);
    }
    return prop;
}

ObjectProperty *object_property_add_alias(Object *obj, const char *name,
                                          Object *target_obj, const char *target_name)
{
    ObjectProperty *target =
        object_property_find_err(target_obj, target_name, &error_abort);
    AliasProperty *ap = g_new(AliasProperty, 1);
    g_autofree char *type = NULL;
    ObjectProperty *prop;

    /* Behind another object's property a child is only a link. */
    if (object_property_is_child(target)) {
        type = g_strdup_printf("link%s", target->type + strlen("child"));
    } else {
        type = g_strdup(target->type);
    }
    *ap = (AliasProperty){ target_obj, g_strdup(target_name) };
    prop = object_property_add(obj, name, type, target->get ? alias_get : NULL,
                               target->set ? alias_set : NULL, alias_release, ap);
    if (target->resolve) {
        prop->resolve = alias_resolve;
    }
    if (target->defval) {
        prop->defval = json_object_get(target->defval);
    }
    target->aliased |= target_obj == obj;
    object_property_set_description(obj, prop->name, target->description);
    return prop;
}

ObjectProperty *object_class_property_add_alias(ObjectClass *klass, const char *name,
                                                const char *target_name)
{
    ObjectProperty *target = object_class_property_find(klass, target_name);
    AliasProperty *ap = g_new(AliasProperty, 1);
    ObjectProperty *prop;

    g_assert(target);
    *ap = (AliasProperty){ NULL, g_strdup(target_name) };
    prop = object_class_property_add(klass, name, target->type,
                                     target->get ? alias_get : NULL,
                                     target->set ? alias_set : NULL, alias_release, ap);
    if (target->defval) {
        prop->defval = json_object_get(target->defval);
    }
    target->aliased = true;
    object_class_property_set_description(klass, name, target->description);
    return prop;
}
