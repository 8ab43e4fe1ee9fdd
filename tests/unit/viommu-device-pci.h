/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Root buses for tests of a virtio-iommu-device, and what is plugged in there. */
#ifndef TESTS_UNIT_VIOMMU_DEVICE_PCI_H
#define TESTS_UNIT_VIOMMU_DEVICE_PCI_H

#include "hw/core/sysbus.h"
#include "hw/pci-host/gpex.h"
#include "hw/pci/msi.h"
#include "hw/pci/pci_bus.h"
#include "hw/pci/pci_host.h"
#include "qapi/error.h"

static inline PCIBus *pci_test_new_root(void)
{
    static unsigned count;
    DeviceState *host = qdev_new(TYPE_GPEX_HOST);
    g_autofree char *name = g_strdup_printf("host%u", count++);

    msi_nonbroken = true;
    object_property_add_child(object_get_root(), name, OBJECT(host));
    sysbus_realize_and_unref(SYS_BUS_DEVICE(host), &error_abort);
    return PCI_HOST_BRIDGE(host)->bus;
}

/* The bus has the only reference. */
static inline PCIDevice *pci_test_plug(PCIBus *bus, const char *type, int devfn)
{
    DeviceState *dev = qdev_new(type);

    object_property_set_int(OBJECT(dev), "addr", devfn, &error_abort);
    qdev_realize_and_unref(dev, BUS(bus), &error_abort);
    return PCI_DEVICE(dev);
}

#endif
