/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inclusive ranges at the values where arithmetic on ends goes wrong. */
#include <glib.h>
#include "hw/virtio/viommu-range.h"

#define TOP UINT64_MAX

static const ViommuRange all = { 0, TOP };

static void test_overlap(void)
{
    ViommuRange page = { 0x1000, 0x1fff };

    g_assert_true(viommu_range_overlaps(page, page));
    g_assert_true(viommu_range_overlaps(page, all));
    g_assert_true(viommu_range_overlaps(all, page));
    g_assert_true(viommu_range_overlaps(page, (ViommuRange){ 0x1fff, 0x1fff }));
    g_assert_true(viommu_range_overlaps(page, (ViommuRange){ 0, 0x1000 }));
    g_assert_false(viommu_range_overlaps(page, (ViommuRange){ 0x2000, TOP }));
    g_assert_false(viommu_range_overlaps(page, (ViommuRange){ 0, 0xfff }));
    g_assert_false(
        viommu_range_overlaps((ViommuRange){ 0, 0 }, (ViommuRange){ TOP, TOP }));
}

static void test_contains(void)
{
    ViommuRange page = { 0x1000, 0x1fff };

    g_assert_true(viommu_range_contains(page, 0x1000));
    g_assert_true(viommu_range_contains(page, 0x1fff));
    g_assert_false(viommu_range_contains(page, 0xfff));
    g_assert_false(viommu_range_contains(page, 0x2000));
    g_assert_true(viommu_range_contains(all, 0));
    g_assert_true(viommu_range_contains(all, TOP));
}

static void test_covers(void)
{
    g_assert_true(viommu_range_covers(all, all));
    g_assert_true(viommu_range_covers(all, (ViommuRange){ TOP, TOP }));
    g_assert_false(viommu_range_covers((ViommuRange){ 1, TOP }, all));
    g_assert_false(viommu_range_covers((ViommuRange){ 0, TOP - 1 }, all));
}

static void test_valid(void)
{
    g_assert_true(viommu_range_valid(all));
    g_assert_true(viommu_range_valid((ViommuRange){ TOP, TOP }));
    g_assert_false(viommu_range_valid((ViommuRange){ 1, 0 }));
    g_assert_false(viommu_range_valid((ViommuRange){ TOP, 0 }));
}

static void test_aligned(void)
{
    g_assert_true(viommu_range_aligned((ViommuRange){ 0x1000, 0x1fff }, 0x1000));
    g_assert_false(viommu_range_aligned((ViommuRange){ 0x1001, 0x1fff }, 0x1000));
    g_assert_false(viommu_range_aligned((ViommuRange){ 0xfff, 0x1fff }, 0x1000));
    g_assert_false(viommu_range_aligned((ViommuRange){ 0x1000, 0x2000 }, 0x1000));
    g_assert_false(viommu_range_aligned((ViommuRange){ 0x1000, 0x1ffe }, 0x1000));
    g_assert_true(viommu_range_aligned((ViommuRange){ 0x1000, TOP }, 0x1000));
    g_assert_false(viommu_range_aligned((ViommuRange){ 0x1000, TOP - 1 }, 0x1000));
    g_assert_true(viommu_range_aligned(all, UINT64_C(1) << 63));
    g_assert_true(viommu_range_aligned((ViommuRange){ 3, 3 }, 1));
}

/* The definition, tried size by size. */
static uint64_t slow_block_mask(ViommuRange r, uint64_t addr, uint64_t delta)
{
    uint64_t best = 0;

    for (unsigned bits = 0; bits <= 64; bits++) {
        uint64_t mask = bits < 64 ? (UINT64_C(1) << bits) - 1 : TOP;

        if ((addr & ~mask) >= r.start && (addr | mask) <= r.last && !(delta & mask)) {
            best = mask;
        }
    }
    return best;
}

static void test_block_known(void)
{
    ViommuRange r = { 0x1000, 0x6fff };

    g_assert_cmphex(viommu_range_block_mask(r, 0x1234, 0), ==, 0xfff);
    g_assert_cmphex(viommu_range_block_mask(r, 0x2000, 0), ==, 0x1fff);
    g_assert_cmphex(viommu_range_block_mask(r, 0x4000, 0x1000), ==, 0xfff);
    g_assert_cmphex(viommu_range_block_mask(r, 0x5fff, 0x40), ==, 0x3f);
    g_assert_cmphex(viommu_range_block_mask(all, 0, 0), ==, TOP);
    g_assert_cmphex(viommu_range_block_mask(all, TOP, 0), ==, TOP);
    g_assert_cmphex(viommu_range_block_mask(all, 5, 0x1000), ==, 0xfff);
    g_assert_cmphex(viommu_range_block_mask((ViommuRange){ TOP, TOP }, TOP, 0), ==, 0);
    g_assert_cmphex(viommu_range_block_mask((ViommuRange){ 0x8000, TOP }, TOP, 0), ==,
                    TOP >> 1);
}

static uint64_t random64(GRand *rand)
{
    uint64_t x = (uint64_t)g_rand_int(rand) << 32 | g_rand_int(rand);

    /* Every magnitude, and often near an end. */
    x >>= g_rand_int_range(rand, 0, 64);
    return g_rand_boolean(rand) ? x : ~x;
}

static void test_block_random(void)
{
    guint32 seed = g_random_int();
    g_autoptr(GRand) rand = g_rand_new_with_seed(seed);

    g_test_message("seed %u", seed);
    for (int i = 0; i < 50000; i++) {
        uint64_t a = random64(rand), b = random64(rand);
        ViommuRange r = { MIN(a, b), MAX(a, b) };
        uint64_t within = r.last - r.start;
        uint64_t addr =
            r.start + (within == TOP ? random64(rand) : random64(rand) % (within + 1));
        uint64_t delta = g_rand_boolean(rand) ? 0 : random64(rand) << (i & 63);

        g_assert_cmphex(viommu_range_block_mask(r, addr, delta), ==,
                        slow_block_mask(r, addr, delta));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/viommu-range/valid", test_valid);
    g_test_add_func("/viommu-range/overlap", test_overlap);
    g_test_add_func("/viommu-range/contains", test_contains);
    g_test_add_func("/viommu-range/covers", test_covers);
    g_test_add_func("/viommu-range/aligned-wraps-at-the-top", test_aligned);
    g_test_add_func("/viommu-range/block-known", test_block_known);
    g_test_add_func("/viommu-range/block-random", test_block_random);
    return g_test_run();
}
