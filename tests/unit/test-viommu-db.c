/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who is attached to what: ATTACH, DETACH, reset, caps, endpoints. */
#include "viommu-db-fixture.h"

/* --------------------------------------------------------------- ATTACH -- */

static void test_a2_unknown_flag(void)
{
    Fixture t = fixture();

    assert_status(viommu_db_attach(t.db, 1, EP_A, 2), VIOMMU_S_INVAL);
    assert_status(viommu_db_attach(t.db, 1, EP_A, 1u << 31), VIOMMU_S_INVAL);
    assert_domains(t, 0);
    viommu_db_free(t.db);
}

static void test_a2_bypass_not_negotiated(void)
{
    Fixture t = fixture();

    viommu_db_set_features(t.db, VIOMMU_F_ALL & ~VIOMMU_F_BYPASS_CONFIG);
    assert_status(viommu_db_attach(t.db, 1, EP_A, VIOMMU_ATTACH_F_BYPASS),
                  VIOMMU_S_INVAL);
    g_assert_false(viommu_endpoint_attached(t.a));
    viommu_db_free(t.db);
}

static void test_a3_no_endpoint(void)
{
    Fixture t = fixture();

    assert_status(viommu_db_attach(t.db, 1, EP_NONE, 0), VIOMMU_S_NOENT);
    assert_domains(t, 0);
    viommu_db_free(t.db);
}

static void test_a4_second_endpoint(void)
{
    Fixture t = fixture_attached();

    assert_ok(map_rw(&t, 0x1000, 0x1fff));
    assert_ok(viommu_db_attach(t.db, 1, EP_B, 0));
    g_assert_true(reaches(t.a, 0x1000));
    g_assert_true(reaches(t.b, 0x1000));
    viommu_db_free(t.db);
}

static void test_a5_flag_inconsistent(void)
{
    Fixture t = fixture_attached();

    assert_status(viommu_db_attach(t.db, 1, EP_B, VIOMMU_ATTACH_F_BYPASS),
                  VIOMMU_S_INVAL);
    g_assert_false(viommu_endpoint_attached(t.b));
    assert_ok(viommu_db_attach(t.db, 2, EP_B, VIOMMU_ATTACH_F_BYPASS));
    assert_status(viommu_db_attach(t.db, 2, EP_A, 0), VIOMMU_S_INVAL);
    assert_status(viommu_db_attach(t.db, 2, EP_B, 0), VIOMMU_S_INVAL);
    assert_domains(t, 2);
    viommu_db_free(t.db);
}

static void test_a6_attached_elsewhere(void)
{
    Fixture t = fixture_attached();

    assert_ok(map_rw(&t, 0x1000, 0x1fff));
    assert_ok(viommu_db_attach(t.db, 2, EP_A, 0));
    assert_domains(t, 1);
    assert_mappings(t, 0);
    g_assert_false(reaches(t.a, 0x1000));
    assert_status(map_rw(&t, 0x1000, 0x1fff), VIOMMU_S_NOENT);
    viommu_db_free(t.db);
}

static void test_a7_region_on_mapping(void)
{
    Fixture t = fixture_attached();

    assert_ok(map_rw(&t, MSI_LAST + 1 - PAGE, MSI_LAST));
    assert_ok(viommu_db_attach(t.db, 2, EP_MSI, 0));
    assert_status(viommu_db_attach(t.db, 1, EP_MSI, 0), VIOMMU_S_UNSUPP);
    /* It stays where it was. */
    assert_domains(t, 2);
    assert_ok(viommu_db_detach(t.db, 2, EP_MSI));
    assert_ok(unmap(&t, 0, TOP));
    assert_ok(viommu_db_attach(t.db, 1, EP_MSI, 0));
    viommu_db_free(t.db);
}

static void test_a8_attached(void)
{
    Fixture t = fixture_attached();
    ViommuAttachment at;

    g_assert_true(viommu_endpoint_attachment(t.a, &at));
    g_assert_cmpuint(at.endpoint_id, ==, EP_A);
    g_assert_cmpuint(at.domain_id, ==, 1);
    g_assert_cmpuint(at.flags, ==, 0);
    g_assert_false(viommu_endpoint_attachment(t.b, &at));
    viommu_db_free(t.db);
}

static void test_same_domain_again(void)
{
    Fixture t = fixture_attached();

    assert_ok(map_rw(&t, 0x1000, 0x1fff));
    assert_ok(viommu_db_attach(t.db, 1, EP_A, 0));
    g_assert_true(reaches(t.a, 0x1000));
    assert_mappings(t, 1);
    viommu_db_free(t.db);
}

