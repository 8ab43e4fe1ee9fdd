/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a64.h asks of its surroundings, answered by the host's memory core, clocks and
 * run state.
 *
 * The vCPU thread holds an RCU read lock while it executes, so that the host addresses
 * in its TLB stay valid; it lets go of it before it waits for the BQL, because who
 * holds that may wait for a grace period.
 */
#include "qemu/osdep.h"
#include "arm-system.h"
#include "accel/interp.h"
#include "qemu/main-loop.h"
#include "qemu/rcu.h"
#include "qemu/timer.h"
#include "system/address-spaces.h"
#include "system/code-pages.h"
#include "system/memory.h"
#include "system/runstate.h"

enum { NS_PER_TICK = 1000000000 / A64_TIMER_HZ };

static A64System *the_system;

struct ArmTimers {
    A64Cpu *core;
    qemu_irq *out;
    QEMUTimer timer[A64_TIMERS];
    ArmTimers *next;
};

static ArmTimers *all_timers;

/* --- Devices ----------------------------------------------------------------- */

static void glue_lock(void *opaque)
{
    rcu_read_unlock();
    bql_lock();
}

static void glue_unlock(void *opaque)
{
    bql_unlock();
    rcu_read_lock();
}

static bool glue_load(void *opaque, uint64_t pa, unsigned size, uint64_t *value)
{
    MemTxResult r;

    glue_lock(opaque);
    *value = address_space_ld(&address_space_memory, pa, size_memop(size) | MO_LE,
                              MEMTXATTRS_UNSPECIFIED, &r);
    glue_unlock(opaque);
    return r == MEMTX_OK;
}

static bool glue_store(void *opaque, uint64_t pa, unsigned size, uint64_t value)
{
    MemTxResult r;

    glue_lock(opaque);
    address_space_st(&address_space_memory, pa, value, size_memop(size) | MO_LE,
                     MEMTXATTRS_UNSPECIFIED, &r);
    glue_unlock(opaque);
    return r == MEMTX_OK;
}

/* --- RAM and the code in it ---------------------------------------------------- */

static void *glue_ram_page(void *opaque, uint64_t pa, bool *writable)
{
    MemoryRamSpan span;

    if (!address_space_ram_span(&address_space_memory, pa, false, &span) ||
        span.limit < A64_GUEST_PAGE_SIZE) {
        return NULL;
    }
    *writable = span.writable;
    return span.host;
}

static void glue_code_page(void *opaque, void *host_page, bool holds_code)
{
    ram_addr_t addr = qemu_ram_addr_from_host(host_page);

    if (addr == RAM_ADDR_INVALID) {
        return;
    }
    if (holds_code) {
        memory_code_page_set(addr);
    } else {
        memory_code_page_clear(addr);
    }
}

typedef struct FindHost {
    ram_addr_t addr;
    void *host;
} FindHost;

static int find_host(RAMBlock *rb, void *opaque)
{
    FindHost *f = opaque;

    if (f->addr < rb->offset || f->addr - rb->offset >= rb->max_length) {
        return 0;
    }
    f->host = rb->host + (f->addr - rb->offset);
    return 1;
}

/* Any thread: a device, the loader or QMP wrote to decoded pages. */
static void code_written(void *opaque, ram_addr_t start, ram_addr_t last)
{
    FindHost f = { .addr = start };

    RCU_READ_LOCK_GUARD();
    if (the_system && qemu_ram_foreach_block(find_host, &f)) {
        a64_request_code_drop(the_system, f.host);
    }
}

static void map_changed(MemoryListener *listener)
{
    if (the_system) {
        a64_request_flush(the_system);
    }
}

static MemoryListener map_listener = {
    .name = "aarch64-cpu",
    .priority = MEMORY_LISTENER_PRIORITY_ACCEL,
    .commit = map_changed,
};

/* --- Time ------------------------------------------------------------------------ */

static uint64_t glue_counter(void *opaque)
{
    return (uint64_t)qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) / NS_PER_TICK;
}

static ArmTimers *timers_of(const A64Cpu *core)
{
    ArmTimers *t = all_timers;

    while (t && t->core != core) {
        t = t->next;
    }
    return t;
}

static void glue_timer_arm(void *opaque, A64Cpu *core, int timer, uint64_t deadline)
{
    ArmTimers *t = timers_of(core);

    if (!t) {
        return; /* reset while it is being made */
    }
    if (deadline > INT64_MAX / NS_PER_TICK) {
        timer_del(&t->timer[timer]);
    } else {
        timer_mod_ns(&t->timer[timer], (int64_t)deadline * NS_PER_TICK);
    }
}

static void glue_timer_line(void *opaque, A64Cpu *core, int timer, bool level)
{
    ArmTimers *t = timers_of(core);

    if (t) {
        qemu_set_irq(t->out[timer], level);
    }
}

static void phys_expired(void *opaque)
{
    a64_timer_expired(opaque, A64_TIMER_PHYS);
}

static void virt_expired(void *opaque)
{
    a64_timer_expired(opaque, A64_TIMER_VIRT);
}

ArmTimers *arm_timers_new(A64Cpu *core, qemu_irq *out)
{
    ArmTimers *t = g_new0(ArmTimers, 1);

    t->core = core;
    t->out = out;
    timer_init_ns(&t->timer[A64_TIMER_PHYS], QEMU_CLOCK_VIRTUAL, phys_expired, core);
    timer_init_ns(&t->timer[A64_TIMER_VIRT], QEMU_CLOCK_VIRTUAL, virt_expired, core);
    t->next = all_timers;
    all_timers = t;
    return t;
}

void arm_timers_free(ArmTimers *t)
{
    ArmTimers **at = &all_timers;

    while (*at != t) {
        at = &(*at)->next;
    }
    *at = t->next;
    for (int i = 0; i < A64_TIMERS; i++) {
        timer_del(&t->timer[i]);
    }
    g_free(t);
}

/* --- Power ------------------------------------------------------------------------ */

static void glue_system_off(void *opaque)
{
    qemu_system_shutdown_request(SHUTDOWN_CAUSE_GUEST_SHUTDOWN);
}

static void glue_system_reset(void *opaque)
{
    qemu_system_reset_request(SHUTDOWN_CAUSE_GUEST_RESET);
}

/* --- Life --------------------------------------------------------------------------
 */

A64System *arm_system_get(void)
{
    static const A64HostOps ops = {
        .load = glue_load,
        .store = glue_store,
        .ram_page = glue_ram_page,
        .code_page = glue_code_page,
        .counter = glue_counter,
        .timer_arm = glue_timer_arm,
        .timer_line = glue_timer_line,
        .lock = glue_lock,
        .unlock = glue_unlock,
        .system_off = glue_system_off,
        .system_reset = glue_system_reset,
    };

    if (!the_system) {
        the_system = a64_system_new(&ops, NULL);
        memory_code_pages_set_hook(code_written, NULL);
        memory_listener_register(&map_listener, &address_space_memory);
    }
    return the_system;
}

void arm_system_cpu_added(CPUState *cpu, A64Cpu *core)
{

    interp_add_cpu(cpu, core);
}

void arm_system_cpu_removed(CPUState *cpu)
{
    interp_remove_cpu(cpu);
}

void arm_system_wake(void)
{
    interp_wake();
}
