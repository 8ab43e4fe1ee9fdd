/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The processor as its user sees it: creation, reset, the loop that runs blocks, and
 * the doors through which other threads ask for attention.
 */
#include "qemu/osdep.h"
#include "internal.h"

A64System *a64_system_new(const A64HostOps *ops, void *opaque)
{
    A64System *sys = g_new0(A64System, 1);

    sys->ops = *ops;
    sys->opaque = opaque;
    sys->code_pages = g_hash_table_new(NULL, NULL);
    sys->drops = g_ptr_array_new();
    g_mutex_init(&sys->drop_lock);
    return sys;
}

void a64_system_free(A64System *sys)
{
    a64_drop_all(sys);
    a64_free_garbage(sys);
    while (sys->n_cpus) {
        a64_cpu_remove(sys->cpu[sys->n_cpus - 1]);
    }
    g_hash_table_destroy(sys->code_pages);
    g_ptr_array_free(sys->drops, true);
    g_mutex_clear(&sys->drop_lock);
    g_free(sys);
}

A64Cpu *a64_cpu_new(A64System *sys, const A64Config *config)
{
    A64Cpu *c;

    if (sys->n_cpus == A64_MAX_CPUS) {
        return NULL;
    }
    c = aligned_alloc(64, (sizeof(*c) + 63) & ~63ull);
    memset(c, 0, sizeof(*c));
    c->sys = sys;
    c->config = *config;
    c->index = sys->n_cpus;
    sys->cpu[sys->n_cpus++] = c;
    c->ctxs = g_new0(A64Ctx, CTX_COUNT);
    a64_sysregs_init(c);
    a64_cpu_reset(c);
    return c;
}

void a64_cpu_remove(A64Cpu *c)
{
    A64System *sys = c->sys;

    for (unsigned i = c->index; i + 1 < sys->n_cpus; i++) {
        sys->cpu[i] = sys->cpu[i + 1];
        sys->cpu[i]->index = i;
    }
    sys->n_cpus--;
    a64_sysregs_free(c);
    g_free(c->ctxs);
    free(c);
}

void a64_cpu_reset(A64Cpu *c)
{
    size_t first = offsetof(A64Cpu, fpcr), last = offsetof(A64Cpu, excl_size);

    memset(c->x, 0, sizeof(c->x));
    memset(c->v, 0, sizeof(c->v));
    memset((char *)c + first, 0, last - first + 1);
    a64_set_nzcv(c, 0);
    c->el = c->config.user_only ? 0 : 1;
    c->sp_sel = c->el;
    c->daif = c->el ? PSTATE_D | PSTATE_A | PSTATE_I | PSTATE_F : 0;
    c->sctlr = 0x00c50838; /* RES1 bits, MMU and caches off */
    c->cpacr = c->config.user_only ? 3 << 20 : 0;
    c->pc = 0;
    c->link_from = NULL;
    c->block = NULL;
    c->powered_on = !c->config.start_powered_off;
    c->halted = false;
    a64_timers_reset(c);
    a64_tlb_flush_all(c);
    a64_select_ctx(c);
    a64_update_att_mask(c);
}

void a64_set_pc(A64Cpu *c, uint64_t pc)
{
    c->pc = pc;
    c->halted = false;
}

bool a64_powered_on(const A64Cpu *c)
{
    return c->powered_on;
}

bool a64_has_work(A64Cpu *c)
{
    uint32_t att = __atomic_load_n(&c->attention, __ATOMIC_RELAXED);

    return c->powered_on && (!c->halted || att & (ATT_IRQ | ATT_FIQ));
}

uint64_t a64_insn_count(const A64Cpu *c)
{
    return c->insns;
}

void a64_set_line(A64Cpu *c, int line, bool level)
{
    uint32_t bit = line == A64_LINE_IRQ ? ATT_IRQ : ATT_FIQ;

    if (level) {
        __atomic_fetch_or(&c->attention, bit, __ATOMIC_SEQ_CST);
    } else {
        __atomic_fetch_and(&c->attention, ~bit, __ATOMIC_SEQ_CST);
    }
}

void a64_kick(A64Cpu *c)
{
    __atomic_fetch_or(&c->attention, ATT_KICK, __ATOMIC_SEQ_CST);
}

void a64_request_flush(A64System *sys)
{
    for (unsigned i = 0; i < sys->n_cpus; i++) {
        __atomic_fetch_or(&sys->cpu[i]->attention, ATT_FLUSH, __ATOMIC_SEQ_CST);
    }
}

void a64_request_code_drop(A64System *sys, void *host_page)
{
    g_mutex_lock(&sys->drop_lock);
    g_ptr_array_add(sys->drops, host_page);
    g_mutex_unlock(&sys->drop_lock);
    for (unsigned i = 0; i < sys->n_cpus; i++) {
        __atomic_fetch_or(&sys->cpu[i]->attention, ATT_DROP, __ATOMIC_SEQ_CST);
    }
}

static void obey_drops(A64System *sys)
{
    GPtrArray *drops;

    g_mutex_lock(&sys->drop_lock);
    drops = sys->drops;
    sys->drops = g_ptr_array_new();
    g_mutex_unlock(&sys->drop_lock);
    for (unsigned i = 0; i < drops->len; i++) {
        a64_drop_page(sys, drops->pdata[i]);
    }
    g_ptr_array_free(drops, true);
}

static bool clear_attention(A64Cpu *c, uint32_t bit)
{
    return __atomic_fetch_and(&c->attention, ~bit, __ATOMIC_SEQ_CST) & bit;
}

/* Does what was asked for between two blocks; false: leave a64_run(). */
static bool attend(A64Cpu *c)
{
    c->link_from = NULL;
    if (clear_attention(c, ATT_FLUSH)) {
        /* Host addresses of code pages may be gone as well. */
        a64_drop_all(c->sys);
        a64_tlb_flush_all(c);
        a64_select_ctx(c);
    }
    if (clear_attention(c, ATT_DROP)) {
        /* Sets the bit anew; cleared here, a request of another thread went with it. */
        obey_drops(c->sys);
    }
    a64_free_garbage(c->sys);
    if (clear_attention(c, ATT_KICK)) {
        c->exit_reason = A64_EXIT_KICK;
        return false;
    }
    a64_take_interrupt(c);
    return true;
}

static void run_blocks(A64Cpu *c)
{
    while (!c->want_exit) {
        A64Block *b;
        const A64Op *o;

        if (unlikely(a64_attention(c)) && !attend(c)) {
            return;
        }
        if (c->left < 0) {
            c->exit_reason = A64_EXIT_BUDGET;
            return;
        }
        b = a64_find_block(c);
        if (!b) {
            c->left--; /* a guest that only faults uses its turn up too */
            continue;
        }
        c->left -= b->n;
        c->block = b;
        o = b->ops;
        do {
            o = o->fn(c, o);
        } while (o);
    }
}

A64Exit a64_run(A64Cpu *c, int64_t budget)
{
    c->exit_reason = A64_EXIT_BUDGET;
    if (!a64_has_work(c)) {
        if (clear_attention(c, ATT_KICK)) {
            return A64_EXIT_KICK;
        }
        return A64_EXIT_WAIT;
    }
    c->halted = false;
    c->want_exit = false;
    c->left = budget;
    c->link_from = NULL;
    run_blocks(c);
    c->insns += budget - c->left;
    return c->exit_reason;
}
