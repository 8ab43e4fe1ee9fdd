/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMP as a client sees it: negotiation, errors, run state, the tree of objects. */
#include <string.h>

#include "libqos/libqtest.h"

static QTestState *start(void)
{
    return qtest_init("-machine none -nodefaults");
}

static void test_greeting(void)
{
    QTestState *s = start();
    struct json_object *version = qtest_get(
        qtest_get(qtest_get(qtest_qmp_greeting(s), "QMP"), "version"), "qemu");
    struct json_object *ret;

    g_assert_cmpint(json_object_get_int(qtest_get(version, "major")), ==, 10);
    ret = qtest_qmp_return(s, "{'execute': 'query-version'}");
    g_assert_true(g_str_has_prefix(qtest_get_str(ret, "package"), "viommu"));
    json_object_put(ret);
    ret = qtest_qmp_return(s, "{'execute': 'query-target'}");
    g_assert_cmpstr(qtest_get_str(ret, "arch"), ==, qtest_get_arch());
    json_object_put(ret);
    qtest_qmp_assert_error(s, "CommandNotFound", "already complete",
                           "{'execute': 'qmp_capabilities'}");
    qtest_quit(s);
}

static void test_malformed(void)
{
    static const struct {
        const char *text, *class, *desc;
    } cases[] = {
        { "{ \"execute\": nonsense }", "GenericError", "JSON parse error" },
        { "]", "GenericError", "JSON parse error" },
        { "null", "GenericError", "QMP input must be a JSON object" },
        { "{'execute': 'stop',}", "GenericError", "JSON parse error, expecting value" },
        { "{'execute': 'stop', 'execute': 'cont'}", "GenericError", "duplicate key" },
        { "{'execute': 'stop', 'id': nan}", "GenericError", "invalid keyword 'nan'" },
        { "{'execute': 'stop', 'id': '\\ud800'}", "GenericError",
          "not a valid Unicode character" },
        { "[]", "GenericError", "QMP input must be a JSON object" },
        { "1 ", "GenericError", "QMP input must be a JSON object" },
        { "{}", "GenericError", "QMP input lacks member 'execute'" },
        { "{'execute': 1}", "GenericError",
          "QMP input member 'execute' must be a string" },
        { "{'execute': 'stop', 'arguments': []}", "GenericError",
          "QMP input member 'arguments' must be an object" },
        { "{'execute': 'stop', 'extra': 1}", "GenericError",
          "QMP input member 'extra' is unexpected" },
        { "{'execute': 'no-such'}", "CommandNotFound",
          "The command no-such has not been found" },
        { "{'execute': 'stop', 'arguments': {'a': 1}}", "GenericError",
          "Parameter 'a' is unexpected" },
        { "{'execute': 'qom-list'}", "GenericError", "Parameter 'path' is missing" },
        { "{'execute': 'qom-list', 'arguments': {'path': 5}}", "GenericError",
          "Invalid parameter type for 'path', expected: string" },
        { "{'execute': 'qom-list', 'arguments': {'path': '/\\u0000x'}}", "GenericError",
          "Invalid parameter type for 'path'" },
        { "{'execute': 'qom-list', 'arguments': {'path': '/nowhere'}}",
          "DeviceNotFound", "Device '/nowhere' not found" },
    };
    QTestState *s = start();

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        qtest_qmp_assert_error(s, cases[i].class, cases[i].desc, "%s", cases[i].text);
    }
    qtest_qmp_assert_success(s, "{'execute': 'query-status'}"); /* still there */
    qtest_quit(s);
}

static void test_limits(void)
{
    g_autoptr(GString) deep = g_string_new(NULL), big = g_string_new("{'execute': '");
    QTestState *s = start();

    for (int i = 0; i < 10000; i++) {
        g_string_append_c(deep, '[');
    }
    qtest_qmp_assert_error(s, "GenericError", "nesting depth limit", "%s", deep->str);
    for (int i = 0; i < 5 * 1024; i++) {
        static char kilobyte[1025];

        memset(kilobyte, 'x', 1024);
        g_string_append(big, kilobyte);
    }
    qtest_qmp_assert_error(s, "GenericError", "size limit", "%s'}", big->str);
    qtest_qmp_assert_success(s, "{'execute': 'query-status'}");
    qtest_quit(s);
}

