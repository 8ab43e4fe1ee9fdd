/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The system registers by their encoding: those that are a field, those that do
 * something, and those that belong to devices.
 */
#include "qemu/osdep.h"
#include "internal.h"

#define FIELD(nm, key_, acc, field)                                                    \
    {                                                                                  \
        .name = nm, .key = SYSREG_KEY key_, .access = acc,                             \
        .offset = offsetof(A64Cpu, field)                                              \
    }
#define FIELD_THEN(nm, key_, acc, field, then)                                         \
    {                                                                                  \
        .name = nm, .key = SYSREG_KEY key_, .access = acc,                             \
        .offset = offsetof(A64Cpu, field), .after = then                               \
    }
#define FUNCS(nm, key_, acc, rd, wr, then)                                             \
    {                                                                                  \
        .name = nm, .key = SYSREG_KEY key_, .access = acc, .read = rd, .write = wr,    \
        .after = then                                                                  \
    }
#define CONST(nm, key_, acc, v)                                                        \
    {                                                                                  \
        .name = nm, .key = SYSREG_KEY key_, .access = acc, .value = v                  \
    }

static uint64_t read_nzcv(A64Cpu *c, const A64SysReg *r)
{
    return (uint64_t)a64_nzcv(c) << 28;
}
static void write_nzcv(A64Cpu *c, const A64SysReg *r, uint64_t v)
{
    a64_set_nzcv(c, v >> 28 & 15);
}
static uint64_t read_daif(A64Cpu *c, const A64SysReg *r)
{
    return c->daif;
}
static void write_daif(A64Cpu *c, const A64SysReg *r, uint64_t v)
{
    c->daif = v & (PSTATE_D | PSTATE_A | PSTATE_I | PSTATE_F);
    a64_update_att_mask(c);
}
static bool daif_el0_ok(A64Cpu *c, bool write)
{
    return BIT_AT(c->sctlr, 9);
}
static bool ctr_el0_ok(A64Cpu *c, bool write)
{
    return BIT_AT(c->sctlr, 15);
}
static uint64_t read_fpcr(A64Cpu *c, const A64SysReg *r)
{
    return c->fpcr;
}
static void write_fpcr(A64Cpu *c, const A64SysReg *r, uint64_t v)
{
    c->fpcr = v & 0x07c00000; /* AHP, DN, FZ, RMode: no traps, no FZ16 */
}
static uint64_t read_fpsr(A64Cpu *c, const A64SysReg *r)
{
    return c->fpsr;
}
static void write_fpsr(A64Cpu *c, const A64SysReg *r, uint64_t v)
{
    c->fpsr = v & 0x0800009f;
}
static uint64_t read_current_el(A64Cpu *c, const A64SysReg *r)
{
    return (uint64_t)c->el << 2;
}
static uint64_t read_spsel(A64Cpu *c, const A64SysReg *r)
{
    return c->sp_sel;
}
static void write_spsel(A64Cpu *c, const A64SysReg *r, uint64_t v)
{
    a64_switch_sp(c, c->el, v & 1);
}
static void write_spsr(A64Cpu *c, const A64SysReg *r, uint64_t v)
{
    c->spsr = (uint32_t)v;
}
static uint64_t read_spsr(A64Cpu *c, const A64SysReg *r)
{
    return c->spsr;
}
static void write_sctlr(A64Cpu *c, const A64SysReg *r, uint64_t v)
{
    /* EE and E0E stay 0: there is no big-endian data (ID_AA64MMFR0.BigEnd = 0). */
    c->sctlr = ((uint32_t)v & ~0x03000000u) | 0x30d00800;
}
static uint64_t read_sctlr(A64Cpu *c, const A64SysReg *r)
{
    return c->sctlr;
}
static void write_cpacr(A64Cpu *c, const A64SysReg *r, uint64_t v)
{
    c->cpacr = v & (3 << 20 | 1 << 28);
    a64_tlb_flush_jumps(c);
    c->link_from = NULL;
}
static uint64_t read_cpacr(A64Cpu *c, const A64SysReg *r)
{
    return c->cpacr;
}
static void write_vbar(A64Cpu *c, const A64SysReg *r, uint64_t v)
{
    c->vbar = v & ~0x7ffull;
}
static uint64_t read_vbar(A64Cpu *c, const A64SysReg *r)
{
    return c->vbar;
}
static uint64_t read_mpidr(A64Cpu *c, const A64SysReg *r)
{
    return 1ull << 31 | c->config.mp_affinity;
}
static uint64_t read_isr(A64Cpu *c, const A64SysReg *r)
{
    uint32_t att = __atomic_load_n(&c->attention, __ATOMIC_RELAXED);

    return (att & ATT_IRQ ? 1 << 7 : 0) | (att & ATT_FIQ ? 1 << 6 : 0);
}
static uint64_t read_oslsr(A64Cpu *c, const A64SysReg *r)
{
    return 8 | (c->oslar & 1) << 1;
}
/* CCSIDR: 32 KiB 2-way L1D, 48 KiB 3-way L1I, 2 MiB 16-way L2 of a Cortex-A57. */
static uint64_t read_ccsidr(A64Cpu *c, const A64SysReg *r)
{
    switch (c->csselr & 15) {
    case 0:
        return 0x701fe00a;
    case 1:
        return 0x201fe012;
    case 2:
        return 0x70ffe07a;
    default:
        return 0;
    }
}

