/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QMP commands: one command is one function and one row of a table. A folder keeps
 * the commands about its own things in a file of its own and registers the table:
 *
 *   static struct json_object *qmp_query_foo(struct json_object *args, Error **errp)
 *   {
 *       if (!foo_find(qmp_arg_str(args, "id"))) {
 *           error_set(errp, ERROR_CLASS_DEVICE_NOT_FOUND, "Foo '%s' not found", ...);
 *           return NULL;
 *       }
 *       return json_object_new_int(1);
 *   }
 *
 *   static const QmpArg query_foo_args[] = {
 *       { "id", QMP_STR },
 *       { "deep", QMP_BOOL, .optional = true },
 *       {}
 *   };
 *   static const QmpCommand foo_commands[] = {
 *       { "query-foo", qmp_query_foo, query_foo_args },
 *   };
 *   QMP_COMMANDS(foo_commands)
 *
 * The monitor checks the arguments against the row before it calls the function:
 * a mandatory one is there, every one has its type, no other one is present.
 */
#ifndef MONITOR_QMP_COMMAND_H
#define MONITOR_QMP_COMMAND_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "qapi/error.h"

typedef enum QmpType {
    QMP_STR,
    QMP_INT,
    QMP_NUMBER, /* integer or not */
    QMP_BOOL,
    QMP_DICT,
    QMP_LIST,
    QMP_ANY,
} QmpType;

typedef struct QmpArg {
    const char *name; /* NULL ends the list */
    QmpType type;
    bool optional;
} QmpArg;

/*
 * @args is an object, borrowed. Runs in the main loop under the big lock. Returns what
 * "return" shall be, to be owned by the caller; NULL means {}, unless errp was set.
 */
typedef struct json_object *QmpCommandFn(struct json_object *args, Error **errp);

typedef struct QmpCommand {
    const char *name;
    QmpCommandFn *fn;
    const QmpArg *args; /* NULL: takes none */
    bool any_args;      /* what @args does not list is passed too, unchecked */
} QmpCommand;

/* @cmds must live for ever. A name registered twice is a programmer's error. */
void qmp_register_commands(const QmpCommand *cmds, size_t n);
const QmpCommand *qmp_find_command(const char *name);
/* Sorted by name. */
void qmp_foreach_command(void (*fn)(const QmpCommand *cmd, void *opaque), void *opaque);

#define QMP_COMMANDS(table)                                                            \
    static void __attribute__((constructor)) qmp_register_##table(void)                \
    {                                                                                  \
        qmp_register_commands(table, G_N_ELEMENTS(table));                             \
    }

/* Arguments: what they say, or the default. The pointers are borrowed. */
const char *qmp_arg_str(struct json_object *args, const char *name);
int64_t qmp_arg_int(struct json_object *args, const char *name, int64_t otherwise);
bool qmp_arg_bool(struct json_object *args, const char *name, bool otherwise);
struct json_object *qmp_arg(struct json_object *args, const char *name);

/* Results: obj[name] = value; json-c's own calls for all else. */
static inline void qmp_add_str(struct json_object *obj, const char *name, const char *v)
{
    json_object_object_add(obj, name, json_object_new_string(v));
}

static inline void qmp_add_int(struct json_object *obj, const char *name, int64_t v)
{
    json_object_object_add(obj, name, json_object_new_int64(v));
}

static inline void qmp_add_uint(struct json_object *obj, const char *name, uint64_t v)
{
    json_object_object_add(obj, name, json_object_new_uint64(v));
}

static inline void qmp_add_bool(struct json_object *obj, const char *name, bool v)
{
    json_object_object_add(obj, name, json_object_new_boolean(v));
}

#endif
