/* SPDX-License-Identifier: GPL-2.0-or-later */
/* virtio-rng on PCI and MMIO: bytes come, at most as many as the quota allows. */
#include <string.h>
#include "libqos/virtio.h"

typedef struct Rng {
    QTestState *qts;
    QPCIBus *bus;
    QVirtio *d;
    QVirtqueue *vq;
} Rng;

static Rng rng_start(bool mmio, const char *opts)
{
    bool arm = g_str_equal(qtest_get_arch(), "aarch64");
    Rng r = { 0 };

    qvirtio_alloc_reset();
    r.qts = qtest_initf("-machine %s -m 64 -nodefaults -device virtio-rng-%s%s",
                        arm ? "virt" : "q35", mmio ? "device" : "pci", opts);
    if (mmio) {
        r.d = qvirtio_mmio_find(r.qts, VIRTIO_ID_RNG);
    } else {
        r.bus = qpci_root_bus(r.qts);
        r.d = qvirtio_pci_find(r.bus, VIRTIO_ID_RNG);
    }
    qvirtio_start(r.d, ~QVIRTIO_BIT(VIRTIO_RING_F_EVENT_IDX));
    r.vq = qvirtqueue_new(r.d, 0, 0);
    qvirtio_driver_ok(r.d);
    return r;
}

static void rng_end(Rng *r)
{
    qvirtqueue_free(r->vq);
    qvirtio_free(r->d);
    g_free(r->bus);
    qtest_quit(r->qts);
}

static uint16_t ask(Rng *r, uint64_t data, uint32_t len)
{
    QVirtioBuf buf = { data, len, true };
    uint16_t id = qvirtqueue_add(r->vq, &buf, 1, false);

    qvirtqueue_kick(r->vq);
    return id;
}

static void test_bytes(const void *mmio)
{
    Rng r = rng_start(mmio != NULL, "");
    uint64_t data = qvirtio_alloc(r.qts, 128, 64);
    uint8_t got[128], zero[64] = { 0 };
    uint32_t len = qvirtqueue_wait(r.vq, ask(&r, data, 64));

    qtest_memread(r.qts, data, got, sizeof(got));
    g_assert_cmpuint(len, ==, 64);
    g_assert_cmpint(memcmp(got, zero, 64), !=, 0);
    g_assert_cmpint(memcmp(got + 64, zero, 64), ==, 0); /* nothing behind it */
    rng_end(&r);
}

/* A buffer larger than one answer of the backend, and one without room. */
static void test_odd_buffers(const void *mmio)
{
    Rng r = rng_start(mmio != NULL, "");
    uint64_t data = qvirtio_alloc(r.qts, 128 * 1024, 4096);
    QVirtioBuf readable = { data, 16, false };
    uint16_t id;

    g_assert_cmpuint(qvirtqueue_wait(r.vq, ask(&r, data, 128 * 1024)), >, 0);
    id = qvirtqueue_add(r.vq, &readable, 1, false);
    qvirtqueue_kick(r.vq);
    g_assert_cmpuint(qvirtqueue_wait(r.vq, id), ==, 0);
    g_assert_false(qvirtio_needs_reset(r.d));
    rng_end(&r);
}

static void test_quota(const void *mmio)
{
    Rng r = rng_start(mmio != NULL, ",max-bytes=100,period=1000");
    uint64_t data = qvirtio_alloc(r.qts, 256, 64);
    uint16_t id, got;
    uint32_t len;

    g_assert_cmpuint(qvirtqueue_wait(r.vq, ask(&r, data, 80)), ==, 80);
    g_assert_cmpuint(qvirtqueue_wait(r.vq, ask(&r, data, 80)), ==, 20);
    id = ask(&r, data, 80);
    g_assert_false(qvirtqueue_poll(r.vq, &got, &len));
    qtest_clock_step(r.qts, 1000LL * 1000 * 1000);
    g_assert_cmpuint(qvirtqueue_wait(r.vq, id), ==, 80);
    rng_end(&r);
}

/* A request is under way in the backend when the driver resets the device. */
static void test_reset(const void *mmio)
{
    Rng r = rng_start(mmio != NULL, "");
    uint64_t data = qvirtio_alloc(r.qts, 64, 64);

    for (unsigned i = 0; i < 20; i++) {
        ask(&r, data, 64);
        qvirtqueue_free(r.vq);
        qvirtio_start(r.d, ~QVIRTIO_BIT(VIRTIO_RING_F_EVENT_IDX));
        r.vq = qvirtqueue_new(r.d, 0, 0);
        qvirtio_driver_ok(r.d);
    }
    g_assert_cmpuint(qvirtqueue_wait(r.vq, ask(&r, data, 64)), ==, 64);
    rng_end(&r);
}

static void test_backend_option(void)
{
    bool arm = g_str_equal(qtest_get_arch(), "aarch64");
    QTestState *qts = qtest_initf("-machine %s -m 64 -nodefaults -object "
                                  "rng-random,id=rng0,filename=/dev/urandom "
                                  "-device virtio-rng-pci,rng=rng0",
                                  arm ? "virt" : "q35");

    qtest_quit(qts);
    qtest_expect_fail(arm ? "-machine virt -nodefaults -accel qtest -display none "
                            "-device virtio-rng-pci,period=0"
                          : "-machine q35 -nodefaults -accel qtest -display none "
                            "-device virtio-rng-pci,period=0",
                      "'period' parameter expects a positive integer");
}

static void add_all(const char *transport, const void *mmio)
{
    static const struct {
        const char *name;
        void (*fn)(const void *);
    } cases[] = {
        { "bytes", test_bytes },
        { "odd-buffers", test_odd_buffers },
        { "quota", test_quota },
        { "reset", test_reset },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path =
            g_strdup_printf("/virtio-rng/%s/%s", transport, cases[i].name);

        qtest_add_data_func(path, mmio, cases[i].fn);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_all("pci", NULL);
    if (g_str_equal(qtest_get_arch(), "aarch64")) {
        add_all("mmio", "mmio");
    }
    qtest_add_func("/virtio-rng/backend-option", test_backend_option);
    return g_test_run();
}
