/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Endpoints: their ids and aliases, their regions, and what a stream says of them. */
#include <string.h>
#include "viommu-db-fixture.h"

/* ------------------------------------------------------------------ ids -- */

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

/* Moved under one id it is elsewhere under all: what is not there has to be named. */
static void test_alias_moves(void)
{
    Fixture t = fixture();
    const uint32_t ids[] = { 0x208, 0x200 };
    ViommuEndpoint *ep = viommu_db_register(t.db, ids, 2, NULL, 0, NULL);

    assert_ok(viommu_db_attach(t.db, 1, 0x208, 0));
    assert_ok(viommu_db_attach(t.db, 1, 0x200, 0));
    assert_ok(viommu_db_attach(t.db, 2, 0x208, 0));
    assert_status(viommu_db_detach(t.db, 1, 0x200), VIOMMU_S_INVAL);
    g_assert_true(viommu_endpoint_attached(ep));
    assert_ok(viommu_db_attach(t.db, 2, 0x200, 0));
    assert_ok(viommu_db_detach(t.db, 2, 0x200));
    assert_ok(viommu_db_detach(t.db, 2, 0x208));
    viommu_db_free(t.db);
}

typedef struct Listed {
    char text[64]; /* "id>domain " of each */
    unsigned max;  /* then it has had enough */
} Listed;

static bool list_attachment(void *opaque, const ViommuAttachment *at)
{
    Listed *l = opaque;
    size_t n = strlen(l->text);

    g_snprintf(l->text + n, sizeof(l->text) - n, "%x>%u ", at->endpoint_id,
               at->domain_id);
    return --l->max;
}

static void assert_listed(Fixture *t, unsigned max, const char *text)
{
    Listed l = { .max = max };

    viommu_db_for_each_attachment(t->db, list_attachment, &l);
    g_assert_cmpstr(l.text, ==, text);
}

