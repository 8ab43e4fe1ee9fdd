/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Address translation: permissions, fault codes, FAR, TLB maintenance, granules. */
#include <string.h>
#include "a64-machine.h"

enum { DABORT_EL1 = 0x25, DABORT_EL0 = 0x24, IABORT_EL1 = 0x21, IABORT_EL0 = 0x20 };
enum { WNR = 1 << 6 };

static const uint64_t VA = DATA + 0x10000; /* the page the cases play with */

/* The access at CODE must fault with @ec, @iss and FAR = @far. */
static void expect_fault(Machine *m, uint32_t pstate, unsigned ec, unsigned iss,
                         uint64_t far)
{
    g_assert_true(machine_run(m, pstate, 1000));
    g_assert_cmphex(machine_get(m, ESR), ==, (uint64_t)ec << 26 | 1 << 25 | iss);
    g_assert_cmphex(machine_get(m, FAR), ==, far);
    g_assert_cmphex(machine_vector(m), ==, pstate == EL0T ? FROM_EL0 : FROM_EL1);
    g_assert_cmphex(machine_get(m, ELR), ==, CODE);
}

/* The access must work; SVC follows it. */
static void expect_works(Machine *m, uint32_t pstate)
{
    g_assert_true(machine_run(m, pstate, 1000));
    g_assert_cmphex(machine_get(m, ESR) >> 26, ==, 0x15);
}

static Machine *machine_with_access(bool write)
{
    Machine *m = machine_new(A64_CORTEX_A57);

    machine_mmu_on(m);
    if (write) {
        PROGRAM(m, CODE, 0xf9000001, /* str x1, [x0] */
                0xd4000001,          /* svc #0 */
        );
    } else {
        PROGRAM(m, CODE, 0xf9400001, /* ldr x1, [x0] */
                0xd4000001,          /* svc #0 */
        );
    }
    a64_set_reg(m->cpu, 0, VA);
    return m;
}

static void test_permissions(void)
{
    static const struct {
        uint64_t attrs;
        bool el1_read, el1_write, el0_read, el0_write;
    } cases[] = {
        { PTE_OK, true, true, false, false },
        { PTE_OK | PTE_EL0, true, true, true, true },
        { PTE_OK | PTE_RO, true, false, false, false },
        { PTE_OK | PTE_RO | PTE_EL0, true, false, true, false },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        for (int write = 0; write < 2; write++) {
            Machine *m = machine_with_access(write);
            bool el1 = write ? cases[i].el1_write : cases[i].el1_read;
            bool el0 = write ? cases[i].el0_write : cases[i].el0_read;
            unsigned iss = 0x0f | (write ? WNR : 0);

            machine_map(m, VA, DATA, cases[i].attrs);
            if (el1) {
                expect_works(m, EL1H | DAIF_MASKED);
            } else {
                expect_fault(m, EL1H, DABORT_EL1, iss, VA);
            }
            if (el0) {
                expect_works(m, EL0T);
            } else {
                expect_fault(m, EL0T, DABORT_EL0, iss, VA);
            }
            machine_free(m);
        }
    }
}

static void test_fault_levels(void)
{
    Machine *m = machine_with_access(false);

    /* No entry at levels 3, 1 and 0. */
    machine_leaf(m, VA);
    expect_fault(m, EL1H, DABORT_EL1, 0x07, VA);
    a64_set_reg(m->cpu, 0, VA + (1ull << 30));
    expect_fault(m, EL1H, DABORT_EL1, 0x05, VA + (1ull << 30));
    a64_set_reg(m->cpu, 0, 1ull << 39);
    expect_fault(m, EL1H, DABORT_EL1, 0x04, 1ull << 39);
    /* Not canonical: no table is responsible. */
    a64_set_reg(m->cpu, 0, 1ull << 50);
    expect_fault(m, EL1H, DABORT_EL1, 0x04, 1ull << 50);
    machine_free(m);
}

static void test_access_flag(void)
{
    Machine *m = machine_with_access(false);

    machine_map(m, VA, DATA, PTE_PAGE | PTE_EL0);
    expect_fault(m, EL1H, DABORT_EL1, 0x0b, VA);
    machine_free(m);
}

static void test_output_size(void)
{
    Machine *m = machine_with_access(false);

    machine_map(m, VA, 1ull << 46, PTE_OK);
    expect_fault(m, EL1H, DABORT_EL1, 0x03, VA);
    machine_free(m);
}

