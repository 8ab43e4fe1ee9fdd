/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "pci-testbed.h"

#define SLOT(n) PCI_DEVFN(n, 0)

static void test_absent(void)
{
    g_assert_cmphex(cfg_read(0, SLOT(9), 0, 4), ==, 0xffffffff);
    g_assert_cmphex(cfg_read(0, SLOT(9), 0, 2), ==, 0xffff);
    g_assert_cmphex(cfg_read(0, SLOT(9), 3, 1), ==, 0xff);
    g_assert_cmphex(cfg_read(77, SLOT(0), 0, 4), ==, 0xffffffff);
    cfg_write(0, SLOT(9), PCI_COMMAND, CMD_ALL, 2);
    g_assert_cmphex(cfg_read(0, SLOT(0), 0, 4), ==, 0x00081b36);
}

static void test_header(void)
{
    PCIDevice *d = bed_add(bed.bus, TYPE_BED_DEVICE, "hdr", "3");

    g_assert_cmphex(cfg_read(0, SLOT(3), PCI_VENDOR_ID, 4), ==, 0xbed01234);
    g_assert_cmphex(cfg_read(0, SLOT(3), PCI_REVISION_ID, 1), ==, 3);
    g_assert_cmphex(cfg_read(0, SLOT(3), PCI_CLASS_DEVICE, 2), ==, PCI_CLASS_OTHERS);
    g_assert_cmphex(cfg_read(0, SLOT(3), PCI_SUBSYSTEM_VENDOR_ID, 4), ==, 0x11001af4);

    cfg_write(0, SLOT(3), PCI_VENDOR_ID, 0, 4);
    g_assert_cmphex(cfg_read(0, SLOT(3), PCI_VENDOR_ID, 4), ==, 0xbed01234);
    cfg_write(0, SLOT(3), PCI_INTERRUPT_LINE, 0x0b, 1);
    g_assert_cmphex(cfg_read(0, SLOT(3), PCI_INTERRUPT_LINE, 2), ==, 0x010b);
    cfg_write(0, SLOT(3), PCI_COMMAND, 0xffff, 2);
    g_assert_cmphex(cfg_read(0, SLOT(3), PCI_COMMAND, 2), ==,
                    CMD_ALL | PCI_COMMAND_INTX_DISABLE | PCI_COMMAND_SERR);
    bed_remove(d);
    g_assert_cmphex(cfg_read(0, SLOT(3), 0, 4), ==, 0xffffffff);
}

static void test_write_one_clears(void)
{
    PCIDevice *d = bed_add(bed.bus, TYPE_BED_DEVICE, "w1c", "3");

    pci_word_test_and_set_mask(d->config + PCI_STATUS, PCI_STATUS_REC_MASTER_ABORT);
    cfg_write(0, SLOT(3), PCI_STATUS, 0, 2);
    g_assert_true(cfg_read(0, SLOT(3), PCI_STATUS, 2) & PCI_STATUS_REC_MASTER_ABORT);
    cfg_write(0, SLOT(3), PCI_STATUS, 0xffff, 2);
    g_assert_cmphex(cfg_read(0, SLOT(3), PCI_STATUS, 2), ==, PCI_STATUS_CAP_LIST);
    bed_remove(d);
}

/* Conventional functions have 256 bytes; no access reaches past a space's end. */
static void test_limits(void)
{
    PCIDevice *d = bed_add(bed.bus, TYPE_BED_DEVICE, "lim", "3");
    PCIDevice *e = bed_add(bed.bus, TYPE_BED_EXPRESS, "exp", "4");

    g_assert_cmphex(cfg_read(0, SLOT(3), 0x100, 4), ==, 0xffffffff);
    g_assert_cmphex(cfg_read(0, SLOT(4), 0x100, 4), ==, 0);
    cfg_write(0, SLOT(3), 0x100, 0, 4);
    cfg_write(0, SLOT(4), 0xffc, ~0U, 4);
    g_assert_cmphex(cfg_read(0, SLOT(4), 0xffc, 4), ==, 0);

    /* what a host bridge of another kind may ask for */
    g_assert_cmphex(pci_host_config_read_common(d, 0xfe, 0x100, 4), ==, 0);
    g_assert_cmphex(pci_host_config_read_common(e, 0xffe, 0x1000, 4), ==, 0);
    g_assert_cmphex(pci_host_config_read_common(e, 0x1000, 0x2000, 4), ==, 0xffffffff);
    pci_host_config_write_common(e, 0xfff, 0x1000, ~0U, 4);
    pci_host_config_write_common(e, 0x1000, 0x2000, ~0U, 4);
    g_assert_cmphex(pci_data_read(bed.bus, SLOT(4) << 8, 4), ==, 0xbed01234);
    g_assert_cmphex(pci_data_read(bed.bus, SLOT(5) << 8, 2), ==, 0xffff);
    bed_remove(d);
    bed_remove(e);
}

