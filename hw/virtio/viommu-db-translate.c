/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What becomes of an access: the path that takes no lock and writes nothing. */
#include "viommu-db-internal.h"
#include "viommu-map-internal.h"
#include <glib.h>

/*
 * Nothing is mapped over a region, so this comes last. The MSI doorbell is not
 * memory: it is open to every device, attached or not, as it is on the bus. An
 * IDENTITY region is open while the endpoint is attached, a RESERVED one never.
 */
static bool answer_region(const ViommuEndpoint *ep, uint64_t iova, bool attached,
                          ViommuAnswer *answer)
{
    const RegionList *list = __atomic_load_n(&ep->regions, __ATOMIC_ACQUIRE);

    for (size_t i = 0; i < list->n; i++) {
        const ViommuRegion *region = &list->region[i];

        if (viommu_range_contains(region->range, iova)) {
            answer->mask = viommu_range_block_mask(region->range, iova, 0);
            answer->phys = iova & ~answer->mask;
            answer->flags = VIOMMU_PERM_RW;
            return region->type == VIOMMU_REGION_MSI ||
                   (region->type == VIOMMU_REGION_IDENTITY && attached);
        }
    }
    return false;
}

/* All that can become of an access, in order. */
static G_GNUC_NO_INLINE ViommuResult translate_rest(const ViommuEndpoint *ep,
                                                    uint64_t iova, uint32_t want,
                                                    ViommuAnswer *answer)
{
    const ViommuView *view = __atomic_load_n(&ep->reach.view, __ATOMIC_ACQUIRE);
    ViewKind kind = __atomic_load_n(&view->kind, __ATOMIC_ACQUIRE);

    if (kind == VIEW_MAP && viommu_map_translate(view->map, iova, answer)) {
        return viommu_permit(answer, want);
    }
    if (kind == VIEW_BYPASS) {
        *answer = (ViommuAnswer){ .mask = UINT64_MAX, .flags = VIOMMU_PERM_RW };
        return VIOMMU_HIT;
    }
    if (answer_region(ep, iova, kind == VIEW_MAP, answer)) {
        return VIOMMU_HIT;
    }
    return kind == VIEW_MAP ? VIOMMU_UNMAPPED : VIOMMU_UNATTACHED;
}

/*
 * The second short way: a page that lies alone, in a function that calls no
 * other and so has no registers to save.
 */
ViommuResult viommu_db_translate_other(const ViommuEndpoint *ep, uint64_t iova,
                                       uint32_t want, ViommuAnswer *answer)
{
    const ViommuView *view = __atomic_load_n(&ep->reach.view, __ATOMIC_ACQUIRE);
    const ViommuMap *map = view->map;
    uint32_t entry;

    if (map) {
        entry = viommu_index_find(&map->index, viommu_map_page(map, iova));
        if (G_LIKELY(entry > INDEX_GONE)) {
            viommu_pages_answer(&map->pages, entry, answer);
            return viommu_permit(answer, want);
        }
    }
    return translate_rest(ep, iova, want, answer);
}

bool viommu_endpoint_bypassed(const ViommuEndpoint *ep)
{
    const ViommuView *view = __atomic_load_n(&ep->reach.view, __ATOMIC_ACQUIRE);

    return __atomic_load_n(&view->kind, __ATOMIC_ACQUIRE) == VIEW_BYPASS;
}
