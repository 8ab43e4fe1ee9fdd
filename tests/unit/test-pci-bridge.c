/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bridges: numbers, windows, requester ids and who asks which IOMMU. The tree:
 * pcie.0 > 2.0 root port "rp" > 0.0 pcie-pci-bridge "pb" > 1.0 "old"
 *        > 3.0 root port "rp2" > 0.0 "exp"
 *        > 4.0 pci-bridge "cb" > 1.0 "legacy"
 */
#include "qemu/osdep.h"
#include "pci-testbed.h"

static PCIDevice *rp, *rp2, *pb, *cb, *old, *exp_dev, *legacy;
static AddressSpace iommu_as;
static MemoryRegion iommu_root, ram_alias;
static PCIBus *asked_bus;
static int asked_devfn, questions;

static AddressSpace *get_as(PCIBus *bus, void *opaque, int devfn)
{
    g_assert_true(opaque == &iommu_as);
    asked_bus = bus;
    asked_devfn = devfn;
    questions++;
    return &iommu_as;
}

static const PCIIOMMUOps ops = { .get_address_space = get_as };

static PCIDevice *add_port(const char *id, const char *addr, int slot)
{
    DeviceState *dev = qdev_new("pcie-root-port");

    dev->id = g_strdup(id);
    qdev_prop_set_uint16(dev, "slot", slot);
    object_property_parse(OBJECT(dev), "addr", addr, &error_abort);
    qdev_realize_and_unref(dev, BUS(bed.bus), &error_abort);
    return PCI_DEVICE(dev);
}

static void build_tree(void)
{
    rp = add_port("rp", "2", 1);
    rp2 = add_port("rp2", "3", 2);
    pb = bed_add(bed_bus_of(rp), "pcie-pci-bridge", "pb", "0");
    cb = bed_add(bed.bus, "pci-bridge", "cb", "4");
    old = bed_add(bed_bus_of(pb), TYPE_BED_DEVICE, "old", "1");
    exp_dev = bed_add(bed_bus_of(rp2), TYPE_BED_EXPRESS, "exp", "0");
    legacy = bed_add(bed_bus_of(cb), TYPE_BED_DEVICE, "legacy", "1");
}

static void set_numbers(int bus, PCIDevice *bridge, int sec, int sub)
{
    cfg_write(bus, bridge->devfn, PCI_PRIMARY_BUS, bus, 1);
    cfg_write(bus, bridge->devfn, PCI_SECONDARY_BUS, sec, 1);
    cfg_write(bus, bridge->devfn, PCI_SUBORDINATE_BUS, sub, 1);
}

static void number_all(void)
{
    set_numbers(0, rp, 1, 2);
    set_numbers(1, pb, 2, 2);
    set_numbers(0, rp2, 3, 3);
    set_numbers(0, cb, 4, 4);
}

static void test_numbers(void)
{
    int min, max;

    g_assert_cmphex(cfg_read(1, 0, 0, 4), ==, 0xffffffff); /* not numbered yet */
    number_all();
    g_assert_cmpint(pci_bus_num(bed_bus_of(rp)), ==, 1);
    g_assert_cmphex(cfg_read(1, pb->devfn, PCI_VENDOR_ID, 4), ==, 0x000e1b36);
    g_assert_cmphex(cfg_read(2, old->devfn, PCI_VENDOR_ID, 4), ==, 0xbed01234);
    g_assert_cmphex(cfg_read(3, exp_dev->devfn, PCI_VENDOR_ID, 4), ==, 0xbed01234);
    g_assert_true(pci_find_device(bed.bus, 4, legacy->devfn) == legacy);
    g_assert_null(pci_find_device(bed.bus, 5, legacy->devfn));
    pci_bus_range(bed.bus, &min, &max);
    g_assert_cmpint(min, ==, 0);
    g_assert_cmpint(max, ==, 4);
    pci_bus_range(bed_bus_of(pb), &min, &max);
    g_assert_cmpint(min, ==, 2);
    g_assert_cmpint(max, ==, 2);
}

/* The numbers are the guest's: it may change them while everything runs. */
static void test_renumber(void)
{
    number_all();
    set_numbers(0, rp2, 0x20, 0x2f);
    g_assert_cmphex(cfg_read(3, 0, 0, 4), ==, 0xffffffff);
    g_assert_cmphex(cfg_read(0x20, 0, 0, 4), ==, 0xbed01234);
    g_assert_cmphex(pci_requester_id(exp_dev), ==, 0x2000);

    set_numbers(0, rp, 0xff, 0);  /* inverted: nothing behind it */
    set_numbers(0, rp2, 0, 0xff); /* claims the root's number */
    set_numbers(0, cb, 0xff, 0xff);
    g_assert_cmphex(cfg_read(0, rp2->devfn, 0, 4), ==, 0x000c1b36);
    g_assert_cmphex(pci_requester_id(old), ==, 0x0200);
    g_assert_cmphex(pci_requester_id(exp_dev), ==, 0x0000);
    number_all();
}

