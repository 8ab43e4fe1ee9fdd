/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One bit for each page of RAM: a CPU has decoded instructions in it. */
#include "qemu/osdep.h"
#include "memory-internal.h"
#include "exec/target_page.h"
#include "qemu/bitops.h"

typedef struct CodeHook {
    CodePageHook *fn;
    void *opaque;
} CodeHook;

static CodeHook code_hook;

void memory_code_pages_set_hook(CodePageHook *hook, void *opaque)
{
    code_hook.opaque = opaque;
    qatomic_store_release(&code_hook.fn, hook);
}

/* The word and the bit of the page of @addr; NULL when that is no RAM. */
static unsigned long *code_word(ram_addr_t addr, RAMBlock **block, unsigned long *bit)
{
    size_t page;

    *block = ram_block_by_addr(addr);
    if (!*block) {
        return NULL;
    }
    page = (addr - (*block)->offset) >> TARGET_PAGE_BITS;
    *bit = BIT_MASK(page);
    return &(*block)->code_pages[BIT_WORD(page)];
}

void memory_code_page_set(ram_addr_t addr)
{
    RCU_READ_LOCK_GUARD();
    RAMBlock *block;
    unsigned long bit, *word = code_word(addr, &block, &bit);

    if (word && !(qatomic_read(word) & bit)) {
        qatomic_or(word, bit);
        qatomic_set(&block->has_code, true);
    }
}

bool memory_code_page_test(ram_addr_t addr)
{
    RCU_READ_LOCK_GUARD();
    RAMBlock *block;
    unsigned long bit, *word = code_word(addr, &block, &bit);

    return word && (qatomic_read(word) & bit);
}

void memory_code_page_clear(ram_addr_t addr)
{
    RCU_READ_LOCK_GUARD();
    RAMBlock *block;
    unsigned long bit, *word = code_word(addr, &block, &bit);

    if (word) {
        qatomic_and(word, ~bit);
    }
}

static void page_written(RAMBlock *block, size_t page)
{
    unsigned long *word = &block->code_pages[BIT_WORD(page)];
    unsigned long bit = BIT_MASK(page);
    CodePageHook *hook = qatomic_load_acquire(&code_hook.fn);
    ram_addr_t start = block->offset + ((ram_addr_t)page << TARGET_PAGE_BITS);

    if (!(qatomic_read(word) & bit) || !(qatomic_fetch_and(word, ~bit) & bit)) {
        return;
    }
    if (hook) {
        hook(code_hook.opaque, start, start + TARGET_PAGE_SIZE - 1);
    }
}

void memory_code_written_slow(RAMBlock *block, ram_addr_t offset, ram_addr_t len)
{
    size_t last;

    if (!len) {
        return;
    }
    last = (offset + len - 1) >> TARGET_PAGE_BITS;
    for (size_t page = offset >> TARGET_PAGE_BITS; page <= last; page++) {
        page_written(block, page);
    }
}

bool address_space_ram_span(AddressSpace *as, hwaddr addr, bool is_write,
                            MemoryRamSpan *span)
{
    FlatView *fv = address_space_to_flatview(as);
    const FlatRange *fr = fv ? flatview_lookup(fv, addr) : NULL;
    hwaddr offset;

    if (!fr || !memory_access_is_direct(fr->mr, false, MEMTXATTRS_UNSPECIFIED)) {
        return false;
    }
    span->writable =
        !fr->readonly && memory_access_is_direct(fr->mr, true, MEMTXATTRS_UNSPECIFIED);
    if (is_write && !span->writable) {
        return false;
    }
    offset = addr - fr->start + fr->offset;
    span->block = fr->mr->ram_block;
    span->host = span->block->host + offset;
    span->ram_addr = span->block->offset + offset;
    /* RAM never fills 2^64 bytes, so this does not wrap. */
    span->limit = fr->last - addr + 1;
    return true;
}

void *address_space_ram_ptr(AddressSpace *as, hwaddr addr, hwaddr len, bool is_write,
                            hwaddr *limit)
{
    MemoryRamSpan span;

    if (!address_space_ram_span(as, addr, is_write, &span) || span.limit < len) {
        return NULL;
    }
    if (limit) {
        *limit = span.limit;
    }
    return span.host;
}
