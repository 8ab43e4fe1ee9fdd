/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virtio-blk, 4 KiB random reads from the page cache, driven in this process on
 * one core: requests a second in direct mode, with access_platform=on without an
 * IOMMU, and through an IOMMU whose mappings are in place.
 *
 *   bench-virtio-blk [--seconds N] [--depth N] [--json FILE]
 */
#include "qemu/osdep.h"
#include <json-c/json.h>
#include "hw/virtio/virtio-blk.h"
#include "qemu/bswap.h"
#include "system/address-spaces.h"
#include "system/blockdev.h"
#include "../unit/memory-test.h"
#include "../unit/virtio-fixture.h"

#define FILE_SIZE  (64 * MIB)
#define BLOCK_SIZE 4096
#define MAX_DEPTH  64
#define QUEUE_SIZE 256
#define ROUNDS     7
/* The guest's memory: rings as in the fixture, headers, statuses, data. */
#define HEADERS 0x8000
#define STATUS  0xa000
#define DATA    0x20000
#define IOVA    0x40000000ULL /* where the IOMMU shows the RAM */

typedef struct Mode {
    const char *name;
    const char *platform; /* access_platform= */
    bool iommu;
    double best;
} Mode;

static Mode modes[] = {
    { "direct", "off", false },
    { "access_platform", "on", false },
    { "iommu", "on", true },
};

static double opt_seconds = 0.3;
static int opt_depth = 32;
static char *opt_json;
static uint32_t rng_state = 1;

static uint32_t next_random(void)
{
    rng_state = rng_state * 1664525 + 1013904223;
    return rng_state >> 8;
}

/* ---- the driver ---- */

static void prepare(VirtioTest *t, uint64_t base)
{
    for (int i = 0; i < opt_depth; i++) {
        struct virtio_blk_outhdr hdr = { .type = cpu_to_le32(VIRTIO_BLK_T_IN) };

        memcpy(t->ram + HEADERS + i * 16, &hdr, sizeof(hdr));
        split_desc(t, T_DESC, 3 * i, base + HEADERS + i * 16, 16, NEXT, 3 * i + 1);
        split_desc(t, T_DESC, 3 * i + 1, base + DATA + i * BLOCK_SIZE, BLOCK_SIZE,
                   NEXT | WRITE, 3 * i + 2);
        split_desc(t, T_DESC, 3 * i + 2, base + STATUS + i, 1, WRITE, 0);
    }
}

/* Offers the request and, when all are out, kicks once. */
static void offer(VirtioTest *t, unsigned i)
{
    uint64_t block = next_random() % (FILE_SIZE / BLOCK_SIZE);

    stq_le_p(t->ram + HEADERS + i * 16 + 8, block * (BLOCK_SIZE / 512));
    t->ram[STATUS + i] = 0xff;
    stw_le_p(t->ram + T_DRIVER + 4 + t->avail_idx % QUEUE_SIZE * 2, 3 * i);
    t->avail_idx++;
}

static void round_trip(VirtioTest *t)
{
    for (int i = 0; i < opt_depth; i++) {
        offer(t, i);
    }
    stw_le_p(t->ram + T_DRIVER + 2, t->avail_idx);
    virtio_queue_notify(t->vdev, 0);
    while (split_used_idx(t) != t->avail_idx) {
        main_loop_wait(1);
    }
    for (int i = 0; i < opt_depth; i++) {
        g_assert_cmpuint(t->ram[STATUS + i], ==, VIRTIO_BLK_S_OK);
    }
}

static double run(VirtioTest *t, double seconds)
{
    gint64 start = g_get_monotonic_time(), now;
    uint64_t requests = 0;

    do {
        for (int i = 0; i < 16; i++) {
            round_trip(t);
        }
        requests += 16 * opt_depth;
        now = g_get_monotonic_time();
    } while (now - start < seconds * 1e6);
    return requests / ((now - start) / 1e6);
}

/* ---- one mode ---- */

