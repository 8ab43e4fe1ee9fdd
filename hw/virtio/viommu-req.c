/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The wire format, the device's side: VIRTIO 1.4, 5.13.4 and 5.13.6. */
#include "viommu-req.h"
#include "viommu-bytes.h"
#include <glib.h>
#include <string.h>

/* Length of the readable part of each type; 0: no such type. */
static size_t readable_size(uint8_t type)
{
    static const uint8_t size[] = {
        [VIOMMU_T_ATTACH] = 20,
        [VIOMMU_T_DETACH] = 20,
        [VIOMMU_T_MAP] = 36,
        [VIOMMU_T_UNMAP] = 28,
        [VIOMMU_T_PROBE] = VIOMMU_REQ_MAX_SIZE,
    };

    return type < G_N_ELEMENTS(size) ? size[type] : 0;
}

/* O3 and P1: what is reserved in the head and in a PROBE is not looked at. */
bool viommu_req_decode(const uint8_t *in, size_t in_len, ViommuReq *req)
{
    /* O5: too small for a head, of no known type, or too small for its type. */
    if (in_len < VIOMMU_REQ_HEAD_SIZE || !readable_size(in[0]) ||
        in_len < readable_size(in[0])) {
        return false;
    }
    *req = (ViommuReq){ .type = in[0] };
    switch (req->type) {
    case VIOMMU_T_ATTACH:
        req->domain_id = viommu_get_le32(in + 4);
        req->endpoint_id = viommu_get_le32(in + 8);
        req->flags = viommu_get_le32(in + 12);
        req->reserved = viommu_get_le32(in + 16) != 0;
        break;
    case VIOMMU_T_DETACH: /* D1: its reserved bytes are not looked at */
        req->domain_id = viommu_get_le32(in + 4);
        req->endpoint_id = viommu_get_le32(in + 8);
        break;
    case VIOMMU_T_MAP:
        req->domain_id = viommu_get_le32(in + 4);
        req->virt_start = viommu_get_le64(in + 8);
        req->virt_last = viommu_get_le64(in + 16);
        req->phys_start = viommu_get_le64(in + 24);
        req->flags = viommu_get_le32(in + 32);
        break;
    case VIOMMU_T_UNMAP:
        req->domain_id = viommu_get_le32(in + 4);
        req->virt_start = viommu_get_le64(in + 8);
        req->virt_last = viommu_get_le64(in + 16);
        req->reserved = viommu_get_le32(in + 24) != 0;
        break;
    case VIOMMU_T_PROBE:
        req->endpoint_id = viommu_get_le32(in + 4);
        break;
    }
    return true;
}

/* P4, P5, P6, R1: property header, subtype, three zero bytes, both ends. */
static void encode_region(const ViommuConfig *config, const ViommuRegion *region,
                          uint8_t *out)
{
    bool hide = region->type == VIOMMU_REGION_IDENTITY && !config->report_identity;

    viommu_put_le16(out, VIOMMU_PROBE_T_RESV_MEM);
    viommu_put_le16(out + 2, VIOMMU_RESV_MEM_SIZE - VIOMMU_PROPERTY_HEAD_SIZE);
    viommu_put_le32(out + 4, hide ? VIOMMU_REGION_RESERVED : region->type);
    viommu_put_le64(out + 8, region->range.start);
    viommu_put_le64(out + 16, region->range.last);
}

/* @room is the size of the guest's property buffer: probe_size, or less. */
static ViommuStatus probe(ViommuDb *db, const ViommuReq *req, uint8_t *out, size_t room)
{
    const ViommuConfig *config = viommu_db_config(db);
    const ViommuRegion *regions;
    size_t n_regions;
    ViommuStatus status;

    /* P7 */
    if (room < config->probe_size) {
        return VIOMMU_S_INVAL;
    }
    status = viommu_db_probe(db, req->endpoint_id, &regions, &n_regions);
    for (size_t i = 0; status == VIOMMU_S_OK && i < n_regions; i++) {
        encode_region(config, &regions[i], out + i * VIOMMU_RESV_MEM_SIZE);
    }
    return status;
}

