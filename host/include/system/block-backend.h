/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A drive as a device uses it: a name, a file behind it, and requests that
 * complete later. Everything runs under the big lock; a request's buffers
 * belong to the caller until its callback ran.
 *
 * A device queues requests with blk_submit() and starts them with blk_kick(),
 * which may complete some of them (or all) before it returns.
 */
#ifndef SYSTEM_BLOCK_BACKEND_H
#define SYSTEM_BLOCK_BACKEND_H

#include "hw/core/qdev.h"
#include "qapi/error.h"
#include "qapi/qapi-types-common.h"
#include <sys/uio.h>

typedef struct BlockBackend BlockBackend;

typedef enum BlockOp {
    BLOCK_OP_READ,
    BLOCK_OP_WRITE,
    BLOCK_OP_FLUSH,
    BLOCK_OP_DISCARD,
    BLOCK_OP_WRITE_ZEROES,
} BlockOp;

/* @ret: 0 or a negative errno. */
typedef void BlockCompletionFunc(void *opaque, int ret);

/* Part of the caller's own request; untouched by it until the callback. */
typedef struct BlockRequest {
    BlockOp op;
    bool may_unmap; /* WRITE_ZEROES */
    uint64_t offset;
    uint64_t bytes;
    const struct iovec *iov; /* READ, WRITE: @bytes in total */
    unsigned niov;
    BlockCompletionFunc *cb;
    void *opaque;
    /* private */
    BlockBackend *blk;
    int ret;
    struct BlockRequest *next;
} BlockRequest;

/* ---- finding and using ---- */

/* By the id of a -drive, or NULL. */
BlockBackend *blk_by_name(const char *name);
/*
 * For a device's drive= property: a -drive, or a -blockdev node. Fails if there
 * is none of that name or another device has it.
 */
bool blk_attach_dev(BlockBackend **blk, const char *name, DeviceState *dev,
                    Error **errp);
void blk_detach_dev(BlockBackend *blk);
DeviceState *blk_get_attached_dev(BlockBackend *blk);
/* Its id, or its node's name. */
const char *blk_name(const BlockBackend *blk);

/* @resized is called when the length has changed. NULL: no more. */
void blk_set_resize_cb(BlockBackend *blk, void (*resized)(void *opaque), void *opaque);

/* ---- what it is ---- */

/* Bytes, a multiple of 512. */
uint64_t blk_getlength(const BlockBackend *blk);
bool blk_is_writable(const BlockBackend *blk);
/* Whether DISCARD does anything. */
bool blk_discard_enabled(const BlockBackend *blk);
/* Off: a write is on the medium when it completes. */
bool blk_enable_write_cache(const BlockBackend *blk);
void blk_set_enable_write_cache(BlockBackend *blk, bool wce);

/* ---- requests ---- */

void blk_submit(BlockBackend *blk, BlockRequest *req);
void blk_kick(BlockBackend *blk);
/* Completes what is ready, without waiting; true if there was something. */
bool blk_poll(BlockBackend *blk);
/* Waits for every request. */
void blk_drain(BlockBackend *blk);
/* @done is called after each group of completions. NULL: no more. */
void blk_set_batch_cb(BlockBackend *blk, void (*done)(void *opaque), void *opaque);

/* ---- the configuration that block devices have in common ---- */

typedef struct BlockConf {
    BlockBackend *blk;
    uint32_t logical_block_size;
    uint32_t physical_block_size;
    uint32_t min_io_size;
    uint32_t opt_io_size;
    uint32_t discard_granularity; /* UINT32_MAX: choose */
    OnOffAuto wce;
    bool share_rw;
} BlockConf;

#define DEFINE_BLOCK_PROPERTIES(_state, _conf)                                         \
    DEFINE_PROP_DRIVE("drive", _state, _conf.blk),                                     \
        DEFINE_PROP_SIZE32("logical_block_size", _state, _conf.logical_block_size, 0), \
        DEFINE_PROP_SIZE32("physical_block_size", _state, _conf.physical_block_size,   \
                           0),                                                         \
        DEFINE_PROP_SIZE32("min_io_size", _state, _conf.min_io_size, 0),               \
        DEFINE_PROP_SIZE32("opt_io_size", _state, _conf.opt_io_size, 0),               \
        DEFINE_PROP_SIZE32("discard_granularity", _state, _conf.discard_granularity,   \
                           UINT32_MAX),                                                \
        DEFINE_PROP_ON_OFF_AUTO("write-cache", _state, _conf.wce, ON_OFF_AUTO_AUTO),   \
        DEFINE_PROP_BOOL("share-rw", _state, _conf.share_rw, false)

/* Fills in defaults and checks what the user gave. */
bool blkconf_apply(BlockConf *conf, Error **errp);

#endif
