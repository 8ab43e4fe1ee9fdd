/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nodes of viommu-tree: layout, search, and building new ones from old ones.
 *
 * A leaf holds its entries as two arrays, ordered so that a lookup touches as
 * few cache lines as can be: the packed keys it searches, and where each range
 * ends and what it maps to. The key of an entry is the start of its range.
 *
 * The value of an entry is one word, the address with the flags in its low bits,
 * and it alone may change.
 *
 * An inner node holds n keys and n children. Child i has the entries from
 * key[i] up to, not including, key[i + 1], and every one of them also *ends*
 * before key[i + 1]: so the entry that contains an address is always in the
 * leaf that the search for the address leads to. key[0] is never looked at:
 * whatever is smaller belongs to child 0.
 *
 * But for these values, and the children of inner nodes, nothing that a reader
 * looks at is written after a node is shown.
 */
#ifndef HW_VIRTIO_VIOMMU_NODE_H
#define HW_VIRTIO_VIOMMU_NODE_H

#include "viommu-map.h"
#include "viommu-tree.h"

enum { NODE_MAX = 32 }; /* entries; measured, see docs/devel/map.rst */

/* Bits of a value below the address: VIOMMU_PERM_*. */
enum { VALUE_FLAGS = 7 };

struct ViommuNode {
    uint32_t n;
    uint32_t level;  /* 0: a leaf */
    uint64_t data[]; /* the arrays, through the functions below */
};

typedef struct NodeSpan {
    uint64_t last;
    uint64_t value; /* atomic */
} NodeSpan;

static inline uint64_t *leaf_keys(const ViommuNode *leaf)
{
    return (uint64_t *)leaf->data;
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

/* How many of the @n ascending keys are <= @addr. No branch depends on a key. */
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

static inline ViommuMapping leaf_get(const ViommuNode *leaf, unsigned i)
{
    NodeSpan *span = &leaf_spans(leaf)[i];
    uint64_t value = __atomic_load_n(&span->value, __ATOMIC_ACQUIRE);

    return (ViommuMapping){
        .iova = { leaf_keys(leaf)[i], span->last },
        .phys = value & ~(uint64_t)VALUE_FLAGS,
        .flags = value & VALUE_FLAGS,
    };
}

static inline uint64_t value_of(const ViommuMapping *mapping)
{
    return mapping->phys | mapping->flags;
}

/* The writer's: what readers see of the entry from now on. */
static inline void leaf_set(ViommuNode *leaf, unsigned i, const ViommuMapping *mapping)
{
    __atomic_store_n(&leaf_spans(leaf)[i].value, value_of(mapping), __ATOMIC_RELEASE);
}

size_t node_size(const ViommuNode *node);
ViommuNode *node_new(unsigned n, unsigned level);

/*
 * The builders return a new node and leave their arguments alone. It may have
 * one entry more than NODE_MAX, and has to be split then.
 */
/* @leaf may be NULL. */
ViommuNode *leaf_with(const ViommuNode *leaf, unsigned at,
                      const ViommuMapping *mapping);
/* Some entries. */
ViommuNode *leaf_of(const ViommuNode *leaf, const uint8_t *index, unsigned n);
ViommuNode *inner_of(ViommuNode *const *children, const uint64_t *keys, unsigned n,
                     unsigned level);

/* Entries [@from, @from + @n) of a node of either kind. */
ViommuNode *node_part(const ViommuNode *node, unsigned from, unsigned n);

/* All of @lo, then all of @hi, whose part of the address space begins at @hi_key. */
ViommuNode *node_join(const ViommuNode *lo, const ViommuNode *hi, uint64_t hi_key);

#endif
