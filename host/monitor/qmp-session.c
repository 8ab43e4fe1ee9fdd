/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One client: greeting, negotiation, and an answer to every message. */
#include "qemu/osdep.h"
#include "qmp-check.h"
#include "qmp-internal.h"

static QLIST_HEAD(, QmpSession) sessions = QLIST_HEAD_INITIALIZER(sessions);

/* What a message says, all borrowed from it. */
typedef struct QmpRequest {
    const char *name;
    struct json_object *args; /* NULL: none */
    struct json_object *id;
    bool has_id;
} QmpRequest;

static void send_and_put(QmpSession *s, struct json_object *msg)
{
    s->send(s, msg);
    json_object_put(msg);
}

static void send_greeting(QmpSession *s)
{
    struct json_object *msg = json_object_new_object();
    struct json_object *qmp = json_object_new_object();

    json_object_object_add(qmp, "version", qmp_version());
    json_object_object_add(qmp, "capabilities", json_object_new_array());
    json_object_object_add(msg, "QMP", qmp);
    send_and_put(s, msg);
}

/* Takes @result or @err over. */
static void send_answer(QmpSession *s, const QmpRequest *req,
                        struct json_object *result, Error *err)
{
    struct json_object *msg = json_object_new_object();

    if (err) {
        struct json_object *e = json_object_new_object();

        qmp_add_str(e, "class", error_class_name(error_get_class(err)));
        qmp_add_str(e, "desc", error_get_pretty(err));
        json_object_object_add(msg, "error", e);
        error_free(err);
        json_object_put(result);
    } else {
        json_object_object_add(msg, "return",
                               result ? result : json_object_new_object());
    }
    if (req && req->has_id) {
        json_object_object_add(msg, "id", json_object_get(req->id));
    }
    send_and_put(s, msg);
}

static bool parse_member(QmpRequest *req, const char *key, struct json_object *v,
                         Error **errp)
{
    if (!strcmp(key, "execute")) {
        if (!json_object_is_type(v, json_type_string)) {
            error_setg(errp, "QMP input member 'execute' must be a string");
            return false;
        }
        req->name = json_object_get_string(v);
    } else if (!strcmp(key, "arguments")) {
        if (!json_object_is_type(v, json_type_object)) {
            error_setg(errp, "QMP input member 'arguments' must be an object");
            return false;
        }
        req->args = v;
    } else if (strcmp(key, "id")) {
        error_setg(errp, "QMP input member '%s' is unexpected", key);
        return false;
    }
    return true;
}

static bool parse_request(QmpRequest *req, struct json_object *msg, Error **errp)
{
    if (!json_object_is_type(msg, json_type_object)) {
        error_setg(errp, "QMP input must be a JSON object");
        return false;
    }
    req->has_id = json_object_object_get_ex(msg, "id", &req->id);
    json_object_object_foreach(msg, key, value)
    {
        if (!parse_member(req, key, value, errp)) {
            return false;
        }
    }
    if (!req->name) {
        error_setg(errp, "QMP input lacks member 'execute'");
        return false;
    }
    return true;
}

/* The one command that belongs to the session. Offers nothing, so enables nothing. */
static void negotiate(QmpSession *s, struct json_object *args, Error **errp)
{
    struct json_object *enable = qmp_arg(args, "enable");
    struct json_object *first;

    if (enable && json_object_array_length(enable)) {
        first = json_object_array_get_idx(enable, 0);
        error_setg(errp, "Capability %s not available", json_object_get_string(first));
        return;
    }
    s->negotiated = true;
}

static struct json_object *qmp_capabilities(struct json_object *args, Error **errp)
{
    error_set(errp, ERROR_CLASS_COMMAND_NOT_FOUND,
              "Capabilities negotiation is already complete, command ignored");
    return NULL;
}

static struct json_object *run_command(QmpSession *s, const QmpCommand *cmd,
                                       struct json_object *args, Error **errp)
{
    if (!qmp_check_args(cmd, args, errp)) {
        return NULL;
    }
    if (!s->negotiated) {
        negotiate(s, args, errp);
        return NULL;
    }
    return cmd->fn(args, errp);
}

static struct json_object *execute(QmpSession *s, const QmpRequest *req, Error **errp)
{
    const QmpCommand *cmd = qmp_find_command(req->name);
    struct json_object *args, *result;

    if (!s->negotiated && (!cmd || cmd->fn != qmp_capabilities)) {
        error_set(errp, ERROR_CLASS_COMMAND_NOT_FOUND,
                  "Expecting capabilities negotiation with 'qmp_capabilities'");
        return NULL;
    }
    if (!cmd) {
        error_set(errp, ERROR_CLASS_COMMAND_NOT_FOUND,
                  "The command %s has not been found", req->name);
        return NULL;
    }
    args = req->args ? json_object_get(req->args) : json_object_new_object();
    result = run_command(s, cmd, args, errp);
    json_object_put(args);
    return result;
}

static void answer(QmpSession *s, struct json_object *msg)
{
    QmpRequest req = {};
    struct json_object *result = NULL;
    Error *err = NULL;

    if (parse_request(&req, msg, &err)) {
        result = execute(s, &req, &err);
    }
    send_answer(s, &req, result, err);
}

void qmp_session_open(QmpSession *s, void (*send)(QmpSession *, struct json_object *))
{
    s->json = json_stream_new();
    s->negotiated = false;
    s->send = send;
    QLIST_INSERT_HEAD(&sessions, s, next);
    send_greeting(s);
}

void qmp_session_close(QmpSession *s)
{
    QLIST_REMOVE(s, next);
    json_stream_free(s->json);
}

size_t qmp_session_feed(QmpSession *s, const char *buf, size_t len)
{
    struct json_object *msg;
    Error *err = NULL;
    bool complete;
    size_t used = json_stream_feed(s->json, buf, len, &complete, &msg, &err);

    if (err) {
        send_answer(s, NULL, NULL, err);
    } else if (complete) {
        answer(s, msg);
        json_object_put(msg);
    }
    return used;
}

void qmp_sessions_broadcast(struct json_object *msg)
{
    QmpSession *s, *next;

    QLIST_FOREACH_SAFE(s, &sessions, next, next) {
        if (s->negotiated) {
            s->send(s, msg);
        }
    }
}

static const QmpArg capabilities_args[] = {
    { "enable", QMP_LIST, .optional = true },
    {},
};

static const QmpCommand session_commands[] = {
    { "qmp_capabilities", qmp_capabilities, capabilities_args },
};
QMP_COMMANDS(session_commands)
