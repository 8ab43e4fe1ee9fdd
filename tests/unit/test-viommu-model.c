/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The core against the simplest thing that could be right: an array of pages.
 *
 * Random ATTACH, DETACH, MAP, UNMAP and reset on a few endpoints and domains,
 * over an address space of 256 pages; after each, the status and a translation
 * must be what the arrays say. VIOMMU_MODEL_OPS and VIOMMU_MODEL_SEED change
 * the length of the run and repeat one.
 */
#include <glib.h>
#include <stdlib.h>
#include <string.h>
#include "hw/virtio/viommu-db.h"

#define PAGE UINT64_C(0x1000)

enum {
    N_PAGES = 256,
    N_DOMAINS = 3,
    N_ENDPOINTS = 4,
    RESERVED_FIRST = 200, /* pages of a region that endpoint 0 alone has */
    RESERVED_LAST = 203,
};

typedef struct ModelPage {
    unsigned mapping; /* 0: none; pages of one mapping have the same number */
    uint64_t phys;
    uint32_t flags;
} ModelPage;

typedef struct ModelDomain {
    bool exists;
    bool bypass;
    ModelPage page[N_PAGES];
} ModelDomain;

typedef struct Model {
    ViommuDb *db;
    ViommuEndpoint *ep[N_ENDPOINTS];
    GRand *rand;
    uint64_t base; /* IOVA of page 0 */
    unsigned last_mapping;
    int in[N_ENDPOINTS]; /* domain of each endpoint; -1: none */
    bool bypass;
    ModelDomain domain[N_DOMAINS];
} Model;

static unsigned members(const Model *t, int d)
{
    unsigned n = 0;

    for (int e = 0; e < N_ENDPOINTS; e++) {
        n += t->in[e] == d;
    }
    return n;
}

static void model_leave(Model *t, int e)
{
    int d = t->in[e];

    t->in[e] = -1;
    if (d >= 0 && !members(t, d)) {
        memset(&t->domain[d], 0, sizeof(t->domain[d]));
    }
}

static bool reserved_page_mapped(const ModelDomain *domain)
{
    for (int p = RESERVED_FIRST; p <= RESERVED_LAST; p++) {
        if (domain->page[p].mapping) {
            return true;
        }
    }
    return false;
}

static ViommuStatus model_attach(Model *t, int d, int e, bool bypass)
{
    ModelDomain *domain = &t->domain[d];

    if (e >= N_ENDPOINTS) {
        return VIOMMU_S_NOENT;
    }
    if (domain->exists && domain->bypass != bypass) {
        return VIOMMU_S_INVAL;
    }
    if (t->in[e] == d) {
        return VIOMMU_S_OK;
    }
    if (e == 0 && domain->exists && reserved_page_mapped(domain)) {
        return VIOMMU_S_UNSUPP;
    }
    model_leave(t, e);
    domain->exists = true;
    domain->bypass = bypass;
    t->in[e] = d;
    return VIOMMU_S_OK;
}

static ViommuStatus model_detach(Model *t, int d, int e)
{
    if (e >= N_ENDPOINTS) {
        return VIOMMU_S_NOENT;
    }
    if (t->in[e] != d) {
        return VIOMMU_S_INVAL;
    }
    model_leave(t, e);
    return VIOMMU_S_OK;
}

static ViommuStatus model_map(Model *t, int d, int first, int last, uint64_t phys,
                              uint32_t flags)
{
    ModelDomain *domain = &t->domain[d];

    if (flags > 7) {
        return VIOMMU_S_INVAL;
    }
    if (!domain->exists) {
        return VIOMMU_S_NOENT;
    }
    if (domain->bypass || last < first) {
        return VIOMMU_S_INVAL;
    }
    if (t->in[0] == d && first <= RESERVED_LAST && last >= RESERVED_FIRST) {
        return VIOMMU_S_INVAL;
    }
    for (int p = first; p <= last; p++) {
        if (domain->page[p].mapping) {
            return VIOMMU_S_INVAL;
        }
    }
    t->last_mapping++;
    for (int p = first; p <= last; p++) {
        domain->page[p] =
            (ModelPage){ t->last_mapping, phys + (p - first) * PAGE, flags };
    }
    return VIOMMU_S_OK;
}

