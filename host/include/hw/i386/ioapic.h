/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An I/O APIC: 24 inputs (gpio in), each of which the guest turns into a message
 * to the APICs' window by its redirection entry.
 */
#ifndef HW_I386_IOAPIC_H
#define HW_I386_IOAPIC_H

#include "hw/core/sysbus.h"

#define TYPE_IOAPIC "ioapic"
OBJECT_DECLARE_SIMPLE_TYPE(IOAPICState, IOAPIC)

#define IOAPIC_NUM_PINS         24
#define IO_APIC_DEFAULT_ADDRESS 0xfec00000ULL

struct IOAPICState {
    SysBusDevice parent_obj;

    MemoryRegion mmio;
    uint8_t select;
    uint8_t id;
    uint32_t levels; /* of the inputs */
    uint64_t redirection[IOAPIC_NUM_PINS];
};

#endif
