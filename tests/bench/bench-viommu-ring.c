/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The device as a driver meets it: requests through the ring, 128 a kick, against
 * a device built on the baseline in the same machine; the large strokes; what a DMA
 * asks. Times are CPU times of the kicks: the driver's own work is not in them.
 */
#include "qemu/osdep.h"
#include "baseline-device.h"
#include "hw/pci/pci_device.h"
#include "hw/virtio/virtio-iommu-query.h"
#include "machine.h"
#include "qemu/rcu.h"
#include "qemu/units.h"
#include "report.h"
#include "standard-headers/linux/virtio_iommu.h"
#include "system/cmdline.h"
#include "qapi/error.h"
#include "system/dma.h"
#include "viommu-bench.h"
#include "viommu-driver.h"
#include <malloc.h>

#define IOMMU_RING    (BENCH_RAM_BASE + 0x100000)
#define BASELINE_RING (BENCH_RAM_BASE + 0x200000)
#define DATA          (BENCH_RAM_BASE + 16 * MiB)

enum { DOMAIN = 1, SMALL_DOMAIN = 2, MANY = 1 << 20, FEW = 1 << 10 };

static VirtIODevice *vdev;
static ViommuDriver iommu;
static int rounds = 9, ops = 1 << 13;
static uint32_t first_endpoint, second_endpoint;

/* ---- MAP and UNMAP ---- */

static void map_page(ViommuDriver *d, uint64_t iova)
{
    viommu_driver_map(d, DOMAIN, iova, bench_phys(iova), BENCH_PAGE);
}

static void fill(ViommuDriver *d, BenchAddress *address, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        map_page(d, address(bench_shuffle(i, n)));
    }
    viommu_driver_flush(d);
}

/* A device that was just reset, with domain 1. */
static void restart(void)
{
    iommu = viommu_driver_new(vdev, IOMMU_RING);
    viommu_driver_attach(&iommu, DOMAIN, first_endpoint);
    viommu_driver_flush(&iommu);
}

/* ns for an UNMAP and a MAP of one of @n live mappings. */
static double replace_round(ViommuDriver *d, BenchAddress *address, size_t n, int round)
{
    double before = d->device_ns;

    for (int i = 0; i < ops; i++) {
        uint64_t iova = address(bench_shuffle(i * 5 + round * 977, n));

        viommu_driver_unmap(d, DOMAIN, iova, iova + BENCH_PAGE - 1);
        map_page(d, iova);
    }
    viommu_driver_flush(d);
    return (d->device_ns - before) / ops;
}

static void measure_replace(const char *name, BenchAddress *address, size_t n,
                            double goal)
{
    VirtIODevice *old = bench_device("baseline");
    ViommuDriver baseline = viommu_driver_new(old, BASELINE_RING);
    double best = G_MAXDOUBLE, best_baseline = G_MAXDOUBLE;

    restart();
    fill(&baseline, address, n);
    fill(&iommu, address, n);
    for (int round = 0; round < rounds; round++) {
        best_baseline = MIN(best_baseline, replace_round(&baseline, address, n, round));
        best = MIN(best, replace_round(&iommu, address, n, round));
    }
    bench_row(name, n, best_baseline, best, goal);
    virtio_reset(old);
}

/* ---- large strokes ---- */

static double heap_bytes(void)
{
    struct mallinfo2 heap;

    drain_call_rcu();
    heap = mallinfo2();
    return heap.uordblks + heap.hblkhd;
}

static VirtIOIOMMUInfo query(void)
{
    VirtIOIOMMUInfo info;

    virtio_iommu_query(VIRTIO_IOMMU(vdev), &info);
    return info;
}

static double time_unmap_all(void)
{
    double before = iommu.device_ns;

    viommu_driver_unmap(&iommu, DOMAIN, 0, UINT64_MAX);
    viommu_driver_flush(&iommu);
    g_assert_cmpuint(query().mappings, ==, 0);
    return (iommu.device_ns - before) / 1e6;
}

