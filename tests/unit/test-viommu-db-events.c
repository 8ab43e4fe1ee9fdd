/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What endpoints can reach, and what the glue is told when that changes. */
#include <string.h>
#include "viommu-db-fixture.h"

/* ---------------------------------------------- the bypass truth table ---- */

/* To the same address, whatever it is and whatever is done there. */
static void assert_identity(const ViommuEndpoint *ep)
{
    static const uint64_t addresses[] = { 0, 0x5123, MSI_START, TOP - 1 };
    ViommuAnswer answer;

    for (unsigned i = 0; i < G_N_ELEMENTS(addresses); i++) {
        assert_status(viommu_db_translate(ep, addresses[i], VIOMMU_PERM_RW, &answer),
                      VIOMMU_HIT);
        g_assert_cmphex(viommu_answer_at(&answer, addresses[i]), ==, addresses[i]);
        g_assert_cmpuint(answer.flags, ==, VIOMMU_PERM_RW);
    }
}

static void check_bypass(uint64_t offered, uint64_t accepted, bool bypass,
                         bool unattached_passes)
{
    ViommuConfig config = fixture_config();
    Fixture t;

    config.features = offered;
    t = fixture_full(&config, NULL, NULL);
    viommu_db_set_features(t.db, accepted);
    viommu_db_set_bypass(t.db, bypass);
    g_assert_cmpint(viommu_endpoint_bypassed(t.a), ==, unattached_passes);
    assert_status(access_at(t.a, 0x5000, VIOMMU_PERM_RW),
                  unattached_passes ? VIOMMU_HIT : VIOMMU_UNATTACHED);
    if (unattached_passes) {
        assert_identity(t.a);
    }
    /* In an ordinary domain, never. */
    assert_ok(viommu_db_attach(t.db, 1, EP_A, 0));
    g_assert_false(viommu_endpoint_bypassed(t.a));
    assert_status(access_at(t.a, 0x5000, VIOMMU_PERM_RW), VIOMMU_UNMAPPED);
    /* In a bypass domain, always. */
    if (accepted & VIOMMU_F_BYPASS_CONFIG) {
        assert_ok(viommu_db_attach(t.db, 2, EP_A, VIOMMU_ATTACH_F_BYPASS));
        assert_identity(t.a);
        /* And out of it, as before. */
        assert_ok(viommu_db_detach(t.db, 2, EP_A));
        g_assert_cmpint(viommu_endpoint_bypassed(t.a), ==, unattached_passes);
    }
    viommu_db_free(t.db);
}

static void test_bypass_truth_table(void)
{
    uint64_t without = VIOMMU_F_ALL & ~VIOMMU_F_BYPASS_CONFIG;

    check_bypass(VIOMMU_F_ALL, VIOMMU_F_ALL, false, false);
    check_bypass(VIOMMU_F_ALL, VIOMMU_F_ALL, true, true);
    /* Offered is enough. */
    check_bypass(VIOMMU_F_ALL, 0, false, false);
    check_bypass(VIOMMU_F_ALL, 0, true, true);
    check_bypass(without, without, false, false);
    check_bypass(without, without, true, false);
}

static void test_o4_unattached(void)
{
    Fixture t = fixture();

    assert_status(access_at(t.a, 0, VIOMMU_PERM_READ), VIOMMU_UNATTACHED);
    assert_status(access_at(t.a, TOP, VIOMMU_PERM_WRITE), VIOMMU_UNATTACHED);
    viommu_db_free(t.db);
}

/* -------------------------------------------------------------- answers -- */

static void test_largest_block(void)
{
    Fixture t = fixture_attached();
    ViommuAnswer answer;

    assert_ok(map(&t, 1, 0x201000, 0x7fffff, 0x40201000, VIOMMU_PERM_READ));
    assert_status(viommu_db_translate(t.a, 0x500123, VIOMMU_PERM_READ, &answer),
                  VIOMMU_HIT);
    g_assert_cmphex(answer.mask, ==, 0x3fffff);
    g_assert_cmphex(answer.phys, ==, 0x40400000);
    g_assert_cmpuint(answer.flags, ==, VIOMMU_PERM_READ);
    assert_status(viommu_db_translate(t.a, 0x201000, VIOMMU_PERM_READ, &answer),
                  VIOMMU_HIT);
    g_assert_cmphex(answer.mask, ==, 0xfff);
    viommu_db_free(t.db);
}

