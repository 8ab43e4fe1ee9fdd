/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the block device answers to a driver that does not keep to the rules
 * (VIRTIO 1.2, 5.2.6): a status where there is a byte for it, DEVICE_NEEDS_RESET where
 * there is none. The disk's content must be as before.
 */
#include "qemu/osdep.h"
#include "memory-test.h"
#include "standard-headers/linux/virtio_blk.h"
#include "system/blockdev.h"
#include "virtio-fixture.h"

#define HEADER       T_BUF
#define STATUS       (T_BUF + 0x100)
#define DATA         (T_BUF + 0x1000)
#define DISK_SECTORS UINT64_C(128)
#define CONTENT      0x3c
#define NO_ANSWER    0xaa
#define DISCARD      T_BIT(VIRTIO_BLK_F_DISCARD)
#define ZEROES       T_BIT(VIRTIO_BLK_F_WRITE_ZEROES)
#define ALL          (T_VERSION_1 | DISCARD | ZEROES | T_BIT(VIRTIO_BLK_F_FLUSH))

typedef struct Disk {
    VirtioTest *t;
    char *image;
    size_t header; /* bytes of the header that the driver offers */
} Disk;

static Disk disk_new(uint64_t features)
{
    static unsigned serial;
    g_autofree char *content = g_malloc(DISK_SECTORS * 512);
    g_autofree char *id = g_strdup_printf("disk%u", serial++);
    g_autofree char *drive = NULL;
    const char *const props[] = { "drive",
                                  id,
                                  "queue-size",
                                  "16",
                                  "num-queues",
                                  "2",
                                  "max-discard-sectors",
                                  "16",
                                  "max-write-zeroes-sectors",
                                  "8",
                                  NULL };
    Disk d = { .header = 16 };
    int fd = g_file_open_tmp("virtio-blk-XXXXXX", &d.image, NULL);

    g_assert_cmpint(fd, >=, 0);
    memset(content, CONTENT, DISK_SECTORS * 512);
    g_assert_cmpint(write(fd, content, DISK_SECTORS * 512), ==, DISK_SECTORS * 512);
    close(fd);
    drive =
        g_strdup_printf("file=%s,if=none,format=raw,aio=threads,id=%s", d.image, id);
    g_assert_true(drive_add(drive, &error_abort));
    d.t = virtio_test_new_type("virtio-blk-device", props, &error_abort);
    g_assert_cmphex(virtio_test_negotiate(d.t, features) & VIRTIO_CONFIG_S_FEATURES_OK,
                    !=, 0);
    virtio_test_set_rings(d.t, T_DESC, T_DRIVER, T_DEVICE);
    return d;
}

/* @unchanged: nothing that was asked for may have reached the file. */
static void disk_free(Disk *d, bool unchanged)
{
    g_autofree char *content = NULL;
    size_t len, same = 0;

    virtio_test_free(d->t);
    g_assert_true(g_file_get_contents(d->image, &content, &len, NULL));
    while (same < len && content[same] == CONTENT) {
        same++;
    }
    g_assert_cmpint(same == DISK_SECTORS * 512, ==, unchanged);
    unlink(d->image);
    g_free(d->image);
}

/* Header, @len bytes of data, status byte: one chain; its status. */
static uint8_t request(Disk *d, uint32_t type, uint64_t sector, uint32_t len,
                       bool device_writes)
{
    VirtioTest *t = d->t;
    uint16_t used = split_used_idx(t);
    gint64 end = g_get_monotonic_time() + 10 * G_TIME_SPAN_SECOND;

    stl_le_p(t->ram + HEADER, type);
    stq_le_p(t->ram + HEADER + 8, sector);
    t->ram[STATUS] = NO_ANSWER;
    split_desc(t, T_DESC, 0, HEADER, d->header, NEXT, len ? 1 : 2);
    split_desc(t, T_DESC, 1, DATA, len, NEXT | (device_writes ? WRITE : 0), 2);
    split_desc(t, T_DESC, 2, STATUS, 1, WRITE, 0);
    split_offer(t, 0);
    virtio_queue_notify(t->vdev, 0);
    while (split_used_idx(t) == used && !virtio_test_broken(t)) {
        g_assert_cmpint(g_get_monotonic_time(), <, end);
        main_loop_wait(true);
    }
    return t->ram[STATUS];
}

static uint8_t range(Disk *d, uint32_t type, uint64_t sector, uint32_t sectors,
                     uint32_t flags)
{
    stq_le_p(d->t->ram + DATA, sector);
    stl_le_p(d->t->ram + DATA + 8, sectors);
    stl_le_p(d->t->ram + DATA + 12, flags);
    return request(d, type, 0, 16, false);
}

/* A header that is cut short, or no byte for the answer. */
static void test_no_answer(void)
{
    static const size_t lengths[] = { 1, 8, 15 };
    Disk d;

    for (unsigned i = 0; i < G_N_ELEMENTS(lengths); i++) {
        d = disk_new(ALL);
        d.header = lengths[i];
        g_assert_cmphex(request(&d, VIRTIO_BLK_T_FLUSH, 0, 0, false), ==, NO_ANSWER);
        g_assert_true(virtio_test_broken(d.t));
        disk_free(&d, true);
    }
    d = disk_new(ALL);
    split_desc(d.t, T_DESC, 0, HEADER, 16, 0, 0);
    split_offer(d.t, 0);
    virtio_queue_notify(d.t->vdev, 0);
    g_assert_true(virtio_test_broken(d.t));
    g_assert_cmpuint(split_used_idx(d.t), ==, 0);
    disk_free(&d, true);
}

