/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PCI-to-PCI bridges: a function that owns a secondary bus and forwards the
 * windows that the guest programs from its primary to its secondary side.
 */
#ifndef HW_PCI_PCI_BRIDGE_H
#define HW_PCI_PCI_BRIDGE_H

#include "hw/pci/pci_device.h"
#include "hw/pci/pci_bus.h"

typedef struct PCIBridgeWindows {
    MemoryRegion alias_pref_mem;
    MemoryRegion alias_mem;
    MemoryRegion alias_io;
} PCIBridgeWindows;

#define TYPE_PCI_BRIDGE "base-pci-bridge"
OBJECT_DECLARE_SIMPLE_TYPE(PCIBridge, PCI_BRIDGE)
#define IS_PCI_BRIDGE(dev) object_dynamic_cast(OBJECT(dev), TYPE_PCI_BRIDGE)

struct PCIBridge {
    PCIDevice parent_obj;

    PCIBus sec_bus;
    /* The whole secondary side; the windows below show parts of it above. */
    MemoryRegion address_space_mem;
    MemoryRegion address_space_io;
    PCIBridgeWindows windows;

    pci_map_irq_fn map_irq;
    const char *bus_name; /* NULL: the bridge's id, or one of the bus type's */
};

#define PCI_BRIDGE_DEV_PROP_CHASSIS_NR "chassis_nr"
#define PCI_BRIDGE_DEV_PROP_MSI        "msi"
#define PCI_BRIDGE_DEV_PROP_SHPC       "shpc"

int pci_bridge_ssvid_init(PCIDevice *dev, uint8_t offset, uint16_t svid, uint16_t ssid,
                          Error **errp);
PCIDevice *pci_bridge_get_device(PCIBus *bus);
PCIBus *pci_bridge_get_sec_bus(PCIBridge *br);

/* A window's bounds, inclusive; type is PCI_BASE_ADDRESS_* bits. */
pcibus_t pci_bridge_get_base(const PCIDevice *bridge, uint8_t type);
pcibus_t pci_bridge_get_limit(const PCIDevice *bridge, uint8_t type);

void pci_bridge_update_mappings(PCIBridge *br);
void pci_bridge_write_config(PCIDevice *d, uint32_t address, uint32_t val, int len);
void pci_bridge_disable_base_limit(PCIDevice *dev);
void pci_bridge_reset(DeviceState *qdev);

/* For subclasses' realize and exit; map_irq and name are set before realize. */
void pci_bridge_initfn(PCIDevice *pci_dev, const char *typename);
void pci_bridge_exitfn(PCIDevice *pci_dev);
void pci_bridge_map_irq(PCIBridge *br, const char *bus_name, pci_map_irq_fn map_irq);

/* A bridge without more state than its configuration space. */
extern const VMStateDescription vmstate_pci_bridge;

/* Red Hat's vendor capability: what firmware should reserve for a slot. */
#define REDHAT_PCI_CAP_TYPE_OFFSET          3
#define REDHAT_PCI_CAP_RESOURCE_RESERVE     1
#define REDHAT_PCI_CAP_RES_RESERVE_BUS_RES  4
#define REDHAT_PCI_CAP_RES_RESERVE_CAP_SIZE 32

#endif
