/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The software TLB: one set of entries per address space (A64Ctx) and exception level,
 * so that switching process or level costs a pointer and TLBI by ASID drops only what
 * it must. Entries are 4 KiB; what they hold is dropped by the TLBI functions here.
 */
#include "qemu/osdep.h"
#include "internal.h"

enum { SCTLR_KEPT = 0x80003 | 1 << 25 | 1 << 24 }; /* M, A, WXN, EE, E0E */

static void flush_jumps(A64Tlb *t)
{
    for (unsigned i = 0; i < JUMP_CACHE_SIZE; i++) {
        /* A pc that belongs to another slot: matches nothing. */
        t->jump[i].pc = (uint64_t)(i ^ 1) << 2;
        t->jump[i].block = NULL;
    }
    t->jump_pages = 0;
}

static void flush_tlb(A64Tlb *t)
{
    memset(t->entry, 0xff, sizeof(t->entry));
    t->big[0] = t->big[1] = false;
    flush_jumps(t);
}

static bool ctx_matches(const A64Cpu *c, const A64Ctx *x)
{
    return x->valid && x->ttbr0 == c->ttbr0 && x->ttbr1 == c->ttbr1 &&
           x->tcr == c->tcr && x->sctlr == (c->sctlr & SCTLR_KEPT) &&
           x->mair == c->mair;
}

void a64_select_ctx(A64Cpu *c)
{
    A64Ctx *x = c->ctx;

    if (!x || !ctx_matches(c, x)) {
        A64Ctx *oldest = &c->ctxs[0];

        for (x = c->ctxs; x < c->ctxs + CTX_COUNT && !ctx_matches(c, x); x++) {
            if (!x->valid || (oldest->valid && x->last_used < oldest->last_used)) {
                oldest = x;
            }
        }
        if (x == c->ctxs + CTX_COUNT) {
            x = oldest;
            flush_tlb(&x->el[0]);
            flush_tlb(&x->el[1]);
            x->valid = true;
            x->ttbr0 = c->ttbr0;
            x->ttbr1 = c->ttbr1;
            x->tcr = c->tcr;
            x->sctlr = c->sctlr & SCTLR_KEPT;
            x->mair = c->mair;
        }
        c->ctx = x;
    }
    x->last_used = ++c->use_clock;
    c->tlb = &x->el[c->el];
}

/* Forgets the address spaces that @which chooses; the current one is set up anew. */
static void drop_ctxs(A64Cpu *c, bool by_asid, uint64_t asid)
{
    for (A64Ctx *x = c->ctxs; x < c->ctxs + CTX_COUNT; x++) {
        if (!by_asid || x->ttbr0 >> 48 == asid || x->ttbr1 >> 48 == asid) {
            x->valid = false;
        }
    }
    c->link_from = NULL;
    if (c->ctx) {
        a64_select_ctx(c);
    }
}

void a64_tlb_flush_all(A64Cpu *c)
{
    drop_ctxs(c, false, 0);
}

void a64_tlb_flush_asid(A64Cpu *c, uint64_t asid)
{
    drop_ctxs(c, true, asid);
}

static bool same_mapping(const A64Tlb *t, int kind, unsigned slot, uint64_t page)
{
    uint64_t tag = t->entry[kind][slot].tag;

    return tag != ~0ull && !((tag ^ page) >> t->info[kind][slot].shift);
}

static void flush_page(A64Tlb *t, uint64_t page)
{
    bool big = t->big[BIT_AT(page, 63)];
    unsigned first = big ? 0 : page >> 12 & (TLB_SIZE - 1);
    unsigned last = big ? TLB_SIZE - 1 : first;

    for (int kind = 0; kind < TLB_KINDS; kind++) {
        for (unsigned slot = first; slot <= last; slot++) {
            if (same_mapping(t, kind, slot, page)) {
                t->entry[kind][slot].tag = ~0ull;
            }
        }
    }
    if (t->jump_pages && (big || t->jump_pages >> (page >> 12 & 63) & 1)) {
        flush_jumps(t);
    }
}

/* A mapping of a larger size goes as a whole, whichever of its addresses is given. */
void a64_tlb_flush_va(A64Cpu *c, uint64_t va)
{
    for (A64Ctx *x = c->ctxs; x < c->ctxs + CTX_COUNT; x++) {
        if (x->valid) {
            flush_page(&x->el[0], va & PAGE_MASK);
            flush_page(&x->el[1], va & PAGE_MASK);
        }
    }
    c->link_from = NULL;
}

void a64_tlb_flush_jumps(A64Cpu *c)
{
    for (A64Ctx *x = c->ctxs; x < c->ctxs + CTX_COUNT; x++) {
        if (x->valid) {
            flush_jumps(&x->el[0]);
            flush_jumps(&x->el[1]);
        }
    }
}

static void protect_in(A64Tlb *t, uintptr_t host)
{
    for (unsigned i = 0; i < TLB_SIZE; i++) {
        A64TlbEntry *e = &t->entry[TLB_WRITE][i];

        if ((uintptr_t)(e->tag & PAGE_MASK) + e->addend == host) {
            e->tag = ~0ull; /* made anew with the right flag at the next store */
        }
    }
}

