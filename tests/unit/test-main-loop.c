/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/event_notifier.h"
#include "qemu/main-loop.h"
#include "qemu/rcu.h"
#include "qemu/timer.h"

static void count(void *opaque)
{
    ++*(int *)opaque;
}

static void test_bh(void)
{
    int n = 0;
    QEMUBH *bh = qemu_bh_new(count, &n);

    main_loop_wait(1);
    g_assert_cmpint(n, ==, 0);
    qemu_bh_schedule(bh);
    qemu_bh_schedule(bh); /* once is enough */
    main_loop_wait(0);
    g_assert_cmpint(n, ==, 1);
    qemu_bh_schedule(bh);
    qemu_bh_cancel(bh);
    main_loop_wait(1);
    g_assert_cmpint(n, ==, 1);
    qemu_bh_schedule(bh);
    qemu_bh_delete(bh);
    main_loop_wait(1);
    g_assert_cmpint(n, ==, 1);
    aio_bh_schedule_oneshot(qemu_get_aio_context(), count, &n);
    main_loop_wait(1);
    g_assert_cmpint(n, ==, 2);
}

typedef struct Again {
    QEMUBH *bh;
    int n;
} Again;

static void again(void *opaque)
{
    Again *a = opaque;

    a->n++;
    qemu_bh_schedule(a->bh);
}

static void test_bh_round(void)
{
    Again a = {};

    a.bh = qemu_bh_new(again, &a);
    qemu_bh_schedule(a.bh);
    main_loop_wait(1); /* ends although the bottom half is always ready */
    g_assert_cmpint(a.n, ==, 1);
    qemu_bh_delete(a.bh);
    main_loop_wait(1);
}

static MemReentrancyGuard guard;

static void check_guard(void *opaque)
{
    g_assert_true(guard.engaged_in_io);
    ++*(int *)opaque;
}

static void test_bh_guard(void)
{
    int n = 0;
    QEMUBH *bh = qemu_bh_new_guarded(check_guard, &n, &guard);

    qemu_bh_schedule(bh);
    main_loop_wait(1);
    g_assert_cmpint(n, ==, 1);
    g_assert_false(guard.engaged_in_io);
    qemu_bh_delete(bh);
}

static void *schedule_from_thread(void *opaque)
{
    g_usleep(1000);
    g_assert_false(bql_locked());
    qemu_bh_schedule(opaque);
    BQL_LOCK_GUARD();
    g_assert_true(bql_locked());
    g_assert_false(qemu_in_main_thread());
    return NULL;
}

static void test_bh_thread(void)
{
    int n = 0;
    QEMUBH *bh = qemu_bh_new(count, &n);
    QemuThread thread;

    qemu_thread_create(&thread, "bh", schedule_from_thread, bh, QEMU_THREAD_JOINABLE);
    while (!n) {
        main_loop_wait(0); /* sleeps until the thread wakes it */
    }
    bql_unlock();
    qemu_thread_join(&thread);
    bql_lock();
    qemu_bh_delete(bh);
}

typedef struct FdCase {
    EventNotifier e;
    int calls;
} FdCase;

static void on_event(EventNotifier *e)
{
    FdCase *c = container_of(e, FdCase, e);

    g_assert_true(event_notifier_test_and_clear(e));
    c->calls++;
}

static void test_fd(void)
{
    FdCase c = {};

    g_assert_cmpint(event_notifier_init(&c.e, 0), ==, 0);
    event_notifier_set_handler(&c.e, on_event);
    main_loop_wait(1);
    g_assert_cmpint(c.calls, ==, 0);
    event_notifier_set(&c.e);
    event_notifier_set(&c.e);
    main_loop_wait(0);
    g_assert_cmpint(c.calls, ==, 1);
    event_notifier_set_handler(&c.e, NULL);
    event_notifier_set(&c.e);
    main_loop_wait(1);
    g_assert_cmpint(c.calls, ==, 1);
    event_notifier_cleanup(&c.e);
}

static void test_other_context(void)
{
    AioContext *ctx = aio_context_new(&error_abort);
    int n = 0;

    g_assert_false(aio_poll(ctx, false));
    aio_bh_schedule_oneshot(ctx, count, &n);
    g_assert_true(aio_poll(ctx, true));
    g_assert_cmpint(n, ==, 1);
    aio_bh_schedule_oneshot(ctx, count, &n); /* freed with the context */
    aio_context_unref(ctx);
    g_assert_cmpint(n, ==, 1);
}

static void test_realtime_timer(void)
{
    int64_t start = qemu_clock_get_ns(QEMU_CLOCK_REALTIME);
    int n = 0;
    QEMUTimer *t = timer_new_ms(QEMU_CLOCK_REALTIME, count, &n);

    timer_mod(t, qemu_clock_get_ms(QEMU_CLOCK_REALTIME) + 5);
    g_assert_true(timer_pending(t));
    while (!n) {
        main_loop_wait(0);
    }
    g_assert_cmpint(qemu_clock_get_ns(QEMU_CLOCK_REALTIME) - start, >=, 4 * SCALE_MS);
    g_assert_false(timer_pending(t));
    timer_mod(t, 0);
    timer_free(t);
    main_loop_wait(1);
    g_assert_cmpint(n, ==, 1);
}

