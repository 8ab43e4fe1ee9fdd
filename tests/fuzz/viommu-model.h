/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A naive model of the device for the fuzz targets: lists that are searched from
 * one end to the other, written after the standard and not after the core. It says
 * what every request must be answered.
 */
#ifndef TESTS_FUZZ_VIOMMU_MODEL_H
#define TESTS_FUZZ_VIOMMU_MODEL_H

#include <glib.h>
#include <string.h>
#include "hw/virtio/viommu-req.h"
#include "standard-headers/linux/virtio_iommu.h"

#define MODEL_PAGE      UINT64_C(0x1000)
#define MODEL_TOP       UINT64_MAX
#define MODEL_ENDPOINTS 4
#define MODEL_MAPPINGS  24

typedef struct ModelMapping {
    uint32_t domain;
    uint64_t start, last, phys;
    uint32_t flags;
} ModelMapping;

/* What a device is. */
typedef struct ModelConfig {
    uint32_t first_id; /* of the endpoints; the others follow */
    uint32_t n_endpoints;
    uint32_t with_regions; /* bit n: endpoint n has the regions */
    const ViommuRegion *regions;
    unsigned n_regions;
    uint64_t input_last;
    uint32_t domain_last;
    unsigned max_domains;
    unsigned max_mappings;
} ModelConfig;

typedef struct Model {
    const ModelConfig *config;
    uint64_t features;
    ModelMapping mapping[MODEL_MAPPINGS];
    unsigned n;
    bool attached[MODEL_ENDPOINTS];
    uint32_t domain[MODEL_ENDPOINTS];
    bool bypass[MODEL_ENDPOINTS]; /* the kind of that domain */
} Model;

static inline bool model_has_regions(const Model *m, uint32_t e)
{
    return m->config->with_regions >> e & 1;
}

static inline bool model_endpoint(const Model *m, uint32_t id)
{
    return id - m->config->first_id < m->config->n_endpoints;
}

static inline int model_member_of(const Model *m, uint32_t domain)
{
    for (int e = 0; e < (int)m->config->n_endpoints; e++) {
        if (m->attached[e] && m->domain[e] == domain) {
            return e;
        }
    }
    return -1;
}

static inline unsigned model_count_domains(const Model *m)
{
    unsigned n = 0;

    for (int e = 0; e < (int)m->config->n_endpoints; e++) {
        n += m->attached[e] && model_member_of(m, m->domain[e]) == e;
    }
    return n;
}

static inline void model_forget(Model *m, unsigned i)
{
    m->mapping[i] = m->mapping[--m->n];
}

static inline void model_leave(Model *m, uint32_t e)
{
    m->attached[e] = false;
    for (unsigned i = m->n; i--;) {
        if (model_member_of(m, m->mapping[i].domain) < 0) {
            model_forget(m, i);
        }
    }
}

static inline bool model_touches(uint64_t a, uint64_t a_last, uint64_t b,
                                 uint64_t b_last)
{
    return !(a_last < b || b_last < a);
}

static inline bool model_region_on_mapping(const Model *m, uint32_t domain)
{
    for (unsigned i = 0; i < m->n; i++) {
        for (unsigned j = 0; j < m->config->n_regions; j++) {
            if (m->mapping[i].domain == domain &&
                model_touches(m->mapping[i].start, m->mapping[i].last,
                              m->config->regions[j].range.start,
                              m->config->regions[j].range.last)) {
                return true;
            }
        }
    }
    return false;
}

