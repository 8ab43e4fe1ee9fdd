/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Events to sessions, their rate limit, and the run state that causes some of them. */
#include "qemu/osdep.h"
#include "../../host/monitor/qmp-internal.h"
#include "monitor/qmp-event.h"
#include "qemu/main-loop.h"
#include "qemu/timer.h"
#include "system/qtest.h"
#include "system/runstate.h"

static GString *got; /* names of events, and "x=" of their data */

static void note(QmpSession *s, struct json_object *msg)
{
    struct json_object *name, *data, *x;

    if (!json_object_object_get_ex(msg, "event", &name)) {
        return;
    }
    g_string_append_printf(got, "%s", json_object_get_string(name));
    if (json_object_object_get_ex(msg, "data", &data) &&
        json_object_object_get_ex(data, "x", &x)) {
        g_string_append_printf(got, "=%d", json_object_get_int(x));
    }
    g_string_append_c(got, ' ');
}

static void expect(const char *want)
{
    g_assert_cmpstr(got->str, ==, want);
    g_string_truncate(got, 0);
}

static struct json_object *data_of(int x)
{
    struct json_object *data = json_object_new_object();

    qmp_add_int(data, "x", x);
    return data;
}

static void open_session(QmpSession *s)
{
    static const char negotiate[] = "{'execute':'qmp_capabilities'}";

    qmp_session_open(s, note);
    qapi_event_send("EARLY", NULL); /* nobody has negotiated: not sent */
    qmp_session_feed(s, negotiate, strlen(negotiate));
    g_assert_true(s->negotiated);
    expect("");
}

static void *send_from_thread(void *opaque)
{
    g_assert_false(bql_locked());
    qapi_event_send("FROM_THREAD", data_of(1));
    return NULL;
}

static void test_threads(void)
{
    QemuThread thread;
    QmpSession s;

    open_session(&s);
    qemu_thread_create(&thread, "ev", send_from_thread, NULL, QEMU_THREAD_JOINABLE);
    qemu_thread_join(&thread);
    expect("");
    qapi_event_send("LATER", NULL); /* does not overtake */
    expect("FROM_THREAD=1 LATER ");
    main_loop_wait(1);
    expect("");
    qmp_session_close(&s);
}

static void test_rate_limit(void)
{
    QmpSession s;

    open_session(&s);
    for (int i = 0; i < 1000; i++) {
        qapi_event_send_limited("FAULT", data_of(i), 1000);
    }
    expect("FAULT=0 ");
    qemu_clock_advance_virtual_time(999 * SCALE_MS);
    expect("");
    qemu_clock_advance_virtual_time(1000 * SCALE_MS);
    expect("FAULT=999 "); /* the latest of those held back */
    qapi_event_send_limited("FAULT", data_of(7), 1000);
    qapi_event_send_limited("OTHER", data_of(8), 1000); /* a limit of its own */
    expect("OTHER=8 ");
    qemu_clock_advance_virtual_time(2000 * SCALE_MS);
    expect("FAULT=7 ");
    qemu_clock_advance_virtual_time(INT64_C(9000) * SCALE_MS);
    qapi_event_send_limited("FAULT", data_of(9), 1000);
    expect("FAULT=9 ");
    qmp_session_close(&s);
}

static void on_change(void *opaque, bool running, RunState state)
{
    g_string_append_printf(got, "%s%s ", (const char *)opaque, running ? "+" : "-");
}

static void test_run_state(void)
{
    VMChangeStateEntry *b =
        qemu_add_vm_change_state_handler_prio(on_change, (void *)"b", 1);
    VMChangeStateEntry *a = qemu_add_vm_change_state_handler(on_change, (void *)"a");
    QmpSession s;

    open_session(&s);
    vm_start();
    vm_start(); /* runs already */
    expect("a+ b+ RESUME ");
    g_assert_true(runstate_is_running());
    vm_stop(RUN_STATE_PAUSED);
    vm_stop(RUN_STATE_PAUSED);
    expect("b- a- STOP ");
    g_assert_cmpstr(RunState_str(runstate_get()), ==, "paused");
    vm_start();
    g_string_truncate(got, 0);
    qemu_del_vm_change_state_handler(a);
    vm_shutdown(); /* the end of the process: no event */
    expect("b- ");
    qemu_del_vm_change_state_handler(b);
    qmp_session_close(&s);
}

int main(int argc, char **argv)
{
    int ret;

    g_test_init(&argc, &argv, NULL);
    qtest_allowed = true;
    qemu_clock_virtual_set_manual();
    got = g_string_new(NULL);
    g_test_add_func("/qmp-event/threads", test_threads);
    g_test_add_func("/qmp-event/rate-limit", test_rate_limit);
    g_test_add_func("/qmp-event/run-state", test_run_state);
    ret = g_test_run();
    g_string_free(got, TRUE);
    return ret;
}
