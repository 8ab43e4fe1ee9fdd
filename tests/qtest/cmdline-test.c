/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line over the real program: what it prints, what it refuses and with
 * which words, and devices by both forms of options.
 */
#include <string.h>

#include "libqos/libqtest.h"

#define MACHINE (strcmp(qtest_get_arch(), "aarch64") ? "q35" : "virt")
#define COMMON  "-display none -nodefaults "

/* Start a machine with @args; it must work. */
static QTestState *start(const char *args)
{
    return qtest_initf(COMMON "-machine %s %s", MACHINE, args);
}

static void refused(const char *args, const char *message)
{
    g_autofree char *line =
        g_strdup_printf(COMMON "-accel qtest -machine %s %s", MACHINE, args);

    qtest_expect_fail(line, message);
}

static void prints(const char *args, const char *const *parts)
{
    g_autofree char *out = qtest_run(args);

    for (; *parts; parts++) {
        if (!strstr(out, *parts)) {
            g_error("'%s' does not print '%s' but:\n%s", args, *parts, out);
        }
    }
}

/* --- what it prints --- */

static void test_help(void)
{
    prints("-help", (const char *const[]){ "-device DRIVER[,PROP=VALUE...]\n",
                                           "-nodefaults\n", NULL });
    prints("-version", (const char *const[]){ "version 0.1.0",
                                              "QEMU emulator version 10.2", NULL });
    prints("-machine help",
           (const char *const[]){ "Supported machines are:\n", "\nnone ", NULL });
    prints("-machine none,help",
           (const char *const[]){ "none-machine options:\n", "  kernel=<string>",
                                  "  virtio-access-platform=<OnOffAuto>", NULL });
    prints("-accel help", (const char *const[]){ "interp\n", "qtest\n", NULL });
    prints("-chardev help", (const char *const[]){ "  socket\n", "  stdio\n", NULL });
    prints("-netdev help", (const char *const[]){ "stream\n", "user\n", NULL });
    prints("-object help", (const char *const[]){ "List of user creatable objects:\n",
                                                  "  rng-builtin\n", NULL });
    prints("-object rng-random,help",
           (const char *const[]){ "rng-random options:\n  filename=<string>", NULL });
}

static void test_device_help(void)
{
    prints("-device help", (const char *const[]){ "Storage devices:\n",
                                                  "\nname \"virtio-blk-pci\", bus PCI, "
                                                  "alias \"virtio-blk\"",
                                                  NULL });
    prints("-device virtio-rng-pci,help",
           (const char *const[]){
               "virtio-rng-pci options:\n",
               "\n  access_platform=<bool> - on/off (default: off)\n",
               "\n  iommu_platform=<bool>  - on/off (default: off)\n", NULL });
    prints("-device virtio-rng,help",
           (const char *const[]){ "virtio-rng-pci options:\n", NULL });
    qtest_expect_fail("-device foo,help", "'foo' is not a valid device model name");
}

/* --- what it refuses --- */

