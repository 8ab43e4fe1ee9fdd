/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A driver's view of PCI, over qtest: configuration space, BARs, interrupts,
 * bridges and slots, the same for q35 (ports) and virt (ECAM). The names follow
 * QEMU's libqos. A bus owns the address range from which BARs of its devices are
 * placed; a device is a place on a bus, whether or not somebody is there.
 */
#ifndef TESTS_LIBQOS_PCI_H
#define TESTS_LIBQOS_PCI_H

#include "libqos/libqtest.h"

#define QPCI_DEVFN(slot, fn) ((slot) << 3 | (fn))

typedef struct QPCIBus QPCIBus;
typedef struct QPCIDevice QPCIDevice;

/* How a machine reaches configuration space and I/O ports. */
typedef struct QPCIAccess {
    uint32_t (*config_read)(QPCIBus *bus, int nr, int devfn, unsigned offset, int len);
    void (*config_write)(QPCIBus *bus, int nr, int devfn, unsigned offset, uint32_t val,
                         int len);
    uint32_t (*io_read)(QPCIBus *bus, uint64_t addr, int len);
    void (*io_write)(QPCIBus *bus, uint64_t addr, uint32_t val, int len);
} QPCIAccess;

struct QPCIBus {
    QTestState *qts;
    const QPCIAccess *access;
    int nr;
    uint64_t mmio_next, mmio_last;
    uint64_t pio_next, pio_last;
};

typedef struct QPCIBar {
    uint64_t addr;
    uint64_t size;
    bool is_io;
} QPCIBar;

struct QPCIDevice {
    QPCIBus *bus;
    int devfn;
    QPCIBar msix_bar; /* after qpci_msix_enable() */
    uint32_t msix_table, msix_pba;
};

/* The machine's root bus; freed with g_free(), after everything made from it. */
QPCIBus *qpci_root_bus(QTestState *qts);
QPCIBus *qpci_new_pc(QTestState *qts);
QPCIBus *qpci_new_generic(QTestState *qts);

/* Memory by size, for the two above. */
uint32_t qpci_mem_read(QTestState *qts, uint64_t addr, int len);
void qpci_mem_write(QTestState *qts, uint64_t addr, uint32_t val, int len);

/* A place; g_free() it. The second is NULL where nobody answers. */
QPCIDevice *qpci_device(QPCIBus *bus, int devfn);
QPCIDevice *qpci_device_find(QPCIBus *bus, int devfn);

/* Offsets from 256 on need an express path. */
uint8_t qpci_config_readb(QPCIDevice *dev, unsigned offset);
uint16_t qpci_config_readw(QPCIDevice *dev, unsigned offset);
uint32_t qpci_config_readl(QPCIDevice *dev, unsigned offset);
void qpci_config_writeb(QPCIDevice *dev, unsigned offset, uint8_t val);
void qpci_config_writew(QPCIDevice *dev, unsigned offset, uint16_t val);
void qpci_config_writel(QPCIDevice *dev, unsigned offset, uint32_t val);

/* Decoding and bus mastering on. */
void qpci_device_enable(QPCIDevice *dev);
/* Offset of the capability after start (0: of the first), 0 if there is none. */
uint8_t qpci_find_capability(QPCIDevice *dev, uint8_t id, uint8_t start);
uint16_t qpci_find_ext_capability(QPCIDevice *dev, uint16_t id);

/* Size a BAR and give it an address; size 0 when it is not there. */
QPCIBar qpci_iomap(QPCIDevice *dev, int barno);
uint8_t qpci_io_readb(QPCIDevice *dev, QPCIBar bar, uint64_t off);
uint16_t qpci_io_readw(QPCIDevice *dev, QPCIBar bar, uint64_t off);
uint32_t qpci_io_readl(QPCIDevice *dev, QPCIBar bar, uint64_t off);
uint64_t qpci_io_readq(QPCIDevice *dev, QPCIBar bar, uint64_t off);
void qpci_io_writeb(QPCIDevice *dev, QPCIBar bar, uint64_t off, uint8_t val);
void qpci_io_writew(QPCIDevice *dev, QPCIBar bar, uint64_t off, uint16_t val);
void qpci_io_writel(QPCIDevice *dev, QPCIBar bar, uint64_t off, uint32_t val);
void qpci_io_writeq(QPCIDevice *dev, QPCIBar bar, uint64_t off, uint64_t val);

/* Messages go to any address: a test mostly takes a word of RAM and watches it. */
void qpci_msi_enable(QPCIDevice *dev, uint64_t addr, uint16_t data);
void qpci_msix_enable(QPCIDevice *dev);
void qpci_msix_disable(QPCIDevice *dev);
uint16_t qpci_msix_table_size(QPCIDevice *dev);
void qpci_msix_set_entry(QPCIDevice *dev, unsigned entry, uint64_t addr, uint32_t data);
void qpci_msix_mask_entry(QPCIDevice *dev, unsigned entry, bool masked);
bool qpci_msix_pending(QPCIDevice *dev, unsigned entry);

/* Number a bridge's buses, open windows through it; the bus behind, to be freed. */
QPCIBus *qpci_bridge_open(QPCIDevice *bridge, int secondary, int subordinate);
/* Change the numbers only; the bus object follows. */
void qpci_bridge_renumber(QPCIDevice *bridge, QPCIBus *behind, int secondary,
                          int subordinate);

/* A root port's slot: its power switch (with the indicator), a card's presence. */
void qpci_slot_power(QPCIDevice *port, bool on);
bool qpci_slot_present(QPCIDevice *port);

#endif
