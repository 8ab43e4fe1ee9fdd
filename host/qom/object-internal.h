/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of host/qom share and nobody else sees.
 */
#ifndef HOST_QOM_OBJECT_INTERNAL_H
#define HOST_QOM_OBJECT_INTERNAL_H

#include "qom/object.h"

/* Makes the class of @ti and of its ancestors ready, once. */
void type_initialize(Type ti);
Type type_of_class(ObjectClass *klass);
Type type_parent(Type ti);
size_t type_instance_size(Type ti);
size_t type_instance_align(Type ti);
const TypeInfo *type_info(Type ti);

/* Gives the class properties' defaults to the new object. */
void object_init_class_properties(Object *obj);
void object_property_table_free(GHashTable *table);
GHashTable *object_property_table_new(void);
/* Releases all properties of @obj, children and links among them. */
void object_property_del_all(Object *obj);
void object_property_del_child(Object *obj, Object *child);

bool object_property_is_child(const ObjectProperty *prop);
/* The object and property at the end of a chain of aliases. */
ObjectProperty *object_property_resolve_alias(Object **obj, ObjectProperty *prop);

#endif
