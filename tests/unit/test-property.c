/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every kind of property that a device's table may have: default, text, JSON,
 * wrong values, what is read back.
 */
#include "qemu/osdep.h"
#include <json-c/json.h>
#include "hw/core/qdev-properties-system.h"
#include "qapi/error.h"
#include "qemu/reserved-region.h"

#define TYPE_KINDS "test-kinds"

typedef struct Kinds {
    DeviceState parent_obj;
    bool flag;
    uint8_t u8;
    uint16_t u16;
    uint32_t u32, bits, size32;
    uint64_t u64, bits64, size;
    int32_t i32;
    int64_t i64;
    char *text;
    OnOffAuto tri;
    GranuleMode granule;
    int32_t devfn;
    ReservedRegion region;
    uint32_t nr_regions;
    ReservedRegion *regions;
    uint32_t nr_names;
    char **names;
    Object *target;
} Kinds;
DECLARE_INSTANCE_CHECKER(Kinds, KINDS, TYPE_KINDS)

static const Property kinds_properties[] = {
    DEFINE_PROP_BOOL("flag", Kinds, flag, true),
    DEFINE_PROP_UINT8("u8", Kinds, u8, 200),
    DEFINE_PROP_UINT16("u16", Kinds, u16, 40000),
    DEFINE_PROP_UINT32("u32", Kinds, u32, 3000000000u),
    DEFINE_PROP_UINT64("u64", Kinds, u64, UINT64_MAX),
    DEFINE_PROP_INT32("i32", Kinds, i32, -5),
    DEFINE_PROP_INT64("i64", Kinds, i64, INT64_MIN),
    DEFINE_PROP_SIZE("size", Kinds, size, 1 << 20),
    DEFINE_PROP_SIZE32("size32", Kinds, size32, 4096),
    DEFINE_PROP_BIT("bit3", Kinds, bits, 3, true),
    DEFINE_PROP_BIT("bit31", Kinds, bits, 31, false),
    DEFINE_PROP_BIT64("bit33", Kinds, bits64, 33, true),
    DEFINE_PROP_STRING("text", Kinds, text),
    DEFINE_PROP_ON_OFF_AUTO("tri", Kinds, tri, ON_OFF_AUTO_AUTO),
    DEFINE_PROP_GRANULE_MODE("granule", Kinds, granule, GRANULE_MODE_HOST),
    DEFINE_PROP_PCI_DEVFN("addr", Kinds, devfn, -1),
    DEFINE_PROP_RESERVED_REGION("region", Kinds, region),
    DEFINE_PROP_ARRAY("regions", Kinds, nr_regions, regions, qdev_prop_reserved_region,
                      ReservedRegion),
    DEFINE_PROP_ARRAY("names", Kinds, nr_names, names, qdev_prop_string, char *),
    DEFINE_PROP_LINK("target", Kinds, target, TYPE_CONTAINER, Object *),
};

static void kinds_class_init(ObjectClass *oc, const void *data)
{
    device_class_set_props(DEVICE_CLASS(oc), kinds_properties);
}

static const TypeInfo test_types[] = {
    {
        .name = TYPE_KINDS,
        .parent = TYPE_DEVICE,
        .instance_size = sizeof(Kinds),
        .class_init = kinds_class_init,
    },
};
DEFINE_TYPES(test_types)

static Object *dev;
static Kinds *k;

/* What reading @name back gives, as JSON text. */
static void expect_value(const char *name, const char *json)
{
    struct json_object *value = object_property_get_json(dev, name, &error_abort);

    g_assert_cmpstr(json_object_to_json_string_ext(
                        value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE),
                    ==, json);
    json_object_put(value);
}

static void text_ok(const char *name, const char *text, const char *json)
{
    g_assert_true(object_property_parse(dev, name, text, &error_abort));
    expect_value(name, json);
}

static void text_fails(const char *name, const char *text, const char *message)
{
    Error *err = NULL;

    g_assert_false(object_property_parse(dev, name, text, &err));
    g_assert_cmpstr(error_get_pretty(err), ==, message);
    error_free(err);
}

static bool set_json(const char *name, const char *json, Error **errp)
{
    struct json_object *value = json_tokener_parse(json);
    bool ok = object_property_set_json(dev, name, value, false, errp);

    json_object_put(value);
    return ok;
}

static void json_ok(const char *name, const char *json, const char *back)
{
    g_assert_true(set_json(name, json, &error_abort));
    expect_value(name, back);
}

static void json_fails(const char *name, const char *json, const char *message)
{
    Error *err = NULL;

    g_assert_false(set_json(name, json, &err));
    g_assert_cmpstr(error_get_pretty(err), ==, message);
    error_free(err);
}

