/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is JSON and what is not, in one piece and byte by byte. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/json-stream.h"

#define PREFIX "JSON parse error, "

/* What came out of a stream: values as text and errors, each behind a newline. */
static char *read_all(const char *text, size_t len, size_t piece)
{
    JsonStream *s = json_stream_new();
    GString *out = g_string_new(NULL);

    for (size_t done = 0; done < len;) {
        struct json_object *value;
        Error *err = NULL;
        bool complete;

        done += json_stream_feed(s, text + done, MIN(piece, len - done), &complete,
                                 &value, &err);
        if (complete) {
            g_string_append_printf(
                out, "\n%s",
                json_object_to_json_string_ext(value, JSON_C_TO_STRING_NOSLASHESCAPE));
            json_object_put(value);
        } else if (err) {
            g_assert_true(g_str_has_prefix(error_get_pretty(err), PREFIX));
            g_string_append_printf(out, "\n!%s",
                                   error_get_pretty(err) + strlen(PREFIX));
            error_free(err);
        }
    }
    json_stream_free(s);
    return g_string_free(out, FALSE);
}

typedef struct Case {
    const char *text, *want;
} Case;

static void check(const Case *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        /* A scalar ends where something else begins. */
        g_autofree char *text = g_strdup_printf("%s\n", cases[i].text);
        g_autofree char *want = g_strdup_printf("\n%s", cases[i].want);
        g_autofree char *shown = g_strescape(cases[i].text, NULL);

        for (size_t piece = 1; piece < 100; piece += 98) {
            g_autofree char *got = read_all(text, strlen(text), piece);

            g_test_message("%s, %zu at a time", shown, piece);
            g_assert_cmpstr(got, ==, want);
        }
    }
}

static void test_accepted(void)
{
    static const Case cases[] = {
        { "{}", "{}" },
        { " [ ] ", "[]" },
        { "null", "null" },
        { "[true,false,null]", "[true,false,null]" },
        { "{\"a\":{\"a\":[1,{\"a\":2}]}}", "{\"a\":{\"a\":[1,{\"a\":2}]}}" },
        { "[0,-0,10,-1.5,1e5,1E+5,0.25e-2]", "[0,0,10,-1.5,1e5,1E+5,0.25e-2]" },
        { "18446744073709551615", "18446744073709551615" },
        { "18446744073709551616", "18446744073709551616.0" },
        { "-9223372036854775808", "-9223372036854775808" },
        { "-9223372036854775809", "-9223372036854775809.0" },
        { "'it\\'s \"one\"'", "\"it's \\\"one\\\"\"" },
        { "\"\\'\\/\\n\\u0041\"", "\"'/\\nA\"" },
        { "\"\\ud83d\\ude00 \xf0\x9f\x98\x80\"",
          "\"\xf0\x9f\x98\x80 \xf0\x9f\x98\x80\"" },
        { "\"\\u0000\"", "\"\\u0000\"" },
        { "{}{}[1]2 3\"x\"", "{}\n{}\n[1]\n2\n3\n\"x\"" },
    };

    check(cases, ARRAY_SIZE(cases));
}

static void test_grammar(void)
{
    static const Case cases[] = {
        { "{\"a\":1,}", "!expecting value" },
        { "[1,]", "!expecting value" },
        { "[,]", "!expecting value" },
        { "]", "!expecting value" },
        { "{\"a\":}", "!expecting value" },
        { "{1:2}", "!key is not a string in object" },
        { "{\"a\" 1}", "!missing : in object pair" },
        { "{\"a\":1 \"b\":2}", "!expected separator in dict" },
        { "[1 2]", "!expected separator in list" },
        { "[1}", "!expected separator in list" },
        { "{\"a\":1,\"a\":2}", "!duplicate key" },
        { "{\"a\":1,\"\\u0061\":2}", "!duplicate key" },
        { "[{\"a\":[{\"b\":1,\"b\":1}]}]", "!duplicate key" },
        { "{\"a\\u0000b\":1}", "!zero byte in key" },
        { "[nan]", "!invalid keyword 'nan'" },
        { "nul", "!invalid keyword 'nul'" },
        /* the error is one value long: what follows is read */
        { "{\"a\":[1,]}{}", "!expecting value\n{}" },
        { "{a:{}}{}", "!invalid keyword 'a'\n{}" },
    };

    check(cases, ARRAY_SIZE(cases));
}

