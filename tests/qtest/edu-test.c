/* SPDX-License-Identifier: GPL-2.0-or-later */
/* edu: registers, factorials, interrupts and DMA, through the machine's PCI. */
#include <string.h>

#include "libqos/edu.h"
#include "standard-headers/linux/pci_regs.h"

#define DEVFN     QPCI_DEVFN(4, 0)
#define FULL_MASK "-device edu,addr=4,dma_mask=0xffffffffffffffff"

typedef struct Test {
    QTestState *qts;
    QPCIBus *bus;
    QEdu *edu;
    uint64_t ram;
} Test;

static Test *start(const char *device)
{
    bool pc = g_str_equal(qtest_get_arch(), "x86_64");
    Test *t = g_new0(Test, 1);

    t->qts = qtest_initf("-M %s -m 256 %s", pc ? "q35" : "virt", device);
    t->bus = qpci_root_bus(t->qts);
    t->edu = qedu_new(t->bus, DEVFN);
    t->ram = pc ? 0x100000 : 0x40100000;
    return t;
}

static void end(Test *t)
{
    qedu_free(t->edu);
    g_free(t->bus);
    qtest_quit(t->qts);
    g_free(t);
}

static uint32_t rd(Test *t, unsigned reg)
{
    return qpci_io_readl(t->edu->pci, t->edu->bar, reg);
}

static void wr(Test *t, unsigned reg, uint32_t val)
{
    qpci_io_writel(t->edu->pci, t->edu->bar, reg, val);
}

static void test_registers(void)
{
    Test *t = start(FULL_MASK);

    g_assert_cmphex(rd(t, EDU_ID), ==, 0x010000ed);
    g_assert_cmpuint(t->edu->bar.size, ==, 0x100000);
    wr(t, EDU_LIVENESS, 0x12345678);
    g_assert_cmphex(rd(t, EDU_LIVENESS), ==, ~0x12345678U);
    wr(t, EDU_ID, 0);
    g_assert_cmphex(rd(t, EDU_ID), ==, 0x010000ed);
    /* wide accesses only from 0x80 on */
    g_assert_cmphex(qpci_io_readq(t->edu->pci, t->edu->bar, EDU_ID), ==, UINT64_MAX);
    qpci_io_writeq(t->edu->pci, t->edu->bar, EDU_DMA_SRC, 0x123456789abcdef0);
    g_assert_cmphex(qpci_io_readq(t->edu->pci, t->edu->bar, EDU_DMA_SRC), ==,
                    0x123456789abcdef0);
    g_assert_cmphex(rd(t, 0x7c), ==, UINT32_MAX);
    end(t);
}

static uint32_t factorial(Test *t, uint32_t n)
{
    wr(t, EDU_FACTORIAL, n);
    while (rd(t, EDU_STATUS) & 1) {
        g_usleep(100);
    }
    return rd(t, EDU_FACTORIAL);
}

static void test_factorial(void)
{
    Test *t = start(FULL_MASK);

    g_assert_cmpuint(factorial(t, 0), ==, 1);
    g_assert_cmpuint(factorial(t, 5), ==, 120);
    g_assert_cmpuint(factorial(t, 12), ==, 479001600);
    g_assert_cmpuint(factorial(t, 0xffffffff), ==,
                     0); /* at once, not after 2^32 steps */
    end(t);
}

/* A message to a word of RAM, which the test watches. */
static void test_msi(void)
{
    Test *t = start(FULL_MASK);
    uint64_t word = t->ram + 0x100;

    qpci_msi_enable(t->edu->pci, word, 0x5a);
    wr(t, EDU_IRQ_RAISE, 0x8);
    g_assert_cmphex(qtest_readl(t->qts, word), ==, 0x5a);
    g_assert_cmphex(rd(t, EDU_IRQ_STATUS), ==, 0x8);
    wr(t, EDU_IRQ_ACK, 0x8);
    g_assert_cmphex(rd(t, EDU_IRQ_STATUS), ==, 0);

    qtest_writel(t->qts, word, 0);
    wr(t, EDU_STATUS, 0x80);
    factorial(t, 3);
    for (int i = 0; i < 1000 && !qtest_readl(t->qts, word); i++) {
        g_usleep(1000);
    }
    g_assert_cmphex(qtest_readl(t->qts, word), ==, 0x5a);
    g_assert_cmphex(rd(t, EDU_IRQ_STATUS), ==, 1);
    end(t);
}

static void test_intx(void)
{
    Test *t = start(FULL_MASK);
    bool pc = g_str_equal(qtest_get_arch(), "x86_64");
    /* q35: slot 4 pin A is PIRQ E, input 20; virt: line 0 of the bridge, SPI 3 */
    int line = pc ? 20 : 3;

    qtest_irq_intercept_in(t->qts, pc ? "/machine/ioapic" : "/machine/gic");
    g_assert_false(qtest_get_irq(t->qts, line));
    wr(t, EDU_IRQ_RAISE, 3);
    g_assert_true(qtest_get_irq(t->qts, line));
    g_assert_true(qpci_config_readw(t->edu->pci, PCI_STATUS) & PCI_STATUS_INTERRUPT);
    wr(t, EDU_IRQ_ACK, 1);
    g_assert_true(qtest_get_irq(t->qts, line));
    wr(t, EDU_IRQ_ACK, 2);
    g_assert_false(qtest_get_irq(t->qts, line));
    end(t);
}

