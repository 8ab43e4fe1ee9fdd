/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virtio-blk, 4 KiB random reads from the page cache, driven in this process on
 * one core: requests a second in direct mode, with access_platform=on in a machine
 * without an IOMMU, and through a virtio-iommu whose mappings are in place, each of
 * one page, as a Linux guest makes them.
 *
 * Each mode is a machine in a process of its own; they run in turns, a short while
 * each, so that what else the computer does hits them alike. Rates are by CPU time
 * of the process that does it all, the kernel's part included.
 */
#include "qemu/osdep.h"
#include <sys/socket.h>
#include <sys/wait.h>
#include "hw/virtio/virtio-blk.h"
#include "machine.h"
#include "qemu/bswap.h"
#include "qemu/units.h"
#include "report.h"
#include "standard-headers/linux/virtio_config.h"
#include "viommu-driver.h"

#define BLOCK_SIZE 4096
#define MAX_DEPTH  64
#define IOVA_BASE  0x4000000000ULL

/* The guest's memory. */
#define RING       (BENCH_RAM_BASE + 0x100000)
#define HEADERS    (BENCH_RAM_BASE + 0x110000)
#define STATUS     (BENCH_RAM_BASE + 0x111000)
#define DATA       (BENCH_RAM_BASE + 0x120000)
#define END        (DATA + MAX_DEPTH * BLOCK_SIZE)
#define IOMMU_RING (BENCH_RAM_BASE + 0x200000)

typedef struct Mode {
    const char *name;
    bool platform, iommu;
    int fd; /* to the process: a byte asks for a run, a double answers */
    pid_t pid;
    double best;
    double ratio; /* to direct mode: the best of those taken side by side */
} Mode;

static Mode modes[] = {
    { "direct", false, false },
    { "access_platform=on, no IOMMU", true, false },
    { "through virtio-iommu", true, true },
};

static double opt_seconds = 0.03;
static int opt_depth = 32, opt_rounds = 41, opt_blocks = 64 * MiB / BLOCK_SIZE;
static int opt_serve = -1;
static char *opt_disk;
static uint32_t rng_state = 1;

static uint32_t next_random(void)
{
    rng_state = rng_state * 1664525 + 1013904223;
    return rng_state >> 8;
}

/* ---- the driver ---- */

static void prepare(BenchQueue *q, hwaddr offset)
{
    for (int i = 0; i < opt_depth; i++) {
        struct virtio_blk_outhdr hdr = { .type = cpu_to_le32(VIRTIO_BLK_T_IN) };

        memcpy(bench_ram(HEADERS + i * 16), &hdr, sizeof(hdr));
        bench_desc(q, 3 * i, HEADERS + offset + i * 16, 16, VRING_DESC_F_NEXT);
        bench_desc(q, 3 * i + 1, DATA + offset + i * BLOCK_SIZE, BLOCK_SIZE,
                   VRING_DESC_F_NEXT | VRING_DESC_F_WRITE);
        bench_desc(q, 3 * i + 2, STATUS + offset + i, 1, VRING_DESC_F_WRITE);
    }
}

/* A batch of requests with one kick. */
static void round_trip(BenchQueue *q, uint8_t *headers, uint8_t *status)
{
    for (int i = 0; i < opt_depth; i++) {
        uint64_t block = next_random() % opt_blocks;

        stq_le_p(headers + i * 16 + 8, block * (BLOCK_SIZE / 512));
        status[i] = 0xff;
        bench_offer(q, 3 * i);
    }
    bench_kick(q);
    for (int i = 0; i < opt_depth; i++) {
        g_assert_cmpuint(status[i], ==, VIRTIO_BLK_S_OK);
    }
}

/* Requests a second. */
static double run(BenchQueue *q)
{
    uint8_t *headers = bench_ram(HEADERS), *status = bench_ram(STATUS);
    double start = bench_process_ns(), now;
    uint64_t requests = 0;

    do {
        for (int i = 0; i < 16; i++) {
            round_trip(q, headers, status);
        }
        requests += 16 * opt_depth;
        now = bench_process_ns();
    } while (now - start < opt_seconds * 1e9);
    return requests / ((now - start) / 1e9);
}

/* ---- one mode, in its process ---- */

static void map_everything(uint32_t endpoint)
{
    ViommuDriver iommu = viommu_driver_new(bench_device("iommu"), IOMMU_RING);

    viommu_driver_attach(&iommu, 1, endpoint);
    for (hwaddr p = RING; p < END; p += BLOCK_SIZE) {
        viommu_driver_map(&iommu, 1, p + IOVA_BASE, p, BLOCK_SIZE);
    }
    viommu_driver_flush(&iommu);
}

static BenchQueue start(const Mode *mode, const char *disk)
{
    const char *options[] = {
        "-machine",
        "virt",
        "-m",
        "16",
        "-nodefaults",
        "-drive",
        g_strdup_printf("if=none,id=disk,read-only=on,file=%s", disk),
        "-device",
        mode->platform ? "virtio-blk-pci,id=blk,drive=disk,access_platform=on"
                       : "virtio-blk-pci,id=blk,drive=disk",
        mode->iommu ? "-device" : NULL,
        "virtio-iommu-pci,id=iommu",
        NULL
    };
    uint64_t features = BIT_ULL(VIRTIO_F_VERSION_1) | BIT_ULL(VIRTIO_BLK_F_FLUSH);
    hwaddr offset = mode->iommu ? IOVA_BASE : 0;
    VirtIODevice *vdev;
    BenchQueue q;

    bench_machine(options);
    if (mode->iommu) {
        map_everything(bench_requester_id("blk"));
    }
    if (mode->platform) {
        features |= BIT_ULL(VIRTIO_F_ACCESS_PLATFORM);
    }
    vdev = bench_device("blk");
    bench_negotiate(vdev, features);
    q = bench_queue(vdev, 0, RING, offset);
    prepare(&q, offset);
    bench_driver_ok(vdev);
    return q;
}

