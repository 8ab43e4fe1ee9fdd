/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options of -netdev user, from text to what libslirp wants. */
#ifndef NET_USER_H
#define NET_USER_H

#include <slirp/libslirp.h>
#include "net-int.h"

typedef struct NetUserOptions {
    bool restricted;
    bool ipv4;
    bool ipv6;
    struct in_addr net, mask, host, dhcpstart, dns;
    char *hostname, *domainname, *tftp, *bootfile;
    GPtrArray *hostfwd; /* of rules as text, owned */
} NetUserOptions;

void net_user_options_clear(NetUserOptions *o);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(NetUserOptions, net_user_options_clear)

/* Takes what it knows out of @opts. */
bool net_user_options(struct json_object *opts, bool keyval, NetUserOptions *o,
                      Error **errp);
/* @cfg borrows from @o. */
void net_user_config(const NetUserOptions *o, SlirpConfig *cfg);
/* Sets up the port forwardings. */
bool net_user_forward(Slirp *slirp, const NetUserOptions *o, Error **errp);

#endif
