/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The inside of the AArch64 processor: its state and what its parts offer each other.
 *
 * Code is decoded once into ops. An op's handler does the work and passes on to the
 * next op; the last op of a block goes to the next block or returns NULL, which means:
 * back to a64_run() to find the block for cpu->pc.
 */
#ifndef HOST_CPU_AARCH64_INTERNAL_H
#define HOST_CPU_AARCH64_INTERNAL_H

#include <string.h>
#include <glib.h>
#include "a64.h"

#define likely(x)      __builtin_expect(!!(x), 1)
#define unlikely(x)    __builtin_expect(!!(x), 0)
#define A64_UNUSED     __attribute__((unused))
#define PAGE_MASK      (~(uint64_t)0xfff)
#define BITS(v, lo, n) (((v) >> (lo)) & ((1u << (n)) - 1))
#define BIT_AT(v, n)   (((v) >> (n)) & 1)

typedef struct A64Op A64Op;
typedef struct A64Block A64Block;
typedef struct A64CodePage A64CodePage;
typedef struct A64SysReg A64SysReg;
typedef const A64Op *(*A64Handler)(A64Cpu *c, const A64Op *o);

/* One decoded instruction. Registers are indices into A64Cpu.x or .v. */
struct A64Op {
    A64Handler fn;
    uint8_t rd, rn, rm, ra;
    uint32_t aux; /* shift, condition, lane... or the instruction word */
    uint64_t imm;
};

/* Where XZR reads 0, where SP is, and where writes to XZR go. */
enum { REG_ZR = 31, REG_SP = 32, REG_SINK = 33, REG_COUNT = 34 };

static inline unsigned reg_src(unsigned n)
{
    return n;
}
static inline unsigned reg_dst(unsigned n)
{
    return n == 31 ? REG_SINK : n;
}
static inline unsigned reg_sp(unsigned n)
{
    return n == 31 ? REG_SP : n;
}

#define OP(name) static const A64Op *name(A64Cpu *c, const A64Op *o)
/*
 * Optimised code jumps from op to op; a build that keeps stack frames (no
 * optimisation, sanitizers) returns to the loop in a64_run() after each.
 */
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) &&                         \
    !defined(A64_NO_TAIL_CALLS)
#define NEXT_OP(o) return (o)->fn(c, (o))
#else
#define NEXT_OP(o) return (o)
#endif
#define NEXT NEXT_OP(o + 1)

typedef union A64Vec {
    uint8_t b[16];
    uint16_t h[8];
    uint32_t s[4];
    uint64_t d[2];
    int8_t sb[16];
    int16_t sh[8];
    int32_t ss[4];
    int64_t sd[2];
    float f[4];
    double g[2];
} __attribute__((aligned(16))) A64Vec;

/* --- Software TLB ------------------------------------------------------- */

enum { TLB_READ, TLB_WRITE, TLB_EXEC, TLB_KINDS };
enum { TLB_SIZE = 256, JUMP_CACHE_SIZE = 1024, CTX_COUNT = 12 };
/* Low bits of a tag: such an entry never matches the fast path. */
enum { TLB_SLOW = 1, TLB_INVALID = 2 };

typedef struct A64TlbEntry {
    uint64_t tag;     /* virtual page | flags */
    uintptr_t addend; /* host address - virtual address, if RAM */
} A64TlbEntry;

typedef struct A64TlbInfo {
    uint64_t pa;   /* of the page */
    uint8_t shift; /* log2 of the mapping it is a part of */
    bool ram, device;
} A64TlbInfo;

typedef struct A64JumpEntry {
    uint64_t pc;
    A64Block *block;
} A64JumpEntry;

/* Translations of one exception level in one address space. */
typedef struct A64Tlb {
    A64TlbEntry entry[TLB_KINDS][TLB_SIZE];
    A64TlbInfo info[TLB_KINDS][TLB_SIZE];
    A64JumpEntry jump[JUMP_CACHE_SIZE];
    uint64_t jump_pages; /* bit (page number & 63): jump may have entries of it */
    bool big[2];         /* entries of mappings above 4 KiB, lower and upper half */
} A64Tlb;

