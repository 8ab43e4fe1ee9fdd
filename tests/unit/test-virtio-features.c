/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Feature negotiation and the status byte (VIRTIO 1.2, 2.1, 2.2, 3.1.1, 6). */
#include "qemu/osdep.h"
#include "virtio-fixture.h"

#define ACK       VIRTIO_CONFIG_S_ACKNOWLEDGE
#define DRIVER    VIRTIO_CONFIG_S_DRIVER
#define FEAT_OK   VIRTIO_CONFIG_S_FEATURES_OK
#define DRIVER_OK VIRTIO_CONFIG_S_DRIVER_OK
#define PLATFORM  T_BIT(VIRTIO_F_ACCESS_PLATFORM)

static const char *const platform_on[] = { "access_platform", "on", NULL };

static void expect(const char *const *props, uint64_t features, bool accepted)
{
    VirtioTest *t = virtio_test_new(props, &error_abort);
    uint8_t status = virtio_test_negotiate(t, features);

    g_assert_cmphex(status, ==, ACK | DRIVER | (accepted ? FEAT_OK : 0));
    virtio_test_free(t);
}

static void test_subsets(void)
{
    expect(NULL, T_VERSION_1, true);
    expect(NULL, T_VERSION_1 | T_INDIRECT | T_EVENT_IDX | 1, true);
    expect(NULL, 0, false); /* no legacy driver */
    expect(NULL, T_INDIRECT, false);
}

static void test_not_offered(void)
{
    expect(NULL, T_VERSION_1 | T_PACKED, false);
    expect(NULL, T_VERSION_1 | PLATFORM, false);
    expect(NULL, T_VERSION_1 | T_BIT(5), false);
    expect(NULL, T_VERSION_1 | T_BIT(63), false);
}

static void test_high_word(void)
{
    VirtioTest *t = virtio_test_new(NULL, &error_abort);
    uint64_t features[VIRTIO_FEATURES_NU64S] = { T_VERSION_1, 1 };

    g_assert_cmpint(virtio_set_features_ex(t->vdev, features), <, 0);
    g_assert_cmpint(virtio_set_status(t->vdev, FEAT_OK), <, 0);
    features[1] = 0;
    g_assert_cmpint(virtio_set_features_ex(t->vdev, features), ==, 0);
    g_assert_cmpint(virtio_set_status(t->vdev, FEAT_OK), ==, 0);
    virtio_test_free(t);
}

/* S1.4: PCI and MMIO insist on ACCESS_PLATFORM, ccw does not. */
static void test_access_platform_refused(void)
{
    expect(platform_on, T_VERSION_1, false);
    expect(platform_on, T_VERSION_1 | PLATFORM, true);
    virtio_test_platform_optional = true;
    expect(platform_on, T_VERSION_1, true);
    virtio_test_platform_optional = false;
}

static void test_fixed_after_features_ok(void)
{
    VirtioTest *t = virtio_test_new(NULL, &error_abort);

    virtio_test_negotiate(t, T_VERSION_1 | T_INDIRECT);
    g_assert_cmpint(virtio_set_features(t->vdev, T_VERSION_1), <, 0);
    g_assert_true(virtio_vdev_has_feature(t->vdev, VIRTIO_RING_F_INDIRECT_DESC));
    virtio_reset(t->vdev);
    g_assert_cmphex(t->vdev->guest_features, ==, 0);
    g_assert_cmphex(t->vdev->status, ==, 0);
    g_assert_cmpint(virtio_set_features(t->vdev, T_VERSION_1), ==, 0);
    virtio_test_free(t);
}

/* A driver that goes on although FEATURES_OK did not stay. */
static void test_driver_ok_needs_features_ok(void)
{
    VirtioTest *t = virtio_test_new(platform_on, &error_abort);

    virtio_test_negotiate(t, T_VERSION_1);
    virtio_set_status(t->vdev, ACK | DRIVER | FEAT_OK | DRIVER_OK);
    g_assert_cmphex(t->vdev->status, ==, ACK | DRIVER);
    virtio_queue_set_rings(t->vdev, 0, T_DESC, T_DRIVER, T_DEVICE);
    virtio_queue_notify(t->vdev, 0);
    g_assert_cmpuint(t->handled, ==, 0);
    virtio_test_free(t);
}

