/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The property access_platform beyond its names: what a machine may say, the forced
 * path, and the legacy switches, all of which are this program's own.
 */
#include "libqos/rng.h"

#define PLATFORM    QVIRTIO_BIT(VIRTIO_F_ACCESS_PLATFORM)
#define ORDER       QVIRTIO_BIT(VIRTIO_F_ORDER_PLATFORM)
#define VERSION_1   QVIRTIO_BIT(VIRTIO_F_VERSION_1)
#define FEATURES_OK VIRTIO_CONFIG_S_FEATURES_OK

/* S1.5 */
static void test_machine_default(const void *t)
{
    qrng_expect_platform(t, ",virtio-access-platform=on", "", true);
    qrng_expect_platform(t, ",virtio-access-platform=on", ",access_platform=off",
                         false);
    qrng_expect_platform(t, ",virtio-access-platform=off", "", false);
}

/* S4.3: the platform's path without the bit; here that is the same memory. */
static void test_forced_path(const void *t)
{
    QRng r = qrng_start(t, " -global virtio-device.x-platform-dma=on", "");
    QVirtqueue *vq;
    uint64_t data;
    QVirtioBuf buf;

    g_assert_false(qvirtio_offered(r.d) & PLATFORM);
    qvirtio_start(r.d, 0);
    vq = qvirtqueue_new(r.d, 0, 0);
    qvirtio_driver_ok(r.d);
    data = qvirtio_alloc(r.qts, 64, 64);
    buf = (QVirtioBuf){ data, 64, true };
    g_assert_cmpuint(qvirtqueue_run(vq, &buf, 1, false), >, 0);
    qvirtqueue_free(vq);
    qrng_end(&r);
}

/* A driver that takes what it was not offered. */
static void test_must_be_offered(const void *t)
{
    QRng r = qrng_start(t, "", "");

    g_assert_false(qvirtio_negotiate(r.d, VERSION_1 | PLATFORM) & FEATURES_OK);
    /* An emulated device needs no other barriers than memory does. */
    g_assert_false(qvirtio_offered(r.d) & ORDER);
    g_assert_false(qvirtio_negotiate(r.d, VERSION_1 | ORDER) & FEATURES_OK);
    g_assert_true(qvirtio_negotiate(r.d, VERSION_1) & FEATURES_OK);
    qrng_end(&r);
}

/* S4.5 */
static void test_legacy(void)
{
    static const char *const cases[][2] = {
        { "disable-modern=on,access_platform=on", "supported by neither legacy" },
        { "disable-legacy=off,iommu_platform=on", "supported by neither legacy" },
        { "disable-modern=on", "legacy virtio interface is not available" },
        { "disable-legacy=off", "legacy virtio interface is not available" },
        { "disable-legacy=on,disable-modern=on", "neither modern nor legacy" },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *args =
            g_strdup_printf("-machine %s -nodefaults -accel qtest -display none "
                            "-device virtio-rng-pci,%s",
                            qrng_machine(), cases[i][0]);

        qtest_expect_fail(args, cases[i][1]);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qrng_add("machine-default", test_machine_default);
    qrng_add("forced-path", test_forced_path);
    qrng_add("must-be-offered", test_must_be_offered);
    qtest_add_func("/access-platform/legacy", test_legacy);
    return g_test_run();
}
