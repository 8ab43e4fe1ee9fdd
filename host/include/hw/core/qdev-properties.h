/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Properties that are fields of a device's state: a constant table per class.
 */
#ifndef QEMU_QDEV_PROPERTIES_H
#define QEMU_QDEV_PROPERTIES_H

#include "hw/core/qdev.h"
#include "qapi/qapi-types-common.h"

typedef struct BlockBackend BlockBackend;
typedef struct Chardev Chardev;
typedef struct NetClientState NetClientState;

struct Property {
    const char *name;
    const PropertyInfo *info;
    ptrdiff_t offset;      /* of the field in the state */
    const char *link_type; /* DEFINE_PROP_LINK: the type of the target */
    uint64_t bitmask;
    union {
        int64_t i;
        uint64_t u;
    } defval;
    const PropertyInfo *arrayinfo; /* DEFINE_PROP_ARRAY: its elements */
    int arrayoffset;
    int arrayfieldsize;
    uint8_t bitnr;
    bool set_default; /* false: the field keeps what instance_init gave it */
};

struct PropertyInfo {
    const char *type;
    const char *description;
    const QEnumLookup *enum_table;
    bool realized_set_allowed;
    char *(*print)(Object *obj, const Property *prop);
    void (*set_default_value)(ObjectProperty *op, const Property *prop);
    ObjectProperty *(*create)(ObjectClass *oc, const char *name, const Property *prop);
    ObjectPropertyAccessor *get; /* @opaque is the Property */
    ObjectPropertyAccessor *set;
    ObjectPropertyRelease *release;
};

extern const PropertyInfo qdev_prop_bit;
extern const PropertyInfo qdev_prop_bit64;
extern const PropertyInfo qdev_prop_bool;
extern const PropertyInfo qdev_prop_uint8;
extern const PropertyInfo qdev_prop_uint16;
extern const PropertyInfo qdev_prop_uint32;
extern const PropertyInfo qdev_prop_int32;
extern const PropertyInfo qdev_prop_uint64;
extern const PropertyInfo qdev_prop_int64;
extern const PropertyInfo qdev_prop_size;
extern const PropertyInfo qdev_prop_string;
extern const PropertyInfo qdev_prop_on_off_auto;
extern const PropertyInfo qdev_prop_size32;
extern const PropertyInfo qdev_prop_array;
extern const PropertyInfo qdev_prop_link;

/* 0, or an error when @_field of @_state is no @_type. */
#define QDEV_PROP_TYPE_CHECK(_state, _field, _type)                                    \
    (0 *                                                                               \
     sizeof(                                                                           \
         char[__builtin_types_compatible_p(_type, __typeof__(((_state *)0)->_field))   \
                  ? 1                                                                  \
                  : -1]))

/* clang-format off */
#define DEFINE_PROP(_name, _state, _field, _prop, _type, ...) {                        \
        .name = (_name),                                                               \
        .info = &(_prop),                                                              \
        .offset = offsetof(_state, _field) +                                           \
                  QDEV_PROP_TYPE_CHECK(_state, _field, _type),                         \
        __VA_ARGS__                                                                    \
    }
/* clang-format on */

#define DEFINE_PROP_SIGNED(_name, _state, _field, _defval, _prop, _type)               \
    DEFINE_PROP(_name, _state, _field, _prop, _type, .set_default = true,              \
                .defval.i = (_type)_defval)
#define DEFINE_PROP_SIGNED_NODEFAULT(_name, _state, _field, _prop, _type)              \
    DEFINE_PROP(_name, _state, _field, _prop, _type)
#define DEFINE_PROP_UNSIGNED(_name, _state, _field, _defval, _prop, _type)             \
    DEFINE_PROP(_name, _state, _field, _prop, _type, .set_default = true,              \
                .defval.u = (_type)_defval)
#define DEFINE_PROP_UNSIGNED_NODEFAULT(_name, _state, _field, _prop, _type)            \
    DEFINE_PROP(_name, _state, _field, _prop, _type)

#define DEFINE_PROP_BIT(_name, _state, _field, _bit, _defval)                          \
    DEFINE_PROP(_name, _state, _field, qdev_prop_bit, uint32_t, .bitnr = (_bit),       \
                .set_default = true, .defval.u = (bool)_defval)
#define DEFINE_PROP_BIT64(_name, _state, _field, _bit, _defval)                        \
    DEFINE_PROP(_name, _state, _field, qdev_prop_bit64, uint64_t, .bitnr = (_bit),     \
                .set_default = true, .defval.u = (bool)_defval)
#define DEFINE_PROP_BOOL(_name, _state, _field, _defval)                               \
    DEFINE_PROP(_name, _state, _field, qdev_prop_bool, bool, .set_default = true,      \
                .defval.u = (bool)_defval)

/*
 * @_field (uint32_t) is the number of elements at @_arrayfield (a pointer to
 * @_arraytype). qdev allocates and frees the elements; the device only reads.
 */
