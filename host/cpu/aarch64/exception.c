/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exceptions: entry to EL1, return by ERET, and what an interrupt needs.
 */
#include "qemu/osdep.h"
#include "internal.h"

enum { VECTOR_SYNC = 0, VECTOR_IRQ = 0x80, VECTOR_FIQ = 0x100 };

uint32_t a64_spsr_now(const A64Cpu *c)
{
    return a64_nzcv(c) << 28 | (c->il ? PSTATE_IL : 0) | c->daif |
           (uint32_t)c->el << 2 | c->sp_sel;
}

void a64_switch_sp(A64Cpu *c, unsigned el, unsigned sp_sel)
{
    c->sp_bank[c->el && c->sp_sel] = c->x[REG_SP];
    c->el = el;
    c->sp_sel = sp_sel;
    c->x[REG_SP] = c->sp_bank[el && sp_sel];
}

void a64_update_att_mask(A64Cpu *c)
{
    c->att_mask = ATT_ALWAYS | (c->daif & PSTATE_I ? 0 : ATT_IRQ) |
                  (c->daif & PSTATE_F ? 0 : ATT_FIQ);
}

static void enter_el1(A64Cpu *c, uint64_t ret, unsigned vector)
{
    unsigned from = c->el == 0 ? 0x400 : c->sp_sel ? 0x200 : 0;

    c->spsr = a64_spsr_now(c);
    c->elr = ret;
    a64_switch_sp(c, 1, 1);
    c->daif = PSTATE_D | PSTATE_A | PSTATE_I | PSTATE_F;
    c->il = false;
    c->tlb = &c->ctx->el[1];
    c->excl_size = 0;
    c->link_from = NULL;
    c->pc = c->vbar + from + vector;
    a64_update_att_mask(c);
}

const A64Op *a64_raise(A64Cpu *c, uint64_t ret, unsigned ec, uint32_t iss)
{
    /* Aborts and alignment faults have a second code for "from the same level". */
    if (c->el == 1 && (ec == EC_IABORT || ec == EC_DABORT)) {
        ec++;
    }
    c->esr = (uint64_t)ec << 26 | (ec == EC_UNKNOWN || 1) << 25 | iss;
    if (c->config.user_only) {
        c->pc = ret;
        c->want_exit = true;
        c->exit_reason = A64_EXIT_TRAP;
        c->excl_size = 0;
        c->link_from = NULL;
        return NULL;
    }
    enter_el1(c, ret, VECTOR_SYNC);
    return NULL;
}

const A64Op *a64_raise_op(A64Cpu *c, const A64Op *o, unsigned ec, uint32_t iss)
{
    c->left += c->block->n - (o - c->block->ops);
    return a64_raise(c, a64_op_pc(c, o), ec, iss);
}

const A64Op *a64_undef(A64Cpu *c, const A64Op *o)
{
    return a64_raise_op(c, o, EC_UNKNOWN, 0);
}

void a64_data_abort(A64Cpu *c, const A64Op *o, uint64_t va, int fsc, bool write,
                    unsigned flags)
{
    c->far = va;
    a64_raise_op(c, o, EC_DABORT,
                 fsc | (write ? 1 << 6 : 0) | (flags & MEM_CACHE_OP ? 1 << 8 : 0));
}

void a64_take_interrupt(A64Cpu *c)
{
    uint32_t att = __atomic_load_n(&c->attention, __ATOMIC_ACQUIRE) & c->att_mask;

    if (att & ATT_FIQ) {
        enter_el1(c, c->pc, VECTOR_FIQ);
    } else if (att & ATT_IRQ) {
        enter_el1(c, c->pc, VECTOR_IRQ);
    }
}

/* A return to EL1 or EL0 in AArch64 is the only legal one here. */
static bool legal_return(uint32_t spsr)
{
    unsigned el = BITS(spsr, 2, 2);

    return !(spsr & 0x12) && (el == 0 ? !(spsr & 1) : el == 1);
}

const A64Op *a64_eret(A64Cpu *c, const A64Op *o)
{
    uint32_t spsr = c->spsr;

    c->excl_size = 0;
    c->pc = c->elr;
    a64_set_nzcv(c, spsr >> 28);
    c->daif = spsr & (PSTATE_D | PSTATE_A | PSTATE_I | PSTATE_F);
    if (legal_return(spsr)) {
        c->il = spsr & PSTATE_IL;
        a64_switch_sp(c, BITS(spsr, 2, 2), spsr & 1);
    } else {
        c->il = true;
    }
    a64_update_att_mask(c);
    c->tlb = &c->ctx->el[c->el];
    if (c->il || a64_attention(c)) {
        return NULL;
    }
    return a64_goto(c, c->pc);
}