static void measure_unmap_all(const char *name, BenchAddress *address, size_t n)
{
    restart();
    fill(&iommu, address, n);
    bench_figure(name, n, time_unmap_all(), 100, "ms");
}

static void measure_reset(size_t n)
{
    double before, counted, start;

    virtio_reset(vdev);
    before = heap_bytes();
    counted = query().bytes;
    restart();
    fill(&iommu, bench_scattered, n);
    start = bench_now_ns();
    virtio_reset(vdev);
    bench_figure("device reset", n, (bench_now_ns() - start) / 1e6, 100, "ms");
    bench_figure("  left after it, by the counters", n, query().bytes - counted, 0.5,
                 "B");
    bench_figure("  left after it, on the heap", n, heap_bytes() - before, 65536, "B");
}

/* The last endpoint takes the domain with it. */
static void measure_last_detach(size_t n)
{
    double before;

    restart();
    fill(&iommu, bench_scattered, n);
    before = iommu.device_ns;
    viommu_driver_detach(&iommu, DOMAIN, first_endpoint);
    viommu_driver_flush(&iommu);
    bench_figure("DETACH of the last endpoint", n, (iommu.device_ns - before) / 1e6,
                 100, "ms");
}

/* ---- constant time ---- */

/* The second endpoint goes into the domain and out again. */
static double attach_round(uint32_t domain)
{
    double before = iommu.device_ns;

    for (int i = 0; i < ops / 8; i++) {
        viommu_driver_attach(&iommu, domain, second_endpoint);
        viommu_driver_detach(&iommu, domain, second_endpoint);
    }
    viommu_driver_flush(&iommu);
    return (iommu.device_ns - before) / (ops / 8);
}

static double bypass_round(void)
{
    unsigned field = offsetof(struct virtio_iommu_config, bypass);
    double start = bench_now_ns();

    for (int i = 0; i < ops / 8; i++) {
        virtio_config_modern_writeb(vdev, field, i & 1);
    }
    return (bench_now_ns() - start) / (ops / 8);
}

typedef double Round(void);

static double best_of(Round *round)
{
    double best = G_MAXDOUBLE;

    for (int i = 0; i < rounds; i++) {
        best = MIN(best, round());
    }
    return best;
}

static void report_constant(const char *name, size_t n, double few, double many)
{
    bench_report(&(BenchRow){ .name = name,
                              .n = n,
                              .baseline = few,
                              .value = many,
                              .unit = "ns",
                              .ratio = many / few,
                              .goal = 1.5,
                              .at_most = true });
}

/* In turns with a domain of few mappings, which a third endpoint keeps. */
static void measure_attach(size_t few, size_t many)
{
    double best_few = G_MAXDOUBLE, best_many = G_MAXDOUBLE;

    restart();
    viommu_driver_attach(&iommu, SMALL_DOMAIN, bench_requester_id("third"));
    for (size_t i = 0; i < few; i++) {
        viommu_driver_map(&iommu, SMALL_DOMAIN, bench_scattered(i), 0, BENCH_PAGE);
    }
    fill(&iommu, bench_scattered, many);
    for (int i = 0; i < rounds; i++) {
        best_few = MIN(best_few, attach_round(SMALL_DOMAIN));
        best_many = MIN(best_many, attach_round(DOMAIN));
    }
    report_constant("ATTACH + DETACH, against few", many, best_few, best_many);
}

static void measure_bypass(size_t few, size_t many)
{
    double best_few;

    restart();
    fill(&iommu, bench_scattered, few);
    best_few = best_of(bypass_round);
    restart();
    fill(&iommu, bench_scattered, many);
    report_constant("bypass flip, against few", many, best_few, best_of(bypass_round));
}

static uint64_t map_size;

