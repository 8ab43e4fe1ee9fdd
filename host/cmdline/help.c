/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What -help and its relatives print, on standard output.
 */
#include "qemu/osdep.h"
#include <json-c/json.h>
#include "device-alias.h"
#include "hw/core/boards.h"
#include "hw/core/qdev-properties.h"
#include "option-table.h"
#include "qapi/error.h"
#include "qemu/target-name.h"
#include "qom/object_interfaces.h"
#include "system/version.h"

void cmdline_print_version(void)
{
    printf("viommu-system-%s version %s, compatible with QEMU emulator version %s\n",
           target_name(), VIOMMU_VERSION, VIOMMU_QEMU_VERSION);
}

void cmdline_print_help(void)
{
    cmdline_print_version();
    printf("usage: viommu-system-%s [options]\n\n", target_name());
    for (size_t i = 0; i < cmdline_options_len; i++) {
        const CmdlineOption *o = &cmdline_options[i];

        printf("-%s%s%s\n        %s\n", o->name, o->arg ? " " : "",
               o->arg ? o->arg : "", o->help);
    }
}

/* --- -machine --- */

static bool is_help(const char *text)
{
    return text && (g_str_equal(text, "help") || g_str_equal(text, "?"));
}

static void print_machines(void)
{
    GSList *list = object_class_get_list_sorted(TYPE_MACHINE, false);

    printf("Supported machines are:\n");
    for (GSList *l = list; l; l = l->next) {
        MachineClass *mc = l->data;

        if (!machine_class_fits_target(mc)) {
            continue;
        }
        if (mc->alias) {
            printf("%-20s %s (alias of %s)\n", mc->alias, mc->desc, mc->name);
        }
        printf("%-20s %s%s%s\n", mc->name, mc->desc ? mc->desc : "",
               mc->is_default ? " (default)" : "",
               mc->deprecation_reason ? " (deprecated)" : "");
    }
    g_slist_free(list);
}

static bool print_machine_info(const Cmdline *c)
{
    MachineClass *mc;

    if (is_help(c->machine_type)) {
        print_machines();
        return true;
    }
    if (!json_object_object_get_ex(c->machine, "help", NULL)) {
        return false;
    }
    mc = machine_find_class(c->machine_type);
    if (mc) {
        type_print_class_properties(object_class_get_name(OBJECT_CLASS(mc)));
    } else {
        print_machines();
    }
    return true;
}

/* --- -device --- */

static const char *const category_names[DEVICE_CATEGORY_MAX + 1] = {
    [DEVICE_CATEGORY_BRIDGE] = "Controller/Bridge/Hub",
    [DEVICE_CATEGORY_USB] = "USB",
    [DEVICE_CATEGORY_STORAGE] = "Storage",
    [DEVICE_CATEGORY_NETWORK] = "Network",
    [DEVICE_CATEGORY_INPUT] = "Input",
    [DEVICE_CATEGORY_DISPLAY] = "Display",
    [DEVICE_CATEGORY_SOUND] = "Sound",
    [DEVICE_CATEGORY_MISC] = "Misc",
    [DEVICE_CATEGORY_CPU] = "CPU",
    [DEVICE_CATEGORY_WATCHDOG] = "Watchdog",
    [DEVICE_CATEGORY_MAX] = "Uncategorized",
};

static void print_device(DeviceClass *dc)
{
    const char *name = object_class_get_name(OBJECT_CLASS(dc));

    printf("name \"%s\"", name);
    if (dc->bus_type) {
        printf(", bus %s", dc->bus_type);
    }
    if (device_alias_of(name)) {
        printf(", alias \"%s\"", device_alias_of(name));
    }
    if (dc->desc) {
        printf(", desc \"%s\"", dc->desc);
    }
    printf("\n");
}

static bool device_in_category(DeviceClass *dc, int category)
{
    if (!dc->user_creatable) {
        return false;
    }
    return category < DEVICE_CATEGORY_MAX
               ? test_bit(category, dc->categories)
               : bitmap_empty(dc->categories, DEVICE_CATEGORY_MAX);
}

static void print_devices(void)
{
    GSList *list = object_class_get_list_sorted(TYPE_DEVICE, false);
    const char *gap = "";

    for (int category = 0; category <= DEVICE_CATEGORY_MAX; category++) {
        bool titled = false;

        for (GSList *l = list; l; l = l->next) {
            if (!device_in_category(l->data, category)) {
                continue;
            }
            if (!titled) {
                printf("%s%s devices:\n", gap, category_names[category]);
                titled = true;
                gap = "\n";
            }
            print_device(l->data);
        }
    }
    g_slist_free(list);
}

static gint compare_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Not the properties that every device has: nobody sets them by option. */
static bool property_is_option(DeviceState *dev, ObjectProperty *prop)
{
    return prop->set && !g_str_has_prefix(prop->type, "link<") &&
           !object_class_property_find(object_class_by_name(TYPE_DEVICE), prop->name);
}

