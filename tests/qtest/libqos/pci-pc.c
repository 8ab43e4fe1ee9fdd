/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * q35: configuration space by the ports 0xcf8 and 0xcfc, what lies behind the
 * first 256 bytes by the ECAM window, mapped where firmware puts it.
 */
#include "libqos/pci.h"
#include "standard-headers/linux/pci_regs.h"

#define CONFIG_ADDR 0xcf8
#define CONFIG_DATA 0xcfc
#define ECAM_BASE   0xb0000000ULL
#define PCIEXBAR    0x60

static uint32_t io_read(QPCIBus *bus, uint64_t addr, int len)
{
    return len == 1   ? qtest_inb(bus->qts, addr)
           : len == 2 ? qtest_inw(bus->qts, addr)
                      : qtest_inl(bus->qts, addr);
}

static void io_write(QPCIBus *bus, uint64_t addr, uint32_t val, int len)
{
    if (len == 1) {
        qtest_outb(bus->qts, addr, val);
    } else if (len == 2) {
        qtest_outw(bus->qts, addr, val);
    } else {
        qtest_outl(bus->qts, addr, val);
    }
}

/* The data port that shows the byte. */
static uint16_t point_at(QPCIBus *bus, int nr, int devfn, unsigned offset)
{
    qtest_outl(bus->qts, CONFIG_ADDR, 1U << 31 | nr << 16 | devfn << 8 | (offset & ~3));
    return CONFIG_DATA + (offset & 3);
}

static uint64_t ecam_addr(int nr, int devfn, unsigned offset)
{
    return ECAM_BASE + ((uint64_t)nr << 20 | devfn << 12 | offset);
}

static uint32_t config_read(QPCIBus *bus, int nr, int devfn, unsigned offset, int len)
{
    if (offset >= PCI_CFG_SPACE_SIZE) {
        return qpci_mem_read(bus->qts, ecam_addr(nr, devfn, offset), len);
    }
    return io_read(bus, point_at(bus, nr, devfn, offset), len);
}

static void config_write(QPCIBus *bus, int nr, int devfn, unsigned offset, uint32_t val,
                         int len)
{
    if (offset >= PCI_CFG_SPACE_SIZE) {
        qpci_mem_write(bus->qts, ecam_addr(nr, devfn, offset), val, len);
    } else {
        io_write(bus, point_at(bus, nr, devfn, offset), val, len);
    }
}

QPCIBus *qpci_new_pc(QTestState *qts)
{
    static const QPCIAccess access = { config_read, config_write, io_read, io_write };
    QPCIBus *bus = g_new0(QPCIBus, 1);

    *bus = (QPCIBus){
        .qts = qts,
        .access = &access,
        .mmio_next = 0xc0000000,
        .mmio_last = 0xfebfffff,
        .pio_next = 0xc000,
        .pio_last = 0xffff,
    };
    config_write(bus, 0, 0, PCIEXBAR, ECAM_BASE | 1, 4);
    return bus;
}
