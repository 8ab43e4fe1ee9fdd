/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The AArch64 CPU as a device of the machine: type names, pins and the way for an
 * interrupt controller to attach its system registers. GPIO in: ARM_CPU_IRQ,
 * ARM_CPU_FIQ. GPIO out: GTIMER_PHYS, GTIMER_VIRT. Properties: mp-affinity,
 * start-powered-off, psci-conduit (QEMU_PSCI_CONDUIT_*), link "memory".
 */
#ifndef TARGET_ARM_CPU_H
#define TARGET_ARM_CPU_H

#include "hw/core/cpu.h"
#include "host/cpu/aarch64/a64.h"

#define TYPE_ARM_CPU            "arm-cpu"
#define ARM_CPU_TYPE_SUFFIX     "-" TYPE_ARM_CPU
#define ARM_CPU_TYPE_NAME(name) (name ARM_CPU_TYPE_SUFFIX)

typedef struct ARMCPU ARMCPU;

enum { ARM_CPU_IRQ = 0, ARM_CPU_FIQ = 1 };
enum { GTIMER_PHYS = 0, GTIMER_VIRT = 1 };
enum {
    QEMU_PSCI_CONDUIT_DISABLED = 0,
    QEMU_PSCI_CONDUIT_SMC = 1,
    QEMU_PSCI_CONDUIT_HVC = 2,
};

/*
 * Attaches @n system registers of an interrupt controller to a realized @cpu. The
 * callbacks get @opaque and run on the vCPU thread under the BQL. The table is not
 * copied. Registers are looked up when code is decoded: attach before vm_start().
 */
void a64_cpu_add_sysregs(CPUState *cpu, const A64SysRegHook *regs, size_t n,
                         void *opaque);

/* The affinity fields of MPIDR_EL1 of vCPU @idx, @clustersz vCPUs to a cluster. */
uint64_t arm_build_mp_affinity(int idx, uint8_t clustersz);

/* Where the vCPU starts after the next reset: the kernel loader's business. */
void arm_cpu_set_boot(CPUState *cpu, uint64_t entry, uint64_t x0);

#endif
