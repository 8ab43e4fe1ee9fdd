/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Code and memory: unaligned access, exclusives, self-modifying code, writes of devices
 * into code, changes of the memory map, interrupts under floating-point load.
 */
#include <stdlib.h>
#include <string.h>
#include "a64-machine.h"

static Machine *mapped_machine(void)
{
    Machine *m = machine_new(A64_CORTEX_A57);

    machine_mmu_on(m);
    return m;
}

static void run_to_svc(Machine *m, uint32_t pstate)
{
    g_assert_true(machine_run(m, pstate, 1000000));
    g_assert_cmphex(machine_get(m, ESR) >> 26, ==, 0x15);
}

static void test_unaligned(void)
{
    Machine *m = mapped_machine();

    PROGRAM(m, CODE, 0xf8403001, /* ldr x1, [x0, #3] */
            0x78401002,          /* ldrh w2, [x0, #1] */
            0xf8015001,          /* str x1, [x0, #21] */
            0xa9409003,          /* ldp x3, x4, [x0, #8] */
            0xd4000001,          /* svc #0 */
    );
    for (unsigned i = 0; i < 64; i++) {
        m->ram[DATA - RAM_BASE + i] = i;
    }
    a64_set_reg(m->cpu, 0, DATA);
    run_to_svc(m, EL0T);
    g_assert_cmphex(a64_get_reg(m->cpu, 1), ==, 0x0a09080706050403ull);
    g_assert_cmphex(a64_get_reg(m->cpu, 2), ==, 0x0201);
    g_assert_cmphex(machine_read(m, DATA + 21), ==, 0x0a09080706050403ull);
    g_assert_cmphex(a64_get_reg(m->cpu, 3), ==, 0x0f0e0d0c0b0a0908ull);
    machine_free(m);
}

static void test_exclusive(void)
{
    Machine *m = mapped_machine();

    PROGRAM(m, CODE, 0xc85f7c01, /* ldxr x1, [x0] */
            0xc8027c03,          /* stxr w2, x3, [x0] */
            0xc8047c03,          /* stxr w4, x3, [x0] */
            0xc85f7c01,          /* ldxr x1, [x0] */
            0xd5033f5f,          /* clrex */
            0xc8057c03,          /* stxr w5, x3, [x0] */
            0x885ffc01,          /* ldaxr w1, [x0] */
            0xb9000006,          /* str w6, [x0] */
            0x8807fc03,          /* stlxr w7, w3, [x0] */
            0xd4000001,          /* svc #0 */
    );
    a64_set_reg(m->cpu, 0, DATA);
    a64_set_reg(m->cpu, 3, 0x55);
    a64_set_reg(m->cpu, 6, 0x66);
    run_to_svc(m, EL0T);
    g_assert_cmphex(a64_get_reg(m->cpu, 2), ==, 0); /* stored */
    g_assert_cmphex(a64_get_reg(m->cpu, 4), ==, 1); /* the monitor is open again */
    g_assert_cmphex(a64_get_reg(m->cpu, 5), ==, 1); /* CLREX */
    g_assert_cmphex(a64_get_reg(m->cpu, 7), ==, 1); /* somebody else wrote */
    g_assert_cmphex(machine_read(m, DATA), ==, 0x66);
    machine_free(m);
}

/* An exception between the two opens the monitor. */
static void test_exclusive_exception(void)
{
    Machine *m = mapped_machine();

    PROGRAM(m, CODE, 0xc85f7c01, /* ldxr x1, [x0] */
            0xd4000001,          /* svc #0 */
            0xc8027c03,          /* stxr w2, x3, [x0] */
            0xd4000021,          /* svc #1 */
    );
    a64_set_reg(m->cpu, 0, DATA);
    run_to_svc(m, EL0T);
    a64_set_pstate(m->cpu, EL0T);
    a64_set_pc(m->cpu, CODE + 8);
    a64_run(m->cpu, 100);
    g_assert_cmphex(machine_get(m, ESR), ==, 0x56000001);
    g_assert_cmphex(a64_get_reg(m->cpu, 2), ==, 1);
    machine_free(m);
}

static void test_exclusive_faults(void)
{
    Machine *m = mapped_machine();

    PROGRAM(m, CODE, 0xc85f7c01, /* ldxr x1, [x0] */
            0xd4000001,          /* svc #0 */
    );
    a64_set_reg(m->cpu, 0, DATA + 4);
    g_assert_true(machine_run(m, EL0T, 100));
    g_assert_cmphex(machine_get(m, ESR), ==, 0x92000021);
    machine_free(m);
}

