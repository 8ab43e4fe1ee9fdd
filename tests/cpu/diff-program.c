/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing the program: its frame in A64 machine code, random register files, the ELF.
 */
#include <elf.h>
#include <stdio.h>
#include <string.h>
#include "diff.h"

typedef struct Emit {
    Program *p;
    uint32_t *at;
} Emit;

static void emit(Emit *e, uint32_t insn)
{
    *e->at++ = insn;
}

static uint64_t here(const Emit *e)
{
    return CODE_BASE + ((uint8_t *)e->at - e->p->space);
}

/* reg = a 32-bit constant: MOVZ, MOVK */
static void emit_const(Emit *e, unsigned reg, uint32_t value)
{
    emit(e, 0xd2800000 | (value & 0xffff) << 5 | reg);
    emit(e, 0xf2a00000 | value >> 16 << 5 | reg);
}

static void emit_branch(Emit *e, uint32_t opcode, uint64_t to)
{
    emit(e, opcode | ((to - here(e)) >> 2 & 0x3ffffff));
}

/* LDP/STP of x, LDP/STP of q: both with [base, #offset] */
static void emit_pair(Emit *e, bool load, bool vec, unsigned r1, unsigned base,
                      unsigned offset)
{
    uint32_t op = vec ? 0xad000000 : 0xa9000000;

    emit(e, op | (uint32_t)load << 22 | (offset / (vec ? 16 : 8)) << 15 |
                (r1 + 1) << 10 | base << 5 | r1);
}

enum { V_OFFSET = offsetof(RegFile, v), NZCV_AT = 27 * 8, FPCR_AT = 28 * 8 };
enum { FPSR_AT = 29 * 8 };

static void emit_str(Emit *e, bool load, unsigned reg, unsigned base, unsigned offset)
{
    emit(e, 0xf9000000 | (uint32_t)load << 22 | offset / 8 << 10 | base << 5 | reg);
}

enum { NZCV = 0xb4200, FPCR = 0xb4400, FPSR = 0xb4420 };

static void emit_sysreg(Emit *e, bool read, uint32_t which, unsigned reg)
{
    emit(e, (read ? 0xd5300000 : 0xd5100000) | which | reg);
}

static void emit_vectors(Emit *e, bool load, unsigned base)
{
    /* The offset of STP q reaches 1008 bytes: two halves from a base of their own. */
    for (unsigned i = 0; i < 32; i += 2) {
        emit_pair(e, load, true, i, base, V_OFFSET + i * 16);
    }
}

/* x27 = register file to load */
static uint64_t emit_loader(Emit *e)
{
    uint64_t at = here(e);

    emit_vectors(e, true, 27);
    emit_str(e, true, 0, 27, NZCV_AT);
    emit_sysreg(e, false, NZCV, 0);
    emit_str(e, true, 0, 27, FPCR_AT);
    emit_sysreg(e, false, FPCR, 0);
    emit_str(e, true, 0, 27, FPSR_AT);
    emit_sysreg(e, false, FPSR, 0);
    for (unsigned i = 0; i < 26; i += 2) {
        emit_pair(e, true, false, i, 27, i * 8);
    }
    emit_str(e, true, 26, 27, 26 * 8);
    emit(e, 0xd65f03c0); /* RET */
    return at;
}

/* x29 = where to dump; moves on */
static uint64_t emit_dumper(Emit *e)
{
    uint64_t at = here(e);

    for (unsigned i = 0; i < 26; i += 2) {
        emit_pair(e, false, false, i, 29, i * 8);
    }
    emit_str(e, false, 26, 29, 26 * 8);
    emit_sysreg(e, true, NZCV, 0);
    emit_str(e, false, 0, 29, NZCV_AT);
    emit_sysreg(e, true, FPCR, 0);
    emit_str(e, false, 0, 29, FPCR_AT);
    emit_sysreg(e, true, FPSR, 0);
    emit_str(e, false, 0, 29, FPSR_AT);
    emit_vectors(e, false, 29);
    emit(e, 0x91000000 | (uint32_t)sizeof(RegFile) << 10 | 29 << 5 | 29);
    emit(e, 0xd65f03c0);
    return at;
}

/* SIGILL: step over the instruction and add one to the first word of the scratch. */
static uint64_t emit_handler(Emit *e)
{
    uint64_t at = here(e);

    emit_str(e, true, 3, 2, 440); /* uc_mcontext.pc */
    emit(e, 0x91001063);          /* ADD x3, x3, #4 */
    emit_str(e, false, 3, 2, 440);
    emit_const(e, 3, SCRATCH_BASE);
    emit_str(e, true, 4, 3, 0);
    emit(e, 0x91000484); /* ADD x4, x4, #1 */
    emit_str(e, false, 4, 3, 0);
    emit(e, 0xd65f03c0);
    return at;
}