static void test_byte_below_mapping(void)
{
    Fixture t = fixture_attached();

    assert_ok(map_rw(&t, 0x2000, 0x2fff));
    assert_status(access_at(t.a, 0x1fff, VIOMMU_PERM_WRITE), VIOMMU_UNMAPPED);
    assert_status(access_at(t.a, 0x3000, VIOMMU_PERM_WRITE), VIOMMU_UNMAPPED);
    viommu_db_free(t.db);
}

static void test_adjacent_mappings(void)
{
    Fixture t = fixture_attached();
    ViommuAnswer answer;

    assert_ok(map(&t, 1, 0x2000, 0x2fff, 0x90000000, 3));
    assert_ok(map(&t, 1, 0x3000, 0x3fff, 0x10000000, 3));
    assert_status(viommu_db_translate(t.a, 0x2fff, 3, &answer), VIOMMU_HIT);
    g_assert_cmphex(viommu_answer_at(&answer, 0x2fff), ==, 0x90000fff);
    assert_status(viommu_db_translate(t.a, 0x3000, 3, &answer), VIOMMU_HIT);
    g_assert_cmphex(answer.phys, ==, 0x10000000);
    viommu_db_free(t.db);
}

/* The doorbell passes as it is, from every state; the bytes beside it do not. */
static void test_msi_region_passes(void)
{
    Fixture t = fixture();
    ViommuAnswer answer;

    assert_status(access_at(t.msi, MSI_START + 0x40, VIOMMU_PERM_WRITE), VIOMMU_HIT);
    assert_ok(viommu_db_attach(t.db, 1, EP_MSI, 0));
    assert_status(
        viommu_db_translate(t.msi, MSI_START + 0x40, VIOMMU_PERM_WRITE, &answer),
        VIOMMU_HIT);
    g_assert_cmphex(answer.phys, ==, MSI_START);
    g_assert_cmphex(answer.mask, ==, MSI_LAST - MSI_START);
    assert_status(access_at(t.msi, MSI_START - 1, VIOMMU_PERM_WRITE), VIOMMU_UNMAPPED);
    assert_status(access_at(t.msi, MSI_LAST + 1, VIOMMU_PERM_WRITE), VIOMMU_UNMAPPED);
    viommu_db_free(t.db);
}

static void test_r5_reserved_faults(void)
{
    Fixture t = fixture();
    const ViommuRegion region = { { 0x8000, 0x8fff }, VIOMMU_REGION_RESERVED };
    ViommuEndpoint *ep = fixture_endpoint(t.db, 32, &region, 1);

    assert_status(access_at(ep, 0x8000, VIOMMU_PERM_READ), VIOMMU_UNATTACHED);
    assert_ok(viommu_db_attach(t.db, 1, 32, 0));
    assert_status(access_at(ep, 0x8000, VIOMMU_PERM_READ), VIOMMU_UNMAPPED);
    viommu_db_free(t.db);
}

static void test_identity_region(void)
{
    Fixture t = fixture();
    const ViommuRegion region = { { 0x8000, 0x9fff }, VIOMMU_REGION_IDENTITY };
    ViommuEndpoint *ep = fixture_endpoint(t.db, 32, &region, 1);

    assert_status(access_at(ep, 0x8000, VIOMMU_PERM_READ), VIOMMU_UNATTACHED);
    assert_ok(viommu_db_attach(t.db, 1, 32, 0));
    assert_ok(viommu_db_attach(t.db, 1, EP_A, 0));
    assert_status(access_at(ep, 0x9fff, VIOMMU_PERM_RW), VIOMMU_HIT);
    /* It is the endpoint's, not the domain's; and no UNMAP takes it away. */
    assert_status(access_at(t.a, 0x9fff, VIOMMU_PERM_RW), VIOMMU_UNMAPPED);
    assert_ok(unmap(&t, 0, TOP));
    assert_status(access_at(ep, 0x8000, VIOMMU_PERM_RW), VIOMMU_HIT);
    assert_status(map_rw(&t, 0x9000, 0x9fff), VIOMMU_S_INVAL);
    assert_ok(viommu_db_detach(t.db, 1, 32));
    assert_status(access_at(ep, 0x8000, VIOMMU_PERM_READ), VIOMMU_UNATTACHED);
    viommu_db_free(t.db);
}

