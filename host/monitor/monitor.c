/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Monitors on character devices: bytes in, answers out, one message at a time. */
#include "qemu/osdep.h"
#include "chardev/char-fe.h"
#include "monitor/monitor.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "hmp.h"
#include "qmp-internal.h"

#define INPUT_CHUNK 65536

typedef struct MonitorQmp {
    CharFrontend fe;
    QmpSession session;
    bool connected;
    bool pretty;
    bool overrun; /* said so already */
    GByteArray *in;
    QLIST_ENTRY(MonitorQmp) next;
} MonitorQmp;

static QLIST_HEAD(, MonitorQmp) qmp_monitors = QLIST_HEAD_INITIALIZER(qmp_monitors);

/* Input is left alone while the client does not read what it asked for. */
static bool client_lags(MonitorQmp *mon)
{
    return qemu_chr_fe_pending(&mon->fe) > CHR_OUT_LIMIT;
}

static void qmp_monitor_send(QmpSession *s, struct json_object *msg)
{
    MonitorQmp *mon = container_of(s, MonitorQmp, session);
    int flags = mon->pretty ? JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED
                            : JSON_C_TO_STRING_PLAIN;
    const char *text =
        json_object_to_json_string_ext(msg, flags | JSON_C_TO_STRING_NOSLASHESCAPE);

    /* Events to a client that does not read would grow without bound. */
    if (qemu_chr_fe_pending(&mon->fe) > 4 * CHR_OUT_LIMIT) {
        if (!mon->overrun) {
            warn_report("QMP client of '%s' does not read: messages are dropped",
                        qemu_chr_label(mon->fe.chr));
        }
        mon->overrun = true;
        return;
    }
    mon->overrun = false;
    qemu_chr_fe_write_answer(&mon->fe, text, strlen(text));
    qemu_chr_fe_write_answer(&mon->fe, "\r\n", 2);
}

static void qmp_monitor_work(MonitorQmp *mon)
{
    size_t done = 0;

    while (mon->connected && done < mon->in->len && !client_lags(mon)) {
        done += qmp_session_feed(&mon->session, (char *)mon->in->data + done,
                                 mon->in->len - done);
    }
    if (mon->connected) {
        g_byte_array_remove_range(mon->in, 0, done);
    }
}

static int qmp_monitor_can_read(void *opaque)
{
    MonitorQmp *mon = opaque;

    return mon->in->len || client_lags(mon) ? 0 : INPUT_CHUNK;
}

static void qmp_monitor_read(void *opaque, const uint8_t *buf, int size)
{
    MonitorQmp *mon = opaque;

    g_byte_array_append(mon->in, buf, size);
    qmp_monitor_work(mon);
}

static void qmp_monitor_disconnect(MonitorQmp *mon)
{
    if (mon->connected) {
        mon->connected = false;
        qmp_session_close(&mon->session);
        g_byte_array_set_size(mon->in, 0);
    }
}

static void qmp_monitor_event(void *opaque, QEMUChrEvent event)
{
    MonitorQmp *mon = opaque;

    switch (event) {
    case CHR_EVENT_OPENED:
        qmp_monitor_disconnect(mon);
        mon->connected = true;
        qmp_session_open(&mon->session, qmp_monitor_send);
        break;
    case CHR_EVENT_CLOSED:
        qmp_monitor_disconnect(mon);
        break;
    case CHR_EVENT_DRAINED:
        qmp_monitor_work(mon);
        qemu_chr_fe_accept_input(&mon->fe);
        break;
    case CHR_EVENT_BREAK:
        break;
    }
}

bool monitor_init_qmp(Chardev *chr, bool pretty, Error **errp)
{
    MonitorQmp *mon = g_new0(MonitorQmp, 1);

    if (!qemu_chr_fe_init(&mon->fe, chr, errp)) {
        g_free(mon);
        return false;
    }
    mon->pretty = pretty;
    mon->in = g_byte_array_new();
    QLIST_INSERT_HEAD(&qmp_monitors, mon, next);
    qemu_chr_fe_set_handlers(&mon->fe, qmp_monitor_can_read, qmp_monitor_read,
                             qmp_monitor_event, NULL, mon, NULL, true);
    return true;
}

void monitor_cleanup(void)
{
    MonitorQmp *mon, *next;

    QLIST_FOREACH_SAFE(mon, &qmp_monitors, next, next) {
        QLIST_REMOVE(mon, next);
        qmp_monitor_disconnect(mon);
        qemu_chr_fe_deinit(&mon->fe, false);
        g_byte_array_free(mon->in, TRUE);
        g_free(mon);
    }
    hmp_cleanup();
}
