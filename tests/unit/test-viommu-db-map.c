/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MAP and UNMAP: what is refused, with which status, and that it changes nothing. */
#include "viommu-db-fixture.h"

/* ------------------------------------------------------------------ MAP -- */

static void test_m1_unaligned(void)
{
    Fixture t = fixture_attached();

    assert_status(map_rw(&t, 0x1001, 0x1fff), VIOMMU_S_RANGE);
    assert_status(map_rw(&t, 0xfff, 0x1fff), VIOMMU_S_RANGE);
    assert_status(map_rw(&t, 0x1000, 0x1ffe), VIOMMU_S_RANGE);
    assert_status(map_rw(&t, 0x1000, 0x2000), VIOMMU_S_RANGE);
    /* Each of the three by itself. */
    assert_status(map(&t, 1, 0x1800, 0x1fff, 0x1000, 3), VIOMMU_S_RANGE);
    assert_status(map(&t, 1, 0x1000, 0x17ff, 0x1000, 3), VIOMMU_S_RANGE);
    assert_status(map(&t, 1, 0x1000, 0x1fff, 0x1800, 3), VIOMMU_S_RANGE);
    assert_status(map_rw(&t, 0x1000, TOP - 1), VIOMMU_S_RANGE);
    assert_mappings(t, 0);
    viommu_db_free(t.db);
}

static void test_m1_wraps_at_the_top(void)
{
    Fixture t = fixture_attached();

    assert_ok(map_rw(&t, TOP - PAGE + 1, TOP));
    g_assert_true(reaches(t.a, TOP));
    g_assert_false(reaches(t.a, TOP - PAGE));
    viommu_db_free(t.db);
}

static void test_m2_overlap(void)
{
    Fixture t = fixture_attached();

    assert_ok(map_rw(&t, 0x4000, 0x7fff));
    assert_status(map_rw(&t, 0x4000, 0x7fff), VIOMMU_S_INVAL);
    assert_status(map_rw(&t, 0x7000, 0x8fff), VIOMMU_S_INVAL);
    assert_status(map_rw(&t, 0x3000, 0x4fff), VIOMMU_S_INVAL);
    assert_status(map_rw(&t, 0, TOP), VIOMMU_S_INVAL);
    assert_ok(map_rw(&t, 0x3000, 0x3fff));
    assert_ok(map_rw(&t, 0x8000, 0x8fff));
    assert_mappings(t, 3);
    viommu_db_free(t.db);
}

static void test_m3_unknown_flag(void)
{
    Fixture t = fixture_attached();

    assert_status(map(&t, 1, 0, PAGE - 1, 0, 8), VIOMMU_S_INVAL);
    assert_status(map(&t, 1, 0, PAGE - 1, 0, 0x80000003), VIOMMU_S_INVAL);
    assert_mappings(t, 0);
    viommu_db_free(t.db);
}

static void test_m4_no_domain(void)
{
    Fixture t = fixture();

    assert_status(map_rw(&t, 0, PAGE - 1), VIOMMU_S_NOENT);
    assert_domains(t, 0);
    viommu_db_free(t.db);
}

static void test_m5_bypass_domain(void)
{
    Fixture t = fixture();

    assert_ok(viommu_db_attach(t.db, 1, EP_A, VIOMMU_ATTACH_F_BYPASS));
    assert_status(map_rw(&t, 0, PAGE - 1), VIOMMU_S_INVAL);
    assert_mappings(t, 0);
    viommu_db_free(t.db);
}

static void test_m6_permissions(void)
{
    Fixture t = fixture_attached();

    assert_ok(map(&t, 1, 0x1000, 0x1fff, 0, VIOMMU_PERM_READ));
    assert_ok(map(&t, 1, 0x2000, 0x2fff, 0, VIOMMU_PERM_WRITE));
    assert_ok(map(&t, 1, 0x3000, 0x3fff, 0, VIOMMU_PERM_RW));
    assert_ok(map(&t, 1, 0x4000, 0x4fff, 0, VIOMMU_PERM_NONE));
    assert_status(access_at(t.a, 0x1000, VIOMMU_PERM_READ), VIOMMU_HIT);
    assert_status(access_at(t.a, 0x1000, VIOMMU_PERM_WRITE), VIOMMU_DENIED);
    assert_status(access_at(t.a, 0x1000, VIOMMU_PERM_RW), VIOMMU_DENIED);
    assert_status(access_at(t.a, 0x2000, VIOMMU_PERM_READ), VIOMMU_DENIED);
    assert_status(access_at(t.a, 0x2000, VIOMMU_PERM_WRITE), VIOMMU_HIT);
    assert_status(access_at(t.a, 0x3000, VIOMMU_PERM_RW), VIOMMU_HIT);
    assert_status(access_at(t.a, 0x4000, VIOMMU_PERM_READ), VIOMMU_DENIED);
    assert_status(access_at(t.a, 0x4000, VIOMMU_PERM_NONE), VIOMMU_HIT);
    viommu_db_free(t.db);
}

