/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Socket addresses from options: {type: unix, path} and {type: inet, host, port}. */
#include "qemu/osdep.h"
#include <netdb.h>
#include "address.h"
#include "qemu/cutils.h"

static bool unix_address(struct json_object *opts, NetSocketAddress *a, Error **errp)
{
    struct sockaddr_un *un = (struct sockaddr_un *)&a->addr;
    g_autofree char *path = NULL;

    if (!opts_take_str(opts, "path", &path, errp)) {
        return false;
    }
    if (!path) {
        error_setg(errp, "Parameter 'addr.path' is missing");
        return false;
    }
    if (strlen(path) >= sizeof(un->sun_path)) {
        error_setg(errp, "UNIX socket path '%s' is too long", path);
        return false;
    }
    un->sun_family = AF_UNIX;
    strcpy(un->sun_path, path);
    a->len = sizeof(*un);
    a->unix_path = g_steal_pointer(&path);
    return true;
}

static bool inet_address(struct json_object *opts, bool keyval, NetSocketAddress *a,
                         Error **errp)
{
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *res = NULL;
    g_autofree char *host = NULL, *port = NULL;
    bool ipv4 = true, ipv6 = true;
    int ret;

    if (!opts_take_str(opts, "host", &host, errp) ||
        !opts_take_str(opts, "port", &port, errp) ||
        !opts_take_bool(opts, "ipv4", keyval, &ipv4, errp) ||
        !opts_take_bool(opts, "ipv6", keyval, &ipv6, errp)) {
        return false;
    }
    if (!host || !port) {
        error_setg(errp, "Parameter 'addr.%s' is missing", host ? "port" : "host");
        return false;
    }
    hints.ai_family = ipv4 && ipv6 ? AF_UNSPEC : ipv6 ? AF_INET6 : AF_INET;
    ret = getaddrinfo(*host ? host : NULL, port, &hints, &res);
    if (ret) {
        error_setg(errp, "address resolution failed for %s:%s: %s", host, port,
                   gai_strerror(ret));
        return false;
    }
    memcpy(&a->addr, res->ai_addr, res->ai_addrlen);
    a->len = res->ai_addrlen;
    freeaddrinfo(res);
    return true;
}

bool net_socket_fd(const char *text, NetSocketAddress *a, Error **errp)
{
    int type;
    socklen_t len = sizeof(type);
    uint64_t fd;

    if (qemu_strtou64(text, NULL, 10, &fd) < 0 || fd > INT_MAX ||
        getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) < 0 || type != SOCK_STREAM) {
        error_setg(errp, "'%s' is not the number of an open stream socket", text);
        return false;
    }
    a->fd = fd;
    return true;
}

static bool fd_address(struct json_object *opts, NetSocketAddress *a, Error **errp)
{
    g_autofree char *text = NULL;

    if (!opts_take_str(opts, "str", &text, errp)) {
        return false;
    }
    return net_socket_fd(text ? text : "", a, errp);
}

bool net_socket_address(struct json_object *opts, bool keyval, NetSocketAddress *a,
                        Error **errp)
{
    static const char *const types[] = { "unix", "inet", "fd", NULL };
    struct json_object *addr = opts_take(opts, "addr");
    const char *left;
    int type = -1;
    bool ok = false;

    memset(a, 0, sizeof(*a));
    a->fd = -1;
    if (!addr || !json_object_is_type(addr, json_type_object)) {
        error_setg(errp, "Parameter 'addr' is missing");
        goto out;
    }
    if (!opts_take_enum(addr, "type", types, &type, errp)) {
        goto out;
    }
    if (type < 0) {
        error_setg(errp, "Parameter 'addr.type' is missing");
        goto out;
    }
    ok = type == 0   ? unix_address(addr, a, errp)
         : type == 1 ? inet_address(addr, keyval, a, errp)
                     : fd_address(addr, a, errp);
    left = opts_left(addr);
    if (ok && left) {
        error_setg(errp, "Parameter 'addr.%s' is unexpected", left);
        ok = false;
    }
out:
    json_object_put(addr);
    return ok;
}
