/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Translation of hits in random order, alone and against a writer. */
#include <glib.h>
#include <stdlib.h>
#include "tests/unit/epoch-reclaim.h"
#include "viommu-bench.h"

/* Short rounds, of which the best counts: others use the machine, too. */
static int rounds = 20, scale_rounds = 5;
/* Translations in a round. */
static size_t core_ops = 1 << 20, baseline_ops = 1 << 16, reader_ops = 1 << 22;

enum { CHUNK = 1024 };

typedef struct Load {
    Core core;
    Baseline *baseline;
    uint64_t *iova; /* the addresses of all mappings, in random order */
    size_t n;
    size_t at; /* where to go on */
} Load;

static Load load_new(BenchAddress *address, size_t n)
{
    Load load = { core_new(NULL), baseline_new(), g_new(uint64_t, n), n };

    for (size_t i = 0; i < n; i++) {
        uint64_t iova = address(bench_shuffle(i, n));

        load.iova[i] = iova + (i & (BENCH_PAGE - 1));
        baseline_map(load.baseline, iova, iova + BENCH_PAGE - 1, bench_phys(iova),
                     VIOMMU_PERM_RW);
    }
    core_fill(&load.core, address, n);
    return load;
}

static void load_free(Load *load)
{
    viommu_db_free(load->core.db);
    baseline_free(load->baseline);
    g_free(load->iova);
}

/* Translates @n of the addresses; returns how many answers were wrong. */
typedef uint64_t Translate(const Load *load, const uint64_t *iova, size_t n);

static uint64_t translate_core(const Load *load, const uint64_t *iova, size_t n)
{
    const ViommuEndpoint *ep = load->core.ep;
    uint64_t wrong = 0;

    for (size_t i = 0; i < n; i++) {
        ViommuAnswer answer;

        wrong +=
            viommu_db_translate(ep, iova[i], VIOMMU_PERM_READ, &answer) != VIOMMU_HIT;
        wrong += answer.phys != bench_phys(iova[i]);
    }
    return wrong;
}

static uint64_t translate_baseline(const Load *load, const uint64_t *iova, size_t n)
{
    uint64_t wrong = 0;

    for (size_t i = 0; i < n; i++) {
        ViommuAnswer answer;

        wrong +=
            !baseline_translate(load->baseline, iova[i], VIOMMU_PERM_READ, &answer);
        wrong += answer.phys != bench_phys(iova[i]);
    }
    return wrong;
}

/* @ops more, from where the last ones ended. Returns how many were wrong. */
static uint64_t go_on(Load *load, Translate *translate, size_t ops)
{
    uint64_t wrong = 0;

    while (ops) {
        size_t at = load->at, n = MIN(load->n - at, ops);

        wrong += translate(load, load->iova + at, n);
        load->at = (at + n) % load->n;
        ops -= n;
    }
    return wrong;
}

/*
 * Nanoseconds for one of @ops translations. As many go before, untimed: by then
 * what the other side left in the caches is gone.
 */
static double timed(Load *load, Translate *translate, size_t ops)
{
    uint64_t wrong = go_on(load, translate, ops);
    double start = bench_now_ns(), end;

    wrong += go_on(load, translate, ops);
    end = bench_now_ns();
    g_assert_cmpuint(wrong, ==, 0);
    return (end - start) / ops;
}

static void compare(const char *name, BenchAddress *address, size_t n, double target)
{
    Load load = load_new(address, n);
    double baseline = G_MAXDOUBLE, core = G_MAXDOUBLE, t;

    for (int round = 0; round < rounds; round++) {
        t = timed(&load, translate_baseline, baseline_ops);
        baseline = MIN(baseline, t);
        t = timed(&load, translate_core, core_ops);
        core = MIN(core, t);
    }
    bench_row(name, n, baseline, core, target);
    load_free(&load);
}

/* --------------------------------------------------------------- threads -- */