/* The code overwrites what comes after it, as the architecture asks it to. */
static void test_self_modifying(void)
{
    Machine *m = mapped_machine();

    for (unsigned i = 0; i < 4; i++) {
        machine_map(m, DATA + i * 4096, DATA + i * 4096, 3 | PTE_AF | PTE_EL0);
    }
    PROGRAM(m, DATA + 0x1000, 0xd2800065, /* mov x5, #3 */
            0xb9000001,                   /* 1: str w1, [x0] */
            0xd50b7b20,                   /* dc cvau, x0 */
            0xd5033b9f,                   /* dsb ish */
            0xd50b7520,                   /* ic ivau, x0 */
            0xd5033b9f,                   /* dsb ish */
            0xd5033fdf,                   /* isb */
            0x91000442,                   /* add x2, x2, #1 */
            0xf10004a5,                   /* subs x5, x5, #1 */
            0x2a0303e1,                   /* mov w1, w3 */
            0x54fffee1,                   /* b.ne 1b */
            0xd4000001,                   /* svc #0 */
    );
    PROGRAM(m, CODE, 0xd61f0080, /* br x4 */
    );
    a64_set_reg(m->cpu, 0, DATA + 0x1000 + 7 * 4);
    a64_set_reg(m->cpu, 1, 0x91002842); /* add x2, x2, #10 */
    a64_set_reg(m->cpu, 3, 0x91019042); /* add x2, x2, #100 */
    a64_set_reg(m->cpu, 4, DATA + 0x1000);
    run_to_svc(m, EL0T);
    g_assert_cmpuint(a64_get_reg(m->cpu, 2), ==, 10 + 100 + 100);
    machine_free(m);
}

/* Data beside code in one page, written all the time, costs nothing but is seen. */
static void test_data_beside_code(void)
{
    Machine *m = mapped_machine();

    machine_map(m, DATA, DATA, 3 | PTE_AF | PTE_EL0);
    PROGRAM(m, CODE, 0xd61f0080, /* br x4 */
    );
    PROGRAM(m, DATA, 0xd2807d05, /* mov x5, #1000 */
            0xf9020085,          /* 1: str x5, [x4, #1024] */
            0xf9420086,          /* ldr x6, [x4, #1024] */
            0x8b0600e7,          /* add x7, x7, x6 */
            0xf10004a5,          /* subs x5, x5, #1 */
            0x54ffff81,          /* b.ne 1b */
            0xd4000001,          /* svc #0 */
    );
    a64_set_reg(m->cpu, 4, DATA);
    run_to_svc(m, EL0T);
    g_assert_cmpuint(a64_get_reg(m->cpu, 7), ==, 500500);
    machine_free(m);
}

/* A device writes into decoded code and says so, as the memory core does. */
static void test_dma_into_code(void)
{
    static const uint32_t add10 = 0x91002842; /* add x2, x2, #10 */
    Machine *m = mapped_machine();

    PROGRAM(m, CODE, 0x91000442, /* add x2, x2, #1 */
            0xd4000001,          /* svc #0 */
    );
    run_to_svc(m, EL0T);
    g_assert_true(g_hash_table_contains(m->code_pages, m->ram));
    memcpy(m->ram, &add10, 4);
    a64_request_code_drop(m->sys, m->ram);
    run_to_svc(m, EL0T);
    g_assert_cmpuint(a64_get_reg(m->cpu, 2), ==, 11);
    machine_free(m);
}

/* A device overwrites the second page while the drop of the first is carried out. */
static void overwrite_second_page(Machine *m)
{
    static const uint32_t add10 = 0x91002842; /* add x2, x2, #10 */

    m->on_drop = NULL;
    memcpy(m->ram + 4096, &add10, 4);
    a64_request_code_drop(m->sys, m->ram + 4096);
}

static void test_dma_during_drop(void)
{
    Machine *m = mapped_machine();

    PROGRAM(m, CODE, 0x14000400);       /* b CODE + 4096 */
    PROGRAM(m, CODE + 4096, 0x91000442, /* add x2, x2, #1 */
            0xd4000001,                 /* svc #0 */
    );
    a64_set_reg(m->cpu, 2, 0);
    run_to_svc(m, EL0T);
    g_assert_cmpuint(a64_get_reg(m->cpu, 2), ==, 1);
    m->on_drop = overwrite_second_page;
    a64_request_code_drop(m->sys, m->ram);
    run_to_svc(m, EL0T);
    g_assert_cmpuint(a64_get_reg(m->cpu, 2), ==, 11);
    machine_free(m);
}

