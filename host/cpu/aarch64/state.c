/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading and writing a stopped vCPU's registers, for tests, dumps and loaders.
 */
#include "qemu/osdep.h"
#include "internal.h"

uint64_t a64_get_reg(const A64Cpu *c, unsigned n)
{
    return c->x[n == 31 ? REG_SP : n];
}

void a64_set_reg(A64Cpu *c, unsigned n, uint64_t value)
{
    c->x[n == 31 ? REG_SP : n] = value;
}

uint64_t a64_get_pc(const A64Cpu *c)
{
    return c->pc;
}

void a64_get_vreg(const A64Cpu *c, unsigned n, uint64_t value[2])
{
    value[0] = c->v[n].d[0];
    value[1] = c->v[n].d[1];
}

void a64_set_vreg(A64Cpu *c, unsigned n, const uint64_t value[2])
{
    c->v[n].d[0] = value[0];
    c->v[n].d[1] = value[1];
}

uint32_t a64_get_pstate(const A64Cpu *c)
{
    return a64_spsr_now(c);
}

void a64_set_pstate(A64Cpu *c, uint32_t value)
{
    a64_set_nzcv(c, value >> 28);
    c->daif = value & (PSTATE_D | PSTATE_A | PSTATE_I | PSTATE_F);
    a64_switch_sp(c, value >> 2 & 1, value & 1);
    a64_select_ctx(c);
    a64_update_att_mask(c);
}

bool a64_get_sysreg(A64Cpu *c, unsigned op0, unsigned op1, unsigned crn, unsigned crm,
                    unsigned op2, uint64_t *value)
{
    const A64SysReg *r = a64_sysreg_find(c, SYSREG_KEY(op0, op1, crn, crm, op2));

    if (!r || !(r->access & SR_R1)) {
        return false;
    }
    *value = a64_sysreg_read(c, r);
    return true;
}

bool a64_set_sysreg(A64Cpu *c, unsigned op0, unsigned op1, unsigned crn, unsigned crm,
                    unsigned op2, uint64_t value)
{
    const A64SysReg *r = a64_sysreg_find(c, SYSREG_KEY(op0, op1, crn, crm, op2));

    if (!r || !(r->access & SR_W1)) {
        return false;
    }
    a64_sysreg_write(c, r, value);
    return true;
}

void a64_last_trap(const A64Cpu *c, uint64_t *esr, uint64_t *far)
{
    *esr = c->esr;
    *far = c->far;
}
