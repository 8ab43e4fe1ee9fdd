/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of the database, to look at and to migrate. */
#include "viommu-db-internal.h"
#include <glib.h>

size_t viommu_db_domain_count(const ViommuDb *db)
{
    return g_hash_table_size(db->domains);
}

size_t viommu_db_mapping_count(const ViommuDb *db)
{
    return db->n_mappings;
}

static size_t domain_bytes(const ViommuDomain *domain)
{
    return sizeof(*domain) +
           (domain->view.map ? viommu_map_bytes(domain->view.map) : 0);
}

size_t viommu_db_bytes(const ViommuDb *db)
{
    size_t bytes = sizeof(*db) + db->endpoints->len * sizeof(ViommuEndpoint);
    GHashTableIter iter;
    gpointer domain;

    g_hash_table_iter_init(&iter, db->domains);
    while (g_hash_table_iter_next(&iter, NULL, &domain)) {
        bytes += domain_bytes(domain);
    }
    return bytes;
}

void viommu_db_for_each_endpoint(ViommuDb *db, ViommuEndpointFn *fn, void *opaque)
{
    for (guint i = 0; i < db->endpoints->len; i++) {
        if (!fn(opaque, db->endpoints->pdata[i])) {
            return;
        }
    }
}

bool viommu_endpoint_attachment(const ViommuEndpoint *ep, ViommuAttachment *attachment)
{
    if (!ep->domain) {
        return false;
    }
    *attachment = (ViommuAttachment){
        .endpoint_id = viommu_endpoint_id(ep),
        .domain_id = ep->domain->id,
        .flags = ep->domain->bypass ? VIOMMU_ATTACH_F_BYPASS : 0,
    };
    return true;
}

/*
 * Each name the guest attached under; its own if the bus was renumbered since. Who
 * moves to another domain forgets its names: they are all of the one it is in.
 */
static bool for_each_name(const ViommuEndpoint *ep, ViommuAttachmentFn *fn,
                          void *opaque)
{
    ViommuAttachment attachment;
    bool any = false;

    if (!viommu_endpoint_attachment(ep, &attachment)) {
        return true;
    }
    for (size_t i = 0; i < ep->n_names; i++) {
        const EndpointName *name = &ep->names[i];

        if (name->attached) {
            attachment.endpoint_id = name->id;
            any = true;
            if (!fn(opaque, &attachment)) {
                return false;
            }
        }
    }
    return any || fn(opaque, &attachment);
}

void viommu_db_for_each_attachment(ViommuDb *db, ViommuAttachmentFn *fn, void *opaque)
{
    for (guint i = 0; i < db->endpoints->len; i++) {
        if (!for_each_name(db->endpoints->pdata[i], fn, opaque)) {
            return;
        }
    }
}

static gint compare_domains(gconstpointer a, gconstpointer b)
{
    const ViommuDomain *x = a, *y = b;

    return x->id < y->id ? -1 : x->id > y->id;
}

void viommu_db_for_each_domain(ViommuDb *db, ViommuDomainFn *fn, void *opaque)
{
    g_autoptr(GList) domains = g_hash_table_get_values(db->domains);

    domains = g_list_sort(domains, compare_domains);
    for (GList *l = domains; l; l = l->next) {
        const ViommuDomain *domain = l->data;
        ViommuDomainInfo info = {
            .domain_id = domain->id,
            .bypass = domain->bypass,
            .n_endpoints = domain->endpoints->len,
            .n_mappings = domain->view.map ? viommu_map_count(domain->view.map) : 0,
            .bytes = domain_bytes(domain),
        };

        if (!fn(opaque, &info)) {
            return;
        }
    }
}

typedef struct Page {
    ViommuMapping *mappings;
    size_t n, max;
} Page;

static bool add_to_page(void *opaque, const ViommuMapping *mapping)
{
    Page *page = opaque;

    page->mappings[page->n++] = *mapping;
    return page->n < page->max;
}

size_t viommu_db_mappings(const ViommuDb *db, uint32_t domain_id, uint64_t from,
                          ViommuMapping *mappings, size_t n)
{
    const ViommuDomain *domain = viommu_db_domain(db, domain_id);
    Page page = { .mappings = mappings, .max = n };

    if (domain && domain->view.map && n) {
        viommu_map_for_each(domain->view.map, (ViommuRange){ from, UINT64_MAX },
                            add_to_page, &page);
    }
    return page.n;
}
