/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A virtio device on PCI: the modern register layout, found by its capabilities. */
#include "libqos/virtio.h"
#include "standard-headers/linux/pci_regs.h"
#include "standard-headers/linux/virtio_pci.h"

typedef struct QVirtioPCI {
    QVirtio d;
    QPCIDevice *pci; /* owned */
    QPCIBar bar;
    uint32_t common, notify, isr, config, multiplier;
} QVirtioPCI;

static QVirtioPCI *pci_of(QVirtio *d)
{
    return (QVirtioPCI *)d;
}

static uint32_t rd(QVirtioPCI *p, uint64_t off, int size)
{
    return size == 1   ? qpci_io_readb(p->pci, p->bar, off)
           : size == 2 ? qpci_io_readw(p->pci, p->bar, off)
                       : qpci_io_readl(p->pci, p->bar, off);
}

static void wr(QVirtioPCI *p, uint64_t off, uint32_t val, int size)
{
    if (size == 1) {
        qpci_io_writeb(p->pci, p->bar, off, val);
    } else if (size == 2) {
        qpci_io_writew(p->pci, p->bar, off, val);
    } else {
        qpci_io_writel(p->pci, p->bar, off, val);
    }
}

static uint16_t pci_device_id(QVirtio *d)
{
    return qpci_config_readw(pci_of(d)->pci, PCI_DEVICE_ID) - 0x1040;
}

static uint32_t pci_feature_word(QVirtio *d, unsigned n)
{
    wr(pci_of(d), pci_of(d)->common + VIRTIO_PCI_COMMON_DFSELECT, n, 4);
    return rd(pci_of(d), pci_of(d)->common + VIRTIO_PCI_COMMON_DF, 4);
}

static void pci_set_feature_word(QVirtio *d, unsigned n, uint32_t val)
{
    wr(pci_of(d), pci_of(d)->common + VIRTIO_PCI_COMMON_GFSELECT, n, 4);
    wr(pci_of(d), pci_of(d)->common + VIRTIO_PCI_COMMON_GF, val, 4);
}

static uint8_t pci_status(QVirtio *d)
{
    return rd(pci_of(d), pci_of(d)->common + VIRTIO_PCI_COMMON_STATUS, 1);
}

static void pci_set_status(QVirtio *d, uint8_t val)
{
    wr(pci_of(d), pci_of(d)->common + VIRTIO_PCI_COMMON_STATUS, val, 1);
}

static uint32_t pci_generation(QVirtio *d)
{
    return rd(pci_of(d), pci_of(d)->common + VIRTIO_PCI_COMMON_CFGGENERATION, 1);
}

static void select_queue(QVirtio *d, unsigned n)
{
    wr(pci_of(d), pci_of(d)->common + VIRTIO_PCI_COMMON_Q_SELECT, n, 2);
}

static uint16_t pci_queue_max(QVirtio *d, unsigned n)
{
    select_queue(d, n);
    return rd(pci_of(d), pci_of(d)->common + VIRTIO_PCI_COMMON_Q_SIZE, 2);
}

static void write_address(QVirtioPCI *p, uint32_t reg, uint64_t addr)
{
    wr(p, p->common + reg, addr, 4);
    wr(p, p->common + reg + 4, addr >> 32, 4);
}

static void pci_queue_enable(QVirtio *d, unsigned n, uint16_t size, uint64_t desc,
                             uint64_t driver, uint64_t device)
{
    QVirtioPCI *p = pci_of(d);

    select_queue(d, n);
    wr(p, p->common + VIRTIO_PCI_COMMON_Q_SIZE, size, 2);
    write_address(p, VIRTIO_PCI_COMMON_Q_DESCLO, desc);
    write_address(p, VIRTIO_PCI_COMMON_Q_AVAILLO, driver);
    write_address(p, VIRTIO_PCI_COMMON_Q_USEDLO, device);
    wr(p, p->common + VIRTIO_PCI_COMMON_Q_ENABLE, 1, 2);
}

static void pci_queue_reset(QVirtio *d, unsigned n)
{
    select_queue(d, n);
    wr(pci_of(d), pci_of(d)->common + VIRTIO_PCI_COMMON_Q_RESET, 1, 2);
    g_assert_cmpuint(rd(pci_of(d), pci_of(d)->common + VIRTIO_PCI_COMMON_Q_RESET, 2),
                     ==, 0);
}

static bool pci_queue_enabled(QVirtio *d, unsigned n)
{
    select_queue(d, n);
    return rd(pci_of(d), pci_of(d)->common + VIRTIO_PCI_COMMON_Q_ENABLE, 2);
}

