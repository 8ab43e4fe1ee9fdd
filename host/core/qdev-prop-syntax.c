/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Properties whose text has a syntax of its own: PCI slots, reserved
 * regions.
 */
#include "qemu/osdep.h"
#include <json-c/json.h>
#include "hw/core/qdev-properties-system.h"
#include "qapi/error.h"
#include "qemu/cutils.h"
#include "qemu/reserved-region.h"

/* --- "SLOT.FUNCTION" --- */

/* Hex, up to @max; *@end is what follows. */
static bool parse_hex(const char *text, const char **end, uint64_t max, uint64_t *value)
{
    return g_ascii_isxdigit(*text) && qemu_strtou64(text, end, 16, value) == 0 &&
           *value <= max;
}

static bool parse_devfn(const char *text, int32_t *devfn)
{
    uint64_t slot, fn = 0;

    if (g_str_equal(text, "-1")) {
        *devfn = -1;
        return true;
    }
    if (!parse_hex(text, &text, 31, &slot)) {
        return false;
    }
    if (*text == '.' && !parse_hex(text + 1, &text, 7, &fn)) {
        return false;
    }
    *devfn = slot << 3 | fn;
    return *text == '\0';
}

static void pci_devfn_set(Object *obj, Visitor *v, const char *name, void *opaque,
                          Error **errp)
{
    int32_t *ptr = object_field_prop_ptr(obj, opaque), value;
    g_autofree char *text = NULL;

    if (!json_object_is_type(visitor_value(v), json_type_string)) {
        if (!visit_type_int32(v, name, &value, errp)) {
            return;
        }
        if (value < -1 || value > 255) {
            error_setg(errp, "parameter '%s' expects PCI device/function", name);
            return;
        }
        *ptr = value;
        return;
    }
    if (!visit_type_str(v, name, &text, errp)) {
        return;
    }
    if (!parse_devfn(text, ptr)) {
        error_set_from_qdev_prop_error(errp, -EINVAL, obj, name, text);
    }
}

static void pci_devfn_get(Object *obj, Visitor *v, const char *name, void *opaque,
                          Error **errp)
{
    int32_t *ptr = object_field_prop_ptr(obj, opaque);

    visit_type_int32(v, name, ptr, errp);
}

static char *pci_devfn_print(Object *obj, const Property *prop)
{
    int32_t *ptr = object_field_prop_ptr(obj, prop);

    return *ptr == -1 ? g_strdup("<unset>")
                      : g_strdup_printf("%02x.%x", *ptr >> 3, *ptr & 7);
}

static void pci_devfn_set_default(ObjectProperty *op, const Property *prop)
{
    object_property_set_default_int(op, prop->defval.i);
}

const PropertyInfo qdev_prop_pci_devfn = {
    .type = "str",
    .description = "Slot and optional function number, example: 06.0 or 06",
    .print = pci_devfn_print,
    .get = pci_devfn_get,
    .set = pci_devfn_set,
    .set_default_value = pci_devfn_set_default,
};

/* --- "START:LAST:TYPE" --- */

static bool parse_reserved_region(const char *text, ReservedRegion *rr,
                                  const char **why)
{
    uint64_t start, last, type;

    *why = "start address";
    if (!parse_hex(text, &text, UINT64_MAX, &start) || *text++ != ':') {
        return false;
    }
    *why = "end address";
    if (!parse_hex(text, &text, UINT64_MAX, &last) || *text++ != ':' || last < start) {
        return false;
    }
    *why = "type";
    if (!g_ascii_isdigit(*text) || qemu_strtou64(text, NULL, 10, &type) != 0 ||
        type > UINT_MAX) {
        return false;
    }
    range_set_bounds(&rr->range, start, last);
    rr->type = type;
    return true;
}

static void reserved_region_set(Object *obj, Visitor *v, const char *name, void *opaque,
                                Error **errp)
{
    ReservedRegion *ptr = object_field_prop_ptr(obj, opaque), rr;
    g_autofree char *text = NULL;
    const char *why;

    if (!visit_type_str(v, name, &text, errp)) {
        return;
    }
    if (!parse_reserved_region(text, &rr, &why)) {
        error_setg(errp, "Failed to parse %s of '%s.%s=%s'", why,
                   object_get_typename(obj), name, text);
        error_append_hint(errp, "Write it as <start>:<last>:<type>, the addresses in "
                                "hexadecimal, the last one included.\n");
        return;
    }
    *ptr = rr;
}

static void reserved_region_get(Object *obj, Visitor *v, const char *name, void *opaque,
                                Error **errp)
{
    ReservedRegion *rr = object_field_prop_ptr(obj, opaque);
    g_autofree char *text =
        g_strdup_printf("0x%" PRIx64 ":0x%" PRIx64 ":%u", range_lob(&rr->range),
                        range_upb(&rr->range), rr->type);

    visit_type_str(v, name, &text, errp);
}

const PropertyInfo qdev_prop_reserved_region = {
    .type = "str",
    .description = "Reserved Region, example: 0xFEE00000:0xFEEFFFFF:0",
    .get = reserved_region_get,
    .set = reserved_region_set,
};