static inline int model_attach(Model *m, const struct virtio_iommu_req_attach *r)
{
    bool bypass = r->flags & VIRTIO_IOMMU_ATTACH_F_BYPASS;
    int peer = model_member_of(m, r->domain);
    uint32_t e = r->endpoint - m->config->first_id;
    unsigned domains;

    if (r->reserved[0] | r->reserved[1] | r->reserved[2] | r->reserved[3]) {
        return VIRTIO_IOMMU_S_INVAL;
    }
    if ((r->flags & ~1u) || (bypass && !(m->features & VIOMMU_F_BYPASS_CONFIG))) {
        return VIRTIO_IOMMU_S_INVAL;
    }
    if (e >= m->config->n_endpoints) {
        return VIRTIO_IOMMU_S_NOENT;
    }
    if (r->domain > m->config->domain_last) {
        return VIRTIO_IOMMU_S_RANGE;
    }
    if (peer >= 0 && m->bypass[peer] != bypass) {
        return VIRTIO_IOMMU_S_INVAL;
    }
    if (m->attached[e] && m->domain[e] == r->domain) {
        return VIRTIO_IOMMU_S_OK;
    }
    if (model_has_regions(m, e) && peer >= 0 && model_region_on_mapping(m, r->domain)) {
        return VIRTIO_IOMMU_S_UNSUPP;
    }
    if (peer < 0) {
        Model after = *m;

        after.attached[e] = false;
        domains = model_count_domains(&after);
        if (domains >= m->config->max_domains) {
            return VIRTIO_IOMMU_S_NOMEM;
        }
    }
    model_leave(m, e);
    m->attached[e] = true;
    m->domain[e] = r->domain;
    m->bypass[e] = bypass;
    return VIRTIO_IOMMU_S_OK;
}

static inline int model_detach(Model *m, const struct virtio_iommu_req_detach *r)
{
    uint32_t e = r->endpoint - m->config->first_id;

    if (e >= m->config->n_endpoints) {
        return VIRTIO_IOMMU_S_NOENT;
    }
    if (!m->attached[e] || m->domain[e] != r->domain) {
        return VIRTIO_IOMMU_S_INVAL;
    }
    model_leave(m, e);
    return VIRTIO_IOMMU_S_OK;
}

static inline bool model_domain_has_regions(const Model *m, uint32_t domain)
{
    for (uint32_t e = 0; e < m->config->n_endpoints; e++) {
        if (m->attached[e] && m->domain[e] == domain && model_has_regions(m, e)) {
            return true;
        }
    }
    return false;
}

static inline int model_map(Model *m, const struct virtio_iommu_req_map *r)
{
    uint32_t known = m->features & VIOMMU_F_MMIO ? 7 : 3;
    int peer = model_member_of(m, r->domain);
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
    if (a % MODEL_PAGE || b % MODEL_PAGE != MODEL_PAGE - 1 ||
        r->phys_start % MODEL_PAGE || b > m->config->input_last ||
        r->phys_start + (b - a) < r->phys_start) {
        return VIRTIO_IOMMU_S_RANGE;
    }
    for (unsigned j = 0;
         model_domain_has_regions(m, r->domain) && j < m->config->n_regions; j++) {
        if (model_touches(a, b, m->config->regions[j].range.start,
                          m->config->regions[j].range.last)) {
            return VIRTIO_IOMMU_S_INVAL;
        }
    }
    for (unsigned i = 0; i < m->n; i++) {
        if (m->mapping[i].domain == r->domain &&
            model_touches(a, b, m->mapping[i].start, m->mapping[i].last)) {
            return VIRTIO_IOMMU_S_INVAL;
        }
    }
    if (m->n == m->config->max_mappings) {
        return VIRTIO_IOMMU_S_NOMEM;
    }
    m->mapping[m->n++] = (ModelMapping){ r->domain, a, b, r->phys_start, r->flags };
    return VIRTIO_IOMMU_S_OK;
}

static inline int model_unmap(Model *m, const struct virtio_iommu_req_unmap *r)
{
    int peer = model_member_of(m, r->domain);

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
            model_touches(x->start, x->last, r->virt_start, r->virt_end) &&
            (x->start < r->virt_start || x->last > r->virt_end)) {
            return VIRTIO_IOMMU_S_RANGE;
        }
    }
    for (unsigned i = m->n; i--;) {
        if (m->mapping[i].domain == r->domain && m->mapping[i].start >= r->virt_start &&
            m->mapping[i].last <= r->virt_end) {
            model_forget(m, i);
        }
    }
    return VIRTIO_IOMMU_S_OK;
}

/* The status the model gives; -1: not a request. */
static inline int model_status(Model *m, const uint8_t *in, size_t n)
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
        return model_endpoint(m, r.probe.endpoint) ? VIRTIO_IOMMU_S_OK
                                                   : VIRTIO_IOMMU_S_NOENT;
    default:
        return -1;
    }
}

#endif
