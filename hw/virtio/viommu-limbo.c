/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory that lock-free readers may still see: batches of blocks to free. */
#include "viommu-limbo.h"
#include <glib.h>

enum { BATCH_BLOCKS = 62 }; /* a batch is 512 bytes */

struct ViommuBatch {
    unsigned n;
    void *block[BATCH_BLOCKS];
};

static void batch_free(void *opaque)
{
    ViommuBatch *batch = opaque;

    for (unsigned i = 0; i < batch->n; i++) {
        g_free(batch->block[i]);
    }
    g_free(batch);
}

void viommu_limbo_init(ViommuLimbo *limbo, const ViommuReclaim *reclaim)
{
    *limbo = (ViommuLimbo){ 0 };
    if (reclaim) {
        limbo->reclaim = *reclaim;
    }
}

void viommu_limbo_retire(ViommuLimbo *limbo, void *ptr)
{
    if (!limbo->reclaim.defer) {
        g_free(ptr);
        return;
    }
    if (!ptr) {
        return;
    }
    if (!limbo->batch) {
        limbo->batch = g_new(ViommuBatch, 1);
        limbo->batch->n = 0;
    }
    limbo->batch->block[limbo->batch->n++] = ptr;
    if (limbo->batch->n == BATCH_BLOCKS) {
        viommu_limbo_flush(limbo);
    }
}

void viommu_limbo_flush(ViommuLimbo *limbo)
{
    ViommuBatch *batch = limbo->batch;

    if (batch) {
        limbo->batch = NULL;
        limbo->reclaim.defer(batch_free, batch);
    }
}