static double measure(const Mode *mode, AddressSpace *plain, AddressSpace *translated)
{
    const char *const props[] = { "access_platform", mode->platform, "drive", "disk",
                                  NULL };
    uint64_t base = mode->iommu ? IOVA : 0;
    uint64_t features = T_VERSION_1 | T_BIT(VIRTIO_BLK_F_FLUSH);
    VirtioTest *t;
    double rate;

    virtio_test_platform_as = mode->iommu ? translated : plain;
    t = virtio_test_new_type(TYPE_VIRTIO_BLK, props, &error_fatal);
    if (g_str_equal(mode->platform, "on")) {
        features |= T_BIT(VIRTIO_F_ACCESS_PLATFORM);
    }
    virtio_test_negotiate(t, features);
    prepare(t, base);
    virtio_test_set_rings(t, base + T_DESC, base + T_DRIVER, base + T_DEVICE);
    stw_le_p(t->ram + T_DRIVER, VRING_AVAIL_F_NO_INTERRUPT);
    rate = run(t, opt_seconds);
    virtio_test_free(t);
    return rate;
}

/* ---- the whole ---- */

static char *make_disk(void)
{
    char *path = g_strdup("/tmp/bench-virtio-blk-XXXXXX");
    g_autofree uint8_t *block = g_malloc(MIB);
    int fd = g_mkstemp(path);
    g_autofree char *option = NULL;

    memset(block, 0x5a, MIB);
    for (unsigned i = 0; i < FILE_SIZE / MIB; i++) {
        g_assert_cmpint(write(fd, block, MIB), ==, MIB);
    }
    close(fd);
    option = g_strdup_printf("file=%s,if=none,id=disk", path);
    drive_add(option, &error_fatal);
    return path;
}

static void report(void)
{
    struct json_object *root = json_object_new_object();

    printf("%-18s %14s %8s\n", "mode", "requests/s", "ratio");
    for (unsigned i = 0; i < G_N_ELEMENTS(modes); i++) {
        Mode *m = &modes[i];
        double ratio = m->best / modes[0].best;
        struct json_object *row = json_object_new_object();

        printf("%-18s %14.0f %8.3f\n", m->name, m->best, ratio);
        json_object_object_add(row, "requests_per_second",
                               json_object_new_double(m->best));
        json_object_object_add(row, "ratio_to_direct", json_object_new_double(ratio));
        json_object_object_add(root, m->name, row);
    }
    if (opt_json) {
        json_object_to_file_ext(opt_json, root, JSON_C_TO_STRING_PRETTY);
    }
    json_object_put(root);
}

static void parse_options(int *argc, char ***argv)
{
    GOptionEntry entries[] = {
        { "seconds", 0, 0, G_OPTION_ARG_DOUBLE, &opt_seconds, "of each run", "N" },
        { "depth", 0, 0, G_OPTION_ARG_INT, &opt_depth, "requests at a time", "N" },
        { "json", 0, 0, G_OPTION_ARG_FILENAME, &opt_json, "write the figures", "FILE" },
        { NULL },
    };
    g_autoptr(GOptionContext) ctx = g_option_context_new(NULL);
    g_autoptr(GError) err = NULL;

    g_option_context_add_main_entries(ctx, entries, NULL);
    if (!g_option_context_parse(ctx, argc, argv, &err)) {
        g_printerr("%s\n", err->message);
        exit(2);
    }
    opt_depth = CLAMP(opt_depth, 1, MAX_DEPTH);
}

int main(int argc, char **argv)
{
    AddressSpace plain, translated;
    g_autofree char *path = NULL;
    ToyIOMMU *toy;

    parse_options(&argc, &argv);
    virtio_test_init(&argc, &argv);
    path = make_disk();
    address_space_init(&plain, get_system_memory(), "platform");
    toy = new_toy(&address_space_memory, UINT64_MAX);
    toy_map(toy, IOVA, IOVA + T_RAM_SIZE - 1, 0, IOMMU_RW);
    address_space_init(&translated, toy_region(toy), "translated");

    /* Rounds of all modes in turn, so that what else runs hits them alike. */
    for (int r = 0; r < ROUNDS; r++) {
        for (unsigned i = 0; i < G_N_ELEMENTS(modes); i++) {
            modes[i].best = MAX(modes[i].best, measure(&modes[i], &plain, &translated));
        }
    }
    report();
    unlink(path);
    return 0;
}