/* One address space: what SCTLR, TCR and the TTBRs say. */
typedef struct A64Ctx {
    uint64_t sctlr, tcr, ttbr0, ttbr1, mair;
    uint64_t last_used;
    bool valid;
    A64Tlb el[2];
} A64Ctx;

/* --- State -------------------------------------------------------------- */

/* Bits of A64Cpu.attention. */
enum {
    ATT_IRQ = 1,
    ATT_FIQ = 2,
    ATT_KICK = 4,
    ATT_FLUSH = 8,
    ATT_DROP = 16,
    ATT_ALWAYS = ATT_KICK | ATT_FLUSH | ATT_DROP,
};

/* DAIF as in SPSR. */
enum { PSTATE_F = 1 << 6, PSTATE_I = 1 << 7, PSTATE_A = 1 << 8, PSTATE_D = 1 << 9 };
enum { PSTATE_IL = 1 << 20, PSTATE_SS = 1 << 21 };

typedef struct A64Timer {
    uint64_t cval;
    uint32_t ctl; /* ENABLE, IMASK */
    bool line;
} A64Timer;

struct A64Cpu {
    uint64_t x[REG_COUNT];
    /* N is the sign of nf, Z is zf == 0. */
    int64_t nf;
    uint64_t zf;
    uint8_t cf, vf;
    uint8_t el, sp_sel; /* 0 or 1 each */
    uint32_t attention; /* atomic: any thread sets bits */
    uint32_t att_mask;  /* the bits that matter now */
    A64Tlb *tlb;        /* of the current EL */
    A64Ctx *ctx;
    A64Block *block; /* being executed */
    int64_t left;    /* instruction budget */
    uint64_t tmp[2]; /* result of the slow load functions */
    uint64_t pc;     /* valid outside of blocks */
    A64Block **link_from;

    A64Vec v[32] __attribute__((aligned(64)));
    uint32_t fpcr, fpsr;

    uint32_t daif; /* PSTATE_{D,A,I,F} */
    bool il;
    uint64_t sp_bank[2]; /* SP_EL0, SP_EL1; the current one is in x[REG_SP] */
    uint64_t elr, spsr, esr, far, vbar, par;
    uint64_t sctlr, tcr, ttbr0, ttbr1, mair, amair, cpacr, contextidr;
    uint64_t actlr, afsr0, afsr1, csselr, mdscr, cntkctl;
    uint64_t tpidr_el0, tpidrro_el0, tpidr_el1;
    uint64_t osdlr, oslar;
    A64Timer timer[A64_TIMERS];

    /* Exclusive monitor: LDXR's address and what it read. */
    uint64_t excl_addr, excl_value[2];
    uint8_t excl_size; /* 0: open */

    bool powered_on, halted;
    A64Exit exit_reason;
    bool want_exit;
    uint64_t budget_start, insns;

    A64System *sys;
    A64Config config;
    unsigned index;
    uint64_t use_clock;
    uint64_t boot_pc, boot_x0;
    GHashTable *sysregs; /* key -> A64SysReg */
    GPtrArray *own_sysregs;
    A64Ctx *ctxs; /* CTX_COUNT */
};

struct A64Block {
    uint64_t pc, pa;
    uint32_t mode, n;
    A64CodePage *page;
    A64Block *link[2]; /* taken, not taken: blocks of the same page */
    A64Block *hash_next, *page_next;
    A64Op ops[];
};

enum { BLOCK_HASH_SIZE = 1 << 15, BLOCK_MAX_OPS = 64 };

struct A64System {
    A64HostOps ops;
    void *opaque;
    A64Cpu *cpu[A64_MAX_CPUS];
    unsigned n_cpus;
    A64Block *hash[BLOCK_HASH_SIZE];
    GHashTable *code_pages; /* host page -> A64CodePage */
    size_t code_bytes;
    A64CodePage *garbage;
    GMutex drop_lock;
    GPtrArray *drops; /* host pages, under drop_lock */
};

/* --- Blocks (block.c) --------------------------------------------------- */

