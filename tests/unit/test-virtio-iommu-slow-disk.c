/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A disk that takes its time, behind the IOMMU: a read is on its way into the guest's
 * page when the page is taken away, by each way that there is. The request that takes
 * it must not complete before the read is over, and nothing may arrive after it.
 *
 * The disk is virtio-blk on a file, with the engine of threads. preadv() is this
 * file's: it waits at a gate, and so does the thread that reads, never the main one.
 */
#include "qemu/osdep.h"
#include <sys/syscall.h>
#include "memory-test.h"
#include "system/blockdev.h"
#include "standard-headers/linux/virtio_blk.h"
#include "viommu-device-fixture.h"

#define P        T_PAGE
#define IOVA     UINT64_C(0x40000)
#define PHYS     UINT64_C(0x80000)
#define DATA     (2 * P) /* the read's length */
#define HEADER   UINT64_C(0x9000)
#define STATUS   UINT64_C(0xa000)
#define UNMAP_IN UINT64_C(0xb000)
#define TAIL     UINT64_C(0xc000)
/* The disk's rings are behind the IOMMU, mapped to themselves: the IOMMU's are at
 * T_DESC. */
#define BLK_RINGS  UINT64_C(0x10000)
#define BLK_DESC   BLK_RINGS
#define BLK_DRIVER (BLK_RINGS + 0x1000)
#define BLK_DEVICE (BLK_RINGS + 0x2000)
#define CONTENT    0x3c

/* ---- the gate ---- */

static GMutex gate_lock;
static GCond gate_moved;
static bool gate_shut;
static unsigned gate_waiting;
static unsigned gate_passed;

ssize_t preadv(int fd, const struct iovec *iov, int n, off_t offset)
{
    ssize_t ret;

    g_mutex_lock(&gate_lock);
    gate_waiting++;
    g_cond_broadcast(&gate_moved);
    while (gate_shut) {
        g_cond_wait(&gate_moved, &gate_lock);
    }
    gate_waiting--;
    g_mutex_unlock(&gate_lock);
    ret = syscall(SYS_preadv, fd, iov, (long)n, (long)offset, 0L);
    qatomic_inc(&gate_passed);
    return ret;
}

static void gate_set(bool shut)
{
    g_mutex_lock(&gate_lock);
    gate_shut = shut;
    g_cond_broadcast(&gate_moved);
    g_mutex_unlock(&gate_lock);
}

static void gate_await_reader(void)
{
    g_mutex_lock(&gate_lock);
    while (!gate_waiting) {
        g_cond_wait(&gate_moved, &gate_lock);
    }
    g_mutex_unlock(&gate_lock);
}

/* Opens the gate after a while; the main thread is busy waiting by then. */
static void *opens_late(void *opaque)
{
    g_usleep(*(unsigned *)opaque * 1000);
    gate_set(false);
    return NULL;
}

/* ---- an IOMMU, a disk behind it, and a read that is under way ---- */

typedef struct World {
    IommuTest i;
    VirtioTest *disk;
    char *image;
} World;

static char *new_image(void)
{
    g_autofree char *content = g_malloc(64 * 1024);
    char *name = NULL;
    int fd = g_file_open_tmp("slow-disk-XXXXXX", &name, NULL);

    g_assert_cmpint(fd, >=, 0);
    memset(content, CONTENT, 64 * 1024);
    g_assert_cmpint(write(fd, content, 64 * 1024), ==, 64 * 1024);
    close(fd);
    return name;
}

static void map(World *w, uint64_t start, uint64_t len, uint64_t phys)
{
    g_assert_cmpint(iommu_map(w->i, 1, start, start + len - 1, phys, T_RW), ==,
                    VIOMMU_S_OK);
}

