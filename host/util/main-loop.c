/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qemu/timer.h"
#include "async-internal.h"

static QemuMutex bql;
static __thread bool has_bql;
static pthread_t main_thread;

/* The main thread owns the big lock before anything else can run. */
static void __attribute__((constructor)) bql_init(void)
{
    qemu_mutex_init(&bql);
    main_thread = pthread_self();
    bql_lock();
}

bool bql_locked(void)
{
    return has_bql;
}

void bql_lock(void)
{
    assert(!has_bql);
    qemu_mutex_lock(&bql);
    has_bql = true;
}

void bql_unlock(void)
{
    assert(has_bql);
    has_bql = false;
    qemu_mutex_unlock(&bql);
}

bool qemu_in_main_thread(void)
{
    return pthread_equal(pthread_self(), main_thread);
}

void qemu_cond_wait_bql(QemuCond *cond)
{
    assert(has_bql);
    has_bql = false;
    qemu_cond_wait(cond, &bql);
    has_bql = true;
}

void qemu_cond_timedwait_bql(QemuCond *cond, int ms)
{
    assert(has_bql);
    has_bql = false;
    qemu_cond_timedwait(cond, &bql, ms);
    has_bql = true;
}

static int64_t timers_deadline(void)
{
    int64_t deadline = -1;

    for (int type = 0; type < QEMU_CLOCK_MAX; type++) {
        deadline = qemu_soonest_timeout(deadline, timers_wait_ns(type));
    }
    return deadline;
}

void main_loop_wait(int nonblocking)
{
    static const AioWaitHooks drop_bql = { bql_unlock, bql_lock };
    AioContext *ctx = qemu_get_aio_context();
    int64_t timeout = nonblocking || aio_bh_pending(ctx) ? 0 : timers_deadline();

    aio_context_iterate(ctx, timeout, &drop_bql);
    qemu_clock_run_all_timers();
}

void qemu_notify_event(void)
{
    aio_notify(qemu_get_aio_context());
}

int qemu_init_main_loop(Error **errp)
{
    return 0;
}

void qemu_set_fd_handler(int fd, IOHandler *fd_read, IOHandler *fd_write, void *opaque)
{
    aio_set_fd_handler(qemu_get_aio_context(), fd, fd_read, fd_write, opaque);
}

QEMUBH *qemu_bh_new_full(QEMUBHFunc *cb, void *opaque, const char *name,
                         MemReentrancyGuard *reentrancy_guard)
{
    return aio_bh_new_full(qemu_get_aio_context(), cb, opaque, name, reentrancy_guard);
}
