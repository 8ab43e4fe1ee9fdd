/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Walks descriptions: vmstate.h. */
#include "qemu/osdep.h"
#include "migration/vmstate.h"
#include "qapi/error.h"

/* Longest name of a subsection; names are ours, but a stream's byte says the length. */
#define MAX_NAME 255

static void *field_base(const VMStateField *field, void *opaque)
{
    void *base = (char *)opaque + field->offset;

    return field->flags & VMS_POINTER ? *(void **)base : base;
}

static uint32_t *field_count(const VMStateField *field, void *opaque)
{
    return (uint32_t *)((char *)opaque + field->num_offset);
}

static bool field_exists(const VMStateField *field, void *opaque, int version_id)
{
    if (field->field_exists) {
        return field->field_exists(opaque, version_id);
    }
    return field->version_id <= version_id;
}

/* ---------------------------------------------------------------- save --- */

static int save_value(QEMUFile *f, const VMStateField *field, void *value, Error **errp)
{
    int ret;

    if (field->flags & VMS_STRUCT) {
        return vmstate_save_state(f, field->vmsd, value, NULL, errp);
    }
    ret = field->info->put(f, value, field->size, field, NULL);
    if (ret < 0) {
        error_setg_errno(errp, -ret, "cannot save field '%s'", field->name);
    }
    return ret;
}

static int save_field(QEMUFile *f, const VMStateField *field, void *opaque,
                      Error **errp)
{
    char *value = field_base(field, opaque);
    uint32_t n = field->flags & VMS_ARRAY ? field->num : 1;

    if (field->flags & VMS_VARRAY_UINT32) {
        n = *field_count(field, opaque);
        qemu_put_be32(f, n);
    }
    for (uint32_t i = 0; i < n; i++) {
        int ret = save_value(f, field, value + i * field->size, errp);

        if (ret < 0) {
            return ret;
        }
    }
    return 0;
}

static int save_subsection(QEMUFile *f, const VMStateDescription *sub, void *opaque,
                           Error **errp)
{
    size_t len = strlen(sub->name);

    assert(len <= MAX_NAME);
    qemu_put_byte(f, VMSTATE_SUBSECTION);
    qemu_put_byte(f, len);
    qemu_put_buffer(f, (const uint8_t *)sub->name, len);
    qemu_put_be32(f, sub->version_id);
    return vmstate_save_state(f, sub, opaque, NULL, errp);
}

static int pre_save(const VMStateDescription *vmsd, void *opaque, Error **errp)
{
    int ret;

    if (vmsd->pre_save_errp) {
        return vmsd->pre_save_errp(opaque, errp) ? 0 : -EINVAL;
    }
    ret = vmsd->pre_save ? vmsd->pre_save(opaque) : 0;
    if (ret < 0) {
        error_setg_errno(errp, -ret, "'%s' cannot be saved", vmsd->name);
    }
    return ret;
}

int vmstate_save_state(QEMUFile *f, const VMStateDescription *vmsd, void *opaque,
                       JSONWriter *vmdesc, Error **errp)
{
    int ret;

    if (vmsd->unmigratable) {
        error_setg(errp, "'%s' cannot be migrated", vmsd->name);
        return -EINVAL;
    }
    ret = pre_save(vmsd, opaque, errp);
    for (const VMStateField *fl = vmsd->fields; ret >= 0 && fl && fl->flags != VMS_END;
         fl++) {
        if (field_exists(fl, opaque, vmsd->version_id)) {
            ret = save_field(f, fl, opaque, errp);
        }
    }
    for (const VMStateDescription *const *sub = vmsd->subsections;
         ret >= 0 && sub && *sub; sub++) {
        if (!(*sub)->needed || (*sub)->needed(opaque)) {
            ret = save_subsection(f, *sub, opaque, errp);
        }
    }
    if (ret >= 0) {
        qemu_put_byte(f, 0); /* no more subsections */
    }
    return ret;
}

/* ---------------------------------------------------------------- load --- */

static int load_value(QEMUFile *f, const VMStateField *field, void *value, Error **errp)
{
    int ret;

    if (field->flags & VMS_STRUCT) {
        return vmstate_load_state(f, field->vmsd, value, field->vmsd->version_id, errp);
    }
    ret = field->info->get(f, value, field->size, field);
    if (ret < 0 && errp && !*errp) {
        error_setg_errno(errp, -ret, "field '%s' is not acceptable", field->name);
    }
    return ret;
}

static int load_count(QEMUFile *f, const VMStateField *field, void *opaque, uint32_t *n,
                      Error **errp)
{
    *n = qemu_get_be32(f);
    if (*n > (uint32_t)field->num) {
        error_setg(errp, "field '%s' has %u elements, there is room for %d",
                   field->name, *n, field->num);
        return -EINVAL;
    }
    *field_count(field, opaque) = *n;
    return 0;
}