/* EP_MSI is where it was: alone in domain 2, which has one page, and bypass is off. */
static void assert_stays(Fixture *t)
{
    ViommuAttachment at;

    assert_domains(*t, 2);
    assert_mappings(*t, 2);
    g_assert_true(viommu_endpoint_attachment(t->msi, &at));
    g_assert_cmpuint(at.domain_id, ==, 2);
    g_assert_cmpuint(at.endpoint_id, ==, EP_MSI);
    g_assert_true(reaches(t->msi, 0x1000));
    g_assert_false(reaches(t->msi, MSI_LAST + 1));
    assert_status(viommu_db_detach(t->db, 1, EP_MSI), VIOMMU_S_INVAL);
}

/* For every reason there is. Where a shadow refuses: shadow-refuses-attach-stays. */
static void test_refused_stays(void)
{
    ViommuConfig config = fixture_config();
    Fixture t;

    config.domain_last = 9;
    config.max_domains = 2;
    t = fixture_full(&config, NULL, NULL);
    assert_ok(viommu_db_attach(t.db, 1, EP_A, 0));
    assert_ok(map_rw(&t, MSI_LAST + 1 - PAGE, MSI_LAST));
    assert_ok(viommu_db_attach(t.db, 2, EP_MSI, 0));
    assert_ok(map(&t, 2, 0x1000, 0x1fff, 0x5000, VIOMMU_PERM_RW));

    assert_status(viommu_db_attach(t.db, 1, EP_MSI, 4), VIOMMU_S_INVAL); /* A2 */
    assert_stays(&t);
    assert_status(viommu_db_attach(t.db, 10, EP_MSI, 0), VIOMMU_S_RANGE); /* O7 */
    assert_stays(&t);
    assert_status(viommu_db_attach(t.db, 1, EP_MSI, VIOMMU_ATTACH_F_BYPASS),
                  VIOMMU_S_INVAL); /* A5, and in its own domain */
    assert_status(viommu_db_attach(t.db, 2, EP_MSI, VIOMMU_ATTACH_F_BYPASS),
                  VIOMMU_S_INVAL);
    assert_stays(&t);
    assert_status(viommu_db_attach(t.db, 1, EP_MSI, 0), VIOMMU_S_UNSUPP); /* A7 */
    assert_stays(&t);
    assert_ok(viommu_db_attach(t.db, 2, EP_B, 0)); /* no longer alone */
    assert_status(viommu_db_attach(t.db, 3, EP_MSI, 0), VIOMMU_S_NOMEM);
    assert_stays(&t);
    viommu_db_free(t.db);
}

static void test_o7_domain_range(void)
{
    ViommuConfig config = fixture_config();
    Fixture t;

    config.domain_start = 5;
    config.domain_last = 7;
    t = fixture_full(&config, NULL, NULL);
    /* It binds although the driver has not accepted DOMAIN_RANGE. */
    viommu_db_set_features(t.db, VIOMMU_F_MAP_UNMAP);
    assert_status(viommu_db_attach(t.db, 4, EP_A, 0), VIOMMU_S_RANGE);
    assert_status(viommu_db_attach(t.db, 8, EP_A, 0), VIOMMU_S_RANGE);
    assert_status(viommu_db_attach(t.db, UINT32_MAX, EP_A, 0), VIOMMU_S_RANGE);
    assert_ok(viommu_db_attach(t.db, 5, EP_A, 0));
    assert_ok(viommu_db_attach(t.db, 7, EP_B, 0));
    viommu_db_free(t.db);
}

static void test_max_domains(void)
{
    ViommuConfig config = fixture_config();
    Fixture t;

    config.max_domains = 1;
    t = fixture_full(&config, NULL, NULL);
    assert_ok(viommu_db_attach(t.db, 1, EP_A, 0));
    assert_status(viommu_db_attach(t.db, 2, EP_B, 0), VIOMMU_S_NOMEM);
    g_assert_false(viommu_endpoint_attached(t.b));
    assert_ok(viommu_db_attach(t.db, 1, EP_B, 0));
    assert_status(viommu_db_attach(t.db, 2, EP_B, 0), VIOMMU_S_NOMEM);
    /* Alone in its domain it makes room for the new one. */
    assert_ok(viommu_db_detach(t.db, 1, EP_B));
    assert_ok(viommu_db_attach(t.db, 2, EP_A, 0));
    assert_domains(t, 1);
    viommu_db_free(t.db);
}

/* --------------------------------------------------------------- DETACH -- */

