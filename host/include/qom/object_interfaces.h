/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Objects that users make with -object and object-add: children of /objects.
 */
#ifndef OBJECT_INTERFACES_H
#define OBJECT_INTERFACES_H

#include "qom/object.h"

#define TYPE_USER_CREATABLE "user-creatable"

typedef struct UserCreatableClass UserCreatableClass;
typedef struct UserCreatable UserCreatable;
DECLARE_CLASS_CHECKERS(UserCreatableClass, USER_CREATABLE, TYPE_USER_CREATABLE)
#define USER_CREATABLE(obj) INTERFACE_CHECK(UserCreatable, (obj), TYPE_USER_CREATABLE)

struct UserCreatableClass {
    InterfaceClass parent_class;

    /* All properties are set; may refuse them. Optional. */
    void (*complete)(UserCreatable *uc, Error **errp);
    /* false: in use. Default: true. */
    bool (*can_be_deleted)(UserCreatable *uc);
};

bool user_creatable_complete(UserCreatable *uc, Error **errp);
bool user_creatable_can_be_deleted(UserCreatable *uc);
/* The object is owned by /objects (which holds the reference). */
Object *user_creatable_add_type(const char *type, const char *id,
                                struct json_object *props, bool keyval, Error **errp);
/* @options: {"qom-type": …, "id": …, properties}. */
bool user_creatable_add_json(struct json_object *options, bool keyval, Error **errp);
bool user_creatable_del(const char *id, Error **errp);
/* "-object help" and "-object TYPE,help"; false: @type is not one. */
bool user_creatable_print_help(const char *type);
void user_creatable_cleanup(void);

#endif
