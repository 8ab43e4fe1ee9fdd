/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unix and TCP sockets. A server serves one client at a time and listens again when
 * it has gone; wait=on (the default) holds up start-up until the first one came.
 */
#include "qemu/osdep.h"
#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include "qapi/error.h"
#include "qemu/cutils.h"
#include "qemu/error-report.h"
#include "system/cmdline.h"
#include "char-internal.h"

typedef struct ChardevSocket {
    Chardev parent;
    int listen_fd; /* -1: a client */
    bool nodelay;
    char *unlink_path; /* of a socket file that we made */
} ChardevSocket;

static ChardevSocket *SOCKET(Chardev *chr)
{
    return container_of(chr, ChardevSocket, parent);
}

static void socket_connected(ChardevSocket *s, int fd)
{
    int one = 1;

    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    if (s->nodelay) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    }
    chr_stream_open(&s->parent, fd, fd);
}

static void socket_accept(void *opaque)
{
    ChardevSocket *s = opaque;
    int fd = RETRY_ON_EINTR(accept4(s->listen_fd, NULL, NULL, SOCK_CLOEXEC));

    if (fd >= 0) {
        qemu_set_fd_handler(s->listen_fd, NULL, NULL, NULL);
        socket_connected(s, fd);
    }
}

static void socket_hangup(Chardev *chr)
{
    ChardevSocket *s = SOCKET(chr);

    if (s->listen_fd >= 0) {
        qemu_set_fd_handler(s->listen_fd, socket_accept, NULL, s);
    }
}

/* An AF_UNIX socket, bound and listening or connected. -1 with @errp set. */
static int socket_unix(ChardevSocket *s, const char *path, bool server, Error **errp)
{
    struct sockaddr_un addr = { .sun_family = AF_UNIX };
    int fd;

    if (strlen(path) >= sizeof(addr.sun_path)) {
        error_setg(errp, "UNIX socket path '%s' is too long", path);
        error_append_hint(errp, "Path must be less than %zu bytes\n",
                          sizeof(addr.sun_path));
        return -1;
    }
    strcpy(addr.sun_path, path);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        error_setg_errno(errp, errno, "Failed to create Unix socket");
        return -1;
    }
    if (server) {
        unlink(path);
        if (bind(fd, (struct sockaddr *)&addr, sizeof(addr)) || listen(fd, 1)) {
            error_setg_errno(errp, errno, "Failed to bind socket to %s", path);
            close(fd);
            return -1;
        }
        s->unlink_path = g_strdup(path);
    } else if (RETRY_ON_EINTR(connect(fd, (struct sockaddr *)&addr, sizeof(addr)))) {
        error_setg_errno(errp, errno, "Failed to connect to '%s'", path);
        close(fd);
        return -1;
    }
    return fd;
}

static int try_address(const struct addrinfo *a, bool server)
{
    int one = 1;
    int fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, a->ai_protocol);

    if (fd < 0) {
        return -1;
    }
    if (server) {
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
        if (!bind(fd, a->ai_addr, a->ai_addrlen) && !listen(fd, 1)) {
            return fd;
        }
    } else if (!RETRY_ON_EINTR(connect(fd, a->ai_addr, a->ai_addrlen))) {
        return fd;
    }
    close(fd);
    return -1;
}

static int socket_tcp(const char *host, const char *port, bool server, Error **errp)
{
    struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
    struct addrinfo *list;
    int fd = -1, err;

    hints.ai_flags = server ? AI_PASSIVE : 0;
    err = getaddrinfo(*host ? host : NULL, port, &hints, &list);
    if (err) {
        error_setg(errp, "address resolution failed for %s:%s: %s", host, port,
                   gai_strerror(err));
        return -1;
    }
    for (struct addrinfo *a = list; a && fd < 0; a = a->ai_next) {
        fd = try_address(a, server);
    }
    if (fd < 0) {
        error_setg_errno(errp, errno, "Failed to %s '%s:%s'",
                         server ? "bind to" : "connect to", host, port);
    }
    freeaddrinfo(list);
    return fd;
}

static int socket_from_fd(const char *text, Error **errp)
{
    int fd = qemu_parse_fd(text);
    struct stat st;

    if (fd < 0 || fstat(fd, &st) || !S_ISSOCK(st.st_mode)) {
        error_setg(errp, "File descriptor '%s' is not a socket", text);
        return -1;
    }
    return fd;
}

static int socket_make(ChardevSocket *s, struct json_object *opts, bool server,
                       Error **errp)
{
    const char *path = opts_get_str(opts, "path"), *fd = opts_get_str(opts, "fd");
    const char *host = opts_get_str(opts, "host"), *port = opts_get_str(opts, "port");

    if (!!path + !!fd + !!(host || port) != 1) {
        error_setg(errp, "chardev: socket: exactly one of 'path', 'fd' or "
                         "'host' and 'port' is needed");
        return -1;
    }
    if (path) {
        s->parent.filename =
            g_strdup_printf("unix:%s%s", path, server ? ",server=on" : "");
        return socket_unix(s, path, server, errp);
    }
    if (fd) {
        s->parent.filename = g_strdup_printf("fd:%s", fd);
        return socket_from_fd(fd, errp);
    }
    if (!port) {
        error_setg(errp, "chardev: socket: no port given");
        return -1;
    }
    s->parent.filename = g_strdup_printf("tcp:%s:%s%s", host ? host : "", port,
                                         server ? ",server=on" : "");
    return socket_tcp(host ? host : "", port, server, errp);
}

static bool socket_open(Chardev *chr, struct json_object *opts, Error **errp)
{
    ChardevSocket *s = SOCKET(chr);
    bool server = opts_get_bool(opts, "server", false);
    int fd;

    s->listen_fd = -1;
    if (!server && opts_get_str(opts, "wait")) {
        error_setg(errp,
                   "'wait' option is incompatible with socket in client connect mode");
        return false;
    }
    fd = socket_make(s, opts, server, errp);
    if (fd < 0) {
        return false;
    }
    s->nodelay = opts_get_bool(opts, "nodelay", false);
    if (!server) {
        socket_connected(s, fd);
        return true;
    }
    s->listen_fd = fd;
    if (opts_get_bool(opts, "wait", true)) {
        info_report("QEMU waiting for connection on: %s", chr->filename);
        socket_accept(s);
    } else {
        qemu_set_fd_handler(fd, socket_accept, NULL, s);
    }
    return true;
}

static void socket_close(Chardev *chr)
{
    ChardevSocket *s = SOCKET(chr);

    chr_stream_close(chr, true);
    if (s->listen_fd >= 0) {
        qemu_set_fd_handler(s->listen_fd, NULL, NULL, NULL);
        close(s->listen_fd);
    }
    if (s->unlink_path) {
        unlink(s->unlink_path);
        g_free(s->unlink_path);
    }
}

static const char *const socket_options[] = { "path",   "host", "port",    "fd",
                                              "server", "wait", "nodelay", NULL };

const ChardevOps chardev_socket_ops = {
    .name = "socket",
    .instance_size = sizeof(ChardevSocket),
    .options = socket_options,
    .open = socket_open,
    .hangup = socket_hangup,
    .close = socket_close,
};
