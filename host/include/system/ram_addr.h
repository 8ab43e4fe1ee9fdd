/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ram_addr_t: an offset into the space in which every block of guest RAM has
 * its own place, wherever (and however often) the guest sees it.
 */
#ifndef RAM_ADDR_H
#define RAM_ADDR_H

#include <inttypes.h>
#include <stdint.h>

typedef uintptr_t ram_addr_t;

#define RAM_ADDR_MAX     UINTPTR_MAX
#define RAM_ADDR_FMT     "%" PRIxPTR
#define RAM_ADDR_INVALID (~(ram_addr_t)0)

#endif
