/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "libqos/pci.h"
#include "standard-headers/linux/pci_regs.h"

/* --- machines --- */

uint32_t qpci_mem_read(QTestState *qts, uint64_t addr, int len)
{
    return len == 1   ? qtest_readb(qts, addr)
           : len == 2 ? qtest_readw(qts, addr)
                      : qtest_readl(qts, addr);
}

void qpci_mem_write(QTestState *qts, uint64_t addr, uint32_t val, int len)
{
    if (len == 1) {
        qtest_writeb(qts, addr, val);
    } else if (len == 2) {
        qtest_writew(qts, addr, val);
    } else {
        qtest_writel(qts, addr, val);
    }
}

QPCIBus *qpci_root_bus(QTestState *qts)
{
    return g_str_equal(qtest_get_arch(), "x86_64") ? qpci_new_pc(qts)
                                                   : qpci_new_generic(qts);
}

QPCIDevice *qpci_device(QPCIBus *bus, int devfn)
{
    QPCIDevice *dev = g_new0(QPCIDevice, 1);

    dev->bus = bus;
    dev->devfn = devfn;
    return dev;
}

QPCIDevice *qpci_device_find(QPCIBus *bus, int devfn)
{
    QPCIDevice *dev = qpci_device(bus, devfn);

    if (qpci_config_readw(dev, PCI_VENDOR_ID) == 0xffff) {
        g_clear_pointer(&dev, g_free);
    }
    return dev;
}

/* --- configuration space --- */

static uint32_t config_read(QPCIDevice *dev, unsigned offset, int len)
{
    return dev->bus->access->config_read(dev->bus, dev->bus->nr, dev->devfn, offset,
                                         len);
}

static void config_write(QPCIDevice *dev, unsigned offset, uint32_t val, int len)
{
    dev->bus->access->config_write(dev->bus, dev->bus->nr, dev->devfn, offset, val,
                                   len);
}

uint8_t qpci_config_readb(QPCIDevice *dev, unsigned offset)
{
    return config_read(dev, offset, 1);
}

uint16_t qpci_config_readw(QPCIDevice *dev, unsigned offset)
{
    return config_read(dev, offset, 2);
}

uint32_t qpci_config_readl(QPCIDevice *dev, unsigned offset)
{
    return config_read(dev, offset, 4);
}

void qpci_config_writeb(QPCIDevice *dev, unsigned offset, uint8_t val)
{
    config_write(dev, offset, val, 1);
}

void qpci_config_writew(QPCIDevice *dev, unsigned offset, uint16_t val)
{
    config_write(dev, offset, val, 2);
}

void qpci_config_writel(QPCIDevice *dev, unsigned offset, uint32_t val)
{
    config_write(dev, offset, val, 4);
}

void qpci_device_enable(QPCIDevice *dev)
{
    uint16_t bits = PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER;

    qpci_config_writew(dev, PCI_COMMAND, qpci_config_readw(dev, PCI_COMMAND) | bits);
    g_assert_cmphex(qpci_config_readw(dev, PCI_COMMAND) & bits, ==, bits);
}

uint8_t qpci_find_capability(QPCIDevice *dev, uint8_t id, uint8_t start)
{
    uint8_t at =
        qpci_config_readb(dev, start ? start + PCI_CAP_LIST_NEXT : PCI_CAPABILITY_LIST);

    while (at && qpci_config_readb(dev, at) != id) {
        at = qpci_config_readb(dev, at + PCI_CAP_LIST_NEXT);
    }
    return at;
}

uint16_t qpci_find_ext_capability(QPCIDevice *dev, uint16_t id)
{
    uint16_t at = PCI_CFG_SPACE_SIZE;
    uint32_t header = qpci_config_readl(dev, at);

    if (!header || header == UINT32_MAX) {
        return 0;
    }
    while (at && PCI_EXT_CAP_ID(header) != id) {
        at = PCI_EXT_CAP_NEXT(header);
        header = qpci_config_readl(dev, at);
    }
    return at;
}

/* --- BARs --- */

static uint64_t take(uint64_t *next, uint64_t last, uint64_t size)
{
    uint64_t addr = (*next + size - 1) & ~(size - 1);

    g_assert_cmphex(addr + size - 1, <=, last);
    *next = addr + size;
    return addr;
}

static QPCIBar map_io(QPCIDevice *dev, unsigned reg, uint32_t mask)
{
    QPCIBar bar = { .is_io = true };

    bar.size = ~(mask & PCI_BASE_ADDRESS_IO_MASK) + 1;
    bar.addr = take(&dev->bus->pio_next, dev->bus->pio_last, bar.size);
    qpci_config_writel(dev, reg, bar.addr);
    return bar;
}

