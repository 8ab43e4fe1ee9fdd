/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * viommu_db_translate(), which is worth being inline: a hit is some thirty
 * instructions, of which a call would be a third. viommu-db.h includes this, and
 * nobody else; to all but the database the types below are closed.
 */
#ifndef HW_VIRTIO_VIOMMU_DB_TRANSLATE_H
#define HW_VIRTIO_VIOMMU_DB_TRANSLATE_H

#include "viommu-pages.h"

typedef enum ViewKind {
    VIEW_FAULT,  /* nothing is reachable */
    VIEW_BYPASS, /* everything is, as it is */
    VIEW_MAP,    /* what the map says */
} ViewKind;

/*
 * What an endpoint can reach: the one thing that translation reads. There is
 * one in every domain and one for all endpoints that are in none, so that
 * attaching, detaching and flipping bypass is a single store each.
 */
typedef struct ViommuView {
    ViewKind kind;            /* atomic */
    ViommuMap *map;           /* of a VIEW_MAP, from the beginning; else NULL */
    const ViommuPages *pages; /* the map's; never NULL */
} ViommuView;

/* The head of a ViommuEndpoint. */
typedef struct ViommuReach {
    ViommuView *view; /* atomic */
} ViommuReach;

/* M6 */
static inline ViommuResult viommu_permit(const ViommuAnswer *answer, uint32_t want)
{
    return (answer->flags & want) == want ? VIOMMU_HIT : VIOMMU_DENIED;
}

/* The same as viommu_db_translate(), for all but a page in a table. */
ViommuResult viommu_db_translate_other(const ViommuEndpoint *ep, uint64_t iova,
                                       uint32_t want, ViommuAnswer *answer);

static inline ViommuResult viommu_db_translate(const ViommuEndpoint *ep, uint64_t iova,
                                               uint32_t want, ViommuAnswer *answer)
{
    const ViommuReach *reach = (const ViommuReach *)ep;
    const ViommuView *view = __atomic_load_n(&reach->view, __ATOMIC_ACQUIRE);
    const ViommuPages *pages = view->pages;
    uint32_t entry = viommu_pages_entry_at_home(pages, iova);

    if (G_UNLIKELY(!entry)) {
        return viommu_db_translate_other(ep, iova, want, answer);
    }
    viommu_pages_answer(pages, entry, answer);
    return viommu_permit(answer, want);
}

#endif
