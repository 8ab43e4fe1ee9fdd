/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An IOMMU among the -device options: what every machine checks and tells it. */
#include "qemu/osdep.h"
#include <json-c/json.h>
#include "qapi/error.h"
#include "hw/pci/iommu-plug.h"
#include "hw/core/qdev-properties.h"
#include "hw/pci/pci_bus.h"
#include "standard-headers/linux/virtio_iommu.h"

#define TYPE_IOMMU_FUNCTION "virtio-iommu-pci"

bool iommu_plug_wants(DeviceState *dev)
{
    return object_dynamic_cast(OBJECT(dev), TYPE_IOMMU_FUNCTION);
}

void iommu_plug_set_doorbell(DeviceState *dev, uint64_t base, uint64_t last)
{
    g_autofree char *region = NULL;
    json_object *regions;

    if (last < base) {
        return;
    }
    regions = json_object_new_array();
    region = g_strdup_printf("0x%" PRIx64 ":0x%" PRIx64 ":%u", base, last,
                             VIRTIO_IOMMU_RESV_MEM_T_MSI);
    json_object_array_add(regions, json_object_new_string(region));
    qdev_prop_set_array(dev, "machine-reserved-regions", regions);
}

void iommu_plug_pre_plug(DeviceState *dev, uint64_t doorbell_base,
                         uint64_t doorbell_last, Error **errp)
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
    iommu_plug_set_doorbell(dev, doorbell_base, doorbell_last);
}

void iommu_plug_unplug_request(DeviceState *dev, Error **errp)
{
    error_setg(errp, "%s: hot-unplug is not supported: endpoints depend on it",
               object_get_typename(OBJECT(dev)));
}
