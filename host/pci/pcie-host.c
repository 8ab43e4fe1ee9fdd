/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ECAM: each function's 4 KiB of configuration space in a memory window. */
#include "qemu/osdep.h"
#include "system/address-spaces.h"
#include "hw/pci/pci_device.h"
#include "hw/pci/pcie_host.h"

static PCIDevice *device_at(PCIExpressHost *e, hwaddr addr)
{
    return pci_find_device(e->pci.bus, PCIE_MMCFG_BUS(addr), PCIE_MMCFG_DEVFN(addr));
}

static void mmcfg_write(void *opaque, hwaddr addr, uint64_t val, unsigned len)
{
    PCIDevice *dev = device_at(opaque, addr);

    if (dev) {
        pci_host_config_write_common(dev, PCIE_MMCFG_CONFOFFSET(addr),
                                     PCIE_CONFIG_SPACE_SIZE, val, len);
    }
}

static uint64_t mmcfg_read(void *opaque, hwaddr addr, unsigned len)
{
    PCIDevice *dev = device_at(opaque, addr);

    if (!dev) {
        return ~0ULL;
    }
    return pci_host_config_read_common(dev, PCIE_MMCFG_CONFOFFSET(addr),
                                       PCIE_CONFIG_SPACE_SIZE, len);
}

static const MemoryRegionOps mmcfg_ops = {
    .read = mmcfg_read,
    .write = mmcfg_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .impl = { .min_access_size = 1, .max_access_size = 4 },
};

void pcie_host_mmcfg_init(PCIExpressHost *e, uint32_t size)
{
    assert(size >= PCIE_MMCFG_SIZE_MIN && size <= PCIE_MMCFG_SIZE_MAX);
    assert(!(size & (size - 1)));
    e->size = size;
    memory_region_init_io(&e->mmio, OBJECT(e), &mmcfg_ops, e, "pcie-mmcfg-mmio", size);
}

void pcie_host_mmcfg_map(PCIExpressHost *e, hwaddr addr, uint32_t size)
{
    e->base_addr = addr;
    e->size = size;
    memory_region_set_size(&e->mmio, size);
    memory_region_add_subregion(get_system_memory(), addr, &e->mmio);
}

void pcie_host_mmcfg_unmap(PCIExpressHost *e)
{
    if (e->base_addr != PCIE_BASE_ADDR_UNMAPPED) {
        memory_region_del_subregion(get_system_memory(), &e->mmio);
        e->base_addr = PCIE_BASE_ADDR_UNMAPPED;
    }
}

void pcie_host_mmcfg_update(PCIExpressHost *e, int enable, hwaddr addr, uint32_t size)
{
    if (enable && e->base_addr == addr && e->size == size) {
        return;
    }
    memory_region_transaction_begin();
    pcie_host_mmcfg_unmap(e);
    if (enable) {
        pcie_host_mmcfg_map(e, addr, size);
    }
    memory_region_transaction_commit();
}

static void pcie_host_init(Object *obj)
{
    PCIE_HOST_BRIDGE(obj)->base_addr = PCIE_BASE_ADDR_UNMAPPED;
}

static const TypeInfo pcie_host_types[] = {
    {
        .name = TYPE_PCIE_HOST_BRIDGE,
        .parent = TYPE_PCI_HOST_BRIDGE,
        .abstract = true,
        .instance_size = sizeof(PCIExpressHost),
        .instance_init = pcie_host_init,
    },
};

DEFINE_TYPES(pcie_host_types)
