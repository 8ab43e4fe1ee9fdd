/* SPDX-License-Identifier: GPL-2.0-or-later */
/* virt: everything in memory: ECAM, a window for I/O ports, one for BARs. */
#include "libqos/pci.h"

#define ECAM_BASE 0x4010000000ULL
#define PIO_BASE  0x3eff0000ULL

static uint64_t ecam_addr(int nr, int devfn, unsigned offset)
{
    return ECAM_BASE + ((uint64_t)nr << 20 | devfn << 12 | offset);
}

static uint32_t config_read(QPCIBus *bus, int nr, int devfn, unsigned offset, int len)
{
    return qpci_mem_read(bus->qts, ecam_addr(nr, devfn, offset), len);
}

static void config_write(QPCIBus *bus, int nr, int devfn, unsigned offset, uint32_t val,
                         int len)
{
    qpci_mem_write(bus->qts, ecam_addr(nr, devfn, offset), val, len);
}

static uint32_t io_read(QPCIBus *bus, uint64_t addr, int len)
{
    return qpci_mem_read(bus->qts, PIO_BASE + addr, len);
}

static void io_write(QPCIBus *bus, uint64_t addr, uint32_t val, int len)
{
    qpci_mem_write(bus->qts, PIO_BASE + addr, val, len);
}

QPCIBus *qpci_new_generic(QTestState *qts)
{
    static const QPCIAccess access = { config_read, config_write, io_read, io_write };
    QPCIBus *bus = g_new0(QPCIBus, 1);

    *bus = (QPCIBus){
        .qts = qts,
        .access = &access,
        .mmio_next = 0x10000000,
        .mmio_last = 0x3efeffff,
        .pio_next = 0x1000,
        .pio_last = 0xffff,
    };
    return bus;
}