static void emit_syscall(Emit *e, unsigned number)
{
    emit_const(e, 8, number);
    emit(e, 0xd4000001);
}

static void emit_sigaction(Emit *e, uint64_t handler)
{
    /* struct sigaction of the kernel: handler, flags, restorer, mask */
    uint64_t act[4] = { handler, 4 /* SA_SIGINFO */, 0, 0 };

    memcpy(program_at(e->p, SCRATCH_BASE + SCRATCH_SIZE), act, sizeof(act));
    emit_const(e, 0, 4); /* SIGILL */
    emit_const(e, 1, SCRATCH_BASE + SCRATCH_SIZE);
    emit_const(e, 2, 0);
    emit_const(e, 3, 8);
    emit_syscall(e, 134);
}

static void emit_exit(Emit *e, Program *p)
{
    emit_const(e, 0, 1);
    emit_const(e, 1, OUT_BASE);
    emit_const(e, 2, p->out_size);
    emit_syscall(e, 64); /* write */
    emit_const(e, 0, 1);
    emit_const(e, 1, SCRATCH_BASE);
    emit_const(e, 2, SCRATCH_SIZE);
    emit_syscall(e, 64);
    emit_const(e, 0, 0);
    emit_syscall(e, 94); /* exit_group */
}

/*
 * Exclusives must be aligned, and what a pair of different sizes does is open: each
 * size has its own addresses. The rest is sometimes unaligned.
 */
static unsigned random_offset(const Class *c, GRand *rnd, uint32_t insn)
{
    unsigned offset = g_rand_int_range(rnd, 0, 0x400);

    if (!strcmp(class_name(c), "ldstex")) {
        return (insn >> 30) * 0x200 + (insn >> 21 & 1) * 0x100 + (offset & 0x30);
    }
    return g_rand_int(rnd) & 3 ? offset & ~7u : offset;
}

static void emit_block(Emit *e, const Class *c, GRand *rnd, unsigned block)
{
    Program *p = e->p;

    for (unsigned i = 0; i < p->per_block; i++) {
        uint32_t insn = class_random(c, rnd);

        p->insns[block * p->per_block + i] = insn;
        if (class_uses_memory(c)) {
            emit_const(e, 28, SCRATCH_MIDDLE + random_offset(c, rnd, insn));
        }
        emit(e, insn);
        if (class_uses_memory(c)) {
            emit(e, 0xaa1c03f9); /* MOV x25, x28: what writeback made of it */
        }
    }
}

/* Values at which arithmetic does something special. */
static uint64_t random_value(GRand *rnd)
{
    static const uint64_t special[] = {
        0,
        1,
        ~0ull,
        1ull << 63,
        ~0ull >> 1,
        0x80000000,
        0x7fffffff,
        0xffffffff,
        0xff,
        0x80,
        0x8000,
        0x7fff,
        0x7f800000,
        0xff800000,
        0x7f800001,
        0x7fc00000,
        0x00000001,
        0x00800000,
        0x007fffff,
        0x7f7fffff,
        0x3f800000,
        0xbf800000,
        0x7ff0000000000000,
        0xfff0000000000000,
        0x7ff0000000000001,
        0x7ff8000000000000,
        0xfff8000000000000,
        0x0010000000000000,
        0x000fffffffffffff,
        0x7fefffffffffffff,
        0x3ff0000000000000,
        0xbff0000000000000,
        0x4330000000000000,
        0x43e0000000000000,
        0xc3e0000000000000,
        0x41dfffffffc00000,
        0x7c00,
        0x7e00,
        0x0001,
        0x3c00,
        0x4f000000,
        0xcf000000,
        0x5f000000,
        0x3fe0000000000000,
        0x3f000000,
        0x7ff8000000000123,
        0x7fc00123,
    };
    uint64_t v = (uint64_t)g_rand_int(rnd) << 32 | g_rand_int(rnd);

    switch (g_rand_int_range(rnd, 0, 8)) {
    case 0:
    case 1:
        return special[g_rand_int_range(rnd, 0, G_N_ELEMENTS(special))];
    case 2: /* two singles */
        return (special[g_rand_int_range(rnd, 0, G_N_ELEMENTS(special))] & 0xffffffff) |
               special[g_rand_int_range(rnd, 0, G_N_ELEMENTS(special))] << 32;
    case 3: /* a double near one, or in the range of integers */
        return (v & 0x800fffffffffffff) | (uint64_t)g_rand_int_range(rnd, 0x3e0, 0x450)
                                              << 52;
    case 4: /* singles likewise */
        return (v & 0x807fffff807fffff) |
               (uint64_t)g_rand_int_range(rnd, 100, 160) << 23 |
               (uint64_t)g_rand_int_range(rnd, 100, 160) << 55;
    case 5: /* few bits */
        return v & v >> 7 & (uint64_t)g_rand_int(rnd) << g_rand_int_range(rnd, 0, 32);
    case 6: /* denormal doubles and singles */
        return v & 0x800fffff807fffff;
    default:
        return v;
    }
}

