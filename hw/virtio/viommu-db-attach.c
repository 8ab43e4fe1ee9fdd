/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Membership of domains: ATTACH and DETACH (VIRTIO 1.4, 5.13.6.3 and 5.13.6.4).
 * A check carries the clause it implements: see docs/specs/virtio-iommu.rst.
 */
#include "viommu-db-internal.h"
#include "viommu-map-internal.h"
#include <glib.h>

ViommuDomain *viommu_db_domain(const ViommuDb *db, uint32_t domain_id)
{
    return g_hash_table_lookup(db->domains, GUINT_TO_POINTER(domain_id));
}

static ViommuDomain *create_domain(ViommuDb *db, uint32_t domain_id, bool bypass)
{
    ViommuDomain *domain = g_new0(ViommuDomain, 1);

    domain->id = domain_id;
    domain->bypass = bypass;
    domain->endpoints = g_ptr_array_new();
    domain->view.kind = bypass ? VIEW_BYPASS : VIEW_MAP;
    domain->view.pages = &viommu_pages_none;
    if (!bypass) {
        domain->view.map = viommu_map_new(viommu_db_granule(db), &db->reclaim);
        domain->view.pages = &domain->view.map->pages;
    }
    g_hash_table_insert(db->domains, GUINT_TO_POINTER(domain_id), domain);
    return domain;
}

/* D5: the last endpoint gone, the domain ceases to exist. */
static void drop_if_empty(ViommuDb *db, ViommuDomain *domain)
{
    if (domain->endpoints->len) {
        return;
    }
    g_hash_table_remove(db->domains, GUINT_TO_POINTER(domain->id));
    db->recent = NULL;
    if (domain->view.map) {
        db->n_mappings -= viommu_map_count(domain->view.map);
        viommu_map_free(domain->view.map);
    }
    g_ptr_array_unref(domain->endpoints);
    viommu_limbo_retire(&db->limbo, domain);
}

/* Moves @ep into @domain, or out of any when it is NULL. No event. */
static void move(ViommuEndpoint *ep, ViommuDomain *domain)
{
    if (ep->domain) {
        g_ptr_array_remove(ep->domain->endpoints, ep);
    }
    ep->domain = domain;
    if (domain) {
        g_ptr_array_add(domain->endpoints, ep);
    }
    __atomic_store_n(&ep->reach.view, domain ? &domain->view : &ep->db->unattached,
                     __ATOMIC_RELEASE);
}

void viommu_db_leave(ViommuEndpoint *ep)
{
    ViommuDomain *domain = ep->domain;

    move(ep, NULL);
    viommu_shadow_drain(ep, domain);
    viommu_tell_detached(ep);
    drop_if_empty(ep->db, domain);
}

/*
 * Takes @ep from where it is to @domain. If its shadow refuses what is mapped
 * there, it is put back; if the shadow then refuses even what it had before,
 * the endpoint is safe only outside of both.
 */
static ViommuStatus enter(ViommuEndpoint *ep, ViommuDomain *domain)
{
    ViommuDomain *old = ep->domain;
    ViommuStatus status = VIOMMU_S_OK;

    move(ep, domain);
    if (old) {
        viommu_shadow_drain(ep, old);
        viommu_tell_detached(ep);
    }
    viommu_tell_attached(ep);
    if (!viommu_shadow_fill(ep, domain)) {
        status = VIOMMU_S_NOMEM;
        move(ep, old);
        viommu_tell_detached(ep);
        drop_if_empty(ep->db, domain);
        if (old) {
            viommu_tell_attached(ep);
        }
        if (old && !viommu_shadow_fill(ep, old)) {
            status = VIOMMU_S_DEVERR;
            move(ep, NULL);
            viommu_tell_detached(ep);
        }
    }
    if (old) {
        drop_if_empty(ep->db, old);
    }
    return status;
}

/* ------------------------------------------------------- ATTACH, DETACH -- */

static EndpointName *name_of(ViommuEndpoint *ep, uint32_t endpoint_id)
{
    for (size_t i = 0; i < ep->n_names; i++) {
        if (ep->names[i].id == endpoint_id) {
            return &ep->names[i];
        }
    }
    g_assert_not_reached();
}

static void forget_names(ViommuEndpoint *ep)
{
    for (size_t i = 0; i < ep->n_names; i++) {
        ep->names[i].attached = false;
    }
}

/* A7: a region of the endpoint must not lie on what is mapped already. */
static bool fits(const ViommuEndpoint *ep, const ViommuDomain *domain)
{
    for (size_t i = 0; i < ep->regions->n; i++) {
        if (viommu_map_overlaps(domain->view.map, ep->regions->region[i].range)) {
            return false;
        }
    }
    return true;
}

/* Whether a domain may be made for @ep; one that it is alone in makes room. */
static bool room_for_domain(const ViommuDb *db, const ViommuEndpoint *ep)
{
    bool frees = ep->domain && ep->domain->endpoints->len == 1;

    return g_hash_table_size(db->domains) - frees < db->config.max_domains;
}

ViommuStatus viommu_db_attach(ViommuDb *db, uint32_t domain_id, uint32_t endpoint_id,
                              uint32_t flags)
{
    bool bypass = flags & VIOMMU_ATTACH_F_BYPASS;
    bool may_bypass = db->features & VIOMMU_F_BYPASS_CONFIG;
    ViommuEndpoint *ep = viommu_db_find(db, endpoint_id);
    ViommuDomain *domain = viommu_db_domain(db, domain_id);
    ViommuStatus status = VIOMMU_S_OK;

    /* A2: unknown flags; BYPASS is one unless BYPASS_CONFIG was accepted. */
    if (flags & ~(uint32_t)(may_bypass ? VIOMMU_ATTACH_F_BYPASS : 0)) {
        return VIOMMU_S_INVAL;
    }
    /* A3 */
    if (!ep) {
        return VIOMMU_S_NOENT;
    }
    /* O7: the range binds when it is offered. */
    if (domain_id < db->config.domain_start || domain_id > db->config.domain_last) {
        return VIOMMU_S_RANGE;
    }
    /* A5: the flag does not fit the domain. */
    if (domain && domain->bypass != bypass) {
        return VIOMMU_S_INVAL;
    }
    if (!domain || domain != ep->domain) {
        if (domain && !bypass && !fits(ep, domain)) {
            return VIOMMU_S_UNSUPP;
        }
        if (!domain && !room_for_domain(db, ep)) {
            return VIOMMU_S_NOMEM;
        }
        /* A6: as DETACH, then ATTACH. */
        status = enter(ep, domain ? domain : create_domain(db, domain_id, bypass));
        if (status == VIOMMU_S_OK) {
            forget_names(ep);
        }
    }
    if (status == VIOMMU_S_OK) {
        *name_of(ep, endpoint_id) = (EndpointName){ endpoint_id, domain_id, true };
    }
    return status;
}

ViommuStatus viommu_db_detach(ViommuDb *db, uint32_t domain_id, uint32_t endpoint_id)
{
    ViommuEndpoint *ep = viommu_db_find(db, endpoint_id);
    EndpointName *name;
    bool inside, named;

    /* D2 */
    if (!ep) {
        return VIOMMU_S_NOENT;
    }
    name = name_of(ep, endpoint_id);
    inside = ep->domain && ep->domain->id == domain_id;
    named = name->attached && name->domain_id == domain_id;
    /* D3 */
    if (!inside && !named) {
        return VIOMMU_S_INVAL;
    }
    name->attached = false;
    if (inside) {
        viommu_db_leave(ep);
    }
    return VIOMMU_S_OK;
}
