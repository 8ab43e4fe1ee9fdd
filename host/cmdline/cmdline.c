/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From argv to a Cmdline, by the option table.
 */
#include "qemu/osdep.h"
#include <json-c/json.h>
#include "hw/core/qdev-properties.h"
#include "option-table.h"
#include "qapi/error.h"
#include "qapi/util.h"

static void *field(Cmdline *c, const CmdlineOption *opt)
{
    return (char *)c + opt->field;
}

/* --- handlers --- */

bool cmdline_set_true(Cmdline *c, const CmdlineOption *opt, const char *arg,
                      Error **errp)
{
    *(bool *)field(c, opt) = true;
    return true;
}

bool cmdline_set_str(Cmdline *c, const CmdlineOption *opt, const char *arg,
                     Error **errp)
{
    *(const char **)field(c, opt) = arg;
    return true;
}

static CmdlineEntry *entry_new(Cmdline *c, const char *text)
{
    CmdlineEntry *e = g_new0(CmdlineEntry, 1);

    e->text = text;
    e->argv_index = c->parsing;
    return e;
}

static void entry_free(void *data)
{
    CmdlineEntry *e = data;

    json_object_put(e->opts);
    g_free(e);
}

bool cmdline_add_text(Cmdline *c, const CmdlineOption *opt, const char *arg,
                      Error **errp)
{
    g_ptr_array_add(*(GPtrArray **)field(c, opt), entry_new(c, arg));
    return true;
}

bool cmdline_add_opts(Cmdline *c, const CmdlineOption *opt, const char *arg,
                      Error **errp)
{
    CmdlineEntry *e = entry_new(c, arg);

    e->opts = cmdline_parse_opts(arg, opt->key, &e->keyval, errp);
    if (!e->opts) {
        entry_free(e);
        return false;
    }
    g_ptr_array_add(*(GPtrArray **)field(c, opt), e);
    return true;
}

/* Adds the members of @from to @to; the later value counts. */
static void merge(struct json_object *to, struct json_object *from)
{
    json_object_object_foreach(from, key, value)
    {
        json_object_object_add(to, key, json_object_get(value));
    }
}

bool cmdline_merge_opts(Cmdline *c, const CmdlineOption *opt, const char *arg,
                        Error **errp)
{
    struct json_object **to = field(c, opt);
    struct json_object *opts = keyval_parse_json(arg, opt->key, errp);

    if (!opts) {
        return false;
    }
    if (!*to) {
        *to = json_object_new_object();
    }
    merge(*to, opts);
    json_object_put(opts);
    return true;
}

/* "accel=a:b" of -machine is -accel a -accel b. */
static void machine_take_accel(Cmdline *c)
{
    const char *list = opts_get_str(c->machine, "accel");
    g_auto(GStrv) names = list ? g_strsplit(list, ":", 0) : NULL;

    for (char **name = names; name && *name; name++) {
        CmdlineEntry *e = entry_new(c, "");

        e->keyval = true;
        e->opts = json_object_new_object();
        json_object_object_add(e->opts, "accel", json_object_new_string(*name));
        g_ptr_array_add(c->accels, e);
    }
    json_object_object_del(c->machine, "accel");
}

bool cmdline_machine(Cmdline *c, const CmdlineOption *opt, const char *arg,
                     Error **errp)
{
    bool keyval;
    struct json_object *opts = cmdline_parse_opts(arg, "type", &keyval, errp);
    const char *type;

    if (!opts) {
        return false;
    }
    type = opts_get_str(opts, "type");
    if (type) {
        g_free(c->machine_type);
        c->machine_type = g_strdup(type);
        json_object_object_del(opts, "type");
    }
    merge(c->machine, opts);
    json_object_put(opts);
    machine_take_accel(c);
    return true;
}

bool cmdline_machine_prop(Cmdline *c, const CmdlineOption *opt, const char *arg,
                          Error **errp)
{
    json_object_object_add(c->machine, opt->key, json_object_new_string(arg));
    return true;
}

bool cmdline_nographic(Cmdline *c, const CmdlineOption *opt, const char *arg,
                       Error **errp)
{
    c->nographic = true;
    json_object_object_add(c->machine, "graphics", json_object_new_string("off"));
    return true;
}

/* What we do not have can only be declined. */
bool cmdline_only_none(Cmdline *c, const CmdlineOption *opt, const char *arg,
                       Error **errp)
{
    if (!g_str_equal(arg, "none")) {
        error_setg(errp, "%s: only 'none' is possible",
                   opt->help + strlen("ignored: "));
        return false;
    }
    return true;
}

static void global_free(void *data)
{
    GlobalProperty *p = data;

    g_free((char *)p->driver);
    g_free((char *)p->property);
    g_free((char *)p->value);
    g_free(p);
}

