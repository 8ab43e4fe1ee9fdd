/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The life of a PCI function: a place on the bus, a configuration space, a way
 * to DMA, then the subclass's realize; the reverse on the way out.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/cutils.h"
#include "hw/core/qdev-properties.h"
#include "hw/core/qdev-properties-system.h"
#include "hw/pci/pci_bridge.h"
#include "pci-internal.h"

static const Property pci_props[] = {
    DEFINE_PROP_PCI_DEVFN("addr", PCIDevice, devfn, -1),
    DEFINE_PROP_STRING("romfile", PCIDevice, romfile),
    DEFINE_PROP_UINT32("romsize", PCIDevice, romsize, UINT32_MAX),
    DEFINE_PROP_INT32("rombar", PCIDevice, rom_bar, -1),
    DEFINE_PROP_BIT("multifunction", PCIDevice, cap_present,
                    QEMU_PCI_CAP_MULTIFUNCTION_BITNR, false),
    DEFINE_PROP_BIT("x-pcie-lnksta-dllla", PCIDevice, cap_present,
                    QEMU_PCIE_LNKSTA_DLLLA_BITNR, true),
    DEFINE_PROP_BIT("x-pcie-extcap-init", PCIDevice, cap_present,
                    QEMU_PCIE_EXTCAP_INIT_BITNR, true),
    DEFINE_PROP_STRING("failover_pair_id", PCIDevice, failover_pair_id),
    DEFINE_PROP_UINT32("acpi-index", PCIDevice, acpi_index, 0),
};

static bool has_interface(PCIDevice *dev, const char *interface)
{
    return object_dynamic_cast(OBJECT(dev), interface);
}

/* A device that can be both has set the bit itself by now. */
static bool check_bus_kind(PCIBus *bus, PCIDevice *dev, Error **errp)
{
    if (has_interface(dev, INTERFACE_PCIE_DEVICE) &&
        !has_interface(dev, INTERFACE_CONVENTIONAL_PCI_DEVICE)) {
        dev->cap_present |= QEMU_PCI_CAP_EXPRESS;
    }
    if (pci_is_express(dev) && !pci_bus_is_express(bus)) {
        error_setg(errp,
                   "PCI: %s is a PCI Express device, bus '%s' is conventional PCI",
                   object_get_typename(OBJECT(dev)), BUS(bus)->name);
        return false;
    }
    return true;
}

static bool check_iommu(PCIBus *bus, PCIDevice *dev, Error **errp)
{
    PCIBus *iommu_bus, *seen_bus;
    int devfn;

    pci_device_get_iommu_bus_devfn(dev, &iommu_bus, &seen_bus, &devfn);
    if (!iommu_bus || !iommu_bus->iommu_ops->supports_address_space) {
        return true;
    }
    return iommu_bus->iommu_ops->supports_address_space(
        seen_bus, iommu_bus->iommu_opaque, devfn, errp);
}

static void pci_put_on_bus(PCIBus *bus, PCIDevice *dev)
{
    PCIDeviceClass *pc = PCI_DEVICE_GET_CLASS(dev);

    pci_config_alloc(dev);
    pci_config_init_header(dev, IS_PCI_BRIDGE(dev));
    dev->config_read = pc->config_read ? pc->config_read : pci_default_read_config;
    dev->config_write = pc->config_write ? pc->config_write : pci_default_write_config;
    dev->irq_state = 0;
    dev->enabled = false;
    bus->devices[dev->devfn] = dev;
    pci_dma_init(dev);
    if (phase_check(PHASE_MACHINE_READY)) {
        pci_dma_attach(dev);
    }
}

static void pci_take_off_bus(PCIDevice *dev)
{
    PCIBus *bus = pci_get_bus(dev);

    pci_unregister_io_regions(dev);
    pci_device_deassert_intx(dev);
    pci_dma_exit(dev);
    bus->devices[dev->devfn] = NULL;
    pci_config_free(dev);
    dev->cap_present &= ~(QEMU_PCI_CAP_MSI | QEMU_PCI_CAP_MSIX | QEMU_PCI_CAP_PM);
    dev->pm_cap = dev->msi_cap = dev->msix_cap = 0;
    memset(&dev->exp, 0, sizeof(dev->exp));
}

