/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The wire format: bytes to request, request to the database, answer to bytes.
 *
 * All of it works on the caller's copies: nothing here reads guest memory, and
 * no byte is read twice or through a cast. The encoders of requests and the
 * decoders of answers are the driver's side, for tests and fuzzers.
 */
#ifndef HW_VIRTIO_VIOMMU_REQ_H
#define HW_VIRTIO_VIOMMU_REQ_H

#include "viommu-db.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    VIOMMU_T_ATTACH = 1,
    VIOMMU_T_DETACH = 2,
    VIOMMU_T_MAP = 3,
    VIOMMU_T_UNMAP = 4,
    VIOMMU_T_PROBE = 5,
};

enum {
    VIOMMU_PROBE_T_NONE = 0,
    VIOMMU_PROBE_T_RESV_MEM = 1,
};

enum {
    VIOMMU_REQ_HEAD_SIZE = 4,
    VIOMMU_REQ_TAIL_SIZE = 4,
    VIOMMU_REQ_MAX_SIZE = 72, /* longest readable part (PROBE); the rest is ignored */
    VIOMMU_CONFIG_SIZE = 40,
    VIOMMU_FAULT_SIZE = 24,
    VIOMMU_PROPERTY_HEAD_SIZE = 4,
    VIOMMU_RESV_MEM_SIZE = 24, /* one property of a PROBE answer */
};

enum {
    VIOMMU_FAULT_R_UNKNOWN = 0,
    VIOMMU_FAULT_R_DOMAIN = 1,
    VIOMMU_FAULT_R_MAPPING = 2,
};

enum {
    VIOMMU_FAULT_F_READ = 1 << 0,
    VIOMMU_FAULT_F_WRITE = 1 << 1,
    VIOMMU_FAULT_F_ADDRESS = 1 << 8,
};

/* One request in host order; only the fields of its type mean anything. */
typedef struct ViommuReq {
    uint8_t type;
    uint32_t domain_id;
    uint32_t endpoint_id;
    uint32_t flags;
    uint64_t virt_start;
    uint64_t virt_last;
    uint64_t phys_start;
    bool reserved; /* a reserved field that the device has to look at is not 0 */
} ViommuReq;

/* -------------------------------------------------- the device's side -- */

/* Bytes an answer to any request may take: what the writable buffer has to hold. */
size_t viommu_req_max_answer(const ViommuDb *db);

/*
 * Answers one request. @in: the readable part, of which the first
 * VIOMMU_REQ_MAX_SIZE bytes count. @out: a buffer for the answer; @out_len: how
 * many bytes the guest's writable part has room for, of which the first
 * viommu_req_max_answer() count. Returns the used length: all of it is
 * written, and nothing behind it. 0: not a request, return it as it came.
 */
size_t viommu_req_handle(ViommuDb *db, const uint8_t *in, size_t in_len, uint8_t *out,
                         size_t out_len);

/* False if it is too short for its type, or of no known type. */
bool viommu_req_decode(const uint8_t *in, size_t in_len, ViommuReq *req);

/* The 40 bytes of the configuration space, complete at any time. */
void viommu_req_encode_config(const ViommuDb *db, uint8_t out[VIOMMU_CONFIG_SIZE]);

/* A fault record: @reason VIOMMU_FAULT_R_*, @flags VIOMMU_FAULT_F_*. */
void viommu_req_encode_fault(uint8_t out[VIOMMU_FAULT_SIZE], uint8_t reason,
                             uint32_t flags, uint32_t endpoint_id, uint64_t address);

/* -------------------------------------------------- the driver's side -- */

/* Returns the length of the readable part; @out has VIOMMU_REQ_MAX_SIZE bytes. */
size_t viommu_req_encode(const ViommuReq *req, uint8_t *out);

/*
 * Reads the next property at *@offset of a PROBE answer of @size bytes (without
 * the tail) and moves *@offset behind it. Properties that are not regions are
 * skipped. False at the end of the list or if it is malformed.
 */
bool viommu_req_next_region(const uint8_t *properties, size_t size, size_t *offset,
                            ViommuRegion *region);

#endif
