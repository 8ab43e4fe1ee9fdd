/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The object model: types with single inheritance and interfaces, reference
 * counted objects, properties, and one tree of objects with paths.
 *
 * Ownership: object_new() returns a reference that the caller drops with
 * object_unref(). A child property holds a reference to the child; a parent
 * that goes away lets its children go. A strong link holds a reference too.
 * Types and classes live as long as the process. Not thread safe except for
 * casts and reference counts: use it under the big lock.
 */
#ifndef QEMU_OBJECT_H
#define QEMU_OBJECT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <glib.h>
#include "qapi/visitor.h"
#include "qemu/module.h"

struct TypeImpl;
typedef struct TypeImpl *Type;
typedef struct Object Object;
typedef struct ObjectClass ObjectClass;
typedef struct TypeInfo TypeInfo;
typedef struct InterfaceClass InterfaceClass;
typedef struct InterfaceInfo InterfaceInfo;
typedef struct ObjectProperty ObjectProperty;

#define TYPE_OBJECT    "object"
#define TYPE_CONTAINER "container"
#define TYPE_INTERFACE "interface"

/* Reads or writes a property's value through @v; @opaque is the property's own. */
typedef void(ObjectPropertyAccessor)(Object *obj, Visitor *v, const char *name,
                                     void *opaque, Error **errp);
/* The object that the path component @part (this property's name) leads to. */
typedef Object *(ObjectPropertyResolve)(Object *obj, void *opaque, const char *part);
/* Frees what @opaque stands for when the property goes away. */
typedef void(ObjectPropertyRelease)(Object *obj, const char *name, void *opaque);
/* Gives a new object's property its default value. */
typedef void(ObjectPropertyInit)(Object *obj, ObjectProperty *prop);

struct ObjectProperty {
    char *name;
    char *type;
    char *description;
    ObjectPropertyAccessor *get;
    ObjectPropertyAccessor *set;
    ObjectPropertyResolve *resolve;
    ObjectPropertyRelease *release;
    ObjectPropertyInit *init;
    void *opaque;
    struct json_object *defval;
    bool aliased; /* has a second name on the same object */
};

typedef void(ObjectUnparent)(Object *obj);
typedef void(ObjectFree)(void *obj);

#define OBJECT_CLASS_CAST_CACHE 4

struct ObjectClass {
    Type type;
    GSList *interfaces; /* of InterfaceClass, owned */
    /* Type names (by address) that a cast was found to be right for. */
    const char *object_cast_cache[OBJECT_CLASS_CAST_CACHE];
    const char *class_cast_cache[OBJECT_CLASS_CAST_CACHE];
    ObjectUnparent *unparent; /* called before the parent lets go */
    GHashTable *properties;   /* name -> ObjectProperty, this class only */
};

struct Object {
    ObjectClass *class;
    ObjectFree *free;       /* how the memory is given back, NULL if embedded */
    GHashTable *properties; /* name -> ObjectProperty of this object only */
    uint32_t ref;
    Object *parent;
    GHashTable *explicit_values; /* what was given for aliased properties, or NULL */
};

struct TypeInfo {
    const char *name;
    const char *parent;
    size_t instance_size; /* 0: the parent's */
    size_t instance_align;
    /* init and post_init: parents first. finalize: parents last. */
    void (*instance_init)(Object *obj);
    void (*instance_post_init)(Object *obj);
    void (*instance_finalize)(Object *obj);
    bool abstract;
    size_t class_size; /* 0: the parent's */
    /* class_base_init runs for this type's descendants, before their class_init. */
    void (*class_init)(ObjectClass *klass, const void *data);
    void (*class_base_init)(ObjectClass *klass, const void *data);
    const void *class_data;
    const InterfaceInfo *interfaces; /* ends with an entry without type */
};

struct InterfaceInfo {
    const char *type;
};

struct InterfaceClass {
    ObjectClass parent_class;
    Type interface_type;
};

/* --- casts --- */

#define OBJECT(obj)         ((Object *)(obj))
#define OBJECT_CLASS(class) ((ObjectClass *)(class))

#define OBJECT_CHECK(type, obj, name)                                                  \
    ((type *)object_dynamic_cast_assert(OBJECT(obj), (name), __FILE__, __LINE__,       \
                                        __func__))
