/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include <poll.h>
#include "qemu/aio.h"
#include "qemu/atomic.h"
#include "qemu/queue.h"
#include "qemu/thread.h"
#include "qemu/timer.h"
#include "async-internal.h"

struct QEMUBH {
    AioContext *ctx;
    QEMUBHFunc *cb;
    void *opaque;
    const char *name;
    MemReentrancyGuard *guard; /* may be NULL */
    bool scheduled;            /* by ctx->lock, as what follows */
    bool queued;               /* in ctx->bhs; outlives a cancel */
    bool deleted;
    bool oneshot; /* the loop deletes it after the call */
    QSIMPLEQ_ENTRY(QEMUBH) next;
};

/* One watched descriptor; glib owns the memory. */
typedef struct AioHandler {
    GSource source;
    gpointer tag;
    IOHandler *io_read;
    IOHandler *io_write;
    void *opaque;
} AioHandler;

struct AioContext {
    int refcnt;
    GMainContext *gctx;
    GHashTable *handlers; /* fd -> AioHandler, loop thread only */
    QemuMutex lock;
    QSIMPLEQ_HEAD(, QEMUBH) bhs; /* by lock */
    unsigned bh_count;           /* by lock */
};

static AioContext *main_context;

static AioContext *context_new(GMainContext *gctx)
{
    AioContext *ctx = g_new0(AioContext, 1);

    ctx->refcnt = 1;
    ctx->gctx = gctx;
    ctx->handlers = g_hash_table_new(NULL, NULL);
    qemu_mutex_init(&ctx->lock);
    QSIMPLEQ_INIT(&ctx->bhs);
    return ctx;
}

static void __attribute__((constructor)) main_context_init(void)
{
    main_context = context_new(g_main_context_default());
    g_main_context_acquire(main_context->gctx);
}

AioContext *qemu_get_aio_context(void)
{
    return main_context;
}

AioContext *aio_context_new(Error **errp)
{
    return context_new(g_main_context_new());
}

void aio_context_ref(AioContext *ctx)
{
    qatomic_inc(&ctx->refcnt);
}

static void handler_forget(gpointer key, gpointer value, gpointer data)
{
    g_source_destroy(value);
    g_source_unref(value);
}

void aio_context_unref(AioContext *ctx)
{
    QEMUBH *bh;

    if (qatomic_fetch_dec(&ctx->refcnt) != 1) {
        return;
    }
    while ((bh = QSIMPLEQ_FIRST(&ctx->bhs))) {
        QSIMPLEQ_REMOVE_HEAD(&ctx->bhs, next);
        bh->queued = false;
        if (bh->deleted || bh->oneshot) {
            g_free(bh);
        }
    }
    g_hash_table_foreach(ctx->handlers, handler_forget, NULL);
    g_hash_table_destroy(ctx->handlers);
    g_main_context_unref(ctx->gctx);
    qemu_mutex_destroy(&ctx->lock);
    g_free(ctx);
}

void aio_notify(AioContext *ctx)
{
    g_main_context_wakeup(ctx->gctx);
}

/* --- descriptors --- */

static gboolean handler_dispatch(GSource *source, GSourceFunc callback, gpointer data)
{
    AioHandler *h = container_of(source, AioHandler, source);
    GIOCondition cond = g_source_query_unix_fd(source, h->tag);

    if (h->io_read && (cond & (G_IO_IN | G_IO_HUP | G_IO_ERR))) {
        h->io_read(h->opaque);
    }
    /* The reader may have taken the descriptor away. */
    if (!g_source_is_destroyed(source) && h->io_write &&
        (cond & (G_IO_OUT | G_IO_ERR))) {
        h->io_write(h->opaque);
    }
    return G_SOURCE_CONTINUE;
}

static GSourceFuncs handler_funcs = {
    .dispatch = handler_dispatch,
};

static AioHandler *handler_new(AioContext *ctx, int fd)
{
    AioHandler *h = (AioHandler *)g_source_new(&handler_funcs, sizeof(AioHandler));

    h->tag = g_source_add_unix_fd(&h->source, fd, 0);
    g_source_attach(&h->source, ctx->gctx);
    g_hash_table_insert(ctx->handlers, GINT_TO_POINTER(fd), h);
    return h;
}

void aio_set_fd_handler(AioContext *ctx, int fd, IOHandler *io_read,
                        IOHandler *io_write, void *opaque)
{
    AioHandler *h = g_hash_table_lookup(ctx->handlers, GINT_TO_POINTER(fd));
    GIOCondition cond = 0;

    if (!io_read && !io_write) {
        if (h) {
            g_hash_table_remove(ctx->handlers, GINT_TO_POINTER(fd));
            handler_forget(NULL, h, NULL);
        }
        return;
    }
    if (!h) {
        h = handler_new(ctx, fd);
    }
    h->io_read = io_read;
    h->io_write = io_write;
    h->opaque = opaque;
    if (io_read) {
        cond |= G_IO_IN | G_IO_HUP | G_IO_ERR;
    }
    if (io_write) {
        cond |= G_IO_OUT | G_IO_ERR;
    }
    g_source_modify_unix_fd(&h->source, h->tag, cond);
    aio_notify(ctx);
}

/* --- bottom halves --- */

