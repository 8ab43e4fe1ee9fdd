/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -netdev user: a network of its own with NAT, DHCP and DNS, by libslirp. */
#include "qemu/osdep.h"
#include <slirp/libslirp.h>
#include "qemu/error-report.h"
#include "qemu/log.h"
#include "qemu/main-loop.h"
#include "qemu/timer.h"
#include "user.h"

typedef struct NetUser {
    NetClientState nc;
    Slirp *slirp;
    GSource *source;
} NetUser;

/* libslirp's descriptors are new at each round of the main loop. */
typedef struct SlirpSource {
    GSource source;
    NetUser *user;
    GArray *fds; /* of GPollFD*; index is libslirp's number */
} SlirpSource;

/* ---- descriptors ---- */

static int add_poll(int fd, int events, void *opaque)
{
    SlirpSource *src = opaque;
    GPollFD *pfd = g_new0(GPollFD, 1);

    pfd->fd = fd;
    pfd->events = (events & SLIRP_POLL_IN ? G_IO_IN : 0) |
                  (events & SLIRP_POLL_OUT ? G_IO_OUT : 0) |
                  (events & SLIRP_POLL_PRI ? G_IO_PRI : 0) | G_IO_ERR | G_IO_HUP;
    g_source_add_poll(&src->source, pfd);
    g_array_append_val(src->fds, pfd);
    return src->fds->len - 1;
}

static int get_revents(int idx, void *opaque)
{
    SlirpSource *src = opaque;
    GPollFD *pfd = g_array_index(src->fds, GPollFD *, idx);

    return (pfd->revents & G_IO_IN ? SLIRP_POLL_IN : 0) |
           (pfd->revents & G_IO_OUT ? SLIRP_POLL_OUT : 0) |
           (pfd->revents & G_IO_PRI ? SLIRP_POLL_PRI : 0) |
           (pfd->revents & G_IO_ERR ? SLIRP_POLL_ERR : 0) |
           (pfd->revents & G_IO_HUP ? SLIRP_POLL_HUP : 0);
}

static void drop_fds(SlirpSource *src)
{
    for (unsigned i = 0; i < src->fds->len; i++) {
        GPollFD *pfd = g_array_index(src->fds, GPollFD *, i);

        g_source_remove_poll(&src->source, pfd);
        g_free(pfd);
    }
    g_array_set_size(src->fds, 0);
}

static gboolean source_prepare(GSource *source, gint *timeout)
{
    SlirpSource *src = (SlirpSource *)source;
    uint32_t ms = UINT32_MAX;

    drop_fds(src);
    slirp_pollfds_fill(src->user->slirp, &ms, add_poll, src);
    *timeout = ms > INT_MAX ? -1 : (gint)ms;
    return FALSE;
}

/* A timeout counts, too: libslirp has work to do then. */
static gboolean source_check(GSource *source)
{
    return TRUE;
}

static gboolean source_dispatch(GSource *source, GSourceFunc callback, gpointer data)
{
    SlirpSource *src = (SlirpSource *)source;

    slirp_pollfds_poll(src->user->slirp, 0, get_revents, src);
    return G_SOURCE_CONTINUE;
}

static void source_finalize(GSource *source)
{
    SlirpSource *src = (SlirpSource *)source;

    g_array_unref(src->fds);
}

static GSourceFuncs source_funcs = {
    .prepare = source_prepare,
    .check = source_check,
    .dispatch = source_dispatch,
    .finalize = source_finalize,
};

static GSource *new_source(NetUser *u)
{
    GSource *source = g_source_new(&source_funcs, sizeof(SlirpSource));
    SlirpSource *src = (SlirpSource *)source;

    src->user = u;
    src->fds = g_array_new(FALSE, FALSE, sizeof(GPollFD *));
    g_source_attach(source, NULL);
    return source;
}

/* ---- what libslirp calls ---- */

static ssize_t send_packet(const void *buf, size_t len, void *opaque)
{
    net_backend_deliver(opaque, buf, len);
    return len;
}

static void guest_error(const char *msg, void *opaque)
{
    qemu_log_mask(LOG_GUEST_ERROR, "slirp: %s\n", msg);
}

/* The network's time goes on while the guest's stands still. */
static int64_t clock_get_ns(void *opaque)
{
    return qemu_clock_get_ns(QEMU_CLOCK_REALTIME);
}

static void *slirp_timer_new(SlirpTimerCb cb, void *cb_opaque, void *opaque)
{
    return timer_new_ms(QEMU_CLOCK_REALTIME, cb, cb_opaque);
}

static void slirp_timer_free(void *timer, void *opaque)
{
    timer_free(timer);
}

static void slirp_timer_mod(void *timer, int64_t expire_time, void *opaque)
{
    timer_mod(timer, expire_time);
}

static void ignore_fd(int fd, void *opaque)
{
}

static void notify(void *opaque)
{
    qemu_notify_event();
}

static const SlirpCb callbacks = {
    .send_packet = send_packet,
    .guest_error = guest_error,
    .clock_get_ns = clock_get_ns,
    .timer_new = slirp_timer_new,
    .timer_free = slirp_timer_free,
    .timer_mod = slirp_timer_mod,
    .register_poll_fd = ignore_fd,
    .unregister_poll_fd = ignore_fd,
    .notify = notify,
};

/* ---- life ---- */

static void user_send(NetClientState *nc, const uint8_t *frame, size_t len)
{
    slirp_input(((NetUser *)nc)->slirp, frame, len);
}

static void user_cleanup(NetClientState *nc)
{
    NetUser *u = (NetUser *)nc;

    if (u->source) {
        drop_fds((SlirpSource *)u->source);
        g_source_destroy(u->source);
        g_source_unref(u->source);
    }
    if (u->slirp) {
        slirp_cleanup(u->slirp);
    }
}

static const NetBackendOps user_ops = {
    .type = "user",
    .send = user_send,
    .cleanup = user_cleanup,
};

bool net_user_add(const char *id, struct json_object *opts, bool keyval, Error **errp)
{
    g_auto(NetUserOptions) o = { 0 };
    SlirpConfig cfg;
    NetUser *u;

    if (!net_user_options(opts, keyval, &o, errp)) {
        return false;
    }
    net_user_config(&o, &cfg);
    u = net_backend_new(sizeof(*u), &user_ops, id);
    u->slirp = slirp_new(&cfg, &callbacks, u);
    if (!u->slirp) {
        error_setg(errp, "libslirp refused the configuration of netdev '%s'", id);
        return false;
    }
    if (!net_user_forward(u->slirp, &o, errp)) {
        return false;
    }
    u->source = new_source(u);
    return true;
}
