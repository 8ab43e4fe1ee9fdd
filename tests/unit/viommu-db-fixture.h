/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An IOMMU with three endpoints, for the tests of the database. */
#ifndef TESTS_UNIT_VIOMMU_DB_FIXTURE_H
#define TESTS_UNIT_VIOMMU_DB_FIXTURE_H

#include <glib.h>
#include "hw/virtio/viommu-db.h"

#define PAGE UINT64_C(0x1000)
#define TOP  UINT64_MAX

enum { EP_A = 8, EP_B = 16, EP_MSI = 24, EP_NONE = 99 };

/* The x86 doorbell, which endpoint EP_MSI alone has. */
#define MSI_START UINT64_C(0xfee00000)
#define MSI_LAST  UINT64_C(0xfeefffff)

typedef struct Fixture {
    ViommuDb *db;
    ViommuEndpoint *a, *b, *msi;
} Fixture;

static inline ViommuConfig fixture_config(void)
{
    return (ViommuConfig){
        .features = VIOMMU_F_ALL,
        .page_size_mask = -PAGE,
        .input_range = { 0, TOP },
        .domain_last = UINT32_MAX,
        .probe_size = 512,
        .max_domains = 16,
        .max_mappings = 1000,
        .report_identity = true,
    };
}

static inline ViommuEndpoint *fixture_endpoint(ViommuDb *db, uint32_t id,
                                               const ViommuRegion *regions, size_t n)
{
    return viommu_db_register(db, &id, 1, regions, n, NULL);
}

static inline Fixture fixture_full(const ViommuConfig *config,
                                   const ViommuEvents *events, void *opaque)
{
    const ViommuRegion msi = { { MSI_START, MSI_LAST }, VIOMMU_REGION_MSI };
    Fixture t = { viommu_db_new(config, events, opaque, NULL) };

    viommu_db_set_features(t.db, VIOMMU_F_ALL);
    t.a = fixture_endpoint(t.db, EP_A, NULL, 0);
    t.b = fixture_endpoint(t.db, EP_B, NULL, 0);
    t.msi = fixture_endpoint(t.db, EP_MSI, &msi, 1);
    return t;
}

static inline Fixture fixture(void)
{
    ViommuConfig config = fixture_config();

    return fixture_full(&config, NULL, NULL);
}

/* With endpoint A in domain 1. */
static inline Fixture fixture_attached(void)
{
    Fixture t = fixture();

    g_assert_cmpint(viommu_db_attach(t.db, 1, EP_A, 0), ==, VIOMMU_S_OK);
    return t;
}

static inline ViommuStatus map(Fixture *t, uint32_t domain, uint64_t start,
                               uint64_t last, uint64_t phys, uint32_t flags)
{
    ViommuMapping m = { { start, last }, phys, flags };

    return viommu_db_map(t->db, domain, &m);
}

static inline ViommuStatus map_rw(Fixture *t, uint64_t start, uint64_t last)
{
    return map(t, 1, start, last, start, VIOMMU_PERM_RW);
}

static inline ViommuStatus unmap(Fixture *t, uint64_t start, uint64_t last)
{
    return viommu_db_unmap(t->db, 1, (ViommuRange){ start, last });
}

static inline ViommuResult access_at(ViommuEndpoint *ep, uint64_t iova, uint32_t want)
{
    ViommuAnswer answer;

    return viommu_db_translate(ep, iova, want, &answer);
}

static inline bool reaches(ViommuEndpoint *ep, uint64_t iova)
{
    return access_at(ep, iova, VIOMMU_PERM_READ) == VIOMMU_HIT;
}

#define assert_ok(status)     g_assert_cmpint(status, ==, VIOMMU_S_OK)
#define assert_status(a, b)   g_assert_cmpint(a, ==, b)
#define assert_mappings(t, n) g_assert_cmpuint(viommu_db_mapping_count((t).db), ==, n)
#define assert_domains(t, n)  g_assert_cmpuint(viommu_db_domain_count((t).db), ==, n)

#endif