/* --------------------------------------------------------------- events -- */

/* What the glue heard, a letter an event, and a shadow that can be made to refuse. */
typedef struct Heard {
    char log[64];
    int accept; /* that many mapped events more; -1: all */
    int shadow; /* mappings in the shadow of endpoint A */
    ViommuRange last_range;
} Heard;

static void heard(Heard *h, char c)
{
    size_t n = strlen(h->log);

    g_assert_cmpuint(n + 1, <, sizeof(h->log));
    h->log[n] = c;
}

static void on_attached(void *opaque, ViommuEndpoint *ep)
{
    heard(opaque, 'A');
}

static void on_detached(void *opaque, ViommuEndpoint *ep)
{
    heard(opaque, 'D');
}

static bool on_mapped(void *opaque, ViommuEndpoint *ep, const ViommuMapping *mapping)
{
    Heard *h = opaque;

    if (h->accept == 0) {
        heard(h, '!');
        return false;
    }
    h->accept -= h->accept > 0;
    h->shadow++;
    heard(h, 'm');
    return true;
}

static void on_unmapped(void *opaque, ViommuEndpoint *ep, const ViommuMapping *mapping)
{
    Heard *h = opaque;

    h->shadow--;
    g_assert_cmpint(h->shadow, >=, 0);
    heard(h, 'u');
}

static void on_invalidated(void *opaque, ViommuEndpoint *ep, ViommuRange range)
{
    ((Heard *)opaque)->last_range = range;
    heard(opaque, 'i');
}

static const ViommuEvents listener = { on_attached, on_detached, on_mapped, on_unmapped,
                                       on_invalidated };

static void assert_heard(Heard *h, const char *log)
{
    g_assert_cmpstr(h->log, ==, log);
    memset(h->log, 0, sizeof(h->log));
}

static Fixture fixture_listening(Heard *h)
{
    ViommuConfig config = fixture_config();

    *h = (Heard){ .accept = -1 };
    return fixture_full(&config, &listener, h);
}

static void test_events_in_order(void)
{
    Heard h;
    Fixture t = fixture_listening(&h);

    assert_ok(viommu_db_attach(t.db, 1, EP_A, 0));
    assert_ok(viommu_db_attach(t.db, 1, EP_B, 0));
    assert_heard(&h, "AA");
    /* No shadow: nobody asks for mappings, but what is cached has to go. */
    assert_ok(map_rw(&t, 0x1000, 0x1fff));
    assert_ok(map_rw(&t, 0x5000, 0x6fff));
    assert_heard(&h, "");
    assert_ok(unmap(&t, 0, TOP));
    g_assert_cmphex(h.last_range.start, ==, 0x1000);
    g_assert_cmphex(h.last_range.last, ==, 0x6fff);
    assert_heard(&h, "ii");
    assert_ok(unmap(&t, 0, TOP));
    assert_heard(&h, "");
    assert_ok(viommu_db_attach(t.db, 2, EP_A, 0));
    assert_heard(&h, "DA");
    assert_status(viommu_db_attach(t.db, 2, EP_A, 8), VIOMMU_S_INVAL);
    assert_ok(viommu_db_attach(t.db, 2, EP_A, 0));
    assert_heard(&h, "");
    viommu_db_reset(t.db);
    assert_heard(&h, "DD");
    assert_ok(viommu_db_attach(t.db, 1, EP_A, 0));
    assert_heard(&h, "A");
    /* Nobody is left to hear of the end. */
    viommu_db_free(t.db);
    assert_heard(&h, "");
}

static void test_shadow_follows(void)
{
    Heard h;
    Fixture t = fixture_listening(&h);

    viommu_endpoint_set_shadowed(t.a, true);
    assert_ok(viommu_db_attach(t.db, 1, EP_B, 0));
    assert_ok(map_rw(&t, 0x1000, 0x1fff));
    assert_ok(map_rw(&t, 0x2000, 0x2fff));
    assert_heard(&h, "A");
    assert_ok(viommu_db_attach(t.db, 1, EP_A, 0));
    assert_heard(&h, "Amm");
    assert_ok(map_rw(&t, 0x3000, 0x3fff));
    assert_heard(&h, "m");
    assert_ok(unmap(&t, 0x1000, 0x1fff));
    assert_heard(&h, "uii");
    assert_ok(viommu_db_detach(t.db, 1, EP_A));
    assert_heard(&h, "uuD");
    g_assert_cmpint(h.shadow, ==, 0);
    viommu_db_free(t.db);
}

