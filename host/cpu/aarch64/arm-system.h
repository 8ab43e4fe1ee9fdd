/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one A64System of the process, connected to the host: memory through the system
 * address space, time through the virtual clock, power through the run state. It
 * lives as long as it has vCPUs. Everything here is called under the BQL.
 */
#ifndef HOST_CPU_AARCH64_ARM_SYSTEM_H
#define HOST_CPU_AARCH64_ARM_SYSTEM_H

#include "hw/core/irq.h"
#include "target/arm/cpu.h"

typedef struct ArmTimers ArmTimers;

/* The system, made when there is none. */
A64System *arm_system_get(void);

/* The accelerator learns of a vCPU; the system goes with the last. */
void arm_system_cpu_added(CPUState *cpu, A64Cpu *core);
void arm_system_cpu_removed(CPUState *cpu);

/* Some vCPU may have something to do: end the accelerator's sleep. */
void arm_system_wake(void);

/* QEMUTimers behind the generic timers of @core; @out are their lines (borrowed). */
ArmTimers *arm_timers_new(A64Cpu *core, qemu_irq *out);
void arm_timers_free(ArmTimers *t);

#endif