typedef struct Tick {
    QEMUTimer *t;
    int64_t seen[4];
    int n;
    int64_t period;
} Tick;

static void on_tick(void *opaque)
{
    Tick *k = opaque;

    if (k->n < 4) {
        k->seen[k->n] = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
    }
    k->n++;
    timer_mod(k->t, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) + k->period);
}

static void test_manual_time(void)
{
    Tick k = { .period = 100 };
    int n = 0;
    QEMUTimer *late = timer_new_ns(QEMU_CLOCK_VIRTUAL, count, &n);

    qemu_clock_virtual_set_manual();
    g_assert_cmpint(qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL), ==, 0);
    k.t = timer_new_ns(QEMU_CLOCK_VIRTUAL, on_tick, &k);
    timer_mod(late, 1000);
    timer_mod_anticipate_ns(late, 2000);
    g_assert_cmpuint(timer_expire_time_ns(late), ==, 1000);
    timer_mod(k.t, 100);
    g_assert_cmpint(qemu_clock_deadline_ns_all(QEMU_CLOCK_VIRTUAL, 0), ==, 100);
    g_assert_cmpint(qemu_clock_advance_virtual_time(350), ==, 350);
    g_assert_cmpint(k.n, ==, 3);
    g_assert_cmpint(k.seen[2], ==, 300);
    g_assert_cmpint(n, ==, 0);
    qemu_clock_advance_virtual_time(1000);
    g_assert_cmpint(n, ==, 1);
    /* Time does not go back, and a timer that is always due does not hold it. */
    g_assert_cmpint(qemu_clock_advance_virtual_time(10), ==, 1000);
    k.period = 0;
    g_assert_cmpint(qemu_clock_advance_virtual_time(2000), ==, 2000);
    timer_free(k.t);
    timer_free(late);
}

static void test_locks(void)
{
    QemuMutex m;
    QemuRecMutex r;
    int rounds = 0;

    qemu_mutex_init(&m);
    qemu_rec_mutex_init(&r);
    {
        QEMU_LOCK_GUARD(&m);
        g_assert_cmpint(qemu_mutex_trylock(&m), ==, -EBUSY);
    }
    WITH_QEMU_LOCK_GUARD(&m)
    {
        g_assert_cmpint(qemu_mutex_trylock(&m), ==, -EBUSY);
        rounds++;
    }
    WITH_QEMU_LOCK_GUARD(&m)
    {
        break;
    }
    g_assert_cmpint(rounds, ==, 1);
    g_assert_cmpint(qemu_mutex_trylock(&m), ==, 0);
    qemu_mutex_unlock(&m);
    {
        QEMU_LOCK_GUARD(&r);
        QEMU_LOCK_GUARD(&r);
    }
    qemu_mutex_destroy(&m);
    qemu_rec_mutex_destroy(&r);
}

typedef struct Shared {
    struct rcu_head rcu;
    int value;
} Shared;

static Shared *shared;
static int freed;
static bool stop_reader;

static void shared_free(Shared *s)
{
    s->value = -1;
    g_free(s);
    qatomic_inc(&freed);
}

static void *reader(void *opaque)
{
    while (!qatomic_read(&stop_reader)) {
        RCU_READ_LOCK_GUARD();
        g_assert_cmpint(qatomic_rcu_read(&shared)->value, ==, 1);
    }
    return NULL;
}

static Shared *shared_new(void)
{
    Shared *s = g_new0(Shared, 1);

    s->value = 1;
    return s;
}

static void test_rcu(void)
{
    QemuThread thread;

    shared = shared_new();
    qemu_thread_create(&thread, "reader", reader, NULL, QEMU_THREAD_JOINABLE);
    for (int i = 0; i < 200; i++) {
        Shared *old = shared;

        qatomic_rcu_set(&shared, shared_new());
        call_rcu(old, shared_free, rcu);
    }
    drain_call_rcu();
    g_assert_cmpint(freed, ==, 200);
    qatomic_set(&stop_reader, true);
    qemu_thread_join(&thread);
    WITH_RCU_READ_LOCK_GUARD()
    {
        g_assert_cmpint(shared->value, ==, 1);
    }
    g_free_rcu(shared, rcu);
    drain_call_rcu();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/main-loop/bh", test_bh);
    g_test_add_func("/main-loop/bh-one-round", test_bh_round);
    g_test_add_func("/main-loop/bh-guard", test_bh_guard);
    g_test_add_func("/main-loop/bh-from-thread", test_bh_thread);
    g_test_add_func("/main-loop/fd", test_fd);
    g_test_add_func("/main-loop/other-context", test_other_context);
    g_test_add_func("/main-loop/realtime-timer", test_realtime_timer);
    g_test_add_func("/main-loop/manual-time", test_manual_time);
    g_test_add_func("/main-loop/locks", test_locks);
    g_test_add_func("/main-loop/rcu", test_rcu);
    return g_test_run();
}
