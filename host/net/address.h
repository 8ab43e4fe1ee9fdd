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
} NetSocketAddress;

/* Takes "addr" out of @opts. */
bool net_socket_address(struct json_object *opts, bool keyval, NetSocketAddress *a,
                        Error **errp);

#endif
