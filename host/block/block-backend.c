/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Backends: a node in use by a device, and the front of its request engine. */
#include "qemu/osdep.h"
#include <poll.h>
#include "block-int.h"
#include "qemu/iov.h"
#include "qemu/main-loop.h"
#include "qemu/units.h"
#include "system/blockdev.h"

#define SECTOR_SIZE 512

struct BlockBackend {
    char *id; /* NULL: only known by its node */
    BlockNode *root;
    BlockNode *file;
    DeviceState *dev;
    bool wce;
    bool anonymous; /* made for a device, goes with it */
    unsigned inflight;
    BlockThreads *threads;
    BlockUring *uring;
    void (*batch_cb)(void *opaque);
    void *batch_opaque;
    void (*resize_cb)(void *opaque);
    void *resize_opaque;
};

static GPtrArray *backends; /* owned */

/* ---- life ---- */

static void uring_readable(void *opaque)
{
    BlockBackend *blk = opaque;

    block_uring_poll(blk->uring);
}

static void threads_readable(void *opaque)
{
    BlockBackend *blk = opaque;

    block_threads_poll(blk->threads);
}

BlockBackend *blk_new(const char *id, BlockNode *node)
{
    BlockBackend *blk = g_new0(BlockBackend, 1);

    blk->id = g_strdup(id);
    blk->root = node;
    blk->file = block_node_file(node);
    blk->wce = !node->opts.writethrough;
    node->in_use = true;
    blk->threads = block_threads_new(blk, blk->file);
    qemu_set_fd_handler(block_threads_fd(blk->threads), threads_readable, NULL, blk);
    if (blk->file->opts.aio != BLOCK_AIO_THREADS && !block_node_is_null(blk->file)) {
        blk->uring = block_uring_new(blk, blk->file, blk->threads);
    }
    if (blk->uring) {
        qemu_set_fd_handler(block_uring_fd(blk->uring), uring_readable, NULL, blk);
    }
    if (!backends) {
        backends = g_ptr_array_new();
    }
    g_ptr_array_add(backends, blk);
    return blk;
}

static void blk_free(BlockBackend *blk)
{
    blk_drain(blk);
    g_ptr_array_remove(backends, blk);
    if (blk->uring) {
        qemu_set_fd_handler(block_uring_fd(blk->uring), NULL, NULL, NULL);
        block_uring_free(blk->uring);
    }
    qemu_set_fd_handler(block_threads_fd(blk->threads), NULL, NULL, NULL);
    block_threads_free(blk->threads);
    blk->root->in_use = false;
    g_free(blk->id);
    g_free(blk);
}

void blk_close_all(void)
{
    while (backends && backends->len) {
        blk_free(g_ptr_array_index(backends, 0));
    }
}

/* ---- finding and using ---- */

BlockBackend *blk_by_name(const char *name)
{
    for (unsigned i = 0; backends && i < backends->len; i++) {
        BlockBackend *blk = g_ptr_array_index(backends, i);

        if (blk->id && g_str_equal(blk->id, name)) {
            return blk;
        }
    }
    return NULL;
}

bool blk_attach_dev(BlockBackend **pblk, const char *name, DeviceState *dev,
                    Error **errp)
{
    BlockBackend *blk = blk_by_name(name);
    BlockNode *node = blk ? NULL : block_node_find(name);

    if (!blk && !node) {
        error_setg(errp, "Property '%s.drive' can't find value '%s'",
                   object_get_typename(OBJECT(dev)), name);
        return false;
    }
    if (blk ? blk->dev != NULL : node->in_use) {
        error_setg(errp, "Drive '%s' is already in use by another device", name);
        return false;
    }
    if (!blk) {
        blk = blk_new(NULL, node);
        blk->anonymous = true;
    }
    blk->dev = dev;
    *pblk = blk;
    return true;
}

void blk_detach_dev(BlockBackend *blk)
{
    blk_drain(blk);
    blk->dev = NULL;
    blk_set_batch_cb(blk, NULL, NULL);
    blk_set_resize_cb(blk, NULL, NULL);
    if (blk->anonymous) {
        blk_free(blk);
    }
}

DeviceState *blk_get_attached_dev(BlockBackend *blk)
{
    return blk->dev;
}

const char *blk_name(const BlockBackend *blk)
{
    return blk->id ? blk->id : blk->root->name;
}

BlockNode *blk_root(const BlockBackend *blk)
{
    return blk->root;
}

void blk_foreach(void (*fn)(BlockBackend *blk, void *opaque), void *opaque)
{
    for (unsigned i = 0; backends && i < backends->len; i++) {
        fn(g_ptr_array_index(backends, i), opaque);
    }
}

/* ---- what it is ---- */

