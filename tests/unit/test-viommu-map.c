/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One domain's mappings: edges, shapes, order, memory. */
#include "viommu-map-fixture.h"

static const ViommuRange everything = { 0, TOP };

static void test_empty(void)
{
    ViommuMap *map = viommu_map_new(PAGE, NULL);
    ViommuMapping m;

    assert_miss(map, 0);
    assert_miss(map, TOP);
    g_assert_false(viommu_map_next(map, 0, &m));
    g_assert_false(viommu_map_overlaps(map, everything));
    g_assert_true(viommu_map_remove(map, everything, NULL, NULL));
    g_assert_cmpuint(viommu_map_count(map), ==, 0);
    viommu_map_free(map);
    viommu_map_free(NULL);
}

static void test_edges(void)
{
    ViommuMap *map = viommu_map_new(PAGE, NULL);

    g_assert_true(insert(map, 0x2000, 0x2fff, 0x9000));
    assert_miss(map, 0x1fff);
    assert_hit(map, 0x2000, 0x2000, 0x2fff, 0x9000);
    assert_hit(map, 0x2fff, 0x2000, 0x2fff, 0x9000);
    assert_miss(map, 0x3000);
    viommu_map_free(map);
}

static void test_neighbours_keep_apart(void)
{
    ViommuMap *map = viommu_map_new(PAGE, NULL);

    g_assert_true(insert(map, 0x2000, 0x2fff, 0x9000));
    g_assert_true(insert(map, 0x3000, 0x3fff, 0xa000));
    assert_hit(map, 0x2fff, 0x2000, 0x2fff, 0x9000);
    assert_hit(map, 0x3000, 0x3000, 0x3fff, 0xa000);
    g_assert_true(viommu_map_remove(map, (ViommuRange){ 0x3000, 0x3fff }, NULL, NULL));
    assert_hit(map, 0x2fff, 0x2000, 0x2fff, 0x9000);
    assert_miss(map, 0x3000);
    viommu_map_free(map);
}

static void test_overlap_refused(void)
{
    ViommuMap *map = viommu_map_new(PAGE, NULL);

    g_assert_true(insert(map, 0x4000, 0x7fff, 0));
    g_assert_false(insert(map, 0x4000, 0x7fff, 0));
    g_assert_false(insert(map, 0x3000, 0x4fff, 0));
    g_assert_false(insert(map, 0x7000, 0x8fff, 0));
    g_assert_false(insert(map, 0x5000, 0x5fff, 0));
    g_assert_false(insert(map, 0, TOP, 0));
    g_assert_cmpuint(viommu_map_count(map), ==, 1);
    assert_miss(map, 0x3fff);
    assert_miss(map, 0x8000);
    viommu_map_free(map);
}

static void test_whole_space(void)
{
    ViommuMap *map = viommu_map_new(PAGE, NULL);

    g_assert_true(insert(map, 0, TOP, 0));
    assert_hit(map, 0, 0, TOP, 0);
    assert_hit(map, TOP, 0, TOP, 0);
    g_assert_false(insert(map, TOP - PAGE + 1, TOP, 0));
    g_assert_false(viommu_map_remove(map, (ViommuRange){ 1, TOP }, NULL, NULL));
    g_assert_false(viommu_map_remove(map, (ViommuRange){ 0, TOP - 1 }, NULL, NULL));
    g_assert_cmpuint(viommu_map_count(map), ==, 1);
    g_assert_true(viommu_map_remove(map, everything, NULL, NULL));
    assert_miss(map, 0);
    viommu_map_free(map);
}

static void test_ends_at_the_top(void)
{
    ViommuMap *map = viommu_map_new(PAGE, NULL);
    ViommuMapping m;

    g_assert_true(insert(map, TOP - PAGE + 1, TOP, 0x1000));
    g_assert_true(insert(map, TOP - 3 * PAGE + 1, TOP - PAGE, 0x8000));
    assert_hit(map, TOP, TOP - PAGE + 1, TOP, 0x1000);
    g_assert_true(viommu_map_next(map, TOP, &m));
    g_assert_cmphex(m.iova.last, ==, TOP);
    g_assert_true(
        viommu_map_remove(map, (ViommuRange){ TOP - PAGE + 1, TOP }, NULL, NULL));
    assert_miss(map, TOP);
    g_assert_cmpuint(viommu_map_count(map), ==, 1);
    viommu_map_free(map);
}

