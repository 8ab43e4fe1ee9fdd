/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Starting and ending the program under test, and its two sockets. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libqos/libqtest-internal.h"

static const char *binary(void)
{
    const char *path = g_getenv("QTEST_QEMU_BINARY");

    if (!path) {
        g_error("QTEST_QEMU_BINARY must name the program under test");
    }
    return path;
}

const char *qtest_get_arch(void)
{
    return g_str_has_suffix(binary(), "x86_64") ? "x86_64" : "aarch64";
}

bool qtest_is_qemu(void)
{
    g_autofree char *name = g_path_get_basename(binary());

    return g_str_has_prefix(name, "qemu-system-");
}

/* --- sockets --- */

static char *socket_path(const char *name)
{
    static unsigned serial;

    return g_strdup_printf("%s/viommu-qtest-%d-%u.%s", g_get_tmp_dir(), getpid(),
                           serial++, name);
}

static int listen_at(const char *path)
{
    struct sockaddr_un addr = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    g_assert_cmpint(fd, >=, 0);
    g_strlcpy(addr.sun_path, path, sizeof(addr.sun_path));
    unlink(path);
    g_assert_cmpint(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), ==, 0);
    g_assert_cmpint(listen(fd, 1), ==, 0);
    return fd;
}

/* The program's connection, or the end of the test when it dies first. */
static int accept_from(QTestState *s, int listen_fd)
{
    for (int ms = 0; ms < QTEST_TIMEOUT_MS; ms += 50) {
        struct pollfd p = { .fd = listen_fd, .events = POLLIN };
        int status;

        if (poll(&p, 1, 50) > 0) {
            return accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC);
        }
        if (waitpid(s->pid, &status, WNOHANG) == s->pid) {
            g_error("the program under test ended before it connected (status 0x%x)",
                    status);
        }
    }
    g_error("the program under test did not connect in time");
}

void qtest_stream_send(QTestState *s, QTestStream *st, const void *buf, size_t len)
{
    size_t done = 0;

    while (done < len) {
        ssize_t n = send(st->fd, (const char *)buf + done, len - done, MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            g_error("the program under test does not listen any more");
        }
        done += n;
    }
}

static void stream_fill(QTestStream *st)
{
    struct pollfd p = { .fd = st->fd, .events = POLLIN };
    char buf[65536];
    ssize_t n;

    if (poll(&p, 1, QTEST_TIMEOUT_MS) <= 0) {
        g_error("no answer from the program under test in %d s",
                QTEST_TIMEOUT_MS / 1000);
    }
    n = read(st->fd, buf, sizeof(buf));
    if (n <= 0) {
        g_error("the program under test closed the connection");
    }
    g_string_append_len(st->in, buf, n);
}

char *qtest_stream_line(QTestState *s, QTestStream *st)
{
    size_t searched = 0;
    char *newline, *line;

    while (!(newline = memchr(st->in->str + searched, '\n', st->in->len - searched))) {
        searched = st->in->len;
        stream_fill(st);
    }
    line = g_strndup(st->in->str, newline - st->in->str);
    g_string_erase(st->in, 0, newline - st->in->str + 1);
    return line;
}

/* --- processes --- */

static pid_t spawn(char **argv, int out_fd, int err_fd)
{
    pid_t pid = fork();

    g_assert_cmpint(pid, >=, 0);
    if (pid) {
        return pid;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(open("/dev/null", O_RDWR), 0);
    if (out_fd >= 0) {
        dup2(out_fd, 1);
    } else {
        dup2(2, 1); /* stdout is the test's TAP stream */
    }
    if (err_fd >= 0) {
        dup2(err_fd, 2);
    }
    execv(argv[0], argv);
    fprintf(stderr, "%s: %s\n", argv[0], g_strerror(errno));
    _exit(127);
}

static GPtrArray *make_argv(const char *args)
{
    GPtrArray *argv = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) words = g_strsplit(args, " ", -1);

    g_ptr_array_add(argv, g_strdup(binary()));
    for (char **w = words; *w; w++) {
        if (**w) {
            g_ptr_array_add(argv, g_strdup(*w));
        }
    }
    return argv;
}

static QTestState *start(const char *args, bool with_qmp)
{
    QTestState *s = g_new0(QTestState, 1);
    g_autofree char *qtest_path = socket_path("qtest"), *qmp_path = socket_path("qmp");
    int qtest_fd = listen_at(qtest_path), qmp_fd = with_qmp ? listen_at(qmp_path) : -1;
    g_autofree char *qmp_args =
        with_qmp ? g_strdup_printf("-chardev socket,path=%s,id=char0 "
                                   "-mon chardev=char0,mode=control ",
                                   qmp_path)
                 : g_strdup("");
    g_autofree char *all = g_strdup_printf(
        "-qtest unix:%s -qtest-log %s %s-display none -audio none -accel qtest %s",
        qtest_path, g_getenv("QTEST_LOG") ? "/dev/fd/2" : "/dev/null", qmp_args, args);
    g_autoptr(GPtrArray) argv = make_argv(all);

    g_test_message("starting %s %s", binary(), all);
    g_ptr_array_add(argv, NULL);
    s->pid = spawn((char **)argv->pdata, -1, -1);
    s->qtest = (QTestStream){ .fd = -1, .in = g_string_new(NULL) };
    s->qmp = (QTestStream){ .fd = -1, .in = g_string_new(NULL) };
    if (with_qmp) {
        s->qmp.fd = accept_from(s, qmp_fd);
        close(qmp_fd);
    }
    s->qtest.fd = accept_from(s, qtest_fd);
    close(qtest_fd);
    unlink(qtest_path);
    unlink(qmp_path);
    if (with_qmp) {
        qtest_qmp_handshake(s);
    }
    return s;
}

