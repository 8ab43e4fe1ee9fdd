/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Native hotplug of a root port: what the guest sees and what it must do. */
#include "qemu/osdep.h"
#include "pci-testbed.h"

#define PORT_DEVFN   PCI_DEVFN(2, 0)
#define MSIX_BAR     (BED_MMIO + 0x20000)
#define POWERED      (PCI_EXP_SLTCTL_PWR_IND_ON | PCI_EXP_SLTCTL_PWR_ON)
#define SWITCHED_OFF (PCI_EXP_SLTCTL_PWR_IND_OFF | PCI_EXP_SLTCTL_PWR_OFF)
#define ALL_EVENTS                                                                     \
    (PCI_EXP_SLTCTL_HPIE | PCI_EXP_SLTCTL_ABPE | PCI_EXP_SLTCTL_PDCE |                 \
     PCI_EXP_SLTCTL_DLLSCE)

static PCIDevice *port;
static AddressSpace iommu_as;
static MemoryRegion iommu_root, ram_alias, doorbell_alias;
static int questions, gone;

static AddressSpace *get_as(PCIBus *bus, void *opaque, int devfn)
{
    questions += bus == bed_bus_of(port);
    return &iommu_as;
}

static const PCIIOMMUOps ops = { .get_address_space = get_as };

static void on_unrealize(DeviceListener *listener, DeviceState *dev)
{
    gone += dev->id && g_str_equal(dev->id, "hot");
}

static DeviceListener listener = { .unrealize = on_unrealize };

static uint16_t slot_reg(unsigned offset)
{
    return cfg_read(0, PORT_DEVFN, port->exp.exp_cap + offset, 2);
}

static void slot_write(unsigned offset, uint16_t val)
{
    cfg_write(0, PORT_DEVFN, port->exp.exp_cap + offset, val, 2);
}

static PCIDevice *plug(void)
{
    return bed_add(bed_bus_of(port), TYPE_BED_DEVICE, "hot", "0");
}

static bool present(void)
{
    return slot_reg(PCI_EXP_SLTSTA) & PCI_EXP_SLTSTA_PDS;
}

/* The state a guest leaves behind: numbered, events acknowledged, slot as given. */
static void start(uint16_t ctl)
{
    g_assert_null(bed_bus_of(port)->devices[0]);
    cfg_write(0, PORT_DEVFN, PCI_SECONDARY_BUS, 1, 1);
    cfg_write(0, PORT_DEVFN, PCI_SUBORDINATE_BUS, 1, 1);
    cfg_write(0, PORT_DEVFN, PCI_BASE_ADDRESS_0, MSIX_BAR, 4);
    cfg_enable(0, PORT_DEVFN);
    phys_write32(MSIX_BAR, BED_DOORBELL);
    phys_write32(MSIX_BAR + 8, 0x77);
    phys_write32(MSIX_BAR + 12, 0);
    cfg_write(0, PORT_DEVFN, port->msix_cap + PCI_MSIX_FLAGS, PCI_MSIX_FLAGS_ENABLE, 2);
    slot_write(PCI_EXP_SLTCTL, ctl);
    slot_write(PCI_EXP_SLTSTA, 0xffff);
    bed.messages = questions = gone = 0;
}

static void test_plug_with_power(void)
{
    PCIDevice *d;

    start(POWERED | ALL_EVENTS);
    g_assert_false(present());
    d = plug();
    g_assert_true(present());
    g_assert_true(slot_reg(PCI_EXP_LNKSTA) & PCI_EXP_LNKSTA_DLLLA);
    g_assert_cmphex(slot_reg(PCI_EXP_SLTSTA) & 0x109, ==,
                    PCI_EXP_SLTSTA_PDC | PCI_EXP_SLTSTA_DLLSC);
    g_assert_cmpuint(bed.messages, ==, 1);
    g_assert_cmphex(bed.msg_data, ==, 0x77);
    g_assert_cmphex(bed.msg_requester, ==, PORT_DEVFN);
    g_assert_cmphex(cfg_read(1, 0, 0, 4), ==, 0xbed01234);
    g_assert_cmpint(questions, ==, 1); /* the IOMMU was asked at realize */
    slot_write(PCI_EXP_SLTCTL, SWITCHED_OFF);
    qdev_unplug(DEVICE(d), &error_abort);
    g_assert_cmpint(gone, ==, 1);
}

