/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pages of guest RAM that a CPU has decoded, and what happens when somebody
 * writes to one.
 *
 * A CPU that keeps decoded instructions marks the page first and decodes then.
 * Every write that goes through the memory core (rw, st*, unmap of a writable
 * map, caches) looks at the mark: when set, it is cleared and the hook is called,
 * from the writing thread and with no lock held by the core, for the whole page.
 * A CPU that writes RAM by pointer asks memory_code_page_test() itself, or calls
 * memory_code_written(). The hook must not touch guest memory.
 *
 * A write that races with the decoding of the same bytes may be missed: the
 * guest must order the two by itself anyway (IC IVAU, ISB).
 */
#ifndef SYSTEM_CODE_PAGES_H
#define SYSTEM_CODE_PAGES_H

#include "exec/hwaddr.h"
#include "system/ram_addr.h"
#include "system/ramblock.h"
#include <stdbool.h>

typedef void CodePageHook(void *opaque, ram_addr_t start, ram_addr_t last);

/*
 * Who is told; NULL for nobody. One hook for the process: a machine with several
 * vCPUs passes it on to each. Page-aligned @start, inclusive @last.
 */
void memory_code_pages_set_hook(CodePageHook *hook, void *opaque);

/* Mark, test and unmark the page that holds @addr. Any thread. */
void memory_code_page_set(ram_addr_t addr);
bool memory_code_page_test(ram_addr_t addr);
void memory_code_page_clear(ram_addr_t addr);

void memory_code_written_slow(RAMBlock *block, ram_addr_t offset, ram_addr_t len);

/* @len bytes at @offset of @block have been written. */
static inline void memory_code_written(RAMBlock *block, ram_addr_t offset,
                                       ram_addr_t len)
{
    if (__builtin_expect(__atomic_load_n(&block->has_code, __ATOMIC_RELAXED), 0)) {
        memory_code_written_slow(block, offset, len);
    }
}

/*
 * What a CPU's software TLB keeps for one page or more of RAM: host memory that
 * backs [addr, addr + limit) of the address space without a gap.
 */
typedef struct MemoryRamSpan {
    uint8_t *host;
    hwaddr limit; /* bytes from @host on that are plain RAM (or ROM) */
    RAMBlock *block;
    ram_addr_t ram_addr; /* of @host */
    bool writable;
} MemoryRamSpan;

/*
 * False when @addr is not RAM that may be read (written, when @is_write) by
 * pointer: then use address_space_ld and address_space_st. The pointer is good
 * until the end of the RCU read section, or until the next change of the memory
 * map (MemoryListener.commit) for who flushes it there.
 */
bool address_space_ram_span(AddressSpace *as, hwaddr addr, bool is_write,
                            MemoryRamSpan *span);

/* The same in short: NULL when fewer than @len bytes are there. */
void *address_space_ram_ptr(AddressSpace *as, hwaddr addr, hwaddr len, bool is_write,
                            hwaddr *limit);

#endif
