/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A device's place on its bus: automatic placement, and the rules about who may sit
 * next to whom. The wording of the errors is QEMU's: management tools and people know
 * it.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "pci-internal.h"

static bool devfn_taken(PCIBus *bus, PCIDevice *dev, Error **errp)
{
    PCIDevice *other = bus->devices[dev->devfn];

    if (!other) {
        return false;
    }
    error_setg(errp,
               "PCI: slot %d function %d not available for %s, in use by %s,id=%s",
               PCI_SLOT(dev->devfn), PCI_FUNC(dev->devfn), dev->name, other->name,
               other->qdev.id ? other->qdev.id : "");
    return true;
}

static bool claim_free_slot(PCIBus *bus, PCIDevice *dev, Error **errp)
{
    for (int devfn = bus->devfn_min; devfn < PCI_DEVFN_MAX; devfn += PCI_FUNC_MAX) {
        if (!bus->devices[devfn]) {
            dev->devfn = devfn;
            return true;
        }
    }
    error_setg(errp, "PCI: no slot/function available for %s, all in use or reserved",
               dev->name);
    return false;
}

bool pci_claim_devfn(PCIBus *bus, PCIDevice *dev, Error **errp)
{
    PCIDevice *func0;

    if (dev->devfn < 0 && !claim_free_slot(bus, dev, errp)) {
        return false;
    }
    if (bus->parent_dev && pci_is_express_downstream_port(bus->parent_dev) &&
        PCI_SLOT(dev->devfn)) {
        error_setg(errp,
                   "PCI: slot %d is not valid for %s, parent device only allows "
                   "plugging into slot 0.",
                   PCI_SLOT(dev->devfn), dev->name);
        return false;
    }
    if (devfn_taken(bus, dev, errp)) {
        return false;
    }
    /* The guest has enumerated the slot by now and will not look again. */
    func0 = bus->devices[PCI_DEVFN(PCI_SLOT(dev->devfn), 0)];
    if (dev->qdev.hotplugged && func0 && PCI_FUNC(dev->devfn)) {
        error_setg(errp,
                   "PCI: slot %d function 0 already occupied by %s, new func %s cannot "
                   "be exposed to guest.",
                   PCI_SLOT(dev->devfn), func0->name, dev->name);
        return false;
    }
    return true;
}

bool pci_check_multifunction(PCIBus *bus, PCIDevice *dev, Error **errp)
{
    uint8_t slot = PCI_SLOT(dev->devfn);

    if (dev->cap_present & QEMU_PCI_CAP_MULTIFUNCTION) {
        dev->config[PCI_HEADER_TYPE] |= PCI_HEADER_TYPE_MULTI_FUNCTION;
    }
    /* Function 0 may come last, so a slot without it is no error yet. */
    if (PCI_FUNC(dev->devfn)) {
        PCIDevice *f0 = bus->devices[PCI_DEVFN(slot, 0)];

        if (f0 && !(f0->cap_present & QEMU_PCI_CAP_MULTIFUNCTION)) {
            error_setg(errp,
                       "PCI: single function device can't be populated in function "
                       "%x.%x",
                       slot, PCI_FUNC(dev->devfn));
            return false;
        }
        return true;
    }
    if (dev->cap_present & QEMU_PCI_CAP_MULTIFUNCTION) {
        return true;
    }
    for (int func = 1; func < PCI_FUNC_MAX; func++) {
        if (bus->devices[PCI_DEVFN(slot, func)]) {
            error_setg(errp,
                       "PCI: %x.0 indicates single function, but %x.%x is already "
                       "populated.",
                       slot, slot, func);
            return false;
        }
    }
    return true;
}
