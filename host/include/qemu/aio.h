/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An AioContext is one event loop: descriptors, bottom halves, timers. The main
 * loop is one; others belong to I/O threads. A bottom half is a function to be
 * called soon, by the loop's own thread, scheduled from any thread.
 */
#ifndef QEMU_AIO_H
#define QEMU_AIO_H

#include <glib.h>
#include <stdbool.h>

#include "qemu/compiler.h"
#include "qemu/mem-reentrancy.h"
#include "qemu/typedefs.h"

typedef void QEMUBHFunc(void *opaque);
typedef void IOHandler(void *opaque);

/* The main loop's context; exists from process start. */
AioContext *qemu_get_aio_context(void);
/* A context for a thread that calls aio_poll(). Reference counted. */
AioContext *aio_context_new(Error **errp);
void aio_context_ref(AioContext *ctx);
void aio_context_unref(AioContext *ctx);
/* Run one round, waiting for something to happen if @blocking. True on progress. */
bool aio_poll(AioContext *ctx, bool blocking);
/* Wake the loop from any thread. */
void aio_notify(AioContext *ctx);

/*
 * Watch @fd: a NULL handler is not called, both NULL stops watching. From the
 * loop's thread only (main loop: with the big lock).
 */
void aio_set_fd_handler(AioContext *ctx, int fd, IOHandler *io_read,
                        IOHandler *io_write, void *opaque);

/* Owned by the caller until qemu_bh_delete(). */
QEMUBH *aio_bh_new_full(AioContext *ctx, QEMUBHFunc *cb, void *opaque, const char *name,
                        MemReentrancyGuard *reentrancy_guard);
#define aio_bh_new(ctx, cb, opaque)                                                    \
    aio_bh_new_full((ctx), (cb), (opaque), (stringify(cb)), NULL)
#define aio_bh_new_guarded(ctx, cb, opaque, guard)                                     \
    aio_bh_new_full((ctx), (cb), (opaque), (stringify(cb)), (guard))
/* Call @cb once; nothing to delete. */
void aio_bh_schedule_oneshot_full(AioContext *ctx, QEMUBHFunc *cb, void *opaque,
                                  const char *name);
#define aio_bh_schedule_oneshot(ctx, cb, opaque)                                       \
    aio_bh_schedule_oneshot_full((ctx), (cb), (opaque), (stringify(cb)))

/* Any thread. Scheduling a scheduled one changes nothing. */
void qemu_bh_schedule(QEMUBH *bh);
/* Not called any more unless scheduled again. */
void qemu_bh_cancel(QEMUBH *bh);
/* Never called any more; freed when the loop lets go of it. Any thread. */
void qemu_bh_delete(QEMUBH *bh);
/* Call it now, on this thread. */
void aio_bh_call(QEMUBH *bh);

#endif
