/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Network backends (-netdev) and the network cards in front of them: one card at
 * most for each backend. Frames are Ethernet without checksum. Everything runs
 * under the big lock.
 */
#ifndef NET_NET_H
#define NET_NET_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>

#include "qapi/error.h"
#include "qemu/typedefs.h"

/* Longest frame in either direction. */
#define NET_MAX_FRAME (64 * 1024)

struct json_object;
typedef struct NetClientState NetClientState;

typedef struct MACAddr {
    uint8_t a[6];
} MACAddr;

/* What the netdev= property points to. */
typedef struct NICPeers {
    NetClientState *backend; /* NULL: no cable */
} NICPeers;

typedef struct NICConf {
    MACAddr macaddr;
    NICPeers peers;
} NICConf;

#define DEFINE_NIC_PROPERTIES(_state, _conf)                                           \
    DEFINE_PROP_MACADDR("mac", _state, _conf.macaddr),                                 \
        DEFINE_PROP_NETDEV("netdev", _state, _conf.peers)

/* The card's side. */
typedef struct NetCardOps {
    /* False: hold frames back until net_card_ready(). */
    bool (*can_receive)(void *card);
    /* False: no room for this one yet, keep it. */
    bool (*receive)(void *card, const uint8_t *frame, size_t len);
    void (*link_changed)(void *card);
    /* Its address at the moment. */
    MACAddr (*address)(void *card);
} NetCardOps;

/* One -netdev option, parsed; @keyval: values are text. */
bool netdev_add(struct json_object *opts, bool keyval, Error **errp);
/* At the end of the process. */
void net_cleanup(void);

NetClientState *net_backend_find(const char *id);
const char *net_backend_name(const NetClientState *nc);

/* NULL ops: the card goes away. @nc may be NULL: nothing happens. */
void net_backend_set_card(NetClientState *nc, const NetCardOps *ops, void *card);
/* False when there is no backend or the user pulled the cable. */
bool net_link_up(const NetClientState *nc);
/* A frame from the card; dropped if it is too long or nobody takes it. */
void net_card_send(NetClientState *nc, const struct iovec *iov, unsigned niov);
/* The card may take frames again. */
void net_card_ready(NetClientState *nc);

/* An address if the user gave none: 52:54:00:12:34:56 and up. */
void net_default_macaddr(MACAddr *mac);

#endif
