/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine to fuzz against, made once per process: `none`, with RAM at 0. */
#ifndef TESTS_FUZZ_MACHINE_H
#define TESTS_FUZZ_MACHINE_H

#include "hw/core/boards.h"
#include "qapi/error.h"
#include "qemu/module.h"
#include "qemu/timer.h"
#include "system/address-spaces.h"
#include "system/cmdline.h"
#include "system/qtest.h"

#define FUZZ_RAM_SIZE 65536

static inline void fuzz_machine_init(void)
{
    static char *argv[] = { (char *)"fuzz", (char *)"-machine", (char *)"none", NULL };
    static MemoryRegion ram;
    static bool done;
    Cmdline *c;

    if (done) {
        return;
    }
    done = true;
    module_call_init(MODULE_INIT_QOM);
    qtest_allowed = true;
    qemu_clock_virtual_set_manual();
    c = cmdline_parse(3, argv, &error_abort);
    cmdline_create_machine(c, &error_abort);
    cmdline_free(c);
    memory_region_init_ram(&ram, NULL, "fuzz-ram", FUZZ_RAM_SIZE, &error_abort);
    memory_region_add_subregion(get_system_memory(), 0, &ram);
    qdev_machine_creation_done();
}

#endif
