/* SPDX-License-Identifier: GPL-2.0-or-later */
/* virtio-iommu: identity, features, configuration space, properties. */
#include "qemu/osdep.h"
#include "libqos/virtio-iommu.h"
#include "standard-headers/linux/pci_regs.h"

/* 2.2: the bits that mean something else for each type of device. */
#define DEVICE_TYPE_FEATURES                                                           \
    (0xffffff | QVIRTIO_BIT(41) | QVIRTIO_BIT(42) | ~(QVIRTIO_BIT(50) - 1))
#define OFF(field) offsetof(struct virtio_iommu_config, field)

static uint64_t config64(QVirtio *vio, unsigned off)
{
    return vio->ops->config_read(vio, off, 4) |
           (uint64_t)vio->ops->config_read(vio, off + 4, 4) << 32;
}

static void test_id(const char *transport)
{
    QIommuWorld *w = qiommu_world_idle(transport, "", "");
    QVirtio *vio = qiommu_world_find(w);

    g_assert_cmpuint(vio->ops->device_id(vio), ==, VIRTIO_ID_IOMMU);
    if (!w->mmio) {
        QPCIDevice *pci = qvirtio_pci_function(vio);

        g_assert_cmphex(qpci_config_readw(pci, 0), ==, 0x1af4);
        g_assert_cmphex(qpci_config_readw(pci, 2), ==, 0x1057);
    }
    qvirtio_free(vio);
    qiommu_world_free(w);
}

/* Modern, and where there is a legacy mode not even on request; two queues. */
static void test_id_queues(const char *transport)
{
    bool pci = g_str_equal(transport, "pci");
    QIommuWorld *w = qiommu_world_idle(
        transport, pci && qtest_is_qemu() ? ",disable-legacy=off" : "", "");
    struct virtio_iommu_fault fault;
    QVirtio *vio;

    qiommu_world_start(w, QIOMMU_FEATURES & ~QVIRTIO_BIT(VIRTIO_IOMMU_F_BYPASS_CONFIG));
    vio = w->iommu->vio;
    if (pci) {
        QPCIDevice *function = qvirtio_pci_function(vio);

        g_assert_cmphex(qpci_config_readw(function, PCI_DEVICE_ID), ==, 0x1057);
        g_assert_cmpuint(qpci_config_readb(function, PCI_REVISION_ID), >=, 1);
    }
    g_assert_cmpuint(vio->ops->queue_max(vio, 0), >, 0);
    g_assert_cmpuint(vio->ops->queue_max(vio, 1), >, 0);
    g_assert_cmpuint(vio->ops->queue_max(vio, 2), ==, 0);
    /* The first is for requests. What comes by the second is room for a report. */
    g_assert_cmpint(qiommu_attach(w->iommu, 1, QIOMMU_EDU, 0), ==, VIRTIO_IOMMU_S_OK);
    qiommu_add_event_buffers(w->iommu, 1, 24);
    qiommu_expect_no_fault(w->iommu);
    qedu_dma_to_ram(w->edu, 0x70000000, 0, 1);
    g_assert_cmpuint(qiommu_next_fault(w->iommu, &fault), ==, sizeof(fault));
    qiommu_world_free(w);
}

static void expect_class(const char *options, uint16_t class)
{
    QIommuWorld *w = qiommu_world_idle("pci", options, "");
    QVirtio *vio = qiommu_world_find(w);

    g_assert_cmphex(qpci_config_readw(qvirtio_pci_function(vio), 0xa), ==, class);
    qvirtio_free(vio);
    qiommu_world_free(w);
}

/* No class of PCI is for it; who knows better may say so. */
static void test_class(void)
{
    expect_class("", 0x00ff);
    expect_class(",class=0x0806", 0x0806);
}

