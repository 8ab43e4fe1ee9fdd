/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Backends by name, and frames between a backend and its card. */
#include "qemu/osdep.h"
#include "net-int.h"
#include "qemu/iov.h"

/* Frames kept for a card that is not ready. */
#define MAX_HELD 64

static GPtrArray *backends; /* owned */

/* ---- life ---- */

void *net_backend_new(size_t size, const NetBackendOps *ops, const char *id)
{
    NetClientState *nc = g_malloc0(size);

    nc->id = g_strdup(id);
    nc->ops = ops;
    g_queue_init(&nc->held);
    if (!backends) {
        backends = g_ptr_array_new();
    }
    g_ptr_array_add(backends, nc);
    return nc;
}

static void drop_held(NetClientState *nc)
{
    g_queue_clear_full(&nc->held, (GDestroyNotify)g_bytes_unref);
}

void net_cleanup(void)
{
    while (backends && backends->len) {
        NetClientState *nc = g_ptr_array_index(backends, 0);

        g_ptr_array_remove_index(backends, 0);
        nc->ops->cleanup(nc);
        drop_held(nc);
        g_free(nc->id);
        g_free(nc);
    }
}

NetClientState *net_backend_find(const char *id)
{
    for (unsigned i = 0; backends && i < backends->len; i++) {
        NetClientState *nc = g_ptr_array_index(backends, i);

        if (g_str_equal(nc->id, id)) {
            return nc;
        }
    }
    return NULL;
}

const char *net_backend_name(const NetClientState *nc)
{
    return nc->id;
}

/* ---- to the card ---- */

static bool card_takes(const NetClientState *nc)
{
    return nc->card_ops && nc->card_ops->can_receive(nc->card);
}

bool net_backend_has_room(const NetClientState *nc)
{
    return card_takes(nc) || g_queue_get_length((GQueue *)&nc->held) < MAX_HELD;
}

void net_backend_deliver(NetClientState *nc, const uint8_t *frame, size_t len)
{
    if (!nc->card_ops || len > NET_MAX_FRAME) {
        return;
    }
    if (g_queue_is_empty(&nc->held) && card_takes(nc) &&
        nc->card_ops->receive(nc->card, frame, len)) {
        return;
    }
    if (g_queue_get_length(&nc->held) < MAX_HELD) {
        g_queue_push_tail(&nc->held, g_bytes_new(frame, len));
    }
}

void net_card_ready(NetClientState *nc)
{
    while (nc && !g_queue_is_empty(&nc->held) && card_takes(nc)) {
        g_autoptr(GBytes) frame = g_queue_pop_head(&nc->held);
        size_t len;
        const uint8_t *data = g_bytes_get_data(frame, &len);

        if (!nc->card_ops->receive(nc->card, data, len)) {
            g_queue_push_head(&nc->held, g_steal_pointer(&frame));
            return;
        }
    }
    if (nc && nc->ops->resume && card_takes(nc)) {
        nc->ops->resume(nc);
    }
}

/* ---- from the card ---- */

void net_card_send(NetClientState *nc, const struct iovec *iov, unsigned niov)
{
    size_t len = iov_size(iov, niov);
    g_autofree uint8_t *frame = NULL;

    if (!nc || nc->link_down || len > NET_MAX_FRAME || !len) {
        return;
    }
    if (niov == 1) {
        nc->ops->send(nc, iov->iov_base, len);
        return;
    }
    frame = g_malloc(len);
    iov_to_buf(iov, niov, 0, frame, len);
    nc->ops->send(nc, frame, len);
}

/* ---- the cable ---- */

void net_backend_set_card(NetClientState *nc, const NetCardOps *ops, void *card)
{
    if (!nc) {
        return;
    }
    nc->card_ops = ops;
    nc->card = card;
    drop_held(nc);
}

bool net_link_up(const NetClientState *nc)
{
    return nc && !nc->link_down;
}

void net_backend_set_link(NetClientState *nc, bool up)
{
    if (nc->link_down == !up) {
        return;
    }
    nc->link_down = !up;
    if (nc->card_ops && nc->card_ops->link_changed) {
        nc->card_ops->link_changed(nc->card);
    }
}

void net_default_macaddr(MACAddr *mac)
{
    static const MACAddr zero;
    static uint8_t next;

    if (memcmp(mac, &zero, sizeof(zero)) == 0) {
        *mac = (MACAddr){ { 0x52, 0x54, 0x00, 0x12, 0x34, 0x56 + next++ } };
    }
}

/* ---- options ---- */

typedef bool NetAddFn(const char *id, struct json_object *opts, bool keyval,
                      Error **errp);

static const struct {
    const char *name;
    NetAddFn *add;
} types[] = {
    { "hubport", net_hubport_add },
    { "socket", net_socket_add },
    { "stream", net_stream_add },
    { "user", net_user_add },
};

static NetAddFn *find_type(const char *name)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(types); i++) {
        if (g_str_equal(types[i].name, name)) {
            return types[i].add;
        }
    }
    return NULL;
}

bool netdev_add(struct json_object *given, bool keyval, Error **errp)
{
    struct json_object *opts = NULL;
    g_autofree char *id = NULL, *type = NULL;
    const char *left;
    bool ok = false;

    json_object_deep_copy(given, &opts, NULL);
    if (!opts_take_str(opts, "id", &id, errp) ||
        !opts_take_str(opts, "type", &type, errp)) {
        goto out;
    }
    if (!type || !id) {
        error_setg(errp, "Parameter '%s' is missing", id ? "type" : "id");
    } else if (!find_type(type)) {
        error_setg(errp, "Parameter 'type' does not accept value '%s'", type);
    } else if (net_backend_find(id)) {
        error_setg(errp, "Duplicate ID '%s' for netdev", id);
    } else {
        ok = find_type(type)(id, opts, keyval, errp);
    }
    left = opts_left(opts);
    if (ok && left) {
        error_setg(errp, "Parameter '%s' is unexpected", left);
        ok = false;
    }
out:
    json_object_put(opts);
    return ok;
}

void net_backend_foreach(void (*fn)(NetClientState *nc, void *opaque), void *opaque)
{
    for (unsigned i = 0; backends && i < backends->len; i++) {
        fn(g_ptr_array_index(backends, i), opaque);
    }
}