static void test_capabilities(void)
{
    PCIDevice *d = bed_add(bed.bus, TYPE_BED_DEVICE, "cap", "3");
    Error *err = NULL;
    uint8_t msi = pci_find_capability(d, PCI_CAP_ID_MSI);
    int at;

    g_assert_cmpint(msi, !=, 0);
    g_assert_cmpint(pci_find_capability(d, PCI_CAP_ID_VNDR), ==, 0);
    g_assert_cmpint(pci_add_capability(d, PCI_CAP_ID_VNDR, msi + 4, 8, &err), ==,
                    -EINVAL);
    expect_error(err, "overlaps existing capability 5");
    err = NULL;
    at = pci_add_capability(d, PCI_CAP_ID_VNDR, 0, 9, &error_abort);
    g_assert_cmpint(at % 4, ==, 0);
    g_assert_cmpint(pci_find_capability(d, PCI_CAP_ID_VNDR), ==, at);
    cfg_write(0, SLOT(3), at + 2, 0xff, 1);
    g_assert_cmphex(cfg_read(0, SLOT(3), at + 2, 1), ==, 0);

    g_assert_cmpint(pci_add_capability(d, PCI_CAP_ID_EXP, 0, 200, &err), ==, -ENOSPC);
    expect_error(err, "no space");
    pci_del_capability(d, PCI_CAP_ID_VNDR, 9);
    g_assert_cmpint(pci_find_capability(d, PCI_CAP_ID_VNDR), ==, 0);
    g_assert_cmpint(pci_find_capability(d, PCI_CAP_ID_MSI), ==, msi);
    bed_remove(d);
}

static void test_addr_forms(void)
{
    static const struct {
        const char *text;
        int devfn;
    } good[] = { { "3", SLOT(3) },
                 { "03.0", SLOT(3) },
                 { "0x3", SLOT(3) },
                 { "3.1", PCI_DEVFN(3, 1) },
                 { "1f.7", PCI_DEVFN(31, 7) },
                 { "0x1f.0x7", PCI_DEVFN(31, 7) } };
    static const char *const bad[] = { "20", "1.8", "x", "3.", "3.1.1", "-2" };

    for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
        PCIDevice *d = bed_add(bed.bus, TYPE_BED_DEVICE, "a", good[i].text);

        g_assert_cmpint(d->devfn, ==, good[i].devfn);
        bed_remove(d);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        Error *err = NULL;

        g_assert_null(bed_try_add(bed.bus, TYPE_BED_DEVICE, "a", bad[i], &err));
        expect_error(err, "addr");
    }
}

static void test_places(void)
{
    PCIDevice *a = bed_add(bed.bus, TYPE_BED_DEVICE, "first", "3");
    PCIDevice *b = bed_add(bed.bus, TYPE_BED_DEVICE, "auto", NULL);
    Error *err = NULL;

    g_assert_cmpint(b->devfn, ==, SLOT(1)); /* 0 is the bridge itself */
    g_assert_null(bed_try_add(bed.bus, TYPE_BED_DEVICE, "second", "3", &err));
    expect_error(err, "PCI: slot 3 function 0 not available for bed-device, in use by "
                      "bed-device,id=first");
    g_assert_true(pci_find_device(bed.bus, 0, SLOT(3)) == a);
    bed_remove(a);
    bed_remove(b);
}

