/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcie-root-port: a bridge from the root bus to one slot. The abstract types
 * below it hold the properties, by the names that users know.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "hw/core/qdev-properties.h"
#include "hw/pci/msix.h"
#include "hw/pci/pcie_port.h"
#include "migration/vmstate.h"

#define TYPE_ROOT_PORT "pcie-root-port"

#define SSVID_OFFSET   0x40
#define EXP_OFFSET     0x54
#define ACS_OFFSET     0x100

/* --- chassis and slot number: unique below one root bus --- */

typedef struct SlotSearch {
    PCIESlot *slot;
    bool taken;
} SlotSearch;

static void compare_slot(PCIBus *bus, PCIDevice *dev, void *opaque)
{
    SlotSearch *search = opaque;
    PCIESlot *other = (PCIESlot *)object_dynamic_cast(OBJECT(dev), TYPE_PCIE_SLOT);

    if (other && other != search->slot && other->chassis == search->slot->chassis &&
        other->slot == search->slot->slot) {
        search->taken = true;
    }
}

static void search_bus(PCIBus *bus, void *opaque)
{
    pci_for_each_device_under_bus(bus, compare_slot, opaque);
}

int pcie_chassis_add_slot(PCIESlot *slot)
{
    SlotSearch search = { .slot = slot };

    pci_for_each_bus(pci_device_root_bus(PCI_DEVICE(slot)), search_bus, &search);
    return search.taken ? -EBUSY : 0;
}

/* --- the port --- */

static void write_config(PCIDevice *d, uint32_t address, uint32_t val, int len)
{
    uint16_t slt_ctl, slt_sta;

    pcie_cap_slot_get(d, &slt_ctl, &slt_sta);
    pci_bridge_write_config(d, address, val, len);
    pcie_cap_slot_write_config(d, slt_ctl, slt_sta, address, val, len);
}

static void root_port_reset_hold(Object *obj, ResetType type)
{
    PCIDevice *d = PCI_DEVICE(obj);

    pcie_cap_deverr_reset(d);
    pcie_cap_slot_reset(d);
    pcie_cap_arifwd_reset(d);
    pcie_cap_root_reset(d);
    pcie_acs_reset(d);
    pci_bridge_reset(DEVICE(obj));
}

static bool init_capabilities(PCIDevice *d, Error **errp)
{
    PCIESlot *s = PCIE_SLOT(d);

    if (pci_bridge_ssvid_init(d, SSVID_OFFSET, PCI_VENDOR_ID_REDHAT, 0, errp) < 0 ||
        msix_init_exclusive_bar(d, 1, 0, errp) < 0) {
        return false;
    }
    msix_vector_use(d, 0);
    if (pcie_cap_init(d, EXP_OFFSET, PCI_EXP_TYPE_ROOT_PORT, PCIE_PORT(d)->port, errp) <
        0) {
        msix_uninit_exclusive_bar(d);
        return false;
    }
    pcie_cap_arifwd_init(d);
    pcie_cap_deverr_init(d);
    pcie_cap_slot_init(d, s);
    pcie_cap_root_init(d);
    if (!s->disable_acs) {
        pcie_acs_init(d, ACS_OFFSET);
    }
    return true;
}

static void root_port_realize(PCIDevice *d, Error **errp)
{
    PCIESlot *s = PCIE_SLOT(d);
    PCIBus *bus = pci_get_bus(d);

    if (!pci_bus_is_root(bus)) {
        error_setg(errp, "%s must be plugged into a root bus, '%s' is none",
                   object_get_typename(OBJECT(d)), BUS(bus)->name);
        return;
    }
    if (pcie_chassis_add_slot(s) < 0) {
        error_setg(
            errp,
            "Can't add chassis slot, error %d: chassis %u has a slot %u already; "
            "give each port another chassis= or slot=",
            -EBUSY, s->chassis, s->slot);
        return;
    }
    pci_config_set_interrupt_pin(d->config, 1);
    pci_bridge_initfn(d, TYPE_PCIE_BUS);
    if (!init_capabilities(d, errp)) {
        pci_bridge_exitfn(d);
    }
}

