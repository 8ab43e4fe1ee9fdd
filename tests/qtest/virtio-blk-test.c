/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virtio-blk over PCI and MMIO, with split and packed rings, with and without
 * access_platform: a disk is read and written, and every other request answered.
 */
#include <string.h>
#include <unistd.h>
#include "libqos/virtio.h"
#include "standard-headers/linux/virtio_blk.h"

#define DISK_SIZE (2 * 1024 * 1024)
#define SECTOR    512
#define BIT       QVIRTIO_BIT

typedef struct Variant {
    const char *name;
    bool mmio;
    bool packed;
    bool platform;
} Variant;

static const Variant variants[] = {
    { "pci/split", false, false, false },
    { "pci/packed", false, true, false },
    { "pci/split/platform", false, false, true },
    { "pci/packed/platform", false, true, true },
    { "mmio/split", true, false, false },
    { "mmio/packed", true, true, false },
    { "mmio/split/platform", true, false, true },
    { "mmio/packed/platform", true, true, true },
};

typedef struct Blk {
    QTestState *qts;
    QPCIBus *bus;
    QVirtio *d;
    QVirtqueue *vq;
    char *image;
    bool indirect;
} Blk;

static const char *machine(void)
{
    return g_str_equal(qtest_get_arch(), "aarch64") ? "virt" : "q35";
}

/* Not driven yet. */
static Blk blk_new(const Variant *v, const char *drive_opts, const char *device_opts)
{
    Blk b = { .image = qtest_temp_file("disk", DISK_SIZE) };

    qvirtio_alloc_reset();
    b.qts =
        qtest_initf("-machine %s -m 64 -nodefaults -drive "
                    "file=%s,if=none,id=disk,format=raw%s "
                    "-device virtio-blk-%s,drive=disk,packed=%s,access_platform=%s%s",
                    machine(), b.image, drive_opts, v->mmio ? "device" : "pci",
                    v->packed ? "on" : "off", v->platform ? "on" : "off", device_opts);
    if (v->mmio) {
        b.d = qvirtio_mmio_find(b.qts, VIRTIO_ID_BLOCK);
    } else {
        b.bus = qpci_root_bus(b.qts);
        b.d = qvirtio_pci_find(b.bus, VIRTIO_ID_BLOCK);
    }
    return b;
}

static void blk_drive(Blk *b, uint64_t without)
{
    qvirtio_start(b->d, ~(BIT(VIRTIO_RING_F_EVENT_IDX) | without));
    b->vq = qvirtqueue_new(b->d, 0, 0);
    qvirtio_driver_ok(b->d);
}

static Blk blk_start(const Variant *v)
{
    Blk b = blk_new(v, "", ",serial=a-serial-number-that-is-long");

    blk_drive(&b, 0);
    return b;
}

static void blk_end(Blk *b)
{
    qvirtqueue_free(b->vq);
    qvirtio_free(b->d);
    g_free(b->bus);
    qtest_quit(b->qts);
    unlink(b->image);
    g_free(b->image);
}

/* One request with @len bytes of data at @data; the status. */
static uint8_t request(Blk *b, uint32_t type, uint64_t sector, uint64_t data,
                       uint32_t len, bool from_disk)
{
    uint64_t hdr = qvirtio_alloc(b->qts, 16, 16);
    uint64_t status = qvirtio_alloc(b->qts, 1, 1);
    QVirtioBuf buf[3] = { { hdr, 16, false }, { data, len, from_disk } };
    unsigned n = len ? 2 : 1;
    uint32_t used;

    buf[n++] = (QVirtioBuf){ status, 1, true };
    qtest_writel(b->qts, hdr, type);
    qtest_writeq(b->qts, hdr + 8, sector);
    qtest_writeb(b->qts, status, 0xaa);
    used = qvirtqueue_run(b->vq, buf, n, b->indirect);
    g_assert_cmpuint(used, ==, 1 + (from_disk ? len : 0));
    return qtest_readb(b->qts, status);
}

