/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What every PCI-to-PCI bridge has: a secondary bus with spaces of its own, and
 * windows through which parts of them show on the primary side.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "hw/pci/pci_bridge.h"
#include "migration/vmstate.h"
#include "pci-internal.h"

PCIDevice *pci_bridge_get_device(PCIBus *bus)
{
    return bus->parent_dev;
}

PCIBus *pci_bridge_get_sec_bus(PCIBridge *br)
{
    return &br->sec_bus;
}

int pci_bridge_ssvid_init(PCIDevice *dev, uint8_t offset, uint16_t svid, uint16_t ssid,
                          Error **errp)
{
    int pos = pci_add_capability(dev, PCI_CAP_ID_SSVID, offset, 8, errp);

    if (pos >= 0) {
        pci_set_word(dev->config + pos + PCI_SSVID_VENDOR_ID, svid);
        pci_set_word(dev->config + pos + PCI_SSVID_DEVICE_ID, ssid);
    }
    return pos;
}

/* --- windows --- */

static bool is_io(uint8_t type)
{
    return type & PCI_BASE_ADDRESS_SPACE_IO;
}

pcibus_t pci_bridge_get_base(const PCIDevice *bridge, uint8_t type)
{
    const uint8_t *config = bridge->config;

    if (is_io(type)) {
        return (pcibus_t)(config[PCI_IO_BASE] & PCI_IO_RANGE_MASK) << 8;
    }
    if (type & PCI_BASE_ADDRESS_MEM_PREFETCH) {
        uint32_t low = pci_get_word(config + PCI_PREF_MEMORY_BASE);

        return (low & PCI_PREF_RANGE_MASK) << 16 |
               (pcibus_t)pci_get_long(config + PCI_PREF_BASE_UPPER32) << 32;
    }
    return (pci_get_word(config + PCI_MEMORY_BASE) & PCI_MEMORY_RANGE_MASK) << 16;
}

pcibus_t pci_bridge_get_limit(const PCIDevice *bridge, uint8_t type)
{
    const uint8_t *config = bridge->config;

    if (is_io(type)) {
        return (pcibus_t)(config[PCI_IO_LIMIT] & PCI_IO_RANGE_MASK) << 8 | 0xfff;
    }
    if (type & PCI_BASE_ADDRESS_MEM_PREFETCH) {
        uint32_t low = pci_get_word(config + PCI_PREF_MEMORY_LIMIT);

        return (low & PCI_PREF_RANGE_MASK) << 16 | 0xfffff |
               (pcibus_t)pci_get_long(config + PCI_PREF_LIMIT_UPPER32) << 32;
    }
    return (pci_get_word(config + PCI_MEMORY_LIMIT) & PCI_MEMORY_RANGE_MASK) << 16 |
           0xfffff;
}

/* base > limit is how the guest closes a window. */
static void update_window(PCIBridge *br, MemoryRegion *alias, uint8_t type,
                          bool enabled)
{
    PCIDevice *dev = PCI_DEVICE(br);
    pcibus_t base = pci_bridge_get_base(dev, type);
    pcibus_t limit = pci_bridge_get_limit(dev, type);
    bool open = enabled && base <= limit;
    bool whole = base == 0 && limit == UINT64_MAX;

    memory_region_set_enabled(alias, open);
    if (open) {
        memory_region_set_size(alias, whole ? UINT64_MAX : limit - base + 1);
        memory_region_set_alias_offset(alias, base);
        memory_region_set_address(alias, base);
    }
}

void pci_bridge_update_mappings(PCIBridge *br)
{
    PCIDevice *dev = PCI_DEVICE(br);
    PCIBridgeWindows *w = &br->windows;
    uint16_t cmd = pci_get_word(dev->config + PCI_COMMAND);
    bool mem = cmd & PCI_COMMAND_MEMORY;

    memory_region_transaction_begin();
    update_window(br, &w->alias_pref_mem, PCI_BASE_ADDRESS_MEM_PREFETCH, mem);
    update_window(br, &w->alias_mem, PCI_BASE_ADDRESS_SPACE_MEMORY, mem);
    update_window(br, &w->alias_io, PCI_BASE_ADDRESS_SPACE_IO, cmd & PCI_COMMAND_IO);
    memory_region_transaction_commit();
}

static void init_window(PCIBridge *br, MemoryRegion *alias, const char *name,
                        MemoryRegion *space, MemoryRegion *parent)
{
    memory_region_init_alias(alias, OBJECT(br), name, space, 0, 0x1000);
    memory_region_set_enabled(alias, false);
    memory_region_add_subregion_overlap(parent, 0, alias, 1);
}

static void init_windows(PCIBridge *br, PCIBus *parent)
{
    PCIBridgeWindows *w = &br->windows;

    init_window(br, &w->alias_pref_mem, "pci_bridge_pref_mem", &br->address_space_mem,
                parent->address_space_mem);
    init_window(br, &w->alias_mem, "pci_bridge_mem", &br->address_space_mem,
                parent->address_space_mem);
    init_window(br, &w->alias_io, "pci_bridge_io", &br->address_space_io,
                parent->address_space_io);
}

static void remove_windows(PCIBridge *br, PCIBus *parent)
{
    PCIBridgeWindows *w = &br->windows;

    memory_region_transaction_begin();
    memory_region_del_subregion(parent->address_space_mem, &w->alias_pref_mem);
    memory_region_del_subregion(parent->address_space_mem, &w->alias_mem);
    memory_region_del_subregion(parent->address_space_io, &w->alias_io);
    memory_region_transaction_commit();
}

