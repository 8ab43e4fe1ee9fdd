/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "hostmem-internal.h"

static bool ram_backend_alloc(HostMemoryBackend *backend, Error **errp)
{
    return memory_region_init_ram_flags_nomigrate(
        &backend->mr, OBJECT(backend), hostmem_block_name(backend), backend->size,
        hostmem_ram_flags(backend), errp);
}

static void ram_backend_class_init(ObjectClass *oc, const void *data)
{
    MEMORY_BACKEND_CLASS(oc)->alloc = ram_backend_alloc;
}

static const TypeInfo ram_backend_types[] = {
    {
        .name = TYPE_MEMORY_BACKEND_RAM,
        .parent = TYPE_MEMORY_BACKEND,
        .class_init = ram_backend_class_init,
    },
};

DEFINE_TYPES(ram_backend_types)