static void root_port_exit(PCIDevice *d)
{
    msix_uninit_exclusive_bar(d);
    pci_bridge_exitfn(d);
}

static int port_post_load(void *opaque, int version_id)
{
    pci_bridge_update_mappings(opaque);
    return pcie_cap_slot_post_load(opaque, version_id);
}

static const VMStateDescription vmstate_root_port = {
    .name = "pcie-root-port",
    .version_id = 1,
    .minimum_version_id = 1,
    .priority = MIG_PRI_PCI_BUS,
    .post_load = port_post_load,
    .fields =
        (const VMStateField[]){
            VMSTATE_PCI_DEVICE(parent_obj.parent_obj.parent_obj, PCIESlot),
            VMSTATE_MSIX(parent_obj.parent_obj.parent_obj, PCIESlot),
            VMSTATE_END_OF_LIST(),
        },
};

static const Property port_properties[] = {
    DEFINE_PROP_UINT8("port", PCIEPort, port, 0),
};

static void port_class_init(ObjectClass *klass, const void *data)
{
    device_class_set_props(DEVICE_CLASS(klass), port_properties);
}

static const Property slot_properties[] = {
    DEFINE_PROP_UINT8("chassis", PCIESlot, chassis, 0),
    DEFINE_PROP_UINT16("slot", PCIESlot, slot, 0),
    DEFINE_PROP_BOOL("hotplug", PCIESlot, hotplug, true),
    DEFINE_PROP_BOOL("disable-acs", PCIESlot, disable_acs, false),
};

static void slot_class_init(ObjectClass *klass, const void *data)
{
    HotplugHandlerClass *hc = HOTPLUG_HANDLER_CLASS(klass);

    device_class_set_props(DEVICE_CLASS(klass), slot_properties);
    hc->pre_plug = pcie_cap_slot_pre_plug_cb;
    hc->plug = pcie_cap_slot_plug_cb;
    hc->unplug = pcie_cap_slot_unplug_cb;
    hc->unplug_request = pcie_cap_slot_unplug_request_cb;
}

static void root_port_class_init(ObjectClass *klass, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    PCIDeviceClass *k = PCI_DEVICE_CLASS(klass);

    dc->desc = "PCI Express Root Port";
    set_bit(DEVICE_CATEGORY_BRIDGE, dc->categories);
    dc->vmsd = &vmstate_root_port;
    RESETTABLE_CLASS(klass)->phases.hold = root_port_reset_hold;
    k->vendor_id = PCI_VENDOR_ID_REDHAT;
    k->device_id = PCI_DEVICE_ID_REDHAT_PCIE_RP;
    k->class_id = PCI_CLASS_BRIDGE_PCI;
    k->realize = root_port_realize;
    k->exit = root_port_exit;
    k->config_write = write_config;
}

static const TypeInfo root_port_types[] = {
    {
        .name = TYPE_PCIE_PORT,
        .parent = TYPE_PCI_BRIDGE,
        .instance_size = sizeof(PCIEPort),
        .abstract = true,
        .class_init = port_class_init,
    },
    {
        .name = TYPE_PCIE_SLOT,
        .parent = TYPE_PCIE_PORT,
        .instance_size = sizeof(PCIESlot),
        .abstract = true,
        .class_init = slot_class_init,
        .interfaces = (const InterfaceInfo[]){ { TYPE_HOTPLUG_HANDLER }, {} },
    },
    {
        .name = TYPE_ROOT_PORT,
        .parent = TYPE_PCIE_SLOT,
        .class_init = root_port_class_init,
        .interfaces = (const InterfaceInfo[]){ { INTERFACE_PCIE_DEVICE }, {} },
    },
};

DEFINE_TYPES(root_port_types)