/* The block for cpu->pc, decoded if need be; NULL: an exception was taken instead. */
A64Block *a64_find_block(A64Cpu *c);
/* A vCPU stores to [pa, pa + size) of a page that holds code. */
void a64_code_written(A64System *sys, void *host, unsigned size);
bool a64_page_has_code(A64System *sys, void *host_page);
void a64_drop_page(A64System *sys, void *host_page);
void a64_drop_all(A64System *sys);
void a64_free_garbage(A64System *sys);
void a64_block_end_op(A64Op *op, uint64_t pc);

static inline uint64_t a64_op_pc(const A64Cpu *c, const A64Op *o)
{
    return c->block->pc + (uint64_t)(o - c->block->ops) * 4;
}

static inline bool a64_attention(const A64Cpu *c)
{
    return __atomic_load_n(&c->attention, __ATOMIC_RELAXED) & c->att_mask;
}

/* Begins @b; NULL when something else has to happen first. */
static inline const A64Op *a64_enter(A64Cpu *c, A64Block *b)
{
    if (unlikely(a64_attention(c)) || unlikely(c->left < 0)) {
        c->pc = b->pc;
        return NULL;
    }
    c->left -= b->n;
    c->block = b;
    return b->ops;
}

/* Goes on at @pc, wherever that is. */
static inline const A64Op *a64_goto(A64Cpu *c, uint64_t pc)
{
    A64JumpEntry *j = &c->tlb->jump[(pc >> 2) & (JUMP_CACHE_SIZE - 1)];

    if (likely(j->pc == pc)) {
        return a64_enter(c, j->block);
    }
    c->pc = pc;
    return NULL;
}

/* Goes on at @pc, a constant of this op: @slot remembers the block. */
static inline const A64Op *a64_goto_link(A64Cpu *c, int slot, uint64_t pc)
{
    A64Block *b = c->block->link[slot];

    if (likely(b)) {
        return a64_enter(c, b);
    }
    if ((pc ^ c->block->pc) & PAGE_MASK) {
        return a64_goto(c, pc);
    }
    c->link_from = &c->block->link[slot];
    c->pc = pc;
    return NULL;
}

/* Ends the block after @o, so that changed state is looked at. */
static inline const A64Op *a64_leave(A64Cpu *c, const A64Op *o)
{
    c->pc = a64_op_pc(c, o) + 4;
    return NULL;
}

/* --- Decoding (decode.c and one function per class) --------------------- */

typedef struct A64Decode {
    A64Cpu *cpu;
    uint64_t pc;
    uint32_t mode;
    bool end; /* set by the decoder: this op ends the block */
} A64Decode;

enum { MODE_EL1 = 1, MODE_FP_OFF = 2 };

/* Fills @op; false: UNDEFINED. */
bool a64_decode(A64Decode *d, uint32_t insn, A64Op *op);
bool a64_decode_imm(A64Decode *d, uint32_t insn, A64Op *op);
bool a64_decode_reg(A64Decode *d, uint32_t insn, A64Op *op);
bool a64_decode_arith(A64Decode *d, uint32_t insn, A64Op *op);
bool a64_decode_branch(A64Decode *d, uint32_t insn, A64Op *op);
bool a64_decode_system(A64Decode *d, uint32_t insn, A64Op *op);
bool a64_decode_ldst(A64Decode *d, uint32_t insn, A64Op *op);
bool a64_decode_ldst_ex(A64Decode *d, uint32_t insn, A64Op *op);
bool a64_decode_ldst_pair(A64Decode *d, uint32_t insn, A64Op *op);
bool a64_decode_ldst_fp(A64Decode *d, uint32_t insn, A64Op *op);
bool a64_decode_ldst_vec(A64Decode *d, uint32_t insn, A64Op *op);
bool a64_decode_fp(A64Decode *d, uint32_t insn, A64Op *op);
bool a64_decode_fp_cvt(A64Decode *d, uint32_t insn, A64Op *op);
bool a64_decode_simd(A64Decode *d, uint32_t insn, A64Op *op);
/* Bitmask immediate of the logical instructions; false: reserved. */
bool a64_bitmask_imm(unsigned n, unsigned imms, unsigned immr, unsigned width,
                     uint64_t *wmask, uint64_t *tmask);

/* --- Memory (tlb.c, mmu.c) ---------------------------------------------- */

