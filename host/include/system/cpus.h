/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stopping and resuming all vCPU threads. An accelerator that runs CPUs says how;
 * without one (qtest, machine none) there is nothing to stop.
 */
#ifndef SYSTEM_CPUS_H
#define SYSTEM_CPUS_H

typedef struct VCpuOps {
    /* Returns when no vCPU executes. Called, as resume, with the big lock. */
    void (*pause_all)(void);
    void (*resume_all)(void);
} VCpuOps;

/* Once, by the accelerator, before the machine runs. */
void cpus_register_ops(const VCpuOps *ops);

/* vm_start(), vm_stop() and a reset call these; devices have no need to. */
void pause_all_vcpus(void);
void resume_all_vcpus(void);

#endif