/* Serves the process that started this one on standard input. */
static int serve(const Mode *mode, const char *disk)
{
    BenchQueue q = start(mode, disk);
    char byte;

    while (read(0, &byte, 1) == 1) {
        double rate = run(&q);

        if (write(0, &rate, sizeof(rate)) != sizeof(rate)) {
            break;
        }
    }
    return 0;
}

/* ---- the whole ---- */

static void spawn(Mode *mode, const char *disk)
{
    g_autofree char *serve_arg = g_strdup_printf("--serve=%d", (int)(mode - modes));
    g_autofree char *disk_arg = g_strdup_printf("--disk=%s", disk);
    g_autofree char *seconds_arg = g_strdup_printf("--seconds=%f", opt_seconds);
    g_autofree char *depth_arg = g_strdup_printf("--depth=%d", opt_depth);
    g_autofree char *blocks_arg = g_strdup_printf("--blocks=%d", opt_blocks);
    const char *argv[] = { "/proc/self/exe", serve_arg,  disk_arg, seconds_arg,
                           depth_arg,        blocks_arg, NULL };
    int fds[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0) {
        abort();
    }
    mode->pid = fork();
    if (mode->pid == 0) {
        dup2(fds[1], 0);
        execv(argv[0], (char **)argv);
        _exit(127);
    }
    close(fds[1]);
    mode->fd = fds[0];
}

static double ask(const Mode *mode)
{
    double rate;

    if (write(mode->fd, "", 1) != 1 ||
        read(mode->fd, &rate, sizeof(rate)) != sizeof(rate)) {
        fprintf(stderr, "%s: the process is gone\n", mode->name);
        exit(1);
    }
    return rate;
}

static char *make_disk(void)
{
    char *path = g_strdup("/tmp/bench-virtio-blk-XXXXXX");
    g_autofree uint8_t *block = g_malloc(MiB);
    int fd = g_mkstemp(path);

    memset(block, 0x5a, MiB);
    for (uint64_t i = 0; i < opt_blocks * (uint64_t)BLOCK_SIZE / MiB; i++) {
        g_assert_cmpint(write(fd, block, MiB), ==, MiB);
    }
    close(fd);
    return path;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static double median(double *values, int n)
{
    qsort(values, n, sizeof(values[0]), compare);
    return values[n / 2];
}

static void measure(void)
{
    g_autofree double *ratios = g_new(double, G_N_ELEMENTS(modes) * opt_rounds);

    for (int r = 0; r < opt_rounds; r++) {
        double direct = 0;

        for (unsigned i = 0; i < G_N_ELEMENTS(modes); i++) {
            double rate = ask(&modes[i]);

            direct = i ? direct : rate;
            modes[i].best = MAX(modes[i].best, rate);
            ratios[i * opt_rounds + r] = rate / direct;
        }
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(modes); i++) {
        modes[i].ratio = median(ratios + i * opt_rounds, opt_rounds);
    }
}

static void print(void)
{
    static const double goals[] = { 0, 0.98, 0.9 };

    bench_report(&(BenchRow){ .name = modes[0].name,
                              .value = modes[0].best,
                              .unit = "req/s",
                              .goal = 400000 });
    for (unsigned i = 1; i < G_N_ELEMENTS(modes); i++) {
        bench_report(&(BenchRow){ .name = modes[i].name,
                                  .baseline = modes[0].best,
                                  .value = modes[i].best,
                                  .unit = "req/s",
                                  .ratio = modes[i].ratio,
                                  .goal = goals[i] });
    }
}

int main(int argc, char **argv)
{
    const GOptionEntry options[] = {
        { "seconds", 0, 0, G_OPTION_ARG_DOUBLE, &opt_seconds, "of each run", "N" },
        { "depth", 0, 0, G_OPTION_ARG_INT, &opt_depth, "requests a kick", "N" },
        { "rounds", 0, 0, G_OPTION_ARG_INT, &opt_rounds, "runs of each mode", "N" },
        { "blocks", 0, 0, G_OPTION_ARG_INT, &opt_blocks, "4 KiB each", "N" },
        { "serve", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT, &opt_serve, "", "" },
        { "disk", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_FILENAME, &opt_disk, "", "" },
        { NULL },
    };
    g_autofree char *disk = NULL;

    bench_init_with(&argc, &argv, "virtio-blk, 4 KiB random reads from the page cache",
                    options);
    if (bench_smoke) {
        opt_seconds = 0;
        opt_rounds = 1;
        opt_blocks = MiB / BLOCK_SIZE;
    }
    opt_depth = CLAMP(opt_depth, 1, MAX_DEPTH);
    if (opt_serve >= 0) {
        return serve(&modes[opt_serve], opt_disk);
    }
    disk = make_disk();
    for (unsigned i = 0; i < G_N_ELEMENTS(modes); i++) {
        spawn(&modes[i], disk);
    }
    measure();
    unlink(disk);
    print();
    for (unsigned i = 0; i < G_N_ELEMENTS(modes); i++) {
        close(modes[i].fd);
        waitpid(modes[i].pid, NULL, 0);
    }
    return bench_finish();
}