static QPCIBar map_mem(QPCIDevice *dev, unsigned reg, uint32_t mask)
{
    bool wide = (mask & PCI_BASE_ADDRESS_MEM_TYPE_MASK) == PCI_BASE_ADDRESS_MEM_TYPE_64;
    uint64_t bits = mask & ~0xfU;
    QPCIBar bar = { .is_io = false };

    if (wide) {
        qpci_config_writel(dev, reg + 4, UINT32_MAX);
        bits |= (uint64_t)qpci_config_readl(dev, reg + 4) << 32;
    } else {
        bits |= 0xffffffff00000000ULL;
    }
    bar.size = -bits;
    bar.addr = take(&dev->bus->mmio_next, dev->bus->mmio_last, bar.size);
    qpci_config_writel(dev, reg, bar.addr);
    if (wide) {
        qpci_config_writel(dev, reg + 4, bar.addr >> 32);
    }
    return bar;
}

QPCIBar qpci_iomap(QPCIDevice *dev, int barno)
{
    unsigned reg = PCI_BASE_ADDRESS_0 + 4 * barno;
    uint32_t mask;

    qpci_config_writel(dev, reg, UINT32_MAX);
    mask = qpci_config_readl(dev, reg);
    if (!mask) {
        return (QPCIBar){};
    }
    return mask & PCI_BASE_ADDRESS_SPACE_IO ? map_io(dev, reg, mask)
                                            : map_mem(dev, reg, mask);
}

static uint32_t io_read(QPCIDevice *dev, QPCIBar bar, uint64_t off, int len)
{
    uint64_t addr = bar.addr + off;

    return bar.is_io ? dev->bus->access->io_read(dev->bus, addr, len)
                     : qpci_mem_read(dev->bus->qts, addr, len);
}

static void io_write(QPCIDevice *dev, QPCIBar bar, uint64_t off, uint32_t val, int len)
{
    uint64_t addr = bar.addr + off;

    if (bar.is_io) {
        dev->bus->access->io_write(dev->bus, addr, val, len);
    } else {
        qpci_mem_write(dev->bus->qts, addr, val, len);
    }
}

uint8_t qpci_io_readb(QPCIDevice *dev, QPCIBar bar, uint64_t off)
{
    return io_read(dev, bar, off, 1);
}

uint16_t qpci_io_readw(QPCIDevice *dev, QPCIBar bar, uint64_t off)
{
    return io_read(dev, bar, off, 2);
}

uint32_t qpci_io_readl(QPCIDevice *dev, QPCIBar bar, uint64_t off)
{
    return io_read(dev, bar, off, 4);
}

uint64_t qpci_io_readq(QPCIDevice *dev, QPCIBar bar, uint64_t off)
{
    g_assert_false(bar.is_io);
    return qtest_readq(dev->bus->qts, bar.addr + off);
}

void qpci_io_writeb(QPCIDevice *dev, QPCIBar bar, uint64_t off, uint8_t val)
{
    io_write(dev, bar, off, val, 1);
}

void qpci_io_writew(QPCIDevice *dev, QPCIBar bar, uint64_t off, uint16_t val)
{
    io_write(dev, bar, off, val, 2);
}

void qpci_io_writel(QPCIDevice *dev, QPCIBar bar, uint64_t off, uint32_t val)
{
    io_write(dev, bar, off, val, 4);
}

void qpci_io_writeq(QPCIDevice *dev, QPCIBar bar, uint64_t off, uint64_t val)
{
    g_assert_false(bar.is_io);
    qtest_writeq(dev->bus->qts, bar.addr + off, val);
}

/* --- messages --- */

void qpci_msi_enable(QPCIDevice *dev, uint64_t addr, uint16_t data)
{
    uint8_t cap = qpci_find_capability(dev, PCI_CAP_ID_MSI, 0);
    uint16_t flags;

    g_assert_cmphex(cap, !=, 0);
    flags = qpci_config_readw(dev, cap + PCI_MSI_FLAGS);
    qpci_config_writel(dev, cap + PCI_MSI_ADDRESS_LO, addr);
    if (flags & PCI_MSI_FLAGS_64BIT) {
        qpci_config_writel(dev, cap + PCI_MSI_ADDRESS_HI, addr >> 32);
        qpci_config_writew(dev, cap + PCI_MSI_DATA_64, data);
    } else {
        g_assert_cmphex(addr, <=, UINT32_MAX);
        qpci_config_writew(dev, cap + PCI_MSI_DATA_32, data);
    }
    qpci_config_writew(dev, cap + PCI_MSI_FLAGS, flags | PCI_MSI_FLAGS_ENABLE);
}

static uint8_t msix_cap(QPCIDevice *dev)
{
    uint8_t cap = qpci_find_capability(dev, PCI_CAP_ID_MSIX, 0);

    g_assert_cmphex(cap, !=, 0);
    return cap;
}

static void msix_switch(QPCIDevice *dev, bool on)
{
    uint8_t cap = msix_cap(dev);
    uint16_t flags = qpci_config_readw(dev, cap + PCI_MSIX_FLAGS);

    flags &= ~(PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL);
    qpci_config_writew(dev, cap + PCI_MSIX_FLAGS,
                       flags | (on ? PCI_MSIX_FLAGS_ENABLE : 0));
}

