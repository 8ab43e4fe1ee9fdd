/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the database talks upward, and what the shadows of mappings are told. */
#include "viommu-db-internal.h"
#include <glib.h>

void viommu_tell_attached(ViommuEndpoint *ep)
{
    if (ep->db->events.attached) {
        ep->db->events.attached(ep->db->opaque, ep);
    }
}

void viommu_tell_detached(ViommuEndpoint *ep)
{
    if (ep->db->events.detached) {
        ep->db->events.detached(ep->db->opaque, ep);
    }
}

bool viommu_tell_mapped(void *opaque, const ViommuMapping *mapping)
{
    ViommuEndpoint *ep = opaque;

    return !ep->shadowed || !ep->db->events.mapped ||
           ep->db->events.mapped(ep->db->opaque, ep, mapping);
}

bool viommu_tell_unmapped(void *opaque, const ViommuMapping *mapping)
{
    ViommuEndpoint *ep = opaque;

    if (ep->shadowed && ep->db->events.unmapped) {
        ep->db->events.unmapped(ep->db->opaque, ep, mapping);
    }
    return true;
}

void viommu_tell_invalidated(const ViommuDomain *domain, ViommuRange range)
{
    for (guint i = 0; i < domain->endpoints->len; i++) {
        ViommuEndpoint *ep = domain->endpoints->pdata[i];

        if (ep->db->events.invalidated) {
            ep->db->events.invalidated(ep->db->opaque, ep, range);
        }
    }
}

/* ---------------------------------------------------- shadows, in bulk ---- */

/* Everything @ep can use in @domain, its own identity regions first. */
static void usable_in(const ViommuEndpoint *ep, const ViommuDomain *domain,
                      ViommuMappingFn *fn, void *opaque)
{
    if (!domain->bypass && viommu_endpoint_identities(ep, fn, opaque)) {
        viommu_map_for_each(domain->view.map, (ViommuRange){ 0, UINT64_MAX }, fn,
                            opaque);
    }
}

void viommu_endpoint_replay(ViommuEndpoint *ep, ViommuMappingFn *fn, void *opaque)
{
    if (ep->domain) {
        usable_in(ep, ep->domain, fn, opaque);
    }
}

typedef struct Filling {
    ViommuEndpoint *ep;
    size_t accepted; /* mappings */
    bool refused;
} Filling;

static bool fill_one(void *opaque, const ViommuMapping *mapping)
{
    Filling *filling = opaque;

    filling->refused = !viommu_tell_mapped(filling->ep, mapping);
    filling->accepted += !filling->refused;
    return !filling->refused;
}

static bool drain_one(void *opaque, const ViommuMapping *mapping)
{
    Filling *filling = opaque;

    if (!filling->accepted) {
        return false;
    }
    filling->accepted--;
    return viommu_tell_unmapped(filling->ep, mapping);
}

/* Puts what @ep can use in @domain into its shadow; all of it or nothing. */
bool viommu_shadow_fill(ViommuEndpoint *ep, const ViommuDomain *domain)
{
    Filling filling = { .ep = ep };

    if (ep->shadowed) {
        usable_in(ep, domain, fill_one, &filling);
    }
    if (filling.refused) {
        usable_in(ep, domain, drain_one, &filling);
    }
    return !filling.refused;
}

void viommu_shadow_drain(ViommuEndpoint *ep, const ViommuDomain *domain)
{
    if (ep->shadowed) {
        usable_in(ep, domain, viommu_tell_unmapped, ep);
    }
}
