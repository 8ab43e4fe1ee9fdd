/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The instruction classes: fixed bits of each group, and which fields are registers. */
#include <string.h>
#include "diff.h"

enum {
    D = 1,        /* general register in bits 0 to 4 */
    N = 2,        /* ... 5 to 9 */
    M = 4,        /* ... 16 to 20 */
    A = 8,        /* ... 10 to 14 */
    NO_SP_D = 16, /* register 31 would be SP there */
    NO_SP_N = 32,
    BASE = 64,   /* bits 5 to 9 name the scratch memory's register */
    INDEX = 128, /* bits 16 to 20 name the index register */
};

typedef struct Pattern {
    uint32_t mask, value;
    uint32_t flags;
} Pattern;

static const Pattern imm[] = { { 0x1f800000, 0x11000000, D | N | NO_SP_D | NO_SP_N },
                               { 0x1f800000, 0x12000000, D | N | NO_SP_D },
                               { 0x1f800000, 0x12800000, D },
                               { 0x1f800000, 0x13000000, D | N },
                               { 0x1f800000, 0x13800000, D | N | M },
                               { 0x1f000000, 0x10000000, D },
                               {} };
static const Pattern reg[] = { { 0x1f000000, 0x0a000000, D | N | M },
                               { 0x1f200000, 0x0b000000, D | N | M },
                               { 0x1fe00000, 0x0b200000,
                                 D | N | M | NO_SP_D | NO_SP_N },
                               { 0x1fe0fc00, 0x1a000000, D | N | M },
                               { 0x1fe00410, 0x1a400000, N | M },
                               { 0x3fe00800, 0x1a800000, D | N | M },
                               {} };
static const Pattern arith[] = { { 0x7fe0c000, 0x1ac00000, D | N | M },
                                 { 0x7fffe000, 0x5ac00000, D | N },
                                 { 0x7f000000, 0x1b000000, D | N | M | A },
                                 { 0x7fe0c000, 0x1ac00000, D | N | M },
                                 {} };
static const Pattern fp[] = { { 0xff200c00, 0x1e200800, 0 },
                              { 0xff207c00, 0x1e204000, 0 },
                              { 0xff20fc07, 0x1e202000, 0 },
                              { 0xff201fe0, 0x1e201000, 0 },
                              { 0xff200c00, 0x1e200400, 0 },
                              { 0xff200c00, 0x1e200c00, 0 },
                              { 0xff800000, 0x1f000000, 0 },
                              { 0xff200c00, 0x1e200800, 0 },
                              {} };
static const Pattern fpcvt[] = { { 0x7f26fc00, 0x1e200000, D },
                                 { 0x7f26fc00, 0x1e220000, N },
                                 { 0x7f26fc00, 0x1e240000, D },
                                 { 0x7f26fc00, 0x1e260000, D | N },
                                 { 0x7f260000, 0x1e020000, N },
                                 { 0x7f260000, 0x1e000000, D },
                                 {} };
static const Pattern simd3[] = { { 0x9f200400, 0x0e200400, 0 },
                                 { 0xdf200400, 0x5e200400, 0 },
                                 {} };
static const Pattern simd3diff[] = { { 0x9fe00c00, 0x0e200000, 0 },
                                     { 0x9fe00c00, 0x0e600000, 0 },
                                     { 0x9fe00c00, 0x0ea00000, 0 },
                                     { 0xdf200c00, 0x5e200000, 0 },
                                     { 0x9f000400, 0x0f000000, 0 },
                                     { 0xdf000400, 0x5f000000, 0 },
                                     {} };
static const Pattern simd2[] = { { 0x9f3e0c00, 0x0e200800, 0 },
                                 { 0xdf3e0c00, 0x5e200800, 0 },
                                 { 0x9f3e0c00, 0x0e300800, 0 },
                                 { 0xdf3e0c00, 0x5e300800, 0 },
                                 {} };
static const Pattern simdshift[] = { { 0x9f800400, 0x0f000400, 0 },
                                     { 0xdf800400, 0x5f000400, 0 },
                                     { 0x9ff80c00, 0x0f000400, 0 },
                                     {} };
static const Pattern simdperm[] = { { 0xbfe0fc00, 0x0e000c00, N },
                                    { 0xbfe0fc00, 0x0e001c00, N },
                                    { 0xbfe0fc00, 0x0e000400, 0 },
                                    { 0xbfe0fc00, 0x0e002c00, D },
                                    { 0xbfe0fc00, 0x0e003c00, D },
                                    { 0xffe08400, 0x6e000400, 0 },
                                    { 0xffe0fc00, 0x5e000400, 0 },
                                    { 0xbf208c00, 0x0e000800, 0 },
                                    { 0xbfe08400, 0x2e000000, 0 },
                                    { 0xbfe08c00, 0x0e000000, 0 },
                                    {} };
static const Pattern ldst[] = { { 0x3f800000, 0x39000000, D | BASE },
                                { 0x3f800000, 0x39800000, D | BASE },
                                { 0x3f200000, 0x38000000, D | BASE },
                                { 0x3f200c00, 0x38200800, D | BASE | INDEX },
                                { 0x3f000000, 0x3d000000, BASE },
                                { 0x3f200000, 0x3c000000, BASE },
                                { 0x3f200c00, 0x3c200800, BASE | INDEX },
                                { 0x3e000000, 0x28000000, D | A | BASE },
                                { 0x3e000000, 0x2c000000, BASE },
                                {} };
