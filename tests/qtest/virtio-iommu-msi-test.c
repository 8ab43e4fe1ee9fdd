/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Message-signalled interrupts of a device behind the IOMMU: they arrive where the
 * interrupt controller is, by the way that the model of the doorbell says.
 */
#include "qemu/osdep.h"
#include "libqos/virtio-iommu.h"

#define OK   VIRTIO_IOMMU_S_OK
#define P    QIOMMU_PAGE
#define IOVA 0x70000000u

/* virt: an interrupt that the GICv2m frame raises, as an edge, and where it pends. */
#define GICD  0x08000000u
#define SPI   83
#define ICFGR (GICD + 0xc00 + SPI / 16 * 4)
#define PENDS (GICD + 0x200 + SPI / 32 * 4)
#define CLEAR (GICD + 0x280 + SPI / 32 * 4)

static bool q35(void)
{
    return g_str_equal(qtest_get_arch(), "x86_64");
}

/* Where a message has to be written, and what, to be an interrupt. */
static uint64_t doorbell(void)
{
    return q35() ? 0xfee00000 : 0x08020000;
}

static QIommuWorld *world(const char *transport, const char *options)
{
    QIommuWorld *w = qiommu_world(transport, options, "");

    qiommu_add_event_buffers(w->iommu, 4, 24);
    if (!q35()) {
        qtest_writel(w->qts, ICFGR, UINT32_MAX);
    }
    return w;
}

static bool arrived_at_gic(QTestState *qts)
{
    bool pending = qtest_readl(qts, PENDS) >> SPI % 32 & 1;

    qtest_writel(qts, CLEAR, 1u << SPI % 32);
    return pending;
}

static int64_t window(QTestState *qts, const char *property)
{
    struct json_object *ret =
        qtest_qmp_return(qts,
                         "{'execute': 'qom-get', 'arguments': {'path': "
                         "'/machine/msi-window', 'property': '%s'}}",
                         property);
    int64_t value = json_object_get_int64(ret);

    json_object_put(ret);
    return value;
}

/* edu has its message sent to @addr: is there an interrupt? */
static bool message_arrives(QIommuWorld *w, uint64_t addr)
{
    int64_t before = q35() ? window(w->qts, "messages") : 0;

    qpci_msi_enable(w->edu->pci, addr + (q35() ? 0x1000 : 0x40), q35() ? 0x41 : SPI);
    qpci_io_writel(w->edu->pci, w->edu->bar, EDU_IRQ_RAISE, 1);
    qpci_io_writel(w->edu->pci, w->edu->bar, EDU_IRQ_ACK, 1);
    if (!q35()) {
        return arrived_at_gic(w->qts);
    }
    return window(w->qts, "messages") == before + 1 &&
           window(w->qts, "last-address") == doorbell() + 0x1000 &&
           window(w->qts, "last-data") == 0x41;
}

/* S3.1: in hardware the doorbell is no memory; nothing is mapped, and it passes. */
static void test_hardware(const char *transport)
{
    QIommuWorld *w = world(transport, ",boot-bypass=off,msi-doorbell=hardware");

    g_assert_true(message_arrives(w, doorbell()));
    g_assert_cmpint(qiommu_attach(w->iommu, 1, QIOMMU_EDU, 0), ==, OK);
    g_assert_true(message_arrives(w, doorbell()));
    qiommu_expect_no_fault(w->iommu);
    qiommu_expect(w, "mappings", 0);
    g_assert_false(message_arrives(w, IOVA));
    qiommu_world_free(w);
}

static void expect_stopped(QIommuWorld *w, uint8_t reason, uint64_t addr)
{
    g_assert_false(message_arrives(w, addr));
    qiommu_expect_fault(w->iommu, reason, VIRTIO_IOMMU_FAULT_F_WRITE, QIOMMU_EDU,
                        addr + (q35() ? 0x1000 : 0x40));
}

/* S3.2: in software it is an address like any other: by the guest's mapping alone. */
static void test_software(const char *transport)
{
    QIommuWorld *w = world(transport, ",boot-bypass=off,msi-doorbell=software");

    expect_stopped(w, VIRTIO_IOMMU_FAULT_R_DOMAIN, doorbell());
    g_assert_cmpint(qiommu_attach(w->iommu, 1, QIOMMU_EDU, 0), ==, OK);
    expect_stopped(w, VIRTIO_IOMMU_FAULT_R_MAPPING, doorbell());
    expect_stopped(w, VIRTIO_IOMMU_FAULT_R_MAPPING, IOVA);
    g_assert_cmpint(qiommu_map(w->iommu, 1, IOVA, IOVA + 2 * P - 1, doorbell(),
                               VIRTIO_IOMMU_MAP_F_WRITE | VIRTIO_IOMMU_MAP_F_MMIO),
                    ==, OK);
    g_assert_true(message_arrives(w, IOVA));
    qiommu_expect_no_fault(w->iommu);
    g_assert_cmpint(qiommu_unmap(w->iommu, 1, IOVA, IOVA + 2 * P - 1), ==, OK);
    expect_stopped(w, VIRTIO_IOMMU_FAULT_R_MAPPING, IOVA);
    qiommu_world_free(w);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    /* QEMU's q35 has nothing that shows where a message went. */
    if (!q35() || !qtest_is_qemu()) {
        qiommu_add("/virtio-iommu-msi/S3.1-hardware", test_hardware);
        qiommu_add("/virtio-iommu-msi/S3.2-software", test_software);
    }
    return g_test_run();
}
