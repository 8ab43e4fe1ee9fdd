/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine for tests of PCI: the generic host bridge with its windows mapped,
 * RAM, a place that records messages, and an endpoint with every kind of BAR.
 * Configuration space is reached as a guest does: through the ECAM window.
 */
#ifndef TESTS_UNIT_PCI_TESTBED_H
#define TESTS_UNIT_PCI_TESTBED_H

#include "qapi/error.h"
#include "qemu/bswap.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qemu/rcu.h"
#include "system/address-spaces.h"
#include "system/system.h"
#include "hw/core/qdev-properties.h"
#include "hw/core/sysbus.h"
#include "hw/pci-host/gpex.h"
#include "hw/pci/msi.h"
#include "hw/pci/msix.h"
#include "hw/pci/pci_bridge.h"
#include "hw/pci/pci_bus.h"
#include "hw/pci/pci_device.h"

#define BED_ECAM      0x4010000000ULL
#define BED_PIO       0x3eff0000ULL
#define BED_MMIO      0x10000000ULL
#define BED_MMIO_SIZE 0x2eff0000ULL
#define BED_RAM       0x40000000ULL
#define BED_RAM_SIZE  0x00100000ULL
#define BED_DOORBELL  0x08020000ULL

/* --- the endpoint: BAR n reads as 0x100 * n + offset --- */

#define TYPE_BED_DEVICE  "bed-device"
#define TYPE_BED_EXPRESS "bed-express" /* the same, but for an express bus */

typedef struct BedDevice {
    PCIDevice parent_obj;
    MemoryRegion mem32, io, mem64;
    bool fail;      /* realize fails at its end */
    unsigned exits; /* how often exit ran */
} BedDevice;

static inline BedDevice *bed_device(PCIDevice *d)
{
    return container_of(d, BedDevice, parent_obj);
}

static inline uint64_t bed_read(void *opaque, hwaddr addr, unsigned size)
{
    return (uintptr_t)opaque * 0x100 + addr;
}

static inline void bed_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
}

static const MemoryRegionOps bed_ops = {
    .read = bed_read,
    .write = bed_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
};

#define BED_MEM32_SIZE 0x1000
#define BED_IO_SIZE    0x20
#define BED_MEM64_SIZE 0x100000

static inline void bed_device_realize(PCIDevice *d, Error **errp)
{
    BedDevice *s = bed_device(d);

    pci_config_set_interrupt_pin(d->config, 1);
    memory_region_init_io(&s->mem32, OBJECT(d), &bed_ops, (void *)0, "mem32",
                          BED_MEM32_SIZE);
    memory_region_init_io(&s->io, OBJECT(d), &bed_ops, (void *)1, "io", BED_IO_SIZE);
    memory_region_init_io(&s->mem64, OBJECT(d), &bed_ops, (void *)2, "mem64",
                          BED_MEM64_SIZE);
    pci_register_bar(d, 0, PCI_BASE_ADDRESS_SPACE_MEMORY, &s->mem32);
    pci_register_bar(d, 1, PCI_BASE_ADDRESS_SPACE_IO, &s->io);
    pci_register_bar(d, 2, PCI_BASE_ADDRESS_MEM_TYPE_64 | PCI_BASE_ADDRESS_MEM_PREFETCH,
                     &s->mem64);
    if (pci_is_express(d)) {
        pcie_endpoint_cap_init(d, 0);
        pcie_cap_flr_init(d);
    }
    if (pci_pm_init(d, 0, errp) < 0 || msi_init(d, 0, 4, true, true, errp) < 0 ||
        msix_init_exclusive_bar(d, 8, 4, errp) < 0) {
        return;
    }
    if (s->fail) {
        error_setg(errp, "told to fail");
        msix_uninit_exclusive_bar(d);
    }
}

static inline void bed_device_exit(PCIDevice *d)
{
    bed_device(d)->exits++;
    msix_uninit_exclusive_bar(d);
    msi_uninit(d);
}

static inline void bed_config_write(PCIDevice *d, uint32_t addr, uint32_t val, int len)
{
    pci_default_write_config(d, addr, val, len);
    if (d->exp.exp_cap) {
        pcie_cap_flr_write_config(d, addr, val, len);
    }
}

static const Property bed_device_properties[] = {
    DEFINE_PROP_BOOL("fail", BedDevice, fail, false),
};

static inline void bed_device_class_init(ObjectClass *klass, const void *data)
{
    PCIDeviceClass *k = PCI_DEVICE_CLASS(klass);

    k->realize = bed_device_realize;
    k->exit = bed_device_exit;
    k->config_write = bed_config_write;
    k->vendor_id = PCI_VENDOR_ID_QEMU;
    k->device_id = 0xbed0;
    k->revision = 3;
    k->class_id = PCI_CLASS_OTHERS;
    device_class_set_props(DEVICE_CLASS(klass), bed_device_properties);
}

static const TypeInfo bed_types[] = {
    {
        .name = TYPE_BED_DEVICE,
        .parent = TYPE_PCI_DEVICE,
        .instance_size = sizeof(BedDevice),
        .class_init = bed_device_class_init,
        .interfaces =
            (const InterfaceInfo[]){ { INTERFACE_CONVENTIONAL_PCI_DEVICE }, {} },
    },
    {
        .name = TYPE_BED_EXPRESS,
        .parent = TYPE_PCI_DEVICE,
        .instance_size = sizeof(BedDevice),
        .class_init = bed_device_class_init,
        .interfaces = (const InterfaceInfo[]){ { INTERFACE_PCIE_DEVICE }, {} },
    },
};

/* --- the machine --- */