uint64_t blk_getlength(const BlockBackend *blk)
{
    return ROUND_UP(blk->file->size, SECTOR_SIZE);
}

bool blk_is_writable(const BlockBackend *blk)
{
    return !blk->root->opts.read_only && !blk->file->opts.read_only;
}

bool blk_discard_enabled(const BlockBackend *blk)
{
    return blk->file->opts.discard;
}

bool blk_enable_write_cache(const BlockBackend *blk)
{
    return blk->wce;
}

void blk_set_enable_write_cache(BlockBackend *blk, bool wce)
{
    blk->wce = wce;
}

/* ---- requests ---- */

void blk_set_batch_cb(BlockBackend *blk, void (*done)(void *opaque), void *opaque)
{
    blk->batch_cb = done;
    blk->batch_opaque = opaque;
}

void blk_set_resize_cb(BlockBackend *blk, void (*resized)(void *opaque), void *opaque)
{
    blk->resize_cb = resized;
    blk->resize_opaque = opaque;
}

bool blk_resize(BlockBackend *blk, uint64_t size, Error **errp)
{
    if (size > INT64_MAX >> 1) {
        error_setg(errp, "Parameter 'size' is too large");
        return false;
    }
    if (!blk_is_writable(blk)) {
        error_setg(errp, "Node '%s' is read only", blk->file->name);
        return false;
    }
    blk_drain(blk);
    if (!block_node_is_null(blk->file) && ftruncate(blk->file->fd, size) < 0) {
        error_setg_errno(errp, errno, "Failed to resize '%s'",
                         blk->file->opts.filename);
        return false;
    }
    blk->file->size = size;
    if (blk->resize_cb) {
        blk->resize_cb(blk->resize_opaque);
    }
    return true;
}

static void start_null(BlockBackend *blk, BlockRequest *req)
{
    if (req->op == BLOCK_OP_READ && blk->file->opts.read_zeroes) {
        iov_memset(req->iov, req->niov, 0, 0, req->bytes);
    }
    blk_complete(req, 0);
}

static void start(BlockBackend *blk, BlockRequest *req)
{
    if (block_node_is_null(blk->file)) {
        start_null(blk, req);
    } else if (blk->uring) {
        block_uring_submit(blk->uring, req);
    } else {
        block_threads_submit(blk->threads, req);
    }
}

static bool modifies(const BlockRequest *req)
{
    return req->op == BLOCK_OP_WRITE || req->op == BLOCK_OP_WRITE_ZEROES ||
           req->op == BLOCK_OP_DISCARD;
}

void blk_submit(BlockBackend *blk, BlockRequest *req)
{
    uint64_t len = blk_getlength(blk);

    req->blk = blk;
    blk->inflight++;
    if (req->op != BLOCK_OP_FLUSH &&
        (req->bytes > len || req->offset > len - req->bytes)) {
        blk_complete(req, -EIO);
    } else if (modifies(req) && !blk_is_writable(blk)) {
        blk_complete(req, -EPERM);
    } else if (req->op == BLOCK_OP_FLUSH &&
               (blk->file->opts.no_flush || !blk_is_writable(blk))) {
        blk_complete(req, 0);
    } else if (req->op != BLOCK_OP_FLUSH && !req->bytes) {
        blk_complete(req, 0);
    } else {
        start(blk, req);
    }
}

void blk_complete(BlockRequest *req, int ret)
{
    BlockBackend *blk = req->blk;

    /* Write-through: the write is done when the medium has it. */
    if (!ret && !blk->wce && !blk->file->opts.no_flush && modifies(req)) {
        req->op = BLOCK_OP_FLUSH;
        start(blk, req);
        if (blk->uring) {
            block_uring_kick(blk->uring);
        }
        return;
    }
    blk->inflight--;
    req->cb(req->opaque, ret);
}

void blk_batch_done(BlockBackend *blk)
{
    if (blk->batch_cb) {
        blk->batch_cb(blk->batch_opaque);
    }
}

void blk_kick(BlockBackend *blk)
{
    if (blk->uring) {
        block_uring_kick(blk->uring);
        block_uring_poll(blk->uring);
    }
}

bool blk_poll(BlockBackend *blk)
{
    bool progress = blk->uring && block_uring_poll(blk->uring);

    return block_threads_poll(blk->threads) || progress;
}

void blk_drain(BlockBackend *blk)
{
    struct pollfd fds[2] = {
        { .fd = block_threads_fd(blk->threads), .events = POLLIN },
        { .fd = blk->uring ? block_uring_fd(blk->uring) : -1, .events = POLLIN },
    };

    while (blk->inflight) {
        if (blk->uring) {
            block_uring_kick(blk->uring);
        }
        if (!blk_poll(blk)) {
            poll(fds, G_N_ELEMENTS(fds), 100);
        }
    }
}
