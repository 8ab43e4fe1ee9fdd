/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The steps of start-up that carry out a command line: objects, machine, board,
 * devices.
 */
#include "qemu/osdep.h"
#include <json-c/json.h>
#include "hw/core/boards.h"
#include "hw/core/qdev-properties.h"
#include "qapi/error.h"
#include "qemu/target-name.h"
#include "qom/object_interfaces.h"
#include "system/cmdline.h"

/* --- objects --- */

/* Guest memory waits for the machine's options. */
static bool object_is_early(const CmdlineEntry *e)
{
    const char *type = opts_get_str(e->opts, "qom-type");

    return !type || !g_str_has_prefix(type, "memory-backend-");
}

bool cmdline_create_objects(const Cmdline *c, bool early, Error **errp)
{
    ERRP_GUARD();

    for (guint i = 0; i < c->objects->len; i++) {
        CmdlineEntry *e = g_ptr_array_index(c->objects, i);

        if (object_is_early(e) == early &&
            !user_creatable_add_json(e->opts, e->keyval, errp)) {
            error_prepend(errp, "-object %s: ", e->text);
            return false;
        }
    }
    return true;
}

/* --- the machine --- */

static MachineClass *choose_machine_class(const Cmdline *c, Error **errp)
{
    MachineClass *mc = machine_find_class(c->machine_type);

    if (mc) {
        return mc;
    }
    if (c->machine_type) {
        error_setg(errp, "unsupported machine type: \"%s\"", c->machine_type);
    } else {
        error_setg(errp, "No machine specified, and there is no default");
    }
    error_append_hint(errp, "Use -machine help to list supported machines\n");
    return NULL;
}

static bool apply_default_options(MachineState *ms, Error **errp)
{
    const char *text = MACHINE_GET_CLASS(ms)->default_machine_opts;
    struct json_object *opts = text ? keyval_parse_json(text, NULL, errp) : NULL;
    bool ok = !opts || object_set_properties_json(OBJECT(ms), opts, true, errp);

    json_object_put(opts);
    return ok;
}

/* The type a -cpu model stands for. NULL: no such model for this target. */
static const char *cpu_type_of_model(const char *model)
{
    const char *arch = g_str_equal(target_name(), "aarch64") ? "arm" : "x86_64";
    g_autofree char *type = g_strdup_printf("%s-%s-cpu", model, arch);
    ObjectClass *oc = object_class_by_name(type);

    return oc && !object_class_is_abstract(oc) ? object_class_get_name(oc) : NULL;
}

/* "-cpu MODEL,PROP=VALUE" means "-cpu MODEL -global TYPE.PROP=VALUE". */
static void register_cpu_properties(Cmdline *c, const char *type,
                                    struct json_object *props)
{
    json_object_object_foreach(props, name, value)
    {
        GlobalProperty *p = g_new0(GlobalProperty, 1);

        p->driver = g_strdup(type);
        p->property = g_strdup(name);
        p->value = g_strdup(json_object_get_string(value));
        g_ptr_array_add(c->globals, p);
        qdev_prop_register_global(p);
    }
}

static bool apply_cpu(const Cmdline *c, MachineState *ms, Error **errp)
{
    MachineClass *mc = MACHINE_GET_CLASS(ms);
    struct json_object *opts;
    const char *type;
    bool ok = true;

    ms->cpu_type = mc->default_cpu_type;
    if (!c->cpu || !mc->default_cpu_type) { /* a machine without CPUs takes any */
        return true;
    }
    opts = keyval_parse_json(c->cpu, "model", errp);
    if (!opts) {
        return false;
    }
    type = opts_get_str(opts, "model") ? cpu_type_of_model(opts_get_str(opts, "model"))
                                       : NULL;
    if (type) {
        ms->cpu_type = type;
        json_object_object_del(opts, "model");
        register_cpu_properties((Cmdline *)c, type, opts);
    } else {
        error_setg(errp, "unable to find CPU model '%s'", opts_get_str(opts, "model"));
        ok = false;
    }
    json_object_put(opts);
    return ok;
}

/* A machine without CPUs would forget what it is to boot. */
static bool check_boot(const Cmdline *c, const MachineClass *mc, Error **errp)
{
    if (!mc->default_cpu_type && opts_get_str(c->machine, "kernel")) {
        error_setg(errp, "-kernel: machine '%s' has no CPU that could boot it",
                   mc->name);
        return false;
    }
    return true;
}

static bool apply_sizes(const Cmdline *c, MachineState *ms, Error **errp)
{
    ERRP_GUARD();

    if (c->memory &&
        !object_property_set_json(OBJECT(ms), "memory", c->memory, true, errp)) {
        error_prepend(errp, "-m: ");
        return false;
    }
    if (c->smp && !object_property_set_json(OBJECT(ms), "smp", c->smp, true, errp)) {
        error_prepend(errp, "-smp: ");
        return false;
    }
    return true;
}

bool cmdline_create_machine(const Cmdline *c, Error **errp)
{
    MachineClass *mc = choose_machine_class(c, errp);
    MachineState *ms;

    if (!mc) {
        return false;
    }
    for (guint i = 0; i < c->globals->len; i++) {
        qdev_prop_register_global(g_ptr_array_index(c->globals, i));
    }
    object_set_machine_compat_props(mc->compat_props);
    ms = MACHINE(object_new_with_class(OBJECT_CLASS(mc)));
    object_property_add_child(object_get_root(), "machine", OBJECT(ms));
    object_unref(ms);
    current_machine = ms;
    phase_advance(PHASE_MACHINE_CREATED);

    return check_boot(c, mc, errp) && apply_default_options(ms, errp) &&
           object_set_properties_json(OBJECT(ms), c->machine, true, errp) &&
           apply_sizes(c, ms, errp) && apply_cpu(c, ms, errp);
}

bool cmdline_run_board(const Cmdline *c, Error **errp)
{
    Error *err = NULL;

    machine_run_board_init(current_machine, NULL, &err);
    error_propagate(errp, err);
    return !err;
}

/* --- devices --- */

bool cmdline_create_devices(const Cmdline *c, Error **errp)
{
    ERRP_GUARD();

    for (guint i = 0; i < c->devices->len; i++) {
        CmdlineEntry *e = g_ptr_array_index(c->devices, i);

        if (!qdev_device_add_json(e->opts, e->keyval, errp)) {
            error_prepend(errp, "-device %s: ", e->text);
            return false;
        }
    }
    return true;
}
