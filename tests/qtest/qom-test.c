/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tree of objects over QMP: every object and property can be read, every type
 * can be looked at, and nothing a client asks brings the process down.
 */
#include <string.h>

#include "libqos/libqtest.h"

#define MACHINE (strcmp(qtest_get_arch(), "aarch64") ? "q35" : "virt")

static struct json_object *ask(QTestState *s, const char *path, const char *property)
{
    return qtest_qmp(s,
                     "{'execute': 'qom-get', 'arguments': "
                     "{'path': '%s', 'property': '%s'}}",
                     path, property);
}

/* Reads everything below @path; returns how many objects there are. */
static unsigned walk(QTestState *s, const char *path)
{
    struct json_object *list = qtest_qmp_return(
        s, "{'execute': 'qom-list', 'arguments': {'path': '%s'}}", path);
    unsigned n = 1;

    for (size_t i = 0; i < json_object_array_length(list); i++) {
        struct json_object *prop = json_object_array_get_idx(list, i);
        const char *name = qtest_get_str(prop, "name");

        if (g_str_has_prefix(qtest_get_str(prop, "type"), "child<")) {
            g_autofree char *below =
                g_strdup_printf("%s/%s", strcmp(path, "/") ? path : "", name);

            n += walk(s, below);
        } else {
            json_object_put(ask(s, path, name)); /* an answer, be it an error */
        }
    }
    json_object_put(list);
    return n;
}

static void test_walk(void)
{
    QTestState *s =
        qtest_initf("-display none -nodefaults -machine %s -device edu,id=e "
                    "-device virtio-rng-pci,id=r -object rng-builtin,id=b -device "
                    "pcie-root-port,id=p",
                    MACHINE);

    g_assert_cmpuint(walk(s, "/"), >, 10);
    qtest_quit(s);
}

static void test_paths(void)
{
    QTestState *s =
        qtest_initf("-display none -nodefaults -machine %s -device edu,id=e "
                    "-object rng-builtin,id=b",
                    MACHINE);
    struct json_object *ret;

    ret = ask(s, "/machine/peripheral/e", "type");
    g_assert_cmpstr(qtest_get_str(ret, "return"), ==, "edu");
    json_object_put(ret);
    ret = ask(s, "/objects/b", "type");
    g_assert_cmpstr(qtest_get_str(ret, "return"), ==, "rng-builtin");
    json_object_put(ret);
    qtest_qmp_assert_error(s, "GenericError", "changed by device_add and device_del",
                           "{'execute': 'qom-set', 'arguments': {'path': "
                           "'/machine/peripheral/e', 'property': 'realized', "
                           "'value': false}}");
    qtest_qmp_assert_error(s, "GenericError", "after it was realized",
                           "{'execute': 'qom-set', 'arguments': {'path': "
                           "'/machine/peripheral/e', 'property': 'addr', "
                           "'value': '5'}}");
    qtest_qmp_assert_error(s, "GenericError", "Property 'edu.nothing' not found",
                           "{'execute': 'qom-get', 'arguments': {'path': "
                           "'/machine/peripheral/e', 'property': 'nothing'}}");
    qtest_qmp_assert_error(s, "GenericError",
                           "cannot be changed once the machine is made",
                           "{'execute': 'qom-set', 'arguments': {'path': '/machine', "
                           "'property': 'kernel', 'value': 'x'}}");
    qtest_quit(s);
}

/* What libvirt does with a machine that is none: asks about every type. */
static void test_every_type(void)
{
    QTestState *s = qtest_init("-machine none -nodefaults");
    struct json_object *types = qtest_qmp_return(
        s, "{'execute': 'qom-list-types', 'arguments': {'abstract': true}}");
    unsigned devices = 0;

    for (size_t i = 0; i < json_object_array_length(types); i++) {
        const char *name = qtest_get_str(json_object_array_get_idx(types, i), "name");
        struct json_object *ret;

        json_object_put(qtest_qmp(
            s, "{'execute': 'qom-list-properties', 'arguments': {'typename': '%s'}}",
            name));
        ret = qtest_qmp(
            s, "{'execute': 'device-list-properties', 'arguments': {'typename': '%s'}}",
            name);
        devices += json_object_object_get_ex(ret, "return", NULL);
        json_object_put(ret);
    }
    g_assert_cmpuint(devices, >, 10);
    json_object_put(types);
    qtest_qmp_assert_error(s, "DeviceNotFound", "Device 'no-such' not found",
                           "{'execute': 'device-list-properties', 'arguments': "
                           "{'typename': 'no-such'}}");
    qtest_quit(s);
}

static bool has_name(struct json_object *list, const char *name)
{
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        if (!strcmp(qtest_get_str(json_object_array_get_idx(list, i), "name"), name)) {
            return true;
        }
    }
    return false;
}

static void test_both_names_listed(void)
{
    static const char *const types[] = { "virtio-blk-pci", "virtio-rng-pci",
                                         "virtio-blk-device" };
    QTestState *s = qtest_init("-machine none -nodefaults");

    for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
        struct json_object *list = qtest_qmp_return(
            s, "{'execute': 'device-list-properties', 'arguments': {'typename': '%s'}}",
            types[i]);

        g_assert_true(has_name(list, "access_platform"));
        g_assert_true(has_name(list, "iommu_platform"));
        g_assert_false(has_name(list, "realized"));
        json_object_put(list);
    }
    qtest_quit(s);
}

static void test_objects(void)
{
    QTestState *s = qtest_init("-machine none -nodefaults");
    static const char add[] = "{'execute': 'object-add', 'arguments': {%s}}";
    static const char del[] = "{'execute': 'object-del', 'arguments': {'id': '%s'}}";

    qtest_qmp_assert_success(s, add, "'qom-type': 'rng-builtin', 'id': 'r'");
    qtest_qmp_assert_error(s, "GenericError", "duplicate property 'r'", add,
                           "'qom-type': 'rng-builtin', 'id': 'r'");
    qtest_qmp_assert_error(s, "GenericError", "can't create backend with size 0", add,
                           "'qom-type': 'memory-backend-ram', 'id': 'm'");
    qtest_qmp_assert_error(s, "GenericError", "expected: integer", add,
                           "'qom-type': 'memory-backend-ram', 'id': 'm', 'size': '1M'");
    qtest_qmp_assert_success(s, add,
                             "'qom-type': 'memory-backend-ram', 'id': 'm', "
                             "'size': 65536, 'share': true");
    qtest_qmp_assert_success(s, del, "m");
    qtest_qmp_assert_success(s, del, "r");
    qtest_qmp_assert_error(s, "GenericError", "object 'r' not found", del, "r");
    qtest_quit(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("/qom/walk", test_walk);
    qtest_add_func("/qom/paths", test_paths);
    qtest_add_func("/qom/every-type", test_every_type);
    qtest_add_func("/qom/both-names-listed", test_both_names_listed);
    qtest_add_func("/qom/objects", test_objects);
    return g_test_run();
}
