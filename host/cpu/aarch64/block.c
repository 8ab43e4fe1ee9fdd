/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decoded code: blocks of ops, found by physical page, virtual address and mode; the
 * pages they came from; and the rule that a write to such a page drops its blocks.
 *
 * A block never leaves its page and links only to blocks of the same page, so that a
 * page's blocks can go together. Dropped blocks may still be executing: they are freed
 * when no block is (a64_free_garbage).
 */
#include "qemu/osdep.h"
#include "internal.h"

enum { CODE_LIMIT = 24 << 20 };

struct A64CodePage {
    void *host;
    A64Block *blocks;
    uint64_t granules; /* 64-byte pieces that were decoded */
    A64CodePage *next_garbage;
};

static unsigned block_hash(uint64_t pc, uint64_t pa)
{
    uint64_t h = (pa >> 2) * 0x9e3779b97f4a7c15ull + (pc >> 12) * 0xff51afd7ed558ccdull;

    return h >> 49 & (BLOCK_HASH_SIZE - 1);
}

static uint32_t current_mode(const A64Cpu *c)
{
    unsigned fpen = BITS(c->cpacr, 20, 2);
    bool fp_on = fpen == 3 || (fpen == 1 && c->el == 1);

    return (c->el ? MODE_EL1 : 0) | (fp_on ? 0 : MODE_FP_OFF);
}

static A64CodePage *page_get(A64System *sys, void *host)
{
    A64CodePage *p = g_hash_table_lookup(sys->code_pages, host);

    if (!p) {
        p = g_new0(A64CodePage, 1);
        p->host = host;
        g_hash_table_insert(sys->code_pages, host, p);
        a64_tlb_protect(sys, host);
        sys->ops.code_page(sys->opaque, host, true);
    }
    return p;
}

bool a64_page_has_code(A64System *sys, void *host_page)
{
    return g_hash_table_contains(sys->code_pages, host_page);
}

static void unhash(A64System *sys, A64Block *b)
{
    A64Block **at = &sys->hash[block_hash(b->pc, b->pa)];

    while (*at != b) {
        at = &(*at)->hash_next;
    }
    *at = b->hash_next;
}

/* Everything that leads to a block outside of the hash is forgotten. */
static void forget_jumps(A64System *sys)
{
    for (unsigned i = 0; i < sys->n_cpus; i++) {
        a64_tlb_flush_jumps(sys->cpu[i]);
        sys->cpu[i]->link_from = NULL;
        /* Whoever executes in a dropped block leaves it at its end. */
        __atomic_fetch_or(&sys->cpu[i]->attention, ATT_DROP, __ATOMIC_RELAXED);
    }
}

void a64_drop_page(A64System *sys, void *host_page)
{
    A64CodePage *p = g_hash_table_lookup(sys->code_pages, host_page);

    if (!p) {
        return;
    }
    for (A64Block *b = p->blocks; b; b = b->page_next) {
        unhash(sys, b);
    }
    g_hash_table_remove(sys->code_pages, host_page);
    p->next_garbage = sys->garbage;
    sys->garbage = p;
    sys->ops.code_page(sys->opaque, host_page, false);
    a64_tlb_protect(sys, host_page);
    forget_jumps(sys);
}

void a64_drop_all(A64System *sys)
{
    GList *pages = g_hash_table_get_keys(sys->code_pages);

    for (GList *l = pages; l; l = l->next) {
        a64_drop_page(sys, l->data);
    }
    g_list_free(pages);
}

void a64_free_garbage(A64System *sys)
{
    while (sys->garbage) {
        A64CodePage *p = sys->garbage;

        sys->garbage = p->next_garbage;
        while (p->blocks) {
            A64Block *b = p->blocks;

            p->blocks = b->page_next;
            sys->code_bytes -= sizeof(*b) + (b->n + 1) * sizeof(A64Op);
            g_free(b);
        }
        g_free(p);
    }
}

