/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A virtio-rng on each transport, to ask about its access_platform. */
#include "libqos/rng.h"

static const QRngTransport transports[] = {
    { "pci", "virtio-rng-pci", false },
    { "mmio", "virtio-rng-device", true },
};

const char *qrng_machine(void)
{
    return g_str_equal(qtest_get_arch(), "aarch64") ? "virt" : "q35";
}

/* On QEMU both are legacy devices, too, unless they are told. */
const char *qrng_globals(const QRngTransport *t)
{
    if (!qtest_is_qemu()) {
        return "";
    }
    return t->mmio ? " -global virtio-mmio.force-legacy=off"
                   : " -global virtio-rng-pci.disable-legacy=on";
}

QRng qrng_find(const QRngTransport *t, QTestState *qts)
{
    QRng r = { .qts = qts };

    qvirtio_alloc_reset();
    if (t->mmio) {
        r.d = qvirtio_mmio_find(qts, VIRTIO_ID_RNG);
    } else {
        r.bus = qpci_root_bus(qts);
        r.d = qvirtio_pci_find(r.bus, VIRTIO_ID_RNG);
    }
    return r;
}

QRng qrng_start(const QRngTransport *t, const char *machine_opts,
                const char *device_opts)
{
    return qrng_find(t,
                     qtest_initf("-machine %s%s -m 64 -nodefaults%s -device %s,id=r%s",
                                 qrng_machine(), machine_opts, qrng_globals(t),
                                 t->driver, device_opts));
}

void qrng_end(QRng *r)
{
    qvirtio_free(r->d);
    g_free(r->bus);
    qtest_quit(r->qts);
}

bool qrng_get_property(QTestState *qts, const char *name)
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

void qrng_expect_platform(const QRngTransport *t, const char *machine_opts,
                          const char *device_opts, bool on)
{
    QRng r = qrng_start(t, machine_opts, device_opts);

    g_assert_cmpint(!!(qvirtio_offered(r.d) & QVIRTIO_BIT(VIRTIO_F_ACCESS_PLATFORM)),
                    ==, on);
    g_assert_cmpint(qrng_get_property(r.qts, "access_platform"), ==, on);
    g_assert_cmpint(qrng_get_property(r.qts, "iommu_platform"), ==, on);
    qrng_end(&r);
}

void qrng_add(const char *name, void (*fn)(const void *transport))
{
    unsigned n = g_str_equal(qtest_get_arch(), "aarch64") ? 2 : 1;

    for (unsigned i = 0; i < n; i++) {
        g_autofree char *path =
            g_strdup_printf("/access-platform/%s/%s", transports[i].name, name);

        qtest_add_data_func(path, &transports[i], fn);
    }
}
