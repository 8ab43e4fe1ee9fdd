/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pages in and out of one map. */
#ifndef TESTS_UNIT_VIOMMU_MAP_FIXTURE_H
#define TESTS_UNIT_VIOMMU_MAP_FIXTURE_H

#include "hw/virtio/viommu-map.h"
#include <glib.h>

#define TOP  UINT64_MAX
#define PAGE UINT64_C(0x1000)

static inline bool insert(ViommuMap *map, uint64_t start, uint64_t last, uint64_t phys)
{
    ViommuMapping m = { { start, last }, phys, VIOMMU_PERM_RW };

    return viommu_map_insert(map, &m);
}

static inline bool insert_page(ViommuMap *map, uint64_t page)
{
    return insert(map, page * PAGE, page * PAGE + PAGE - 1, (page ^ 0x5555) * PAGE);
}

static inline void assert_hit(ViommuMap *map, uint64_t addr, uint64_t start,
                              uint64_t last, uint64_t phys)
{
    ViommuMapping m;

    g_assert_true(viommu_map_lookup(map, addr, &m));
    g_assert_cmphex(m.iova.start, ==, start);
    g_assert_cmphex(m.iova.last, ==, last);
    g_assert_cmphex(m.phys, ==, phys);
}

static inline void assert_miss(ViommuMap *map, uint64_t addr)
{
    ViommuMapping m;

    g_assert_false(viommu_map_lookup(map, addr, &m));
}

#endif