static void test_unknown_type(void)
{
    static const uint32_t types[] = { 2,  3,  5,  6,          7,         9,
                                      12, 14, 15, 0x80000000, 0xffffffff };
    Disk d = disk_new(ALL);

    for (unsigned i = 0; i < G_N_ELEMENTS(types); i++) {
        g_assert_cmphex(request(&d, types[i], 0, 512, i & 1), ==, VIRTIO_BLK_S_UNSUPP);
    }
    g_assert_false(virtio_test_broken(d.t));
    disk_free(&d, true);
}

static void test_sectors(void)
{
    static const struct {
        uint64_t sector;
        uint32_t bytes;
    } bad[] = {
        { DISK_SECTORS, 512 },
        { DISK_SECTORS - 1, 1024 },
        { UINT64_MAX, 512 },
        { UINT64_MAX - 1, 1024 },
        { UINT64_C(1) << 55, 512 },
        { 0, 511 },
        { 0, 513 },
        { 0, 1 },
    };
    Disk d = disk_new(ALL);

    for (unsigned i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_assert_cmphex(request(&d, VIRTIO_BLK_T_IN, bad[i].sector, bad[i].bytes, true),
                        ==, VIRTIO_BLK_S_IOERR);
        g_assert_cmphex(
            request(&d, VIRTIO_BLK_T_OUT, bad[i].sector, bad[i].bytes, false), ==,
            VIRTIO_BLK_S_IOERR);
    }
    /* and the last sector is one */
    g_assert_cmphex(request(&d, VIRTIO_BLK_T_IN, DISK_SECTORS - 1, 512, true), ==,
                    VIRTIO_BLK_S_OK);
    g_assert_cmphex(d.t->ram[DATA + 511], ==, CONTENT);
    disk_free(&d, true);
}

static void test_ranges(void)
{
    Disk d = disk_new(ALL);

    /* longer than the device said, although the disk is longer still */
    g_assert_cmphex(range(&d, VIRTIO_BLK_T_DISCARD, 0, 17, 0), ==, VIRTIO_BLK_S_IOERR);
    g_assert_cmphex(range(&d, VIRTIO_BLK_T_WRITE_ZEROES, 0, 9, 0), ==,
                    VIRTIO_BLK_S_IOERR);
    g_assert_cmphex(range(&d, VIRTIO_BLK_T_WRITE_ZEROES, DISK_SECTORS - 1, 2, 0), ==,
                    VIRTIO_BLK_S_IOERR);
    g_assert_cmphex(range(&d, VIRTIO_BLK_T_DISCARD, 0, 1, 1), ==, VIRTIO_BLK_S_UNSUPP);
    g_assert_cmphex(range(&d, VIRTIO_BLK_T_WRITE_ZEROES, 0, 1, 2), ==,
                    VIRTIO_BLK_S_UNSUPP);
    /* two segments where one is allowed, and parts of one */
    g_assert_cmphex(request(&d, VIRTIO_BLK_T_DISCARD, 0, 32, false), ==,
                    VIRTIO_BLK_S_UNSUPP);
    g_assert_cmphex(request(&d, VIRTIO_BLK_T_WRITE_ZEROES, 0, 15, false), ==,
                    VIRTIO_BLK_S_UNSUPP);
    g_assert_cmphex(request(&d, VIRTIO_BLK_T_DISCARD, 0, 0, false), ==,
                    VIRTIO_BLK_S_UNSUPP);
    disk_free(&d, true);

    d = disk_new(ALL);
    g_assert_cmphex(range(&d, VIRTIO_BLK_T_WRITE_ZEROES, 0, 8, 0), ==, VIRTIO_BLK_S_OK);
    disk_free(&d, false);
}

/* A feature that was not accepted is not there. */
static void test_not_negotiated(void)
{
    Disk d = disk_new(T_VERSION_1);

    g_assert_cmphex(range(&d, VIRTIO_BLK_T_DISCARD, 0, 1, 0), ==, VIRTIO_BLK_S_UNSUPP);
    g_assert_cmphex(range(&d, VIRTIO_BLK_T_WRITE_ZEROES, 0, 1, 0), ==,
                    VIRTIO_BLK_S_UNSUPP);
    disk_free(&d, true);
}

/* Data and a sector mean nothing in a flush: it is a flush, and nothing else. */
static void test_flush_with_data(void)
{
    Disk d = disk_new(ALL);

    memset(d.t->ram + DATA, 0x55, 512);
    g_assert_cmphex(request(&d, VIRTIO_BLK_T_FLUSH, UINT64_MAX, 512, false), ==,
                    VIRTIO_BLK_S_OK);
    g_assert_cmphex(request(&d, VIRTIO_BLK_T_FLUSH, 1, 512, true), ==, VIRTIO_BLK_S_OK);
    g_assert_cmphex(d.t->ram[DATA], ==, 0x55);
    disk_free(&d, true);
}

int main(int argc, char **argv)
{
    virtio_test_init(&argc, &argv);
#define CASE(name, fn) g_test_add_func("/virtio-blk/" name, fn)
    CASE("no-answer", test_no_answer);
    CASE("unknown-type", test_unknown_type);
    CASE("sectors", test_sectors);
    CASE("ranges", test_ranges);
    CASE("not-negotiated", test_not_negotiated);
    CASE("flush-with-data", test_flush_with_data);
    return g_test_run();
}
