/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The register window of the MMIO transport. Offsets and values are the guest's. */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "standard-headers/linux/virtio_mmio.h"
#include "virtio-mmio-internal.h"

static VirtIOQueueRegs *selected(VirtIOMMIOProxy *proxy, VirtIODevice *vdev)
{
    return virtio_get_queue(vdev, vdev->queue_sel) ? &proxy->vqs[vdev->queue_sel]
                                                   : NULL;
}

/* ---- reading ---- */

static uint32_t read_queue(VirtIOMMIOProxy *proxy, VirtIODevice *vdev, hwaddr offset)
{
    VirtIOQueueRegs *q = selected(proxy, vdev);

    if (!q) {
        return 0;
    }
    switch (offset) {
    case VIRTIO_MMIO_QUEUE_NUM_MAX:
        return virtio_queue_get_max_num(vdev, vdev->queue_sel);
    case VIRTIO_MMIO_QUEUE_READY:
        return q->enabled;
    default: /* QUEUE_RESET too: a reset is over when its write returns */
        return 0;
    }
}

static uint32_t device_features(VirtIOMMIOProxy *proxy, VirtIODevice *vdev)
{
    unsigned sel = proxy->host_features_sel;

    if (sel >= VIRTIO_FEATURES_NU32S) {
        return 0;
    }
    return vdev->host_features_ex[sel / 2] >> (sel % 2 * 32);
}

static uint32_t read_register(VirtIOMMIOProxy *proxy, VirtIODevice *vdev, hwaddr offset)
{
    switch (offset) {
    case VIRTIO_MMIO_DEVICE_ID:
        return vdev->device_id;
    case VIRTIO_MMIO_DEVICE_FEATURES:
        return device_features(proxy, vdev);
    case VIRTIO_MMIO_INTERRUPT_STATUS:
        return vdev->isr;
    case VIRTIO_MMIO_STATUS:
        return vdev->status;
    case VIRTIO_MMIO_CONFIG_GENERATION:
        return vdev->generation;
    case VIRTIO_MMIO_SHM_LEN_LOW:
    case VIRTIO_MMIO_SHM_LEN_HIGH:
    case VIRTIO_MMIO_SHM_BASE_LOW:
    case VIRTIO_MMIO_SHM_BASE_HIGH:
        return UINT32_MAX; /* 4.2.2: no such region */
    default:
        return read_queue(proxy, vdev, offset);
    }
}

static uint64_t read_config(VirtIODevice *vdev, hwaddr offset, unsigned size)
{
    return size == 1   ? virtio_config_modern_readb(vdev, offset)
           : size == 2 ? virtio_config_modern_readw(vdev, offset)
                       : virtio_config_modern_readl(vdev, offset);
}

static uint64_t virtio_mmio_read(void *opaque, hwaddr offset, unsigned size)
{
    VirtIOMMIOProxy *proxy = opaque;
    VirtIODevice *vdev = virtio_bus_get_device(&proxy->bus);

    if (offset >= VIRTIO_MMIO_CONFIG) {
        return vdev ? read_config(vdev, offset - VIRTIO_MMIO_CONFIG, size) : 0;
    }
    if (size != 4) {
        qemu_log_mask(LOG_GUEST_ERROR, "virtio-mmio: %u-byte access to register 0x%x\n",
                      size, (unsigned)offset);
        return 0;
    }
    /* An empty slot answers too: DeviceID 0 tells a driver to leave it alone. */
    switch (offset) {
    case VIRTIO_MMIO_MAGIC_VALUE:
        return VIRT_MAGIC;
    case VIRTIO_MMIO_VERSION:
        return VIRT_VERSION;
    case VIRTIO_MMIO_VENDOR_ID:
        return VIRT_VENDOR;
    default:
        return vdev && vdev->vq ? read_register(proxy, vdev, offset) : 0;
    }
}

/* ---- writing ---- */

void virtio_mmio_regs_reset(VirtIOMMIOProxy *proxy)
{
    proxy->host_features_sel = proxy->guest_features_sel = 0;
    memset(proxy->guest_features, 0, sizeof(proxy->guest_features));
    if (proxy->vqs) {
        memset(proxy->vqs, 0, VIRTIO_QUEUE_MAX * sizeof(*proxy->vqs));
    }
}

static void set_driver_features(VirtIOMMIOProxy *proxy, VirtIODevice *vdev,
                                uint32_t val)
{
    uint64_t features[VIRTIO_FEATURES_NU64S] = { 0 };

    if (proxy->guest_features_sel >= VIRTIO_FEATURES_NU32S) {
        return;
    }
    proxy->guest_features[proxy->guest_features_sel] = val;
    for (int i = 0; i < VIRTIO_FEATURES_NU32S; i++) {
        features[i / 2] |= (uint64_t)proxy->guest_features[i] << (i % 2 * 32);
    }
    virtio_set_features_ex(vdev, features);
}

