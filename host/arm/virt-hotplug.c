/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the machine has to say when a device is plugged: it gives a virtio-iommu the
 * facts of this board, lets there be only one, and gives platform devices the address
 * space of their endpoint.
 */
#include "qemu/osdep.h"
#include <json-c/json.h>
#include "hw/arm/virt.h"
#include "hw/core/hotplug.h"
#include "hw/core/qdev-properties.h"
#include "hw/intc/arm_gicv2m.h"
#include "hw/intc/arm_gicv3.h"
#include "hw/pci/pci_bus.h"
#include "hw/virtio/virtio-iommu.h"
#include "hw/virtio/virtio-mmio.h"
#include "qapi/error.h"
#include "virt-internal.h"

/* The page MSIs are written to; false: this machine has no MSIs. */
static bool msi_doorbell(VirtMachineState *vms, hwaddr *start, hwaddr *last)
{
    if (vms->gic_version == 2) {
        *start = virt_memmap[VIRT_GIC_V2M].base;
        *last = *start + GICV2M_FRAME_SIZE - 1;
        return true;
    }
    *start = virt_memmap[VIRT_GIC_ITS].base + GICV3_ITS_SIZE / 2;
    *last = virt_memmap[VIRT_GIC_ITS].base + GICV3_ITS_SIZE - 1;
    return vms->its;
}

static void set_doorbell(VirtMachineState *vms, DeviceState *dev)
{
    g_autofree char *region = NULL;
    json_object *regions;
    hwaddr start, last;

    if (!msi_doorbell(vms, &start, &last)) {
        return;
    }
    region = g_strdup_printf("0x%" PRIx64 ":0x%" PRIx64 ":%u", start, last,
                             VIRTIO_IOMMU_RESV_MEM_T_MSI);
    regions = json_object_new_array();
    json_object_array_add(regions, json_object_new_string(region));
    qdev_prop_set_array(dev, "machine-reserved-regions", regions);
}

/* Is it the core device in a virtio-mmio slot (and not inside a PCI proxy)? */
static bool is_mmio_iommu(DeviceState *dev)
{
    return object_dynamic_cast(OBJECT(dev), TYPE_VIRTIO_IOMMU) && dev->parent_bus &&
           object_dynamic_cast(OBJECT(dev->parent_bus), TYPE_VIRTIO_MMIO_BUS);
}

static bool is_iommu(DeviceState *dev)
{
    return object_dynamic_cast(OBJECT(dev), TYPE_VIRTIO_IOMMU_PCI) ||
           is_mmio_iommu(dev);
}

static void virt_pre_plug(HotplugHandler *handler, DeviceState *dev, Error **errp)
{
    VirtMachineState *vms = VIRT_MACHINE(handler);
    const char *name = object_get_typename(OBJECT(dev));

    if (dev->hotplugged) {
        error_setg(errp, "%s: hotplug is not supported: give it on the command line",
                   name);
        return;
    }
    if (vms->iommu) {
        error_setg(errp,
                   "%s: there is a virtio-iommu already, a machine has one at most",
                   name);
        return;
    }
    if (is_mmio_iommu(dev) &&
        !object_property_set_link(OBJECT(dev), "primary-bus", OBJECT(vms->bus), errp)) {
        return;
    }
    set_doorbell(vms, dev);
}

static void virt_plug(HotplugHandler *handler, DeviceState *dev, Error **errp)
{
    VirtMachineState *vms = VIRT_MACHINE(handler);

    vms->iommu = dev;
    if (is_mmio_iommu(dev)) {
        virt_platform_iommu_plugged(vms);
    }
}

static void virt_unplug_request(HotplugHandler *handler, DeviceState *dev, Error **errp)
{
    error_setg(errp, "%s cannot be unplugged", object_get_typename(OBJECT(dev)));
}

static HotplugHandler *virt_get_hotplug_handler(MachineState *machine, DeviceState *dev)
{
    return is_iommu(dev) ? HOTPLUG_HANDLER(machine) : NULL;
}

void virt_hotplug_class_init(ObjectClass *oc)
{
    HotplugHandlerClass *hc = HOTPLUG_HANDLER_CLASS(oc);

    MACHINE_CLASS(oc)->get_hotplug_handler = virt_get_hotplug_handler;
    hc->pre_plug = virt_pre_plug;
    hc->plug = virt_plug;
    hc->unplug_request = virt_unplug_request;
}
