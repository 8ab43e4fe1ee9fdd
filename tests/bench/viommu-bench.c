/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the benchmarks of the core share: loads, the core's side. */
#include <glib.h>
#include "viommu-bench.h"

/* ---------------------------------------------------------------- loads -- */

uint64_t bench_dense(uint64_t i)
{
    return (i + 0x80000) * BENCH_PAGE;
}

/* An odd factor modulo 2^36 pages: no two are the same. */
uint64_t bench_scattered(uint64_t i)
{
    return (((i + 1) * UINT64_C(0x9e3779b97f4a7c15)) & ((UINT64_C(1) << 36) - 1)) *
           BENCH_PAGE;
}

/* ------------------------------------------------------------- the core -- */

Core core_new(const ViommuReclaim *reclaim)
{
    const ViommuConfig config = {
        .features = VIOMMU_F_ALL,
        .page_size_mask = -BENCH_PAGE,
        .input_range = { 0, UINT64_MAX },
        .domain_last = UINT32_MAX,
        .probe_size = 512,
        .max_domains = 64,
        .max_mappings = SIZE_MAX,
    };
    Core core = { viommu_db_new(&config, NULL, NULL, reclaim) };
    uint32_t id = 8;

    viommu_db_set_features(core.db, VIOMMU_F_ALL);
    core.ep = viommu_db_register(core.db, &id, 1, NULL, 0, NULL);
    g_assert_cmpint(viommu_db_attach(core.db, 1, id, 0), ==, VIOMMU_S_OK);
    return core;
}

bool core_map_page(Core *core, uint64_t iova)
{
    ViommuMapping mapping = {
        .iova = { iova, iova + BENCH_PAGE - 1 },
        .phys = bench_phys(iova),
        .flags = VIOMMU_PERM_RW,
    };

    return viommu_db_map(core->db, 1, &mapping) == VIOMMU_S_OK;
}

bool core_unmap_page(Core *core, uint64_t iova)
{
    return viommu_db_unmap(core->db, 1, (ViommuRange){ iova, iova + BENCH_PAGE - 1 }) ==
           VIOMMU_S_OK;
}

void core_fill(Core *core, BenchAddress *address, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        g_assert_true(core_map_page(core, address(bench_shuffle(i, n))));
    }
}
