/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A look at the device from outside: virtio-iommu-query.h. */
#include "qemu/osdep.h"
#include "hw/pci/pci_bus.h"
#include "hw/virtio/virtio-iommu.h"
#include "virtio-iommu-internal.h"
#include "virtio-iommu-query.h"

void virtio_iommu_query(VirtIOIOMMU *s, VirtIOIOMMUInfo *info)
{
    WITH_QEMU_LOCK_GUARD(&s->lock)
    {
        info->bypass = viommu_db_bypass(s->db);
        info->granule = viommu_db_granule(s->db);
        info->input_range = viommu_db_config(s->db)->input_range;
        info->domains = viommu_db_domain_count(s->db);
        info->mappings = viommu_db_mapping_count(s->db);
        info->bytes = viommu_db_bytes(s->db);
    }
    WITH_QEMU_LOCK_GUARD(&s->faults.lock)
    {
        info->faults = s->faults.total;
        info->faults_reported = s->faults.reported;
        info->faults_dropped = s->faults.dropped;
    }
}

static uint64_t count_hits(const VirtIOIOMMUEndpoint *ep)
{
    uint64_t hits = 0;

    for (int i = 0; i < VIRTIO_IOMMU_STRIPES; i++) {
        hits += qatomic_read(&ep->stripes[i].hits);
    }
    return hits;
}

/* The function that sits at the endpoint's own place, if there is one. */
static char *device_path(const VirtIOIOMMUEndpoint *ep)
{
    PCIDevice *dev = ep->bus ? ep->bus->devices[ep->low_id] : NULL;

    return dev ? object_get_canonical_path(OBJECT(dev)) : NULL;
}

static int by_id(gconstpointer a, gconstpointer b)
{
    uint32_t x = virtio_iommu_endpoint_id(*(VirtIOIOMMUEndpoint *const *)a);
    uint32_t y = virtio_iommu_endpoint_id(*(VirtIOIOMMUEndpoint *const *)b);

    return (x > y) - (x < y);
}

static GPtrArray *sorted_endpoints(VirtIOIOMMU *s)
{
    GPtrArray *sorted = g_ptr_array_new();
    VirtIOIOMMUEndpoint *ep;

    virtio_iommu_endpoints_refresh(s);
    QLIST_FOREACH(ep, &s->endpoints, next) {
        g_ptr_array_add(sorted, ep);
    }
    g_ptr_array_sort(sorted, by_id);
    return sorted;
}

void virtio_iommu_query_endpoints(VirtIOIOMMU *s,
                                  void (*fn)(void *opaque,
                                             const VirtIOIOMMUEndpointInfo *info),
                                  void *opaque)
{
    g_autoptr(GPtrArray) sorted = sorted_endpoints(s);

    for (guint i = 0; i < sorted->len; i++) {
        VirtIOIOMMUEndpoint *ep = g_ptr_array_index(sorted, i);
        g_autofree char *path = device_path(ep);
        ViommuAttachment attachment = { 0 };
        VirtIOIOMMUEndpointInfo info = {
            .endpoint_id = virtio_iommu_endpoint_id(ep),
            .ids = (const uint32_t *)ep->ids->data,
            .n_ids = ep->ids->len,
            .path = path,
            .hits = count_hits(ep),
            .misses = qatomic_read(&ep->misses),
        };

        WITH_QEMU_LOCK_GUARD(&s->lock)
        {
            info.attached = viommu_endpoint_attachment(ep->core, &attachment);
            info.domain_id = attachment.domain_id;
            info.bypass = viommu_endpoint_bypassed(ep->core);
        }
        fn(opaque, &info);
    }
}

void virtio_iommu_query_domains(VirtIOIOMMU *s, ViommuDomainFn *fn, void *opaque)
{
    QEMU_LOCK_GUARD(&s->lock);

    viommu_db_for_each_domain(s->db, fn, opaque);
}

typedef struct FindDomain {
    uint32_t domain_id;
    bool found;
} FindDomain;

static bool find_domain(void *opaque, const ViommuDomainInfo *domain)
{
    FindDomain *find = opaque;

    find->found = domain->domain_id == find->domain_id;
    return !find->found;
}

bool virtio_iommu_query_mappings(VirtIOIOMMU *s, uint32_t domain_id, uint64_t from,
                                 ViommuMapping *mappings, size_t *n)
{
    FindDomain find = { .domain_id = domain_id };

    QEMU_LOCK_GUARD(&s->lock);
    viommu_db_for_each_domain(s->db, find_domain, &find);
    if (find.found) {
        *n = viommu_db_mappings(s->db, domain_id, from, mappings, *n);
    }
    return find.found;
}
