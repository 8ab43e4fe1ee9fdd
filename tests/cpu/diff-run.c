/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Running the program: on the interpreter, with two system calls, and under qemu. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "diff.h"
#include "host/cpu/aarch64/a64.h"

static void *ram_page(void *opaque, uint64_t pa, bool *writable)
{
    uint8_t *space = opaque;

    *writable = true;
    return pa >= CODE_BASE && pa <= SPACE_LAST ? space + (pa - CODE_BASE) : NULL;
}

static bool no_load(void *opaque, uint64_t pa, unsigned size, uint64_t *value)
{
    return false;
}

static bool no_store(void *opaque, uint64_t pa, unsigned size, uint64_t value)
{
    return false;
}

static void no_code_page(void *opaque, void *host_page, bool holds_code)
{
}

static const A64HostOps ops = {
    .load = no_load,
    .store = no_store,
    .ram_page = ram_page,
    .code_page = no_code_page,
};

/* An exception of the program: true to go on. */
static bool serve_trap(A64Cpu *cpu, uint8_t *space, GByteArray *out)
{
    uint64_t esr, far, *undefined = (uint64_t *)(space + (SCRATCH_BASE - CODE_BASE));

    a64_last_trap(cpu, &esr, &far);
    if (esr >> 26 == 0) {
        ++*undefined;
        a64_set_pc(cpu, a64_get_pc(cpu) + 4);
        return true;
    }
    if (esr >> 26 != 0x15) {
        fprintf(stderr, "exception %#lx, far %#lx at %#lx\n", (long)esr, (long)far,
                (long)a64_get_pc(cpu));
        g_byte_array_set_size(out, 0);
        return false;
    }
    switch (a64_get_reg(cpu, 8)) {
    case 64:
        g_byte_array_append(out, space + (a64_get_reg(cpu, 1) - CODE_BASE),
                            a64_get_reg(cpu, 2));
        return true;
    case 134:
        return true;
    default:
        return false;
    }
}

uint8_t *run_here(const Program *p)
{
    size_t size = SPACE_LAST - CODE_BASE + 1;
    uint8_t *space = g_malloc(size + 4096);
    uint8_t *aligned = (uint8_t *)(((uintptr_t)space + 4095) & ~4095ull);
    A64System *sys = a64_system_new(&ops, aligned);
    A64Config config = { .user_only = true };
    A64Cpu *cpu = a64_cpu_new(sys, &config);
    GByteArray *out = g_byte_array_new();
    A64Exit e;

    memcpy(aligned, p->space, size);
    a64_set_pc(cpu, CODE_BASE);
    do {
        e = a64_run(cpu, 1 << 30);
    } while (e == A64_EXIT_BUDGET ||
             (e == A64_EXIT_TRAP && serve_trap(cpu, aligned, out)));
    a64_system_free(sys);
    g_free(space);
    if (out->len != p->out_size + SCRATCH_SIZE) {
        g_byte_array_free(out, true);
        return NULL;
    }
    return g_byte_array_free(out, false);
}

uint8_t *run_qemu(const Program *p, const char *qemu)
{
    g_autofree char *path = NULL;
    g_autofree char *command = NULL;
    size_t size = p->out_size + SCRATCH_SIZE;
    uint8_t *out = g_malloc(size + 1);
    size_t got;
    FILE *pipe;
    int fd = g_file_open_tmp("a64-diff-XXXXXX", &path, NULL);

    g_assert(fd >= 0);
    close(fd);
    g_assert_true(program_write_elf(p, path));
    chmod(path, 0700);
    command = g_strdup_printf("%s -cpu cortex-a57 %s", qemu, path);
    pipe = popen(command, "r");
    g_assert(pipe);
    got = fread(out, 1, size + 1, pipe);
    if (pclose(pipe) != 0 || got != size) {
        fprintf(stderr, "%s: %zu of %zu bytes\n", command, got, size);
        g_free(out);
        return NULL;
    }
    unlink(path);
    return out;
}
