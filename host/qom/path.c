/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tree of objects: containers, paths, walking.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qom/object.h"
#include "object-internal.h"

Object *object_get_root(void)
{
    static Object *root; /* lives as long as the process */

    if (!root) {
        root = object_new(TYPE_CONTAINER);
    }
    return root;
}

Object *object_property_add_new_container(Object *obj, const char *name)
{
    Object *child = object_new(TYPE_CONTAINER);

    object_property_add_child(obj, name, child);
    object_unref(child); /* the property holds it */
    return child;
}

Object *object_get_container(const char *name)
{
    Object *root = object_get_root();
    Object *child = object_resolve_path_component(root, name);

    return child ? child : object_property_add_new_container(root, name);
}

Object *object_get_objects_root(void)
{
    return object_get_container("objects");
}

Object *object_get_internal_root(void)
{
    static Object *internal;

    if (!internal) {
        internal = object_new(TYPE_CONTAINER);
    }
    return internal;
}

/* --- from an object to its path --- */

const char *object_get_canonical_path_component(const Object *obj)
{
    GHashTableIter iter;
    void *data;

    if (!obj->parent) {
        return NULL;
    }
    g_hash_table_iter_init(&iter, obj->parent->properties);
    while (g_hash_table_iter_next(&iter, NULL, &data)) {
        ObjectProperty *prop = data;

        if (object_property_is_child(prop) && prop->opaque == obj) {
            return prop->name;
        }
    }
    return NULL; /* its parent is letting go of it */
}

char *object_get_canonical_path(const Object *obj)
{
    GString *path;

    if (obj == object_get_root()) {
        return g_strdup("/");
    }
    path = g_string_new(NULL);
    for (; obj && obj != object_get_root(); obj = obj->parent) {
        const char *component = object_get_canonical_path_component(obj);

        if (!component) {
            g_string_free(path, true);
            return NULL;
        }
        g_string_prepend(path, component);
        g_string_prepend_c(path, '/');
    }
    return g_string_free(path, !obj);
}

/* --- from a path to its object --- */

Object *object_resolve_path_component(Object *parent, const char *part)
{
    ObjectProperty *prop = object_property_find(parent, part);

    return prop && prop->resolve ? prop->resolve(parent, prop->opaque, part) : NULL;
}

/* NULL unless the result is a @typename. */
static Object *resolve_parts(Object *obj, char **parts, const char *typename)
{
    for (; obj && *parts; parts++) {
        if (**parts) { /* "a//b" is "a/b" */
            obj = object_resolve_path_component(obj, *parts);
        }
    }
    return object_dynamic_cast(obj, typename);
}

/* Below @parent at any depth; @ambiguous once there are two answers. */
static Object *resolve_partial(Object *parent, char **parts, const char *typename,
                               bool *ambiguous)
{
    Object *found = resolve_parts(parent, parts, typename);
    GHashTableIter iter;
    void *data;

    g_hash_table_iter_init(&iter, parent->properties);
    while (g_hash_table_iter_next(&iter, NULL, &data)) {
        ObjectProperty *prop = data;
        Object *below;

        if (!object_property_is_child(prop)) {
            continue;
        }
        below = resolve_partial(prop->opaque, parts, typename, ambiguous);
        if (*ambiguous || (below && found && below != found)) {
            *ambiguous = true;
            return NULL;
        }
        found = found ? found : below;
    }
    return found;
}

Object *object_resolve_path_type(const char *path, const char *typename,
                                 bool *ambiguous)
{
    g_auto(GStrv) parts = g_strsplit(path, "/", 0);
    bool two = false;
    Object *obj;

    if (*path == '/') {
        obj = resolve_parts(object_get_root(), parts, typename);
    } else {
        obj = resolve_partial(object_get_root(), parts, typename, &two);
    }
    if (ambiguous) {
        *ambiguous = two;
    }
    return obj;
}

Object *object_resolve_path(const char *path, bool *ambiguous)
{
    return object_resolve_path_type(path, TYPE_OBJECT, ambiguous);
}

Object *object_resolve_path_at(Object *parent, const char *path)
{
    g_auto(GStrv) parts = g_strsplit(path, "/", 0);

    return resolve_parts(*path == '/' ? object_get_root() : parent, parts, TYPE_OBJECT);
}

Object *object_resolve_type_unambiguous(const char *typename, Error **errp)
{
    bool ambiguous;
    Object *obj = object_resolve_path_type("", typename, &ambiguous);

    if (ambiguous) {
        error_setg(errp, "More than one object of type %s", typename);
    } else if (!obj) {
        error_setg(errp, "No object found of type %s", typename);
    }
    return obj;
}

/* --- walking --- */

static int child_foreach(Object *obj, int (*fn)(Object *child, void *opaque),
                         void *opaque, bool recurse)
{
    g_autoptr(GPtrArray) children = g_ptr_array_new_with_free_func(object_unref);
    GHashTableIter iter;
    void *data;
    int ret = 0;

    /* A snapshot: the callback may add and remove children. */
    g_hash_table_iter_init(&iter, obj->properties);
    while (g_hash_table_iter_next(&iter, NULL, &data)) {
        ObjectProperty *prop = data;

        if (object_property_is_child(prop)) {
            g_ptr_array_add(children, object_ref(prop->opaque));
        }
    }
    for (guint i = 0; i < children->len && !ret; i++) {
        Object *child = g_ptr_array_index(children, i);

        ret = fn(child, opaque);
        if (!ret && recurse) {
            ret = child_foreach(child, fn, opaque, true);
        }
    }
    return ret;
}

int object_child_foreach(Object *obj, int (*fn)(Object *child, void *opaque),
                         void *opaque)
{
    return child_foreach(obj, fn, opaque, false);
}

int object_child_foreach_recursive(Object *obj, int (*fn)(Object *child, void *opaque),
                                   void *opaque)
{
    return child_foreach(obj, fn, opaque, true);
}
