/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -netdev hubport: cards on one hub see each other's frames. */
#include "qemu/osdep.h"
#include "net-int.h"

typedef struct NetHubPort {
    NetClientState nc;
    uint64_t hub;
} NetHubPort;

typedef struct Broadcast {
    NetHubPort *from;
    const uint8_t *frame;
    size_t len;
} Broadcast;

static const NetBackendOps hubport_ops;

static void repeat(NetClientState *nc, void *opaque)
{
    const Broadcast *b = opaque;

    if (nc->ops == &hubport_ops && nc != &b->from->nc &&
        ((NetHubPort *)nc)->hub == b->from->hub) {
        net_backend_deliver(nc, b->frame, b->len);
    }
}

static void hubport_send(NetClientState *nc, const uint8_t *frame, size_t len)
{
    Broadcast b = { (NetHubPort *)nc, frame, len };

    net_backend_foreach(repeat, &b);
}

static void hubport_cleanup(NetClientState *nc)
{
}

static const NetBackendOps hubport_ops = {
    .type = "hubport",
    .send = hubport_send,
    .cleanup = hubport_cleanup,
};

bool net_hubport_add(const char *id, struct json_object *opts, bool keyval,
                     Error **errp)
{
    uint64_t hub = UINT64_MAX;
    NetHubPort *port;

    if (!opts_take_uint(opts, "hubid", INT32_MAX, &hub, errp)) {
        return false;
    }
    if (hub == UINT64_MAX) {
        error_setg(errp, "Parameter 'hubid' is missing");
        return false;
    }
    port = net_backend_new(sizeof(*port), &hubport_ops, id);
    port->hub = hub;
    return true;
}