static void test_execute_never(void)
{
    Machine *m = machine_with_access(false);
    uint64_t entry = CODE;

    machine_map(m, entry, entry, PTE_OK | PTE_EL0 | PTE_RO | PTE_UXN);
    expect_fault(m, EL0T, IABORT_EL0, 0x0f, entry);
    machine_map(m, entry, entry, PTE_OK | PTE_EL0 | PTE_RO | PTE_PXN);
    machine_set(m, TTBR0, TABLES | 1ull << 48);
    expect_fault(m, EL1H, IABORT_EL1, 0x0f, entry);
    /* What EL0 may write EL1 never executes. */
    machine_map(m, entry, entry, PTE_OK | PTE_EL0);
    machine_set(m, TTBR0, TABLES | 2ull << 48);
    expect_fault(m, EL1H, IABORT_EL1, 0x0f, entry);
    machine_map(m, VA, DATA, PTE_OK | PTE_EL0);
    expect_works(m, EL0T);
    machine_free(m);
}

static void test_unprivileged_access(void)
{
    Machine *m = machine_new(A64_CORTEX_A57);

    machine_mmu_on(m);
    PROGRAM(m, CODE, 0xf8400801, /* ldtr x1, [x0] */
            0xd4000001,          /* svc #0 */
    );
    a64_set_reg(m->cpu, 0, VA);
    machine_map(m, VA, DATA, PTE_OK);
    expect_fault(m, EL1H, DABORT_EL1, 0x0f, VA);
    machine_map(m, VA, DATA, PTE_OK | PTE_EL0);
    expect_works(m, EL1H);
    machine_free(m);
}

static void test_tlbi(void)
{
    Machine *m = machine_new(A64_CORTEX_A57);

    machine_mmu_on(m);
    machine_map(m, VA, DATA, PTE_OK);
    machine_write(m, DATA, 0x1111);
    machine_write(m, DATA + 0x2000, 0x2222);
    /* Read, change the descriptor, TLBI, read again. */
    PROGRAM(m, CODE, 0xf9400001, /* ldr x1, [x0] */
            0xf9000043,          /* str x3, [x2] */
            0xd5033f9f,          /* dsb sy */
            0xd34cfc04,          /* lsr x4, x0, #12 */
            0xd5088324,          /* tlbi vae1is, x4 */
            0xd5033f9f,          /* dsb sy */
            0xd5033fdf,          /* isb */
            0xf9400005,          /* ldr x5, [x0] */
            0xd4000001,          /* svc #0 */
    );
    machine_map(m, TABLES + 0x100000, machine_leaf(m, VA) & ~0xfffull, PTE_OK);
    a64_set_reg(m->cpu, 0, VA);
    a64_set_reg(m->cpu, 2, TABLES + 0x100000 + (machine_leaf(m, VA) & 0xfff));
    a64_set_reg(m->cpu, 3, (DATA + 0x2000) | PTE_OK);
    expect_works(m, EL1H);
    g_assert_cmphex(a64_get_reg(m->cpu, 1), ==, 0x1111);
    g_assert_cmphex(a64_get_reg(m->cpu, 5), ==, 0x2222);
    machine_free(m);
}

/* One TLBI for a 2 MiB block takes all of it, whichever address is given. */
static void test_tlbi_block(void)
{
    Machine *m = machine_new(A64_CORTEX_A57);
    uint64_t block = RAM_BASE + 0x600000, l2, desc;

    machine_mmu_on(m);
    desc = machine_read(m, TABLES + (block >> 39 & 511) * 8) & 0xfffffffff000ull;
    desc = machine_read(m, desc + (block >> 30 & 511) * 8) & 0xfffffffff000ull;
    l2 = desc + (block >> 21 & 511) * 8;
    machine_write(m, l2, block | 1 | PTE_AF);
    machine_map(m, TABLES + 0x100000, l2 & ~0xfffull, PTE_OK);
    PROGRAM(m, CODE, 0xf9400401, /* ldr x1, [x0, #8] */
            0xf900005f,          /* str xzr, [x2] */
            0xd5033f9f,          /* dsb sy */
            0xd34cfca4,          /* lsr x4, x5, #12 */
            0xd5088724,          /* tlbi vae1, x4 */
            0xd5033f9f,          /* dsb sy */
            0xd5033fdf,          /* isb */
            0x10000026,          /* adr x6, 1f */
            0xf9400401,          /* 1: ldr x1, [x0, #8] */
            0xd4000001,          /* svc #0 */
    );
    a64_set_reg(m->cpu, 0, block + 0x5000);
    a64_set_reg(m->cpu, 2, TABLES + 0x100000 + (l2 & 0xfff));
    a64_set_reg(m->cpu, 5, block + 0x1ff000);
    g_assert_true(machine_run(m, EL1H, 1000));
    g_assert_cmphex(machine_get(m, ESR), ==, 0x96000006);
    g_assert_cmphex(machine_get(m, ELR), ==, CODE + 8 * 4);
    g_assert_cmphex(machine_get(m, FAR), ==, block + 0x5008);
    machine_free(m);
}

