/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Types and their classes: a class is made from its parent's bytes the first
 * time anybody needs it, then filled in by class_init.
 */
#include "qemu/osdep.h"
#include "qom/object.h"
#include "object-internal.h"

struct TypeImpl {
    const TypeInfo *info;
    Type parent;        /* found on first use */
    ObjectClass *class; /* NULL until initialised */
    size_t class_size;
    size_t instance_size;
    size_t instance_align;
};

static GHashTable *type_table; /* name -> TypeImpl, never freed */

Type type_register_static(const TypeInfo *info)
{
    Type ti;

    if (!type_table) {
        type_table = g_hash_table_new(g_str_hash, g_str_equal);
    }
    g_assert(info->name && !g_hash_table_contains(type_table, info->name));
    ti = g_new0(struct TypeImpl, 1);
    ti->info = info;
    g_hash_table_insert(type_table, (void *)info->name, ti);
    return ti;
}

void type_register_static_array(const TypeInfo *infos, int nr_infos)
{
    for (int i = 0; i < nr_infos; i++) {
        type_register_static(&infos[i]);
    }
}

static Type type_by_name(const char *name)
{
    return name && type_table ? g_hash_table_lookup(type_table, name) : NULL;
}

Type type_parent(Type ti)
{
    if (!ti->parent && ti->info->parent) {
        ti->parent = type_by_name(ti->info->parent);
        if (!ti->parent) {
            g_error("type '%s': parent type '%s' is not registered", ti->info->name,
                    ti->info->parent);
        }
    }
    return ti->parent;
}

const TypeInfo *type_info(Type ti)
{
    return ti->info;
}

Type type_of_class(ObjectClass *klass)
{
    return klass->type;
}

size_t type_instance_size(Type ti)
{
    return ti->instance_size;
}

size_t type_instance_align(Type ti)
{
    return ti->instance_align;
}

static bool type_is_ancestor(Type ti, Type ancestor)
{
    for (; ti; ti = type_parent(ti)) {
        if (ti == ancestor) {
            return true;
        }
    }
    return false;
}

/* --- interfaces: each implementing class has its own copy of the method table --- */

static InterfaceClass *class_own_interface(ObjectClass *klass, Type iface)
{
    for (GSList *l = klass->interfaces; l; l = l->next) {
        InterfaceClass *ic = l->data;

        if (type_is_ancestor(ic->interface_type, iface)) {
            return ic;
        }
    }
    return NULL;
}

/* @from: the table to start with, of the parent class or of the interface type. */
static void class_add_interface(ObjectClass *klass, Type iface, const ObjectClass *from)
{
    InterfaceClass *ic = g_malloc(iface->class_size);

    memcpy(ic, from, iface->class_size);
    ic->parent_class.type = iface;
    ic->parent_class.interfaces = NULL;
    ic->interface_type = iface;
    klass->interfaces = g_slist_append(klass->interfaces, ic);
}

static void class_init_interfaces(ObjectClass *klass, ObjectClass *parent_class,
                                  const InterfaceInfo *own)
{
    for (GSList *l = parent_class ? parent_class->interfaces : NULL; l; l = l->next) {
        InterfaceClass *ic = l->data;

        class_add_interface(klass, ic->interface_type, &ic->parent_class);
    }
    for (; own && own->type; own++) {
        Type iface = type_by_name(own->type);

        if (!iface) {
            g_error("type '%s': interface '%s' is not registered",
                    klass->type->info->name, own->type);
        }
        if (!class_own_interface(klass, iface)) {
            type_initialize(iface);
            class_add_interface(klass, iface, iface->class);
        }
    }
}

/* --- classes --- */