void a64_tlb_protect(A64System *sys, void *host_page)
{
    for (unsigned i = 0; i < sys->n_cpus; i++) {
        for (A64Ctx *x = sys->cpu[i]->ctxs; x < sys->cpu[i]->ctxs + CTX_COUNT; x++) {
            if (x->valid) {
                protect_in(&x->el[0], (uintptr_t)host_page);
                protect_in(&x->el[1], (uintptr_t)host_page);
            }
        }
    }
}

uint64_t a64_strip_tag(const A64Cpu *c, uint64_t va)
{
    if (BIT_AT(va, 55)) {
        return BIT_AT(c->tcr, 38) ? va | 0xffull << 56 : va;
    }
    return BIT_AT(c->tcr, 37) ? va & ~(0xffull << 56) : va;
}

static void fill(A64Cpu *c, int el, int kind, uint64_t va, const A64Xlate *x)
{
    unsigned slot = va >> 12 & (TLB_SIZE - 1);
    A64TlbEntry *e = &c->ctx->el[el].entry[kind][slot];
    A64TlbInfo *info = &c->ctx->el[el].info[kind][slot];
    uint64_t page = va & PAGE_MASK;
    bool writable = false, slow;
    void *host = c->sys->ops.ram_page(c->sys->opaque, x->pa & PAGE_MASK, &writable);

    info->pa = x->pa & PAGE_MASK;
    info->device = x->device;
    info->shift = x->shift;
    c->ctx->el[el].big[BIT_AT(va, 63)] |= x->shift > 12;
    info->ram = host && (kind != TLB_WRITE || writable);
    e->addend = info->ram ? (uintptr_t)host - (uintptr_t)page : 0;
    slow = !info->ram || x->device || c->sctlr & 2 ||
           (kind == TLB_WRITE && a64_page_has_code(c->sys, host));
    e->tag = page | (slow ? TLB_SLOW : 0);
}

/* The entry's index for @va (without tag), filled if need be; -1: fault in *x. */
static int find(A64Cpu *c, int el, int kind, uint64_t va, A64Xlate *x)
{
    unsigned slot = va >> 12 & (TLB_SIZE - 1);

    if ((c->ctx->el[el].entry[kind][slot].tag & ~(uint64_t)TLB_SLOW) ==
        (va & PAGE_MASK)) {
        return slot;
    }
    *x = a64_translate(c, va, kind, el);
    if (x->fault != FAULT_NONE) {
        return -1;
    }
    fill(c, el, kind, va, x);
    return slot;
}

typedef struct Access {
    A64Cpu *c;
    const A64Op *o;
    uint64_t va; /* as the program gave it */
    unsigned flags;
    int el, kind;
} Access;

static bool fail(const Access *a, uint64_t va, int fsc)
{
    a64_data_abort(a->c, a->o, va, fsc, a->kind == TLB_WRITE, a->flags);
    return false;
}

/*
 * A device may have changed the memory map: no host address from before may be used
 * in what is left of this instruction and its block.
 */
static void forget_map_if_changed(A64Cpu *c)
{
    if (__atomic_load_n(&c->attention, __ATOMIC_ACQUIRE) & ATT_FLUSH) {
        a64_tlb_flush_all(c);
    }
}

/* A device register or ROM: naturally aligned pieces of at most 8 bytes. */
static bool device_pieces(const Access *a, uint64_t pa, void *buf, unsigned size)
{
    const A64System *sys = a->c->sys;

    for (unsigned done = 0; done < size;) {
        uint64_t at = pa + done, value = 0;
        unsigned n = 8;

        while (at & (n - 1) || n > size - done) {
            n /= 2;
        }
        if (a->kind == TLB_WRITE) {
            memcpy(&value, (char *)buf + done, n);
            if (!sys->ops.store(sys->opaque, at, n, value)) {
                return false;
            }
        } else {
            if (!sys->ops.load(sys->opaque, at, n, &value)) {
                return false;
            }
            memcpy((char *)buf + done, &value, n);
        }
        done += n;
    }
    return true;
}

static bool device_access(const Access *a, uint64_t pa, void *buf, unsigned size)
{
    bool ok = device_pieces(a, pa, buf, size);

    forget_map_if_changed(a->c);
    return ok;
}

/* One page's part of an access, @skip bytes after its beginning. */
static bool access_page(const Access *a, unsigned skip, void *buf, unsigned size,
                        bool aligned)
{
    A64Cpu *c = a->c;
    uint64_t va = a64_strip_tag(c, a->va + skip);
    A64Xlate x;
    int slot = find(c, a->el, a->kind, va, &x);
    A64TlbInfo *info;
    void *host;

    if (slot < 0) {
        return fail(a, a->va + skip, x.fault);
    }
    info = &c->ctx->el[a->el].info[a->kind][slot];
    if (info->device && !aligned) {
        return fail(a, a->va, FAULT_ALIGN);
    }
    if (!info->ram) {
        return device_access(a, info->pa | (va & 0xfff), buf, size) ||
               fail(a, a->va, FAULT_EXTERNAL);
    }
    host = (void *)(uintptr_t)(va + c->ctx->el[a->el].entry[a->kind][slot].addend);
    if (a->kind == TLB_WRITE) {
        memcpy(host, buf, size);
        a64_code_written(c->sys, host, size);
    } else {
        memcpy(buf, host, size);
    }
    return true;
}