enum {
    MEM_READ = 0,
    MEM_WRITE = 1,
    MEM_ALIGNED = 2, /* must be aligned whatever SCTLR.A says */
    MEM_EL0 = 4,     /* as EL0 would */
    MEM_CACHE_OP = 8,
};

static inline void *a64_tlb_ptr(A64Tlb *t, int kind, uint64_t va, unsigned size)
{
    A64TlbEntry *e = &t->entry[kind][(va >> 12) & (TLB_SIZE - 1)];

    /* An access that leaves the page compares the next page's number: no match. */
    if (likely(((va + (size - 1)) & PAGE_MASK) == e->tag)) {
        return (void *)(uintptr_t)(va + e->addend);
    }
    return NULL;
}

/* Any size to 16; the value goes to or comes from cpu->tmp. False: exception taken. */
bool a64_load_slow(A64Cpu *c, const A64Op *o, uint64_t va, unsigned size,
                   unsigned flags);
bool a64_store_slow(A64Cpu *c, const A64Op *o, uint64_t va, unsigned size,
                    unsigned flags);
/* Checks that @size bytes could be written; false: exception taken. */
bool a64_probe_write(A64Cpu *c, const A64Op *o, uint64_t va, unsigned size,
                     unsigned flags);
/* Host address of RAM for an atomic access in one page; NULL with *fault or device. */
void *a64_ram_ptr(A64Cpu *c, const A64Op *o, uint64_t va, unsigned size, unsigned flags,
                  bool *fault);

/* The address space for the present SCTLR, TCR, TTBRs and EL. */
void a64_select_ctx(A64Cpu *c);
void a64_tlb_flush_all(A64Cpu *c);
void a64_tlb_flush_asid(A64Cpu *c, uint64_t asid);
void a64_tlb_flush_va(A64Cpu *c, uint64_t va);
void a64_tlb_flush_jumps(A64Cpu *c);
/* Write entries of the page must go the slow way from now on (or no more). */
void a64_tlb_protect(A64System *sys, void *host_page);

enum { FAULT_NONE = -1, FAULT_ALIGN = 0x21, FAULT_EXTERNAL = 0x10 };

typedef struct A64Xlate {
    uint64_t pa;  /* of the byte */
    uint8_t attr; /* MAIR byte */
    uint8_t sh, shift;
    bool device;
    int fault; /* FAULT_NONE or the fault status code */
} A64Xlate;

/* Stage 1 translation of @va for @el; @kind TLB_*. */
A64Xlate a64_translate(A64Cpu *c, uint64_t va, int kind, int el);
/* Address bits that take part in translation: without the tag where TBI is on. */
uint64_t a64_strip_tag(const A64Cpu *c, uint64_t va);
/* Translation for the instruction at cpu->pc: host page or NULL after an exception. */
void *a64_fetch_page(A64Cpu *c, uint64_t *pa);

/* --- Exceptions (exception.c) ------------------------------------------- */

enum {
    EC_UNKNOWN = 0x00,
    EC_WFX = 0x01,
    EC_FP_TRAP = 0x07,
    EC_ILLEGAL = 0x0e,
    EC_SVC = 0x15,
    EC_HVC = 0x16,
    EC_SMC = 0x17,
    EC_SYS = 0x18,
    EC_IABORT = 0x20,
    EC_PC_ALIGN = 0x22,
    EC_DABORT = 0x24,
    EC_SP_ALIGN = 0x26,
    EC_BRK = 0x3c,
};

/* Takes a synchronous exception with the return address @ret; returns NULL. */
const A64Op *a64_raise(A64Cpu *c, uint64_t ret, unsigned ec, uint32_t iss);
/* The same for the op @o as the preferred return address. */
const A64Op *a64_raise_op(A64Cpu *c, const A64Op *o, unsigned ec, uint32_t iss);
const A64Op *a64_undef(A64Cpu *c, const A64Op *o);
void a64_data_abort(A64Cpu *c, const A64Op *o, uint64_t va, int fsc, bool write,
                    unsigned flags);
/* Takes a pending unmasked interrupt, if any. */
void a64_take_interrupt(A64Cpu *c);
const A64Op *a64_eret(A64Cpu *c, const A64Op *o);
void a64_update_att_mask(A64Cpu *c);
void a64_switch_sp(A64Cpu *c, unsigned el, unsigned sp_sel);
uint32_t a64_spsr_now(const A64Cpu *c);

