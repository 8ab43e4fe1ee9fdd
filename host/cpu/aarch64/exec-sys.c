/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The system instructions: exception generation, hints, barriers, PSTATE, MRS and MSR,
 * cache and TLB maintenance. A handler that changes what later instructions see ends
 * its block.
 */
#include "qemu/osdep.h"
#include "internal.h"

#define X(r) c->x[o->r]

enum {
    SCTLR_UMA = 9,
    SCTLR_DZE = 14,
    SCTLR_NTWI = 16,
    SCTLR_NTWE = 18,
    SCTLR_UCI = 26
};

static bool el0_needs(const A64Cpu *c, unsigned sctlr_bit)
{
    return c->el == 0 && !c->config.user_only && !BIT_AT(c->sctlr, sctlr_bit);
}

/* --- Exception generation ------------------------------------------------ */

OP(op_svc)
{
    c->left += c->block->n - (o - c->block->ops) - 1;
    return a64_raise(c, a64_op_pc(c, o) + 4, EC_SVC, o->aux);
}
OP(op_brk)
{
    return a64_raise_op(c, o, EC_BRK, o->aux);
}
OP(op_psci) /* aux: the conduit */
{
    if (c->el == 0 || !a64_psci_call(c, o->aux)) {
        return a64_undef(c, o);
    }
    return a64_leave(c, o);
}

static bool decode_exception(A64Decode *d, uint32_t insn, A64Op *op)
{
    bool call = BITS(insn, 21, 3) == 0 && BITS(insn, 2, 3) == 0;

    op->aux = BITS(insn, 5, 16);
    if (BITS(insn, 21, 3) == 1 && BITS(insn, 0, 5) == 0) {
        op->fn = op_brk;
        return true;
    }
    if (!call) {
        return false;
    }
    switch (insn & 3) {
    case 1:
        op->fn = op_svc;
        return true;
    case 2:
        op->aux = A64_PSCI_HVC;
        op->fn = op_psci;
        return d->cpu->config.psci_conduit == A64_PSCI_HVC;
    case 3:
        op->aux = A64_PSCI_SMC;
        op->fn = op_psci;
        return d->cpu->config.psci_conduit == A64_PSCI_SMC;
    default:
        return false;
    }
}

/* --- Hints and barriers -------------------------------------------------- */

OP(op_nop)
{
    NEXT;
}
OP(op_isb)
{
    return a64_leave(c, o);
}
OP(op_clrex)
{
    c->excl_size = 0;
    NEXT;
}

static const A64Op *stop_running(A64Cpu *c, const A64Op *o, A64Exit why)
{
    c->want_exit = true;
    c->exit_reason = why;
    return a64_leave(c, o);
}

OP(op_yield)
{
    return stop_running(c, o, A64_EXIT_YIELD);
}
OP(op_wfe) /* another vCPU's turn: it may be the one that sends the event */
{
    if (el0_needs(c, SCTLR_NTWE)) {
        return a64_raise_op(c, o, EC_WFX, 0x1e << 20 | 1);
    }
    return stop_running(c, o, A64_EXIT_YIELD);
}
OP(op_wfi)
{
    if (el0_needs(c, SCTLR_NTWI)) {
        return a64_raise_op(c, o, EC_WFX, 0x1e << 20);
    }
    c->halted = true;
    if (a64_has_work(c)) {
        c->halted = false;
        return a64_leave(c, o);
    }
    return stop_running(c, o, A64_EXIT_WAIT);
}

static bool decode_hint(A64Decode *d, uint32_t insn, A64Op *op)
{
    op->fn = op_nop;
    switch (BITS(insn, 5, 7)) {
    case 1:
        op->fn = op_yield;
        d->end = true;
        break;
    case 2:
        op->fn = op_wfe;
        d->end = true;
        break;
    case 3:
        op->fn = op_wfi;
        d->end = true;
        break;
    default:
        break;
    }
    return true;
}

static bool decode_barrier(A64Decode *d, uint32_t insn, A64Op *op)
{
    switch (BITS(insn, 5, 3)) {
    case 2:
        op->fn = op_clrex;
        return true;
    case 4:
    case 5:
        op->fn = op_nop;
        return true;
    case 6:
        op->fn = op_isb;
        d->end = true;
        return true;
    default:
        return false;
    }
}

/* --- PSTATE --------------------------------------------------------------- */

static uint32_t trap_iss(uint32_t insn)
{
    return BITS(insn, 19, 2) << 20 | BITS(insn, 5, 3) << 17 | BITS(insn, 16, 3) << 14 |
           BITS(insn, 12, 4) << 10 | BITS(insn, 0, 5) << 5 | BITS(insn, 8, 4) << 1 |
           BIT_AT(insn, 21);
}

OP(op_daif_imm) /* imm: bits; rd: 1 set, 0 clear */
{
    if (el0_needs(c, SCTLR_UMA)) {
        return a64_raise_op(c, o, EC_SYS, trap_iss(o->aux));
    }
    c->daif = o->rd ? c->daif | o->imm : c->daif & ~o->imm;
    a64_update_att_mask(c);
    return a64_leave(c, o);
}
OP(op_daif_set) /* EL1, only masks more: nothing to look at afterwards */
{
    c->daif |= o->imm;
    a64_update_att_mask(c);
    NEXT;
}
OP(op_spsel)
{
    a64_switch_sp(c, c->el, o->imm);
    NEXT;
}

