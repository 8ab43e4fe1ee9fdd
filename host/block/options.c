/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading the members of a -drive or -blockdev option. A member that was read is
 * taken out, so that what is left over at the end is what nobody knows.
 */
#include "qemu/osdep.h"
#include "options.h"

struct json_object *block_opt_take(struct json_object *opts, const char *key)
{
    struct json_object *val = NULL;

    if (!json_object_object_get_ex(opts, key, &val)) {
        return NULL;
    }
    json_object_get(val);
    json_object_object_del(opts, key);
    return val;
}

bool block_opt_str(struct json_object *opts, const char *key, char **out, Error **errp)
{
    struct json_object *val = block_opt_take(opts, key);

    if (!val) {
        return true;
    }
    if (!json_object_is_type(val, json_type_string)) {
        error_setg(errp, "Invalid parameter type for '%s', expected: string", key);
        json_object_put(val);
        return false;
    }
    g_free(*out);
    *out = g_strdup(json_object_get_string(val));
    json_object_put(val);
    return true;
}

bool block_opt_bool(struct json_object *opts, const char *key, bool keyval, bool *out,
                    Error **errp)
{
    struct json_object *val = block_opt_take(opts, key);
    const char *text;
    bool ok = true;

    if (!val) {
        return true;
    }
    if (json_object_is_type(val, json_type_boolean)) {
        *out = json_object_get_boolean(val);
    } else if (!keyval || !json_object_is_type(val, json_type_string)) {
        error_setg(errp, "Invalid parameter type for '%s', expected: boolean", key);
        ok = false;
    } else {
        text = json_object_get_string(val);
        *out = g_str_equal(text, "on") || g_str_equal(text, "yes") ||
               g_str_equal(text, "true") || g_str_equal(text, "y");
        if (!*out && !g_str_equal(text, "off") && !g_str_equal(text, "no") &&
            !g_str_equal(text, "false") && !g_str_equal(text, "n")) {
            error_setg(errp, "Parameter '%s' expects 'on' or 'off'", key);
            ok = false;
        }
    }
    json_object_put(val);
    return ok;
}

bool block_opt_enum(struct json_object *opts, const char *key, const char *const *names,
                    int *out, Error **errp)
{
    g_autofree char *text = NULL;

    if (!block_opt_str(opts, key, &text, errp)) {
        return false;
    }
    for (int i = 0; text && names[i]; i++) {
        if (g_str_equal(text, names[i])) {
            *out = i;
            return true;
        }
    }
    if (text) {
        error_setg(errp, "Parameter '%s' does not accept value '%s'", key, text);
    }
    return !text;
}

bool block_opt_nothing_left(struct json_object *opts, const char *driver, Error **errp)
{
    struct json_object_iterator it = json_object_iter_begin(opts);
    struct json_object_iterator end = json_object_iter_end(opts);

    if (json_object_iter_equal(&it, &end)) {
        return true;
    }
    error_setg(errp, "Block format '%s' does not support the option '%s'", driver,
               json_object_iter_peek_name(&it));
    return false;
}

/* ---- what both options have in common ---- */

static bool cache_members(struct json_object *opts, bool keyval, BlockOptions *o,
                          Error **errp)
{
    struct json_object *cache = block_opt_take(opts, "cache");
    bool ok;

    if (!cache) {
        return true;
    }
    if (!json_object_is_type(cache, json_type_object)) {
        error_setg(errp, "Invalid parameter type for 'cache', expected: object");
        json_object_put(cache);
        return false;
    }
    ok = block_opt_bool(cache, "direct", keyval, &o->direct, errp) &&
         block_opt_bool(cache, "no-flush", keyval, &o->no_flush, errp) &&
         block_opt_nothing_left(cache, "cache", errp);
    json_object_put(cache);
    return ok;
}

bool block_opt_file_members(struct json_object *opts, bool keyval, BlockOptions *o,
                            Error **errp)
{
    static const char *const aio_names[] = { "threads", "io_uring", "native", NULL };
    static const char *const discard_names[] = { "ignore", "off", "unmap", "on", NULL };
    static const char *const locking_names[] = { "auto", "on", "off", NULL };
    static const char *const zeroes_names[] = { "off", NULL };
    int aio = -1, discard = -1, locking = -1, zeroes = 0;

    if (!block_opt_bool(opts, "read-only", keyval, &o->read_only, errp) ||
        !block_opt_bool(opts, "auto-read-only", keyval, &o->auto_read_only, errp) ||
        !block_opt_enum(opts, "aio", aio_names, &aio, errp) ||
        !block_opt_enum(opts, "discard", discard_names, &discard, errp) ||
        !block_opt_enum(opts, "locking", locking_names, &locking, errp) ||
        !block_opt_enum(opts, "detect-zeroes", zeroes_names, &zeroes, errp) ||
        !cache_members(opts, keyval, o, errp)) {
        return false;
    }
    if (aio == 2) {
        error_setg(errp,
                   "aio=native is not available: use aio=io_uring or aio=threads");
        return false;
    }
    if (aio >= 0) {
        o->aio = aio == 0 ? BLOCK_AIO_THREADS : BLOCK_AIO_IO_URING;
    }
    if (discard >= 0) {
        o->discard = discard >= 2;
    }
    if (locking >= 0) {
        o->locking =
            (OnOffAuto[]){ ON_OFF_AUTO_AUTO, ON_OFF_AUTO_ON, ON_OFF_AUTO_OFF }[locking];
    }
    return true;
}
