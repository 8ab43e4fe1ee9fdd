/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A virtio device in a virtio-mmio slot, version 2. */
#include "libqos/virtio.h"
#include "standard-headers/linux/virtio_mmio.h"

#ifndef VIRTIO_MMIO_QUEUE_RESET
#define VIRTIO_MMIO_QUEUE_RESET 0x0c0 /* VIRTIO 1.2; not in every header yet */
#endif

/* The slots of the machine virt. */
#define SLOTS_BASE 0x0a000000
#define SLOT_SIZE  0x200
#define N_SLOTS    32

typedef struct QVirtioMMIO {
    QVirtio d;
    uint64_t base;
} QVirtioMMIO;

static uint32_t rd(QVirtio *d, unsigned reg)
{
    return qtest_readl(d->qts, ((QVirtioMMIO *)d)->base + reg);
}

static void wr(QVirtio *d, unsigned reg, uint32_t val)
{
    qtest_writel(d->qts, ((QVirtioMMIO *)d)->base + reg, val);
}

static uint16_t mmio_device_id(QVirtio *d)
{
    return rd(d, VIRTIO_MMIO_DEVICE_ID);
}

static uint32_t mmio_feature_word(QVirtio *d, unsigned n)
{
    wr(d, VIRTIO_MMIO_DEVICE_FEATURES_SEL, n);
    return rd(d, VIRTIO_MMIO_DEVICE_FEATURES);
}

static void mmio_set_feature_word(QVirtio *d, unsigned n, uint32_t val)
{
    wr(d, VIRTIO_MMIO_DRIVER_FEATURES_SEL, n);
    wr(d, VIRTIO_MMIO_DRIVER_FEATURES, val);
}

static uint8_t mmio_status(QVirtio *d)
{
    return rd(d, VIRTIO_MMIO_STATUS);
}

static void mmio_set_status(QVirtio *d, uint8_t val)
{
    wr(d, VIRTIO_MMIO_STATUS, val);
}

static uint32_t mmio_generation(QVirtio *d)
{
    return rd(d, VIRTIO_MMIO_CONFIG_GENERATION);
}

static uint16_t mmio_queue_max(QVirtio *d, unsigned n)
{
    wr(d, VIRTIO_MMIO_QUEUE_SEL, n);
    return rd(d, VIRTIO_MMIO_QUEUE_NUM_MAX);
}

static void write_address(QVirtio *d, unsigned reg, uint64_t addr)
{
    wr(d, reg, addr);
    wr(d, reg + 4, addr >> 32);
}

static void mmio_queue_enable(QVirtio *d, unsigned n, uint16_t size, uint64_t desc,
                              uint64_t driver, uint64_t device)
{
    wr(d, VIRTIO_MMIO_QUEUE_SEL, n);
    g_assert_cmpuint(rd(d, VIRTIO_MMIO_QUEUE_READY), ==, 0);
    wr(d, VIRTIO_MMIO_QUEUE_NUM, size);
    write_address(d, VIRTIO_MMIO_QUEUE_DESC_LOW, desc);
    write_address(d, VIRTIO_MMIO_QUEUE_AVAIL_LOW, driver);
    write_address(d, VIRTIO_MMIO_QUEUE_USED_LOW, device);
    wr(d, VIRTIO_MMIO_QUEUE_READY, 1);
}

static void mmio_queue_reset(QVirtio *d, unsigned n)
{
    wr(d, VIRTIO_MMIO_QUEUE_SEL, n);
    wr(d, VIRTIO_MMIO_QUEUE_RESET, 1);
    g_assert_cmpuint(rd(d, VIRTIO_MMIO_QUEUE_RESET), ==, 0);
}

static bool mmio_queue_enabled(QVirtio *d, unsigned n)
{
    wr(d, VIRTIO_MMIO_QUEUE_SEL, n);
    return rd(d, VIRTIO_MMIO_QUEUE_READY);
}

static void mmio_kick(QVirtio *d, unsigned n)
{
    wr(d, VIRTIO_MMIO_QUEUE_NOTIFY, n);
}

static uint8_t mmio_take_isr(QVirtio *d)
{
    uint8_t isr = rd(d, VIRTIO_MMIO_INTERRUPT_STATUS);

    wr(d, VIRTIO_MMIO_INTERRUPT_ACK, isr);
    return isr;
}

static uint32_t mmio_config_read(QVirtio *d, unsigned off, int size)
{
    uint64_t addr = ((QVirtioMMIO *)d)->base + VIRTIO_MMIO_CONFIG + off;

    return qpci_mem_read(d->qts, addr, size);
}

static void mmio_config_write(QVirtio *d, unsigned off, uint32_t val, int size)
{
    uint64_t addr = ((QVirtioMMIO *)d)->base + VIRTIO_MMIO_CONFIG + off;

    qpci_mem_write(d->qts, addr, val, size);
}

static void mmio_free(QVirtio *d)
{
}

static const QVirtioOps mmio_ops = {
    .device_id = mmio_device_id,
    .feature_word = mmio_feature_word,
    .set_feature_word = mmio_set_feature_word,
    .status = mmio_status,
    .set_status = mmio_set_status,
    .generation = mmio_generation,
    .queue_max = mmio_queue_max,
    .queue_enable = mmio_queue_enable,
    .queue_reset = mmio_queue_reset,
    .queue_enabled = mmio_queue_enabled,
    .kick = mmio_kick,
    .take_isr = mmio_take_isr,
    .config_read = mmio_config_read,
    .config_write = mmio_config_write,
    .free = mmio_free,
};

QVirtio *qvirtio_mmio_new(QTestState *qts, uint64_t base)
{
    QVirtioMMIO *m = g_new0(QVirtioMMIO, 1);

    m->d.qts = qts;
    m->d.ops = &mmio_ops;
    m->base = base;
    g_assert_cmphex(rd(&m->d, VIRTIO_MMIO_MAGIC_VALUE), ==, 0x74726976);
    g_assert_cmpuint(rd(&m->d, VIRTIO_MMIO_VERSION), ==, 2);
    return &m->d;
}

QVirtio *qvirtio_mmio_find(QTestState *qts, uint16_t device_id)
{
    for (unsigned i = 0; i < N_SLOTS; i++) {
        QVirtio *d = qvirtio_mmio_new(qts, SLOTS_BASE + i * SLOT_SIZE);

        if (d->ops->device_id(d) == device_id) {
            return d;
        }
        qvirtio_free(d);
    }
    g_error("no virtio device of type %u in any slot", device_id);
}