static const A64SysReg regs[] = {
    FUNCS("NZCV", (3, 3, 4, 2, 0), SR_RW, read_nzcv, write_nzcv, 0),
    { .name = "DAIF",
      .key = SYSREG_KEY(3, 3, 4, 2, 1),
      .access = SR_RW,
      .read = read_daif,
      .write = write_daif,
      .after = SR_AFTER_LEAVE,
      .el0_ok = daif_el0_ok },
    FUNCS("FPCR", (3, 3, 4, 4, 0), SR_RW, read_fpcr, write_fpcr, 0),
    FUNCS("FPSR", (3, 3, 4, 4, 1), SR_RW, read_fpsr, write_fpsr, 0),
    FUNCS("CurrentEL", (3, 0, 4, 2, 2), SR_R1, read_current_el, NULL, 0),
    FUNCS("SPSel", (3, 0, 4, 2, 0), SR_RW1, read_spsel, write_spsel, 0),
    FUNCS("SPSR_EL1", (3, 0, 4, 0, 0), SR_RW1, read_spsr, write_spsr, 0),
    FIELD("ELR_EL1", (3, 0, 4, 0, 1), SR_RW1, elr),
    FIELD("SP_EL0", (3, 0, 4, 1, 0), SR_RW1, sp_bank[0]),
    FUNCS("SCTLR_EL1", (3, 0, 1, 0, 0), SR_RW1, read_sctlr, write_sctlr, SR_AFTER_CTX),
    FIELD("ACTLR_EL1", (3, 0, 1, 0, 1), SR_RW1, actlr),
    FUNCS("CPACR_EL1", (3, 0, 1, 0, 2), SR_RW1, read_cpacr, write_cpacr,
          SR_AFTER_LEAVE),
    FIELD_THEN("TTBR0_EL1", (3, 0, 2, 0, 0), SR_RW1, ttbr0, SR_AFTER_CTX),
    FIELD_THEN("TTBR1_EL1", (3, 0, 2, 0, 1), SR_RW1, ttbr1, SR_AFTER_CTX),
    FIELD_THEN("TCR_EL1", (3, 0, 2, 0, 2), SR_RW1, tcr, SR_AFTER_CTX),
    FIELD("AFSR0_EL1", (3, 0, 5, 1, 0), SR_RW1, afsr0),
    FIELD("AFSR1_EL1", (3, 0, 5, 1, 1), SR_RW1, afsr1),
    FIELD("ESR_EL1", (3, 0, 5, 2, 0), SR_RW1, esr),
    FIELD("FAR_EL1", (3, 0, 6, 0, 0), SR_RW1, far),
    FIELD("PAR_EL1", (3, 0, 7, 4, 0), SR_RW1, par),
    FIELD_THEN("MAIR_EL1", (3, 0, 10, 2, 0), SR_RW1, mair, SR_AFTER_CTX),
    FIELD("AMAIR_EL1", (3, 0, 10, 3, 0), SR_RW1, amair),
    FUNCS("VBAR_EL1", (3, 0, 12, 0, 0), SR_RW1, read_vbar, write_vbar, 0),
    CONST("RVBAR_EL1", (3, 0, 12, 0, 1), SR_R1, 0),
    FUNCS("ISR_EL1", (3, 0, 12, 1, 0), SR_R1, read_isr, NULL, 0),
    FIELD("CONTEXTIDR_EL1", (3, 0, 13, 0, 1), SR_RW1, contextidr),
    FIELD("TPIDR_EL1", (3, 0, 13, 0, 4), SR_RW1, tpidr_el1),
    FIELD("TPIDR_EL0", (3, 3, 13, 0, 2), SR_RW, tpidr_el0),
    FIELD("TPIDRRO_EL0", (3, 3, 13, 0, 3), SR_RW1 | SR_R0, tpidrro_el0),
    FUNCS("MPIDR_EL1", (3, 0, 0, 0, 5), SR_R1, read_mpidr, NULL, 0),
    FIELD("CSSELR_EL1", (3, 2, 0, 0, 0), SR_RW1, csselr),
    FUNCS("CCSIDR_EL1", (3, 1, 0, 0, 0), SR_R1, read_ccsidr, NULL, 0),
    CONST("CLIDR_EL1", (3, 1, 0, 0, 1), SR_R1, 0x0a200023),
    CONST("AIDR_EL1", (3, 1, 0, 0, 7), SR_R1, 0),
    { .name = "CTR_EL0",
      .key = SYSREG_KEY(3, 3, 0, 0, 1),
      .access = SR_RO,
      .value = 0x8444c004,
      .el0_ok = ctr_el0_ok },
    CONST("DCZID_EL0", (3, 3, 0, 0, 7), SR_RO, 4),
    /* Debug: the registers are there, breakpoints and watchpoints never fire. */
    FIELD("MDSCR_EL1", (2, 0, 0, 2, 2), SR_RW1, mdscr),
    CONST("MDCCINT_EL1", (2, 0, 0, 2, 0), SR_RW1, 0),
    CONST("OSDTRRX_EL1", (2, 0, 0, 0, 2), SR_RW1, 0),
    CONST("OSDTRTX_EL1", (2, 0, 0, 3, 2), SR_RW1, 0),
    CONST("OSECCR_EL1", (2, 0, 0, 6, 2), SR_RW1, 0),
    CONST("MDRAR_EL1", (2, 0, 1, 0, 0), SR_R1, 0),
    FIELD("OSLAR_EL1", (2, 0, 1, 0, 4), SR_W1, oslar),
    FUNCS("OSLSR_EL1", (2, 0, 1, 1, 4), SR_R1, read_oslsr, NULL, 0),
    FIELD("OSDLR_EL1", (2, 0, 1, 3, 4), SR_RW1, osdlr),
    CONST("DBGPRCR_EL1", (2, 0, 1, 4, 4), SR_RW1, 0),
    CONST("DBGCLAIMSET_EL1", (2, 0, 7, 8, 6), SR_RW1, 0xff),
    CONST("DBGCLAIMCLR_EL1", (2, 0, 7, 9, 6), SR_RW1, 0),
    CONST("DBGAUTHSTATUS_EL1", (2, 0, 7, 14, 6), SR_R1, 0),
    CONST("MDCCSR_EL0", (2, 3, 0, 1, 0), SR_RO, 0),
};