static ViommuStatus model_unmap(Model *t, int d, int first, int last)
{
    ModelDomain *domain = &t->domain[d];
    ModelPage *page = domain->page;

    if (!domain->exists) {
        return VIOMMU_S_NOENT;
    }
    if (domain->bypass || last < first) {
        return VIOMMU_S_INVAL;
    }
    if ((first > 0 && page[first].mapping &&
         page[first].mapping == page[first - 1].mapping) ||
        (last + 1 < N_PAGES && page[last].mapping &&
         page[last].mapping == page[last + 1].mapping)) {
        return VIOMMU_S_RANGE;
    }
    memset(page + first, 0, (last - first + 1) * sizeof(page[0]));
    return VIOMMU_S_OK;
}

static ViommuResult model_translate(const Model *t, int e, int p, uint32_t want)
{
    const ModelPage *page;

    if (t->in[e] < 0) {
        return t->bypass ? VIOMMU_HIT : VIOMMU_UNATTACHED;
    }
    if (t->domain[t->in[e]].bypass) {
        return VIOMMU_HIT;
    }
    page = &t->domain[t->in[e]].page[p];
    if (!page->mapping) {
        return VIOMMU_UNMAPPED;
    }
    return (page->flags & want) == want ? VIOMMU_HIT : VIOMMU_DENIED;
}

static uint64_t model_phys(const Model *t, int e, int p)
{
    if (t->in[e] < 0 || t->domain[t->in[e]].bypass) {
        return t->base + p * PAGE;
    }
    return t->domain[t->in[e]].page[p].phys;
}

static void check_translate(Model *t)
{
    int e = g_rand_int_range(t->rand, 0, N_ENDPOINTS);
    int p = g_rand_int_range(t->rand, 0, N_PAGES);
    uint32_t want = g_rand_int_range(t->rand, 0, 4);
    uint64_t offset = g_rand_int_range(t->rand, 0, PAGE);
    uint64_t iova = t->base + p * PAGE + offset;
    ViommuAnswer answer = { 0 };
    ViommuResult expected = model_translate(t, e, p, want);

    g_assert_cmpint(viommu_db_translate(t->ep[e], iova, want, &answer), ==, expected);
    if (expected == VIOMMU_HIT) {
        g_assert_cmphex(viommu_answer_at(&answer, iova), ==,
                        model_phys(t, e, p) + offset);
        g_assert_cmphex(answer.phys & answer.mask, ==, 0);
    }
}

static void random_pages(Model *t, int *first, int *last)
{
    /* Mostly single pages, so that windows open; now and then all or inverted. */
    int kind = g_rand_int_range(t->rand, 0, 100);

    *first = g_rand_int_range(t->rand, 0, N_PAGES);
    if (kind < 80) {
        *last = *first;
    } else if (kind < 98) {
        *last = *first + g_rand_int_range(t->rand, 0, 12);
        *last = MIN(*last, N_PAGES - 1);
    } else if (kind == 98) {
        *first = 0;
        *last = N_PAGES - 1;
    } else {
        *last = g_rand_int_range(t->rand, 0, N_PAGES);
    }
}