/* F1, F2, F3, and S2.5: its own queues are not translated, whatever it is told. */
static void check_features(const char *transport, const char *options)
{
    QIommuWorld *w = qiommu_world_idle(transport, options, "");
    QVirtio *vio = qiommu_world_find(w);
    uint64_t offered = qvirtio_offered(vio);

    /* 0 INPUT_RANGE, 1 DOMAIN_RANGE, 2 MAP_UNMAP, 4 PROBE, 5 MMIO, 6 BYPASS_CONFIG */
    g_assert_cmphex(QIOMMU_FEATURES, ==, 0x77);
    g_assert_cmphex(offered & DEVICE_TYPE_FEATURES, ==, 0x77);
    g_assert_cmphex(offered & QVIRTIO_BIT(VIRTIO_F_IOMMU_PLATFORM), ==, 0);
    g_assert_cmphex(offered & QVIRTIO_BIT(VIRTIO_F_VERSION_1), !=, 0);
    qvirtio_free(vio);
    qiommu_world_free(w);
}

static void test_features(const char *transport)
{
    check_features(transport, "");
    check_features(transport, ",access_platform=on");
}

/* C6: all of it can be read before FEATURES_OK, and behind its 40 bytes is nothing. */
static void test_layout(const char *transport)
{
    bool q35 = g_str_equal(qtest_get_arch(), "x86_64");
    QIommuWorld *w = qiommu_world_idle(transport, q35 ? "" : ",aw-bits=48", "");
    QVirtio *vio = qiommu_world_find(w);

    g_assert_cmphex(config64(vio, OFF(page_size_mask)), ==, 0x40201000);
    g_assert_cmphex(config64(vio, OFF(input_range.start)), ==, 0);
    g_assert_cmphex(config64(vio, OFF(input_range.end)), ==,
                    (UINT64_C(1) << (q35 ? 39 : 48)) - 1);
    g_assert_cmphex(vio->ops->config_read(vio, OFF(domain_range.start), 4), ==, 0);
    g_assert_cmphex(vio->ops->config_read(vio, OFF(domain_range.end), 4), ==,
                    UINT32_MAX);
    g_assert_cmpuint(vio->ops->config_read(vio, OFF(probe_size), 4), ==, 512);
    g_assert_cmpuint(vio->ops->config_read(vio, OFF(bypass), 1), ==, 1);
    for (unsigned i = 0; i < 3; i++) {
        g_assert_cmpuint(vio->ops->config_read(vio, OFF(reserved) + i, 1), ==, 0);
    }
    g_assert_cmphex(vio->ops->config_read(vio, 40, 4), ==, 0xffffffff);
    qvirtio_free(vio);
    qiommu_world_free(w);
}

/* The lowest bit is what MAP goes by; the others say what is done as well. */
static void test_granule(const char *transport)
{
    static const struct {
        const char *options;
        uint64_t mask;
    } cases[] = {
        { ",granule=4k", 0x40201000 },
        { ",granule=8k", 0x40202000 },
        { ",granule=16k", 0x40204000 },
        { ",granule=64k", 0x40210000 },
    };
    uint32_t rw = VIRTIO_IOMMU_MAP_F_READ | VIRTIO_IOMMU_MAP_F_WRITE;

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        QIommuWorld *w = qiommu_world(transport, cases[i].options, "");
        uint64_t granule = cases[i].mask & -cases[i].mask;

        g_assert_cmphex(config64(w->iommu->vio, OFF(page_size_mask)), ==,
                        cases[i].mask);
        g_assert_cmpint(qiommu_attach(w->iommu, 1, QIOMMU_EDU, 0), ==,
                        VIRTIO_IOMMU_S_OK);
        g_assert_cmpint(qiommu_map(w->iommu, 1, 0, granule / 2 - 1, 0, rw), ==,
                        VIRTIO_IOMMU_S_RANGE);
        g_assert_cmpint(qiommu_map(w->iommu, 1, granule, 2 * granule - 1, 0, rw), ==,
                        VIRTIO_IOMMU_S_OK);
        qiommu_world_free(w);
    }
}

static void test_boot_bypass(const char *transport)
{
    static const char *const options[] = { ",boot-bypass=off", ",boot-bypass=on", "" };

    for (unsigned i = 0; i < G_N_ELEMENTS(options); i++) {
        QIommuWorld *w = qiommu_world_idle(transport, options[i], "");
        QVirtio *vio = qiommu_world_find(w);

        g_assert_cmpuint(vio->ops->config_read(vio, OFF(bypass), 1), ==, i > 0);
        qvirtio_free(vio);
        qiommu_world_free(w);
    }
}

