/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A whole machine in this process, and the driver's side of its virtio devices:
 * split rings, written and read by pointer, kicked by a function call. The guest
 * has no processor: the caller is the guest.
 */
#ifndef TESTS_BENCH_MACHINE_H
#define TESTS_BENCH_MACHINE_H

#include "exec/hwaddr.h"
#include "hw/virtio/virtio.h"

#define BENCH_RAM_BASE 0x40000000ULL /* as the machine virt has it */

/* Once per process. @options: of the command line, NULL at the end. */
void bench_machine(const char *const *options);

/* Guest memory at @phys, which is inside the RAM. */
uint8_t *bench_ram(hwaddr phys);

/* The virtio device of the PCI or MMIO device with this id; may master the bus. */
VirtIODevice *bench_device(const char *id);
/* Its PCI requester id. */
uint32_t bench_requester_id(const char *id);

/* Resets the device and drives it up to FEATURES_OK. */
void bench_negotiate(VirtIODevice *vdev, uint64_t features);
void bench_driver_ok(VirtIODevice *vdev);

typedef struct BenchQueue {
    VirtIODevice *vdev;
    unsigned index;
    unsigned num;
    uint8_t *desc; /* in guest RAM */
    uint8_t *avail;
    uint8_t *used;
    uint16_t avail_idx;
} BenchQueue;

/* Guest memory that a ring takes. */
#define BENCH_QUEUE_BYTES 0x4000

/*
 * Sets queue @index up at @phys; @offset is added to what the device is told, for
 * one that does not see guest-physical addresses. The driver wants no interrupts.
 */
BenchQueue bench_queue(VirtIODevice *vdev, unsigned index, hwaddr phys, hwaddr offset);

/* Descriptor @i; VRING_DESC_F_NEXT leads to @i + 1. */
void bench_desc(BenchQueue *q, unsigned i, hwaddr addr, uint32_t len, uint16_t flags);
void bench_desc_len(BenchQueue *q, unsigned i, uint32_t len);
/* Offers the chain at @head; bench_kick() shows all that were offered. */
void bench_offer(BenchQueue *q, unsigned head);
/* Returns when all that was offered came back. */
void bench_kick(BenchQueue *q);

#endif
