/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Enumerations with names: a table of strings indexed by the C value.
 */
#ifndef QAPI_UTIL_H
#define QAPI_UTIL_H

#include <stdbool.h>

typedef struct Error Error;

typedef struct QEnumLookup {
    const char *const *array;
    const unsigned char *const special_features;
    const int size;
} QEnumLookup;

/* The name of @val, which must be a value of the enumeration. */
const char *qapi_enum_lookup(const QEnumLookup *lookup, int val);

/* The value named @buf; @def when @buf is NULL or (with @errp set) unknown. */
int qapi_enum_parse(const QEnumLookup *lookup, const char *buf, int def, Error **errp);

/* "on", "yes", "true", "y" or their opposites; @name is for the message. */
bool qapi_bool_parse(const char *name, const char *value, bool *obj, Error **errp);

#endif
