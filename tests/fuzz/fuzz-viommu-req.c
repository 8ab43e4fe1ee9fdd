/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Request bytes to reply bytes, against a naive model: lists that are searched
 * from one end to the other, written after the standard and not after the core.
 * Every reply and every translation has to be what the model says.
 *
 * Input: a byte of features, then records of
 *   room (index into a table of sizes of the writable part),
 *   length n, and n bytes of request as they are; or, with the top bit of the
 *   length set, seven bytes from which a plausible request is made.
 */
#include <glib.h>
#include <string.h>
#include "hw/virtio/viommu-req.h"
#include "standard-headers/linux/virtio_iommu.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PAGE UINT64_C(0x1000)
#define TOP  UINT64_MAX

enum {
    N_ENDPOINTS = 4, /* ids 0 to 3; endpoint 3 has the regions below */
    MAX_MAPPINGS = 24,
    MAX_DOMAINS = 3,
    MAX_DOMAIN_ID = 200,
    PROBE_SIZE = 64,
};

static const ViommuRange input_range = { 0, TOP - 0x100000 * PAGE };
static const ViommuRegion regions[] = {
    { { 40 * PAGE, 42 * PAGE - 1 }, VIOMMU_REGION_MSI },
    { { 50 * PAGE + 5, 50 * PAGE + 9 }, VIOMMU_REGION_RESERVED },
};

/* ---------------------------------------------------------------- model -- */

typedef struct ModelMapping {
    uint32_t domain;
    uint64_t start, last, phys;
    uint32_t flags;
} ModelMapping;

typedef struct Model {
    uint64_t features;
    ModelMapping mapping[MAX_MAPPINGS];
    unsigned n;
    bool attached[N_ENDPOINTS];
    uint32_t domain[N_ENDPOINTS];
    bool bypass[N_ENDPOINTS]; /* the kind of that domain */
} Model;

static int member_of(const Model *m, uint32_t domain)
{
    for (int e = 0; e < N_ENDPOINTS; e++) {
        if (m->attached[e] && m->domain[e] == domain) {
            return e;
        }
    }
    return -1;
}

static unsigned count_domains(const Model *m)
{
    unsigned n = 0;

    for (int e = 0; e < N_ENDPOINTS; e++) {
        n += m->attached[e] && member_of(m, m->domain[e]) == e;
    }
    return n;
}

static void forget(Model *m, unsigned i)
{
    m->mapping[i] = m->mapping[--m->n];
}

static void leave(Model *m, uint32_t e)
{
    m->attached[e] = false;
    for (unsigned i = m->n; i--;) {
        if (member_of(m, m->mapping[i].domain) < 0) {
            forget(m, i);
        }
    }
}

static bool touches(uint64_t a, uint64_t a_last, uint64_t b, uint64_t b_last)
{
    return !(a_last < b || b_last < a);
}

static bool region_on_mapping(const Model *m, uint32_t domain)
{
    for (unsigned i = 0; i < m->n; i++) {
        for (unsigned j = 0; j < G_N_ELEMENTS(regions); j++) {
            if (m->mapping[i].domain == domain &&
                touches(m->mapping[i].start, m->mapping[i].last, regions[j].range.start,
                        regions[j].range.last)) {
                return true;
            }
        }
    }
    return false;
}

static int model_attach(Model *m, const struct virtio_iommu_req_attach *r)
{
    bool bypass = r->flags & VIRTIO_IOMMU_ATTACH_F_BYPASS;
    int peer = member_of(m, r->domain);
    uint32_t e = r->endpoint;
    unsigned domains;

    if (r->reserved[0] | r->reserved[1] | r->reserved[2] | r->reserved[3]) {
        return VIRTIO_IOMMU_S_INVAL;
    }
    if ((r->flags & ~1u) || (bypass && !(m->features & VIOMMU_F_BYPASS_CONFIG))) {
        return VIRTIO_IOMMU_S_INVAL;
    }
    if (e >= N_ENDPOINTS) {
        return VIRTIO_IOMMU_S_NOENT;
    }
    if (r->domain > MAX_DOMAIN_ID) {
        return VIRTIO_IOMMU_S_RANGE;
    }
    if (peer >= 0 && m->bypass[peer] != bypass) {
        return VIRTIO_IOMMU_S_INVAL;
    }
    if (m->attached[e] && m->domain[e] == r->domain) {
        return VIRTIO_IOMMU_S_OK;
    }
    if (e == 3 && peer >= 0 && region_on_mapping(m, r->domain)) {
        return VIRTIO_IOMMU_S_UNSUPP;
    }
    if (peer < 0) {
        Model after = *m;

        after.attached[e] = false;
        domains = count_domains(&after);
        if (domains >= MAX_DOMAINS) {
            return VIRTIO_IOMMU_S_NOMEM;
        }
    }
    leave(m, e);
    m->attached[e] = true;
    m->domain[e] = r->domain;
    m->bypass[e] = bypass;
    return VIRTIO_IOMMU_S_OK;
}

