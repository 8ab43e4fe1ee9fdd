/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the command line to the end of the process: what start-up refuses and how. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libqos/libqtest.h"

static void test_refused(void)
{
    static const struct {
        const char *args, *message;
    } cases[] = {
        { "-no-such-option", "-no-such-option: invalid option" },
        { "-machine", "-machine: requires an argument" },
        { "-machine no-such", "unsupported machine type: \"no-such\"" },
        { "-machine none -accel kvm", "invalid accelerator kvm" },
        { "-machine none -d no-such", "-d no-such: unknown log item" },
        { "-machine none -D /nonexistent/log", "-D: Could not open log file" },
        { "-machine none -D /tmp/%d%d", "-D: Bad logfile template: /tmp/%d%d" },
        { "-machine none -D /tmp/%s", "Bad logfile template" },
        { "-machine none -qtest bogus", "-qtest bogus: 'bogus' is not a valid char" },
        { "-machine none -accel tcg,bogus=1", "-accel tcg,bogus=1: Invalid parameter" },
        { "-machine none -run-with bogus=1", "-run-with bogus=1: Invalid parameter" },
        { "-machine none -run-with exit-with-parent=maybe",
          "Parameter 'exit-with-parent' expects 'on' or 'off'" },
        { "-machine none -run-with async-teardown=on", "is not supported" },
        { "-machine none -run-with user=no-such-user", "no such user" },
        { "-machine none -run-with user=1:2:3", "no such user" },
        { "-machine none -run-with chroot=/nonexistent",
          "-run-with chroot=/nonexistent: cannot enter: No such file" },
        { "-machine none -trace bogus=1", "-trace bogus=1: " },
        { "-machine none -trace file=/nonexistent/t", "Could not open trace file" },
        { "-machine none -pidfile /nonexistent/p", "-pidfile: Could not create" },
        { "-machine none -chardev null", "-chardev null: chardev: no id specified" },
        { "-machine none -chardev null,id=1x", "Parameter 'id' expects an identifier" },
        { "-machine none -chardev no-such,id=a",
          "'no-such' is not a valid char driver" },
        { "-machine none -chardev null,id=a -chardev null,id=a",
          "Chardev with id 'a' already exists" },
        { "-machine none -chardev null,id=a,bogus=1", "Invalid parameter 'bogus'" },
        { "-machine none -chardev file,id=a", "no filename given" },
        { "-machine none -chardev file,id=a,path=/nonexistent/f", "Could not create" },
        { "-machine none -chardev socket,id=a", "exactly one of 'path', 'fd'" },
        { "-machine none -chardev socket,id=a,path=/nonexistent/s",
          "Failed to connect to '/nonexistent/s'" },
        { "-machine none -chardev socket,id=a,path=/nonexistent/s,server=on",
          "Failed to bind socket" },
        { "-machine none -chardev socket,id=a,fd=99", "'99' is not a socket" },
        { "-machine none -chardev socket,id=a,path=/nonexistent/s,wait=off",
          "'wait' option is incompatible" },
        { "-machine none -chardev null,id=a -mon chardev=b,mode=control",
          "chardev \"b\" not found" },
        { "-machine none -chardev null,id=a -mon chardev=a,mode=bogus",
          "unknown monitor mode \"bogus\"" },
        { "-machine none -chardev null,id=a -mon chardev=a -mon chardev=a",
          "chardev 'a' is already in use" },
        { "-machine none -qmp bogus:x", "-qmp bogus:x: 'bogus:x' is not a valid char" },
        { "-machine none -qmp tcp:nocolon", "is not HOST:PORT" },
        { "-machine none -serial chardev:none-such", "chardev 'none-such' not found" },
        { "-machine none -incoming file:x", "-incoming file:x: migration between" },
        { "-machine none -qmp stdio -serial stdio", "cannot use stdio by multiple" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        qtest_expect_fail(cases[i].args, cases[i].message);
    }
}

static void test_long_socket_path(void)
{
    g_autofree char *path = g_strnfill(200, 'x');
    g_autofree char *args = g_strdup_printf("-machine none -qmp unix:%s", path);

    qtest_expect_fail(args, "is too long");
}

static void test_information(void)
{
    static const struct {
        const char *args, *text;
    } cases[] = {
        { "-version", "viommu" },       { "-help", "-machine" },
        { "-machine help", "none" },    { "-d help", "guest_errors" },
        { "-trace help", "timer_mod" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *out = qtest_run(cases[i].args);

        if (!strstr(out, cases[i].text)) {
            g_error("%s: no \"%s\" in: %s", cases[i].args, cases[i].text, out);
        }
    }
}

static void test_signals(void)
{
    static const int signals[] = { SIGTERM, SIGINT, SIGHUP };

    for (size_t i = 0; i < G_N_ELEMENTS(signals); i++) {
        QTestState *s = qtest_init("-machine none -nodefaults");
        struct json_object *ev;

        kill(qtest_pid(s), signals[i]);
        ev = qtest_qmp_eventwait_ref(s, "SHUTDOWN");
        g_assert_cmpstr(qtest_get_str(qtest_get(ev, "data"), "reason"), ==,
                        "host-signal");
        json_object_put(ev);
        g_assert_cmpint(qtest_wait_exit(s), ==, 0);
    }
}

static void test_pidfile(void)
{
    g_autofree char *path = qtest_temp_file("pid", 0);
    QTestState *s = qtest_initf("-machine none -nodefaults -pidfile %s", path);
    g_autofree char *text = NULL, *want = g_strdup_printf("%d\n", qtest_pid(s));
    g_autofree char *second = g_strdup_printf("-machine none -pidfile %s", path);

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, want);
    qtest_expect_fail(second, "cannot lock PID file");
    qtest_quit(s);
    g_assert_cmpint(access(path, F_OK), ==, -1);
}

/* -daemonize: the started process ends with 0 once the daemon's socket is there. */
static void test_daemonize(void)
{
    g_autofree char *path = qtest_temp_file("dsock", 0);
    g_autofree char *pid_path = qtest_temp_file("dpid", 0);
    g_autofree char *args =
        g_strdup_printf("-machine none -nodefaults -S -no-user-config -nographic "
                        "-qmp unix:%s,server=on,wait=off -pidfile %s -daemonize",
                        path, pid_path);
    g_autofree G_GNUC_UNUSED char *out = qtest_run(args);
    g_autofree char *pid_text = NULL;
    struct stat st;
    pid_t pid;

    g_assert_cmpint(stat(path, &st), ==, 0);
    g_assert_true(S_ISSOCK(st.st_mode));
    g_assert_true(g_file_get_contents(pid_path, &pid_text, NULL, NULL));
    pid = atoi(pid_text);
    g_assert_cmpint(pid, >, 1);
    g_assert_cmpint(kill(pid, SIGTERM), ==, 0);
    for (int i = 0; i < 5000 && !kill(pid, 0) && !access(path, F_OK); i++) {
        g_usleep(1000);
    }
    g_assert_cmpint(access(path, F_OK), ==, -1); /* it took its socket with it */
    qtest_expect_fail("-machine no-such -daemonize", "unsupported machine type");
}

static void test_names(void)
{
    QTestState *s =
        qtest_init("-machine none -nodefaults -name guest=foo,debug-threads=on "
                   "-uuid 12345678-1234-1234-1234-123456789abc");
    struct json_object *ret = qtest_qmp_return(s, "{'execute': 'query-name'}");

    g_assert_cmpstr(qtest_get_str(ret, "name"), ==, "foo");
    json_object_put(ret);
    ret = qtest_qmp_return(s, "{'execute': 'query-uuid'}");
    g_assert_cmpstr(qtest_get_str(ret, "UUID"), ==,
                    "12345678-1234-1234-1234-123456789abc");
    json_object_put(ret);
    qtest_quit(s);
    qtest_expect_fail("-machine none -uuid xyz", "failed to parse UUID");
}

static char *process_file(QTestState *s, const char *name)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/%s", qtest_pid(s), name);
    char *text = NULL;

    g_file_get_contents(path, &text, NULL, NULL);
    return g_strchomp(text);
}

