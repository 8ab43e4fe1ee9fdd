/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The textbook baseline: two trees, heap-allocated intervals, one mutex. */
#include <glib.h>
#include "viommu-bench.h"

enum { THE_ENDPOINT = 8, THE_DOMAIN = 1 };

typedef struct Interval {
    uint64_t low;
    uint64_t high;
} Interval;

typedef struct Target {
    uint64_t phys;
    uint32_t flags;
} Target;

typedef struct BaselineDomain {
    uint32_t id;
    GTree *mappings; /* Interval -> Target */
} BaselineDomain;

typedef struct BaselineEndpoint {
    uint32_t id;
    BaselineDomain *domain;
} BaselineEndpoint;

struct Baseline {
    GRecMutex lock;
    GTree *endpoints;
    GTree *domains;
    BaselineDomain domain;
    BaselineEndpoint endpoint;
};

static gint compare_ids(gconstpointer a, gconstpointer b, gpointer opaque)
{
    guint x = GPOINTER_TO_UINT(a), y = GPOINTER_TO_UINT(b);

    return x < y ? -1 : x > y;
}

/* Intervals that overlap are equal: a lookup finds the one around an address. */
static gint compare_intervals(gconstpointer a, gconstpointer b, gpointer opaque)
{
    const Interval *x = a, *y = b;

    return x->high < y->low ? -1 : y->high < x->low;
}

Baseline *baseline_new(void)
{
    Baseline *b = g_new0(Baseline, 1);

    g_rec_mutex_init(&b->lock);
    b->endpoints = g_tree_new_full(compare_ids, NULL, NULL, NULL);
    b->domains = g_tree_new_full(compare_ids, NULL, NULL, NULL);
    b->domain.id = THE_DOMAIN;
    b->domain.mappings = g_tree_new_full(compare_intervals, NULL, g_free, g_free);
    b->endpoint = (BaselineEndpoint){ THE_ENDPOINT, &b->domain };
    g_tree_insert(b->endpoints, GUINT_TO_POINTER(THE_ENDPOINT), &b->endpoint);
    g_tree_insert(b->domains, GUINT_TO_POINTER(THE_DOMAIN), &b->domain);
    return b;
}

void baseline_free(Baseline *b)
{
    g_tree_unref(b->domain.mappings);
    g_tree_unref(b->domains);
    g_tree_unref(b->endpoints);
    g_rec_mutex_clear(&b->lock);
    g_free(b);
}

bool baseline_map(Baseline *b, uint64_t start, uint64_t last, uint64_t phys,
                  uint32_t flags)
{
    Interval *interval;
    BaselineDomain *domain;
    Target *target;
    bool taken;

    g_rec_mutex_lock(&b->lock);
    domain = g_tree_lookup(b->domains, GUINT_TO_POINTER(THE_DOMAIN));
    interval = g_new0(Interval, 1);
    *interval = (Interval){ start, last };
    taken = g_tree_lookup(domain->mappings, interval) != NULL;
    if (taken) {
        g_free(interval);
    } else {
        target = g_new0(Target, 1);
        *target = (Target){ phys, flags };
        g_tree_insert(domain->mappings, interval, target);
    }
    g_rec_mutex_unlock(&b->lock);
    return !taken;
}

bool baseline_unmap(Baseline *b, uint64_t start, uint64_t last)
{
    Interval range = { start, last };
    BaselineDomain *domain;
    gpointer key, value;
    bool whole = true;

    g_rec_mutex_lock(&b->lock);
    domain = g_tree_lookup(b->domains, GUINT_TO_POINTER(THE_DOMAIN));
    while (g_tree_lookup_extended(domain->mappings, &range, &key, &value)) {
        Interval *interval = key;

        if (interval->low < start || interval->high > last) {
            whole = false;
            break;
        }
        g_tree_remove(domain->mappings, interval);
    }
    g_rec_mutex_unlock(&b->lock);
    return whole;
}

bool baseline_translate(Baseline *b, uint64_t iova, uint32_t want, ViommuAnswer *answer)
{
    Interval at = { iova, iova };
    BaselineEndpoint *endpoint;
    gpointer key, value;
    bool hit = false;

    g_rec_mutex_lock(&b->lock);
    endpoint = g_tree_lookup(b->endpoints, GUINT_TO_POINTER(THE_ENDPOINT));
    if (endpoint && endpoint->domain &&
        g_tree_lookup_extended(endpoint->domain->mappings, &at, &key, &value)) {
        Interval *interval = key;
        Target *target = value;

        answer->mask = BENCH_PAGE - 1;
        answer->phys = (iova & ~answer->mask) - interval->low + target->phys;
        answer->flags = target->flags;
        hit = (target->flags & want) == want;
    }
    g_rec_mutex_unlock(&b->lock);
    return hit;
}
