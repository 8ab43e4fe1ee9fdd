/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PCI buses: the types, root buses, bus numbers, and the ways to find and walk
 * devices. Numbers are the guest's: each look-up reads the bridges again.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "system/system.h"
#include "hw/pci/pci_bridge.h"
#include "hw/pci/pci_host.h"
#include "hw/core/qdev.h"
#include "pci-internal.h"

bool pci_available = true;

bool pci_bus_is_express(const PCIBus *bus)
{
    return object_dynamic_cast(OBJECT(bus), TYPE_PCIE_BUS);
}

static int default_bus_num(PCIBus *bus)
{
    return pci_bus_is_root(bus) ? 0 : bus->parent_dev->config[PCI_SECONDARY_BUS];
}

int pci_bus_num(PCIBus *s)
{
    /* Not checked: an IOMMU asks with every translation. */
    return ((PCIBusClass *)object_get_class(OBJECT(s)))->bus_num(s);
}

void pci_bus_range(PCIBus *bus, int *min_bus, int *max_bus)
{
    *min_bus = *max_bus = pci_bus_num(bus);
    for (int i = 0; i < PCI_DEVFN_MAX; i++) {
        PCIDevice *dev = bus->devices[i];

        if (dev && IS_PCI_BRIDGE(dev)) {
            *max_bus = MAX(*max_bus, dev->config[PCI_SUBORDINATE_BUS]);
        }
    }
}

bool pci_secondary_bus_in_range(const PCIDevice *bridge, int bus_num)
{
    return !(pci_get_word(bridge->config + PCI_BRIDGE_CONTROL) &
             PCI_BRIDGE_CTL_BUS_RESET) &&
           bridge->config[PCI_SECONDARY_BUS] <= bus_num &&
           bus_num <= bridge->config[PCI_SUBORDINATE_BUS];
}

static PCIBus *find_bus(PCIBus *bus, int bus_num)
{
    PCIBus *sec;

    if (pci_bus_num(bus) == bus_num) {
        return bus;
    }
    QLIST_FOREACH(sec, &bus->child, sibling) {
        if (pci_secondary_bus_in_range(sec->parent_dev, bus_num)) {
            return find_bus(sec, bus_num);
        }
    }
    return NULL;
}

PCIDevice *pci_find_device(PCIBus *bus, int bus_num, uint8_t devfn)
{
    bus = find_bus(bus, bus_num);
    return bus ? bus->devices[devfn] : NULL;
}

void pci_for_each_device_under_bus(PCIBus *bus, pci_bus_dev_fn fn, void *opaque)
{
    for (int devfn = 0; devfn < PCI_DEVFN_MAX; devfn++) {
        PCIDevice *d = bus->devices[devfn];

        if (d) {
            fn(bus, d, opaque);
        }
    }
}

void pci_for_each_device(PCIBus *bus, int bus_num, pci_bus_dev_fn fn, void *opaque)
{
    bus = find_bus(bus, bus_num);
    if (bus) {
        pci_for_each_device_under_bus(bus, fn, opaque);
    }
}

void pci_for_each_bus_depth_first(PCIBus *bus, pci_bus_ret_fn begin, pci_bus_fn end,
                                  void *parent_state)
{
    PCIBus *sec;
    void *state;

    if (!bus) {
        return;
    }
    state = begin ? begin(bus, parent_state) : parent_state;
    QLIST_FOREACH(sec, &bus->child, sibling) {
        pci_for_each_bus_depth_first(sec, begin, end, state);
    }
    if (end) {
        end(bus, state);
    }
}

PCIDevice *pci_get_function_0(PCIDevice *pci_dev)
{
    PCIBus *bus = pci_get_bus(pci_dev);

    /* Below a port there is one slot, whatever the function's number says. */
    if (bus->parent_dev && pci_is_express_downstream_port(bus->parent_dev)) {
        return bus->devices[0];
    }
    return bus->devices[PCI_DEVFN(PCI_SLOT(pci_dev->devfn), 0)];
}

PCIBus *pci_device_root_bus(const PCIDevice *d)
{
    PCIBus *bus = pci_get_bus(d);

    while (!pci_bus_is_root(bus)) {
        bus = pci_get_bus(bus->parent_dev);
    }
    return bus;
}

int pci_qdev_find_device(const char *id, PCIDevice **pdev)
{
    DeviceState *dev = qdev_find_recursive(sysbus_get_default(), id);

    if (!dev) {
        return -ENODEV;
    }
    if (!object_dynamic_cast(OBJECT(dev), TYPE_PCI_DEVICE)) {
        return -EINVAL;
    }
    *pdev = PCI_DEVICE(dev);
    return 0;
}

/* --- life of a bus --- */

static void attach_dma(PCIBus *bus, PCIDevice *dev, void *opaque)
{
    pci_dma_attach(dev);
}

