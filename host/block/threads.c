/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The engine that works everywhere: requests are carried out by a few threads
 * that all drives share, and completed in the main loop.
 */
#include "qemu/osdep.h"
#include "block-int.h"
#include "qemu/event_notifier.h"

#define MAX_THREADS 16

struct BlockThreads {
    BlockBackend *blk;
    const BlockNode *file;
    GAsyncQueue *done; /* of BlockRequest */
    EventNotifier wake;
};

/* A request with its way back; the pool's unit of work. */
typedef struct BlockJob {
    BlockThreads *t;
    BlockRequest *req;
} BlockJob;

static void run_job(gpointer data, gpointer unused)
{
    BlockJob *job = data;
    BlockThreads *t = job->t;

    job->req->ret = block_file_execute(t->file, job->req);
    g_async_queue_push(t->done, job->req);
    event_notifier_set(&t->wake);
    g_free(job);
}

static GThreadPool *shared_pool(void)
{
    static GThreadPool *pool;

    if (!pool) {
        pool = g_thread_pool_new(run_job, NULL, MAX_THREADS, FALSE, NULL);
    }
    return pool;
}

BlockThreads *block_threads_new(BlockBackend *blk, const BlockNode *file)
{
    BlockThreads *t = g_new0(BlockThreads, 1);

    t->blk = blk;
    t->file = file;
    t->done = g_async_queue_new();
    if (event_notifier_init(&t->wake, 0) < 0) {
        g_error("no event descriptor for a drive: %s", g_strerror(errno));
    }
    return t;
}

void block_threads_submit(BlockThreads *t, BlockRequest *req)
{
    BlockJob *job = g_new(BlockJob, 1);

    *job = (BlockJob){ .t = t, .req = req };
    g_thread_pool_push(shared_pool(), job, NULL);
}

bool block_threads_poll(BlockThreads *t)
{
    BlockRequest *req;
    bool progress = false;

    event_notifier_test_and_clear(&t->wake);
    while ((req = g_async_queue_try_pop(t->done))) {
        blk_complete(req, req->ret);
        progress = true;
    }
    if (progress) {
        blk_batch_done(t->blk);
    }
    return progress;
}

int block_threads_fd(const BlockThreads *t)
{
    return event_notifier_get_fd(&t->wake);
}

void block_threads_free(BlockThreads *t)
{
    event_notifier_cleanup(&t->wake);
    g_async_queue_unref(t->done);
    g_free(t);
}