QEMUBH *aio_bh_new_full(AioContext *ctx, QEMUBHFunc *cb, void *opaque, const char *name,
                        MemReentrancyGuard *reentrancy_guard)
{
    QEMUBH *bh = g_new0(QEMUBH, 1);

    bh->ctx = ctx;
    bh->cb = cb;
    bh->opaque = opaque;
    bh->name = name;
    bh->guard = reentrancy_guard;
    return bh;
}

void aio_bh_schedule_oneshot_full(AioContext *ctx, QEMUBHFunc *cb, void *opaque,
                                  const char *name)
{
    QEMUBH *bh = aio_bh_new_full(ctx, cb, opaque, name, NULL);

    bh->oneshot = true;
    qemu_bh_schedule(bh);
}

void qemu_bh_schedule(QEMUBH *bh)
{
    AioContext *ctx = bh->ctx;
    bool wake = false;

    qemu_mutex_lock(&ctx->lock);
    if (!bh->scheduled) {
        bh->scheduled = true;
        wake = true;
        if (!bh->queued) {
            bh->queued = true;
            QSIMPLEQ_INSERT_TAIL(&ctx->bhs, bh, next);
            ctx->bh_count++;
        }
    }
    qemu_mutex_unlock(&ctx->lock);
    if (wake) {
        aio_notify(ctx);
    }
}

void qemu_bh_cancel(QEMUBH *bh)
{
    QEMU_LOCK_GUARD(&bh->ctx->lock);
    bh->scheduled = false;
}

void qemu_bh_delete(QEMUBH *bh)
{
    bool queued;

    qemu_mutex_lock(&bh->ctx->lock);
    queued = bh->queued;
    bh->deleted = true;
    qemu_mutex_unlock(&bh->ctx->lock);
    if (!queued) {
        g_free(bh);
    }
}

void aio_bh_call(QEMUBH *bh)
{
    /* The callback may delete the bottom half, but not what the guard is in. */
    MemReentrancyGuard *guard = bh->guard;
    bool was_engaged = false;

    if (guard) {
        was_engaged = guard->engaged_in_io;
        guard->engaged_in_io = true;
    }
    bh->cb(bh->opaque);
    if (guard) {
        guard->engaged_in_io = was_engaged;
    }
}

static QEMUBH *bh_dequeue(AioContext *ctx, bool *call)
{
    QEMUBH *bh;

    QEMU_LOCK_GUARD(&ctx->lock);
    bh = QSIMPLEQ_FIRST(&ctx->bhs);
    if (bh) {
        QSIMPLEQ_REMOVE_HEAD(&ctx->bhs, next);
        ctx->bh_count--;
        *call = bh->scheduled && !bh->deleted;
        bh->queued = false;
        bh->scheduled = false;
    }
    return bh;
}

bool aio_bh_poll(AioContext *ctx)
{
    bool progress = false, call;
    unsigned n;
    QEMUBH *bh;

    /* What is scheduled meanwhile waits for the next round: no endless loop here. */
    WITH_QEMU_LOCK_GUARD(&ctx->lock)
    {
        n = ctx->bh_count;
    }
    while (n-- && (bh = bh_dequeue(ctx, &call))) {
        if (!call) {
            if (bh->deleted) {
                g_free(bh);
            }
            continue;
        }
        progress = true;
        if (bh->oneshot) {
            bh->cb(bh->opaque);
            g_free(bh);
        } else {
            aio_bh_call(bh);
        }
    }
    return progress;
}

bool aio_bh_pending(AioContext *ctx)
{
    QEMU_LOCK_GUARD(&ctx->lock);
    return !QSIMPLEQ_EMPTY(&ctx->bhs);
}

/* --- one round --- */

/* ppoll() with a timeout in nanoseconds, negative: for ever. */
static int poll_ns(GPollFD *fds, guint nfds, int64_t timeout)
{
    struct timespec ts = { timeout / 1000000000, timeout % 1000000000 };

    /* GPollFD has struct pollfd's layout; glib relies on that too. */
    return ppoll((struct pollfd *)fds, nfds, timeout < 0 ? NULL : &ts, NULL);
}

bool aio_context_iterate(AioContext *ctx, int64_t timeout, const AioWaitHooks *hooks)
{
    g_autofree GPollFD *fds = NULL;
    int nfds, room = 16, priority, glib_ms;
    bool ready;

    g_main_context_prepare(ctx->gctx, &priority);
    fds = g_new(GPollFD, room);
    while ((nfds = g_main_context_query(ctx->gctx, priority, &glib_ms, fds, room)) >
           room) {
        room = nfds;
        fds = g_renew(GPollFD, fds, room);
    }
    timeout =
        qemu_soonest_timeout(timeout, glib_ms < 0 ? -1 : glib_ms * INT64_C(1000000));
    if (hooks) {
        hooks->before_wait();
    }
    poll_ns(fds, nfds, timeout);
    if (hooks) {
        hooks->after_wait();
    }
    ready = g_main_context_check(ctx->gctx, priority, fds, nfds);
    if (ready) {
        g_main_context_dispatch(ctx->gctx);
    }
    return aio_bh_poll(ctx) | ready;
}

bool aio_poll(AioContext *ctx, bool blocking)
{
    bool owner = g_main_context_acquire(ctx->gctx);
    bool progress;

    assert(owner);
    progress =
        aio_context_iterate(ctx, blocking && !aio_bh_pending(ctx) ? -1 : 0, NULL);
    g_main_context_release(ctx->gctx);
    return progress;
}
