/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "qemu/range.h"
#include "qemu/reserved-region.h"

#define MAX64 UINT64_MAX

static Range *range_new(uint64_t lob, uint64_t upb)
{
    Range *r = g_new(Range, 1);

    range_set_bounds(r, lob, upb);
    return r;
}

/* "lob-upb lob-upb" in hexadecimal, of any list whose elements start with a Range. */
static void expect_list(GList *list, const char *want)
{
    g_autoptr(GString) got = g_string_new(NULL);

    for (GList *l = list; l; l = l->next) {
        Range *r = l->data;

        g_string_append_printf(got, "%s%" PRIx64 "-%" PRIx64, l == list ? "" : " ",
                               range_lob(r), range_upb(r));
    }
    g_assert_cmpstr(got->str, ==, want);
}

static void test_bounds(void)
{
    Range r;

    g_assert_cmpint(range_init(&r, MAX64, 1), ==, 0);
    g_assert_cmpuint(range_upb(&r), ==, MAX64);
    g_assert_cmpint(range_init(&r, MAX64, 2), ==, -ERANGE);
    g_assert_cmpint(range_init(&r, 5, 0), ==, 0);
    g_assert_true(range_is_empty(&r));
    range_set_bounds1(&r, 1, 0);
    g_assert_cmpuint(range_upb(&r), ==, MAX64);
    range_set_bounds1(&r, 0, 0);
    g_assert_true(range_is_empty(&r));
    range_set_bounds(&r, 0, MAX64);
    g_assert_cmpuint(range_size(&r), ==, 0); /* does not fit */
    g_assert_true(range_contains(&r, MAX64));
    g_assert_cmpint(range_get_last_bit(&r), ==, 63);
}

static void test_relations(void)
{
    Range a, b, empty = range_empty;

    range_set_bounds(&a, 0x10, 0x1f);
    range_set_bounds(&b, 0x1f, 0x2f);
    g_assert_true(range_overlaps_range(&a, &b));
    range_set_bounds(&b, 0x20, 0x2f);
    g_assert_false(range_overlaps_range(&a, &b));
    g_assert_cmpint(range_compare(&a, &b), ==, 0); /* they touch */
    range_set_bounds(&b, 0x21, 0x2f);
    g_assert_cmpint(range_compare(&a, &b), ==, -1);
    g_assert_cmpint(range_compare(&b, &a), ==, 1);
    g_assert_false(range_overlaps_range(&a, &empty));
    g_assert_false(range_contains_range(&a, &empty));
    range_extend(&a, &b);
    g_assert_cmpuint(range_upb(&a), ==, 0x2f);
    g_assert_true(range_contains_range(&a, &b));
    range_extend(&empty, &a);
    g_assert_cmpuint(range_lob(&empty), ==, 0x10);
    g_assert_true(ranges_overlap(0, 0x10, 0xf, 1));
    g_assert_false(ranges_overlap(0, 0x10, 0x10, 1));
    g_assert_true(ranges_overlap(MAX64, 1, MAX64 - 1, 2));
}

static void test_list_insert(void)
{
    GList *l = NULL;

    l = range_list_insert(l, range_new(0x30, 0x3f));
    l = range_list_insert(l, range_new(0x10, 0x1f));
    l = range_list_insert(l, range_new(MAX64, MAX64));
    expect_list(l, "10-1f 30-3f ffffffffffffffff-ffffffffffffffff");
    l = range_list_insert(l, range_new(0x20, 0x2f));
    expect_list(l, "10-3f ffffffffffffffff-ffffffffffffffff");
    l = range_list_insert(l, range_new(0, MAX64));
    expect_list(l, "0-ffffffffffffffff");
    g_list_free_full(l, g_free);
}

static void test_inverse(void)
{
    static const struct {
        uint64_t in[3][2];
        int n;
        uint64_t low, high;
        const char *want;
    } cases[] = {
        { {}, 0, 0, MAX64, "0-ffffffffffffffff" },
        { { { 0, MAX64 } }, 1, 0, MAX64, "" },
        { { { 0, 0xf }, { 0x20, 0x2f } }, 2, 0, 0xff, "10-1f 30-ff" },
        { { { 0x10, 0x1f } }, 1, 0x18, 0x28, "20-28" },
        { { { 0x10, 0x1f } }, 1, 0x30, 0x40, "30-40" },
        { { { 0x50, 0x5f } }, 1, 0x30, 0x40, "30-40" },
        { { { 0x30, 0x30 }, { 0x40, 0x40 } }, 2, 0x30, 0x40, "31-3f" },
        { { { 5, 5 }, { MAX64, MAX64 } }, 2, 0, MAX64, "0-4 6-fffffffffffffffe" },
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        GList *in = NULL, *out = NULL;

        for (int j = 0; j < cases[i].n; j++) {
            in = g_list_append(in, range_new(cases[i].in[j][0], cases[i].in[j][1]));
        }
        range_inverse_array(in, &out, cases[i].low, cases[i].high);
        expect_list(out, cases[i].want);
        g_list_free_full(in, g_free);
        g_list_free_full(out, g_free);
    }
}

static GList *resv_add(GList *l, uint64_t lob, uint64_t upb, unsigned type)
{
    ReservedRegion *r = g_new0(ReservedRegion, 1);

    range_set_bounds(&r->range, lob, upb);
    r->type = type;
    return resv_region_list_insert(l, r);
}

static void test_resv_insert(void)
{
    GList *l = NULL;

    l = resv_add(l, 0x100, 0x1ff, 0);
    l = resv_add(l, 0x300, 0x3ff, 0);
    expect_list(l, "100-1ff 300-3ff");
    l = resv_add(l, 0x140, 0x17f, 1); /* splits */
    expect_list(l, "100-13f 140-17f 180-1ff 300-3ff");
    g_assert_cmpuint(((ReservedRegion *)g_list_nth_data(l, 1))->type, ==, 1);
    g_assert_cmpuint(((ReservedRegion *)g_list_nth_data(l, 2))->type, ==, 0);
    l = resv_add(l, 0x1f0, 0x30f, 2); /* cuts on both sides */
    expect_list(l, "100-13f 140-17f 180-1ef 1f0-30f 310-3ff");
    l = resv_add(l, 0x100, 0x1ef, 3); /* swallows */
    expect_list(l, "100-1ef 1f0-30f 310-3ff");
    l = resv_add(l, 0, MAX64, 4);
    expect_list(l, "0-ffffffffffffffff");
    l = resv_add(l, MAX64, MAX64, 5);
    expect_list(l, "0-fffffffffffffffe ffffffffffffffff-ffffffffffffffff");
    g_list_free_full(l, g_free);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/range/bounds", test_bounds);
    g_test_add_func("/range/relations", test_relations);
    g_test_add_func("/range/list-insert", test_list_insert);
    g_test_add_func("/range/inverse", test_inverse);
    g_test_add_func("/range/reserved-insert", test_resv_insert);
    return g_test_run();
}
