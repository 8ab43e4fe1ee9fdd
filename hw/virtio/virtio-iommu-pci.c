/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virtio-iommu as a function of a root PCI bus. It sits beside the endpoints it
 * translates, and is none of them.
 */
#include "qemu/osdep.h"
#include "hw/pci/pci_bus.h"
#include "hw/virtio/virtio-pci.h"
#include "hw/virtio/virtio-iommu.h"
#include "qapi/error.h"
#include "qemu/module.h"
#include "virtio-iommu-compat.h"
#include "virtio-iommu-internal.h"

typedef struct VirtIOIOMMUPCI VirtIOIOMMUPCI;

#define TYPE_VIRTIO_IOMMU_PCI_BASE TYPE_VIRTIO_IOMMU_PCI "-base"
DECLARE_INSTANCE_CHECKER(VirtIOIOMMUPCI, VIRTIO_IOMMU_PCI, TYPE_VIRTIO_IOMMU_PCI_BASE)

struct VirtIOIOMMUPCI {
    VirtIOPCIProxy parent_obj;
    VirtIOIOMMU vdev;
};

static const Property virtio_iommu_pci_properties[] = {
    DEFINE_PROP_UINT32("class", VirtIOPCIProxy, class_code, 0),
};

static void virtio_iommu_pci_realize(VirtIOPCIProxy *vpci_dev, Error **errp)
{
    VirtIOIOMMUPCI *dev = VIRTIO_IOMMU_PCI(vpci_dev);
    PCIBus *bus = pci_get_bus(&vpci_dev->pci_dev);
    DeviceState *vdev = DEVICE(&dev->vdev);

    /* Firmware tables tell the guest what is translated: a machine writes them. */
    if (!qdev_get_machine_hotplug_handler(DEVICE(vpci_dev))) {
        error_setg(errp, "virtio-iommu-pci: this machine does not tell the guest which "
                         "devices are behind the IOMMU");
        error_append_hint(errp,
                          "Use -machine virt (aarch64) or -machine q35 (x86_64).\n");
        return;
    }
    /* Behind a port the requester id is not known when the tables are made. */
    if (!pci_bus_is_root(bus)) {
        error_setg(errp, "virtio-iommu-pci must be plugged on the root bus");
        error_append_hint(errp, "Leave out bus=, or name the root bus (bus=pcie.0).\n");
        return;
    }
    object_property_set_link(OBJECT(vdev), "primary-bus", OBJECT(bus), &error_abort);
    virtio_pci_force_virtio_1(vpci_dev);
    qdev_realize(vdev, BUS(&vpci_dev->bus), errp);
}

static void virtio_iommu_pci_class_init(ObjectClass *klass, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    VIRTIO_PCI_CLASS(klass)->realize = virtio_iommu_pci_realize;
    PCI_DEVICE_CLASS(klass)->class_id = PCI_CLASS_OTHERS;
    device_class_set_props(dc, virtio_iommu_pci_properties);
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
    /* The topology that the firmware tables describe is fixed at start. */
    dc->hotpluggable = false;
}

static void virtio_iommu_pci_instance_init(Object *obj)
{
    VirtIOIOMMUPCI *dev = VIRTIO_IOMMU_PCI(obj);

    virtio_instance_init_common(obj, &dev->vdev, sizeof(dev->vdev), TYPE_VIRTIO_IOMMU);
}

static const VirtioPCIDeviceTypeInfo virtio_iommu_pci_info = {
    .base_name = TYPE_VIRTIO_IOMMU_PCI_BASE,
    .generic_name = TYPE_VIRTIO_IOMMU_PCI,
    .instance_size = sizeof(VirtIOIOMMUPCI),
    .instance_init = virtio_iommu_pci_instance_init,
    .class_init = virtio_iommu_pci_class_init,
};

static void virtio_iommu_pci_register(void)
{
    virtio_pci_types_register(&virtio_iommu_pci_info);
}

type_init(virtio_iommu_pci_register)
