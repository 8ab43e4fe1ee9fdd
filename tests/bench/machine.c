/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "machine.h"
#include "hw/core/boards.h"
#include "hw/pci/pci_device.h"
#include "hw/pci/pci_host.h"
#include "hw/virtio/virtio-mmio.h"
#include "hw/virtio/virtio-pci.h"
#include "qapi/error.h"
#include "qemu/atomic.h"
#include "qemu/bswap.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qemu/target-name.h"
#include "qemu/timer.h"
#include "standard-headers/linux/virtio_ring.h"
#include "system/address-spaces.h"
#include "system/blockdev.h"
#include "system/cmdline.h"
#include "system/qtest.h"
#include "system/runstate.h"
#include "system/system.h"

/* ---- the machine ---- */

/*
 * The machine points into both for as long as the program runs. They are only written,
 * and a compiler that sees it leaves them out, and what they keep looks lost: hence
 * volatile.
 */
static GPtrArray *volatile kept_argv;
static Cmdline *volatile kept_cmdline;

static Cmdline *parse(const char *const *options)
{
    GPtrArray *argv = kept_argv = g_ptr_array_new();

    g_ptr_array_add(argv, (gpointer) "viommu-system-aarch64");
    for (; *options; options++) {
        g_ptr_array_add(argv, (gpointer)*options);
    }
    g_ptr_array_add(argv, NULL);
    target_name_from_argv0(argv->pdata[0]);
    return cmdline_parse(argv->len - 1, (char **)argv->pdata, &error_fatal);
}

static void add_drives(const Cmdline *c)
{
    for (guint i = 0; i < c->drives->len; i++) {
        const CmdlineEntry *e = g_ptr_array_index(c->drives, i);

        drive_add(e->text, &error_fatal);
    }
}

void bench_machine(const char *const *options)
{
    const Cmdline *c;

    module_call_init(MODULE_INIT_QOM);
    qtest_allowed = true; /* no processor runs */
    qemu_clock_virtual_set_manual();
    c = kept_cmdline = parse(options);
    cmdline_create_objects(c, true, &error_fatal);
    cmdline_create_machine(c, &error_fatal);
    add_drives(c);
    cmdline_create_objects(c, false, &error_fatal);
    cmdline_run_board(c, &error_fatal);
    cmdline_create_devices(c, &error_fatal);
    qdev_machine_creation_done();
    qemu_run_machine_init_done_notifiers();
    qemu_system_reset(SHUTDOWN_CAUSE_NONE);
    vm_start();
}

uint8_t *bench_ram(hwaddr phys)
{
    hwaddr len = 1;
    uint8_t *p = address_space_map(&address_space_memory, phys, &len, true,
                                   MEMTXATTRS_UNSPECIFIED);

    assert(p && phys >= BENCH_RAM_BASE);
    address_space_unmap(&address_space_memory, p, len, true, 0);
    return p;
}

/* ---- devices ---- */

static PCIDevice *pci_device(const char *id)
{
    return (PCIDevice *)object_dynamic_cast(OBJECT(qdev_find_by_id(id, &error_fatal)),
                                            TYPE_PCI_DEVICE);
}

VirtIODevice *bench_device(const char *id)
{
    PCIDevice *pci = pci_device(id);

    if (!pci) {
        return VIRTIO_DEVICE(qdev_find_by_id(id, &error_fatal));
    }
    pci_host_config_write_common(pci, PCI_COMMAND, pci_config_size(pci),
                                 PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER, 2);
    return virtio_bus_get_device(&VIRTIO_PCI(pci)->bus);
}

uint32_t bench_requester_id(const char *id)
{
    return pci_requester_id(pci_device(id));
}

void bench_negotiate(VirtIODevice *vdev, uint64_t features)
{
    uint8_t status = VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER;

    virtio_reset(vdev);
    virtio_set_status(vdev, status);
    virtio_set_features(vdev, features);
    virtio_set_status(vdev, status | VIRTIO_CONFIG_S_FEATURES_OK);
    assert(vdev->status & VIRTIO_CONFIG_S_FEATURES_OK);
}

void bench_driver_ok(VirtIODevice *vdev)
{
    virtio_set_status(vdev, vdev->status | VIRTIO_CONFIG_S_DRIVER_OK);
}

/* ---- rings ---- */

BenchQueue bench_queue(VirtIODevice *vdev, unsigned index, hwaddr phys, hwaddr offset)
{
    hwaddr avail = phys + 0x2000, used = phys + 0x3000;
    BenchQueue q = {
        .vdev = vdev,
        .index = index,
        .num = virtio_queue_get_num(vdev, index),
        .desc = bench_ram(phys),
        .avail = bench_ram(avail),
        .used = bench_ram(used),
    };

    assert(q.num <= 256);
    memset(q.desc, 0, BENCH_QUEUE_BYTES);
    stw_le_p(q.avail, VRING_AVAIL_F_NO_INTERRUPT);
    virtio_queue_set_rings(vdev, index, phys + offset, avail + offset, used + offset);
    return q;
}

void bench_desc(BenchQueue *q, unsigned i, hwaddr addr, uint32_t len, uint16_t flags)
{
    uint8_t *p = q->desc + i * sizeof(struct vring_desc);

    assert(i < q->num);
    stq_le_p(p, addr);
    stl_le_p(p + 8, len);
    stw_le_p(p + 12, flags);
    stw_le_p(p + 14, i + 1);
}

void bench_desc_len(BenchQueue *q, unsigned i, uint32_t len)
{
    stl_le_p(q->desc + i * sizeof(struct vring_desc) + 8, len);
}

void bench_offer(BenchQueue *q, unsigned head)
{
    stw_le_p(q->avail + 4 + q->avail_idx % q->num * 2, head);
    q->avail_idx++;
}

void bench_kick(BenchQueue *q)
{
    smp_wmb();
    stw_le_p(q->avail + 2, q->avail_idx);
    virtio_queue_notify(q->vdev, q->index);
    while (lduw_le_p(q->used + 2) != q->avail_idx) {
        assert(!virtio_device_disabled(q->vdev));
        main_loop_wait(1);
    }
}
