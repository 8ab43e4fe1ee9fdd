/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program on a terminal: raw while it runs, as it was when it ends, Ctrl-A. */
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

#include "libqos/libqtest.h"

typedef struct Terminal {
    int master;
    int slave; /* kept open: its state outlives the program */
    pid_t pid;
    struct termios before;
    GString *text; /* what the program wrote */
} Terminal;

static Terminal *start(const char *args)
{
    const char *binary = g_getenv("QTEST_QEMU_BINARY");
    g_autofree char *line = g_strdup_printf("%s %s", binary, args);
    g_auto(GStrv) argv = NULL;
    Terminal *t = g_new0(Terminal, 1);

    g_assert_true(g_shell_parse_argv(line, NULL, &argv, NULL));
    t->text = g_string_new(NULL);
    g_assert_cmpint(openpty(&t->master, &t->slave, NULL, NULL, NULL), ==, 0);
    g_assert_cmpint(tcgetattr(t->slave, &t->before), ==, 0);
    t->pid = fork();
    if (!t->pid) {
        close(t->master);
        login_tty(dup(t->slave));
        execv(binary, argv);
        _exit(127);
    }
    return t;
}

static void say(Terminal *t, const char *text)
{
    g_assert_cmpint(write(t->master, text, strlen(text)), ==, strlen(text));
}

static void expect(Terminal *t, const char *what)
{
    while (!strstr(t->text->str, what)) {
        struct pollfd p = { .fd = t->master, .events = POLLIN };
        char c;

        if (poll(&p, 1, 10000) <= 0 || read(t->master, &c, 1) != 1) {
            g_error("no \"%s\", only: %s", what, t->text->str);
        }
        g_string_append_c(t->text, c);
    }
    g_string_truncate(t->text, 0);
}

static bool is_raw(Terminal *t)
{
    struct termios now;

    g_assert_cmpint(tcgetattr(t->slave, &now), ==, 0);
    return !(now.c_lflag & (ECHO | ICANON));
}

static void wait_raw(Terminal *t)
{
    for (int i = 0; i < 2000 && !is_raw(t); i++) {
        g_usleep(5000);
    }
    g_assert_true(is_raw(t));
}

/* The program has ended with @status, as of wait(); the terminal is as before. */
static void expect_end(Terminal *t, int status)
{
    struct termios now;
    int got = 0;

    g_assert_cmpint(waitpid(t->pid, &got, 0), ==, t->pid);
    g_assert_cmpint(got & ~0x80, ==, status); /* 0x80: with or without a core file */
    g_assert_cmpint(tcgetattr(t->slave, &now), ==, 0);
    g_assert_cmphex(now.c_lflag, ==, t->before.c_lflag);
    g_assert_cmphex(now.c_iflag, ==, t->before.c_iflag);
    g_assert_cmphex(now.c_oflag, ==, t->before.c_oflag);
    close(t->master);
    close(t->slave);
    g_string_free(t->text, TRUE);
    g_free(t);
}

#define MACHINE "-machine none -nodefaults -S "

static void test_escape(void)
{
    static const char *const lines[] = { MACHINE "-serial mon:stdio",
                                         "-machine none -S -nographic" };

    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        Terminal *t = start(lines[i]);

        wait_raw(t);
        say(t, "\1h");
        expect(t, "C-a x  exit");
        say(t, "\1x");
        expect(t, "Terminated");
        expect_end(t, 0);
    }
}

/* The serial port has the input first; each keeps what the other does not see. */
static void test_monitor(void)
{
    Terminal *t = start("-machine virt -m 64 -nodefaults -S -serial mon:stdio");

    wait_raw(t);
    say(t, "info status\r"); /* for the guest, which does not listen */
    say(t, "\1c");
    expect(t, "(qemu) ");
    say(t, "info status\r");
    expect(t, "VM status: paused");
    say(t, "\1c");
    /* more than a port holds: the escape works nevertheless */
    say(t, "0123456789012345678901234567890123456789012345678901234567890123456789");
    say(t, "\1x");
    expect(t, "Terminated");
    expect_end(t, 0);
}

/* Without a multiplexer Ctrl-A is a character and Ctrl-C the signal. */
static void test_signal(void)
{
    Terminal *t = start(MACHINE "-serial stdio");

    wait_raw(t);
    say(t, "\1x");
    g_usleep(50000);
    g_assert_cmpint(waitpid(t->pid, NULL, WNOHANG), ==, 0);
    say(t, "\3");
    expect(t, "terminating on signal 2");
    expect_end(t, 0);
}

static void test_every_end(void)
{
    static const int signals[] = { SIGTERM, SIGHUP, SIGABRT, SIGSEGV };

    for (size_t i = 0; i < G_N_ELEMENTS(signals); i++) {
        bool orderly = signals[i] == SIGTERM || signals[i] == SIGHUP;
        Terminal *t = start(MACHINE "-monitor stdio");

        wait_raw(t);
        expect(t, "(qemu)");
        kill(t->pid, signals[i]);
        expect_end(t, orderly ? 0 : signals[i]);
    }
}

/* The terminal was raw already when start-up failed. */
static void test_failed_start(void)
{
    Terminal *t = start(MACHINE "-serial mon:stdio -device no-such");

    expect(t, "not a valid device model name");
    expect_end(t, 1 << 8);
}

static void test_quit(void)
{
    Terminal *t = start(MACHINE "-monitor stdio");

    expect(t, "(qemu)");
    wait_raw(t);
    say(t, "quit\r");
    expect_end(t, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("/terminal/escape", test_escape);
    qtest_add_func("/terminal/monitor", test_monitor);
    qtest_add_func("/terminal/signal", test_signal);
    qtest_add_func("/terminal/every-end", test_every_end);
    qtest_add_func("/terminal/failed-start", test_failed_start);
    qtest_add_func("/terminal/quit", test_quit);
    return g_test_run();
}
