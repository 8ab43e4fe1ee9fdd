/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The generic timer: the counter, and the EL1 physical and virtual timers with their
 * output lines. Without EL2 there is no offset: both count the same.
 */
#include "qemu/osdep.h"
#include "internal.h"

enum { CTL_ENABLE = 1, CTL_IMASK = 2, CTL_ISTATUS = 4 };

static uint64_t now(A64Cpu *c)
{
    return c->sys->ops.counter ? c->sys->ops.counter(c->sys->opaque) : 0;
}

static bool condition_met(A64Cpu *c, const A64Timer *t)
{
    return t->ctl & CTL_ENABLE && now(c) >= t->cval;
}

void a64_timer_update(A64Cpu *c, int timer)
{
    const A64HostOps *ops = &c->sys->ops;
    A64Timer *t = &c->timer[timer];
    bool met = condition_met(c, t);
    bool line = met && !(t->ctl & CTL_IMASK);

    if (!ops->timer_line) {
        return;
    }
    if (line != t->line) {
        t->line = line;
        ops->timer_line(c->sys->opaque, c, timer, line);
    }
    ops->timer_arm(c->sys->opaque, c, timer,
                   t->ctl & CTL_ENABLE && !met ? t->cval : UINT64_MAX);
}

static void update_locked(A64Cpu *c, int timer)
{
    a64_lock(c->sys);
    a64_timer_update(c, timer);
    a64_unlock(c->sys);
}

void a64_timer_expired(A64Cpu *c, int timer)
{
    a64_timer_update(c, timer);
}

void a64_timers_reset(A64Cpu *c)
{
    for (int i = 0; i < A64_TIMERS; i++) {
        bool line = c->timer[i].line;

        c->timer[i] = (A64Timer){ .line = line };
        a64_timer_update(c, i);
    }
}

static uint64_t read_count(A64Cpu *c, const A64SysReg *r)
{
    return now(c);
}
static uint64_t read_ctl(A64Cpu *c, const A64SysReg *r)
{
    A64Timer *t = &c->timer[r->value];

    return t->ctl | (condition_met(c, t) ? CTL_ISTATUS : 0);
}
static void write_ctl(A64Cpu *c, const A64SysReg *r, uint64_t v)
{
    c->timer[r->value].ctl = v & (CTL_ENABLE | CTL_IMASK);
    update_locked(c, r->value);
}
static uint64_t read_cval(A64Cpu *c, const A64SysReg *r)
{
    return c->timer[r->value].cval;
}
static void write_cval(A64Cpu *c, const A64SysReg *r, uint64_t v)
{
    c->timer[r->value].cval = v;
    update_locked(c, r->value);
}
static uint64_t read_tval(A64Cpu *c, const A64SysReg *r)
{
    return (uint32_t)(c->timer[r->value].cval - now(c));
}
static void write_tval(A64Cpu *c, const A64SysReg *r, uint64_t v)
{
    c->timer[r->value].cval = now(c) + (uint64_t)(int64_t)(int32_t)v;
    update_locked(c, r->value);
}

/* CNTKCTL_EL1 says what EL0 may use. */
static bool count_el0_ok(A64Cpu *c, bool write)
{
    return c->cntkctl & 3;
}
static bool pct_el0_ok(A64Cpu *c, bool write)
{
    return BIT_AT(c->cntkctl, 0);
}
static bool vct_el0_ok(A64Cpu *c, bool write)
{
    return BIT_AT(c->cntkctl, 1);
}
static bool ptimer_el0_ok(A64Cpu *c, bool write)
{
    return BIT_AT(c->cntkctl, 9);
}
static bool vtimer_el0_ok(A64Cpu *c, bool write)
{
    return BIT_AT(c->cntkctl, 8);
}

#define TIMER_REG(nm, crm, op2, which, rd, wr, ok)                                     \
    {                                                                                  \
        .name = nm, .key = SYSREG_KEY(3, 3, 14, crm, op2), .access = SR_RW,            \
        .value = which, .read = rd, .write = wr, .el0_ok = ok, .after = SR_AFTER_LEAVE \
    }

void a64_add_timer_regs(A64Cpu *c)
{
    static const A64SysReg regs[] = {
        { .name = "CNTKCTL_EL1",
          .key = SYSREG_KEY(3, 0, 14, 1, 0),
          .access = SR_RW1,
          .offset = offsetof(A64Cpu, cntkctl) },
        /* The firmware's to set; without EL2 and EL3 EL1 is that. */
        { .name = "CNTFRQ_EL0",
          .key = SYSREG_KEY(3, 3, 14, 0, 0),
          .access = SR_RO | SR_W1,
          .value = A64_TIMER_HZ,
          .el0_ok = count_el0_ok },
        { .name = "CNTPCT_EL0",
          .key = SYSREG_KEY(3, 3, 14, 0, 1),
          .access = SR_RO,
          .read = read_count,
          .el0_ok = pct_el0_ok },
        { .name = "CNTVCT_EL0",
          .key = SYSREG_KEY(3, 3, 14, 0, 2),
          .access = SR_RO,
          .read = read_count,
          .el0_ok = vct_el0_ok },
        TIMER_REG("CNTP_TVAL_EL0", 2, 0, A64_TIMER_PHYS, read_tval, write_tval,
                  ptimer_el0_ok),
        TIMER_REG("CNTP_CTL_EL0", 2, 1, A64_TIMER_PHYS, read_ctl, write_ctl,
                  ptimer_el0_ok),
        TIMER_REG("CNTP_CVAL_EL0", 2, 2, A64_TIMER_PHYS, read_cval, write_cval,
                  ptimer_el0_ok),
        TIMER_REG("CNTV_TVAL_EL0", 3, 0, A64_TIMER_VIRT, read_tval, write_tval,
                  vtimer_el0_ok),
        TIMER_REG("CNTV_CTL_EL0", 3, 1, A64_TIMER_VIRT, read_ctl, write_ctl,
                  vtimer_el0_ok),
        TIMER_REG("CNTV_CVAL_EL0", 3, 2, A64_TIMER_VIRT, read_cval, write_cval,
                  vtimer_el0_ok),
    };

    a64_sysregs_add(c, regs, G_N_ELEMENTS(regs));
}