static ViommuStatus act(ViommuDb *db, const ViommuReq *req)
{
    ViommuRange virt = { req->virt_start, req->virt_last };
    ViommuMapping mapping = { virt, req->phys_start, req->flags };

    /* A1, U1 */
    if (req->reserved) {
        return VIOMMU_S_INVAL;
    }
    switch (req->type) {
    case VIOMMU_T_ATTACH:
        return viommu_db_attach(db, req->domain_id, req->endpoint_id, req->flags);
    case VIOMMU_T_DETACH:
        return viommu_db_detach(db, req->domain_id, req->endpoint_id);
    case VIOMMU_T_MAP:
        return viommu_db_map(db, req->domain_id, &mapping);
    case VIOMMU_T_UNMAP:
        return viommu_db_unmap(db, req->domain_id, virt);
    default:
        g_assert_not_reached();
    }
}

size_t viommu_req_max_answer(const ViommuDb *db)
{
    return (size_t)viommu_db_config(db)->probe_size + VIOMMU_REQ_TAIL_SIZE;
}

size_t viommu_req_handle(ViommuDb *db, const uint8_t *in, size_t in_len, uint8_t *out,
                         size_t out_len)
{
    size_t properties = 0;
    ViommuReq req;
    ViommuStatus status;

    /* O2, O5: not a request, or nowhere to put the status. */
    if (out_len < VIOMMU_REQ_TAIL_SIZE || !viommu_req_decode(in, in_len, &req)) {
        return 0;
    }
    if (req.type == VIOMMU_T_PROBE) {
        /* P3 */
        if (!(viommu_db_features(db) & VIOMMU_F_PROBE)) {
            return 0;
        }
        /* The tail follows probe_size bytes, or is the end of a buffer with less. */
        properties = MIN(out_len, viommu_req_max_answer(db)) - VIOMMU_REQ_TAIL_SIZE;
    }
    /* O3, P8: whatever is not written below is 0. */
    memset(out, 0, properties + VIOMMU_REQ_TAIL_SIZE);
    status =
        req.type == VIOMMU_T_PROBE ? probe(db, &req, out, properties) : act(db, &req);
    out[properties] = status;
    return properties + VIOMMU_REQ_TAIL_SIZE;
}

void viommu_req_encode_config(const ViommuDb *db, uint8_t out[VIOMMU_CONFIG_SIZE])
{
    const ViommuConfig *config = viommu_db_config(db);

    memset(out, 0, VIOMMU_CONFIG_SIZE);
    viommu_put_le64(out, config->page_size_mask);
    viommu_put_le64(out + 8, config->input_range.start);
    viommu_put_le64(out + 16, config->input_range.last);
    viommu_put_le32(out + 24, config->domain_start);
    viommu_put_le32(out + 28, config->domain_last);
    viommu_put_le32(out + 32, config->probe_size);
    /* C4: 0 or 1, and nothing that was not offered. */
    out[36] = (config->features & VIOMMU_F_BYPASS_CONFIG) && viommu_db_bypass(db);
}

/* E1, E2: what is reserved is 0, and so is a flag that the standard has not. */
void viommu_req_encode_fault(uint8_t out[VIOMMU_FAULT_SIZE], uint8_t reason,
                             uint32_t flags, uint32_t endpoint_id, uint64_t address)
{
    memset(out, 0, VIOMMU_FAULT_SIZE);
    out[0] = reason;
    viommu_put_le32(out + 4, flags & (VIOMMU_FAULT_F_READ | VIOMMU_FAULT_F_WRITE |
                                      VIOMMU_FAULT_F_ADDRESS));
    viommu_put_le32(out + 8, endpoint_id);
    viommu_put_le64(out + 16, address);
}
