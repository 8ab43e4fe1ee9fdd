/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the machine knows of a vCPU whatever its architecture: it is a device with an
 * index. How it executes is the business of its type and of the accelerator.
 */
#ifndef QEMU_CPU_H
#define QEMU_CPU_H

#include <stdbool.h>
#include <stdint.h>

typedef struct CPUState CPUState;

#define TYPE_CPU "cpu"
#define CPU(obj) ((CPUState *)(obj))

/* Realized vCPUs in the order of their index; NULL after the last. */
CPUState *cpu_first(void);
CPUState *cpu_next(const CPUState *cpu);
/* The vCPU with @index, NULL if there is none. */
CPUState *qemu_get_cpu(int index);
int cpu_get_index(const CPUState *cpu);
/* The vCPU that the calling thread is executing, NULL if it is doing something else. */
extern __thread CPUState *current_cpu;

#define first_cpu        (cpu_first())
#define CPU_NEXT(cpu)    cpu_next(cpu)
#define CPU_FOREACH(cpu) for ((cpu) = cpu_first(); (cpu); (cpu) = cpu_next(cpu))

#endif
