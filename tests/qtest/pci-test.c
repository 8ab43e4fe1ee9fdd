/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PCI as a guest and its user see it: enumeration, bridges, hotplug, options. */
#include <string.h>

#include "libqos/edu.h"
#include "standard-headers/linux/pci_regs.h"

#define EDU_ID_WORDS 0x11e81234U
#define PORT_ID      0x000c1b36U

static bool is_pc(void)
{
    return g_str_equal(qtest_get_arch(), "x86_64");
}

static QTestState *start(const char *args)
{
    return qtest_initf("-M %s -m 256 %s", is_pc() ? "q35" : "virt", args);
}

static uint64_t ram(void)
{
    return is_pc() ? 0x100000 : 0x40100000;
}

static void expect_id(QPCIBus *bus, int devfn, uint32_t id)
{
    g_autofree QPCIDevice *dev = qpci_device(bus, devfn);

    g_assert_cmphex(qpci_config_readl(dev, PCI_VENDOR_ID), ==, id);
}

static void test_enumerate(void)
{
    QTestState *qts = start("-device edu,addr=4 -device edu,addr=5.0,multifunction=on "
                            "-device edu,addr=5.2");
    g_autofree QPCIBus *bus = qpci_root_bus(qts);
    int found = 0;

    expect_id(bus, 0, is_pc() ? 0x29c08086 : 0x00081b36);
    for (int devfn = 0; devfn < 256; devfn++) {
        g_autofree QPCIDevice *dev = qpci_device_find(bus, devfn);

        found += dev && qpci_config_readl(dev, PCI_VENDOR_ID) == EDU_ID_WORDS;
    }
    g_assert_cmpint(found, ==, 3);
    expect_id(bus, QPCI_DEVFN(5, 2), EDU_ID_WORDS);
    expect_id(bus, QPCI_DEVFN(5, 1), UINT32_MAX);
    qtest_quit(qts);
}

static void test_express_path(void)
{
    QTestState *qts = start("-device pcie-root-port,id=rp,addr=3");
    g_autofree QPCIBus *bus = qpci_root_bus(qts);
    g_autofree QPCIDevice *port = qpci_device(bus, QPCI_DEVFN(3, 0));

    g_assert_cmphex(qpci_config_readl(port, PCI_VENDOR_ID), ==, PORT_ID);
    g_assert_cmphex(qpci_find_ext_capability(port, PCI_EXT_CAP_ID_ACS), ==, 0x100);
    g_assert_cmphex(qpci_find_ext_capability(port, PCI_EXT_CAP_ID_ATS), ==, 0);
    qtest_quit(qts);
}

static void check_dma(QEdu *edu, uint8_t val)
{
    qtest_writeb(edu->pci->bus->qts, ram(), val);
    qedu_dma_from_ram(edu, ram(), 0, 1);
    qedu_dma_to_ram(edu, ram() + 1, 0, 1);
    g_assert_cmphex(qtest_readb(edu->pci->bus->qts, ram() + 1), ==, val);
}

/* edu behind a PCIe-to-PCI bridge behind a root port; then all numbers change. */
static void test_bridges(void)
{
    QTestState *qts = start("-device pcie-root-port,id=rp,addr=3 "
                            "-device pcie-pci-bridge,id=pb,bus=rp "
                            "-device edu,id=e,bus=pb,addr=1,dma_mask=0xffffffff");
    g_autofree QPCIBus *bus = qpci_root_bus(qts);
    g_autofree QPCIDevice *port = qpci_device(bus, QPCI_DEVFN(3, 0));
    g_autofree QPCIBus *behind_port = qpci_bridge_open(port, 1, 2);
    g_autofree QPCIDevice *bridge = qpci_device(behind_port, 0);
    g_autofree QPCIBus *behind_bridge = qpci_bridge_open(bridge, 2, 2);
    QEdu *edu = qedu_new(behind_bridge, QPCI_DEVFN(1, 0));

    check_dma(edu, 0x11);
    qpci_bridge_renumber(port, behind_port, 0x40, 0x60);
    qpci_bridge_renumber(bridge, behind_bridge, 0x55, 0x55);
    expect_id(behind_bridge, QPCI_DEVFN(1, 0), EDU_ID_WORDS);
    check_dma(edu, 0x22);
    behind_bridge->nr = 2; /* nobody there any more */
    expect_id(behind_bridge, QPCI_DEVFN(1, 0), UINT32_MAX);
    qedu_free(edu);
    qtest_quit(qts);
}

