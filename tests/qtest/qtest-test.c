/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The qtest protocol word by word, and what it makes of nonsense. */
#include <string.h>

#include "libqos/libqtest.h"

static QTestState *start_empty(void)
{
    return qtest_init("-machine none -nodefaults");
}

static void expect(QTestState *s, const char *want, const char *line)
{
    g_autofree char *answer = qtest_raw(s, "%s", line);

    g_assert_cmpstr(answer, ==, want);
}

static void expect_failure(QTestState *s, const char *line)
{
    g_autofree char *answer = qtest_raw(s, "%s", line);

    if (!g_str_has_prefix(answer, "FAIL ")) {
        g_error("'%s' was answered by '%s'", line, answer);
    }
}

static void test_malformed(void)
{
    static const char *const lines[] = {
        "",
        " ",
        "nonsense",
        "readb",
        "readb x",
        "readb 0x",
        "readb 0 1",
        "readl 0x10000000000000000",
        "readl 0xfffffffffffffffe",
        "writeq 0xffffffffffffffff 1",
        "inw 0xffff",
        "outb 0x10000 1",
        "read 0 0",
        "read 0 0xffffffffffffffff",
        "read 0 64000001 1",
        "read 0xffffffffffffffff 2",
        "write 0 2 0x00",
        "write 0 1 0xzz",
        "write 0 1 00",
        "write 0 1",
        "b64write 0 5 AAAA",
        "b64write 0 1 A",
        "memset 0 0 0",
        "memset 0 1 x",
        "clock_step x",
        "clock_step -1",
        "clock_set 0xffffffffffffffff",
        "clock_set",
        "irq_intercept_in /nowhere",
        "irq_intercept_in /machine",
        "irq_intercept_out",
        "set_irq_in /machine x 0 0",
        "module_load x",
        "a b c d e f g h i j k l m n",
        "readb\t0 0 0",
    };
    QTestState *s = start_empty();

    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        expect_failure(s, lines[i]);
    }
    expect(s, "OK little", "endianness");
    expect(s, "OK", "module_load fuzz- x");
    qtest_quit(s);
}

static void test_not_a_line(void)
{
    static const char zero[] = "readb\0 0\n";
    g_autofree char *answer = NULL, *big = g_malloc(1024 * 1024);
    QTestState *s = start_empty();

    qtest_send_bytes(s, zero, sizeof(zero) - 1);
    answer = qtest_recv_line(s);
    g_assert_cmpstr(answer, ==, "FAIL zero byte in line");
    /* A line without end costs a bounded amount of memory and one answer. */
    memset(big, 'x', 1024 * 1024);
    for (int i = 0; i < 140; i++) {
        qtest_send_bytes(s, big, 1024 * 1024);
    }
    expect_failure(s, "x");
    expect(s, "OK little", "endianness");
    qtest_quit(s);
}

static void test_nobody_there(void)
{
    QTestState *s = start_empty();
    g_autofree char *data = g_malloc(4096);

    g_assert_cmphex(qtest_readl(s, 0xffffffffffff0000), ==, 0);
    qtest_writeq(s, 0x1000, UINT64_MAX);
    g_assert_cmphex(qtest_readq(s, 0x1000), ==, 0);
    qtest_memset(s, 0, 0xff, 4096);
    qtest_memread(s, 0, data, 4096);
    g_assert_cmpint(data[0] | data[4095], ==, 0);
    qtest_quit(s);
}

static void test_clock(void)
{
    QTestState *s = start_empty();

    g_assert_cmpint(qtest_clock_step(s, 0), ==, 0);
    g_assert_cmpint(qtest_clock_step(s, 1000), ==, 1000);
    g_assert_cmpint(qtest_clock_step_next(s), ==, 1000); /* no timer: no step */
    g_assert_cmpint(qtest_clock_set(s, 5000), ==, 5000);
    g_assert_cmpint(qtest_clock_set(s, 10), ==, 5000); /* never back */
    expect_failure(s, "clock_step 0x7fffffffffffffff");
    qtest_quit(s);
}

