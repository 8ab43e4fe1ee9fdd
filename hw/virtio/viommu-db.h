/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state of one IOMMU: endpoints, domains, who is attached to what, and the
 * rules of the standard (VIRTIO 1.4, 5.13.6) for changing it.
 *
 * Every operation a guest can ask for has three steps: validate with nothing
 * changed, commit, tell the listener. One that is refused changes nothing.
 *
 * Ownership: the database owns endpoints and domains; the glue holds pointers
 * to its endpoints until it unregisters them. Concurrency: everything is
 * serialised by the caller, but for viommu_db_translate() and
 * viommu_db_bypass(), which take no lock and write nothing (see viommu-map.h
 * for what the caller owes).
 */
#ifndef HW_VIRTIO_VIOMMU_DB_H
#define HW_VIRTIO_VIOMMU_DB_H

#include "viommu-map.h"
#include "viommu-range.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ViommuDb ViommuDb;
typedef struct ViommuEndpoint ViommuEndpoint;

/* Status of a request; the values are those of the wire. */
typedef enum ViommuStatus {
    VIOMMU_S_OK = 0,
    VIOMMU_S_IOERR = 1,
    VIOMMU_S_UNSUPP = 2,
    VIOMMU_S_DEVERR = 3,
    VIOMMU_S_INVAL = 4,
    VIOMMU_S_RANGE = 5,
    VIOMMU_S_NOENT = 6,
    VIOMMU_S_FAULT = 7,
    VIOMMU_S_NOMEM = 8,
} ViommuStatus;

/* Feature bits, as masks. */
enum {
    VIOMMU_F_INPUT_RANGE = 1 << 0,
    VIOMMU_F_DOMAIN_RANGE = 1 << 1,
    VIOMMU_F_MAP_UNMAP = 1 << 2,
    VIOMMU_F_PROBE = 1 << 4,
    VIOMMU_F_MMIO = 1 << 5,
    VIOMMU_F_BYPASS_CONFIG = 1 << 6,
    VIOMMU_F_ALL = VIOMMU_F_INPUT_RANGE | VIOMMU_F_DOMAIN_RANGE | VIOMMU_F_MAP_UNMAP |
                   VIOMMU_F_PROBE | VIOMMU_F_MMIO | VIOMMU_F_BYPASS_CONFIG,
};

enum {
    VIOMMU_ATTACH_F_BYPASS = 1 << 0,
};

/*
 * A piece of an endpoint's IOVA space that the guest may not map. The values
 * are those of the wire; IDENTITY is not in the standard, and a guest that does
 * not know it takes it for RESERVED, as the standard tells it to.
 */
typedef enum ViommuRegionType {
    VIOMMU_REGION_RESERVED = 0, /* out of use: an access faults */
    VIOMMU_REGION_MSI = 1,      /* the doorbell: an access passes untranslated */
    VIOMMU_REGION_IDENTITY = 2, /* while attached, maps to itself, read and write */
} ViommuRegionType;

typedef struct ViommuRegion {
    ViommuRange range;
    ViommuRegionType type;
} ViommuRegion;

/* What a device is; fixed for its life. */
typedef struct ViommuConfig {
    uint64_t features;       /* offered, VIOMMU_F_*: ranges bind when offered */
    uint64_t page_size_mask; /* lowest bit: the granule */
    ViommuRange input_range;
    uint32_t domain_start;
    uint32_t domain_last;
    uint32_t probe_size;  /* bytes */
    size_t max_domains;   /* beyond: NOMEM */
    size_t max_mappings;  /* over all domains; beyond: NOMEM */
    bool report_identity; /* PROBE says IDENTITY, else RESERVED */
} ViommuConfig;

/*
 * How the database talks upward, always after the change is visible to
 * viommu_db_translate(). Any member may be NULL. None may call a mutator.
 *
 * mapped and unmapped are for endpoints that have a shadow of their mappings
 * elsewhere (a host IOMMU, see viommu_endpoint_set_shadowed()). Such a shadow
 * may refuse: false from mapped undoes the whole request, with unmapped for
 * whatever was accepted before, and the guest is told NOMEM.
 */