static void test_tagged_address(void)
{
    Machine *m = machine_with_access(false);
    uint64_t tagged = VA | 0xabull << 56;

    machine_map(m, VA, DATA, PTE_OK);
    a64_set_reg(m->cpu, 0, tagged);
    expect_fault(m, EL1H, DABORT_EL1, 0x04, tagged);
    machine_set(m, TCR, machine_get(m, TCR) | 1ull << 37);
    expect_works(m, EL1H);
    machine_free(m);
}

static void test_upper_half(void)
{
    Machine *m = machine_with_access(false);
    uint64_t high = 0xffff000000000000ull | VA;

    machine_map(m, VA, DATA, PTE_OK);
    machine_write(m, DATA, 0x77);
    a64_set_reg(m->cpu, 0, high);
    expect_works(m, EL1H);
    g_assert_cmphex(a64_get_reg(m->cpu, 1), ==, 0x77);
    /* EPD1: no walks in the upper half. */
    machine_set(m, TCR, machine_get(m, TCR) | 1 << 23);
    expect_fault(m, EL1H, DABORT_EL1, 0x04, high);
    machine_free(m);
}

static void test_page_crossing(void)
{
    Machine *m = machine_with_access(true);

    machine_map(m, VA, DATA, PTE_OK);
    a64_set_reg(m->cpu, 0, VA + 0xffc);
    a64_set_reg(m->cpu, 1, 0x8877665544332211ull);
    machine_write(m, DATA + 0xff8, 0);
    /* The second page is not there: FAR is its start, nothing was written. */
    expect_fault(m, EL1H, DABORT_EL1, 0x07 | WNR, VA + 0x1000);
    g_assert_cmphex(machine_read(m, DATA + 0xff8), ==, 0);
    machine_map(m, VA + 0x1000, DATA + 0x3000, PTE_OK);
    expect_works(m, EL1H);
    g_assert_cmphex(machine_read(m, DATA + 0xff8), ==, 0x4433221100000000ull);
    g_assert_cmphex(machine_read(m, DATA + 0x3000), ==, 0x88776655);
    machine_free(m);
}

static void test_device_memory(void)
{
    Machine *m = machine_with_access(false);

    /* Aligned: the device answers. Unaligned: alignment fault, no access. */
    a64_set_reg(m->cpu, 0, DEVICE_BASE + 8);
    expect_works(m, EL1H);
    g_assert_cmphex(a64_get_reg(m->cpu, 1), ==, 0x1122334455667788ull);
    m->device_accesses = 0;
    a64_set_reg(m->cpu, 0, DEVICE_BASE + 1);
    expect_fault(m, EL1H, DABORT_EL1, 0x21, DEVICE_BASE + 1);
    g_assert_cmpuint(m->device_accesses, ==, 0);
    m->device_fails = true;
    a64_set_reg(m->cpu, 0, DEVICE_BASE);
    expect_fault(m, EL1H, DABORT_EL1, 0x10, DEVICE_BASE);
    machine_free(m);
}

static void test_alignment_check(void)
{
    Machine *m = machine_with_access(false);

    machine_map(m, VA, DATA, PTE_OK);
    a64_set_reg(m->cpu, 0, VA + 4);
    expect_works(m, EL1H);
    machine_set(m, SCTLR, machine_get(m, SCTLR) | 2);
    expect_fault(m, EL1H, DABORT_EL1, 0x21, VA + 4);
    machine_free(m);
}

