/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the database share, and nobody else includes. */
#ifndef HW_VIRTIO_VIOMMU_DB_INTERNAL_H
#define HW_VIRTIO_VIOMMU_DB_INTERNAL_H

#include "viommu-db.h"
#include "viommu-limbo.h"
#include "viommu-map.h"
#include <glib.h>

/* Owned by db->domains; gone with the last endpoint. */
typedef struct ViommuDomain {
    ViommuView view;
    uint32_t id;
    bool bypass;
    GPtrArray *endpoints; /* in the order of attachment, never empty */
} ViommuDomain;

typedef struct RegionList {
    size_t n;
    ViommuRegion region[];
} RegionList;

/*
 * An id of an endpoint, and the domain that the guest attached under this very
 * id. A guest attaches and detaches every id of a device with aliases; the
 * first DETACH cuts the device off, and the others must not fail for that.
 */
typedef struct EndpointName {
    uint32_t id;
    uint32_t domain_id;
    bool attached;
} EndpointName;

struct ViommuEndpoint {
    /* Readers. */
    ViommuReach reach;   /* what viommu-db-translate.h knows of an endpoint */
    RegionList *regions; /* atomic; ascending */

    /* The rest is serialised by the caller. */
    ViommuDb *db;
    ViommuDomain *domain; /* NULL: unattached */
    void *owner;
    EndpointName *names; /* never empty; the first is its own id */
    size_t n_names;
    bool probed;
    bool shadowed;
};

struct ViommuDb {
    ViommuView unattached; /* readers */
    ViommuConfig config;
    ViommuEvents events;
    void *opaque;
    ViommuReclaim reclaim;
    ViommuLimbo limbo;
    GPtrArray *endpoints; /* in the order of registration */
    GHashTable *by_id;    /* endpoint id -> endpoint; see viommu_db_find() */
    bool ids_changed;     /* by_id has to be built anew */
    GHashTable *domains;  /* domain id -> domain */
    ViommuDomain *recent; /* of the last MAP or UNMAP; NULL: look it up */
    size_t n_mappings;    /* of all domains */
    uint64_t features;    /* accepted */
    bool bypass;
};

ViommuDomain *viommu_db_domain(const ViommuDb *db, uint32_t domain_id);

/* Calls @fn for @ep's identity regions, as mappings. False if @fn said so. */
bool viommu_endpoint_identities(const ViommuEndpoint *ep, ViommuMappingFn *fn,
                                void *opaque);

/* Takes @ep out of its domain, with events. It must be in one. */
void viommu_db_leave(ViommuEndpoint *ep);

/* ------------------------------------------------- viommu-db-events.c ---- */

void viommu_tell_attached(ViommuEndpoint *ep);
void viommu_tell_detached(ViommuEndpoint *ep);
void viommu_tell_invalidated(const ViommuDomain *domain, ViommuRange range);

/* Both do nothing, and say true, for an endpoint (@opaque) without a shadow. */
bool viommu_tell_mapped(void *opaque, const ViommuMapping *mapping);
bool viommu_tell_unmapped(void *opaque, const ViommuMapping *mapping);

/* Puts what @ep can use in @domain into its shadow; all of it, or false. */
bool viommu_shadow_fill(ViommuEndpoint *ep, const ViommuDomain *domain);
void viommu_shadow_drain(ViommuEndpoint *ep, const ViommuDomain *domain);

#endif
