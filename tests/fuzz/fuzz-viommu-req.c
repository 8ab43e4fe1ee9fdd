/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Request bytes to reply bytes, against a naive model: every reply and every
 * translation has to be what it says.
 *
 * Input: a byte of features, then records of
 *   room (index into a table of sizes of the writable part),
 *   length n, and n bytes of request as they are; or, with the top bit of the
 *   length set, seven bytes from which a plausible request is made.
 */
#include "viommu-model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PAGE MODEL_PAGE
#define TOP  MODEL_TOP

enum {
    N_ENDPOINTS = MODEL_ENDPOINTS, /* ids 0 to 3; endpoint 3 has the regions below */
    MAX_MAPPINGS = MODEL_MAPPINGS,
    MAX_DOMAINS = 3,
    MAX_DOMAIN_ID = 200,
    PROBE_SIZE = 64,
};

static const ViommuRange input_range = { 0, TOP - 0x100000 * PAGE };
static const ViommuRegion regions[] = {
    { { 40 * PAGE, 42 * PAGE - 1 }, VIOMMU_REGION_MSI },
    { { 50 * PAGE + 5, 50 * PAGE + 9 }, VIOMMU_REGION_RESERVED },
};
static const ModelConfig model_config = {
    .n_endpoints = N_ENDPOINTS,
    .with_regions = 1 << 3,
    .regions = regions,
    .n_regions = G_N_ELEMENTS(regions),
    .input_last = TOP - 0x100000 * PAGE,
    .domain_last = MAX_DOMAIN_ID,
    .max_domains = MAX_DOMAINS,
    .max_mappings = MAX_MAPPINGS,
};

/* ------------------------------------------------------------- the check -- */

typedef struct Fuzz {
    ViommuDb *db;
    ViommuEndpoint *ep[N_ENDPOINTS];
    Model model;
} Fuzz;

static void check_address(const Fuzz *f, uint32_t e, uint64_t iova)
{
    const Model *m = &f->model;
    ViommuResult expected = VIOMMU_UNATTACHED, result;
    uint64_t phys = iova;
    ViommuAnswer answer;

    if (m->attached[e]) {
        expected = m->bypass[e] ? VIOMMU_HIT : VIOMMU_UNMAPPED;
    }
    for (unsigned i = 0; m->attached[e] && i < m->n; i++) {
        const ModelMapping *x = &m->mapping[i];

        if (x->domain == m->domain[e] && x->start <= iova && iova <= x->last) {
            expected = x->flags & 1 ? VIOMMU_HIT : VIOMMU_DENIED;
            phys = x->phys + (iova - x->start);
        }
    }
    if (e == 3 && iova >= regions[0].range.start && iova <= regions[0].range.last) {
        expected = VIOMMU_HIT;
    }
    result = viommu_db_translate(f->ep[e], iova, VIOMMU_PERM_READ, &answer);
    g_assert_cmpint(result, ==, expected);
    if (result == VIOMMU_HIT) {
        g_assert_cmphex(viommu_answer_at(&answer, iova), ==, phys);
        g_assert_cmphex(answer.phys & answer.mask, ==, 0);
    }
}

static void check_around(const Fuzz *f, uint64_t a, uint64_t b)
{
    for (uint32_t e = 0; e < N_ENDPOINTS; e++) {
        check_address(f, e, a);
        check_address(f, e, a - 1);
        check_address(f, e, b);
        check_address(f, e, b + 1);
    }
    g_assert_cmpuint(viommu_db_mapping_count(f->db), ==, f->model.n);
    g_assert_cmpuint(viommu_db_domain_count(f->db), ==, model_count_domains(&f->model));
}