static uint8_t range_request(Blk *b, uint32_t type, uint64_t sector, uint32_t sectors,
                             uint32_t flags)
{
    uint64_t data = qvirtio_alloc(b->qts, 16, 16);

    qtest_writeq(b->qts, data, sector);
    qtest_writel(b->qts, data + 8, sectors);
    qtest_writel(b->qts, data + 12, flags);
    return request(b, type, 0, data, 16, false);
}

/* The image's byte at @offset, from outside. */
static uint8_t image_byte(Blk *b, uint64_t offset)
{
    g_autofree char *all = NULL;
    gsize len;

    g_assert_true(g_file_get_contents(b->image, &all, &len, NULL));
    g_assert_cmpuint(offset, <, len);
    return all[offset];
}

static void write_and_read(Blk *b, uint64_t sector, uint8_t pattern)
{
    uint64_t data = qvirtio_alloc(b->qts, 4096, 512);
    uint8_t back[4096];

    qtest_memset(b->qts, data, pattern, 4096);
    g_assert_cmpuint(request(b, VIRTIO_BLK_T_OUT, sector, data, 4096, false), ==,
                     VIRTIO_BLK_S_OK);
    g_assert_cmphex(image_byte(b, sector * SECTOR + 4095), ==, pattern);
    qtest_memset(b->qts, data, 0, 4096);
    g_assert_cmpuint(request(b, VIRTIO_BLK_T_IN, sector, data, 4096, true), ==,
                     VIRTIO_BLK_S_OK);
    qtest_memread(b->qts, data, back, sizeof(back));
    for (unsigned i = 0; i < sizeof(back); i++) {
        g_assert_cmphex(back[i], ==, pattern);
    }
}

static void test_data(const void *opaque)
{
    Blk b = blk_start(opaque);

    write_and_read(&b, 0, 0x11);
    b.indirect = true;
    write_and_read(&b, 100, 0x22);
    write_and_read(&b, DISK_SIZE / SECTOR - 8, 0x33);
    g_assert_cmphex(image_byte(&b, 4096), ==, 0);
    blk_end(&b);
}

static void test_other_requests(const void *opaque)
{
    Blk b = blk_start(opaque);
    uint64_t id = qvirtio_alloc(b.qts, 64, 64);
    uint8_t got[64];

    g_assert_cmpuint(request(&b, VIRTIO_BLK_T_FLUSH, 0, 0, 0, false), ==,
                     VIRTIO_BLK_S_OK);
    qtest_memset(b.qts, id, 0x77, 64);
    g_assert_cmpuint(request(&b, VIRTIO_BLK_T_GET_ID, 0, id, 20, true), ==,
                     VIRTIO_BLK_S_OK);
    qtest_memread(b.qts, id, got, sizeof(got));
    g_assert_cmpint(memcmp(got, "a-serial-number-that-", 20), ==, 0);
    g_assert_cmphex(got[20], ==, 0x77);
    g_assert_cmpuint(request(&b, 0x1234, 0, id, 20, true), ==, VIRTIO_BLK_S_UNSUPP);

    write_and_read(&b, 8, 0x44);
    g_assert_cmpuint(range_request(&b, VIRTIO_BLK_T_WRITE_ZEROES, 8, 4, 0), ==,
                     VIRTIO_BLK_S_OK);
    g_assert_cmphex(image_byte(&b, 8 * SECTOR), ==, 0);
    g_assert_cmphex(image_byte(&b, 12 * SECTOR - 1), ==, 0);
    g_assert_cmphex(image_byte(&b, 12 * SECTOR), ==, 0x44);
    g_assert_cmpuint(range_request(&b, VIRTIO_BLK_T_DISCARD, 12, 2, 0), ==,
                     VIRTIO_BLK_S_OK);
    blk_end(&b);
}

