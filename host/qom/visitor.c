/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One value on its way into or out of a property.
 */
#include "qemu/osdep.h"
#include <json-c/json.h>
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "qemu/cutils.h"

struct Visitor {
    bool input;
    bool keyval;
    struct json_object *value; /* input: borrowed, output: owned */
};

Visitor *visitor_input_new(struct json_object *value, bool keyval)
{
    Visitor *v = g_new(Visitor, 1);

    *v = (Visitor){ true, keyval, value };
    return v;
}

Visitor *visitor_output_new(void)
{
    return g_new0(Visitor, 1);
}

void visit_free(Visitor *v)
{
    if (!v->input) {
        json_object_put(v->value);
    }
    g_free(v);
}

bool visit_is_input(const Visitor *v)
{
    return v->input;
}

bool visitor_is_keyval(const Visitor *v)
{
    return v->keyval;
}

struct json_object *visitor_value(Visitor *v)
{
    return v->value;
}

void visitor_set_value(Visitor *v, struct json_object *value)
{
    g_assert(!v->input);
    json_object_put(v->value);
    v->value = value;
}

struct json_object *visitor_take_value(Visitor *v)
{
    return g_steal_pointer(&v->value);
}

/* --- errors --- */

static bool bad_type(const char *name, const char *expected, Error **errp)
{
    error_setg(errp, "Invalid parameter type for '%s', expected: %s",
               name ? name : "null", expected);
    return false;
}

static bool bad_value(const char *name, const char *expected, Error **errp)
{
    error_setg(errp, "Parameter '%s' expects %s", name ? name : "null", expected);
    return false;
}

/* The text of a key=value input, or NULL when the value is something else. */
static const char *keyval_text(Visitor *v)
{
    return v->keyval && json_object_is_type(v->value, json_type_string)
               ? json_object_get_string(v->value)
               : NULL;
}

/* A text with a NUL inside would be cut short by C: it is no valid string. */
static const char *plain_text(Visitor *v)
{
    const char *text;

    if (!json_object_is_type(v->value, json_type_string)) {
        return NULL;
    }
    text = json_object_get_string(v->value);
    return strlen(text) == (size_t)json_object_get_string_len(v->value) ? text : NULL;
}

/* --- scalars --- */

bool visit_type_bool(Visitor *v, const char *name, bool *obj, Error **errp)
{
    const char *text = v->input ? keyval_text(v) : NULL;

    if (!v->input) {
        visitor_set_value(v, json_object_new_boolean(*obj));
        return true;
    }
    if (text) {
        return qapi_bool_parse(name, text, obj, errp);
    }
    if (!json_object_is_type(v->value, json_type_boolean)) {
        return bad_type(name, "boolean", errp);
    }
    *obj = json_object_get_boolean(v->value);
    return true;
}

/* json-c keeps integers beyond int64 apart and clips them on request. */
static bool json_int_fits_int64(struct json_object *value)
{
    return json_object_get_int64(value) < INT64_MAX ||
           json_object_get_uint64(value) == INT64_MAX;
}

static bool input_int64(Visitor *v, const char *name, int64_t *obj, Error **errp)
{
    const char *text = keyval_text(v);

    if (text) {
        return qemu_strtoi64(text, NULL, 0, obj) == 0 ||
               bad_value(name, "an integer", errp);
    }
    if (!json_object_is_type(v->value, json_type_int)) {
        return bad_type(name, "integer", errp);
    }
    *obj = json_object_get_int64(v->value);
    return json_int_fits_int64(v->value) || bad_value(name, "int64", errp);
}

static bool input_uint64(Visitor *v, const char *name, uint64_t *obj, Error **errp)
{
    const char *text = keyval_text(v);

    if (text) {
        return (*text != '-' && qemu_strtou64(text, NULL, 0, obj) == 0) ||
               bad_value(name, "a non-negative integer", errp);
    }
    if (!json_object_is_type(v->value, json_type_int)) {
        return bad_type(name, "integer", errp);
    }
    *obj = json_object_get_uint64(v->value);
    return json_object_get_int64(v->value) >= 0 || bad_value(name, "uint64", errp);
}

/* Range-checked input into, or output from, a narrower integer. */
static bool visit_signed(Visitor *v, const char *name, int64_t *value, int64_t min,
                         int64_t max, const char *type, Error **errp)
{
    if (!v->input) {
        visitor_set_value(v, json_object_new_int64(*value));
        return true;
    }
    if (!input_int64(v, name, value, errp)) {
        return false;
    }
    return (*value >= min && *value <= max) || bad_value(name, type, errp);
}

