/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON as QMP and the options speak it: RFC 8259 with nothing left out and, as QEMU's
 * own, strings in single quotes. It cuts a stream into values and refuses what the
 * library behind it would guess at: comments, NaN, trailing commas, leading zeros,
 * keys given twice, broken UTF-8 and lone surrogates. An integer of more than 64 bits
 * is a number with a fraction, as in QEMU.
 */
#ifndef QEMU_JSON_STREAM_H
#define QEMU_JSON_STREAM_H

#include <json-c/json.h>

#define JSON_MAX_DEPTH 1024
#define JSON_MAX_TEXT  (4 * 1024 * 1024)

typedef struct JsonStream JsonStream;

JsonStream *json_stream_new(void);
void json_stream_free(JsonStream *s);
/* Forget what came so far. */
void json_stream_reset(JsonStream *s);
/*
 * Take at most @len bytes and stop behind the first value or error. Returns how many
 * were taken. *@complete: there is a value in *@value (owned by the caller; NULL is
 * JSON's null). An error leaves the stream fit for what follows. Neither: more is
 * needed.
 */
size_t json_stream_feed(JsonStream *s, const char *buf, size_t len, bool *complete,
                        struct json_object **value, Error **errp);

/* The one object that @text is; the caller owns it. NULL with @errp: it is not. */
struct json_object *json_parse_object(const char *text, Error **errp);

#endif
