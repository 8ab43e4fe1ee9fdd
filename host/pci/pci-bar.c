/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Base address registers: sizing falls out of the write masks; after each write
 * that may move a BAR the memory topology is brought up to date.
 */
#include "qemu/osdep.h"
#include "qemu/host-utils.h"
#include "pci-internal.h"

static bool is_bridge(const PCIDevice *d)
{
    return (d->config[PCI_HEADER_TYPE] & PCI_HEADER_TYPE_MASK) ==
           PCI_HEADER_TYPE_BRIDGE;
}

int pci_bar(PCIDevice *d, int reg)
{
    if (reg != PCI_ROM_SLOT) {
        return PCI_BASE_ADDRESS_0 + reg * 4;
    }
    return is_bridge(d) ? PCI_ROM_ADDRESS1 : PCI_ROM_ADDRESS;
}

MemoryRegion *pci_address_space(PCIDevice *dev)
{
    return pci_get_bus(dev)->address_space_mem;
}

MemoryRegion *pci_address_space_io(PCIDevice *dev)
{
    return pci_get_bus(dev)->address_space_io;
}

pcibus_t pci_get_bar_addr(PCIDevice *pci_dev, int region_num)
{
    return pci_dev->io_regions[region_num].addr;
}

void pci_register_bar(PCIDevice *pci_dev, int region_num, uint8_t attr,
                      MemoryRegion *memory)
{
    PCIIORegion *r;
    pcibus_t size = memory_region_size(memory);
    int at = pci_bar(pci_dev, region_num);
    uint64_t wmask = ~(size - 1);
    bool io = attr & PCI_BASE_ADDRESS_SPACE_IO;

    assert(region_num >= 0 && region_num < (is_bridge(pci_dev) ? 2 : PCI_NUM_REGIONS));
    assert(is_power_of_2(size) && size >= (io ? 4 : 16));

    r = &pci_dev->io_regions[region_num];
    assert(!r->size);
    r->addr = PCI_BAR_UNMAPPED;
    r->size = size;
    r->type = attr;
    r->memory = memory;
    r->address_space = io ? pci_address_space_io(pci_dev) : pci_address_space(pci_dev);

    if (region_num == PCI_ROM_SLOT) {
        wmask |= PCI_ROM_ADDRESS_ENABLE;
    }
    pci_set_long(pci_dev->config + at, attr);
    if (attr & PCI_BASE_ADDRESS_MEM_TYPE_64) {
        pci_set_quad(pci_dev->wmask + at, wmask);
        pci_set_quad(pci_dev->cmask + at, ~0ULL);
    } else {
        assert(size <= UINT32_MAX);
        pci_set_long(pci_dev->wmask + at, wmask);
        pci_set_long(pci_dev->cmask + at, ~0U);
    }
}

/* The root bus says whether a BAR may lie at 0, where other machines have RAM. */
static bool address_0_allowed(PCIDevice *d)
{
    return pci_device_root_bus(d)->flags & PCI_BUS_ALLOW_0_ADDRESS;
}

static pcibus_t checked(PCIDevice *d, pcibus_t addr, pcibus_t size, pcibus_t max)
{
    pcibus_t last = addr + (size - 1);

    /* wraps while the guest sizes the BAR, whose bits then are all ones */
    if (last < addr || last >= max || (addr == 0 && !address_0_allowed(d))) {
        return PCI_BAR_UNMAPPED;
    }
    return addr;
}

pcibus_t pci_bar_address(PCIDevice *d, int reg, uint8_t type, pcibus_t size)
{
    uint16_t cmd = pci_get_word(d->config + PCI_COMMAND);
    const uint8_t *bar = d->config + pci_bar(d, reg);
    pcibus_t addr;

    if (type & PCI_BASE_ADDRESS_SPACE_IO) {
        if (!(cmd & PCI_COMMAND_IO)) {
            return PCI_BAR_UNMAPPED;
        }
        return checked(d, pci_get_long(bar) & ~(size - 1), size, UINT32_MAX);
    }
    if (!(cmd & PCI_COMMAND_MEMORY)) {
        return PCI_BAR_UNMAPPED;
    }
    if (type & PCI_BASE_ADDRESS_MEM_TYPE_64) {
        return checked(d, pci_get_quad(bar) & ~(size - 1), size, PCI_BAR_UNMAPPED);
    }
    addr = pci_get_long(bar);
    if (reg == PCI_ROM_SLOT && !(addr & PCI_ROM_ADDRESS_ENABLE)) {
        return PCI_BAR_UNMAPPED;
    }
    return checked(d, addr & ~(size - 1), size, UINT32_MAX);
}

static bool powered(PCIDevice *d)
{
    return d->enabled && !(d->pm_cap && (d->config[d->pm_cap + PCI_PM_CTRL] &
                                         PCI_PM_CTRL_STATE_MASK));
}

static void unmap_region(PCIIORegion *r)
{
    if (r->addr != PCI_BAR_UNMAPPED) {
        memory_region_del_subregion(r->address_space, r->memory);
        r->addr = PCI_BAR_UNMAPPED;
    }
}

void pci_update_mappings(PCIDevice *dev)
{
    bool on = powered(dev);

    memory_region_transaction_begin();
    for (int i = 0; i < PCI_NUM_REGIONS; i++) {
        PCIIORegion *r = &dev->io_regions[i];
        pcibus_t addr;

        if (!r->size) {
            continue;
        }
        addr = on ? pci_bar_address(dev, i, r->type, r->size) : PCI_BAR_UNMAPPED;
        if (addr == r->addr) {
            continue;
        }
        unmap_region(r);
        if (addr != PCI_BAR_UNMAPPED) {
            r->addr = addr;
            memory_region_add_subregion_overlap(r->address_space, addr, r->memory, 1);
        }
    }
    memory_region_transaction_commit();
}

void pci_unregister_io_regions(PCIDevice *dev)
{
    memory_region_transaction_begin();
    for (int i = 0; i < PCI_NUM_REGIONS; i++) {
        if (dev->io_regions[i].size) {
            unmap_region(&dev->io_regions[i]);
            memset(&dev->io_regions[i], 0, sizeof(dev->io_regions[i]));
        }
    }
    memory_region_transaction_commit();
}
