/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a property's value travels between its user and its accessor: a visitor
 * wraps one json-c value. An input visitor hands out the user's value (set),
 * an output visitor collects the property's value (get), so that one accessor
 * calling visit_type_x() serves both directions, as in QEMU.
 *
 * A keyval visitor comes from "key=value" text: there every value is a string
 * and each visit_type_x() parses it. Otherwise the JSON type must match.
 */
#ifndef QAPI_VISITOR_H
#define QAPI_VISITOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "qapi/util.h"

struct json_object;
typedef struct Error Error;
typedef struct Visitor Visitor;

/* @value is borrowed and must outlive the visitor. */
Visitor *visitor_input_new(struct json_object *value, bool keyval);
Visitor *visitor_output_new(void);
void visit_free(Visitor *v);

bool visit_is_input(const Visitor *v);
bool visitor_is_keyval(const Visitor *v);

/* Input: the value, borrowed. Accessors of lists and structures start here. */
struct json_object *visitor_value(Visitor *v);
/* Output: stores @value, whose reference passes to the visitor. */
void visitor_set_value(Visitor *v, struct json_object *value);
/* Output: the collected value, whose reference passes to the caller. */
struct json_object *visitor_take_value(Visitor *v);

/*
 * Each returns false with @errp set when the value has the wrong type, does not
 * parse or does not fit; @obj is then unchanged. @name is for the message.
 */
bool visit_type_bool(Visitor *v, const char *name, bool *obj, Error **errp);
bool visit_type_int8(Visitor *v, const char *name, int8_t *obj, Error **errp);
bool visit_type_int16(Visitor *v, const char *name, int16_t *obj, Error **errp);
bool visit_type_int32(Visitor *v, const char *name, int32_t *obj, Error **errp);
bool visit_type_int64(Visitor *v, const char *name, int64_t *obj, Error **errp);
bool visit_type_int(Visitor *v, const char *name, int64_t *obj, Error **errp);
bool visit_type_uint8(Visitor *v, const char *name, uint8_t *obj, Error **errp);
bool visit_type_uint16(Visitor *v, const char *name, uint16_t *obj, Error **errp);
bool visit_type_uint32(Visitor *v, const char *name, uint32_t *obj, Error **errp);
bool visit_type_uint64(Visitor *v, const char *name, uint64_t *obj, Error **errp);
/* As uint64, and key=value text may end in a size suffix (k, M, G, T, P, E). */
bool visit_type_size(Visitor *v, const char *name, uint64_t *obj, Error **errp);
/* Input: a new string for the caller. Output: copied, NULL counts as "". */
bool visit_type_str(Visitor *v, const char *name, char **obj, Error **errp);
bool visit_type_enum(Visitor *v, const char *name, int *obj, const QEnumLookup *lookup,
                     Error **errp);

#endif
