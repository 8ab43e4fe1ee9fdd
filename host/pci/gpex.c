/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The generic express host bridge: ECAM, two windows, four interrupt lines. */
#include "qemu/osdep.h"
#include "hw/core/qdev-properties.h"
#include "hw/pci-host/gpex.h"
#include "hw/pci/pci_bus.h"

#define IO_SPACE_SIZE 0x10000

/* What no BAR claims: ones, and writes go nowhere, as on a PCI bus. */
static uint64_t unclaimed_read(void *opaque, hwaddr addr, unsigned size)
{
    return ~0ULL;
}

static void unclaimed_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
}

static const MemoryRegionOps unclaimed_ops = {
    .read = unclaimed_read,
    .write = unclaimed_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
};

static void gpex_set_irq(void *opaque, int irq_num, int level)
{
    GPEXHost *s = opaque;

    qemu_set_irq(s->irq[irq_num], level);
}

int gpex_set_irq_num(GPEXHost *s, int index, int gsi)
{
    if (index < 0 || index >= PCI_NUM_PINS) {
        return -EINVAL;
    }
    s->irq_num[index] = gsi;
    return 0;
}

static PCIINTxRoute gpex_route(void *opaque, int pin)
{
    GPEXHost *s = opaque;
    int gsi = s->irq_num[pin];

    return (PCIINTxRoute){ .mode = gsi < 0 ? PCI_INTX_DISABLED : PCI_INTX_ENABLED,
                           .irq = gsi };
}

/* A window of the whole space, behind which reads may fail or give ones. */
static void init_window(GPEXHost *s, MemoryRegion *space, MemoryRegion *window,
                        const char *name, uint64_t size)
{
    memory_region_init(space, OBJECT(s), name, size);
    if (!s->allow_unmapped_accesses) {
        sysbus_init_mmio(SYS_BUS_DEVICE(s), space);
        return;
    }
    memory_region_init_io(window, OBJECT(s), &unclaimed_ops, s, name, size);
    memory_region_add_subregion(window, 0, space);
    sysbus_init_mmio(SYS_BUS_DEVICE(s), window);
}

static void gpex_host_realize(DeviceState *dev, Error **errp)
{
    PCIHostState *pci = PCI_HOST_BRIDGE(dev);
    GPEXHost *s = GPEX_HOST(dev);
    SysBusDevice *sbd = SYS_BUS_DEVICE(dev);
    PCIExpressHost *pex = PCIE_HOST_BRIDGE(dev);

    pcie_host_mmcfg_init(pex, PCIE_MMCFG_SIZE_MAX);
    sysbus_init_mmio(sbd, &pex->mmio);
    init_window(s, &s->io_mmio, &s->io_mmio_window, "gpex_mmio", UINT64_MAX);
    init_window(s, &s->io_ioport, &s->io_ioport_window, "gpex_ioport", IO_SPACE_SIZE);
    for (int i = 0; i < PCI_NUM_PINS; i++) {
        sysbus_init_irq(sbd, &s->irq[i]);
    }

    pci->bus = pci_register_root_bus(dev, "pcie.0", gpex_set_irq,
                                     pci_swizzle_map_irq_fn, s, &s->io_mmio,
                                     &s->io_ioport, 0, PCI_NUM_PINS, TYPE_PCIE_BUS);
    pci->bus->flags |= PCI_BUS_ALLOW_0_ADDRESS;
    pci_bus_set_route_irq_fn(pci->bus, gpex_route);
    qdev_realize(DEVICE(&s->gpex_root), BUS(pci->bus), errp);
}

static void gpex_host_unrealize(DeviceState *dev)
{
    PCIHostState *pci = PCI_HOST_BRIDGE(dev);

    qdev_unrealize(DEVICE(&GPEX_HOST(dev)->gpex_root));
    g_clear_pointer(&pci->bus, pci_unregister_root_bus);
}

static void gpex_host_init(Object *obj)
{
    GPEXHost *s = GPEX_HOST(obj);
    GPEXRootState *root = &s->gpex_root;

    for (int i = 0; i < PCI_NUM_PINS; i++) {
        s->irq_num[i] = -1;
    }
    object_initialize_child(obj, "gpex_root", root, TYPE_GPEX_ROOT_DEVICE);
    qdev_prop_set_int32(DEVICE(root), "addr", PCI_DEVFN(0, 0));
    qdev_prop_set_bit(DEVICE(root), "multifunction", false);
}

static const Property gpex_host_properties[] = {
    DEFINE_PROP_BOOL("allow-unmapped-accesses", GPEXHost, allow_unmapped_accesses,
                     true),
};

static void gpex_host_class_init(ObjectClass *klass, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = gpex_host_realize;
    dc->unrealize = gpex_host_unrealize;
    dc->fw_name = "pci";
    device_class_set_props(dc, gpex_host_properties);
}

static void gpex_root_class_init(ObjectClass *klass, const void *data)
{
    PCIDeviceClass *k = PCI_DEVICE_CLASS(klass);
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->desc = "QEMU generic PCIe host bridge";
    dc->user_creatable = false; /* part of the host bridge */
    k->vendor_id = PCI_VENDOR_ID_REDHAT;
    k->device_id = PCI_DEVICE_ID_REDHAT_PCIE_HOST;
    k->class_id = PCI_CLASS_BRIDGE_HOST;
}

static const TypeInfo gpex_types[] = {
    {
        .name = TYPE_GPEX_HOST,
        .parent = TYPE_PCIE_HOST_BRIDGE,
        .instance_size = sizeof(GPEXHost),
        .instance_init = gpex_host_init,
        .class_init = gpex_host_class_init,
    },
    {
        .name = TYPE_GPEX_ROOT_DEVICE,
        .parent = TYPE_PCI_DEVICE,
        .instance_size = sizeof(GPEXRootState),
        .class_init = gpex_root_class_init,
        .interfaces =
            (const InterfaceInfo[]){ { INTERFACE_CONVENTIONAL_PCI_DEVICE }, {} },
    },
};

DEFINE_TYPES(gpex_types)
