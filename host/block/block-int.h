/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between the files of the block layer. A node is an open file (driver "file")
 * or a view of one (driver "raw"); a backend is a node in use by a device; an
 * engine carries requests out and completes them in the main loop.
 */
#ifndef BLOCK_BLOCK_INT_H
#define BLOCK_BLOCK_INT_H

#include "system/block-backend.h"

typedef enum BlockAio {
    BLOCK_AIO_AUTO,
    BLOCK_AIO_IO_URING,
    BLOCK_AIO_THREADS,
} BlockAio;

typedef struct BlockOptions {
    char *filename;
    bool read_only;
    bool auto_read_only; /* fall back to read-only if the file is */
    bool direct;         /* as the user said; for query-block */
    bool no_flush;       /* cache=unsafe */
    bool writethrough;
    bool discard;
    bool share_write;
    OnOffAuto locking;
    BlockAio aio;
    uint64_t null_size; /* null-co: bytes, and whether they read as zeroes */
    bool read_zeroes;
} BlockOptions;

typedef struct BlockNode BlockNode;
struct BlockNode {
    char *name;
    const char *driver; /* "file", "null-co" or "raw" */
    BlockNode *child;   /* raw: its file */
    bool in_use;        /* by a raw node or a backend */
    BlockOptions opts;
    int fd;        /* file; -1: null-co */
    uint64_t size; /* bytes, of the file as it is */
};

/* ---- file.c ---- */

/* Opens opts->filename; takes over nothing of @opts. NULL with @errp set. */
bool block_file_open(BlockNode *node, Error **errp);
void block_file_close(BlockNode *node);
/* Carries a request out, start to end, on the calling thread. 0 or -errno. */
int block_file_execute(const BlockNode *file, const BlockRequest *req);
/* The same for a READ or WRITE of which the first @done bytes are done. */
int block_file_transfer(const BlockNode *file, const BlockRequest *req, uint64_t done);

/* Writes to it go nowhere, reads come from nowhere. */
static inline bool block_node_is_null(const BlockNode *file)
{
    return file->fd < 0;
}

/* ---- nodes.c ---- */

BlockNode *block_node_find(const char *name);
/* The file behind a node of either driver. */
BlockNode *block_node_file(BlockNode *node);
/* Takes @node over; its name must be free. NULL name: one is made up. */
bool block_node_register(BlockNode *node, Error **errp);
void block_node_free(BlockNode *node);
void block_node_foreach(void (*fn)(BlockNode *node, void *opaque), void *opaque);

/* ---- block-backend.c ---- */

/* @id NULL: without a name. The node is in use from now on. */
BlockBackend *blk_new(const char *id, BlockNode *node);
BlockNode *blk_root(const BlockBackend *blk);
/* A new size; its device hears of it. */
bool blk_resize(BlockBackend *blk, uint64_t size, Error **errp);
void blk_foreach(void (*fn)(BlockBackend *blk, void *opaque), void *opaque);
/* A request is done; for engines. */
void blk_complete(BlockRequest *req, int ret);
void blk_batch_done(BlockBackend *blk);

/* ---- engines ---- */

typedef struct BlockThreads BlockThreads;
typedef struct BlockUring BlockUring;

BlockThreads *block_threads_new(BlockBackend *blk, const BlockNode *file);
void block_threads_submit(BlockThreads *t, BlockRequest *req);
bool block_threads_poll(BlockThreads *t);
int block_threads_fd(const BlockThreads *t);
void block_threads_free(BlockThreads *t);

/* NULL if the kernel has no io_uring for us. What it can not do goes to @threads. */
BlockUring *block_uring_new(BlockBackend *blk, const BlockNode *file,
                            BlockThreads *threads);
void block_uring_submit(BlockUring *u, BlockRequest *req);
void block_uring_kick(BlockUring *u);
bool block_uring_poll(BlockUring *u);
int block_uring_fd(const BlockUring *u);
void block_uring_free(BlockUring *u);

#endif
