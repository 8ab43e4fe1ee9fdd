/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The qtest server on a character device, and its log. */
#include "qemu/osdep.h"
#include "chardev/char-fe.h"
#include "qapi/error.h"
#include "system/qtest.h"
#include "qtest-internal.h"

static CharFrontend qtest_fe;
static QTestSession session;
static FILE *log_fp; /* NULL: no log */
static int64_t log_start;

bool qtest_driver(void)
{
    return qtest_fe.chr != NULL;
}

/* Long lines (blocks of memory) are cut: the log is for people. */
static void log_line(char kind, const char *text, size_t len)
{
    if (log_fp) {
        int64_t us = g_get_monotonic_time() - log_start;

        fprintf(log_fp, "[%c +%.6f] %.*s\n", kind, us / 1e6, (int)MIN(len, 200), text);
    }
}

static void qtest_send(QTestSession *s, const char *text, size_t len)
{
    log_line('S', text, len - 1);
    qemu_chr_fe_write_answer(&qtest_fe, text, len);
}

static int qtest_can_read(void *opaque)
{
    /* A client that does not read its answers is not asked for more. */
    return qemu_chr_fe_pending(&qtest_fe) ? 0 : 65536;
}

static void qtest_read(void *opaque, const uint8_t *buf, int size)
{
    const char *newline = memchr(buf, '\n', size);

    log_line('R', (const char *)buf, newline ? newline - (const char *)buf : size);
    qtest_session_feed(&session, (const char *)buf, size);
}

static void qtest_event(void *opaque, QEMUChrEvent event)
{
    switch (event) {
    case CHR_EVENT_OPENED:
        qtest_session_reset(&session);
        log_line('I', "OPENED", 6);
        break;
    case CHR_EVENT_CLOSED:
        qtest_session_reset(&session);
        log_line('I', "CLOSED", 6);
        break;
    default:
        break;
    }
}

static bool open_log(const char *path, Error **errp)
{
    if (path && !strcmp(path, "none")) {
        return true;
    }
    if (!path) {
        log_fp = stderr;
        return true;
    }
    log_fp = fopen(path, "we");
    if (!log_fp) {
        error_setg_errno(errp, errno, "Could not open qtest log '%s'", path);
        return false;
    }
    setlinebuf(log_fp);
    return true;
}

bool qtest_server_init(const char *chardev, const char *log, Error **errp)
{
    Chardev *chr;

    log_start = g_get_monotonic_time();
    if (!open_log(log, errp)) {
        return false;
    }
    chr = qemu_chr_new("qtest", chardev, errp);
    if (!chr || !qemu_chr_fe_init(&qtest_fe, chr, errp)) {
        return false;
    }
    qtest_session_init(&session, qtest_send);
    qemu_chr_fe_set_handlers(&qtest_fe, qtest_can_read, qtest_read, qtest_event, NULL,
                             NULL, NULL, true);
    return true;
}

void qtest_server_cleanup(void)
{
    if (qtest_fe.chr) {
        qemu_chr_fe_deinit(&qtest_fe, false);
        qtest_session_destroy(&session);
    }
}
