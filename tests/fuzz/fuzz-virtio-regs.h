/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A driver that writes anything to the registers, the rings and the buffers of
 * three virtio devices. Each input is a list of steps of eight bytes: operation,
 * device and size, offset (16 bits), value (32 bits). Afterwards a device reset
 * must still work and no device may hold a buffer.
 */
#ifndef TESTS_FUZZ_VIRTIO_REGS_H
#define TESTS_FUZZ_VIRTIO_REGS_H

#include "hw/virtio/virtio-bus.h"
#include "qemu/bswap.h"
#include "qemu/main-loop.h"
#include "qemu/rcu.h"
#include "system/address-spaces.h"
#include "system/blockdev.h"

#define VIRTIO_FUZZ_STEP  8
#define VIRTIO_FUZZ_STEPS 256
#define VIRTIO_FUZZ_DEVS  3

typedef struct VirtioFuzz {
    hwaddr regs[VIRTIO_FUZZ_DEVS]; /* register windows */
    hwaddr window;                 /* bytes of each that are worth writing */
    hwaddr ram, ram_size;
    VirtIODevice *vdev[VIRTIO_FUZZ_DEVS];
    /* Negotiates @features, sets queue @n up at the start of RAM, DRIVER_OK. */
    void (*drive)(struct VirtioFuzz *f, unsigned dev, uint64_t features, unsigned n);
    void (*reset)(struct VirtioFuzz *f, unsigned dev);
    void (*kick)(struct VirtioFuzz *f, unsigned dev, unsigned n);
    /* Operations of the transport alone. */
    void (*extra)(struct VirtioFuzz *f, unsigned dev, unsigned offset, uint32_t val);
} VirtioFuzz;

static inline void fuzz_phys_write(hwaddr addr, uint64_t val, unsigned size)
{
    uint8_t bytes[8];

    stq_le_p(bytes, val);
    address_space_write(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED, bytes,
                        size);
}

static inline void fuzz_phys_read(hwaddr addr, unsigned size)
{
    uint8_t bytes[8];

    address_space_read(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED, bytes,
                       size);
}

static inline void fuzz_settle(unsigned rounds)
{
    while (rounds--) {
        main_loop_wait(true);
    }
}

/* A descriptor, in the layout of either ring, and an entry of the available ring. */
static inline void fuzz_descriptor(VirtioFuzz *f, unsigned offset, uint32_t val)
{
    hwaddr at = f->ram + offset % 64 * 16;

    fuzz_phys_write(at, f->ram + 0x3000 + (val & 0xfff), 8);
    fuzz_phys_write(at + 8, val >> 12 & 0xfff, 4);
    fuzz_phys_write(at + 12, val >> 24 & 7, 2);
    fuzz_phys_write(at + 14, val >> 16, 2);
    fuzz_phys_write(f->ram + 0x1002, (offset >> 8) + 1, 2);
}

static inline void fuzz_virtio_step(VirtioFuzz *f, const uint8_t *step)
{
    unsigned dev = step[1] % VIRTIO_FUZZ_DEVS, size = 1 << (step[1] >> 4 & 3);
    unsigned offset = lduw_le_p(step + 2);
    uint32_t val = ldl_le_p(step + 4);
    hwaddr reg = f->regs[dev] + offset % f->window;

    switch (step[0] % 9) {
    case 0:
        fuzz_phys_write(reg, val, size);
        break;
    case 1:
        fuzz_phys_read(reg, size);
        break;
    case 2:
        fuzz_phys_write(f->ram + offset % (f->ram_size - 8), val, size);
        break;
    case 3:
        f->drive(f, dev, f->vdev[dev]->host_features & ~((uint64_t)val << 24),
                 offset & 3);
        break;
    case 4:
        fuzz_descriptor(f, offset, val);
        break;
    case 5:
    case 6:
        f->kick(f, dev, offset & 3);
        break;
    case 7:
        fuzz_settle(1 + (val & 3));
        break;
    default:
        f->extra(f, dev, offset, val);
        break;
    }
}

static inline void fuzz_virtio_run(VirtioFuzz *f, const uint8_t *data, size_t size)
{
    g_autofree uint8_t *zero = g_malloc0(f->ram_size);

    for (unsigned n = 0; size >= VIRTIO_FUZZ_STEP && n < VIRTIO_FUZZ_STEPS; n++) {
        fuzz_virtio_step(f, data);
        data += VIRTIO_FUZZ_STEP;
        size -= VIRTIO_FUZZ_STEP;
    }
    for (unsigned i = 0; i < VIRTIO_FUZZ_DEVS; i++) {
        f->reset(f, i);
        g_assert_cmphex(f->vdev[i]->status, ==, 0);
        g_assert_false(f->vdev[i]->broken);
    }
    fuzz_settle(2);
    address_space_write(&address_space_memory, f->ram, MEMTXATTRS_UNSPECIFIED, zero,
                        f->ram_size);
    drain_call_rcu();
}

/* The backend of the block device: takes everything, gives zeroes. */
static inline void fuzz_virtio_backends(void)
{
    drive_add("file=null-co://,file.read-zeroes=on,if=none,id=disk", &error_abort);
}

#endif
