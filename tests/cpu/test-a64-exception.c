/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Exceptions, interrupts, the timer, PSCI, and what a lost guest may do. */
#include <string.h>
#include "a64-machine.h"

static unsigned ec(Machine *m)
{
    return machine_get(m, ESR) >> 26;
}

static void test_svc(void)
{
    Machine *m = machine_new(A64_CORTEX_A57);

    PROGRAM(m, CODE, 0xd503201f, /* nop */
            0xd4002461,          /* svc #0x123 */
    );
    g_assert_true(machine_run(m, EL0T | 0xa0000000, 100));
    g_assert_cmphex(machine_get(m, ESR), ==, 0x56000123);
    g_assert_cmphex(machine_get(m, ELR), ==, CODE + 8);
    g_assert_cmphex(machine_get(m, SPSR), ==, 0xa0000000);
    g_assert_cmphex(machine_vector(m), ==, FROM_EL0);
    /* Entered EL1h with all interrupts masked. */
    g_assert_cmphex(a64_get_pstate(m->cpu) & 0x3ff, ==, EL1H | DAIF_MASKED);
    machine_free(m);
}

static void test_vector_offsets(void)
{
    static const struct {
        uint32_t pstate, vector;
    } cases[] = { { EL0T, 0x400 }, { EL1T, 0x000 }, { EL1H, 0x200 } };
    Machine *m = machine_new(A64_CORTEX_A57);

    PROGRAM(m, CODE, 0xd42000a0, /* brk #5 */
    );
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_assert_true(machine_run(m, cases[i].pstate, 100));
        g_assert_cmphex(machine_vector(m), ==, cases[i].vector);
        g_assert_cmphex(machine_get(m, ESR), ==, 0xf2000005);
        g_assert_cmphex(machine_get(m, ELR), ==, CODE);
    }
    machine_free(m);
}

static void test_undefined(void)
{
    static const uint32_t words[] = {
        0x00000000,     0xffffffff, 0xd4200000 | 1, /* BRK with a bit too many */
        0xb8200000,                                 /* LDADD: no LSE */
        0x9ac03000,                                 /* PACGA */
        0xd538b120,                                 /* no such register */
        0x1ee02800,                                 /* FADD of halves */
        0x4e284800,                                 /* AESE */
        0xd69f03e0 | 1,
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(words); i++) {
        Machine *m = machine_new(A64_MAX);

        machine_code(m, CODE, &words[i], 1);
        g_assert_true(machine_run(m, EL1H, 100));
        g_assert_cmphex(machine_get(m, ESR), ==, 0x02000000);
        g_assert_cmphex(machine_get(m, ELR), ==, CODE);
        machine_free(m);
    }
}

/* What EL0 must not do: system registers are UNDEFINED, some are trapped. */
static void test_el0_limits(void)
{
    static const uint32_t cases[] = {
        0xd5381000, /* mrs x0, sctlr_el1 */
        0xd50342df, /* msr daifset, #2 */
        0xd53b0020, /* mrs x0, ctr_el0 */
        0xd503207f, /* wfi */
        0xd50b7420, /* dc zva, x0 */
        0xd50b7520, /* ic ivau, x0 */
        0xd53be040, /* mrs x0, cntvct_el0 */
        0xd69f03e0, /* eret */
        0xd4000002, /* hvc #0 */
        0xd50041bf, /* msr spsel, #1 */
        0xd508871f, /* tlbi vmalle1 */
    };
    static const unsigned expected[] = {
        0, 0x18, 0x18, 1, 0x18, 0x18, 0x18, 0, 0, 0, 0
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        Machine *m = machine_new(A64_CORTEX_A57);

        machine_set(m, SCTLR, 0);
        machine_code(m, CODE, &cases[i], 1);
        g_assert_true(machine_run(m, EL0T, 100));
        g_assert_cmphex(ec(m), ==, expected[i]);
        machine_free(m);
    }
}

/* The ISS of a trapped MRS names the register and its destination. */
static void test_trap_iss(void)
{
    Machine *m = machine_new(A64_CORTEX_A57);

    machine_set(m, SCTLR, 0);
    PROGRAM(m, CODE, 0xd53b0027, /* mrs x7, ctr_el0 */
    );
    g_assert_true(machine_run(m, EL0T, 100));
    g_assert_cmphex(machine_get(m, ESR), ==,
                    0x62000000 | 3 << 20 | 1 << 17 | 3 << 14 | 0 << 10 | 7 << 5 |
                        0 << 1 | 1);
    machine_free(m);
}

