/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz-virtio-regs.h over virtio-pci, with configuration space and MSI-X. */
#include "qemu/osdep.h"
#include "../unit/pci-testbed.h"
#include "fuzz-virtio-regs.h"
#include "hw/virtio/virtio-pci.h"
#include "standard-headers/linux/virtio_pci.h"

#define WINDOW 0x4000
#define NOTIFY 0x3000

static PCIDevice *functions[VIRTIO_FUZZ_DEVS];

static void reg(VirtioFuzz *f, unsigned dev, unsigned offset, uint32_t val, int size)
{
    fuzz_phys_write(f->regs[dev] + offset, val, size);
}

/* Whatever was done to configuration space: reachable again. */
static void reachable(VirtioFuzz *f, unsigned dev)
{
    PCIDevice *d = functions[dev];

    pci_default_write_config(d, PCI_BASE_ADDRESS_4, f->regs[dev], 4);
    pci_default_write_config(d, PCI_BASE_ADDRESS_5, f->regs[dev] >> 32, 4);
    pci_default_write_config(d, PCI_BASE_ADDRESS_1, f->regs[dev] + 0x8000, 4);
    d->config_write(d, PCI_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER, 2);
}

static void reset(VirtioFuzz *f, unsigned dev)
{
    reachable(f, dev);
    reg(f, dev, VIRTIO_PCI_COMMON_STATUS, 0, 1);
}

static void set_address(VirtioFuzz *f, unsigned dev, unsigned offset, hwaddr addr)
{
    reg(f, dev, offset, addr, 4);
    reg(f, dev, offset + 4, addr >> 32, 4);
}

static void drive(VirtioFuzz *f, unsigned dev, uint64_t features, unsigned n)
{
    reset(f, dev);
    reg(f, dev, VIRTIO_PCI_COMMON_STATUS, 3, 1);
    reg(f, dev, VIRTIO_PCI_COMMON_GFSELECT, 0, 4);
    reg(f, dev, VIRTIO_PCI_COMMON_GF, features, 4);
    reg(f, dev, VIRTIO_PCI_COMMON_GFSELECT, 1, 4);
    reg(f, dev, VIRTIO_PCI_COMMON_GF, features >> 32, 4);
    reg(f, dev, VIRTIO_PCI_COMMON_STATUS, 11, 1);
    reg(f, dev, VIRTIO_PCI_COMMON_Q_SELECT, n, 2);
    reg(f, dev, VIRTIO_PCI_COMMON_Q_SIZE, 64, 2);
    reg(f, dev, VIRTIO_PCI_COMMON_Q_MSIX, n, 2);
    set_address(f, dev, VIRTIO_PCI_COMMON_Q_DESCLO, f->ram);
    set_address(f, dev, VIRTIO_PCI_COMMON_Q_AVAILLO, f->ram + 0x1000);
    set_address(f, dev, VIRTIO_PCI_COMMON_Q_USEDLO, f->ram + 0x2000);
    reg(f, dev, VIRTIO_PCI_COMMON_Q_ENABLE, 1, 2);
    reg(f, dev, VIRTIO_PCI_COMMON_STATUS, 15, 1);
}

static void kick(VirtioFuzz *f, unsigned dev, unsigned n)
{
    reg(f, dev, NOTIFY + 4 * n, n, 2);
}

static void extra(VirtioFuzz *f, unsigned dev, unsigned offset, uint32_t val)
{
    PCIDevice *d = functions[dev];

    if (offset & 1) {
        d->config_write(d, offset & 0xfc, val, 4);
        d->config_read(d, offset & 0xfc, 4);
    } else if (offset & 2) {
        fuzz_phys_write(f->regs[dev] + 0x8000 + (offset & 0xfc), val, 4);
    } else {
        reg(f, dev, VIRTIO_PCI_COMMON_Q_SELECT, val & 3, 2);
        reg(f, dev, VIRTIO_PCI_COMMON_Q_RESET, 1, 2);
    }
}

static VirtIODevice *add_function(VirtioFuzz *f, unsigned i, const char *type,
                                  const char *props)
{
    DeviceState *dev = qdev_new(type);
    g_auto(GStrv) words = g_strsplit(props, ",", -1);

    for (unsigned w = 0; words[w] && *words[w]; w++) {
        g_auto(GStrv) pair = g_strsplit(words[w], "=", 2);

        object_property_parse(OBJECT(dev), pair[0], pair[1], &error_abort);
    }
    qdev_realize_and_unref(dev, BUS(bed.bus), &error_abort);
    functions[i] = PCI_DEVICE(dev);
    f->regs[i] = BED_MMIO + i * 0x10000;
    return virtio_bus_get_device(&VIRTIO_PCI(dev)->bus);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static VirtioFuzz f = { .window = WINDOW,
                            .ram = BED_RAM,
                            .ram_size = 0x10000,
                            .drive = drive,
                            .reset = reset,
                            .kick = kick,
                            .extra = extra };

    if (!f.vdev[0]) {
        bed_start();
        fuzz_virtio_backends();
        f.vdev[0] =
            add_function(&f, 0, "virtio-blk-pci",
                         "drive=disk,packed=on,num-queues=2,access_platform=on");
        f.vdev[1] = add_function(&f, 1, "virtio-net-pci", "page-per-vq=off");
        f.vdev[2] = add_function(&f, 2, "virtio-rng-pci", "packed=on");
        bed_ready();
        runstate_set(RUN_STATE_RUNNING);
    }
    for (unsigned i = 0; i < VIRTIO_FUZZ_DEVS; i++) {
        reachable(&f, i);
    }
    fuzz_virtio_run(&f, data, size);
    return 0;
}
