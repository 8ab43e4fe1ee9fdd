/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "pci-testbed.h"

#define DEVFN     PCI_DEVFN(3, 0)
#define TABLE     (BED_MMIO + 0x10000) /* where the tests put the MSI-X BAR */
#define PBA       (TABLE + 2048)
#define REQUESTER PCI_BUILD_BDF(0, DEVFN)

static PCIDevice *start(void)
{
    PCIDevice *d = bed_add(bed.bus, TYPE_BED_DEVICE, "msi", "3");

    cfg_enable(0, DEVFN);
    cfg_write(0, DEVFN, PCI_BASE_ADDRESS_4, TABLE, 4);
    bed.messages = 0;
    return d;
}

/* --- MSI: 4 vectors, 64 bit, with masks --- */

static void msi_setup(PCIDevice *d, uint64_t addr, uint16_t data, uint16_t flags)
{
    cfg_write(0, DEVFN, d->msi_cap + PCI_MSI_ADDRESS_LO, addr, 4);
    cfg_write(0, DEVFN, d->msi_cap + PCI_MSI_ADDRESS_HI, addr >> 32, 4);
    cfg_write(0, DEVFN, d->msi_cap + PCI_MSI_DATA_64, data, 2);
    cfg_write(0, DEVFN, d->msi_cap + PCI_MSI_FLAGS, flags, 2);
}

static void test_msi_deliver(void)
{
    PCIDevice *d = start();

    msi_setup(d, BED_DOORBELL, 0x40, PCI_MSI_FLAGS_ENABLE | 2 << 4);
    msi_notify(d, 3);
    g_assert_cmpuint(bed.messages, ==, 1);
    g_assert_cmphex(bed.msg_addr, ==, BED_DOORBELL);
    g_assert_cmphex(bed.msg_data, ==, 0x43);
    g_assert_cmphex(bed.msg_requester, ==, REQUESTER);
    /* to RAM too: a test's client watches a word there */
    msi_setup(d, BED_RAM + 0x80, 0x55, PCI_MSI_FLAGS_ENABLE);
    msi_notify(d, 0);
    g_assert_cmphex(phys_read32(BED_RAM + 0x80), ==, 0x55);
    bed_remove(d);
}

static void test_msi_is_dma(void)
{
    PCIDevice *d = start();

    msi_setup(d, BED_DOORBELL, 0, PCI_MSI_FLAGS_ENABLE);
    cfg_write(0, DEVFN, PCI_COMMAND, PCI_COMMAND_MEMORY, 2);
    msi_notify(d, 0);
    g_assert_cmpuint(bed.messages, ==, 0); /* no bus master, no message */
    cfg_enable(0, DEVFN);
    cfg_write(0, DEVFN, d->msi_cap + PCI_MSI_FLAGS, 0, 2);
    msi_notify(d, 0);
    g_assert_cmpuint(bed.messages, ==, 0);
    bed_remove(d);
}

static void test_msi_vectors(void)
{
    PCIDevice *d = start();

    g_assert_cmphex(cfg_read(0, DEVFN, d->msi_cap + PCI_MSI_FLAGS, 2), ==, 0x184);
    msi_setup(d, BED_DOORBELL, 0x40, PCI_MSI_FLAGS_ENABLE | 7 << 4);
    g_assert_cmpuint(msi_nr_vectors_allocated(d), ==, 4); /* asked for 128 */
    msi_setup(d, BED_DOORBELL, 0x40, PCI_MSI_FLAGS_ENABLE | 1 << 4);
    msi_notify(d, 3); /* shares the last that is enabled */
    g_assert_cmphex(bed.msg_data, ==, 0x41);
    bed_remove(d);
}