/* --- registers --- */

static bool touches(uint32_t address, int len, uint32_t reg, uint32_t size)
{
    return address < reg + size && reg < address + len;
}

void pci_bridge_write_config(PCIDevice *d, uint32_t address, uint32_t val, int len)
{
    PCIBridge *br = PCI_BRIDGE(d);
    uint16_t old_control = pci_get_word(d->config + PCI_BRIDGE_CONTROL);
    uint16_t control;

    pci_default_write_config(d, address, val, len);
    if (touches(address, len, PCI_COMMAND, 2) ||
        touches(address, len, PCI_IO_BASE, 2) ||
        touches(address, len, PCI_MEMORY_BASE, 16)) {
        pci_bridge_update_mappings(br);
    }
    control = pci_get_word(d->config + PCI_BRIDGE_CONTROL);
    if (~old_control & control & PCI_BRIDGE_CTL_BUS_RESET) {
        bus_cold_reset(BUS(&br->sec_bus));
    }
}

void pci_bridge_disable_base_limit(PCIDevice *dev)
{
    uint8_t *conf = dev->config;

    conf[PCI_IO_BASE] |= PCI_IO_RANGE_MASK & 0xff;
    conf[PCI_IO_LIMIT] &= ~(PCI_IO_RANGE_MASK & 0xff);
    pci_word_test_and_set_mask(conf + PCI_MEMORY_BASE, PCI_MEMORY_RANGE_MASK & 0xffff);
    pci_word_test_and_clear_mask(conf + PCI_MEMORY_LIMIT,
                                 PCI_MEMORY_RANGE_MASK & 0xffff);
    pci_word_test_and_set_mask(conf + PCI_PREF_MEMORY_BASE,
                               PCI_PREF_RANGE_MASK & 0xffff);
    pci_word_test_and_clear_mask(conf + PCI_PREF_MEMORY_LIMIT,
                                 PCI_PREF_RANGE_MASK & 0xffff);
    pci_set_long(conf + PCI_PREF_BASE_UPPER32, 0);
    pci_set_long(conf + PCI_PREF_LIMIT_UPPER32, 0);
}

void pci_bridge_reset(DeviceState *qdev)
{
    PCIDevice *dev = PCI_DEVICE(qdev);
    uint8_t *conf = dev->config;

    /* primary, secondary and subordinate number, and the latency timer */
    memset(conf + PCI_PRIMARY_BUS, 0, 4);
    pci_bridge_disable_base_limit(dev);
    pci_set_word(conf + PCI_BRIDGE_CONTROL, 0);
    /* The command register is every function's: pci_reset_function() has it. */
    pci_bridge_update_mappings(PCI_BRIDGE(qdev));
}

/* --- life --- */

void pci_bridge_map_irq(PCIBridge *br, const char *bus_name, pci_map_irq_fn map_irq)
{
    br->map_irq = map_irq;
    br->bus_name = bus_name;
}

void pci_bridge_initfn(PCIDevice *pci_dev, const char *typename)
{
    PCIBus *parent = pci_get_bus(pci_dev);
    PCIBridge *br = PCI_BRIDGE(pci_dev);
    PCIBus *sec_bus = &br->sec_bus;
    const char *id = pci_dev->qdev.id;

    pci_config_set_class(pci_dev->config, PCI_CLASS_BRIDGE_PCI);
    /* `-device x,id=br1 -device y,bus=br1`: the bus has the bridge's name. */
    qbus_init(sec_bus, sizeof(*sec_bus), typename, DEVICE(pci_dev),
              br->bus_name ? br->bus_name : (id && *id ? id : NULL));
    memory_region_init(&br->address_space_mem, OBJECT(br), "pci_bridge_pci",
                       UINT64_MAX);
    memory_region_init(&br->address_space_io, OBJECT(br), "pci_bridge_io_space",
                       0x100000000ULL);
    pci_bus_init(sec_bus, &br->address_space_mem, &br->address_space_io, 0);
    sec_bus->parent_dev = pci_dev;
    sec_bus->map_irq = br->map_irq ? br->map_irq : pci_swizzle_map_irq_fn;
    init_windows(br, parent);
    pci_bridge_disable_base_limit(pci_dev);
    QLIST_INSERT_HEAD(&parent->child, sec_bus, sibling);
}

void pci_bridge_exitfn(PCIDevice *pci_dev)
{
    PCIBridge *br = PCI_BRIDGE(pci_dev);

    QLIST_REMOVE(&br->sec_bus, sibling);
    remove_windows(br, pci_get_bus(pci_dev));
}

static int bridge_post_load(void *opaque, int version_id)
{
    pci_bridge_update_mappings(opaque);
    return 0;
}

const VMStateDescription vmstate_pci_bridge = {
    .name = "pci_bridge",
    .version_id = 1,
    .minimum_version_id = 1,
    .priority = MIG_PRI_PCI_BUS,
    .post_load = bridge_post_load,
    .fields =
        (const VMStateField[]){
            VMSTATE_PCI_DEVICE(parent_obj, PCIBridge),
            VMSTATE_END_OF_LIST(),
        },
};

static const TypeInfo pci_bridge_types[] = {
    {
        .name = TYPE_PCI_BRIDGE,
        .parent = TYPE_PCI_DEVICE,
        .instance_size = sizeof(PCIBridge),
        .abstract = true,
    },
};

DEFINE_TYPES(pci_bridge_types)
