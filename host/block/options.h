/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Members of a block option, each read by taking it out of the object. */
#ifndef BLOCK_OPTIONS_H
#define BLOCK_OPTIONS_H

#include "block-int.h"
#include "qemu/opts-take.h"

/* The members that describe how a file is opened and used. */
bool block_opt_file_members(struct json_object *opts, bool keyval, BlockOptions *o,
                            Error **errp);
/* The members of a null-co node. */
bool block_opt_null_members(struct json_object *opts, bool keyval, BlockOptions *o,
                            Error **errp);
/* False, and an error that names one, if members remain. */
bool block_opt_nothing_left(struct json_object *opts, const char *driver, Error **errp);

#endif
