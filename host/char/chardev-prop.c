/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The chardev= property: connects a frontend, a field of the device, to the
 * character device of that name.
 */
#include "qemu/osdep.h"
#include "chardev/char-fe.h"
#include "hw/core/qdev-properties-system.h"
#include "qapi/error.h"

static void chr_get(Object *obj, Visitor *v, const char *name, void *opaque,
                    Error **errp)
{
    CharFrontend *fe = object_field_prop_ptr(obj, opaque);
    g_autofree char *label = g_strdup(fe->chr ? qemu_chr_label(fe->chr) : "");

    visit_type_str(v, name, &label, errp);
}

static void chr_set(Object *obj, Visitor *v, const char *name, void *opaque,
                    Error **errp)
{
    CharFrontend *fe = object_field_prop_ptr(obj, opaque);
    g_autofree char *label = NULL;
    Chardev *chr = NULL;

    if (!visit_type_str(v, name, &label, errp)) {
        return;
    }
    if (*label) {
        chr = qemu_chr_find(label);
        if (!chr) {
            error_setg(errp, "Property '%s.%s' can't find value '%s'",
                       object_get_typename(obj), name, label);
            return;
        }
    }
    if (fe->chr == chr) {
        return;
    }
    if (chr && qemu_chr_is_fe_open(chr)) {
        error_setg(errp, "Property '%s.%s' can't take value '%s', it's in use",
                   object_get_typename(obj), name, label);
        return;
    }
    qemu_chr_fe_deinit(fe, false);
    if (chr) {
        qemu_chr_fe_init(fe, chr, errp);
    }
}

static void chr_release(Object *obj, const char *name, void *opaque)
{
    qemu_chr_fe_deinit(object_field_prop_ptr(obj, opaque), false);
}

const PropertyInfo qdev_prop_chr = {
    .type = "str",
    .description = "ID of a chardev to use as a backend",
    .get = chr_get,
    .set = chr_set,
    .release = chr_release,
};

void qdev_prop_set_chr(DeviceState *dev, const char *name, Chardev *value)
{
    object_property_set_str(OBJECT(dev), name, value ? qemu_chr_label(value) : "",
                            &error_abort);
}
