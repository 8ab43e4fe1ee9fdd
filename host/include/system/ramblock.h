/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Blocks of guest RAM: host memory, its place in ram_addr_t space and its name
 * in a migration stream. A block belongs to the memory region it was made for
 * and is freed, after a grace period, with it.
 */
#ifndef SYSTEM_RAMBLOCK_H
#define SYSTEM_RAMBLOCK_H

#include "exec/hwaddr.h"
#include "qemu/rcu.h"
#include "qemu/typedefs.h"
#include "system/ram_addr.h"
#include <stdbool.h>
#include <stddef.h>

struct RAMBlock {
    struct rcu_head rcu;
    MemoryRegion *mr;
    uint8_t *host;
    ram_addr_t offset;      /* its place in ram_addr_t space */
    ram_addr_t used_length; /* bytes the region shows */
    ram_addr_t max_length;  /* bytes mapped: whole host pages */
    uint32_t flags;         /* RAM_* of system/memory.h */
    char idstr[256];
    int fd; /* -1: anonymous */
    uint64_t fd_offset;
    bool foreign; /* host memory is the caller's */
    /* Some page holds decoded code: see system/code-pages.h. Atomic. */
    bool has_code;
    unsigned long *code_pages;
};

typedef int(RAMBlockIterFunc)(RAMBlock *rb, void *opaque);

/* In the order of ram_addr_t; stops at and returns the first non-zero result. */
int qemu_ram_foreach_block(RAMBlockIterFunc func, void *opaque);
/* NULL: no such block. */
RAMBlock *qemu_ram_block_by_name(const char *name);
/* The block @ptr points into, or NULL. @offset may be NULL. */
RAMBlock *qemu_ram_block_from_host(void *ptr, bool round_offset, ram_addr_t *offset);
/* RAM_ADDR_INVALID when @ptr is not guest RAM. */
ram_addr_t qemu_ram_addr_from_host(void *ptr);

void qemu_ram_set_idstr(RAMBlock *block, const char *name, DeviceState *dev);
const char *qemu_ram_get_idstr(RAMBlock *rb);
void *qemu_ram_get_host_addr(RAMBlock *rb);
ram_addr_t qemu_ram_get_offset(RAMBlock *rb);
ram_addr_t qemu_ram_get_used_length(RAMBlock *rb);
ram_addr_t qemu_ram_get_max_length(RAMBlock *rb);
bool qemu_ram_is_shared(RAMBlock *rb);
bool qemu_ram_is_noreserve(RAMBlock *rb);
bool qemu_ram_is_migratable(RAMBlock *rb);
void qemu_ram_set_migratable(RAMBlock *rb);
void qemu_ram_unset_migratable(RAMBlock *rb);
int qemu_ram_get_fd(RAMBlock *rb);
size_t qemu_ram_pagesize(RAMBlock *rb);

#endif
