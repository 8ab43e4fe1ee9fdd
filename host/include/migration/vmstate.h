/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a device says what its state is. A description lists fields of a structure;
 * saving walks the list, loading walks the same list. What a stream says is
 * bounded by the fields: no length is taken from it that the description does not
 * limit. Layout: fields in order, big endian, then subsections, each behind the byte
 * VMSTATE_SUBSECTION with its name and version.
 */
#ifndef QEMU_VMSTATE_H
#define QEMU_VMSTATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "migration/qemu-file-types.h"
#include "qapi/error.h"
#include "qemu/compiler.h"
#include "qemu/typedefs.h"

typedef struct VMStateInfo VMStateInfo;
typedef struct VMStateField VMStateField;
typedef struct VMStateDescription VMStateDescription;
typedef struct JSONWriter JSONWriter;

/* One value. get and put return 0 or a negative errno. */
struct VMStateInfo {
    const char *name;
    int (*get)(QEMUFile *f, void *pv, size_t size, const VMStateField *field);
    int (*put)(QEMUFile *f, void *pv, size_t size, const VMStateField *field,
               JSONWriter *vmdesc);
};

enum VMStateFlags {
    VMS_SINGLE = 0x001,
    VMS_POINTER = 0x002, /* the field is a pointer to the value */
    VMS_ARRAY = 0x004,   /* num values, one after the other */
    VMS_STRUCT = 0x008,  /* described by vmsd */
    VMS_VARRAY_UINT32 =
        0x100,          /* as many as the uint32_t at num_offset says, at most num */
    VMS_BUFFER = 0x020, /* size bytes */
    VMS_END = 0x4000,
};

typedef enum {
    MIG_PRI_UNINITIALIZED = 0, /* the last ones */
    MIG_PRI_DEFAULT,
    MIG_PRI_IOMMU,   /* before the devices that use it */
    MIG_PRI_PCI_BUS, /* before the IOMMU, which has to know bus numbers */
    MIG_PRI_VIRTIO_MEM,
    MIG_PRI_GICV3_ITS,
    MIG_PRI_GICV3,
    MIG_PRI_MAX,
} MigrationPriority;

struct VMStateField {
    const char *name;
    size_t offset;
    size_t size;
    int num;
    size_t num_offset;
    const VMStateInfo *info;
    enum VMStateFlags flags;
    const VMStateDescription *vmsd;
    int version_id;
    bool (*field_exists)(void *opaque, int version_id);
};

struct VMStateDescription {
    const char *name;
    bool unmigratable;
    int version_id;
    int minimum_version_id;
    MigrationPriority priority;
    int (*pre_load)(void *opaque);
    bool (*pre_load_errp)(void *opaque, Error **errp);
    int (*post_load)(void *opaque, int version_id);
    bool (*post_load_errp)(void *opaque, int version_id, Error **errp);
    int (*pre_save)(void *opaque);
    bool (*pre_save_errp)(void *opaque, Error **errp);
    bool (*needed)(void *opaque);
    const VMStateField *fields;
    const VMStateDescription *const *subsections;
};

#define VMSTATE_SUBSECTION 0x05

/* Errors name the description and the field. Returns 0 or a negative errno. */
int vmstate_save_state(QEMUFile *f, const VMStateDescription *vmsd, void *opaque,
                       JSONWriter *vmdesc, Error **errp);
int vmstate_load_state(QEMUFile *f, const VMStateDescription *vmsd, void *opaque,
                       int version_id, Error **errp);

extern const VMStateInfo vmstate_info_bool;
extern const VMStateInfo vmstate_info_int8;
extern const VMStateInfo vmstate_info_int16;
extern const VMStateInfo vmstate_info_int32;
extern const VMStateInfo vmstate_info_int64;
extern const VMStateInfo vmstate_info_uint8;
extern const VMStateInfo vmstate_info_uint16;
extern const VMStateInfo vmstate_info_uint32;
extern const VMStateInfo vmstate_info_uint64;
extern const VMStateInfo vmstate_info_buffer;

#define VMSTATE_CHECK_(_type, _state, _field)                                          \
    (0 * sizeof((_type *)0 == (__typeof__(((_state *)0)->_field) *)0))

#define VMSTATE_SINGLE(_field, _state, _version, _info, _type)                         \
    {                                                                                  \
        .name = #_field, .version_id = (_version), .info = &(_info),                   \
        .size = sizeof(_type), .flags = VMS_SINGLE,                                    \
        .offset = offsetof(_state, _field) + VMSTATE_CHECK_(_type, _state, _field),    \
    }

