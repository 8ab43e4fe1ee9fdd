/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is in a tree. */
#include "viommu-node.h"
#include "viommu-tree.h"

bool viommu_tree_lookup(const ViommuTree *tree, uint64_t addr, ViommuMapping *mapping)
{
    const ViommuNode *node = __atomic_load_n(&tree->root, __ATOMIC_ACQUIRE);
    unsigned i;

    if (!node) {
        return false;
    }
    while (node->level) {
        node = inner_child(node, inner_find(node, addr));
    }
    i = keys_rank(leaf_keys(node), node->n, addr);
    if (!i || leaf_spans(node)[i - 1].last < addr) {
        return false;
    }
    *mapping = leaf_get(node, i - 1);
    return true;
}

bool viommu_tree_next(const ViommuTree *tree, uint64_t addr, ViommuMapping *mapping)
{
    const ViommuNode *node = tree->root, *right = NULL;
    unsigned i;

    if (!node) {
        return false;
    }
    while (node->level) {
        i = inner_find(node, addr);
        right = i + 1 < node->n ? inner_child(node, i + 1) : right;
        node = inner_child(node, i);
    }
    i = keys_rank(leaf_keys(node), node->n, addr);
    if (i && leaf_spans(node)[i - 1].last >= addr) {
        i--;
    }
    if (i == node->n) {
        while (right && right->level) {
            right = inner_child(right, 0);
        }
        node = right;
        i = 0;
    }
    if (node) {
        *mapping = leaf_get(node, i);
    }
    return node;
}

static bool for_each_in(const ViommuNode *node, ViommuRange range, ViommuMappingFn *fn,
                        void *opaque)
{
    unsigned i;

    if (node->level) {
        for (i = inner_find(node, range.start); i <= inner_find(node, range.last);
             i++) {
            if (!for_each_in(inner_child(node, i), range, fn, opaque)) {
                return false;
            }
        }
        return true;
    }
    i = keys_rank(leaf_keys(node), node->n, range.start);
    for (i = i ? i - 1 : 0; i < node->n; i++) {
        ViommuMapping mapping = leaf_get(node, i);

        if (viommu_range_overlaps(range, mapping.iova) && !fn(opaque, &mapping)) {
            return false;
        }
    }
    return true;
}

void viommu_tree_for_each(const ViommuTree *tree, ViommuRange range,
                          ViommuMappingFn *fn, void *opaque)
{
    if (tree->root) {
        for_each_in(tree->root, range, fn, opaque);
    }
}
