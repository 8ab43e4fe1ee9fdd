/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Machines: which one, memory, CPU topology, defaults for devices, and the
 * backends that a machine's options name.
 */
#include "qemu/osdep.h"
#include <json-c/json.h>
#include "hw/core/boards.h"
#include "hw/core/qdev-properties.h"
#include "hw/core/sysbus.h"
#include "qapi/error.h"
#include "qemu/main-loop.h"
#include "qemu/target-name.h"
#include "qom/object_interfaces.h"
#include "system/cmdline.h"
#include "system/rng.h"

/* Stands for every virtio device: the machine's default meets this name. */
#define TYPE_FAKE_VIRTIO "test-virtio"

typedef struct FakeVirtio {
    DeviceState parent_obj;
    bool access_platform;
} FakeVirtio;
DECLARE_INSTANCE_CHECKER(FakeVirtio, FAKE_VIRTIO, TYPE_FAKE_VIRTIO)

static const Property fake_virtio_properties[] = {
    DEFINE_PROP_BOOL("access_platform", FakeVirtio, access_platform, false),
};

static void fake_virtio_class_init(ObjectClass *oc, const void *data)
{
    DEVICE_CLASS(oc)->hotpluggable = false;
    device_class_set_props(DEVICE_CLASS(oc), fake_virtio_properties);
    device_class_add_prop_alias(DEVICE_CLASS(oc), "iommu_platform", "access_platform");
}

static int inits;

static void board_init(MachineState *ms)
{
    g_assert_true(sysbus_get_default() != NULL);
    inits++;
}

static void test_machine_init(MachineClass *mc)
{
    mc->desc = "for tests";
    mc->alias = "testing";
    mc->init = board_init;
    mc->max_cpus = 8;
    mc->smp_props.clusters_supported = true;
    mc->default_ram_size = 1 << 20;
    mc->default_ram_id = "test.ram";
    mc->target = "aarch64";
}
DEFINE_MACHINE("test", test_machine_init)

static void foreign_machine_init(MachineClass *mc)
{
    mc->init = board_init;
    mc->target = "x86_64";
}
DEFINE_MACHINE("foreign", foreign_machine_init)

static GlobalProperty compat[] = {
    { TYPE_FAKE_VIRTIO, "access_platform", "on" },
};

static void compat_machine_init(MachineClass *mc)
{
    mc->init = board_init;
    compat_props_add(mc->compat_props, compat, G_N_ELEMENTS(compat));
}
DEFINE_MACHINE("compat", compat_machine_init)

static const TypeInfo test_types[] = {
    {
        .name = TYPE_FAKE_VIRTIO,
        .parent = TYPE_DEVICE,
        .instance_size = sizeof(FakeVirtio),
        .class_init = fake_virtio_class_init,
    },
};
DEFINE_TYPES(test_types)

/* --- which machine --- */

static void test_find(void)
{
    g_assert_cmpstr(machine_find_class("test")->name, ==, "test");
    g_assert_cmpstr(machine_find_class("testing")->name, ==, "test");
    g_assert_cmpstr(machine_find_class("none")->desc, ==, "empty machine");
    g_assert_null(machine_find_class("foreign"));
    g_assert_null(machine_find_class("nope"));
}

/* --- topology --- */

static void expect_smp(const char *text, const char *result)
{
    MachineState *ms = MACHINE(object_new("test-machine"));
    struct json_object *config = keyval_parse_json(text, "cpus", &error_abort);
    const CpuTopology *t = &ms->smp;
    g_autofree char *got = NULL;
    Error *err = NULL;

    if (machine_parse_smp(ms, config, &err)) {
        got = g_strdup_printf("%u/%u: %ux%ux%ux%u", t->cpus, t->max_cpus, t->sockets,
                              t->clusters, t->cores, t->threads);
    } else {
        got = g_strdup(error_get_pretty(err));
        error_free(err);
    }
    g_assert_cmpstr(got, ==, result);
    json_object_put(config);
    object_unref(ms);
}

