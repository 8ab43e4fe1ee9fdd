/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/error-report.h"

static bool fail_plain(Error **errp)
{
    error_setg(errp, "value %d is bad", 7);
    return false;
}

static void test_set(void)
{
    Error *err = NULL;

    g_assert_false(fail_plain(&err));
    g_assert_cmpstr(error_get_pretty(err), ==, "value 7 is bad");
    g_assert_cmpint(error_get_class(err), ==, ERROR_CLASS_GENERIC_ERROR);
    error_free_or_abort(&err);
    g_assert_null(err);
    fail_plain(NULL);
}

static void test_errno(void)
{
    Error *err = NULL;

    error_setg_errno(&err, ENOENT, "Could not open '%s'", "x");
    g_assert_cmpstr(error_get_pretty(err), ==,
                    "Could not open 'x': No such file or directory");
    error_free_or_abort(&err);
    error_setg_errno(&err, 0, "plain");
    g_assert_cmpstr(error_get_pretty(err), ==, "plain");
    error_free_or_abort(&err);
}

static void test_class(void)
{
    Error *err = NULL;

    error_set(&err, ERROR_CLASS_DEVICE_NOT_FOUND, "Device '%s' not found", "d");
    g_assert_cmpstr(error_class_name(error_get_class(err)), ==, "DeviceNotFound");
    error_free_or_abort(&err);
}

static bool add_context(Error **errp)
{
    ERRP_GUARD();

    fail_plain(errp);
    g_assert_nonnull(*errp);
    error_prepend(errp, "part: ");
    error_append_hint(errp, "Try 8.\n");
    return false;
}

static void test_guard(void)
{
    Error *err = NULL, *copy;

    add_context(NULL); /* readable inside although nobody listens */
    add_context(&err);
    g_assert_cmpstr(error_get_pretty(err), ==, "part: value 7 is bad");
    copy = error_copy(err);
    error_free(err);
    g_assert_cmpstr(error_get_pretty(copy), ==, "part: value 7 is bad");
    error_free(copy);
}

static void test_propagate(void)
{
    Error *first = NULL, *second = NULL, *dst = NULL;

    fail_plain(&first);
    error_setg(&second, "second");
    error_propagate_prepend(&dst, first, "in %s: ", "it");
    error_propagate(&dst, second); /* the first one stays */
    g_assert_cmpstr(error_get_pretty(dst), ==, "in it: value 7 is bad");
    error_free_or_abort(&dst);
    error_propagate(&dst, NULL);
    g_assert_null(dst);
}

static void test_fatal(void)
{
    if (g_test_subprocess()) {
        static char *argv[] = { (char *)"prog", (char *)"-device", (char *)"foo",
                                NULL };
        Location loc;

        error_init("/usr/bin/prog");
        loc_push_none(&loc);
        loc_set_cmdline(argv, 1, 2);
        add_context(&error_fatal);
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("prog: -device foo: part: value 7 is bad\nTry 8.\n*");
}

static void test_abort(void)
{
    if (g_test_subprocess()) {
        fail_plain(&error_abort);
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*Unexpected error in fail_plain()*value 7 is bad*");
}

static void test_locations(void)
{
    if (g_test_subprocess()) {
        Location outer, inner;
        bool once = false;

        error_init("prog");
        loc_push_none(&outer);
        loc_set_file("conf", 3);
        error_report("one");
        loc_push_none(&inner);
        warn_report("two");
        loc_pop(&inner);
        info_report("three");
        loc_pop(&outer);
        for (int i = 0; i < 3; i++) {
            error_report_once_cond(&once, "four");
        }
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr("prog: conf:3: one\nprog: warning: two\n"
                              "prog: conf:3: info: three\nprog: four\n");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/error/set", test_set);
    g_test_add_func("/error/errno", test_errno);
    g_test_add_func("/error/class", test_class);
    g_test_add_func("/error/guard", test_guard);
    g_test_add_func("/error/propagate", test_propagate);
    g_test_add_func("/error/fatal", test_fatal);
    g_test_add_func("/error/abort", test_abort);
    g_test_add_func("/error/locations", test_locations);
    return g_test_run();
}
