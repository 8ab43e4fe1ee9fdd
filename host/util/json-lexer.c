/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "json-internal.h"

static void keep(JsonStream *s, uint8_t c)
{
    g_string_append_c(s->text, c);
}

static bool go(JsonStream *s, JsonLexState state, uint8_t c)
{
    s->state = state;
    keep(s, c);
    return true;
}

/* No token begins or goes on with @c: what stands before the next bracket is lost. */
static bool stray(JsonStream *s, uint8_t c)
{
    g_autofree char *token = NULL;

    keep(s, c);
    s->token = MAX(s->token, s->text->len - MIN(s->text->len, 40));
    token = g_utf8_make_valid(s->text->str + s->token, s->text->len - s->token);
    json_error(s, "stray '%s'", token);
    s->fatal = true;
    s->state = LEX_RECOVER;
    return true;
}

static bool is_structural(uint8_t c)
{
    return c && strchr("{}[]:,", c);
}

/* Skips up to what can begin anew: a bracket, a comma, a colon, or a control byte. */
static bool recover(JsonStream *s, uint8_t c)
{
    if (is_structural(c)) {
        s->state = LEX_START;
        return false;
    }
    if (c < ' ' && c != '\t') {
        s->state = LEX_START;
    }
    return true;
}

static bool end_token(JsonStream *s, char kind)
{
    s->state = LEX_START;
    json_token(s, kind);
    return false;
}

/* --- strings --- */

/* What Unicode has set aside never is a character. */
static bool is_character(uint32_t code)
{
    return code <= 0x10ffff && (code & 0xfffff800) != 0xd800 &&
           (code & 0xfffe) != 0xfffe && !(code >= 0xfdd0 && code <= 0xfdef);
}

/* A first half of a pair that no second half follows. */
static void check_lone_half(JsonStream *s)
{
    if (s->high) {
        json_error(s, "\\u%04x is not a valid Unicode character", s->high);
        s->high = 0;
    }
}

static bool utf8_first(JsonStream *s, uint8_t c)
{
    static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };

    if (c >= 0xf8) {
        return stray(s, c); /* clients send 0xff to begin anew */
    }
    if (c < 0xc0) {
        json_error(s, "invalid UTF-8 sequence in string");
        return go(s, LEX_STRING, c);
    }
    s->need = c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
    s->least = least[s->need];
    s->code = c & (0x3f >> s->need);
    return go(s, LEX_STRING, c);
}

static bool utf8_next(JsonStream *s, uint8_t c)
{
    if ((c & 0xc0) != 0x80) {
        json_error(s, "invalid UTF-8 sequence in string");
        s->need = 0;
        return false;
    }
    s->code = s->code << 6 | (c & 0x3f);
    if (!--s->need && (s->code < s->least || !is_character(s->code))) {
        json_error(s, "invalid UTF-8 sequence in string");
    }
    return go(s, LEX_STRING, c);
}

static bool string(JsonStream *s, uint8_t c)
{
    if (s->need) {
        return utf8_next(s, c);
    }
    if (c == '\\') {
        s->state = LEX_ESCAPE;
        return true;
    }
    check_lone_half(s);
    if (c == s->quote) {
        keep(s, '"');
        end_token(s, JSON_TOKEN_STRING);
        return true;
    }
    if (c < ' ') {
        return stray(s, c);
    }
    if (c == '"') {
        keep(s, '\\');
    }
    return c < 0x80 ? go(s, LEX_STRING, c) : utf8_first(s, c);
}

static bool escape(JsonStream *s, uint8_t c)
{
    if (c == 'u') {
        s->digits = 0;
        s->code = 0;
        s->state = LEX_UNICODE;
        return true;
    }
    check_lone_half(s);
    if (c < ' ') {
        return stray(s, c);
    }
    if (!strchr("\"\\/'bfnrt", c)) {
        json_error(s, "invalid escape sequence in string");
    }
    if (c != '\'') {
        keep(s, '\\');
    }
    return go(s, LEX_STRING, c);
}

