/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "viommu-driver.h"
#include "report.h"
#include "standard-headers/linux/virtio_config.h"

#define SLOT   128
#define ANSWER 96 /* in a slot */

ViommuDriver viommu_driver_new(VirtIODevice *vdev, hwaddr phys)
{
    ViommuDriver d = { .slots = bench_ram(phys + BENCH_QUEUE_BYTES) };

    bench_negotiate(vdev,
                    BIT_ULL(VIRTIO_F_VERSION_1) | (vdev->host_features & VIOMMU_F_ALL));
    d.q = bench_queue(vdev, 0, phys, 0);
    for (unsigned i = 0; i < VIOMMU_DRIVER_BATCH; i++) {
        hwaddr slot = phys + BENCH_QUEUE_BYTES + i * SLOT;

        bench_desc(&d.q, 2 * i, slot, 0, VRING_DESC_F_NEXT);
        bench_desc(&d.q, 2 * i + 1, slot + ANSWER, VIOMMU_REQ_TAIL_SIZE,
                   VRING_DESC_F_WRITE);
    }
    bench_driver_ok(vdev);
    return d;
}

void viommu_driver_add(ViommuDriver *d, const ViommuReq *req)
{
    unsigned i = d->pending++;
    uint8_t *slot = d->slots + i * SLOT;

    bench_desc_len(&d->q, 2 * i, viommu_req_encode(req, slot));
    memset(slot + ANSWER, 0xff, VIOMMU_REQ_TAIL_SIZE);
    bench_offer(&d->q, 2 * i);
    if (d->pending == VIOMMU_DRIVER_BATCH) {
        viommu_driver_flush(d);
    }
}

void viommu_driver_flush(ViommuDriver *d)
{
    double start = bench_now_ns();

    bench_kick(&d->q);
    d->device_ns += bench_now_ns() - start;
    for (unsigned i = 0; i < d->pending; i++) {
        g_assert_cmphex(d->slots[i * SLOT + ANSWER], ==, VIOMMU_S_OK);
    }
    d->pending = 0;
}

void viommu_driver_attach(ViommuDriver *d, uint32_t domain, uint32_t endpoint)
{
    viommu_driver_add(d, &(ViommuReq){ .type = VIOMMU_T_ATTACH,
                                       .domain_id = domain,
                                       .endpoint_id = endpoint });
}

void viommu_driver_detach(ViommuDriver *d, uint32_t domain, uint32_t endpoint)
{
    viommu_driver_add(d, &(ViommuReq){ .type = VIOMMU_T_DETACH,
                                       .domain_id = domain,
                                       .endpoint_id = endpoint });
}

void viommu_driver_map(ViommuDriver *d, uint32_t domain, uint64_t iova, uint64_t phys,
                       uint64_t size)
{
    viommu_driver_add(d, &(ViommuReq){ .type = VIOMMU_T_MAP,
                                       .domain_id = domain,
                                       .virt_start = iova,
                                       .virt_last = iova + size - 1,
                                       .phys_start = phys,
                                       .flags = VIOMMU_PERM_RW });
}

void viommu_driver_unmap(ViommuDriver *d, uint32_t domain, uint64_t iova, uint64_t last)
{
    viommu_driver_add(d, &(ViommuReq){ .type = VIOMMU_T_UNMAP,
                                       .domain_id = domain,
                                       .virt_start = iova,
                                       .virt_last = last });
}