/* All IOMMUs are there now: give each device its DMA address space. */
static void bus_machine_done(Notifier *notifier, void *data)
{
    PCIBus *bus = container_of(notifier, PCIBus, machine_done);

    pci_for_each_device_under_bus(bus, attach_dma, NULL);
}

static void pci_bus_realize(BusState *qbus, Error **errp)
{
    PCIBus *bus = PCI_BUS(qbus);

    bus->machine_done.notify = bus_machine_done;
    qemu_add_machine_init_done_notifier(&bus->machine_done);
}

static void pcie_bus_realize(BusState *qbus, Error **errp)
{
    PCIBus *bus = PCI_BUS(qbus);

    pci_bus_realize(qbus, errp);
    /* Behind a conventional bus there is no way to address the extended space. */
    if (pci_bus_is_root(bus) ||
        pci_bus_allows_extended_config_space(pci_get_bus(bus->parent_dev))) {
        bus->flags |= PCI_BUS_EXTENDED_CONFIG_SPACE;
    }
}

static void pci_bus_unrealize(BusState *qbus)
{
    qemu_remove_machine_init_done_notifier(&PCI_BUS(qbus)->machine_done);
}

void pci_bus_init(PCIBus *bus, MemoryRegion *mem, MemoryRegion *io, uint8_t devfn_min)
{
    assert(PCI_FUNC(devfn_min) == 0);
    bus->devfn_min = devfn_min;
    bus->address_space_mem = mem;
    bus->address_space_io = io;
    QLIST_INIT(&bus->child);
}

PCIBus *pci_root_bus_new(DeviceState *parent, const char *name, MemoryRegion *mem,
                         MemoryRegion *io, uint8_t devfn_min, const char *typename)
{
    PCIBus *bus = PCI_BUS(qbus_new(typename, parent, name));

    pci_bus_init(bus, mem, io, devfn_min);
    bus->flags |= PCI_BUS_IS_ROOT;
    return bus;
}

void pci_root_bus_cleanup(PCIBus *bus)
{
    pci_bus_irqs_cleanup(bus);
    qbus_unrealize(BUS(bus));
    object_unparent(OBJECT(bus));
}

PCIBus *pci_register_root_bus(DeviceState *parent, const char *name,
                              pci_set_irq_fn set_irq, pci_map_irq_fn map_irq,
                              void *irq_opaque, MemoryRegion *mem, MemoryRegion *io,
                              uint8_t devfn_min, int nirq, const char *typename)
{
    PCIBus *bus = pci_root_bus_new(parent, name, mem, io, devfn_min, typename);

    pci_bus_irqs(bus, set_irq, irq_opaque, nirq);
    pci_bus_map_irqs(bus, map_irq);
    return bus;
}

void pci_unregister_root_bus(PCIBus *bus)
{
    pci_root_bus_cleanup(bus);
}

static void reset_function(PCIBus *bus, PCIDevice *dev, void *opaque)
{
    pci_reset_function(dev);
}

/* The devices themselves have been through it: children come first. */
static void pci_bus_reset_hold(Object *obj, ResetType type)
{
    pci_for_each_device_under_bus(PCI_BUS(obj), reset_function, NULL);
}

/* --- names and types --- */

/* "0000:00:02.0:00.0": slot and function of each bridge on the way down. */
static char *pci_bus_dev_path(DeviceState *qdev)
{
    PCIDevice *dev = PCI_DEVICE(qdev);
    GString *path = g_string_new(NULL);

    for (;;) {
        g_autofree char *step =
            g_strdup_printf(":%02x.%x", PCI_SLOT(dev->devfn), PCI_FUNC(dev->devfn));
        PCIBus *bus = pci_get_bus(dev);

        g_string_prepend(path, step);
        if (pci_bus_is_root(bus)) {
            break;
        }
        dev = bus->parent_dev;
    }
    g_string_prepend(path, "0000:00");
    return g_string_free(path, FALSE);
}

static void pci_bus_class_init(ObjectClass *klass, const void *data)
{
    BusClass *k = BUS_CLASS(klass);

    k->get_dev_path = pci_bus_dev_path;
    k->realize = pci_bus_realize;
    k->unrealize = pci_bus_unrealize;
    RESETTABLE_CLASS(klass)->phases.hold = pci_bus_reset_hold;
    PCI_BUS_CLASS(klass)->bus_num = default_bus_num;
}

static void pcie_bus_class_init(ObjectClass *klass, const void *data)
{
    BUS_CLASS(klass)->realize = pcie_bus_realize;
}

static const TypeInfo pci_bus_types[] = {
    {
        .name = TYPE_PCI_BUS,
        .parent = TYPE_BUS,
        .instance_size = sizeof(PCIBus),
        .class_size = sizeof(PCIBusClass),
        .class_init = pci_bus_class_init,
    },
    {
        .name = TYPE_PCIE_BUS,
        .parent = TYPE_PCI_BUS,
        .class_init = pcie_bus_class_init,
    },
};

DEFINE_TYPES(pci_bus_types)
