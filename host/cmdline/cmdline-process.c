/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options about the process as a whole: its name, its messages, its rights. */
#include "qemu/osdep.h"
#include <json-c/json.h>
#include "option-table.h"
#include "qapi/error.h"
#include "qapi/util.h"

/* The text of a member, if it is there. */
static void take_str(struct json_object *opts, const char *key, char **to)
{
    const char *text = opts_get_str(opts, key);

    if (text) {
        g_free(*to);
        *to = g_strdup(text);
    }
}

static bool take_bool(struct json_object *opts, const char *key, bool *to, Error **errp)
{
    const char *text = opts_get_str(opts, key);

    return !text || qapi_bool_parse(key, text, to, errp);
}

bool cmdline_name(Cmdline *c, const CmdlineOption *opt, const char *arg, Error **errp)
{
    struct json_object *opts = keyval_parse_json(arg, opt->key, errp);
    bool debug_threads, ok;

    if (!opts) {
        return false;
    }
    take_str(opts, "guest", &c->name);
    take_str(opts, "process", &c->process_name);
    ok = take_bool(opts, "debug-threads", &debug_threads, errp); /* always named */
    json_object_put(opts);
    return ok;
}

bool cmdline_uuid(Cmdline *c, const CmdlineOption *opt, const char *arg, Error **errp)
{
    if (!g_uuid_string_is_valid(arg)) {
        error_setg(errp, "failed to parse UUID string: wrong format");
        return false;
    }
    c->uuid = arg;
    return true;
}

bool cmdline_run_with(Cmdline *c, const CmdlineOption *opt, const char *arg,
                      Error **errp)
{
    struct json_object *opts = keyval_parse_json(arg, opt->key, errp);
    bool teardown = false, ok;

    if (!opts) {
        return false;
    }
    ok = take_bool(opts, "exit-with-parent", &c->exit_with_parent, errp) &&
         take_bool(opts, "async-teardown", &teardown, errp);
    if (ok && teardown) {
        error_setg(errp, "'async-teardown' is not supported: use async-teardown=off");
        ok = false;
    }
    take_str(opts, "chroot", &c->chroot_dir);
    take_str(opts, "user", &c->run_as);
    json_object_put(opts);
    return ok;
}

bool cmdline_msg(Cmdline *c, const CmdlineOption *opt, const char *arg, Error **errp)
{
    struct json_object *opts = keyval_parse_json(arg, opt->key, errp);
    bool ok = opts && take_bool(opts, "timestamp", &c->msg_timestamp, errp) &&
              take_bool(opts, "guest-name", &c->msg_guest_name, errp);

    json_object_put(opts);
    return ok;
}

/* Its members belong to drivers that we do not have; it must be one of those, though.
 */
bool cmdline_audiodev(Cmdline *c, const CmdlineOption *opt, const char *arg,
                      Error **errp)
{
    static const char *const required[] = { "driver", "id" };
    bool keyval, ok = true;
    struct json_object *opts = cmdline_parse_opts(arg, opt->key, &keyval, errp);

    for (size_t i = 0; opts && ok && i < G_N_ELEMENTS(required); i++) {
        ok = opts_get_str(opts, required[i]);
        if (!ok) {
            error_setg(errp, "Parameter '%s' is missing", required[i]);
        }
    }
    json_object_put(opts);
    return opts && ok;
}
