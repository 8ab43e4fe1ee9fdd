/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "qemu/rcu.h"
#include "qemu/thread.h"

/* A failing lock call is a bug: say which one and stop. */
static void check(int err, const char *what)
{
    if (err) {
        g_error("%s: %s", what, g_strerror(err));
    }
}

static struct timespec deadline_after_ms(clockid_t clock, int ms)
{
    struct timespec ts;

    clock_gettime(clock, &ts);
    ts.tv_sec += ms / 1000;
    ts.tv_nsec += (ms % 1000) * 1000000L;
    if (ts.tv_nsec >= 1000000000L) {
        ts.tv_nsec -= 1000000000L;
        ts.tv_sec++;
    }
    return ts;
}

void qemu_mutex_init(QemuMutex *mutex)
{
    check(pthread_mutex_init(&mutex->lock, NULL), "mutex init");
}

void qemu_mutex_destroy(QemuMutex *mutex)
{
    check(pthread_mutex_destroy(&mutex->lock), "mutex destroy");
}

void qemu_mutex_lock(QemuMutex *mutex)
{
    check(pthread_mutex_lock(&mutex->lock), "mutex lock");
}

int qemu_mutex_trylock(QemuMutex *mutex)
{
    int err = pthread_mutex_trylock(&mutex->lock);

    if (err != EBUSY) {
        check(err, "mutex trylock");
    }
    return -err;
}

void qemu_mutex_unlock(QemuMutex *mutex)
{
    check(pthread_mutex_unlock(&mutex->lock), "mutex unlock");
}

void qemu_rec_mutex_init(QemuRecMutex *mutex)
{
    pthread_mutexattr_t attr;

    pthread_mutexattr_init(&attr);
    pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE);
    check(pthread_mutex_init(&mutex->lock, &attr), "mutex init");
    pthread_mutexattr_destroy(&attr);
}

void qemu_rec_mutex_destroy(QemuRecMutex *mutex)
{
    check(pthread_mutex_destroy(&mutex->lock), "mutex destroy");
}

void qemu_rec_mutex_lock(QemuRecMutex *mutex)
{
    check(pthread_mutex_lock(&mutex->lock), "mutex lock");
}

int qemu_rec_mutex_trylock(QemuRecMutex *mutex)
{
    int err = pthread_mutex_trylock(&mutex->lock);

    if (err != EBUSY) {
        check(err, "mutex trylock");
    }
    return -err;
}

void qemu_rec_mutex_unlock(QemuRecMutex *mutex)
{
    check(pthread_mutex_unlock(&mutex->lock), "mutex unlock");
}

void qemu_cond_init(QemuCond *cond)
{
    pthread_condattr_t attr;

    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    check(pthread_cond_init(&cond->cond, &attr), "cond init");
    pthread_condattr_destroy(&attr);
}

void qemu_cond_destroy(QemuCond *cond)
{
    check(pthread_cond_destroy(&cond->cond), "cond destroy");
}

void qemu_cond_signal(QemuCond *cond)
{
    check(pthread_cond_signal(&cond->cond), "cond signal");
}

void qemu_cond_broadcast(QemuCond *cond)
{
    check(pthread_cond_broadcast(&cond->cond), "cond broadcast");
}

void qemu_cond_wait(QemuCond *cond, QemuMutex *mutex)
{
    check(pthread_cond_wait(&cond->cond, &mutex->lock), "cond wait");
}

bool qemu_cond_timedwait(QemuCond *cond, QemuMutex *mutex, int ms)
{
    struct timespec ts = deadline_after_ms(CLOCK_MONOTONIC, ms);
    int err = pthread_cond_timedwait(&cond->cond, &mutex->lock, &ts);

    if (err != ETIMEDOUT) {
        check(err, "cond timedwait");
    }
    return err == 0;
}

void qemu_sem_init(QemuSemaphore *sem, int init)
{
    check(sem_init(&sem->sem, 0, init) ? errno : 0, "sem init");
}

void qemu_sem_destroy(QemuSemaphore *sem)
{
    sem_destroy(&sem->sem);
}

void qemu_sem_post(QemuSemaphore *sem)
{
    sem_post(&sem->sem);
}

void qemu_sem_wait(QemuSemaphore *sem)
{
    RETRY_ON_EINTR(sem_wait(&sem->sem));
}

int qemu_sem_timedwait(QemuSemaphore *sem, int ms)
{
    struct timespec ts = deadline_after_ms(CLOCK_REALTIME, ms);

    return RETRY_ON_EINTR(sem_timedwait(&sem->sem, &ts));
}

void qemu_event_init(QemuEvent *ev, bool init)
{
    pthread_mutex_init(&ev->lock, NULL);
    pthread_cond_init(&ev->cond, NULL);
    ev->value = init;
}

void qemu_event_destroy(QemuEvent *ev)
{
    pthread_cond_destroy(&ev->cond);
    pthread_mutex_destroy(&ev->lock);
}

void qemu_event_set(QemuEvent *ev)
{
    pthread_mutex_lock(&ev->lock);
    ev->value = true;
    pthread_cond_broadcast(&ev->cond);
    pthread_mutex_unlock(&ev->lock);
}

void qemu_event_reset(QemuEvent *ev)
{
    pthread_mutex_lock(&ev->lock);
    ev->value = false;
    pthread_mutex_unlock(&ev->lock);
}

void qemu_event_wait(QemuEvent *ev)
{
    pthread_mutex_lock(&ev->lock);
    while (!ev->value) {
        pthread_cond_wait(&ev->cond, &ev->lock);
    }
    pthread_mutex_unlock(&ev->lock);
}

typedef struct ThreadStart {
    char name[16];
    void *(*fn)(void *);
    void *arg;
} ThreadStart;

static void *thread_main(void *opaque)
{
    ThreadStart start = *(ThreadStart *)opaque;
    void *ret;

    g_free(opaque);
    pthread_setname_np(pthread_self(), start.name);
    rcu_register_thread();
    ret = start.fn(start.arg);
    rcu_unregister_thread();
    return ret;
}

void qemu_thread_create(QemuThread *thread, const char *name,
                        void *(*start_routine)(void *), void *arg, int mode)
{
    ThreadStart *start = g_new0(ThreadStart, 1);
    sigset_t all, before;
    pthread_attr_t attr;

    g_strlcpy(start->name, name, sizeof(start->name));
    start->fn = start_routine;
    start->arg = arg;
    pthread_attr_init(&attr);
    if (mode == QEMU_THREAD_DETACHED) {
        pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    }
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    check(pthread_create(&thread->thread, &attr, thread_main, start), "thread create");
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attr);
}

void *qemu_thread_join(QemuThread *thread)
{
    void *ret;

    check(pthread_join(thread->thread, &ret), "thread join");
    return ret;
}

void qemu_thread_get_self(QemuThread *thread)
{
    thread->thread = pthread_self();
}

bool qemu_thread_is_self(QemuThread *thread)
{
    return pthread_equal(pthread_self(), thread->thread);
}
