/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a stream backend listens or connects to. */
#ifndef NET_ADDRESS_H
#define NET_ADDRESS_H

#include <sys/socket.h>
#include <sys/un.h>
#include "net-int.h"

typedef struct NetSocketAddress {
    struct sockaddr_storage addr;
    socklen_t len;
    char *unix_path; /* owned; NULL for inet */
    int fd;          /* a socket that is connected already; -1: none */
} NetSocketAddress;

/* Takes "addr" out of @opts. */
bool net_socket_address(struct json_object *opts, bool keyval, NetSocketAddress *a,
                        Error **errp);

/* The number of an inherited descriptor. */
bool net_socket_fd(const char *text, NetSocketAddress *a, Error **errp);

#endif