static void test_fp_trap(void)
{
    Machine *m = machine_new(A64_CORTEX_A57);

    PROGRAM(m, CODE, 0x1e622820, /* fadd d0, d1, d2 */
            0xd4000001,          /* svc #0 */
    );
    machine_set(m, CPACR, 1 << 20);
    g_assert_true(machine_run(m, EL0T, 100));
    g_assert_cmphex(machine_get(m, ESR), ==, 0x1fe00000);
    /* EL1 may, and EL0 may after CPACR says so. */
    g_assert_true(machine_run(m, EL1H, 100));
    g_assert_cmphex(ec(m), ==, 0x15);
    machine_set(m, CPACR, 3 << 20);
    g_assert_true(machine_run(m, EL0T, 100));
    g_assert_cmphex(ec(m), ==, 0x15);
    machine_set(m, CPACR, 0);
    g_assert_true(machine_run(m, EL1H, 100));
    g_assert_cmphex(ec(m), ==, 0x07);
    machine_free(m);
}

static void test_alignment(void)
{
    Machine *m = machine_new(A64_CORTEX_A57);

    PROGRAM(m, CODE, 0xd61f0000, /* br x0 */
    );
    a64_set_reg(m->cpu, 0, CODE + 2);
    g_assert_true(machine_run(m, EL1H, 100));
    g_assert_cmphex(ec(m), ==, 0x22);
    g_assert_cmphex(machine_get(m, ELR), ==, CODE + 2);
    g_assert_cmphex(machine_get(m, FAR), ==, CODE + 2);
    PROGRAM(m, CODE, 0xf94003e0, /* ldr x0, [sp] */
    );
    a64_request_code_drop(m->sys, m->ram);
    machine_set(m, SCTLR, machine_get(m, SCTLR) | 8);
    a64_set_pstate(m->cpu, EL1H);
    a64_set_reg(m->cpu, 31, DATA + 8);
    g_assert_true(machine_run(m, EL1H, 100));
    g_assert_cmphex(ec(m), ==, 0x26);
    machine_free(m);
}

static void test_eret(void)
{
    Machine *m = machine_new(A64_CORTEX_A57);

    PROGRAM(m, CODE, 0xd5184020, /* msr elr_el1, x0 */
            0xd5184001,          /* msr spsr_el1, x1 */
            0xd69f03e0,          /* eret */
    );
    PROGRAM(m, CODE + 0x100, 0xd28000e2, /* mov x2, #7 */
            0xd4000021,                  /* svc #1 */
    );
    a64_set_reg(m->cpu, 0, CODE + 0x100);
    a64_set_reg(m->cpu, 1, 0x60000000 | EL0T);
    g_assert_true(machine_run(m, EL1H, 100));
    g_assert_cmphex(machine_vector(m), ==, FROM_EL0);
    g_assert_cmphex(machine_get(m, SPSR), ==, 0x60000000);
    g_assert_cmphex(a64_get_reg(m->cpu, 2), ==, 7);
    /* EL2, AArch32 and a reserved mode: illegal execution state at the target. */
    for (unsigned i = 0; i < 3; i++) {
        static const uint32_t modes[] = { 9, 0x10, 1 };

        a64_set_reg(m->cpu, 1, modes[i]);
        g_assert_true(machine_run(m, EL1H, 100));
        g_assert_cmphex(ec(m), ==, 0x0e);
        g_assert_cmphex(machine_get(m, ELR), ==, CODE + 0x100);
        g_assert_cmphex(machine_get(m, SPSR) & 1 << 20, ==, 1 << 20);
    }
    machine_free(m);
}

static void test_stack_pointers(void)
{
    Machine *m = machine_new(A64_CORTEX_A57);

    PROGRAM(m, CODE, 0x9100001f, /* mov sp, x0 */
            0xd5184101,          /* msr sp_el0, x1 */
            0xd50040bf,          /* msr spsel, #0 */
            0x910003e2,          /* mov x2, sp */
            0xd50041bf,          /* msr spsel, #1 */
            0x910003e3,          /* mov x3, sp */
            0xd4000001,          /* svc #0 */
    );
    a64_set_reg(m->cpu, 0, 0x1000);
    a64_set_reg(m->cpu, 1, 0x2000);
    g_assert_true(machine_run(m, EL1H, 100));
    g_assert_cmphex(a64_get_reg(m->cpu, 2), ==, 0x2000);
    g_assert_cmphex(a64_get_reg(m->cpu, 3), ==, 0x1000);
    machine_free(m);
}