static void test_process_name(void)
{
    QTestState *s = qtest_init("-machine none -nodefaults -name g,process=renamed");
    g_autofree char *comm = process_file(s, "comm");

    g_assert_cmpstr(comm, ==, "renamed");
    qtest_quit(s);
}

/* The end of the process that started it ends it. */
static void test_exit_with_parent(void)
{
    g_autofree char *pid_path = qtest_temp_file("ppid", 0);
    g_autofree char *args =
        g_strdup_printf("%s -machine none -nodefaults -display none -accel qtest -S "
                        "-run-with exit-with-parent=on -pidfile %s",
                        g_getenv("QTEST_QEMU_BINARY"), pid_path);
    g_auto(GStrv) argv = g_strsplit(args, " ", 0);
    g_autofree char *text = NULL;
    pid_t middle = fork(), pid;

    if (!middle) {
        if (!fork()) {
            execv(argv[0], argv);
            _exit(127);
        }
        pause();
    }
    for (int i = 0; i < 5000 && (!text || !strchr(text, '\n')); i++) {
        g_usleep(1000);
        g_clear_pointer(&text, g_free);
        g_file_get_contents(pid_path, &text, NULL, NULL);
    }
    g_assert_nonnull(text);
    pid = atoi(text);
    g_assert_cmpint(kill(pid, 0), ==, 0);
    kill(middle, SIGKILL);
    waitpid(middle, NULL, 0);
    for (int i = 0; i < 5000 && !access(pid_path, F_OK); i++) {
        g_usleep(1000);
    }
    g_assert_cmpint(access(pid_path, F_OK), ==, -1); /* an orderly end */
}