/* Behind a byte that no token has, the next bracket begins anew. */
static void test_stray(void)
{
    static const Case cases[] = {
        { "NaN", "!stray 'N'" },
        { "-Infinity", "!stray '-I'" },
        { "01", "!stray '01'" },
        { "-x", "!stray '-x'" },
        { "1.e", "!stray '1.e'" },
        { "1e+ ", "!stray '1e+ '" },
        { "+1", "!stray '+'" },
        { "# {}", "!stray '#'\n{}" },
        { "[1] // {}", "[1]\n!stray '/'\n{}" },
        { "\"a\tb\"", "!stray '\"a\t'" },
        { "\"\\\t\"", "!stray '\"\t'" },
        { "{\"a\":\"b\xff{}", "!stray '\"b\xef\xbf\xbd'\n{}" },
    };

    check(cases, ARRAY_SIZE(cases));
}

static void test_strings(void)
{
    static const Case cases[] = {
        { "\"\\x\"", "!invalid escape sequence in string" },
        { "\"\\u12\"", "!\\u needs four hexadecimal digits" },
        { "\"\\ud83d\"", "!\\ud83d is not a valid Unicode character" },
        { "\"\\ud83dx\"", "!\\ud83d is not a valid Unicode character" },
        { "\"\\ud83d\\n\"", "!\\ud83d is not a valid Unicode character" },
        { "\"\\ud83d\\ud83d\\ude00\"", "!\\ud83d is not a valid Unicode character" },
        { "\"\\ude00\"", "!\\ude00 is not a valid Unicode character" },
        { "\"\\uffff\"", "!\\uffff is not a valid Unicode character" },
        { "\"\x80\"", "!invalid UTF-8 sequence in string" },
        { "\"\xc3(\"", "!invalid UTF-8 sequence in string" },
        { "\"\xc3\"", "!invalid UTF-8 sequence in string" },
        { "\"\xc0\x80\"", "!invalid UTF-8 sequence in string" },
        { "\"\xe0\x80\x80\"", "!invalid UTF-8 sequence in string" },
        { "\"\xed\xa0\x80\"", "!invalid UTF-8 sequence in string" },
        { "\"\xf4\x90\x80\x80\"", "!invalid UTF-8 sequence in string" },
    };

    check(cases, ARRAY_SIZE(cases));
}

static char *nested(int depth)
{
    g_autofree char *open = g_strnfill(depth, '['), *close = g_strnfill(depth, ']');

    return g_strdup_printf("%s%s\n{}\n", open, close);
}

static void test_limits(void)
{
    g_autofree char *deep = nested(JSON_MAX_DEPTH);
    g_autofree char *deeper = nested(JSON_MAX_DEPTH + 1);
    g_autofree char *out = read_all(deep, strlen(deep), SIZE_MAX);
    g_autofree char *none = read_all(deeper, strlen(deeper), SIZE_MAX);
    g_autofree char *big = g_strnfill(JSON_MAX_TEXT + 10, 'x'), *long_out = NULL;

    g_assert_cmpint(strlen(out), ==, 2 * JSON_MAX_DEPTH + strlen("\n\n{}"));
    g_assert_cmpstr(none, ==, "\n!nesting depth limit exceeded\n{}");
    big[0] = '"';
    big[JSON_MAX_TEXT + 5] = '\n';
    memcpy(big + JSON_MAX_TEXT + 7, "1 ", 3);
    long_out = read_all(big, strlen(big), SIZE_MAX);
    g_assert_true(g_str_has_prefix(long_out, "\n!message size limit exceeded\n"));
}

static void test_object(void)
{
    static const Case cases[] = {
        { "", "expecting value" },          { "{", "expecting value" },
        { "[]", "an object is expected" },  { "{} x", "expecting end of text" },
        { "{},", "expecting end of text" }, { "{\"a\":1,}", "expecting value" },
    };
    struct json_object *ok = json_parse_object(" {\"a\": 1} \n", &error_abort);

    g_assert_cmpint(json_object_object_length(ok), ==, 1);
    json_object_put(ok);
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        g_autofree char *want = g_strconcat(PREFIX, cases[i].want, NULL);
        Error *err = NULL;

        g_assert_null(json_parse_object(cases[i].text, &err));
        g_assert_cmpstr(error_get_pretty(err), ==, want);
        error_free(err);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/json-stream/accepted", test_accepted);
    g_test_add_func("/json-stream/grammar", test_grammar);
    g_test_add_func("/json-stream/stray", test_stray);
    g_test_add_func("/json-stream/strings", test_strings);
    g_test_add_func("/json-stream/limits", test_limits);
    g_test_add_func("/json-stream/object", test_object);
    return g_test_run();
}