static void test_no_split(void)
{
    ViommuMap *map = viommu_map_new(PAGE, NULL);

    for (uint64_t i = 0; i < 7; i++) {
        g_assert_true(insert(map, i * 2 * PAGE, (i * 2 + 2) * PAGE - 1, i << 20));
    }
    g_assert_false(
        viommu_map_remove(map, (ViommuRange){ 0, 13 * PAGE - 1 }, NULL, NULL));
    g_assert_false(viommu_map_remove(map, (ViommuRange){ PAGE, TOP }, NULL, NULL));
    g_assert_false(viommu_map_remove(map, (ViommuRange){ 1, 1 }, NULL, NULL));
    g_assert_cmpuint(viommu_map_count(map), ==, 7);
    g_assert_true(
        viommu_map_remove(map, (ViommuRange){ 0, 14 * PAGE - 1 }, NULL, NULL));
    g_assert_cmpuint(viommu_map_count(map), ==, 0);
    viommu_map_free(map);
}

/*
 * What made the boundary between two leaves is gone, and something longer comes
 * to lie over the place where it was.
 */
static void test_range_over_a_stale_boundary(void)
{
    ViommuMap *map = viommu_map_new(PAGE, NULL);
    ViommuRange hole = { 64 * 2 * PAGE, 80 * 2 * PAGE - 1 };

    for (uint64_t i = 0; i < 4096; i++) {
        g_assert_true(insert(map, i * 2 * PAGE, (i * 2 + 2) * PAGE - 1, i << 20));
    }
    for (uint64_t shift = 0; shift < 4000 * 2 * PAGE; shift += 16 * 2 * PAGE) {
        ViommuRange r = { hole.start + shift, hole.last + shift };

        g_assert_true(viommu_map_remove(map, r, NULL, NULL));
        if (r.start > 4080 * 2 * PAGE) {
            break;
        }
        g_assert_true(insert(map, r.start, r.last, 0));
        for (uint64_t a = r.start; a < r.last; a += PAGE) {
            assert_hit(map, a, r.start, r.last, 0);
        }
    }
    viommu_map_free(map);
}

static bool check_order(void *opaque, const ViommuMapping *m)
{
    uint64_t *next = opaque;

    g_assert_cmphex(m->iova.start, >=, *next);
    *next = m->iova.last + 1;
    return true;
}

static bool count_one(void *opaque, const ViommuMapping *m)
{
    ++*(size_t *)opaque;
    return true;
}

static bool stop_at_three(void *opaque, const ViommuMapping *m)
{
    return ++*(size_t *)opaque < 3;
}

/* Single pages and long ranges among each other, in one order. */
static void test_iterate_mixed(void)
{
    ViommuMap *map = viommu_map_new(PAGE, NULL);
    uint64_t next = 0;
    size_t n = 0;

    for (uint64_t i = 0; i < 2000; i++) {
        uint64_t page = (i * 797) % 2000;

        if (page % 50 == 7) {
            g_assert_true(insert(map, page * 4 * PAGE, (page * 4 + 3) * PAGE - 1, 0));
        } else {
            g_assert_true(insert_page(map, page * 4));
            g_assert_true(insert_page(map, page * 4 + 1));
        }
    }
    viommu_map_for_each(map, everything, check_order, &next);
    viommu_map_for_each(map, everything, count_one, &n);
    g_assert_cmpuint(n, ==, viommu_map_count(map));
    n = 0;
    viommu_map_for_each(map, everything, stop_at_three, &n);
    g_assert_cmpuint(n, ==, 3);
    n = 0;
    viommu_map_for_each(map, (ViommuRange){ 4 * PAGE, 9 * PAGE - 1 }, count_one, &n);
    g_assert_cmpuint(n, ==, 3);
    viommu_map_free(map);
}