static void pci_qdev_realize(DeviceState *qdev, Error **errp)
{
    ERRP_GUARD();
    PCIDevice *dev = PCI_DEVICE(qdev);
    PCIDeviceClass *pc = PCI_DEVICE_GET_CLASS(dev);
    PCIBus *bus = PCI_BUS(qdev_get_parent_bus(qdev));

    pstrcpy(dev->name, sizeof(dev->name), object_get_typename(OBJECT(qdev)));
    if (!check_bus_kind(bus, dev, errp) || !pci_claim_devfn(bus, dev, errp) ||
        !check_iommu(bus, dev, errp)) {
        return;
    }
    pci_put_on_bus(bus, dev);
    if (pc->realize) {
        pc->realize(dev, errp);
        if (*errp) {
            pci_take_off_bus(dev);
            return;
        }
    }
    if (!pci_check_multifunction(bus, dev, errp)) {
        if (pc->exit) {
            pc->exit(dev);
        }
        pci_take_off_bus(dev);
        return;
    }
    pci_set_power(dev, true);
}

static void pci_qdev_unrealize(DeviceState *qdev)
{
    PCIDevice *dev = PCI_DEVICE(qdev);
    PCIDeviceClass *pc = PCI_DEVICE_GET_CLASS(dev);

    /* Nothing may reach it while its parts go. */
    pci_set_power(dev, false);
    if (pc->exit) {
        pc->exit(dev);
    }
    pci_take_off_bus(dev);
}

void pci_set_power(PCIDevice *pci_dev, bool state)
{
    if (pci_dev->enabled == state) {
        return;
    }
    pci_dev->enabled = state;
    pci_update_mappings(pci_dev);
    pci_set_master(pci_dev,
                   pci_get_word(pci_dev->config + PCI_COMMAND) & PCI_COMMAND_MASTER);
    if (!pci_dev->enabled && pci_dev->qdev.realized) {
        pci_device_reset(pci_dev);
    }
}

/* --- reset --- */

void pci_reset_function(PCIDevice *dev)
{
    pci_device_deassert_intx(dev);
    pci_config_reset(dev);
}

void pci_device_reset(PCIDevice *dev)
{
    device_cold_reset(&dev->qdev);
    pci_reset_function(dev);
}

/* --- making one --- */

static PCIDevice *new_device(int devfn, const char *name, bool multifunction)
{
    DeviceState *dev = qdev_new(name);

    qdev_prop_set_int32(dev, "addr", devfn);
    qdev_prop_set_bit(dev, "multifunction", multifunction);
    return PCI_DEVICE(dev);
}

PCIDevice *pci_new_multifunction(int devfn, const char *name)
{
    return new_device(devfn, name, true);
}

PCIDevice *pci_new(int devfn, const char *name)
{
    return new_device(devfn, name, false);
}

bool pci_realize_and_unref(PCIDevice *dev, PCIBus *bus, Error **errp)
{
    return qdev_realize_and_unref(&dev->qdev, BUS(bus), errp);
}

PCIDevice *pci_create_simple_multifunction(PCIBus *bus, int devfn, const char *name)
{
    PCIDevice *dev = pci_new_multifunction(devfn, name);

    pci_realize_and_unref(dev, bus, &error_fatal);
    return dev;
}

PCIDevice *pci_create_simple(PCIBus *bus, int devfn, const char *name)
{
    PCIDevice *dev = pci_new(devfn, name);

    pci_realize_and_unref(dev, bus, &error_fatal);
    return dev;
}

/* --- types --- */

static void pci_device_class_init(ObjectClass *klass, const void *data)
{
    DeviceClass *k = DEVICE_CLASS(klass);

    k->realize = pci_qdev_realize;
    k->unrealize = pci_qdev_unrealize;
    k->bus_type = TYPE_PCI_BUS;
    device_class_set_props(k, pci_props);
    object_class_property_set_description(klass, "addr",
                                          "slot and function, as in \"3\" or \"3.1\"");
}

/* Which buses a type fits is part of what it is: check it once, for each type. */
static void pci_device_class_base_init(ObjectClass *klass, const void *data)
{
    if (!object_class_is_abstract(klass)) {
        assert(object_class_dynamic_cast(klass, INTERFACE_PCIE_DEVICE) ||
               object_class_dynamic_cast(klass, INTERFACE_CONVENTIONAL_PCI_DEVICE));
    }
}

static const TypeInfo pci_device_types[] = {
    {
        .name = TYPE_PCI_DEVICE,
        .parent = TYPE_DEVICE,
        .instance_size = sizeof(PCIDevice),
        .abstract = true,
        .class_size = sizeof(PCIDeviceClass),
        .class_init = pci_device_class_init,
        .class_base_init = pci_device_class_base_init,
    },
    {
        .name = INTERFACE_PCIE_DEVICE,
        .parent = TYPE_INTERFACE,
    },
    {
        .name = INTERFACE_CONVENTIONAL_PCI_DEVICE,
        .parent = TYPE_INTERFACE,
    },
};

DEFINE_TYPES(pci_device_types)
