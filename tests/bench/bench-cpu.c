/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How fast the AArch64 interpreter is: an integer loop, a copy of memory, a loop of
 * floating point. Millions of guest instructions a second; --json FILE for programs.
 */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
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

/* CPU time: the machine may have other things to do. */
static double seconds(void)
{
    struct rusage u;

    getrusage(RUSAGE_SELF, &u);
    return (double)u.ru_utime.tv_sec + (double)u.ru_utime.tv_usec * 1e-6;
}

static void measure(Loop *l)
{
    Machine *m = machine_new(A64_CORTEX_A57);
    double start;

    machine_mmu_on(m);
    machine_code(m, CODE, l->code, l->words);
    a64_set_reg(m->cpu, 0, l->rounds);
    a64_set_reg(m->cpu, 5, DATA);
    a64_set_reg(m->cpu, 8, DATA + 0x4000);
    start = seconds();
    g_assert_true(machine_run(m, EL0T, INT64_MAX));
    g_assert_cmphex(machine_get(m, ESR) >> 26, ==, 0x15);
    l->mips = (double)a64_insn_count(m->cpu) / (seconds() - start) / 1e6;
    machine_free(m);
}

static bool write_json(const char *path)
{
    FILE *f = fopen(path, "w");

    if (!f) {
        perror(path);
        return false;
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(loops); i++) {
        fprintf(f, "%s\"%s\": %.1f", i ? ", " : "{", loops[i].name, loops[i].mips);
    }
    fprintf(f, "}\n");
    return fclose(f) == 0;
}

int main(int argc, char **argv)
{
    const char *json = argc == 3 && !strcmp(argv[1], "--json") ? argv[2] : NULL;

    if (argc != 1 && !json) {
        fprintf(stderr, "usage: bench-cpu [--json FILE]\n");
        return 2;
    }
    printf("%-16s %s\n", "loop", "million instructions a second");
    for (unsigned i = 0; i < G_N_ELEMENTS(loops); i++) {
        measure(&loops[i]);
        printf("%-16s %8.1f\n", loops[i].name, loops[i].mips);
    }
    return json && !write_json(json);
}
