/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Virtio devices behind the IOMMU (S0.1): the addresses that the driver uses are
 * IOVAs, and RAM is at both, the IOVA and what it is mapped to. With access_platform
 * the data is where the mapping says, without it where the address says; rings and
 * buffers alike, on PCI and on MMIO, in split and in packed rings.
 */
#include "qemu/osdep.h"
#include "libqos/virtio-iommu.h"
#include "standard-headers/linux/virtio_blk.h"

#define OK        VIRTIO_IOMMU_S_OK
#define RW        (VIRTIO_IOMMU_MAP_F_READ | VIRTIO_IOMMU_MAP_F_WRITE)
#define P         QIOMMU_PAGE
#define MIB       (1024 * 1024u)
#define DOMAIN    1
#define DISK_SIZE (64 * 1024)

/* Guest memory of the tests is at 16 MiB to 48 MiB of 128: this is RAM, too. */
#define OFFSET (64 * MIB)

typedef struct Variant {
    const char *name;
    bool mmio; /* the device; needs the IOMMU on MMIO */
    bool packed;
    bool on;
} Variant;

static const Variant variants[] = {
    { "pci/split/on", false, false, true },   { "pci/packed/on", false, true, true },
    { "pci/split/off", false, false, false }, { "pci/packed/off", false, true, false },
    { "mmio/split/on", true, false, true },   { "mmio/packed/on", true, true, true },
    { "mmio/split/off", true, false, false }, { "mmio/packed/off", true, true, false },
};

typedef struct Dev {
    const Variant *v;
    QIommuWorld *w;
    QTestState *qts;
    QVirtio *d;
    QVirtqueue *vq;
    char *image;
    int64_t endpoint; /* -1: it has none */
    uint64_t ram;     /* where the tests' memory begins */
} Dev;

/* The endpoint of the only device on the platform bus: those are no requester ids. */
static int64_t platform_endpoint(QIommuWorld *w)
{
    struct json_object *one = qiommu_query(w);
    struct json_object *list = qtest_get(one, "endpoints");
    int64_t found = -1;

    for (size_t k = 0; k < json_object_array_length(list); k++) {
        int64_t id = json_object_get_int64(
            qtest_get(json_object_array_get_idx(list, k), "endpoint"));

        if (id >= 0x10000) {
            g_assert_cmpint(found, ==, -1);
            found = id;
        }
    }
    json_object_put(one);
    return found;
}

static Dev dev_new(const char *transport, const Variant *v, const char *kind,
                   uint16_t device_id)
{
    Dev d = { .v = v, .image = qtest_temp_file("disk", DISK_SIZE) };
    g_autofree char *args =
        g_strdup_printf("-global virtio-mmio.force-legacy=false -m 128 -drive "
                        "file=%s,if=none,id=disk,format=raw -device virtio-%s-%s%s%s"
                        ",packed=%s,access_platform=%s",
                        d.image, kind, v->mmio ? "device" : "pci",
                        v->mmio ? "" : ",addr=0x3,disable-legacy=on",
                        g_str_equal(kind, "blk") ? ",drive=disk" : "",
                        v->packed ? "on" : "off", v->on ? "on" : "off");

    d.w = qiommu_world(transport, ",boot-bypass=off", args);
    d.qts = d.w->qts;
    d.d = v->mmio ? qvirtio_mmio_find(d.qts, device_id)
                  : qvirtio_pci_find(d.w->bus, device_id);
    d.endpoint = v->mmio ? platform_endpoint(d.w) : QPCI_DEVFN(3, 0);
    d.ram = qvirtio_alloc(d.qts, P, P) & ~(uint64_t)(16 * MIB - 1);
    qiommu_add_event_buffers(d.w->iommu, 8, 24);
    return d;
}

static void attach_and_map(Dev *d)
{
    uint64_t iova = d->ram + OFFSET;

    g_assert_cmpint(qiommu_attach(d->w->iommu, DOMAIN, d->endpoint, 0), ==, OK);
    g_assert_cmpint(
        qiommu_map(d->w->iommu, DOMAIN, iova, iova + 32 * MIB - 1, d->ram, RW), ==, OK);
}

/* @iova_offset: what is between the driver's addresses and where it finds the data. */
static void drive(Dev *d, uint64_t iova_offset)
{
    uint64_t platform = d->v->on ? QVIRTIO_BIT(VIRTIO_F_ACCESS_PLATFORM) : 0;
    uint64_t packed = d->v->packed ? QVIRTIO_BIT(VIRTIO_F_RING_PACKED) : 0;

    g_assert_cmphex(qvirtio_offered(d->d) & QVIRTIO_BIT(VIRTIO_F_ACCESS_PLATFORM), ==,
                    platform);
    g_assert_cmphex(qvirtio_offered(d->d) & QVIRTIO_BIT(VIRTIO_F_RING_PACKED), ==,
                    packed);
    d->d->iova_offset = iova_offset;
    qvirtio_start(d->d, platform | packed | QVIRTIO_BIT(VIRTIO_RING_F_INDIRECT_DESC));
    d->vq = qvirtqueue_new(d->d, 0, 0);
    qvirtio_driver_ok(d->d);
}