static void test_requester_ids(void)
{
    number_all();
    g_assert_cmphex(pci_requester_id(exp_dev), ==, 0x0300);
    /* behind the PCIe-to-PCI bridge: the bridge's secondary bus, devfn 0 */
    g_assert_cmphex(pci_requester_id(old), ==, 0x0200);
    g_assert_cmphex(pci_get_bdf(old), ==, 0x0208);
    g_assert_cmphex(pci_requester_id(pb), ==, 0x0100);
    /* behind the conventional bridge: the bridge itself */
    g_assert_cmphex(pci_requester_id(legacy), ==, PCI_DEVFN(4, 0));
}

static void expect_alias(PCIDevice *dev, PCIBus *bus, int devfn, bool aliased)
{
    PCIBus *iommu_bus, *seen_bus;
    int seen_devfn;

    g_assert_cmpint(
        pci_device_get_iommu_bus_devfn(dev, &iommu_bus, &seen_bus, &seen_devfn), ==,
        aliased);
    g_assert_true(iommu_bus == bed.bus);
    g_assert_true(seen_bus == bus);
    g_assert_cmpint(seen_devfn, ==, devfn);

    g_assert_true(pci_device_iommu_address_space(dev) == &iommu_as);
    g_assert_true(asked_bus == bus);
    g_assert_cmpint(asked_devfn, ==, devfn);
}

static void test_iommu_aliases(void)
{
    expect_alias(rp, bed.bus, rp->devfn, false);
    expect_alias(exp_dev, bed_bus_of(rp2), 0, false);
    expect_alias(pb, bed_bus_of(rp), 0, false);
    expect_alias(old, bed_bus_of(pb), 0, true);
    expect_alias(legacy, bed.bus, cb->devfn, true);
}

static void test_bypass(void)
{
    PCIHostState *host = PCI_HOST_BRIDGE(bed.host);

    g_assert_false(pci_bus_bypass_iommu(bed_bus_of(pb)));
    host->bypass_iommu = true;
    g_assert_true(pci_bus_bypass_iommu(bed_bus_of(pb)));
    g_assert_true(pci_device_iommu_address_space(old) == &address_space_memory);
    host->bypass_iommu = false;
}

/* At machine done every device got its space; DMA goes there and nowhere else. */
static void test_dma_space(void)
{
    uint32_t val = 0x12345678;

    number_all();
    g_assert_cmpint(questions, >=, 8);
    cfg_enable(3, 0);
    g_assert_cmpint(pci_dma_write(exp_dev, 0x9000, &val, 4), ==, MEMTX_OK);
    g_assert_cmphex(phys_read32(BED_RAM), ==, val); /* iommu_root shows RAM at 0x9000 */
    g_assert_cmpint(pci_dma_write(exp_dev, BED_RAM, &val, 4), !=, MEMTX_OK);
}

static void open_window(int bus, PCIDevice *bridge, uint32_t base, uint32_t limit)
{
    cfg_write(bus, bridge->devfn, PCI_MEMORY_BASE, base >> 16, 2);
    cfg_write(bus, bridge->devfn, PCI_MEMORY_LIMIT, limit >> 16, 2);
}

static void test_windows(void)
{
    uint32_t addr = BED_MMIO + 0x1200000;

    number_all();
    cfg_write(3, 0, PCI_BASE_ADDRESS_0, addr, 4);
    cfg_enable(3, 0);
    g_assert_cmphex(phys_read32(addr + 8), ==, 0xffffffff);
    cfg_enable(0, rp2->devfn);
    g_assert_cmphex(phys_read32(addr + 8), ==, 0xffffffff); /* closed after reset */
    open_window(0, rp2, addr & ~0xfffff, addr | 0xfffff);
    g_assert_cmphex(phys_read32(addr + 8), ==, 8);
    open_window(0, rp2, addr + 0x100000, addr + 0x1fffff);
    g_assert_cmphex(phys_read32(addr + 8), ==, 0xffffffff);
    open_window(0, rp2, addr & ~0xfffff, addr | 0xfffff);
    cfg_write(0, rp2->devfn, PCI_COMMAND, 0, 2);
    g_assert_cmphex(phys_read32(addr + 8), ==, 0xffffffff);
}

