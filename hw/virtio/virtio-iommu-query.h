/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A look at the device from outside, for monitors and tests. Under the big lock;
 * nothing here changes what the guest sees.
 */
#ifndef HW_VIRTIO_VIRTIO_IOMMU_QUERY_H
#define HW_VIRTIO_VIRTIO_IOMMU_QUERY_H

#include "hw/virtio/virtio-iommu.h"
#include "viommu-db.h"

typedef struct VirtIOIOMMUInfo {
    bool bypass;      /* config.bypass */
    uint64_t granule; /* bytes */
    ViommuRange input_range;
    size_t domains;
    size_t mappings;
    size_t bytes;    /* of host memory, for the mappings */
    uint64_t faults; /* raised; the next two are what became of them */
    uint64_t faults_reported;
    uint64_t faults_dropped;
} VirtIOIOMMUInfo;

typedef struct VirtIOIOMMUEndpointInfo {
    uint32_t endpoint_id;
    const uint32_t *ids; /* all ids that name it, endpoint_id first */
    size_t n_ids;
    const char *path; /* of the device in the QOM tree; NULL: none of its own */
    bool attached;
    bool bypass;        /* what it does is not translated */
    uint32_t domain_id; /* if attached */
    uint64_t hits;
    uint64_t misses; /* accesses that were refused */
} VirtIOIOMMUEndpointInfo;

void virtio_iommu_query(VirtIOIOMMU *s, VirtIOIOMMUInfo *info);

/* In order of endpoint ids. What @info points to lives for the call. */
void virtio_iommu_query_endpoints(VirtIOIOMMU *s,
                                  void (*fn)(void *opaque,
                                             const VirtIOIOMMUEndpointInfo *info),
                                  void *opaque);

/* In order of domain ids; see viommu_db_for_each_domain(). */
void virtio_iommu_query_domains(VirtIOIOMMU *s, ViommuDomainFn *fn, void *opaque);

/* False if there is no such domain; see viommu_db_mappings(). */
bool virtio_iommu_query_mappings(VirtIOIOMMU *s, uint32_t domain_id, uint64_t from,
                                 ViommuMapping *mappings, size_t *n);

#endif
