/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bridges to conventional PCI: pcie-pci-bridge, whose secondary bus has one
 * requester id for all devices, and pci-bridge, which takes over requests with
 * its own. Neither takes devices while the machine runs.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "hw/core/qdev-properties.h"
#include "hw/pci/msi.h"
#include "hw/pci/pci_bridge.h"

#define TYPE_PCIE_PCI_BRIDGE "pcie-pci-bridge"
#define TYPE_PCI_BRIDGE_DEV  "pci-bridge"
OBJECT_DECLARE_SIMPLE_TYPE(PCIEPCIBridge, PCIE_PCI_BRIDGE)
OBJECT_DECLARE_SIMPLE_TYPE(PCIBridgeDev, PCI_BRIDGE_DEV)

struct PCIEPCIBridge {
    PCIBridge parent_obj;
    OnOffAuto msi;
};

struct PCIBridgeDev {
    PCIBridge parent_obj;
    uint8_t chassis_nr;
    OnOffAuto msi;
    bool shpc;
};

static bool init_msi(PCIDevice *d, OnOffAuto wanted, Error **errp)
{
    Error *err = NULL;

    if (wanted == ON_OFF_AUTO_OFF || msi_init(d, 0, 1, true, true, &err) == 0) {
        return true;
    }
    if (wanted == ON_OFF_AUTO_ON) {
        error_propagate(errp, err);
        return false;
    }
    error_free(err); /* auto: the bridge works without */
    return true;
}

static void bridge_exit(PCIDevice *d)
{
    msi_uninit(d);
    pci_bridge_exitfn(d);
}

static void bridge_reset_hold(Object *obj, ResetType type)
{
    pci_bridge_reset(DEVICE(obj));
}

static void common_class_init(ObjectClass *klass, uint16_t device_id)
{
    PCIDeviceClass *k = PCI_DEVICE_CLASS(klass);

    k->vendor_id = PCI_VENDOR_ID_REDHAT;
    k->device_id = device_id;
    k->class_id = PCI_CLASS_BRIDGE_PCI;
    k->exit = bridge_exit;
    k->config_write = pci_bridge_write_config;
    RESETTABLE_CLASS(klass)->phases.hold = bridge_reset_hold;
    DEVICE_CLASS(klass)->vmsd = &vmstate_pci_bridge;
    set_bit(DEVICE_CATEGORY_BRIDGE, DEVICE_CLASS(klass)->categories);
}

/* --- pcie-pci-bridge --- */

static void pcie_pci_bridge_realize(PCIDevice *d, Error **errp)
{
    pci_config_set_interrupt_pin(d->config, 1);
    pci_bridge_initfn(d, TYPE_PCI_BUS);
    if (pcie_cap_init(d, 0, PCI_EXP_TYPE_PCI_BRIDGE, 0, errp) < 0 ||
        pci_pm_init(d, 0, errp) < 0 || !init_msi(d, PCIE_PCI_BRIDGE(d)->msi, errp)) {
        pci_bridge_exitfn(d);
    }
}

static const Property pcie_pci_bridge_properties[] = {
    DEFINE_PROP_ON_OFF_AUTO("msi", PCIEPCIBridge, msi, ON_OFF_AUTO_AUTO),
};

static void pcie_pci_bridge_class_init(ObjectClass *klass, const void *data)
{
    common_class_init(klass, PCI_DEVICE_ID_REDHAT_PCIE_BRIDGE);
    device_class_set_props(DEVICE_CLASS(klass), pcie_pci_bridge_properties);
    PCI_DEVICE_CLASS(klass)->realize = pcie_pci_bridge_realize;
    DEVICE_CLASS(klass)->desc = "PCI Express to PCI bridge";
}

/* --- pci-bridge --- */

static void pci_bridge_dev_realize(PCIDevice *d, Error **errp)
{
    PCIBridgeDev *br = PCI_BRIDGE_DEV(d);

    if (br->shpc) {
        error_setg(errp, "pci-bridge: shpc=on is not supported: hot-plug needs a "
                         "pcie-root-port");
        return;
    }
    pci_config_set_interrupt_pin(d->config, 1);
    pci_bridge_initfn(d, TYPE_PCI_BUS);
    if (!init_msi(d, br->msi, errp)) {
        pci_bridge_exitfn(d);
    }
}

static const Property pci_bridge_dev_properties[] = {
    DEFINE_PROP_UINT8(PCI_BRIDGE_DEV_PROP_CHASSIS_NR, PCIBridgeDev, chassis_nr, 0),
    DEFINE_PROP_ON_OFF_AUTO(PCI_BRIDGE_DEV_PROP_MSI, PCIBridgeDev, msi,
                            ON_OFF_AUTO_AUTO),
    DEFINE_PROP_BOOL(PCI_BRIDGE_DEV_PROP_SHPC, PCIBridgeDev, shpc, false),
};

static void pci_bridge_dev_class_init(ObjectClass *klass, const void *data)
{
    common_class_init(klass, PCI_DEVICE_ID_REDHAT_BRIDGE);
    device_class_set_props(DEVICE_CLASS(klass), pci_bridge_dev_properties);
    PCI_DEVICE_CLASS(klass)->realize = pci_bridge_dev_realize;
    DEVICE_CLASS(klass)->desc = "Standard PCI bridge";
}

static const TypeInfo bridge_types[] = {
    {
        .name = TYPE_PCIE_PCI_BRIDGE,
        .parent = TYPE_PCI_BRIDGE,
        .instance_size = sizeof(PCIEPCIBridge),
        .class_init = pcie_pci_bridge_class_init,
        .interfaces = (const InterfaceInfo[]){ { INTERFACE_PCIE_DEVICE }, {} },
    },
    {
        .name = TYPE_PCI_BRIDGE_DEV,
        .parent = TYPE_PCI_BRIDGE,
        .instance_size = sizeof(PCIBridgeDev),
        .class_init = pci_bridge_dev_class_init,
        .interfaces =
            (const InterfaceInfo[]){ { INTERFACE_CONVENTIONAL_PCI_DEVICE }, {} },
    },
};

DEFINE_TYPES(bridge_types)