static void test_m7_map_unmap_not_negotiated(void)
{
    Fixture t = fixture_attached();

    assert_ok(map_rw(&t, 0, PAGE - 1));
    viommu_db_set_features(t.db, VIOMMU_F_ALL & ~VIOMMU_F_MAP_UNMAP);
    assert_status(map_rw(&t, PAGE, 2 * PAGE - 1), VIOMMU_S_UNSUPP);
    assert_status(unmap(&t, 0, TOP), VIOMMU_S_UNSUPP);
    assert_mappings(t, 1);
    viommu_db_free(t.db);
}

static void test_m7_mmio_not_negotiated(void)
{
    Fixture t = fixture_attached();
    ViommuAnswer answer;

    viommu_db_set_features(t.db, VIOMMU_F_ALL & ~VIOMMU_F_MMIO);
    assert_status(map(&t, 1, 0, PAGE - 1, 0, VIOMMU_PERM_RW | VIOMMU_PERM_MMIO),
                  VIOMMU_S_INVAL);
    viommu_db_set_features(t.db, VIOMMU_F_ALL);
    assert_ok(map(&t, 1, 0, PAGE - 1, 0, VIOMMU_PERM_RW | VIOMMU_PERM_MMIO));
    assert_status(viommu_db_translate(t.a, 5, VIOMMU_PERM_RW, &answer), VIOMMU_HIT);
    g_assert_cmpuint(answer.flags, ==, VIOMMU_PERM_RW | VIOMMU_PERM_MMIO);
    viommu_db_free(t.db);
}

static void test_m8_inverted(void)
{
    Fixture t = fixture_attached();

    assert_status(map_rw(&t, 0x2000, 0x1fff), VIOMMU_S_INVAL);
    assert_status(map_rw(&t, TOP, 0), VIOMMU_S_INVAL);
    assert_mappings(t, 0);
    assert_ok(unmap(&t, 0, TOP));
    viommu_db_free(t.db);
}

/* O8: the smallest granule there is here; less is not a range to map. */
static void test_m8_single_byte(void)
{
    ViommuConfig config = fixture_config();
    Fixture t;

    config.page_size_mask = 16;
    t = fixture_full(&config, NULL, NULL);
    assert_ok(viommu_db_attach(t.db, 1, EP_A, 0));
    assert_status(map_rw(&t, 32, 32), VIOMMU_S_RANGE);
    assert_ok(map(&t, 1, 32, 47, 1008, VIOMMU_PERM_RW));
    g_assert_false(reaches(t.a, 31));
    g_assert_true(reaches(t.a, 32));
    g_assert_true(reaches(t.a, 47));
    g_assert_false(reaches(t.a, 48));
    viommu_db_free(t.db);
}

static void test_m9_input_range(void)
{
    ViommuConfig config = fixture_config();
    Fixture t;

    config.input_range = (ViommuRange){ 0x10000, 0xfffff };
    t = fixture_full(&config, NULL, NULL);
    /* O7: it binds although the driver has not accepted INPUT_RANGE. */
    viommu_db_set_features(t.db, VIOMMU_F_MAP_UNMAP);
    assert_ok(viommu_db_attach(t.db, 1, EP_A, 0));
    assert_status(map_rw(&t, 0xf000, 0xffff), VIOMMU_S_RANGE);
    assert_status(map_rw(&t, 0xf000, 0x10fff), VIOMMU_S_RANGE);
    assert_status(map_rw(&t, 0xff000, 0x100fff), VIOMMU_S_RANGE);
    assert_status(map_rw(&t, 0, TOP), VIOMMU_S_RANGE);
    assert_ok(map_rw(&t, 0x10000, 0xfffff));
    viommu_db_free(t.db);
}

static void test_m9_phys_wraps(void)
{
    Fixture t = fixture_attached();

    assert_status(map(&t, 1, 0, 2 * PAGE - 1, TOP - PAGE + 1, 3), VIOMMU_S_RANGE);
    assert_ok(map(&t, 1, 0, PAGE - 1, TOP - PAGE + 1, 3));
    assert_status(map(&t, 1, PAGE, TOP, PAGE * 2, 3), VIOMMU_S_RANGE);
    viommu_db_free(t.db);
}

