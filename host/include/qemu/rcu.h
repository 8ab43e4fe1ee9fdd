/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Read-copy-update, by liburcu's membarrier flavour. A reader brackets its use
 * of shared data with rcu_read_lock()/unlock() and never waits; a writer unlinks,
 * then frees with call_rcu() or after synchronize_rcu().
 *
 * The main thread and everything qemu_thread_create() starts is registered.
 * A thread made otherwise (a library's) registers itself before it reads.
 */
#ifndef QEMU_RCU_H
#define QEMU_RCU_H

#include "qemu/atomic.h"
#include "qemu/compiler.h"

#if !defined(QEMU_TSAN) && !defined(_LGPL_SOURCE)
#define _LGPL_SOURCE /* liburcu: readers inline */
#endif
#include <stdbool.h>
#include <urcu/urcu-memb.h>

/*
 * The thread sanitizer does not see into liburcu (its readers are not inline then, so
 * that it sees none of it): it is told here, and in rcu.c, of the order that a grace
 * period gives. What a reader did comes before what waited for it.
 */
#ifdef QEMU_TSAN
#include <sanitizer/tsan_interface.h>
extern char rcu_tsan_readers;
#define RCU_TSAN(statement) statement
#else
#define RCU_TSAN(statement) ((void)0)
#endif

static inline void rcu_read_lock(void)
{
    urcu_memb_read_lock();
}

static inline void rcu_read_unlock(void)
{
    RCU_TSAN(__tsan_release(&rcu_tsan_readers));
    urcu_memb_read_unlock();
}

/* Wait until every reader that is inside now has left. Not inside a reader. */
void synchronize_rcu(void);

/* Registering twice is harmless. */
void rcu_register_thread(void);
void rcu_unregister_thread(void);

typedef void RCUCBFunc(struct rcu_head *head);
/* @func runs on another thread, without the big lock, after a grace period. */
void call_rcu1(struct rcu_head *head, RCUCBFunc *func);
/* Wait until every call_rcu() made so far has run. Not inside a reader. */
void drain_call_rcu(void);

/* @func takes what @head points at, whose first member is @field. */
#define call_rcu(head, func, field)                                                    \
    do {                                                                               \
        void (*call_rcu_fn_)(typeof(head)) = (func);                                   \
        QEMU_BUILD_BUG_MSG(offsetof(typeof(*(head)), field), "must come first");       \
        call_rcu1(&(head)->field, (RCUCBFunc *)call_rcu_fn_);                          \
    } while (0)

void rcu_gfree_(struct rcu_head *head);
/* g_free(@obj) after a grace period; @field must be its first member. */
#define g_free_rcu(obj, field)                                                         \
    do {                                                                               \
        QEMU_BUILD_BUG_MSG(offsetof(typeof(*(obj)), field), "must come first");        \
        call_rcu1(&(obj)->field, rcu_gfree_);                                          \
    } while (0)

/* A read-side section that ends with the block. */
static inline bool rcu_guard_take(void)
{
    rcu_read_lock();
    return true;
}

static inline void rcu_guard_drop(bool *held)
{
    if (*held) {
        *held = false;
        rcu_read_unlock();
    }
}

#define RCU_GUARD_VAR_(var)                                                            \
    __attribute__((cleanup(rcu_guard_drop), unused)) bool var = rcu_guard_take()
#define RCU_READ_LOCK_GUARD() RCU_GUARD_VAR_(MAKE_IDENTIFIER(rcu_guard_))

/* { ... } inside a read-side section. */
#define WITH_RCU_READ_LOCK_GUARD() WITH_RCU_GUARD_(MAKE_IDENTIFIER(rcu_with_))
#define WITH_RCU_GUARD_(var)       for (RCU_GUARD_VAR_(var); var; rcu_guard_drop(&var))

#endif
