/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the machine has to say when a virtio-iommu is plugged: there is one at most,
 * from the start, and it is told this board's MSI doorbell.
 */
#include "qemu/osdep.h"
#include "hw/core/hotplug.h"
#include "hw/intc/arm_gicv2m.h"
#include "hw/intc/arm_gicv3.h"
#include "hw/pci/iommu-plug.h"
#include "hw/pci/pci_bus.h"
#include "hw/virtio/virtio-iommu.h"
#include "hw/virtio/virtio-mmio.h"
#include "qapi/error.h"
#include "virt-internal.h"

/* The page MSIs are written to; @last below @base: this machine has no MSIs. */
static void msi_doorbell(VirtMachineState *vms, hwaddr *base, hwaddr *last)
{
    if (vms->gic_version == 2) {
        *base = virt_memmap[VIRT_GIC_V2M].base;
        *last = *base + GICV2M_FRAME_SIZE - 1;
        return;
    }
    *base = virt_memmap[VIRT_GIC_ITS].base + GICV3_ITS_SIZE / 2;
    *last = vms->its ? virt_memmap[VIRT_GIC_ITS].base + GICV3_ITS_SIZE - 1 : 0;
}

/* Is it the core device in a virtio-mmio slot (and not inside a PCI proxy)? */
static bool is_mmio_iommu(DeviceState *dev)
{
    return object_dynamic_cast(OBJECT(dev), TYPE_VIRTIO_IOMMU) && dev->parent_bus &&
           object_dynamic_cast(OBJECT(dev->parent_bus), TYPE_VIRTIO_MMIO_BUS);
}

static void virt_pre_plug(HotplugHandler *handler, DeviceState *dev, Error **errp)
{
    VirtMachineState *vms = VIRT_MACHINE(handler);
    hwaddr base, last;

    msi_doorbell(vms, &base, &last);
    if (vms->iommu && !dev->hotplugged) {
        error_setg(errp,
                   "%s: there is a virtio-iommu already: a machine takes one only",
                   object_get_typename(OBJECT(dev)));
    } else if (is_mmio_iommu(dev)) {
        if (object_property_set_link(OBJECT(dev), "primary-bus", OBJECT(vms->bus),
                                     errp)) {
            iommu_plug_set_doorbell(dev, base, last);
        }
    } else {
        iommu_plug_pre_plug(dev, base, last, errp);
    }
}

static void virt_plug(HotplugHandler *handler, DeviceState *dev, Error **errp)
{
    VIRT_MACHINE(handler)->iommu = dev;
}

static void virt_unplug_request(HotplugHandler *handler, DeviceState *dev, Error **errp)
{
    iommu_plug_unplug_request(dev, errp);
}

static HotplugHandler *virt_get_hotplug_handler(MachineState *machine, DeviceState *dev)
{
    return iommu_plug_wants(dev) || is_mmio_iommu(dev) ? HOTPLUG_HANDLER(machine)
                                                       : NULL;
}

void virt_hotplug_class_init(ObjectClass *oc)
{
    HotplugHandlerClass *hc = HOTPLUG_HANDLER_CLASS(oc);

    MACHINE_CLASS(oc)->get_hotplug_handler = virt_get_hotplug_handler;
    hc->pre_plug = virt_pre_plug;
    hc->plug = virt_plug;
    hc->unplug_request = virt_unplug_request;
}
