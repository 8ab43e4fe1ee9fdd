/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory of one request, several parts of it, mapped together: one look at the
 * memory map and at the IOMMU's state, one reference or pin instead of one for each
 * part. For requests of a few parts, each in one piece of plain RAM, directly or behind
 * a single IOMMU; for all else there is address_space_map().
 */
#ifndef SYSTEM_DMA_GROUP_H
#define SYSTEM_DMA_GROUP_H

#include "system/memory.h"
#include <sys/uio.h>

/* Parts of a group. */
#define DMA_GROUP_MAX 8

typedef struct DmaPin DmaPin;

/* Zeroed: nothing is mapped. */
typedef struct DmaGroup {
    MemoryRegion *mr; /* where all of it is */
    DmaPin *pin;      /* behind an IOMMU; it has the reference to @mr then */
    AddressSpace *as; /* that it was mapped in */
} DmaGroup;

/*
 * Maps all @n parts, or none and returns false: iov[i].iov_len bytes, at least 1, at
 * addr[i]; the device reads the first @n_read and writes the others. iov_base is set to
 * where the part is if it was NULL; one that is read is else copied there, and not
 * mapped. False says nothing about the reason and leaves no fault, and any iov_base:
 * the caller then takes the parts one by one. An UNMAP waits for dma_group_unmap(), as
 * it does for address_space_unmap().
 */
bool dma_group_map(DmaGroup *group, AddressSpace *as, const hwaddr *addr,
                   struct iovec *iov, unsigned n_read, unsigned n);

/* The device wrote @len bytes at @host, which is in the group. */
void dma_group_written(const DmaGroup *group, void *host, hwaddr len);

void dma_group_unmap(DmaGroup *group);

#endif
