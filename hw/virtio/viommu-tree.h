/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An ordered set of disjoint ranges, each with a value: a B+ tree whose nodes
 * are not changed once a reader can see them, but for the value of a range.
 *
 * A change builds new nodes and shows them with one pointer store: readers need
 * no lock, no retry and no barrier beyond the acquire load of each pointer, and
 * can not see half of a change. Because a node is written once it is allocated
 * to measure, so that random insertion wastes no space either. The keys of a
 * node are one packed array, searched without a branch on their values.
 *
 * The price is a copy of one leaf (at most NODE_MAX entries, see viommu-node.h)
 * per change.
 */
#ifndef HW_VIRTIO_VIOMMU_TREE_H
#define HW_VIRTIO_VIOMMU_TREE_H

#include "viommu-limbo.h"
#include "viommu-map.h"
#include <glib.h>

typedef struct ViommuNode ViommuNode;

/* Embedded by its owner. Readers touch root alone; the rest is the writer's. */
typedef struct ViommuTree {
    ViommuNode *root; /* atomic; NULL when empty */
    ViommuLimbo *limbo;
    GPtrArray *dead; /* nodes that the change under way replaces */
    size_t count;    /* ranges */
    size_t bytes;    /* of nodes */
} ViommuTree;

void viommu_tree_init(ViommuTree *tree, ViommuLimbo *limbo);

/* Retires every node; the tree is empty afterwards and can be used again. */
void viommu_tree_clear(ViommuTree *tree);

/*
 * The range must not overlap one that is there. True if that filled a leaf,
 * which then was split: a hint, at most once in some insertions, that ranges
 * have become many around here.
 */
bool viommu_tree_insert(ViommuTree *tree, const ViommuMapping *mapping);

/*
 * Removes what lies in @range and, unless @which is NULL, for which @which is
 * true. Nothing may reach over an end of @range, but for what @which is false
 * for. @fn, if not NULL, is told afterwards of each one; what it returns is
 * ignored.
 */
void viommu_tree_remove(ViommuTree *tree, ViommuRange range, ViommuMappingFn *which,
                        ViommuMappingFn *fn, void *opaque);

/* Finds the range that contains @addr. Lock-free. */
bool viommu_tree_lookup(const ViommuTree *tree, uint64_t addr, ViommuMapping *mapping);

/* Calls @fn in order for what overlaps @range, until it returns false. */
void viommu_tree_for_each(const ViommuTree *tree, ViommuRange range,
                          ViommuMappingFn *fn, void *opaque);

/* May change phys and flags of what it is given; true if it did. */
typedef bool ViommuUpdateFn(void *opaque, ViommuMapping *mapping);

/* Calls @fn in order for all ranges, and keeps what it changed, in place. */
void viommu_tree_update(ViommuTree *tree, ViommuUpdateFn *fn, void *opaque);

/* Finds the first range that ends at or after @addr. */
bool viommu_tree_next(const ViommuTree *tree, uint64_t addr, ViommuMapping *mapping);

#endif