static World world_new(void)
{
    static const char *const iommu_props[] = { "boot-bypass", "off", NULL };
    static unsigned serial;
    World w = { .image = new_image() };
    g_autofree char *id = g_strdup_printf("disk%u", serial++);
    g_autofree char *drive =
        g_strdup_printf("file=%s,if=none,format=raw,aio=threads,id=%s", w.image, id);
    const char *const props[] = { "drive", id, "access_platform", "on", NULL };

    g_assert_true(drive_add(drive, &error_abort));
    w.i = iommu_test_new(iommu_props, 1);
    g_assert_cmpint(iommu_attach(w.i, 1, 0, 0), ==, VIOMMU_S_OK);
    virtio_test_platform_as = w.i.as[0];
    w.disk = virtio_test_new_type("virtio-blk-device", props, &error_abort);
    virtio_test_platform_as = NULL;
    map(&w, 0, IOVA, 0);
    map(&w, IOVA, DATA, PHYS);
    virtio_test_set_rings(w.i.t, T_DESC, T_DRIVER, T_DEVICE);
    virtio_test_negotiate(w.disk, T_VERSION_1 | T_BIT(VIRTIO_F_ACCESS_PLATFORM));
    virtio_test_set_rings(w.disk, BLK_DESC, BLK_DRIVER, BLK_DEVICE);
    return w;
}

static void world_free(World *w)
{
    if (w->disk) {
        virtio_test_free(w->disk);
    }
    iommu_test_free(w->i);
    unlink(w->image);
    g_free(w->image);
    g_assert_cmpuint(gate_waiting, ==, 0);
}

static uint16_t disk_used(World *w)
{
    return lduw_le_p(w->disk->ram + BLK_DEVICE + 2);
}

/* A read that stands at the gate, its buffer mapped. */
static void start_read(World *w)
{
    VirtioTest *d = w->disk;

    gate_set(true);
    memset(d->ram + HEADER, 0, 16);
    stl_le_p(d->ram + HEADER, VIRTIO_BLK_T_IN);
    d->ram[STATUS] = 0xaa;
    split_desc(d, BLK_DESC, 0, HEADER, 16, NEXT, 1);
    split_desc(d, BLK_DESC, 1, IOVA, DATA, NEXT | WRITE, 2);
    split_desc(d, BLK_DESC, 2, STATUS, 1, WRITE, 0);
    stw_le_p(d->ram + BLK_DRIVER + 4, 0);
    stw_le_p(d->ram + BLK_DRIVER + 2, 1);
    virtio_queue_notify(d->vdev, 0);
    gate_await_reader();
    g_assert_cmpuint(disk_used(w), ==, 0);
    g_assert_cmphex(d->ram[PHYS], ==, 0);
}

/* ---- each way to take the page away ---- */

static void unmap_by_ring(World *w)
{
    ViommuReq req = { .type = VIOMMU_T_UNMAP,
                      .domain_id = 1,
                      .virt_start = IOVA,
                      .virt_last = IOVA + DATA - 1 };
    VirtioTest *t = w->i.t;
    size_t len = viommu_req_encode(&req, t->ram + UNMAP_IN);

    split_desc(t, T_DESC, 0, UNMAP_IN, len, NEXT, 1);
    split_desc(t, T_DESC, 1, TAIL, 4, WRITE, 0);
    stw_le_p(t->ram + T_DRIVER + 4, 0);
    stw_le_p(t->ram + T_DRIVER + 2, 1);
    t->ram[TAIL] = 0xa5;
    virtio_queue_notify(t->vdev, 0);
    g_assert_cmpuint(split_used_idx(t), ==, 1);
    g_assert_cmpuint(t->ram[TAIL], ==, VIOMMU_S_OK);
}

static void detach(World *w)
{
    g_assert_cmpint(iommu_detach(w->i, 1, 0), ==, VIOMMU_S_OK);
}

static void attach_elsewhere(World *w)
{
    g_assert_cmpint(iommu_attach(w->i, 2, 0, 0), ==, VIOMMU_S_OK);
}

static void reset_iommu(World *w)
{
    virtio_reset(w->i.t->vdev);
}

