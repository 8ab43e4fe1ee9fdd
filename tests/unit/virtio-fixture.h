/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A virtio device of its own for unit tests: one queue, 1 MiB of RAM at address 0,
 * a transport that counts interrupts, and the driver's side of both ring layouts.
 */
#ifndef TESTS_UNIT_VIRTIO_FIXTURE_H
#define TESTS_UNIT_VIRTIO_FIXTURE_H

#include "hw/virtio/virtio-bus.h"
#include "qapi/error.h"

#define T_RAM_SIZE   (1024 * 1024)
#define T_DESC       0x1000
#define T_DRIVER     0x2000
#define T_DEVICE     0x3000
#define T_TABLE      0x4000
#define T_BUF        0x10000
#define T_QUEUE_SIZE 16

#define T_BIT(n)     (1ULL << (n))
#define T_VERSION_1  T_BIT(VIRTIO_F_VERSION_1)
#define T_INDIRECT   T_BIT(VIRTIO_RING_F_INDIRECT_DESC)
#define T_EVENT_IDX  T_BIT(VIRTIO_RING_F_EVENT_IDX)
#define T_PACKED     T_BIT(VIRTIO_F_RING_PACKED)

#define NEXT         VRING_DESC_F_NEXT
#define WRITE        VRING_DESC_F_WRITE
#define INDIRECT     VRING_DESC_F_INDIRECT

typedef struct VirtioTest {
    DeviceState *transport;
    VirtIODevice *vdev;
    VirtQueue *vq;
    uint8_t *ram; /* what the device sees at address 0 */
    unsigned interrupts;
    unsigned handled; /* kicks that reached the device */
    /* the driver's side of a packed ring */
    uint16_t slot;
    bool wrap;
    /* and of a split ring */
    uint16_t avail_idx;
} VirtioTest;

/* How the bus answers get_dma_as; NULL: it has no answer, as ccw. */
extern AddressSpace *virtio_test_platform_as;
/* The bus lets a driver refuse ACCESS_PLATFORM, as ccw. */
extern bool virtio_test_platform_optional;

void virtio_test_init(int *argc, char ***argv);
/* @props: "access_platform=on"-like pairs, NULL terminated name, value strings. */
VirtioTest *virtio_test_new(const char *const *props, Error **errp);
/* The same with a device of another type. */
VirtioTest *virtio_test_new_type(const char *type, const char *const *props,
                                 Error **errp);
/* A device that is driven: @features negotiated, the queue set, DRIVER_OK. */
VirtioTest *virtio_test_driven(uint64_t features);
void virtio_test_free(VirtioTest *t);

/* The status after a negotiation of @features up to FEATURES_OK. */
uint8_t virtio_test_negotiate(VirtioTest *t, uint64_t features);
void virtio_test_set_rings(VirtioTest *t, hwaddr desc, hwaddr driver, hwaddr device);
bool virtio_test_broken(const VirtioTest *t);

/* ---- split: @base is T_DESC or a table ---- */
void split_desc(VirtioTest *t, hwaddr base, unsigned i, uint64_t addr, uint32_t len,
                uint16_t flags, uint16_t next);
void split_offer(VirtioTest *t, uint16_t head);
uint16_t split_used_idx(VirtioTest *t);
void split_used(VirtioTest *t, unsigned i, uint32_t *id, uint32_t *len);

/* ---- packed ---- */
/* The next descriptor of the ring, made available. */
void packed_offer(VirtioTest *t, uint64_t addr, uint32_t len, uint16_t id,
                  uint16_t flags);
void packed_table(VirtioTest *t, unsigned i, uint64_t addr, uint32_t len,
                  uint16_t flags);
/* The slot was used in a lap with this wrap counter. */
bool packed_is_used(VirtioTest *t, unsigned slot, bool wrap, uint16_t *id,
                    uint32_t *len);

#endif
