/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ICH9 LPC bridge, function 0x1f.0: routes the PCI interrupt lines to interrupt
 * inputs ("gsi" outputs, 24), and has the power management registers.
 */
#ifndef HW_SOUTHBRIDGE_ICH9_H
#define HW_SOUTHBRIDGE_ICH9_H

#include "hw/pci/pci_device.h"
#include "qemu/notify.h"

#define TYPE_ICH9_LPC_DEVICE "ICH9-LPC"
OBJECT_DECLARE_SIMPLE_TYPE(ICH9LPCState, ICH9_LPC_DEVICE)

#define ICH9_LPC_DEV               31
#define ICH9_LPC_FUNC              0
#define ICH9_LPC_NB_PIRQS          8
#define ICH9_LPC_PIC_NUM_PINS      16
#define ICH9_LPC_IOAPIC_NUM_PINS   24
#define ICH9_GPIO_GSI              "gsi"

#define ICH9_LPC_PMBASE            0x40
#define ICH9_LPC_ACPI_CTRL         0x44
#define ICH9_LPC_ACPI_CTRL_ACPI_EN 0x80
#define ICH9_LPC_PIRQA_ROUT        0x60
#define ICH9_LPC_PIRQE_ROUT        0x68
#define ICH9_LPC_PIRQ_ROUT_IRQEN   0x80 /* set: not routed */
#define ICH9_PMIO_SIZE             128

struct ICH9LPCState {
    PCIDevice parent_obj;

    qemu_irq gsi[ICH9_LPC_IOAPIC_NUM_PINS];
    uint8_t pirq_levels; /* one bit a line */
    bool sci_level;

    MemoryRegion pm_io;
    uint16_t pm1_sts, pm1_en, pm1_cnt;
    Notifier powerdown;
};

/* Make the bridge the interrupt router of the root bus it is on. */
void ich9_lpc_route_bus(ICH9LPCState *lpc);

#endif
