/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz-virtio-regs.h over virtio-mmio. */
#include "qemu/osdep.h"
#include "hw/core/qdev-properties.h"
#include "hw/core/sysbus.h"
#include "hw/virtio/virtio-mmio.h"
#include "../unit/memory-test.h"
#include "fuzz-virtio-regs.h"
#include "standard-headers/linux/virtio_mmio.h"

#define BASE     0x0a000000
#define SLOT     0x200
#define RAM_SIZE 65536

static void reg(VirtioFuzz *f, unsigned dev, unsigned offset, uint32_t val)
{
    fuzz_phys_write(f->regs[dev] + offset, val, 4);
}

static void reset(VirtioFuzz *f, unsigned dev)
{
    reg(f, dev, VIRTIO_MMIO_STATUS, 0);
}

static void set_address(VirtioFuzz *f, unsigned dev, unsigned offset, hwaddr addr)
{
    reg(f, dev, offset, addr);
    reg(f, dev, offset + 4, addr >> 32);
}

static void drive(VirtioFuzz *f, unsigned dev, uint64_t features, unsigned n)
{
    reset(f, dev);
    reg(f, dev, VIRTIO_MMIO_STATUS, 3);
    reg(f, dev, VIRTIO_MMIO_DRIVER_FEATURES_SEL, 0);
    reg(f, dev, VIRTIO_MMIO_DRIVER_FEATURES, features);
    reg(f, dev, VIRTIO_MMIO_DRIVER_FEATURES_SEL, 1);
    reg(f, dev, VIRTIO_MMIO_DRIVER_FEATURES, features >> 32);
    reg(f, dev, VIRTIO_MMIO_STATUS, 11);
    reg(f, dev, VIRTIO_MMIO_QUEUE_SEL, n);
    reg(f, dev, VIRTIO_MMIO_QUEUE_NUM, 64);
    set_address(f, dev, VIRTIO_MMIO_QUEUE_DESC_LOW, f->ram);
    set_address(f, dev, VIRTIO_MMIO_QUEUE_AVAIL_LOW, f->ram + 0x1000);
    set_address(f, dev, VIRTIO_MMIO_QUEUE_USED_LOW, f->ram + 0x2000);
    reg(f, dev, VIRTIO_MMIO_QUEUE_READY, 1);
    reg(f, dev, VIRTIO_MMIO_STATUS, 15);
}

static void kick(VirtioFuzz *f, unsigned dev, unsigned n)
{
    reg(f, dev, VIRTIO_MMIO_QUEUE_NOTIFY, n);
}

static void extra(VirtioFuzz *f, unsigned dev, unsigned offset, uint32_t val)
{
    reg(f, dev, VIRTIO_MMIO_QUEUE_SEL, offset & 3);
    reg(f, dev, val & 1 ? VIRTIO_MMIO_QUEUE_RESET : VIRTIO_MMIO_QUEUE_READY, val & 1);
}

static VirtIODevice *add_device(VirtioFuzz *f, unsigned i, const char *type,
                                const char *packed)
{
    DeviceState *slot = qdev_new(TYPE_VIRTIO_MMIO), *dev = qdev_new(type);

    f->regs[i] = BASE + i * SLOT;
    sysbus_realize_and_unref(SYS_BUS_DEVICE(slot), &error_abort);
    sysbus_mmio_map(SYS_BUS_DEVICE(slot), 0, f->regs[i]);
    object_property_parse(OBJECT(dev), "packed", packed, &error_abort);
    if (object_property_find(OBJECT(dev), "drive")) {
        object_property_parse(OBJECT(dev), "drive", "disk", &error_abort);
    }
    qdev_realize_and_unref(dev, BUS(&VIRTIO_MMIO(slot)->bus), &error_abort);
    return VIRTIO_DEVICE(dev);
}

static void add_ram(void)
{
    static char *argv[] = { (char *)"fuzz", NULL }, **av = argv;
    static MemoryRegion ram;
    int argc = 1;

    memory_test_init(&argc, &av);
    memory_region_init_ram(&ram, NULL, "ram", RAM_SIZE, &error_abort);
    memory_region_add_subregion(get_system_memory(), 0, &ram);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static VirtioFuzz f = { .window = SLOT,
                            .ram_size = RAM_SIZE,
                            .drive = drive,
                            .reset = reset,
                            .kick = kick,
                            .extra = extra };

    if (!f.vdev[0]) {
        add_ram();
        fuzz_virtio_backends();
        f.vdev[0] = add_device(&f, 0, "virtio-blk-device", "on");
        f.vdev[1] = add_device(&f, 1, "virtio-net-device", "off");
        f.vdev[2] = add_device(&f, 2, "virtio-rng-device", "on");
        runstate_set(RUN_STATE_RUNNING);
    }
    fuzz_virtio_run(&f, data, size);
    return 0;
}
