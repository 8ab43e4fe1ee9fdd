/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fast engine: reads, writes and flushes by io_uring. A read that the page
 * cache can answer is done when io_uring_enter() returns, so a kick looks for
 * completions at once. What does not fit goes to the threads.
 */
#include "qemu/osdep.h"
#include <liburing.h>
#include "block-int.h"

#define RING_ENTRIES 256

struct BlockUring {
    struct io_uring ring;
    BlockBackend *blk;
    const BlockNode *file;
    BlockThreads *threads;
    unsigned inflight;     /* in the kernel or in the submission ring */
    BlockRequest *waiting; /* no room in the ring; oldest first */
    BlockRequest **waiting_tail;
    bool polling;
};

BlockUring *block_uring_new(BlockBackend *blk, const BlockNode *file,
                            BlockThreads *threads)
{
    BlockUring *u = g_new0(BlockUring, 1);

    if (io_uring_queue_init(RING_ENTRIES, &u->ring, 0) < 0) {
        g_free(u);
        return NULL;
    }
    u->blk = blk;
    u->file = file;
    u->threads = threads;
    u->waiting_tail = &u->waiting;
    return u;
}

void block_uring_free(BlockUring *u)
{
    io_uring_queue_exit(&u->ring);
    g_free(u);
}

int block_uring_fd(const BlockUring *u)
{
    return u->ring.ring_fd;
}

static void prepare(BlockUring *u, BlockRequest *req, struct io_uring_sqe *sqe)
{
    int fd = u->file->fd;

    if (req->op == BLOCK_OP_FLUSH) {
        io_uring_prep_fsync(sqe, fd, IORING_FSYNC_DATASYNC);
    } else if (req->niov == 1 && req->op == BLOCK_OP_READ) {
        io_uring_prep_read(sqe, fd, req->iov->iov_base, req->bytes, req->offset);
    } else if (req->niov == 1) {
        io_uring_prep_write(sqe, fd, req->iov->iov_base, req->bytes, req->offset);
    } else if (req->op == BLOCK_OP_READ) {
        io_uring_prep_readv(sqe, fd, req->iov, req->niov, req->offset);
    } else {
        io_uring_prep_writev(sqe, fd, req->iov, req->niov, req->offset);
    }
    io_uring_sqe_set_data(sqe, req);
}

/* False: the ring is full. */
static bool enqueue(BlockUring *u, BlockRequest *req)
{
    struct io_uring_sqe *sqe;

    if (u->inflight >= RING_ENTRIES) {
        return false;
    }
    sqe = io_uring_get_sqe(&u->ring);
    if (!sqe) {
        return false;
    }
    prepare(u, req, sqe);
    u->inflight++;
    return true;
}

static bool fits(const BlockRequest *req)
{
    switch (req->op) {
    case BLOCK_OP_READ:
    case BLOCK_OP_WRITE:
        return req->niov <= IOV_MAX && req->bytes <= INT32_MAX;
    case BLOCK_OP_FLUSH:
        return true;
    default:
        return false;
    }
}

void block_uring_submit(BlockUring *u, BlockRequest *req)
{
    if (!fits(req)) {
        block_threads_submit(u->threads, req);
    } else if (u->waiting || !enqueue(u, req)) {
        req->next = NULL;
        *u->waiting_tail = req;
        u->waiting_tail = &req->next;
    }
}

static void start_waiting(BlockUring *u)
{
    while (u->waiting && enqueue(u, u->waiting)) {
        u->waiting = u->waiting->next;
    }
    if (!u->waiting) {
        u->waiting_tail = &u->waiting;
    }
}

void block_uring_kick(BlockUring *u)
{
    int ret;

    start_waiting(u);
    do {
        ret = io_uring_submit(&u->ring);
    } while (ret == -EINTR);
}

/* The kernel's answer: done, done in part, or to be tried the slow way. */
static void finish(BlockUring *u, BlockRequest *req, int res)
{
    bool transfer = req->op != BLOCK_OP_FLUSH;

    u->inflight--;
    if (transfer &&
        ((res >= 0 && (uint64_t)res < req->bytes) || res == -EAGAIN || res == -EINTR)) {
        block_threads_submit(u->threads, req); /* again from the start: idempotent */
        return;
    }
    blk_complete(req, res < 0 ? res : 0);
}

bool block_uring_poll(BlockUring *u)
{
    struct io_uring_cqe *cqe;
    bool progress = false;

    if (u->polling) {
        return false; /* a callback of the loop below came back here */
    }
    u->polling = true;
    while (io_uring_peek_cqe(&u->ring, &cqe) == 0) {
        BlockRequest *req = io_uring_cqe_get_data(cqe);
        int res = cqe->res;

        io_uring_cqe_seen(&u->ring, cqe);
        finish(u, req, res);
        progress = true;
        if (u->waiting) {
            block_uring_kick(u);
        }
    }
    u->polling = false;
    if (progress) {
        blk_batch_done(u->blk);
    }
    return progress;
}