static void enable_queue(VirtIODevice *vdev, VirtIOQueueRegs *q)
{
    int n = vdev->queue_sel;

    if (q->num) {
        virtio_queue_set_num(vdev, n, q->num);
    }
    virtio_queue_set_rings(vdev, n, (uint64_t)q->desc[1] << 32 | q->desc[0],
                           (uint64_t)q->avail[1] << 32 | q->avail[0],
                           (uint64_t)q->used[1] << 32 | q->used[0]);
    q->enabled = true;
    virtio_queue_enable(vdev, n);
}

static void drop_queue(VirtIODevice *vdev, VirtIOQueueRegs *q)
{
    virtio_queue_reset(vdev, vdev->queue_sel);
    memset(q, 0, sizeof(*q));
}

static void write_enabled_queue(VirtIODevice *vdev, VirtIOQueueRegs *q, hwaddr offset,
                                uint32_t val)
{
    /* 4.2.2: writing 0 to QueueReady takes the queue back, as does QueueReset. */
    if ((offset == VIRTIO_MMIO_QUEUE_READY && val == 0) ||
        (offset == VIRTIO_MMIO_QUEUE_RESET && val == 1 &&
         virtio_vdev_has_feature(vdev, VIRTIO_F_RING_RESET))) {
        drop_queue(vdev, q);
    }
}

static void write_queue(VirtIOMMIOProxy *proxy, VirtIODevice *vdev, hwaddr offset,
                        uint32_t val)
{
    VirtIOQueueRegs *q = selected(proxy, vdev);

    if (!q) {
        return;
    }
    if (q->enabled) {
        write_enabled_queue(vdev, q, offset, val);
        return;
    }
    switch (offset) {
    case VIRTIO_MMIO_QUEUE_NUM:
        q->num = MIN(val, UINT16_MAX);
        break;
    case VIRTIO_MMIO_QUEUE_READY:
        if (val == 1) {
            enable_queue(vdev, q);
        }
        break;
    case VIRTIO_MMIO_QUEUE_DESC_LOW:
    case VIRTIO_MMIO_QUEUE_DESC_HIGH:
        q->desc[offset == VIRTIO_MMIO_QUEUE_DESC_HIGH] = val;
        break;
    case VIRTIO_MMIO_QUEUE_AVAIL_LOW:
    case VIRTIO_MMIO_QUEUE_AVAIL_HIGH:
        q->avail[offset == VIRTIO_MMIO_QUEUE_AVAIL_HIGH] = val;
        break;
    case VIRTIO_MMIO_QUEUE_USED_LOW:
    case VIRTIO_MMIO_QUEUE_USED_HIGH:
        q->used[offset == VIRTIO_MMIO_QUEUE_USED_HIGH] = val;
        break;
    default:
        break;
    }
}

static void write_register(VirtIOMMIOProxy *proxy, VirtIODevice *vdev, hwaddr offset,
                           uint32_t val)
{
    switch (offset) {
    case VIRTIO_MMIO_DEVICE_FEATURES_SEL:
        proxy->host_features_sel = val;
        break;
    case VIRTIO_MMIO_DRIVER_FEATURES_SEL:
        proxy->guest_features_sel = val;
        break;
    case VIRTIO_MMIO_DRIVER_FEATURES:
        set_driver_features(proxy, vdev, val);
        break;
    case VIRTIO_MMIO_QUEUE_SEL:
        vdev->queue_sel = MIN(val, UINT16_MAX);
        break;
    case VIRTIO_MMIO_QUEUE_NOTIFY:
        if (val < VIRTIO_QUEUE_MAX) {
            virtio_queue_notify(vdev, val);
        }
        break;
    case VIRTIO_MMIO_INTERRUPT_ACK:
        vdev->isr &= ~val;
        virtio_update_irq(vdev);
        break;
    case VIRTIO_MMIO_STATUS:
        virtio_set_status(vdev, val & 0xff);
        if ((val & 0xff) == 0) {
            virtio_reset(vdev);
            virtio_mmio_regs_reset(proxy);
        }
        break;
    default:
        write_queue(proxy, vdev, offset, val);
        break;
    }
}

static void write_config(VirtIODevice *vdev, hwaddr offset, uint64_t val, unsigned size)
{
    if (size == 1) {
        virtio_config_modern_writeb(vdev, offset, val);
    } else if (size == 2) {
        virtio_config_modern_writew(vdev, offset, val);
    } else {
        virtio_config_modern_writel(vdev, offset, val);
    }
}

static void virtio_mmio_write(void *opaque, hwaddr offset, uint64_t val, unsigned size)
{
    VirtIOMMIOProxy *proxy = opaque;
    VirtIODevice *vdev = virtio_bus_get_device(&proxy->bus);

    if (!vdev || !vdev->vq) {
        return;
    }
    if (offset >= VIRTIO_MMIO_CONFIG) {
        write_config(vdev, offset - VIRTIO_MMIO_CONFIG, val, size);
    } else if (size == 4) {
        write_register(proxy, vdev, offset, val);
    } else {
        qemu_log_mask(LOG_GUEST_ERROR, "virtio-mmio: %u-byte access to register 0x%x\n",
                      size, (unsigned)offset);
    }
}

const MemoryRegionOps virtio_mmio_ops = {
    .read = virtio_mmio_read,
    .write = virtio_mmio_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .impl = {
        .min_access_size = 1,
        .max_access_size = 4,
    },
};