static void test_interrupts(void)
{
    Machine *m = machine_new(A64_CORTEX_A57);

    PROGRAM(m, CODE, 0x91000400, /* 1: add x0, x0, #1 */
            0x17ffffff,          /* b 1b */
    );
    a64_set_line(m->cpu, A64_LINE_IRQ, true);
    /* Masked: nothing happens. */
    g_assert_false(machine_run(m, EL1H | DAIF_MASKED, 1000));
    g_assert_cmpuint(a64_get_reg(m->cpu, 0), >, 100);
    g_assert_true(machine_run(m, EL1H, 1000));
    g_assert_cmphex(machine_vector(m), ==, FROM_EL1 + 0x80);
    a64_set_line(m->cpu, A64_LINE_FIQ, true);
    g_assert_true(machine_run(m, EL0T, 1000));
    g_assert_cmphex(machine_vector(m), ==, FROM_EL0 + 0x100);
    machine_free(m);
}

/* Unmasking by DAIFClr takes a pending interrupt before the next instruction. */
static void test_unmask(void)
{
    Machine *m = machine_new(A64_CORTEX_A57);

    PROGRAM(m, CODE, 0xd50342ff, /* msr daifclr, #2 */
            0xd2800025,          /* mov x5, #1 */
            0xd4000001,          /* svc #0 */
    );
    a64_set_line(m->cpu, A64_LINE_IRQ, true);
    g_assert_true(machine_run(m, EL1H | DAIF_MASKED, 1000));
    g_assert_cmphex(machine_vector(m), ==, FROM_EL1 + 0x80);
    g_assert_cmphex(machine_get(m, ELR), ==, CODE + 4);
    g_assert_cmphex(a64_get_reg(m->cpu, 5), ==, 0);
    machine_free(m);
}

static void test_wfi(void)
{
    Machine *m = machine_new(A64_CORTEX_A57);

    PROGRAM(m, CODE, 0xd503207f, /* wfi */
            0xd2800020,          /* mov x0, #1 */
            0xd4000001,          /* svc #0 */
    );
    g_assert_false(machine_run(m, EL1H | DAIF_MASKED, 100));
    g_assert_false(a64_has_work(m->cpu));
    g_assert_cmphex(a64_get_reg(m->cpu, 0), ==, 0);
    /* A masked interrupt wakes it without being taken. */
    a64_set_line(m->cpu, A64_LINE_IRQ, true);
    g_assert_true(a64_has_work(m->cpu));
    a64_run(m->cpu, 100);
    g_assert_cmphex(a64_get_reg(m->cpu, 0), ==, 1);
    g_assert_cmphex(ec(m), ==, 0x15);
    machine_free(m);
}

static void test_timer(void)
{
    Machine *m = machine_new(A64_CORTEX_A57);

    PROGRAM(m, CODE, 0xd53be000, /* mrs x0, cntfrq_el0 */
            0xd53be041,          /* mrs x1, cntvct_el0 */
            0xd2800c82,          /* mov x2, #100 */
            0xd51be302,          /* msr cntv_tval_el0, x2 */
            0xd2800023,          /* mov x3, #1 */
            0xd51be323,          /* msr cntv_ctl_el0, x3 */
            0xd53be344,          /* mrs x4, cntv_cval_el0 */
            0xd53be325,          /* mrs x5, cntv_ctl_el0 */
            0xd503207f,          /* wfi */
    );
    m->counter = 1000;
    g_assert_false(machine_run(m, EL1H, 100));
    g_assert_cmpuint(a64_get_reg(m->cpu, 0), ==, 62500000);
    g_assert_cmpuint(a64_get_reg(m->cpu, 1), ==, 1000);
    g_assert_cmpuint(a64_get_reg(m->cpu, 4), ==, 1100);
    g_assert_cmpuint(a64_get_reg(m->cpu, 5), ==, 1);
    g_assert_cmpuint(m->deadline, ==, 1100);
    g_assert_false(m->timer_level);
    m->counter = 1100;
    a64_timer_expired(m->cpu, A64_TIMER_VIRT);
    g_assert_true(m->timer_level);
    a64_run(m->cpu, 100);
    g_assert_cmphex(machine_vector(m), ==, FROM_EL1 + 0x80);
    machine_free(m);
}