static int load_field(QEMUFile *f, const VMStateField *field, void *opaque,
                      Error **errp)
{
    char *value = field_base(field, opaque);
    uint32_t n = field->flags & VMS_ARRAY ? field->num : 1;
    int ret = 0;

    if (field->flags & VMS_VARRAY_UINT32) {
        ret = load_count(f, field, opaque, &n, errp);
    }
    for (uint32_t i = 0; ret >= 0 && i < n; i++) {
        ret = load_value(f, field, value + i * field->size, errp);
        if (ret >= 0 && qemu_file_get_error(f)) {
            ret = qemu_file_get_error(f);
            error_setg(errp, "the stream ends within field '%s'", field->name);
        }
    }
    return ret;
}

static const VMStateDescription *find_subsection(const VMStateDescription *vmsd,
                                                 const char *name)
{
    for (const VMStateDescription *const *sub = vmsd->subsections; sub && *sub; sub++) {
        if (!strcmp((*sub)->name, name)) {
            return *sub;
        }
    }
    return NULL;
}

static int load_subsection(QEMUFile *f, const VMStateDescription *vmsd, void *opaque,
                           Error **errp)
{
    char name[MAX_NAME + 1] = "";
    const VMStateDescription *sub;
    int len = qemu_get_byte(f);

    qemu_get_buffer(f, (uint8_t *)name, len);
    sub = find_subsection(vmsd, name);
    if (!sub) {
        g_autofree char *shown = g_strescape(name, NULL);

        error_setg(errp, "'%s' has no subsection '%s'", vmsd->name, shown);
        return -EINVAL;
    }
    return vmstate_load_state(f, sub, opaque, qemu_get_be32(f), errp);
}

static int load_subsections(QEMUFile *f, const VMStateDescription *vmsd, void *opaque,
                            Error **errp)
{
    for (;;) {
        int tag = qemu_get_byte(f);
        int ret;

        if (qemu_file_get_error(f)) {
            error_setg(errp, "the stream ends within '%s'", vmsd->name);
            return qemu_file_get_error(f);
        }
        if (!tag) {
            return 0;
        }
        if (tag != VMSTATE_SUBSECTION) {
            error_setg(errp, "'%s' ends with 0x%02x, which is no subsection",
                       vmsd->name, tag);
            return -EINVAL;
        }
        ret = load_subsection(f, vmsd, opaque, errp);
        if (ret < 0) {
            return ret;
        }
    }
}

static int pre_load(const VMStateDescription *vmsd, void *opaque, Error **errp)
{
    int ret;

    if (vmsd->pre_load_errp) {
        return vmsd->pre_load_errp(opaque, errp) ? 0 : -EINVAL;
    }
    ret = vmsd->pre_load ? vmsd->pre_load(opaque) : 0;
    if (ret < 0) {
        error_setg_errno(errp, -ret, "'%s' cannot be loaded", vmsd->name);
    }
    return ret;
}

static int post_load(const VMStateDescription *vmsd, void *opaque, int version_id,
                     Error **errp)
{
    int ret;

    if (vmsd->post_load_errp) {
        return vmsd->post_load_errp(opaque, version_id, errp) ? 0 : -EINVAL;
    }
    ret = vmsd->post_load ? vmsd->post_load(opaque, version_id) : 0;
    if (ret < 0) {
        error_setg_errno(errp, -ret, "'%s' does not accept the state", vmsd->name);
    }
    return ret;
}

int vmstate_load_state(QEMUFile *f, const VMStateDescription *vmsd, void *opaque,
                       int version_id, Error **errp)
{
    int ret;

    if (version_id > vmsd->version_id || version_id < vmsd->minimum_version_id) {
        error_setg(errp, "'%s' has version %d in the stream, known are %d to %d",
                   vmsd->name, version_id, vmsd->minimum_version_id, vmsd->version_id);
        return -EINVAL;
    }
    ret = pre_load(vmsd, opaque, errp);
    for (const VMStateField *fl = vmsd->fields; ret >= 0 && fl && fl->flags != VMS_END;
         fl++) {
        if (field_exists(fl, opaque, version_id)) {
            ret = load_field(f, fl, opaque, errp);
        }
    }
    if (ret < 0) {
        error_prepend(errp, "'%s': ", vmsd->name);
        return ret;
    }
    ret = load_subsections(f, vmsd, opaque, errp);
    return ret < 0 ? ret : post_load(vmsd, opaque, version_id, errp);
}
