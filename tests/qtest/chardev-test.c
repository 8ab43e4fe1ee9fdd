/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Character devices by what their other end sees; HMP as the frontend to talk to. */
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libqos/libqtest.h"

static int connect_to(const char *path)
{
    struct sockaddr_un addr = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    g_strlcpy(addr.sun_path, path, sizeof(addr.sun_path));
    g_assert_cmpint(connect(fd, (struct sockaddr *)&addr, sizeof(addr)), ==, 0);
    return fd;
}

/* Read until @what has come, and no byte further: the next call may want it. */
static void expect_text(int fd, const char *what)
{
    g_autoptr(GString) text = g_string_new(NULL);

    while (!strstr(text->str, what)) {
        struct pollfd p = { .fd = fd, .events = POLLIN };
        char c;

        if (poll(&p, 1, 10000) <= 0 || read(fd, &c, 1) != 1) {
            g_error("no \"%s\", only: %s", what, text->str);
        }
        g_string_append_c(text, c);
    }
}

static void say(int fd, const char *text)
{
    g_assert_cmpint(write(fd, text, strlen(text)), ==, strlen(text));
}

/* Whether the first client leaves in order or in the middle of a line: a second
 * follows. */
static void test_server_clients(void)
{
    g_autofree char *path = qtest_temp_file("sock", 0);
    QTestState *s = qtest_initf("-machine none -nodefaults -monitor "
                                "unix:%s,server=on,wait=off",
                                path);

    for (int i = 0; i < 5; i++) {
        int fd = connect_to(path);

        expect_text(fd, "(qemu) ");
        say(fd, "info status\r\n");
        expect_text(fd, "VM status: running");
        say(fd, "info sta");
        close(fd);
        qtest_qmp_assert_success(s, "{'execute': 'query-status'}");
    }
    qtest_quit(s);
}

static void test_two_clients(void)
{
    g_autofree char *path = qtest_temp_file("sock", 0);
    QTestState *s = qtest_initf("-machine none -nodefaults -monitor "
                                "unix:%s,server=on,wait=off",
                                path);
    int first = connect_to(path), second;

    expect_text(first, "(qemu) ");
    second = connect_to(path); /* waits in the queue */
    close(first);
    expect_text(second, "(qemu) ");
    close(second);
    qtest_quit(s);
}

static void test_hmp(void)
{
    g_autofree char *path = qtest_temp_file("sock", 0), *line = g_strnfill(5000, 'x');
    QTestState *s = qtest_initf("-machine none -nodefaults -monitor "
                                "unix:%s,server=on,wait=off",
                                path);
    int fd = connect_to(path);

    say(fd, "stop\n");
    qtest_qmp_eventwait(s, "STOP");
    say(fd, "info status\n");
    expect_text(fd, "VM status: paused");
    say(fd, "cont\n");
    qtest_qmp_eventwait(s, "RESUME");
    say(fd, "nonsense %n%s\n");
    expect_text(fd, "unknown command: 'nonsense %n%s'");
    say(fd, line);
    say(fd, "\nhelp\n");
    expect_text(fd, "line is too long");
    expect_text(fd, "quit -- ");
    say(fd, "quit\n");
    qtest_qmp_eventwait(s, "SHUTDOWN");
    g_assert_cmpint(qtest_wait_exit(s), ==, 0);
    close(fd);
}

/* A QMP client that never reads: nobody else suffers, memory is bounded. */
static void test_deaf_client(void)
{
    static const char ask[] = "{\"execute\":\"query-commands\"}\n";
    g_autofree char *path = qtest_temp_file("sock", 0);
    QTestState *s = qtest_initf("-machine none -nodefaults -qmp "
                                "unix:%s,server=on,wait=off",
                                path);
    int fd = connect_to(path);
    size_t sent = 0;

    fcntl(fd, F_SETFL, O_NONBLOCK);
    say(fd, "{\"execute\":\"qmp_capabilities\"}\n");
    for (int idle = 0; idle < 20;) {
        ssize_t n = write(fd, ask, strlen(ask));

        sent += n > 0 ? n : 0;
        if (n < 0) {
            idle++;
            g_usleep(5000);
        }
        g_assert_cmpuint(sent, <, 64 * 1024 * 1024); /* it stops taking more */
    }
    for (int i = 0; i < 100; i++) {
        qtest_qmp_assert_success(s, "{'execute': 'stop'}");
        qtest_qmp_assert_success(s, "{'execute': 'cont'}");
    }
    close(fd);
    qtest_quit(s);
}

static void test_file_and_query(void)
{
    g_autofree char *path = qtest_temp_file("out", 0);
    QTestState *s =
        qtest_initf("-machine none -nodefaults "
                    "-chardev file,id=f,path=%s -mon chardev=f,mode=readline "
                    "-chardev null,id=n",
                    path);
    struct json_object *list = qtest_qmp_return(s, "{'execute': 'query-chardev'}");
    g_autofree char *text = NULL;
    bool seen = false;

    for (size_t i = 0; i < json_object_array_length(list); i++) {
        struct json_object *e = json_object_array_get_idx(list, i);

        if (!strcmp(qtest_get_str(e, "label"), "f")) {
            g_assert_true(json_object_get_boolean(qtest_get(e, "frontend-open")));
            seen = true;
        }
    }
    g_assert_true(seen);
    json_object_put(list);
    qtest_quit(s);
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_assert_true(g_str_has_suffix(text, "(qemu) "));
}

/* A descriptor handed over by the starter, as libvirt does it: a listening socket. */
static void test_inherited_fd(void)
{
    g_autofree char *path = qtest_temp_file("sock", 0);
    struct sockaddr_un addr = { .sun_family = AF_UNIX };
    int listener = socket(AF_UNIX, SOCK_STREAM, 0), fd;
    QTestState *s;

    g_strlcpy(addr.sun_path, path, sizeof(addr.sun_path));
    unlink(path);
    g_assert_cmpint(bind(listener, (struct sockaddr *)&addr, sizeof(addr)), ==, 0);
    g_assert_cmpint(listen(listener, 1), ==, 0);
    s = qtest_initf("-machine none -nodefaults "
                    "-chardev socket,id=m,fd=%d,server=on,wait=off "
                    "-mon chardev=m,mode=control",
                    listener);
    close(listener);
    fd = connect_to(path);
    expect_text(fd, "\"QMP\"");
    close(fd);
    qtest_quit(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("/chardev/server-clients", test_server_clients);
    qtest_add_func("/chardev/two-clients", test_two_clients);
    qtest_add_func("/chardev/hmp", test_hmp);
    qtest_add_func("/chardev/deaf-client", test_deaf_client);
    qtest_add_func("/chardev/file-and-query", test_file_and_query);
    qtest_add_func("/chardev/inherited-fd", test_inherited_fd);
    return g_test_run();
}
