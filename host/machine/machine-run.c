/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From options to a board: the CPU model is checked, the memory is made.
 */
#include "qemu/osdep.h"
#include <json-c/json.h>
#include "hw/core/boards.h"
#include "qapi/error.h"
#include "qom/object_interfaces.h"

/* --- CPU model --- */

static bool check_cpu_type(MachineState *ms, Error **errp)
{
    MachineClass *mc = MACHINE_GET_CLASS(ms);
    g_autoptr(GString) valid = NULL;

    if (!mc->valid_cpu_types || !ms->cpu_type) {
        return true;
    }
    if (g_strv_contains(mc->valid_cpu_types, ms->cpu_type)) {
        return true;
    }
    valid = g_string_new(NULL);
    for (const char *const *type = mc->valid_cpu_types; *type; type++) {
        g_string_append_printf(valid, "%s%s", valid->len ? ", " : "", *type);
    }
    error_setg(errp, "Invalid CPU model: %s", ms->cpu_type);
    error_append_hint(errp, "The valid models are: %s\n", valid->str);
    return false;
}

/* --- memory --- */

MemoryRegion *machine_consume_memdev(MachineState *machine, HostMemoryBackend *backend)
{
    MemoryRegion *mr = host_memory_backend_get_memory(backend);

    g_assert(!host_memory_backend_is_mapped(backend));
    host_memory_backend_set_mapped(backend, true);
    return mr;
}

/* The backend that -machine memory-backend= names. */
static bool resolve_memdev(MachineState *ms, Error **errp)
{
    Object *obj =
        object_resolve_path_component(object_get_objects_root(), ms->memdev_id);

    obj = obj ? obj : object_resolve_path(ms->memdev_id, NULL);
    if (!object_dynamic_cast(obj, TYPE_MEMORY_BACKEND)) {
        error_setg(errp, "Memory backend '%s' not found", ms->memdev_id);
        return false;
    }
    ms->memdev = MEMORY_BACKEND(obj);
    if (host_memory_backend_is_mapped(ms->memdev)) {
        error_setg(errp, "memory backend '%s' can't be used multiple times.",
                   ms->memdev_id);
        return false;
    }
    if (!ms->ram_size_given) {
        ms->ram_size = ms->maxram_size = ms->memdev->size;
    } else if (ms->ram_size != ms->memdev->size) {
        error_setg(errp, "Size specified by -m option must match size of explicitly "
                         "specified 'memory-backend' property");
        return false;
    }
    return true;
}

static bool create_default_memdev(MachineState *ms, Error **errp)
{
    MachineClass *mc = MACHINE_GET_CLASS(ms);
    struct json_object *props = json_object_new_object();
    Object *obj;

    json_object_object_add(props, "size", json_object_new_uint64(ms->ram_size));
    json_object_object_add(props, "merge", json_object_new_boolean(ms->mem_merge));
    json_object_object_add(props, "dump", json_object_new_boolean(ms->dump_guest_core));
    obj = user_creatable_add_type(TYPE_MEMORY_BACKEND_RAM, mc->default_ram_id, props,
                                  false, errp);
    json_object_put(props);
    if (!obj) {
        return false;
    }
    ms->memdev = MEMORY_BACKEND(obj);
    return true;
}

static bool make_memory(MachineState *ms, Error **errp)
{
    if (ms->memdev_id && !resolve_memdev(ms, errp)) {
        return false;
    }
    if (!MACHINE_GET_CLASS(ms)->default_ram_id || !ms->ram_size) {
        return true; /* no memory of its own */
    }
    if (!ms->memdev && !create_default_memdev(ms, errp)) {
        return false;
    }
    ms->ram = machine_consume_memdev(ms, ms->memdev);
    return true;
}

void machine_run_board_init(MachineState *machine, const char *mem_path, Error **errp)
{
    MachineClass *mc = MACHINE_GET_CLASS(machine);

    if (!make_memory(machine, errp) || !check_cpu_type(machine, errp)) {
        return;
    }
    phase_advance(PHASE_ACCEL_CREATED);
    mc->init(machine);
    phase_advance(PHASE_MACHINE_INITIALIZED);
}
