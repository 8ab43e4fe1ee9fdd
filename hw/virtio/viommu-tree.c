/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An ordered set of disjoint ranges: a B+ tree of nodes that never change. */
#include "viommu-tree.h"
#include "viommu-node.h"
#include <glib.h>
#include <string.h>

void viommu_tree_init(ViommuTree *tree, ViommuLimbo *limbo)
{
    *tree = (ViommuTree){ .limbo = limbo };
}

static void publish(ViommuNode **where, ViommuNode *node)
{
    __atomic_store_n(where, node, __ATOMIC_RELEASE);
}

/* Nodes that a change replaces are dead, but in use until it is published. */
static void bury(ViommuTree *tree, ViommuNode *node)
{
    if (!tree->dead) {
        tree->dead = g_ptr_array_new();
    }
    g_ptr_array_add(tree->dead, node);
}

static ViommuNode *born(ViommuTree *tree, ViommuNode *node)
{
    tree->bytes += node_size(node);
    return node;
}

static void retire_dead(ViommuTree *tree)
{
    for (guint i = 0; tree->dead && i < tree->dead->len; i++) {
        ViommuNode *node = tree->dead->pdata[i];

        tree->bytes -= node_size(node);
        viommu_limbo_retire(tree->limbo, node);
    }
    if (tree->dead && tree->dead->len > NODE_MAX) {
        g_clear_pointer(&tree->dead, g_ptr_array_unref);
    } else if (tree->dead) {
        g_ptr_array_set_size(tree->dead, 0);
    }
}

static void bury_all(ViommuTree *tree, ViommuNode *node)
{
    for (unsigned i = 0; node->level && i < node->n; i++) {
        bury_all(tree, inner_child(node, i));
    }
    bury(tree, node);
}

void viommu_tree_clear(ViommuTree *tree)
{
    ViommuNode *root = tree->root;

    publish(&tree->root, NULL);
    if (root) {
        bury_all(tree, root);
    }
    retire_dead(tree);
    g_clear_pointer(&tree->dead, g_ptr_array_unref);
    tree->count = 0;
}

/* --------------------------------------------------------------- insert -- */

/* What takes the place of a node: one node, or two, the second from hi_key on. */
typedef struct Parts {
    ViommuNode *lo;
    ViommuNode *hi;
    uint64_t hi_key;
} Parts;

/*
 * Splits @node if it is too full. Entry @at is the new one: at an end it gets
 * a node of its own, so that ascending and descending runs leave full nodes.
 */
static Parts split(ViommuTree *tree, ViommuNode *node, unsigned at)
{
    unsigned half = at == node->n - 1 ? at : at == 0 ? 1 : node->n / 2;
    Parts parts = { .lo = node };

    if (node->n <= NODE_MAX) {
        born(tree, node);
        return parts;
    }
    parts.lo = born(tree, node_part(node, 0, half));
    parts.hi = born(tree, node_part(node, half, node->n - half));
    parts.hi_key = node->level ? inner_keys(node)[half] : leaf_keys(node)[half];
    g_free(node);
    return parts;
}

/* @node with child @i replaced by @parts, the first of them from @key on. */
static ViommuNode *inner_with(const ViommuNode *node, unsigned i, Parts parts,
                              uint64_t key)
{
    ViommuNode *children[NODE_MAX + 1];
    uint64_t keys[NODE_MAX + 1];
    unsigned more = parts.hi != NULL, rest = node->n - i - 1;

    memcpy(keys, inner_keys(node), i * sizeof(keys[0]));
    memcpy(children, inner_children(node), i * sizeof(children[0]));
    keys[i] = key;
    children[i] = parts.lo;
    if (more) {
        keys[i + 1] = parts.hi_key;
        children[i + 1] = parts.hi;
    }
    memcpy(keys + i + 1 + more, inner_keys(node) + i + 1, rest * sizeof(keys[0]));
    memcpy(children + i + 1 + more, inner_children(node) + i + 1,
           rest * sizeof(children[0]));
    return inner_of(children, keys, node->n + more, node->level);
}

static Parts insert(ViommuTree *tree, ViommuNode *node, const ViommuMapping *mapping,
                    bool *filled)
{
    uint64_t start = mapping->iova.start;
    unsigned i;
    bool lower;
    Parts parts;

    if (!node->level) {
        i = keys_rank(leaf_keys(node), node->n, start);
        bury(tree, node);
        *filled = node->n == NODE_MAX;
        return split(tree, leaf_with(node, i, mapping), i);
    }
    /*
     * A range that would end beyond the key of the next child belongs there, in
     * front: what made that key is gone, and the key moves down to the range.
     */
    i = inner_find(node, start);
    lower = i + 1 < node->n && inner_keys(node)[i + 1] <= mapping->iova.last;
    i += lower;

    parts = insert(tree, inner_child(node, i), mapping, filled);
    if (!parts.hi && !lower) {
        publish(&inner_children(node)[i], parts.lo);
        return (Parts){ .lo = node };
    }
    bury(tree, node);
    return split(tree, inner_with(node, i, parts, lower ? start : inner_keys(node)[i]),
                 i + (parts.hi != NULL));
}

