/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The byte stream that all kinds share: reading on demand, writing with a backlog. */
#include "qemu/osdep.h"
#include <poll.h>
#include "qapi/error.h"
#include "char-internal.h"

#define READ_CHUNK  65536
#define WRITE_CHUNK 4096
/* Of a multiplexer: what a busy guest can be told in advance. */
#define MUX_PENDING 4096

/* A pipe to read from has ended; the one to write to (stdio) has not. */
static void stream_end_of_input(Chardev *chr)
{
    qemu_set_fd_handler(chr->in_fd, NULL, NULL, NULL);
    chr->in_fd = -1;
    chr_send_event(chr, CHR_EVENT_CLOSED);
}

static void stream_hangup(Chardev *chr)
{
    if (!chr->ops->hangup && chr->in_fd != chr->out_fd) {
        stream_end_of_input(chr);
        return;
    }
    chr_stream_close(chr, chr->ops->hangup != NULL);
    chr_send_event(chr, CHR_EVENT_CLOSED);
    if (chr->ops->hangup) {
        chr->ops->hangup(chr);
    }
}

static bool stream_writable(Chardev *chr)
{
    struct pollfd p = { .fd = chr->out_fd, .events = POLLOUT };

    return !chr->polite_write ||
           (poll(&p, 1, 0) > 0 && (p.revents & (POLLOUT | POLLERR)));
}

/* Send what the other end takes. A broken stream loses its backlog. */
static void stream_flush(Chardev *chr)
{
    size_t done = 0;

    while (done < chr->out->len && stream_writable(chr)) {
        size_t len = chr->out->len - done;
        ssize_t n =
            RETRY_ON_EINTR(write(chr->out_fd, chr->out->data + done,
                                 chr->polite_write ? MIN(len, WRITE_CHUNK) : len));

        if (n < 0 && errno == EAGAIN) {
            break;
        }
        done += n < 0 ? len : n;
    }
    g_byte_array_remove_range(chr->out, 0, done);
}

static void stream_watch(Chardev *chr);

static void stream_on_writable(void *opaque)
{
    Chardev *chr = opaque;

    stream_flush(chr);
    stream_watch(chr);
    if (!chr->out->len && chr->fe) {
        qemu_chr_fe_accept_input(chr->fe);
        chr_send_event(chr, CHR_EVENT_DRAINED);
    }
}

static int frontend_room(const Chardev *chr)
{
    CharFrontend *fe = chr->fe;

    return fe && fe->chr_can_read ? fe->chr_can_read(fe->opaque) : 0;
}

/* What waited, as far as there is room. The frontend may call back to ask for more. */
static void mux_deliver(Chardev *chr)
{
    uint8_t piece[MUX_PENDING];
    int n;

    while ((n = MIN(frontend_room(chr), (int)chr->pending->len)) > 0) {
        memcpy(piece, chr->pending->data, n);
        g_byte_array_remove_range(chr->pending, 0, n);
        chr->fe->chr_read(chr->fe->opaque, piece, n);
    }
}

static void stream_input(Chardev *chr, uint8_t *buf, int n)
{
    if (!chr->mux) {
        chr->fe->chr_read(chr->fe->opaque, buf, n);
        return;
    }
    n = chr->ops->filter(chr, buf, n);
    if (chr->fe) {
        g_byte_array_append(chr->pending, buf, n);
        mux_deliver(chr);
    }
}

static void stream_on_readable(void *opaque)
{
    static uint8_t buf[READ_CHUNK];
    Chardev *chr = opaque;
    int room = chr->mux ? MUX_PENDING - (int)chr->pending->len : frontend_room(chr);
    ssize_t n;

    if (room <= 0) {
        chr->reading = false;
        stream_watch(chr);
        return;
    }
    n = RETRY_ON_EINTR(read(chr->in_fd, buf, MIN(room, READ_CHUNK)));
    if (n < 0 && errno == EAGAIN) {
        return;
    }
    if (n <= 0) {
        stream_hangup(chr);
        return;
    }
    stream_input(chr, buf, n);
}

/* Bring what the main loop watches in line with what we want. */
static void stream_watch(Chardev *chr)
{
    IOHandler *on_read = chr->reading ? stream_on_readable : NULL;
    IOHandler *on_write = chr->out->len ? stream_on_writable : NULL;

    if (chr->in_fd >= 0 && chr->in_fd == chr->out_fd) {
        qemu_set_fd_handler(chr->in_fd, on_read, on_write, chr);
        return;
    }
    if (chr->in_fd >= 0) {
        qemu_set_fd_handler(chr->in_fd, on_read, NULL, chr);
    }
    if (chr->out_fd >= 0) {
        qemu_set_fd_handler(chr->out_fd, NULL, on_write, chr);
    }
}

