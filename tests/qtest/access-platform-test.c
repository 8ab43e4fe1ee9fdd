/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The property access_platform on both transports: its names, its default, what a
 * machine may say, and what a driver must accept.
 */
#include "libqos/virtio.h"

#define PLATFORM    QVIRTIO_BIT(VIRTIO_F_ACCESS_PLATFORM)
#define VERSION_1   QVIRTIO_BIT(VIRTIO_F_VERSION_1)
#define FEATURES_OK VIRTIO_CONFIG_S_FEATURES_OK

/* Which transport; every case runs on each one that the machine has. */
typedef struct Transport {
    const char *name;
    const char *driver; /* of a device that needs nothing else */
    bool mmio;
} Transport;

static const Transport pci = { "pci", "virtio-rng-pci", false };
static const Transport mmio = { "mmio", "virtio-rng-device", true };

static const char *machine(void)
{
    return g_str_equal(qtest_get_arch(), "aarch64") ? "virt" : "q35";
}

typedef struct Rng {
    QTestState *qts;
    QPCIBus *bus;
    QVirtio *d;
} Rng;

static Rng rng_find(const Transport *t, QTestState *qts)
{
    Rng r = { .qts = qts };

    qvirtio_alloc_reset();
    if (t->mmio) {
        r.d = qvirtio_mmio_find(qts, VIRTIO_ID_RNG);
    } else {
        r.bus = qpci_root_bus(qts);
        r.d = qvirtio_pci_find(r.bus, VIRTIO_ID_RNG);
    }
    return r;
}

static Rng rng_start(const Transport *t, const char *machine_opts,
                     const char *device_opts)
{
    return rng_find(t, qtest_initf("-machine %s%s -m 64 -nodefaults -device %s,id=r%s",
                                   machine(), machine_opts, t->driver, device_opts));
}

static void rng_end(Rng *r)
{
    qvirtio_free(r->d);
    g_free(r->bus);
    qtest_quit(r->qts);
}

static bool get_property(QTestState *qts, const char *name)
{
    struct json_object *ret =
        qtest_qmp_return(qts,
                         "{'execute': 'qom-get', 'arguments': "
                         "{'path': '/machine/peripheral/r', 'property': '%s'}}",
                         name);
    bool val;

    g_assert_true(json_object_is_type(ret, json_type_boolean));
    val = json_object_get_boolean(ret);
    json_object_put(ret);
    return val;
}

static void expect(const Transport *t, const char *machine_opts,
                   const char *device_opts, bool on)
{
    Rng r = rng_start(t, machine_opts, device_opts);

    g_assert_cmpint(!!(qvirtio_offered(r.d) & PLATFORM), ==, on);
    g_assert_cmpint(get_property(r.qts, "access_platform"), ==, on);
    g_assert_cmpint(get_property(r.qts, "iommu_platform"), ==, on);
    rng_end(&r);
}

/* S0.2 */
static void test_default_off(const void *t)
{
    expect(t, "", "", false);
}

/* S1.1 */
static void test_names(const void *t)
{
    expect(t, "", ",access_platform=on", true);
    expect(t, "", ",iommu_platform=on", true);
    expect(t, "", ",iommu_platform=on,access_platform=on", true);
    expect(t, "", ",access_platform=off,iommu_platform=off", false);
}

/* S1.1: the message names both. */
static void test_names_differ(const void *opaque)
{
    const Transport *t = opaque;
    g_autofree char *args =
        g_strdup_printf("-machine %s -nodefaults -accel qtest -display none "
                        "-device %s,access_platform=on,iommu_platform=off",
                        machine(), t->driver);

    qtest_expect_fail(args, "'access_platform'");
    qtest_expect_fail(args, "'iommu_platform'");
}

