/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MAP and UNMAP through the core, the memory they take, and the large strokes. */
#include <glib.h>
#include <malloc.h>
#include "tests/unit/epoch-reclaim.h"
#include "viommu-bench.h"

static int rounds = 30, ops = 1 << 14;
static size_t many = 1 << 20;

/* Replaces one of @n live mappings after another; ns per UNMAP and MAP. */
static double time_core(BenchAddress *address, size_t n)
{
    Core core = core_new(&epoch_reclaim);
    double best = G_MAXDOUBLE;

    core_fill(&core, address, n);
    for (int round = 0; round < rounds; round++) {
        double start = bench_now_ns();

        for (int i = 0; i < ops; i++) {
            uint64_t iova = address(bench_shuffle(i * 5 + round * 977, n));

            g_assert_true(core_unmap_page(&core, iova));
            g_assert_true(core_map_page(&core, iova));
        }
        best = MIN(best, (bench_now_ns() - start) / ops);
    }
    viommu_db_free(core.db);
    epoch_collect();
    return best;
}

static double time_baseline(BenchAddress *address, size_t n)
{
    Baseline *b = baseline_new();
    double best = G_MAXDOUBLE;

    for (size_t i = 0; i < n; i++) {
        uint64_t iova = address(bench_shuffle(i, n));

        baseline_map(b, iova, iova + BENCH_PAGE - 1, bench_phys(iova), VIOMMU_PERM_RW);
    }
    for (int round = 0; round < rounds; round++) {
        double start = bench_now_ns();

        for (int i = 0; i < ops; i++) {
            uint64_t iova = address(bench_shuffle(i * 5 + round * 977, n));
            uint64_t last = iova + BENCH_PAGE - 1;

            g_assert_true(baseline_unmap(b, iova, last));
            g_assert_true(
                baseline_map(b, iova, last, bench_phys(iova), VIOMMU_PERM_RW));
        }
        best = MIN(best, (bench_now_ns() - start) / ops);
    }
    baseline_free(b);
    return best;
}

/* Heap in use, allocator overhead included. */
static double heap_bytes(void)
{
    struct mallinfo2 info = mallinfo2();

    return info.uordblks + info.hblkhd;
}

static void measure_memory(const char *name, BenchAddress *address, size_t n,
                           double limit)
{
    Core core = core_new(NULL);
    double before = heap_bytes();

    core_fill(&core, address, n);
    bench_figure(name, n, (heap_bytes() - before) / n, limit, "B/mapping");
    viommu_db_reset(core.db);
    bench_figure("  left after reset", n, heap_bytes() - before, 4096, "B");
    viommu_db_free(core.db);
}

static void measure_large(void)
{
    Core small = core_new(NULL), large = core_new(NULL);
    ViommuMapping giant = { { 0, (UINT64_C(1) << 30) - 1 }, 0, VIOMMU_PERM_RW };
    double start;

    g_assert_true(core_map_page(&small, 0));
    start = bench_now_ns();
    g_assert_cmpint(viommu_db_map(large.db, 1, &giant), ==, VIOMMU_S_OK);
    bench_figure("MAP of 1 GiB", 1, (bench_now_ns() - start) / 1e3, 10, "us");
    bench_figure("  bytes more than for 4 KiB", 1,
                 (double)viommu_db_bytes(large.db) - viommu_db_bytes(small.db), 0.5,
                 "B");
    viommu_db_free(small.db);
    viommu_db_free(large.db);
}

static void measure_unmap_all(const char *name, BenchAddress *address, size_t n)
{
    Core core = core_new(&epoch_reclaim);
    double start;

    core_fill(&core, address, n);
    start = bench_now_ns();
    g_assert_cmpint(viommu_db_unmap(core.db, 1, (ViommuRange){ 0, UINT64_MAX }), ==,
                    VIOMMU_S_OK);
    bench_figure(name, n, (bench_now_ns() - start) / 1e6, 100, "ms");
    viommu_db_free(core.db);
    epoch_collect();
}

/* Into a domain that has @n mappings and out again; what it costs must not grow. */
static double time_attach(size_t n)
{
    Core core = core_new(NULL);
    uint32_t id = 9;
    double start;

    core_fill(&core, bench_scattered, n);
    viommu_db_register(core.db, &id, 1, NULL, 0, NULL);
    start = bench_now_ns();
    for (int i = 0; i < 10000; i++) {
        g_assert_cmpint(viommu_db_attach(core.db, 1, id, 0), ==, VIOMMU_S_OK);
        g_assert_cmpint(viommu_db_detach(core.db, 1, id), ==, VIOMMU_S_OK);
        viommu_db_set_bypass(core.db, i & 1);
    }
    start = (bench_now_ns() - start) / 10000;
    viommu_db_free(core.db);
    return start;
}

int main(int argc, char **argv)
{
    static const size_t n[] = { 1 << 10, 1 << 16, 1 << 20 };
    double few_ns, many_ns;

    bench_init(&argc, &argv, "UNMAP + MAP, in random order");
    if (bench_smoke) {
        rounds = 1;
        ops = 64;
        many = 1 << 11;
    }
    for (unsigned i = 0; i < (bench_smoke ? 1 : G_N_ELEMENTS(n)); i++) {
        bench_row("UNMAP + MAP, dense", n[i], time_baseline(bench_dense, n[i]),
                  time_core(bench_dense, n[i]), n[i] == 1 << 16 ? 10 : 0);
        bench_row("UNMAP + MAP, scattered", n[i], time_baseline(bench_scattered, n[i]),
                  time_core(bench_scattered, n[i]), n[i] == 1 << 16 ? 10 : 0);
    }
    measure_memory("memory, scattered over 48 bits", bench_scattered, many, 48);
    measure_memory("memory, dense", bench_dense, many, 16);
    measure_large();
    measure_unmap_all("UNMAP [0, 2^64-1], dense", bench_dense, many);
    measure_unmap_all("UNMAP [0, 2^64-1], scattered", bench_scattered, many);
    few_ns = time_attach(1 << 10);
    many_ns = time_attach(many);
    bench_figure("ATTACH + DETACH + bypass flip", 1 << 10, few_ns, 0, "ns");
    bench_figure("  the same, against the above", many, many_ns / few_ns, 3, "times");
    return bench_finish();
}
