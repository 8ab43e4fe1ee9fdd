/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of host/pci share with each other: a device is one object, but
 * each of its sides (config space, BARs, INTx, DMA) has a file of its own.
 */
#ifndef HOST_PCI_PCI_INTERNAL_H
#define HOST_PCI_PCI_INTERNAL_H

#include "hw/pci/pci_bus.h"
#include "hw/pci/pci_device.h"

/* pci-bus.c: set up a bus that QOM has made; root buses and bridges call it. */
void pci_bus_init(PCIBus *bus, MemoryRegion *mem, MemoryRegion *io, uint8_t devfn_min);
bool pci_secondary_bus_in_range(const PCIDevice *bridge, int bus_num);

/* pci-slot.c: find and check a place on the bus; errors name what is in the way. */
bool pci_claim_devfn(PCIBus *bus, PCIDevice *dev, Error **errp);
bool pci_check_multifunction(PCIBus *bus, PCIDevice *dev, Error **errp);

/* pci-config.c: the five byte maps of a device, and the ids and masks in them. */
void pci_config_alloc(PCIDevice *dev);
void pci_config_free(PCIDevice *dev);
void pci_config_init_header(PCIDevice *dev, bool is_bridge);
/* Reset values of everything the guest may write in the header. */
void pci_config_reset(PCIDevice *dev);

/* pci-bar.c: make what is mapped agree with the registers. */
void pci_update_mappings(PCIDevice *dev);
void pci_unregister_io_regions(PCIDevice *dev);

/* pci-intx.c: the command register's INTx bit changed. */
void pci_update_irq_disabled(PCIDevice *dev, bool was_disabled);

/* pci-device.c: the part of a reset that every function has, after its own. */
void pci_reset_function(PCIDevice *dev);

/* msix.c: table, pending bits and capability came from a stream. */
void msix_loaded(PCIDevice *dev);

/* pci-dma.c: the bus-master address space. */
void pci_dma_init(PCIDevice *dev);
void pci_dma_attach(PCIDevice *dev); /* from machine done on: the IOMMU's root */
void pci_dma_exit(PCIDevice *dev);
void pci_set_master(PCIDevice *dev, bool enable);

#endif