#define DEFINE_PROP_ARRAY(_name, _state, _field, _arrayfield, _arrayprop, _arraytype)  \
    DEFINE_PROP(_name, _state, _field, qdev_prop_array, uint32_t, .set_default = true, \
                .defval.u = 0, .arrayinfo = &(_arrayprop),                             \
                .arrayfieldsize = sizeof(_arraytype),                                  \
                .arrayoffset = offsetof(_state, _arrayfield))

#define DEFINE_PROP_LINK(_name, _state, _field, _type, _ptr_type)                      \
    DEFINE_PROP(_name, _state, _field, qdev_prop_link, _ptr_type, .link_type = _type)

#define DEFINE_PROP_UINT8(_n, _s, _f, _d)                                              \
    DEFINE_PROP_UNSIGNED(_n, _s, _f, _d, qdev_prop_uint8, uint8_t)
#define DEFINE_PROP_UINT16(_n, _s, _f, _d)                                             \
    DEFINE_PROP_UNSIGNED(_n, _s, _f, _d, qdev_prop_uint16, uint16_t)
#define DEFINE_PROP_UINT32(_n, _s, _f, _d)                                             \
    DEFINE_PROP_UNSIGNED(_n, _s, _f, _d, qdev_prop_uint32, uint32_t)
#define DEFINE_PROP_INT32(_n, _s, _f, _d)                                              \
    DEFINE_PROP_SIGNED(_n, _s, _f, _d, qdev_prop_int32, int32_t)
#define DEFINE_PROP_UINT64(_n, _s, _f, _d)                                             \
    DEFINE_PROP_UNSIGNED(_n, _s, _f, _d, qdev_prop_uint64, uint64_t)
#define DEFINE_PROP_INT64(_n, _s, _f, _d)                                              \
    DEFINE_PROP_SIGNED(_n, _s, _f, _d, qdev_prop_int64, int64_t)
#define DEFINE_PROP_SIZE(_n, _s, _f, _d)                                               \
    DEFINE_PROP_UNSIGNED(_n, _s, _f, _d, qdev_prop_size, uint64_t)
#define DEFINE_PROP_SIZE32(_n, _s, _f, _d)                                             \
    DEFINE_PROP_UNSIGNED(_n, _s, _f, _d, qdev_prop_size32, uint32_t)
#define DEFINE_PROP_STRING(_n, _s, _f) DEFINE_PROP(_n, _s, _f, qdev_prop_string, char *)
#define DEFINE_PROP_ON_OFF_AUTO(_n, _s, _f, _d)                                        \
    DEFINE_PROP_SIGNED(_n, _s, _f, _d, qdev_prop_on_off_auto, OnOffAuto)

/* Between creation and realize; a wrong name or value is a bug of the caller. */
void qdev_prop_set_bit(DeviceState *dev, const char *name, bool value);
void qdev_prop_set_uint8(DeviceState *dev, const char *name, uint8_t value);
void qdev_prop_set_uint16(DeviceState *dev, const char *name, uint16_t value);
void qdev_prop_set_uint32(DeviceState *dev, const char *name, uint32_t value);
void qdev_prop_set_int32(DeviceState *dev, const char *name, int32_t value);
void qdev_prop_set_uint64(DeviceState *dev, const char *name, uint64_t value);
void qdev_prop_set_string(DeviceState *dev, const char *name, const char *value);
void qdev_prop_set_chr(DeviceState *dev, const char *name, Chardev *value);
void qdev_prop_set_netdev(DeviceState *dev, const char *name, NetClientState *value);
void qdev_prop_set_drive(DeviceState *dev, const char *name, BlockBackend *value);
bool qdev_prop_set_drive_err(DeviceState *dev, const char *name, BlockBackend *value,
                             Error **errp);
void qdev_prop_set_macaddr(DeviceState *dev, const char *name, const uint8_t *value);
void qdev_prop_set_enum(DeviceState *dev, const char *name, int value);
/* @values: a JSON array, whose reference passes to the callee. */
void qdev_prop_set_array(DeviceState *dev, const char *name,
                         struct json_object *values);

/* Where the field of @prop is in @obj. */
void *object_field_prop_ptr(Object *obj, const Property *prop);

/* -global and the machine's defaults; @prop must live as long as the process. */
void qdev_prop_register_global(GlobalProperty *prop);
const GlobalProperty *qdev_find_global_prop(Object *obj, const char *name);
/* Warns of each global that nothing used; the result is 1 if there was one. */
int qdev_prop_check_globals(void);
void qdev_prop_set_globals(DeviceState *dev);

/* Makes @prop a property of @dev. */
void qdev_property_add_static(DeviceState *dev, const Property *prop);
/* @source offers every property of its inner device @target as its own. */
void qdev_alias_all_properties(DeviceState *target, Object *source);
void qdev_prop_set_after_realize(DeviceState *dev, const char *name, Error **errp);
/* A check() for object_property_add_link(). */
void qdev_prop_allow_set_link_before_realize(const Object *obj, const char *name,
                                             Object *val, Error **errp);
/* @ret: a negative errno of a setter; words the error as QEMU does. */
void error_set_from_qdev_prop_error(Error **errp, int ret, Object *obj,
                                    const char *name, const char *value);

#endif
