/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Enumerations and booleans as text.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qapi-types-common.h"
#include "qapi/qapi-types-virtio.h"
#include "qapi/util.h"

const QEnumLookup OnOffAuto_lookup = {
    .array =
        (const char *const[]){
            [ON_OFF_AUTO_AUTO] = "auto",
            [ON_OFF_AUTO_ON] = "on",
            [ON_OFF_AUTO_OFF] = "off",
        },
    .size = ON_OFF_AUTO__MAX,
};

const QEnumLookup GranuleMode_lookup = {
    .array =
        (const char *const[]){
            [GRANULE_MODE_4K] = "4k",
            [GRANULE_MODE_8K] = "8k",
            [GRANULE_MODE_16K] = "16k",
            [GRANULE_MODE_64K] = "64k",
            [GRANULE_MODE_HOST] = "host",
        },
    .size = GRANULE_MODE__MAX,
};

const char *qapi_enum_lookup(const QEnumLookup *lookup, int val)
{
    g_assert(val >= 0 && val < lookup->size);
    return lookup->array[val];
}

int qapi_enum_parse(const QEnumLookup *lookup, const char *buf, int def, Error **errp)
{
    if (!buf) {
        return def;
    }
    for (int i = 0; i < lookup->size; i++) {
        if (!g_strcmp0(buf, lookup->array[i])) {
            return i;
        }
    }
    error_setg(errp, "invalid parameter value: %s", buf);
    return def;
}

bool qapi_bool_parse(const char *name, const char *value, bool *obj, Error **errp)
{
    static const char *const yes[] = { "on", "yes", "true", "y", NULL };
    static const char *const no[] = { "off", "no", "false", "n", NULL };

    if (g_strv_contains(yes, value)) {
        *obj = true;
        return true;
    }
    if (g_strv_contains(no, value)) {
        *obj = false;
        return true;
    }
    error_setg(errp, "Parameter '%s' expects 'on' or 'off'", name);
    return false;
}
