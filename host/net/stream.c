/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -netdev stream: frames over a stream socket, each behind its length as four
 * bytes, most significant first, as QEMU's stream and passt have it. The peer is
 * not trusted: a bad length ends the connection.
 */
#include "qemu/osdep.h"
#include <glib-unix.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include "address.h"
#include "qemu/bswap.h"
#include "qemu/error-report.h"
#include "qemu/main-loop.h"
#include "qemu/timer.h"

#define LENGTH_SIZE 4
/* Bytes for a peer that does not read: more than that and frames are dropped. */
#define MAX_UNSENT (1024 * 1024)

typedef struct NetStream {
    NetClientState nc;
    NetSocketAddress address;
    bool server;
    int listen_fd; /* -1: none */
    int fd;        /* the connection, -1: none */
    uint64_t reconnect_ms;
    QEMUTimer *reconnect_timer;
    uint8_t in[LENGTH_SIZE + NET_MAX_FRAME];
    size_t in_len;
    GByteArray *out; /* what the socket did not take yet */
} NetStream;

static void connection_lost(NetStream *s);
static void watch(NetStream *s);

/* ---- receiving ---- */

/* Frames that are whole go to the card; false: the peer broke the protocol. */
static bool deliver_frames(NetStream *s)
{
    size_t pos = 0;

    while (s->in_len - pos >= LENGTH_SIZE && net_backend_has_room(&s->nc)) {
        uint32_t len = ldl_be_p(s->in + pos);

        if (len > NET_MAX_FRAME) {
            return false;
        }
        if (s->in_len - pos - LENGTH_SIZE < len) {
            break;
        }
        net_backend_deliver(&s->nc, s->in + pos + LENGTH_SIZE, len);
        pos += LENGTH_SIZE + len;
    }
    memmove(s->in, s->in + pos, s->in_len - pos);
    s->in_len -= pos;
    return true;
}

static void readable(void *opaque)
{
    NetStream *s = opaque;
    ssize_t got = recv(s->fd, s->in + s->in_len, sizeof(s->in) - s->in_len, 0);

    if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    if (got <= 0) {
        connection_lost(s);
        return;
    }
    s->in_len += got;
    if (!deliver_frames(s)) {
        warn_report("netdev %s: the peer announced a frame that is too long", s->nc.id);
        connection_lost(s);
        return;
    }
    watch(s);
}

static void resume(NetClientState *nc)
{
    NetStream *s = (NetStream *)nc;

    if (s->fd < 0) {
        return;
    }
    if (!deliver_frames(s)) {
        connection_lost(s);
        return;
    }
    watch(s);
}

/* ---- sending ---- */

/* Sends what it can of @iov; the bytes sent, or -1 if the connection is gone. */
static ssize_t send_some(NetStream *s, struct iovec *iov, unsigned niov)
{
    struct msghdr msg = { .msg_iov = iov, .msg_iovlen = niov };
    ssize_t sent = sendmsg(s->fd, &msg, MSG_NOSIGNAL);

    return sent >= 0 ? sent : errno == EAGAIN || errno == EINTR ? 0 : -1;
}

static void writable(void *opaque)
{
    NetStream *s = opaque;
    struct iovec iov = { s->out->data, s->out->len };
    ssize_t sent = send_some(s, &iov, 1);

    if (sent < 0) {
        connection_lost(s);
        return;
    }
    g_byte_array_remove_range(s->out, 0, sent);
    watch(s);
}

/* A frame goes out whole or not at all: half of one would be the end of the stream. */
static void stream_send(NetClientState *nc, const uint8_t *frame, size_t len)
{
    NetStream *s = (NetStream *)nc;
    uint8_t length[LENGTH_SIZE];
    struct iovec iov[2] = { { length, LENGTH_SIZE }, { (void *)frame, len } };
    ssize_t sent = 0;

    stl_be_p(length, len);
    if (s->fd < 0 || s->out->len > MAX_UNSENT) {
        return;
    }
    if (!s->out->len) {
        sent = send_some(s, iov, 2);
    }
    if (sent < 0) {
        connection_lost(s);
        return;
    }
    if (sent < LENGTH_SIZE) {
        g_byte_array_append(s->out, length + sent, LENGTH_SIZE - sent);
        sent = LENGTH_SIZE;
    }
    if ((size_t)sent < LENGTH_SIZE + len) {
        g_byte_array_append(s->out, frame + sent - LENGTH_SIZE,
                            LENGTH_SIZE + len - sent);
        watch(s);
    }
}

/* ---- the connection ---- */

/* Reads only if there is room: what the card does not take waits at the peer. */
static void watch(NetStream *s)
{
    bool full = s->in_len == sizeof(s->in) || !net_backend_has_room(&s->nc);

    if (s->fd >= 0) {
        qemu_set_fd_handler(s->fd, full ? NULL : readable,
                            s->out->len ? writable : NULL, s);
    }
}

static void connected(NetStream *s, int fd)
{
    int one = 1;

    g_unix_set_fd_nonblocking(fd, TRUE, NULL);
    if (!s->address.unix_path) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    }
    s->fd = fd;
    s->in_len = 0;
    net_backend_set_link(&s->nc, true);
    watch(s);
}

static void acceptable(void *opaque)
{
    NetStream *s = opaque;
    int fd = accept4(s->listen_fd, NULL, NULL, SOCK_CLOEXEC);

    if (fd >= 0) {
        qemu_set_fd_handler(s->listen_fd, NULL, NULL, NULL); /* one peer at a time */
        connected(s, fd);
    }
}

