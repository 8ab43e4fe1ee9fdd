/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMP as functions. */
#include <string.h>

#include "libqos/libqtest-internal.h"

struct json_object *qtest_get(struct json_object *obj, const char *name)
{
    struct json_object *v;

    if (!json_object_object_get_ex(obj, name, &v)) {
        g_error("no '%s' in %s", name, json_object_to_json_string(obj));
    }
    return v;
}

const char *qtest_get_str(struct json_object *obj, const char *name)
{
    return json_object_get_string(qtest_get(obj, name));
}

static struct json_object *receive_any(QTestState *s)
{
    g_autofree char *line = qtest_stream_line(s, &s->qmp);
    struct json_object *msg = json_tokener_parse(line);

    if (!msg) {
        g_error("QMP: not JSON: %s", line);
    }
    return msg;
}

/* The next message that is no event; events are kept. */
struct json_object *qtest_qmp_receive(QTestState *s)
{
    for (;;) {
        struct json_object *msg = receive_any(s);

        if (!json_object_object_get_ex(msg, "event", NULL)) {
            return msg;
        }
        g_queue_push_tail(&s->events, msg);
    }
}

void qtest_qmp_send_raw(QTestState *s, const char *buf, size_t len)
{
    qtest_stream_send(s, &s->qmp, buf, len);
}

static struct json_object *G_GNUC_PRINTF(2, 0)
    qmp_v(QTestState *s, const char *fmt, va_list ap)
{
    g_autoptr(GString) text = g_string_new(NULL);

    /* In one piece: the command may end the program. */
    g_string_vprintf(text, fmt, ap);
    g_string_append_c(text, '\n');
    qtest_qmp_send_raw(s, text->str, text->len);
    return qtest_qmp_receive(s);
}

struct json_object *qtest_qmp(QTestState *s, const char *fmt, ...)
{
    struct json_object *msg;
    va_list ap;

    va_start(ap, fmt);
    msg = qmp_v(s, fmt, ap);
    va_end(ap);
    return msg;
}

/* Takes @answer over. */
static struct json_object *take_return(struct json_object *answer)
{
    struct json_object *ret = json_object_get(qtest_get(answer, "return"));

    json_object_put(answer);
    return ret;
}

struct json_object *qtest_qmp_return(QTestState *s, const char *fmt, ...)
{
    struct json_object *msg;
    va_list ap;

    va_start(ap, fmt);
    msg = qmp_v(s, fmt, ap);
    va_end(ap);
    return take_return(msg);
}

void qtest_qmp_assert_success(QTestState *s, const char *fmt, ...)
{
    struct json_object *msg;
    va_list ap;

    va_start(ap, fmt);
    msg = qmp_v(s, fmt, ap);
    va_end(ap);
    json_object_put(take_return(msg));
}

void qtest_qmp_assert_error(QTestState *s, const char *class, const char *desc,
                            const char *fmt, ...)
{
    struct json_object *msg, *error;
    va_list ap;

    va_start(ap, fmt);
    msg = qmp_v(s, fmt, ap);
    va_end(ap);
    error = qtest_get(msg, "error");
    g_assert_cmpstr(qtest_get_str(error, "class"), ==, class);
    if (!strstr(qtest_get_str(error, "desc"), desc)) {
        g_error("expected \"%s\", got: %s", desc, qtest_get_str(error, "desc"));
    }
    json_object_put(msg);
}

static GList *find_event(QTestState *s, const char *event)
{
    for (GList *l = s->events.head; l; l = l->next) {
        if (!strcmp(qtest_get_str(l->data, "event"), event)) {
            return l;
        }
    }
    return NULL;
}

bool qtest_qmp_has_event(QTestState *s, const char *event)
{
    return find_event(s, event) != NULL;
}

struct json_object *qtest_qmp_eventwait_ref(QTestState *s, const char *event)
{
    struct json_object *ev;
    GList *l;

    while (!(l = find_event(s, event))) {
        struct json_object *msg = receive_any(s);

        qtest_get(msg, "event"); /* nothing else is due */
        g_queue_push_tail(&s->events, msg);
    }
    ev = l->data;
    g_queue_delete_link(&s->events, l);
    return ev;
}

void qtest_qmp_eventwait(QTestState *s, const char *event)
{
    json_object_put(qtest_qmp_eventwait_ref(s, event));
}

struct json_object *qtest_qmp_greeting(QTestState *s)
{
    return s->greeting;
}

void qtest_qmp_handshake(QTestState *s)
{
    s->greeting = receive_any(s);
    qtest_get(s->greeting, "QMP");
    qtest_qmp_assert_success(s, "{'execute': 'qmp_capabilities'}");
}

void qtest_qmp_device_add(QTestState *s, const char *driver, const char *id,
                          const char *fmt, ...)
{
    g_autofree char *more = NULL;
    va_list ap;

    va_start(ap, fmt);
    more = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    qtest_qmp_assert_success(s,
                             "{'execute': 'device_add', 'arguments': "
                             "{'driver': '%s', 'id': '%s'%s}}",
                             driver, id, more);
}

void qtest_qmp_device_del_send(QTestState *s, const char *id)
{
    qtest_qmp_assert_success(s, "{'execute': 'device_del', 'arguments': {'id': '%s'}}",
                             id);
}

void qtest_qmp_device_del(QTestState *s, const char *id)
{
    qtest_qmp_device_del_send(s, id);
    for (;;) {
        struct json_object *ev = qtest_qmp_eventwait_ref(s, "DEVICE_DELETED"), *device;
        bool ours =
            json_object_object_get_ex(qtest_get(ev, "data"), "device", &device) &&
            !strcmp(json_object_get_string(device), id);

        json_object_put(ev);
        if (ours) {
            return;
        }
    }
}