static bool visit_unsigned(Visitor *v, const char *name, uint64_t *value, uint64_t max,
                           const char *type, Error **errp)
{
    if (!v->input) {
        visitor_set_value(v, json_object_new_uint64(*value));
        return true;
    }
    if (!input_uint64(v, name, value, errp)) {
        return false;
    }
    return *value <= max || bad_value(name, type, errp);
}

bool visit_type_int8(Visitor *v, const char *name, int8_t *obj, Error **errp)
{
    int64_t value = *obj;
    bool ok = visit_signed(v, name, &value, INT8_MIN, INT8_MAX, "int8_t", errp);

    *obj = ok ? value : *obj;
    return ok;
}

bool visit_type_int16(Visitor *v, const char *name, int16_t *obj, Error **errp)
{
    int64_t value = *obj;
    bool ok = visit_signed(v, name, &value, INT16_MIN, INT16_MAX, "int16_t", errp);

    *obj = ok ? value : *obj;
    return ok;
}

bool visit_type_int32(Visitor *v, const char *name, int32_t *obj, Error **errp)
{
    int64_t value = *obj;
    bool ok = visit_signed(v, name, &value, INT32_MIN, INT32_MAX, "int32_t", errp);

    *obj = ok ? value : *obj;
    return ok;
}

bool visit_type_int64(Visitor *v, const char *name, int64_t *obj, Error **errp)
{
    int64_t value = *obj;
    bool ok = visit_signed(v, name, &value, INT64_MIN, INT64_MAX, "int64_t", errp);

    *obj = ok ? value : *obj;
    return ok;
}

bool visit_type_int(Visitor *v, const char *name, int64_t *obj, Error **errp)
{
    return visit_type_int64(v, name, obj, errp);
}

bool visit_type_uint8(Visitor *v, const char *name, uint8_t *obj, Error **errp)
{
    uint64_t value = *obj;
    bool ok = visit_unsigned(v, name, &value, UINT8_MAX, "uint8_t", errp);

    *obj = ok ? value : *obj;
    return ok;
}

bool visit_type_uint16(Visitor *v, const char *name, uint16_t *obj, Error **errp)
{
    uint64_t value = *obj;
    bool ok = visit_unsigned(v, name, &value, UINT16_MAX, "uint16_t", errp);

    *obj = ok ? value : *obj;
    return ok;
}

bool visit_type_uint32(Visitor *v, const char *name, uint32_t *obj, Error **errp)
{
    uint64_t value = *obj;
    bool ok = visit_unsigned(v, name, &value, UINT32_MAX, "uint32_t", errp);

    *obj = ok ? value : *obj;
    return ok;
}

bool visit_type_uint64(Visitor *v, const char *name, uint64_t *obj, Error **errp)
{
    uint64_t value = *obj;
    bool ok = visit_unsigned(v, name, &value, UINT64_MAX, "uint64_t", errp);

    *obj = ok ? value : *obj;
    return ok;
}

bool visit_type_size(Visitor *v, const char *name, uint64_t *obj, Error **errp)
{
    const char *text = v->input ? keyval_text(v) : NULL;
    uint64_t value;

    if (!text) {
        return visit_type_uint64(v, name, obj, errp);
    }
    if (qemu_strtosz(text, NULL, &value) != 0) {
        return bad_value(
            name, "a size: a number, perhaps with a suffix k, M, G, T, P or E", errp);
    }
    *obj = value;
    return true;
}

bool visit_type_str(Visitor *v, const char *name, char **obj, Error **errp)
{
    const char *text;

    if (!v->input) {
        visitor_set_value(v, json_object_new_string(*obj ? *obj : ""));
        return true;
    }
    text = plain_text(v);
    if (!text) {
        *obj = NULL;
        return bad_type(name, "string", errp);
    }
    *obj = g_strdup(text);
    return true;
}

bool visit_type_enum(Visitor *v, const char *name, int *obj, const QEnumLookup *lookup,
                     Error **errp)
{
    const char *text;
    int value;

    if (!v->input) {
        visitor_set_value(v, json_object_new_string(qapi_enum_lookup(lookup, *obj)));
        return true;
    }
    text = plain_text(v);
    if (!text) {
        return bad_type(name, "string", errp);
    }
    value = qapi_enum_parse(lookup, text, -1, NULL);
    if (value < 0) {
        error_setg(errp, "Parameter '%s' does not accept value '%s'", name, text);
        return false;
    }
    *obj = value;
    return true;
}
