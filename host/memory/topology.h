/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The list of address spaces, for those who add to it or walk it. Big lock. */
#ifndef MEMORY_TOPOLOGY_H
#define MEMORY_TOPOLOGY_H

#include "memory-internal.h"

/* List @as and give it a view. */
void topology_add(AddressSpace *as);
/* Unlist it; the caller drops the view that is returned. */
FlatView *topology_remove(AddressSpace *as);
/* The address space with just this root, or NULL. */
AddressSpace *topology_find_root(MemoryRegion *root);
void topology_foreach(void (*fn)(AddressSpace *as, void *opaque), void *opaque);

#endif
