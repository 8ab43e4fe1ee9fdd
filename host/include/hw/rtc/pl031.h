/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ARM PrimeCell real time clock (PL031): seconds of UTC and one alarm. sysbus: mmio 0
 * the registers, irq 0 the alarm.
 */
#ifndef HW_TIMER_PL031_H
#define HW_TIMER_PL031_H

#include "hw/core/sysbus.h"

#define TYPE_PL031 "pl031"
OBJECT_DECLARE_SIMPLE_TYPE(PL031State, PL031)

#endif
