/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of character devices and how options become one. */
#include "qemu/osdep.h"
#include <json-c/json.h>
#include "qapi/error.h"
#include "qemu/cutils.h"
#include "qemu/id.h"
#include "system/cmdline.h"
#include "char-internal.h"

static QTAILQ_HEAD(, Chardev) chardevs = QTAILQ_HEAD_INITIALIZER(chardevs);

static const ChardevOps *const kinds[] = {
    &chardev_file_ops,
    &chardev_null_ops,
    &chardev_socket_ops,
    &chardev_stdio_ops,
};

static const ChardevOps *find_kind(const char *name)
{
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
        if (!strcmp(kinds[i]->name, name)) {
            return kinds[i];
        }
    }
    return NULL;
}

Chardev *qemu_chr_find(const char *id)
{
    Chardev *chr;

    QTAILQ_FOREACH(chr, &chardevs, next) {
        if (!strcmp(chr->label, id)) {
            return chr;
        }
    }
    return NULL;
}

/* Every member must be an option of the kind. */
static bool check_options(const ChardevOps *ops, struct json_object *opts, Error **errp)
{
    json_object_object_foreach(opts, key, value)
    {
        bool known = !strcmp(key, "id") || !strcmp(key, "backend");

        for (const char *const *o = ops->options; !known && o && *o; o++) {
            known = !strcmp(*o, key);
        }
        if (!known) {
            error_setg(errp, "Invalid parameter '%s'", key);
            return false;
        }
        (void)value;
    }
    return true;
}

static void chr_free(Chardev *chr)
{
    g_free(chr->label);
    g_free(chr->filename);
    g_byte_array_free(chr->out, TRUE);
    g_byte_array_free(chr->pending, TRUE);
    g_free(chr);
}

static Chardev *chr_create(const ChardevOps *ops, const char *label,
                           struct json_object *opts, Error **errp)
{
    Chardev *chr;

    if (qemu_chr_find(label)) {
        error_setg(errp, "Chardev with id '%s' already exists", label);
        return NULL;
    }
    if (!check_options(ops, opts, errp)) {
        return NULL;
    }
    chr = g_malloc0(ops->instance_size);
    chr->ops = ops;
    chr->label = g_strdup(label);
    chr->in_fd = chr->out_fd = -1;
    chr->out = g_byte_array_new();
    chr->pending = g_byte_array_new();
    if (!ops->open(chr, opts, errp)) {
        chr_free(chr);
        return NULL;
    }
    if (!chr->filename) {
        chr->filename = g_strdup(ops->name);
    }
    QTAILQ_INSERT_TAIL(&chardevs, chr, next);
    return chr;
}

Chardev *qemu_chr_new_from_opts(struct json_object *opts, Error **errp)
{
    const char *backend = opts_get_str(opts, "backend");
    const char *id = opts_get_str(opts, "id");
    const ChardevOps *ops;

    if (!backend) {
        error_setg(errp, "Parameter 'backend' is missing");
        return NULL;
    }
    if (!id) {
        error_setg(errp, "chardev: no id specified");
        return NULL;
    }
    if (!id_wellformed(id)) {
        error_setg(errp, "Parameter 'id' expects an identifier");
        error_append_hint(errp,
                          "Identifiers consist of letters, digits, '-', '.', '_', "
                          "starting with a letter.\n");
        return NULL;
    }
    ops = find_kind(backend);
    if (!ops) {
        error_setg(errp, "'%s' is not a valid char driver name", backend);
        return NULL;
    }
    return chr_create(ops, id, opts, errp);
}

/* "HOST:PORT[,options]" after "tcp:". */
static struct json_object *parse_tcp(const char *text, Error **errp)
{
    g_auto(GStrv) parts = g_strsplit(text, ",", 2);
    const char *address = parts[0] ? parts[0] : "";
    const char *colon = strrchr(address, ':');
    g_autofree char *host = NULL;
    struct json_object *opts;