typedef struct Worker {
    Core core;
    size_t n;
    unsigned reader;
    size_t n_ops;
    int stop; /* atomic */
    size_t done;
    double ns; /* of CPU time: what others take away does not count */
} Worker;

static gpointer read_loop(gpointer opaque)
{
    Worker *worker = opaque;
    double start = bench_now_ns();
    uint64_t wrong = 0;

    epoch_reader_enter(worker->reader);
    for (size_t i = 0; i < worker->n_ops; i++) {
        uint64_t iova = bench_dense(bench_shuffle(i + worker->reader * 77, worker->n));
        ViommuAnswer answer;

        wrong += viommu_db_translate(worker->core.ep, iova, VIOMMU_PERM_READ,
                                     &answer) != VIOMMU_HIT;
        wrong += answer.phys != bench_phys(iova);
        if (i % CHUNK == 0) {
            epoch_reader_quiescent(worker->reader);
        }
    }
    epoch_reader_leave(worker->reader);
    worker->ns = bench_now_ns() - start;
    g_assert_cmpuint(wrong, ==, 0);
    return NULL;
}

/* Pages behind the ones that are read, in windows of their own and shared ones. */
static gpointer write_loop(gpointer opaque)
{
    Worker *worker = opaque;
    size_t extra = 4096;

    for (size_t i = 0; !__atomic_load_n(&worker->stop, __ATOMIC_RELAXED); i++) {
        uint64_t iova = bench_dense(worker->n + bench_shuffle(i, extra));

        g_assert_true(core_map_page(&worker->core, iova));
        g_assert_true(core_unmap_page(&worker->core, iova));
        worker->done++;
    }
    return NULL;
}

/* Translations a nanosecond of CPU time, summed over @n_readers, against a writer. */
static double rate(Core core, size_t n, unsigned n_readers)
{
    Worker reading[2] = { 0 }, writer = { .core = core, .n = n };
    GThread *reader[2], *writing = g_thread_new("writer", write_loop, &writer);
    double sum = 0;

    for (unsigned i = 0; i < n_readers; i++) {
        reading[i] = (Worker){ .core = core, .n = n, .reader = i, .n_ops = reader_ops };
        reader[i] = g_thread_new("reader", read_loop, &reading[i]);
    }
    for (unsigned i = 0; i < n_readers; i++) {
        g_thread_join(reader[i]);
        sum += reading[i].n_ops / reading[i].ns;
    }
    __atomic_store_n(&writer.stop, 1, __ATOMIC_RELAXED);
    g_thread_join(writing);
    g_assert_true(bench_smoke || writer.done > 0);
    epoch_collect();
    return sum;
}

static void scale(size_t n)
{
    Core core = core_new(&epoch_reclaim);
    double one = 0, two = 0;

    core_fill(&core, bench_dense, n);
    for (int round = 0; round < scale_rounds; round++) {
        one = MAX(one, rate(core, n, 1));
        two = MAX(two, rate(core, n, 2));
    }
    bench_row("2 readers against a writer", n, 1 / one, 1 / two, 1.8);
    viommu_db_free(core.db);
    epoch_collect();
}

int main(int argc, char **argv)
{
    static const size_t n[] = { 1 << 10, 1 << 16, 1 << 20 };
    static const double dense[] = { 20, 80, 150 }, scattered[] = { 5, 12, 25 };

    bench_init(&argc, &argv, "translate, hits in random order");
    if (bench_smoke) {
        rounds = scale_rounds = 1;
        core_ops = baseline_ops = reader_ops = 4 * CHUNK;
    }
    for (unsigned i = 0; i < (bench_smoke ? 1 : G_N_ELEMENTS(n)); i++) {
        compare("translate, dense", bench_dense, n[i], dense[i]);
    }
    for (unsigned i = 0; i < (bench_smoke ? 1 : G_N_ELEMENTS(n)); i++) {
        compare("translate, scattered over 48 bits", bench_scattered, n[i],
                scattered[i]);
    }
    scale(1 << 16);
    return bench_finish();
}
