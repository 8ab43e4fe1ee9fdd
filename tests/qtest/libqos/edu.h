/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A driver for edu: the plain DMA user of IOMMU tests. */
#ifndef TESTS_LIBQOS_EDU_H
#define TESTS_LIBQOS_EDU_H

#include "libqos/pci.h"

#define EDU_ID          0x00
#define EDU_LIVENESS    0x04
#define EDU_FACTORIAL   0x08
#define EDU_STATUS      0x20
#define EDU_IRQ_STATUS  0x24
#define EDU_IRQ_RAISE   0x60
#define EDU_IRQ_ACK     0x64
#define EDU_DMA_SRC     0x80
#define EDU_DMA_DST     0x88
#define EDU_DMA_COUNT   0x90
#define EDU_DMA_CMD     0x98
#define EDU_BUFFER      0x40000
#define EDU_BUFFER_SIZE 4096

typedef struct QEdu {
    QPCIDevice *pci; /* owned */
    QPCIBar bar;
} QEdu;

/* Map and enable the edu at this place; it must be there. */
QEdu *qedu_new(QPCIBus *bus, int devfn);
void qedu_free(QEdu *edu);
/* Move count bytes between bus address addr and the buffer; returns when done. */
void qedu_dma_from_ram(QEdu *edu, uint64_t addr, unsigned offset, unsigned count);
void qedu_dma_to_ram(QEdu *edu, uint64_t addr, unsigned offset, unsigned count);

#endif
