/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "libqos/edu.h"
#include "standard-headers/linux/pci_regs.h"

QEdu *qedu_new(QPCIBus *bus, int devfn)
{
    QEdu *edu = g_new0(QEdu, 1);

    edu->pci = qpci_device(bus, devfn);
    g_assert_cmphex(qpci_config_readl(edu->pci, PCI_VENDOR_ID), ==, 0x11e81234);
    edu->bar = qpci_iomap(edu->pci, 0);
    qpci_device_enable(edu->pci);
    return edu;
}

void qedu_free(QEdu *edu)
{
    g_free(edu->pci);
    g_free(edu);
}

#define EDU_DMA_NS (100 * 1000 * 1000)

static void run_dma(QEdu *edu, uint64_t src, uint64_t dst, unsigned count, unsigned cmd)
{
    gint64 deadline = g_get_monotonic_time() + 10 * G_USEC_PER_SEC;

    qpci_io_writeq(edu->pci, edu->bar, EDU_DMA_SRC, src);
    qpci_io_writeq(edu->pci, edu->bar, EDU_DMA_DST, dst);
    qpci_io_writeq(edu->pci, edu->bar, EDU_DMA_COUNT, count);
    qpci_io_writeq(edu->pci, edu->bar, EDU_DMA_CMD, cmd);
    while (qpci_io_readq(edu->pci, edu->bar, EDU_DMA_CMD) & 1) {
        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
        qtest_clock_step(edu->pci->bus->qts, EDU_DMA_NS); /* QEMU's waits for a timer */
    }
}

void qedu_dma_from_ram(QEdu *edu, uint64_t addr, unsigned offset, unsigned count)
{
    run_dma(edu, addr, EDU_BUFFER + offset, count, 1);
}

void qedu_dma_to_ram(QEdu *edu, uint64_t addr, unsigned offset, unsigned count)
{
    run_dma(edu, EDU_BUFFER + offset, addr, count, 3);
}