static void test_smp(void)
{
    expect_smp("1", "1/1: 1x1x1x1");
    expect_smp("4", "4/4: 1x1x4x1");
    expect_smp("4,sockets=2", "4/4: 2x1x2x1");
    expect_smp("4,cores=2", "4/4: 2x1x2x1");
    expect_smp("8,clusters=2,threads=2", "8/8: 1x2x2x2");
    expect_smp("8,sockets=2,cores=2", "8/8: 2x1x2x2");
    expect_smp("2,maxcpus=8", "2/8: 1x1x8x1");
    expect_smp("sockets=2,cores=3", "6/6: 2x1x3x1");
    expect_smp("maxcpus=4", "4/4: 1x1x4x1");
}

static void test_smp_errors(void)
{
    expect_smp("0",
               "Invalid CPU topology: CPU topology parameters must be greater than "
               "zero");
    expect_smp("9",
               "Invalid SMP CPUs 9. The max CPUs supported by machine 'test' is 8");
    expect_smp("4,maxcpus=2",
               "Invalid CPU topology: maxcpus must be equal to or greater than smp: "
               "maxcpus (2) < smp_cpus (4)");
    expect_smp("4,sockets=3",
               "Invalid CPU topology: product of the hierarchy must match maxcpus: "
               "sockets (3) * dies (1) * clusters (1) * cores (1) * threads (1) "
               "!= maxcpus (4)");
    expect_smp("4,dies=2", "dies > 1 not supported by this machine's CPU topology");
    expect_smp("4,foo=1", "Invalid parameter 'foo'");
    expect_smp("x", "Parameter 'cpus' expects a non-negative integer");
    expect_smp("99999999999999", "Parameter 'cpus' expects a number up to 4096");
}

/* --- memory --- */

static void expect_memory(const char *text, uint64_t size, const char *message)
{
    Object *ms = object_new("test-machine");
    struct json_object *config = keyval_parse_json(text, "size", &error_abort);
    Error *err = NULL;

    if (object_property_set_json(ms, "memory", config, true, &err)) {
        g_assert_cmpuint(MACHINE(ms)->ram_size, ==, size);
        g_assert_null(message);
    } else {
        g_assert_cmpstr(error_get_pretty(err), ==, message);
        error_free(err);
    }
    json_object_put(config);
    object_unref(ms);
}

static void test_memory_size(void)
{
    expect_memory("512", 512ull << 20, NULL);
    expect_memory("2G", 2ull << 30, NULL);
    expect_memory("size=262144k", 256ull << 20, NULL);
    expect_memory("5000B", 8192, NULL);
    expect_memory("0", 1 << 20, NULL); /* the machine's own */
    expect_memory("1G,slots=2,maxmem=2G", 0,
                  "memory slots are not supported: there is no memory hotplug");
    expect_memory("lots", 0,
                  "Parameter 'size' expects a size: a number, perhaps with a suffix "
                  "k, M, G, T, P or E");
}

/* --- backends --- */

static bool object_add(const char *text, Error **errp)
{
    struct json_object *opts = keyval_parse_json(text, "qom-type", &error_abort);
    bool ok = user_creatable_add_json(opts, true, errp);

    json_object_put(opts);
    return ok;
}

static void object_add_fails(const char *text, const char *message)
{
    Error *err = NULL;

    g_assert_false(object_add(text, &err));
    g_assert_cmpstr(error_get_pretty(err), ==, message);
    error_free(err);
}

static void test_objects(void)
{
    Error *err = NULL;

    g_assert_true(object_add("memory-backend-ram,id=m0,size=64k", &error_abort));
    g_assert_true(
        object_add("memory-backend-memfd,id=m1,size=64k,seal=on", &error_abort));
    g_assert_true(object_add("iothread,id=io0,poll-max-ns=5", &error_abort));
    g_assert_true(object_add("secret,id=s0,data=YWJj,format=base64", &error_abort));
    object_add_fails("memory-backend-ram,id=m0,size=64k",
                     "attempt to add duplicate property 'm0' to object "
                     "(type 'container')");
    object_add_fails("memory-backend-ram,id=m2", "can't create backend with size 0");
    object_add_fails("memory-backend-ram,size=1M", "Parameter 'id' is missing");
    object_add_fails("memory-backend-ram,id=0,size=1M",
                     "Parameter 'id' expects an identifier");
    object_add_fails("memory-backend-file,id=m2,size=1M", "mem-path property not set");
    object_add_fails("memory-backend,id=m2",
                     "object type 'memory-backend' is abstract");
    object_add_fails("container,id=m2",
                     "object type 'container' isn't supported by object-add");
    object_add_fails("nothing,id=m2", "invalid object type: nothing");
    object_add_fails("id=m2", "Parameter 'qom-type' is missing");
    object_add_fails("secret,id=s1", "Must provide 'file' or 'data'");
    object_add_fails("rng-random,id=r0,filename=/no/such",
                     "Could not open '/no/such': No such file or directory");
    g_assert_null(object_resolve_path("/objects/m2", NULL));

    g_assert_true(user_creatable_del("m0", &error_abort));
    g_assert_true(user_creatable_del("m1", &error_abort));
    g_assert_true(user_creatable_del("io0", &error_abort));
    g_assert_true(user_creatable_del("s0", &error_abort));
    g_assert_false(user_creatable_del("m0", &err));
    g_assert_cmpstr(error_get_pretty(err), ==, "object 'm0' not found");
    error_free(err);
}