static void test_d2_no_endpoint(void)
{
    Fixture t = fixture_attached();

    assert_status(viommu_db_detach(t.db, 1, EP_NONE), VIOMMU_S_NOENT);
    viommu_db_free(t.db);
}

static void test_d3_not_in_domain(void)
{
    Fixture t = fixture_attached();

    assert_status(viommu_db_detach(t.db, 1, EP_B), VIOMMU_S_INVAL);
    assert_status(viommu_db_detach(t.db, 2, EP_A), VIOMMU_S_INVAL);
    g_assert_true(viommu_endpoint_attached(t.a));
    assert_ok(viommu_db_detach(t.db, 1, EP_A));
    assert_status(viommu_db_detach(t.db, 1, EP_A), VIOMMU_S_INVAL);
    viommu_db_free(t.db);
}

static void test_d4_no_access(void)
{
    Fixture t = fixture_attached();

    assert_ok(viommu_db_attach(t.db, 1, EP_B, 0));
    assert_ok(map_rw(&t, 0x1000, 0x1fff));
    assert_ok(viommu_db_detach(t.db, 1, EP_A));
    assert_status(access_at(t.a, 0x1000, 0), VIOMMU_UNATTACHED);
    g_assert_true(reaches(t.b, 0x1000));
    viommu_db_free(t.db);
}

static void test_d5_last_endpoint(void)
{
    Fixture t = fixture_attached();

    assert_ok(viommu_db_attach(t.db, 1, EP_B, 0));
    assert_ok(map_rw(&t, 0x1000, 0x1fff));
    assert_ok(viommu_db_detach(t.db, 1, EP_A));
    assert_domains(t, 1);
    assert_ok(viommu_db_detach(t.db, 1, EP_B));
    assert_domains(t, 0);
    assert_mappings(t, 0);
    assert_ok(viommu_db_attach(t.db, 1, EP_A, VIOMMU_ATTACH_F_BYPASS));
    g_assert_true(viommu_endpoint_bypassed(t.a));
    viommu_db_free(t.db);
}

/* ------------------------------------------------------- reset, features -- */

static void test_i1_reset(void)
{
    Fixture t = fixture_attached();

    assert_ok(viommu_db_attach(t.db, 2, EP_B, VIOMMU_ATTACH_F_BYPASS));
    assert_ok(map_rw(&t, 0x1000, 0x1fff));
    viommu_db_reset(t.db);
    assert_domains(t, 0);
    assert_mappings(t, 0);
    g_assert_false(viommu_endpoint_attached(t.a));
    g_assert_false(reaches(t.b, 0x1000));
    g_assert_cmphex(viommu_db_features(t.db), ==, 0);
    viommu_db_free(t.db);
}

static void test_c3_bypass_survives_reset(void)
{
    Fixture t = fixture();

    viommu_db_set_bypass(t.db, true);
    viommu_db_reset(t.db);
    g_assert_true(viommu_db_bypass(t.db));
    g_assert_true(reaches(t.a, 0x1000));
    viommu_db_set_bypass(t.db, false);
    viommu_db_reset(t.db);
    g_assert_false(viommu_db_bypass(t.db));
    g_assert_false(reaches(t.a, 0x1000));
    viommu_db_free(t.db);
}

static void test_features_only_offered(void)
{
    ViommuConfig config = fixture_config();
    Fixture t;

    config.features &= ~VIOMMU_F_MMIO;
    t = fixture_full(&config, NULL, NULL);
    viommu_db_set_features(t.db, ~UINT64_C(0));
    g_assert_cmphex(viommu_db_features(t.db), ==, VIOMMU_F_ALL & ~VIOMMU_F_MMIO);
    viommu_db_free(t.db);
}

/* ------------------------------------------------------------ endpoints -- */

static void test_alias_is_one_address_space(void)
{
    Fixture t = fixture();
    const uint32_t ids[] = { 0x208, 0x200 };
    ViommuEndpoint *ep = viommu_db_register(t.db, ids, 2, NULL, 0, NULL);

    g_assert_true(viommu_db_find(t.db, 0x208) == ep);
    g_assert_true(viommu_db_find(t.db, 0x200) == ep);
    assert_ok(viommu_db_attach(t.db, 1, 0x200, 0));
    assert_ok(map_rw(&t, 0x1000, 0x1fff));
    g_assert_true(reaches(ep, 0x1000));
    viommu_db_free(t.db);
}

