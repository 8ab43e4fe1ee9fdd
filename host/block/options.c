/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The members that -drive and -blockdev have in common. */
#include "qemu/osdep.h"
#include "options.h"

bool block_opt_nothing_left(struct json_object *opts, const char *driver, Error **errp)
{
    const char *name = opts_left(opts);

    if (name) {
        error_setg(errp, "Block format '%s' does not support the option '%s'", driver,
                   name);
    }
    return !name;
}

static bool cache_members(struct json_object *opts, bool keyval, BlockOptions *o,
                          Error **errp)
{
    struct json_object *cache = opts_take(opts, "cache");
    bool ok;

    if (!cache) {
        return true;
    }
    if (!json_object_is_type(cache, json_type_object)) {
        error_setg(errp, "Invalid parameter type for 'cache', expected: object");
        json_object_put(cache);
        return false;
    }
    ok = opts_take_bool(cache, "direct", keyval, &o->direct, errp) &&
         opts_take_bool(cache, "no-flush", keyval, &o->no_flush, errp) &&
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

    if (!opts_take_bool(opts, "read-only", keyval, &o->read_only, errp) ||
        !opts_take_bool(opts, "auto-read-only", keyval, &o->auto_read_only, errp) ||
        !opts_take_enum(opts, "aio", aio_names, &aio, errp) ||
        !opts_take_enum(opts, "discard", discard_names, &discard, errp) ||
        !opts_take_enum(opts, "locking", locking_names, &locking, errp) ||
        !opts_take_enum(opts, "detect-zeroes", zeroes_names, &zeroes, errp) ||
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

bool block_opt_null_members(struct json_object *opts, bool keyval, BlockOptions *o,
                            Error **errp)
{
    o->null_size = 1ULL << 30;
    return opts_take_uint(opts, "size", INT64_MAX >> 1, &o->null_size, errp) &&
           opts_take_bool(opts, "read-zeroes", keyval, &o->read_zeroes, errp);
}
