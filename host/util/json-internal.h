/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between json-lexer.c (bytes to tokens, and the same text in the strict form that the
 * library takes) and json-stream.c (tokens to values).
 */
#ifndef HOST_UTIL_JSON_INTERNAL_H
#define HOST_UTIL_JSON_INTERNAL_H

#include "qemu/json-stream.h"

/* A token is its character: { } [ ] : , or one of these. */
#define JSON_TOKEN_STRING 's'
#define JSON_TOKEN_SCALAR 'v'

typedef enum JsonLexState {
    LEX_START, /* between tokens */
    LEX_RECOVER,
    LEX_SKIP_LINE,
    LEX_STRING,
    LEX_ESCAPE,
    LEX_UNICODE,
    LEX_KEYWORD,
    LEX_MINUS,
    LEX_ZERO,
    LEX_INTEGER,
    LEX_POINT,
    LEX_FRACTION,
    LEX_EXPONENT,
    LEX_EXPONENT_SIGN,
    LEX_EXPONENT_DIGITS,
} JsonLexState;

typedef enum JsonExpect {
    EXPECT_VALUE,
    EXPECT_VALUE_OR_END,
    EXPECT_KEY,
    EXPECT_KEY_OR_END,
    EXPECT_COLON,
    EXPECT_SEPARATOR,
} JsonExpect;

struct JsonStream {
    /* lexer */
    JsonLexState state;
    GString *text;   /* the value so far */
    size_t token;    /* where in it the token began */
    char quote;      /* that the string began with */
    unsigned digits; /* of \u so far */
    uint32_t code;   /* character in the making */
    uint32_t least;  /* smaller ones have a shorter form */
    unsigned need;   /* bytes that it still lacks */
    uint32_t high;   /* the first half of a surrogate pair */
    /* grammar */
    JsonExpect expect;
    int braces, brackets;
    int depth, max_depth;
    uint8_t in_object[JSON_MAX_DEPTH]; /* or else in an array */
    size_t keys;
    bool complete;
    char *error; /* what is wrong with the value */
    bool fatal;  /* it ends here */
};

/* Take @c or, when false, end a token and want @c once more. */
bool json_lex(JsonStream *s, uint8_t c);
/* A token has ended. */
void json_token(JsonStream *s, char kind);
/* The first error counts; the value goes on to its last bracket. */
void json_error(JsonStream *s, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
/* Whether the next string is the key of a member. */
bool json_wants_key(const JsonStream *s);

#endif
