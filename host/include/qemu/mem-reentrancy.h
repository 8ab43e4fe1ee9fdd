/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Marks a device that is inside one of its own register or bottom-half
 * handlers: a guest that makes it write to itself must not recurse.
 */
#ifndef QEMU_MEM_REENTRANCY_H
#define QEMU_MEM_REENTRANCY_H

#include <stdbool.h>

typedef struct MemReentrancyGuard {
    bool engaged_in_io;
} MemReentrancyGuard;

#endif
