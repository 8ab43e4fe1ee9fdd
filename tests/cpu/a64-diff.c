/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * a64-diff [--class NAME] [--insns N] [--seed S]: the interpreter against qemu-aarch64
 * on random instructions. Without qemu-aarch64 it is skipped (exit 77).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "diff.h"

enum { MAX_BLOCKS = 2000, SKIPPED = 77 };

static const char *only;
static int insns = 20000;
static int seed;
static int per_block = 8;

static void show_register(const char *name, const uint64_t *ours,
                          const uint64_t *theirs, unsigned words)
{
    if (!memcmp(ours, theirs, words * 8)) {
        return;
    }
    printf("  %s:", name);
    for (unsigned i = words; i--;) {
        printf(" %016lx", (long)ours[i]);
    }
    printf("  qemu:");
    for (unsigned i = words; i--;) {
        printf(" %016lx", (long)theirs[i]);
    }
    printf("\n");
}

static void report(const Program *p, const RegFile *ours, const RegFile *theirs,
                   unsigned block)
{
    char name[8];

    printf("block %u differs; its instructions:\n", block);
    for (unsigned i = 0; i < p->per_block; i++) {
        printf("  .inst 0x%08x\n", p->insns[block * p->per_block + i]);
    }
    for (unsigned i = 0; i < 27; i++) {
        snprintf(name, sizeof(name), "x%u", i);
        show_register(name, &ours->x[i], &theirs->x[i], 1);
    }
    show_register("nzcv", &ours->x[27], &theirs->x[27], 1);
    show_register("fpcr", &ours->fpcr, &theirs->fpcr, 1);
    show_register("fpsr", &ours->fpsr, &theirs->fpsr, 1);
    for (unsigned i = 0; i < 32; i++) {
        snprintf(name, sizeof(name), "v%u", i);
        show_register(name, ours->v[i], theirs->v[i], 2);
    }
}

static bool compare(const Program *p, const uint8_t *ours, const uint8_t *theirs)
{
    const RegFile *a = (const RegFile *)ours, *b = (const RegFile *)theirs;
    unsigned bad = 0;

    for (unsigned i = 0; i < p->blocks; i++) {
        if (memcmp(&a[i], &b[i], sizeof(RegFile)) && bad++ < 3) {
            report(p, &a[i], &b[i], i);
        }
    }
    for (unsigned i = 0; i < SCRATCH_SIZE; i += 8) {
        if (memcmp(ours + p->out_size + i, theirs + p->out_size + i, 8) && bad++ < 6) {
            printf("  memory differs at %#x%s\n", i,
                   i ? "" : " (undefined instructions)");
        }
    }
    return bad == 0;
}

static bool test_class(const Class *c, const char *qemu)
{
    GRand *rnd = g_rand_new_with_seed(seed);
    int blocks = CLAMP(insns / per_block, 1, MAX_BLOCKS);
    bool ok = true;

    for (int done = 0; ok && done < insns; done += blocks * per_block) {
        Program *p = program_new(c, blocks, per_block, rnd);
        uint8_t *ours = run_here(p), *theirs = run_qemu(p, qemu);

        ok = ours && theirs && compare(p, ours, theirs);
        g_free(ours);
        g_free(theirs);
        program_free(p);
    }
    g_rand_free(rnd);
    printf("%s %s: %d instructions, seed %d\n", ok ? "ok" : "not ok", class_name(c),
           insns, seed);
    return ok;
}

int main(int argc, char **argv)
{
    static const GOptionEntry options[] = {
        { "class", 0, 0, G_OPTION_ARG_STRING, &only, "only this class", "NAME" },
        { "insns", 0, 0, G_OPTION_ARG_INT, &insns, "instructions of each class", "N" },
        { "seed", 0, 0, G_OPTION_ARG_INT, &seed, "of the random numbers", "S" },
        { "per-block", 0, 0, G_OPTION_ARG_INT, &per_block, "instructions between dumps",
          "N" },
        { NULL },
    };
    GOptionContext *context = g_option_context_new(NULL);
    g_autofree char *qemu = g_find_program_in_path("qemu-aarch64");
    GError *error = NULL;
    bool ok = true;

    g_option_context_add_main_entries(context, options, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        fprintf(stderr, "a64-diff: %s\n", error->message);
        return 2;
    }
    g_option_context_free(context);
    if (!qemu) {
        printf("skipped: no qemu-aarch64 (Debian package qemu-user)\n");
        return SKIPPED;
    }
    seed = seed ? seed : (int)(g_random_int() & 0x7fffffff);
    for (unsigned i = 0; class_at(i); i++) {
        if (!only || !strcmp(only, class_name(class_at(i)))) {
            ok &= test_class(class_at(i), qemu);
        }
    }
    return ok ? 0 : 1;
}