static void test_ram(void)
{
    enum { SIZE = 3 * 1024 * 1024 + 5 };
    QTestState *s = qtest_init("-machine q35 -nodefaults -m 16");
    g_autofree uint8_t *out = g_malloc(SIZE), *in = g_malloc(SIZE);

    for (int i = 0; i < SIZE; i++) {
        out[i] = i * 7 + (i >> 8);
    }
    qtest_memwrite(s, 0x100003, out, SIZE);
    qtest_memread(s, 0x100003, in, SIZE);
    g_assert_cmpmem(in, SIZE, out, SIZE);
    g_assert_cmphex(qtest_readb(s, 0x100003), ==, out[0]);
    qtest_writeq(s, 0x200000, 0x1122334455667788);
    g_assert_cmphex(qtest_readb(s, 0x200000), ==, 0x88);
    g_assert_cmphex(qtest_readw(s, 0x200001), ==, 0x6677);
    g_assert_cmphex(qtest_readl(s, 0x200004), ==, 0x11223344);
    expect(s, "OK", "write 0x300000 4 0xDEADbeef");
    expect(s, "OK 0xdeadbeef", "read 0x300000 4");
    expect(s, "OK 3q2+7w==", "b64read 0x300000 4");
    expect(s, "OK", "memset 0x300001 2 0x41");
    expect(s, "OK 0xde4141ef", "read 0x300000 4");
    expect(s, "OK 0x0000000000000041", "readb 0x300001");
    qtest_quit(s);
}

static void test_ports(void)
{
    QTestState *s = qtest_init("-machine q35 -nodefaults");

    qtest_outl(s, 0xcf8, 0x80000000);
    g_assert_cmphex(qtest_inl(s, 0xcf8), ==, 0x80000000);
    g_assert_cmphex(qtest_inl(s, 0xcfc), ==, 0x29c08086);
    g_assert_cmphex(qtest_inw(s, 0xcfe), ==, 0x29c0);
    g_assert_cmphex(qtest_inb(s, 0xcfd), ==, 0x80);
    /* QEMU's libqos points at the byte and reads the first data port. */
    qtest_outl(s, 0xcf8, 0x80000002);
    g_assert_cmphex(qtest_inw(s, 0xcfc), ==, 0x29c0);
    qtest_outl(s, 0xcf8, 0x80000001);
    g_assert_cmphex(qtest_inb(s, 0xcfc), ==, 0x80);
    qtest_outl(s, 0xcf8, 0x800000ff); /* what lies behind the last byte is cut off */
    g_assert_cmphex(qtest_inl(s, 0xcfc), ==, 0);
    qtest_outl(s, 0xcf8, 0x80000005);
    qtest_outb(s, 0xcfc, 0x01); /* SERR#, bit 8 of the command register */
    qtest_outl(s, 0xcf8, 0x80000004);
    g_assert_cmphex(qtest_inw(s, 0xcfc) & 0x100, ==, 0x100);
    qtest_quit(s);
}

/* Lines into the interrupt controller: seen when they change, and only then. */
static void test_irq_lines(void)
{
    bool x86 = !strcmp(qtest_get_arch(), "x86_64");
    QTestState *s = qtest_initf("-machine %s -nodefaults", x86 ? "q35" : "virt");
    const char *path = x86 ? "/machine/ioapic" : "/machine/gic";
    g_autofree char *set = g_strdup_printf("set_irq_in %s unnamed-gpio-in", path);
    g_autofree char *raise = g_strdup_printf("%s 5 1", set);
    g_autofree char *lower = g_strdup_printf("%s 5 0", set);
    g_autofree char *beyond = g_strdup_printf("%s 100000 1", set);

    expect(s, "OK", raise); /* nobody listens yet */
    expect(s, "OK", lower);
    g_assert_cmpuint(qtest_irq_raised(s, 5), ==, 0);
    qtest_irq_intercept_in(s, path);
    qtest_irq_intercept_in(s, path); /* a second time changes nothing */
    expect(s, "OK", raise);
    g_assert_true(qtest_get_irq(s, 5));
    expect(s, "OK", raise);
    g_assert_cmpuint(qtest_irq_raised(s, 5), ==, 1);
    g_assert_false(qtest_get_irq(s, 6));
    expect(s, "OK", lower);
    g_assert_false(qtest_get_irq(s, 5));
    expect_failure(s, beyond);
    expect_failure(s, "irq_intercept_in /machine/peripheral");
    qtest_quit(s);
}

static void test_without_qmp(void)
{
    QTestState *s = qtest_init_without_qmp("-machine none -nodefaults");

    expect(s, "OK little", "endianness");
    qtest_quit(s); /* by SIGTERM: an orderly end too */
}

int main(int argc, char **argv)
{
    bool x86;

    g_test_init(&argc, &argv, NULL);
    x86 = !strcmp(qtest_get_arch(), "x86_64");
    qtest_add_func("/qtest/malformed", test_malformed);
    qtest_add_func("/qtest/not-a-line", test_not_a_line);
    qtest_add_func("/qtest/nobody-there", test_nobody_there);
    qtest_add_func("/qtest/clock", test_clock);
    qtest_add_func("/qtest/irq-lines", test_irq_lines);
    qtest_add_func("/qtest/without-qmp", test_without_qmp);
    if (x86) {
        qtest_add_func("/qtest/ram", test_ram);
        qtest_add_func("/qtest/ports", test_ports);
    }
    return g_test_run();
}
