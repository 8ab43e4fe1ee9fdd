/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Clocks and timers. All values are nanoseconds unless a name says ms or us.
 *
 * QEMU_CLOCK_REALTIME  the host's monotonic clock, always running
 * QEMU_CLOCK_VIRTUAL   guest time: stands still while the machine is stopped, and
 *                      under qtest moves only by clock_step and clock_set
 * QEMU_CLOCK_HOST      the host's wall clock
 * QEMU_CLOCK_VIRTUAL_RT  realtime here: nothing slows guest time down
 *
 * Callbacks run in the main loop under the big lock. timer_mod and timer_del may
 * be called from any thread.
 */
#ifndef QEMU_TIMER_H
#define QEMU_TIMER_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "qemu/typedefs.h"

#define NANOSECONDS_PER_SECOND 1000000000LL

#define SCALE_MS               1000000
#define SCALE_US               1000
#define SCALE_NS               1

typedef enum {
    QEMU_CLOCK_REALTIME,
    QEMU_CLOCK_VIRTUAL,
    QEMU_CLOCK_HOST,
    QEMU_CLOCK_VIRTUAL_RT,
    QEMU_CLOCK_MAX,
} QEMUClockType;

typedef void QEMUTimerCB(void *opaque);

struct QEMUTimer {
    QEMUClockType type;
    int scale;
    int64_t expire_time; /* ns; -1: not pending */
    QEMUTimerCB *cb;
    void *opaque;
    QEMUTimer *next; /* by expire_time, in the clock's list */
};

int64_t qemu_clock_get_ns(QEMUClockType type);

static inline int64_t qemu_clock_get_us(QEMUClockType type)
{
    return qemu_clock_get_ns(type) / SCALE_US;
}

static inline int64_t qemu_clock_get_ms(QEMUClockType type)
{
    return qemu_clock_get_ns(type) / SCALE_MS;
}

/* Nanoseconds until the first timer of @type, 0 when it is due, -1 without timers. */
int64_t qemu_clock_deadline_ns_all(QEMUClockType type, int attr_mask);
#define QEMU_TIMER_ATTR_ALL 0xffffffff
/* Run what is due; true if something ran. */
bool qemu_clock_run_timers(QEMUClockType type);
bool qemu_clock_run_all_timers(void);
/* A disabled clock keeps its timers and runs none. */
void qemu_clock_enable(QEMUClockType type, bool enabled);

/* Guest time starts and stops with the machine. */
void cpu_enable_ticks(void);
void cpu_disable_ticks(void);
/* From now on guest time moves only by qemu_clock_advance_virtual_time(). */
void qemu_clock_virtual_set_manual(void);
/*
 * Move manual guest time forward to @dest, running each timer at its own time.
 * Returns the time reached. Time never goes back.
 */
int64_t qemu_clock_advance_virtual_time(int64_t dest);

void timer_init_full(QEMUTimer *ts, QEMUTimerListGroup *group, QEMUClockType type,
                     int scale, int attributes, QEMUTimerCB *cb, void *opaque);
void timer_deinit(QEMUTimer *ts);

static inline void timer_init_ns(QEMUTimer *ts, QEMUClockType type, QEMUTimerCB *cb,
                                 void *opaque)
{
    timer_init_full(ts, NULL, type, SCALE_NS, 0, cb, opaque);
}

static inline void timer_init_us(QEMUTimer *ts, QEMUClockType type, QEMUTimerCB *cb,
                                 void *opaque)
{
    timer_init_full(ts, NULL, type, SCALE_US, 0, cb, opaque);
}

static inline void timer_init_ms(QEMUTimer *ts, QEMUClockType type, QEMUTimerCB *cb,
                                 void *opaque)
{
    timer_init_full(ts, NULL, type, SCALE_MS, 0, cb, opaque);
}

static inline QEMUTimer *timer_new(QEMUClockType type, int scale, QEMUTimerCB *cb,
                                   void *opaque)
{
    QEMUTimer *ts = g_new0(QEMUTimer, 1);

    timer_init_full(ts, NULL, type, scale, 0, cb, opaque);
    return ts;
}

static inline QEMUTimer *timer_new_ns(QEMUClockType type, QEMUTimerCB *cb, void *opaque)
{
    return timer_new(type, SCALE_NS, cb, opaque);
}

static inline QEMUTimer *timer_new_us(QEMUClockType type, QEMUTimerCB *cb, void *opaque)
{
    return timer_new(type, SCALE_US, cb, opaque);
}

static inline QEMUTimer *timer_new_ms(QEMUClockType type, QEMUTimerCB *cb, void *opaque)
{
    return timer_new(type, SCALE_MS, cb, opaque);
}

void timer_del(QEMUTimer *ts);
/* Also stops it. NULL is fine. */
void timer_free(QEMUTimer *ts);
void timer_mod_ns(QEMUTimer *ts, int64_t expire_time);
/* In the timer's own scale. */
void timer_mod(QEMUTimer *ts, int64_t expire_time);
/* Only ever earlier than now planned. */
void timer_mod_anticipate_ns(QEMUTimer *ts, int64_t expire_time);
bool timer_pending(const QEMUTimer *ts);
uint64_t timer_expire_time_ns(const QEMUTimer *ts);

/* Nanoseconds to poll()'s milliseconds, rounded up; negative: for ever. */
int qemu_timeout_ns_to_ms(int64_t ns);
/* The earlier of two timeouts of which negative means never. */
static inline int64_t qemu_soonest_timeout(int64_t t1, int64_t t2)
{
    return (uint64_t)t1 < (uint64_t)t2 ? t1 : t2;
}

#endif