static bool check_aligned(const Access *a, unsigned size, bool *aligned)
{
    /* Pairs and vectors are aligned to their elements: callers pass those. */
    *aligned = !(a->va & (size - 1));
    if (!*aligned && (a->flags & MEM_ALIGNED || a->c->sctlr & 2)) {
        return fail(a, a->va, FAULT_ALIGN);
    }
    return true;
}

static bool access_memory(Access *a, unsigned size)
{
    unsigned here = 4096 - (a->va & 0xfff);
    bool aligned;

    a->el = a->flags & MEM_EL0 ? 0 : a->c->el;
    if (!check_aligned(a, size, &aligned)) {
        return false;
    }
    if (here >= size) {
        return access_page(a, 0, a->c->tmp, size, aligned);
    }
    /* Nothing is written before both pages are known to be writable. */
    if (a->kind == TLB_WRITE &&
        !a64_probe_write(a->c, a->o, a->va + here, size - here, a->flags)) {
        return false;
    }
    return access_page(a, 0, a->c->tmp, here, aligned) &&
           access_page(a, here, (char *)a->c->tmp + here, size - here, aligned);
}

bool a64_load_slow(A64Cpu *c, const A64Op *o, uint64_t va, unsigned size,
                   unsigned flags)
{
    Access a = { .c = c, .o = o, .va = va, .flags = flags, .kind = TLB_READ };

    c->tmp[0] = 0;
    return access_memory(&a, size);
}

bool a64_store_slow(A64Cpu *c, const A64Op *o, uint64_t va, unsigned size,
                    unsigned flags)
{
    Access a = { .c = c, .o = o, .va = va, .flags = flags, .kind = TLB_WRITE };

    return access_memory(&a, size);
}

bool a64_probe_write(A64Cpu *c, const A64Op *o, uint64_t va, unsigned size,
                     unsigned flags)
{
    Access a = { .c = c, .o = o, .va = va, .flags = flags, .kind = TLB_WRITE };
    int el = flags & MEM_EL0 ? 0 : c->el;
    A64Xlate x;

    if (find(c, el, TLB_WRITE, a64_strip_tag(c, va), &x) < 0) {
        return fail(&a, va, x.fault);
    }
    if (((va ^ (va + size - 1)) & PAGE_MASK) != 0) {
        va = (va + size - 1) & PAGE_MASK;
        if (find(c, el, TLB_WRITE, a64_strip_tag(c, va), &x) < 0) {
            return fail(&a, va, x.fault);
        }
    }
    return true;
}

void *a64_ram_ptr(A64Cpu *c, const A64Op *o, uint64_t va, unsigned size, unsigned flags,
                  bool *fault)
{
    Access a = { .c = c,
                 .o = o,
                 .va = va,
                 .flags = flags,
                 .kind = flags & MEM_WRITE ? TLB_WRITE : TLB_READ };
    A64Xlate x;
    int slot;

    *fault = true;
    a.el = flags & MEM_EL0 ? 0 : c->el;
    if (va & (size - 1) && flags & MEM_ALIGNED) {
        fail(&a, va, FAULT_ALIGN);
        return NULL;
    }
    slot = find(c, a.el, a.kind, a64_strip_tag(c, va), &x);
    if (slot < 0) {
        fail(&a, va, x.fault);
        return NULL;
    }
    *fault = false;
    if (!c->ctx->el[a.el].info[a.kind][slot].ram) {
        return NULL;
    }
    return (void *)(uintptr_t)(a64_strip_tag(c, va) +
                               c->ctx->el[a.el].entry[a.kind][slot].addend);
}

void *a64_fetch_page(A64Cpu *c, uint64_t *pa)
{
    A64Xlate x;
    int slot;

    c->pc = a64_strip_tag(c, c->pc);
    if (c->pc & 3) {
        c->far = c->pc;
        a64_raise(c, c->pc, EC_PC_ALIGN, 0);
        return NULL;
    }
    slot = find(c, c->el, TLB_EXEC, c->pc, &x);
    if (slot < 0 || !c->tlb->info[TLB_EXEC][slot].ram) {
        c->far = c->pc;
        a64_raise(c, c->pc, EC_IABORT, slot < 0 ? x.fault : FAULT_EXTERNAL);
        return NULL;
    }
    *pa = c->tlb->info[TLB_EXEC][slot].pa | (c->pc & 0xfff);
    return (void *)(uintptr_t)((c->pc & PAGE_MASK) +
                               c->tlb->entry[TLB_EXEC][slot].addend);
}
