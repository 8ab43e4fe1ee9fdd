/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest that never stops: faults, nonsense and MAP requests by the million. Neither
 * memory nor the log may grow with them. Short in the ordinary run, whole with -m slow.
 */
#include "qemu/osdep.h"
#include <sys/mman.h>
#include <sys/resource.h>
#include "memory-test.h"
#include "qemu/log.h"
#include "viommu-device-fixture.h"

#define RING     256 /* the device's queues */
#define BATCH    128 /* requests a kick: each takes two descriptors */
#define REQUESTS UINT64_C(0x10000)
#define TAILS    UINT64_C(0x20000)
#define BUF      UINT64_C(0x8000)
#define TAIL     UINT64_C(0x9000)
#define P        T_PAGE

static const char *const no_bypass[] = { "boot-bypass", "off", NULL };

static IommuTest start(const char *const *props)
{
    IommuTest i = iommu_test_new(props, 2);

    virtio_test_set_rings(i.t, T_DESC, T_DRIVER, T_DEVICE);
    return i;
}

static void offer(IommuTest i, uint16_t head)
{
    stw_le_p(i.t->ram + T_DRIVER + 4 + i.t->avail_idx % RING * 2, head);
    stw_le_p(i.t->ram + T_DRIVER + 2, ++i.t->avail_idx);
}

/* ---- the log ---- */

static off_t log_size_of(void (*fn)(IommuTest i, unsigned n), unsigned times)
{
    int saved = dup(STDERR_FILENO), file = memfd_create("log", MFD_CLOEXEC);
    IommuTest i = start(no_bypass);
    off_t size;

    g_assert_true(qemu_set_log(LOG_GUEST_ERROR, &error_abort));
    fflush(stderr);
    dup2(file, STDERR_FILENO);
    for (unsigned n = 0; n < times; n++) {
        fn(i, n);
    }
    main_loop_wait(true);
    fflush(stderr);
    dup2(saved, STDERR_FILENO);
    g_assert_true(qemu_set_log(0, &error_abort));
    size = lseek(file, 0, SEEK_END);
    close(file);
    close(saved);
    iommu_test_free(i);
    return size;
}

static void one_fault(IommuTest i, unsigned n)
{
    uint8_t byte;

    address_space_read(i.as[0], n * P, UNSPEC, &byte, 1);
    g_assert_cmpuint(i.s->faults.total, ==, n + 1);
    g_assert_cmpuint(i.s->faults.count, <=, VIRTIO_IOMMU_FAULT_RING);
}

static void one_bad_request(IommuTest i, unsigned n)
{
    ViommuReq req = { .type = n % 8, .domain_id = n, .endpoint_id = n, .flags = n };
    size_t len = n % 5 ? viommu_req_encode(&req, i.t->ram + BUF) : 3;

    split_desc(i.t, T_DESC, 0, BUF, len, NEXT, 1);
    split_desc(i.t, T_DESC, 1, TAIL, n % 7, WRITE, 0);
    if (!(n % 7)) {
        split_desc(i.t, T_DESC, 1, TAIL, 2, WRITE, 0);
    }
    offer(i, 0);
    virtio_queue_notify(i.t->vdev, 0);
    g_assert_false(i.t->vdev->broken);
}

static void one_bad_config_write(IommuTest i, unsigned n)
{
    virtio_config_modern_writel(i.t->vdev, n % 40 & ~3, n);
}

static void test_log_is_bounded(gconstpointer data)
{
    unsigned times = g_test_slow() ? 1000000 : 20000;

    g_assert_cmpint(log_size_of(data, times), <, 64 * 1024);
}

/* ---- memory ---- */

static void describe_batch(IommuTest i)
{
    for (unsigned k = 0; k < BATCH; k++) {
        split_desc(i.t, T_DESC, 2 * k, REQUESTS + k * 64, 36, NEXT, 2 * k + 1);
        split_desc(i.t, T_DESC, 2 * k + 1, TAILS + k * 4, 4, WRITE, 0);
    }
}

