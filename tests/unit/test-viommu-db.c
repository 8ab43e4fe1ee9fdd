/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who is attached to what: ATTACH, DETACH, reset, caps. */
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

/* Any of its regions, not the first alone; a bypass domain has no mappings. */
static void test_a7_second_region(void)
{
    static const ViommuRegion two[] = { { { 0x8000, 0x8fff }, VIOMMU_REGION_RESERVED },
                                        { { 0xa000, 0xafff },
                                          VIOMMU_REGION_IDENTITY } };
    Fixture t = fixture_attached();

    fixture_endpoint(t.db, 32, two, 2);
    assert_ok(map_rw(&t, 0x9000, 0x9fff));
    assert_ok(map_rw(&t, 0xa000, 0xafff));
    assert_status(viommu_db_attach(t.db, 1, 32, 0), VIOMMU_S_UNSUPP);
    assert_ok(unmap(&t, 0xa000, 0xafff));
    assert_ok(viommu_db_attach(t.db, 1, 32, 0));
    assert_ok(viommu_db_attach(t.db, 2, EP_B, VIOMMU_ATTACH_F_BYPASS));
    assert_ok(viommu_db_attach(t.db, 2, 32, VIOMMU_ATTACH_F_BYPASS));
    viommu_db_free(t.db);
}

static void assert_attached(ViommuEndpoint *ep, uint32_t domain_id, uint32_t flags)
{
    ViommuAttachment at;

    g_assert_true(viommu_endpoint_attachment(ep, &at));
    g_assert_cmpuint(at.endpoint_id, ==, viommu_endpoint_id(ep));
    g_assert_cmpuint(at.domain_id, ==, domain_id);
    g_assert_cmpuint(at.flags, ==, flags);
}

/* To a new domain, to one that exists, from another one; ordinary and bypass. */
static void test_a8_attached(void)
{
    static const uint32_t bypass = VIOMMU_ATTACH_F_BYPASS;
    Fixture t = fixture_attached();
    ViommuAttachment at;

    assert_attached(t.a, 1, 0);
    g_assert_false(viommu_endpoint_attachment(t.b, &at));
    assert_ok(viommu_db_attach(t.db, 1, EP_B, 0));
    assert_attached(t.b, 1, 0);
    assert_ok(viommu_db_attach(t.db, 2, EP_A, bypass));
    assert_attached(t.a, 2, bypass);
    assert_attached(t.b, 1, 0);
    assert_ok(viommu_db_attach(t.db, 2, EP_B, bypass));
    assert_attached(t.b, 2, bypass);
    assert_ok(viommu_db_attach(t.db, UINT32_MAX, EP_A, 0));
    assert_attached(t.a, UINT32_MAX, 0);
    assert_domains(t, 2);
    viommu_db_free(t.db);
}

static void count_event(void *opaque, ViommuEndpoint *ep)
{
    ++*(unsigned *)opaque;
}

static const ViommuEvents counting = { .attached = count_event,
                                       .detached = count_event };

static void test_same_domain_again(void)
{
    ViommuConfig config = fixture_config();
    unsigned events = 0;
    Fixture t = fixture_full(&config, &counting, &events);

    assert_ok(viommu_db_attach(t.db, 1, EP_A, 0));
    assert_ok(map_rw(&t, 0x1000, 0x1fff));
    assert_ok(viommu_db_attach(t.db, 1, EP_A, 0));
    g_assert_true(reaches(t.a, 0x1000));
    assert_mappings(t, 1);
    g_assert_cmpuint(events, ==, 1);
    viommu_db_free(t.db);
}

typedef struct Refusal {
    uint32_t domain_id, endpoint_id, flags;
    ViommuStatus status;
} Refusal;

/*
 * For every reason there is to refuse one: the endpoint stays where it was, what it
 * had there stays, no domain comes or goes, and nobody is told anything. Where a shadow
 * refuses: shadow-refuses-attach-stays.
 */
static void test_refused_stays(void)
{
    static const Refusal refusals[] = {
        { 4, EP_A, 2, VIOMMU_S_INVAL },
        { 1, EP_A, VIOMMU_ATTACH_F_BYPASS, VIOMMU_S_INVAL },
        { 2, EP_A, 0, VIOMMU_S_INVAL },
        { 4, EP_NONE, 0, VIOMMU_S_NOENT },
        { 0, EP_A, 0, VIOMMU_S_RANGE },
        { 10, EP_A, 0, VIOMMU_S_RANGE },
        { 4, EP_A, 0, VIOMMU_S_NOMEM },
        { 4, EP_B, 0, VIOMMU_S_NOMEM },
        { 1, EP_MSI, 0, VIOMMU_S_UNSUPP },
    };
    ViommuConfig config = fixture_config();
    unsigned events = 0;
    Fixture t;

    config.domain_start = 1;
    config.domain_last = 9;
    config.max_domains = 3;
    t = fixture_full(&config, &counting, &events);
    fixture_endpoint(t.db, 32, NULL, 0);
    fixture_endpoint(t.db, 40, NULL, 0);
    assert_ok(viommu_db_attach(t.db, 1, EP_A, 0));
    assert_ok(viommu_db_attach(t.db, 1, 32, 0));
    assert_ok(map_rw(&t, MSI_START, MSI_LAST));
    assert_ok(viommu_db_attach(t.db, 2, 40, VIOMMU_ATTACH_F_BYPASS));
    assert_ok(viommu_db_attach(t.db, 3, EP_MSI, 0));
    events = 0;
    for (unsigned i = 0; i < G_N_ELEMENTS(refusals); i++) {
        const Refusal *r = &refusals[i];

        assert_status(viommu_db_attach(t.db, r->domain_id, r->endpoint_id, r->flags),
                      r->status);
        assert_attached(t.a, 1, 0);
        assert_attached(t.msi, 3, 0);
        g_assert_false(viommu_endpoint_attached(t.b));
        g_assert_true(reaches(t.a, MSI_START));
        assert_domains(t, 3);
        assert_mappings(t, 1);
        g_assert_cmpuint(events, ==, 0);
    }
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
    assert_domains(t, 0);
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

/* C1: there is a granule, or there is no device. */
static void test_c1_no_granule(void)
{
    if (g_test_subprocess()) {
        ViommuConfig config = fixture_config();

        config.page_size_mask = 0;
        viommu_db_free(viommu_db_new(&config, NULL, NULL, NULL));
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_failed();
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
    g_test_add_func("/viommu-db/A7-second-region", test_a7_second_region);
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
    g_test_add_func("/viommu-db/C1-no-granule", test_c1_no_granule);
    return g_test_run();
}