static void test_bus_full(void)
{
    PCIDevice *all[PCI_SLOT_MAX] = { NULL };
    Error *err = NULL;

    for (int i = 1; i < PCI_SLOT_MAX; i++) {
        all[i] = bed_add(bed.bus, TYPE_BED_DEVICE, NULL, NULL);
    }
    g_assert_null(bed_try_add(bed.bus, TYPE_BED_DEVICE, "late", NULL, &err));
    expect_error(err, "PCI: no slot/function available for bed-device, all in use");
    for (int i = 1; i < PCI_SLOT_MAX; i++) {
        bed_remove(all[i]);
    }
}

static PCIDevice *add_function(const char *addr, bool multifunction, Error **errp)
{
    DeviceState *dev = qdev_new(TYPE_BED_DEVICE);

    object_property_parse(OBJECT(dev), "addr", addr, &error_abort);
    qdev_prop_set_bit(dev, "multifunction", multifunction);
    if (!qdev_realize(dev, BUS(bed.bus), errp)) {
        object_unparent(OBJECT(dev));
        object_unref(dev);
        return NULL;
    }
    object_unref(dev);
    return PCI_DEVICE(dev);
}

static void test_multifunction(void)
{
    Error *err = NULL;
    PCIDevice *f0 = add_function("5.0", true, &error_abort);
    PCIDevice *f1 = add_function("5.1", false, &error_abort);

    g_assert_cmphex(cfg_read(0, SLOT(5), PCI_HEADER_TYPE, 1), ==, 0x80);
    g_assert_cmphex(cfg_read(0, PCI_DEVFN(5, 1), 0, 4), ==, 0xbed01234);
    bed_remove(f1);
    bed_remove(f0);

    f0 = add_function("5.0", false, &error_abort);
    g_assert_null(add_function("5.2", false, &err));
    expect_error(err, "single function device can't be populated in function 5.2");
    bed_remove(f0);

    err = NULL;
    f1 = add_function("5.3", false, &error_abort); /* function 0 may come later */
    g_assert_null(add_function("5.0", false, &err));
    expect_error(err,
                 "PCI: 5.0 indicates single function, but 5.3 is already populated");
    f0 = add_function("5.0", true, &error_abort);
    bed_remove(f0);
    bed_remove(f1);
}

static void test_refused_realize(void)
{
    DeviceState *dev = qdev_new(TYPE_BED_DEVICE);
    Error *err = NULL;

    object_property_parse(OBJECT(dev), "addr", "6", &error_abort);
    qdev_prop_set_bit(dev, "fail", true);
    g_assert_false(qdev_realize(dev, BUS(bed.bus), &err));
    expect_error(err, "told to fail");
    g_assert_cmphex(cfg_read(0, SLOT(6), 0, 4), ==, 0xffffffff);
    object_unparent(OBJECT(dev));
    object_unref(dev);
}

static void test_intx(void)
{
    PCIDevice *a = bed_add(bed.bus, TYPE_BED_DEVICE, "a", "4"); /* INTA -> line 0 */
    PCIDevice *b = bed_add(bed.bus, TYPE_BED_DEVICE, "b", "8"); /* the same line */

    pci_set_irq(a, 1);
    pci_set_irq(b, 1);
    g_assert_cmpint(bed.irq_levels[0], ==, 1);
    g_assert_true(cfg_read(0, a->devfn, PCI_STATUS, 2) & PCI_STATUS_INTERRUPT);
    pci_set_irq(a, 0);
    g_assert_cmpint(bed.irq_levels[0], ==, 1);

    cfg_write(0, b->devfn, PCI_COMMAND, PCI_COMMAND_INTX_DISABLE, 2);
    g_assert_cmpint(bed.irq_levels[0], ==, 0);
    g_assert_true(cfg_read(0, b->devfn, PCI_STATUS, 2) & PCI_STATUS_INTERRUPT);
    cfg_write(0, b->devfn, PCI_COMMAND, 0, 2);
    g_assert_cmpint(bed.irq_levels[0], ==, 1);

    bed_remove(b); /* takes its level along */
    g_assert_cmpint(bed.irq_levels[0], ==, 0);
    gpex_set_irq_num(bed.host, 0, 35);
    g_assert_cmpint(pci_device_route_intx_to_irq(a, 0).irq, ==, 35);
    bed_remove(a);
}

