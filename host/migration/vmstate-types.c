/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The values a field can be: integers, booleans, bytes. */
#include "qemu/osdep.h"
#include "migration/vmstate.h"

static int get_bool(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    int v = qemu_get_byte(f);

    if (v > 1) {
        return -EINVAL;
    }
    *(bool *)pv = v;
    return 0;
}

static int put_bool(QEMUFile *f, void *pv, size_t size, const VMStateField *field,
                    JSONWriter *vmdesc)
{
    qemu_put_byte(f, *(bool *)pv);
    return 0;
}

static int get_8(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    *(uint8_t *)pv = qemu_get_byte(f);
    return 0;
}

static int put_8(QEMUFile *f, void *pv, size_t size, const VMStateField *field,
                 JSONWriter *vmdesc)
{
    qemu_put_byte(f, *(uint8_t *)pv);
    return 0;
}

static int get_16(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    *(uint16_t *)pv = qemu_get_be16(f);
    return 0;
}

static int put_16(QEMUFile *f, void *pv, size_t size, const VMStateField *field,
                  JSONWriter *vmdesc)
{
    qemu_put_be16(f, *(uint16_t *)pv);
    return 0;
}

static int get_32(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    *(uint32_t *)pv = qemu_get_be32(f);
    return 0;
}

static int put_32(QEMUFile *f, void *pv, size_t size, const VMStateField *field,
                  JSONWriter *vmdesc)
{
    qemu_put_be32(f, *(uint32_t *)pv);
    return 0;
}

static int get_64(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    *(uint64_t *)pv = qemu_get_be64(f);
    return 0;
}

static int put_64(QEMUFile *f, void *pv, size_t size, const VMStateField *field,
                  JSONWriter *vmdesc)
{
    qemu_put_be64(f, *(uint64_t *)pv);
    return 0;
}

static int get_buffer(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    qemu_get_buffer(f, pv, size);
    return 0;
}

static int put_buffer(QEMUFile *f, void *pv, size_t size, const VMStateField *field,
                      JSONWriter *vmdesc)
{
    qemu_put_buffer(f, pv, size);
    return 0;
}

const VMStateInfo vmstate_info_bool = { "bool", get_bool, put_bool };
const VMStateInfo vmstate_info_int8 = { "int8", get_8, put_8 };
const VMStateInfo vmstate_info_int16 = { "int16", get_16, put_16 };
const VMStateInfo vmstate_info_int32 = { "int32", get_32, put_32 };
const VMStateInfo vmstate_info_int64 = { "int64", get_64, put_64 };
const VMStateInfo vmstate_info_uint8 = { "uint8", get_8, put_8 };
const VMStateInfo vmstate_info_uint16 = { "uint16", get_16, put_16 };
const VMStateInfo vmstate_info_uint32 = { "uint32", get_32, put_32 };
const VMStateInfo vmstate_info_uint64 = { "uint64", get_64, put_64 };
const VMStateInfo vmstate_info_buffer = { "buffer", get_buffer, put_buffer };