/* A guest attaches and detaches every id of a device; none of that may fail. */
static void test_alias_attached_twice(void)
{
    Fixture t = fixture();
    const uint32_t ids[] = { 0x208, 0x200 };
    ViommuEndpoint *ep = viommu_db_register(t.db, ids, 2, NULL, 0, NULL);

    assert_ok(viommu_db_attach(t.db, 1, 0x208, 0));
    assert_ok(viommu_db_attach(t.db, 1, 0x200, 0));
    assert_ok(viommu_db_detach(t.db, 1, 0x208));
    g_assert_false(viommu_endpoint_attached(ep));
    assert_ok(viommu_db_detach(t.db, 1, 0x200));
    assert_status(viommu_db_detach(t.db, 1, 0x200), VIOMMU_S_INVAL);
    assert_status(viommu_db_detach(t.db, 1, 0x208), VIOMMU_S_INVAL);
    viommu_db_free(t.db);
}

static void test_unregister_detaches(void)
{
    Fixture t = fixture_attached();

    viommu_db_unregister(t.db, t.a);
    assert_domains(t, 0);
    g_assert_null(viommu_db_find(t.db, EP_A));
    assert_status(viommu_db_attach(t.db, 1, EP_A, 0), VIOMMU_S_NOENT);
    viommu_db_free(t.db);
}

/* Two endpoints swap their ids, one after the other: each has its own in the end. */
static void test_renumbering(void)
{
    Fixture t = fixture_attached();
    uint32_t id_a = EP_A, id_b = EP_B;

    viommu_endpoint_set_ids(t.a, &id_b, 1);
    g_assert_true(viommu_db_find(t.db, EP_B) == t.a);
    g_assert_null(viommu_db_find(t.db, EP_A));
    viommu_endpoint_set_ids(t.b, &id_a, 1);
    g_assert_true(viommu_db_find(t.db, EP_B) == t.a);
    g_assert_true(viommu_db_find(t.db, EP_A) == t.b);
    g_assert_true(viommu_endpoint_attached(t.a));
    assert_ok(viommu_db_detach(t.db, 1, EP_B));
    viommu_db_free(t.db);
}

static void test_regions_checked(void)
{
    Fixture t = fixture();
    ViommuRegion many[22] = { { { 0, 0 }, VIOMMU_REGION_RESERVED } };
    const ViommuRegion inverted = { { 2, 1 }, VIOMMU_REGION_RESERVED };
    const ViommuRegion unknown = { { 1, 2 }, VIOMMU_REGION_IDENTITY + 1 };
    const ViommuRegion overlap[] = { { { 0, 9 }, 0 }, { { 9, 10 }, 0 } };
    const ViommuRegion beside[] = { { { 0, 9 }, 0 }, { { 10, TOP }, 1 } };

    for (unsigned i = 0; i < G_N_ELEMENTS(many); i++) {
        many[i].range = (ViommuRange){ i, i };
    }
    g_assert_nonnull(viommu_db_check_regions(t.db, many, 22));
    g_assert_null(viommu_db_check_regions(t.db, many, 21));
    g_assert_nonnull(viommu_db_check_regions(t.db, &inverted, 1));
    g_assert_nonnull(viommu_db_check_regions(t.db, &unknown, 1));
    g_assert_nonnull(viommu_db_check_regions(t.db, overlap, 2));
    g_assert_null(viommu_db_check_regions(t.db, beside, 2));
    viommu_db_free(t.db);
}

static void test_r2_one_msi_region(void)
{
    Fixture t = fixture();
    const ViommuRegion two[] = { { { 0, 9 }, VIOMMU_REGION_MSI },
                                 { { 10, 19 }, VIOMMU_REGION_MSI } };

    g_assert_nonnull(viommu_db_check_regions(t.db, two, 2));
    viommu_db_free(t.db);
}

static void test_regions_stable_after_probe(void)
{
    Fixture t = fixture_attached();
    const ViommuRegion region = { { 0, PAGE - 1 }, VIOMMU_REGION_RESERVED };
    const ViommuRegion *regions;
    size_t n;

    g_assert_false(viommu_endpoint_set_regions(t.a, &region, 1));
    g_assert_true(viommu_endpoint_set_regions(t.b, &region, 1));
    assert_ok(viommu_db_probe(t.db, EP_B, &regions, &n));
    g_assert_cmpuint(n, ==, 1);
    g_assert_false(viommu_endpoint_set_regions(t.b, NULL, 0));
    viommu_db_reset(t.db);
    g_assert_true(viommu_endpoint_set_regions(t.b, NULL, 0));
    viommu_db_free(t.db);
}