/* Each is answered, and the device lives on. */
static void test_refused(const void *opaque)
{
    Blk b = blk_start(opaque);
    uint64_t data = qvirtio_alloc(b.qts, 4096, 512);
    uint64_t sectors = DISK_SIZE / SECTOR;
    static const uint64_t behind[] = { DISK_SIZE / SECTOR - 7, DISK_SIZE / SECTOR,
                                       1ULL << 55, UINT64_MAX, UINT64_MAX - 7 };

    for (unsigned i = 0; i < G_N_ELEMENTS(behind); i++) {
        g_assert_cmpuint(request(&b, VIRTIO_BLK_T_IN, behind[i], data, 4096, true), ==,
                         VIRTIO_BLK_S_IOERR);
        g_assert_cmpuint(request(&b, VIRTIO_BLK_T_OUT, behind[i], data, 4096, false),
                         ==, VIRTIO_BLK_S_IOERR);
        g_assert_cmpuint(range_request(&b, VIRTIO_BLK_T_DISCARD, behind[i], 8, 0), ==,
                         VIRTIO_BLK_S_IOERR);
    }
    g_assert_cmpuint(request(&b, VIRTIO_BLK_T_IN, 0, data, 100, true), ==,
                     VIRTIO_BLK_S_IOERR);
    g_assert_cmpuint(range_request(&b, VIRTIO_BLK_T_WRITE_ZEROES, 0, UINT32_MAX, 0), ==,
                     VIRTIO_BLK_S_IOERR);
    g_assert_cmpuint(range_request(&b, VIRTIO_BLK_T_DISCARD, 0, 8, 1), ==,
                     VIRTIO_BLK_S_UNSUPP);
    g_assert_cmpuint(range_request(&b, VIRTIO_BLK_T_WRITE_ZEROES, 0, 8, 2), ==,
                     VIRTIO_BLK_S_UNSUPP);
    g_assert_cmpuint(request(&b, VIRTIO_BLK_T_DISCARD, 0, data, 32, false), ==,
                     VIRTIO_BLK_S_UNSUPP);
    write_and_read(&b, sectors - 8, 0x55);
    blk_end(&b);
}

/* Header and data in pieces of odd sizes, the status behind data. */
static void test_pieces(const void *opaque)
{
    Blk b = blk_start(opaque);
    uint64_t hdr = qvirtio_alloc(b.qts, 16, 16);
    uint64_t data = qvirtio_alloc(b.qts, 1024, 512);
    QVirtioBuf out[] = { { hdr, 3, false },          { hdr + 3, 12, false },
                         { hdr + 15, 1, false },     { data, 100, false },
                         { data + 100, 412, false }, { data + 600, 1, true } };
    QVirtioBuf in[] = { { hdr, 16, false },
                        { data, 13, true },
                        { data + 13, 500, true } };

    qtest_writel(b.qts, hdr, VIRTIO_BLK_T_OUT);
    qtest_writeq(b.qts, hdr + 8, 3);
    qtest_memset(b.qts, data, 0x66, 1024);
    g_assert_cmpuint(qvirtqueue_run(b.vq, out, G_N_ELEMENTS(out), false), ==, 1);
    g_assert_cmpuint(qtest_readb(b.qts, data + 600), ==, VIRTIO_BLK_S_OK);
    g_assert_cmphex(image_byte(&b, 4 * SECTOR - 1), ==, 0x66);

    qtest_writel(b.qts, hdr, VIRTIO_BLK_T_IN);
    qtest_memset(b.qts, data, 0, 1024);
    g_assert_cmpuint(qvirtqueue_run(b.vq, in, G_N_ELEMENTS(in), false), ==, 513);
    g_assert_cmphex(qtest_readb(b.qts, data + 511), ==, 0x66);
    g_assert_cmphex(qtest_readb(b.qts, data + 512), ==, VIRTIO_BLK_S_OK);
    blk_end(&b);
}