static void test_m10_region(void)
{
    Fixture t = fixture_attached();

    assert_ok(viommu_db_attach(t.db, 1, EP_MSI, 0));
    assert_status(map_rw(&t, MSI_START, MSI_START + PAGE - 1), VIOMMU_S_INVAL);
    assert_status(map_rw(&t, MSI_LAST + 1 - PAGE, MSI_LAST + PAGE), VIOMMU_S_INVAL);
    assert_status(map_rw(&t, MSI_START - PAGE, MSI_START + PAGE - 1), VIOMMU_S_INVAL);
    assert_status(map_rw(&t, 0, TOP), VIOMMU_S_INVAL);
    assert_ok(map_rw(&t, 0, MSI_START - 1));
    assert_ok(map_rw(&t, MSI_LAST + 1, TOP));
    viommu_db_free(t.db);
}

/* Two endpoints with different regions: the domain keeps clear of both. */
static void test_m10_two_endpoints(void)
{
    Fixture t = fixture_attached();
    const ViommuRegion low = { { 0, 0xffff }, VIOMMU_REGION_RESERVED };

    fixture_endpoint(t.db, 32, &low, 1);
    assert_ok(viommu_db_attach(t.db, 1, EP_MSI, 0));
    assert_ok(viommu_db_attach(t.db, 1, 32, 0));
    assert_status(map_rw(&t, 0x8000, 0x8fff), VIOMMU_S_INVAL);
    assert_status(map_rw(&t, MSI_START, MSI_LAST), VIOMMU_S_INVAL);
    assert_ok(map_rw(&t, 0x10000, 0x10fff));
    assert_ok(viommu_db_detach(t.db, 1, 32));
    assert_ok(map_rw(&t, 0x8000, 0x8fff));
    viommu_db_free(t.db);
}

static void test_m11_whole_space(void)
{
    Fixture t = fixture_attached();
    ViommuAnswer answer;

    assert_ok(map(&t, 1, 0, TOP, 0, VIOMMU_PERM_RW));
    assert_status(viommu_db_translate(t.a, 0x123456, VIOMMU_PERM_RW, &answer),
                  VIOMMU_HIT);
    g_assert_cmphex(answer.mask, ==, TOP);
    g_assert_true(reaches(t.a, TOP));
    assert_status(unmap(&t, 1, TOP), VIOMMU_S_RANGE);
    assert_ok(unmap(&t, 0, TOP));
    g_assert_false(reaches(t.a, 0));
    viommu_db_free(t.db);
}

static void test_max_mappings(void)
{
    ViommuConfig config = fixture_config();
    Fixture t;

    config.max_mappings = 3;
    t = fixture_full(&config, NULL, NULL);
    assert_ok(viommu_db_attach(t.db, 1, EP_A, 0));
    assert_ok(viommu_db_attach(t.db, 2, EP_B, 0));
    assert_ok(map_rw(&t, 0, PAGE - 1));
    assert_ok(map_rw(&t, PAGE, 2 * PAGE - 1));
    assert_ok(map(&t, 2, 0, PAGE - 1, 0, 3));
    assert_status(map_rw(&t, 2 * PAGE, 3 * PAGE - 1), VIOMMU_S_NOMEM);
    assert_status(map_rw(&t, 0, PAGE - 1), VIOMMU_S_INVAL);
    assert_ok(unmap(&t, 0, PAGE - 1));
    assert_ok(map_rw(&t, 2 * PAGE, 3 * PAGE - 1));
    /* A domain that ceases takes its mappings along. */
    assert_ok(viommu_db_detach(t.db, 2, EP_B));
    assert_ok(map_rw(&t, 3 * PAGE, 4 * PAGE - 1));
    assert_mappings(t, 3);
    viommu_db_free(t.db);
}

/* ---------------------------------------------------------------- UNMAP -- */

static void test_u2_no_domain(void)
{
    Fixture t = fixture();

    assert_status(unmap(&t, 0, TOP), VIOMMU_S_NOENT);
    viommu_db_free(t.db);
}

static void test_u3_bypass_domain(void)
{
    Fixture t = fixture();

    assert_ok(viommu_db_attach(t.db, 1, EP_A, VIOMMU_ATTACH_F_BYPASS));
    assert_status(unmap(&t, 0, TOP), VIOMMU_S_INVAL);
    viommu_db_free(t.db);
}