static void test_stream(void)
{
    static const char two[] = "{'execute':'query-status','id':1}"
                              "{'execute':'query-status','id':[2]}";
    QTestState *s = start();
    struct json_object *a, *b;

    /* Byte by byte, and two in one write: the ids come back in order. */
    for (size_t i = 0; i < strlen(two); i++) {
        qtest_qmp_send_raw(s, two + i, 1);
    }
    a = qtest_qmp_receive(s);
    b = qtest_qmp_receive(s);
    g_assert_cmpint(json_object_get_int(qtest_get(a, "id")), ==, 1);
    g_assert_true(json_object_is_type(qtest_get(b, "id"), json_type_array));
    json_object_put(a);
    json_object_put(b);
    /* 0xff throws away what was begun, and nothing of what came before it. */
    qtest_qmp_send_raw(s, two, strlen(two));
    qtest_qmp_send_raw(s, "{'execute':'\xff\n", 13);
    a = qtest_qmp_receive(s);
    b = qtest_qmp_receive(s);
    g_assert_cmpint(json_object_get_int(qtest_get(a, "id")), ==, 1);
    g_assert_true(json_object_is_type(qtest_get(b, "id"), json_type_array));
    json_object_put(a);
    json_object_put(b);
    a = qtest_qmp_receive(s);
    qtest_get(a, "error");
    json_object_put(a);
    qtest_qmp_assert_success(s, "{'execute': 'query-status', 'id': 'caf\xc3\xa9'}");
    qtest_quit(s);
}

/* A client that asks a lot and reads late gets every answer. */
static void test_slow_reader(void)
{
    enum { N = 5000 };
    g_autoptr(GString) all = g_string_new(NULL);
    QTestState *s = start();

    for (int i = 0; i < N; i++) {
        g_string_append(all, "{'execute':'query-commands'}");
    }
    qtest_qmp_send_raw(s, all->str, all->len);
    for (int i = 0; i < N; i++) {
        struct json_object *msg = qtest_qmp_receive(s);

        qtest_get(msg, "return");
        json_object_put(msg);
    }
    qtest_quit(s);
}

static void expect_status(QTestState *s, bool running, const char *status)
{
    struct json_object *ret = qtest_qmp_return(s, "{'execute': 'query-status'}");

    g_assert_cmpint(json_object_get_boolean(qtest_get(ret, "running")), ==, running);
    g_assert_cmpstr(qtest_get_str(ret, "status"), ==, status);
    json_object_put(ret);
}

static void test_run_state(void)
{
    QTestState *s = qtest_init("-machine none -nodefaults -S");
    struct json_object *ev;

    expect_status(s, false, "prelaunch");
    qtest_qmp_assert_success(s, "{'execute': 'cont'}");
    qtest_qmp_eventwait(s, "RESUME");
    expect_status(s, true, "running");
    qtest_qmp_assert_success(s, "{'execute': 'stop'}");
    qtest_qmp_eventwait(s, "STOP");
    expect_status(s, false, "paused");
    qtest_qmp_assert_success(s, "{'execute': 'system_reset'}");
    ev = qtest_qmp_eventwait_ref(s, "RESET");
    g_assert_cmpstr(qtest_get_str(qtest_get(ev, "data"), "reason"), ==,
                    "host-qmp-system-reset");
    qtest_get(qtest_get(ev, "timestamp"), "microseconds");
    json_object_put(ev);
    qtest_qmp_assert_success(s, "{'execute': 'system_powerdown'}");
    qtest_qmp_eventwait(s, "POWERDOWN");
    qtest_quit(s);
}

static void test_no_reboot(void)
{
    QTestState *s = qtest_init("-machine none -nodefaults -no-reboot");

    qtest_qmp_assert_success(s, "{'execute': 'system_reset'}");
    qtest_qmp_eventwait(s, "SHUTDOWN");
    g_assert_cmpint(qtest_wait_exit(s), ==, 0);
}

static void test_no_shutdown(void)
{
    QTestState *s = qtest_init("-machine none -nodefaults -no-shutdown -no-reboot");

    /* As a guest's own shutdown: the machine stops and stays. */
    qtest_qmp_assert_success(s, "{'execute': 'system_reset'}");
    qtest_qmp_eventwait(s, "SHUTDOWN");
    qtest_qmp_eventwait(s, "STOP");
    expect_status(s, false, "shutdown");
    qtest_qmp_assert_error(s, "GenericError",
                           "Resetting the Virtual Machine is required",
                           "{'execute': 'cont'}");
    qtest_quit(s);
}

static bool list_has(struct json_object *list, const char *name)
{
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        if (!strcmp(qtest_get_str(json_object_array_get_idx(list, i), "name"), name)) {
            return true;
        }
    }
    return false;
}

