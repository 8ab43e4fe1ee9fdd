/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "qemu/target-name.h"

static void test_from_argv0(void)
{
    target_name_from_argv0("/usr/bin/viommu-system-x86_64");
    g_assert_cmpstr(target_name(), ==, "x86_64");
    target_name_from_argv0("viommu-system-aarch64");
    g_assert_cmpstr(target_name(), ==, "aarch64");
    target_name_from_argv0("viommu");
    g_assert_cmpstr(target_name(), ==, "aarch64");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/target-name/from-argv0", test_from_argv0);
    return g_test_run();
}
