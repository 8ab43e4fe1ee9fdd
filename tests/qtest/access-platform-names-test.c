/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The property access_platform on both transports: its names, its default, and what
 * a driver must accept. Runs on QEMU with the series, too.
 */
#include "libqos/rng.h"

#define PLATFORM    QVIRTIO_BIT(VIRTIO_F_ACCESS_PLATFORM)
#define VERSION_1   QVIRTIO_BIT(VIRTIO_F_VERSION_1)
#define FEATURES_OK VIRTIO_CONFIG_S_FEATURES_OK

/* S0.2 */
static void test_default_off(const void *t)
{
    qrng_expect_platform(t, "", "", false);
}

/* S1.1 */
static void test_names(const void *t)
{
    qrng_expect_platform(t, "", ",access_platform=on", true);
    qrng_expect_platform(t, "", ",iommu_platform=on", true);
    qrng_expect_platform(t, "", ",iommu_platform=on,access_platform=on", true);
    qrng_expect_platform(t, "", ",access_platform=off,iommu_platform=off", false);
}

/* S1.1: the message names both. */
static void test_names_differ(const void *opaque)
{
    const QRngTransport *t = opaque;
    g_autofree char *args =
        g_strdup_printf("-machine %s -nodefaults -accel qtest -display none "
                        "-device %s,access_platform=on,iommu_platform=off",
                        qrng_machine(), t->driver);

    qtest_expect_fail(args, "'access_platform'");
    qtest_expect_fail(args, "'iommu_platform'");
}

/* S1.1: -global of either name, for the type and for all virtio devices. */
static void test_global(const void *opaque)
{
    const QRngTransport *t = opaque;
    static const char *const names[] = { "access_platform", "iommu_platform" };

    for (unsigned i = 0; i < 2; i++) {
        g_autofree char *own =
            g_strdup_printf(" -global %s.%s=on", t->driver, names[i]);
        g_autofree char *all =
            g_strdup_printf(" -global virtio-device.%s=on", names[i]);

        qrng_expect_platform(t, own, "", true);
        qrng_expect_platform(t, all, "", true);
        qrng_expect_platform(t, all, ",access_platform=off", false);
    }
}

/* S1.1: both names, each with its default. */
static void test_help(const void *opaque)
{
    const QRngTransport *t = opaque;
    g_autofree char *args = g_strdup_printf("-device %s,help", t->driver);
    g_autofree char *text = qtest_run(args);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    unsigned found = 0;

    for (char **line = lines; *line; line++) {
        if (g_str_has_prefix(*line, "  access_platform=<bool>") ||
            g_str_has_prefix(*line, "  iommu_platform=<bool>")) {
            g_assert_nonnull(strstr(*line, "(default: off)"));
            found++;
        }
    }
    g_assert_cmpuint(found, ==, 2);
}

/* S1.1: JSON and device_add, where a bool is a bool. */
static void test_json(const void *opaque)
{
    const QRngTransport *t = opaque;
    QRng r = qrng_find(t, qtest_initf("-machine %s -m 64 -nodefaults%s -device "
                                      "{\"driver\":\"%s\",\"id\":\"r\","
                                      "\"access_platform\":true}",
                                      qrng_machine(), qrng_globals(t), t->driver));

    g_assert_true(qvirtio_offered(r.d) & PLATFORM);
    qrng_end(&r);
}

/* S1.1 */
static void test_listed(const void *opaque)
{
    const QRngTransport *t = opaque;
    QRng r = qrng_start(t, "", "");
    struct json_object *list = qtest_qmp_return(r.qts,
                                                "{'execute': 'device-list-properties', "
                                                "'arguments': {'typename': '%s'}}",
                                                t->driver);
    unsigned found = 0;

    for (size_t i = 0; i < json_object_array_length(list); i++) {
        const char *name = qtest_get_str(json_object_array_get_idx(list, i), "name");

        found +=
            g_str_equal(name, "access_platform") || g_str_equal(name, "iommu_platform");
    }
    g_assert_cmpuint(found, ==, 2);
    json_object_put(list);
    qtest_qmp_assert_error(r.qts, "GenericError", "",
                           "{'execute': 'qom-set', 'arguments': {'path': "
                           "'/machine/peripheral/r', 'property': 'access_platform', "
                           "'value': true}}");
    qrng_end(&r);
}

/* S1.4 */
static void test_must_be_accepted(const void *t)
{
    QRng r = qrng_start(t, "", ",access_platform=on");

    g_assert_false(qvirtio_negotiate(r.d, VERSION_1) & FEATURES_OK);
    g_assert_true(qvirtio_negotiate(r.d, VERSION_1 | PLATFORM) & FEATURES_OK);
    qrng_end(&r);
}

/* S1.1 */
static void test_device_add(void)
{
    QTestState *qts = qtest_initf("-machine %s -m 64 -nodefaults "
                                  "-device pcie-root-port,id=rp,slot=1",
                                  qrng_machine());

    qtest_qmp_device_add(qts, "virtio-rng-pci", "r",
                         ", 'bus': 'rp', 'iommu_platform': true");
    g_assert_true(qrng_get_property(qts, "access_platform"));
    qtest_quit(qts);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qrng_add("default-off", test_default_off);
    qrng_add("names", test_names);
    qrng_add("names-differ", test_names_differ);
    qrng_add("global", test_global);
    qrng_add("help", test_help);
    qrng_add("json", test_json);
    qrng_add("listed", test_listed);
    qrng_add("must-be-accepted", test_must_be_accepted);
    qtest_add_func("/access-platform/device-add", test_device_add);
    return g_test_run();
}
