/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Properties as people read them.
 */
#include "qemu/osdep.h"
#include <json-c/json.h>
#include "qom/object.h"

/* As one gives it on the command line. Valid as long as @defval. */
static const char *default_text(struct json_object *defval)
{
    if (json_object_is_type(defval, json_type_boolean)) {
        return json_object_get_boolean(defval) ? "on" : "off";
    }
    if (json_object_is_type(defval, json_type_string)) {
        return json_object_get_string(defval);
    }
    return json_object_to_json_string_ext(defval, JSON_C_TO_STRING_NOSLASHESCAPE);
}

char *object_property_help(const char *name, const char *type,
                           struct json_object *defval, const char *description)
{
    GString *str = g_string_new(NULL);

    g_string_append_printf(str, "  %s=<%s>", name, type);
    if (description || defval) {
        g_string_append_printf(str, "%*s - ", MAX(0, 24 - (int)str->len), "");
    }
    if (description) {
        g_string_append(str, description);
    }
    if (defval) {
        g_string_append_printf(str, " (default: %s)", default_text(defval));
    }
    return g_string_free(str, false);
}

static gint compare_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

bool type_print_class_properties(const char *type)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    ObjectClass *klass = object_class_by_name(type);
    ObjectPropertyIterator iter;
    ObjectProperty *prop;

    if (!klass) {
        return false;
    }
    object_class_property_iter_init(&iter, klass);
    while ((prop = object_property_iter_next(&iter))) {
        if (prop->set) {
            g_ptr_array_add(lines,
                            object_property_help(prop->name, prop->type, prop->defval,
                                                 prop->description));
        }
    }
    g_ptr_array_sort(lines, compare_text);
    if (lines->len) {
        printf("%s options:\n", type);
    } else {
        printf("There are no options for %s.\n", type);
    }
    for (guint i = 0; i < lines->len; i++) {
        printf("%s\n", (char *)g_ptr_array_index(lines, i));
    }
    return true;
}