static void test_remove_tells(void)
{
    ViommuMap *map = viommu_map_new(PAGE, NULL);
    size_t n = 0;

    for (uint64_t i = 0; i < 1000; i++) {
        g_assert_true(insert_page(map, i));
    }
    for (uint64_t i = 0; i < 100; i++) {
        g_assert_true(insert(map, (i + 1) << 32, ((i + 1) << 32) + 8 * PAGE - 1, 0));
    }
    g_assert_true(viommu_map_remove(map, everything, count_one, &n));
    g_assert_cmpuint(n, ==, 1100);
    g_assert_cmpuint(viommu_map_count(map), ==, 0);
    viommu_map_free(map);
}

/* Fill and empty a window in both directions, looking at all of it each time. */
static void test_window_opens_and_closes(void)
{
    ViommuMap *map = viommu_map_new(PAGE, NULL);
    enum { N = 600 };

    for (uint64_t i = 0; i < N; i++) {
        g_assert_true(insert_page(map, i * 7 % N));
        g_assert_false(insert_page(map, i * 7 % N));
        for (uint64_t j = 0; j <= i; j += 5) {
            uint64_t page = j * 7 % N;

            assert_hit(map, page * PAGE + 5, page * PAGE, page * PAGE + PAGE - 1,
                       (page ^ 0x5555) * PAGE);
        }
    }
    for (uint64_t i = 0; i < N; i++) {
        uint64_t page = i * 11 % N;
        ViommuRange r = { page * PAGE, page * PAGE + PAGE - 1 };

        g_assert_true(viommu_map_remove(map, r, NULL, NULL));
        assert_miss(map, r.start);
        g_assert_cmpuint(viommu_map_count(map), ==, N - 1 - i);
        for (uint64_t j = i + 1; j < N; j += 5) {
            page = j * 11 % N;
            assert_hit(map, page * PAGE, page * PAGE, page * PAGE + PAGE - 1,
                       (page ^ 0x5555) * PAGE);
        }
    }
    viommu_map_free(map);
}

/* Two tables without a gap. */
static ViommuMap *full_windows(size_t *bytes)
{
    ViommuMap *map = viommu_map_new(PAGE, NULL);

    for (uint64_t page = 0; page < 1024; page++) {
        g_assert_true(insert_page(map, page));
    }
    *bytes = viommu_map_bytes(map);
    return map;
}

static void remove_pages(ViommuMap *map, uint64_t first, uint64_t last)
{
    ViommuRange range = { first * PAGE, last * PAGE + PAGE - 1 };

    g_assert_true(viommu_map_remove(map, range, NULL, NULL));
}

/* A table that is nearly empty goes, whether its pages went one by one or at once. */
static void test_sparse_window_goes(void)
{
    enum { TABLE = 2048 }; /* bytes, and a little more */
    size_t full, left;
    ViommuMap *map = full_windows(&full);

    for (uint64_t page = 0; page < 502; page++) {
        remove_pages(map, page, page);
    }
    left = viommu_map_bytes(map);
    g_assert_cmpuint(left, <, full - TABLE / 2);
    viommu_map_free(map);

    map = full_windows(&full);
    remove_pages(map, 10, 1013); /* ten pages of each are left */
    left = viommu_map_bytes(map);
    g_assert_cmpuint(left, <, full - TABLE * 3 / 2);
    assert_hit(map, 9 * PAGE, 9 * PAGE, 10 * PAGE - 1, (9 ^ 0x5555) * PAGE);
    assert_hit(map, 1014 * PAGE, 1014 * PAGE, 1015 * PAGE - 1, (1014 ^ 0x5555) * PAGE);
    viommu_map_free(map);
}

/* The flags of each survive, from the smallest granule on. */
static void test_granules(void)
{
    for (unsigned bits = 4; bits <= 16; bits++) {
        uint64_t granule = UINT64_C(1) << bits;
        ViommuMap *map = viommu_map_new(granule, NULL);

        for (uint64_t i = 0; i < 300; i++) {
            ViommuMapping m = { { i * granule, i * granule + granule - 1 },
                                (i + 7) * granule,
                                i % 8 };

            g_assert_true(viommu_map_insert(map, &m));
        }
        for (uint64_t i = 0; i < 300; i++) {
            ViommuMapping m;

            g_assert_true(viommu_map_lookup(map, i * granule + granule / 2, &m));
            g_assert_cmphex(m.iova.start, ==, i * granule);
            g_assert_cmphex(m.iova.last, ==, i * granule + granule - 1);
            g_assert_cmphex(m.phys, ==, (i + 7) * granule);
            g_assert_cmpuint(m.flags, ==, i % 8);
        }
        viommu_map_free(map);
    }
}