static void test_many_at_once(const void *opaque)
{
    Blk b = blk_start(opaque);
    uint64_t hdr = qvirtio_alloc(b.qts, 16 * 64, 16);
    uint64_t data = qvirtio_alloc(b.qts, 64 * SECTOR, 512);
    uint64_t status = qvirtio_alloc(b.qts, 64, 64);
    unsigned returned = 0;
    uint16_t id;
    uint32_t len;

    for (unsigned i = 0; i < 64; i++) {
        QVirtioBuf buf[] = { { hdr + 16 * i, 16, false },
                             { data + SECTOR * i, SECTOR, false },
                             { status + i, 1, true } };

        qtest_writel(b.qts, hdr + 16 * i, VIRTIO_BLK_T_OUT);
        qtest_writeq(b.qts, hdr + 16 * i + 8, i);
        qtest_memset(b.qts, data + SECTOR * i, i + 1, SECTOR);
        qtest_writeb(b.qts, status + i, 0xaa);
        qvirtqueue_add(b.vq, buf, 3, false);
    }
    qvirtqueue_kick(b.vq);
    while (returned < 64) {
        returned += qvirtqueue_poll(b.vq, &id, &len);
    }
    for (unsigned i = 0; i < 64; i++) {
        g_assert_cmpuint(qtest_readb(b.qts, status + i), ==, VIRTIO_BLK_S_OK);
        g_assert_cmphex(image_byte(&b, SECTOR * i), ==, i + 1);
    }
    blk_end(&b);
}

static void test_interrupt(const void *opaque)
{
    Blk b = blk_start(opaque);

    b.d->ops->take_isr(b.d);
    write_and_read(&b, 0, 1);
    g_assert_cmphex(b.d->ops->take_isr(b.d), ==, 1);
    g_assert_cmphex(b.d->ops->take_isr(b.d), ==, 0);
    qvirtqueue_set_interrupt(b.vq, false);
    write_and_read(&b, 0, 2);
    g_assert_cmphex(b.d->ops->take_isr(b.d), ==, 0);
    blk_end(&b);
}

/* A broken ring: DEVICE_NEEDS_RESET with a configuration interrupt; then a reset. */
static void test_broken_ring(const void *opaque)
{
    Blk b = blk_start(opaque);
    QVirtioBuf nowhere = { UINT64_MAX - 4096, 64, false };
    uint16_t id;
    uint32_t len;

    qvirtqueue_add(b.vq, &nowhere, 1, false);
    b.d->ops->take_isr(b.d);
    qvirtqueue_kick(b.vq);
    g_assert_true(qvirtio_needs_reset(b.d));
    g_assert_cmphex(b.d->ops->take_isr(b.d) & 2, ==, 2);
    g_assert_false(qvirtqueue_poll(b.vq, &id, &len));

    qvirtqueue_free(b.vq);
    blk_drive(&b, 0);
    g_assert_false(qvirtio_needs_reset(b.d));
    write_and_read(&b, 0, 9);
    blk_end(&b);
}

static void test_queue_reset(const void *opaque)
{
    Blk b = blk_start(opaque);

    write_and_read(&b, 0, 9);
    g_assert_true(b.d->features & BIT(VIRTIO_F_RING_RESET));
    b.d->ops->queue_reset(b.d, 0);
    g_assert_false(b.d->ops->queue_enabled(b.d, 0));
    b.d->ops->kick(b.d, 0); /* nobody is there */
    qvirtqueue_free(b.vq);
    b.vq = qvirtqueue_new(b.d, 0, 0);
    write_and_read(&b, 0, 10);
    blk_end(&b);
}