void chr_stream_open(Chardev *chr, int in_fd, int out_fd)
{
    chr->in_fd = in_fd;
    chr->out_fd = out_fd;
    chr->open = true;
    chr->reading = chr->mux || (chr->fe && chr->fe->chr_read);
    stream_watch(chr);
    chr_send_event(chr, CHR_EVENT_OPENED);
}

void chr_stream_close(Chardev *chr, bool close_fds)
{
    int in_fd = chr->in_fd, out_fd = chr->out_fd;

    if (out_fd >= 0) {
        stream_flush(chr);
    }
    chr->reading = false;
    g_byte_array_set_size(chr->out, 0);
    stream_watch(chr);
    chr->open = false;
    chr->in_fd = chr->out_fd = -1;
    if (close_fds && in_fd >= 0) {
        close(in_fd);
    }
    if (close_fds && out_fd >= 0 && out_fd != in_fd) {
        close(out_fd);
    }
}

void chr_send_event(Chardev *chr, QEMUChrEvent event)
{
    if (chr->fe && chr->fe->chr_event) {
        chr->fe->chr_event(chr->fe->opaque, event);
    }
}

/* --- the frontend's side --- */

bool qemu_chr_fe_init(CharFrontend *c, Chardev *be, Error **errp)
{
    if (be && be->fe && (!be->mux || be->other_fe)) {
        error_setg(errp, "chardev '%s' is already in use", be->label);
        return false;
    }
    *c = (CharFrontend){ .chr = be };
    if (be && be->fe) {
        be->other_fe = c;
    } else if (be) {
        be->fe = c;
    }
    return true;
}

void qemu_chr_fe_deinit(CharFrontend *c, bool del)
{
    if (c->chr && c->chr->other_fe == c) {
        c->chr->other_fe = NULL;
    } else if (c->chr) {
        c->chr->reading = false;
        stream_watch(c->chr);
        c->chr->fe = NULL;
    }
    *c = (CharFrontend){};
}

Chardev *qemu_chr_fe_get_driver(CharFrontend *c)
{
    return c->chr;
}

bool qemu_chr_fe_backend_connected(CharFrontend *c)
{
    return c->chr != NULL;
}

bool qemu_chr_fe_backend_open(CharFrontend *c)
{
    return c->chr && c->chr->open;
}

void qemu_chr_fe_set_handlers(CharFrontend *c, IOCanReadHandler *fd_can_read,
                              IOReadHandler *fd_read, IOEventHandler *fd_event,
                              BackendChangeHandler *be_change, void *opaque,
                              GMainContext *context, bool set_open)
{
    Chardev *chr = c->chr;

    assert(!be_change && !context);
    c->chr_can_read = fd_can_read;
    c->chr_read = fd_read;
    c->chr_event = fd_event;
    c->opaque = opaque;
    if (!chr) {
        return;
    }
    if (chr->fe != c) {
        return; /* its turn comes with chr_mux_switch() */
    }
    chr->reading = chr->open && (chr->mux || fd_read);
    stream_watch(chr);
    if (chr->open) {
        chr_send_event(chr, CHR_EVENT_OPENED);
    }
}

void qemu_chr_fe_accept_input(CharFrontend *c)
{
    Chardev *chr = c->chr;

    if (!chr || chr->fe != c || !c->chr_read) {
        return;
    }
    mux_deliver(chr);
    if (chr->open && !chr->reading) {
        chr->reading = true;
        stream_watch(chr);
    }
}

void chr_mux_switch(Chardev *chr)
{
    CharFrontend *now = chr->other_fe;

    if (now) {
        chr->other_fe = chr->fe;
        chr->fe = now;
        chr_send_event(chr, CHR_EVENT_OPENED);
    }
}

void qemu_chr_fe_write_answer(CharFrontend *c, const void *buf, size_t len)
{
    Chardev *chr = c->chr;

    if (chr && chr->open && chr->out_fd >= 0) {
        bool idle = !chr->out->len;

        g_byte_array_append(chr->out, buf, len);
        stream_flush(chr);
        if (!idle || chr->out->len) {
            stream_watch(chr);
        }
    }
}

int qemu_chr_fe_write(CharFrontend *c, const uint8_t *buf, int len)
{
    if (qemu_chr_fe_pending(c) > CHR_OUT_LIMIT) {
        return 0;
    }
    qemu_chr_fe_write_answer(c, buf, len);
    return len;
}

int qemu_chr_fe_write_all(CharFrontend *c, const uint8_t *buf, int len)
{
    return qemu_chr_fe_write(c, buf, len);
}

int qemu_chr_fe_printf(CharFrontend *c, const char *fmt, ...)
{
    g_autofree char *text = NULL;
    va_list ap;

    va_start(ap, fmt);
    text = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    return qemu_chr_fe_write(c, (const uint8_t *)text, strlen(text));
}

size_t qemu_chr_fe_pending(const CharFrontend *c)
{
    return c->chr ? c->chr->out->len : 0;
}