/* BATCH pages, every other one, from the @first on; how many were mapped. */
static unsigned map_batch(IommuTest i, uint64_t first)
{
    unsigned mapped = 0;

    for (unsigned k = 0; k < BATCH; k++) {
        ViommuReq req = {
            .type = VIOMMU_T_MAP,
            .domain_id = 1,
            .virt_start = (first + k) * 2 * P,
            .virt_last = (first + k) * 2 * P + P - 1,
            .flags = T_RW,
        };

        viommu_req_encode(&req, i.t->ram + REQUESTS + k * 64);
        i.t->ram[TAILS + k * 4] = 0xa5;
        offer(i, 2 * k);
    }
    virtio_queue_notify(i.t->vdev, 0);
    g_assert_cmpuint(split_used_idx(i.t), ==, i.t->avail_idx);
    for (unsigned k = 0; k < BATCH; k++) {
        uint8_t status = i.t->ram[TAILS + k * 4];

        g_assert_true(status == VIOMMU_S_OK || status == VIOMMU_S_NOMEM);
        mapped += status == VIOMMU_S_OK;
    }
    return mapped;
}

static long peak_rss_mib(void)
{
    struct rusage usage;

    g_assert_cmpint(getrusage(RUSAGE_SELF, &usage), ==, 0);
    return usage.ru_maxrss >> 10;
}

/* Ten million by the ring: as many as the cap says, then NOMEM, and no byte more. */
static void test_map_flood(void)
{
    static const char *const few[] = { "max-mappings", "1000", NULL };
    const char *const *props = g_test_slow() ? NULL : few;
    uint64_t n, times = g_test_slow() ? 10000000 : 20000, mapped = 0;
    IommuTest i = start(props);
    uint64_t cap = viommu_db_config(i.s->db)->max_mappings;
    size_t bytes = 0;
    long rss = 0;

    g_assert_cmpuint(cap, ==, props ? 1000 : 4 << 20);
    g_assert_cmpint(iommu_attach(i, 1, 0, 0), ==, VIOMMU_S_OK);
    describe_batch(i);
    for (n = 0; n < times; n += BATCH) {
        mapped += map_batch(i, n);
        if (!bytes && mapped == cap) {
            bytes = viommu_db_bytes(i.s->db);
            rss = peak_rss_mib();
        }
    }
    g_assert_cmpuint(mapped, ==, cap);
    g_assert_cmpuint(viommu_db_mapping_count(i.s->db), ==, cap);
    g_assert_cmpuint(viommu_db_bytes(i.s->db), ==, bytes);
    g_assert_cmpuint(bytes, <, 48 * cap + 64 * 1024);
    g_assert_cmpint(peak_rss_mib(), <=, rss + 8);
    g_test_message("%" PRIu64 " MAP requests, %zu bytes, peak RSS %ld MiB", n, bytes,
                   peak_rss_mib());
    /* Room again, and nothing is left after a reset. */
    g_assert_cmpint(iommu_unmap(i, 1, 0, P - 1), ==, VIOMMU_S_OK);
    g_assert_cmpuint(map_batch(i, n), ==, 1);
    virtio_reset(i.t->vdev);
    g_assert_cmpuint(viommu_db_mapping_count(i.s->db), ==, 0);
    g_assert_cmpuint(viommu_db_bytes(i.s->db), <, 64 * 1024);
    iommu_test_free(i);
}

int main(int argc, char **argv)
{
    virtio_test_init(&argc, &argv);
    g_test_add_func("/virtio-iommu-flood/maps-by-the-ring", test_map_flood);
    g_test_add_data_func("/virtio-iommu-flood/log-is-bounded/faults",
                         (gconstpointer)one_fault, test_log_is_bounded);
    g_test_add_data_func("/virtio-iommu-flood/log-is-bounded/requests",
                         (gconstpointer)one_bad_request, test_log_is_bounded);
    g_test_add_data_func("/virtio-iommu-flood/log-is-bounded/config",
                         (gconstpointer)one_bad_config_write, test_log_is_bounded);
    return g_test_run();
}