static void test_at(void)
{
    Machine *m = machine_new(A64_CORTEX_A57);

    machine_mmu_on(m);
    machine_map(m, VA, DATA, PTE_OK | PTE_RO);
    PROGRAM(m, CODE, 0xd5087800, /* at s1e1r, x0 */
            0xd5387401,          /* mrs x1, par_el1 */
            0xd5087820,          /* at s1e1w, x0 */
            0xd5387402,          /* mrs x2, par_el1 */
            0xd5087840,          /* at s1e0r, x0 */
            0xd5387403,          /* mrs x3, par_el1 */
            0xd4000001,          /* svc #0 */
    );
    a64_set_reg(m->cpu, 0, VA + 0x123);
    expect_works(m, EL1H);
    g_assert_cmphex(a64_get_reg(m->cpu, 1) & 0xff00fffffffff001ull, ==,
                    0xff00000000000000ull | DATA);
    g_assert_cmphex(a64_get_reg(m->cpu, 2) & 0x7f, ==, 0x0f << 1 | 1);
    g_assert_cmphex(a64_get_reg(m->cpu, 3) & 0x7f, ==, 0x0f << 1 | 1);
    machine_free(m);
}

/* 64 KiB pages, 42-bit addresses: a level 2 table and a level 3 table. */
static void test_granule_64k(void)
{
    Machine *m = machine_with_access(false);
    uint64_t l2 = TABLES + 0x100000, l3 = TABLES + 0x110000;

    machine_write(m, l2 + (CODE >> 29) * 8, l3 | 3);
    machine_write(m, l3 + ((CODE >> 16) & 0x1fff) * 8, CODE | PTE_OK);
    machine_write(m, l3 + ((VECTORS >> 16) & 0x1fff) * 8, VECTORS | PTE_OK);
    machine_write(m, l3 + ((DATA >> 16) & 0x1fff) * 8, DATA | PTE_OK);
    machine_set(m, TCR, 22 | 1 << 14 | 22 << 16 | 3ull << 30 | 5ull << 32);
    machine_set(m, TTBR0, l2);
    machine_write(m, DATA + 0xfff0, 0x4242);
    a64_set_reg(m->cpu, 0, DATA + 0xfff0);
    expect_works(m, EL1H);
    g_assert_cmphex(a64_get_reg(m->cpu, 1), ==, 0x4242);
    a64_set_reg(m->cpu, 0, DATA + 0x10000);
    expect_fault(m, EL1H, DABORT_EL1, 0x07, DATA + 0x10000);
    machine_free(m);
}

static void test_asid(void)
{
    Machine *m = machine_with_access(false);
    uint64_t other = TABLES + 0x180000;

    machine_map(m, VA, DATA, PTE_OK | PTE_NG);
    machine_write(m, DATA, 1);
    expect_works(m, EL1H);
    g_assert_cmphex(a64_get_reg(m->cpu, 1), ==, 1);
    /* Another process maps another page there; going back finds the first again. */
    memcpy(m->ram + (other - RAM_BASE), m->ram + (TABLES - RAM_BASE), 4096);
    machine_set(m, TTBR0, other | 5ull << 48);
    machine_map(m, VA, DATA + 0x2000, PTE_OK | PTE_NG);
    machine_write(m, DATA + 0x2000, 2);
    expect_works(m, EL1H);
    g_assert_cmphex(a64_get_reg(m->cpu, 1), ==, 2);
    machine_set(m, TTBR0, TABLES);
    expect_works(m, EL1H);
    machine_free(m);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/a64-mmu/permissions", test_permissions);
    g_test_add_func("/a64-mmu/fault-levels", test_fault_levels);
    g_test_add_func("/a64-mmu/access-flag", test_access_flag);
    g_test_add_func("/a64-mmu/output-size", test_output_size);
    g_test_add_func("/a64-mmu/execute-never", test_execute_never);
    g_test_add_func("/a64-mmu/unprivileged-access", test_unprivileged_access);
    g_test_add_func("/a64-mmu/tlbi", test_tlbi);
    g_test_add_func("/a64-mmu/tlbi-block", test_tlbi_block);
    g_test_add_func("/a64-mmu/tagged-address", test_tagged_address);
    g_test_add_func("/a64-mmu/upper-half", test_upper_half);
    g_test_add_func("/a64-mmu/page-crossing", test_page_crossing);
    g_test_add_func("/a64-mmu/device-memory", test_device_memory);
    g_test_add_func("/a64-mmu/alignment-check", test_alignment_check);
    g_test_add_func("/a64-mmu/at", test_at);
    g_test_add_func("/a64-mmu/granule-64k", test_granule_64k);
    g_test_add_func("/a64-mmu/asid", test_asid);
    return g_test_run();
}
