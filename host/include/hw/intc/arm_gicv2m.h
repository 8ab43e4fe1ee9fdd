/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GICv2m: a frame of registers that turns writes (MSIs) into pulses of a range of
 * shared interrupts. sysbus: mmio 0 the frame, irq 0..num-spi-1 the interrupts.
 */
#ifndef HW_INTC_ARM_GICV2M_H
#define HW_INTC_ARM_GICV2M_H

#include "hw/core/sysbus.h"

#define TYPE_ARM_GICV2M "arm-gicv2m"
OBJECT_DECLARE_SIMPLE_TYPE(ARMGICv2mState, ARM_GICV2M)

#define GICV2M_FRAME_SIZE 0x1000

#endif
