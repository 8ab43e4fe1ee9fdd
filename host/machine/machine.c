/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine's type and its properties.
 */
#include "qemu/osdep.h"
#include <json-c/json.h>
#include "hw/core/boards.h"
#include "qapi/error.h"
#include "qemu/target-name.h"

/* What a machine gets that says nothing about its memory. */
#define DEFAULT_RAM_SIZE (128ull << 20)

MachineState *current_machine;

/* --- which one --- */

bool machine_class_fits_target(MachineClass *mc)
{
    return !mc->target || g_str_equal(mc->target, target_name());
}

MachineClass *machine_find_class(const char *name)
{
    GSList *list = object_class_get_list_sorted(TYPE_MACHINE, false);
    MachineClass *found = NULL;

    for (GSList *l = list; l && !found; l = l->next) {
        MachineClass *mc = l->data;

        if (machine_class_fits_target(mc) &&
            (name ? g_str_equal(name, mc->name) || !g_strcmp0(name, mc->alias)
                  : mc->is_default)) {
            found = mc;
        }
    }
    g_slist_free(list);
    return found;
}

/* --- "memory" and "smp": structures --- */

static bool read_size(struct json_object *config, const char *name, uint64_t *value,
                      Error **errp)
{
    struct json_object *member;
    g_autofree char *text = NULL;
    Visitor *v;
    bool ok;

    if (!json_object_object_get_ex(config, name, &member)) {
        return true;
    }
    /* "-m 512" is megabytes, as it always was. */
    if (json_object_is_type(member, json_type_string)) {
        text = g_strdup(json_object_get_string(member));
        if (*text && g_ascii_isdigit(text[strlen(text) - 1]) &&
            !g_str_has_prefix(text, "0x")) {
            char *mega = g_strconcat(text, "M", NULL);

            g_free(text);
            text = mega;
        }
        member = json_object_new_string(text);
    } else {
        member = json_object_get(member);
    }
    v = visitor_input_new(member, true);
    ok = visit_type_size(v, name, value, errp);
    visit_free(v);
    json_object_put(member);
    return ok;
}

static bool machine_parse_memory(MachineState *ms, struct json_object *config,
                                 Error **errp)
{
    uint64_t size = ms->ram_size, maxmem = 0, slots = 0;
    struct json_object *member;

    if (!json_object_is_type(config, json_type_object)) {
        error_setg(errp, "Invalid parameter type for 'memory', expected: object");
        return false;
    }
    if (!read_size(config, "size", &size, errp) ||
        !read_size(config, "maxmem", &maxmem, errp) ||
        !read_size(config, "max-size", &maxmem, errp)) {
        return false;
    }
    if (json_object_object_get_ex(config, "slots", &member)) {
        slots = json_object_get_uint64(member);
    }
    if (slots || (maxmem && maxmem != size)) {
        error_setg(errp, "memory slots are not supported: there is no memory hotplug");
        return false;
    }
    ms->ram_size =
        size ? ROUND_UP(size, 8192) : MACHINE_GET_CLASS(ms)->default_ram_size;
    if (ms->ram_size < size) {
        error_setg(errp, "ram size too large");
        return false;
    }
    ms->maxram_size = ms->ram_size;
    ms->ram_size_given = true;
    return true;
}

static void machine_set_memory(Object *obj, Visitor *v, const char *name, void *opaque,
                               Error **errp)
{
    machine_parse_memory(MACHINE(obj), visitor_value(v), errp);
}

static void machine_get_memory(Object *obj, Visitor *v, const char *name, void *opaque,
                               Error **errp)
{
    MachineState *ms = MACHINE(obj);
    struct json_object *memory = json_object_new_object();

    json_object_object_add(memory, "size", json_object_new_uint64(ms->ram_size));
    json_object_object_add(memory, "max-size", json_object_new_uint64(ms->maxram_size));
    visitor_set_value(v, memory);
}

static void machine_set_smp(Object *obj, Visitor *v, const char *name, void *opaque,
                            Error **errp)
{
    machine_parse_smp(MACHINE(obj), visitor_value(v), errp);
}

