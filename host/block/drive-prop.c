/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The drive= property, and the configuration all block devices have. */
#include "qemu/osdep.h"
#include "block-int.h"
#include "hw/core/qdev-properties-system.h"
#include "qapi/visitor.h"
#include "qemu/units.h"

static void get_drive(Object *obj, Visitor *v, const char *name, void *opaque,
                      Error **errp)
{
    const Property *prop = opaque;
    BlockBackend **ptr = object_field_prop_ptr(obj, prop);
    g_autofree char *text = g_strdup(*ptr ? blk_name(*ptr) : "");

    visit_type_str(v, name, &text, errp);
}

static void set_drive(Object *obj, Visitor *v, const char *name, void *opaque,
                      Error **errp)
{
    const Property *prop = opaque;
    BlockBackend **ptr = object_field_prop_ptr(obj, prop);
    g_autofree char *text = NULL;

    if (!visit_type_str(v, name, &text, errp)) {
        return;
    }
    if (*ptr) {
        blk_detach_dev(*ptr);
        *ptr = NULL;
    }
    if (*text) {
        blk_attach_dev(ptr, text, DEVICE(obj), errp);
    }
}

static void release_drive(Object *obj, const char *name, void *opaque)
{
    const Property *prop = opaque;
    BlockBackend **ptr = object_field_prop_ptr(obj, prop);

    if (*ptr) {
        blk_detach_dev(*ptr);
        *ptr = NULL;
    }
}

const PropertyInfo qdev_prop_drive = {
    .type = "str",
    .description = "Node name or ID of a block device to use as a backend",
    .get = get_drive,
    .set = set_drive,
    .release = release_drive,
};

bool qdev_prop_set_drive_err(DeviceState *dev, const char *name, BlockBackend *value,
                             Error **errp)
{
    return object_property_set_str(OBJECT(dev), name, value ? blk_name(value) : "",
                                   errp);
}

void qdev_prop_set_drive(DeviceState *dev, const char *name, BlockBackend *value)
{
    qdev_prop_set_drive_err(dev, name, value, &error_abort);
}

/* ---- sizes ---- */

static bool check_block_size(const char *name, uint32_t value, Error **errp)
{
    if (value < 512 || value > 2 * MiB || (value & (value - 1))) {
        error_setg(errp, "parameter %s must be a power of 2 between 512 and 2097152",
                   name);
        return false;
    }
    return true;
}

static bool check_io_size(const BlockConf *conf, const char *name, uint32_t value,
                          Error **errp)
{
    if (value % conf->logical_block_size) {
        error_setg(errp, "%s must be a multiple of logical_block_size", name);
        return false;
    }
    return true;
}

bool blkconf_apply(BlockConf *conf, Error **errp)
{
    conf->logical_block_size =
        conf->logical_block_size ? conf->logical_block_size : 512;
    if (!conf->physical_block_size) {
        conf->physical_block_size = conf->logical_block_size;
    }
    if (!check_block_size("logical_block_size", conf->logical_block_size, errp) ||
        !check_block_size("physical_block_size", conf->physical_block_size, errp)) {
        return false;
    }
    if (conf->logical_block_size > conf->physical_block_size) {
        error_setg(errp, "logical_block_size > physical_block_size not supported");
        return false;
    }
    if (conf->min_io_size / conf->logical_block_size > UINT16_MAX) {
        error_setg(errp, "min_io_size must not exceed %u logical blocks", UINT16_MAX);
        return false;
    }
    if (conf->discard_granularity == UINT32_MAX) {
        conf->discard_granularity = conf->logical_block_size;
    }
    if (!check_io_size(conf, "min_io_size", conf->min_io_size, errp) ||
        !check_io_size(conf, "opt_io_size", conf->opt_io_size, errp) ||
        !check_io_size(conf, "discard_granularity", conf->discard_granularity, errp)) {
        return false;
    }
    if (conf->wce != ON_OFF_AUTO_AUTO) {
        blk_set_enable_write_cache(conf->blk, conf->wce == ON_OFF_AUTO_ON);
    }
    return true;
}
