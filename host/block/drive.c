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
    char *driver; /* of the file: "file", "null-co" */
    bool snapshot;
    BlockOptions file;
} DriveOptions;

static void drive_options_clear(DriveOptions *d)
{
    g_free(d->id);
    g_free(d->interface);
    g_free(d->format);
    g_free(d->media);
    g_free(d->driver);
    g_free(d->file.filename);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(DriveOptions, drive_options_clear)

/* The modes of cache=, as QEMU's table has them. */
static bool apply_cache(struct json_object *opts, BlockOptions *o, Error **errp)
{
    static const char *const names[] = { "none",   "off",          "writeback",
                                         "unsafe", "writethrough", "directsync",
                                         NULL };
    int mode = -1;

    if (!opts_take_enum(opts, "cache", names, &mode, NULL)) {
        error_setg(errp, "invalid cache option");
        return false;
    }
    o->direct = mode == 0 || mode == 1 || mode == 5;
    o->no_flush = mode == 3;
    o->writethrough = mode == 4 || mode == 5;
    return true;
}

/* The protocol in front of a file name, as null-co://. */
static void apply_protocol(DriveOptions *d)
{
    if (!d->driver && d->file.filename &&
        g_str_has_prefix(d->file.filename, "null-co://")) {
        d->driver = g_strdup("null-co");
    } else if (d->file.filename && g_str_has_prefix(d->file.filename, "file:")) {
        memmove(d->file.filename, d->file.filename + 5,
                strlen(d->file.filename + 5) + 1);
    }
}

/* file=NAME and the members of file.* */
static bool take_file(struct json_object *opts, struct json_object *file,
                      DriveOptions *d, Error **errp)
{
    if (!opts_take_str(opts, "file", &d->file.filename, errp) ||
        !opts_take_str(file, "filename", &d->file.filename, errp) ||
        !opts_take_str(file, "driver", &d->driver, errp) ||
        !block_opt_file_members(file, true, &d->file, errp)) {
        return false;
    }
    apply_protocol(d);
    if (d->driver && g_str_equal(d->driver, "null-co")) {
        return block_opt_null_members(file, true, &d->file, errp) &&
               block_opt_nothing_left(file, "null-co", errp);
    }
    if (d->driver && !g_str_equal(d->driver, "file") &&
        !g_str_equal(d->driver, "host_device")) {
        error_setg(errp, "Unknown protocol '%s'", d->driver);
        return false;
    }
    return block_opt_nothing_left(file, "file", errp);
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

/* "prefix.key" of the flat options as {key: value}. */
static struct json_object *members_of(struct json_object *opts, const char *prefix)
{
    struct json_object *members = json_object_new_object();
    g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);

    json_object_object_foreach(opts, key, val)
    {
        if (g_str_has_prefix(key, prefix)) {
            json_object_object_add(members, key + strlen(prefix), json_object_get(val));
            g_ptr_array_add(keys, g_strdup(key));
        }
    }
    for (unsigned i = 0; i < keys->len; i++) {
        json_object_object_del(opts, g_ptr_array_index(keys, i));
    }
    return members;
}

static bool read_options(struct json_object *opts, DriveOptions *d, Error **errp)
{
    struct json_object *file = members_of(opts, "file.");
    struct json_object *cache = members_of(opts, "cache.");
    bool ok;

    ok = opts_take_str(opts, "id", &d->id, errp) &&
         opts_take_str(opts, "if", &d->interface, errp) &&
         opts_take_str(opts, "format", &d->format, errp) &&
         opts_take_str(opts, "driver", &d->format, errp) &&
         opts_take_str(opts, "media", &d->media, errp) &&
         opts_take_bool(opts, "readonly", true, &d->file.read_only, errp) &&
         opts_take_bool(opts, "snapshot", true, &d->snapshot, errp) &&
         apply_cache(opts, &d->file, errp) &&
         opts_take_bool(cache, "direct", true, &d->file.direct, errp) &&
         opts_take_bool(cache, "no-flush", true, &d->file.no_flush, errp) &&
         block_opt_nothing_left(cache, "cache", errp) &&
         take_file(opts, file, d, errp) &&
         block_opt_file_members(opts, true, &d->file, errp) &&
         take_ignored(opts, errp) && block_opt_nothing_left(opts, "raw", errp);
    json_object_put(file);
    json_object_put(cache);
    return ok;
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
    bool null = d->driver && g_str_equal(d->driver, "null-co");
    BlockNode *file = node_for(d, null ? "null-co" : "file");
    BlockNode *raw;

    if (null) {
        file->size = d->file.null_size;
    } else if (!block_file_open(file, errp)) {
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

static bool add(struct json_object *opts, Error **errp)
{
    g_auto(DriveOptions) d = { 0 };
    static unsigned made_up;

    if (!read_options(opts, &d, errp) || !check_options(&d, errp)) {
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

/* Up to the next comma that is not doubled; moves @text behind it. */
static char *next_word(const char **text)
{
    GString *word = g_string_new(NULL);
    const char *p = *text;

    while (*p && (*p != ',' || p[1] == ',')) {
        g_string_append_c(word, *p);
        p += *p == ',' ? 2 : 1;
    }
    *text = *p ? p + 1 : p;
    return g_string_free(word, FALSE);
}

static struct json_object *parse_flat(const char *text)
{
    struct json_object *opts = json_object_new_object();
    bool first = true;

    while (*text) {
        g_autofree char *word = next_word(&text);
        char *value = strchr(word, '=');
        const char *key = word;

        if (value) {
            *value++ = '\0';
        } else if (first) {
            key = "file";
            value = word;
        }
        json_object_object_add(opts, key, json_object_new_string(value ? value : "on"));
        first = false;
    }
    return opts;
}

bool drive_add(const char *text, Error **errp)
{
    struct json_object *opts = parse_flat(text);
    bool ok = add(opts, errp);

    json_object_put(opts);
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