static void test_msi_mask(void)
{
    PCIDevice *d = start();
    unsigned mask = d->msi_cap + PCI_MSI_MASK_64,
             pending = d->msi_cap + PCI_MSI_PENDING_64;

    msi_setup(d, BED_DOORBELL, 0x40, PCI_MSI_FLAGS_ENABLE | 2 << 4);
    cfg_write(0, DEVFN, mask, 0xffffffff, 4);
    g_assert_cmphex(cfg_read(0, DEVFN, mask, 4), ==, 0xf);
    msi_notify(d, 2);
    msi_notify(d, 2);
    g_assert_cmpuint(bed.messages, ==, 0);
    g_assert_cmphex(cfg_read(0, DEVFN, pending, 4), ==, 4);
    cfg_write(0, DEVFN, pending, 0, 4);
    g_assert_cmphex(cfg_read(0, DEVFN, pending, 4), ==, 4);
    cfg_write(0, DEVFN, mask, 0xb, 4);
    g_assert_cmpuint(bed.messages, ==, 1);
    g_assert_cmphex(bed.msg_data, ==, 0x42);
    g_assert_cmphex(cfg_read(0, DEVFN, pending, 4), ==, 0);
    bed_remove(d);
}

static void test_msi_silences_intx(void)
{
    PCIDevice *d = start();

    pci_set_irq(d, 1);
    g_assert_cmpint(bed.irq_levels[3], ==, 1);
    msi_setup(d, BED_DOORBELL, 0, PCI_MSI_FLAGS_ENABLE);
    g_assert_cmpint(bed.irq_levels[3], ==, 0);
    bed_remove(d);
}

/* --- MSI-X: 8 vectors in a BAR of their own --- */

static void entry_write(unsigned vector, uint64_t addr, uint32_t data, uint32_t ctrl)
{
    hwaddr e = TABLE + vector * PCI_MSIX_ENTRY_SIZE;

    phys_write32(e, addr);
    phys_write32(e + 4, addr >> 32);
    phys_write32(e + 8, data);
    phys_write32(e + 12, ctrl);
}

static void msix_flags(PCIDevice *d, uint16_t flags)
{
    cfg_write(0, DEVFN, d->msix_cap + PCI_MSIX_FLAGS, flags, 2);
}

static void test_msix_deliver(void)
{
    PCIDevice *d = start();

    g_assert_cmphex(cfg_read(0, DEVFN, d->msix_cap + PCI_MSIX_FLAGS, 2), ==, 7);
    g_assert_cmphex(cfg_read(0, DEVFN, d->msix_cap + PCI_MSIX_TABLE, 4), ==, 4);
    g_assert_cmphex(cfg_read(0, DEVFN, d->msix_cap + PCI_MSIX_PBA, 4), ==, 2048 | 4);
    g_assert_cmphex(phys_read32(TABLE + 12), ==, 1); /* masked at start */
    msix_vector_use(d, 5);
    msix_flags(d, PCI_MSIX_FLAGS_ENABLE);
    entry_write(5, BED_DOORBELL + 4, 0x99, 0);
    msix_notify(d, 5);
    g_assert_cmphex(bed.msg_addr, ==, BED_DOORBELL + 4);
    g_assert_cmphex(bed.msg_data, ==, 0x99);
    g_assert_cmphex(bed.msg_requester, ==, REQUESTER);
    msix_notify(d, 6); /* nobody uses it */
    g_assert_cmpuint(bed.messages, ==, 1);
    bed_remove(d);
}

static void test_msix_pending(void)
{
    PCIDevice *d = start();

    msix_vector_use(d, 1);
    msix_flags(d, PCI_MSIX_FLAGS_ENABLE);
    entry_write(1, BED_DOORBELL, 0x11, 1);
    msix_notify(d, 1);
    g_assert_cmphex(phys_read32(PBA), ==, 2);
    phys_write32(PBA, 0); /* read only */
    g_assert_cmphex(phys_read32(PBA), ==, 2);
    phys_write32(TABLE + 16 + 12, 0);
    g_assert_cmpuint(bed.messages, ==, 1);
    g_assert_cmphex(phys_read32(PBA), ==, 0);

    msix_flags(d, PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL);
    msix_notify(d, 1);
    g_assert_cmphex(phys_read32(PBA), ==, 2);
    msix_flags(d, PCI_MSIX_FLAGS_ENABLE);
    g_assert_cmpuint(bed.messages, ==, 2);

    msix_flags(d, 0); /* off: waits too */
    msix_notify(d, 1);
    g_assert_cmpuint(bed.messages, ==, 2);
    msix_flags(d, PCI_MSIX_FLAGS_ENABLE);
    g_assert_cmpuint(bed.messages, ==, 3);
    bed_remove(d);
}

