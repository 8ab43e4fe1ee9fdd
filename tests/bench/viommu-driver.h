/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The driver of a virtio-iommu in this process (see machine.h): collects requests
 * and kicks once for VIOMMU_DRIVER_BATCH of them.
 */
#ifndef TESTS_BENCH_VIOMMU_DRIVER_H
#define TESTS_BENCH_VIOMMU_DRIVER_H

#include "hw/virtio/viommu-req.h"
#include "machine.h"

#define VIOMMU_DRIVER_BATCH 128
/* Guest memory that it takes. */
#define VIOMMU_DRIVER_BYTES (BENCH_QUEUE_BYTES + VIOMMU_DRIVER_BATCH * 128)

typedef struct ViommuDriver {
    BenchQueue q;
    uint8_t *slots; /* request and answer, 128 bytes each */
    unsigned pending;
    double device_ns; /* CPU time of all kicks so far: not the driver's own */
} ViommuDriver;

/* Negotiates all features; @phys: VIOMMU_DRIVER_BYTES of guest memory. */
ViommuDriver viommu_driver_new(VirtIODevice *vdev, hwaddr phys);

/* Each request must be answered with VIOMMU_S_OK, else the process ends. */
void viommu_driver_add(ViommuDriver *d, const ViommuReq *req);
void viommu_driver_attach(ViommuDriver *d, uint32_t domain, uint32_t endpoint);
void viommu_driver_detach(ViommuDriver *d, uint32_t domain, uint32_t endpoint);
void viommu_driver_map(ViommuDriver *d, uint32_t domain, uint64_t iova, uint64_t phys,
                       uint64_t size);
void viommu_driver_unmap(ViommuDriver *d, uint32_t domain, uint64_t iova,
                         uint64_t last);
/* Returns when all that was added is answered. */
void viommu_driver_flush(ViommuDriver *d);

#endif
