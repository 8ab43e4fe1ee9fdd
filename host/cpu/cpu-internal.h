/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CPUState for those who implement a CPU: its place in the list of vCPUs.
 */
#ifndef HOST_CPU_CPU_INTERNAL_H
#define HOST_CPU_CPU_INTERNAL_H

#include "hw/core/cpu.h"
#include "hw/core/qdev.h"

struct CPUState {
    DeviceState parent_obj;
    int cpu_index;
    CPUState *next;
};

/* Appends @cpu to the list and gives it its index; takes it out again. Under the BQL.
 */
void cpu_list_add(CPUState *cpu);
void cpu_list_remove(CPUState *cpu);

#endif