static bool decode_pstate(A64Decode *d, uint32_t insn, A64Op *op)
{
    unsigned which = BITS(insn, 16, 3) << 3 | BITS(insn, 5, 3);

    op->aux = insn;
    op->imm = BITS(insn, 8, 4);
    if (BITS(insn, 0, 5) != 31) {
        return false;
    }
    switch (which) {
    case 0 << 3 | 5:
        op->imm &= 1;
        op->fn = op_spsel;
        return d->mode & MODE_EL1;
    case 3 << 3 | 6:
    case 3 << 3 | 7:
        op->imm <<= 6;
        op->rd = which == (3 << 3 | 6);
        op->fn = op_daif_imm;
        if (op->rd && d->mode & MODE_EL1) {
            op->fn = op_daif_set;
        } else {
            d->end = true;
        }
        return true;
    default:
        return false;
    }
}

/* --- MRS and MSR ----------------------------------------------------------- */

static bool allowed(A64Cpu *c, const A64SysReg *r, bool write)
{
    return c->el == 1 || c->config.user_only || !r->el0_ok || r->el0_ok(c, write);
}

OP(op_mrs_field)
{
    X(rd) = *(uint64_t *)((char *)c + o->imm);
    NEXT;
}
OP(op_mrs)
{
    const A64SysReg *r = (const A64SysReg *)(uintptr_t)o->imm;

    if (!allowed(c, r, false)) {
        return a64_raise_op(c, o, EC_SYS, trap_iss(o->aux));
    }
    X(rd) = a64_sysreg_read(c, r);
    NEXT;
}
OP(op_msr)
{
    const A64SysReg *r = (const A64SysReg *)(uintptr_t)o->imm;

    if (!allowed(c, r, true)) {
        return a64_raise_op(c, o, EC_SYS, trap_iss(o->aux));
    }
    a64_sysreg_write(c, r, X(rn));
    if (r->after) {
        return a64_leave(c, o);
    }
    NEXT;
}
/*
 * A device's register is another one for each vCPU, while blocks are shared: imm is the
 * encoding, looked up when executed.
 */
OP(op_mrs_hook)
{
    const A64SysReg *r = a64_sysreg_find(c, o->imm);

    if (!r || !(r->access & SR_R1)) {
        return a64_undef(c, o);
    }
    X(rd) = a64_sysreg_read(c, r);
    NEXT;
}
OP(op_msr_hook)
{
    const A64SysReg *r = a64_sysreg_find(c, o->imm);

    if (!r || !(r->access & SR_W1)) {
        return a64_undef(c, o);
    }
    a64_sysreg_write(c, r, X(rn));
    return a64_leave(c, o);
}
/* SP_EL0 cannot be named while it is the current stack pointer. */
OP(op_mrs_sp_el0)
{
    if (!c->sp_sel) {
        return a64_undef(c, o);
    }
    X(rd) = c->sp_bank[0];
    NEXT;
}
OP(op_msr_sp_el0)
{
    if (!c->sp_sel) {
        return a64_undef(c, o);
    }
    c->sp_bank[0] = X(rn);
    NEXT;
}

static bool decode_sysreg(A64Decode *d, uint32_t insn, A64Op *op)
{
    bool read = BIT_AT(insn, 21), el1 = d->mode & MODE_EL1;
    unsigned key = BITS(insn, 5, 16);
    const A64SysReg *r = a64_sysreg_find(d->cpu, key);
    unsigned need = read ? (el1 ? SR_R1 : SR_R0) : (el1 ? SR_W1 : SR_W0);

    op->rd = reg_dst(insn & 31);
    op->rn = insn & 31;
    op->aux = insn;
    if (key == SYSREG_KEY(3, 0, 4, 1, 0) && el1) {
        op->fn = read ? op_mrs_sp_el0 : op_msr_sp_el0;
        return true;
    }
    if (!r || !(r->access & need)) {
        return false;
    }
    op->imm = (uintptr_t)r;
    op->fn = read ? op_mrs : op_msr;
    if (r->hook) {
        op->imm = key;
        op->fn = read ? op_mrs_hook : op_msr_hook;
        d->end = !read;
        return true;
    }
    if (read && r->offset && !r->read && !r->el0_ok) {
        op->imm = r->offset;
        op->fn = op_mrs_field;
    }
    d->end = !read && r->after;
    return true;
}

/* --- SYS: caches, translation, TLB ------------------------------------------ */