/* Needs root's rights, which are then gone. */
static void test_run_as(void)
{
    g_autofree char *status = NULL, *root = NULL, *link = NULL;
    QTestState *s;

    if (geteuid()) {
        g_test_skip("only root may");
        return;
    }
    s = qtest_init("-machine none -nodefaults -run-with user=1234:5678,chroot=/tmp");
    qtest_qmp_assert_success(s, "{'execute': 'query-status'}");
    status = process_file(s, "status");
    g_assert_nonnull(strstr(status, "\nUid:\t1234\t1234\t1234\t1234\n"));
    g_assert_nonnull(strstr(status, "\nGid:\t5678\t5678\t5678\t5678\n"));
    g_assert_nonnull(strstr(status, "\nGroups:\t5678 \n"));
    link = g_strdup_printf("/proc/%d/root", qtest_pid(s));
    root = g_file_read_link(link, NULL);
    g_assert_cmpstr(root, ==, "/tmp");
    /* By force: a leak sanitizer could not do its work without /proc. */
    kill(qtest_pid(s), SIGKILL);
    g_assert_cmpint(qtest_wait_exit(s), !=, 0);
}

static void test_log_file(void)
{
    g_autofree char *template = qtest_temp_file("log-%d", 0), *path = NULL;
    g_autofree char *text = NULL;
    QTestState *s = qtest_initf("-machine none -nodefaults -d guest_errors -D %s "
                                "-trace timer_mod",
                                template);
    g_auto(GStrv) parts = g_strsplit(template, "%d", 2);

    path = g_strdup_printf("%s%d%s", parts[0], qtest_pid(s), parts[1]);
    qtest_quit(s);
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    unlink(path);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("/startup/refused", test_refused);
    qtest_add_func("/startup/long-socket-path", test_long_socket_path);
    qtest_add_func("/startup/information", test_information);
    qtest_add_func("/startup/signals", test_signals);
    qtest_add_func("/startup/pidfile", test_pidfile);
    qtest_add_func("/startup/daemonize", test_daemonize);
    qtest_add_func("/startup/names", test_names);
    qtest_add_func("/startup/process-name", test_process_name);
    qtest_add_func("/startup/exit-with-parent", test_exit_with_parent);
    qtest_add_func("/startup/run-as", test_run_as);
    qtest_add_func("/startup/log-file", test_log_file);
    return g_test_run();
}