/* An empty slot is off: the card shows when the guest switches it on. */
static void test_plug_without_power(void)
{
    PCIDevice *d;

    start(SWITCHED_OFF | ALL_EVENTS);
    d = plug();
    g_assert_true(present());
    g_assert_cmpuint(bed.messages, ==, 1);
    g_assert_cmphex(cfg_read(1, 0, 0, 4), ==, 0xffffffff);
    slot_write(PCI_EXP_SLTCTL, POWERED);
    g_assert_cmphex(cfg_read(1, 0, 0, 4), ==, 0xbed01234);
    g_assert_true(slot_reg(PCI_EXP_SLTSTA) & PCI_EXP_SLTSTA_CC);
    slot_write(PCI_EXP_SLTCTL, SWITCHED_OFF);
    g_assert_cmphex(cfg_read(1, 0, 0, 4), ==, 0xffffffff);
    g_assert_true(present()); /* nobody asked for it to go */
    qdev_unplug(DEVICE(d), &error_abort);
    g_assert_false(present()); /* a slot that is off needs no guest */
}

static void test_unplug_asks_guest(void)
{
    PCIDevice *d;
    Error *err = NULL;

    start(POWERED | ALL_EVENTS);
    d = plug();
    slot_write(PCI_EXP_SLTSTA, 0xffff);
    bed.messages = 0;
    qdev_unplug(DEVICE(d), &error_abort);
    g_assert_cmpuint(bed.messages, ==, 1);
    g_assert_true(slot_reg(PCI_EXP_SLTSTA) & PCI_EXP_SLTSTA_ABP);
    g_assert_true(present());
    g_assert_cmpint(gone, ==, 0);

    slot_write(PCI_EXP_SLTCTL, PCI_EXP_SLTCTL_PWR_IND_BLINK | ALL_EVENTS);
    qdev_unplug(DEVICE(d), &err);
    expect_error(err, "guest is busy");

    slot_write(PCI_EXP_SLTSTA, 0xffff);
    slot_write(PCI_EXP_SLTCTL, SWITCHED_OFF | ALL_EVENTS);
    g_assert_cmpint(gone, ==, 1);
    g_assert_false(present());
    g_assert_false(slot_reg(PCI_EXP_LNKSTA) & PCI_EXP_LNKSTA_DLLLA);
    g_assert_cmphex(cfg_read(1, 0, 0, 4), ==, 0xffffffff);
    g_assert_true(slot_reg(PCI_EXP_SLTSTA) & PCI_EXP_SLTSTA_PDC);
}

/* The same place again: a new question to the IOMMU, and DMA works. */
static void test_replug(void)
{
    for (int round = 1; round <= 3; round++) {
        uint32_t val = round;
        PCIDevice *d;

        start(POWERED);
        d = plug();
        g_assert_cmpint(questions, ==, 1);
        cfg_enable(1, 0);
        g_assert_cmpint(pci_dma_write(d, 0x100, &val, 4), ==, MEMTX_OK);
        g_assert_cmphex(phys_read32(BED_RAM + 0x100), ==, round);
        slot_write(PCI_EXP_SLTCTL, SWITCHED_OFF);
        qdev_unplug(DEVICE(d), &error_abort);
        g_assert_cmpint(gone, ==, 1);
    }
}

/* With a line instead of messages: up while an event waits, down when read. */
static void test_intx(void)
{
    PCIDevice *d;

    start(POWERED | ALL_EVENTS);
    cfg_write(0, PORT_DEVFN, port->msix_cap + PCI_MSIX_FLAGS, 0, 2);
    d = plug();
    g_assert_cmpint(bed.irq_levels[2], ==, 1);
    slot_write(PCI_EXP_SLTSTA, 0xffff);
    g_assert_cmpint(bed.irq_levels[2], ==, 0);
    slot_write(PCI_EXP_SLTCTL, SWITCHED_OFF);
    qdev_unplug(DEVICE(d), &error_abort);
}

static PCIDevice *plug_function(const char *addr)
{
    DeviceState *dev = qdev_new(TYPE_BED_DEVICE);

    dev->id = g_strdup("hot");
    object_property_parse(OBJECT(dev), "addr", addr, &error_abort);
    qdev_prop_set_bit(dev, "multifunction", true);
    qdev_realize_and_unref(dev, BUS(bed_bus_of(port)), &error_abort);
    return PCI_DEVICE(dev);
}

/* Functions come one by one, function 0 last; then they go as one card. */
static void test_multifunction(void)
{
    PCIDevice *f1;
    Error *err = NULL;

    start(POWERED);
    f1 = plug_function("0.1");
    g_assert_false(present());
    g_assert_cmphex(cfg_read(1, 1, 0, 4), ==, 0xffffffff);
    plug_function("0.0");
    g_assert_true(present());
    g_assert_cmphex(cfg_read(1, 1, 0, 4), ==, 0xbed01234);
    g_assert_null(bed_try_add(bed_bus_of(port), TYPE_BED_DEVICE, "late", "0.2", &err));
    expect_error(err, "cannot be exposed to guest");
    qdev_unplug(DEVICE(f1), &error_abort);
    g_assert_cmpint(gone, ==, 0);
    slot_write(PCI_EXP_SLTCTL, SWITCHED_OFF);
    g_assert_cmpint(gone, ==, 2);
    g_assert_false(present());

    start(POWERED);
    f1 = plug_function("0.1"); /* changed their mind before function 0 */
    qdev_unplug(DEVICE(f1), &error_abort);
    g_assert_cmpint(gone, ==, 1);
}

