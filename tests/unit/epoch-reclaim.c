/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A ViommuReclaim for tests and benchmarks. */
#include <glib.h>
#include "epoch-reclaim.h"

typedef struct Retired {
    void (*free_fn)(void *);
    void *ptr;
    uint64_t epoch;
} Retired;

/* A cache line each: a reader writes its own. 0: not reading. */
static struct {
    uint64_t epoch;
    char apart[56];
} readers[EPOCH_MAX_READERS];

static uint64_t now = 1;
static GQueue retired = G_QUEUE_INIT; /* the writer's, oldest first */

void epoch_reader_quiescent(unsigned reader)
{
    __atomic_store_n(&readers[reader].epoch, __atomic_load_n(&now, __ATOMIC_SEQ_CST),
                     __ATOMIC_SEQ_CST);
}

void epoch_reader_enter(unsigned reader)
{
    epoch_reader_quiescent(reader);
}

void epoch_reader_leave(unsigned reader)
{
    __atomic_store_n(&readers[reader].epoch, 0, __ATOMIC_SEQ_CST);
}

size_t epoch_collect(void)
{
    uint64_t oldest = UINT64_MAX;

    for (unsigned i = 0; i < EPOCH_MAX_READERS; i++) {
        uint64_t epoch = __atomic_load_n(&readers[i].epoch, __ATOMIC_SEQ_CST);

        oldest = epoch && epoch < oldest ? epoch : oldest;
    }
    while (retired.head && ((Retired *)retired.head->data)->epoch <= oldest) {
        g_autofree Retired *item = g_queue_pop_head(&retired);

        item->free_fn(item->ptr);
    }
    return retired.length;
}

static void defer(void (*free_fn)(void *), void *ptr)
{
    Retired *item = g_new(Retired, 1);

    *item = (Retired){ free_fn, ptr, __atomic_add_fetch(&now, 1, __ATOMIC_SEQ_CST) };
    g_queue_push_tail(&retired, item);
    epoch_collect();
}

const ViommuReclaim epoch_reclaim = { defer };