static void test_u4_would_split(void)
{
    Fixture t = fixture_attached();

    for (uint64_t i = 0; i < 7; i++) {
        assert_ok(map_rw(&t, i * 2 * PAGE, (i * 2 + 2) * PAGE - 1));
    }
    assert_status(unmap(&t, 0, 13 * PAGE - 1), VIOMMU_S_RANGE);
    assert_status(unmap(&t, PAGE, TOP), VIOMMU_S_RANGE);
    assert_status(unmap(&t, 5, 5), VIOMMU_S_RANGE);
    assert_mappings(t, 7);
    for (uint64_t i = 0; i < 14; i++) {
        g_assert_true(reaches(t.a, i * PAGE));
    }
    viommu_db_free(t.db);
}

static void test_u5_all_covered(void)
{
    Fixture t = fixture_attached();

    assert_ok(map_rw(&t, 0x1000, 0x1fff));
    assert_ok(map_rw(&t, 0x5000, 0x7fff));
    assert_ok(map_rw(&t, 0x20000, 0x20fff));
    assert_ok(unmap(&t, 0x800, 0x8123));
    assert_mappings(t, 1);
    assert_ok(unmap(&t, 0, TOP));
    assert_mappings(t, 0);
    assert_ok(unmap(&t, 0, TOP));
    assert_ok(unmap(&t, TOP, TOP));
    viommu_db_free(t.db);
}

static void test_unmap_inverted(void)
{
    Fixture t = fixture_attached();

    assert_ok(map_rw(&t, 0x1000, 0x1fff));
    assert_status(unmap(&t, 0x1fff, 0x1000), VIOMMU_S_INVAL);
    assert_status(unmap(&t, TOP, 0), VIOMMU_S_INVAL);
    assert_mappings(t, 1);
    viommu_db_free(t.db);
}

static ViommuStatus map_pages(Fixture *t, uint64_t first, uint64_t last)
{
    return map_rw(t, first * PAGE, last * PAGE + PAGE - 1);
}

static ViommuStatus unmap_pages(Fixture *t, uint64_t first, uint64_t last)
{
    return unmap(t, first * PAGE, last * PAGE + PAGE - 1);
}

/* The seven examples of 5.13.6.6, pages for its units. */
static void test_worked_examples(void)
{
    Fixture t = fixture_attached();

    assert_ok(unmap_pages(&t, 0, 4)); /* (1) nothing mapped: nothing happens */

    assert_ok(map_pages(&t, 0, 9)); /* (2) one mapping, exactly */
    assert_ok(unmap_pages(&t, 0, 9));
    assert_mappings(t, 0);

    assert_ok(map_pages(&t, 0, 4)); /* (3) two mappings at once */
    assert_ok(map_pages(&t, 5, 9));
    assert_ok(unmap_pages(&t, 0, 9));
    assert_mappings(t, 0);

    assert_ok(map_pages(&t, 0, 9)); /* (4) would split */
    assert_status(unmap_pages(&t, 0, 4), VIOMMU_S_RANGE);
    assert_mappings(t, 1);
    assert_ok(unmap_pages(&t, 0, 9));

    assert_ok(map_pages(&t, 0, 4)); /* (5) one of two */
    assert_ok(map_pages(&t, 5, 9));
    assert_ok(unmap_pages(&t, 0, 4));
    assert_mappings(t, 1);
    assert_ok(unmap_pages(&t, 5, 9));

    assert_ok(map_pages(&t, 0, 4)); /* (6) more than is mapped */
    assert_ok(unmap_pages(&t, 0, 9));
    assert_mappings(t, 0);

    assert_ok(map_pages(&t, 0, 4)); /* (7) a hole in between */
    assert_ok(map_pages(&t, 10, 14));
    assert_ok(unmap_pages(&t, 0, 14));
    assert_mappings(t, 0);
    viommu_db_free(t.db);
}

/* ---------------------------------------------------------------- PROBE -- */

static void test_p2_no_endpoint(void)
{
    Fixture t = fixture();
    const ViommuRegion *regions;
    size_t n;

    assert_status(viommu_db_probe(t.db, EP_NONE, &regions, &n), VIOMMU_S_NOENT);
    assert_ok(viommu_db_probe(t.db, EP_MSI, &regions, &n));
    g_assert_cmpuint(n, ==, 1);
    g_assert_cmphex(regions[0].range.start, ==, MSI_START);
    viommu_db_free(t.db);
}

