/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nobody is told of a mapping that was gone before he asked. Pages come and go in all
 * the places where a map keeps them, and each time lead to an address that says how
 * often that has happened; a reader notes how far the writer was, then asks.
 */
#include "epoch-reclaim.h"
#include <glib.h>

enum {
    N_READERS = 2,
    N_PAGES = 2048,
    IN_WINDOW = 256, /* of these, in one window */
    STEPS = 400000,
    WAVE = STEPS / 16,
    CYCLE = 160,
    FEW = 40,      /* too few pages for a table */
    IN_CYCLE = 80, /* enough of them */
    PAGE = 4096,
};

typedef struct Shared {
    ViommuMap *map;
    uint64_t newest[N_PAGES]; /* atomic; nothing older than this step is there */
    unsigned n_read;          /* pages that the readers ask for */
    size_t hits[N_READERS];
    int stop; /* atomic */
} Shared;

typedef struct Reader {
    Shared *shared;
    unsigned number;
} Reader;

static uint64_t start_of(uint64_t i)
{
    return i < IN_WINDOW ? (UINT64_C(1) << 40) + i * PAGE
                         : (i * 0x9e3779b1 % 0xffffff) * PAGE;
}

static ViommuRange range_of(uint64_t i)
{
    return (ViommuRange){ start_of(i), start_of(i) + PAGE - 1 };
}

static gpointer read_loop(gpointer opaque)
{
    Reader *reader = opaque;
    Shared *shared = reader->shared;

    epoch_reader_enter(reader->number);
    for (uint64_t n = reader->number; !__atomic_load_n(&shared->stop, __ATOMIC_RELAXED);
         n++) {
        uint64_t i = n * 1021 % shared->n_read;
        uint64_t newest = __atomic_load_n(&shared->newest[i], __ATOMIC_ACQUIRE);
        ViommuAnswer answer;

        if (viommu_map_translate(shared->map, start_of(i), &answer)) {
            g_assert_cmpuint(answer.phys / PAGE, >=, newest);
            shared->hits[reader->number]++;
        }
        if (n % 64 == 0) {
            epoch_reader_quiescent(reader->number);
        }
    }
    epoch_reader_leave(reader->number);
    return NULL;
}

static void remove_one(Shared *shared, uint64_t i, uint64_t step)
{
    g_assert_true(viommu_map_remove(shared->map, range_of(i), NULL, NULL));
    __atomic_store_n(&shared->newest[i], step, __ATOMIC_RELEASE);
}

static void remove_all(Shared *shared, uint64_t step)
{
    const ViommuRange all = { 0, UINT64_MAX };

    g_assert_true(viommu_map_remove(shared->map, all, NULL, NULL));
    for (unsigned i = 0; i < N_PAGES; i++) {
        __atomic_store_n(&shared->newest[i], step, __ATOMIC_RELEASE);
    }
}

static void insert_one(Shared *shared, uint64_t i, uint64_t step)
{
    ViommuMapping mapping = { range_of(i), step * PAGE, VIOMMU_PERM_RW };

    g_assert_true(viommu_map_insert(shared->map, &mapping));
    __atomic_store_n(&shared->newest[i], step, __ATOMIC_RELEASE);
}

/* Some waves only bring pages, so that tables open and the index grows. */
static void write_waves(Shared *shared, uint64_t step)
{
    uint64_t i = g_random_int() % N_PAGES;
    unsigned wave = step / WAVE;

    if (step % (4 * WAVE) == 2 * WAVE) {
        remove_all(shared, step);
    }
    remove_one(shared, i, step);
    if (wave % 4 != 3 || g_random_int() % 8 == 0) {
        insert_one(shared, i, step);
    }
}

/*
 * Again and again the pages of one window come, change where they are, and move to a
 * table of their own when more come; then all go.
 */
static void write_cycles(Shared *shared, uint64_t step)
{
    uint64_t at = step % CYCLE, i = g_random_int() % FEW;

    if (at < FEW || (at >= CYCLE / 2 && at < CYCLE / 2 + IN_CYCLE - FEW)) {
        insert_one(shared, at < FEW ? at : at - CYCLE / 2 + FEW, step);
    } else if (at < CYCLE - 1) {
        remove_one(shared, i, step);
        insert_one(shared, i, step);
    } else {
        remove_all(shared, step);
    }
}

static void run(unsigned n_read, void (*write)(Shared *, uint64_t))
{
    Shared *shared = g_new0(Shared, 1);
    GThread *threads[N_READERS];
    Reader readers[N_READERS];

    shared->map = viommu_map_new(PAGE, &epoch_reclaim);
    shared->n_read = n_read;
    for (unsigned i = 0; i < N_READERS; i++) {
        readers[i] = (Reader){ shared, i };
        threads[i] = g_thread_new("reader", read_loop, &readers[i]);
    }
    for (uint64_t step = CYCLE; step < STEPS; step++) {
        write(shared, step);
    }
    __atomic_store_n(&shared->stop, 1, __ATOMIC_RELAXED);
    for (unsigned i = 0; i < N_READERS; i++) {
        g_thread_join(threads[i]);
        g_assert_cmpuint(shared->hits[i], >, 0);
    }
    viommu_map_free(shared->map);
    g_assert_cmpuint(epoch_collect(), ==, 0);
    g_free(shared);
}

static void test_waves(void)
{
    run(N_PAGES, write_waves);
}

static void test_cycles(void)
{
    run(FEW, write_cycles);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/viommu-stale/waves", test_waves);
    g_test_add_func("/viommu-stale/cycles", test_cycles);
    return g_test_run();
}
