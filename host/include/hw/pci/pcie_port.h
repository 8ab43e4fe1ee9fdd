/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Express ports and slots: what pcie-root-port is made of. */
#ifndef HW_PCI_PCIE_PORT_H
#define HW_PCI_PCIE_PORT_H

#include "hw/pci/pci_bridge.h"
#include "hw/pci/pci_bus.h"
#include "hw/pci/pci_device.h"

#define TYPE_PCIE_PORT "pcie-port"
OBJECT_DECLARE_SIMPLE_TYPE(PCIEPort, PCIE_PORT)

struct PCIEPort {
    PCIBridge parent_obj;
    uint8_t port; /* number shown in the link capabilities */
};

#define TYPE_PCIE_SLOT "pcie-slot"
OBJECT_DECLARE_SIMPLE_TYPE(PCIESlot, PCIE_SLOT)

struct PCIESlot {
    PCIEPort parent_obj;

    /* The pair is unique in a machine: it is the physical slot's name. */
    uint8_t chassis;
    uint16_t slot;
    PCIExpLinkSpeed speed;
    PCIExpLinkWidth width;
    bool disable_acs;
    bool hotplug;
};

/* 0, or -EBUSY when below the same root bus there is such a slot already. */
int pcie_chassis_add_slot(PCIESlot *slot);

#endif