static void test_msix_reset(void)
{
    PCIDevice *d = start();

    msix_vector_use(d, 0);
    msix_flags(d, PCI_MSIX_FLAGS_ENABLE);
    entry_write(0, BED_DOORBELL, 1, 1);
    msix_notify(d, 0);
    pci_device_reset(d);
    g_assert_false(msix_enabled(d));
    g_assert_false(msix_is_pending(d, 0));
    g_assert_true(msix_is_masked(d, 0));
    bed_remove(d);
}

static int used, released;

static int on_use(PCIDevice *d, unsigned vector, MSIMessage msg)
{
    used++;
    return vector == 7 ? -EINVAL : 0;
}

static void on_release(PCIDevice *d, unsigned vector)
{
    released++;
}

static void test_msix_notifiers(void)
{
    PCIDevice *d = start();

    used = released = 0;
    msix_flags(d, PCI_MSIX_FLAGS_ENABLE);
    entry_write(0, BED_DOORBELL, 1, 0);
    g_assert_cmpint(msix_set_vector_notifiers(d, on_use, on_release, NULL), ==, 0);
    g_assert_cmpint(used, ==, 1);
    entry_write(2, BED_DOORBELL, 1, 0);
    g_assert_cmpint(used, ==, 2);
    msix_flags(d, PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL);
    g_assert_cmpint(released, ==, 2);
    msix_flags(d, PCI_MSIX_FLAGS_ENABLE);
    msix_unset_vector_notifiers(d);
    g_assert_cmpint(released, ==, 4);

    entry_write(7, BED_DOORBELL, 1, 0);
    used = released = 0;
    g_assert_cmpint(msix_set_vector_notifiers(d, on_use, on_release, NULL), ==,
                    -EINVAL);
    g_assert_cmpint(released, ==, 2); /* those before the one that failed */
    bed_remove(d);
}

static void test_msix_refused(void)
{
    PCIDevice *d = start();
    MemoryRegion bar;
    Error *err = NULL;

    msix_uninit_exclusive_bar(d);
    memory_region_init(&bar, NULL, "bar", 0x1000);
    g_assert_cmpint(msix_init(d, 0, &bar, 0, 0, &bar, 0, 0x800, 0, &err), ==, -EINVAL);
    expect_error(err, "vectors is invalid");
    err = NULL;
    g_assert_cmpint(msix_init(d, 129, &bar, 0, 0, &bar, 0, 0x800, 0, &err), ==,
                    -EINVAL);
    expect_error(err, "overlap");
    err = NULL;
    g_assert_cmpint(msix_init(d, 2, &bar, 0, 0xff0, &bar, 0, 0x800, 0, &err), ==,
                    -EINVAL);
    expect_error(err, "don't fit");
    err = NULL;
    msi_nonbroken = false;
    g_assert_cmpint(msix_init(d, 2, &bar, 0, 0, &bar, 0, 0x800, 0, &err), ==, -ENOTSUP);
    expect_error(err, "not supported by interrupt controller");
    msi_nonbroken = true;
    object_unparent(OBJECT(&bar));
    bed_remove(d);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    bed_start();
    bed_ready();
    g_test_add_func("/pci-msi/deliver", test_msi_deliver);
    g_test_add_func("/pci-msi/is-dma", test_msi_is_dma);
    g_test_add_func("/pci-msi/vectors", test_msi_vectors);
    g_test_add_func("/pci-msi/mask", test_msi_mask);
    g_test_add_func("/pci-msi/silences-intx", test_msi_silences_intx);
    g_test_add_func("/pci-msi/x-deliver", test_msix_deliver);
    g_test_add_func("/pci-msi/x-pending", test_msix_pending);
    g_test_add_func("/pci-msi/x-reset", test_msix_reset);
    g_test_add_func("/pci-msi/x-notifiers", test_msix_notifiers);
    g_test_add_func("/pci-msi/x-refused", test_msix_refused);
    return g_test_run();
}