static void dev_free(Dev *d)
{
    if (d->vq) {
        qvirtqueue_free(d->vq);
    }
    qvirtio_free(d->d);
    qiommu_world_free(d->w);
    unlink(d->image);
    g_free(d->image);
}

static bool all_are(Dev *d, uint64_t addr, size_t len, uint8_t value)
{
    g_autofree uint8_t *data = g_malloc(len);

    qtest_memread(d->qts, addr, data, len);
    for (size_t k = 0; k < len; k++) {
        if (data[k] != value) {
            return false;
        }
    }
    return true;
}

/* ---- virtio-blk: what is written to the disk comes back, by the way it should ---- */

static void blk_request(Dev *d, uint32_t type, uint64_t data, uint32_t len)
{
    uint64_t hdr = qvirtio_alloc(d->qts, 16, 16), status = qvirtio_alloc(d->qts, 1, 1);
    QVirtioBuf buf[] = { { hdr, 16, false },
                         { data, len, type == VIRTIO_BLK_T_IN },
                         { status, 1, true } };

    qtest_writel(d->qts, hdr, type);
    qtest_writeb(d->qts, status, 0xaa);
    qvirtqueue_run(d->vq, buf, 3, type == VIRTIO_BLK_T_IN);
    g_assert_cmphex(qtest_readb(d->qts, status), ==, VIRTIO_BLK_S_OK);
}

static void blk_round_trip(Dev *d)
{
    uint64_t out = qvirtio_alloc(d->qts, 4 * P, P),
             in = qvirtio_alloc(d->qts, 4 * P, P);

    qtest_memset(d->qts, out, 0x3c, 4 * P);
    qtest_memset(d->qts, out + OFFSET, 0xee, 4 * P);
    qtest_memset(d->qts, in + OFFSET, 0xee, 4 * P);
    blk_request(d, VIRTIO_BLK_T_OUT, out, 4 * P);
    blk_request(d, VIRTIO_BLK_T_IN, in, 4 * P);
    g_assert_true(all_are(d, in, 4 * P, 0x3c));
    g_assert_true(all_are(d, in + OFFSET, 4 * P, 0xee));
}

static void test_blk(const char *transport, const Variant *v)
{
    Dev d = dev_new(transport, v, "blk", VIRTIO_ID_BLOCK);

    if (v->on) {
        attach_and_map(&d);
    }
    drive(&d, v->on ? OFFSET : 0);
    blk_round_trip(&d);
    qiommu_expect_no_fault(d.w->iommu);
    dev_free(&d);
}

/* ---- virtio-rng: the other direction alone ---- */

static void test_rng(const char *transport, const Variant *v)
{
    Dev d = dev_new(transport, v, "rng", VIRTIO_ID_RNG);
    uint64_t data = qvirtio_alloc(d.qts, 64, 64);
    QVirtioBuf buf = { data, 64, true };

    if (v->on) {
        attach_and_map(&d);
    }
    qtest_memset(d.qts, data + OFFSET, 0xee, 64);
    drive(&d, v->on ? OFFSET : 0);
    g_assert_cmpuint(qvirtqueue_run(d.vq, &buf, 1, false), ==, 64);
    g_assert_false(all_are(&d, data, 64, 0));
    g_assert_true(all_are(&d, data + OFFSET, 64, 0xee));
    qiommu_expect_no_fault(d.w->iommu);
    dev_free(&d);
}

/* Without a mapping the device with the bit reaches nothing, the other one all. */
static void test_unattached(const char *transport, const Variant *v)
{
    Dev d = dev_new(transport, v, "rng", VIRTIO_ID_RNG);
    uint64_t data = qvirtio_alloc(d.qts, 64, 64);
    QVirtioBuf buf = { data, 64, true };
    struct virtio_iommu_fault fault;
    uint32_t len;
    uint16_t id;

    drive(&d, 0);
    if (!v->on) {
        g_assert_cmpuint(qvirtqueue_run(d.vq, &buf, 1, false), ==, 64);
        qiommu_expect_no_fault(d.w->iommu);
    } else {
        qvirtqueue_add(d.vq, &buf, 1, false);
        qvirtqueue_kick(d.vq);
        g_assert_false(qvirtqueue_poll(d.vq, &id, &len));
        g_assert_true(all_are(&d, data, 64, 0));
        g_assert_cmpuint(qiommu_next_fault(d.w->iommu, &fault), ==, sizeof(fault));
        g_assert_cmpuint(fault.reason, ==, VIRTIO_IOMMU_FAULT_R_DOMAIN);
        g_assert_cmphex(GUINT32_FROM_LE(fault.endpoint), ==, d.endpoint);
    }
    dev_free(&d);
}

/* ---- S2.8: what is in two slots of the board is two endpoints ---- */

#define FIRST_SLOT 0x10000
#define TRANSPORTS 0x0a000000u /* of virt, 0x200 each */

