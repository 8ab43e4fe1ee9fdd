/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A PCI bus: the table of its functions, the bridge above it, the spaces into
 * which BARs are mapped, and the interrupt lines of a root bus.
 */
#ifndef HW_PCI_PCI_BUS_H
#define HW_PCI_PCI_BUS_H

#include "hw/pci/pci.h"
#include "qemu/notify.h"
#include "qemu/queue.h"

struct PCIBusClass {
    BusClass parent_class;

    int (*bus_num)(PCIBus *bus);
};

enum PCIBusFlags {
    PCI_BUS_IS_ROOT = 0x0001,
    PCI_BUS_EXTENDED_CONFIG_SPACE = 0x0002,
    PCI_BUS_ALLOW_0_ADDRESS = 0x0100, /* this host's own: a BAR may lie at 0 */
};

struct PCIBus {
    BusState qbus;
    enum PCIBusFlags flags;
    const PCIIOMMUOps *iommu_ops;
    void *iommu_opaque;
    bool iommu_per_bus;
    uint8_t devfn_min; /* first slot that automatic placement may use */
    pci_set_irq_fn set_irq;
    pci_map_irq_fn map_irq;
    pci_route_irq_fn route_intx_to_irq;
    void *irq_opaque;
    PCIDevice *devices[PCI_SLOT_MAX * PCI_FUNC_MAX]; /* each owned by qdev */
    PCIDevice *parent_dev;                           /* the bridge; NULL for a root */
    MemoryRegion *address_space_mem;
    MemoryRegion *address_space_io;

    QLIST_HEAD(, PCIBus) child; /* the buses of bridges on this bus */
    QLIST_ENTRY(PCIBus) sibling;

    int nirq;
    int *irq_count; /* raised inputs of each line: a line is their OR */

    Notifier machine_done;
};

static inline bool pci_bus_is_root(PCIBus *bus)
{
    return bus->flags & PCI_BUS_IS_ROOT;
}

static inline bool pci_bus_allows_extended_config_space(PCIBus *bus)
{
    return bus->flags & PCI_BUS_EXTENDED_CONFIG_SPACE;
}

#endif
