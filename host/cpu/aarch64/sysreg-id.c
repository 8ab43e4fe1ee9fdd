/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The identification registers: what this processor claims to be, and nothing that it
 * is not. EL2, EL3, AArch32, the crypto instructions, LSE, PMU and big endian are
 * absent.
 */
#include "qemu/osdep.h"
#include "internal.h"

typedef struct IdReg {
    uint8_t crm, op2;
    uint64_t value[2]; /* A64_CORTEX_A57, A64_MAX */
} IdReg;

static const IdReg ids[] = {
    { 0, 0, { 0x411fd070, 0x000f0510 } }, /* MIDR_EL1 */
    { 0, 6, { 0, 0 } },                   /* REVIDR_EL1 */
    { 4, 0, { 0x0011, 0x0011 } }, /* ID_AA64PFR0: EL0, EL1 in AArch64; FP, SIMD */
    { 5, 0, { 0x10305006, 0x10305006 } }, /* ID_AA64DFR0: v8 debug, no PMU */
    { 6, 0, { 0x10000, 0x10000 } },       /* ID_AA64ISAR0: CRC32 */
    { 7, 0, { 0x1024, 0x101024 } },       /* ID_AA64MMFR0: 44 bits, ASID 16, granules */
};

/* Unnamed identification registers of this space read as zero. */
void a64_add_id_regs(A64Cpu *c)
{
    for (unsigned crm = 1; crm < 8; crm++) {
        for (unsigned op2 = 0; op2 < 8; op2++) {
            A64SysReg zero = { .name = "ID",
                               .key = SYSREG_KEY(3, 0, 0, crm, op2),
                               .access = SR_R1 };

            a64_sysregs_add(c, &zero, 1);
        }
    }
    for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
        A64SysReg r = { .name = "ID",
                        .access = SR_R1,
                        .key = SYSREG_KEY(3, 0, 0, ids[i].crm, ids[i].op2),
                        .value = ids[i].value[c->config.model] };

        a64_sysregs_add(c, &r, 1);
    }
}