static void test_shadow_refuses_map(void)
{
    Heard h;
    Fixture t = fixture_listening(&h);

    viommu_endpoint_set_shadowed(t.a, true);
    viommu_endpoint_set_shadowed(t.b, true);
    assert_ok(viommu_db_attach(t.db, 1, EP_A, 0));
    assert_ok(viommu_db_attach(t.db, 1, EP_B, 0));
    h.accept = 1;
    assert_heard(&h, "AA");
    assert_status(map_rw(&t, 0x1000, 0x1fff), VIOMMU_S_NOMEM);
    assert_heard(&h, "m!uii");
    assert_mappings(t, 0);
    g_assert_false(reaches(t.a, 0x1000));
    h.accept = -1;
    assert_ok(map_rw(&t, 0x1000, 0x1fff));
    viommu_db_free(t.db);
}

static void test_shadow_refuses_attach(void)
{
    Heard h;
    Fixture t = fixture_listening(&h);

    viommu_endpoint_set_shadowed(t.a, true);
    assert_ok(viommu_db_attach(t.db, 1, EP_A, 0));
    assert_ok(map_rw(&t, 0x1000, 0x1fff));
    assert_ok(viommu_db_attach(t.db, 2, EP_B, 0));
    for (uint64_t i = 0; i < 3; i++) {
        assert_ok(map(&t, 2, i * PAGE, i * PAGE + PAGE - 1, 0, 3));
    }
    assert_heard(&h, "AmA");
    /* Two go in, the third does not; one goes back in where it was. */
    h.accept = 2;
    assert_status(viommu_db_attach(t.db, 2, EP_A, 0), VIOMMU_S_DEVERR);
    assert_heard(&h, "uDAmm!uuDA!D");
    g_assert_false(viommu_endpoint_attached(t.a));
    g_assert_cmpint(h.shadow, ==, 0);
    viommu_db_free(t.db);
}

/* As above, but the shadow takes back what it had: the endpoint stays there. */
static bool refuse_page_2(void *opaque, ViommuEndpoint *ep,
                          const ViommuMapping *mapping)
{
    return mapping->phys != 2 * PAGE && on_mapped(opaque, ep, mapping);
}

static void test_shadow_refuses_attach_stays(void)
{
    ViommuConfig config = fixture_config();
    ViommuEvents events = listener;
    Heard h = { .accept = -1 };
    Fixture t;

    events.mapped = refuse_page_2;
    t = fixture_full(&config, &events, &h);
    viommu_endpoint_set_shadowed(t.a, true);
    assert_ok(viommu_db_attach(t.db, 1, EP_A, 0));
    assert_ok(map_rw(&t, 0x1000, 0x1fff));
    assert_ok(viommu_db_attach(t.db, 2, EP_B, 0));
    for (uint64_t i = 0; i < 3; i++) {
        assert_ok(map(&t, 2, i * PAGE, i * PAGE + PAGE - 1, i * PAGE, 3));
    }
    assert_status(viommu_db_attach(t.db, 2, EP_A, 0), VIOMMU_S_NOMEM);
    g_assert_true(reaches(t.a, 0x1000));
    g_assert_false(reaches(t.a, 0x2000));
    g_assert_cmpint(h.shadow, ==, 1);
    assert_ok(viommu_db_detach(t.db, 1, EP_A));
    g_assert_cmpint(h.shadow, ==, 0);
    viommu_db_free(t.db);
}

static void test_shadow_has_identity(void)
{
    Heard h;
    Fixture t = fixture_listening(&h);
    const ViommuRegion region = { { 0x8000, 0x9fff }, VIOMMU_REGION_IDENTITY };
    ViommuEndpoint *ep = fixture_endpoint(t.db, 32, &region, 1);

    viommu_endpoint_set_shadowed(ep, true);
    assert_ok(viommu_db_attach(t.db, 1, 32, 0));
    assert_heard(&h, "Am");
    assert_ok(viommu_db_detach(t.db, 1, 32));
    assert_heard(&h, "uD");
    viommu_db_free(t.db);
}