static void machine_get_smp(Object *obj, Visitor *v, const char *name, void *opaque,
                            Error **errp)
{
    const CpuTopology *t = &MACHINE(obj)->smp;
    struct json_object *smp = json_object_new_object();

    json_object_object_add(smp, "cpus", json_object_new_int64(t->cpus));
    json_object_object_add(smp, "sockets", json_object_new_int64(t->sockets));
    json_object_object_add(smp, "dies", json_object_new_int64(t->dies));
    json_object_object_add(smp, "clusters", json_object_new_int64(t->clusters));
    json_object_object_add(smp, "cores", json_object_new_int64(t->cores));
    json_object_object_add(smp, "threads", json_object_new_int64(t->threads));
    json_object_object_add(smp, "maxcpus", json_object_new_int64(t->max_cpus));
    visitor_set_value(v, smp);
}

/* --- strings and flags: the opaque is the field's offset --- */

static void machine_get_str(Object *obj, Visitor *v, const char *name, void *opaque,
                            Error **errp)
{
    visit_type_str(v, name, (char **)((char *)obj + (uintptr_t)opaque), errp);
}

static bool machine_is_fixed(const char *name, Error **errp)
{
    if (phase_check(PHASE_MACHINE_INITIALIZED)) {
        error_setg(errp,
                   "machine property '%s' cannot be changed once the machine is made",
                   name);
        return true;
    }
    return false;
}

static void machine_set_str(Object *obj, Visitor *v, const char *name, void *opaque,
                            Error **errp)
{
    char **ptr = (char **)((char *)obj + (uintptr_t)opaque), *value;

    if (!machine_is_fixed(name, errp) && visit_type_str(v, name, &value, errp)) {
        g_free(*ptr);
        *ptr = value;
    }
}

static void machine_get_bool(Object *obj, Visitor *v, const char *name, void *opaque,
                             Error **errp)
{
    visit_type_bool(v, name, (bool *)((char *)obj + (uintptr_t)opaque), errp);
}

static void machine_set_bool(Object *obj, Visitor *v, const char *name, void *opaque,
                             Error **errp)
{
    if (!machine_is_fixed(name, errp)) {
        visit_type_bool(v, name, (bool *)((char *)obj + (uintptr_t)opaque), errp);
    }
}

static void add_str(ObjectClass *oc, const char *name, size_t offset, const char *what)
{
    object_class_property_add(oc, name, "string", machine_get_str, machine_set_str,
                              NULL, (void *)offset);
    object_class_property_set_description(oc, name, what);
}

static void add_bool(ObjectClass *oc, const char *name, size_t offset, const char *what)
{
    object_class_property_add(oc, name, "bool", machine_get_bool, machine_set_bool,
                              NULL, (void *)offset);
    object_class_property_set_description(oc, name, what);
}

/* --- the default for every virtio device --- */

static int get_virtio_access_platform(Object *obj, Error **errp)
{
    return MACHINE(obj)->virtio_access_platform;
}

static void set_virtio_access_platform(Object *obj, int value, Error **errp)
{
    if (machine_is_fixed("virtio-access-platform", errp)) {
        return;
    }
    MACHINE(obj)->virtio_access_platform = value;
    if (value != ON_OFF_AUTO_AUTO) {
        object_register_sugar_prop("virtio-device", "access_platform",
                                   qapi_enum_lookup(&OnOffAuto_lookup, value), false);
    }
}

bool machine_usb(MachineState *machine)
{
    return machine->usb;
}

bool machine_dump_guest_core(MachineState *machine)
{
    return machine->dump_guest_core;
}

bool machine_mem_merge(MachineState *machine)
{
    return machine->mem_merge;
}

/* --- the type --- */

static void machine_initfn(Object *obj)
{
    MachineState *ms = MACHINE(obj);
    MachineClass *mc = MACHINE_GET_CLASS(obj);
    unsigned cpus = MAX(mc->default_cpus, 1);

    ms->dump_guest_core = true;
    ms->mem_merge = true;
    ms->enable_graphics = true;
    ms->ram_size = mc->default_ram_size;
    ms->maxram_size = mc->default_ram_size;
    ms->kernel_cmdline = g_strdup("");
    ms->smp = (CpuTopology){ cpus, 1, 1, 1, cpus, 1, cpus };
}

