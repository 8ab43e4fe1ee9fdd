/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every option the program knows. -help prints this table and docs/options.rst
 * is checked against it.
 */
#ifndef HOST_CMDLINE_OPTION_TABLE_H
#define HOST_CMDLINE_OPTION_TABLE_H

#include "system/cmdline.h"

typedef struct CmdlineOption CmdlineOption;

/* @arg is NULL for an option without argument. */
typedef bool CmdlineHandler(Cmdline *c, const CmdlineOption *opt, const char *arg,
                            Error **errp);

struct CmdlineOption {
    const char *name; /* after "-" */
    const char *arg;  /* what its argument looks like; NULL: takes none */
    const char *help; /* one line; of an ignored option: why it means nothing here */
    CmdlineHandler *handle; /* NULL: accepted and ignored */
    size_t field;           /* of Cmdline: where the handler stores */
    const char *key;        /* the implied key, or the machine property it sets */
    /* Comma-separated, sorted: no other member may be in it. NULL: checked later. */
    const char *members;
};

extern const CmdlineOption cmdline_options[];
extern const size_t cmdline_options_len;

/* The handlers, in cmdline.c. */
CmdlineHandler cmdline_set_true, cmdline_set_str, cmdline_add_text, cmdline_add_opts,
    cmdline_merge_opts, cmdline_machine, cmdline_machine_prop, cmdline_nographic,
    cmdline_global, cmdline_name, cmdline_uuid, cmdline_only_none, cmdline_run_with,
    cmdline_msg, cmdline_audiodev;

#endif
