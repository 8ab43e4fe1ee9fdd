/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The GICv3 interrupt controller with one security state: distributor,
 * redistributors, the CPUs' ICC_* system registers and, with has-lpi, LPIs (to which
 * an ITS translates MSIs). sysbus: mmio 0 the distributor, 1 the redistributors,
 * 128 KiB a CPU; irq 0..N-1 the IRQ and N..2N-1 the FIQ inputs of the N CPUs. GPIO
 * in: first the shared interrupts (INTID 32 and up), then 32 private ones a CPU.
 */
#ifndef HW_ARM_GICV3_H
#define HW_ARM_GICV3_H

#include "hw/core/sysbus.h"
#include "qom/object.h"

#define TYPE_ARM_GICV3 "arm-gicv3"
OBJECT_DECLARE_SIMPLE_TYPE(GICv3State, ARM_GICV3)

#define GICV3_REDIST_SIZE 0x20000

/*
 * The interrupt translation service. sysbus: mmio 0 its two frames. Link property
 * "parent-gicv3": where translated interrupts go.
 */
#define TYPE_ARM_GICV3_ITS "arm-gicv3-its"
OBJECT_DECLARE_SIMPLE_TYPE(GICv3ITSState, ARM_GICV3_ITS)

#define GICV3_ITS_SIZE       0x20000
#define GICV3_ITS_TRANSLATER 0x10040 /* offset of the register MSIs write to */

#endif
