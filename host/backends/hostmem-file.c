/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "hostmem-internal.h"
#include "qapi/error.h"

OBJECT_DECLARE_SIMPLE_TYPE(FileBackend, MEMORY_BACKEND_FILE)

struct FileBackend {
    HostMemoryBackend parent_obj;
    char *mem_path;
    uint64_t align;
    uint64_t offset;
    bool readonly;
};

static bool file_backend_alloc(HostMemoryBackend *backend, Error **errp)
{
    FileBackend *fb = MEMORY_BACKEND_FILE(backend);
    uint32_t flags = hostmem_ram_flags(backend);

    if (!fb->mem_path) {
        error_setg(errp, "mem-path property not set");
        return false;
    }
    flags |= fb->readonly ? RAM_READONLY | RAM_READONLY_FD : 0;
    return memory_region_init_ram_from_file(
        &backend->mr, OBJECT(backend), hostmem_block_name(backend), backend->size,
        fb->align, flags, fb->mem_path, fb->offset, errp);
}

/* False, with @errp set, once the memory is there. */
static bool may_change(Object *obj, const char *name, Error **errp)
{
    if (host_memory_backend_mr_inited(MEMORY_BACKEND(obj))) {
        error_setg(errp, "cannot change property '%s' of %s", name,
                   object_get_typename(obj));
        return false;
    }
    return true;
}

static char *get_mem_path(Object *obj, Error **errp)
{
    return g_strdup(MEMORY_BACKEND_FILE(obj)->mem_path);
}

static void set_mem_path(Object *obj, const char *value, Error **errp)
{
    FileBackend *fb = MEMORY_BACKEND_FILE(obj);

    if (may_change(obj, "mem-path", errp)) {
        g_free(fb->mem_path);
        fb->mem_path = g_strdup(value);
    }
}

static bool get_readonly(Object *obj, Error **errp)
{
    return MEMORY_BACKEND_FILE(obj)->readonly;
}

static void set_readonly(Object *obj, bool value, Error **errp)
{
    if (may_change(obj, "readonly", errp)) {
        MEMORY_BACKEND_FILE(obj)->readonly = value;
    }
}

/* The opaque is the offset of the field. */
static void access_size(Object *obj, Visitor *v, const char *name, void *opaque,
                        Error **errp)
{
    if (!visit_is_input(v) || may_change(obj, name, errp)) {
        visit_type_size(v, name, (uint64_t *)((char *)obj + (uintptr_t)opaque), errp);
    }
}

static void file_backend_finalize(Object *obj)
{
    g_free(MEMORY_BACKEND_FILE(obj)->mem_path);
}

static void file_backend_class_init(ObjectClass *oc, const void *data)
{
    MEMORY_BACKEND_CLASS(oc)->alloc = file_backend_alloc;
    object_class_property_add_str(oc, "mem-path", get_mem_path, set_mem_path);
    object_class_property_add_bool(oc, "readonly", get_readonly, set_readonly);
    object_class_property_add(oc, "align", "int", access_size, access_size, NULL,
                              (void *)offsetof(FileBackend, align));
    object_class_property_add(oc, "offset", "int", access_size, access_size, NULL,
                              (void *)offsetof(FileBackend, offset));
}

static const TypeInfo file_backend_types[] = {
    {
        .name = TYPE_MEMORY_BACKEND_FILE,
        .parent = TYPE_MEMORY_BACKEND,
        .instance_size = sizeof(FileBackend),
        .instance_finalize = file_backend_finalize,
        .class_init = file_backend_class_init,
    },
};

DEFINE_TYPES(file_backend_types)
