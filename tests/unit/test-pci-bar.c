/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "pci-testbed.h"

#define DEVFN PCI_DEVFN(3, 0)

static uint32_t bar(int n)
{
    return cfg_read(0, DEVFN, PCI_BASE_ADDRESS_0 + 4 * n, 4);
}

static void set_bar(int n, uint32_t val)
{
    cfg_write(0, DEVFN, PCI_BASE_ADDRESS_0 + 4 * n, val, 4);
}

static PCIDevice *start(void)
{
    return bed_add(bed.bus, TYPE_BED_DEVICE, "bar", "3");
}

static void test_sizing(void)
{
    PCIDevice *d = start();

    cfg_enable(0, DEVFN); /* a guest may size with decoding on */
    for (int n = 0; n < 6; n++) {
        set_bar(n, ~0U);
    }
    g_assert_cmphex(bar(0), ==, ~(BED_MEM32_SIZE - 1U));
    g_assert_cmphex(bar(1), ==, ~(BED_IO_SIZE - 1U) | PCI_BASE_ADDRESS_SPACE_IO);
    g_assert_cmphex(bar(2), ==, ~(BED_MEM64_SIZE - 1U) | 0xc);
    g_assert_cmphex(bar(3), ==, ~0U);
    g_assert_cmphex(bar(5), ==, 0);
    for (int n = 0; n < PCI_NUM_REGIONS; n++) {
        g_assert_true(d->io_regions[n].size == 0 ||
                      pci_get_bar_addr(d, n) == PCI_BAR_UNMAPPED);
    }
    bed_remove(d);
}

static void test_map_and_move(void)
{
    PCIDevice *d = start();

    set_bar(0, BED_MMIO + 0x1000);
    g_assert_cmphex(phys_read32(BED_MMIO + 0x1000), ==, 0xffffffff); /* decoding off */
    cfg_enable(0, DEVFN);
    g_assert_cmphex(phys_read32(BED_MMIO + 0x1010), ==, 0x10);
    set_bar(0, BED_MMIO + 0x5000);
    g_assert_cmphex(phys_read32(BED_MMIO + 0x1010), ==, 0xffffffff);
    g_assert_cmphex(phys_read32(BED_MMIO + 0x5010), ==, 0x10);
    cfg_write(0, DEVFN, PCI_COMMAND, PCI_COMMAND_IO, 2);
    g_assert_cmphex(phys_read32(BED_MMIO + 0x5010), ==, 0xffffffff);
    cfg_enable(0, DEVFN);
    bed_remove(d);
    g_assert_cmphex(phys_read32(BED_MMIO + 0x5010), ==, 0xffffffff);
}

static void test_io(void)
{
    PCIDevice *d = start();

    set_bar(1, 0x400);
    cfg_enable(0, DEVFN);
    g_assert_cmphex(phys_read32(BED_PIO + 0x404), ==, 0x104);
    set_bar(1, 0); /* this bridge allows 0 */
    g_assert_cmphex(phys_read32(BED_PIO + 0x8), ==, 0x108);
    cfg_write(0, DEVFN, PCI_COMMAND, PCI_COMMAND_MEMORY, 2);
    g_assert_cmphex(phys_read32(BED_PIO + 0x8), ==, 0xffffffff);
    bed_remove(d);
}

static void test_64bit(void)
{
    PCIDevice *d = start();

    cfg_enable(0, DEVFN);
    set_bar(2, BED_MMIO + 0x100000);
    g_assert_cmphex(phys_read32(BED_MMIO + 0x100020), ==, 0x220);
    set_bar(3, 0x12);
    g_assert_cmphex(pci_get_bar_addr(d, 2), ==, 0x1200000000ULL + BED_MMIO + 0x100000);
    g_assert_cmphex(phys_read32(BED_MMIO + 0x100020), ==, 0xffffffff);
    bed_remove(d);
}

/* Values no sane guest writes: nothing is mapped, and nothing breaks. */
static void test_wild_values(void)
{
    static const uint32_t wild[] = { 0xfffff000, 0xffffffff, 0xfffe0000, 0x80000000,
                                     1 };
    PCIDevice *d = start();

    cfg_enable(0, DEVFN);
    for (size_t i = 0; i < G_N_ELEMENTS(wild); i++) {
        for (int n = 0; n < 6; n++) {
            set_bar(n, wild[i]);
        }
    }
    set_bar(0, 0xfffff000);
    g_assert_cmphex(pci_get_bar_addr(d, 0), ==, PCI_BAR_UNMAPPED);
    set_bar(2, 0xfff00000);
    set_bar(3, 0xffffffff);
    g_assert_cmphex(pci_get_bar_addr(d, 2), ==, PCI_BAR_UNMAPPED);
    bed_remove(d);
}

static void test_power_state(void)
{
    PCIDevice *d = start();

    set_bar(0, BED_MMIO);
    cfg_enable(0, DEVFN);
    cfg_write(0, DEVFN, d->pm_cap + PCI_PM_CTRL, 3, 2);
    g_assert_cmphex(phys_read32(BED_MMIO + 4), ==, 0xffffffff);
    cfg_write(0, DEVFN, d->pm_cap + PCI_PM_CTRL, 0, 2);
    g_assert_cmphex(phys_read32(BED_MMIO + 4), ==, 4);
    pci_set_power(d, false);
    g_assert_cmphex(phys_read32(BED_MMIO + 4), ==, 0xffffffff);
    g_assert_cmphex(cfg_read(0, DEVFN, 0, 4), ==, 0xffffffff);
    bed_remove(d);
}

/* DMA passes only while the guest lets the device be a master. */
static void test_bus_master(void)
{
    PCIDevice *d = start();
    uint32_t val = 0;

    phys_write32(BED_RAM + 0x100, 0xcafe);
    g_assert_cmpint(pci_dma_read(d, BED_RAM + 0x100, &val, 4), !=, MEMTX_OK);
    cfg_enable(0, DEVFN);
    g_assert_cmpint(pci_dma_read(d, BED_RAM + 0x100, &val, 4), ==, MEMTX_OK);
    g_assert_cmphex(le32_to_cpu(val), ==, 0xcafe);
    cfg_write(0, DEVFN, PCI_COMMAND, PCI_COMMAND_MEMORY, 2);
    g_assert_cmpint(pci_dma_write(d, BED_RAM + 0x100, &val, 4), !=, MEMTX_OK);
    bed_remove(d);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    bed_start();
    bed_ready();
    g_test_add_func("/pci-bar/sizing", test_sizing);
    g_test_add_func("/pci-bar/map-and-move", test_map_and_move);
    g_test_add_func("/pci-bar/io", test_io);
    g_test_add_func("/pci-bar/64bit", test_64bit);
    g_test_add_func("/pci-bar/wild-values", test_wild_values);
    g_test_add_func("/pci-bar/power-state", test_power_state);
    g_test_add_func("/pci-bar/bus-master", test_bus_master);
    return g_test_run();
}