/* What one queue wrote another one reads; one that is reset takes no other along. */
static void test_queues(const void *opaque)
{
    enum { N = 3 };
    Blk b = blk_new(opaque, "", ",num-queues=3");
    QVirtqueue *vq[N];
    uint64_t data = qvirtio_alloc(b.qts, SECTOR, SECTOR);

    qvirtio_start(b.d, ~BIT(VIRTIO_RING_F_EVENT_IDX));
    for (unsigned i = 0; i < N; i++) {
        vq[i] = qvirtqueue_new(b.d, i, 0);
    }
    qvirtio_driver_ok(b.d);
    for (unsigned i = 0; i < N; i++) {
        b.vq = vq[i];
        qtest_memset(b.qts, data, 0x51 + i, SECTOR);
        g_assert_cmpuint(request(&b, VIRTIO_BLK_T_OUT, i, data, SECTOR, false), ==,
                         VIRTIO_BLK_S_OK);
    }
    b.d->ops->queue_reset(b.d, 1);
    qvirtqueue_free(vq[1]);
    vq[1] = NULL;
    for (unsigned i = 0; i < N; i++) {
        b.vq = vq[i == 1 ? 0 : N - 1 - i];
        g_assert_cmpuint(request(&b, VIRTIO_BLK_T_IN, i, data, SECTOR, true), ==,
                         VIRTIO_BLK_S_OK);
        g_assert_cmphex(qtest_readb(b.qts, data), ==, 0x51 + i);
        g_assert_cmphex(qtest_readb(b.qts, data + SECTOR - 1), ==, 0x51 + i);
    }
    qvirtqueue_free(vq[0]);
    b.vq = vq[2];
    blk_end(&b);
}

static void test_config(const void *opaque)
{
    Blk b = blk_new(opaque, "",
                    ",num-queues=3,queue-size=64,logical_block_size=1024,"
                    "physical_block_size=4096");
    QVirtio *d = b.d;
    const unsigned wce = offsetof(struct virtio_blk_config, wce);
    uint64_t data;

    blk_drive(&b, 0);
    g_assert_cmpuint(d->ops->config_read(d, 0, 4), ==, DISK_SIZE / SECTOR);
    g_assert_cmpuint(
        d->ops->config_read(d, offsetof(struct virtio_blk_config, blk_size), 4), ==,
        1024);
    g_assert_cmpuint(d->ops->config_read(
                         d, offsetof(struct virtio_blk_config, physical_block_exp), 1),
                     ==, 2);
    g_assert_cmpuint(
        d->ops->config_read(d, offsetof(struct virtio_blk_config, num_queues), 2), ==,
        3);
    g_assert_cmpuint(d->ops->queue_max(d, 2), ==, 64);
    g_assert_cmpuint(d->ops->queue_max(d, 3), ==, 0);
    g_assert_cmpuint(d->ops->config_read(d, wce, 1), ==, 1);
    d->ops->config_write(d, wce, 0, 1);
    g_assert_cmpuint(d->ops->config_read(d, wce, 1), ==, 0);
    write_and_read(&b, 0, 3);         /* written through now */
    d->ops->config_write(d, 0, 1, 4); /* read only: ignored */
    g_assert_cmpuint(d->ops->config_read(d, 0, 4), ==, DISK_SIZE / SECTOR);
    /* Half a logical block. */
    data = qvirtio_alloc(b.qts, SECTOR, SECTOR);
    g_assert_cmpuint(request(&b, VIRTIO_BLK_T_IN, 0, data, SECTOR, true), ==,
                     VIRTIO_BLK_S_IOERR);
    blk_end(&b);
}

static void test_read_only(const void *opaque)
{
    Blk b = blk_new(opaque, ",readonly=on", "");
    uint64_t data = qvirtio_alloc(b.qts, 4096, 512);

    blk_drive(&b, 0);
    g_assert_true(qvirtio_offered(b.d) & BIT(VIRTIO_BLK_F_RO));
    g_assert_cmpuint(request(&b, VIRTIO_BLK_T_OUT, 0, data, 512, false), ==,
                     VIRTIO_BLK_S_IOERR);
    g_assert_cmpuint(request(&b, VIRTIO_BLK_T_IN, 0, data, 512, true), ==,
                     VIRTIO_BLK_S_OK);
    blk_end(&b);
}