/* ------------------------------------------------------------- snapshot -- */

static bool replay_attachment(void *opaque, const ViommuAttachment *at)
{
    assert_ok(viommu_db_attach(opaque, at->domain_id, at->endpoint_id, at->flags));
    return true;
}

static bool count_domain(void *opaque, const ViommuDomainInfo *info)
{
    *(size_t *)opaque +=
        info->n_mappings + 100 * info->n_endpoints + 1000 * info->bypass;
    return true;
}

static void test_snapshot_replays(void)
{
    Fixture t = fixture_attached(), u = fixture();
    ViommuMapping page[4];
    size_t n, sum = 0;
    uint64_t from = 0;

    assert_ok(viommu_db_attach(t.db, 1, EP_B, 0));
    assert_ok(viommu_db_attach(t.db, 9, EP_MSI, VIOMMU_ATTACH_F_BYPASS));
    for (uint64_t i = 0; i < 10; i++) {
        assert_ok(map(&t, 1, i * PAGE, i * PAGE + PAGE - 1, (i + 5) * PAGE, i % 4));
    }
    assert_ok(map_rw(&t, TOP - PAGE + 1, TOP));
    viommu_db_for_each_attachment(t.db, replay_attachment, u.db);
    do {
        n = viommu_db_mappings(t.db, 1, from, page, G_N_ELEMENTS(page));
        for (size_t i = 0; i < n; i++) {
            assert_ok(viommu_db_map(u.db, 1, &page[i]));
            from = page[i].iova.last + 1;
        }
    } while (n == G_N_ELEMENTS(page) && from);
    g_assert_cmpuint(viommu_db_mapping_count(u.db), ==, 11);
    viommu_db_for_each_domain(u.db, count_domain, &sum);
    g_assert_cmpuint(sum, ==, 11 + 300 + 1000);
    g_assert_cmpuint(viommu_db_mappings(u.db, 77, 0, page, 4), ==, 0);
    viommu_db_free(t.db);
    viommu_db_free(u.db);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/viommu-db/A2-unknown-flag", test_a2_unknown_flag);
    g_test_add_func("/viommu-db/A2-bypass-not-negotiated",
                    test_a2_bypass_not_negotiated);
    g_test_add_func("/viommu-db/A3-no-endpoint", test_a3_no_endpoint);
    g_test_add_func("/viommu-db/A4-second-endpoint", test_a4_second_endpoint);
    g_test_add_func("/viommu-db/A5-flag-inconsistent", test_a5_flag_inconsistent);
    g_test_add_func("/viommu-db/A6-attached-elsewhere", test_a6_attached_elsewhere);
    g_test_add_func("/viommu-db/A7-region-on-mapping", test_a7_region_on_mapping);
    g_test_add_func("/viommu-db/A8-attached", test_a8_attached);
    g_test_add_func("/viommu-db/attach-same-domain-again", test_same_domain_again);
    g_test_add_func("/viommu-db/attach-refused-stays", test_refused_stays);
    g_test_add_func("/viommu-db/O7-domain-range", test_o7_domain_range);
    g_test_add_func("/viommu-db/max-domains", test_max_domains);
    g_test_add_func("/viommu-db/D2-no-endpoint", test_d2_no_endpoint);
    g_test_add_func("/viommu-db/D3-not-in-domain", test_d3_not_in_domain);
    g_test_add_func("/viommu-db/D4-no-access", test_d4_no_access);
    g_test_add_func("/viommu-db/D5-last-endpoint", test_d5_last_endpoint);
    g_test_add_func("/viommu-db/I1-reset", test_i1_reset);
    g_test_add_func("/viommu-db/C3-bypass-survives-reset",
                    test_c3_bypass_survives_reset);
    g_test_add_func("/viommu-db/features-only-offered", test_features_only_offered);
    g_test_add_func("/viommu-db/alias-is-one-address-space",
                    test_alias_is_one_address_space);
    g_test_add_func("/viommu-db/alias-attached-twice", test_alias_attached_twice);
    g_test_add_func("/viommu-db/unregister-detaches", test_unregister_detaches);
    g_test_add_func("/viommu-db/renumbering", test_renumbering);
    g_test_add_func("/viommu-db/R3-regions-checked", test_regions_checked);
    g_test_add_func("/viommu-db/R2-one-msi-region", test_r2_one_msi_region);
    g_test_add_func("/viommu-db/regions-stable-after-probe",
                    test_regions_stable_after_probe);
    g_test_add_func("/viommu-db/snapshot-replays", test_snapshot_replays);
    return g_test_run();
}
