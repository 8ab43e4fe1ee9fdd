/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For the kinds of memory backends.
 */
#ifndef HOST_BACKENDS_HOSTMEM_INTERNAL_H
#define HOST_BACKENDS_HOSTMEM_INTERNAL_H

#include "system/hostmem.h"

/* RAM_SHARED and RAM_NORESERVE as the properties say. */
static inline uint32_t hostmem_ram_flags(const HostMemoryBackend *backend)
{
    return (backend->share ? RAM_SHARED : 0) | (backend->reserve ? 0 : RAM_NORESERVE);
}

/* The name of the memory block: the object's id. */
static inline const char *hostmem_block_name(HostMemoryBackend *backend)
{
    return object_get_canonical_path_component(OBJECT(backend));
}

#endif