static double map_round(void)
{
    double before = iommu.device_ns;

    for (int i = 0; i < ops / 8; i++) {
        viommu_driver_map(&iommu, DOMAIN, 64 * GiB, 0, map_size);
        viommu_driver_unmap(&iommu, DOMAIN, 64 * GiB, 64 * GiB + map_size - 1);
    }
    viommu_driver_flush(&iommu);
    return (iommu.device_ns - before) / (ops / 8);
}

static double bytes_of_map(void)
{
    restart();
    viommu_driver_map(&iommu, DOMAIN, 64 * GiB, 0, map_size);
    viommu_driver_flush(&iommu);
    return query().bytes;
}

static void measure_size(void)
{
    double page, page_bytes;

    map_size = BENCH_PAGE;
    page_bytes = bytes_of_map();
    restart();
    page = best_of(map_round);
    map_size = GiB;
    report_constant("MAP + UNMAP of 1 GiB, against 4 KiB", 0, page, best_of(map_round));
    bench_figure("  bytes it takes more", 0, bytes_of_map() - page_bytes, 0.5, "B");
}

/* ---- DMA ---- */

static void count_hits(void *opaque, const VirtIOIOMMUEndpointInfo *info)
{
    *(uint64_t *)opaque += info->hits;
}

static uint64_t hits(void)
{
    uint64_t sum = 0;

    virtio_iommu_query_endpoints(VIRTIO_IOMMU(vdev), count_hits, &sum);
    return sum;
}

static void measure_dma(void)
{
    PCIDevice *dev = PCI_DEVICE(qdev_find_by_id("first", &error_fatal));
    AddressSpace *as = pci_device_iommu_address_space(dev);
    g_autofree uint8_t *buf = g_malloc(MiB);
    uint64_t before;

    restart();
    viommu_driver_map(&iommu, DOMAIN, GiB, DATA, MiB);
    viommu_driver_flush(&iommu);
    memset(bench_ram(DATA), 0xa5, MiB);
    before = hits();
    g_assert_cmpint(dma_memory_read(as, GiB, buf, MiB, MEMTXATTRS_UNSPECIFIED), ==,
                    MEMTX_OK);
    g_assert_cmphex(buf[MiB - 1], ==, 0xa5);
    bench_figure("translations of a DMA of 1 MiB", 1, hits() - before, 1, "");
}

int main(int argc, char **argv)
{
    static const char *const options[] = {
        "-machine",
        "virt",
        "-m",
        "64",
        "-nodefaults",
        "-device",
        "edu,id=first",
        "-device",
        "edu,id=second",
        "-device",
        "edu,id=third",
        "-device",
        "virtio-iommu-pci,id=iommu",
        "-device",
        TYPE_BENCH_BASELINE ",id=baseline",
        NULL,
    };
    static const size_t n[] = { FEW, FEW * 64, MANY };
    size_t many = MANY;

    bench_init(&argc, &argv, "the device, through its ring");
    if (bench_smoke) {
        rounds = 1;
        ops = 128;
        many = 2 * FEW;
    }
    bench_machine(options);
    vdev = bench_device("iommu");
    first_endpoint = bench_requester_id("first");
    second_endpoint = bench_requester_id("second");

    for (unsigned i = 0; i < (bench_smoke ? 1 : G_N_ELEMENTS(n)); i++) {
        double goal = n[i] == FEW * 64 ? 5 : 0;

        measure_replace("UNMAP + MAP, dense", bench_dense, n[i], goal);
        measure_replace("UNMAP + MAP, scattered", bench_scattered, n[i], goal);
    }
    measure_unmap_all("UNMAP [0, 2^64-1], dense", bench_dense, many);
    measure_unmap_all("UNMAP [0, 2^64-1], scattered", bench_scattered, many);
    measure_last_detach(many);
    measure_reset(many);
    measure_attach(FEW, many);
    measure_bypass(FEW, many);
    measure_size();
    measure_dma();
    return bench_finish();
}
