/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "qemu/target-name.h"

static const char *name = "aarch64";

void target_name_from_argv0(const char *argv0)
{
    const char *dash = strrchr(argv0, '-');

    if (dash && !strcmp(dash, "-x86_64")) {
        name = "x86_64";
    } else {
        name = "aarch64";
    }
}

const char *target_name(void)
{
    return name;
}