/* A prefetchable window of all 2^64 bytes, an inverted one, and back. */
static void test_wild_windows(void)
{
    cfg_enable(0, rp2->devfn);
    cfg_write(0, rp2->devfn, PCI_PREF_MEMORY_BASE, 0, 2);
    cfg_write(0, rp2->devfn, PCI_PREF_BASE_UPPER32, 0, 4);
    cfg_write(0, rp2->devfn, PCI_PREF_MEMORY_LIMIT, 0xffff, 2);
    cfg_write(0, rp2->devfn, PCI_PREF_LIMIT_UPPER32, ~0U, 4);
    g_assert_cmphex(pci_bridge_get_limit(rp2, PCI_BASE_ADDRESS_MEM_PREFETCH), ==,
                    UINT64_MAX);
    cfg_write(0, rp2->devfn, PCI_PREF_BASE_UPPER32, ~0U, 4);
    cfg_write(0, rp2->devfn, PCI_PREF_LIMIT_UPPER32, 0, 4);
    cfg_write(0, rp2->devfn, PCI_IO_BASE, 0x00f0, 2);
    cfg_write(0, rp2->devfn, PCI_IO_BASE, 0xf000, 2);
    cfg_write(0, rp2->devfn, PCI_COMMAND, 0, 2);
}

static void test_intx_swizzle(void)
{
    memset(bed.irq_levels, 0, sizeof(bed.irq_levels));
    pci_set_irq(legacy, 1); /* slot 1 pin A -> B of bridge in slot 4 -> line 1 */
    g_assert_cmpint(bed.irq_levels[1], ==, 1);
    pci_set_irq(old, 1); /* slot 1 -> B, slot 0 -> B, slot 2 -> line 3 */
    g_assert_cmpint(bed.irq_levels[3], ==, 1);
    pci_set_irq(legacy, 0);
    pci_set_irq(old, 0);
    g_assert_cmpint(bed.irq_levels[1] + bed.irq_levels[3], ==, 0);
}

static void test_secondary_reset(void)
{
    number_all();
    cfg_enable(3, 0);
    cfg_write(0, rp2->devfn, PCI_BRIDGE_CONTROL, PCI_BRIDGE_CTL_BUS_RESET, 2);
    g_assert_cmphex(cfg_read(3, 0, 0, 4), ==, 0xffffffff); /* held in reset */
    cfg_write(0, rp2->devfn, PCI_BRIDGE_CONTROL, 0, 2);
    g_assert_cmphex(cfg_read(3, 0, PCI_COMMAND, 2), ==, 0);
}

static void test_refusals(void)
{
    Error *err = NULL;

    g_assert_null(bed_try_add(bed_bus_of(pb), TYPE_BED_EXPRESS, "x", "2", &err));
    expect_error(err, "bus 'pb' is conventional PCI");
    err = NULL;
    g_assert_null(bed_try_add(bed_bus_of(rp2), TYPE_BED_DEVICE, "x", "1", &err));
    expect_error(err, "only allows plugging into slot 0");
    err = NULL;
    g_assert_null(bed_try_add(bed_bus_of(cb), "pcie-root-port", "x", "2", &err));
    expect_error(err, "conventional PCI");
    err = NULL;
    bed_remove(exp_dev);
    g_assert_null(bed_try_add(bed_bus_of(rp2), "pcie-root-port", "x", "0", &err));
    expect_error(err, "must be plugged into a root bus");
    exp_dev = bed_add(bed_bus_of(rp2), TYPE_BED_EXPRESS, "exp", "0");
    cfg_write(0, rp2->devfn, rp2->exp.exp_cap + PCI_EXP_SLTCTL, 0, 2); /* power on */
}

static void test_chassis(void)
{
    DeviceState *dev = qdev_new("pcie-root-port");
    Error *err = NULL;

    qdev_prop_set_uint16(dev, "slot", 2);
    g_assert_false(qdev_realize(dev, BUS(bed.bus), &err));
    expect_error(err, "Can't add chassis slot, error -16");
    object_unparent(OBJECT(dev));
    object_unref(dev);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    bed_start();
    build_tree();
    memory_region_init(&iommu_root, NULL, "iommu", UINT64_MAX);
    memory_region_init_alias(&ram_alias, NULL, "ram", &bed.ram, 0, 0x1000);
    memory_region_add_subregion(&iommu_root, 0x9000, &ram_alias);
    address_space_init(&iommu_as, &iommu_root, "iommu");
    pci_setup_iommu(bed.bus, &ops, &iommu_as);
    bed_ready();
    g_test_add_func("/pci-bridge/numbers", test_numbers);
    g_test_add_func("/pci-bridge/renumber", test_renumber);
    g_test_add_func("/pci-bridge/requester-ids", test_requester_ids);
    g_test_add_func("/pci-bridge/iommu-aliases", test_iommu_aliases);
    g_test_add_func("/pci-bridge/bypass", test_bypass);
    g_test_add_func("/pci-bridge/dma-space", test_dma_space);
    g_test_add_func("/pci-bridge/windows", test_windows);
    g_test_add_func("/pci-bridge/wild-windows", test_wild_windows);
    g_test_add_func("/pci-bridge/intx-swizzle", test_intx_swizzle);
    g_test_add_func("/pci-bridge/secondary-reset", test_secondary_reset);
    g_test_add_func("/pci-bridge/refusals", test_refusals);
    g_test_add_func("/pci-bridge/chassis", test_chassis);
    return g_test_run();
}