static void machine_finalize(Object *obj)
{
    MachineState *ms = MACHINE(obj);

    g_free(ms->dtb);
    g_free(ms->dumpdtb);
    g_free(ms->firmware);
    g_free(ms->memdev_id);
    g_free(ms->kernel_filename);
    g_free(ms->kernel_cmdline);
    g_free(ms->initrd_filename);
    if (current_machine == ms) {
        current_machine = NULL;
    }
}

static void machine_class_base_init(ObjectClass *oc, const void *data)
{
    MachineClass *mc = MACHINE_CLASS(oc);
    const char *type = object_class_get_name(oc);

    mc->compat_props = g_ptr_array_new();
    mc->alias = NULL;
    mc->is_default = false;
    mc->name = NULL;
    if (!object_class_is_abstract(oc)) {
        g_assert(g_str_has_suffix(type, TYPE_MACHINE_SUFFIX));
        mc->name = g_strndup(type, strlen(type) - strlen(TYPE_MACHINE_SUFFIX));
    }
}

static void machine_class_init(ObjectClass *oc, const void *data)
{
    MachineClass *mc = MACHINE_CLASS(oc);

    mc->default_ram_size = DEFAULT_RAM_SIZE;
    mc->min_cpus = 1;
    mc->max_cpus = 1;
    mc->default_cpus = 1;

    add_str(oc, "kernel", offsetof(MachineState, kernel_filename),
            "Linux kernel image file");
    add_str(oc, "initrd", offsetof(MachineState, initrd_filename),
            "Linux initial ramdisk file");
    add_str(oc, "append", offsetof(MachineState, kernel_cmdline),
            "Linux kernel command line");
    add_str(oc, "dtb", offsetof(MachineState, dtb), "Linux kernel device tree file");
    add_str(oc, "dumpdtb", offsetof(MachineState, dumpdtb),
            "Dump current dtb to a file and quit");
    add_str(oc, "firmware", offsetof(MachineState, firmware), "Firmware image");
    add_str(oc, "memory-backend", offsetof(MachineState, memdev_id),
            "Set RAM backend. Valid value is ID of hostmem based backend");
    add_bool(oc, "usb", offsetof(MachineState, usb),
             "Set on/off to enable/disable usb");
    add_bool(oc, "dump-guest-core", offsetof(MachineState, dump_guest_core),
             "Include guest memory in a core dump");
    add_bool(oc, "mem-merge", offsetof(MachineState, mem_merge),
             "Enable/disable memory merge support");
    add_bool(oc, "graphics", offsetof(MachineState, enable_graphics),
             "Set on/off to enable/disable graphics emulation");
    add_bool(oc, "suppress-vmdesc", offsetof(MachineState, suppress_vmdesc),
             "Set on to disable self-describing migration");

    object_class_property_add(oc, "memory", "MemorySizeConfiguration",
                              machine_get_memory, machine_set_memory, NULL, NULL);
    object_class_property_set_description(oc, "memory", "Memory size configuration");
    object_class_property_add(oc, "smp", "SMPConfiguration", machine_get_smp,
                              machine_set_smp, NULL, NULL);
    object_class_property_set_description(oc, "smp", "CPU topology");
    object_class_property_add_enum(oc, "virtio-access-platform", "OnOffAuto",
                                   &OnOffAuto_lookup, get_virtio_access_platform,
                                   set_virtio_access_platform);
    object_class_property_set_description(
        oc, "virtio-access-platform",
        "Default of access_platform of every virtio device");
}

static const TypeInfo machine_types[] = {
    {
        .name = TYPE_MACHINE,
        .parent = TYPE_OBJECT,
        .abstract = true,
        .class_size = sizeof(MachineClass),
        .class_init = machine_class_init,
        .class_base_init = machine_class_base_init,
        .instance_size = sizeof(MachineState),
        .instance_init = machine_initfn,
        .instance_finalize = machine_finalize,
    },
};

DEFINE_TYPES(machine_types)
