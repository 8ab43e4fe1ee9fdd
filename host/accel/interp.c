/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The vCPU thread. It executes without the BQL; the loop around takes it when there is
 * nothing to execute or when it is asked to stand still.
 *
 * Several vCPUs take turns: one that waits for an interrupt is skipped, one that spins
 * (WFE, YIELD) hands its turn on. A turn is short when others want theirs.
 */
#include "qemu/osdep.h"
#include "accel/interp.h"
#include "qemu/atomic.h"
#include "qemu/main-loop.h"
#include "qemu/rcu.h"
#include "qemu/thread.h"
#include "qemu/timer.h"
#include "system/cpus.h"
#include "system/qtest.h"

enum { TURN_ALONE = 4000000, TURN_SHARED = 50000 };

typedef struct Vcpu {
    CPUState *cpu;
    A64Cpu *core;
} Vcpu;

/* Under the BQL, but read by the thread while it runs (then nothing changes it). */
static Vcpu vcpus[A64_MAX_CPUS];
static unsigned n_vcpus;

static QemuThread thread;
static bool thread_started;
static QemuCond wake_cond, paused_cond;
static bool stop_wanted = true; /* atomic */
static bool standing = true;    /* the thread executes nothing */

static bool any_work(void)
{
    for (unsigned i = 0; i < n_vcpus; i++) {
        if (a64_has_work(vcpus[i].core)) {
            return true;
        }
    }
    return false;
}

static unsigned count_work(void)
{
    unsigned n = 0;

    for (unsigned i = 0; i < n_vcpus; i++) {
        n += a64_has_work(vcpus[i].core);
    }
    return n;
}

/* Sleeps until there is something to execute. */
static void wait_for_work(void)
{
    BQL_LOCK_GUARD();

    while (qatomic_read(&stop_wanted) || !any_work()) {
        if (qatomic_read(&stop_wanted)) {
            standing = true;
            qemu_cond_broadcast(&paused_cond);
        }
        qemu_cond_wait_bql(&wake_cond);
    }
    standing = false;
}

static void take_turn(Vcpu *v, int64_t budget)
{
    current_cpu = v->cpu;
    rcu_read_lock();
    a64_run(v->core, budget);
    rcu_read_unlock();
    current_cpu = NULL;
}

static void *vcpu_thread(void *arg)
{
    for (;;) {
        unsigned busy = count_work();

        if (!busy || qatomic_read(&stop_wanted)) {
            wait_for_work();
            continue;
        }
        for (unsigned i = 0; i < n_vcpus && !qatomic_read(&stop_wanted); i++) {
            if (a64_has_work(vcpus[i].core)) {
                take_turn(&vcpus[i], busy > 1 ? TURN_SHARED : TURN_ALONE);
            }
        }
    }
    return NULL;
}

static void kick_all(void)
{
    for (unsigned i = 0; i < n_vcpus; i++) {
        a64_kick(vcpus[i].core);
    }
    qemu_cond_broadcast(&wake_cond);
}

static void interp_pause_all(void)
{
    qatomic_set(&stop_wanted, true);
    if (!thread_started || qemu_thread_is_self(&thread)) {
        return;
    }
    kick_all();
    while (!standing) {
        qemu_cond_wait_bql(&paused_cond);
    }
}

static void interp_resume_all(void)
{
    if (!n_vcpus || qtest_enabled()) {
        return;
    }
    qatomic_set(&stop_wanted, false);
    if (!thread_started) {
        thread_started = true;
        standing = false; /* until it says so itself */
        qemu_thread_create(&thread, "vCPU", vcpu_thread, NULL, QEMU_THREAD_DETACHED);
    }
    qemu_cond_broadcast(&wake_cond);
}

static const VCpuOps interp_ops = {
    .pause_all = interp_pause_all,
    .resume_all = interp_resume_all,
};

void interp_wake(void)
{
    if (thread_started) {
        qemu_cond_broadcast(&wake_cond);
    }
}

void interp_add_cpu(CPUState *cpu, A64Cpu *core)
{
    if (!n_vcpus) {
        qemu_cond_init(&wake_cond);
        qemu_cond_init(&paused_cond);
        cpus_register_ops(&interp_ops);
    }
    vcpus[n_vcpus++] = (Vcpu){ cpu, core };
}

void interp_remove_cpu(CPUState *cpu)
{
    for (unsigned i = 0; i < n_vcpus; i++) {
        if (vcpus[i].cpu == cpu) {
            memmove(&vcpus[i], &vcpus[i + 1], (n_vcpus - i - 1) * sizeof(vcpus[0]));
            n_vcpus--;
            return;
        }
    }
}
