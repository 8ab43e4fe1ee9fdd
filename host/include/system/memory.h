/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory API: what devices use to place their registers and RAM in the
 * guest's address spaces and to reach them. One part, one header:
 *
 *   system/memory-region.h   regions and the tree they form
 *   system/memory-iommu.h    regions that translate, and who hears of changes
 *   system/memory-access.h   address spaces: read, write, map, translate
 *   system/memory-ldst.h     one value of 1, 2, 4 or 8 bytes
 *   system/memory_cached.h   a place read again and again (not included here)
 *
 * Changes of the tree and of listeners need the big lock. Accesses may come
 * from any thread that is registered with RCU.
 */
#ifndef SYSTEM_MEMORY_H
#define SYSTEM_MEMORY_H

#include "system/memory-region.h"
#include "system/memory-iommu.h"
#include "system/memory-access.h"
#include "system/memory-ldst.h"

#endif