#define OBJECT_CLASS_CHECK(class_type, class, name)                                    \
    ((class_type *)object_class_dynamic_cast_assert(OBJECT_CLASS(class), (name),       \
                                                    __FILE__, __LINE__, __func__))
#define OBJECT_GET_CLASS(class, obj, name)                                             \
    OBJECT_CLASS_CHECK(class, object_get_class(OBJECT(obj)), name)
#define INTERFACE_CLASS(klass) OBJECT_CLASS_CHECK(InterfaceClass, klass, TYPE_INTERFACE)
#define INTERFACE_CHECK(interface, obj, name)                                          \
    ((interface *)object_dynamic_cast_assert(OBJECT(obj), (name), __FILE__, __LINE__,  \
                                             __func__))

#define DECLARE_INSTANCE_CHECKER(InstanceType, OBJ_NAME, TYPENAME)                     \
    static inline G_GNUC_UNUSED InstanceType *OBJ_NAME(const void *obj)                \
    {                                                                                  \
        return OBJECT_CHECK(InstanceType, obj, TYPENAME);                              \
    }

#define DECLARE_CLASS_CHECKERS(ClassType, OBJ_NAME, TYPENAME)                          \
    static inline G_GNUC_UNUSED ClassType *OBJ_NAME##_GET_CLASS(const void *obj)       \
    {                                                                                  \
        return OBJECT_GET_CLASS(ClassType, obj, TYPENAME);                             \
    }                                                                                  \
    static inline G_GNUC_UNUSED ClassType *OBJ_NAME##_CLASS(const void *klass)         \
    {                                                                                  \
        return OBJECT_CLASS_CHECK(ClassType, klass, TYPENAME);                         \
    }

#define DECLARE_OBJ_CHECKERS(InstanceType, ClassType, OBJ_NAME, TYPENAME)              \
    DECLARE_INSTANCE_CHECKER(InstanceType, OBJ_NAME, TYPENAME)                         \
    DECLARE_CLASS_CHECKERS(ClassType, OBJ_NAME, TYPENAME)

