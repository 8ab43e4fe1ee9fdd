/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a word of distributor registers does. */
#include "qemu/osdep.h"
#include "host/intc/gic_bank.h"

static uint32_t read_at(const GicBank *b, unsigned offset)
{
    GicBankReg reg;

    g_assert_true(gic_bank_decode(offset, &reg));
    return gic_bank_read(b, reg);
}

static void write_at(GicBank *b, unsigned offset, uint32_t value, unsigned lanes)
{
    GicBankReg reg;

    g_assert_true(gic_bank_decode(offset, &reg));
    gic_bank_write(b, reg, value, lanes);
}

static void test_decode(void)
{
    GicBankReg reg;

    g_assert_true(gic_bank_decode(GIC_ISENABLER + 8, &reg));
    g_assert_cmpuint(reg.array, ==, GIC_ISENABLER);
    g_assert_cmpuint(reg.index, ==, 2);
    g_assert_true(gic_bank_decode(GIC_IPRIORITYR + 32 + 12, &reg));
    g_assert_cmpuint(reg.index, ==, 1);
    g_assert_cmpuint(reg.part, ==, 3);
    g_assert_true(gic_bank_decode(GIC_ICFGR + 12, &reg));
    g_assert_cmpuint(reg.index, ==, 1);
    g_assert_cmpuint(reg.part, ==, 1);
    g_assert_false(gic_bank_decode(0, &reg));
    g_assert_false(gic_bank_decode(GIC_ITARGETSR, &reg));
    g_assert_false(gic_bank_decode(GIC_ICFGR_END, &reg));
}

static void test_set_clear(void)
{
    static const unsigned pair[][2] = { { GIC_ISENABLER, GIC_ICENABLER },
                                        { GIC_ISPENDR, GIC_ICPENDR },
                                        { GIC_ISACTIVER, GIC_ICACTIVER } };

    for (size_t i = 0; i < G_N_ELEMENTS(pair); i++) {
        GicBank b = { 0 };

        write_at(&b, pair[i][0], 0x80000011, 0xf);
        write_at(&b, pair[i][0], 0x00000100, 0xf);
        write_at(&b, pair[i][1], 0x00000001, 0xf);
        g_assert_cmphex(read_at(&b, pair[i][0]), ==, 0x80000110);
        g_assert_cmphex(read_at(&b, pair[i][1]), ==, 0x80000110);
        /* Other bytes of the value do not count. */
        write_at(&b, pair[i][1], 0xffffffff, 0x8);
        g_assert_cmphex(read_at(&b, pair[i][0]), ==, 0x00000110);
    }
}

static void test_level(void)
{
    GicBank b = { .enabled = UINT32_MAX };

    gic_bank_set_line(&b, 3, true);
    g_assert_cmphex(gic_bank_candidates(&b), ==, 1 << 3);
    gic_bank_acknowledge(&b, 3);
    g_assert_cmphex(gic_bank_candidates(&b), ==, 0);
    /* The line is still up when the interrupt ends: it is pending again. */
    write_at(&b, GIC_ICACTIVER, 1 << 3, 0xf);
    g_assert_cmphex(gic_bank_candidates(&b), ==, 1 << 3);
    gic_bank_set_line(&b, 3, false);
    g_assert_cmphex(gic_bank_candidates(&b), ==, 0);
}

static void test_edge(void)
{
    GicBank b = { .enabled = UINT32_MAX };

    write_at(&b, GIC_ICFGR, 2 << (2 * 5), 0xf);
    g_assert_cmphex(read_at(&b, GIC_ICFGR), ==, 2 << (2 * 5));
    gic_bank_set_line(&b, 5, true);
    gic_bank_set_line(&b, 5, false);
    g_assert_cmphex(gic_bank_candidates(&b), ==, 1 << 5);
    gic_bank_acknowledge(&b, 5);
    write_at(&b, GIC_ICACTIVER, 1 << 5, 0xf);
    g_assert_cmphex(gic_bank_pending(&b), ==, 0);
    /* An edge while active is kept for later. */
    gic_bank_acknowledge(&b, 5);
    gic_bank_set_line(&b, 5, true);
    g_assert_cmphex(gic_bank_candidates(&b), ==, 0);
    write_at(&b, GIC_ICACTIVER, 1 << 5, 0xf);
    g_assert_cmphex(gic_bank_candidates(&b), ==, 1 << 5);
}

static void test_priority(void)
{
    GicBank b = { .enabled = UINT32_MAX };
    unsigned priority = GIC_PRIO_IDLE;

    write_at(&b, GIC_IPRIORITYR + 4, 0xff60a0a0, 0xf);
    g_assert_cmphex(read_at(&b, GIC_IPRIORITYR + 4), ==, 0xf860a0a0);
    gic_bank_set_line(&b, 4, true);
    gic_bank_set_line(&b, 5, true);
    g_assert_cmpint(gic_bank_best(&b, UINT32_MAX, &priority), ==, 4);
    g_assert_cmphex(priority, ==, 0xa0);
    gic_bank_set_line(&b, 6, true);
    g_assert_cmpint(gic_bank_best(&b, UINT32_MAX, &priority), ==, 6);
    g_assert_cmphex(priority, ==, 0x60);
    /* Not better than what is known already, not in the mask. */
    g_assert_cmpint(gic_bank_best(&b, UINT32_MAX, &priority), ==, -1);
    priority = GIC_PRIO_IDLE;
    g_assert_cmpint(gic_bank_best(&b, ~(1u << 6), &priority), ==, 4);
    /* One byte alone. */
    write_at(&b, GIC_IPRIORITYR + 4, 0x00000000, 0x2);
    g_assert_cmphex(read_at(&b, GIC_IPRIORITYR + 4), ==, 0xf86000a0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/gic-bank/decode", test_decode);
    g_test_add_func("/gic-bank/set-and-clear", test_set_clear);
    g_test_add_func("/gic-bank/level", test_level);
    g_test_add_func("/gic-bank/edge", test_edge);
    g_test_add_func("/gic-bank/priority", test_priority);
    return g_test_run();
}
