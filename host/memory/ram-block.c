/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Host memory behind guest RAM, and the way back from a host pointer or a
 * ram_addr_t to its block. The table of blocks is replaced as a whole, under the
 * lock, and read under RCU.
 */
#include "qemu/osdep.h"
#include "memory-internal.h"
#include "exec/target_page.h"
#include "hw/core/qdev.h"
#include "qapi/error.h"
#include "qemu/bitops.h"
#include "qemu/thread.h"
#include <sys/mman.h>

typedef struct RAMTable {
    struct rcu_head rcu;
    unsigned nr;
    RAMBlock **by_offset; /* sorted by offset */
    RAMBlock **by_host;   /* sorted by host address */
} RAMTable;

static QemuMutex ram_lock = { PTHREAD_MUTEX_INITIALIZER };
static RAMTable *ram_table; /* RCU; NULL: no block */
static ram_addr_t ram_next_offset;

/* --- the table --- */

static int compare_offset(const void *a, const void *b)
{
    const RAMBlock *x = *(RAMBlock *const *)a, *y = *(RAMBlock *const *)b;

    return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static int compare_host(const void *a, const void *b)
{
    const RAMBlock *x = *(RAMBlock *const *)a, *y = *(RAMBlock *const *)b;

    return x->host < y->host ? -1 : x->host > y->host;
}

static void ram_table_free(RAMTable *t)
{
    g_free(t->by_offset);
    g_free(t->by_host);
    g_free(t);
}

/* Replace the table by one with @add and without @drop (either may be NULL). */
static void ram_table_replace(RAMBlock *add, RAMBlock *drop)
{
    RAMTable *old = ram_table;
    RAMTable *t = g_new0(RAMTable, 1);
    unsigned old_nr = old ? old->nr : 0;

    t->by_offset = g_new(RAMBlock *, old_nr + 1);
    for (unsigned i = 0; i < old_nr; i++) {
        if (old->by_offset[i] != drop) {
            t->by_offset[t->nr++] = old->by_offset[i];
        }
    }
    if (add) {
        t->by_offset[t->nr++] = add;
    }
    t->by_host = g_new(RAMBlock *, old_nr + 1);
    memcpy(t->by_host, t->by_offset, t->nr * sizeof(RAMBlock *));
    qsort(t->by_offset, t->nr, sizeof(RAMBlock *), compare_offset);
    qsort(t->by_host, t->nr, sizeof(RAMBlock *), compare_host);
    qatomic_rcu_set(&ram_table, t);
    if (old) {
        call_rcu(old, ram_table_free, rcu);
    }
}

RAMBlock *ram_block_by_addr(ram_addr_t addr)
{
    RAMTable *t = qatomic_rcu_read(&ram_table);
    unsigned lo = 0, hi = t ? t->nr : 0;

    while (lo < hi) {
        unsigned mid = lo + (hi - lo) / 2;
        RAMBlock *b = t->by_offset[mid];

        if (addr - b->offset < b->max_length) {
            return b;
        }
        if (addr < b->offset) {
            hi = mid;
        } else {
            lo = mid + 1;
        }
    }
    return NULL;
}

RAMBlock *qemu_ram_block_from_host(void *ptr, bool round_offset, ram_addr_t *offset)
{
    RCU_READ_LOCK_GUARD();
    RAMTable *t = qatomic_rcu_read(&ram_table);
    unsigned lo = 0, hi = t ? t->nr : 0;

    while (lo < hi) {
        unsigned mid = lo + (hi - lo) / 2;
        RAMBlock *b = t->by_host[mid];
        ram_addr_t off = (uintptr_t)ptr - (uintptr_t)b->host;

        if (off < b->max_length) {
            if (offset) {
                *offset = round_offset ? off & (ram_addr_t)TARGET_PAGE_MASK : off;
            }
            return b;
        }
        if ((uint8_t *)ptr < b->host) {
            hi = mid;
        } else {
            lo = mid + 1;
        }
    }
    return NULL;
}

ram_addr_t qemu_ram_addr_from_host(void *ptr)
{
    ram_addr_t offset;
    RAMBlock *block = qemu_ram_block_from_host(ptr, false, &offset);

    return block ? block->offset + offset : RAM_ADDR_INVALID;
}

int qemu_ram_foreach_block(RAMBlockIterFunc func, void *opaque)
{
    RCU_READ_LOCK_GUARD();
    RAMTable *t = qatomic_rcu_read(&ram_table);
    int ret = 0;

    for (unsigned i = 0; t && i < t->nr && !ret; i++) {
        ret = func(t->by_offset[i], opaque);
    }
    return ret;
}

RAMBlock *qemu_ram_block_by_name(const char *name)
{
    RCU_READ_LOCK_GUARD();
    RAMTable *t = qatomic_rcu_read(&ram_table);

    for (unsigned i = 0; t && i < t->nr; i++) {
        if (g_str_equal(t->by_offset[i]->idstr, name)) {
            return t->by_offset[i];
        }
    }
    return NULL;
}

/* --- making and freeing --- */

static uint64_t round_to_page(uint64_t size)
{
    return ROUND_UP(size, (uint64_t)qemu_real_host_page_size());
}

static RAMBlock *publish(RAMBlock *block)
{
    size_t pages = DIV_ROUND_UP(block->max_length, TARGET_PAGE_SIZE);

    block->code_pages = g_new0(unsigned long, BITS_TO_LONGS(pages));
    qemu_mutex_lock(&ram_lock);
    block->offset = ram_next_offset;
    ram_next_offset += round_to_page(block->max_length);
    ram_table_replace(block, NULL);
    qemu_mutex_unlock(&ram_lock);
    return block;
}

static RAMBlock *block_alloc(MemoryRegion *mr, uint64_t size, uint32_t flags, int fd)
{
    RAMBlock *block = g_new0(RAMBlock, 1);

    block->mr = mr;
    block->used_length = size;
    block->max_length = round_to_page(size);
    block->flags = flags;
    block->fd = fd;
    return block;
}

static bool check_size(uint64_t size, Error **errp)
{
    if (size == 0 || size > INT64_MAX - qemu_real_host_page_size()) {
        error_setg(errp, "cannot set up guest memory of %" PRIu64 " bytes", size);
        return false;
    }
    return true;
}

/* A mapping at a multiple of @align, a power of two or 0. */
static void *map_aligned(uint64_t size, uint64_t align, int prot, int flags, int fd,
                         uint64_t offset)
{
    uint64_t slack = align > qemu_real_host_page_size() ? align : 0;
    uint8_t *area, *p;

    if (!slack) {
        return mmap(NULL, size, prot, flags, fd, offset);
    }
    area = mmap(NULL, size + slack, PROT_NONE,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (area == MAP_FAILED) {
        return area;
    }
    p = (uint8_t *)ROUND_UP((uintptr_t)area, slack);
    if (p > area) {
        munmap(area, p - area);
    }
    munmap(p + size, area + slack - p);
    return mmap(p, size, prot, flags | MAP_FIXED, fd, offset);
}

static RAMBlock *map_block(RAMBlock *block, uint64_t align, int map_flags, Error **errp)
{
    int prot = PROT_READ | (block->flags & RAM_READONLY ? 0 : PROT_WRITE);
    void *p;

    if (block->flags & RAM_NORESERVE) {
        map_flags |= MAP_NORESERVE;
    }
    p = map_aligned(block->max_length, align, prot, map_flags, block->fd,
                    block->fd_offset);
    if (p == MAP_FAILED) {
        error_setg_errno(errp, errno, "cannot set up guest memory '%s'",
                         memory_region_name(block->mr) ?: "");
        g_free(block);
        return NULL;
    }
    block->host = p;
    return publish(block);
}

/* Grow the file behind @fd to hold the block, or say that it is too small. */
static bool fit_file(int fd, uint64_t need, uint32_t flags, Error **errp)
{
    struct stat st;

    if (fstat(fd, &st) < 0) {
        error_setg_errno(errp, errno, "cannot ask for the size of the memory file");
        return false;
    }
    if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size >= need) {
        return true;
    }
    if (flags & RAM_READONLY_FD || (st.st_size && flags & RAM_READONLY)) {
        error_setg(errp,
                   "backing store size 0x%" PRIx64
                   " does not match 'size' option 0x%" PRIx64,
                   (uint64_t)st.st_size, need);
        return false;
    }
    if (ftruncate(fd, need) < 0) {
        error_setg_errno(errp, errno,
                         "cannot grow the memory file to %" PRIu64 " bytes", need);
        return false;
    }
    return true;
}

RAMBlock *ram_block_new_fd(MemoryRegion *mr, uint64_t size, uint64_t align,
                           uint32_t flags, int fd, uint64_t offset, Error **errp)
{
    RAMBlock *block;

    if (!check_size(size, errp)) {
        return NULL;
    }
    if (offset % qemu_real_host_page_size() ||
        offset > INT64_MAX - round_to_page(size)) {
        error_setg(errp,
                   "offset 0x%" PRIx64 " of guest memory is not a multiple of %zu",
                   offset, (size_t)qemu_real_host_page_size());
        return NULL;
    }
    if (align & (align - 1)) {
        error_setg(errp, "alignment 0x%" PRIx64 " is not a power of two", align);
        return NULL;
    }
    if (!fit_file(fd, offset + round_to_page(size), flags, errp)) {
        return NULL;
    }
    block = block_alloc(mr, size, flags, fd);
    block->fd_offset = offset;
    return map_block(block, align, flags & RAM_SHARED ? MAP_SHARED : MAP_PRIVATE, errp);
}

static RAMBlock *ram_block_new_memfd(MemoryRegion *mr, uint64_t size, uint32_t flags,
                                     Error **errp)
{
    int fd = memfd_create(memory_region_name(mr) ?: "ram", MFD_CLOEXEC);
    RAMBlock *block;

    if (fd < 0) {
        error_setg_errno(errp, errno, "cannot create shared guest memory");
        return NULL;
    }
    block = ram_block_new_fd(mr, size, 0, flags, fd, 0, errp);
    if (!block) {
        close(fd);
    }
    return block;
}

RAMBlock *ram_block_new(MemoryRegion *mr, uint64_t size, uint32_t flags, void *host,
                        Error **errp)
{
    RAMBlock *block;

    if (!check_size(size, errp)) {
        return NULL;
    }
    if (host) {
        block = block_alloc(mr, size, flags, -1);
        block->host = host;
        block->max_length = size;
        block->foreign = true;
        return publish(block);
    }
    if (flags & RAM_SHARED) {
        return ram_block_new_memfd(mr, size, flags, errp);
    }
    return map_block(block_alloc(mr, size, flags, -1), 0, MAP_PRIVATE | MAP_ANONYMOUS,
                     errp);
}

static void ram_block_reclaim(RAMBlock *block)
{
    if (!block->foreign) {
        munmap(block->host, block->max_length);
    }
    if (block->fd >= 0) {
        close(block->fd);
    }
    g_free(block->code_pages);
    g_free(block);
}

void ram_block_free(RAMBlock *block)
{
    qemu_mutex_lock(&ram_lock);
    ram_table_replace(NULL, block);
    qemu_mutex_unlock(&ram_lock);
    call_rcu(block, ram_block_reclaim, rcu);
}
