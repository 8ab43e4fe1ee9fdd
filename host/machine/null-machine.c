/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine that is none: what a management program asks about us.
 */
#include "qemu/osdep.h"
#include "hw/core/boards.h"

static void none_init(MachineState *machine)
{
}

static void none_machine_init(MachineClass *mc)
{
    mc->desc = "empty machine";
    mc->init = none_init;
    mc->max_cpus = 1;
}

DEFINE_MACHINE("none", none_machine_init)