/* What QMP says of the device and its queue while it works. */
static void test_qmp(const void *opaque)
{
    Blk b = blk_start(opaque);
    struct json_object *list = qtest_qmp_return(b.qts, "{'execute': 'x-query-virtio'}");
    struct json_object *dev = json_object_array_get_idx(list, 0), *st, *q, *drives;
    const char *path = qtest_get_str(dev, "path");

    write_and_read(&b, 0, 1);
    g_assert_cmpstr(qtest_get_str(dev, "name"), ==, "virtio-blk");
    st = qtest_qmp_return(
        b.qts, "{'execute': 'x-query-virtio-status', 'arguments': {'path': '%s'}}",
        path);
    g_assert_cmpint(json_object_get_int(qtest_get(st, "num-vqs")), ==, 1);
    g_assert_true(json_object_get_boolean(qtest_get(st, "started")));
    g_assert_false(json_object_get_boolean(qtest_get(st, "broken")));
    q = qtest_qmp_return(b.qts,
                         "{'execute': 'x-query-virtio-queue-status', 'arguments': "
                         "{'path': '%s', 'queue': 0}}",
                         path);
    g_assert_cmpint(json_object_get_int(qtest_get(q, "vring-num")), ==, 256);
    g_assert_cmpint(json_object_get_int(qtest_get(q, "inuse")), ==, 0);
    qtest_qmp_assert_error(b.qts, "GenericError", "virtqueue number",
                           "{'execute': 'x-query-virtio-queue-status', 'arguments': "
                           "{'path': '%s', 'queue': 1}}",
                           path);
    qtest_qmp_assert_error(b.qts, "GenericError", "VirtIODevice",
                           "{'execute': 'x-query-virtio-status', 'arguments': "
                           "{'path': '/machine'}}");
    drives = qtest_qmp_return(b.qts, "{'execute': 'query-block'}");
    g_assert_cmpstr(qtest_get_str(json_object_array_get_idx(drives, 0), "device"), ==,
                    "disk");
    json_object_put(drives);
    json_object_put(q);
    json_object_put(st);
    json_object_put(list);
    blk_end(&b);
}

/* A new size: the configuration says it, with an interrupt and a new generation. */
static void test_resize(const void *opaque)
{
    Blk b = blk_start(opaque);
    uint32_t generation = b.d->ops->generation(b.d);

    b.d->ops->take_isr(b.d);
    qtest_qmp_assert_success(b.qts, "{'execute': 'block_resize', 'arguments': "
                                    "{'device': 'disk', 'size': 1048576}}");
    g_assert_cmpuint(b.d->ops->config_read(b.d, 0, 4), ==, 2048);
    g_assert_cmphex(b.d->ops->take_isr(b.d) & 2, ==, 2);
    g_assert_cmpuint(b.d->ops->generation(b.d), !=, generation);
    blk_end(&b);
}

/* The engine that does without io_uring. */
static void test_threads(const void *opaque)
{
    Blk b = blk_new(opaque, ",aio=threads,cache=writethrough", "");

    blk_drive(&b, 0);
    write_and_read(&b, 16, 0x77);
    blk_end(&b);
}

/* ---- PCI alone ---- */

static void test_msix(const void *opaque)
{
    Blk b = blk_new(opaque, "", "");
    QPCIDevice *pci = qvirtio_pci_function(b.d);
    uint64_t word = qvirtio_alloc(b.qts, 8, 8);

    qpci_msix_enable(pci);
    qpci_msix_set_entry(pci, 1, word, 0xabcd);
    qvirtio_start(b.d, ~BIT(VIRTIO_RING_F_EVENT_IDX));
    b.vq = qvirtqueue_new(b.d, 0, 0);
    qvirtio_pci_set_vector(b.d, 0, 1);
    g_assert_cmpuint(qvirtio_pci_vector(b.d, 0), ==, 1);
    qvirtio_driver_ok(b.d);
    write_and_read(&b, 0, 1);
    g_assert_cmphex(qtest_readl(b.qts, word), ==, 0xabcd);

    qpci_msix_mask_entry(pci, 1, true);
    qtest_writel(b.qts, word, 0);
    write_and_read(&b, 0, 2);
    g_assert_cmphex(qtest_readl(b.qts, word), ==, 0);
    g_assert_true(qpci_msix_pending(pci, 1));

    qvirtio_pci_set_vector(b.d, 0, 5000); /* there is none: reads back as NO_VECTOR */
    g_assert_cmphex(qvirtio_pci_vector(b.d, 0), ==, 0xffff);
    blk_end(&b);
}

