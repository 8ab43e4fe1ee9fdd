/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Objects that users make: children of /objects.
 */
#include "qemu/osdep.h"
#include <json-c/json.h>
#include "qapi/error.h"
#include "qemu/id.h"
#include "qom/object_interfaces.h"

bool user_creatable_complete(UserCreatable *uc, Error **errp)
{
    UserCreatableClass *ucc = USER_CREATABLE_GET_CLASS(uc);
    Error *err = NULL;

    if (ucc->complete) {
        ucc->complete(uc, &err);
        error_propagate(errp, err);
    }
    return !err;
}

bool user_creatable_can_be_deleted(UserCreatable *uc)
{
    UserCreatableClass *ucc = USER_CREATABLE_GET_CLASS(uc);

    return !ucc->can_be_deleted || ucc->can_be_deleted(uc);
}

static bool user_creatable_check_type(const char *type, Error **errp)
{
    ObjectClass *klass = object_class_by_name(type);

    if (!klass) {
        error_setg(errp, "invalid object type: %s", type);
    } else if (!object_class_dynamic_cast(klass, TYPE_USER_CREATABLE)) {
        error_setg(errp, "object type '%s' isn't supported by object-add", type);
    } else if (object_class_is_abstract(klass)) {
        error_setg(errp, "object type '%s' is abstract", type);
    } else {
        return true;
    }
    return false;
}

Object *user_creatable_add_type(const char *type, const char *id,
                                struct json_object *props, bool keyval, Error **errp)
{
    Object *obj;
    bool added;

    if (!id_wellformed(id)) {
        error_setg(errp, "Parameter 'id' expects an identifier");
        error_append_hint(errp,
                          "Identifiers consist of letters, digits, '-', '.', '_', "
                          "starting with a letter.\n");
        return NULL;
    }
    if (!user_creatable_check_type(type, errp)) {
        return NULL;
    }
    obj = object_new(type);
    added = object_set_properties_json(obj, props, keyval, errp) &&
            object_property_try_add_child(object_get_objects_root(), id, obj, errp);
    if (added && !user_creatable_complete(USER_CREATABLE(obj), errp)) {
        object_unparent(obj);
        added = false;
    }
    object_unref(obj); /* /objects keeps it */
    return added ? obj : NULL;
}

/* Moves the string member @name out of @options. */
static char *take_str(struct json_object *options, const char *name, Error **errp)
{
    struct json_object *value;
    char *ret;

    if (!json_object_object_get_ex(options, name, &value)) {
        error_setg(errp, "Parameter '%s' is missing", name);
        return NULL;
    }
    if (!json_object_is_type(value, json_type_string)) {
        error_setg(errp, "Invalid parameter type for '%s', expected: string", name);
        return NULL;
    }
    ret = g_strdup(json_object_get_string(value));
    json_object_object_del(options, name);
    return ret;
}

bool user_creatable_add_json(struct json_object *options, bool keyval, Error **errp)
{
    g_autofree char *type = NULL, *id = NULL;
    struct json_object *props = json_object_new_object();
    bool ok;

    json_object_object_foreach(options, key, value)
    {
        json_object_object_add(props, key, json_object_get(value));
    }
    type = take_str(props, "qom-type", errp);
    id = type && user_creatable_check_type(type, errp) ? take_str(props, "id", errp)
                                                       : NULL;
    ok = id && user_creatable_add_type(type, id, props, keyval, errp);
    json_object_put(props);
    return ok;
}

bool user_creatable_del(const char *id, Error **errp)
{
    Object *obj = object_resolve_path_component(object_get_objects_root(), id);

    if (!obj) {
        error_setg(errp, "object '%s' not found", id);
        return false;
    }
    if (!user_creatable_can_be_deleted(USER_CREATABLE(obj))) {
        error_setg(errp, "object '%s' is in use, can not be deleted", id);
        return false;
    }
    object_unparent(obj);
    return true;
}

bool user_creatable_print_help(const char *type)
{
    ObjectClass *klass;

    if (g_str_equal(type, "help") || g_str_equal(type, "?")) {
        GSList *list = object_class_get_list_sorted(TYPE_USER_CREATABLE, false);

        printf("List of user creatable objects:\n");
        for (GSList *l = list; l; l = l->next) {
            printf("  %s\n", object_class_get_name(l->data));
        }
        g_slist_free(list);
        return true;
    }
    klass = object_class_by_name(type);
    return klass && object_class_dynamic_cast(klass, TYPE_USER_CREATABLE) &&
           type_print_class_properties(type);
}

void user_creatable_cleanup(void)
{
    object_unparent(object_get_objects_root());
}

static const TypeInfo user_creatable_types[] = {
    {
        .name = TYPE_USER_CREATABLE,
        .parent = TYPE_INTERFACE,
        .class_size = sizeof(UserCreatableClass),
    },
};

DEFINE_TYPES(user_creatable_types)
