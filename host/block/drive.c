/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -drive: a file, a raw node on it and a backend with a name, in one option. */
#include "qemu/osdep.h"
#include "options.h"
#include "system/blockdev.h"
#include "system/cmdline.h"

static GPtrArray *wanted_devices; /* ids of drives with if=virtio */

typedef struct DriveOptions {
    char *id;
    char *interface;
    char *format;
    char *media;
    char *serial;
    bool snapshot;
    BlockOptions file;
} DriveOptions;

static void drive_options_clear(DriveOptions *d)
{
    g_free(d->id);
    g_free(d->interface);
    g_free(d->format);
    g_free(d->media);
    g_free(d->serial);
    g_free(d->file.filename);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(DriveOptions, drive_options_clear)

/* The modes of cache=, as QEMU's table has them. */
static bool apply_cache(struct json_object *opts, BlockOptions *o, Error **errp)
{
    static const char *const names[] = { "none",   "off",          "writeback",
                                         "unsafe", "writethrough", "directsync",
                                         NULL };
    struct json_object *val = NULL;
    int mode = -1;

    if (json_object_object_get_ex(opts, "cache", &val) &&
        json_object_is_type(val, json_type_object)) {
        return true; /* cache.direct=… : read with the file's members */
    }
    if (!opts_take_enum(opts, "cache", names, &mode, NULL)) {
        error_setg(errp, "invalid cache option");
        return false;
    }
    o->direct = mode == 0 || mode == 1 || mode == 5;
    o->no_flush = mode == 3;
    o->writethrough = mode == 4 || mode == 5;
    return true;
}

/* file=NAME, file.filename=NAME and the members of file.*. */
static bool take_file(struct json_object *opts, bool keyval, BlockOptions *o,
                      Error **errp)
{
    struct json_object *val = NULL;
    g_autofree char *driver = NULL;
    bool ok;

    if (!json_object_object_get_ex(opts, "file", &val) ||
        !json_object_is_type(val, json_type_object)) {
        return opts_take_str(opts, "file", &o->filename, errp);
    }
    val = opts_take(opts, "file");
    ok = opts_take_str(val, "filename", &o->filename, errp) &&
         opts_take_str(val, "driver", &driver, errp) &&
         block_opt_file_members(val, keyval, o, errp) &&
         block_opt_nothing_left(val, "file", errp);
    json_object_put(val);
    if (ok && driver && !g_str_equal(driver, "file")) {
        error_setg(errp, "Unknown protocol '%s'", driver);
        return false;
    }
    return ok;
}

/* Accepted for QEMU's command lines: what they ask for is what happens anyway. */
static bool take_ignored(struct json_object *opts, Error **errp)
{
    static const char *const policies[] = { "report", "enospc", NULL };
    static const char *const ignored[] = { "index", "bus", "unit", "copy-on-read" };
    int policy = 0;

    for (unsigned i = 0; i < G_N_ELEMENTS(ignored); i++) {
        json_object_object_del(opts, ignored[i]);
    }
    return opts_take_enum(opts, "werror", policies, &policy, errp) &&
           opts_take_enum(opts, "rerror", policies, &policy, errp);
}

static bool read_options(struct json_object *opts, bool keyval, DriveOptions *d,
                         Error **errp)
{
    return opts_take_str(opts, "id", &d->id, errp) &&
           opts_take_str(opts, "if", &d->interface, errp) &&
           opts_take_str(opts, "format", &d->format, errp) &&
           opts_take_str(opts, "driver", &d->format, errp) &&
           opts_take_str(opts, "media", &d->media, errp) &&
           opts_take_bool(opts, "readonly", keyval, &d->file.read_only, errp) &&
           opts_take_bool(opts, "snapshot", keyval, &d->snapshot, errp) &&
           apply_cache(opts, &d->file, errp) &&
           take_file(opts, keyval, &d->file, errp) &&
           block_opt_file_members(opts, keyval, &d->file, errp) &&
           take_ignored(opts, errp) && block_opt_nothing_left(opts, "raw", errp);
}

static bool check_options(DriveOptions *d, Error **errp)
{
    if (d->snapshot) {
        error_setg(errp, "-drive snapshot=on is not available: copy the image instead");
        return false;
    }
    if (d->format && !g_str_equal(d->format, "raw") &&
        !g_str_equal(d->format, "file")) {
        error_setg(errp, "Unknown driver '%s': only raw images can be used", d->format);
        return false;
    }
    if (d->interface && !g_str_equal(d->interface, "none") &&
        !g_str_equal(d->interface, "virtio")) {
        error_setg(errp, "unsupported bus type '%s': use if=none or if=virtio",
                   d->interface);
        return false;
    }
    if (!d->interface) {
        error_setg(errp, "-drive needs if=none or if=virtio on this machine");
        return false;
    }
    if (d->media && !g_str_equal(d->media, "disk") && !g_str_equal(d->media, "cdrom")) {
        error_setg(errp, "'%s' invalid media", d->media);
        return false;
    }
    if (!d->file.filename || !*d->file.filename) {
        error_setg(errp, "-drive needs file=");
        return false;
    }
    if (d->media && g_str_equal(d->media, "cdrom")) {
        d->file.read_only = true;
    }
    return true;
}

static BlockNode *node_for(const DriveOptions *d, const char *driver)
{
    BlockNode *node = g_new0(BlockNode, 1);

    node->driver = driver;
    node->fd = -1;
    node->opts = d->file;
    node->opts.filename = g_strdup(d->file.filename);
    return node;
}

static BlockBackend *open_drive(const DriveOptions *d, const char *id, Error **errp)
{
    BlockNode *file = node_for(d, "file");
    BlockNode *raw;

    if (!block_file_open(file, errp)) {
        block_node_free(file);
        return NULL;
    }
    block_node_register(file, &error_abort);
    raw = node_for(d, "raw");
    raw->child = file;
    raw->opts.read_only = file->opts.read_only;
    file->in_use = true;
    block_node_register(raw, &error_abort);
    return blk_new(id, raw);
}

static bool add(struct json_object *opts, bool keyval, Error **errp)
{
    g_auto(DriveOptions) d = { 0 };
    static unsigned made_up;

    if (!read_options(opts, keyval, &d, errp) || !check_options(&d, errp)) {
        return false;
    }
    if (!d.id) {
        d.id = g_strdup_printf("%s%u", d.interface, made_up++);
    }
    if (blk_by_name(d.id) || block_node_find(d.id)) {
        error_setg(errp, "Device with id '%s' already exists", d.id);
        return false;
    }
    if (!open_drive(&d, d.id, errp)) {
        return false;
    }
    if (g_str_equal(d.interface, "virtio")) {
        if (!wanted_devices) {
            wanted_devices = g_ptr_array_new_with_free_func(g_free);
        }
        g_ptr_array_add(wanted_devices, g_strdup(d.id));
    }
    return true;
}

bool drive_add(struct json_object *opts, bool keyval, Error **errp)
{
    struct json_object *copy = NULL;
    bool ok = json_object_deep_copy(opts, &copy, NULL) == 0 && add(copy, keyval, errp);

    json_object_put(copy);
    return ok;
}

bool drive_create_devices(Error **errp)
{
    for (unsigned i = 0; wanted_devices && i < wanted_devices->len; i++) {
        struct json_object *opts = json_object_new_object();
        const char *id = g_ptr_array_index(wanted_devices, i);
        DeviceState *dev;

        json_object_object_add(opts, "driver",
                               json_object_new_string("virtio-blk-pci"));
        json_object_object_add(opts, "drive", json_object_new_string(id));
        dev = qdev_device_add_json(opts, true, errp);
        json_object_put(opts);
        if (!dev) {
            return false;
        }
    }
    return true;
}
