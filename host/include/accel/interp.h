/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The accelerator "interp" (also called "tcg"): one host thread executes the vCPUs in
 * turns. It starts with vm_start() and stands still after vm_stop(). All functions are
 * called under the BQL.
 */
#ifndef ACCEL_INTERP_H
#define ACCEL_INTERP_H

#include "hw/core/cpu.h"
#include "host/cpu/aarch64/a64.h"

void interp_add_cpu(CPUState *cpu, A64Cpu *core);
/* The vCPUs must be paused. */
void interp_remove_cpu(CPUState *cpu);
/* A vCPU may have work now. */
void interp_wake(void);

#endif
