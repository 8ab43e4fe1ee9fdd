/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An IOMMU among the -device options: what every machine checks and tells it. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "hw/pci/iommu-plug.h"
#include "hw/pci/pci_bus.h"

#define TYPE_IOMMU_FUNCTION "virtio-iommu-pci"

bool iommu_plug_wants(DeviceState *dev)
{
    return object_dynamic_cast(OBJECT(dev), TYPE_IOMMU_FUNCTION);
}

static bool set_address(Object *obj, const char *name, uint64_t value, Error **errp)
{
    if (!object_property_find(obj, name) ||
        object_property_get_uint(obj, name, &error_abort)) {
        return true; /* not its business, or the user's choice */
    }
    return object_property_set_uint(obj, name, value, errp);
}

static bool set_model(Object *obj, const char *model, Error **errp)
{
    g_autofree char *now = NULL;

    if (!object_property_find(obj, "msi-doorbell")) {
        return true;
    }
    now = object_property_get_str(obj, "msi-doorbell", &error_abort);
    if (!g_str_equal(now, "auto")) {
        return true;
    }
    return object_property_parse(obj, "msi-doorbell", model, errp);
}

void iommu_plug_pre_plug(DeviceState *dev, const IommuMsiDoorbell *doorbell,
                         Error **errp)
{
    Object *obj = OBJECT(dev);
    PCIBus *bus = PCI_BUS(qdev_get_parent_bus(dev));

    if (dev->hotplugged) {
        error_setg(errp, "%s: hotplug is not supported: give it on the command line",
                   object_get_typename(obj));
        return;
    }
    if (!pci_bus_is_root(bus)) {
        error_setg(errp, "%s: bus '%s' is not a root bus: plug it into pcie.0",
                   object_get_typename(obj), BUS(bus)->name);
        return;
    }
    if (bus->iommu_ops) {
        error_setg(errp, "%s: bus '%s' has an IOMMU already: a machine takes one only",
                   object_get_typename(obj), BUS(bus)->name);
        return;
    }
    if (set_model(obj, doorbell->model, errp) &&
        set_address(obj, "msi-doorbell-base", doorbell->base, errp)) {
        set_address(obj, "msi-doorbell-last", doorbell->last, errp);
    }
}

void iommu_plug_unplug_request(DeviceState *dev, Error **errp)
{
    error_setg(errp, "%s: hot-unplug is not supported: endpoints depend on it",
               object_get_typename(OBJECT(dev)));
}