static void type_compute_sizes(Type ti, Type parent)
{
    const TypeInfo *info = ti->info;

    ti->class_size = info->class_size ? info->class_size
                     : parent         ? parent->class_size
                                      : 0;
    ti->instance_size = info->instance_size ? info->instance_size
                        : parent            ? parent->instance_size
                                            : 0;
    ti->instance_align = MAX(info->instance_align, parent ? parent->instance_align : 0);
    g_assert(ti->class_size >= sizeof(ObjectClass));
    g_assert(!parent || (ti->class_size >= parent->class_size &&
                         ti->instance_size >= parent->instance_size));
}

void type_initialize(Type ti)
{
    Type parent;
    ObjectClass *klass;

    if (ti->class) {
        return;
    }
    parent = type_parent(ti);
    if (parent) {
        type_initialize(parent);
    }
    type_compute_sizes(ti, parent);

    klass = g_malloc0(ti->class_size);
    if (parent) {
        memcpy(klass, parent->class, parent->class_size);
        memset(klass->object_cast_cache, 0, sizeof(klass->object_cast_cache));
        memset(klass->class_cast_cache, 0, sizeof(klass->class_cast_cache));
    }
    klass->type = ti;
    klass->interfaces = NULL;
    klass->properties = object_property_table_new();
    ti->class = klass;
    class_init_interfaces(klass, parent ? parent->class : NULL, ti->info->interfaces);

    for (Type t = parent; t; t = type_parent(t)) {
        if (t->info->class_base_init) {
            t->info->class_base_init(klass, ti->info->class_data);
        }
    }
    if (ti->info->class_init) {
        ti->info->class_init(klass, ti->info->class_data);
    }
}

ObjectClass *object_class_by_name(const char *typename)
{
    Type ti = type_by_name(typename);

    if (!ti) {
        return NULL;
    }
    type_initialize(ti);
    return ti->class;
}

ObjectClass *module_object_class_by_name(const char *typename)
{
    return object_class_by_name(typename);
}

ObjectClass *object_class_get_parent(ObjectClass *klass)
{
    Type parent = type_parent(klass->type);

    if (!parent) {
        return NULL;
    }
    type_initialize(parent);
    return parent->class;
}

const char *object_class_get_name(ObjectClass *klass)
{
    return klass->type->info->name;
}

bool object_class_is_abstract(ObjectClass *klass)
{
    /* Interfaces have no instances of their own. */
    return klass->type->info->abstract || klass->type->instance_size == 0;
}

/* --- casts --- */

ObjectClass *object_class_dynamic_cast(ObjectClass *klass, const char *typename)
{
    Type target;

    if (!klass) {
        return NULL;
    }
    if (klass->type->info->name == typename) {
        return klass;
    }
    target = type_by_name(typename);
    if (!target) {
        return NULL;
    }
    if (type_is_ancestor(klass->type, target)) {
        return klass;
    }
    return (ObjectClass *)class_own_interface(klass, target);
}

Object *object_dynamic_cast(Object *obj, const char *typename)
{
    return obj && object_class_dynamic_cast(obj->class, typename) ? obj : NULL;
}

/*
 * The caches hold addresses of type names, which are literals: one that was
 * right stays right. Racing writers at worst forget an entry.
 */
static bool cast_cache_has(const char *const *cache, const char *typename)
{
    for (int i = 0; i < OBJECT_CLASS_CAST_CACHE; i++) {
        if (__atomic_load_n(&cache[i], __ATOMIC_RELAXED) == typename) {
            return true;
        }
    }
    return false;
}

static void cast_cache_add(const char **cache, const char *typename)
{
    for (int i = OBJECT_CLASS_CAST_CACHE - 1; i > 0; i--) {
        const char *prev = __atomic_load_n(&cache[i - 1], __ATOMIC_RELAXED);

        __atomic_store_n(&cache[i], prev, __ATOMIC_RELAXED);
    }
    __atomic_store_n(&cache[0], typename, __ATOMIC_RELAXED);
}