static void test_hotplug(void)
{
    QTestState *qts = start("-device pcie-root-port,id=rp,addr=3");
    g_autofree QPCIBus *bus = qpci_root_bus(qts);
    g_autofree QPCIDevice *port = qpci_device(bus, QPCI_DEVFN(3, 0));
    g_autofree QPCIBus *slot = qpci_bridge_open(port, 1, 1);

    for (int round = 0; round < 3; round++) {
        QEdu *edu;

        g_assert_false(qpci_slot_present(port));
        qtest_qmp_device_add(qts, "edu", "hot", ", 'bus': 'rp', 'dma_mask': %u", ~0U);
        g_assert_true(qpci_slot_present(port));
        expect_id(slot, 0, UINT32_MAX); /* the slot is off */
        qpci_slot_power(port, true);
        edu = qedu_new(slot, 0);
        check_dma(edu, 0x40 + round);
        qtest_qmp_device_del_send(qts, "hot");
        expect_id(slot, 0, EDU_ID_WORDS); /* the guest has been asked */
        qpci_slot_power(port, false);
        qtest_qmp_eventwait(qts, "DEVICE_DELETED");
        expect_id(slot, 0, UINT32_MAX);
        qedu_free(edu);
    }
    qtest_qmp_device_add(qts, "edu", "hot", ", 'bus': 'rp'");
    qtest_qmp_device_del(qts, "hot"); /* off: goes without the guest */
    g_assert_false(qpci_slot_present(port));
    qtest_quit(qts);
}

static void test_refused(void)
{
    QTestState *qts =
        start("-device pcie-root-port,id=rp,addr=3 -device edu,id=e,addr=4");

    qtest_qmp_assert_error(qts, "GenericError", "does not support hotplugging",
                           "{'execute': 'device_add', 'arguments': {'driver': 'edu', "
                           "'bus': 'pcie.0'}}");
    qtest_qmp_assert_error(qts, "GenericError", "does not support hotplugging",
                           "{'execute': 'device_del', 'arguments': {'id': 'e'}}");
    qtest_qmp_assert_error(qts, "GenericError", "only allows plugging into slot 0",
                           "{'execute': 'device_add', 'arguments': {'driver': 'edu', "
                           "'bus': 'rp', 'addr': '2'}}");
    qtest_quit(qts);
    qtest_expect_fail(is_pc()
                          ? "-M q35 -accel qtest -device edu,addr=4 -device edu,addr=4"
                          : "-M virt -accel qtest -device edu,addr=4 -device "
                            "edu,addr=4",
                      "PCI: slot 4 function 0 not available for edu, in use by edu");
    qtest_expect_fail(is_pc() ? "-M q35 -accel qtest -device edu,addr=20"
                              : "-M virt -accel qtest -device edu,addr=20",
                      "addr");
}

/* One IOMMU, on the root bus, from the start. */
static void test_iommu_plug(void)
{
    QTestState *qts = start("-device pcie-root-port,id=rp,addr=3");
    g_autofree char *two =
        g_strdup_printf("-M %s -accel qtest -device virtio-iommu-pci -device "
                        "virtio-iommu-pci",
                        is_pc() ? "q35" : "virt");
    g_autofree char *below =
        g_strdup_printf("-M %s -accel qtest -device pcie-root-port,id=rp -device "
                        "virtio-iommu-pci,bus=rp",
                        is_pc() ? "q35" : "virt");

    qtest_qmp_assert_error(qts, "GenericError", "does not support hotplugging",
                           "{'execute': 'device_add', 'arguments': {'driver': "
                           "'virtio-iommu-pci', 'bus': 'rp'}}");
    qtest_qmp_assert_error(qts, "GenericError", "does not support hotplugging",
                           "{'execute': 'device_add', 'arguments': {'driver': "
                           "'virtio-iommu-pci'}}");
    qtest_quit(qts);
    qtest_expect_fail(two, "a machine takes one only");
    qtest_expect_fail(below, "is not a root bus");
}

static struct json_object *device_of(struct json_object *devices, const char *id)
{
    for (size_t i = 0; i < json_object_array_length(devices); i++) {
        struct json_object *dev = json_object_array_get_idx(devices, i);

        if (g_str_equal(qtest_get_str(dev, "qdev_id"), id)) {
            return dev;
        }
    }
    g_error("no device '%s'", id);
}