static void request(Fuzz *f, const uint8_t *in, size_t n, size_t room)
{
    uint8_t out[PROBE_SIZE + 64];
    size_t used, tail = 0;
    int status = room < 4 ? -1 : model_status(&f->model, in, n);

    memset(out, 0xee, sizeof(out));
    used = viommu_req_handle(f->db, in, n, out, room);
    if (status < 0) {
        g_assert_cmpuint(used, ==, 0);
    } else if (in[0] == VIRTIO_IOMMU_T_PROBE) {
        tail = MIN(room - 4, (size_t)PROBE_SIZE);
        status = tail < PROBE_SIZE ? VIRTIO_IOMMU_S_INVAL : status;
        g_assert_cmpuint(used, ==, tail + 4);
        g_assert_cmpuint(
            out[0], ==, tail == 0 ? status : status == VIRTIO_IOMMU_S_OK && in[4] == 3);
    } else {
        g_assert_cmpuint(used, ==, 4);
    }
    if (used) {
        g_assert_cmpuint(out[tail], ==, status);
        g_assert_cmpuint(out[tail + 1] | out[tail + 2] | out[tail + 3], ==, 0);
    }
    for (size_t i = used; i < sizeof(out); i++) {
        g_assert_cmpuint(out[i], ==, 0xee);
    }
    if (n >= 24) {
        uint64_t a, b;

        memcpy(&a, in + 8, 8);
        memcpy(&b, in + 16, 8);
        check_around(f, a, b);
    } else {
        check_around(f, 40 * PAGE, 50 * PAGE);
    }
}

/* Seven bytes to a request that has a chance. */
static size_t compact(const uint8_t *p, uint8_t *in)
{
    ViommuReq req = {
        .type = p[0] % 6,
        .domain_id = p[1] % 6,
        .endpoint_id = p[2] % 5,
        .virt_start = (p[3] & 63) * PAGE,
        .virt_last = (p[4] & 63) * PAGE + PAGE - 1,
        .phys_start = p[5] * PAGE,
        .flags = p[0] / 6 == 0 ? p[6] & 7 : p[6] & 3,
        .reserved = p[6] == 0xff,
    };

    if (p[3] & 64) {
        req.virt_start += input_range.last - 32 * PAGE + 1;
    }
    if (p[4] & 64) {
        req.virt_last += input_range.last - 32 * PAGE + 1;
    }
    if (p[4] == 0xff) {
        req.virt_last = TOP;
    }
    if (req.type == VIOMMU_T_ATTACH) {
        req.flags &= 1;
    }
    return viommu_req_encode(&req, in);
}

static void start(Fuzz *f, uint64_t features)
{
    const ViommuConfig config = {
        .features = VIOMMU_F_ALL,
        .page_size_mask = -PAGE,
        .input_range = input_range,
        .domain_last = MAX_DOMAIN_ID,
        .probe_size = PROBE_SIZE,
        .max_domains = MAX_DOMAINS,
        .max_mappings = MAX_MAPPINGS,
    };

    f->db = viommu_db_new(&config, NULL, NULL, NULL);
    viommu_db_set_features(f->db, features);
    f->model.config = &model_config;
    f->model.features = features & VIOMMU_F_ALL;
    for (uint32_t e = 0; e < N_ENDPOINTS; e++) {
        f->ep[e] = viommu_db_register(f->db, &e, 1, regions,
                                      e == 3 ? G_N_ELEMENTS(regions) : 0, NULL);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const size_t rooms[] = {
        4, 4, PROBE_SIZE + 4, PROBE_SIZE + 4, 0, 3, 5, PROBE_SIZE + 3, PROBE_SIZE + 40,
    };
    Fuzz f = { 0 };

    if (!size) {
        return 0;
    }
    start(&f, data[0] ^ VIOMMU_F_ALL);
    for (size_t at = 1; at + 2 <= size;) {
        size_t room = rooms[data[at] % G_N_ELEMENTS(rooms)];
        size_t n = data[at + 1], left = size - at - 2;
        uint8_t in[256];

        at += 2;
        if (n & 0x80) {
            if (left < 7) {
                break;
            }
            n = compact(data + at, in);
            at += 7;
        } else {
            n = MIN(n, left);
            memcpy(in, data + at, n);
            at += n;
        }
        request(&f, in, n, room);
    }
    viommu_db_free(f.db);
    return 0;
}