    if (!colon || !colon[1]) {
        error_setg(errp, "'%s' is not HOST:PORT", address);
        return NULL;
    }
    opts = keyval_parse_json(parts[0] && parts[1] ? parts[1] : "", NULL, errp);
    if (opts) {
        host = g_strndup(address, colon - address);
        json_object_object_add(opts, "host", json_object_new_string(host));
        json_object_object_add(opts, "port", json_object_new_string(colon + 1));
    }
    return opts;
}

/* The short forms, each as the options of its long one. */
static struct json_object *parse_short(const char *text, const char **backend,
                                       Error **errp)
{
    const char *rest;

    if (!strcmp(text, "null") || !strcmp(text, "stdio")) {
        *backend = text;
        return json_object_new_object();
    }
    if (!strcmp(text, "mon:stdio")) {
        *backend = "stdio";
        return keyval_parse_json("mux=on,signal=off", NULL, errp);
    }
    if (strstart(text, "file:", &rest)) {
        *backend = "file";
        return keyval_parse_json(rest, "path", errp);
    }
    *backend = "socket";
    if (strstart(text, "unix:", &rest)) {
        return keyval_parse_json(rest, "path", errp);
    }
    if (strstart(text, "fd:", &rest)) {
        return keyval_parse_json(rest, "fd", errp);
    }
    if (strstart(text, "tcp:", &rest)) {
        return parse_tcp(rest, errp);
    }
    error_setg(errp, "'%s' is not a valid char driver", text);
    return NULL;
}

Chardev *qemu_chr_new(const char *label, const char *text, Error **errp)
{
    struct json_object *opts;
    const char *backend, *id;
    Chardev *chr;

    if (strstart(text, "chardev:", &id)) {
        chr = qemu_chr_find(id);
        if (!chr) {
            error_setg(errp, "chardev '%s' not found", id);
        }
        return chr;
    }
    opts = parse_short(text, &backend, errp);
    if (!opts) {
        return NULL;
    }
    chr = chr_create(find_kind(backend), label, opts, errp);
    json_object_put(opts);
    return chr;
}

const char *qemu_chr_label(const Chardev *chr)
{
    return chr->label;
}

const char *qemu_chr_filename(const Chardev *chr)
{
    return chr->filename;
}

bool qemu_chr_is_fe_open(const Chardev *chr)
{
    return chr->fe != NULL;
}

void qemu_chr_foreach(void (*fn)(Chardev *chr, void *opaque), void *opaque)
{
    Chardev *chr;

    QTAILQ_FOREACH(chr, &chardevs, next) {
        fn(chr, opaque);
    }
}

void qemu_chr_cleanup(void)
{
    Chardev *chr;

    while ((chr = QTAILQ_FIRST(&chardevs))) {
        QTAILQ_REMOVE(&chardevs, chr, next);
        if (chr->fe) {
            chr->fe->chr = NULL;
            chr->fe = NULL;
        }
        chr->ops->close(chr);
        chr_free(chr);
    }
}

/* --- null: swallows everything --- */

static bool null_open(Chardev *chr, struct json_object *opts, Error **errp)
{
    chr->open = true;
    return true;
}

static void null_close(Chardev *chr)
{
}

const ChardevOps chardev_null_ops = {
    .name = "null",
    .instance_size = sizeof(Chardev),
    .open = null_open,
    .close = null_close,
};

/* --- file: output only --- */

static bool file_open(Chardev *chr, struct json_object *opts, Error **errp)
{
    const char *path = opts_get_str(opts, "path");
    int how = opts_get_bool(opts, "append", false) ? O_APPEND : O_TRUNC;
    int fd;

    if (!path) {
        error_setg(errp, "chardev: file: no filename given");
        return false;
    }
    fd = qemu_create(path, O_WRONLY | how, 0666, errp);
    if (fd < 0) {
        return false;
    }
    chr->filename = g_strdup_printf("file:%s", path);
    chr_stream_open(chr, -1, fd);
    return true;
}

static void file_close(Chardev *chr)
{
    chr_stream_close(chr, true);
}

static const char *const file_options[] = { "path", "append", NULL };

const ChardevOps chardev_file_ops = {
    .name = "file",
    .instance_size = sizeof(Chardev),
    .options = file_options,
    .open = file_open,
    .close = file_close,
};
