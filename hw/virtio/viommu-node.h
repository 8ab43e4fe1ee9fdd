/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nodes of viommu-tree: layout, search, and building new ones from old ones.
 *
 * A leaf holds its entries as three arrays, ordered so that a lookup touches as
 * few cache lines as can be: the flags (a byte each, in the line of the
 * header), the packed keys it searches, and where the range ends and what it
 * maps to. The key of an entry is the start of its range.
 *
 * An inner node holds n keys and n children. Child i has the entries from
 * key[i] up to, not including, key[i + 1], and every one of them also *ends*
 * before key[i + 1]: so the entry that contains an address is always in the
 * leaf that the search for the address leads to. key[0] is never looked at:
 * whatever is smaller belongs to child 0.
 *
 * But for the children of inner nodes nothing is written after a node is shown.
 */
#ifndef HW_VIRTIO_VIOMMU_NODE_H
#define HW_VIRTIO_VIOMMU_NODE_H

#include "viommu-map.h"
#include "viommu-tree.h"

enum { NODE_MAX = 32 }; /* entries; measured, see docs/devel/map.rst */

struct ViommuNode {
    uint32_t n;
    uint32_t level;  /* 0: a leaf */
    uint64_t data[]; /* the arrays, through the functions below */
};

typedef struct NodeSpan {
    uint64_t last;
    uint64_t value;
} NodeSpan;

static inline uint8_t *leaf_flags(const ViommuNode *leaf)
{
    return (uint8_t *)leaf->data;
}

static inline uint64_t *leaf_keys(const ViommuNode *leaf)
{
    return (uint64_t *)leaf->data + (leaf->n + 7) / 8;
}

static inline NodeSpan *leaf_spans(const ViommuNode *leaf)
{
    return (NodeSpan *)(leaf_keys(leaf) + leaf->n);
}

static inline uint64_t *inner_keys(const ViommuNode *inner)
{
    return (uint64_t *)inner->data;
}

static inline ViommuNode **inner_children(const ViommuNode *inner)
{
    return (ViommuNode **)(inner_keys(inner) + inner->n);
}

/* How many of the @n ascending keys are <= @addr. No branch depends on a key.
 */
static inline unsigned keys_rank(const uint64_t *keys, unsigned n, uint64_t addr)
{
    const uint64_t *base = keys;

    if (!n) {
        return 0;
    }
    while (n > 1) {
        unsigned half = n / 2;

        base += -(uintptr_t)(base[half - 1] <= addr) & half;
        n -= half;
    }
    return (base - keys) + (*base <= addr);
}

/* The child whose part of the address space @addr lies in. */
static inline unsigned inner_find(const ViommuNode *inner, uint64_t addr)
{
    return keys_rank(inner_keys(inner) + 1, inner->n - 1, addr);
}

static inline ViommuNode *inner_child(const ViommuNode *inner, unsigned i)
{
    return __atomic_load_n(&inner_children(inner)[i], __ATOMIC_ACQUIRE);
}

static inline void leaf_get(const ViommuNode *leaf, unsigned i, ViommuMapping *mapping)
{
    NodeSpan *span = &leaf_spans(leaf)[i];

    mapping->iova = (ViommuRange){ leaf_keys(leaf)[i], span->last };
    mapping->phys = span->value;
    mapping->flags = leaf_flags(leaf)[i];
}

/* The first address that a subtree has an entry for. */
uint64_t node_first_key(const ViommuNode *node);

size_t node_size(const ViommuNode *node);
ViommuNode *node_new(unsigned n, unsigned level);

/*
 * The builders return a new node and leave their arguments alone. It may have
 * one entry more than NODE_MAX: then node_split() must follow.
 */
ViommuNode *leaf_with(const ViommuNode *leaf, unsigned at,
                      const ViommuMapping *mapping);
ViommuNode *leaf_of(const ViommuNode *leaf, const uint8_t *index, unsigned n);
ViommuNode *inner_of(ViommuNode *const *children, const uint64_t *keys, unsigned n,
                     unsigned level);

/* Entries [@from, @from + @n) of a node of either kind. */
ViommuNode *node_part(const ViommuNode *node, unsigned from, unsigned n);

/* All of @lo, then all of @hi, whose part of the address space begins at
 * @hi_key. */
ViommuNode *node_join(const ViommuNode *lo, const ViommuNode *hi, uint64_t hi_key);

#endif
