/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A function's state in a stream: there and back, and streams that lie. */
#include "qemu/osdep.h"
#include "migration/vmstate.h"
#include "pci-testbed.h"

#define DEVFN PCI_DEVFN(3, 0)
#define TABLE (BED_MMIO + 0x10000)

typedef struct Saved {
    uint8_t data[PCIE_CONFIG_SPACE_SIZE + 1024];
    size_t size;
} Saved;

static void save(const VMStateDescription *vmsd, PCIDevice *d, Saved *saved)
{
    QEMUFile *f = qemu_file_new_output();
    const uint8_t *data;

    g_assert_cmpint(vmstate_save_state(f, vmsd, d, NULL, &error_abort), ==, 0);
    data = qemu_file_data(f, &saved->size);
    g_assert_cmpuint(saved->size, <=, sizeof(saved->data));
    memcpy(saved->data, data, saved->size);
    qemu_file_free(f);
}

static int load(const VMStateDescription *vmsd, PCIDevice *d, const Saved *saved)
{
    QEMUFile *f = qemu_file_new_input(saved->data, saved->size);
    Error *err = NULL;
    int ret = vmstate_load_state(f, vmsd, d, vmsd->version_id, &err);

    error_free(err);
    qemu_file_free(f);
    return ret;
}

static PCIDevice *start(void)
{
    return bed_add(bed.bus, TYPE_BED_DEVICE, "v", "3");
}

static void test_round_trip(void)
{
    PCIDevice *d = start();
    uint32_t val = 7;
    Saved saved;

    cfg_write(0, DEVFN, PCI_BASE_ADDRESS_0, BED_MMIO, 4);
    cfg_enable(0, DEVFN);
    pci_set_irq(d, 1);
    save(&vmstate_pci_device, d, &saved);
    pci_device_reset(d);
    g_assert_cmpint(bed.irq_levels[3], ==, 0);

    g_assert_cmpint(load(&vmstate_pci_device, d, &saved), ==, 0);
    g_assert_cmphex(phys_read32(BED_MMIO + 8), ==, 8); /* mapped again */
    g_assert_cmpint(bed.irq_levels[3], ==, 1);
    g_assert_cmpint(pci_dma_write(d, BED_RAM, &val, 4), ==, MEMTX_OK);
    bed_remove(d);
    g_assert_cmpint(bed.irq_levels[3], ==, 0);
}

static void test_lies(void)
{
    static const struct {
        unsigned offset;
        uint8_t val;
    } lies[] = {
        { PCI_VENDOR_ID, 0 },   { PCI_CLASS_DEVICE, 6 }, { PCI_CAPABILITY_LIST, 0xfc },
        { PCI_HEADER_TYPE, 1 }, { PCI_STATUS, 0 },       { 0, 0 }
    };
    PCIDevice *d = start();
    Saved saved, bad;

    save(&vmstate_pci_device, d, &saved);
    for (int i = 0; lies[i].offset || i == 0; i++) {
        bad = saved;
        bad.data[lies[i].offset] = lies[i].val;
        bad.data[PCI_COMMAND] = CMD_ALL;
        g_assert_cmpint(load(&vmstate_pci_device, d, &bad), ==, -EINVAL);
        g_assert_cmphex(cfg_read(0, DEVFN, PCI_COMMAND, 2), ==, 0); /* as before */
    }
    bad = saved;
    bad.size = 100;
    g_assert_cmpint(load(&vmstate_pci_device, d, &bad), <, 0);
    bad = saved;
    bad.data[bad.size - 2] = 1; /* before the end mark: pin D, which it has not */
    g_assert_cmpint(load(&vmstate_pci_device, d, &bad), ==, -EINVAL);
    bad = saved;
    bad.data[bad.size - 14] = 2; /* pin A at level 2 */
    g_assert_cmpint(load(&vmstate_pci_device, d, &bad), ==, -EINVAL);
    bed_remove(d);
}

/* Every byte of the space, one after the other, all ones: refused or harmless. */
static void test_any_byte(void)
{
    PCIDevice *d = start();
    Saved saved, bad;

    save(&vmstate_pci_device, d, &saved);
    for (unsigned i = 0; i < PCI_CONFIG_SPACE_SIZE; i++) {
        bad = saved;
        bad.data[i] = 0xff;
        load(&vmstate_pci_device, d, &bad);
        g_assert_cmpint(pci_intx(d), ==, 0);
        pci_set_irq(d, 1);
        msi_notify(d, 3);
        pci_find_capability(d, PCI_CAP_ID_VNDR);
        pci_device_reset(d);
    }
    bed_remove(d);
}

static void test_msix(void)
{
    PCIDevice *d = start();
    Saved config, table;

    cfg_write(0, DEVFN, PCI_BASE_ADDRESS_4, TABLE, 4);
    cfg_enable(0, DEVFN);
    cfg_write(0, DEVFN, d->msix_cap + PCI_MSIX_FLAGS, PCI_MSIX_FLAGS_ENABLE, 2);
    phys_write32(TABLE + 2 * 16, BED_DOORBELL);
    phys_write32(TABLE + 2 * 16 + 8, 0x22);
    phys_write32(TABLE + 2 * 16 + 12, 0);
    save(&vmstate_pci_device, d, &config);
    save(&vmstate_msix, d, &table);
    bed_remove(d);

    d = start();
    msix_vector_use(d, 2);
    g_assert_cmpint(load(&vmstate_pci_device, d, &config), ==, 0);
    g_assert_cmpint(load(&vmstate_msix, d, &table), ==, 0);
    bed.messages = 0;
    msix_notify(d, 2);
    g_assert_cmpuint(bed.messages, ==, 1);
    g_assert_cmphex(bed.msg_data, ==, 0x22);
    table.size /= 2;
    g_assert_cmpint(load(&vmstate_msix, d, &table), <, 0);
    bed_remove(d);
}

/* A bridge's numbers and windows come with it. */
static void test_bridge(void)
{
    PCIDevice *port = bed_add(bed.bus, "pcie-root-port", "rp", "5");
    const VMStateDescription *vmsd = DEVICE_GET_CLASS(port)->vmsd;
    Saved saved;

    g_assert_cmpint(vmsd->priority, ==, MIG_PRI_PCI_BUS);
    cfg_write(0, port->devfn, PCI_PRIMARY_BUS, 0x090800, 4);
    save(vmsd, port, &saved);
    pci_device_reset(port);
    g_assert_cmpint(pci_bus_num(bed_bus_of(port)), ==, 0);
    g_assert_cmpint(load(vmsd, port, &saved), ==, 0);
    g_assert_cmpint(pci_bus_num(bed_bus_of(port)), ==, 8);
    bed_remove(port);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    bed_start();
    bed_ready();
    g_test_add_func("/pci-vmstate/round-trip", test_round_trip);
    g_test_add_func("/pci-vmstate/lies", test_lies);
    g_test_add_func("/pci-vmstate/any-byte", test_any_byte);
    g_test_add_func("/pci-vmstate/msix", test_msix);
    g_test_add_func("/pci-vmstate/bridge", test_bridge);
    return g_test_run();
}