static uint8_t bypass_after_write(QVirtio *vio, uint8_t value)
{
    vio->ops->config_write(vio, OFF(bypass), value, 1);
    return vio->ops->config_read(vio, OFF(bypass), 1);
}

/* C4, C5 */
static void test_bypass_is_0_or_1(const char *transport)
{
    QIommuWorld *w = qiommu_world(transport, "", "");
    QVirtio *vio = w->iommu->vio;

    g_assert_cmpuint(bypass_after_write(vio, 0), ==, 0);
    g_assert_cmpuint(bypass_after_write(vio, 5), ==, 0);
    g_assert_cmpuint(bypass_after_write(vio, 1), ==, 1);
    g_assert_cmpuint(bypass_after_write(vio, 0xfe), ==, 1);
    g_assert_false(qvirtio_needs_reset(vio));
    g_assert_cmpint(qiommu_attach(w->iommu, 1, QIOMMU_EDU, 0), ==, VIRTIO_IOMMU_S_OK);
    qiommu_world_free(w);
}

static void test_bypass_needs_its_feature(const char *transport)
{
    QIommuWorld *w = qiommu_world_idle(transport, "", "");

    qiommu_world_start(w, QIOMMU_FEATURES & ~QVIRTIO_BIT(VIRTIO_IOMMU_F_BYPASS_CONFIG));
    g_assert_cmpuint(bypass_after_write(w->iommu->vio, 0), ==, 1);
    qiommu_world_free(w);
}

/* C5: the other fields stay what they are, and the device stays alive. */
static void test_other_fields_are_read_only(const char *transport)
{
    QIommuWorld *w = qiommu_world(transport, "", "");
    QVirtio *vio = w->iommu->vio;

    for (unsigned off = 0; off < sizeof(struct virtio_iommu_config); off += 4) {
        uint32_t was = vio->ops->config_read(vio, off, 4);

        if (off != OFF(bypass)) {
            vio->ops->config_write(vio, off, ~was, 4);
            g_assert_cmphex(vio->ops->config_read(vio, off, 4), ==, was);
        }
    }
    g_assert_false(qvirtio_needs_reset(vio));
    g_assert_cmpint(qiommu_attach(w->iommu, 1, QIOMMU_EDU, 0), ==, VIRTIO_IOMMU_S_OK);
    qiommu_world_free(w);
}

/* ---- the command line ---- */

static void expect_refused(const char *options, const char *why)
{
    bool q35 = g_str_equal(qtest_get_arch(), "x86_64");
    g_autofree char *args =
        g_strdup_printf("-M %s -accel qtest -nodefaults -device virtio-iommu-pci%s",
                        q35 ? "q35" : "virt", options);

    qtest_expect_fail(args, why);
}

static void test_bad_options(void)
{
    expect_refused(",aw-bits=31", "aw-bits must be within [32,64], it is 31");
    expect_refused(",aw-bits=65", "aw-bits must be within [32,64], it is 65");
    expect_refused(",max-domains=0", "max-domains must be at least 1");
    expect_refused(",max-mappings=0", "max-mappings must be at least 1");
    expect_refused(",granule=5k", "granule");
    expect_refused(",msi-doorbell=maybe",
                   "msi-doorbell must be auto, hardware or software, it is 'maybe'");
    expect_refused(",no-such=1", "no-such");
    expect_refused(" -device virtio-iommu-pci", "virtio-iommu-pci");
    expect_refused(
        ",addr=1 -device pcie-root-port,id=rp -device virtio-iommu-pci,bus=rp",
        "virtio-iommu");
}

/* ID: there is no legacy device, and no transitional one. */
static void test_no_legacy(void)
{
    expect_refused("-transitional", "is not a valid device model name");
    expect_refused(",disable-legacy=off", "legacy virtio interface is not available");
    expect_refused(",disable-modern=on", "legacy virtio interface is not available");
    if (g_str_equal(qtest_get_arch(), "aarch64")) {
        qtest_expect_fail(
            "-M virt -accel qtest -nodefaults -device virtio-iommu-device "
            "-global virtio-mmio.force-legacy=on",
            "legacy virtio-mmio interface is not available");
    }
}