typedef struct ViommuEvents {
    /* @ep entered a domain; what it could reach before is void. */
    void (*attached)(void *opaque, ViommuEndpoint *ep);
    /* @ep left its domain; what it could reach there is void. */
    void (*detached)(void *opaque, ViommuEndpoint *ep);
    bool (*mapped)(void *opaque, ViommuEndpoint *ep, const ViommuMapping *mapping);
    void (*unmapped)(void *opaque, ViommuEndpoint *ep, const ViommuMapping *mapping);
    /*
     * Once per UNMAP and endpoint of the domain, shadowed or not, if anything
     * was removed: cached translations in @range, from the first address
     * removed to the last one, are void.
     */
    void (*invalidated)(void *opaque, ViommuEndpoint *ep, ViommuRange range);
} ViommuEvents;

/* ------------------------------------------------------------- life ------ */

/* @reclaim: as for viommu_map_new(). @events may be NULL. Both are copied. */
ViommuDb *viommu_db_new(const ViommuConfig *config, const ViommuEvents *events,
                        void *opaque, const ViommuReclaim *reclaim);

/* Unregisters what is left, without events. NULL is allowed. */
void viommu_db_free(ViommuDb *db);

const ViommuConfig *viommu_db_config(const ViommuDb *db);
uint64_t viommu_db_granule(const ViommuDb *db);

/* The features the driver accepted; 0 after reset. */
void viommu_db_set_features(ViommuDb *db, uint64_t accepted);
uint64_t viommu_db_features(const ViommuDb *db);

/*
 * config.bypass: whether unattached endpoints reach all of memory. No event:
 * the caller knows. Constant time; only bit 0 of what a guest wrote counts.
 */
void viommu_db_set_bypass(ViommuDb *db, bool bypass);
bool viommu_db_bypass(const ViommuDb *db);

/* Device reset: nothing is attached, no domain exists, bypass stays as it is. */
void viommu_db_reset(ViommuDb *db);

/* -------------------------------------------------------- endpoints ------ */

/*
 * NULL if an endpoint may have these @regions, else the reason it may not, as
 * the end of a sentence: swapped ends, overlap, two MSI regions, more than
 * probe_size bytes can tell.
 */
const char *viommu_db_check_regions(const ViommuDb *db, const ViommuRegion *regions,
                                    size_t n_regions);

/*
 * Adds an endpoint; it starts unattached. ids[0] is its own id, the others are
 * aliases of the same address space. If two endpoints claim an id, the one
 * registered first has it. @regions must pass viommu_db_check_regions().
 */
ViommuEndpoint *viommu_db_register(ViommuDb *db, const uint32_t *ids, size_t n_ids,
                                   const ViommuRegion *regions, size_t n_regions,
                                   void *owner);

/* Detaches @ep, with events, and forgets it. */
void viommu_db_unregister(ViommuDb *db, ViommuEndpoint *ep);

/*
 * Gives @ep other ids, when the guest renumbered its bus. Attachment stays.
 * Cheap; free when nothing changed.
 */
void viommu_endpoint_set_ids(ViommuEndpoint *ep, const uint32_t *ids, size_t n_ids);

/*
 * Replaces the regions of @ep. False, and nothing changed, once the guest may
 * have seen them or relies on them: after a PROBE, or while attached.
 */
bool viommu_endpoint_set_regions(ViommuEndpoint *ep, const ViommuRegion *regions,
                                 size_t n_regions);

/*
 * Whether mapped and unmapped are wanted for @ep. Turning it on does not replay
 * what is mapped: see viommu_endpoint_replay().
 */
void viommu_endpoint_set_shadowed(ViommuEndpoint *ep, bool shadowed);

/* Calls @fn for every mapping @ep can use, identity regions included. */
void viommu_endpoint_replay(ViommuEndpoint *ep, ViommuMappingFn *fn, void *opaque);

ViommuEndpoint *viommu_db_find(ViommuDb *db, uint32_t endpoint_id);
void *viommu_endpoint_owner(const ViommuEndpoint *ep);
uint32_t viommu_endpoint_id(const ViommuEndpoint *ep);
bool viommu_endpoint_attached(const ViommuEndpoint *ep);
const ViommuRegion *viommu_endpoint_regions(const ViommuEndpoint *ep,
                                            size_t *n_regions);