static G_GNUC_NORETURN void cast_failed(const void *what, ObjectClass *klass,
                                        const char *typename, const char *file,
                                        int line, const char *func)
{
    fprintf(stderr, "%s:%d:%s: %s %p is not an instance of type %s\n", file, line, func,
            klass ? object_class_get_name(klass) : "Object", what, typename);
    abort();
}

Object *object_dynamic_cast_assert(Object *obj, const char *typename, const char *file,
                                   int line, const char *func)
{
    if (!obj || cast_cache_has(obj->class->object_cast_cache, typename)) {
        return obj;
    }
    if (!object_dynamic_cast(obj, typename)) {
        cast_failed(obj, obj->class, typename, file, line, func);
    }
    cast_cache_add(obj->class->object_cast_cache, typename);
    return obj;
}

ObjectClass *object_class_dynamic_cast_assert(ObjectClass *klass, const char *typename,
                                              const char *file, int line,
                                              const char *func)
{
    ObjectClass *ret;

    if (!klass || cast_cache_has(klass->class_cast_cache, typename)) {
        return klass;
    }
    ret = object_class_dynamic_cast(klass, typename);
    if (!ret) {
        cast_failed(klass, klass, typename, file, line, func);
    }
    if (ret == klass) { /* an interface's table is elsewhere: no cache for it */
        cast_cache_add(klass->class_cast_cache, typename);
    }
    return ret;
}

/* --- lists of classes --- */

static gint type_compare_by_name(gconstpointer a, gconstpointer b)
{
    const struct TypeImpl *ta = *(Type *)a, *tb = *(Type *)b;

    return strcmp(ta->info->name, tb->info->name);
}

void object_class_foreach(void (*fn)(ObjectClass *klass, void *opaque),
                          const char *implements_type, bool include_abstract,
                          void *opaque)
{
    g_autoptr(GPtrArray) types = g_ptr_array_new();
    GHashTableIter iter;
    void *ti;

    if (!type_table) {
        return;
    }
    g_hash_table_iter_init(&iter, type_table);
    while (g_hash_table_iter_next(&iter, NULL, &ti)) {
        g_ptr_array_add(types, ti);
    }
    g_ptr_array_sort(types, type_compare_by_name);
    for (guint i = 0; i < types->len; i++) {
        Type t = g_ptr_array_index(types, i);

        type_initialize(t);
        if ((!implements_type ||
             object_class_dynamic_cast(t->class, implements_type)) &&
            (include_abstract || !object_class_is_abstract(t->class))) {
            fn(t->class, opaque);
        }
    }
}

static void class_list_add(ObjectClass *klass, void *opaque)
{
    GSList **list = opaque;

    *list = g_slist_prepend(*list, klass);
}

GSList *object_class_get_list_sorted(const char *implements_type, bool include_abstract)
{
    GSList *list = NULL;

    object_class_foreach(class_list_add, implements_type, include_abstract, &list);
    return g_slist_reverse(list);
}

GSList *object_class_get_list(const char *implements_type, bool include_abstract)
{
    return object_class_get_list_sorted(implements_type, include_abstract);
}

/* --- the roots of the two hierarchies --- */

static char *object_get_type(Object *obj, Error **errp)
{
    return g_strdup(object_get_typename(obj));
}

static void object_class_init(ObjectClass *klass, const void *data)
{
    object_class_property_add_str(klass, "type", object_get_type, NULL);
}

static const TypeInfo root_types[] = {
    {
        .name = TYPE_OBJECT,
        .instance_size = sizeof(Object),
        .class_size = sizeof(ObjectClass),
        .class_init = object_class_init,
        .abstract = true,
    },
    {
        .name = TYPE_INTERFACE,
        .class_size = sizeof(InterfaceClass),
        .abstract = true,
    },
    {
        .name = TYPE_CONTAINER,
        .parent = TYPE_OBJECT,
    },
};

/* Before any type_init(): those only register, and registering needs no root. */
DEFINE_TYPES(root_types)
