/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "json-internal.h"

JsonStream *json_stream_new(void)
{
    JsonStream *s = g_new0(JsonStream, 1);

    s->text = g_string_new(NULL);
    return s;
}

/* The next value starts; the lexer stays where it is in the stream. */
static void next_value(JsonStream *s)
{
    if (s->text->allocated_len > 65536) {
        g_string_free(s->text, TRUE);
        s->text = g_string_new(NULL);
    }
    g_string_truncate(s->text, 0);
    g_clear_pointer(&s->error, g_free);
    s->expect = EXPECT_VALUE;
    s->token = s->keys = 0;
    s->need = s->high = 0;
    s->braces = s->brackets = s->depth = s->max_depth = 0;
    s->complete = s->fatal = false;
}

void json_stream_reset(JsonStream *s)
{
    next_value(s);
    s->state = LEX_START;
}

void json_stream_free(JsonStream *s)
{
    g_string_free(s->text, TRUE);
    g_free(s->error);
    g_free(s);
}

void json_error(JsonStream *s, const char *fmt, ...)
{
    va_list ap;

    if (!s->error) {
        va_start(ap, fmt);
        s->error = g_strdup_vprintf(fmt, ap);
        va_end(ap);
    }
}

/* Memory is bounded; where the value would have ended, nobody knows. */
static void limit_exceeded(JsonStream *s, const char *what)
{
    g_clear_pointer(&s->error, g_free);
    json_error(s, "%s limit exceeded", what);
    s->fatal = true;
    s->state = LEX_SKIP_LINE;
}

/* --- grammar --- */

static bool wants_value(const JsonStream *s)
{
    return s->expect == EXPECT_VALUE || s->expect == EXPECT_VALUE_OR_END;
}

bool json_wants_key(const JsonStream *s)
{
    return s->expect == EXPECT_KEY || s->expect == EXPECT_KEY_OR_END;
}

static bool top_in_object(const JsonStream *s)
{
    return s->depth && s->in_object[s->depth - 1];
}

static void open_container(JsonStream *s, char kind)
{
    if (!wants_value(s)) {
        return;
    }
    if (s->depth == JSON_MAX_DEPTH) {
        limit_exceeded(s, "nesting depth");
        return;
    }
    s->in_object[s->depth++] = kind == '{';
    s->max_depth = MAX(s->max_depth, s->depth);
    s->expect = kind == '{' ? EXPECT_KEY_OR_END : EXPECT_VALUE_OR_END;
}

static bool may_close(const JsonStream *s, char kind)
{
    if (!s->depth || top_in_object(s) != (kind == '}')) {
        return false;
    }
    return s->expect == EXPECT_SEPARATOR || s->expect == EXPECT_KEY_OR_END ||
           s->expect == EXPECT_VALUE_OR_END;
}

static const char *expected(const JsonStream *s, char kind)
{
    switch (s->expect) {
    case EXPECT_COLON:
        return "missing : in object pair";
    case EXPECT_SEPARATOR:
        return top_in_object(s) ? "expected separator in dict"
                                : "expected separator in list";
    case EXPECT_KEY:
    case EXPECT_KEY_OR_END:
        return strchr("[{v", kind) ? "key is not a string in object"
                                   : "expecting value";
    default:
        return "expecting value";
    }
}

/* Whether @kind may stand here; if so, what may follow. */
static bool accept_token(JsonStream *s, char kind)
{
    switch (kind) {
    case '{':
    case '[':
        if (!wants_value(s)) {
            return false;
        }
        open_container(s, kind);
        return true;
    case '}':
    case ']':
        if (!may_close(s, kind)) {
            return false;
        }
        s->depth--;
        s->expect = EXPECT_SEPARATOR;
        return true;
    case ':':
        if (s->expect != EXPECT_COLON) {
            return false;
        }
        s->expect = EXPECT_VALUE;
        return true;
    case ',':
        if (s->expect != EXPECT_SEPARATOR || !s->depth) {
            return false;
        }
        s->expect = top_in_object(s) ? EXPECT_KEY : EXPECT_VALUE;
        return true;
    }
    if (kind == JSON_TOKEN_STRING && json_wants_key(s)) {
        s->keys++;
        s->expect = EXPECT_COLON;
        return true;
    }
    if (!wants_value(s)) {
        return false;
    }
    s->expect = EXPECT_SEPARATOR;
    return true;
}

/* Brackets are counted by themselves, so that a value in error has an end, too. */
void json_token(JsonStream *s, char kind)
{
    s->braces += (kind == '{') - (kind == '}');
    s->brackets += (kind == '[') - (kind == ']');
    if (!s->error && !accept_token(s, kind)) {
        json_error(s, "%s", expected(s, kind));
    }
    s->complete = s->braces < 0 || s->brackets < 0 || (!s->braces && !s->brackets);
}

/* --- values --- */

/* The library keeps one of the members that have the same key. */
static size_t count_keys(struct json_object *value)
{
    size_t n = 0;

    if (json_object_is_type(value, json_type_object)) {
        json_object_object_foreach(value, key, member)
        {
            (void)key;
            n += 1 + count_keys(member);
        }
    } else if (json_object_is_type(value, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(value); i++) {
            n += count_keys(json_object_array_get_idx(value, i));
        }
    }
    return n;
}

static struct json_object *parse_text(JsonStream *s)
{
    struct json_tokener *tok = json_tokener_new_ex(s->max_depth + 2);
    struct json_object *value;
    enum json_tokener_error jerr;

    json_tokener_set_flags(tok, JSON_TOKENER_STRICT);
    value = json_tokener_parse_ex(tok, s->text->str, s->text->len + 1);
    jerr = json_tokener_get_error(tok);
    json_tokener_free(tok);
    if (jerr != json_tokener_success) {
        json_error(s, "%s", json_tokener_error_desc(jerr));
    } else if (count_keys(value) != s->keys) {
        json_error(s, "duplicate key");
    }
    return value;
}

/* The value has ended, or its error has. */
static void finish_value(JsonStream *s, bool *complete, struct json_object **value,
                         Error **errp)
{
    *value = s->error ? NULL : parse_text(s);
    if (s->error) {
        error_setg(errp, "JSON parse error, %s", s->error);
        json_object_put(*value);
        *value = NULL;
    }
    *complete = !s->error;
    next_value(s);
}

size_t json_stream_feed(JsonStream *s, const char *buf, size_t len, bool *complete,
                        struct json_object **value, Error **errp)
{
    size_t used = 0;

    *complete = false;
    *value = NULL;
    while (used < len && !s->complete && !s->fatal) {
        used += json_lex(s, buf[used]);
        if (s->text->len > JSON_MAX_TEXT) {
            limit_exceeded(s, "message size");
        }
    }
    if (s->complete || s->fatal) {
        finish_value(s, complete, value, errp);
    }
    return used;
}

struct json_object *json_parse_object(const char *text, Error **errp)
{
    JsonStream *s = json_stream_new();
    size_t len = strlen(text), used;
    struct json_object *value;
    bool complete;

    ERRP_GUARD();
    used = json_stream_feed(s, text, len, &complete, &value, errp);
    if (complete && text[used + strspn(text + used, " \t\r\n")]) {
        error_setg(errp, "JSON parse error, expecting end of text");
    } else if (!complete && !*errp) {
        error_setg(errp, "JSON parse error, expecting value");
    } else if (complete && !json_object_is_type(value, json_type_object)) {
        error_setg(errp, "JSON parse error, an object is expected");
    }
    json_stream_free(s);
    if (*errp) {
        json_object_put(value);
        return NULL;
    }
    return value;
}
