/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>
#include "a64-machine.h"

static void *ram_page(void *opaque, uint64_t pa, bool *writable)
{
    Machine *m = opaque;

    *writable = true;
    return pa >= RAM_BASE && pa < RAM_BASE + RAM_SIZE ? m->ram + (pa - RAM_BASE) : NULL;
}

static bool load(void *opaque, uint64_t pa, unsigned size, uint64_t *value)
{
    Machine *m = opaque;

    m->device_accesses++;
    *value = 0x1122334455667788ull;
    return pa >> 12 == DEVICE_BASE >> 12 && !m->device_fails;
}

static bool store(void *opaque, uint64_t pa, unsigned size, uint64_t value)
{
    Machine *m = opaque;

    m->device_accesses++;
    m->device_last = value;
    return pa >> 12 == DEVICE_BASE >> 12 && !m->device_fails;
}

static void code_page(void *opaque, void *host_page, bool holds_code)
{
    Machine *m = opaque;

    if (holds_code) {
        g_hash_table_add(m->code_pages, host_page);
    } else {
        g_hash_table_remove(m->code_pages, host_page);
        if (m->on_drop) {
            m->on_drop(m);
        }
    }
}

static uint64_t counter(void *opaque)
{
    return ((Machine *)opaque)->counter;
}

static void timer_arm(void *opaque, A64Cpu *cpu, int timer, uint64_t deadline)
{
    if (timer == A64_TIMER_VIRT) {
        ((Machine *)opaque)->deadline = deadline;
    }
}

static void timer_line(void *opaque, A64Cpu *cpu, int timer, bool level)
{
    ((Machine *)opaque)->timer_level = level;
    a64_set_line(cpu, A64_LINE_IRQ, level);
}

static void system_off(void *opaque)
{
    ((Machine *)opaque)->offs++;
}

static void system_reset(void *opaque)
{
    ((Machine *)opaque)->resets++;
}

static const A64HostOps ops = {
    .load = load,
    .store = store,
    .ram_page = ram_page,
    .code_page = code_page,
    .counter = counter,
    .timer_arm = timer_arm,
    .timer_line = timer_line,
    .system_off = system_off,
    .system_reset = system_reset,
};

Machine *machine_new(A64Model model)
{
    A64Config config = { .model = model, .psci_conduit = A64_PSCI_HVC };
    Machine *m = g_new0(Machine, 1);

    m->ram = aligned_alloc(4096, RAM_SIZE);
    memset(m->ram, 0, RAM_SIZE);
    m->code_pages = g_hash_table_new(NULL, NULL);
    m->sys = a64_system_new(&ops, m);
    m->cpu = a64_cpu_new(m->sys, &config);
    m->next_table = TABLES + 4096;
    for (unsigned v = 0; v < 0x800; v += 0x80) {
        PROGRAM(m, VECTORS + v, 0xd503207f /* wfi */, 0x17ffffff /* b .-4 */);
    }
    machine_set(m, VBAR, VECTORS);
    machine_set(m, CPACR, 3 << 20);
    return m;
}

void machine_free(Machine *m)
{
    a64_system_free(m->sys);
    g_hash_table_destroy(m->code_pages);
    free(m->ram);
    g_free(m);
}

void machine_code(Machine *m, uint64_t addr, const uint32_t *words, size_t n)
{
    memcpy(m->ram + (addr - RAM_BASE), words, n * 4);
}

void machine_write(Machine *m, uint64_t addr, uint64_t value)
{
    memcpy(m->ram + (addr - RAM_BASE), &value, 8);
}

uint64_t machine_read(Machine *m, uint64_t addr)
{
    uint64_t value;

    memcpy(&value, m->ram + (addr - RAM_BASE), 8);
    return value;
}

bool machine_run(Machine *m, uint32_t pstate, int64_t limit)
{
    a64_set_pstate(m->cpu, pstate);
    a64_set_pc(m->cpu, CODE);
    a64_run(m->cpu, limit);
    /* A pending interrupt lets no WFI wait: the place counts. */
    return a64_get_pc(m->cpu) - VECTORS < 0x800;
}

unsigned machine_vector(Machine *m)
{
    return (a64_get_pc(m->cpu) - VECTORS) & ~0x7fu;
}

typedef struct Encoding {
    uint8_t crn, crm, op2;
} Encoding;

static const Encoding names[] = {
    [ESR] = { 5, 2, 0 },   [FAR] = { 6, 0, 0 },   [ELR] = { 4, 0, 1 },
    [SPSR] = { 4, 0, 0 },  [SCTLR] = { 1, 0, 0 }, [TCR] = { 2, 0, 2 },
    [TTBR0] = { 2, 0, 0 }, [TTBR1] = { 2, 0, 1 }, [MAIR] = { 10, 2, 0 },
    [VBAR] = { 12, 0, 0 }, [CPACR] = { 1, 0, 2 }, [PAR] = { 7, 4, 0 },
};

uint64_t machine_get(Machine *m, enum SysName name)
{
    const Encoding *e = &names[name];
    uint64_t value;

    g_assert_true(a64_get_sysreg(m->cpu, 3, 0, e->crn, e->crm, e->op2, &value));
    return value;
}

void machine_set(Machine *m, enum SysName name, uint64_t value)
{
    const Encoding *e = &names[name];

    g_assert_true(a64_set_sysreg(m->cpu, 3, 0, e->crn, e->crm, e->op2, value));
}

uint64_t machine_leaf(Machine *m, uint64_t va)
{
    uint64_t table = TABLES;

    for (int shift = 39; shift > 12; shift -= 9) {
        uint64_t at = table + (va >> shift & 511) * 8, desc = machine_read(m, at);

        if (!(desc & 1)) {
            desc = m->next_table | 3;
            m->next_table += 4096;
            machine_write(m, at, desc);
        }
        table = desc & 0xfffffffff000ull;
    }
    return table + (va >> 12 & 511) * 8;
}

void machine_map(Machine *m, uint64_t va, uint64_t pa, uint64_t attrs)
{
    machine_write(m, machine_leaf(m, va), pa | attrs);
}

void machine_mmu_on(Machine *m)
{
    for (unsigned i = 0; i < 16; i++) {
        machine_map(m, CODE + i * 4096, CODE + i * 4096, PTE_OK | PTE_EL0 | PTE_RO);
        machine_map(m, DATA + i * 4096, DATA + i * 4096, PTE_OK | PTE_EL0);
    }
    machine_map(m, VECTORS, VECTORS, PTE_OK | PTE_RO);
    machine_map(m, DEVICE_BASE, DEVICE_BASE, PTE_OK | PTE_EL0 | PTE_DEVICE);
    machine_set(m, MAIR, 0x00ff);
    machine_set(m, TCR, 16 | 16 << 16 | 2ull << 30 | 5ull << 32);
    machine_set(m, TTBR0, TABLES);
    machine_set(m, TTBR1, TABLES);
    machine_set(m, SCTLR, machine_get(m, SCTLR) | 1 | 1 << 26 | 1 << 15 | 1 << 14);
}
