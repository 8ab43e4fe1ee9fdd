/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Host bridges: the device whose child is a root bus, and access to
 * configuration space by address. Functions that are not there read as ones.
 */
#ifndef HW_PCI_PCI_HOST_H
#define HW_PCI_PCI_HOST_H

#include "hw/core/sysbus.h"
#include "hw/pci/pci.h"
#include "qemu/queue.h"

#define PCI_HOST_BYPASS_IOMMU "bypass-iommu"

#define TYPE_PCI_HOST_BRIDGE  "pci-host-bridge"
OBJECT_DECLARE_TYPE(PCIHostState, PCIHostBridgeClass, PCI_HOST_BRIDGE)

struct PCIHostState {
    SysBusDevice busdev;

    MemoryRegion conf_mem;
    MemoryRegion data_mem;
    MemoryRegion mmcfg;
    uint32_t config_reg; /* what the guest wrote to the address port */
    PCIBus *bus;
    bool bypass_iommu;

    QLIST_ENTRY(PCIHostState) next;
};

struct PCIHostBridgeClass {
    SysBusDeviceClass parent_class;
};

/* Access one function's space, cut off at limit bytes. */
void pci_host_config_write_common(PCIDevice *pci_dev, uint32_t addr, uint32_t limit,
                                  uint32_t val, uint32_t len);
uint32_t pci_host_config_read_common(PCIDevice *pci_dev, uint32_t addr, uint32_t limit,
                                     uint32_t len);

/* addr as in the 0xcf8 register: bus << 16 | devfn << 8 | offset */
void pci_data_write(PCIBus *s, uint32_t addr, uint32_t val, unsigned len);
uint32_t pci_data_read(PCIBus *s, uint32_t addr, unsigned len);

extern const MemoryRegionOps pci_host_conf_le_ops;
extern const MemoryRegionOps pci_host_data_le_ops;

#endif
