/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A physical or I/O virtual address: always 64 bits wide. */
#ifndef HWADDR_H
#define HWADDR_H

#include <inttypes.h>
#include <stdint.h>

#define HWADDR_BITS 64

typedef uint64_t hwaddr;

#define HWADDR_MAX     UINT64_MAX
#define HWADDR_FMT_plx "%016" PRIx64
#define HWADDR_PRId    PRId64
#define HWADDR_PRIi    PRIi64
#define HWADDR_PRIo    PRIo64
#define HWADDR_PRIu    PRIu64
#define HWADDR_PRIx    PRIx64
#define HWADDR_PRIX    PRIX64

/* One entry of a machine's memory map. */
typedef struct MemMapEntry {
    hwaddr base;
    hwaddr size;
} MemMapEntry;

#endif