void qpci_msix_enable(QPCIDevice *dev)
{
    uint8_t cap = msix_cap(dev);
    uint32_t table = qpci_config_readl(dev, cap + PCI_MSIX_TABLE);
    uint32_t pba = qpci_config_readl(dev, cap + PCI_MSIX_PBA);

    /* All devices here have both in one BAR. */
    g_assert_cmpuint(table & PCI_MSIX_FLAGS_BIRMASK, ==, pba & PCI_MSIX_FLAGS_BIRMASK);
    dev->msix_bar = qpci_iomap(dev, table & PCI_MSIX_FLAGS_BIRMASK);
    dev->msix_table = table & ~PCI_MSIX_FLAGS_BIRMASK;
    dev->msix_pba = pba & ~PCI_MSIX_FLAGS_BIRMASK;
    msix_switch(dev, true);
}

void qpci_msix_disable(QPCIDevice *dev)
{
    msix_switch(dev, false);
}

uint16_t qpci_msix_table_size(QPCIDevice *dev)
{
    uint16_t flags = qpci_config_readw(dev, msix_cap(dev) + PCI_MSIX_FLAGS);

    return (flags & PCI_MSIX_FLAGS_QSIZE) + 1;
}

void qpci_msix_set_entry(QPCIDevice *dev, unsigned entry, uint64_t addr, uint32_t data)
{
    uint64_t off = dev->msix_table + entry * PCI_MSIX_ENTRY_SIZE;

    qpci_io_writel(dev, dev->msix_bar, off + PCI_MSIX_ENTRY_LOWER_ADDR, addr);
    qpci_io_writel(dev, dev->msix_bar, off + PCI_MSIX_ENTRY_UPPER_ADDR, addr >> 32);
    qpci_io_writel(dev, dev->msix_bar, off + PCI_MSIX_ENTRY_DATA, data);
    qpci_msix_mask_entry(dev, entry, false);
}

void qpci_msix_mask_entry(QPCIDevice *dev, unsigned entry, bool masked)
{
    uint64_t off = dev->msix_table + entry * PCI_MSIX_ENTRY_SIZE;

    qpci_io_writel(dev, dev->msix_bar, off + PCI_MSIX_ENTRY_VECTOR_CTRL, masked);
}

bool qpci_msix_pending(QPCIDevice *dev, unsigned entry)
{
    return qpci_io_readl(dev, dev->msix_bar, dev->msix_pba + entry / 32 * 4) >>
               (entry % 32) &
           1;
}

/* --- bridges and slots --- */

#define WINDOW_SIZE 0x1000000

void qpci_bridge_renumber(QPCIDevice *bridge, QPCIBus *behind, int secondary,
                          int subordinate)
{
    qpci_config_writeb(bridge, PCI_PRIMARY_BUS, bridge->bus->nr);
    qpci_config_writeb(bridge, PCI_SECONDARY_BUS, secondary);
    qpci_config_writeb(bridge, PCI_SUBORDINATE_BUS, subordinate);
    behind->nr = secondary;
}

QPCIBus *qpci_bridge_open(QPCIDevice *bridge, int secondary, int subordinate)
{
    QPCIBus *above = bridge->bus;
    QPCIBus *bus = g_new0(QPCIBus, 1);
    /* half of what is left goes to the bridge of a bridge */
    uint64_t size = MIN(WINDOW_SIZE, (above->mmio_last + 1 - above->mmio_next) / 2);
    uint64_t base;

    size &= ~0xfffffULL;
    while (size & (size - 1)) {
        size &= size - 1;
    }
    base = take(&above->mmio_next, above->mmio_last, size);
    bus->qts = above->qts;
    bus->access = above->access;
    bus->mmio_next = base;
    bus->mmio_last = base + size - 1;
    bus->pio_next = bus->pio_last = 0; /* no I/O behind bridges */
    qpci_bridge_renumber(bridge, bus, secondary, subordinate);
    qpci_config_writew(bridge, PCI_MEMORY_BASE, base >> 16);
    qpci_config_writew(bridge, PCI_MEMORY_LIMIT, bus->mmio_last >> 16);
    qpci_device_enable(bridge);
    return bus;
}

static uint8_t slot_register(QPCIDevice *port, unsigned offset)
{
    uint8_t cap = qpci_find_capability(port, PCI_CAP_ID_EXP, 0);

    g_assert_cmphex(cap, !=, 0);
    return cap + offset;
}

void qpci_slot_power(QPCIDevice *port, bool on)
{
    uint8_t at = slot_register(port, PCI_EXP_SLTCTL);
    uint16_t ctl = qpci_config_readw(port, at);

    ctl &= ~(PCI_EXP_SLTCTL_PIC | PCI_EXP_SLTCTL_PCC);
    ctl |= on ? PCI_EXP_SLTCTL_PWR_IND_ON | PCI_EXP_SLTCTL_PWR_ON
              : PCI_EXP_SLTCTL_PWR_IND_OFF | PCI_EXP_SLTCTL_PWR_OFF;
    qpci_config_writew(port, at, ctl);
}

bool qpci_slot_present(QPCIDevice *port)
{
    return qpci_config_readw(port, slot_register(port, PCI_EXP_SLTSTA)) &
           PCI_EXP_SLTSTA_PDS;
}
