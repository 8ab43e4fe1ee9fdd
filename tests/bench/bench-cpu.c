/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How fast the AArch64 interpreter is: an integer loop, a copy of memory, a loop of
 * floating point. Millions of guest instructions a second of CPU time.
 */
#include <glib.h>
#include "report.h"
#include "tests/cpu/a64-machine.h"

typedef struct Loop {
    const char *name;
    const uint32_t *code;
    size_t words;
    uint64_t rounds; /* in x0 */
    double mips;
} Loop;

static const uint32_t integer_loop[] = {
    0x8b000021, /* 1: add x1, x1, x0 */
    0xca410c42, /* eor x2, x2, x1, lsr #3 */
    0x92401c43, /* and x3, x2, #0xff */
    0xf86378a4, /* ldr x4, [x5, x3, lsl #3] */
    0x8b020084, /* add x4, x4, x2 */
    0xf82378a4, /* str x4, [x5, x3, lsl #3] */
    0xd347fc86, /* lsr x6, x4, #7 */
    0x36180046, /* tbz x6, #3, 2f */
    0x91000421, /* add x1, x1, #1 */
    0x9b031027, /* 2: madd x7, x1, x3, x4 */
    0xf10014ff, /* cmp x7, #5 */
    0x9a828021, /* csel x1, x1, x2, hi */
    0xf1000400, /* subs x0, x0, #1 */
    0x54fffe61, /* b.ne 1b */
    0xd4000001, /* svc #0 */
};

/* x5 to x8: 1 KiB at a time. */
static const uint32_t copy_loop[] = {
    0xaa0503e9, /* 1: mov x9, x5 */
    0xaa0803ea, /* mov x10, x8 */
    0xd280020b, /* mov x11, #16 */
    0xa8c10921, /* 2: ldp x1, x2, [x9], #16 */
    0xa8c11123, /* ldp x3, x4, [x9], #16 */
    0xacc10520, /* ldp q0, q1, [x9], #32 */
    0xa8810941, /* stp x1, x2, [x10], #16 */
    0xa8811143, /* stp x3, x4, [x10], #16 */
    0xac810540, /* stp q0, q1, [x10], #32 */
    0xf100056b, /* subs x11, x11, #1 */
    0x54ffff21, /* b.ne 2b */
    0xf1000400, /* subs x0, x0, #1 */
    0x54fffe81, /* b.ne 1b */
    0xd4000001, /* svc #0 */
};

static const uint32_t fp_loop[] = {
    0x1e6e1000, /* fmov d0, #1.0 */
    0x1e611001, /* fmov d1, #3.0 */
    0x1e6c1002, /* fmov d2, #0.5 */
    0x1f420403, /* 1: fmadd d3, d0, d2, d1 */
    0x1e622800, /* fadd d0, d0, d2 */
    0x1e620864, /* fmul d4, d3, d2 */
    0x1e623881, /* fsub d1, d4, d2 */
    0x1e601865, /* fdiv d5, d3, d0 */
    0x1e6220a0, /* fcmp d5, d2 */
    0x1e62cc21, /* fcsel d1, d1, d2, gt */
    0xf1000400, /* subs x0, x0, #1 */
    0x54ffff01, /* b.ne 1b */
    0xd4000001, /* svc #0 */
};

static Loop loops[] = {
    { "integer", integer_loop, G_N_ELEMENTS(integer_loop), 4000000, 0 },
    { "memory-copy", copy_loop, G_N_ELEMENTS(copy_loop), 200000, 0 },
    { "floating-point", fp_loop, G_N_ELEMENTS(fp_loop), 3000000, 0 },
};

static void measure(Loop *l)
{
    Machine *m = machine_new(A64_CORTEX_A57);
    double start;

    machine_mmu_on(m);
    machine_code(m, CODE, l->code, l->words);
    a64_set_reg(m->cpu, 0, l->rounds);
    a64_set_reg(m->cpu, 5, DATA);
    a64_set_reg(m->cpu, 8, DATA + 0x4000);
    start = bench_process_ns();
    g_assert_true(machine_run(m, EL0T, INT64_MAX));
    g_assert_cmphex(machine_get(m, ESR) >> 26, ==, 0x15);
    l->mips = (double)a64_insn_count(m->cpu) / (bench_process_ns() - start) * 1e3;
    machine_free(m);
}

int main(int argc, char **argv)
{
    bench_init(&argc, &argv, "the AArch64 interpreter");
    for (unsigned i = 0; i < G_N_ELEMENTS(loops); i++) {
        if (bench_smoke) {
            loops[i].rounds = 1000;
        }
        measure(&loops[i]);
        bench_report(&(BenchRow){
            .name = loops[i].name, .value = loops[i].mips, .unit = "MIPS" });
    }
    return bench_finish();
}
