/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PSCI 1.0, the firmware interface for power: which vCPUs run, and the machine's end
 * or restart. Calls come by HVC or SMC, arguments and result in X0 to X3.
 */
#include "qemu/osdep.h"
#include "internal.h"

enum {
    PSCI_VERSION = 0x84000000,
    PSCI_CPU_SUSPEND = 0x84000001,
    PSCI_CPU_OFF = 0x84000002,
    PSCI_CPU_ON = 0x84000003,
    PSCI_AFFINITY_INFO = 0x84000004,
    PSCI_MIGRATE_INFO_TYPE = 0x84000006,
    PSCI_SYSTEM_OFF = 0x84000008,
    PSCI_SYSTEM_RESET = 0x84000009,
    PSCI_FEATURES = 0x8400000a,
    PSCI_64BIT = 0x40000000,
};

enum {
    RET_SUCCESS = 0,
    RET_NOT_SUPPORTED = -1,
    RET_INVALID_PARAMETERS = -2,
    RET_ALREADY_ON = -4,
    RET_INVALID_ADDRESS = -9,
};

static A64Cpu *find_cpu(A64System *sys, uint64_t affinity)
{
    for (unsigned i = 0; i < sys->n_cpus; i++) {
        if (sys->cpu[i]->config.mp_affinity == affinity) {
            return sys->cpu[i];
        }
    }
    return NULL;
}

static int64_t cpu_on(A64Cpu *c, uint64_t affinity, uint64_t entry, uint64_t context)
{
    A64Cpu *t = find_cpu(c->sys, affinity);

    if (!t) {
        return RET_INVALID_PARAMETERS;
    }
    if (t->powered_on) {
        return RET_ALREADY_ON;
    }
    if (entry & 3) {
        return RET_INVALID_ADDRESS;
    }
    a64_lock(c->sys);
    a64_cpu_reset(t);
    a64_unlock(c->sys);
    t->pc = entry;
    t->x[0] = context;
    t->powered_on = true;
    return RET_SUCCESS;
}

static void stop(A64Cpu *c, A64Exit why)
{
    c->want_exit = true;
    c->exit_reason = why;
}

static int64_t cpu_off(A64Cpu *c)
{
    c->powered_on = false;
    stop(c, A64_EXIT_WAIT);
    return RET_SUCCESS;
}

static int64_t affinity_info(A64Cpu *c, uint64_t affinity, uint64_t level)
{
    A64Cpu *t = find_cpu(c->sys, affinity);

    if (level != 0 || !t) {
        return RET_INVALID_PARAMETERS;
    }
    return t->powered_on ? 0 : 1;
}

static int64_t features(uint32_t id)
{
    switch (id & ~(uint32_t)PSCI_64BIT) {
    case PSCI_CPU_ON:
    case PSCI_AFFINITY_INFO:
    case PSCI_CPU_SUSPEND:
        return RET_SUCCESS;
    case PSCI_VERSION:
    case PSCI_CPU_OFF:
    case PSCI_MIGRATE_INFO_TYPE:
    case PSCI_SYSTEM_OFF:
    case PSCI_SYSTEM_RESET:
    case PSCI_FEATURES:
        return id & PSCI_64BIT ? RET_NOT_SUPPORTED : RET_SUCCESS;
    default:
        return RET_NOT_SUPPORTED;
    }
}

/* Suspend to standby: as WFI, the call returns after the wake-up event. */
static int64_t cpu_suspend(A64Cpu *c)
{
    c->halted = true;
    if (a64_has_work(c)) {
        c->halted = false;
    } else {
        stop(c, A64_EXIT_WAIT);
    }
    return RET_SUCCESS;
}

static int64_t call(A64Cpu *c, uint32_t id)
{
    switch (id) {
    case PSCI_VERSION:
        return 0x10000;
    case PSCI_CPU_SUSPEND:
    case PSCI_CPU_SUSPEND | PSCI_64BIT:
        return cpu_suspend(c);
    case PSCI_CPU_OFF:
        return cpu_off(c);
    case PSCI_CPU_ON:
        return cpu_on(c, (uint32_t)c->x[1], (uint32_t)c->x[2], (uint32_t)c->x[3]);
    case PSCI_CPU_ON | PSCI_64BIT:
        return cpu_on(c, c->x[1], c->x[2], c->x[3]);
    case PSCI_AFFINITY_INFO:
        return affinity_info(c, (uint32_t)c->x[1], (uint32_t)c->x[2]);
    case PSCI_AFFINITY_INFO | PSCI_64BIT:
        return affinity_info(c, c->x[1], c->x[2]);
    case PSCI_MIGRATE_INFO_TYPE:
        return 2; /* no trusted OS to migrate */
    case PSCI_SYSTEM_OFF:
        c->powered_on = false;
        stop(c, A64_EXIT_WAIT);
        c->sys->ops.system_off(c->sys->opaque);
        return RET_SUCCESS;
    case PSCI_SYSTEM_RESET:
        c->powered_on = false;
        stop(c, A64_EXIT_WAIT);
        c->sys->ops.system_reset(c->sys->opaque);
        return RET_SUCCESS;
    case PSCI_FEATURES:
        return features(c->x[1]);
    default:
        return RET_NOT_SUPPORTED;
    }
}

bool a64_psci_call(A64Cpu *c, A64Conduit conduit)
{
    if (conduit != c->config.psci_conduit) {
        return false;
    }
    c->x[0] = (uint64_t)call(c, (uint32_t)c->x[0]);
    return true;
}