static int64_t get_int(struct json_object *obj, const char *name)
{
    return json_object_get_int64(qtest_get(obj, name));
}

static void test_query_pci(void)
{
    QTestState *qts =
        start("-device pcie-root-port,id=rp,addr=3 -device edu,id=e,bus=rp");
    g_autofree QPCIBus *bus = qpci_root_bus(qts);
    g_autofree QPCIDevice *port = qpci_device(bus, QPCI_DEVFN(3, 0));
    g_autofree QPCIBus *slot = qpci_bridge_open(port, 7, 9);
    QEdu *edu = qedu_new(slot, 0);
    struct json_object *ret = qtest_qmp_return(qts, "{'execute': 'query-pci'}");
    struct json_object *root, *rp, *bridge, *e, *bar;

    g_assert_cmpuint(json_object_array_length(ret), ==, 1);
    root = json_object_array_get_idx(ret, 0);
    g_assert_cmpint(get_int(root, "bus"), ==, 0);
    rp = device_of(qtest_get(root, "devices"), "rp");
    g_assert_cmpint(get_int(rp, "slot"), ==, 3);
    g_assert_cmpint(get_int(qtest_get(rp, "class_info"), "class"), ==, 0x604);
    bridge = qtest_get(rp, "pci_bridge");
    g_assert_cmpint(get_int(qtest_get(bridge, "bus"), "secondary"), ==, 7);
    g_assert_cmpint(get_int(qtest_get(bridge, "bus"), "subordinate"), ==, 9);
    e = device_of(qtest_get(bridge, "devices"), "e");
    g_assert_cmpint(get_int(e, "bus"), ==, 7);
    g_assert_cmpint(get_int(qtest_get(e, "id"), "vendor"), ==, 0x1234);
    g_assert_cmpint(get_int(e, "irq_pin"), ==, 1);
    bar = json_object_array_get_idx(qtest_get(e, "regions"), 0);
    g_assert_cmpint(get_int(bar, "address"), ==, edu->bar.addr);
    g_assert_cmpint(get_int(bar, "size"), ==, 0x100000);
    g_assert_cmpstr(qtest_get_str(bar, "type"), ==, "memory");
    json_object_put(ret);
    qedu_free(edu);
    qtest_quit(qts);
}

static void test_options(void)
{
    QTestState *qts = start("-device edu,addr=04.0,romfile=,rombar=0 "
                            "-device {\"driver\":\"edu\",\"addr\":\"0x5\"} "
                            "-global edu.dma_mask=0xffff");
    g_autofree QPCIBus *bus = qpci_root_bus(qts);

    expect_id(bus, QPCI_DEVFN(4, 0), EDU_ID_WORDS);
    expect_id(bus, QPCI_DEVFN(5, 0), EDU_ID_WORDS);
    qtest_quit(qts);
}

/* --- q35 only --- */

static void test_message_window(void)
{
    QTestState *qts = start("-device edu,addr=4");
    g_autofree QPCIBus *bus = qpci_root_bus(qts);
    QEdu *edu = qedu_new(bus, QPCI_DEVFN(4, 0));
    struct json_object *ret;

    qtest_irq_intercept_out(qts, "/machine/msi-window");
    qpci_msi_enable(edu->pci, 0xfee01000, 0x41);
    qpci_io_writel(edu->pci, edu->bar, EDU_IRQ_RAISE, 1);
    g_assert_cmpuint(qtest_irq_raised(qts, 0x41), ==, 1);
    ret =
        qtest_qmp_return(qts, "{'execute': 'qom-get', 'arguments': {'path': "
                              "'/machine/msi-window', 'property': 'last-requester'}}");
    g_assert_cmpint(json_object_get_int(ret), ==, QPCI_DEVFN(4, 0));
    json_object_put(ret);
    qedu_free(edu);
    qtest_quit(qts);
}