typedef struct Bed {
    PCIBus *bus;
    GPEXHost *host;
    MemoryRegion ram, doorbell, mmio;
    /* the last message, and how many there were */
    unsigned messages;
    uint64_t msg_addr;
    uint32_t msg_data;
    uint16_t msg_requester;
    int irq_levels[PCI_NUM_PINS];
} Bed;

static Bed bed;

static inline MemTxResult doorbell_write(void *opaque, hwaddr addr, uint64_t val,
                                         unsigned size, MemTxAttrs attrs)
{
    bed.messages++;
    bed.msg_addr = BED_DOORBELL + addr;
    bed.msg_data = val;
    bed.msg_requester = attrs.requester_id;
    return MEMTX_OK;
}

static const MemoryRegionOps doorbell_ops = {
    .write_with_attrs = doorbell_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
};

static inline void bed_irq(void *opaque, int n, int level)
{
    bed.irq_levels[n] = level;
}

/* Once per process. After bed_ready() devices count as hotplugged. */
static inline void bed_start(void)
{
    MemoryRegion *sysmem;
    SysBusDevice *host;

    module_call_init(MODULE_INIT_QOM);
    type_register_static_array(bed_types, G_N_ELEMENTS(bed_types));
    memory_map_init();
    sysmem = get_system_memory();
    msi_nonbroken = true;
    memory_region_init_ram(&bed.ram, NULL, "ram", BED_RAM_SIZE, &error_abort);
    memory_region_add_subregion(sysmem, BED_RAM, &bed.ram);
    memory_region_init_io(&bed.doorbell, NULL, &doorbell_ops, NULL, "doorbell", 0x1000);
    memory_region_add_subregion(sysmem, BED_DOORBELL, &bed.doorbell);

    host = SYS_BUS_DEVICE(qdev_new(TYPE_GPEX_HOST));
    bed.host = GPEX_HOST(host);
    sysbus_realize_and_unref(host, &error_abort);
    sysbus_mmio_map(host, 0, BED_ECAM);
    sysbus_mmio_map(host, 2, BED_PIO);
    for (int i = 0; i < PCI_NUM_PINS; i++) {
        sysbus_connect_irq(host, i, qemu_allocate_irq(bed_irq, NULL, i));
    }
    memory_region_init_alias(&bed.mmio, NULL, "mmio", sysbus_mmio_get_region(host, 1),
                             BED_MMIO, BED_MMIO_SIZE);
    memory_region_add_subregion(sysmem, BED_MMIO, &bed.mmio);
    bed.bus = PCI_HOST_BRIDGE(host)->bus;
}

static inline void bed_ready(void)
{
    phase_advance(PHASE_MACHINE_INITIALIZED);
    qdev_machine_creation_done();
    qemu_run_machine_init_done_notifiers();
}

/* NULL, with *errp set, when the device is refused. */
static inline PCIDevice *bed_try_add(PCIBus *bus, const char *type, const char *id,
                                     const char *addr, Error **errp)
{
    DeviceState *dev = qdev_new(type);

    dev->id = g_strdup(id);
    if (addr && !object_property_parse(OBJECT(dev), "addr", addr, errp)) {
        object_unref(dev);
        return NULL;
    }
    if (!qdev_realize(dev, BUS(bus), errp)) {
        object_unparent(OBJECT(dev));
        object_unref(dev);
        return NULL;
    }
    object_unref(dev); /* the tree keeps it */
    return PCI_DEVICE(dev);
}

static inline PCIDevice *bed_add(PCIBus *bus, const char *type, const char *id,
                                 const char *addr)
{
    return bed_try_add(bus, type, id, addr, &error_abort);
}

static inline void bed_remove(PCIDevice *dev)
{
    qdev_unrealize(DEVICE(dev));
    object_unparent(OBJECT(dev));
}

static inline PCIBus *bed_bus_of(PCIDevice *bridge)
{
    return pci_bridge_get_sec_bus(PCI_BRIDGE(bridge));
}

/* --- configuration space --- */

static inline hwaddr cfg_addr(int bus, int devfn, unsigned offset)
{
    return BED_ECAM + ((hwaddr)bus << 20 | devfn << 12 | offset);
}

static inline uint32_t cfg_read(int bus, int devfn, unsigned offset, int len)
{
    uint8_t buf[4] = { 0 };

    address_space_read(&address_space_memory, cfg_addr(bus, devfn, offset),
                       MEMTXATTRS_UNSPECIFIED, buf, len);
    return ldl_le_p(buf);
}

static inline void cfg_write(int bus, int devfn, unsigned offset, uint32_t val, int len)
{
    uint8_t buf[4];

    stl_le_p(buf, val);
    address_space_write(&address_space_memory, cfg_addr(bus, devfn, offset),
                        MEMTXATTRS_UNSPECIFIED, buf, len);
}

#define CMD_ALL (PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER)

static inline void cfg_enable(int bus, int devfn)
{
    cfg_write(bus, devfn, PCI_COMMAND, CMD_ALL, 2);
}

/* What a guest reads at a physical address. */
static inline uint32_t phys_read32(hwaddr addr)
{
    return address_space_ldl_le(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED,
                                NULL);
}

static inline void phys_write32(hwaddr addr, uint32_t val)
{
    address_space_stl_le(&address_space_memory, addr, val, MEMTXATTRS_UNSPECIFIED,
                         NULL);
}

static inline void expect_error(Error *err, const char *text)
{
    g_assert_nonnull(err);
    if (!strstr(error_get_pretty(err), text)) {
        g_error("expected '%s' in '%s'", text, error_get_pretty(err));
    }
    error_free(err);
}

#endif
