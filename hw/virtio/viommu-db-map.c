/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * MAP, UNMAP and PROBE (VIRTIO 1.4, 5.13.6.5 to 5.13.6.7).
 * A check carries the clause it implements: see docs/specs/virtio-iommu.rst.
 */
#include "viommu-db-internal.h"
#include <glib.h>

/* Requests come in runs for one domain. NULL: there is none. */
static ViommuDomain *find_domain(ViommuDb *db, uint32_t domain_id)
{
    if (!db->recent || db->recent->id != domain_id) {
        db->recent = viommu_db_domain(db, domain_id);
    }
    return db->recent;
}

/* M4, M5, U2, U3: the domain must exist, and must not be a bypass domain. */
static ViommuStatus mappable_domain(ViommuDb *db, uint32_t domain_id,
                                    ViommuDomain **domain)
{
    /* M7 */
    if (!(db->features & VIOMMU_F_MAP_UNMAP)) {
        return VIOMMU_S_UNSUPP;
    }
    *domain = find_domain(db, domain_id);
    if (!*domain) {
        return VIOMMU_S_NOENT;
    }
    return (*domain)->bypass ? VIOMMU_S_INVAL : VIOMMU_S_OK;
}

/* M10: no endpoint of the domain may have a region there. */
static bool hits_region(const ViommuDomain *domain, ViommuRange range)
{
    for (guint i = 0; i < domain->endpoints->len; i++) {
        const ViommuEndpoint *ep = domain->endpoints->pdata[i];

        for (size_t j = 0; j < ep->regions->n; j++) {
            if (viommu_range_overlaps(ep->regions->region[j].range, range)) {
                return true;
            }
        }
    }
    return false;
}

/* What is wrong with the addresses of a MAP, whatever the domain. */
static ViommuStatus check_addresses(const ViommuDb *db, const ViommuMapping *mapping)
{
    uint64_t granule = viommu_db_granule(db);
    ViommuRange iova = mapping->iova;

    /* M8 */
    if (!viommu_range_valid(iova)) {
        return VIOMMU_S_INVAL;
    }
    /* M1, and M8 once more: a range of one byte is not aligned. */
    if (!viommu_range_aligned(iova, granule) || (mapping->phys & (granule - 1))) {
        return VIOMMU_S_RANGE;
    }
    /* M9: the input range; and the physical end must not wrap. */
    if (!viommu_range_covers(db->config.input_range, iova) ||
        mapping->phys > UINT64_MAX - (iova.last - iova.start)) {
        return VIOMMU_S_RANGE;
    }
    return VIOMMU_S_OK;
}

/* M3: flags that are unknown, MMIO among them unless it was accepted. */
static bool known_flags(const ViommuDb *db, uint32_t flags)
{
    uint32_t mmio = db->features & VIOMMU_F_MMIO ? VIOMMU_PERM_MMIO : 0;

    return !(flags & ~(VIOMMU_PERM_RW | mmio));
}

/* Tells the shadows of a domain; if one refuses, those before it hear UNMAP. */
static bool map_shadows(const ViommuDomain *domain, const ViommuMapping *mapping)
{
    GPtrArray *endpoints = domain->endpoints;
    guint i = 0;

    while (i < endpoints->len && viommu_tell_mapped(endpoints->pdata[i], mapping)) {
        i++;
    }
    if (i == endpoints->len) {
        return true;
    }
    while (i--) {
        viommu_tell_unmapped(endpoints->pdata[i], mapping);
    }
    return false;
}

ViommuStatus viommu_db_map(ViommuDb *db, uint32_t domain_id,
                           const ViommuMapping *mapping)
{
    ViommuDomain *domain;
    ViommuStatus status = mappable_domain(db, domain_id, &domain);

    if (status == VIOMMU_S_UNSUPP || !known_flags(db, mapping->flags)) {
        return status == VIOMMU_S_UNSUPP ? status : VIOMMU_S_INVAL;
    }
    if (status == VIOMMU_S_OK) {
        status = check_addresses(db, mapping);
    }
    if (status != VIOMMU_S_OK) {
        return status;
    }
    if (hits_region(domain, mapping->iova)) {
        return VIOMMU_S_INVAL;
    }
    if (db->n_mappings >= db->config.max_mappings) {
        /* M2 goes first: what is refused for good is not worth a retry. */
        return viommu_map_overlaps(domain->view.map, mapping->iova) ? VIOMMU_S_INVAL
                                                                    : VIOMMU_S_NOMEM;
    }
    /* M2 */
    if (!viommu_map_insert(domain->view.map, mapping)) {
        return VIOMMU_S_INVAL;
    }
    if (!map_shadows(domain, mapping)) {
        viommu_map_remove(domain->view.map, mapping->iova, NULL, NULL);
        viommu_tell_invalidated(domain, mapping->iova);
        return VIOMMU_S_NOMEM;
    }
    db->n_mappings++;
    return VIOMMU_S_OK;
}

typedef struct Removed {
    const ViommuDomain *domain;
    ViommuRange hull;
    size_t n;
} Removed;

static bool removed_one(void *opaque, const ViommuMapping *mapping)
{
    Removed *removed = opaque;
    GPtrArray *endpoints = removed->domain->endpoints;

    removed->hull.start = MIN(removed->hull.start, mapping->iova.start);
    removed->hull.last = MAX(removed->hull.last, mapping->iova.last);
    removed->n++;
    for (guint i = 0; i < endpoints->len; i++) {
        viommu_tell_unmapped(endpoints->pdata[i], mapping);
    }
    return true;
}

ViommuStatus viommu_db_unmap(ViommuDb *db, uint32_t domain_id, ViommuRange range)
{
    ViommuDomain *domain;
    ViommuStatus status = mappable_domain(db, domain_id, &domain);
    Removed removed = { .hull = { UINT64_MAX, 0 } };

    if (status != VIOMMU_S_OK) {
        return status;
    }
    if (!viommu_range_valid(range)) {
        return VIOMMU_S_INVAL;
    }
    removed.domain = domain;
    /* U4, U5 */
    if (!viommu_map_remove(domain->view.map, range, removed_one, &removed)) {
        return VIOMMU_S_RANGE;
    }
    db->n_mappings -= removed.n;
    if (removed.n) {
        viommu_tell_invalidated(domain, removed.hull);
    }
    return VIOMMU_S_OK;
}

/* ---------------------------------------------------------------- PROBE -- */

ViommuStatus viommu_db_probe(ViommuDb *db, uint32_t endpoint_id,
                             const ViommuRegion **regions, size_t *n_regions)
{
    ViommuEndpoint *ep = viommu_db_find(db, endpoint_id);

    /* P2 */
    if (!ep) {
        return VIOMMU_S_NOENT;
    }
    ep->probed = true;
    *regions = viommu_endpoint_regions(ep, n_regions);
    return VIOMMU_S_OK;
}