/* An unaligned question about one granule's worth of addresses. */
static void test_overlaps_unaligned(void)
{
    ViommuMap *map = viommu_map_new(PAGE, NULL);

    for (uint64_t i = 0; i < 100; i++) {
        g_assert_true(insert_page(map, 10 + i));
    }
    g_assert_true(viommu_map_overlaps(map, (ViommuRange){ 0x9800, 0xa7ff }));
    g_assert_true(viommu_map_overlaps(map, (ViommuRange){ 0xa010, 0xa010 }));
    g_assert_false(viommu_map_overlaps(map, (ViommuRange){ 0x8800, 0x97ff }));
    g_assert_false(viommu_map_overlaps(map, (ViommuRange){ 0, 0x9fff }));
    viommu_map_free(map);
}

/* A random 48-bit page number that is different for every @i. */
static uint64_t scattered(uint64_t i)
{
    return (i * UINT64_C(0x9e3779b97f4a7c15)) >> 28;
}

static void test_memory(void)
{
    ViommuMap *map = viommu_map_new(PAGE, NULL);
    size_t empty = viommu_map_bytes(map);
    enum { N = 1 << 16 };

    for (uint64_t i = 0; i < N; i++) {
        g_assert_true(insert_page(map, scattered(i)));
    }
    g_assert_cmpuint(viommu_map_bytes(map) / N, <=, 48);
    g_assert_true(viommu_map_remove(map, everything, NULL, NULL));
    g_assert_cmpuint(viommu_map_bytes(map), ==, empty);

    for (uint64_t i = 0; i < N; i++) {
        g_assert_true(insert_page(map, (i * 40503) % N));
    }
    g_assert_cmpuint(viommu_map_bytes(map) / N, <=, 16);
    viommu_map_free(map);

    map = viommu_map_new(PAGE, NULL);
    g_assert_true(insert_page(map, 1));
    empty = viommu_map_bytes(map);
    viommu_map_free(map);
    map = viommu_map_new(PAGE, NULL);
    g_assert_true(insert(map, 0, (UINT64_C(1) << 30) - 1, 0));
    g_assert_cmpuint(viommu_map_bytes(map), ==, empty);
    viommu_map_free(map);
}

/* Piles of pages so far apart that their windows want the same place in the hash. */
static void test_windows_that_meet(void)
{
    ViommuMap *map = viommu_map_new(PAGE, NULL);
    enum { PILES = 40, PAGES = 64 };

    for (unsigned round = 0; round < 2; round++) {
        for (uint64_t i = 0; i < PILES * PAGES; i++) {
            g_assert_true(insert_page(map, (i / PAGES << 30) + i % PAGES));
        }
        for (uint64_t i = 0; i < PILES * PAGES; i++) {
            uint64_t page = (i / PAGES << 30) + i % PAGES;

            assert_hit(map, page * PAGE + 5, page * PAGE, page * PAGE + PAGE - 1,
                       (page ^ 0x5555) * PAGE);
        }
        assert_miss(map, ((uint64_t)PILES << 30) * PAGE);
        assert_miss(map, ((UINT64_C(1) << 30) + PAGES) * PAGE);
        g_assert_true(viommu_map_remove(map, everything, NULL, NULL));
        assert_miss(map, 0);
        assert_miss(map, (UINT64_C(1) << 30) * PAGE);
    }
    viommu_map_free(map);
}

/* What the i-th page of the next test maps to: near, too far for an entry, MMIO. */
static ViommuMapping assorted(uint64_t i)
{
    uint64_t page = i % 11 == 3 ? scattered(i) << 14 : scattered(i);
    uint64_t phys = (i % 13 == 5 ? i << 40 : i * 77) * PAGE;

    return (ViommuMapping){ { page * PAGE, page * PAGE + PAGE - 1 },
                            phys & ~(UINT64_C(0xff) << 56),
                            i % 17 == 6 ? VIOMMU_PERM_MMIO | VIOMMU_PERM_READ : i % 4 };
}