static void test_bad_options(void)
{
    static const struct {
        const char *args, *message;
    } cases[] = {
        { "-foo", "-foo: invalid option" },
        { "-device", "-device: requires an argument" },
        { "disk.img", "disk.img: not an option" },
        { "-machine", "-machine: requires an argument" },
        { "-S", "No machine specified, and there is no default" },
        { "-machine foo", "unsupported machine type: \"foo\"" },
        { "-machine none,foo=1", "Property 'none-machine.foo' not found" },
        { "-machine none -accel foo", "invalid accelerator foo" },
        { "-machine none -smp 5", "-smp: Invalid SMP CPUs 5" },
        { "-machine none -m lots", "-m: Parameter 'size' expects a size" },
        { "-machine none -object foo,id=x",
          "-object foo,id=x: invalid object type: foo" },
        { "-machine none -object rng-builtin,id=a -object rng-builtin,id=a",
          "attempt to add duplicate property 'a'" },
        { "-machine none -device edu", "No 'PCI' bus found for device 'edu'" },
        { "-machine none -kernel x", "-kernel: machine 'none' has no CPU" },
        { "-machine none -object foo", "-object foo: invalid object type: foo" },
        { "-name g,bogus=1", "-name g,bogus=1: Invalid parameter 'bogus'" },
        { "-name g,debug-threads=x", "'debug-threads' expects 'on' or 'off'" },
        { "-m 1,bogus=1", "-m 1,bogus=1: Invalid parameter 'bogus'" },
        { "-mon a,bogus=1", "-mon a,bogus=1: Invalid parameter 'bogus'" },
        { "-trace timer_mod,bogus=1", "Invalid parameter 'bogus'" },
        { "-msg bogus=on", "-msg bogus=on: Invalid parameter 'bogus'" },
        { "-boot bogus=1", "-boot bogus=1: Invalid parameter 'bogus'" },
        { "-rtc bogus", "-rtc bogus: Invalid parameter 'bogus'" },
        { "-sandbox on,bogus=1", "Invalid parameter 'bogus'" },
        { "-overcommit bogus=1", "-overcommit bogus=1: Invalid parameter 'bogus'" },
        { "-audiodev none", "-audiodev none: Parameter 'id' is missing" },
        { "-audiodev {\"id\":\"a\"}", "Parameter 'driver' is missing" },
        { "-vga std", "-vga std: there is no graphics card: only 'none' is possible" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        qtest_expect_fail(cases[i].args, cases[i].message);
    }
}

static void test_bad_devices(void)
{
    refused("-device foo", "-device foo: 'foo' is not a valid device model name");
    refused("-device id=x", "Parameter 'driver' is missing");
    refused("-device {\"driver\":", "JSON parse error");
    refused("-device {\"id\":\"x\"}", "Parameter 'driver' is missing");
    refused("-device edu,foo=1", "-device edu,foo=1: Property 'edu.foo' not found");
    refused("-device virtio-rng-pci,foo=1", "Property 'virtio-rng-pci.foo' not found");
    refused("-device edu,bus=nowhere", "Bus 'nowhere' not found");
    refused("-device virtio-rng-device,bus=pcie.0",
            "Device 'virtio-rng-device' can't go on");
    refused("-device edu,id=a -device edu,id=a", "Duplicate device ID 'a'");
    refused("-device edu,id=1", "Parameter 'id' expects an identifier");
    refused("-device pci-device",
            "Parameter 'driver' expects a non-abstract device type");
    refused("-device edu,addr=99", "addr");
    refused("-device {\"driver\":\"edu\",\"multifunction\":\"on\"}",
            "Invalid parameter type for 'multifunction', expected: boolean");
    refused("-device edu,realized=on", "'realized'");
}

static void test_cpu(void)
{
    QTestState *s;

    if (strcmp(qtest_get_arch(), "aarch64")) {
        s = start("-cpu anything"); /* q35 has no CPU of ours */
        qtest_quit(s);
        return;
    }
    prints("-cpu help", (const char *const[]){ "  cortex-a57\n", "  max\n", NULL });
    refused("-cpu foo", "unable to find CPU model 'foo'");
    refused("-cpu max,foo=1", "can't apply global max-arm-cpu.foo=1: "
                              "Property 'max-arm-cpu.foo' not found");
    s = start("-cpu cortex-a57 -smp 2");
    qtest_quit(s);
}

static void test_ignored(void)
{
    QTestState *s = start("-no-user-config -overcommit mem-lock=off -rtc "
                          "base=utc,driftfix=slew -boot strict=on "
                          "-sandbox on,obsolete=deny -msg timestamp=on,guest-name=on "
                          "-vga none -net none -k de "
                          "-audiodev {\"id\":\"audio1\",\"driver\":\"none\"} -name "
                          "guest=g,debug-threads=on "
                          "-uuid 6ba7b810-9dad-11d1-80b4-00c04fd430c8");

    qtest_quit(s);
}

/* --- the two names of access_platform (rows S1.1 and S1.5) --- */

static void expect_access_platform(const char *args, bool expected)
{
    QTestState *s = start(args);
    static const char *const names[] = { "access_platform", "iommu_platform" };

    for (int i = 0; i < 2; i++) {
        struct json_object *ret =
            qtest_qmp_return(s,
                             "{'execute': 'qom-get', 'arguments': "
                             "{'path': '/machine/peripheral/d', 'property': '%s'}}",
                             names[i]);

        g_assert_true(json_object_is_type(ret, json_type_boolean));
        g_assert_true(json_object_get_boolean(ret) == expected);
        json_object_put(ret);
    }
    qtest_quit(s);
}

static void test_access_platform(void)
{
    static const struct {
        const char *args;
        bool expected;
    } cases[] = {
        { "-device virtio-rng-pci,id=d", false },
        { "-device virtio-rng-pci,id=d,access_platform=on", true },
        { "-device virtio-rng-pci,id=d,iommu_platform=on", true },
        { "-device virtio-rng-pci,id=d,iommu_platform=on,access_platform=yes", true },
        { "-device "
          "{\"driver\":\"virtio-rng-pci\",\"id\":\"d\",\"iommu_platform\":true}",
          true },
        { "-global virtio-device.access_platform=on -device virtio-rng-pci,id=d",
          true },
        { "-global virtio-device.iommu_platform=on -device virtio-rng-pci,id=d", true },
        { "-global virtio-rng-pci.iommu_platform=on -device virtio-rng-pci,id=d",
          true },
        { "-global driver=virtio-rng-pci,property=access_platform,value=on "
          "-device virtio-rng-pci,id=d",
          true },
        /* what stands nearer to the device counts, whatever its name */
        { "-global virtio-device.access_platform=on "
          "-device virtio-rng-pci,id=d,iommu_platform=off",
          false },
        { "-machine virtio-access-platform=on -device virtio-rng-pci,id=d", true },
        { "-machine virtio-access-platform=on -global virtio-device.iommu_platform=off "
          "-device virtio-rng-pci,id=d",
          false },
        { "-machine virtio-access-platform=on "
          "-device virtio-rng-pci,id=d,access_platform=off",
          false },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        expect_access_platform(cases[i].args, cases[i].expected);
    }
}

static void test_access_platform_conflict(void)
{
    static const char both[] = "are two names of one property: they are given with "
                               "different values (true and false)";

    refused("-device virtio-rng-pci,access_platform=on,iommu_platform=off", both);
    refused("-device {\"driver\":\"virtio-rng-pci\",\"iommu_platform\":true,"
            "\"access_platform\":false}",
            both);
    refused("-global virtio-device.access_platform=on "
            "-global virtio-device.iommu_platform=off -device virtio-rng-pci",
            both);
    refused("-global virtio-rng-pci.access_platform=on "
            "-global virtio-device.iommu_platform=off -device virtio-rng-pci",
            "are two names of one property");
    refused("-global virtio-rng-pci.foo=1 -device virtio-rng-pci",
            "can't apply global virtio-rng-pci.foo=1: "
            "Property 'virtio-rng-pci.foo' not found");
}

/* --- the same by device_add --- */

static void test_device_add(void)
{
    QTestState *s = start("-device pcie-root-port,id=rp0,chassis=1 "
                          "-device pcie-root-port,id=rp1,chassis=2");
    static const char add[] = "{'execute': 'device_add', 'arguments': {%s}}";

    qtest_qmp_assert_error(s, "GenericError", "'foo' is not a valid device model name",
                           add, "'driver': 'foo'");
    qtest_qmp_assert_error(s, "GenericError", "Property 'edu.foo' not found", add,
                           "'driver': 'edu', 'bus': 'rp0', 'foo': 1");
    qtest_qmp_assert_error(s, "GenericError", "does not support hotplugging", add,
                           "'driver': 'edu', 'bus': 'pcie.0'");
    qtest_qmp_assert_error(s, "GenericError", "two names of one property", add,
                           "'driver': 'virtio-rng-pci', 'bus': 'rp0', "
                           "'access_platform': true, 'iommu_platform': false");
    qtest_qmp_assert_error(s, "GenericError", "Parameter 'id' expects an identifier",
                           add, "'driver': 'edu', 'bus': 'rp0', 'id': '//'");
    /* none of the failures left anything behind on rp0 */
    qtest_qmp_assert_success(s, add,
                             "'driver': 'virtio-rng-pci', 'bus': 'rp0', 'id': 'd', "
                             "'iommu_platform': true, 'access_platform': true");
    qtest_qmp_assert_error(s, "GenericError", "Duplicate device ID 'd'", add,
                           "'driver': 'edu', 'bus': 'rp1', 'id': 'd'");
    qtest_qmp_assert_error(s, "DeviceNotFound", "Device 'nobody' not found",
                           "{'execute': 'device_del', 'arguments': {'id': 'nobody'}}");
    qtest_quit(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("/cmdline/help", test_help);
    qtest_add_func("/cmdline/device-help", test_device_help);
    qtest_add_func("/cmdline/bad-options", test_bad_options);
    qtest_add_func("/cmdline/bad-devices", test_bad_devices);
    qtest_add_func("/cmdline/cpu", test_cpu);
    qtest_add_func("/cmdline/ignored", test_ignored);
    qtest_add_func("/cmdline/access-platform", test_access_platform);
    qtest_add_func("/cmdline/access-platform-conflict", test_access_platform_conflict);
    qtest_add_func("/cmdline/device-add", test_device_add);
    return g_test_run();
}
