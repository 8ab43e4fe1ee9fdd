/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory that lock-free readers may still see, on its way to be freed.
 *
 * Retired blocks are gathered and handed to ViommuReclaim in batches: one
 * deferred call (with QEMU's RCU: one allocation and one atomic exchange) for
 * many blocks, so that replacing a node costs about what copying it costs.
 */
#ifndef HW_VIRTIO_VIOMMU_LIMBO_H
#define HW_VIRTIO_VIOMMU_LIMBO_H

#include "viommu-map.h"

typedef struct ViommuBatch ViommuBatch;

typedef struct ViommuLimbo {
    ViommuReclaim reclaim; /* defer NULL: no readers, free at once */
    ViommuBatch *batch;    /* being filled; NULL when empty */
} ViommuLimbo;

void viommu_limbo_init(ViommuLimbo *limbo, const ViommuReclaim *reclaim);

/* g_free(@ptr) once no reader that may have seen it is left. NULL is allowed. */
void viommu_limbo_retire(ViommuLimbo *limbo, void *ptr);

/* Hands over what was gathered. The limbo owns nothing afterwards. */
void viommu_limbo_flush(ViommuLimbo *limbo);

#endif