/* From an instance: a proxy has its inner device's properties only then. */
static void print_device_options(DeviceClass *dc)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    Object *obj = object_new_with_class(OBJECT_CLASS(dc));
    ObjectPropertyIterator iter;
    ObjectProperty *prop;

    object_property_iter_init(&iter, obj);
    while ((prop = object_property_iter_next(&iter))) {
        if (property_is_option(DEVICE(obj), prop)) {
            g_ptr_array_add(lines,
                            object_property_help(prop->name, prop->type, prop->defval,
                                                 prop->description));
        }
    }
    g_ptr_array_sort(lines, compare_text);
    if (lines->len) {
        printf("%s options:\n", object_get_typename(obj));
    } else {
        printf("There are no options for %s.\n", object_get_typename(obj));
    }
    for (guint i = 0; i < lines->len; i++) {
        printf("%s\n", (char *)g_ptr_array_index(lines, i));
    }
    object_unref(obj);
}

static bool print_device_info(const Cmdline *c, Error **errp)
{
    for (guint i = 0; i < c->devices->len; i++) {
        CmdlineEntry *e = g_ptr_array_index(c->devices, i);
        const char *driver = opts_get_str(e->opts, "driver");
        ObjectClass *oc;

        if (!e->keyval || !json_object_object_get_ex(e->opts, "help", NULL)) {
            continue;
        }
        if (!driver || is_help(driver)) {
            print_devices();
            return true;
        }
        oc = object_class_by_name(device_resolve_alias(driver));
        if (!object_class_dynamic_cast(oc, TYPE_DEVICE) ||
            object_class_is_abstract(oc)) {
            error_setg(errp, "'%s' is not a valid device model name", driver);
            return false;
        }
        print_device_options(DEVICE_CLASS(oc));
        return true;
    }
    return false;
}

/* --- the rest --- */

static bool print_object_info(const Cmdline *c)
{
    for (guint i = 0; i < c->objects->len; i++) {
        CmdlineEntry *e = g_ptr_array_index(c->objects, i);
        const char *type = opts_get_str(e->opts, "qom-type");

        if (e->keyval && json_object_object_get_ex(e->opts, "help", NULL)) {
            if (!user_creatable_print_help(type ? type : "help")) {
                user_creatable_print_help("help");
            }
            return true;
        }
    }
    return false;
}

/* The types called "<name><suffix>", by their names. */
static void print_types(const char *title, const char *parent, const char *suffix)
{
    GSList *list = object_class_get_list_sorted(parent, false);

    printf("%s\n", title);
    for (GSList *l = list; l; l = l->next) {
        const char *name = object_class_get_name(l->data);

        if (g_str_has_suffix(name, suffix)) {
            printf("  %.*s\n", (int)(strlen(name) - strlen(suffix)), name);
        }
    }
    g_slist_free(list);
}

static bool print_cpu_info(const Cmdline *c)
{
    if (!is_help(c->cpu)) {
        return false;
    }
    print_types("Available CPUs:", "cpu",
                g_str_equal(target_name(), "aarch64") ? "-arm-cpu" : "-x86_64-cpu");
    return true;
}

static bool print_accel_info(const Cmdline *c)
{
    for (guint i = 0; i < c->accels->len; i++) {
        CmdlineEntry *e = g_ptr_array_index(c->accels, i);

        if (is_help(opts_get_str(e->opts, "accel"))) {
            printf("Accelerators supported in QEMU binary:\ninterp\ntcg\nqtest\n");
            return true;
        }
    }
    return false;
}

/* "-chardev help" and "-netdev help": @key is what the first value stands for. */
static bool print_kinds(GPtrArray *entries, const char *key, const char *title,
                        const char *kinds)
{
    for (guint i = 0; i < entries->len; i++) {
        CmdlineEntry *e = g_ptr_array_index(entries, i);

        if (e->keyval && (json_object_object_get_ex(e->opts, "help", NULL) ||
                          is_help(opts_get_str(e->opts, key)))) {
            printf("%s\n%s", title, kinds);
            return true;
        }
    }
    return false;
}

static bool print_backend_info(const Cmdline *c)
{
    return print_kinds(c->chardevs, "backend", "Available chardev backend types: ",
                       "  file\n  null\n  socket\n  stdio\n") ||
           print_kinds(c->netdevs, "type", "Available netdev backend types:",
                       "hubport\nsocket\nstream\nuser\n");
}

bool cmdline_print_info(const Cmdline *c, Error **errp)
{
    if (c->help) {
        cmdline_print_help();
    } else if (c->version) {
        cmdline_print_version();
    } else {
        return print_machine_info(c) || print_device_info(c, errp) ||
               print_object_info(c) || print_cpu_info(c) || print_accel_info(c) ||
               print_backend_info(c);
    }
    return true;
}
