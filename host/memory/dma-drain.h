/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an UNMAP waits for. */
#ifndef MEMORY_DMA_DRAIN_H
#define MEMORY_DMA_DRAIN_H

#include "system/memory-iommu.h"

/*
 * [start, last] of @iommu is not translated any more. Returns when no access, no
 * cache and no map that came through it before is left. Under the big lock.
 */
void dma_drain(IOMMUMemoryRegion *iommu, hwaddr start, hwaddr last);

#endif
