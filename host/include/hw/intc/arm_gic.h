/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The GICv2 interrupt controller: a distributor and one CPU interface a CPU, without
 * interrupt grouping and virtualization. sysbus: mmio 0 the distributor, 1 the CPU
 * interface; irq 0..N-1 the IRQ and N..2N-1 the FIQ inputs of the N CPUs. GPIO in:
 * first the shared interrupts (INTID 32 and up), then 32 private ones for each CPU.
 * Registers that are banked by CPU show the bank of the vCPU that accesses.
 */
#ifndef HW_ARM_GIC_H
#define HW_ARM_GIC_H

#include "hw/core/sysbus.h"
#include "qom/object.h"

#define TYPE_ARM_GIC "arm_gic"
OBJECT_DECLARE_SIMPLE_TYPE(GICState, ARM_GIC)

#define GIC_INTERNAL 32 /* INTIDs private to a CPU: 16 SGIs, then 16 PPIs */
#define GIC_NR_SGIS  16

#endif