#define OBJECT_DECLARE_TYPE(InstanceType, ClassType, MODULE_OBJ_NAME)                  \
    typedef struct InstanceType InstanceType;                                          \
    typedef struct ClassType ClassType;                                                \
    G_DEFINE_AUTOPTR_CLEANUP_FUNC(InstanceType, object_unref)                          \
    DECLARE_OBJ_CHECKERS(InstanceType, ClassType, MODULE_OBJ_NAME,                     \
                         TYPE_##MODULE_OBJ_NAME)

#define OBJECT_DECLARE_SIMPLE_TYPE(InstanceType, MODULE_OBJ_NAME)                      \
    typedef struct InstanceType InstanceType;                                          \
    G_DEFINE_AUTOPTR_CLEANUP_FUNC(InstanceType, object_unref)                          \
    DECLARE_INSTANCE_CHECKER(InstanceType, MODULE_OBJ_NAME, TYPE_##MODULE_OBJ_NAME)

/* NULL when @obj (@klass) is no @typename and does not implement it. */
Object *object_dynamic_cast(Object *obj, const char *typename);
ObjectClass *object_class_dynamic_cast(ObjectClass *klass, const char *typename);
/* The same, and a failure ends the process: a bug of the caller. NULL passes. */
Object *object_dynamic_cast_assert(Object *obj, const char *typename, const char *file,
                                   int line, const char *func);
ObjectClass *object_class_dynamic_cast_assert(ObjectClass *klass, const char *typename,
                                              const char *file, int line,
                                              const char *func);

/* --- types and classes --- */

/* @info and everything it points to must live as long as the process. */
Type type_register_static(const TypeInfo *info);
void type_register_static_array(const TypeInfo *infos, int nr_infos);

#define DEFINE_TYPES(type_array)                                                       \
    static void do_qemu_init_##type_array(void)                                        \
    {                                                                                  \
        type_register_static_array(type_array, G_N_ELEMENTS(type_array));              \
    }                                                                                  \
    type_init(do_qemu_init_##type_array)

ObjectClass *object_get_class(Object *obj);
const char *object_get_typename(const Object *obj);
ObjectClass *object_class_get_parent(ObjectClass *klass);
const char *object_class_get_name(ObjectClass *klass);
bool object_class_is_abstract(ObjectClass *klass);
ObjectClass *object_class_by_name(const char *typename);
ObjectClass *module_object_class_by_name(const char *typename);
void object_class_foreach(void (*fn)(ObjectClass *klass, void *opaque),
                          const char *implements_type, bool include_abstract,
                          void *opaque);
/* The caller frees the list, not its elements. */
GSList *object_class_get_list(const char *implements_type, bool include_abstract);
GSList *object_class_get_list_sorted(const char *implements_type,
                                     bool include_abstract);

/* --- life of an object --- */

Object *object_new_with_class(ObjectClass *klass);
Object *object_new(const char *typename);
/*
 * Creates, sets properties (name, string pairs), adds as child @id of @parent
 * and completes a user creatable. The result is owned by @parent.
 */
Object *object_new_with_props(const char *typename, Object *parent, const char *id,
                              Error **errp, ...) G_GNUC_NULL_TERMINATED;
Object *object_new_with_propv(const char *typename, Object *parent, const char *id,
                              Error **errp, va_list vargs);
bool object_set_props(Object *obj, Error **errp, ...) G_GNUC_NULL_TERMINATED;
bool object_set_propv(Object *obj, Error **errp, va_list vargs);
/* In memory of the caller, at least @size bytes, which must outlive the object. */
void object_initialize(void *obj, size_t size, const char *typename);
/* @childobj, a field of @parent: the child property then owns the only reference. */
#define object_initialize_child(parent, propname, child, type)                         \
    object_initialize_child_internal((parent), (propname), (child), sizeof(*(child)),  \
                                     (type))
void object_initialize_child_internal(Object *parent, const char *propname, void *child,
                                      size_t size, const char *type);
bool object_initialize_child_with_props(Object *parentobj, const char *propname,
                                        void *childobj, size_t size, const char *type,
                                        Error **errp, ...) G_GNUC_NULL_TERMINATED;
bool object_initialize_child_with_propsv(Object *parentobj, const char *propname,
                                         void *childobj, size_t size, const char *type,
                                         Error **errp, va_list vargs);
/* Both take NULL. */
Object *object_ref(void *obj);
void object_unref(void *obj);
/* Removes @obj from its parent; the parent's reference goes with it. */
void object_unparent(Object *obj);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Object, object_unref)

/* --- declaring properties --- */

ObjectProperty *object_property_try_add(Object *obj, const char *name, const char *type,
                                        ObjectPropertyAccessor *get,
                                        ObjectPropertyAccessor *set,
                                        ObjectPropertyRelease *release, void *opaque,
                                        Error **errp);
/* A name that ends in "[*]" gets the first free index. A duplicate is a bug. */
ObjectProperty *object_property_add(Object *obj, const char *name, const char *type,
                                    ObjectPropertyAccessor *get,
                                    ObjectPropertyAccessor *set,
                                    ObjectPropertyRelease *release, void *opaque);
ObjectProperty *object_class_property_add(ObjectClass *klass, const char *name,
                                          const char *type, ObjectPropertyAccessor *get,
                                          ObjectPropertyAccessor *set,
                                          ObjectPropertyRelease *release, void *opaque);
void object_property_del(Object *obj, const char *name);

ObjectProperty *object_property_try_add_child(Object *obj, const char *name,
                                              Object *child, Error **errp);
ObjectProperty *object_property_add_child(Object *obj, const char *name, Object *child);

typedef enum {
    OBJ_PROP_LINK_STRONG = 0x1, /* the link holds a reference */
    OBJ_PROP_LINK_DIRECT = 0x2, /* internal: the target is in the property */
    OBJ_PROP_LINK_CLASS = 0x4,  /* internal: the target is at an offset */
} ObjectPropertyLinkFlags;

/* A check() that permits every change. */
void object_property_allow_set_link(const Object *obj, const char *name, Object *child,
                                    Error **errp);
/* @check NULL: the link is read only from outside. */
ObjectProperty *object_property_add_link(
    Object *obj, const char *name, const char *type, Object **targetp,
    void (*check)(const Object *obj, const char *name, Object *val, Error **errp),
    ObjectPropertyLinkFlags flags);
ObjectProperty *object_class_property_add_link(
    ObjectClass *oc, const char *name, const char *type, ptrdiff_t offset,
    void (*check)(const Object *obj, const char *name, Object *val, Error **errp),
    ObjectPropertyLinkFlags flags);
ObjectProperty *object_property_add_const_link(Object *obj, const char *name,
                                               Object *target);
ObjectProperty *object_property_add_str(Object *obj, const char *name,
                                        char *(*get)(Object *, Error **),
                                        void (*set)(Object *, const char *, Error **));
ObjectProperty *object_class_property_add_str(ObjectClass *klass, const char *name,
                                              char *(*get)(Object *, Error **),
                                              void (*set)(Object *, const char *,
                                                          Error **));
ObjectProperty *object_property_add_bool(Object *obj, const char *name,
                                         bool (*get)(Object *, Error **),
                                         void (*set)(Object *, bool, Error **));
ObjectProperty *object_class_property_add_bool(ObjectClass *klass, const char *name,
                                               bool (*get)(Object *, Error **),
                                               void (*set)(Object *, bool, Error **));
ObjectProperty *object_property_add_enum(Object *obj, const char *name,
                                         const char *typename,
                                         const QEnumLookup *lookup,
                                         int (*get)(Object *, Error **),
                                         void (*set)(Object *, int, Error **));
ObjectProperty *object_class_property_add_enum(ObjectClass *klass, const char *name,
                                               const char *typename,
                                               const QEnumLookup *lookup,
                                               int (*get)(Object *, Error **),
                                               void (*set)(Object *, int, Error **));

typedef enum {
    OBJ_PROP_FLAG_READ = 1 << 0,
    OBJ_PROP_FLAG_WRITE = 1 << 1,
    OBJ_PROP_FLAG_READWRITE = (OBJ_PROP_FLAG_READ | OBJ_PROP_FLAG_WRITE),
} ObjectPropertyFlags;

ObjectProperty *object_property_add_uint8_ptr(Object *obj, const char *name,
                                              const uint8_t *v,
                                              ObjectPropertyFlags flags);
ObjectProperty *object_property_add_uint16_ptr(Object *obj, const char *name,
                                               const uint16_t *v,
                                               ObjectPropertyFlags flags);
ObjectProperty *object_property_add_uint32_ptr(Object *obj, const char *name,
                                               const uint32_t *v,
                                               ObjectPropertyFlags flags);
ObjectProperty *object_property_add_uint64_ptr(Object *obj, const char *name,
                                               const uint64_t *v,
                                               ObjectPropertyFlags flags);

/*
 * Another name for a property of @target_obj, which must outlive @obj's use of
 * it. With @target_obj == @obj the two names are known to be one property: see
 * object_property_set_explicit().
 */
ObjectProperty *object_property_add_alias(Object *obj, const char *name,
                                          Object *target_obj, const char *target_name);
/* The same for every object of a class: @name stands for its own @target_name. */
ObjectProperty *object_class_property_add_alias(ObjectClass *klass, const char *name,
                                                const char *target_name);

void object_property_set_description(Object *obj, const char *name,
                                     const char *description);
void object_class_property_set_description(ObjectClass *klass, const char *name,
                                           const char *description);
void object_property_set_default_bool(ObjectProperty *prop, bool value);
void object_property_set_default_str(ObjectProperty *prop, const char *value);
void object_property_set_default_list(ObjectProperty *prop);
void object_property_set_default_int(ObjectProperty *prop, int64_t value);
void object_property_set_default_uint(ObjectProperty *prop, uint64_t value);

/* --- finding properties --- */

ObjectProperty *object_property_find(Object *obj, const char *name);
/* Error: "Property 'TYPE.NAME' not found". */
ObjectProperty *object_property_find_err(Object *obj, const char *name, Error **errp);
ObjectProperty *object_class_property_find(ObjectClass *klass, const char *name);
ObjectProperty *object_class_property_find_err(ObjectClass *klass, const char *name,
                                               Error **errp);

typedef struct ObjectPropertyIterator {
    ObjectClass *nextclass;
    GHashTableIter iter;
} ObjectPropertyIterator;

/* The object's own properties, then its classes'. No change while iterating. */
void object_property_iter_init(ObjectPropertyIterator *iter, Object *obj);
void object_class_property_iter_init(ObjectPropertyIterator *iter, ObjectClass *klass);
ObjectProperty *object_property_iter_next(ObjectPropertyIterator *iter);

/* --- values --- */

bool object_property_get(Object *obj, const char *name, Visitor *v, Error **errp);
bool object_property_set(Object *obj, const char *name, Visitor *v, Error **errp);
/* @value is borrowed. @keyval: it comes from "key=value" text, see qapi/visitor.h. */
bool object_property_set_json(Object *obj, const char *name, struct json_object *value,
                              bool keyval, Error **errp);
/* A reference for the caller. NULL is also JSON's null: ask @errp. */
struct json_object *object_property_get_json(Object *obj, const char *name,
                                             Error **errp);
bool object_property_set_str(Object *obj, const char *name, const char *value,
                             Error **errp);
char *object_property_get_str(Object *obj, const char *name, Error **errp);
bool object_property_set_link(Object *obj, const char *name, Object *value,
                              Error **errp);
Object *object_property_get_link(Object *obj, const char *name, Error **errp);
bool object_property_set_bool(Object *obj, const char *name, bool value, Error **errp);
bool object_property_get_bool(Object *obj, const char *name, Error **errp);
bool object_property_set_int(Object *obj, const char *name, int64_t value,
                             Error **errp);
int64_t object_property_get_int(Object *obj, const char *name, Error **errp);
bool object_property_set_uint(Object *obj, const char *name, uint64_t value,
                              Error **errp);
uint64_t object_property_get_uint(Object *obj, const char *name, Error **errp);
int object_property_get_enum(Object *obj, const char *name, const char *typename,
                             Error **errp);
/* Text as in key=value. */
bool object_property_parse(Object *obj, const char *name, const char *string,
                           Error **errp);
char *object_property_print(Object *obj, const char *name, bool human, Error **errp);
const char *object_property_get_type(Object *obj, const char *name, Error **errp);
/*
 * Who chose a value: it matters only for properties that have two names. A
 * value of a weaker origin never replaces one of a stronger. Two values of the
 * same origin, given under different names, must be equal.
 */
typedef enum PropertyOrigin {
    PROPERTY_ORIGIN_COMPAT, /* the machine's default */
    PROPERTY_ORIGIN_GLOBAL, /* -global */
    PROPERTY_ORIGIN_USER,   /* -device, -object, device_add, object-add */
} PropertyOrigin;

bool object_property_set_explicit(Object *obj, const char *name,
                                  struct json_object *value, bool keyval,
                                  PropertyOrigin origin, Error **errp);
/* The user's: every member of the JSON object @props, in its order. */
bool object_set_properties_json(Object *obj, struct json_object *props, bool keyval,
                                Error **errp);

/* "  name=<type>  - description (default: x)" as -device X,help prints it. */
char *object_property_help(const char *name, const char *type,
                           struct json_object *defval, const char *description);
bool type_print_class_properties(const char *type);

/* --- the tree --- */

Object *object_get_root(void);
/* "/@name", "/objects", and the place of what has no public path. */
Object *object_get_container(const char *name);
Object *object_get_objects_root(void);
Object *object_get_internal_root(void);
Object *object_property_add_new_container(Object *obj, const char *name);
const char *object_get_canonical_path_component(const Object *obj);
/* NULL when @obj is not below the root. */
char *object_get_canonical_path(const Object *obj);
/* Absolute, or a unique partial path; @ambiguous (may be NULL) tells why not. */
Object *object_resolve_path(const char *path, bool *ambiguous);
Object *object_resolve_path_type(const char *path, const char *typename,
                                 bool *ambiguous);
Object *object_resolve_type_unambiguous(const char *typename, Error **errp);
Object *object_resolve_path_at(Object *parent, const char *path);
Object *object_resolve_path_component(Object *parent, const char *part);
/* Stops at the first non-zero result and returns it. @fn may remove the child. */
int object_child_foreach(Object *obj, int (*fn)(Object *child, void *opaque),
                         void *opaque);
int object_child_foreach_recursive(Object *obj, int (*fn)(Object *child, void *opaque),
                                   void *opaque);

/* --- defaults that the machine imposes --- */

/* @props: of GlobalProperty. */
bool object_apply_global_props(Object *obj, const GPtrArray *props, Error **errp);
void object_set_machine_compat_props(GPtrArray *compat_props);
void object_register_sugar_prop(const char *driver, const char *prop, const char *value,
                                bool optional);
void object_apply_compat_props(Object *obj);

#endif