static void pci_kick(QVirtio *d, unsigned n)
{
    QVirtioPCI *p = pci_of(d);
    uint16_t off;

    select_queue(d, n);
    off = rd(p, p->common + VIRTIO_PCI_COMMON_Q_NOFF, 2);
    wr(p, p->notify + off * p->multiplier, n, 2);
}

static uint8_t pci_take_isr(QVirtio *d)
{
    return rd(pci_of(d), pci_of(d)->isr, 1);
}

static uint32_t pci_config_read(QVirtio *d, unsigned off, int size)
{
    return rd(pci_of(d), pci_of(d)->config + off, size);
}

static void pci_config_write(QVirtio *d, unsigned off, uint32_t val, int size)
{
    wr(pci_of(d), pci_of(d)->config + off, val, size);
}

static void pci_free(QVirtio *d)
{
    g_free(pci_of(d)->pci);
}

static const QVirtioOps pci_ops = {
    .device_id = pci_device_id,
    .feature_word = pci_feature_word,
    .set_feature_word = pci_set_feature_word,
    .status = pci_status,
    .set_status = pci_set_status,
    .generation = pci_generation,
    .queue_max = pci_queue_max,
    .queue_enable = pci_queue_enable,
    .queue_reset = pci_queue_reset,
    .queue_enabled = pci_queue_enabled,
    .kick = pci_kick,
    .take_isr = pci_take_isr,
    .config_read = pci_config_read,
    .config_write = pci_config_write,
    .free = pci_free,
};

/* The structure of this kind; @cap gets where its capability is. */
static uint32_t find_structure(QVirtioPCI *p, uint8_t type, uint8_t *bar, uint8_t *cap)
{
    uint8_t pos = 0;

    while ((pos = qpci_find_capability(p->pci, PCI_CAP_ID_VNDR, pos))) {
        if (qpci_config_readb(p->pci, pos + 3) == type) {
            *bar = qpci_config_readb(p->pci, pos + 4);
            *cap = pos;
            return qpci_config_readl(p->pci, pos + 8);
        }
    }
    g_error("virtio-pci: no structure of type %u", type);
}

QVirtio *qvirtio_pci_new(QPCIBus *bus, int devfn)
{
    QVirtioPCI *p = g_new0(QVirtioPCI, 1);
    uint8_t bar, cap;

    p->d.qts = bus->qts;
    p->d.ops = &pci_ops;
    p->pci = qpci_device_find(bus, devfn);
    g_assert_nonnull(p->pci);
    g_assert_cmphex(qpci_config_readw(p->pci, PCI_VENDOR_ID), ==, 0x1af4);
    p->isr = find_structure(p, VIRTIO_PCI_CAP_ISR_CFG, &bar, &cap);
    p->config = find_structure(p, VIRTIO_PCI_CAP_DEVICE_CFG, &bar, &cap);
    p->notify = find_structure(p, VIRTIO_PCI_CAP_NOTIFY_CFG, &bar, &cap);
    p->multiplier = qpci_config_readl(p->pci, cap + 16);
    p->common = find_structure(p, VIRTIO_PCI_CAP_COMMON_CFG, &bar, &cap);
    p->bar = qpci_iomap(p->pci, bar);
    g_assert_cmpuint(p->bar.size, >, 0);
    qpci_device_enable(p->pci);
    return &p->d;
}

QVirtio *qvirtio_pci_find(QPCIBus *bus, uint16_t device_id)
{
    for (int devfn = 0; devfn < 256; devfn += 8) {
        g_autofree QPCIDevice *dev = qpci_device_find(bus, devfn);

        if (dev && qpci_config_readl(dev, PCI_VENDOR_ID) ==
                       (0x1af4 | (0x1040u + device_id) << 16)) {
            return qvirtio_pci_new(bus, devfn);
        }
    }
    g_error("no virtio device of type %u on the bus", device_id);
}

QPCIDevice *qvirtio_pci_function(QVirtio *d)
{
    return pci_of(d)->pci;
}

void qvirtio_pci_set_vector(QVirtio *d, unsigned queue, uint16_t vector)
{
    select_queue(d, queue);
    wr(pci_of(d), pci_of(d)->common + VIRTIO_PCI_COMMON_Q_MSIX, vector, 2);
}

uint16_t qvirtio_pci_vector(QVirtio *d, unsigned queue)
{
    select_queue(d, queue);
    return rd(pci_of(d), pci_of(d)->common + VIRTIO_PCI_COMMON_Q_MSIX, 2);
}
