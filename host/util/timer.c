/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/main-loop.h"
#include "qemu/timer.h"
#include "async-internal.h"
#include "trace.h"

/* How guest time moves. */
typedef enum VirtualMode {
    VIRTUAL_STOPPED,
    VIRTUAL_RUNNING,
    VIRTUAL_MANUAL,
} VirtualMode;

typedef struct ClockState {
    QEMUTimer *first; /* by expire_time; by timers_lock */
    bool disabled;
} ClockState;

static QemuMutex timers_lock;
static ClockState clocks[QEMU_CLOCK_MAX];

/*
 * Guest time is virtual_base, plus the host clock while running. Mode and base
 * change only while no CPU runs, so readers need no lock.
 */
static VirtualMode virtual_mode;
static int64_t virtual_base;

static void __attribute__((constructor)) timers_init(void)
{
    qemu_mutex_init(&timers_lock);
}

static int64_t host_clock_ns(clockid_t id)
{
    struct timespec ts;

    clock_gettime(id, &ts);
    return ts.tv_sec * NANOSECONDS_PER_SECOND + ts.tv_nsec;
}

int64_t qemu_clock_get_ns(QEMUClockType type)
{
    int64_t base;

    switch (type) {
    case QEMU_CLOCK_VIRTUAL:
        base = qatomic_read(&virtual_base);
        if (qatomic_read(&virtual_mode) == VIRTUAL_RUNNING) {
            base += host_clock_ns(CLOCK_MONOTONIC);
        }
        return base;
    case QEMU_CLOCK_HOST:
        return host_clock_ns(CLOCK_REALTIME);
    default:
        return host_clock_ns(CLOCK_MONOTONIC);
    }
}

void cpu_enable_ticks(void)
{
    if (virtual_mode == VIRTUAL_STOPPED) {
        qatomic_set(&virtual_base, virtual_base - host_clock_ns(CLOCK_MONOTONIC));
        qatomic_set(&virtual_mode, VIRTUAL_RUNNING);
        qemu_notify_event();
    }
}

void cpu_disable_ticks(void)
{
    if (virtual_mode == VIRTUAL_RUNNING) {
        int64_t now = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);

        qatomic_set(&virtual_mode, VIRTUAL_STOPPED);
        qatomic_set(&virtual_base, now);
    }
}

void qemu_clock_virtual_set_manual(void)
{
    int64_t now = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);

    qatomic_set(&virtual_mode, VIRTUAL_MANUAL);
    qatomic_set(&virtual_base, now);
}

/* The first timer's time, or -1. */
static int64_t first_expire_time(QEMUClockType type)
{
    QEMU_LOCK_GUARD(&timers_lock);
    if (clocks[type].disabled || !clocks[type].first) {
        return -1;
    }
    return clocks[type].first->expire_time;
}

int64_t qemu_clock_deadline_ns_all(QEMUClockType type, int attr_mask)
{
    int64_t expire = first_expire_time(type);
    int64_t now;

    if (expire < 0) {
        return -1;
    }
    now = qemu_clock_get_ns(type);
    return expire <= now ? 0 : expire - now;
}

/* Guest time that stands still wakes nobody. */
int64_t timers_wait_ns(QEMUClockType type)
{
    int64_t deadline = qemu_clock_deadline_ns_all(type, QEMU_TIMER_ATTR_ALL);

    if (type == QEMU_CLOCK_VIRTUAL && deadline > 0 &&
        qatomic_read(&virtual_mode) != VIRTUAL_RUNNING) {
        return -1;
    }
    return deadline;
}

static QEMUTimer *pop_expired(QEMUClockType type, int64_t now)
{
    ClockState *clock = &clocks[type];
    QEMUTimer *ts;

    QEMU_LOCK_GUARD(&timers_lock);
    ts = clock->first;
    if (clock->disabled || !ts || ts->expire_time > now) {
        return NULL;
    }
    clock->first = ts->next;
    ts->expire_time = -1;
    return ts;
}

static unsigned count_expired(QEMUClockType type, int64_t now)
{
    unsigned n = 0;

    QEMU_LOCK_GUARD(&timers_lock);
    for (QEMUTimer *ts = clocks[type].first; ts && ts->expire_time <= now;
         ts = ts->next) {
        n++;
    }
    return n;
}

