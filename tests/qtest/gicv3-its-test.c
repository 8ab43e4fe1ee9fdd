/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ITS by its registers and tables. What became pending is read where the
 * architecture puts it when LPIs are turned off: in the pending table.
 */
#include "qemu/osdep.h"
#include "libqos/libqtest.h"

#define ITS        0x08080000
#define TRANSLATER (ITS + 0x10040)
#define GICR       0x080a0000
#define QUEUE      0x40010000 /* tables and queue, each in 64 KiB of its own */
#define DEVICES    0x40020000
#define COLLECTS   0x40030000
#define ITT        0x40040000
#define CONFIG     0x40050000
#define PENDING    0x40060000 /* of CPU n: + n * 64 KiB */
#define VALID      (1ull << 63)

enum {
    MOVI = 1,
    INT = 3,
    CLEAR,
    SYNC,
    MAPD = 8,
    MAPC,
    MAPTI,
    MAPI,
    INV,
    INVALL,
    MOVALL,
    DISCARD
};

typedef struct Its {
    QTestState *s;
    unsigned head; /* of the command queue, in bytes */
} Its;

static void lpis(QTestState *s, unsigned cpu, bool on)
{
    qtest_writel(s, GICR + cpu * 0x20000, on);
}

static Its start(void)
{
    Its its = { .s = qtest_init("-machine virt,gic-version=3 -smp 2 -m 64") };

    qtest_memset(its.s, CONFIG, 0xa1, 0x2000);
    for (unsigned cpu = 0; cpu < 2; cpu++) {
        qtest_writeq(its.s, GICR + cpu * 0x20000 + 0x70, CONFIG | 13);
        qtest_writeq(its.s, GICR + cpu * 0x20000 + 0x78, PENDING + cpu * 0x10000);
        lpis(its.s, cpu, true);
    }
    qtest_writeq(its.s, ITS + 0x100, VALID | DEVICES); /* one page of 4 KiB: 512 */
    qtest_writeq(its.s, ITS + 0x108, VALID | COLLECTS);
    qtest_writeq(its.s, ITS + 0x80, VALID | QUEUE);
    qtest_writel(its.s, ITS, 1);
    return its;
}

static void command(Its *its, uint64_t w0, uint64_t w1, uint64_t w2, uint64_t w3)
{
    uint64_t words[] = { w0, w1, w2, w3 };

    for (int i = 0; i < 4; i++) {
        qtest_writeq(its->s, QUEUE + its->head + 8 * i, words[i]);
    }
    its->head = (its->head + 32) % 4096;
    qtest_writeq(its->s, ITS + 0x88, its->head);
    g_assert_cmphex(qtest_readq(its->s, ITS + 0x90), ==, its->head);
}

/* Device 0 with 32 events, collection @n at CPU @n, event 3 is LPI 8197 at CPU 0. */
static Its start_mapped(void)
{
    Its its = start();

    command(&its, MAPD, 4, VALID | ITT, 0);
    command(&its, MAPC, 0, VALID | 0 << 16 | 0, 0);
    command(&its, MAPC, 0, VALID | 1 << 16 | 1, 0);
    command(&its, MAPTI, 8197ull << 32 | 3, 0, 0);
    return its;
}

/* Is @lpi pending at @cpu? Ends the use of LPIs there. */
static bool was_pending(Its *its, unsigned cpu, unsigned lpi)
{
    lpis(its->s, cpu, false);
    return qtest_readb(its->s, PENDING + cpu * 0x10000 + lpi / 8) >> (lpi % 8) & 1;
}

static void test_registers(void)
{
    Its its = start();

    g_assert_cmphex(qtest_readq(its.s, ITS + 0x100) >> 48 & 0x707, ==, 0x107);
    g_assert_cmphex(qtest_readq(its.s, ITS + 0x108) >> 48 & 0x707, ==, 0x407);
    g_assert_cmphex(qtest_readq(its.s, ITS + 0x110), ==, 0);
    g_assert_cmphex(qtest_readl(its.s, ITS + 0xffe8), ==, 0x3b);
    /* Where tables are does not change while it runs. */
    qtest_writeq(its.s, ITS + 0x100, 0);
    g_assert_cmphex(qtest_readq(its.s, ITS + 0x100) & 0xfffff000, ==, DEVICES);
    qtest_quit(its.s);
}

static void test_msi(void)
{
    Its its = start_mapped();

    qtest_writel(its.s, TRANSLATER, 3);
    g_assert_true(was_pending(&its, 0, 8197));
    g_assert_false(was_pending(&its, 1, 8197));
    qtest_quit(its.s);
}