QTestState *qtest_init(const char *args)
{
    return start(args, true);
}

QTestState *qtest_init_without_qmp(const char *args)
{
    return start(args, false);
}

QTestState *qtest_initf(const char *fmt, ...)
{
    g_autofree char *args = NULL;
    va_list ap;

    va_start(ap, fmt);
    args = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    return qtest_init(args);
}

pid_t qtest_pid(QTestState *s)
{
    return s->pid;
}

static int wait_status(pid_t pid)
{
    int status;

    for (int ms = 0; ms < QTEST_TIMEOUT_MS; ms += 1) {
        if (waitpid(pid, &status, WNOHANG) == pid) {
            return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
        }
        g_usleep(1000);
    }
    kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
    g_error("the program under test did not end in time");
}

static void state_free(QTestState *s)
{
    struct json_object *ev;

    while ((ev = g_queue_pop_head(&s->events))) {
        json_object_put(ev);
    }
    json_object_put(s->greeting);
    if (s->qmp.fd >= 0) {
        close(s->qmp.fd);
    }
    close(s->qtest.fd);
    g_string_free(s->qmp.in, TRUE);
    g_string_free(s->qtest.in, TRUE);
    g_free(s);
}

int qtest_wait_exit(QTestState *s)
{
    int status = wait_status(s->pid);

    state_free(s);
    return status;
}

void qtest_quit(QTestState *s)
{
    static const char quit[] = "{'execute': 'quit'}";

    if (s->qmp.fd >= 0) {
        qtest_stream_send(s, &s->qmp, quit, strlen(quit));
    } else {
        kill(s->pid, SIGTERM);
    }
    g_assert_cmpint(qtest_wait_exit(s), ==, 0);
}

/* --- runs without sockets --- */

/* Everything from @fd; the writer must end. */
static char *read_all(int fd)
{
    GString *text = g_string_new(NULL);
    char buf[4096];
    ssize_t n;

    while ((n = read(fd, buf, sizeof(buf))) > 0) {
        g_string_append_len(text, buf, n);
    }
    close(fd);
    return g_string_free(text, FALSE);
}

/* Runs to the end. *@text is what it wrote to @which (1 or 2). Returns its status. */
static int run(char **argv, int which, char **text)
{
    int fds[2];
    pid_t pid;

    g_assert_cmpint(pipe2(fds, O_CLOEXEC), ==, 0);
    pid = spawn(argv, which == 1 ? fds[1] : -1, which == 2 ? fds[1] : -1);
    close(fds[1]);
    *text = read_all(fds[0]);
    return wait_status(pid);
}

static void expect_fail(GPtrArray *argv, const char *message)
{
    g_autofree char *text = NULL;
    int status;

    g_ptr_array_add(argv, NULL);
    status = run((char **)argv->pdata, 2, &text);
    if (status <= 0 || status == 127 || !strstr(text, message)) {
        g_error("expected a failure with \"%s\", got status %d and: %s", message,
                status, text);
    }
}

void qtest_expect_fail(const char *args, const char *message)
{
    g_autoptr(GPtrArray) argv = make_argv(args);

    expect_fail(argv, message);
}

void qtest_expect_fail_argv(const char *const *words, const char *message)
{
    g_autoptr(GPtrArray) argv = make_argv("");

    for (; *words; words++) {
        g_ptr_array_add(argv, g_strdup(*words));
    }
    expect_fail(argv, message);
}

char *qtest_run(const char *args)
{
    g_autoptr(GPtrArray) argv = make_argv(args);
    char *text;

    g_ptr_array_add(argv, NULL);
    g_assert_cmpint(run((char **)argv->pdata, 1, &text), ==, 0);
    return text;
}

/* --- files, names --- */

static GPtrArray *temp_files;

static void remove_temp_files(void)
{
    for (guint i = 0; i < temp_files->len; i++) {
        unlink(temp_files->pdata[i]);
    }
    g_ptr_array_unref(temp_files);
}

char *qtest_temp_file(const char *name, uint64_t size)
{
    char *path = socket_path(name);
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(ftruncate(fd, size), ==, 0);
    close(fd);
    if (!temp_files) {
        temp_files = g_ptr_array_new_with_free_func(g_free);
        atexit(remove_temp_files);
    }
    g_ptr_array_add(temp_files, g_strdup(path));
    return path;
}

void qtest_add_func(const char *path, void (*fn)(void))
{
    g_autofree char *full = g_strdup_printf("/%s%s", qtest_get_arch(), path);

    g_test_add_func(full, fn);
}

void qtest_add_data_func(const char *path, const void *data, void (*fn)(const void *))
{
    g_autofree char *full = g_strdup_printf("/%s%s", qtest_get_arch(), path);

    g_test_add_data_func(full, data, fn);
}