static bool note_start(void *opaque, const ViommuMapping *mapping)
{
    GString *text = opaque;

    g_string_append_printf(text, "%" G_GINT64_MODIFIER "x ", mapping->iova.start);
    return true;
}

static void assert_replays(ViommuEndpoint *ep, const char *expected)
{
    GString *text = g_string_new(NULL);

    viommu_endpoint_replay(ep, note_start, text);
    g_assert_cmpstr(text->str, ==, expected);
    g_string_free(text, true);
}

/* For a shadow that comes late: all that the endpoint can use, and nothing else. */
static void test_replay(void)
{
    Fixture t = fixture_attached();
    const ViommuRegion region = { { 0x8000, 0x9fff }, VIOMMU_REGION_IDENTITY };
    ViommuEndpoint *ep = fixture_endpoint(t.db, 32, &region, 1);

    assert_ok(map_rw(&t, 0x1000, 0x1fff));
    assert_ok(map_rw(&t, 0xa000, 0xbfff));
    assert_replays(ep, "");
    assert_ok(viommu_db_attach(t.db, 1, 32, 0));
    assert_replays(ep, "8000 1000 a000 ");
    assert_replays(t.a, "1000 a000 ");
    assert_ok(viommu_db_attach(t.db, 2, 32, VIOMMU_ATTACH_F_BYPASS));
    assert_replays(ep, "");
    viommu_db_free(t.db);
}

/*
 * One that refuses what the endpoint brings along: there is no domain for it, and no
 * mapping of a domain that it would have taken makes up for it.
 */
static void test_shadow_refuses_identity(void)
{
    Heard h;
    Fixture t = fixture_listening(&h);
    const ViommuRegion region = { { 0x8000, 0x9fff }, VIOMMU_REGION_IDENTITY };
    ViommuEndpoint *ep = fixture_endpoint(t.db, 32, &region, 1);

    viommu_endpoint_set_shadowed(ep, true);
    h.accept = 0;
    assert_status(viommu_db_attach(t.db, 1, 32, 0), VIOMMU_S_NOMEM);
    assert_heard(&h, "A!D");
    g_assert_false(viommu_endpoint_attached(ep));
    assert_domains(t, 0);

    assert_ok(viommu_db_attach(t.db, 1, EP_A, 0));
    assert_ok(map_rw(&t, 0x1000, 0x1fff));
    assert_heard(&h, "A");
    assert_status(viommu_db_attach(t.db, 1, 32, 0), VIOMMU_S_NOMEM);
    assert_heard(&h, "A!D");
    g_assert_false(viommu_endpoint_attached(ep));
    assert_domains(t, 1);
    viommu_db_free(t.db);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/viommu-db/bypass-truth-table", test_bypass_truth_table);
    g_test_add_func("/viommu-db/O4-unattached", test_o4_unattached);
    g_test_add_func("/viommu-db/translate-largest-block", test_largest_block);
    g_test_add_func("/viommu-db/translate-byte-below-mapping", test_byte_below_mapping);
    g_test_add_func("/viommu-db/translate-adjacent-mappings", test_adjacent_mappings);
    g_test_add_func("/viommu-db/msi-region-passes", test_msi_region_passes);
    g_test_add_func("/viommu-db/R5-reserved-faults", test_r5_reserved_faults);
    g_test_add_func("/viommu-db/identity-region", test_identity_region);
    g_test_add_func("/viommu-db/events-in-order", test_events_in_order);
    g_test_add_func("/viommu-db/shadow-follows", test_shadow_follows);
    g_test_add_func("/viommu-db/shadow-refuses-map", test_shadow_refuses_map);
    g_test_add_func("/viommu-db/shadow-refuses-attach", test_shadow_refuses_attach);
    g_test_add_func("/viommu-db/shadow-refuses-attach-stays",
                    test_shadow_refuses_attach_stays);
    g_test_add_func("/viommu-db/shadow-has-identity", test_shadow_has_identity);
    g_test_add_func("/viommu-db/replay", test_replay);
    g_test_add_func("/viommu-db/shadow-refuses-identity", test_shadow_refuses_identity);
    return g_test_run();
}