static void fill_pool(Program *p, const Class *c, GRand *rnd)
{
    RegFile *f = program_at(p, POOL_BASE);

    for (unsigned i = 0; i < POOL_FILES; i++, f++) {
        for (unsigned r = 0; r < 27; r++) {
            f->x[r] = random_value(rnd);
        }
        if (class_uses_memory(c)) {
            f->x[26] = g_rand_int(rnd) & 0x7f;
        }
        f->x[27] = (uint64_t)(g_rand_int(rnd) & 15) << 28;
        /* Half of the files in the default mode, some with flags set already. */
        f->fpcr = i & 1 ? 0 : g_rand_int(rnd) & 0x07c00000;
        f->fpsr = i & 2 ? 0x10 : 0;
        for (unsigned r = 0; r < 64; r++) {
            f->v[r / 2][r & 1] = random_value(rnd);
        }
    }
    for (unsigned i = 8; i < SCRATCH_SIZE; i += 8) {
        uint64_t v = random_value(rnd);

        memcpy(program_at(p, SCRATCH_BASE + i), &v, 8);
    }
}

Program *program_new(const Class *c, unsigned blocks, unsigned per_block, GRand *rnd)
{
    Program *p = g_new0(Program, 1);
    Emit e = { .p = p };
    uint64_t loader, dumper, handler;

    p->space = g_malloc0(SPACE_LAST - CODE_BASE + 1);
    p->blocks = blocks;
    p->per_block = per_block;
    p->out_size = blocks * sizeof(RegFile);
    p->insns = g_new0(uint32_t, blocks * per_block);
    fill_pool(p, c, rnd);

    e.at = (uint32_t *)p->space + 1; /* entry: a branch over the subroutines */
    loader = emit_loader(&e);
    dumper = emit_dumper(&e);
    handler = emit_handler(&e);
    *(uint32_t *)p->space = 0x14000000 | ((here(&e) - CODE_BASE) >> 2);
    emit_sigaction(&e, handler);
    emit_const(&e, 29, OUT_BASE);
    for (unsigned i = 0; i < blocks; i++) {
        emit_const(&e, 27,
                   POOL_BASE + g_rand_int_range(rnd, 0, POOL_FILES) * sizeof(RegFile));
        emit_branch(&e, 0x94000000, loader);
        emit_block(&e, c, rnd, i);
        emit_branch(&e, 0x94000000, dumper);
    }
    emit_exit(&e, p);
    p->code_size = (uint8_t *)e.at - p->space;
    return p;
}

void program_free(Program *p)
{
    g_free(p->space);
    g_free(p->insns);
    g_free(p);
}

bool program_write_elf(const Program *p, const char *path)
{
    Elf64_Ehdr eh = {
        .e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
                     EV_CURRENT },
        .e_type = ET_EXEC,
        .e_machine = EM_AARCH64,
        .e_version = EV_CURRENT,
        .e_entry = CODE_BASE,
        .e_phoff = sizeof(eh),
        .e_ehsize = sizeof(eh),
        .e_phentsize = sizeof(Elf64_Phdr),
        .e_phnum = 4,
    };
    struct {
        uint64_t addr, size, mem;
        uint32_t flags;
    } segs[4] = {
        { CODE_BASE, p->code_size, p->code_size, PF_R | PF_X },
        { POOL_BASE, POOL_FILES * sizeof(RegFile), POOL_FILES * sizeof(RegFile), PF_R },
        { SCRATCH_BASE, SCRATCH_SIZE + 4096, SCRATCH_SIZE + 4096, PF_R | PF_W },
        { OUT_BASE, 0, p->out_size, PF_R | PF_W },
    };
    uint64_t offset = 4096;
    FILE *f = fopen(path, "wb");
    bool ok = f && fwrite(&eh, sizeof(eh), 1, f) == 1;

    for (int i = 0; ok && i < 4; i++) {
        Elf64_Phdr ph = { .p_type = PT_LOAD,
                          .p_flags = segs[i].flags,
                          .p_offset = offset,
                          .p_vaddr = segs[i].addr,
                          .p_paddr = segs[i].addr,
                          .p_filesz = segs[i].size,
                          .p_memsz = segs[i].mem,
                          .p_align = 4096 };

        ok = fwrite(&ph, sizeof(ph), 1, f) == 1;
        offset += (segs[i].size + 4095) & ~4095ull;
    }
    offset = 4096;
    for (int i = 0; ok && i < 4; i++) {
        ok = fseek(f, offset, SEEK_SET) == 0 &&
             (!segs[i].size ||
              fwrite(program_at(p, segs[i].addr), segs[i].size, 1, f) == 1);
        offset += (segs[i].size + 4095) & ~4095ull;
    }
    return f && fclose(f) == 0 && ok;
}