static inline unsigned a64_nzcv(const A64Cpu *c)
{
    return (c->nf < 0) << 3 | (c->zf == 0) << 2 | c->cf << 1 | c->vf;
}

static inline void a64_set_nzcv(A64Cpu *c, unsigned nzcv)
{
    c->nf = nzcv & 8 ? -1 : 0;
    c->zf = !(nzcv & 4);
    c->cf = nzcv >> 1 & 1;
    c->vf = nzcv & 1;
}

/* Does condition @cond (0 to 15) hold? */
static inline bool a64_cond(const A64Cpu *c, unsigned cond)
{
    bool r;

    switch (cond >> 1) {
    case 0:
        r = c->zf == 0;
        break;
    case 1:
        r = c->cf;
        break;
    case 2:
        r = c->nf < 0;
        break;
    case 3:
        r = c->vf;
        break;
    case 4:
        r = c->cf && c->zf;
        break;
    case 5:
        r = (c->nf < 0) == c->vf;
        break;
    case 6:
        r = (c->nf < 0) == c->vf && c->zf;
        break;
    default:
        return true;
    }
    return r ^ (cond & 1);
}

/* --- System registers (sysreg*.c) --------------------------------------- */

struct A64SysReg {
    const char *name;
    uint16_t key;
    uint8_t access;  /* SR_* */
    uint8_t after;   /* SR_AFTER_* */
    uint32_t offset; /* of a uint64_t in A64Cpu, if no function */
    uint64_t value;  /* constant, if neither */
    uint64_t (*read)(A64Cpu *c, const A64SysReg *r);
    void (*write)(A64Cpu *c, const A64SysReg *r, uint64_t value);
    /* False: trapped to EL1 from EL0. */
    bool (*el0_ok)(A64Cpu *c, bool write);
    const A64SysRegHook *hook;
    void *opaque;
};

enum { SR_R0 = 1, SR_W0 = 2, SR_R1 = 4, SR_W1 = 8, SR_RW1 = 12, SR_RO = 5, SR_RW = 15 };
enum { SR_AFTER_CTX = 1, SR_AFTER_LEAVE = 2 };

#define SYSREG_KEY(op0, op1, crn, crm, op2)                                            \
    ((op0) << 14 | (op1) << 11 | (crn) << 7 | (crm) << 3 | (op2))

void a64_sysregs_init(A64Cpu *c);
void a64_sysregs_free(A64Cpu *c);
const A64SysReg *a64_sysreg_find(A64Cpu *c, unsigned key);
uint64_t a64_sysreg_read(A64Cpu *c, const A64SysReg *r);
void a64_sysreg_write(A64Cpu *c, const A64SysReg *r, uint64_t value);
void a64_sysregs_add(A64Cpu *c, const A64SysReg *table, size_t n);
extern const A64SysReg a64_id_regs_a57[], a64_id_regs_max[];
void a64_add_id_regs(A64Cpu *c);
void a64_add_timer_regs(A64Cpu *c);
/* The instruction of op SYS at translation: AT. */
void a64_address_translate(A64Cpu *c, unsigned op1, unsigned op2, uint64_t va);

static inline void a64_lock(A64System *sys)
{
    if (sys->ops.lock) {
        sys->ops.lock(sys->opaque);
    }
}

static inline void a64_unlock(A64System *sys)
{
    if (sys->ops.unlock) {
        sys->ops.unlock(sys->opaque);
    }
}

/* --- Timer and power (timer.c, psci.c) ---------------------------------- */

void a64_timer_update(A64Cpu *c, int timer);
void a64_timers_reset(A64Cpu *c);
/* Handles HVC/SMC if @conduit is the PSCI one; false: not ours, UNDEFINED. */
bool a64_psci_call(A64Cpu *c, A64Conduit conduit);

/* --- Floating point (fp-*.c) -------------------------------------------- */

#include "fp.h"

/* The 8-bit immediate of FMOV. */
uint64_t a64_fp_imm8(unsigned imm8, FpFmt f);

#endif