/* Registers through configuration space (VIRTIO 1.2, 4.1.4.9). */
static void test_cfg_window(const void *opaque)
{
    Blk b = blk_start(opaque);
    QPCIDevice *pci = qvirtio_pci_function(b.d);
    uint8_t cap = 0;

    while ((cap = qpci_find_capability(pci, 9, cap)) &&
           qpci_config_readb(pci, cap + 3) != 5) {
    }
    g_assert_cmpuint(cap, >, 0);
    qpci_config_writeb(pci, cap + 4, 4);
    qpci_config_writel(pci, cap + 8, 20); /* device_status */
    qpci_config_writel(pci, cap + 12, 1);
    g_assert_cmphex(qpci_config_readb(pci, cap + 16), ==, b.d->ops->status(b.d));
    qpci_config_writeb(pci, cap + 16, 0);
    g_assert_cmphex(b.d->ops->status(b.d), ==, 0);
    /* no access of these kinds */
    qpci_config_writel(pci, cap + 12, 3);
    qpci_config_readl(pci, cap + 16);
    qpci_config_writel(pci, cap + 8, UINT32_MAX);
    qpci_config_writel(pci, cap + 12, 1);
    qpci_config_readl(pci, cap + 16);
    qpci_config_writeb(pci, cap + 4, 77);
    qpci_config_writel(pci, cap + 16, 77);
    blk_end(&b);
}

/* A function without bus mastering is silent. */
static void test_bus_master(const void *opaque)
{
    Blk b = blk_start(opaque);
    QPCIDevice *pci = qvirtio_pci_function(b.d);
    uint64_t hdr = qvirtio_alloc(b.qts, 32, 16);
    QVirtioBuf buf[] = { { hdr, 16, false }, { hdr + 16, 1, true } };
    uint16_t command = qpci_config_readw(pci, 4), id, got;
    uint32_t len;

    qtest_writel(b.qts, hdr, VIRTIO_BLK_T_FLUSH);
    id = qvirtqueue_add(b.vq, buf, 2, false);
    qpci_config_writew(pci, 4, command & ~4);
    qvirtqueue_kick(b.vq);
    g_assert_false(qvirtqueue_poll(b.vq, &got, &len));
    g_assert_false(qvirtio_needs_reset(b.d));
    qpci_config_writew(pci, 4, command);
    qvirtqueue_kick(b.vq);
    g_assert_cmpuint(qvirtqueue_wait(b.vq, id), ==, 1);
    blk_end(&b);
}

static void add(const char *name, const Variant *v, void (*fn)(const void *))
{
    g_autofree char *path = g_strdup_printf("/virtio-blk/%s/%s", v->name, name);

    qtest_add_data_func(path, v, fn);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(variants); i++) {
        const Variant *v = &variants[i];

        if (v->mmio && g_str_equal(qtest_get_arch(), "x86_64")) {
            continue;
        }
        add("data", v, test_data);
        add("other-requests", v, test_other_requests);
        add("refused", v, test_refused);
        add("pieces", v, test_pieces);
        add("many-at-once", v, test_many_at_once);
        add("interrupt", v, test_interrupt);
        add("broken-ring", v, test_broken_ring);
        add("queue-reset", v, test_queue_reset);
        add("queues", v, test_queues);
        add("config", v, test_config);
        add("read-only", v, test_read_only);
        add("threads", v, test_threads);
        add("qmp", v, test_qmp);
        add("resize", v, test_resize);
        if (!v->mmio) {
            add("msix", v, test_msix);
            add("cfg-window", v, test_cfg_window);
            add("bus-master", v, test_bus_master);
        }
    }
    return g_test_run();
}
