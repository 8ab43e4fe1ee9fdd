/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The q35 host bridge: address and data ports at 0xcf8/0xcfc, the memory
 * controller hub as function 0:0.0, and the ECAM window that its PCIEXBAR maps.
 */
#ifndef HW_PCI_HOST_Q35_H
#define HW_PCI_HOST_Q35_H

#include "hw/pci/pci_device.h"
#include "hw/pci/pcie_host.h"

#define TYPE_Q35_HOST_DEVICE "q35-pcihost"
OBJECT_DECLARE_SIMPLE_TYPE(Q35PCIHost, Q35_HOST_DEVICE)

#define TYPE_MCH_PCI_DEVICE "mch"
OBJECT_DECLARE_SIMPLE_TYPE(MCHPCIState, MCH_PCI_DEVICE)

struct MCHPCIState {
    PCIDevice parent_obj;
};

/* sysbus: mmio 0 is the memory space of its bus, 1 the I/O space. */
struct Q35PCIHost {
    PCIExpressHost parent_obj;

    MemoryRegion pci_mem;
    MemoryRegion pci_io;
    MCHPCIState mch;
    uint8_t rst_cnt;
};

#define MCH_HOST_BRIDGE_CONFIG_ADDR 0xcf8
#define MCH_HOST_BRIDGE_CONFIG_DATA 0xcfc
#define ICH9_RST_CNT_IOPORT         0xcf9

/* PCIEXBAR: bit 0 enable, bits 2:1 length, address above */
#define MCH_HOST_BRIDGE_PCIEXBAR         0x60
#define MCH_HOST_BRIDGE_PCIEXBAR_SIZE    8
#define MCH_HOST_BRIDGE_PCIEXBAR_DEFAULT 0xb0000000
#define MCH_HOST_BRIDGE_PCIEXBAREN       1ULL

#endif
