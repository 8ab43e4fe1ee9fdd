/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of commands, and checking arguments against a row of it. */
#include "qemu/osdep.h"
#include "qmp-check.h"

/* Filled by constructors: name -> row. */
static GTree *commands;

static int compare_names(const void *a, const void *b)
{
    return strcmp(a, b);
}

void qmp_register_commands(const QmpCommand *cmds, size_t n)
{
    if (!commands) {
        commands = g_tree_new(compare_names);
    }
    for (size_t i = 0; i < n; i++) {
        if (g_tree_lookup(commands, cmds[i].name)) {
            g_error("QMP command '%s' is registered twice", cmds[i].name);
        }
        g_tree_insert(commands, (void *)cmds[i].name, (void *)&cmds[i]);
    }
}

const QmpCommand *qmp_find_command(const char *name)
{
    return g_tree_lookup(commands, name);
}

typedef struct Visit {
    void (*fn)(const QmpCommand *cmd, void *opaque);
    void *opaque;
} Visit;

static gboolean visit_one(gpointer key, gpointer value, gpointer data)
{
    Visit *v = data;

    v->fn(value, v->opaque);
    return FALSE;
}

void qmp_foreach_command(void (*fn)(const QmpCommand *cmd, void *opaque), void *opaque)
{
    Visit v = { fn, opaque };

    g_tree_foreach(commands, visit_one, &v);
}

/* --- arguments --- */

static const char *const type_names[] = {
    [QMP_STR] = "string",   [QMP_INT] = "integer", [QMP_NUMBER] = "number",
    [QMP_BOOL] = "boolean", [QMP_DICT] = "object", [QMP_LIST] = "array",
    [QMP_ANY] = "value",
};

static bool type_matches(QmpType type, struct json_object *v)
{
    enum json_type t = json_object_get_type(v);

    switch (type) {
    case QMP_STR:
        /* A zero byte would hide what follows it. */
        return t == json_type_string &&
               strlen(json_object_get_string(v)) == json_object_get_string_len(v);
    case QMP_INT:
        return t == json_type_int;
    case QMP_NUMBER:
        return t == json_type_int || t == json_type_double;
    case QMP_BOOL:
        return t == json_type_boolean;
    case QMP_DICT:
        return t == json_type_object;
    case QMP_LIST:
        return t == json_type_array;
    case QMP_ANY:
        return true;
    }
    return false;
}

static const QmpArg *find_arg(const QmpArg *list, const char *name)
{
    for (; list && list->name; list++) {
        if (!strcmp(list->name, name)) {
            return list;
        }
    }
    return NULL;
}

bool qmp_check_args(const QmpCommand *cmd, struct json_object *args, Error **errp)
{
    for (const QmpArg *a = cmd->args; a && a->name; a++) {
        struct json_object *v;

        if (!json_object_object_get_ex(args, a->name, &v)) {
            if (!a->optional) {
                error_setg(errp, "Parameter '%s' is missing", a->name);
                return false;
            }
        } else if (!type_matches(a->type, v)) {
            error_setg(errp, "Invalid parameter type for '%s', expected: %s", a->name,
                       type_names[a->type]);
            return false;
        }
    }
    json_object_object_foreach(args, key, value)
    {
        (void)value;
        if (!cmd->any_args && !find_arg(cmd->args, key)) {
            error_setg(errp, "Parameter '%s' is unexpected", key);
            return false;
        }
    }
    return true;
}

struct json_object *qmp_arg(struct json_object *args, const char *name)
{
    return json_object_object_get(args, name);
}

const char *qmp_arg_str(struct json_object *args, const char *name)
{
    return json_object_get_string(qmp_arg(args, name));
}

int64_t qmp_arg_int(struct json_object *args, const char *name, int64_t otherwise)
{
    struct json_object *v = qmp_arg(args, name);

    return v ? json_object_get_int64(v) : otherwise;
}

bool qmp_arg_bool(struct json_object *args, const char *name, bool otherwise)
{
    struct json_object *v = qmp_arg(args, name);

    return v ? json_object_get_boolean(v) : otherwise;
}