/* What a stream repeats: each ATTACH in force, under the id it was asked for. */
static void test_alias_attachments(void)
{
    Fixture t = fixture();
    const uint32_t ids[] = { 0x208, 0x200 }, renumbered[] = { 0x308, 0x300 };
    ViommuEndpoint *ep = viommu_db_register(t.db, ids, 2, NULL, 0, NULL);

    fixture_endpoint(t.db, 0x400, NULL, 0);
    assert_listed(&t, 9, "");
    assert_ok(viommu_db_attach(t.db, 1, 0x400, 0));
    assert_ok(viommu_db_attach(t.db, 1, 0x200, 0));
    assert_listed(&t, 9, "200>1 400>1 ");
    assert_ok(viommu_db_attach(t.db, 1, 0x208, 0));
    assert_listed(&t, 9, "208>1 200>1 400>1 ");
    assert_listed(&t, 2, "208>1 200>1 ");
    assert_listed(&t, 1, "208>1 ");
    /* The bus was looked at again, and nothing is new: nor is anything here. */
    viommu_endpoint_set_ids(ep, ids, 2);
    assert_listed(&t, 9, "208>1 200>1 400>1 ");
    /* There and back again under one id: the other one was not asked for. */
    assert_ok(viommu_db_attach(t.db, 2, 0x200, 0));
    assert_listed(&t, 9, "200>2 400>1 ");
    assert_ok(viommu_db_attach(t.db, 1, 0x200, 0));
    assert_listed(&t, 9, "200>1 400>1 ");
    /* Attached under an id that it no longer has: under its own. */
    viommu_endpoint_set_ids(ep, renumbered, 2);
    assert_listed(&t, 9, "308>1 400>1 ");
    assert_listed(&t, 1, "308>1 ");
    assert_ok(viommu_db_detach(t.db, 1, 0x300));
    assert_listed(&t, 9, "400>1 ");
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

/* -------------------------------------------------------------- regions -- */

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

static bool list_endpoint(void *opaque, ViommuEndpoint *ep)
{
    Listed *l = opaque;
    size_t n = strlen(l->text);

    g_snprintf(l->text + n, sizeof(l->text) - n, "%u ", viommu_endpoint_id(ep));
    return --l->max;
}

static bool list_domain(void *opaque, const ViommuDomainInfo *info)
{
    Listed *l = opaque;
    size_t n = strlen(l->text);

    g_snprintf(l->text + n, sizeof(l->text) - n, "%u:%zu ", info->domain_id,
               info->n_endpoints);
    return --l->max;
}

/* As the endpoints came; domains by their number; either until it is enough. */
static void test_lists_are_in_order(void)
{
    static const uint32_t domains[] = { 7, 3, 1000000, 2, 65536 };
    Fixture t = fixture();

    for (unsigned max = 1; max <= 3; max++) {
        static const char *const expected[] = { "8 ", "8 16 ", "8 16 24 " };
        Listed l = { .max = max };

        viommu_db_for_each_endpoint(t.db, list_endpoint, &l);
        g_assert_cmpstr(l.text, ==, expected[max - 1]);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(domains); i++) {
        fixture_endpoint(t.db, 100 + i, NULL, 0);
        assert_ok(viommu_db_attach(t.db, domains[i], 100 + i, 0));
    }
    assert_ok(viommu_db_attach(t.db, 7, EP_A, 0));
    for (unsigned max = 3; max <= 9; max += 6) {
        Listed l = { .max = max };

        viommu_db_for_each_domain(t.db, list_domain, &l);
        g_assert_cmpstr(l.text, ==,
                        max == 3 ? "2:1 3:1 7:2 " : "2:1 3:1 7:2 65536:1 1000000:1 ");
    }
    viommu_db_free(t.db);
}

static bool add_bytes(void *opaque, const ViommuDomainInfo *info)
{
    *(size_t *)opaque += info->bytes;
    return true;
}

/* What the database says it takes is what its parts take, and follows them. */
static void test_bytes(void)
{
    Fixture t = fixture_attached();
    size_t alone = viommu_db_bytes(t.db), of_domains = 0;

    viommu_db_for_each_domain(t.db, add_bytes, &of_domains);
    g_assert_cmpuint(of_domains, >, 0);
    g_assert_cmpuint(alone, >, of_domains);
    fixture_endpoint(t.db, 32, NULL, 0);
    g_assert_cmpuint(viommu_db_bytes(t.db), >, alone);
    alone = viommu_db_bytes(t.db) - of_domains;
    for (uint64_t i = 0; i < 1000; i++) {
        assert_ok(map_rw(&t, i * 1001 * PAGE, i * 1001 * PAGE + PAGE - 1));
    }
    of_domains = 0;
    viommu_db_for_each_domain(t.db, add_bytes, &of_domains);
    g_assert_cmpuint(of_domains, >, 1000 * 4);
    g_assert_cmpuint(viommu_db_bytes(t.db), ==, alone + of_domains);
    viommu_db_free(t.db);
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
    g_test_add_func("/viommu-db/alias-is-one-address-space",
                    test_alias_is_one_address_space);
    g_test_add_func("/viommu-db/alias-attached-twice", test_alias_attached_twice);
    g_test_add_func("/viommu-db/alias-moves", test_alias_moves);
    g_test_add_func("/viommu-db/alias-attachments", test_alias_attachments);
    g_test_add_func("/viommu-db/unregister-detaches", test_unregister_detaches);
    g_test_add_func("/viommu-db/renumbering", test_renumbering);
    g_test_add_func("/viommu-db/R3-regions-checked", test_regions_checked);
    g_test_add_func("/viommu-db/R2-one-msi-region", test_r2_one_msi_region);
    g_test_add_func("/viommu-db/regions-stable-after-probe",
                    test_regions_stable_after_probe);
    g_test_add_func("/viommu-db/lists-are-in-order", test_lists_are_in_order);
    g_test_add_func("/viommu-db/bytes", test_bytes);
    g_test_add_func("/viommu-db/snapshot-replays", test_snapshot_replays);
    return g_test_run();
}
