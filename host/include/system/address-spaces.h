/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The two address spaces every machine has: memory and x86 I/O ports. */
#ifndef SYSTEM_ADDRESS_SPACES_H
#define SYSTEM_ADDRESS_SPACES_H

#include "system/memory.h"

/* Containers of 2^64 bytes and of 64 KiB, made on first use. */
MemoryRegion *get_system_memory(void);
MemoryRegion *get_system_io(void);

/* Empty until the matching region above was asked for once. */
extern AddressSpace address_space_memory;
extern AddressSpace address_space_io;

/* Make both; may be called again. Object types must be registered. */
void memory_map_init(void);

#endif
