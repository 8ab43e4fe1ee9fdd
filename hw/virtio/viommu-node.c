/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Nodes of viommu-tree: building new ones from old ones. */
#include "viommu-node.h"
#include <glib.h>
#include <string.h>

static size_t size_for(unsigned n, unsigned level)
{
    size_t payload = level ? sizeof(ViommuNode *) : sizeof(NodeSpan);

    return sizeof(ViommuNode) + n * (sizeof(uint64_t) + payload);
}

size_t node_size(const ViommuNode *node)
{
    return size_for(node->n, node->level);
}

ViommuNode *node_new(unsigned n, unsigned level)
{
    ViommuNode *node = g_malloc(size_for(n, level));

    node->n = n;
    node->level = level;
    return node;
}

static void copy(ViommuNode *to, unsigned at, const ViommuNode *from, unsigned first,
                 unsigned n)
{
    if (to->level) {
        memcpy(inner_keys(to) + at, inner_keys(from) + first, n * sizeof(uint64_t));
        memcpy(inner_children(to) + at, inner_children(from) + first,
               n * sizeof(ViommuNode *));
    } else {
        memcpy(leaf_keys(to) + at, leaf_keys(from) + first, n * sizeof(uint64_t));
        memcpy(leaf_spans(to) + at, leaf_spans(from) + first, n * sizeof(NodeSpan));
    }
}

ViommuNode *leaf_with(const ViommuNode *leaf, unsigned at, const ViommuMapping *mapping)
{
    unsigned n = leaf ? leaf->n : 0;
    ViommuNode *to = node_new(n + 1, 0);

    if (leaf) {
        copy(to, 0, leaf, 0, at);
        copy(to, at + 1, leaf, at, n - at);
    }
    leaf_keys(to)[at] = mapping->iova.start;
    leaf_spans(to)[at] = (NodeSpan){ mapping->iova.last, value_of(mapping) };
    return to;
}

ViommuNode *leaf_of(const ViommuNode *leaf, const uint8_t *index, unsigned n)
{
    ViommuNode *to = node_new(n, 0);

    for (unsigned i = 0; i < n; i++) {
        copy(to, i, leaf, index[i], 1);
    }
    return to;
}

ViommuNode *inner_of(ViommuNode *const *children, const uint64_t *keys, unsigned n,
                     unsigned level)
{
    ViommuNode *to = node_new(n, level);

    memcpy(inner_keys(to), keys, n * sizeof(uint64_t));
    memcpy(inner_children(to), children, n * sizeof(ViommuNode *));
    return to;
}

ViommuNode *node_part(const ViommuNode *node, unsigned from, unsigned n)
{
    ViommuNode *to = node_new(n, node->level);

    copy(to, 0, node, from, n);
    return to;
}

ViommuNode *node_join(const ViommuNode *lo, const ViommuNode *hi, uint64_t hi_key)
{
    ViommuNode *to = node_new(lo->n + hi->n, lo->level);

    copy(to, 0, lo, 0, lo->n);
    copy(to, lo->n, hi, 0, hi->n);
    if (to->level) {
        inner_keys(to)[lo->n] = hi_key;
    }
    return to;
}
