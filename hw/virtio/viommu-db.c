/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of one IOMMU: its life and its endpoints. */
#include "viommu-db-internal.h"
#include <glib.h>
#include <string.h>

enum {
    REGION_PROPERTY_SIZE = 24, /* bytes of a PROBE answer that a region takes */
    MAX_GRANULE_BITS = 48,
};

ViommuDb *viommu_db_new(const ViommuConfig *config, const ViommuEvents *events,
                        void *opaque, const ViommuReclaim *reclaim)
{
    ViommuDb *db = g_new0(ViommuDb, 1);

    g_assert(viommu_ctz64(config->page_size_mask) <= MAX_GRANULE_BITS);
    g_assert(viommu_range_valid(config->input_range));
    db->config = *config;
    db->unattached.pages = &viommu_pages_none;
    db->events = events ? *events : (ViommuEvents){ 0 };
    db->opaque = opaque;
    db->reclaim = reclaim ? *reclaim : (ViommuReclaim){ 0 };
    viommu_limbo_init(&db->limbo, reclaim);
    db->endpoints = g_ptr_array_new();
    db->by_id = g_hash_table_new(NULL, NULL);
    db->domains = g_hash_table_new(NULL, NULL);
    return db;
}

void viommu_db_free(ViommuDb *db)
{
    ViommuLimbo limbo;

    if (!db) {
        return;
    }
    db->events = (ViommuEvents){ 0 };
    while (db->endpoints->len) {
        viommu_db_unregister(db, db->endpoints->pdata[db->endpoints->len - 1]);
    }
    g_ptr_array_unref(db->endpoints);
    g_hash_table_unref(db->by_id);
    g_hash_table_unref(db->domains);
    /* A reader may be looking at what unattached endpoints can reach. */
    limbo = db->limbo;
    viommu_limbo_retire(&limbo, db);
    viommu_limbo_flush(&limbo);
}

const ViommuConfig *viommu_db_config(const ViommuDb *db)
{
    return &db->config;
}

uint64_t viommu_db_granule(const ViommuDb *db)
{
    return UINT64_C(1) << viommu_ctz64(db->config.page_size_mask);
}

void viommu_db_set_features(ViommuDb *db, uint64_t accepted)
{
    db->features = accepted & db->config.features;
}

uint64_t viommu_db_features(const ViommuDb *db)
{
    return db->features;
}

/*
 * 5.13.6: with BYPASS_CONFIG offered, whether it was accepted or not, bypass
 * decides what an unattached endpoint can reach. Without it, nothing is.
 */
void viommu_db_set_bypass(ViommuDb *db, bool bypass)
{
    bool pass = bypass && (db->config.features & VIOMMU_F_BYPASS_CONFIG);

    __atomic_store_n(&db->bypass, bypass, __ATOMIC_RELAXED);
    __atomic_store_n(&db->unattached.kind, pass ? VIEW_BYPASS : VIEW_FAULT,
                     __ATOMIC_RELEASE);
}

bool viommu_db_bypass(const ViommuDb *db)
{
    return __atomic_load_n(&db->bypass, __ATOMIC_RELAXED);
}

void viommu_db_reset(ViommuDb *db)
{
    for (guint i = 0; i < db->endpoints->len; i++) {
        ViommuEndpoint *ep = db->endpoints->pdata[i];

        if (ep->domain) {
            viommu_db_leave(ep);
        }
        for (size_t j = 0; j < ep->n_names; j++) {
            ep->names[j].attached = false;
        }
        ep->probed = false;
    }
    db->features = 0;
    viommu_limbo_flush(&db->limbo);
}

/* -------------------------------------------------------------- regions -- */

const char *viommu_db_check_regions(const ViommuDb *db, const ViommuRegion *regions,
                                    size_t n_regions)
{
    size_t n_msi = 0;

    if (n_regions > db->config.probe_size / REGION_PROPERTY_SIZE) {
        return "there are more reserved regions than a PROBE request can report";
    }
    for (size_t i = 0; i < n_regions; i++) {
        if (!viommu_range_valid(regions[i].range)) {
            return "a reserved region ends before it starts";
        }
        if (regions[i].type > VIOMMU_REGION_IDENTITY) {
            return "a reserved region has an unknown type";
        }
        n_msi += regions[i].type == VIOMMU_REGION_MSI;
        for (size_t j = 0; j < i; j++) {
            if (viommu_range_overlaps(regions[i].range, regions[j].range)) {
                return "reserved regions overlap";
            }
        }
    }
    return n_msi > 1 ? "there is more than one MSI region" : NULL;
}

static int compare_regions(const void *a, const void *b)
{
    const ViommuRegion *x = a, *y = b;

    return x->range.start < y->range.start ? -1 : x->range.start > y->range.start;
}