/* "driver=D,property=P,value=V" or "D.P=V". */
bool cmdline_global(Cmdline *c, const CmdlineOption *opt, const char *arg, Error **errp)
{
    GlobalProperty *p = g_new0(GlobalProperty, 1);
    const char *dot = strchr(arg, '.'), *eq = strchr(arg, '=');
    struct json_object *opts;

    g_ptr_array_add(c->globals, p);
    if (dot && eq && dot < eq) {
        p->driver = g_strndup(arg, dot - arg);
        p->property = g_strndup(dot + 1, eq - dot - 1);
        p->value = g_strdup(eq + 1);
    } else {
        opts = keyval_parse_json(arg, NULL, errp);
        if (!opts) {
            return false;
        }
        p->driver = g_strdup(opts_get_str(opts, "driver"));
        p->property = g_strdup(opts_get_str(opts, "property"));
        p->value = g_strdup(opts_get_str(opts, "value"));
        json_object_put(opts);
    }
    if (!p->driver || !p->property || !p->value) {
        error_setg(errp, "Invalid 'global' option: write DRIVER.PROPERTY=VALUE");
        return false;
    }
    return true;
}

/* --- the parser --- */

static const CmdlineOption *option_find(const char *name)
{
    for (size_t i = 0; i < cmdline_options_len; i++) {
        if (g_str_equal(cmdline_options[i].name, name)) {
            return &cmdline_options[i];
        }
    }
    return NULL;
}

/* Whether every member of @arg is one that the option has. */
static bool check_members(const CmdlineOption *opt, const char *arg, Error **errp)
{
    g_auto(GStrv) known = g_strsplit(opt->members, ",", 0);
    struct json_object *opts = keyval_parse_json(arg, opt->key, errp);
    bool ok = opts != NULL;

    if (!opts) {
        return false;
    }
    json_object_object_foreach(opts, name, value)
    {
        (void)value;
        if (!g_strv_contains((const char *const *)known, name)) {
            error_setg(errp, "Invalid parameter '%s'", name);
            error_append_hint(errp, "The parameters of -%s are: %s\n", opt->name,
                              opt->members);
            ok = false;
            break;
        }
    }
    json_object_put(opts);
    return ok;
}

static bool handle(Cmdline *c, const CmdlineOption *opt, const char *arg, Error **errp)
{
    /* "-trace help" and the like are answered later */
    if (opt->members &&
        !(opt->handle == cmdline_add_opts && g_str_equal(arg, "help")) &&
        !check_members(opt, arg, errp)) {
        return false;
    }
    return !opt->handle || opt->handle(c, opt, arg, errp);
}

/* argv[*i], and its argument: *@i moves to the last element used. */
static bool parse_one(Cmdline *c, int argc, int *i, Error **errp)
{
    const char *word = c->argv[*i], *arg = NULL;
    const CmdlineOption *opt;

    if (word[0] != '-' || !word[1]) {
        error_setg(errp, "%s: not an option (disk images are given with -drive)", word);
        return false;
    }
    opt = option_find(word[1] == '-' && word[2] ? word + 2 : word + 1);
    if (!opt) {
        error_setg(errp, "%s: invalid option", word);
        return false;
    }
    c->parsing = *i;
    if (opt->arg) {
        if (*i + 1 >= argc) {
            error_setg(errp, "%s: requires an argument", word);
            return false;
        }
        arg = c->argv[++*i];
    }
    if (!handle(c, opt, arg, errp)) {
        if (arg) {
            error_prepend(errp, "%s %s: ", word, arg);
        } else {
            error_prepend(errp, "%s: ", word);
        }
        return false;
    }
    return true;
}

static GPtrArray **cmdline_arrays(Cmdline *c, size_t n)
{
    GPtrArray **all[] = {
        &c->accels,  &c->objects, &c->devices, &c->chardevs, &c->blockdevs, &c->drives,
        &c->netdevs, &c->mons,    &c->traces,  &c->serials,  &c->monitors,  &c->qmps,
    };

    return n < G_N_ELEMENTS(all) ? all[n] : NULL;
}

static Cmdline *cmdline_new(char **argv)
{
    Cmdline *c = g_new0(Cmdline, 1);
    GPtrArray **array;

    c->argv = argv;
    c->machine = json_object_new_object();
    c->globals = g_ptr_array_new_with_free_func(global_free);
    for (size_t n = 0; (array = cmdline_arrays(c, n)); n++) {
        *array = g_ptr_array_new_with_free_func(entry_free);
    }
    return c;
}

void cmdline_free(Cmdline *c)
{
    GPtrArray **array;

    for (size_t n = 0; (array = cmdline_arrays(c, n)); n++) {
        g_ptr_array_unref(*array);
    }
    g_ptr_array_unref(c->globals);
    json_object_put(c->machine);
    json_object_put(c->smp);
    json_object_put(c->memory);
    g_free(c->machine_type);
    g_free(c->name);
    g_free(c->process_name);
    g_free(c->chroot_dir);
    g_free(c->run_as);
    g_free(c);
}

Cmdline *cmdline_parse(int argc, char **argv, Error **errp)
{
    ERRP_GUARD();
    Cmdline *c = cmdline_new(argv);

    for (int i = 1; i < argc; i++) {
        if (!parse_one(c, argc, &i, errp)) {
            cmdline_free(c);
            return NULL;
        }
    }
    return c;
}
