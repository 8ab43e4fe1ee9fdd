/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading the members of an option by taking them out of it. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/cutils.h"
#include "qemu/opts-take.h"

struct json_object *opts_take(struct json_object *opts, const char *key)
{
    struct json_object *val = NULL;

    if (!json_object_object_get_ex(opts, key, &val)) {
        return NULL;
    }
    json_object_get(val);
    json_object_object_del(opts, key);
    return val;
}

bool opts_take_str(struct json_object *opts, const char *key, char **out, Error **errp)
{
    struct json_object *val = opts_take(opts, key);

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

bool opts_take_bool(struct json_object *opts, const char *key, bool keyval, bool *out,
                    Error **errp)
{
    struct json_object *val = opts_take(opts, key);
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

bool opts_take_uint(struct json_object *opts, const char *key, uint64_t max,
                    uint64_t *out, Error **errp)
{
    struct json_object *val = opts_take(opts, key);
    uint64_t got = 0;
    bool ok;

    if (!val) {
        return true;
    }
    if (json_object_is_type(val, json_type_string)) {
        ok = qemu_strtou64(json_object_get_string(val), NULL, 10, &got) == 0;
    } else {
        ok = json_object_is_type(val, json_type_int) && json_object_get_int64(val) >= 0;
        got = ok ? json_object_get_uint64(val) : 0;
    }
    json_object_put(val);
    if (!ok || got > max) {
        error_setg(errp, "Parameter '%s' expects a number from 0 to %" PRIu64, key,
                   max);
        return false;
    }
    *out = got;
    return true;
}

bool opts_take_enum(struct json_object *opts, const char *key, const char *const *names,
                    int *out, Error **errp)
{
    g_autofree char *text = NULL;

    if (!opts_take_str(opts, key, &text, errp)) {
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

const char *opts_left(struct json_object *opts)
{
    struct json_object_iterator it = json_object_iter_begin(opts);
    struct json_object_iterator end = json_object_iter_end(opts);

    return json_object_iter_equal(&it, &end) ? NULL : json_object_iter_peek_name(&it);
}
