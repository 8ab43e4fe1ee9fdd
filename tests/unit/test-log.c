/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/log.h"
#include "trace/control.h"

static void test_masks(void)
{
    g_assert_cmpint(qemu_str_to_log_mask("guest_errors"), ==, LOG_GUEST_ERROR);
    g_assert_cmpint(qemu_str_to_log_mask("guest_errors,unimp"), ==,
                    LOG_GUEST_ERROR | LOG_UNIMP);
    g_assert_cmpint(qemu_str_to_log_mask("guest_errors,nonsense"), ==, 0);
    g_assert_cmpint(qemu_str_to_log_mask(""), ==, 0);
}

static char *temp_path(const char *name)
{
    return g_strdup_printf("%s/viommu-%s-%d", g_get_tmp_dir(), name, getpid());
}

/* A guest that errs a million times leaves LOG_BURST lines a second. */
static void test_flood(void)
{
    g_autofree char *path = temp_path("log");
    g_autofree char *text = NULL;
    unsigned lines = 0;

    g_assert_true(qemu_set_log_filename(path, &error_abort));
    qemu_set_log(LOG_GUEST_ERROR, &error_abort);
    qemu_log_mask(LOG_UNIMP, "not asked for\n");
    for (int i = 0; i < 10000; i++) {
        qemu_log_mask(LOG_GUEST_ERROR, "bad %d\n", i);
    }
    qemu_set_log(0, &error_abort);
    g_assert_true(qemu_set_log_filename(NULL, &error_abort));
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    for (const char *c = text; *c; c++) {
        lines += *c == '\n';
    }
    /* A run that takes longer than a second begins a new burst. */
    g_assert_cmpuint(lines, >=, LOG_BURST);
    g_assert_cmpuint(lines, <=, 4 * (LOG_BURST + 1));
    g_assert_true(g_str_has_prefix(text, "bad 0\n"));
    unlink(path);
}

static void test_bad_file(void)
{
    Error *err = NULL;

    g_assert_false(qemu_set_log_filename("/nonexistent/x", &err));
    error_free_or_abort(&err);
}

static TraceEvent ev_one = { .name = "unit_one" }, ev_two = { .name = "unit_two" };

static void test_trace(void)
{
    g_autofree char *path = temp_path("trace");
    g_autofree char *opt = g_strdup_printf("enable=unit_*,file=%s", path);
    g_autofree char *text = NULL;
    Error *err = NULL;

    trace_event_register(&ev_one);
    trace_event_register(&ev_two);
    g_assert_true(trace_opt_parse(opt, &error_abort));
    g_assert_true(ev_one.enabled && ev_two.enabled);
    g_assert_cmpuint(trace_enable_events("-unit_two"), ==, 1);
    g_assert_false(ev_two.enabled);
    trace_emit(&ev_one, "x=%d", 5);
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, "unit_one x=5\n");
    g_assert_cmpuint(trace_enable_events("no_such_event"), ==, 0);
    g_assert_false(trace_opt_parse("unit_one,bogus=1", &err));
    g_assert_cmpstr(error_get_pretty(err), ==, "Invalid parameter 'bogus=1'");
    error_free_or_abort(&err);
    g_assert_false(trace_opt_parse("file=/nonexistent/x", &err));
    error_free_or_abort(&err);
    unlink(path);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/log/masks", test_masks);
    g_test_add_func("/log/flood", test_flood);
    g_test_add_func("/log/bad-file", test_bad_file);
    g_test_add_func("/log/trace", test_trace);
    return g_test_run();
}