void a64_code_written(A64System *sys, void *host, unsigned size)
{
    uintptr_t at = (uintptr_t)host;
    void *page = (void *)(at & PAGE_MASK);
    A64CodePage *p = g_hash_table_lookup(sys->code_pages, page);
    unsigned first = (at & 0xfff) >> 6, last = ((at & 0xfff) + size - 1) >> 6;

    for (unsigned g = first; p && g <= last && g < 64; g++) {
        if (p->granules >> g & 1) {
            a64_drop_page(sys, page);
            return;
        }
    }
}

static const A64Op *op_block_end(A64Cpu *c, const A64Op *o)
{
    return a64_goto_link(c, 0, o->imm);
}

static A64Block *decode_block(A64Cpu *c, void *host, uint64_t pa, uint32_t mode)
{
    A64Op ops[BLOCK_MAX_OPS + 1];
    A64Decode d = { .cpu = c, .pc = c->pc, .mode = mode };
    unsigned n = 0;
    uint32_t insn;
    /* Marked before it is read: a write from now on drops it again. */
    A64CodePage *page = page_get(c->sys, host);
    A64Block *b;

    do {
        memcpy(&insn, (char *)host + (d.pc & 0xfff), 4);
        a64_decode(&d, GUINT32_FROM_LE(insn), &ops[n++]);
        d.pc += 4;
    } while (!d.end && n < BLOCK_MAX_OPS && (d.pc & 0xfff));
    memset(&ops[n], 0, sizeof(ops[n]));
    ops[n].fn = op_block_end;
    ops[n].imm = d.pc;

    for (unsigned g = (c->pc & 0xfff) >> 6; g <= ((c->pc & 0xfff) + n * 4 - 1) >> 6;
         g++) {
        page->granules |= 1ull << g;
    }
    b = g_malloc(sizeof(*b) + (n + 1) * sizeof(A64Op));
    *b = (A64Block){ .pc = c->pc, .pa = pa, .mode = mode, .n = n, .page = page };
    memcpy(b->ops, ops, (n + 1) * sizeof(A64Op));
    c->sys->code_bytes += sizeof(*b) + (n + 1) * sizeof(A64Op);
    b->page_next = page->blocks;
    page->blocks = b;
    return b;
}

static void remember(A64Cpu *c, A64Block *b)
{
    A64JumpEntry *j = &c->tlb->jump[(b->pc >> 2) & (JUMP_CACHE_SIZE - 1)];

    j->pc = b->pc;
    j->block = b;
    c->tlb->jump_pages |= 1ull << (b->pc >> 12 & 63);
    if (c->link_from) {
        *c->link_from = b;
        c->link_from = NULL;
    }
}

A64Block *a64_find_block(A64Cpu *c)
{
    A64JumpEntry *j = &c->tlb->jump[(c->pc >> 2) & (JUMP_CACHE_SIZE - 1)];
    uint32_t mode = current_mode(c);
    A64System *sys = c->sys;
    uint64_t pa;
    void *host;
    A64Block *b;
    unsigned h;

    if (unlikely(c->il)) {
        a64_raise(c, c->pc, EC_ILLEGAL, 0);
        return NULL;
    }
    if (j->pc == c->pc && !c->link_from) {
        return j->block;
    }
    host = a64_fetch_page(c, &pa);
    if (!host) {
        c->link_from = NULL;
        return NULL;
    }
    h = block_hash(c->pc, pa);
    for (b = sys->hash[h]; b; b = b->hash_next) {
        if (b->pc == c->pc && b->pa == pa && b->mode == mode) {
            remember(c, b);
            return b;
        }
    }
    if (sys->code_bytes > CODE_LIMIT) {
        a64_drop_all(sys);
        a64_free_garbage(sys);
    }
    b = decode_block(c, host, pa, mode);
    b->hash_next = sys->hash[h];
    sys->hash[h] = b;
    remember(c, b);
    return b;
}