static void test_unmapped(void)
{
    Its its = start_mapped();

    qtest_writel(its.s, TRANSLATER, 4);  /* an event nobody mapped */
    qtest_writel(its.s, TRANSLATER, 32); /* beyond the device's table */
    qtest_writel(its.s, TRANSLATER, UINT32_MAX);
    command(&its, MAPD, 4, ITT, 0); /* not valid: the device is gone */
    qtest_writel(its.s, TRANSLATER, 3);
    g_assert_false(was_pending(&its, 0, 8197));
    qtest_quit(its.s);
}

static void test_int_clear(void)
{
    Its its = start_mapped();

    command(&its, INT, 3, 0, 0);
    command(&its, CLEAR, 3, 0, 0);
    command(&its, MAPI, 8200, 0, 0); /* event 8200 is out of the table */
    command(&its, INT, 8200, 0, 0);
    g_assert_false(was_pending(&its, 0, 8197));
    g_assert_false(was_pending(&its, 0, 8200));
    qtest_quit(its.s);
}

static void test_movi(void)
{
    Its its = start_mapped();

    command(&its, INT, 3, 0, 0);
    command(&its, MOVI, 3, 1, 0); /* what is pending goes along */
    g_assert_false(was_pending(&its, 0, 8197));
    g_assert_true(was_pending(&its, 1, 8197));
    qtest_quit(its.s);
}

static void test_movall(void)
{
    Its its = start_mapped();

    command(&its, INT, 3, 0, 0);
    command(&its, MOVALL, 0, 0 << 16, 7 << 16); /* no such CPU */
    command(&its, MOVALL, 0, 0 << 16, 1 << 16);
    g_assert_false(was_pending(&its, 0, 8197));
    g_assert_true(was_pending(&its, 1, 8197));
    qtest_quit(its.s);
}

static void test_discard(void)
{
    Its its = start_mapped();

    command(&its, INT, 3, 0, 0);
    command(&its, DISCARD, 3, 0, 0);
    qtest_writel(its.s, TRANSLATER, 3);
    g_assert_false(was_pending(&its, 0, 8197));
    qtest_quit(its.s);
}

/* Wrong commands are skipped, and those after them done. */
static void test_bad_commands(void)
{
    Its its = start_mapped();

    command(&its, 0xff, 0, 0, 0);
    command(&its, MAPD | 512ull << 32, 4, VALID | ITT, 0); /* beyond the table */
    command(&its, MAPC, 0, VALID | 9 << 16 | 2, 0);        /* no such CPU */
    command(&its, MAPTI, 5ull << 32 | 7, 0, 0);            /* no LPI */
    command(&its, MAPTI, 70000ull << 32 | 7, 0, 0);
    command(&its, MOVI, 3, 77, 0);
    command(&its, INVALL, 0, 77, 0);
    command(&its, MAPD | 1ull << 32, 4, VALID | 0x9000000, 0); /* table in a device */
    command(&its, MAPTI | 1ull << 32, 8198ull << 32, 0, 0);
    command(&its, INT, 3, 0, 0);
    command(&its, INV, 3, 0, 0);
    command(&its, INVALL, 0, 0, 0);
    command(&its, SYNC, 0, 0, 0);
    g_assert_true(was_pending(&its, 0, 8197));
    qtest_quit(its.s);
}

/* A full queue of commands, and a queue that is not in RAM. */
static void test_queue(void)
{
    Its its = start_mapped();

    for (unsigned i = 0; i < 4096 / 32; i++) {
        qtest_writeq(its.s, QUEUE + i * 32, SYNC);
    }
    qtest_writeq(its.s, ITS + 0x88, (its.head + 4096 - 32) % 4096);
    g_assert_cmphex(qtest_readq(its.s, ITS + 0x90), ==, (its.head + 4096 - 32) % 4096);
    qtest_writel(its.s, ITS, 0);
    qtest_writeq(its.s, ITS + 0x80, VALID | 0x9000000 | 0xff);
    qtest_writel(its.s, ITS, 1);
    qtest_writeq(its.s, ITS + 0x88, 0xfffe0);
    for (int i = 0; i < 1000 && qtest_readq(its.s, ITS + 0x90) != 0xfffe0; i++) {
        g_usleep(1000);
    }
    g_assert_cmphex(qtest_readq(its.s, ITS + 0x90), ==, 0xfffe0);
    qtest_quit(its.s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("/its/registers", test_registers);
    qtest_add_func("/its/msi", test_msi);
    qtest_add_func("/its/unmapped", test_unmapped);
    qtest_add_func("/its/int-and-clear", test_int_clear);
    qtest_add_func("/its/movi", test_movi);
    qtest_add_func("/its/movall", test_movall);
    qtest_add_func("/its/discard", test_discard);
    qtest_add_func("/its/bad-commands", test_bad_commands);
    qtest_add_func("/its/queue", test_queue);
    return g_test_run();
}