static void test_config_bounds(void)
{
    VirtioTest *t = virtio_test_new(NULL, &error_abort);

    t->vdev->config_len = 6;
    t->vdev->config = g_malloc0(6);
    virtio_config_modern_writel(t->vdev, 1, 0x04030201);
    g_assert_cmphex(virtio_config_modern_readl(t->vdev, 1), ==, 0x04030201);
    g_assert_cmphex(virtio_config_modern_readw(t->vdev, 4), ==, 0x0004);
    g_assert_cmphex(virtio_config_modern_readb(t->vdev, 5), ==, 0);
    g_assert_cmphex(virtio_config_modern_readb(t->vdev, 6), ==, 0xff);
    g_assert_cmphex(virtio_config_modern_readw(t->vdev, 5), ==, 0xffff);
    g_assert_cmphex(virtio_config_modern_readl(t->vdev, 3), ==, 0xffffffff);
    g_assert_cmphex(virtio_config_modern_readl(t->vdev, UINT32_MAX), ==, 0xffffffff);
    g_assert_cmphex(virtio_config_modern_readl(t->vdev, UINT32_MAX - 2), ==,
                    0xffffffff);
    virtio_config_modern_writel(t->vdev, 3, UINT32_MAX);
    virtio_config_modern_writeb(t->vdev, 6, UINT8_MAX);
    virtio_config_modern_writew(t->vdev, UINT32_MAX, UINT16_MAX);
    g_assert_cmphex(virtio_config_modern_readb(t->vdev, 5), ==, 0);
    virtio_test_free(t);
}

static void test_queue_bounds(void)
{
    VirtioTest *t = virtio_test_new(NULL, &error_abort);
    static const int bad[] = { 1, 1023, 1024, 65535, -1, INT_MAX, INT_MIN };

    for (unsigned i = 0; i < G_N_ELEMENTS(bad); i++) {
        virtio_queue_set_num(t->vdev, bad[i], 8);
        virtio_queue_set_rings(t->vdev, bad[i], 0, 0, 0);
        virtio_queue_set_vector(t->vdev, bad[i], 1);
        virtio_queue_reset(t->vdev, bad[i]);
        g_assert_cmpint(virtio_queue_get_num(t->vdev, bad[i]), ==, 0);
        g_assert_cmpint(virtio_queue_get_max_num(t->vdev, bad[i]), ==, 0);
        g_assert_false(virtio_queue_enabled(t->vdev, bad[i]));
    }
    g_assert_cmpint(virtio_queue_get_max_num(t->vdev, 0), ==, T_QUEUE_SIZE);
    /* sizes that no split ring has */
    virtio_queue_set_num(t->vdev, 0, 0);
    virtio_queue_set_num(t->vdev, 0, 12);
    virtio_queue_set_num(t->vdev, 0, 32);
    virtio_queue_set_num(t->vdev, 0, -8);
    g_assert_cmpint(virtio_queue_get_num(t->vdev, 0), ==, T_QUEUE_SIZE);
    virtio_queue_set_num(t->vdev, 0, 8);
    g_assert_cmpint(virtio_queue_get_num(t->vdev, 0), ==, 8);
    virtio_test_free(t);
}

int main(int argc, char **argv)
{
    virtio_test_init(&argc, &argv);
#define CASE(name, fn) g_test_add_func("/virtio-features/" name, fn)
    CASE("subsets", test_subsets);
    CASE("not-offered", test_not_offered);
    CASE("high-word", test_high_word);
    CASE("access-platform-refused", test_access_platform_refused);
    CASE("fixed-after-features-ok", test_fixed_after_features_ok);
    CASE("driver-ok-needs-features-ok", test_driver_ok_needs_features_ok);
    CASE("config-bounds", test_config_bounds);
    CASE("queue-bounds", test_queue_bounds);
    return g_test_run();
}