static void test_dma(void)
{
    Test *t = start(FULL_MASK);
    uint8_t out[EDU_BUFFER_SIZE], in[EDU_BUFFER_SIZE];

    for (size_t i = 0; i < sizeof(out); i++) {
        out[i] = i * 7 + 3;
    }
    qtest_memwrite(t->qts, t->ram + 0x123, out, sizeof(out));
    qedu_dma_from_ram(t->edu, t->ram + 0x123, 0, sizeof(out));
    qedu_dma_to_ram(t->edu, t->ram + 0x8000, 0, sizeof(in));
    qtest_memread(t->qts, t->ram + 0x8000, in, sizeof(in));
    g_assert_cmpmem(in, sizeof(in), out, sizeof(out));
    /* the end of the buffer, and not a byte more */
    qtest_memset(t->qts, t->ram, 0xee, 32);
    qedu_dma_to_ram(t->edu, t->ram, EDU_BUFFER_SIZE - 16, 16);
    g_assert_cmphex(qtest_readb(t->qts, t->ram + 15), ==, out[EDU_BUFFER_SIZE - 1]);
    g_assert_cmphex(qtest_readb(t->qts, t->ram + 16), ==, 0xee);
    end(t);
}

/* Transfers that leave the buffer move nothing, and the device lives on. */
static void test_dma_limits(void)
{
    Test *t = start(FULL_MASK);

    qtest_memset(t->qts, t->ram, 0xee, 64);
    qedu_dma_to_ram(t->edu, t->ram, EDU_BUFFER_SIZE - 15, 16);
    qedu_dma_to_ram(t->edu, t->ram, -1U, 2);
    qedu_dma_to_ram(t->edu, t->ram, 0, EDU_BUFFER_SIZE + 1);
    qedu_dma_to_ram(t->edu, t->ram, 0, -1U);
    qedu_dma_to_ram(t->edu, t->ram, 0, 0);
    g_assert_cmphex(qtest_readb(t->qts, t->ram), ==, 0xee);
    qedu_dma_to_ram(t->edu, t->ram, 0, 1);
    g_assert_cmphex(qtest_readb(t->qts, t->ram), ==, 0);
    end(t);
}

static void test_dma_mask(void)
{
    Test *t = start("-device edu,addr=4,dma_mask=0xfffff");
    uint64_t low = t->ram & 0xfffff;

    /* the bits above the mask are lost: on q35 that is address 0, RAM as well */
    qtest_writeb(t->qts, t->ram, 0xee);
    qedu_dma_to_ram(t->edu, t->ram, 0, 1);
    g_assert_cmphex(qtest_readb(t->qts, t->ram), ==, 0xee);
    if (g_str_equal(qtest_get_arch(), "x86_64")) {
        qtest_writeb(t->qts, low, 0xee);
        qedu_dma_to_ram(t->edu, t->ram, 0, 1);
        g_assert_cmphex(qtest_readb(t->qts, low), ==, 0);
    }
    end(t);
}

static void test_dma_interrupt(void)
{
    Test *t = start(FULL_MASK);
    uint64_t word = t->ram + 0x100;

    qpci_msi_enable(t->edu->pci, word, 0x33);
    qpci_io_writeq(t->edu->pci, t->edu->bar, EDU_DMA_SRC, t->ram);
    qpci_io_writeq(t->edu->pci, t->edu->bar, EDU_DMA_DST, EDU_BUFFER);
    qpci_io_writeq(t->edu->pci, t->edu->bar, EDU_DMA_COUNT, 4);
    qpci_io_writeq(t->edu->pci, t->edu->bar, EDU_DMA_CMD, 5);
    for (int i = 0; i < 1000 && !qtest_readl(t->qts, word); i++) {
        g_usleep(1000);
    }
    g_assert_cmphex(qtest_readl(t->qts, word), ==, 0x33);
    g_assert_cmphex(rd(t, EDU_IRQ_STATUS), ==, 0x100);
    end(t);
}

static void test_not_a_master(void)
{
    Test *t = start(FULL_MASK);

    qtest_writeb(t->qts, t->ram, 0xee);
    qpci_config_writew(t->edu->pci, PCI_COMMAND, PCI_COMMAND_MEMORY);
    qedu_dma_to_ram(t->edu, t->ram, 0, 1);
    g_assert_cmphex(qtest_readb(t->qts, t->ram), ==, 0xee);
    end(t);
}

static void test_reset(void)
{
    Test *t = start(FULL_MASK);

    wr(t, EDU_LIVENESS, 5);
    wr(t, EDU_IRQ_RAISE, 1);
    qtest_qmp_assert_success(t->qts, "{'execute': 'system_reset'}");
    qtest_qmp_eventwait(t->qts, "RESET");
    g_assert_cmphex(qpci_config_readw(t->edu->pci, PCI_COMMAND), ==, 0);
    g_free(t->bus);
    t->bus = qpci_root_bus(t->qts);
    qedu_free(t->edu);
    t->edu = qedu_new(t->bus, DEVFN);
    g_assert_cmphex(rd(t, EDU_LIVENESS), ==, 0);
    g_assert_cmphex(rd(t, EDU_IRQ_STATUS), ==, 0);
    end(t);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("/edu/registers", test_registers);
    qtest_add_func("/edu/factorial", test_factorial);
    qtest_add_func("/edu/msi", test_msi);
    qtest_add_func("/edu/intx", test_intx);
    qtest_add_func("/edu/dma", test_dma);
    qtest_add_func("/edu/dma-limits", test_dma_limits);
    qtest_add_func("/edu/dma-mask", test_dma_mask);
    qtest_add_func("/edu/dma-interrupt", test_dma_interrupt);
    qtest_add_func("/edu/not-a-master", test_not_a_master);
    qtest_add_func("/edu/reset", test_reset);
    return g_test_run();
}