bool qemu_clock_run_timers(QEMUClockType type)
{
    int64_t now = qemu_clock_get_ns(type);
    /* One that re-arms itself for now waits for the next round. */
    unsigned n = count_expired(type, now);
    bool progress = false;
    QEMUTimer *ts;

    while (n-- && (ts = pop_expired(type, now))) {
        ts->cb(ts->opaque);
        progress = true;
    }
    return progress;
}

bool qemu_clock_run_all_timers(void)
{
    bool progress = false;

    for (int type = 0; type < QEMU_CLOCK_MAX; type++) {
        progress |= qemu_clock_run_timers(type);
    }
    return progress;
}

void qemu_clock_enable(QEMUClockType type, bool enabled)
{
    WITH_QEMU_LOCK_GUARD(&timers_lock)
    {
        clocks[type].disabled = !enabled;
    }
    qemu_notify_event();
}

int64_t qemu_clock_advance_virtual_time(int64_t dest)
{
    int64_t now = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);

    assert(virtual_mode == VIRTUAL_MANUAL);
    while (now < dest) {
        int64_t expire = first_expire_time(QEMU_CLOCK_VIRTUAL);
        /* Always forward: a timer that re-arms itself for now can not hold time. */
        int64_t next = expire > now ? MIN(expire, dest) : expire < 0 ? dest : now + 1;

        qatomic_set(&virtual_base, next);
        qemu_clock_run_timers(QEMU_CLOCK_VIRTUAL);
        now = next;
    }
    qemu_clock_run_timers(QEMU_CLOCK_VIRTUAL); /* due already, if time did not move */
    return now;
}

void timer_init_full(QEMUTimer *ts, QEMUTimerListGroup *group, QEMUClockType type,
                     int scale, int attributes, QEMUTimerCB *cb, void *opaque)
{
    assert(!group);
    *ts = (QEMUTimer){
        .type = type,
        .scale = scale,
        .expire_time = -1,
        .cb = cb,
        .opaque = opaque,
    };
}

void timer_deinit(QEMUTimer *ts)
{
    timer_del(ts);
    ts->cb = NULL;
}

static void timer_unlink_locked(QEMUTimer *ts)
{
    QEMUTimer **slot = &clocks[ts->type].first;

    if (ts->expire_time < 0) {
        return;
    }
    while (*slot != ts) {
        slot = &(*slot)->next;
    }
    *slot = ts->next;
    ts->expire_time = -1;
}

/* True when it became the first of its clock. */
static bool timer_link_locked(QEMUTimer *ts, int64_t expire_time)
{
    QEMUTimer **slot = &clocks[ts->type].first;

    ts->expire_time = MAX(expire_time, 0);
    while (*slot && (*slot)->expire_time <= ts->expire_time) {
        slot = &(*slot)->next;
    }
    ts->next = *slot;
    *slot = ts;
    return slot == &clocks[ts->type].first;
}

void timer_del(QEMUTimer *ts)
{
    QEMU_LOCK_GUARD(&timers_lock);
    timer_unlink_locked(ts);
}

void timer_free(QEMUTimer *ts)
{
    if (ts) {
        timer_del(ts);
        g_free(ts);
    }
}

void timer_mod_ns(QEMUTimer *ts, int64_t expire_time)
{
    bool first = false;

    WITH_QEMU_LOCK_GUARD(&timers_lock)
    {
        timer_unlink_locked(ts);
        first = timer_link_locked(ts, expire_time);
    }
    if (first) {
        qemu_notify_event();
    }
}

void timer_mod(QEMUTimer *ts, int64_t expire_time)
{
    int64_t ns;

    if (__builtin_mul_overflow(expire_time, ts->scale, &ns)) {
        ns = INT64_MAX;
    }
    timer_mod_ns(ts, ns);
}

void timer_mod_anticipate_ns(QEMUTimer *ts, int64_t expire_time)
{
    bool first = false;

    WITH_QEMU_LOCK_GUARD(&timers_lock)
    {
        if (ts->expire_time < 0 || ts->expire_time > expire_time) {
            timer_unlink_locked(ts);
            first = timer_link_locked(ts, expire_time);
        }
    }
    if (first) {
        qemu_notify_event();
    }
}

bool timer_pending(const QEMUTimer *ts)
{
    return qatomic_read(&ts->expire_time) >= 0;
}

uint64_t timer_expire_time_ns(const QEMUTimer *ts)
{
    return timer_pending(ts) ? ts->expire_time : -1;
}

int qemu_timeout_ns_to_ms(int64_t ns)
{
    if (ns < 0) {
        return -1;
    }
    return MIN(DIV_ROUND_UP(ns, SCALE_MS), INT32_MAX);
}
