/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DMA of a function: which IOMMU it meets, under which id, and the bus-master
 * address space that lets it through only while the guest permits.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "system/address-spaces.h"
#include "hw/pci/pci_bridge.h"
#include "hw/pci/pci_host.h"
#include "pci-internal.h"

/*
 * One step up: how requests that reach `bus` as `devfn` look on the bus above.
 * Express keeps the requester's identity. A PCIe-to-PCI bridge takes ownership
 * with its secondary bus number and devfn 0; a conventional bridge with its own
 * BDF.
 */
static PCIBus *cross_bridge(PCIBus *bus, PCIBus **seen_bus, int *seen_devfn)
{
    PCIDevice *bridge = bus->parent_dev;
    PCIBus *above = pci_get_bus(bridge);

    if (pci_bus_is_express(bus)) {
        return above;
    }
    if (pci_is_express(bridge) &&
        pcie_cap_get_type(bridge) == PCI_EXP_TYPE_PCI_BRIDGE) {
        *seen_bus = bus;
        *seen_devfn = PCI_DEVFN(0, 0);
    } else {
        *seen_bus = above;
        *seen_devfn = bridge->devfn;
    }
    return above;
}

/* Up to the root, or (to_iommu) to the first bus that has an IOMMU. */
static PCIBus *walk_up(PCIDevice *dev, bool to_iommu, PCIBus **seen_bus,
                       int *seen_devfn)
{
    PCIBus *bus = pci_get_bus(dev);

    *seen_bus = bus;
    *seen_devfn = dev->devfn;
    while (!pci_bus_is_root(bus) && !(to_iommu && bus->iommu_ops)) {
        bus = cross_bridge(bus, seen_bus, seen_devfn);
    }
    return bus;
}

uint16_t pci_requester_id(PCIDevice *dev)
{
    PCIBus *bus;
    int devfn;

    walk_up(dev, false, &bus, &devfn);
    return PCI_BUILD_BDF(pci_bus_num(bus), devfn);
}

/* --- the IOMMU --- */

void pci_setup_iommu(PCIBus *bus, const PCIIOMMUOps *ops, void *opaque)
{
    assert(ops && ops->get_address_space);
    bus->iommu_ops = ops;
    bus->iommu_opaque = opaque;
}

void pci_setup_iommu_per_bus(PCIBus *bus, const PCIIOMMUOps *ops, void *opaque)
{
    pci_setup_iommu(bus, ops, opaque);
    bus->iommu_per_bus = true;
}

bool pci_bus_bypass_iommu(PCIBus *bus)
{
    Object *host;

    while (!pci_bus_is_root(bus)) {
        bus = pci_get_bus(bus->parent_dev);
    }
    host = object_dynamic_cast(OBJECT(BUS(bus)->parent), TYPE_PCI_HOST_BRIDGE);
    return host && PCI_HOST_BRIDGE(host)->bypass_iommu;
}

bool pci_device_get_iommu_bus_devfn(PCIDevice *dev, PCIBus **piommu_bus,
                                    PCIBus **aliased_bus, int *aliased_devfn)
{
    PCIBus *seen_bus;
    int seen_devfn;
    PCIBus *bus = walk_up(dev, true, &seen_bus, &seen_devfn);
    bool served = bus->iommu_ops && !pci_bus_bypass_iommu(bus);

    *piommu_bus = served ? bus : NULL;
    if (aliased_bus) {
        *aliased_bus = seen_bus;
    }
    if (aliased_devfn) {
        *aliased_devfn = seen_devfn;
    }
    return seen_bus != pci_get_bus(dev) || seen_devfn != dev->devfn;
}

AddressSpace *pci_device_iommu_address_space(PCIDevice *dev)
{
    PCIBus *iommu_bus, *bus;
    int devfn;

    pci_device_get_iommu_bus_devfn(dev, &iommu_bus, &bus, &devfn);
    if (!iommu_bus) {
        return &address_space_memory;
    }
    return iommu_bus->iommu_ops->get_address_space(bus, iommu_bus->iommu_opaque, devfn);
}

bool pci_device_set_iommu_device(PCIDevice *dev, HostIOMMUDevice *hiod, Error **errp)
{
    PCIBus *iommu_bus;

    pci_device_get_iommu_bus_devfn(dev, &iommu_bus, NULL, NULL);
    if (!iommu_bus || !iommu_bus->iommu_ops->set_iommu_device) {
        return true;
    }
    return iommu_bus->iommu_ops->set_iommu_device(
        pci_get_bus(dev), iommu_bus->iommu_opaque, dev->devfn, hiod, errp);
}

void pci_device_unset_iommu_device(PCIDevice *dev)
{
    PCIBus *iommu_bus;

    pci_device_get_iommu_bus_devfn(dev, &iommu_bus, NULL, NULL);
    if (iommu_bus && iommu_bus->iommu_ops->unset_iommu_device) {
        iommu_bus->iommu_ops->unset_iommu_device(pci_get_bus(dev),
                                                 iommu_bus->iommu_opaque, dev->devfn);
    }
}

uint64_t pci_device_get_viommu_flags(PCIDevice *dev)
{
    PCIBus *iommu_bus;

    pci_device_get_iommu_bus_devfn(dev, &iommu_bus, NULL, NULL);
    if (!iommu_bus || !iommu_bus->iommu_ops->get_viommu_flags) {
        return 0;
    }
    return iommu_bus->iommu_ops->get_viommu_flags(iommu_bus->iommu_opaque);
}

/* --- the bus-master address space --- */

void pci_dma_init(PCIDevice *dev)
{
    memory_region_init(&dev->bus_master_container_region, OBJECT(dev),
                       "bus master container", UINT64_MAX);
    address_space_init(&dev->bus_master_as, &dev->bus_master_container_region,
                       dev->name);
}

static bool attached(PCIDevice *dev)
{
    return memory_region_is_mapped(&dev->bus_master_enable_region);
}

void pci_dma_attach(PCIDevice *dev)
{
    AddressSpace *as;

    if (attached(dev)) {
        return;
    }
    as = pci_device_iommu_address_space(dev);
    memory_region_init_alias(&dev->bus_master_enable_region, OBJECT(dev), "bus master",
                             as->root, 0, memory_region_size(as->root));
    memory_region_set_enabled(&dev->bus_master_enable_region, dev->is_master);
    memory_region_add_subregion(&dev->bus_master_container_region, 0,
                                &dev->bus_master_enable_region);
}

void pci_set_master(PCIDevice *dev, bool enable)
{
    enable = enable && dev->enabled;
    if (dev->is_master == enable) {
        return;
    }
    dev->is_master = enable;
    if (attached(dev)) {
        memory_region_set_enabled(&dev->bus_master_enable_region, enable);
    }
}

void pci_dma_exit(PCIDevice *dev)
{
    if (attached(dev)) {
        memory_region_del_subregion(&dev->bus_master_container_region,
                                    &dev->bus_master_enable_region);
    }
    /* The regions go with the device: readers may still be in the space. */
    address_space_destroy(&dev->bus_master_as);
}