/* The ids of the only two devices on the platform bus. */
static void two_endpoints(QIommuWorld *w, uint32_t id[2])
{
    struct json_object *one = qiommu_query(w);
    struct json_object *list = qtest_get(one, "endpoints");
    unsigned n = 0;

    for (size_t k = 0; k < json_object_array_length(list); k++) {
        int64_t endpoint = json_object_get_int64(
            qtest_get(json_object_array_get_idx(list, k), "endpoint"));

        if (endpoint >= FIRST_SLOT) {
            g_assert_cmpuint(n, <, 2);
            id[n++] = endpoint;
        }
    }
    g_assert_cmpuint(n, ==, 2);
    g_assert_cmphex(id[0], !=, id[1]);
    json_object_put(one);
}

/* The device in the slot of @id: whether it gets its 64 bytes to where @iova leads. */
static bool random_bytes(QIommuWorld *w, uint32_t id, uint64_t iova_offset)
{
    QVirtio *d = qvirtio_mmio_new(w->qts, TRANSPORTS + (id - FIRST_SLOT) * 0x200);
    uint64_t data = qvirtio_alloc(w->qts, 64, 64);
    QVirtioBuf buf = { data, 64, true };
    QVirtqueue *vq;
    uint32_t len;
    uint16_t used;
    bool done;

    d->iova_offset = iova_offset;
    qvirtio_start(d, QVIRTIO_BIT(VIRTIO_F_ACCESS_PLATFORM));
    vq = qvirtqueue_new(d, 0, 0);
    qvirtio_driver_ok(d);
    qvirtqueue_add(vq, &buf, 1, false);
    qvirtqueue_kick(vq);
    done = qvirtqueue_poll(vq, &used, &len);
    qvirtqueue_free(vq);
    qvirtio_free(d);
    return done;
}

/* Each is attached by itself, faults by its name, and has its domain's mappings. */
static void test_two_slots(void)
{
    QIommuWorld *w = qiommu_world("mmio", ",boot-bypass=off",
                                  "-m 128 -device virtio-rng-device,access_platform=on "
                                  "-device virtio-rng-device,access_platform=on");
    uint64_t ram = qvirtio_alloc(w->qts, P, P) & ~(uint64_t)(16 * MIB - 1);
    struct virtio_iommu_fault fault;
    uint32_t id[2];

    two_endpoints(w, id);
    qiommu_add_event_buffers(w->iommu, 32, 24);
    for (unsigned k = 0; k < 2; k++) {
        uint64_t iova = ram + (k + 1) * OFFSET;

        g_assert_cmpint(qiommu_attach(w->iommu, 1 + k, id[k], 0), ==, OK);
        g_assert_cmpint(qiommu_map(w->iommu, 1 + k, iova, iova + 32 * MIB - 1, ram, RW),
                        ==, OK);
        g_assert_true(random_bytes(w, id[k], (k + 1) * OFFSET));
        qiommu_expect_no_fault(w->iommu);
        g_assert_false(random_bytes(w, id[!k], (k + 1) * OFFSET));
        g_assert_cmpuint(qiommu_next_fault(w->iommu, &fault), ==, sizeof(fault));
        g_assert_cmphex(GUINT32_FROM_LE(fault.endpoint), ==, id[!k]);
        g_assert_cmpuint(fault.reason, ==,
                         k ? VIRTIO_IOMMU_FAULT_R_MAPPING
                           : VIRTIO_IOMMU_FAULT_R_DOMAIN);
        while (qiommu_next_fault(w->iommu, &fault)) {
            continue;
        }
    }
    qiommu_world_free(w);
}

/* ---- every test in every variant ---- */

typedef struct Case {
    const char *transport;
    const Variant *variant;
    void (*fn)(const char *transport, const Variant *v);
} Case;

static void run_case(const void *opaque)
{
    const Case *c = opaque;

    c->fn(c->transport, c->variant);
}

static void add(const char *name, const char *transport,
                void (*fn)(const char *, const Variant *))
{
    for (unsigned k = 0; k < G_N_ELEMENTS(variants); k++) {
        g_autofree char *path =
            g_strdup_printf("%s/iommu-%s/%s", name, transport, variants[k].name);
        Case *c;

        if (!variants[k].mmio || g_str_equal(transport, "mmio")) {
            c = g_new(Case, 1);
            *c = (Case){ transport, &variants[k], fn };
            qtest_add_data_func(path, c, run_case);
        }
    }
}

int main(int argc, char **argv)
{
    static const char *const transports[] = { "pci", "mmio" };
    unsigned n;

    g_test_init(&argc, &argv, NULL);
    /* QEMU's virtio-mmio bus has no hook for an IOMMU yet. */
    n = g_str_equal(qtest_get_arch(), "aarch64") && !qtest_is_qemu() ? 2 : 1;

    for (unsigned k = 0; k < n; k++) {
        add("/virtio-iommu-virtio/S0.1-blk", transports[k], test_blk);
        add("/virtio-iommu-virtio/S0.1-rng", transports[k], test_rng);
        add("/virtio-iommu-virtio/S0.1-unattached", transports[k], test_unattached);
    }
    if (n == 2) {
        qtest_add_func("/virtio-iommu-virtio/S2.8-two-slots", test_two_slots);
    }
    return g_test_run();
}