/* S1.1: -global of either name, for the type and for all virtio devices. */
static void test_global(const void *opaque)
{
    const Transport *t = opaque;
    static const char *const names[] = { "access_platform", "iommu_platform" };

    for (unsigned i = 0; i < 2; i++) {
        g_autofree char *own =
            g_strdup_printf(" -global %s.%s=on", t->driver, names[i]);
        g_autofree char *all =
            g_strdup_printf(" -global virtio-device.%s=on", names[i]);

        expect(t, own, "", true);
        expect(t, all, "", true);
        expect(t, all, ",access_platform=off", false);
    }
}

/* S1.5 */
static void test_machine_default(const void *t)
{
    expect(t, ",virtio-access-platform=on", "", true);
    expect(t, ",virtio-access-platform=on", ",access_platform=off", false);
    expect(t, ",virtio-access-platform=off", "", false);
}

/* S4.3: the platform's path without the bit; here that is the same memory. */
static void test_forced_path(const void *t)
{
    Rng r = rng_start(t, " -global virtio-device.x-platform-dma=on", "");
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
    rng_end(&r);
}

/* S1.1: JSON and device_add, where a bool is a bool. */
static void test_json(const void *opaque)
{
    const Transport *t = opaque;
    Rng r = rng_find(t, qtest_initf("-machine %s -m 64 -nodefaults -device "
                                    "{\"driver\":\"%s\",\"id\":\"r\","
                                    "\"access_platform\":true}",
                                    machine(), t->driver));

    g_assert_true(qvirtio_offered(r.d) & PLATFORM);
    rng_end(&r);
}

/* S1.1 */
static void test_listed(const void *opaque)
{
    const Transport *t = opaque;
    Rng r = rng_start(t, "", "");
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
    rng_end(&r);
}

/* S1.4 */
static void test_must_be_accepted(const void *t)
{
    Rng r = rng_start(t, "", ",access_platform=on");

    g_assert_false(qvirtio_negotiate(r.d, VERSION_1) & FEATURES_OK);
    g_assert_true(qvirtio_negotiate(r.d, VERSION_1 | PLATFORM) & FEATURES_OK);
    rng_end(&r);
}

/* A driver that takes what it was not offered. */
static void test_must_be_offered(const void *t)
{
    Rng r = rng_start(t, "", "");

    g_assert_false(qvirtio_negotiate(r.d, VERSION_1 | PLATFORM) & FEATURES_OK);
    g_assert_true(qvirtio_negotiate(r.d, VERSION_1) & FEATURES_OK);
    rng_end(&r);
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
                            machine(), cases[i][0]);

        qtest_expect_fail(args, cases[i][1]);
    }
}

/* S1.1 */
static void test_device_add(void)
{
    QTestState *qts = qtest_initf("-machine %s -m 64 -nodefaults "
                                  "-device pcie-root-port,id=rp,slot=1",
                                  machine());

    qtest_qmp_device_add(qts, "virtio-rng-pci", "r",
                         ", 'bus': 'rp', 'iommu_platform': true");
    g_assert_true(get_property(qts, "access_platform"));
    qtest_quit(qts);
}

static void add(const char *name, const Transport *t, void (*fn)(const void *))
{
    g_autofree char *path = g_strdup_printf("/access-platform/%s/%s", t->name, name);

    qtest_add_data_func(path, t, fn);
}

static void add_all(const Transport *t)
{
    add("default-off", t, test_default_off);
    add("names", t, test_names);
    add("names-differ", t, test_names_differ);
    add("global", t, test_global);
    add("machine-default", t, test_machine_default);
    add("forced-path", t, test_forced_path);
    add("json", t, test_json);
    add("listed", t, test_listed);
    add("must-be-accepted", t, test_must_be_accepted);
    add("must-be-offered", t, test_must_be_offered);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_all(&pci);
    if (g_str_equal(qtest_get_arch(), "aarch64")) {
        add_all(&mmio);
    }
    qtest_add_func("/access-platform/legacy", test_legacy);
    qtest_add_func("/access-platform/device-add", test_device_add);
    return g_test_run();
}