/* The same while a loop executes there: it must notice. */
static gpointer overwrite_loop(gpointer opaque)
{
    Machine *m = opaque;
    uint32_t nop = 0xd503201f;

    g_usleep(20000);
    memcpy(m->ram + 4, &nop, 4);
    a64_request_code_drop(m->sys, m->ram);
    return NULL;
}

static void test_dma_into_running_code(void)
{
    Machine *m = mapped_machine();
    GThread *t;

    PROGRAM(m, CODE, 0x91000442, /* 1: add x2, x2, #1 */
            0x17ffffff,          /* b 1b */
            0xd4000001,          /* svc #0 */
    );
    t = g_thread_new("dma", overwrite_loop, m);
    g_assert_true(machine_run(m, EL0T, INT64_MAX));
    g_assert_cmphex(machine_get(m, ESR) >> 26, ==, 0x15);
    g_thread_join(t);
    machine_free(m);
}

/* The RAM moves elsewhere on the host: nothing of the old place is used. */
static void test_map_change(void)
{
    Machine *m = mapped_machine();
    uint8_t *old = m->ram;

    PROGRAM(m, CODE, 0xf9400001, /* ldr x1, [x0] */
            0xf9000401,          /* str x1, [x0, #8] */
            0xd4000001,          /* svc #0 */
    );
    a64_set_reg(m->cpu, 0, DATA);
    machine_write(m, DATA, 1);
    run_to_svc(m, EL0T);
    m->ram = aligned_alloc(4096, RAM_SIZE);
    memcpy(m->ram, old, RAM_SIZE);
    memset(old, 0xff, RAM_SIZE);
    a64_request_flush(m->sys);
    machine_write(m, DATA, 2);
    run_to_svc(m, EL0T);
    g_assert_cmphex(machine_read(m, DATA + 8), ==, 2);
    free(old);
    machine_free(m);
}

static void test_dc_zva(void)
{
    Machine *m = mapped_machine();

    PROGRAM(m, CODE, 0xd53b00e1, /* mrs x1, dczid_el0 */
            0xd50b7420,          /* dc zva, x0 */
            0xd4000001,          /* svc #0 */
    );
    memset(m->ram + (DATA - RAM_BASE), 0xaa, 4096);
    a64_set_reg(m->cpu, 0, DATA + 0x47);
    run_to_svc(m, EL0T);
    g_assert_cmphex(a64_get_reg(m->cpu, 1), ==, 4);
    g_assert_cmphex(machine_read(m, DATA + 0x38), ==, 0xaaaaaaaaaaaaaaaaull);
    g_assert_cmphex(machine_read(m, DATA + 0x40), ==, 0);
    g_assert_cmphex(machine_read(m, DATA + 0x78), ==, 0);
    g_assert_cmphex(machine_read(m, DATA + 0x80), ==, 0xaaaaaaaaaaaaaaaaull);
    machine_free(m);
}

/*
 * Floating point with rounding and flags, interrupted every few hundred instructions by
 * a handler that uses the same registers and puts them back.
 */