static void assert_assorted(const ViommuMap *map, uint64_t i, bool there)
{
    ViommuMapping expected = assorted(i), m;
    ViommuAnswer answer;

    g_assert_cmpint(viommu_map_lookup(map, expected.iova.start + 9, &m), ==, there);
    g_assert_cmpint(viommu_map_translate(map, expected.iova.last, &answer), ==, there);
    if (there) {
        g_assert_cmphex(m.iova.start, ==, expected.iova.start);
        g_assert_cmphex(m.iova.last, ==, expected.iova.last);
        g_assert_cmphex(m.phys, ==, expected.phys);
        g_assert_cmpuint(m.flags, ==, expected.flags);
        g_assert_cmphex(viommu_answer_at(&answer, expected.iova.start), ==,
                        expected.phys);
        g_assert_cmpuint(answer.flags, ==, expected.flags);
    }
}

/* Scattered pages through every size of the index, up and down again. */
static void test_scattered_pages(void)
{
    ViommuMap *map = viommu_map_new(PAGE, NULL);
    enum { N = 20000 };

    for (uint64_t i = 0; i < N; i++) {
        ViommuMapping m = assorted(i);

        g_assert_true(viommu_map_insert(map, &m));
        g_assert_false(viommu_map_insert(map, &m));
        assert_assorted(map, i, true);
        assert_assorted(map, i * 7919 % (i + 1), true);
        assert_assorted(map, i + 1, false);
    }
    for (uint64_t i = 0; i < N; i++) {
        assert_assorted(map, i, true);
    }
    for (uint64_t i = 0; i < N; i++) {
        ViommuMapping m = assorted(i);

        g_assert_true(viommu_map_remove(map, m.iova, NULL, NULL));
        assert_assorted(map, i, false);
        assert_assorted(map, i * 7919 % (i + 1), false);
        if (i + 1 < N) {
            assert_assorted(map, i + 1 + i % (N - i - 1), true);
        }
    }
    g_assert_cmpuint(viommu_map_count(map), ==, 0);
    viommu_map_free(map);
}

static unsigned deferred;

static void defer_now(void (*free_fn)(void *), void *ptr)
{
    deferred++;
    free_fn(ptr);
}

static void test_reclaim(void)
{
    const ViommuReclaim reclaim = { defer_now };
    ViommuMap *map = viommu_map_new(PAGE, &reclaim);

    deferred = 0;
    for (uint64_t i = 0; i < 1000; i++) {
        g_assert_true(insert_page(map, scattered(i)));
    }
    g_assert_cmpuint(deferred, >, 1000 / 64);
    viommu_map_free(map);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/viommu-map/empty", test_empty);
    g_test_add_func("/viommu-map/edges", test_edges);
    g_test_add_func("/viommu-map/neighbours-keep-apart", test_neighbours_keep_apart);
    g_test_add_func("/viommu-map/overlap-refused", test_overlap_refused);
    g_test_add_func("/viommu-map/whole-space", test_whole_space);
    g_test_add_func("/viommu-map/ends-at-the-top", test_ends_at_the_top);
    g_test_add_func("/viommu-map/no-split", test_no_split);
    g_test_add_func("/viommu-map/range-over-a-stale-boundary",
                    test_range_over_a_stale_boundary);
    g_test_add_func("/viommu-map/iterate-mixed", test_iterate_mixed);
    g_test_add_func("/viommu-map/remove-tells", test_remove_tells);
    g_test_add_func("/viommu-map/window-opens-and-closes",
                    test_window_opens_and_closes);
    g_test_add_func("/viommu-map/sparse-window-goes", test_sparse_window_goes);
    g_test_add_func("/viommu-map/windows-that-meet", test_windows_that_meet);
    g_test_add_func("/viommu-map/granules", test_granules);
    g_test_add_func("/viommu-map/overlaps-unaligned", test_overlaps_unaligned);
    g_test_add_func("/viommu-map/scattered-pages", test_scattered_pages);
    g_test_add_func("/viommu-map/memory", test_memory);
    g_test_add_func("/viommu-map/reclaim", test_reclaim);
    return g_test_run();
}