#define VMSTATE_ARRAY(_field, _state, _num, _version, _info, _type)                    \
    {                                                                                  \
        .name = #_field, .version_id = (_version), .info = &(_info), .num = (_num),    \
        .size = sizeof(_type), .flags = VMS_ARRAY, .offset = offsetof(_state, _field), \
    }

#define VMSTATE_STRUCT(_field, _state, _version, _vmsd, _type)                         \
    {                                                                                  \
        .name = #_field, .version_id = (_version), .vmsd = &(_vmsd),                   \
        .size = sizeof(_type), .flags = VMS_STRUCT,                                    \
        .offset = offsetof(_state, _field) + VMSTATE_CHECK_(_type, _state, _field),    \
    }

#define VMSTATE_STRUCT_ARRAY(_field, _state, _num, _version, _vmsd, _type)             \
    {                                                                                  \
        .name = #_field, .version_id = (_version), .vmsd = &(_vmsd), .num = (_num),    \
        .size = sizeof(_type), .flags = VMS_STRUCT | VMS_ARRAY,                        \
        .offset = offsetof(_state, _field),                                            \
    }

/* @_max elements of room, of which the uint32_t @_count are in use. */
#define VMSTATE_STRUCT_VARRAY_UINT32_MAX(_field, _state, _count, _max, _vmsd, _type)   \
    {                                                                                  \
        .name = #_field, .vmsd = &(_vmsd), .num = (_max), .size = sizeof(_type),       \
        .num_offset = offsetof(_state, _count),                                        \
        .flags = VMS_STRUCT | VMS_VARRAY_UINT32, .offset = offsetof(_state, _field),   \
    }

#define VMSTATE_STRUCT_POINTER(_field, _state, _vmsd, _type)                           \
    {                                                                                  \
        .name = #_field, .vmsd = &(_vmsd), .size = sizeof(_type),                      \
        .flags = VMS_STRUCT | VMS_POINTER, .offset = offsetof(_state, _field),         \
    }

#define VMSTATE_BUFFER(_field, _state)                                                 \
    {                                                                                  \
        .name = #_field, .info = &vmstate_info_buffer, .flags = VMS_BUFFER,            \
        .size = sizeof(((_state *)0)->_field), .offset = offsetof(_state, _field),     \
    }

#define VMSTATE_BOOL(_f, _s)   VMSTATE_SINGLE(_f, _s, 0, vmstate_info_bool, bool)
#define VMSTATE_INT8(_f, _s)   VMSTATE_SINGLE(_f, _s, 0, vmstate_info_int8, int8_t)
#define VMSTATE_INT16(_f, _s)  VMSTATE_SINGLE(_f, _s, 0, vmstate_info_int16, int16_t)
#define VMSTATE_INT32(_f, _s)  VMSTATE_SINGLE(_f, _s, 0, vmstate_info_int32, int32_t)
#define VMSTATE_INT64(_f, _s)  VMSTATE_SINGLE(_f, _s, 0, vmstate_info_int64, int64_t)
#define VMSTATE_UINT8(_f, _s)  VMSTATE_SINGLE(_f, _s, 0, vmstate_info_uint8, uint8_t)
#define VMSTATE_UINT16(_f, _s) VMSTATE_SINGLE(_f, _s, 0, vmstate_info_uint16, uint16_t)
#define VMSTATE_UINT32(_f, _s) VMSTATE_SINGLE(_f, _s, 0, vmstate_info_uint32, uint32_t)
#define VMSTATE_UINT64(_f, _s) VMSTATE_SINGLE(_f, _s, 0, vmstate_info_uint64, uint64_t)
#define VMSTATE_UINT8_ARRAY(_f, _s, _n)                                                \
    VMSTATE_ARRAY(_f, _s, _n, 0, vmstate_info_uint8, uint8_t)
#define VMSTATE_UINT16_ARRAY(_f, _s, _n)                                               \
    VMSTATE_ARRAY(_f, _s, _n, 0, vmstate_info_uint16, uint16_t)
#define VMSTATE_UINT32_ARRAY(_f, _s, _n)                                               \
    VMSTATE_ARRAY(_f, _s, _n, 0, vmstate_info_uint32, uint32_t)
#define VMSTATE_UINT64_ARRAY(_f, _s, _n)                                               \
    VMSTATE_ARRAY(_f, _s, _n, 0, vmstate_info_uint64, uint64_t)

#define VMSTATE_END_OF_LIST()                                                          \
    {                                                                                  \
        .flags = VMS_END,                                                              \
    }

#endif