static void test_defaults(void)
{
    expect_value("flag", "true");
    expect_value("u8", "200");
    expect_value("u16", "40000");
    expect_value("u32", "3000000000");
    expect_value("u64", "18446744073709551615");
    expect_value("i32", "-5");
    expect_value("i64", "-9223372036854775808");
    expect_value("size", "1048576");
    expect_value("size32", "4096");
    expect_value("text", "\"\"");
    expect_value("tri", "\"auto\"");
    expect_value("granule", "\"host\"");
    expect_value("addr", "-1");
    expect_value("regions", "[]");
    expect_value("target", "\"\"");
    g_assert_cmphex(k->bits, ==, 1u << 3);
    g_assert_cmphex(k->bits64, ==, 1ull << 33);
}

static void test_bool(void)
{
    static const char *const yes[] = { "on", "yes", "true", "y" };
    static const char *const no[] = { "off", "no", "false", "n" };

    for (int i = 0; i < 4; i++) {
        text_ok("flag", no[i], "false");
        text_ok("flag", yes[i], "true");
    }
    text_fails("flag", "1", "Parameter 'flag' expects 'on' or 'off'");
    text_fails("flag", "", "Parameter 'flag' expects 'on' or 'off'");
    json_ok("flag", "false", "false");
    json_fails("flag", "\"on\"",
               "Invalid parameter type for 'flag', expected: boolean");
    json_fails("flag", "1", "Invalid parameter type for 'flag', expected: boolean");
}

static void test_integers(void)
{
    text_ok("u8", "255", "255");
    text_fails("u8", "256", "Parameter 'u8' expects uint8_t");
    text_fails("u8", "-1", "Parameter 'u8' expects a non-negative integer");
    text_fails("u8", "", "Parameter 'u8' expects a non-negative integer");
    text_fails("u8", "1 ", "Parameter 'u8' expects a non-negative integer");
    text_ok("u16", "0xffff", "65535");
    text_fails("u16", "65536", "Parameter 'u16' expects uint16_t");
    text_ok("u64", "0", "0");
    text_ok("u64", "18446744073709551615", "18446744073709551615");
    text_fails("u64", "18446744073709551616",
               "Parameter 'u64' expects a non-negative integer");
    json_ok("u64", "18446744073709551615", "18446744073709551615");
    json_fails("u64", "-1", "Parameter 'u64' expects uint64");
    text_ok("i32", "-2147483648", "-2147483648");
    text_fails("i32", "2147483648", "Parameter 'i32' expects int32_t");
    text_ok("i64", "-1", "-1");
    json_ok("i64", "9223372036854775807", "9223372036854775807");
    json_fails("i64", "9223372036854775808", "Parameter 'i64' expects int64");
    json_fails("i64", "1.5", "Invalid parameter type for 'i64', expected: integer");
    json_fails("i64", "null", "Invalid parameter type for 'i64', expected: integer");
}

static void test_sizes(void)
{
    text_ok("size", "2k", "2048");
    text_ok("size", "1.5M", "1572864");
    text_ok("size", "3", "3");
    text_fails("size", "1Q",
               "Parameter 'size' expects a size: a number, perhaps with a suffix "
               "k, M, G, T, P or E");
    text_ok("size32", "1G", "1073741824");
    text_fails("size32", "4G",
               "Property test-kinds.size32 doesn't take value 4294967296 "
               "(maximum: 4294967295)");
}

static void test_bits(void)
{
    text_ok("bit31", "on", "true");
    text_ok("bit3", "off", "false");
    g_assert_cmphex(k->bits, ==, 1u << 31);
    text_ok("bit33", "off", "false");
    g_assert_cmphex(k->bits64, ==, 0);
}

static void test_strings(void)
{
    text_ok("text", "one", "\"one\"");
    json_ok("text", "\"two\"", "\"two\"");
    json_fails("text", "2", "Invalid parameter type for 'text', expected: string");
    json_fails("text", "\"a\\u0000b\"",
               "Invalid parameter type for 'text', expected: string");
    expect_value("text", "\"two\"");
}

static void test_enums(void)
{
    text_ok("tri", "on", "\"on\"");
    g_assert_cmpint(k->tri, ==, ON_OFF_AUTO_ON);
    text_fails("tri", "maybe", "Parameter 'tri' does not accept value 'maybe'");
    text_ok("granule", "16k", "\"16k\"");
    g_assert_cmpint(k->granule, ==, GRANULE_MODE_16K);
    text_fails("granule", "5k", "Parameter 'granule' does not accept value '5k'");
}

static void test_devfn(void)
{
    text_ok("addr", "1f.7", "255");
    text_ok("addr", "0x3", "24");
    text_ok("addr", "02.1", "17");
    text_fails("addr", "20", "Property 'test-kinds.addr' doesn't take value '20'");
    text_fails("addr", "1.8", "Property 'test-kinds.addr' doesn't take value '1.8'");
    text_fails("addr", "1.", "Property 'test-kinds.addr' doesn't take value '1.'");
    text_fails("addr", "-2", "Property 'test-kinds.addr' doesn't take value '-2'");
    json_ok("addr", "\"4.1\"", "33");
    json_ok("addr", "8", "8");
    json_fails("addr", "256", "parameter 'addr' expects PCI device/function");
    json_ok("addr", "-1", "-1");
}

