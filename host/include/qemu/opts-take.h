/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading the members of an option (-drive, -netdev, ...), a JSON object whose
 * values may be text. A member that was read is taken out of the object, so that
 * what is left at the end is what nobody knows.
 */
#ifndef QEMU_OPTS_TAKE_H
#define QEMU_OPTS_TAKE_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

#include "qemu/typedefs.h"

/* A reference for the caller, or NULL. */
struct json_object *opts_take(struct json_object *opts, const char *key);

/* Each leaves *out alone if the member is absent; false: errp is set. */
/* Frees what *out was. */
bool opts_take_str(struct json_object *opts, const char *key, char **out, Error **errp);
/* @keyval: on and off as text will do. */
bool opts_take_bool(struct json_object *opts, const char *key, bool keyval, bool *out,
                    Error **errp);
bool opts_take_uint(struct json_object *opts, const char *key, uint64_t max,
                    uint64_t *out, Error **errp);
/* *out: the index in @names, which ends with NULL. */
bool opts_take_enum(struct json_object *opts, const char *key, const char *const *names,
                    int *out, Error **errp);

/* The name of a member that nobody took, or NULL. Borrowed. */
const char *opts_left(struct json_object *opts);

#endif
