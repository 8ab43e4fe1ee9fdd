/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Differential test of the AArch64 interpreter against Debian's qemu-aarch64: a program
 * of random instructions, written as a static ELF, is run by both; it dumps its
 * registers after every few instructions, and the dumps must be the same.
 */
#ifndef TESTS_CPU_DIFF_H
#define TESTS_CPU_DIFF_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The program's address space. x27 to x30 are its own, x0 to x26 the test's. */
enum {
    CODE_BASE = 0x10000000,
    POOL_BASE = 0x11000000,    /* register files to begin from */
    SCRATCH_BASE = 0x12000000, /* memory for loads and stores */
    SCRATCH_MIDDLE = SCRATCH_BASE + 0x2000,
    OUT_BASE = 0x13000000,
    STACK_TOP = 0x14800000,
    SPACE_LAST = 0x147fffff,
    SCRATCH_SIZE = 0x14000,
    POOL_FILES = 64,
};

/* One register file, as the program loads and dumps it. */
typedef struct RegFile {
    uint64_t x[28]; /* the last: NZCV */
    uint64_t fpcr, fpsr;
    uint64_t v[32][2];
} RegFile;

typedef struct Program {
    uint8_t *space; /* CODE_BASE to SPACE_LAST */
    size_t code_size;
    unsigned blocks, per_block;
    size_t out_size;
    /* The instructions of each block, for the report. */
    uint32_t *insns;
} Program;

typedef struct Class Class;

const Class *class_find(const char *name);
const Class *class_at(unsigned i); /* NULL after the last */
const char *class_name(const Class *c);

/* Writes @blocks blocks of @per_block random instructions of @c. */
Program *program_new(const Class *c, unsigned blocks, unsigned per_block, GRand *rnd);
void program_free(Program *p);
bool program_write_elf(const Program *p, const char *path);

static inline void *program_at(const Program *p, uint64_t addr)
{
    return p->space + (addr - CODE_BASE);
}

/* Random instruction of the class; registers are x0 to x26 and XZR, v0 to v31. */
uint32_t class_random(const Class *c, GRand *rnd);
bool class_uses_memory(const Class *c);

/* Runs the program here; the result is its output, NULL with a message if it failed. */
uint8_t *run_here(const Program *p);
/* The same under qemu-aarch64. */
uint8_t *run_qemu(const Program *p, const char *qemu);

#endif
