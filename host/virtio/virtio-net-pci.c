/* SPDX-License-Identifier: GPL-2.0-or-later */
/* virtio-net on PCI. */
#include "qemu/osdep.h"
#include "hw/core/qdev-properties.h"
#include "hw/virtio/virtio-pci.h"
#include "hw/virtio/virtio-net.h"
#include "qapi/error.h"
#include "qemu/module.h"

typedef struct VirtIONetPCI VirtIONetPCI;

#define TYPE_VIRTIO_NET_PCI "virtio-net-pci-base"
DECLARE_INSTANCE_CHECKER(VirtIONetPCI, VIRTIO_NET_PCI, TYPE_VIRTIO_NET_PCI)

struct VirtIONetPCI {
    VirtIOPCIProxy parent_obj;
    VirtIONet vdev;
};

static const Property virtio_net_pci_properties[] = {
    DEFINE_PROP_UINT32("vectors", VirtIOPCIProxy, nvectors, DEV_NVECTORS_UNSPECIFIED),
};

static void virtio_net_pci_realize(VirtIOPCIProxy *vpci_dev, Error **errp)
{
    VirtIONetPCI *dev = VIRTIO_NET_PCI(vpci_dev);

    qdev_realize(DEVICE(&dev->vdev), BUS(&vpci_dev->bus), errp);
}

static void virtio_net_pci_class_init(ObjectClass *klass, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    set_bit(DEVICE_CATEGORY_NETWORK, dc->categories);
    device_class_set_props(dc, virtio_net_pci_properties);
    VIRTIO_PCI_CLASS(klass)->realize = virtio_net_pci_realize;
    PCI_DEVICE_CLASS(klass)->class_id = PCI_CLASS_NETWORK_ETHERNET;
}

static void virtio_net_pci_instance_init(Object *obj)
{
    VirtIONetPCI *dev = VIRTIO_NET_PCI(obj);

    virtio_instance_init_common(obj, &dev->vdev, sizeof(dev->vdev), TYPE_VIRTIO_NET);
}

static const VirtioPCIDeviceTypeInfo virtio_net_pci_info = {
    .base_name = TYPE_VIRTIO_NET_PCI,
    .generic_name = "virtio-net-pci",
    .transitional_name = "virtio-net-pci-transitional",
    .non_transitional_name = "virtio-net-pci-non-transitional",
    .instance_size = sizeof(VirtIONetPCI),
    .instance_init = virtio_net_pci_instance_init,
    .class_init = virtio_net_pci_class_init,
};

static void virtio_net_pci_register(void)
{
    virtio_pci_types_register(&virtio_net_pci_info);
}

type_init(virtio_net_pci_register)
