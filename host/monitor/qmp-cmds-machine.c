/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands about machines and what they are made of. */
#include "qemu/osdep.h"
#include "hw/core/boards.h"
#include "monitor/qmp-command.h"
#include "qemu/target-name.h"

static struct json_object *machine_info(MachineClass *mc)
{
    struct json_object *info = json_object_new_object();

    qmp_add_str(info, "name", mc->name);
    if (mc->alias) {
        qmp_add_str(info, "alias", mc->alias);
    }
    if (mc->is_default) {
        qmp_add_bool(info, "is-default", true);
    }
    qmp_add_int(info, "cpu-max", MAX(mc->max_cpus, 1));
    qmp_add_bool(info, "hotpluggable-cpus", false);
    qmp_add_bool(info, "numa-mem-supported", false);
    qmp_add_bool(info, "deprecated", mc->deprecation_reason != NULL);
    if (mc->default_cpu_type) {
        qmp_add_str(info, "default-cpu-type", mc->default_cpu_type);
    }
    if (mc->default_ram_id) {
        qmp_add_str(info, "default-ram-id", mc->default_ram_id);
    }
    qmp_add_bool(info, "acpi", false);
    return info;
}

static struct json_object *qmp_query_machines(struct json_object *args, Error **errp)
{
    struct json_object *ret = json_object_new_array();
    GSList *list = object_class_get_list_sorted(TYPE_MACHINE, false);

    for (GSList *l = list; l; l = l->next) {
        MachineClass *mc = MACHINE_CLASS(l->data);

        if (!mc->target || !strcmp(mc->target, target_name())) {
            json_object_array_add(ret, machine_info(mc));
        }
    }
    g_slist_free(list);
    return ret;
}

static int add_cpu(Object *obj, void *opaque)
{
    g_autofree char *path = NULL;
    struct json_object *cpu, *list = opaque;

    if (!object_dynamic_cast(obj, "cpu")) {
        return 0;
    }
    path = object_get_canonical_path(obj);
    cpu = json_object_new_object();
    qmp_add_int(cpu, "cpu-index", json_object_array_length(list));
    qmp_add_str(cpu, "qom-path", path);
    qmp_add_int(cpu, "thread-id", getpid());
    qmp_add_str(cpu, "target", target_name());
    json_object_array_add(list, cpu);
    return 0;
}

static struct json_object *qmp_query_cpus_fast(struct json_object *args, Error **errp)
{
    struct json_object *ret = json_object_new_array();

    object_child_foreach_recursive(qdev_get_machine(), add_cpu, ret);
    return ret;
}

static struct json_object *qmp_query_memory_size_summary(struct json_object *args,
                                                         Error **errp)
{
    struct json_object *ret = json_object_new_object();

    qmp_add_uint(ret, "base-memory", current_machine ? current_machine->ram_size : 0);
    qmp_add_uint(ret, "plugged-memory", 0);
    return ret;
}

static const QmpArg query_machines_args[] = {
    { "compat-props", QMP_BOOL, .optional = true },
    {},
};

static const QmpCommand machine_commands[] = {
    { "query-cpus-fast", qmp_query_cpus_fast },
    { "query-machines", qmp_query_machines, query_machines_args },
    { "query-memory-size-summary", qmp_query_memory_size_summary },
};
QMP_COMMANDS(machine_commands)
