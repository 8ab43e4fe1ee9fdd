/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A small machine for tests of the AArch64 processor: 16 MiB of RAM at RAM_BASE, one
 * device page, page tables made by hand, and a vector table whose entries stop.
 */
#ifndef TESTS_CPU_A64_MACHINE_H
#define TESTS_CPU_A64_MACHINE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "host/cpu/aarch64/a64.h"

enum {
    RAM_BASE = 0x40000000,
    RAM_SIZE = 16 << 20,
    DEVICE_BASE = 0x09000000,
    CODE = RAM_BASE,
    VECTORS = RAM_BASE + 0x100000,
    TABLES = RAM_BASE + 0x200000,
    DATA = RAM_BASE + 0x400000,
    /* Vector offsets from VECTORS, by where the exception came from. */
    FROM_EL1 = 0x200,
    FROM_EL0 = 0x400,
};

enum { EL0T = 0, EL1T = 4, EL1H = 5, DAIF_MASKED = 0x3c0 };

typedef struct Machine {
    uint8_t *ram;
    A64System *sys;
    A64Cpu *cpu;
    uint64_t counter;  /* of the generic timer */
    uint64_t deadline; /* what the virtual timer is armed for */
    bool timer_level;
    uint64_t device_last; /* last value stored to the device */
    unsigned device_accesses, resets, offs;
    bool device_fails;
    GHashTable *code_pages;             /* host pages marked */
    void (*on_drop)(struct Machine *m); /* a page has just been unmarked */
    uint64_t next_table;
} Machine;

Machine *machine_new(A64Model model);
void machine_free(Machine *m);

/* Words of code at @addr; the processor is not told. */
void machine_code(Machine *m, uint64_t addr, const uint32_t *words, size_t n);
void machine_write(Machine *m, uint64_t addr, uint64_t value);
uint64_t machine_read(Machine *m, uint64_t addr);

/*
 * Starts at CODE in PSTATE @pstate and executes until a vector's WFI or @limit
 * instructions. True if a vector was reached.
 */
bool machine_run(Machine *m, uint32_t pstate, int64_t limit);
/* Offset of the vector that was reached. */
unsigned machine_vector(Machine *m);

/* System registers by name of those the tests need. */
enum SysName { ESR, FAR, ELR, SPSR, SCTLR, TCR, TTBR0, TTBR1, MAIR, VBAR, CPACR, PAR };
uint64_t machine_get(Machine *m, enum SysName name);
void machine_set(Machine *m, enum SysName name, uint64_t value);

/* Page tables of 4 KiB pages, 48 bits, rooted at TABLES, identity or not. */
enum {
    PTE_PAGE = 3,
    PTE_AF = 1 << 10,
    PTE_EL0 = 1 << 6,
    PTE_RO = 1 << 7,
    PTE_NG = 1 << 11,
    PTE_DEVICE = 1 << 2, /* MAIR index 1 */
    PTE_OK = PTE_PAGE | PTE_AF,
};
#define PTE_PXN (1ull << 53)
#define PTE_UXN (1ull << 54)

void machine_map(Machine *m, uint64_t va, uint64_t pa, uint64_t attrs);
/* Address of the leaf descriptor. */
uint64_t machine_leaf(Machine *m, uint64_t va);
/* Identity for CODE (EL0 too), VECTORS, DATA, and the MMU on. */
void machine_mmu_on(Machine *m);

#define PROGRAM(m, addr, ...)                                                          \
    do {                                                                               \
        static const uint32_t words_[] = { __VA_ARGS__ };                              \
        machine_code(m, addr, words_, G_N_ELEMENTS(words_));                           \
    } while (0)

#endif
