/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "a=1,b.c=2,flag" as a JSON object.
 */
#include "qemu/osdep.h"
#include <json-c/json.h>
#include "qapi/error.h"
#include "qapi/util.h"
#include "qemu/json-stream.h"
#include "system/cmdline.h"

/* Deeper than this nothing of ours goes. */
#define KEYVAL_MAX_DEPTH 8
/* List indexes: no option of ours wants more elements. */
#define KEYVAL_MAX_INDEX 1023

/* --- splitting --- */

/* The text up to the next single comma, ",," being a comma. *@text moves behind it. */
static char *next_piece(const char **text)
{
    GString *piece = g_string_new(NULL);
    const char *p = *text;

    for (; *p && !(*p == ',' && p[1] != ','); p++) {
        g_string_append_c(piece, *p);
        p += *p == ',';
    }
    *text = *p == ',' ? p + 1 : p;
    return g_string_free(piece, false);
}

/* --- storing "a.b.c" --- */

static bool parse_index(const char *part, size_t *idx)
{
    uint64_t value;

    if (!g_ascii_isdigit(*part) ||
        !g_ascii_string_to_unsigned(part, 10, 0, KEYVAL_MAX_INDEX, &value, NULL)) {
        return false;
    }
    *idx = value;
    return true;
}

static bool key_conflict(const char *key, Error **errp)
{
    error_setg(errp,
               "Parameter '%s' is used inconsistently: as a value, as a list or "
               "as a structure",
               key);
    return false;
}

/* The member @part of @parent; a new one of the type that @next needs. */
static struct json_object *descend(struct json_object *parent, const char *part,
                                   const char *next)
{
    struct json_object *child = NULL;
    size_t idx, dummy;

    if (json_object_is_type(parent, json_type_array)) {
        if (!parse_index(part, &idx)) {
            return NULL;
        }
        child = json_object_array_get_idx(parent, idx);
    } else {
        json_object_object_get_ex(parent, part, &child);
    }
    if (child) {
        return child;
    }
    child =
        parse_index(next, &dummy) ? json_object_new_array() : json_object_new_object();
    if (json_object_is_type(parent, json_type_array)) {
        json_object_array_put_idx(parent, idx, child);
    } else {
        json_object_object_add(parent, part, child);
    }
    return child;
}

static bool store(struct json_object *top, const char *key, const char *value,
                  Error **errp)
{
    g_auto(GStrv) parts = g_strsplit(key, ".", 0);
    guint n = g_strv_length(parts);
    struct json_object *at = top;
    size_t idx;

    if (n == 0 || n > KEYVAL_MAX_DEPTH ||
        g_strv_contains((const char *const *)parts, "")) {
        error_setg(errp, "Invalid parameter '%s'", key);
        return false;
    }
    for (guint i = 0; i + 1 < n; i++) {
        at = descend(at, parts[i], parts[i + 1]);
        if (!json_object_is_type(at, json_type_object) &&
            !json_object_is_type(at, json_type_array)) {
            return key_conflict(key, errp);
        }
    }
    if (json_object_is_type(at, json_type_array)) {
        if (!parse_index(parts[n - 1], &idx)) {
            return key_conflict(key, errp);
        }
        json_object_array_put_idx(at, idx, json_object_new_string(value));
        return true;
    }
    json_object_object_add(at, parts[n - 1], json_object_new_string(value));
    return true;
}

/* A list with a hole: "x.1=" without "x.0=". */
static bool check_lists(struct json_object *value, const char *name, Error **errp)
{
    if (json_object_is_type(value, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(value); i++) {
            struct json_object *elem = json_object_array_get_idx(value, i);

            if (!elem) {
                error_setg(errp, "Parameter '%s.%zu' is missing", name, i);
                return false;
            }
            if (!check_lists(elem, name, errp)) {
                return false;
            }
        }
    } else if (json_object_is_type(value, json_type_object)) {
        json_object_object_foreach(value, key, member)
        {
            if (!check_lists(member, key, errp)) {
                return false;
            }
        }
    }
    return true;
}

/* --- the whole --- */

/* A piece without '=': the implied key's value if it comes first, else a flag. */
static bool store_bare(struct json_object *top, const char *piece, bool first,
                       const char *implied, Error **errp)
{
    if (g_str_equal(piece, "help") || g_str_equal(piece, "?")) {
        if (first && implied) {
            json_object_object_add(top, implied, json_object_new_string(piece));
        }
        return store(top, "help", "on", errp);
    }
    if (first && implied) {
        json_object_object_add(top, implied, json_object_new_string(piece));
        return true;
    }
    if (g_str_has_prefix(piece, "no") && piece[2]) {
        return store(top, piece + 2, "off", errp);
    }
    return store(top, piece, "on", errp);
}

struct json_object *keyval_parse_json(const char *text, const char *implied,
                                      Error **errp)
{
    struct json_object *top = json_object_new_object();
    bool ok = true;

    for (bool first = true; ok && *text; first = false) {
        g_autofree char *piece = next_piece(&text);
        char *eq = strchr(piece, '=');

        if (eq) {
            *eq = '\0';
            ok = store(top, piece, eq + 1, errp);
        } else {
            ok = store_bare(top, piece, first, implied, errp);
        }
    }
    if (!ok || !check_lists(top, "", errp)) {
        json_object_put(top);
        return NULL;
    }
    return top;
}

struct json_object *cmdline_parse_opts(const char *text, const char *implied,
                                       bool *keyval, Error **errp)
{
    *keyval = *text != '{';
    return *keyval ? keyval_parse_json(text, implied, errp)
                   : json_parse_object(text, errp);
}

const char *opts_get_str(struct json_object *opts, const char *name)
{
    struct json_object *value;

    return json_object_object_get_ex(opts, name, &value) &&
                   json_object_is_type(value, json_type_string)
               ? json_object_get_string(value)
               : NULL;
}

bool opts_get_bool(struct json_object *opts, const char *name, bool def)
{
    struct json_object *value;

    if (!json_object_object_get_ex(opts, name, &value)) {
        return def;
    }
    if (json_object_is_type(value, json_type_string)) {
        qapi_bool_parse(name, json_object_get_string(value), &def, NULL);
        return def;
    }
    return json_object_get_boolean(value);
}