static int model_detach(Model *m, const struct virtio_iommu_req_detach *r)
{
    if (r->endpoint >= N_ENDPOINTS) {
        return VIRTIO_IOMMU_S_NOENT;
    }
    if (!m->attached[r->endpoint] || m->domain[r->endpoint] != r->domain) {
        return VIRTIO_IOMMU_S_INVAL;
    }
    leave(m, r->endpoint);
    return VIRTIO_IOMMU_S_OK;
}

static bool has_regions(const Model *m, uint32_t domain)
{
    return m->attached[3] && m->domain[3] == domain;
}

static int model_map(Model *m, const struct virtio_iommu_req_map *r)
{
    uint32_t known = m->features & VIOMMU_F_MMIO ? 7 : 3;
    int peer = member_of(m, r->domain);
    uint64_t a = r->virt_start, b = r->virt_end;

    if (!(m->features & VIOMMU_F_MAP_UNMAP)) {
        return VIRTIO_IOMMU_S_UNSUPP;
    }
    if (r->flags & ~known) {
        return VIRTIO_IOMMU_S_INVAL;
    }
    if (peer < 0) {
        return VIRTIO_IOMMU_S_NOENT;
    }
    if (m->bypass[peer] || b < a) {
        return VIRTIO_IOMMU_S_INVAL;
    }
    if (a % PAGE || b % PAGE != PAGE - 1 || r->phys_start % PAGE ||
        b > input_range.last || r->phys_start + (b - a) < r->phys_start) {
        return VIRTIO_IOMMU_S_RANGE;
    }
    for (unsigned j = 0; has_regions(m, r->domain) && j < G_N_ELEMENTS(regions); j++) {
        if (touches(a, b, regions[j].range.start, regions[j].range.last)) {
            return VIRTIO_IOMMU_S_INVAL;
        }
    }
    for (unsigned i = 0; i < m->n; i++) {
        if (m->mapping[i].domain == r->domain &&
            touches(a, b, m->mapping[i].start, m->mapping[i].last)) {
            return VIRTIO_IOMMU_S_INVAL;
        }
    }
    if (m->n == MAX_MAPPINGS) {
        return VIRTIO_IOMMU_S_NOMEM;
    }
    m->mapping[m->n++] = (ModelMapping){ r->domain, a, b, r->phys_start, r->flags };
    return VIRTIO_IOMMU_S_OK;
}

static int model_unmap(Model *m, const struct virtio_iommu_req_unmap *r)
{
    int peer = member_of(m, r->domain);

    if (r->reserved[0] | r->reserved[1] | r->reserved[2] | r->reserved[3]) {
        return VIRTIO_IOMMU_S_INVAL;
    }
    if (!(m->features & VIOMMU_F_MAP_UNMAP)) {
        return VIRTIO_IOMMU_S_UNSUPP;
    }
    if (peer < 0) {
        return VIRTIO_IOMMU_S_NOENT;
    }
    if (m->bypass[peer] || r->virt_end < r->virt_start) {
        return VIRTIO_IOMMU_S_INVAL;
    }
    for (unsigned i = 0; i < m->n; i++) {
        const ModelMapping *x = &m->mapping[i];

        if (x->domain == r->domain &&
            touches(x->start, x->last, r->virt_start, r->virt_end) &&
            (x->start < r->virt_start || x->last > r->virt_end)) {
            return VIRTIO_IOMMU_S_RANGE;
        }
    }
    for (unsigned i = m->n; i--;) {
        if (m->mapping[i].domain == r->domain && m->mapping[i].start >= r->virt_start &&
            m->mapping[i].last <= r->virt_end) {
            forget(m, i);
        }
    }
    return VIRTIO_IOMMU_S_OK;
}

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
        g_assert_cmphex(answer.phys + (iova - answer.iova), ==, phys);
        g_assert_cmphex((answer.iova | answer.phys) & answer.mask, ==, 0);
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
    g_assert_cmpuint(viommu_db_domain_count(f->db), ==, count_domains(&f->model));
}

/* The status the model gives; -1: not a request. */
static int model_status(Model *m, const uint8_t *in, size_t n)
{
    union {
        struct virtio_iommu_req_attach attach;
        struct virtio_iommu_req_detach detach;
        struct virtio_iommu_req_map map;
        struct virtio_iommu_req_unmap unmap;
        struct virtio_iommu_req_probe probe;
        uint8_t bytes[72];
    } r = { .bytes = { 0 } };

    memcpy(r.bytes, in, MIN(n, sizeof(r.bytes)));
    switch (n >= 4 ? in[0] : 0) {
    case VIRTIO_IOMMU_T_ATTACH:
        return n < 20 ? -1 : model_attach(m, &r.attach);
    case VIRTIO_IOMMU_T_DETACH:
        return n < 20 ? -1 : model_detach(m, &r.detach);
    case VIRTIO_IOMMU_T_MAP:
        return n < 36 ? -1 : model_map(m, &r.map);
    case VIRTIO_IOMMU_T_UNMAP:
        return n < 28 ? -1 : model_unmap(m, &r.unmap);
    case VIRTIO_IOMMU_T_PROBE:
        if (n < 72 || !(m->features & VIOMMU_F_PROBE)) {
            return -1;
        }
        return r.probe.endpoint < N_ENDPOINTS ? VIRTIO_IOMMU_S_OK
                                              : VIRTIO_IOMMU_S_NOENT;
    default:
        return -1;
    }
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