static void reset_disk(World *w)
{
    virtio_reset(w->disk->vdev);
}

static void reset_queue(World *w)
{
    virtio_queue_reset(w->disk->vdev, 0);
}

static void unplug_disk(World *w)
{
    virtio_test_free(w->disk);
    w->disk = NULL;
}

static void test_slow_read(gconstpointer data)
{
    void (*take_away)(World * w) = data;
    World w = world_new();
    uint8_t *page = w.i.t->ram + PHYS;
    unsigned passed = qatomic_read(&gate_passed), late = 60;
    gint64 began;
    QemuThread t;

    start_read(&w);
    began = g_get_monotonic_time();
    qemu_thread_create(&t, "gate", opens_late, &late, QEMU_THREAD_JOINABLE);
    take_away(&w);
    g_assert_cmpint(g_get_monotonic_time() - began, >=, late * 1000);
    g_assert_cmpuint(qatomic_read(&gate_passed), ==, passed + 1);
    g_assert_cmphex(page[0], ==, CONTENT);
    g_assert_cmphex(page[DATA - 1], ==, CONTENT);
    /* The guest has it for something else now. */
    memset(page, 0, DATA);
    qemu_thread_join(&t);
    for (unsigned k = 0; k < 4; k++) {
        main_loop_wait(true);
    }
    settle();
    for (unsigned k = 0; k < DATA; k++) {
        g_assert_cmphex(page[k], ==, 0);
    }
    g_assert_cmpuint(memory_dma_drain_timeouts(), ==, 0);
    world_free(&w);
}

/* An UNMAP elsewhere has nothing to wait for. */
static void test_unmap_elsewhere(void)
{
    World w = world_new();

    map(&w, 4 * IOVA, P, 0);
    start_read(&w);
    g_assert_cmpint(iommu_unmap(w.i, 1, 4 * IOVA, 4 * IOVA + P - 1), ==, VIOMMU_S_OK);
    g_assert_cmpuint(disk_used(&w), ==, 0);
    gate_set(false);
    world_free(&w);
}

/* A disk that never answers does not hang the machine: after 10 s UNMAP goes on. */
static void test_timeout(void)
{
    unsigned usual = memory_set_dma_drain_timeout(50);
    World w = world_new();
    gint64 began;

    g_assert_cmpuint(usual, ==, 10 * 1000);
    start_read(&w);
    began = g_get_monotonic_time();
    unmap_by_ring(&w);
    g_assert_cmpint(g_get_monotonic_time() - began, >=, 50 * 1000);
    g_assert_cmpuint(memory_dma_drain_timeouts(), ==, 1);
    g_assert_cmpuint(disk_used(&w), ==, 0);
    gate_set(false);
    memory_set_dma_drain_timeout(usual);
    world_free(&w);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*fn)(World *w);
    } ways[] = {
        { "/virtio-iommu-slow-disk/unmap", unmap_by_ring },
        { "/virtio-iommu-slow-disk/detach", detach },
        { "/virtio-iommu-slow-disk/attach-elsewhere", attach_elsewhere },
        { "/virtio-iommu-slow-disk/reset-of-the-iommu", reset_iommu },
        { "/virtio-iommu-slow-disk/reset-of-the-disk", reset_disk },
        { "/virtio-iommu-slow-disk/reset-of-its-queue", reset_queue },
        { "/virtio-iommu-slow-disk/unplug-of-the-disk", unplug_disk },
    };

    virtio_test_init(&argc, &argv);
    for (unsigned k = 0; k < G_N_ELEMENTS(ways); k++) {
        g_test_add_data_func(ways[k].name, (gconstpointer)ways[k].fn, test_slow_read);
    }
    g_test_add_func("/virtio-iommu-slow-disk/unmap-elsewhere", test_unmap_elsewhere);
    g_test_add_func("/virtio-iommu-slow-disk/timeout", test_timeout);
    return g_test_run();
}
