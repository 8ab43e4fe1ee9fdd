/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Puts what the guest boots from into its RAM: kernel, initrd and device tree, as
 * Linux's boot protocol for AArch64 wants them; again at every system reset.
 */
#ifndef HW_ARM_BOOT_H
#define HW_ARM_BOOT_H

#include "exec/hwaddr.h"
#include "hw/core/boards.h"

/*
 * Completes the tree (command line, initrd, seed) and loads what -kernel, -initrd,
 * -append and -dtb name into the RAM at @ram_base. @fdt is the machine's own tree and
 * becomes the callee's; with -dtb the file's is used instead. With dumpdtb= the tree
 * is written and the process ends. False: @errp names the file that is wrong.
 */
bool arm_boot_load(MachineState *ms, void *fdt, hwaddr ram_base, Error **errp);

#endif