static uint64_t fp_load(bool interrupts)
{
    Machine *m = mapped_machine();
    uint64_t v[2];
    A64Exit e;

    PROGRAM(m, CODE, 0x1e6e1000, /* fmov d0, #1.0 */
            0x1e611001,          /* fmov d1, #3.0 */
            0x1e6c1003,          /* fmov d3, #0.5 */
            0xd289c405,          /* mov x5, #20000 */
            0x1e611802,          /* 1: fdiv d2, d0, d1 */
            0x1f430040,          /* fmadd d0, d2, d3, d0 */
            0x1e61c004,          /* fsqrt d4, d0 */
            0x1e642821,          /* fadd d1, d1, d4 */
            0x9e780026,          /* fcvtzs x6, d1 */
            0x9e6200c5,          /* scvtf d5, x6 */
            0x1e653826,          /* fsub d6, d1, d5 */
            0x1e662800,          /* fadd d0, d0, d6 */
            0xca0600e7,          /* eor x7, x7, x6 */
            0xf10004a5,          /* subs x5, x5, #1 */
            0x54fffec1,          /* b.ne 1b */
            0xd4000001,          /* svc #0 */
    );
    PROGRAM(m, VECTORS + 0x480, 0xadbf07e0, /* stp q0, q1, [sp, #-32]! */
            0xd53b4414,                     /* mrs x20, fpcr */
            0xd53b4435,                     /* mrs x21, fpsr */
            0xd2a01816,                     /* mov x22, #0xc00000 */
            0xd51b4416,                     /* msr fpcr, x22 */
            0x1e639000,                     /* fmov d0, #7.0 */
            0x1e645001,                     /* fmov d1, #9.0 */
            0x1e611800,                     /* fdiv d0, d0, d1 */
            0xd51b4414,                     /* msr fpcr, x20 */
            0xd51b4435,                     /* msr fpsr, x21 */
            0xacc107e0,                     /* ldp q0, q1, [sp], #32 */
            0x910006f7,                     /* add x23, x23, #1 */
            0xb900031f,                     /* str wzr, [x24] */
            0xd69f03e0,                     /* eret */
    );
    a64_set_pstate(m->cpu, EL1H);
    a64_set_reg(m->cpu, 31, DATA + 0x8000);
    a64_set_pstate(m->cpu, EL0T);
    a64_set_reg(m->cpu, 24, DEVICE_BASE);
    a64_set_pc(m->cpu, CODE);
    for (unsigned turn = 0;; turn++) {
        unsigned before = m->device_accesses;

        e = a64_run(m->cpu, 97 + turn % 13);
        if (e == A64_EXIT_WAIT) {
            break;
        }
        if (m->device_accesses != before) {
            a64_set_line(m->cpu, A64_LINE_IRQ, false);
        } else if (interrupts && turn % 3 == 0) {
            a64_set_line(m->cpu, A64_LINE_IRQ, true);
        }
    }
    g_assert_cmphex(machine_get(m, ESR) >> 26, ==, 0x15);
    g_assert_true(!interrupts || a64_get_reg(m->cpu, 23) > 100);
    a64_get_vreg(m->cpu, 0, v);
    v[0] ^= a64_get_reg(m->cpu, 7);
    machine_free(m);
    return v[0];
}

static void test_interrupted_fp(void)
{
    g_assert_cmphex(fp_load(true), ==, fp_load(false));
}

/* Random words as code: exceptions, never more. */
static void test_random_code(void)
{
    Machine *m = mapped_machine();
    GRand *rnd = g_rand_new_with_seed(7);

    machine_map(m, VECTORS, VECTORS, PTE_OK);
    for (unsigned round = 0; round < 300; round++) {
        for (unsigned i = 0; i < 64; i++) {
            uint32_t word = g_rand_int(rnd);

            memcpy(m->ram + i * 4, &word, 4);
        }
        a64_request_code_drop(m->sys, m->ram);
        for (unsigned r = 0; r < 31; r++) {
            a64_set_reg(m->cpu, r, DATA + (g_rand_int(rnd) & 0xffff));
        }
        for (unsigned start = 0; start < 64; start += 5) {
            a64_set_pstate(m->cpu, g_rand_boolean(rnd) ? EL0T : EL1H);
            a64_set_pc(m->cpu, CODE + start * 4);
            a64_run(m->cpu, 200);
        }
    }
    g_rand_free(rnd);
    machine_free(m);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/a64-memory/unaligned", test_unaligned);
    g_test_add_func("/a64-memory/exclusive", test_exclusive);
    g_test_add_func("/a64-memory/exclusive-exception", test_exclusive_exception);
    g_test_add_func("/a64-memory/exclusive-faults", test_exclusive_faults);
    g_test_add_func("/a64-memory/self-modifying", test_self_modifying);
    g_test_add_func("/a64-memory/data-beside-code", test_data_beside_code);
    g_test_add_func("/a64-memory/dma-into-code", test_dma_into_code);
    g_test_add_func("/a64-memory/dma-during-drop", test_dma_during_drop);
    g_test_add_func("/a64-memory/dma-into-running-code", test_dma_into_running_code);
    g_test_add_func("/a64-memory/map-change", test_map_change);
    g_test_add_func("/a64-memory/dc-zva", test_dc_zva);
    g_test_add_func("/a64-memory/interrupted-fp", test_interrupted_fp);
    g_test_add_func("/a64-memory/random-code", test_random_code);
    return g_test_run();
}
