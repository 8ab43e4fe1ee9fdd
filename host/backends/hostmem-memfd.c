/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include <sys/mman.h>
#include "hostmem-internal.h"
#include "qapi/error.h"

OBJECT_DECLARE_SIMPLE_TYPE(MemfdBackend, MEMORY_BACKEND_MEMFD)

struct MemfdBackend {
    HostMemoryBackend parent_obj;
    bool seal; /* the file's size cannot change any more */
};

static int memfd_open(const char *name, uint64_t size, bool seal, Error **errp)
{
    int fd = memfd_create(name, MFD_CLOEXEC | (seal ? MFD_ALLOW_SEALING : 0));

    if (fd < 0 || ftruncate(fd, size) < 0 ||
        (seal &&
         fcntl(fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) < 0)) {
        error_setg_errno(errp, errno, "failed to create memfd of %" PRIu64 " bytes",
                         size);
        if (fd >= 0) {
            close(fd);
        }
        return -1;
    }
    return fd;
}

static bool memfd_backend_alloc(HostMemoryBackend *backend, Error **errp)
{
    const char *name = hostmem_block_name(backend);
    int fd = memfd_open(name, backend->size, MEMORY_BACKEND_MEMFD(backend)->seal, errp);

    if (fd < 0) {
        return false;
    }
    if (!memory_region_init_ram_from_fd(&backend->mr, OBJECT(backend), name,
                                        backend->size, hostmem_ram_flags(backend), fd,
                                        0, errp)) {
        close(fd);
        return false;
    }
    return true;
}

static bool get_seal(Object *obj, Error **errp)
{
    return MEMORY_BACKEND_MEMFD(obj)->seal;
}

static void set_seal(Object *obj, bool value, Error **errp)
{
    MEMORY_BACKEND_MEMFD(obj)->seal = value;
}

static void memfd_backend_init(Object *obj)
{
    MEMORY_BACKEND(obj)->share = true;
    MEMORY_BACKEND_MEMFD(obj)->seal = true;
}

static void memfd_backend_class_init(ObjectClass *oc, const void *data)
{
    MEMORY_BACKEND_CLASS(oc)->alloc = memfd_backend_alloc;
    object_class_property_add_bool(oc, "seal", get_seal, set_seal);
    object_class_property_set_description(oc, "seal", "Seal growing & shrinking");
}

static const TypeInfo memfd_backend_types[] = {
    {
        .name = TYPE_MEMORY_BACKEND_MEMFD,
        .parent = TYPE_MEMORY_BACKEND,
        .instance_size = sizeof(MemfdBackend),
        .instance_init = memfd_backend_init,
        .class_init = memfd_backend_class_init,
    },
};

DEFINE_TYPES(memfd_backend_types)