bool viommu_tree_insert(ViommuTree *tree, const ViommuMapping *mapping)
{
    ViommuNode *root = tree->root;
    bool filled = false;

    if (!root) {
        root = born(tree, leaf_with(NULL, 0, mapping));
    } else {
        Parts parts = insert(tree, root, mapping, &filled);
        unsigned level = root->level + 1;

        root = parts.lo;
        if (parts.hi) {
            ViommuNode *halves[] = { parts.lo, parts.hi };
            uint64_t keys[] = { 0, parts.hi_key };

            root = born(tree, inner_of(halves, keys, 2, level));
        }
    }
    publish(&tree->root, root);
    tree->count++;
    retire_dead(tree);
    return filled;
}

/* --------------------------------------------------------------- remove -- */

typedef struct Removal {
    ViommuTree *tree;
    ViommuRange range;
    ViommuMappingFn *which;
    void *opaque;
} Removal;

static bool concerns(const Removal *r, const ViommuMapping *mapping)
{
    return viommu_range_covers(r->range, mapping->iova) &&
           (!r->which || r->which(r->opaque, mapping));
}

static ViommuNode *prune_leaf(const Removal *r, ViommuNode *leaf)
{
    uint8_t keep[NODE_MAX];
    unsigned n = 0;

    for (unsigned i = 0; i < leaf->n; i++) {
        ViommuMapping mapping = leaf_get(leaf, i);

        if (!concerns(r, &mapping)) {
            keep[n++] = i;
        }
    }
    if (n == leaf->n) {
        return leaf;
    }
    bury(r->tree, leaf);
    return n ? born(r->tree, leaf_of(leaf, keep, n)) : NULL;
}

/* A new inner node without the children that are NULL, small neighbours joined. */
static ViommuNode *rebuild(const Removal *r, ViommuNode **children, uint64_t *keys,
                           unsigned n, unsigned level)
{
    unsigned out = 0;

    for (unsigned i = 0; i < n; i++) {
        ViommuNode *last = out ? children[out - 1] : NULL;

        if (!children[i]) {
            continue;
        }
        if (last && last->n + children[i]->n <= NODE_MAX / 2) {
            bury(r->tree, last);
            bury(r->tree, children[i]);
            children[out - 1] = born(r->tree, node_join(last, children[i], keys[i]));
        } else {
            keys[out] = keys[i];
            children[out++] = children[i];
        }
    }
    return out ? born(r->tree, inner_of(children, keys, out, level)) : NULL;
}

/* Returns what takes the place of @node: itself, a new node, or NULL. */
static ViommuNode *prune(const Removal *r, ViommuNode *node)
{
    ViommuNode *children[NODE_MAX];
    uint64_t keys[NODE_MAX];
    unsigned first, last;
    bool fewer = false;

    if (!node->level) {
        return prune_leaf(r, node);
    }
    first = inner_find(node, r->range.start);
    last = inner_find(node, r->range.last);
    memcpy(keys, inner_keys(node), node->n * sizeof(keys[0]));
    memcpy(children, inner_children(node), node->n * sizeof(children[0]));
    for (unsigned i = first; i <= last; i++) {
        ViommuNode *child = children[i];

        children[i] = prune(r, child);
        fewer |=
            !children[i] || (children[i] != child && children[i]->n < NODE_MAX / 4);
    }
    if (fewer) {
        bury(r->tree, node);
        return rebuild(r, children, keys, node->n, node->level);
    }
    for (unsigned i = first; i <= last; i++) {
        publish(&inner_children(node)[i], children[i]);
    }
    return node;
}

static void tell_dead(const Removal *r, ViommuMappingFn *fn, void *opaque)
{
    GPtrArray *dead = r->tree->dead;

    for (guint i = 0; dead && i < dead->len; i++) {
        const ViommuNode *node = dead->pdata[i];

        for (unsigned j = 0; !node->level && j < node->n; j++) {
            ViommuMapping mapping = leaf_get(node, j);

            if (concerns(r, &mapping)) {
                r->tree->count--;
                if (fn) {
                    fn(opaque, &mapping);
                }
            }
        }
    }
}

void viommu_tree_remove(ViommuTree *tree, ViommuRange range, ViommuMappingFn *which,
                        ViommuMappingFn *fn, void *opaque)
{
    Removal r = { tree, range, which, opaque };
    ViommuNode *root = tree->root ? prune(&r, tree->root) : NULL;

    while (root && root->level && root->n == 1) {
        bury(tree, root);
        root = inner_child(root, 0);
    }
    publish(&tree->root, root);
    tell_dead(&r, fn, opaque);
    retire_dead(tree);
}

/* --------------------------------------------------------------- update -- */

static void update(ViommuNode *node, ViommuUpdateFn *fn, void *opaque)
{
    for (unsigned i = 0; i < node->n; i++) {
        ViommuMapping mapping;

        if (node->level) {
            update(inner_child(node, i), fn, opaque);
            continue;
        }
        mapping = leaf_get(node, i);
        if (fn(opaque, &mapping)) {
            leaf_set(node, i, &mapping);
        }
    }
}

void viommu_tree_update(ViommuTree *tree, ViommuUpdateFn *fn, void *opaque)
{
    if (tree->root) {
        update(tree->root, fn, opaque);
    }
}