OP(op_cache_va)
{
    uint64_t va = X(rn);
    A64Xlate x;

    if (el0_needs(c, SCTLR_UCI)) {
        return a64_raise_op(c, o, EC_SYS, trap_iss(o->aux));
    }
    x = a64_translate(c, a64_strip_tag(c, va), TLB_READ, c->el);
    if (x.fault != FAULT_NONE) {
        a64_data_abort(c, o, va, x.fault, true, MEM_CACHE_OP);
        return NULL;
    }
    NEXT;
}
OP(op_dc_zva)
{
    uint64_t va = X(rn) & ~63ull;
    void *p = a64_tlb_ptr(c->tlb, TLB_WRITE, va, 64);

    if (el0_needs(c, SCTLR_DZE)) {
        return a64_raise_op(c, o, EC_SYS, trap_iss(o->aux));
    }
    if (likely(p)) {
        memset(p, 0, 64);
        NEXT;
    }
    for (unsigned i = 0; i < 64; i += 8) {
        c->tmp[0] = 0;
        if (!a64_store_slow(c, o, va + i, 8, 0)) {
            return NULL;
        }
    }
    NEXT;
}
OP(op_at)
{
    a64_address_translate(c, BITS(o->aux, 16, 3), BITS(o->aux, 5, 3), X(rn));
    NEXT;
}

static void tlbi_one(A64Cpu *c, unsigned op2, uint64_t arg)
{
    switch (op2) {
    case 0:
        a64_tlb_flush_all(c);
        break;
    case 2:
        a64_tlb_flush_asid(c, arg >> 48);
        break;
    default:
        /* VA[55:12], whatever the ASID: more may go than was asked for. */
        a64_tlb_flush_va(c, (uint64_t)((int64_t)(arg << 20) >> 8));
        break;
    }
}
OP(op_tlbi) /* rd: all vCPUs */
{
    unsigned op2 = BITS(o->aux, 5, 3);
    uint64_t arg = X(rn);

    if (!o->rd) {
        tlbi_one(c, op2, arg);
        return a64_leave(c, o);
    }
    for (unsigned i = 0; i < c->sys->n_cpus; i++) {
        tlbi_one(c->sys->cpu[i], op2, arg);
    }
    return a64_leave(c, o);
}

static bool decode_sys(A64Decode *d, uint32_t insn, A64Op *op)
{
    bool el1 = d->mode & MODE_EL1;

    op->rn = insn & 31;
    op->aux = insn;
    if (BIT_AT(insn, 21)) {
        return false; /* SYSL: none */
    }
    switch (BITS(insn, 5, 14)) {
    case SYSREG_KEY(0, 0, 7, 1, 0):
    case SYSREG_KEY(0, 0, 7, 5, 0):
        op->fn = op_isb;
        d->end = true;
        return el1;
    case SYSREG_KEY(0, 0, 7, 6, 2):
    case SYSREG_KEY(0, 0, 7, 10, 2):
    case SYSREG_KEY(0, 0, 7, 14, 2):
        op->fn = op_nop;
        return el1;
    case SYSREG_KEY(0, 0, 7, 6, 1):
        op->fn = op_cache_va;
        return el1;
    case SYSREG_KEY(0, 3, 7, 5, 1):
    case SYSREG_KEY(0, 3, 7, 10, 1):
    case SYSREG_KEY(0, 3, 7, 11, 1):
    case SYSREG_KEY(0, 3, 7, 14, 1):
        op->fn = op_cache_va;
        return true;
    case SYSREG_KEY(0, 3, 7, 4, 1):
        op->fn = op_dc_zva;
        return true;
    case SYSREG_KEY(0, 0, 7, 8, 0):
    case SYSREG_KEY(0, 0, 7, 8, 1):
    case SYSREG_KEY(0, 0, 7, 8, 2):
    case SYSREG_KEY(0, 0, 7, 8, 3):
        op->fn = op_at;
        return el1;
    default:
        break;
    }
    /* TLBI: CRm 3 inner shareable, 7 this vCPU; op2 0, 1, 2, 3, 5, 7 */
    op->rd = BITS(insn, 8, 4) == 3;
    op->fn = op_tlbi;
    d->end = true;
    return el1 && BITS(insn, 12, 7) == 8 && BITS(insn, 8, 4) % 4 == 3 &&
           BITS(insn, 8, 4) < 8 && 0xaf >> BITS(insn, 5, 3) & 1;
}

bool a64_decode_system(A64Decode *d, uint32_t insn, A64Op *op)
{
    d->end = false;
    if (insn >> 24 == 0xd4) {
        d->end = true;
        return decode_exception(d, insn, op);
    }
    if (insn >> 22 != 0xd5 << 2) {
        return false;
    }
    switch (BITS(insn, 19, 2)) {
    case 0:
        if (BIT_AT(insn, 21)) {
            return false;
        }
        if (BITS(insn, 12, 4) == 4) {
            return decode_pstate(d, insn, op);
        }
        if (BITS(insn, 0, 5) != 31 || BITS(insn, 16, 3) != 3) {
            return false;
        }
        if (BITS(insn, 12, 4) == 2) {
            return decode_hint(d, insn, op);
        }
        return BITS(insn, 12, 4) == 3 && decode_barrier(d, insn, op);
    case 1:
        return decode_sys(d, insn, op);
    default:
        return decode_sysreg(d, insn, op);
    }
}
