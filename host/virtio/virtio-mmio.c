/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The MMIO transport: one register window, one interrupt line, one device. */
#include "qemu/osdep.h"
#include "hw/core/irq.h"
#include "hw/core/qdev-properties.h"
#include "qapi/error.h"
#include "qemu/module.h"
#include "system/address-spaces.h"
#include "virtio-mmio-internal.h"

/* ---- the bus ---- */

static void virtio_mmio_update_irq(DeviceState *opaque, uint16_t vector)
{
    VirtIOMMIOProxy *proxy = VIRTIO_MMIO(opaque);
    VirtIODevice *vdev = virtio_bus_get_device(&proxy->bus);

    if (vdev) {
        qemu_set_irq(proxy->irq, vdev->isr != 0);
    }
}

static void virtio_mmio_pre_plugged(DeviceState *d, Error **errp)
{
    VirtIODevice *vdev = virtio_bus_get_device(&VIRTIO_MMIO(d)->bus);

    virtio_add_feature(&vdev->host_features, VIRTIO_F_VERSION_1);
}

static void virtio_mmio_plugged(DeviceState *d, Error **errp)
{
    VIRTIO_MMIO(d)->vqs = g_new0(VirtIOQueueRegs, VIRTIO_QUEUE_MAX);
}

static void virtio_mmio_unplugged(DeviceState *d)
{
    VirtIOMMIOProxy *proxy = VIRTIO_MMIO(d);

    virtio_mmio_regs_reset(proxy);
    g_clear_pointer(&proxy->vqs, g_free);
}

/* ---- the platform's DMA path ---- */

static void show_platform_dma(VirtIOMMIOProxy *proxy)
{
    MemoryRegion *mr = proxy->platform_dma ? proxy->platform_dma : get_system_memory();

    memory_region_init_alias(&proxy->dma_alias, OBJECT(proxy), "virtio-mmio-dma-path",
                             mr, 0, UINT64_MAX);
    memory_region_add_subregion(&proxy->dma_root, 0, &proxy->dma_alias);
}

static AddressSpace *virtio_mmio_get_dma_as(DeviceState *d)
{
    VirtIOMMIOProxy *proxy = VIRTIO_MMIO(d);

    if (!proxy->dma_as_ready) {
        memory_region_init(&proxy->dma_root, OBJECT(d), "virtio-mmio-dma", UINT64_MAX);
        show_platform_dma(proxy);
        address_space_init(&proxy->dma_as, &proxy->dma_root, "virtio-mmio-dma");
        proxy->dma_as_ready = true;
    }
    return &proxy->dma_as;
}

void virtio_mmio_set_platform_dma(VirtIOMMIOProxy *proxy, MemoryRegion *root)
{
    proxy->platform_dma = root;
    if (!proxy->dma_as_ready) {
        return;
    }
    memory_region_transaction_begin();
    memory_region_del_subregion(&proxy->dma_root, &proxy->dma_alias);
    object_unparent(OBJECT(&proxy->dma_alias));
    show_platform_dma(proxy);
    memory_region_transaction_commit();
}

static void virtio_mmio_unrealize(DeviceState *d)
{
    VirtIOMMIOProxy *proxy = VIRTIO_MMIO(d);

    if (proxy->dma_as_ready) {
        address_space_destroy(&proxy->dma_as);
        proxy->dma_as_ready = false;
    }
}

static bool virtio_mmio_queue_enabled(DeviceState *d, int n)
{
    VirtIOMMIOProxy *proxy = VIRTIO_MMIO(d);

    return proxy->vqs && n >= 0 && n < VIRTIO_QUEUE_MAX && proxy->vqs[n].enabled;
}

static void virtio_mmio_bus_class_init(ObjectClass *klass, const void *data)
{
    VirtioBusClass *k = VIRTIO_BUS_CLASS(klass);

    k->notify = virtio_mmio_update_irq;
    k->pre_plugged = virtio_mmio_pre_plugged;
    k->device_plugged = virtio_mmio_plugged;
    k->device_unplugged = virtio_mmio_unplugged;
    k->queue_enabled = virtio_mmio_queue_enabled;
    k->get_dma_as = virtio_mmio_get_dma_as;
}

static const TypeInfo virtio_mmio_bus_info = {
    .name = TYPE_VIRTIO_MMIO_BUS,
    .parent = TYPE_VIRTIO_BUS,
    .instance_size = sizeof(VirtioBusState),
    .class_init = virtio_mmio_bus_class_init,
};

/* ---- the device ---- */

static void virtio_mmio_realize(DeviceState *d, Error **errp)
{
    VirtIOMMIOProxy *proxy = VIRTIO_MMIO(d);
    SysBusDevice *sbd = SYS_BUS_DEVICE(d);

    if (proxy->legacy) {
        error_setg(errp, "the legacy virtio-mmio interface is not available");
        error_append_hint(errp, "Use -global virtio-mmio.force-legacy=off\n");
        return;
    }
    qbus_init(&proxy->bus, sizeof(proxy->bus), TYPE_VIRTIO_MMIO_BUS, d, NULL);
    sysbus_init_irq(sbd, &proxy->irq);
    memory_region_init_io(&proxy->iomem, OBJECT(d), &virtio_mmio_ops, proxy,
                          TYPE_VIRTIO_MMIO, VIRTIO_MMIO_WINDOW_SIZE);
    sysbus_init_mmio(sbd, &proxy->iomem);
}

static void virtio_mmio_reset_hold(Object *obj, ResetType type)
{
    VirtIOMMIOProxy *proxy = VIRTIO_MMIO(obj);

    virtio_bus_reset(&proxy->bus);
    virtio_mmio_regs_reset(proxy);
}

static const Property virtio_mmio_properties[] = {
    DEFINE_PROP_BOOL("force-legacy", VirtIOMMIOProxy, legacy, false),
};

static void virtio_mmio_class_init(ObjectClass *klass, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    dc->realize = virtio_mmio_realize;
    dc->unrealize = virtio_mmio_unrealize;
    rc->phases.hold = virtio_mmio_reset_hold;
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
    device_class_set_props(dc, virtio_mmio_properties);
}

static const TypeInfo virtio_mmio_info = {
    .name = TYPE_VIRTIO_MMIO,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(VirtIOMMIOProxy),
    .class_init = virtio_mmio_class_init,
};

static void virtio_mmio_register_types(void)
{
    type_register_static(&virtio_mmio_bus_info);
    type_register_static(&virtio_mmio_info);
}

type_init(virtio_mmio_register_types)