static void test_bad_region(void)
{
    expect_refused(",reserved-regions.0=0x1000:0x1fff:3", "3 is not a type");
}

/* R3: the user's and the machine's may not overlap, and both hold. */
static void test_overlapping_regions(void)
{
    if (g_str_equal(qtest_get_arch(), "x86_64")) {
        expect_refused(",reserved-regions.0=0xfee01000:0xfee01fff:0",
                       "reserved-regions");
    }
    expect_refused(
        ",reserved-regions.0=0x1000:0x2fff:0,reserved-regions.1=0x2000:0x3fff:0",
        "reserved-regions");
}

/*
 * S2.7: not by the bus, which takes other devices, but because of what it is; nor does
 * one that is there go away.
 */
static void test_no_hotplug(void)
{
    bool q35 = g_str_equal(qtest_get_arch(), "x86_64");
    QTestState *qts = qtest_initf("-M %s -nodefaults -device virtio-iommu-pci,id=first "
                                  "-device pcie-root-port,id=rp,chassis=1",
                                  q35 ? "q35" : "virt");

    qtest_qmp_assert_error(qts, "GenericError",
                           "Device 'virtio-iommu-pci' does not support hotplugging",
                           "{'execute': 'device_add', 'arguments': "
                           "{'driver': 'virtio-iommu-pci', 'id': 'i', 'bus': 'rp'}}");
    qtest_qmp_assert_error(qts, "GenericError", "does not support hotplugging",
                           "{'execute': 'device_del', 'arguments': {'id': 'first'}}");
    qtest_quit(qts);
}

/* S2.7 for the device on virtio-mmio. */
static void test_no_hotplug_mmio(void)
{
    QTestState *qts =
        qtest_initf("-M virt -nodefaults -device virtio-iommu-device,id=first");

    qtest_qmp_assert_error(qts, "GenericError",
                           "Device 'virtio-iommu-device' does not support hotplugging",
                           "{'execute': 'device_add', 'arguments': "
                           "{'driver': 'virtio-iommu-device', 'id': 'i'}}");
    qtest_qmp_assert_error(qts, "GenericError", "does not support hotplugging",
                           "{'execute': 'device_del', 'arguments': {'id': 'first'}}");
    qtest_quit(qts);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qiommu_add("/virtio-iommu-config/ID", test_id);
    qiommu_add("/virtio-iommu-config/ID-modern-two-queues", test_id_queues);
    qiommu_add("/virtio-iommu-config/F1-F2-F3-S2.5-features", test_features);
    qiommu_add("/virtio-iommu-config/C6-layout", test_layout);
    qiommu_add("/virtio-iommu-config/C1-granule", test_granule);
    qiommu_add("/virtio-iommu-config/C2-boot-bypass", test_boot_bypass);
    qiommu_add("/virtio-iommu-config/C4-bypass-is-0-or-1", test_bypass_is_0_or_1);
    qiommu_add("/virtio-iommu-config/C5-bypass-needs-its-feature",
               test_bypass_needs_its_feature);
    qiommu_add("/virtio-iommu-config/C5-other-fields-are-read-only",
               test_other_fields_are_read_only);
    qtest_add_func("/virtio-iommu-config/class", test_class);
    qtest_add_func("/virtio-iommu-config/bad-options", test_bad_options);
    if (!qtest_is_qemu()) { /* which has legacy modes, and takes arrays as JSON alone */
        qtest_add_func("/virtio-iommu-config/ID-no-legacy", test_no_legacy);
        qtest_add_func("/virtio-iommu-config/bad-region", test_bad_region);
        qtest_add_func("/virtio-iommu-config/R3-overlapping-regions",
                       test_overlapping_regions);
    }
    qtest_add_func("/virtio-iommu-config/S2.7-no-hotplug", test_no_hotplug);
    if (!qtest_is_qemu() && g_str_equal(qtest_get_arch(), "aarch64")) {
        qtest_add_func("/virtio-iommu-config/S2.7-no-hotplug-mmio",
                       test_no_hotplug_mmio);
    }
    return g_test_run();
}