static const Pattern ldstvec[] = { { 0xbfff0000, 0x0c000000, BASE },
                                   { 0xbfff0000, 0x0c400000, BASE },
                                   { 0xbfff0000, 0x0c9f0000, BASE },
                                   { 0xbfff0000, 0x0cdf0000, BASE },
                                   { 0xbfe00000, 0x0cc00000, BASE | INDEX },
                                   { 0xbfdf0000, 0x0d000000, BASE },
                                   { 0xbfdf0000, 0x0d400000, BASE },
                                   { 0xbfdf0000, 0x0d9f0000, BASE },
                                   { 0xbfdf0000, 0x0ddf0000, BASE },
                                   { 0xbfc00000, 0x0dc00000, BASE | INDEX },
                                   {} };
static const Pattern ldstex[] = { { 0x3fe00000, 0x08000000, D | M | A | BASE },
                                  { 0x3fe00000, 0x08400000, D | M | A | BASE },
                                  { 0x3fe00000, 0x08200000, D | M | A | BASE },
                                  { 0x3fe00000, 0x08600000, D | M | A | BASE },
                                  { 0x3fe08000, 0x08808000, D | M | A | BASE },
                                  { 0x3fe08000, 0x08c08000, D | M | A | BASE },
                                  {} };

struct Class {
    const char *name;
    const Pattern *patterns;
};

static const Class classes[] = {
    { "imm", imm },
    { "reg", reg },
    { "arith", arith },
    { "fp", fp },
    { "fpcvt", fpcvt },
    { "simd3", simd3 },
    { "simd3diff", simd3diff },
    { "simd2", simd2 },
    { "simdshift", simdshift },
    { "simdperm", simdperm },
    { "ldst", ldst },
    { "ldstvec", ldstvec },
    { "ldstex", ldstex },
};

const Class *class_at(unsigned i)
{
    return i < G_N_ELEMENTS(classes) ? &classes[i] : NULL;
}

const Class *class_find(const char *name)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(classes); i++) {
        if (!strcmp(classes[i].name, name)) {
            return &classes[i];
        }
    }
    return NULL;
}

const char *class_name(const Class *c)
{
    return c->name;
}

bool class_uses_memory(const Class *c)
{
    return g_str_has_prefix(c->name, "ldst");
}

static uint32_t set_field(uint32_t insn, unsigned at, uint32_t value)
{
    return (insn & ~(31u << at)) | value << at;
}

/* x27 to x30 belong to the program; 31 too where it means SP. */
static uint32_t fix_register(uint32_t insn, unsigned at, bool no_31)
{
    uint32_t r = insn >> at & 31;

    return r >= 27 && (r < 31 || no_31) ? set_field(insn, at, r - 16) : insn;
}

static uint32_t fix_registers(uint32_t insn, uint32_t flags)
{
    if (flags & D) {
        insn = fix_register(insn, 0, flags & NO_SP_D);
    }
    if (flags & N) {
        insn = fix_register(insn, 5, flags & NO_SP_N);
    }
    if (flags & M) {
        insn = fix_register(insn, 16, false);
    }
    if (flags & A) {
        insn = fix_register(insn, 10, false);
    }
    if (flags & BASE) {
        insn = set_field(insn, 5, 28);
    }
    return flags & INDEX ? set_field(insn, 16, 26) : insn;
}

/*
 * Encodings whose result the architecture leaves open: pairs loaded into one register,
 * store-exclusive with a status register that is also data.
 */
static bool unpredictable(uint32_t insn)
{
    uint32_t d = insn & 31, a = insn >> 10 & 31, m = insn >> 16 & 31;

    if ((insn & 0x3a400000) == 0x28400000 && d == a) {
        return true;
    }
    if ((insn & 0x3f000000) == 0x08000000) {
        return d == a || m == d || m == a || (m == 31 && !(insn >> 22 & 1)) ||
               (insn >> 21 & 1 && insn >> 22 & 1 && d == a);
    }
    return false;
}

/* x26, the index of register offsets, must stay small. */
static bool overwrites_index(uint32_t insn)
{
    bool pair = (insn & 0x3e000000) == 0x28000000,
         ex = (insn & 0x3f000000) == 0x08000000;

    return (insn & 31) == 26 || ((pair || ex) && (insn >> 10 & 31) == 26) ||
           (ex && (insn >> 16 & 31) == 26);
}

uint32_t class_random(const Class *c, GRand *rnd)
{
    unsigned n = 0;
    uint32_t insn;

    while (c->patterns[n].mask) {
        n++;
    }
    do {
        const Pattern *p = &c->patterns[g_rand_int_range(rnd, 0, n)];

        insn = (g_rand_int(rnd) & ~p->mask) | p->value;
        insn = fix_registers(insn, p->flags);
    } while (unpredictable(insn) || (class_uses_memory(c) && overwrites_index(insn)));
    return insn;
}