static void got_entropy(void *opaque, const void *data, size_t size)
{
    *(size_t *)opaque += size;
}

static void test_rng(const void *data)
{
    g_autofree char *text = g_strdup_printf("%s,id=rng", (const char *)data);
    size_t got = 0, never = 0;
    RngBackend *rng;

    g_assert_true(object_add(text, &error_abort));
    rng = RNG_BACKEND(object_resolve_path("/objects/rng", NULL));
    rng_backend_request_entropy(rng, 16, got_entropy, &got);
    rng_backend_request_entropy(rng, 32, got_entropy, &never);
    rng_backend_request_entropy(rng, 48, got_entropy, &got);
    g_assert_cmpuint(got, ==, 0); /* never from inside the request */
    rng_backend_cancel_requests(rng, &never);
    while (got < 64) {
        main_loop_wait(false);
    }
    g_assert_cmpuint(never, ==, 0);
    rng_backend_request_entropy(rng, 8, got_entropy, &got); /* goes with the object */
    g_assert_true(user_creatable_del("rng", &error_abort));
}

/* --- a whole command line; each case in a process of its own --- */

static Cmdline *parse(const char *words)
{
    static char *argv[32];
    static char **split;
    int argc = 0;

    g_strfreev(split);
    split = g_strsplit(words, " ", 0);
    argv[argc++] = (char *)"viommu-system-aarch64";
    for (char **w = split; *w; w++) {
        argv[argc++] = *w;
    }
    return cmdline_parse(argc, argv, &error_fatal);
}

static void boot(const char *words)
{
    static Cmdline *c; /* the machine and the globals point into it to the end */
    Error *err = NULL;

    c = parse(words);
    if (!cmdline_create_objects(c, true, &err) || !cmdline_create_machine(c, &err) ||
        !cmdline_create_objects(c, false, &err) || !cmdline_run_board(c, &err) ||
        !cmdline_create_devices(c, &err)) {
        fprintf(stderr, "%s\n", error_get_pretty(err));
        exit(1);
    }
}

typedef struct BootCase {
    const char *name;
    const char *words;
    const char *error; /* NULL: works, and then: */
    bool access_platform;
    uint64_t ram_size;
} BootCase;

