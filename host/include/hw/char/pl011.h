/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ARM PrimeCell UART (PL011). sysbus: mmio 0 the registers, irq 0 the combined
 * interrupt, irq 1..5 receive, transmit, timeout, modem status and error. Property
 * "chardev": where the characters go.
 */
#ifndef HW_PL011_H
#define HW_PL011_H

#include "chardev/char-fe.h"
#include "hw/core/sysbus.h"

#define TYPE_PL011 "pl011"
OBJECT_DECLARE_SIMPLE_TYPE(PL011State, PL011)

#define PL011_FIFO_DEPTH 16
#define PL011_LINES      6

struct PL011State {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    CharFrontend chr;
    qemu_irq irq[PL011_LINES];
    uint32_t lcr, cr, dmacr, ifl, ilpr, ibrd, fbrd, rsr;
    uint32_t int_enabled, int_level;
    uint32_t fifo[PL011_FIFO_DEPTH];
    unsigned fifo_head, fifo_count;
};

#endif