/* --------------------------------------------------------- requests ------ */

ViommuStatus viommu_db_attach(ViommuDb *db, uint32_t domain_id, uint32_t endpoint_id,
                              uint32_t flags);
ViommuStatus viommu_db_detach(ViommuDb *db, uint32_t domain_id, uint32_t endpoint_id);
ViommuStatus viommu_db_map(ViommuDb *db, uint32_t domain_id,
                           const ViommuMapping *mapping);
ViommuStatus viommu_db_unmap(ViommuDb *db, uint32_t domain_id, ViommuRange range);

/* The regions of an endpoint, which from now on can not change; NOENT. */
ViommuStatus viommu_db_probe(ViommuDb *db, uint32_t endpoint_id,
                             const ViommuRegion **regions, size_t *n_regions);

/* -------------------------------------------------------- translate ------ */

typedef enum ViommuResult {
    VIOMMU_HIT,
    VIOMMU_DENIED,     /* mapped, but not for this kind of access */
    VIOMMU_UNMAPPED,   /* attached, and nothing there */
    VIOMMU_UNATTACHED, /* in no domain, and no bypass */
} ViommuResult;

/*
 * What becomes of an access of @ep at @iova that needs @want (VIOMMU_PERM_READ,
 * WRITE, both, or NONE to look without wanting anything). @answer is filled for
 * HIT and DENIED. Lock-free.
 */
static inline ViommuResult viommu_db_translate(const ViommuEndpoint *ep, uint64_t iova,
                                               uint32_t want, ViommuAnswer *answer);

#include "viommu-db-translate.h"

/* Whether every access of @ep is passed as it is. Lock-free. */
bool viommu_endpoint_bypassed(const ViommuEndpoint *ep);

/* --------------------------------------- to look at, and to migrate ------ */

size_t viommu_db_domain_count(const ViommuDb *db);
size_t viommu_db_mapping_count(const ViommuDb *db);
size_t viommu_db_bytes(const ViommuDb *db);

/* One ATTACH in force; an endpoint with aliases may show more than one. */
typedef struct ViommuAttachment {
    uint32_t endpoint_id;
    uint32_t domain_id;
    uint32_t flags; /* VIOMMU_ATTACH_F_* */
} ViommuAttachment;

typedef struct ViommuDomainInfo {
    uint32_t domain_id;
    bool bypass;
    size_t n_endpoints;
    size_t n_mappings;
    size_t bytes;
} ViommuDomainInfo;

typedef bool ViommuEndpointFn(void *opaque, ViommuEndpoint *ep);
typedef bool ViommuAttachmentFn(void *opaque, const ViommuAttachment *attachment);
typedef bool ViommuDomainFn(void *opaque, const ViommuDomainInfo *domain);

/*
 * To save the state: the attachments, then the mappings of each domain. To
 * load it, repeat them through viommu_db_attach() and viommu_db_map() on a
 * database that was reset and has its features set: a stream can do no more
 * than a guest can. Order: registration; ascending domain id; ascending IOVA.
 */
void viommu_db_for_each_endpoint(ViommuDb *db, ViommuEndpointFn *fn, void *opaque);
void viommu_db_for_each_attachment(ViommuDb *db, ViommuAttachmentFn *fn, void *opaque);
void viommu_db_for_each_domain(ViommuDb *db, ViommuDomainFn *fn, void *opaque);

/*
 * Copies up to @n mappings of a domain, the first one that ends at or after
 * @from first, and returns how many. NOENT shows as 0 too: ask for_each_domain.
 * The next page starts at the last one's iova.last + 1, unless that wraps.
 */
size_t viommu_db_mappings(const ViommuDb *db, uint32_t domain_id, uint64_t from,
                          ViommuMapping *mappings, size_t n);

/* False if @ep is unattached. */
bool viommu_endpoint_attachment(const ViommuEndpoint *ep, ViommuAttachment *attachment);

#endif