static void check_code(JsonStream *s)
{
    bool low = s->code >= 0xdc00 && s->code <= 0xdfff;

    if (s->high && low) {
        s->code = 0x10000 + ((s->high & 0x3ff) << 10) + (s->code & 0x3ff);
        s->high = 0;
    }
    check_lone_half(s);
    if (s->code >= 0xd800 && s->code <= 0xdbff) {
        s->high = s->code;
    } else if (!is_character(s->code)) {
        json_error(s, "\\u%04x is not a valid Unicode character", s->code);
    } else if (!s->code && json_wants_key(s)) {
        json_error(s, "zero byte in key"); /* it would hide what follows it */
    }
}

static bool unicode(JsonStream *s, uint8_t c)
{
    int digit = g_ascii_xdigit_value(c);

    if (digit < 0) {
        json_error(s, "\\u needs four hexadecimal digits");
        s->state = LEX_STRING;
        return false;
    }
    s->code = s->code << 4 | digit;
    if (++s->digits == 4) {
        g_string_append_printf(s->text, "\\u%04x", s->code);
        s->state = LEX_STRING;
        check_code(s);
    }
    return true;
}

/* --- the others --- */

static bool end_keyword(JsonStream *s)
{
    const char *word = s->text->str + s->token;

    if (strcmp(word, "true") && strcmp(word, "false") && strcmp(word, "null")) {
        json_error(s, "invalid keyword '%.40s'", word);
    }
    return end_token(s, JSON_TOKEN_SCALAR);
}

/* The library would cut an integer of more than 64 bits down to the nearest one. */
static bool end_integer(JsonStream *s)
{
    const char *text = s->text->str + s->token;

    errno = 0;
    if (*text == '-') {
        (void)!g_ascii_strtoll(text, NULL, 10);
    } else {
        (void)!g_ascii_strtoull(text, NULL, 10);
    }
    if (errno == ERANGE) {
        g_string_append(s->text, ".0");
    }
    return end_token(s, JSON_TOKEN_SCALAR);
}

/* In a number, behind at least its first character. */
static bool number(JsonStream *s, uint8_t c)
{
    bool digit = g_ascii_isdigit(c), whole = s->state <= LEX_INTEGER;

    switch (s->state) {
    case LEX_MINUS:
        return digit ? go(s, c == '0' ? LEX_ZERO : LEX_INTEGER, c) : stray(s, c);
    case LEX_POINT:
        return digit ? go(s, LEX_FRACTION, c) : stray(s, c);
    case LEX_EXPONENT:
        if (c == '+' || c == '-') {
            return go(s, LEX_EXPONENT_SIGN, c);
        }
        /* fall through */
    case LEX_EXPONENT_SIGN:
        return digit ? go(s, LEX_EXPONENT_DIGITS, c) : stray(s, c);
    case LEX_ZERO:
        if (digit) {
            return stray(s, c);
        }
        break;
    default:
        if (digit) {
            return go(s, s->state, c);
        }
    }
    if (whole && c == '.') {
        return go(s, LEX_POINT, c);
    }
    if (s->state != LEX_EXPONENT_DIGITS && (c == 'e' || c == 'E')) {
        return go(s, LEX_EXPONENT, c);
    }
    return whole ? end_integer(s) : end_token(s, JSON_TOKEN_SCALAR);
}

static bool start(JsonStream *s, uint8_t c)
{
    s->token = s->text->len;
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        return true;
    }
    if (is_structural(c)) {
        keep(s, c);
        json_token(s, c);
        return true;
    }
    if (c == '"' || c == '\'') {
        s->quote = c;
        return go(s, LEX_STRING, '"');
    }
    if (g_ascii_islower(c)) {
        return go(s, LEX_KEYWORD, c);
    }
    if (g_ascii_isdigit(c)) {
        return go(s, c == '0' ? LEX_ZERO : LEX_INTEGER, c);
    }
    return c == '-' ? go(s, LEX_MINUS, c) : stray(s, c);
}

bool json_lex(JsonStream *s, uint8_t c)
{
    switch (s->state) {
    case LEX_START:
        return start(s, c);
    case LEX_RECOVER:
        return recover(s, c);
    case LEX_SKIP_LINE:
        s->state = c == '\n' ? LEX_START : LEX_SKIP_LINE;
        return true;
    case LEX_STRING:
        return string(s, c);
    case LEX_ESCAPE:
        return escape(s, c);
    case LEX_UNICODE:
        return unicode(s, c);
    case LEX_KEYWORD:
        return g_ascii_islower(c) ? go(s, LEX_KEYWORD, c) : end_keyword(s);
    default:
        return number(s, c);
    }
}
