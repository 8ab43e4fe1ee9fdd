/* SPDX-License-Identifier: GPL-2.0-or-later */
/* query-pci: every root bus with its devices and, nested, what bridges lead to. */
#include "qemu/osdep.h"
#include "hw/pci/pci_bridge.h"
#include "hw/pci/pci_bus.h"
#include "hw/pci/pci_device.h"
#include "hw/pci/pci_host.h"
#include "monitor/qmp-command.h"

static struct json_object *describe_bus(PCIBus *bus);

static struct json_object *add_object(struct json_object *parent, const char *name)
{
    struct json_object *obj = json_object_new_object();

    json_object_object_add(parent, name, obj);
    return obj;
}

static const char *class_desc(uint16_t class)
{
    static const struct {
        uint16_t class;
        const char *desc;
    } known[] = {
        { PCI_CLASS_STORAGE_SCSI, "SCSI controller" },
        { PCI_CLASS_NETWORK_ETHERNET, "Ethernet controller" },
        { PCI_CLASS_BRIDGE_HOST, "Host bridge" },
        { PCI_CLASS_BRIDGE_ISA, "ISA bridge" },
        { PCI_CLASS_BRIDGE_PCI, "PCI bridge" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        if (known[i].class == class) {
            return known[i].desc;
        }
    }
    return NULL;
}

static void describe_ids(struct json_object *obj, PCIDevice *dev, bool bridge)
{
    struct json_object *class_info = add_object(obj, "class_info");
    struct json_object *id = add_object(obj, "id");
    uint16_t class = pci_get_word(dev->config + PCI_CLASS_DEVICE);

    if (class_desc(class)) {
        qmp_add_str(class_info, "desc", class_desc(class));
    }
    qmp_add_int(class_info, "class", class);
    qmp_add_int(id, "device", pci_get_word(dev->config + PCI_DEVICE_ID));
    qmp_add_int(id, "vendor", pci_get_word(dev->config + PCI_VENDOR_ID));
    if (!bridge) {
        qmp_add_int(id, "subsystem", pci_get_word(dev->config + PCI_SUBSYSTEM_ID));
        qmp_add_int(id, "subsystem-vendor",
                    pci_get_word(dev->config + PCI_SUBSYSTEM_VENDOR_ID));
    }
}

static struct json_object *describe_region(PCIIORegion *r, int bar)
{
    struct json_object *obj = json_object_new_object();
    bool io = r->type & PCI_BASE_ADDRESS_SPACE_IO;

    qmp_add_int(obj, "bar", bar);
    qmp_add_str(obj, "type", io ? "io" : "memory");
    /* -1 where nothing is mapped, as QEMU shows it */
    qmp_add_int(obj, "address", r->addr);
    qmp_add_int(obj, "size", r->size);
    if (!io) {
        qmp_add_bool(obj, "prefetch", r->type & PCI_BASE_ADDRESS_MEM_PREFETCH);
        qmp_add_bool(obj, "mem_type_64", r->type & PCI_BASE_ADDRESS_MEM_TYPE_64);
    }
    return obj;
}

static struct json_object *describe_regions(PCIDevice *dev)
{
    struct json_object *list = json_object_new_array();

    for (int bar = 0; bar < PCI_NUM_REGIONS; bar++) {
        if (dev->io_regions[bar].size) {
            json_object_array_add(list, describe_region(&dev->io_regions[bar], bar));
        }
    }
    return list;
}

static void describe_range(struct json_object *obj, const char *name, PCIDevice *dev,
                           uint8_t type)
{
    struct json_object *range = add_object(obj, name);

    qmp_add_uint(range, "base", pci_bridge_get_base(dev, type));
    qmp_add_uint(range, "limit", pci_bridge_get_limit(dev, type));
}

static void describe_bridge(struct json_object *obj, PCIDevice *dev)
{
    struct json_object *bridge = add_object(obj, "pci_bridge");
    struct json_object *bus = add_object(bridge, "bus");

    qmp_add_int(bus, "number", dev->config[PCI_PRIMARY_BUS]);
    qmp_add_int(bus, "secondary", dev->config[PCI_SECONDARY_BUS]);
    qmp_add_int(bus, "subordinate", dev->config[PCI_SUBORDINATE_BUS]);
    describe_range(bus, "io_range", dev, PCI_BASE_ADDRESS_SPACE_IO);
    describe_range(bus, "memory_range", dev, PCI_BASE_ADDRESS_SPACE_MEMORY);
    describe_range(bus, "prefetchable_range", dev, PCI_BASE_ADDRESS_MEM_PREFETCH);
    if (dev->config[PCI_SECONDARY_BUS]) {
        json_object_object_add(bridge, "devices",
                               describe_bus(pci_bridge_get_sec_bus(PCI_BRIDGE(dev))));
    }
}

static void describe_device(PCIBus *bus, PCIDevice *dev, void *opaque)
{
    struct json_object *list = opaque;
    struct json_object *obj = json_object_new_object();
    uint8_t pin = dev->config[PCI_INTERRUPT_PIN];
    bool bridge = IS_PCI_BRIDGE(dev);

    qmp_add_int(obj, "bus", pci_bus_num(bus));
    qmp_add_int(obj, "slot", PCI_SLOT(dev->devfn));
    qmp_add_int(obj, "function", PCI_FUNC(dev->devfn));
    describe_ids(obj, dev, bridge);
    if (pin) {
        qmp_add_int(obj, "irq", dev->config[PCI_INTERRUPT_LINE]);
    }
    qmp_add_int(obj, "irq_pin", pin);
    qmp_add_str(obj, "qdev_id", dev->qdev.id ? dev->qdev.id : "");
    json_object_object_add(obj, "regions", describe_regions(dev));
    if (bridge) {
        describe_bridge(obj, dev);
    }
    json_object_array_add(list, obj);
}

static struct json_object *describe_bus(PCIBus *bus)
{
    struct json_object *list = json_object_new_array();

    pci_for_each_device_under_bus(bus, describe_device, list);
    return list;
}

static int describe_host(Object *obj, void *opaque)
{
    PCIHostState *host = (PCIHostState *)object_dynamic_cast(obj, TYPE_PCI_HOST_BRIDGE);

    if (host && host->bus) {
        struct json_object *root = json_object_new_object();

        qmp_add_int(root, "bus", pci_bus_num(host->bus));
        json_object_object_add(root, "devices", describe_bus(host->bus));
        json_object_array_add(opaque, root);
    }
    return 0;
}

static struct json_object *qmp_query_pci(struct json_object *args, Error **errp)
{
    struct json_object *list = json_object_new_array();

    object_child_foreach_recursive(object_get_root(), describe_host, list);
    return list;
}

static const QmpCommand pci_commands[] = {
    { "query-pci", qmp_query_pci },
};
QMP_COMMANDS(pci_commands)