static void test_objects(void)
{
    QTestState *s = start();
    struct json_object *ret;

    ret = qtest_qmp_return(s, "{'execute': 'qom-list-types', 'arguments': "
                              "{'implements': 'machine', 'abstract': true}}");
    g_assert_true(list_has(ret, "none-machine"));
    g_assert_true(list_has(ret, "machine"));
    json_object_put(ret);
    ret = qtest_qmp_return(s, "{'execute': 'qom-list', 'arguments': {'path': '/'}}");
    g_assert_true(list_has(ret, "machine"));
    json_object_put(ret);
    ret = qtest_qmp_return(s, "{'execute': 'qom-get', 'arguments': "
                              "{'path': '/machine', 'property': 'type'}}");
    g_assert_cmpstr(json_object_get_string(ret), ==, "none-machine");
    json_object_put(ret);
    qtest_qmp_assert_error(s, "GenericError", "not found",
                           "{'execute': 'qom-get', 'arguments': "
                           "{'path': '/machine', 'property': 'no-such'}}");
    qtest_qmp_assert_error(s, "DeviceNotFound", "Class 'no-such' not found",
                           "{'execute': 'qom-list-properties', 'arguments': "
                           "{'typename': 'no-such'}}");
    qtest_qmp_assert_error(s, "DeviceNotFound", "Device 'no-such' not found",
                           "{'execute': 'device-list-properties', 'arguments': "
                           "{'typename': 'no-such'}}");
    qtest_qmp_assert_error(s, "GenericError", "expects a non-abstract device type",
                           "{'execute': 'device-list-properties', 'arguments': "
                           "{'typename': 'machine'}}");
    qtest_quit(s);
}

/* What the machine is made of, in the numbers that were asked for. */
static void test_machine(void)
{
    bool arm = !strcmp(qtest_get_arch(), "aarch64");
    QTestState *s = qtest_initf("-machine %s -nodefaults -m 64 -smp %d",
                                arm ? "virt" : "q35", arm ? 2 : 1);
    struct json_object *ret, *cpu;

    ret = qtest_qmp_return(s, "{'execute': 'query-memory-size-summary'}");
    g_assert_cmpint(json_object_get_int64(qtest_get(ret, "base-memory")), ==,
                    64 * 1024 * 1024);
    g_assert_cmpint(json_object_get_int64(qtest_get(ret, "plugged-memory")), ==, 0);
    json_object_put(ret);
    ret = qtest_qmp_return(s, "{'execute': 'query-cpus-fast'}");
    g_assert_cmpint(json_object_array_length(ret), ==, arm ? 2 : 0);
    for (size_t i = 0; i < json_object_array_length(ret); i++) {
        cpu = json_object_array_get_idx(ret, i);
        g_assert_cmpint(json_object_get_int(qtest_get(cpu, "cpu-index")), ==, i);
        g_assert_cmpstr(qtest_get_str(cpu, "target"), ==, "aarch64");
        qtest_qmp_assert_success(s,
                                 "{'execute': 'qom-list', 'arguments': {'path': '%s'}}",
                                 qtest_get_str(cpu, "qom-path"));
    }
    json_object_put(ret);
    ret = qtest_qmp_return(s, "{'execute': 'query-machines'}");
    g_assert_true(list_has(ret, "none"));
    g_assert_true(list_has(ret, "virt") == arm);
    json_object_put(ret);
    qtest_quit(s);
}

/* Every query that needs no argument answers something, and none is fatal. */
static void test_all_queries(void)
{
    QTestState *s = start();
    struct json_object *list = qtest_qmp_return(s, "{'execute': 'query-commands'}");

    g_assert_cmpint(json_object_array_length(list), >, 20);
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        const char *name = qtest_get_str(json_object_array_get_idx(list, i), "name");

        if (g_str_has_prefix(name, "query-")) {
            json_object_put(qtest_qmp(s, "{'execute': '%s'}", name));
        }
    }
    json_object_put(list);
    qtest_quit(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("/qmp/greeting", test_greeting);
    qtest_add_func("/qmp/malformed", test_malformed);
    qtest_add_func("/qmp/limits", test_limits);
    qtest_add_func("/qmp/stream", test_stream);
    qtest_add_func("/qmp/slow-reader", test_slow_reader);
    qtest_add_func("/qmp/run-state", test_run_state);
    qtest_add_func("/qmp/no-reboot", test_no_reboot);
    qtest_add_func("/qmp/no-shutdown", test_no_shutdown);
    qtest_add_func("/qmp/objects", test_objects);
    qtest_add_func("/qmp/machine", test_machine);
    qtest_add_func("/qmp/all-queries", test_all_queries);
    return g_test_run();
}
