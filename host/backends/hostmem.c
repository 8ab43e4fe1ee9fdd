/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What all memory backends have in common.
 */
#include "qemu/osdep.h"
#include <sys/mman.h>
#include "qapi/error.h"
#include "qom/object_interfaces.h"
#include "system/hostmem.h"

bool host_memory_backend_mr_inited(HostMemoryBackend *backend)
{
    return backend->inited;
}

MemoryRegion *host_memory_backend_get_memory(HostMemoryBackend *backend)
{
    return backend->inited ? &backend->mr : NULL;
}

void host_memory_backend_set_mapped(HostMemoryBackend *backend, bool mapped)
{
    backend->is_mapped = mapped;
}

bool host_memory_backend_is_mapped(HostMemoryBackend *backend)
{
    return backend->is_mapped;
}

size_t host_memory_backend_pagesize(HostMemoryBackend *memdev)
{
    return qemu_real_host_page_size();
}

char *host_memory_backend_get_name(HostMemoryBackend *backend)
{
    return object_get_canonical_path(OBJECT(backend));
}

/* --- properties --- */

static bool is_fixed(HostMemoryBackend *backend, const char *name, Error **errp)
{
    if (backend->inited) {
        error_setg(errp, "cannot change property '%s' of %s", name,
                   object_get_typename(OBJECT(backend)));
    }
    return backend->inited;
}

static void get_size(Object *obj, Visitor *v, const char *name, void *opaque,
                     Error **errp)
{
    visit_type_size(v, name, &MEMORY_BACKEND(obj)->size, errp);
}

static void set_size(Object *obj, Visitor *v, const char *name, void *opaque,
                     Error **errp)
{
    HostMemoryBackend *backend = MEMORY_BACKEND(obj);
    uint64_t value;

    if (is_fixed(backend, name, errp) || !visit_type_size(v, name, &value, errp)) {
        return;
    }
    if (!value) {
        error_setg(errp, "property '%s' of %s doesn't take value '0'", name,
                   object_get_typename(obj));
        return;
    }
    backend->size = value;
}

/* The opaque is the offset of the flag. */
static void access_flag(Object *obj, Visitor *v, const char *name, void *opaque,
                        Error **errp)
{
    if (visit_is_input(v) && is_fixed(MEMORY_BACKEND(obj), name, errp)) {
        return;
    }
    visit_type_bool(v, name, (bool *)((char *)obj + (uintptr_t)opaque), errp);
}

static void add_flag(ObjectClass *oc, const char *name, size_t offset, const char *what)
{
    object_class_property_add(oc, name, "bool", access_flag, access_flag, NULL,
                              (void *)offset);
    object_class_property_set_description(oc, name, what);
}

/* --- completion --- */

/* Touches every page, so that a shortage shows now. */
static bool populate(HostMemoryBackend *backend, Error **errp)
{
    void *ptr = memory_region_get_ram_ptr(&backend->mr);

    if (madvise(ptr, backend->size, MADV_POPULATE_WRITE) == 0 || errno == EINVAL) {
        return true;
    }
    error_setg_errno(errp, errno, "preallocating memory failed");
    return false;
}

static void host_memory_backend_complete(UserCreatable *uc, Error **errp)
{
    HostMemoryBackend *backend = MEMORY_BACKEND(uc);
    HostMemoryBackendClass *bc = MEMORY_BACKEND_GET_CLASS(uc);
    void *ptr;

    if (!backend->size) {
        error_setg(errp, "can't create backend with size 0");
        return;
    }
    if (!bc->alloc(backend, errp)) {
        return;
    }
    backend->inited = true;
    ptr = memory_region_get_ram_ptr(&backend->mr);
    /* Hints: a kernel without the feature loses nothing but the saving. */
    if (backend->merge) {
        madvise(ptr, backend->size, MADV_MERGEABLE);
    }
    if (!backend->dump) {
        madvise(ptr, backend->size, MADV_DONTDUMP);
    }
    if (backend->prealloc) {
        populate(backend, errp);
    }
}

static bool host_memory_backend_can_be_deleted(UserCreatable *uc)
{
    return !host_memory_backend_is_mapped(MEMORY_BACKEND(uc));
}

static void host_memory_backend_init(Object *obj)
{
    HostMemoryBackend *backend = MEMORY_BACKEND(obj);

    backend->merge = true;
    backend->dump = true;
    backend->reserve = true;
}

static void host_memory_backend_class_init(ObjectClass *oc, const void *data)
{
    UserCreatableClass *ucc = USER_CREATABLE_CLASS(oc);

    ucc->complete = host_memory_backend_complete;
    ucc->can_be_deleted = host_memory_backend_can_be_deleted;
    object_class_property_add(oc, "size", "int", get_size, set_size, NULL, NULL);
    object_class_property_set_description(oc, "size",
                                          "Size of the memory region (ex: 500M)");
    add_flag(oc, "merge", offsetof(HostMemoryBackend, merge),
             "Mark memory as mergeable");
    add_flag(oc, "dump", offsetof(HostMemoryBackend, dump),
             "Set to 'off' to exclude from core dump");
    add_flag(oc, "prealloc", offsetof(HostMemoryBackend, prealloc),
             "Preallocate memory");
    add_flag(oc, "share", offsetof(HostMemoryBackend, share),
             "Mark the memory as private to QEMU or shared");
    add_flag(oc, "reserve", offsetof(HostMemoryBackend, reserve),
             "Reserve swap space (or huge pages) if applicable");
    add_flag(oc, "x-use-canonical-path-for-ramblock-id",
             offsetof(HostMemoryBackend, use_canonical_path),
             "Name the memory in migration streams by its path");
}

static const TypeInfo hostmem_types[] = {
    {
        .name = TYPE_MEMORY_BACKEND,
        .parent = TYPE_OBJECT,
        .abstract = true,
        .class_size = sizeof(HostMemoryBackendClass),
        .class_init = host_memory_backend_class_init,
        .instance_size = sizeof(HostMemoryBackend),
        .instance_init = host_memory_backend_init,
        .interfaces =
            (const InterfaceInfo[]){
                { TYPE_USER_CREATABLE },
                {},
            },
    },
};

DEFINE_TYPES(hostmem_types)
