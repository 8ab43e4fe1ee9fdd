/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "qemu/target-name.h"

int main(int argc, char **argv)
{
    target_name_from_argv0(argv[0]);
    printf("viommu-system-%s\n", target_name());
    return 0;
}
