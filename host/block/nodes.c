/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The named nodes: who owns them and how they are found. */
#include "qemu/osdep.h"
#include "block-int.h"

static GPtrArray *nodes; /* owned, in order of creation */

BlockNode *block_node_find(const char *name)
{
    for (unsigned i = 0; nodes && i < nodes->len; i++) {
        BlockNode *node = g_ptr_array_index(nodes, i);

        if (g_str_equal(node->name, name)) {
            return node;
        }
    }
    return NULL;
}

BlockNode *block_node_file(BlockNode *node)
{
    return node->child ? node->child : node;
}

void block_node_free(BlockNode *node)
{
    if (nodes) {
        g_ptr_array_remove(nodes, node);
    }
    if (!node->child) {
        block_file_close(node);
    }
    g_free(node->opts.filename);
    g_free(node->name);
    g_free(node);
}

bool block_node_register(BlockNode *node, Error **errp)
{
    static unsigned made_up;

    if (!node->name) {
        node->name = g_strdup_printf("#block%03u", made_up++);
    } else if (strlen(node->name) > 31) {
        error_setg(errp, "Node name too long");
        return false;
    } else if (block_node_find(node->name)) {
        error_setg(errp, "Duplicate nodes with node-name='%s'", node->name);
        return false;
    } else if (blk_by_name(node->name)) {
        error_setg(errp, "node-name=%s is conflicting with a device id", node->name);
        return false;
    }
    if (!nodes) {
        nodes = g_ptr_array_new();
    }
    g_ptr_array_add(nodes, node);
    return true;
}

void block_node_foreach(void (*fn)(BlockNode *node, void *opaque), void *opaque)
{
    for (unsigned i = 0; nodes && i < nodes->len; i++) {
        fn(g_ptr_array_index(nodes, i), opaque);
    }
}
