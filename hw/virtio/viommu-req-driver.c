/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The wire format, the driver's side: for tests and fuzzers. */
#include "viommu-bytes.h"
#include "viommu-req.h"
#include <string.h>

size_t viommu_req_encode(const ViommuReq *req, uint8_t *out)
{
    memset(out, 0, VIOMMU_REQ_MAX_SIZE);
    out[0] = req->type;
    viommu_put_le32(out + 4,
                    req->type == VIOMMU_T_PROBE ? req->endpoint_id : req->domain_id);
    switch (req->type) {
    case VIOMMU_T_ATTACH:
        viommu_put_le32(out + 8, req->endpoint_id);
        viommu_put_le32(out + 12, req->flags);
        out[16] = req->reserved;
        return 20;
    case VIOMMU_T_DETACH:
        viommu_put_le32(out + 8, req->endpoint_id);
        out[12] = req->reserved;
        return 20;
    case VIOMMU_T_MAP:
        viommu_put_le64(out + 8, req->virt_start);
        viommu_put_le64(out + 16, req->virt_last);
        viommu_put_le64(out + 24, req->phys_start);
        viommu_put_le32(out + 32, req->flags);
        return 36;
    case VIOMMU_T_UNMAP:
        viommu_put_le64(out + 8, req->virt_start);
        viommu_put_le64(out + 16, req->virt_last);
        out[24] = req->reserved;
        return 28;
    case VIOMMU_T_PROBE:
        out[8] = req->reserved;
        return VIOMMU_REQ_MAX_SIZE;
    default:
        return VIOMMU_REQ_HEAD_SIZE;
    }
}

/* Property types have 12 bits, the four above are reserved. */
enum { PROPERTY_TYPE_MASK = 0xfff };

bool viommu_req_next_region(const uint8_t *properties, size_t size, size_t *offset,
                            ViommuRegion *region)
{
    while (size - *offset >= VIOMMU_PROPERTY_HEAD_SIZE) {
        const uint8_t *p = properties + *offset;
        unsigned type = viommu_get_le16(p) & PROPERTY_TYPE_MASK;
        size_t length = VIOMMU_PROPERTY_HEAD_SIZE + viommu_get_le16(p + 2);

        if (type == VIOMMU_PROBE_T_NONE || length > size - *offset) {
            return false;
        }
        *offset += length;
        if (type == VIOMMU_PROBE_T_RESV_MEM && length >= VIOMMU_RESV_MEM_SIZE) {
            region->type = p[4];
            region->range.start = viommu_get_le64(p + 8);
            region->range.last = viommu_get_le64(p + 16);
            return true;
        }
    }
    return false;
}
