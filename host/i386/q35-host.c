/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The q35 host bridge. Of the memory controller hub there is what finds
 * configuration space: PCIEXBAR. Its shadowing and SMRAM registers serve
 * firmware on a CPU, which this machine does not have.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/units.h"
#include "system/runstate.h"
#include "hw/core/qdev-properties.h"
#include "hw/pci-host/q35.h"
#include "hw/pci/pci_bus.h"

#define IO_SPACE_SIZE        0x10000
#define RST_CPU              0x04
#define RST_KIND             0x0a /* full reset, system reset */
#define PCIEXBAR_LENGTH(bar) (((bar) >> 1) & 3)
#define PCIEXBAR_ADDRESS     0x0000000ffc000000ULL /* 64 MiB granules, 36 bits */

static void update_pciexbar(PCIDevice *d)
{
    PCIExpressHost *host = PCIE_HOST_BRIDGE(BUS(pci_get_bus(d))->parent);
    uint64_t bar = pci_get_quad(d->config + MCH_HOST_BRIDGE_PCIEXBAR);
    /* 0: 256 MiB, 1: 128, 2: 64; 3 is reserved and maps nothing */
    uint32_t size = (256 * MiB) >> PCIEXBAR_LENGTH(bar);
    bool enable = (bar & MCH_HOST_BRIDGE_PCIEXBAREN) && PCIEXBAR_LENGTH(bar) < 3;
    hwaddr addr = bar & PCIEXBAR_ADDRESS & ~((uint64_t)size - 1);

    pcie_host_mmcfg_update(host, enable, addr, size);
}

static void mch_write_config(PCIDevice *d, uint32_t address, uint32_t val, int len)
{
    pci_default_write_config(d, address, val, len);
    if (address < MCH_HOST_BRIDGE_PCIEXBAR + MCH_HOST_BRIDGE_PCIEXBAR_SIZE &&
        address + len > MCH_HOST_BRIDGE_PCIEXBAR) {
        update_pciexbar(d);
    }
}

static void mch_realize(PCIDevice *d, Error **errp)
{
    pci_set_quad(d->wmask + MCH_HOST_BRIDGE_PCIEXBAR,
                 PCIEXBAR_ADDRESS | 3 << 1 | MCH_HOST_BRIDGE_PCIEXBAREN);
}

static void mch_reset_hold(Object *obj, ResetType type)
{
    PCIDevice *d = PCI_DEVICE(obj);

    pci_set_quad(d->config + MCH_HOST_BRIDGE_PCIEXBAR,
                 MCH_HOST_BRIDGE_PCIEXBAR_DEFAULT);
    update_pciexbar(d);
}

static void mch_class_init(ObjectClass *klass, const void *data)
{
    PCIDeviceClass *k = PCI_DEVICE_CLASS(klass);
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->desc = "Host bridge";
    dc->user_creatable = false; /* part of the host bridge */
    RESETTABLE_CLASS(klass)->phases.hold = mch_reset_hold;
    k->realize = mch_realize;
    k->config_write = mch_write_config;
    k->vendor_id = PCI_VENDOR_ID_INTEL;
    k->device_id = PCI_DEVICE_ID_INTEL_Q35_MCH;
    k->class_id = PCI_CLASS_BRIDGE_HOST;
}

/* --- the ports --- */

/*
 * The reset control register lies inside the address register, which answers to
 * whole words only: a single byte there is for the other one.
 */
static bool is_rst_cnt(hwaddr addr, unsigned len)
{
    return len == 1 && addr == ICH9_RST_CNT_IOPORT - MCH_HOST_BRIDGE_CONFIG_ADDR;
}

static void conf_write(void *opaque, hwaddr addr, uint64_t val, unsigned len)
{
    Q35PCIHost *s = opaque;

    if (!is_rst_cnt(addr, len)) {
        pci_host_conf_le_ops.write(PCI_HOST_BRIDGE(s), addr, val, len);
    } else if (val & RST_CPU) {
        qemu_system_reset_request(SHUTDOWN_CAUSE_GUEST_RESET);
    } else {
        s->rst_cnt = val & RST_KIND;
    }
}