static void step(Model *t)
{
    int kind = g_rand_int_range(t->rand, 0, 1000);
    int d = g_rand_int_range(t->rand, 0, N_DOMAINS), first, last;
    int e = g_rand_int_range(t->rand, 0, N_ENDPOINTS + 1);
    bool bypass = g_rand_int_range(t->rand, 0, 8) == 0;
    uint64_t phys = g_rand_int(t->rand) * PAGE;
    uint32_t flags = g_rand_int_range(t->rand, 0, 9);
    ViommuMapping mapping;
    ViommuRange range;

    random_pages(t, &first, &last);
    range.start = t->base + first * PAGE;
    range.last = t->base + (last + 1) * PAGE - 1;
    mapping = (ViommuMapping){ range, phys, flags };
    if (kind < 30) {
        g_assert_cmpint(
            viommu_db_attach(t->db, d, e, bypass ? VIOMMU_ATTACH_F_BYPASS : 0), ==,
            model_attach(t, d, e, bypass));
    } else if (kind < 40) {
        g_assert_cmpint(viommu_db_detach(t->db, d, e), ==, model_detach(t, d, e));
    } else if (kind < 41) {
        t->bypass = !t->bypass;
        viommu_db_set_bypass(t->db, t->bypass);
    } else if (kind == 999 && g_rand_int_range(t->rand, 0, 20) == 0) {
        viommu_db_reset(t->db);
        viommu_db_set_features(t->db, VIOMMU_F_ALL);
        for (int i = 0; i < N_ENDPOINTS; i++) {
            model_leave(t, i);
        }
    } else if (kind < 600) {
        g_assert_cmpint(viommu_db_map(t->db, d, &mapping), ==,
                        model_map(t, d, first, last, phys, flags));
    } else {
        g_assert_cmpint(viommu_db_unmap(t->db, d, range), ==,
                        model_unmap(t, d, first, last));
    }
}

static bool one_mapping(void *opaque, const ViommuDomainInfo *info)
{
    Model *t = opaque;
    const ModelPage *page = t->domain[info->domain_id].page;
    size_t n = 0;

    for (int p = 0; p < N_PAGES; p++) {
        n += page[p].mapping && (!p || page[p].mapping != page[p - 1].mapping);
    }
    g_assert_cmpuint(n, ==, info->n_mappings);
    g_assert_cmpuint(members(t, info->domain_id), ==, info->n_endpoints);
    return true;
}

static void run_at(uint64_t base, guint32 seed, unsigned long ops)
{
    const ViommuConfig config = {
        .features = VIOMMU_F_ALL,
        .page_size_mask = -PAGE,
        .input_range = { 0, UINT64_MAX },
        .domain_last = UINT32_MAX,
        .probe_size = 512,
        .max_domains = N_DOMAINS,
        .max_mappings = N_PAGES * N_DOMAINS,
    };
    const ViommuRegion region = {
        .range = { base + RESERVED_FIRST * PAGE,
                   base + (RESERVED_LAST + 1) * PAGE - 1 },
    };
    g_autofree Model *t = g_new0(Model, 1);

    t->rand = g_rand_new_with_seed(seed);
    t->base = base;
    t->db = viommu_db_new(&config, NULL, NULL, NULL);
    viommu_db_set_features(t->db, VIOMMU_F_ALL);
    for (uint32_t e = 0; e < N_ENDPOINTS; e++) {
        t->ep[e] = viommu_db_register(t->db, &e, 1, &region, e == 0, NULL);
        t->in[e] = -1;
    }
    for (unsigned long i = 0; i < ops; i++) {
        step(t);
        check_translate(t);
        if (i % 4096 == 0) {
            viommu_db_for_each_domain(t->db, one_mapping, t);
        }
    }
    viommu_db_free(t->db);
    g_rand_free(t->rand);
}

/* At the bottom, at the top, and across a window's boundary in the middle. */
static void test_model(void)
{
    const uint64_t bases[] = { 0, -(N_PAGES * PAGE), (UINT64_C(1) << 40) - 100 * PAGE };
    const char *env_seed = g_getenv("VIOMMU_MODEL_SEED");
    const char *env_ops = g_getenv("VIOMMU_MODEL_OPS");
    guint32 seed = env_seed ? g_ascii_strtoull(env_seed, NULL, 0) : g_random_int();
    unsigned long ops = env_ops ? g_ascii_strtoull(env_ops, NULL, 0) : 1000000;

    g_test_message("VIOMMU_MODEL_SEED=%u VIOMMU_MODEL_OPS=%lu", seed, ops);
    for (unsigned i = 0; i < G_N_ELEMENTS(bases); i++) {
        run_at(bases[i], seed + i, ops / G_N_ELEMENTS(bases) + 1);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/viommu-model/random-operations", test_model);
    return g_test_run();
}
