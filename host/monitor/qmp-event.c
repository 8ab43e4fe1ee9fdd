/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "monitor/qmp-event.h"
#include "qemu/main-loop.h"
#include "qemu/timer.h"
#include "system/qtest.h"
#include "qmp-internal.h"

/* Events of threads without the big lock wait here for the main loop, bounded. */
#define MAX_WAITING 1024

static GMutex queue_lock; /* guards waiting */
static GQueue waiting = G_QUEUE_INIT;

/* What is known of a rate-limited event; lives for ever. */
typedef struct LimitedEvent {
    char *name;
    int64_t interval_ms;
    QEMUTimer *timer;           /* pending: the interval has not passed */
    struct json_object *latest; /* to be sent then, or NULL */
    bool has_latest;
} LimitedEvent;

static GHashTable *limited; /* name -> LimitedEvent, by the big lock */

/* Takes @data over. */
static struct json_object *event_new(const char *name, struct json_object *data)
{
    struct json_object *msg = json_object_new_object();
    struct json_object *stamp = json_object_new_object();
    int64_t now = g_get_real_time();

    qmp_add_int(stamp, "seconds", now / G_USEC_PER_SEC);
    qmp_add_int(stamp, "microseconds", now % G_USEC_PER_SEC);
    json_object_object_add(msg, "timestamp", stamp);
    qmp_add_str(msg, "event", name);
    if (data) {
        json_object_object_add(msg, "data", data);
    }
    return msg;
}

static void send_waiting(void *opaque)
{
    for (;;) {
        struct json_object *msg;

        g_mutex_lock(&queue_lock);
        msg = g_queue_pop_head(&waiting);
        g_mutex_unlock(&queue_lock);
        if (!msg) {
            return;
        }
        qmp_sessions_broadcast(msg);
        json_object_put(msg);
    }
}

void qapi_event_send(const char *name, struct json_object *data)
{
    struct json_object *msg = event_new(name, data);
    bool first;

    if (bql_locked()) {
        send_waiting(NULL);
        qmp_sessions_broadcast(msg);
        json_object_put(msg);
        return;
    }
    g_mutex_lock(&queue_lock);
    first = g_queue_is_empty(&waiting);
    if (g_queue_get_length(&waiting) < MAX_WAITING) {
        g_queue_push_tail(&waiting, msg);
        msg = NULL;
    }
    g_mutex_unlock(&queue_lock);
    json_object_put(msg);
    if (first) {
        aio_bh_schedule_oneshot(qemu_get_aio_context(), send_waiting, NULL);
    }
}

static QEMUClockType limit_clock(void)
{
    return qtest_enabled() ? QEMU_CLOCK_VIRTUAL : QEMU_CLOCK_REALTIME;
}

static void interval_passed(void *opaque)
{
    LimitedEvent *ev = opaque;

    if (!ev->has_latest) {
        return;
    }
    qapi_event_send(ev->name, ev->latest);
    ev->latest = NULL;
    ev->has_latest = false;
    timer_mod(ev->timer, qemu_clock_get_ms(limit_clock()) + ev->interval_ms);
}

static LimitedEvent *limited_event(const char *name)
{
    LimitedEvent *ev;

    if (!limited) {
        limited = g_hash_table_new(g_str_hash, g_str_equal);
    }
    ev = g_hash_table_lookup(limited, name);
    if (!ev) {
        ev = g_new0(LimitedEvent, 1);
        ev->name = g_strdup(name);
        ev->timer = timer_new_ms(limit_clock(), interval_passed, ev);
        g_hash_table_insert(limited, ev->name, ev);
    }
    return ev;
}

void qapi_event_send_limited(const char *name, struct json_object *data,
                             int64_t min_interval_ms)
{
    LimitedEvent *ev;

    BQL_LOCK_GUARD();
    ev = limited_event(name);
    ev->interval_ms = min_interval_ms;
    if (timer_pending(ev->timer)) {
        json_object_put(ev->latest);
        ev->latest = data;
        ev->has_latest = true;
        return;
    }
    qapi_event_send(name, data);
    timer_mod(ev->timer, qemu_clock_get_ms(limit_clock()) + min_interval_ms);
}
