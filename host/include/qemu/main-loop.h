/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The main loop and the big lock. The main thread holds the lock from process
 * start and lets go of it only while it waits in main_loop_wait(). Everything that
 * touches devices needs it unless its header says otherwise.
 */
#ifndef QEMU_MAIN_LOOP_H
#define QEMU_MAIN_LOOP_H

#include <glib.h>
#include <stdbool.h>

#include "qemu/aio.h"
#include "qemu/compiler.h"
#include "qemu/thread.h"

bool bql_locked(void);
/* Not recursive. */
void bql_lock(void);
void bql_unlock(void);
/* True on the thread that main() runs on. */
bool qemu_in_main_thread(void);

/* Wait for @cond with the big lock as its mutex. */
void qemu_cond_wait_bql(QemuCond *cond);
/* The same, at most @ms milliseconds. */
void qemu_cond_timedwait_bql(QemuCond *cond, int ms);

/* Takes the big lock unless this thread has it; drops what it took. */
static inline bool bql_guard_take(void)
{
    if (bql_locked()) {
        return false;
    }
    bql_lock();
    return true;
}

static inline void bql_guard_drop(bool *taken)
{
    if (*taken) {
        bql_unlock();
    }
}

#define BQL_LOCK_GUARD() BQL_LOCK_GUARD_(MAKE_IDENTIFIER(bql_guard_))
#define BQL_LOCK_GUARD_(var)                                                           \
    __attribute__((cleanup(bql_guard_drop), unused)) bool var = bql_guard_take()

/*
 * One round of the main loop: wait until a descriptor, timer or bottom half is due
 * (not at all if @nonblocking), then serve what is due.
 */
void main_loop_wait(int nonblocking);
/* Wake the main loop from any thread. */
void qemu_notify_event(void);
/* Kept for QEMU's start-up order; the loop exists already. Returns 0. */
int qemu_init_main_loop(Error **errp);

/* aio_set_fd_handler() on the main loop. */
void qemu_set_fd_handler(int fd, IOHandler *fd_read, IOHandler *fd_write, void *opaque);

QEMUBH *qemu_bh_new_full(QEMUBHFunc *cb, void *opaque, const char *name,
                         MemReentrancyGuard *reentrancy_guard);
#define qemu_bh_new(cb, opaque) qemu_bh_new_full((cb), (opaque), (stringify(cb)), NULL)
#define qemu_bh_new_guarded(cb, opaque, guard)                                         \
    qemu_bh_new_full((cb), (opaque), (stringify(cb)), (guard))

#endif