static void set_regions(ViommuEndpoint *ep, const ViommuRegion *regions, size_t n)
{
    RegionList *old = ep->regions;
    RegionList *list = g_malloc0(sizeof(*list) + n * sizeof(regions[0]));

    g_assert(!viommu_db_check_regions(ep->db, regions, n));
    list->n = n;
    for (size_t i = 0; i < n; i++) {
        list->region[i] = regions[i];
    }
    qsort(list->region, n, sizeof(regions[0]), compare_regions);
    __atomic_store_n(&ep->regions, list, __ATOMIC_RELEASE);
    viommu_limbo_retire(&ep->db->limbo, old);
}

bool viommu_endpoint_set_regions(ViommuEndpoint *ep, const ViommuRegion *regions,
                                 size_t n_regions)
{
    if (ep->probed || ep->domain) {
        return false;
    }
    set_regions(ep, regions, n_regions);
    return true;
}

const ViommuRegion *viommu_endpoint_regions(const ViommuEndpoint *ep, size_t *n_regions)
{
    *n_regions = ep->regions->n;
    return ep->regions->region;
}

bool viommu_endpoint_identities(const ViommuEndpoint *ep, ViommuMappingFn *fn,
                                void *opaque)
{
    for (size_t i = 0; i < ep->regions->n; i++) {
        const ViommuRegion *region = &ep->regions->region[i];
        ViommuMapping mapping = {
            .iova = region->range,
            .phys = region->range.start,
            .flags = VIOMMU_PERM_RW,
        };

        if (region->type == VIOMMU_REGION_IDENTITY && !fn(opaque, &mapping)) {
            return false;
        }
    }
    return true;
}

/* ------------------------------------------------------------ endpoints -- */

ViommuEndpoint *viommu_db_register(ViommuDb *db, const uint32_t *ids, size_t n_ids,
                                   const ViommuRegion *regions, size_t n_regions,
                                   void *owner)
{
    ViommuEndpoint *ep = g_new0(ViommuEndpoint, 1);

    ep->db = db;
    ep->owner = owner;
    ep->reach.view = &db->unattached;
    set_regions(ep, regions, n_regions);
    viommu_endpoint_set_ids(ep, ids, n_ids);
    g_ptr_array_add(db->endpoints, ep);
    return ep;
}

void viommu_db_unregister(ViommuDb *db, ViommuEndpoint *ep)
{
    if (ep->domain) {
        viommu_db_leave(ep);
    }
    g_ptr_array_remove(db->endpoints, ep);
    db->ids_changed = true;
    g_free(ep->names);
    viommu_limbo_retire(&db->limbo, ep->regions);
    viommu_limbo_retire(&db->limbo, ep);
    viommu_limbo_flush(&db->limbo);
}

static bool same_ids(const ViommuEndpoint *ep, const uint32_t *ids, size_t n_ids)
{
    if (ep->n_names != n_ids) {
        return false;
    }
    for (size_t i = 0; i < n_ids; i++) {
        if (ep->names[i].id != ids[i]) {
            return false;
        }
    }
    return true;
}

void viommu_endpoint_set_ids(ViommuEndpoint *ep, const uint32_t *ids, size_t n_ids)
{
    g_assert(n_ids);
    if (same_ids(ep, ids, n_ids)) {
        return;
    }
    g_free(ep->names);
    ep->names = g_new0(EndpointName, n_ids);
    ep->n_names = n_ids;
    for (size_t i = 0; i < n_ids; i++) {
        ep->names[i].id = ids[i];
    }
    ep->db->ids_changed = true;
}

/*
 * Ids may clash for a while, when the guest has not numbered its buses yet or
 * is halfway through. So who has an id is settled when somebody asks.
 */
static void settle_ids(ViommuDb *db)
{
    g_hash_table_remove_all(db->by_id);
    for (guint i = 0; i < db->endpoints->len; i++) {
        ViommuEndpoint *ep = db->endpoints->pdata[i];

        for (size_t j = 0; j < ep->n_names; j++) {
            gpointer id = GUINT_TO_POINTER(ep->names[j].id);

            if (!g_hash_table_contains(db->by_id, id)) {
                g_hash_table_insert(db->by_id, id, ep);
            }
        }
    }
    db->ids_changed = false;
}

ViommuEndpoint *viommu_db_find(ViommuDb *db, uint32_t endpoint_id)
{
    if (db->ids_changed) {
        settle_ids(db);
    }
    return g_hash_table_lookup(db->by_id, GUINT_TO_POINTER(endpoint_id));
}

void viommu_endpoint_set_shadowed(ViommuEndpoint *ep, bool shadowed)
{
    ep->shadowed = shadowed;
}

void *viommu_endpoint_owner(const ViommuEndpoint *ep)
{
    return ep->owner;
}

uint32_t viommu_endpoint_id(const ViommuEndpoint *ep)
{
    return ep->names[0].id;
}

bool viommu_endpoint_attached(const ViommuEndpoint *ep)
{
    return ep->domain != NULL;
}