static const BootCase boot_cases[] = {
    { "plain", "-M test -device test-virtio,id=d", NULL, false, 1 << 20 },
    { "memory", "-M test -m 2M -device test-virtio,id=d", NULL, false, 2 << 20 },
    { "backend",
      "-M test,memory-backend=r -object memory-backend-ram,id=r,size=3M "
      "-device test-virtio,id=d",
      NULL, false, 3 << 20 },
    { "backend-size",
      "-M test,memory-backend=r -m 1M "
      "-object memory-backend-ram,id=r,size=3M",
      "Size specified by -m option must match*" },
    { "backend-missing", "-M test,memory-backend=r", "Memory backend 'r' not found*" },
    { "class-default", "-M compat -device test-virtio,id=d", NULL, true },
    { "class-default-global",
      "-M compat -global test-virtio.iommu_platform=off -device test-virtio,id=d", NULL,
      false },
    { "class-default-device", "-M compat -device test-virtio,id=d,iommu_platform=off",
      NULL, false },
    { "global",
      "-M test -global test-virtio.access_platform=on "
      "-device test-virtio,id=d",
      NULL, true, 1 << 20 },
    { "global-device",
      "-M test -global test-virtio.access_platform=on "
      "-device {\"driver\":\"test-virtio\",\"id\":\"d\","
      "\"iommu_platform\":false}",
      NULL, false, 1 << 20 },
    { "global-twice",
      "-M test -global test-virtio.access_platform=on "
      "-global test-virtio.iommu_platform=off -device test-virtio,id=d",
      "*can't apply global test-virtio.iommu_platform=off: 'access_platform' and "
      "'iommu_platform' are two names of one property*" },
    { "global-unknown", "-M test -global test-virtio.foo=1 -device test-virtio,id=d",
      "*can't apply global test-virtio.foo=1: Property 'test-virtio.foo' not found*" },
    { "device-both",
      "-M test -device test-virtio,access_platform=on,iommu_platform=off",
      "-device test-virtio,access_platform=on,iommu_platform=off: 'access_platform' "
      "and 'iommu_platform' are two names of one property*" },
    { "unknown-machine", "-M nope", "unsupported machine type: \"nope\"*" },
    { "foreign-machine", "-M foreign", "unsupported machine type: \"foreign\"*" },
    { "no-machine", "-S", "No machine specified, and there is no default*" },
    { "unknown-property", "-M test,foo=1", "Property 'test-machine.foo' not found*" },
    { "bad-object", "-M test -object rng-builtin",
      "-object rng-builtin: Parameter 'id' is missing*" },
    { "smp", "-M test -smp 9", "-smp: Invalid SMP CPUs 9*" },
};

static void test_boot(const void *data)
{
    const BootCase *bc = data;

    if (g_test_subprocess()) {
        Object *dev;

        boot(bc->words);
        g_assert_cmpint(inits, ==, 1);
        g_assert_true(current_machine->ram_size == bc->ram_size || !bc->ram_size);
        g_assert_true(!bc->ram_size ||
                      memory_region_size(current_machine->ram) == bc->ram_size);
        dev = object_resolve_path("/machine/peripheral/d", NULL);
        g_assert_true(FAKE_VIRTIO(dev)->access_platform == bc->access_platform);
        g_assert_cmpint(qdev_prop_check_globals(), ==, 0);
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    if (bc->error) {
        g_test_trap_assert_failed();
        g_test_trap_assert_stderr(bc->error);
    } else {
        g_test_trap_assert_passed();
    }
}

static void test_unused_global(void)
{
    if (g_test_subprocess()) {
        boot("-M test -global test-virtio.access_platform=on -global nobody.x=1");
        g_assert_cmpint(qdev_prop_check_globals(), ==, 1);
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr("*global test-virtio.access_platform=on not used*"
                              "global nobody.x has invalid class name*");
}

static void test_fixed_after_init(void)
{
    Error *err = NULL;

    if (g_test_subprocess()) {
        boot("-M test");
        g_assert_false(object_property_set_str(qdev_get_machine(),
                                               "virtio-access-platform", "on", &err));
        g_assert_cmpstr(error_get_pretty(err), ==,
                        "machine property 'virtio-access-platform' cannot be changed "
                        "once the machine is made");
        error_free(err);
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_passed();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    target_name_from_argv0("viommu-system-aarch64");
    module_call_init(MODULE_INIT_QOM);
    g_test_add_func("/machine/find", test_find);
    g_test_add_func("/machine/smp", test_smp);
    g_test_add_func("/machine/smp-errors", test_smp_errors);
    g_test_add_func("/machine/memory-size", test_memory_size);
    g_test_add_func("/machine/objects", test_objects);
    g_test_add_data_func("/machine/rng-builtin", "rng-builtin", test_rng);
    g_test_add_data_func("/machine/rng-random", "rng-random", test_rng);
    for (size_t i = 0; i < G_N_ELEMENTS(boot_cases); i++) {
        g_autofree char *path = g_strdup_printf("/machine/boot/%s", boot_cases[i].name);

        g_test_add_data_func(path, &boot_cases[i], test_boot);
    }
    g_test_add_func("/machine/unused-global", test_unused_global);
    g_test_add_func("/machine/fixed-after-init", test_fixed_after_init);
    return g_test_run();
}
