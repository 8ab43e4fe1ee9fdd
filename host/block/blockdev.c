/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -blockdev: nodes by name, and blockdev-add. */
#include "qemu/osdep.h"
#include "options.h"
#include "system/blockdev.h"

static const char *const drivers[] = { "file", "raw", "host_device", "null-co", NULL };

static BlockNode *make_node(struct json_object *opts, bool keyval, Error **errp);

static BlockNode *open_file_node(BlockNode *node, struct json_object *opts,
                                 Error **errp)
{
    if (!opts_take_str(opts, "filename", &node->opts.filename, errp)) {
        return NULL;
    }
    if (!node->opts.filename) {
        error_setg(errp, "The 'file' block driver requires a file name");
        return NULL;
    }
    return block_opt_nothing_left(opts, node->driver, errp) &&
                   block_file_open(node, errp)
               ? node
               : NULL;
}

static BlockNode *open_null_node(BlockNode *node, struct json_object *opts, bool keyval,
                                 Error **errp)
{
    if (!block_opt_null_members(opts, keyval, &node->opts, errp) ||
        !block_opt_nothing_left(opts, node->driver, errp)) {
        return NULL;
    }
    node->size = node->opts.null_size;
    return node;
}

/* "file" names a node or describes one. */
static BlockNode *child_of(struct json_object *opts, bool keyval, Error **errp)
{
    struct json_object *file = opts_take(opts, "file");
    BlockNode *child = NULL;

    if (!file) {
        error_setg(errp, "A block device must be specified for \"file\"");
    } else if (json_object_is_type(file, json_type_object)) {
        child = make_node(file, keyval, errp);
    } else if (!json_object_is_type(file, json_type_string)) {
        error_setg(errp, "Invalid parameter type for 'file', expected: string");
    } else {
        child = block_node_find(json_object_get_string(file));
        if (!child) {
            error_setg(errp, "Cannot find device='' nor node-name='%s'",
                       json_object_get_string(file));
        } else if (child->in_use || child->child) {
            error_setg(errp, "Node '%s' is busy: it can not be the file of a node",
                       child->name);
            child = NULL;
        }
    }
    json_object_put(file);
    return child;
}

static BlockNode *open_raw_node(BlockNode *node, struct json_object *opts, bool keyval,
                                Error **errp)
{
    BlockNode *child;

    if (!block_opt_nothing_left(opts, "raw", NULL)) {
        struct json_object *file = NULL;
        bool only_file = json_object_object_length(opts) == 1 &&
                         json_object_object_get_ex(opts, "file", &file);

        if (!only_file) {
            json_object_object_del(opts, "file");
            block_opt_nothing_left(opts, "raw", errp);
            return NULL;
        }
    }
    child = child_of(opts, keyval, errp);
    if (!child) {
        return NULL;
    }
    node->child = child;
    child->in_use = true;
    if (!node->opts.read_only && child->opts.read_only) {
        node->opts.read_only = true;
    }
    return node;
}

/* A node that is open and registered, or NULL with errp set. */
static BlockNode *make_node(struct json_object *opts, bool keyval, Error **errp)
{
    BlockNode *node = g_new0(BlockNode, 1);
    BlockNode *ok = NULL;
    int driver = -1;

    node->fd = -1;
    if (!opts_take_enum(opts, "driver", drivers, &driver, errp)) {
        goto out;
    }
    if (driver < 0) {
        error_setg(errp, "Parameter 'driver' is missing");
        goto out;
    }
    node->driver = drivers[driver];
    if (!opts_take_str(opts, "node-name", &node->name, errp) ||
        !block_opt_file_members(opts, keyval, &node->opts, errp)) {
        goto out;
    }
    ok = g_str_equal(node->driver, "raw") ? open_raw_node(node, opts, keyval, errp)
         : g_str_equal(node->driver, "null-co")
             ? open_null_node(node, opts, keyval, errp)
             : open_file_node(node, opts, errp);
    if (ok && !block_node_register(node, errp)) {
        ok = NULL;
    }
out:
    if (!ok) {
        if (node->child) {
            node->child->in_use = false;
        }
        block_node_free(node);
    }
    return ok;
}

bool blockdev_add(struct json_object *opts, bool keyval, Error **errp)
{
    struct json_object *copy = NULL;
    bool ok = false;

    if (!json_object_object_get_ex(opts, "node-name", NULL)) {
        error_setg(errp, "'node-name' must be specified for the root node");
        return false;
    }
    if (json_object_deep_copy(opts, &copy, NULL) == 0) {
        ok = make_node(copy, keyval, errp) != NULL;
    }
    json_object_put(copy);
    return ok;
}
