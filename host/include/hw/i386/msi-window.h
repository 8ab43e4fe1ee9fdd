/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The APICs' message window, 0xfee00000 to 0xfeefffff. There is no CPU: each
 * message pulses output line <vector> (256 of them), and the last one can be
 * read as properties (messages, last-address, last-data, last-requester).
 */
#ifndef HW_I386_MSI_WINDOW_H
#define HW_I386_MSI_WINDOW_H

#include "hw/core/sysbus.h"

#define TYPE_MSI_WINDOW "x86-msi-window"
OBJECT_DECLARE_SIMPLE_TYPE(MsiWindow, MSI_WINDOW)

#define MSI_WINDOW_BASE 0xfee00000ULL
#define MSI_WINDOW_SIZE 0x00100000ULL

struct MsiWindow {
    SysBusDevice parent_obj;

    MemoryRegion mmio;
    qemu_irq vectors[256];
    uint64_t messages;
    uint64_t last_address;
    uint32_t last_data;
    uint16_t last_requester;
};

#endif
