/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A virtio driver over qtest: one device on PCI or MMIO, its queues in either ring
 * layout. Guest memory comes from a bump allocator; addresses the device sees may
 * differ from them by a constant, for tests behind an IOMMU.
 */
#ifndef TESTS_LIBQOS_VIRTIO_H
#define TESTS_LIBQOS_VIRTIO_H

#include "libqos/pci.h"
#include "standard-headers/linux/virtio_config.h"
#include "standard-headers/linux/virtio_ids.h"
#include "standard-headers/linux/virtio_ring.h"

#define QVIRTIO_BIT(n) (1ULL << (n))

typedef struct QVirtio QVirtio;
typedef struct QVirtqueue QVirtqueue;

/* One piece of a buffer, by guest-physical address. */
typedef struct QVirtioBuf {
    uint64_t addr;
    uint32_t len;
    bool write; /* the device writes it */
} QVirtioBuf;

/* What a transport can do. */
typedef struct QVirtioOps {
    uint16_t (*device_id)(QVirtio *d);
    uint32_t (*feature_word)(QVirtio *d, unsigned n);
    void (*set_feature_word)(QVirtio *d, unsigned n, uint32_t val);
    uint8_t (*status)(QVirtio *d);
    void (*set_status)(QVirtio *d, uint8_t val);
    uint32_t (*generation)(QVirtio *d);
    uint16_t (*queue_max)(QVirtio *d, unsigned n);
    void (*queue_enable)(QVirtio *d, unsigned n, uint16_t size, uint64_t desc,
                         uint64_t driver, uint64_t device);
    /* By the queue's own reset register; the queue is disabled afterwards. */
    void (*queue_reset)(QVirtio *d, unsigned n);
    bool (*queue_enabled)(QVirtio *d, unsigned n);
    void (*kick)(QVirtio *d, unsigned n);
    /* The interrupt status, acknowledged. */
    uint8_t (*take_isr)(QVirtio *d);
    uint32_t (*config_read)(QVirtio *d, unsigned off, int size);
    void (*config_write)(QVirtio *d, unsigned off, uint32_t val, int size);
    void (*free)(QVirtio *d);
} QVirtioOps;

/* First member of each transport's own state. */
struct QVirtio {
    QTestState *qts;
    const QVirtioOps *ops;
    uint64_t features;    /* accepted */
    uint64_t iova_offset; /* device address = guest address + this */
};

/* ---- memory ---- */

/* Zeroed guest memory, never given back; @align is a power of two. */
uint64_t qvirtio_alloc(QTestState *qts, uint64_t size, uint64_t align);
/* Before the first test on a new machine. */
void qvirtio_alloc_reset(void);

/* ---- devices ---- */

/* The first device of this virtio type on the root bus; it must be there. */
QVirtio *qvirtio_pci_find(QPCIBus *bus, uint16_t device_id);
/* The one at this place. */
QVirtio *qvirtio_pci_new(QPCIBus *bus, int devfn);
QPCIDevice *qvirtio_pci_function(QVirtio *d);
/* The MSI-X vector of a queue, and as it reads back. */
void qvirtio_pci_set_vector(QVirtio *d, unsigned queue, uint16_t vector);
uint16_t qvirtio_pci_vector(QVirtio *d, unsigned queue);
/* The first device of this type in the slots of the machine virt. */
QVirtio *qvirtio_mmio_find(QTestState *qts, uint16_t device_id);
QVirtio *qvirtio_mmio_new(QTestState *qts, uint64_t base);
void qvirtio_free(QVirtio *d);

uint64_t qvirtio_offered(QVirtio *d);
/* Reset, then as far as FEATURES_OK; the status as it reads then. */
uint8_t qvirtio_negotiate(QVirtio *d, uint64_t features);
/* All of @want that is offered, and VERSION_1; FEATURES_OK must stay. */
void qvirtio_start(QVirtio *d, uint64_t want);
void qvirtio_driver_ok(QVirtio *d);
bool qvirtio_needs_reset(QVirtio *d);

/* ---- queues ---- */

/* At most @max entries (0: as many as there may be), in the layout negotiated. */
QVirtqueue *qvirtqueue_new(QVirtio *d, unsigned n, uint16_t max);
void qvirtqueue_free(QVirtqueue *vq);
/* Makes a buffer available, in a table of its own if @indirect; its id. */
uint16_t qvirtqueue_add(QVirtqueue *vq, const QVirtioBuf *buf, unsigned n,
                        bool indirect);
void qvirtqueue_kick(QVirtqueue *vq);
/* The next returned buffer, if there is one. */
bool qvirtqueue_poll(QVirtqueue *vq, uint16_t *id, uint32_t *len);
/* The next one, which must be this; the bytes written. Waits. */
uint32_t qvirtqueue_wait(QVirtqueue *vq, uint16_t id);
/* Add, kick, wait. */
uint32_t qvirtqueue_run(QVirtqueue *vq, const QVirtioBuf *buf, unsigned n,
                        bool indirect);
/* Whether the device shall interrupt for returned buffers (no EVENT_IDX). */
void qvirtqueue_set_interrupt(QVirtqueue *vq, bool on);

#endif
