/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Translation of hits in random order, alone and against a writer. */
#include <glib.h>
#include <stdlib.h>
#include "tests/unit/epoch-reclaim.h"
#include "viommu-bench.h"

enum { ROUNDS = 3, CHUNK = 1024 };

/* ns per hit of @n_ops translations; the best of some rounds. */
static double time_core(const Core *core, BenchAddress *address, size_t n, size_t n_ops)
{
    double best = G_MAXDOUBLE;

    for (int round = 0; round < ROUNDS; round++) {
        double start = bench_now_ns();
        uint64_t wrong = 0;

        for (size_t i = 0; i < n_ops; i++) {
            uint64_t iova = address(bench_shuffle(i, n)) + (i & 0xfff);
            ViommuAnswer answer;

            wrong += viommu_db_translate(core->ep, iova, VIOMMU_PERM_READ, &answer) !=
                     VIOMMU_HIT;
            wrong += answer.phys != bench_phys(iova);
        }
        best = MIN(best, (bench_now_ns() - start) / n_ops);
        g_assert_cmpuint(wrong, ==, 0);
    }
    return best;
}

static double time_baseline(Baseline *b, BenchAddress *address, size_t n, size_t n_ops)
{
    double best = G_MAXDOUBLE;

    for (int round = 0; round < ROUNDS; round++) {
        double start = bench_now_ns();
        uint64_t wrong = 0;

        for (size_t i = 0; i < n_ops; i++) {
            uint64_t iova = address(bench_shuffle(i, n)) + (i & 0xfff);
            ViommuAnswer answer;

            wrong += !baseline_translate(b, iova, VIOMMU_PERM_READ, &answer);
            wrong += answer.phys != bench_phys(iova);
        }
        best = MIN(best, (bench_now_ns() - start) / n_ops);
        g_assert_cmpuint(wrong, ==, 0);
    }
    return best;
}

static void compare(const char *name, BenchAddress *address, size_t n, double target)
{
    Baseline *b = baseline_new();
    Core core = core_new(NULL);
    double baseline, fast;

    for (size_t i = 0; i < n; i++) {
        uint64_t iova = address(bench_shuffle(i, n));

        baseline_map(b, iova, iova + BENCH_PAGE - 1, bench_phys(iova), VIOMMU_PERM_RW);
    }
    core_fill(&core, address, n);
    baseline = time_baseline(b, address, n, 1 << 19);
    fast = time_core(&core, address, n, 1 << 23);
    bench_row(name, n, baseline, fast, target);
    viommu_db_free(core.db);
    baseline_free(b);
}

/* --------------------------------------------------------------- threads -- */

typedef struct Load {
    Core core;
    size_t n;
    unsigned reader;
    size_t n_ops;
    int stop; /* atomic */
    size_t done;
    double seconds; /* of CPU time: what others take away does not count */
} Load;

static double thread_seconds(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
    return ts.tv_sec + ts.tv_nsec / 1e9;
}

static gpointer read_loop(gpointer opaque)
{
    Load *load = opaque;
    double start = thread_seconds();
    uint64_t wrong = 0;

    epoch_reader_enter(load->reader);
    for (size_t i = 0; i < load->n_ops; i++) {
        uint64_t iova = bench_dense(bench_shuffle(i + load->reader * 77, load->n));
        ViommuAnswer answer;

        wrong += viommu_db_translate(load->core.ep, iova, VIOMMU_PERM_READ, &answer) !=
                 VIOMMU_HIT;
        wrong += answer.phys != bench_phys(iova);
        if (i % CHUNK == 0) {
            epoch_reader_quiescent(load->reader);
        }
    }
    epoch_reader_leave(load->reader);
    load->seconds = thread_seconds() - start;
    g_assert_cmpuint(wrong, ==, 0);
    return NULL;
}

/* Pages behind the ones that are read, in windows of their own and shared ones. */
static gpointer write_loop(gpointer opaque)
{
    Load *load = opaque;
    size_t extra = 4096;

    for (size_t i = 0; !__atomic_load_n(&load->stop, __ATOMIC_RELAXED); i++) {
        uint64_t iova = bench_dense(load->n + bench_shuffle(i, extra));

        g_assert_true(core_map_page(&load->core, iova));
        g_assert_true(core_unmap_page(&load->core, iova));
        load->done++;
    }
    return NULL;
}

/* Translations a second of CPU time, summed over @n_readers, against a writer. */
static double rate(Core core, size_t n, unsigned n_readers)
{
    Load load[2] = { 0 }, writer = { .core = core, .n = n };
    GThread *reader[2], *writing = g_thread_new("writer", write_loop, &writer);
    double sum = 0;

    for (unsigned i = 0; i < n_readers; i++) {
        load[i] = (Load){ .core = core, .n = n, .reader = i, .n_ops = 1 << 24 };
        reader[i] = g_thread_new("reader", read_loop, &load[i]);
    }
    for (unsigned i = 0; i < n_readers; i++) {
        g_thread_join(reader[i]);
        sum += load[i].n_ops / load[i].seconds;
    }
    __atomic_store_n(&writer.stop, 1, __ATOMIC_RELAXED);
    g_thread_join(writing);
    g_assert_cmpuint(writer.done, >, 0);
    epoch_collect();
    return sum;
}

static void scale(size_t n)
{
    Core core = core_new(&epoch_reclaim);
    double one = 0, two = 0;

    core_fill(&core, bench_dense, n);
    for (int round = 0; round < ROUNDS; round++) {
        one = MAX(one, rate(core, n, 1));
        two = MAX(two, rate(core, n, 2));
    }
    bench_row("2 readers against a writer", n, 1e9 / one, 1e9 / two, 1.8);
    viommu_db_free(core.db);
    epoch_collect();
}

int main(int argc, char **argv)
{
    static const size_t n[] = { 1 << 10, 1 << 16, 1 << 20 };
    static const double dense[] = { 20, 80, 150 }, scattered[] = { 5, 12, 25 };

    bench_init(&argc, &argv, "translate, hits in random order");
    for (unsigned i = 0; i < G_N_ELEMENTS(n); i++) {
        compare("translate, dense", bench_dense, n[i], dense[i]);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(n); i++) {
        compare("translate, scattered over 48 bits", bench_scattered, n[i],
                scattered[i]);
    }
    scale(1 << 16);
    return bench_finish();
}