static uint64_t psci(Machine *m, uint32_t id, uint64_t x1, uint64_t x2, uint64_t x3)
{
    PROGRAM(m, CODE, 0xd4000002, /* hvc #0 */
            0xd4000001,          /* svc #0 */
    );
    a64_set_reg(m->cpu, 0, id);
    a64_set_reg(m->cpu, 1, x1);
    a64_set_reg(m->cpu, 2, x2);
    a64_set_reg(m->cpu, 3, x3);
    machine_run(m, EL1H, 100);
    return a64_get_reg(m->cpu, 0);
}

static void test_psci(void)
{
    A64Config second = { .mp_affinity = 1,
                         .start_powered_off = true,
                         .psci_conduit = A64_PSCI_HVC };
    Machine *m = machine_new(A64_CORTEX_A57);
    A64Cpu *cpu1 = a64_cpu_new(m->sys, &second);

    g_assert_cmphex(psci(m, 0x84000000, 0, 0, 0), ==, 0x10000);
    g_assert_cmphex(psci(m, 0x84000004, 1, 0, 0), ==, 1);
    g_assert_cmphex(psci(m, 0xc4000003, 7, CODE, 0), ==, (uint64_t)-2);
    g_assert_false(a64_has_work(cpu1));
    g_assert_cmphex(psci(m, 0xc4000003, 1, CODE + 0x200, 0x99), ==, 0);
    g_assert_true(a64_has_work(cpu1));
    g_assert_cmphex(a64_get_pc(cpu1), ==, CODE + 0x200);
    g_assert_cmphex(a64_get_reg(cpu1, 0), ==, 0x99);
    g_assert_cmphex(psci(m, 0xc4000003, 1, CODE, 0), ==, (uint64_t)-4);
    g_assert_cmphex(psci(m, 0x84000004, 1, 0, 0), ==, 0);
    g_assert_cmphex(psci(m, 0x8400000a, 0x84000008, 0, 0), ==, 0);
    g_assert_cmphex(psci(m, 0x8400000a, 0x84001234, 0, 0), ==, (uint64_t)-1);
    g_assert_cmphex(psci(m, 0x84001234, 0, 0, 0), ==, (uint64_t)-1);
    psci(m, 0x84000008, 0, 0, 0);
    g_assert_cmpuint(m->offs, ==, 1);
    g_assert_false(a64_has_work(m->cpu));
    machine_free(m);
}

/* A guest without vectors, code or memory goes on faulting and can be stopped. */
static void test_lost_guest(void)
{
    Machine *m = machine_new(A64_CORTEX_A57);

    machine_set(m, VBAR, 0x12345000);
    PROGRAM(m, CODE, 0xd61f0000, /* br x0 */
    );
    a64_set_reg(m->cpu, 0, 0xdead0000);
    g_assert_false(machine_run(m, EL1H, 100000));
    a64_kick(m->cpu);
    g_assert_cmpint(a64_run(m->cpu, INT64_MAX), ==, A64_EXIT_KICK);
    machine_free(m);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/a64-exception/svc", test_svc);
    g_test_add_func("/a64-exception/vector-offsets", test_vector_offsets);
    g_test_add_func("/a64-exception/undefined", test_undefined);
    g_test_add_func("/a64-exception/el0-limits", test_el0_limits);
    g_test_add_func("/a64-exception/trap-iss", test_trap_iss);
    g_test_add_func("/a64-exception/fp-trap", test_fp_trap);
    g_test_add_func("/a64-exception/alignment", test_alignment);
    g_test_add_func("/a64-exception/eret", test_eret);
    g_test_add_func("/a64-exception/stack-pointers", test_stack_pointers);
    g_test_add_func("/a64-exception/interrupts", test_interrupts);
    g_test_add_func("/a64-exception/unmask", test_unmask);
    g_test_add_func("/a64-exception/wfi", test_wfi);
    g_test_add_func("/a64-exception/timer", test_timer);
    g_test_add_func("/a64-exception/psci", test_psci);
    g_test_add_func("/a64-exception/lost-guest", test_lost_guest);
    return g_test_run();
}