static void test_reset(void)
{
    PCIDevice *d = bed_add(bed.bus, TYPE_BED_DEVICE, "r", "4");

    cfg_enable(0, d->devfn);
    cfg_write(0, d->devfn, PCI_BASE_ADDRESS_0, BED_MMIO, 4);
    cfg_write(0, d->devfn, PCI_INTERRUPT_LINE, 7, 1);
    pci_set_irq(d, 1);
    pci_device_reset(d);
    g_assert_cmphex(cfg_read(0, d->devfn, PCI_COMMAND, 2), ==, 0);
    g_assert_cmphex(cfg_read(0, d->devfn, PCI_BASE_ADDRESS_0, 4), ==, 0);
    g_assert_cmphex(cfg_read(0, d->devfn, PCI_BASE_ADDRESS_2, 4), ==, 0xc);
    g_assert_cmphex(cfg_read(0, d->devfn, PCI_INTERRUPT_LINE, 1), ==, 0);
    g_assert_cmpint(bed.irq_levels[0], ==, 0);
    g_assert_false(d->is_master);
    bed_remove(d);
}

/* Function level reset: asked for in the express capability, reads back as 0. */
static void test_flr(void)
{
    PCIDevice *d = bed_add(bed.bus, TYPE_BED_EXPRESS, "flr", "4");
    unsigned devctl = d->exp.exp_cap + PCI_EXP_DEVCTL;

    g_assert_cmpint(pcie_cap_get_type(d), ==, PCI_EXP_TYPE_RC_END);
    cfg_enable(0, d->devfn);
    cfg_write(0, d->devfn, devctl, PCI_EXP_DEVCTL_BCR_FLR, 2);
    g_assert_cmphex(cfg_read(0, d->devfn, PCI_COMMAND, 2), ==, 0);
    g_assert_cmphex(cfg_read(0, d->devfn, devctl, 2) & PCI_EXP_DEVCTL_BCR_FLR, ==, 0);
    bed_remove(d);
}

static void test_extended_capabilities(void)
{
    PCIDevice *d = bed_add(bed.bus, TYPE_BED_EXPRESS, "ext", "4");

    g_assert_cmpint(pcie_find_capability(d, PCI_EXT_CAP_ID_ATS), ==, 0);
    pcie_acs_init(d, 0x100);
    pcie_ats_init(d, 0x120, true);
    g_assert_cmpint(pcie_find_capability(d, PCI_EXT_CAP_ID_ATS), ==, 0x120);
    g_assert_cmphex(cfg_read(0, d->devfn, 0x100, 4), ==, 0x1201000d);
    g_assert_false(pcie_ats_enabled(d));
    cfg_write(0, d->devfn, 0x120 + PCI_ATS_CTRL, 0xffff, 2);
    g_assert_true(pcie_ats_enabled(d));
    g_assert_cmphex(cfg_read(0, d->devfn, 0x120 + PCI_ATS_CTRL, 2), ==, 0x801f);
    cfg_write(0, d->devfn, 0x100, 0, 4);
    g_assert_cmphex(cfg_read(0, d->devfn, 0x100, 4), ==, 0x1201000d);
    bed_remove(d);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    bed_start();
    g_test_add_func("/pci-config/absent", test_absent);
    g_test_add_func("/pci-config/header", test_header);
    g_test_add_func("/pci-config/write-one-clears", test_write_one_clears);
    g_test_add_func("/pci-config/limits", test_limits);
    g_test_add_func("/pci-config/capabilities", test_capabilities);
    g_test_add_func("/pci-config/addr-forms", test_addr_forms);
    g_test_add_func("/pci-config/places", test_places);
    g_test_add_func("/pci-config/bus-full", test_bus_full);
    g_test_add_func("/pci-config/multifunction", test_multifunction);
    g_test_add_func("/pci-config/refused-realize", test_refused_realize);
    g_test_add_func("/pci-config/intx", test_intx);
    g_test_add_func("/pci-config/reset", test_reset);
    g_test_add_func("/pci-config/flr", test_flr);
    g_test_add_func("/pci-config/extended-capabilities", test_extended_capabilities);
    return g_test_run();
}
