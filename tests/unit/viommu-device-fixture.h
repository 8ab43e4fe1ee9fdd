/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A virtio-iommu-device in the test's own process, on the bus of virtio-fixture.h,
 * with platform endpoints 0x10000, 0x10001, ... and 1 MiB of RAM at 0.
 */
#ifndef TESTS_UNIT_VIOMMU_DEVICE_FIXTURE_H
#define TESTS_UNIT_VIOMMU_DEVICE_FIXTURE_H

#include "hw/virtio/viommu-req.h"
#include "hw/virtio/virtio-iommu-internal.h"
#include "standard-headers/linux/virtio_iommu.h"
#include "virtio-fixture.h"

#define T_PAGE     UINT64_C(0x1000)
#define T_ENDPOINT UINT32_C(0x10000)
#define T_RW       (VIRTIO_IOMMU_MAP_F_READ | VIRTIO_IOMMU_MAP_F_WRITE)

typedef struct IommuTest {
    VirtioTest *t;
    VirtIOIOMMU *s;
    AddressSpace **as; /* of the endpoints, in order */
} IommuTest;

/* @props as for virtio_test_new(). All features are negotiated. */
static inline IommuTest iommu_test_new(const char *const *props, unsigned endpoints)
{
    IommuTest i = { 0 };

    i.t = virtio_test_new_type(TYPE_VIRTIO_IOMMU, props, &error_abort);
    i.s = VIRTIO_IOMMU(i.t->vdev);
    i.as = g_new0(AddressSpace *, endpoints);
    for (unsigned e = 0; e < endpoints; e++) {
        i.as[e] = virtio_iommu_platform_address_space(i.s, T_ENDPOINT + e);
    }
    virtio_iommu_endpoints_refresh(i.s);
    virtio_test_negotiate(i.t, T_VERSION_1 | VIOMMU_F_ALL);
    viommu_db_set_features(i.s->db, VIOMMU_F_ALL);
    return i;
}

static inline void iommu_test_free(IommuTest i)
{
    virtio_test_free(i.t);
    g_free(i.as);
}

static inline ViommuStatus iommu_attach(IommuTest i, uint32_t domain, unsigned e,
                                        uint32_t flags)
{
    ViommuStatus status;

    virtio_iommu_lock(i.s);
    status = viommu_db_attach(i.s->db, domain, T_ENDPOINT + e, flags);
    virtio_iommu_unlock(i.s);
    return status;
}

static inline ViommuStatus iommu_detach(IommuTest i, uint32_t domain, unsigned e)
{
    ViommuStatus status;

    virtio_iommu_lock(i.s);
    status = viommu_db_detach(i.s->db, domain, T_ENDPOINT + e);
    virtio_iommu_unlock(i.s);
    return status;
}

static inline ViommuStatus iommu_map(IommuTest i, uint32_t domain, uint64_t start,
                                     uint64_t last, uint64_t phys, uint32_t flags)
{
    ViommuMapping m = { .iova = { start, last }, .phys = phys, .flags = flags };
    ViommuStatus status;

    virtio_iommu_lock(i.s);
    status = viommu_db_map(i.s->db, domain, &m);
    virtio_iommu_unlock(i.s);
    return status;
}

static inline ViommuStatus iommu_unmap(IommuTest i, uint32_t domain, uint64_t start,
                                       uint64_t last)
{
    ViommuStatus status;

    virtio_iommu_lock(i.s);
    status = viommu_db_unmap(i.s->db, domain, (ViommuRange){ start, last });
    virtio_iommu_unlock(i.s);
    return status;
}

/* Counts what somebody who shadows mappings is told. */
typedef struct IommuListener {
    IOMMUNotifier n;
    unsigned maps, voids;
} IommuListener;

static inline void iommu_listen(IOMMUNotifier *n, IOMMUTLBEntry *entry)
{
    IommuListener *l = container_of(n, IommuListener, n);

    l->maps += entry->perm != IOMMU_NONE;
    l->voids += entry->perm == IOMMU_NONE;
}

static inline void iommu_listener_init(IommuListener *l)
{
    iommu_notifier_init(&l->n, iommu_listen, IOMMU_NOTIFIER_IOTLB_EVENTS, 0, UINT64_MAX,
                        0);
}

#endif