static void add_debug_slots(A64Cpu *c)
{
    /* DBGBVR, DBGBCR, DBGWVR, DBGWCR of the six breakpoints and four watchpoints. */
    for (unsigned n = 0; n < 6; n++) {
        for (unsigned op2 = 4; op2 < (n < 4 ? 8 : 6); op2++) {
            A64SysReg slot = CONST("DBG", (2, 0, 0, n, op2), SR_RW1, 0);

            a64_sysregs_add(c, &slot, 1);
        }
    }
}

void a64_sysregs_add(A64Cpu *c, const A64SysReg *table, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        A64SysReg *r = g_new(A64SysReg, 1);

        *r = table[i];
        g_ptr_array_add(c->own_sysregs, r);
        g_hash_table_insert(c->sysregs, GUINT_TO_POINTER(r->key), r);
    }
}

void a64_sysregs_init(A64Cpu *c)
{
    c->sysregs = g_hash_table_new(NULL, NULL);
    c->own_sysregs = g_ptr_array_new_with_free_func(g_free);
    a64_sysregs_add(c, regs, G_N_ELEMENTS(regs));
    add_debug_slots(c);
    a64_add_id_regs(c);
    a64_add_timer_regs(c);
}

void a64_sysregs_free(A64Cpu *c)
{
    g_hash_table_destroy(c->sysregs);
    g_ptr_array_free(c->own_sysregs, true);
}

void a64_add_sysregs(A64Cpu *c, const A64SysRegHook *hooks, size_t n, void *opaque)
{
    for (size_t i = 0; i < n; i++) {
        const A64SysRegHook *h = &hooks[i];
        A64SysReg r = {
            .name = h->name,
            .key = SYSREG_KEY(h->op0, h->op1, h->crn, h->crm, h->op2),
            .access = (h->read ? SR_R1 : 0) | (h->write ? SR_W1 : 0),
            .hook = h,
            .opaque = opaque,
        };

        a64_sysregs_add(c, &r, 1);
    }
    a64_drop_all(c->sys);
}

const A64SysReg *a64_sysreg_find(A64Cpu *c, unsigned key)
{
    return g_hash_table_lookup(c->sysregs, GUINT_TO_POINTER(key));
}

/* Decoded code is shared by all vCPUs, a device's registers are this one's. */
static void *own_opaque(A64Cpu *c, const A64SysReg *r)
{
    const A64SysReg *own = a64_sysreg_find(c, r->key);

    return own ? own->opaque : r->opaque;
}

uint64_t a64_sysreg_read(A64Cpu *c, const A64SysReg *r)
{
    uint64_t v;

    if (r->hook) {
        a64_lock(c->sys);
        v = r->hook->read(own_opaque(c, r));
        a64_unlock(c->sys);
        return v;
    }
    if (r->read) {
        return r->read(c, r);
    }
    return r->offset ? *(uint64_t *)((char *)c + r->offset) : r->value;
}

void a64_sysreg_write(A64Cpu *c, const A64SysReg *r, uint64_t value)
{
    if (r->hook) {
        a64_lock(c->sys);
        r->hook->write(own_opaque(c, r), value);
        a64_unlock(c->sys);
    } else if (r->write) {
        r->write(c, r, value);
    } else if (r->offset) {
        *(uint64_t *)((char *)c + r->offset) = value;
    }
    if (r->after == SR_AFTER_CTX) {
        a64_select_ctx(c);
    }
}
