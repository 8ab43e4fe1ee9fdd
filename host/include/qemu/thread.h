/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Threads, mutexes, condition variables, events. Misuse (unlocking what is not
 * locked, destroying what is in use) is a programmer's error and aborts.
 */
#ifndef QEMU_THREAD_H
#define QEMU_THREAD_H

#include <glib.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>

#include "qemu/compiler.h"
#include "qemu/typedefs.h"

struct QemuMutex {
    pthread_mutex_t lock;
};

/* May be taken again by its holder. */
typedef struct QemuRecMutex {
    pthread_mutex_t lock;
} QemuRecMutex;

typedef struct QemuCond {
    pthread_cond_t cond;
} QemuCond;

typedef struct QemuSemaphore {
    sem_t sem;
} QemuSemaphore;

/* A flag that threads can wait for; stays set until qemu_event_reset(). */
typedef struct QemuEvent {
    pthread_mutex_t lock;
    pthread_cond_t cond;
    bool value;
} QemuEvent;

typedef struct QemuThread {
    pthread_t thread;
} QemuThread;

#define QEMU_THREAD_JOINABLE 0
#define QEMU_THREAD_DETACHED 1

void qemu_mutex_init(QemuMutex *mutex);
void qemu_mutex_destroy(QemuMutex *mutex);
void qemu_mutex_lock(QemuMutex *mutex);
/* 0 when it was taken. */
int qemu_mutex_trylock(QemuMutex *mutex);
void qemu_mutex_unlock(QemuMutex *mutex);

void qemu_rec_mutex_init(QemuRecMutex *mutex);
void qemu_rec_mutex_destroy(QemuRecMutex *mutex);
void qemu_rec_mutex_lock(QemuRecMutex *mutex);
int qemu_rec_mutex_trylock(QemuRecMutex *mutex);
void qemu_rec_mutex_unlock(QemuRecMutex *mutex);

void qemu_cond_init(QemuCond *cond);
void qemu_cond_destroy(QemuCond *cond);
void qemu_cond_signal(QemuCond *cond);
void qemu_cond_broadcast(QemuCond *cond);
void qemu_cond_wait(QemuCond *cond, QemuMutex *mutex);
/* False when @ms milliseconds passed first. */
bool qemu_cond_timedwait(QemuCond *cond, QemuMutex *mutex, int ms);

void qemu_sem_init(QemuSemaphore *sem, int init);
void qemu_sem_destroy(QemuSemaphore *sem);
void qemu_sem_post(QemuSemaphore *sem);
void qemu_sem_wait(QemuSemaphore *sem);
/* 0, or -1 when @ms milliseconds passed first. */
int qemu_sem_timedwait(QemuSemaphore *sem, int ms);

void qemu_event_init(QemuEvent *ev, bool init);
void qemu_event_destroy(QemuEvent *ev);
void qemu_event_set(QemuEvent *ev);
void qemu_event_reset(QemuEvent *ev);
void qemu_event_wait(QemuEvent *ev);

/*
 * Start a thread that is registered with RCU for its whole life. @mode is one of
 * QEMU_THREAD_*; signals stay with the main thread.
 */
void qemu_thread_create(QemuThread *thread, const char *name,
                        void *(*start_routine)(void *), void *arg, int mode);
void *qemu_thread_join(QemuThread *thread);
void qemu_thread_get_self(QemuThread *thread);
bool qemu_thread_is_self(QemuThread *thread);

/* What a guard holds: exactly one of the two, nothing after it was dropped. */
typedef struct QemuAnyGuard {
    QemuMutex *mutex;
    QemuRecMutex *rec;
} QemuAnyGuard;

static inline QemuAnyGuard qemu_any_guard_take(QemuMutex *mutex, QemuRecMutex *rec)
{
    if (mutex) {
        qemu_mutex_lock(mutex);
    } else {
        qemu_rec_mutex_lock(rec);
    }
    return (QemuAnyGuard){ mutex, rec };
}

static inline void qemu_any_guard_drop(QemuAnyGuard *guard)
{
    if (guard->mutex) {
        qemu_mutex_unlock(guard->mutex);
    } else if (guard->rec) {
        qemu_rec_mutex_unlock(guard->rec);
    }
    *guard = (QemuAnyGuard){ NULL, NULL };
}

/* A QemuMutex or a QemuRecMutex, taken now and released when the block is left. */
#define QEMU_LOCK_VAR_(x, var)                                                         \
    __attribute__((cleanup(qemu_any_guard_drop), unused)) QemuAnyGuard var =           \
        qemu_any_guard_take(_Generic((x), QemuMutex *                                  \
                                     : (x), default                                    \
                                     : NULL),                                          \
                            _Generic((x), QemuRecMutex *                               \
                                     : (x), default                                    \
                                     : NULL))

#define QEMU_LOCK_GUARD(x) QEMU_LOCK_VAR_(x, MAKE_IDENTIFIER(qemu_lock_guard_))

/* { ... } under the lock; `break` leaves the block and releases it. */
#define WITH_QEMU_LOCK_GUARD(x)                                                        \
    WITH_QEMU_LOCK_GUARD_(x, MAKE_IDENTIFIER(qemu_lock_with_))
#define WITH_QEMU_LOCK_GUARD_(x, var)                                                  \
    for (QEMU_LOCK_VAR_(x, var); (var).mutex || (var).rec; qemu_any_guard_drop(&(var)))

#endif