/* Each region of an endpoint counts, whatever order they were given in. */
static void test_m10_second_region(void)
{
    const ViommuRegion regions[] = {
        { { 0x80000, 0x80fff }, VIOMMU_REGION_RESERVED },
        { { 0x40000, 0x40fff }, VIOMMU_REGION_RESERVED },
    };
    Fixture t = fixture();
    ViommuEndpoint *ep = fixture_endpoint(t.db, EP_NONE, regions, 2);
    const ViommuRegion *sorted;
    size_t n;

    sorted = viommu_endpoint_regions(ep, &n);
    g_assert_cmpuint(n, ==, 2);
    g_assert_cmphex(sorted[0].range.start, ==, 0x40000);
    g_assert_cmphex(sorted[1].range.start, ==, 0x80000);
    assert_ok(viommu_db_attach(t.db, 1, EP_NONE, 0));
    assert_status(map_rw(&t, 0x40000, 0x40fff), VIOMMU_S_INVAL);
    assert_status(map_rw(&t, 0x80000, 0x80fff), VIOMMU_S_INVAL);
    assert_ok(map_rw(&t, 0x81000, 0x81fff));
    assert_mappings(t, 1);
    viommu_db_free(t.db);
}

/* A dense pile at the very top thins out; a page far below is none of it. */
static void test_top_window_closes(void)
{
    Fixture t = fixture_attached();
    uint64_t first = TOP - 64 * PAGE + 1;

    assert_ok(map_rw(&t, 0, PAGE - 1));
    for (uint64_t i = 0; i < 64; i++) {
        assert_ok(map(&t, 1, first + i * PAGE, first + i * PAGE + (PAGE - 1), i * PAGE,
                      VIOMMU_PERM_RW));
    }
    for (uint64_t i = 0; i < 60; i++) {
        assert_ok(unmap(&t, first + i * PAGE, first + i * PAGE + (PAGE - 1)));
    }
    assert_mappings(t, 5);
    g_assert_true(reaches(t.a, TOP));
    g_assert_true(reaches(t.a, 0));
    g_assert_false(reaches(t.a, first));
    assert_ok(unmap(&t, 0, TOP));
    assert_mappings(t, 0);
    viommu_db_free(t.db);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/viommu-db/M1-unaligned-map-is-range", test_m1_unaligned);
    g_test_add_func("/viommu-db/M1-wraps-at-the-top", test_m1_wraps_at_the_top);
    g_test_add_func("/viommu-db/M2-overlap", test_m2_overlap);
    g_test_add_func("/viommu-db/M3-unknown-flag", test_m3_unknown_flag);
    g_test_add_func("/viommu-db/M4-no-domain", test_m4_no_domain);
    g_test_add_func("/viommu-db/M5-bypass-domain", test_m5_bypass_domain);
    g_test_add_func("/viommu-db/M6-permissions", test_m6_permissions);
    g_test_add_func("/viommu-db/M7-map-unmap-not-negotiated",
                    test_m7_map_unmap_not_negotiated);
    g_test_add_func("/viommu-db/M7-mmio-not-negotiated", test_m7_mmio_not_negotiated);
    g_test_add_func("/viommu-db/M8-inverted", test_m8_inverted);
    g_test_add_func("/viommu-db/M8-single-byte", test_m8_single_byte);
    g_test_add_func("/viommu-db/M9-input-range", test_m9_input_range);
    g_test_add_func("/viommu-db/M9-phys-wraps", test_m9_phys_wraps);
    g_test_add_func("/viommu-db/M10-region", test_m10_region);
    g_test_add_func("/viommu-db/M10-two-endpoints", test_m10_two_endpoints);
    g_test_add_func("/viommu-db/M10-second-region", test_m10_second_region);
    g_test_add_func("/viommu-db/M11-whole-space", test_m11_whole_space);
    g_test_add_func("/viommu-db/max-mappings", test_max_mappings);
    g_test_add_func("/viommu-db/U2-no-domain", test_u2_no_domain);
    g_test_add_func("/viommu-db/U3-bypass-domain", test_u3_bypass_domain);
    g_test_add_func("/viommu-db/U4-would-split", test_u4_would_split);
    g_test_add_func("/viommu-db/U5-all-covered", test_u5_all_covered);
    g_test_add_func("/viommu-db/unmap-inverted", test_unmap_inverted);
    g_test_add_func("/viommu-db/unmap-worked-examples", test_worked_examples);
    g_test_add_func("/viommu-db/P2-no-endpoint", test_p2_no_endpoint);
    g_test_add_func("/viommu-db/top-window-closes", test_top_window_closes);
    return g_test_run();
}