static uint64_t conf_read(void *opaque, hwaddr addr, unsigned len)
{
    Q35PCIHost *s = opaque;

    return is_rst_cnt(addr, len)
               ? s->rst_cnt
               : pci_host_conf_le_ops.read(PCI_HOST_BRIDGE(s), addr, len);
}

static const MemoryRegionOps conf_ops = {
    .read = conf_read,
    .write = conf_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
};

static void init_spaces(Q35PCIHost *s)
{
    PCIHostState *pci = PCI_HOST_BRIDGE(s);

    memory_region_init(&s->pci_mem, OBJECT(s), "pci", UINT64_MAX);
    memory_region_init(&s->pci_io, OBJECT(s), "pci-io", IO_SPACE_SIZE);
    memory_region_init_io(&pci->conf_mem, OBJECT(s), &conf_ops, s, "pci-conf-idx", 4);
    memory_region_init_io(&pci->data_mem, OBJECT(s), &pci_host_data_le_ops, pci,
                          "pci-conf-data", 4);
    memory_region_add_subregion(&s->pci_io, MCH_HOST_BRIDGE_CONFIG_ADDR,
                                &pci->conf_mem);
    memory_region_add_subregion(&s->pci_io, MCH_HOST_BRIDGE_CONFIG_DATA,
                                &pci->data_mem);
    sysbus_init_mmio(SYS_BUS_DEVICE(s), &s->pci_mem);
    sysbus_init_mmio(SYS_BUS_DEVICE(s), &s->pci_io);
}

static void q35_host_realize(DeviceState *dev, Error **errp)
{
    Q35PCIHost *s = Q35_HOST_DEVICE(dev);
    PCIHostState *pci = PCI_HOST_BRIDGE(dev);

    init_spaces(s);
    pcie_host_mmcfg_init(PCIE_HOST_BRIDGE(dev), PCIE_MMCFG_SIZE_MAX);
    pci->bus =
        pci_root_bus_new(dev, "pcie.0", &s->pci_mem, &s->pci_io, 0, TYPE_PCIE_BUS);
    qdev_realize(DEVICE(&s->mch), BUS(pci->bus), errp);
}

static void q35_host_reset_hold(Object *obj, ResetType type)
{
    Q35_HOST_DEVICE(obj)->rst_cnt = 0;
    PCI_HOST_BRIDGE(obj)->config_reg = 0;
}

static void q35_host_init(Object *obj)
{
    Q35PCIHost *s = Q35_HOST_DEVICE(obj);

    object_initialize_child(obj, "mch", &s->mch, TYPE_MCH_PCI_DEVICE);
    qdev_prop_set_int32(DEVICE(&s->mch), "addr", PCI_DEVFN(0, 0));
}

static void q35_host_class_init(ObjectClass *klass, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = q35_host_realize;
    RESETTABLE_CLASS(klass)->phases.hold = q35_host_reset_hold;
    dc->user_creatable = false; /* wired by the machine */
    dc->fw_name = "pci";
}

static const TypeInfo q35_host_types[] = {
    {
        .name = TYPE_Q35_HOST_DEVICE,
        .parent = TYPE_PCIE_HOST_BRIDGE,
        .instance_size = sizeof(Q35PCIHost),
        .instance_init = q35_host_init,
        .class_init = q35_host_class_init,
    },
    {
        .name = TYPE_MCH_PCI_DEVICE,
        .parent = TYPE_PCI_DEVICE,
        .instance_size = sizeof(MCHPCIState),
        .class_init = mch_class_init,
        .interfaces =
            (const InterfaceInfo[]){ { INTERFACE_CONVENTIONAL_PCI_DEVICE }, {} },
    },
};

DEFINE_TYPES(q35_host_types)
