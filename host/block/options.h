/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Members of a block option, each read by taking it out of the object. */
#ifndef BLOCK_OPTIONS_H
#define BLOCK_OPTIONS_H

#include <json-c/json.h>
#include "block-int.h"

/* A reference for the caller, or NULL. */
struct json_object *block_opt_take(struct json_object *opts, const char *key);

/* Each leaves *out alone if the member is absent; false: errp is set. */
bool block_opt_str(struct json_object *opts, const char *key, char **out, Error **errp);
bool block_opt_bool(struct json_object *opts, const char *key, bool keyval, bool *out,
                    Error **errp);
/* *out: the index in @names, which ends with NULL. */
bool block_opt_enum(struct json_object *opts, const char *key, const char *const *names,
                    int *out, Error **errp);
/* The members that describe how a file is opened and used. */
bool block_opt_file_members(struct json_object *opts, bool keyval, BlockOptions *o,
                            Error **errp);
/* False, and an error that names one, if members remain. */
bool block_opt_nothing_left(struct json_object *opts, const char *driver, Error **errp);

#endif