static void test_reserved_region(void)
{
    text_ok("region", "0xfee00000:0xfeefffff:1", "\"0xfee00000:0xfeefffff:1\"");
    g_assert_cmphex(range_upb(&k->region.range), ==, 0xfeefffff);
    text_ok("region", "0:ffffffffffffffff:0", "\"0x0:0xffffffffffffffff:0\"");
    text_fails("region", "g:1:0",
               "Failed to parse start address of 'test-kinds.region=g:1:0'");
    text_fails("region", "2:1:0",
               "Failed to parse end address of 'test-kinds.region=2:1:0'");
    text_fails("region", "1:2",
               "Failed to parse end address of 'test-kinds.region=1:2'");
    text_fails("region", "1:2:x", "Failed to parse type of 'test-kinds.region=1:2:x'");
}

static void test_arrays(void)
{
    json_ok("regions", "[\"1:2:0\",\"3:4:1\"]", "[\"0x1:0x2:0\",\"0x3:0x4:1\"]");
    g_assert_cmpuint(k->nr_regions, ==, 2);
    json_fails("regions", "[\"5:6:0\",\"x\"]",
               "Failed to parse start address of 'test-kinds.regions=x'");
    expect_value("regions", "[\"0x1:0x2:0\",\"0x3:0x4:1\"]"); /* unchanged */
    json_fails("regions", "\"1:2:0\"",
               "Invalid parameter type for 'regions', expected: array");
    text_ok("regions", "7:8:1", "[\"0x7:0x8:1\"]"); /* one element alone */
    json_ok("regions", "[]", "[]");
    g_assert_null(k->regions);
    json_ok("names", "[\"a\",\"b\",\"c\"]", "[\"a\",\"b\",\"c\"]");
    json_fails("names", "[\"d\",1]",
               "Invalid parameter type for 'names', expected: string");
    json_ok("names", "[\"e\"]", "[\"e\"]");
    /* what is left is freed with the device: the address sanitizer looks */
}

static void test_link(void)
{
    Object *box = object_get_container("box");
    Error *err = NULL;

    text_ok("target", "/box", "\"/box\"");
    g_assert_true(k->target == box);
    text_ok("target", "box", "\"/box\"");
    text_fails("target", "/nowhere", "Device '/nowhere' not found");
    g_assert_true(object_property_set_bool(dev, "realized", true, &error_abort));
    g_assert_false(object_property_set_link(dev, "target", NULL, &err));
    g_assert_nonnull(strstr(error_get_pretty(err), "after it was realized"));
    error_free(err);
    qdev_unrealize(DEVICE(dev));
}

static void assert_help(const char *name, const char *want)
{
    ObjectProperty *prop = object_property_find(dev, name);
    g_autofree char *line =
        object_property_help(prop->name, prop->type, prop->defval, prop->description);

    g_assert_cmpstr(line, ==, want);
}

static void test_help_text(void)
{
    assert_help("flag", "  flag=<bool>            - on/off (default: on)");
    assert_help("tri", "  tri=<OnOffAuto>        - on/off/auto (default: auto)");
}

static void test_setters(void)
{
    qdev_prop_set_bit(DEVICE(dev), "flag", false);
    qdev_prop_set_uint8(DEVICE(dev), "u8", 1);
    qdev_prop_set_int32(DEVICE(dev), "i32", -7);
    qdev_prop_set_uint64(DEVICE(dev), "u64", 1ull << 63);
    qdev_prop_set_string(DEVICE(dev), "text", "x");
    qdev_prop_set_enum(DEVICE(dev), "tri", ON_OFF_AUTO_OFF);
    g_assert_true(!k->flag && k->u8 == 1 && k->i32 == -7 && k->u64 == 1ull << 63);
    g_assert_cmpint(k->tri, ==, ON_OFF_AUTO_OFF);
}

int main(int argc, char **argv)
{
    int ret;

    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    dev = object_new(TYPE_KINDS);
    k = KINDS(dev);
    g_test_add_func("/property/defaults", test_defaults);
    g_test_add_func("/property/bool", test_bool);
    g_test_add_func("/property/integers", test_integers);
    g_test_add_func("/property/sizes", test_sizes);
    g_test_add_func("/property/bits", test_bits);
    g_test_add_func("/property/strings", test_strings);
    g_test_add_func("/property/enums", test_enums);
    g_test_add_func("/property/devfn", test_devfn);
    g_test_add_func("/property/reserved-region", test_reserved_region);
    g_test_add_func("/property/arrays", test_arrays);
    g_test_add_func("/property/link", test_link);
    g_test_add_func("/property/help-text", test_help_text);
    g_test_add_func("/property/setters", test_setters);
    ret = g_test_run();
    object_unparent(dev);
    object_unref(dev);
    return ret;
}
