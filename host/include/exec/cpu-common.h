/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Access to address_space_memory without attributes or results. */
#ifndef CPU_COMMON_H
#define CPU_COMMON_H

#include "exec/hwaddr.h"
#include <stdbool.h>

void cpu_physical_memory_read(hwaddr addr, void *buf, hwaddr len);
void cpu_physical_memory_write(hwaddr addr, const void *buf, hwaddr len);
/* See address_space_map(). */
void *cpu_physical_memory_map(hwaddr addr, hwaddr *plen, bool is_write);
void cpu_physical_memory_unmap(void *buffer, hwaddr len, bool is_write,
                               hwaddr access_len);

#endif
