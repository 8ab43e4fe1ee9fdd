/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Configuration access by address, for every kind of host bridge: what the
 * guest sends is cut to a function's space, and what is not there reads as ones.
 */
#include "qemu/osdep.h"
#include "hw/core/qdev-properties.h"
#include "hw/pci/pci_bus.h"
#include "hw/pci/pci_device.h"
#include "hw/pci/pci_host.h"

#define CONFIG_ENABLE (1U << 31)

/* A function is exposed with function 0, which is plugged last, and with power. */
static bool exposed(PCIDevice *dev)
{
    return dev->enabled && !(dev->qdev.hotplugged && !pci_get_function_0(dev));
}

static uint32_t ones(uint32_t len)
{
    return len >= 4 ? UINT32_MAX : (1U << (len * 8)) - 1;
}

/* How many of the len bytes at addr may be accessed: 0 is none. */
static uint32_t allowed(PCIDevice *dev, uint32_t addr, uint32_t limit, uint32_t len)
{
    if (!pci_bus_allows_extended_config_space(pci_get_bus(dev))) {
        limit = MIN(limit, PCI_CONFIG_SPACE_SIZE);
    }
    limit = MIN(limit, pci_config_size(dev));
    if (addr >= limit || len > 4 || !exposed(dev)) {
        return 0;
    }
    return MIN(len, limit - addr);
}

void pci_host_config_write_common(PCIDevice *pci_dev, uint32_t addr, uint32_t limit,
                                  uint32_t val, uint32_t len)
{
    len = allowed(pci_dev, addr, limit, len);
    if (len) {
        pci_dev->config_write(pci_dev, addr, val, len);
    }
}

uint32_t pci_host_config_read_common(PCIDevice *pci_dev, uint32_t addr, uint32_t limit,
                                     uint32_t len)
{
    uint32_t n = allowed(pci_dev, addr, limit, len);

    return n ? pci_dev->config_read(pci_dev, addr, n) : ones(len);
}

static PCIDevice *device_at(PCIBus *bus, uint32_t addr)
{
    return pci_find_device(bus, (addr >> 16) & 0xff, (addr >> 8) & 0xff);
}

void pci_data_write(PCIBus *s, uint32_t addr, uint32_t val, unsigned len)
{
    PCIDevice *dev = device_at(s, addr);

    if (dev) {
        pci_host_config_write_common(dev, addr & 0xff, PCI_CONFIG_SPACE_SIZE, val, len);
    }
}

uint32_t pci_data_read(PCIBus *s, uint32_t addr, unsigned len)
{
    PCIDevice *dev = device_at(s, addr);

    return dev ? pci_host_config_read_common(dev, addr & 0xff, PCI_CONFIG_SPACE_SIZE,
                                             len)
               : ones(len);
}

/* --- the address and data ports --- */

static void conf_write(void *opaque, hwaddr addr, uint64_t val, unsigned len)
{
    PCIHostState *s = opaque;

    if (addr == 0 && len == 4) {
        s->config_reg = val;
    }
}

static uint64_t conf_read(void *opaque, hwaddr addr, unsigned len)
{
    PCIHostState *s = opaque;

    return s->config_reg;
}

/*
 * The port's byte lane, added to what the address register says. Hardware drops the
 * register's low two bits; here they count, as in QEMU, whose test library points at
 * a byte with the register and then uses the first data port for every size.
 */
static uint32_t data_addr(const PCIHostState *s, hwaddr lane)
{
    return s->config_reg | (lane & 3);
}

static void data_write(void *opaque, hwaddr addr, uint64_t val, unsigned len)
{
    PCIHostState *s = opaque;

    if (s->config_reg & CONFIG_ENABLE) {
        pci_data_write(s->bus, data_addr(s, addr), val, len);
    }
}

static uint64_t data_read(void *opaque, hwaddr addr, unsigned len)
{
    PCIHostState *s = opaque;

    if (!(s->config_reg & CONFIG_ENABLE)) {
        return ones(len);
    }
    return pci_data_read(s->bus, data_addr(s, addr), len);
}

const MemoryRegionOps pci_host_conf_le_ops = {
    .read = conf_read,
    .write = conf_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
};

const MemoryRegionOps pci_host_data_le_ops = {
    .read = data_read,
    .write = data_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .impl = { .min_access_size = 1, .max_access_size = 4 },
};

static const Property pci_host_properties[] = {
    DEFINE_PROP_BOOL(PCI_HOST_BYPASS_IOMMU, PCIHostState, bypass_iommu, false),
};

static void pci_host_class_init(ObjectClass *klass, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    device_class_set_props(dc, pci_host_properties);
    set_bit(DEVICE_CATEGORY_BRIDGE, dc->categories);
}

static const TypeInfo pci_host_types[] = {
    {
        .name = TYPE_PCI_HOST_BRIDGE,
        .parent = TYPE_SYS_BUS_DEVICE,
        .abstract = true,
        .instance_size = sizeof(PCIHostState),
        .class_size = sizeof(PCIHostBridgeClass),
        .class_init = pci_host_class_init,
    },
};

DEFINE_TYPES(pci_host_types)