static void connection_lost(NetStream *s)
{
    qemu_set_fd_handler(s->fd, NULL, NULL, NULL);
    close(s->fd);
    s->fd = -1;
    s->in_len = 0;
    g_byte_array_set_size(s->out, 0);
    net_backend_set_link(&s->nc, false);
    if (s->server) {
        qemu_set_fd_handler(s->listen_fd, acceptable, NULL, s);
    } else if (s->reconnect_timer) {
        timer_mod(s->reconnect_timer,
                  qemu_clock_get_ms(QEMU_CLOCK_REALTIME) + s->reconnect_ms);
    }
}

static int new_socket(const NetStream *s)
{
    return socket(s->address.addr.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static bool start_listening(NetStream *s, Error **errp)
{
    int one = 1, fd = new_socket(s);

    if (fd >= 0 && !s->address.unix_path) {
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    } else if (s->address.unix_path) {
        unlink(s->address.unix_path);
    }
    if (fd < 0 || bind(fd, (struct sockaddr *)&s->address.addr, s->address.len) < 0 ||
        listen(fd, 1) < 0) {
        error_setg_errno(errp, errno, "Failed to listen for netdev '%s'", s->nc.id);
        if (fd >= 0) {
            close(fd);
        }
        return false;
    }
    g_unix_set_fd_nonblocking(fd, TRUE, NULL);
    s->listen_fd = fd;
    qemu_set_fd_handler(fd, acceptable, NULL, s);
    return true;
}

static bool start_connection(NetStream *s, Error **errp)
{
    int fd = new_socket(s);

    if (fd < 0 ||
        connect(fd, (struct sockaddr *)&s->address.addr, s->address.len) < 0) {
        error_setg_errno(errp, errno, "Failed to connect netdev '%s'", s->nc.id);
        if (fd >= 0) {
            close(fd);
        }
        return false;
    }
    connected(s, fd);
    return true;
}

static void reconnect(void *opaque)
{
    NetStream *s = opaque;

    if (!start_connection(s, NULL)) {
        timer_mod(s->reconnect_timer,
                  qemu_clock_get_ms(QEMU_CLOCK_REALTIME) + s->reconnect_ms);
    }
}

/* ---- life ---- */

static void stream_cleanup(NetClientState *nc)
{
    NetStream *s = (NetStream *)nc;
    int fds[] = { s->fd, s->listen_fd };

    for (unsigned i = 0; i < G_N_ELEMENTS(fds); i++) {
        if (fds[i] >= 0) {
            qemu_set_fd_handler(fds[i], NULL, NULL, NULL);
            close(fds[i]);
        }
    }
    if (s->server && s->address.unix_path) {
        unlink(s->address.unix_path);
    }
    timer_free(s->reconnect_timer);
    g_byte_array_unref(s->out);
    g_free(s->address.unix_path);
}

static const NetBackendOps stream_ops = {
    .type = "stream",
    .send = stream_send,
    .resume = resume,
    .cleanup = stream_cleanup,
};

/* A listening, connecting or connected stream; takes @address over. */
static bool add(const char *id, const NetSocketAddress *address, bool server,
                uint64_t reconnect_ms, Error **errp)
{
    NetStream *s = net_backend_new(sizeof(*s), &stream_ops, id);

    s->address = *address;
    s->server = server;
    s->fd = s->listen_fd = -1;
    s->out = g_byte_array_new();
    s->nc.link_down = true;
    s->reconnect_ms = reconnect_ms;
    if (reconnect_ms) {
        s->reconnect_timer = timer_new_ms(QEMU_CLOCK_REALTIME, reconnect, s);
    }
    if (address->fd >= 0) {
        connected(s, address->fd);
        return true;
    }
    if (server) {
        return start_listening(s, errp);
    }
    if (reconnect_ms) {
        reconnect(s);
        return true;
    }
    return start_connection(s, errp);
}

bool net_stream_add(const char *id, struct json_object *opts, bool keyval, Error **errp)
{
    NetSocketAddress address;
    uint64_t reconnect_ms = 0, reconnect_s = 0;
    bool server = false;

    if (!opts_take_bool(opts, "server", keyval, &server, errp) ||
        !opts_take_uint(opts, "reconnect-ms", 3600 * 1000, &reconnect_ms, errp) ||
        !opts_take_uint(opts, "reconnect", 3600, &reconnect_s, errp) ||
        !net_socket_address(opts, keyval, &address, errp)) {
        return false;
    }
    reconnect_ms += reconnect_s * 1000;
    if (server && reconnect_ms) {
        error_setg(errp,
                   "'reconnect' option is incompatible with socket in server mode");
        g_free(address.unix_path);
        return false;
    }
    return add(id, &address, server, reconnect_ms, errp);
}

/* The older option for the same stream: only with a descriptor. */
bool net_socket_add(const char *id, struct json_object *opts, bool keyval, Error **errp)
{
    NetSocketAddress address = { .fd = -1 };
    g_autofree char *fd = NULL;

    if (!opts_take_str(opts, "fd", &fd, errp)) {
        return false;
    }
    if (!fd) {
        error_setg(errp, "-netdev socket needs fd=; use -netdev stream for addresses");
        return false;
    }
    return net_socket_fd(fd, &address, errp) && add(id, &address, false, 0, errp);
}
