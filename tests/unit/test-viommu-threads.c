/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Readers against a writer that maps, unmaps, attaches, detaches and resets.
 *
 * Every answer must be one that was right at some moment: a page is mapped to one
 * of two addresses, each with permissions of its own, or to nothing; the address of
 * one with the permissions of the other is neither. Pages that the writer leaves alone
 * must never be missed while their neighbours move between table and tree.
 * Built with -Dsanitize=thread this shows that nothing else orders the two.
 */
#include <string.h>
#include "epoch-reclaim.h"
#include "viommu-db-fixture.h"

enum {
    N_READERS = 2,
    N_PAGES = 2048, /* four windows */
    KEEP = 7,       /* every seventh page is left alone in the first test */
    WRITER_STEPS = 60000,
};

#define SPARSE (UINT64_C(1) << 40) /* where pages are strewn about */
#define OTHER  (UINT64_C(1) << 41) /* no phys_of() has this bit */

typedef struct Shared {
    Fixture t;
    int stop; /* atomic */
    bool kept_must_hit;
    size_t hits[N_READERS];
} Shared;

typedef struct Reader {
    Shared *shared;
    unsigned number;
} Reader;

static uint64_t iova_of(uint64_t i)
{
    return i % 2 ? i * PAGE : SPARSE + (i * 0x9e3779b1 % 0xffffff) * PAGE;
}

static uint64_t phys_of(uint64_t iova)
{
    return (iova / PAGE * 3 & 0xfffffff) * PAGE;
}

/* What step @step maps a page to. */
static uint64_t phys_at(uint64_t iova, uint64_t step)
{
    return phys_of(iova) | (step & 1) * OTHER;
}

/* Every fifth page has no short form, and is in the tree alone. */
static uint32_t flags_at(uint64_t iova, uint64_t step)
{
    return (step & 1 ? VIOMMU_PERM_READ : VIOMMU_PERM_RW) |
           (iova / PAGE % 5 ? VIOMMU_PERM_NONE : VIOMMU_PERM_MMIO);
}

static gpointer read_loop(gpointer opaque)
{
    Reader *reader = opaque;
    Shared *shared = reader->shared;
    uint64_t i = reader->number;

    epoch_reader_enter(reader->number);
    while (!__atomic_load_n(&shared->stop, __ATOMIC_RELAXED)) {
        uint64_t page = i * 31 % N_PAGES, iova = iova_of(page) + 0x123;
        ViommuAnswer answer;
        ViommuResult result =
            viommu_db_translate(shared->t.a, iova, VIOMMU_PERM_READ, &answer);

        if (result == VIOMMU_HIT) {
            bool other = viommu_answer_at(&answer, iova) & OTHER;

            g_assert_cmphex(viommu_answer_at(&answer, iova), ==,
                            phys_at(iova, other) + 0x123);
            g_assert_cmpuint(answer.flags, ==, flags_at(iova, other));
            shared->hits[reader->number]++;
        } else {
            g_assert_true(!shared->kept_must_hit || page % KEEP);
            g_assert_cmpint(result, !=, VIOMMU_DENIED);
        }
        if (++i % 64 == 0) {
            epoch_reader_quiescent(reader->number);
        }
    }
    epoch_reader_leave(reader->number);
    return NULL;
}

static void run(Shared *shared, void (*write)(Shared *, uint64_t))
{
    GThread *threads[N_READERS];
    Reader readers[N_READERS];

    for (unsigned i = 0; i < N_READERS; i++) {
        readers[i] = (Reader){ shared, i };
        threads[i] = g_thread_new("reader", read_loop, &readers[i]);
    }
    for (uint64_t step = 0; step < WRITER_STEPS; step++) {
        write(shared, step);
    }
    __atomic_store_n(&shared->stop, 1, __ATOMIC_RELAXED);
    for (unsigned i = 0; i < N_READERS; i++) {
        g_thread_join(threads[i]);
    }
    viommu_db_free(shared->t.db);
    g_assert_cmpuint(epoch_collect(), ==, 0);
}

static void start(Shared *shared)
{
    ViommuConfig config = fixture_config();

    memset(shared, 0, sizeof(*shared));
    config.max_mappings = SIZE_MAX;
    shared->t.db = viommu_db_new(&config, NULL, NULL, &epoch_reclaim);
    viommu_db_set_features(shared->t.db, VIOMMU_F_ALL);
    shared->t.a = fixture_endpoint(shared->t.db, EP_A, NULL, 0);
    shared->t.b = fixture_endpoint(shared->t.db, EP_B, NULL, 0);
    assert_ok(viommu_db_attach(shared->t.db, 1, EP_A, 0));
}

static ViommuStatus map_one(Shared *shared, uint64_t page, uint64_t step)
{
    uint64_t iova = iova_of(page);

    return map(&shared->t, 1, iova, iova + PAGE - 1, phys_at(iova, step),
               flags_at(iova, step));
}

static ViommuStatus unmap_one(Shared *shared, uint64_t page)
{
    return unmap(&shared->t, iova_of(page), iova_of(page) + PAGE - 1);
}

/* Waves: everything but every KEEP-th page comes and goes. */
static void write_waves(Shared *shared, uint64_t step)
{
    uint64_t page = step * 1021 % N_PAGES;

    if (page % KEEP == 0) {
        return;
    }
    if (step / N_PAGES % 2) {
        unmap_one(shared, page);
    } else {
        map_one(shared, page, step / N_PAGES / 2);
    }
}

static void test_map_unmap(void)
{
    Shared shared;

    start(&shared);
    shared.kept_must_hit = true;
    for (uint64_t page = 0; page < N_PAGES; page += KEEP) {
        assert_ok(map_one(&shared, page, 0));
    }
    run(&shared, write_waves);
    g_assert_cmpuint(shared.hits[0], >, 0);
}

static void write_everything(Shared *shared, uint64_t step)
{
    ViommuDb *db = shared->t.db;
    uint64_t page = step * 1021 % N_PAGES;

    switch (step % 4096) {
    case 511:
        viommu_db_detach(db, 1, EP_A);
        break;
    case 600:
    case 1700:
        viommu_db_attach(db, 1, EP_A, 0);
        break;
    case 1601:
        viommu_db_attach(db, 2, EP_A, 0);
        break;
    case 2048:
        unmap(&shared->t, 0, TOP);
        break;
    case 4000:
        viommu_db_reset(db);
        break;
    case 4010:
        viommu_db_set_features(db, VIOMMU_F_ALL);
        viommu_db_attach(db, 1, EP_A, 0);
        break;
    default:
        if (step % 3) {
            map_one(shared, page, step);
        } else {
            unmap_one(shared, page);
        }
    }
}

static void test_attach_detach_reset(void)
{
    Shared shared;

    start(&shared);
    run(&shared, write_everything);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/viommu-threads/map-unmap", test_map_unmap);
    g_test_add_func("/viommu-threads/attach-detach-reset", test_attach_detach_reset);
    return g_test_run();
}
