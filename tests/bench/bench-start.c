/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a management program waits for: from the start of `-machine virt
 * -nodefaults` to the QMP greeting and to the first answer, and what the process
 * then takes of memory.
 *
 *   bench-start [--json FILE] PROGRAM
 */
#include "qemu/osdep.h"
#include "report.h"
#include <sys/socket.h>
#include <sys/wait.h>

enum { MAX_RUNS = 15 };

typedef struct Run {
    double greeting_ms;
    double answer_ms;
    double cpu_ms; /* until the answer, kernel included */
    double rss_mib;
} Run;

/* The process talks QMP on its standard input. */
static pid_t start(const char *program, int *fd)
{
    int fds[2];
    pid_t pid;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0) {
        abort();
    }
    pid = fork();
    if (pid == 0) {
        dup2(fds[1], 0);
        dup2(fds[1], 1);
        execl(program, program, "-machine", "virt", "-nodefaults", "-display", "none",
              "-qmp", "stdio", NULL);
        _exit(127);
    }
    close(fds[1]);
    *fd = fds[0];
    return pid;
}

static void read_line(int fd)
{
    char c = 0;

    do {
        if (read(fd, &c, 1) != 1) {
            fprintf(stderr, "the program ended early\n");
            exit(1);
        }
    } while (c != '\n');
}

static void send_line(int fd, const char *line)
{
    g_assert_cmpint(write(fd, line, strlen(line)), ==, strlen(line));
}

/* The number behind @key in a file of /proc. */
static double proc_number(pid_t pid, const char *file, const char *key)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/%s", pid, file);
    g_autofree char *text = NULL;
    const char *at;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    at = strstr(text, key);
    g_assert_nonnull(at);
    return g_ascii_strtod(at + strlen(key), NULL);
}

static Run run(const char *program)
{
    double begin = bench_wall_ns();
    int fd;
    pid_t pid = start(program, &fd);
    Run r;

    read_line(fd);
    r.greeting_ms = (bench_wall_ns() - begin) / 1e6;
    send_line(fd, "{\"execute\": \"qmp_capabilities\"}\n");
    read_line(fd);
    r.answer_ms = (bench_wall_ns() - begin) / 1e6;
    r.cpu_ms = proc_number(pid, "schedstat", "") / 1e6;
    r.rss_mib = proc_number(pid, "status", "VmRSS:") / 1024;
    send_line(fd, "{\"execute\": \"quit\"}\n");
    waitpid(pid, NULL, 0);
    close(fd);
    return r;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

/* Of the field at @offset; the runs are put into its order. */
static void report(const Run *runs, int n, size_t offset, const char *best_name,
                   const char *median_name, double goal, const char *unit)
{
    double values[MAX_RUNS];

    for (int i = 0; i < n; i++) {
        values[i] = *(const double *)((const char *)&runs[i] + offset);
    }
    qsort(values, n, sizeof(values[0]), compare);
    if (best_name) {
        bench_figure(best_name, 0, values[0], goal, unit);
    }
    bench_figure(median_name, 0, values[n / 2], goal, unit);
}

int main(int argc, char **argv)
{
    Run runs[MAX_RUNS];
    int n;

    bench_init(&argc, &argv, "start, -machine virt -nodefaults");
    if (argc != 2) {
        fprintf(stderr, "usage: bench-start [--json FILE] PROGRAM\n");
        return 2;
    }
    n = bench_smoke ? 1 : MAX_RUNS;
    for (int i = 0; i < n; i++) {
        runs[i] = run(argv[1]);
    }
    report(runs, n, offsetof(Run, greeting_ms), "to the greeting, best",
           "to the greeting, median", 30, "ms");
    report(runs, n, offsetof(Run, answer_ms), "to the first answer, best",
           "to the first answer, median", 30, "ms");
    report(runs, n, offsetof(Run, cpu_ms), NULL, "CPU time until then, median", 30,
           "ms");
    report(runs, n, offsetof(Run, rss_mib), NULL, "resident then, median", 30, "MiB");
    return bench_finish();
}
