/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMP about drives: query-block, blockdev-add, block_resize. */
#include "qemu/osdep.h"
#include "block-int.h"
#include "monitor/qmp-command.h"
#include "system/blockdev.h"

static struct json_object *image_info(BlockNode *root)
{
    BlockNode *file = block_node_file(root);
    struct json_object *image = json_object_new_object();

    qmp_add_str(image, "filename",
                file->opts.filename ? file->opts.filename : "null-co://");
    qmp_add_str(image, "format", root->driver);
    qmp_add_uint(image, "virtual-size", ROUND_UP(file->size, 512));
    return image;
}

static struct json_object *inserted_info(BlockBackend *blk)
{
    BlockNode *root = blk_root(blk), *file = block_node_file(root);
    struct json_object *inserted = json_object_new_object();
    struct json_object *cache = json_object_new_object();
    static const char *const limits[] = { "bps",  "bps_rd",  "bps_wr",
                                          "iops", "iops_rd", "iops_wr" };

    qmp_add_str(inserted, "file",
                file->opts.filename ? file->opts.filename : "null-co://");
    qmp_add_str(inserted, "node-name", root->name);
    qmp_add_bool(inserted, "ro", !blk_is_writable(blk));
    qmp_add_str(inserted, "drv", root->driver);
    qmp_add_int(inserted, "backing_file_depth", 0);
    qmp_add_bool(inserted, "active", true);
    qmp_add_bool(inserted, "encrypted", false);
    qmp_add_str(inserted, "detect_zeroes", "off");
    for (unsigned i = 0; i < G_N_ELEMENTS(limits); i++) {
        qmp_add_int(inserted, limits[i], 0);
    }
    qmp_add_int(inserted, "write_threshold", 0);
    qmp_add_bool(cache, "writeback", blk_enable_write_cache(blk));
    qmp_add_bool(cache, "direct", file->opts.direct);
    qmp_add_bool(cache, "no-flush", file->opts.no_flush);
    json_object_object_add(inserted, "cache", cache);
    json_object_object_add(inserted, "image", image_info(root));
    return inserted;
}

static void add_info(BlockBackend *blk, void *list)
{
    struct json_object *info = json_object_new_object();
    DeviceState *dev = blk_get_attached_dev(blk);

    qmp_add_str(info, "device", block_node_find(blk_name(blk)) ? "" : blk_name(blk));
    if (dev) {
        g_autofree char *path = object_get_canonical_path(OBJECT(dev));

        qmp_add_str(info, "qdev", path);
    }
    qmp_add_str(info, "type", "unknown");
    qmp_add_bool(info, "removable", false);
    qmp_add_bool(info, "locked", false);
    qmp_add_str(info, "io-status", "ok");
    json_object_object_add(info, "inserted", inserted_info(blk));
    json_object_array_add(list, info);
}

static struct json_object *query_block(struct json_object *args, Error **errp)
{
    struct json_object *list = json_object_new_array();

    blk_foreach(add_info, list);
    return list;
}

static struct json_object *qmp_blockdev_add(struct json_object *args, Error **errp)
{
    blockdev_add(args, false, errp);
    return NULL;
}

typedef struct FindBlk {
    const char *device;
    const char *node;
    BlockBackend *found;
} FindBlk;

static void match(BlockBackend *blk, void *opaque)
{
    FindBlk *f = opaque;
    BlockNode *root = blk_root(blk);

    if ((f->device && g_str_equal(blk_name(blk), f->device)) ||
        (f->node && (g_str_equal(root->name, f->node) ||
                     g_str_equal(block_node_file(root)->name, f->node)))) {
        f->found = blk;
    }
}

static struct json_object *block_resize(struct json_object *args, Error **errp)
{
    FindBlk f = { qmp_arg_str(args, "device"), qmp_arg_str(args, "node-name"), NULL };
    int64_t size = qmp_arg_int(args, "size", -1);

    blk_foreach(match, &f);
    if (!f.found) {
        error_setg(errp, "Cannot find device='%s' nor node-name='%s'",
                   f.device ? f.device : "", f.node ? f.node : "");
    } else if (size < 0) {
        error_setg(errp, "Parameter 'size' expects a >0 size");
    } else {
        blk_resize(f.found, size, errp);
    }
    return NULL;
}

static const QmpArg block_resize_args[] = {
    { "device", QMP_STR, .optional = true },
    { "node-name", QMP_STR, .optional = true },
    { "size", QMP_INT },
    {},
};

static const QmpCommand block_commands[] = {
    { "block_resize", block_resize, block_resize_args },
    { "blockdev-add", qmp_blockdev_add, NULL, .any_args = true },
    { "query-block", query_block, NULL },
};
QMP_COMMANDS(block_commands)
