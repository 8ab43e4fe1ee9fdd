/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the core of host/net and its backends. */
#ifndef NET_NET_INT_H
#define NET_NET_INT_H

#include <glib.h>
#include "net/net.h"
#include "qemu/opts-take.h"

typedef struct NetBackendOps {
    const char *type;
    /* A frame from the card. */
    void (*send)(NetClientState *nc, const uint8_t *frame, size_t len);
    /* The card takes frames again (optional). */
    void (*resume)(NetClientState *nc);
    /* Frees the backend's own state; the rest is the caller's. */
    void (*cleanup)(NetClientState *nc);
} NetBackendOps;

/* First member of every backend's state. */
struct NetClientState {
    char *id;
    const NetBackendOps *ops;
    bool in_use;    /* a card's property names it */
    bool link_down; /* the other end is not there */
    const NetCardOps *card_ops;
    void *card;
    GQueue held; /* of GBytes: frames the card could not take, bounded */
};

/* Makes and registers a backend of @size bytes; the id must be free. */
void *net_backend_new(size_t size, const NetBackendOps *ops, const char *id);

/* A frame for the card: delivered, held back for it, or dropped. */
void net_backend_deliver(NetClientState *nc, const uint8_t *frame, size_t len);
/* False: the card is busy and as much as may be is held back already. */
bool net_backend_has_room(const NetClientState *nc);
void net_backend_set_link(NetClientState *nc, bool up);

/* Members of an option of theirs; false with errp set. They take what they know. */
bool net_user_add(const char *id, struct json_object *opts, bool keyval, Error **errp);
bool net_stream_add(const char *id, struct json_object *opts, bool keyval,
                    Error **errp);

bool net_socket_add(const char *id, struct json_object *opts, bool keyval,
                    Error **errp);
bool net_hubport_add(const char *id, struct json_object *opts, bool keyval,
                     Error **errp);

void net_backend_foreach(void (*fn)(NetClientState *nc, void *opaque), void *opaque);

#endif