static void test_reset(void)
{
    PCIDevice *d;

    start(SWITCHED_OFF);
    d = plug();
    device_cold_reset(DEVICE(port));
    g_assert_true(present());
    g_assert_cmphex(slot_reg(PCI_EXP_SLTCTL) &
                        (PCI_EXP_SLTCTL_PIC | PCI_EXP_SLTCTL_PCC),
                    ==, POWERED);
    g_assert_cmphex(slot_reg(PCI_EXP_SLTSTA) & 0x119, ==, 0);
    slot_write(PCI_EXP_SLTCTL, SWITCHED_OFF);
    qdev_unplug(DEVICE(d), &error_abort);
    device_cold_reset(DEVICE(port));
    g_assert_cmphex(slot_reg(PCI_EXP_SLTCTL) &
                        (PCI_EXP_SLTCTL_PIC | PCI_EXP_SLTCTL_PCC),
                    ==, SWITCHED_OFF);
}

/* Found by fuzzing: the line was counted down once more than up. */
static void test_reset_with_intx_disabled(void)
{
    start(POWERED);
    pci_set_irq(port, 1);
    cfg_write(0, PORT_DEVFN, PCI_COMMAND, PCI_COMMAND_INTX_DISABLE, 2);
    g_assert_cmpint(bed.irq_levels[2], ==, 0);
    bus_cold_reset(BUS(bed.bus));
    g_assert_cmpint(bed.irq_levels[2], ==, 0);
    pci_set_irq(port, 1);
    g_assert_cmpint(bed.irq_levels[2], ==, 1);
    pci_set_irq(port, 0);
    g_assert_cmpint(bed.irq_levels[2], ==, 0);
}

static void test_not_hotpluggable(void)
{
    DeviceState *fixed = qdev_new("pcie-root-port");
    PCIDevice *d;
    Error *err = NULL;

    fixed->id = g_strdup("fixed");
    qdev_prop_set_uint16(fixed, "slot", 9);
    qdev_prop_set_bit(fixed, "hotplug", false);
    qdev_realize_and_unref(fixed, BUS(bed.bus), &error_abort);
    g_assert_null(
        bed_try_add(bed_bus_of(PCI_DEVICE(fixed)), TYPE_BED_DEVICE, "x", "0", &err));
    expect_error(err, "Hot-plug failed: unsupported by the port device 'fixed'");
    err = NULL;
    d = bed_add(bed.bus, TYPE_BED_DEVICE, "onroot", "9");
    qdev_unplug(DEVICE(d), &err);
    expect_error(err, "Bus 'pcie.0' does not support hotplugging");
    bed_remove(d);
    bed_remove(PCI_DEVICE(fixed));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    bed_start();
    port = bed_add(bed.bus, "pcie-root-port", "rp", "2");
    memory_region_init(&iommu_root, NULL, "iommu", UINT64_MAX);
    memory_region_init_alias(&ram_alias, NULL, "ram", &bed.ram, 0, 0x1000);
    memory_region_add_subregion(&iommu_root, 0, &ram_alias);
    memory_region_init_alias(&doorbell_alias, NULL, "doorbell", &bed.doorbell, 0,
                             0x1000);
    memory_region_add_subregion(&iommu_root, BED_DOORBELL, &doorbell_alias);
    address_space_init(&iommu_as, &iommu_root, "iommu");
    pci_setup_iommu(bed.bus, &ops, NULL);
    device_listener_register(&listener);
    bed_ready();
    g_test_add_func("/pci-hotplug/plug-with-power", test_plug_with_power);
    g_test_add_func("/pci-hotplug/plug-without-power", test_plug_without_power);
    g_test_add_func("/pci-hotplug/unplug-asks-guest", test_unplug_asks_guest);
    g_test_add_func("/pci-hotplug/replug", test_replug);
    g_test_add_func("/pci-hotplug/intx", test_intx);
    g_test_add_func("/pci-hotplug/multifunction", test_multifunction);
    g_test_add_func("/pci-hotplug/reset", test_reset);
    g_test_add_func("/pci-hotplug/reset-with-intx-disabled",
                    test_reset_with_intx_disabled);
    g_test_add_func("/pci-hotplug/not-hotpluggable", test_not_hotpluggable);
    return g_test_run();
}