static void test_pciexbar(void)
{
    QTestState *qts = start("-device edu,addr=4");
    g_autofree QPCIBus *bus = qpci_root_bus(qts);
    g_autofree QPCIDevice *mch = qpci_device(bus, 0);

    g_assert_cmphex(qtest_readl(qts, 0xb0020000), ==, EDU_ID_WORDS);
    qpci_config_writel(mch, 0x60, 0xe0000001); /* elsewhere */
    g_assert_cmphex(qtest_readl(qts, 0xe0020000), ==, EDU_ID_WORDS);
    g_assert_cmphex(qtest_readl(qts, 0xb0020000), !=, EDU_ID_WORDS);
    qpci_config_writel(mch, 0x60, 0xe0000005); /* 64 MiB: buses 0 to 63 */
    g_assert_cmphex(qtest_readl(qts, 0xe0020000), ==, EDU_ID_WORDS);
    g_assert_cmphex(qtest_readl(qts, 0xe4000000), ==, 0);
    qpci_config_writel(mch, 0x60, 0xe0000007); /* reserved length */
    g_assert_cmphex(qtest_readl(qts, 0xe0020000), !=, EDU_ID_WORDS);
    qpci_config_writel(mch, 0x60, 0);
    g_assert_cmphex(qtest_readl(qts, 0xb0020000), !=, EDU_ID_WORDS);
    qtest_quit(qts);
}

static void test_soft_off(void)
{
    QTestState *qts = start("-no-shutdown");
    g_autofree QPCIBus *bus = qpci_root_bus(qts);
    g_autofree QPCIDevice *lpc = qpci_device(bus, QPCI_DEVFN(31, 0));

    qpci_config_writel(lpc, 0x40, 0x601);
    qpci_config_writeb(lpc, 0x44, 0x80);
    qtest_qmp_assert_success(qts, "{'execute': 'system_powerdown'}");
    qtest_qmp_eventwait(qts, "POWERDOWN");
    g_assert_cmphex(qtest_inw(qts, 0x600) & 0x100, ==, 0x100);
    qtest_outw(qts, 0x600, 0x100);
    g_assert_cmphex(qtest_inw(qts, 0x600) & 0x100, ==, 0);
    qtest_outw(qts, 0x604, 0x2000);
    qtest_qmp_eventwait(qts, "SHUTDOWN");
    qtest_quit(qts);
}

static uint64_t fw_cfg_read(QTestState *qts, uint16_t key, unsigned len)
{
    uint64_t val = 0;

    qtest_outw(qts, 0x510, key);
    for (unsigned i = 0; i < len; i++) {
        val |= (uint64_t)qtest_inb(qts, 0x511) << (8 * i);
    }
    return val;
}

/* As firmware and QEMU's own test library read it. */
static void test_fw_cfg(void)
{
    QTestState *qts = start("-uuid 4600cb32-38ec-4b2f-8acb-81c6ea54f2d8");

    g_assert_cmphex(fw_cfg_read(qts, 3, 8), ==, 256 << 20);
    g_assert_cmphex(fw_cfg_read(qts, 2, 8), ==, 0x2f4bec3832cb0046);
    g_assert_cmpuint(fw_cfg_read(qts, 4, 2), ==, 0);
    qtest_quit(qts);
    qts = start("-nographic");
    g_assert_cmphex(fw_cfg_read(qts, 2, 8), ==, 0);
    g_assert_cmpuint(fw_cfg_read(qts, 4, 2), ==, 1);
    qtest_quit(qts);
}

static void test_needs_qtest(void)
{
    qtest_expect_fail("-M q35", "-accel qtest");
}

/* The bus is named after the id, and the port has a property "port". */
static void test_id_like_a_property(void)
{
    QTestState *qts = qtest_initf("-M %s -nodefaults -device pcie-root-port,id=port "
                                  "-device edu,bus=port",
                                  is_pc() ? "q35" : "virt");

    qtest_quit(qts);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("/pci/enumerate", test_enumerate);
    qtest_add_func("/pci/express-path", test_express_path);
    qtest_add_func("/pci/bridges", test_bridges);
    qtest_add_func("/pci/hotplug", test_hotplug);
    qtest_add_func("/pci/refused", test_refused);
    qtest_add_func("/pci/iommu-plug", test_iommu_plug);
    qtest_add_func("/pci/query-pci", test_query_pci);
    qtest_add_func("/pci/options", test_options);
    if (is_pc()) {
        qtest_add_func("/pci/message-window", test_message_window);
        qtest_add_func("/pci/pciexbar", test_pciexbar);
        qtest_add_func("/pci/soft-off", test_soft_off);
        qtest_add_func("/pci/fw-cfg", test_fw_cfg);
        qtest_add_func("/pci/needs-qtest", test_needs_qtest);
    }
    qtest_add_func("/pci/id-like-a-property", test_id_like_a_property);
    return g_test_run();
}
