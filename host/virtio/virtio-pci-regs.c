/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The register windows of the PCI transport: common configuration, ISR, device
 * configuration, notification, and the PCI_CFG window that reaches all of them
 * through configuration space. Offsets and values are the guest's.
 */
#include "qemu/osdep.h"
#include "hw/pci/msix.h"
#include "hw/virtio/virtio-queue-regs.h"
#include "qapi/error.h"
#include "standard-headers/linux/virtio_pci.h"
#include "virtio-pci-internal.h"

#define COMMON_OFFSET 0x0000
#define ISR_OFFSET    0x1000
#define DEVICE_OFFSET 0x2000
#define NOTIFY_OFFSET 0x3000
#define WINDOW_SIZE   0x1000

uint32_t virtio_pci_notify_multiplier(const VirtIOPCIProxy *proxy)
{
    return proxy->flags & VIRTIO_PCI_FLAG_PAGE_PER_VQ ? 0x1000 : 4;
}

/* ---- common configuration ---- */

static VirtIOQueueRegs *selected(VirtIOPCIProxy *proxy, VirtIODevice *vdev)
{
    return virtio_get_queue(vdev, vdev->queue_sel) ? &proxy->vqs[vdev->queue_sel]
                                                   : NULL;
}

static uint32_t feature_word(const uint64_t *features, uint32_t select)
{
    return select < VIRTIO_FEATURES_NU32S ? features[select / 2] >> (select % 2 * 32)
                                          : 0;
}

static uint32_t queue_read(VirtIOPCIProxy *proxy, VirtIODevice *vdev, hwaddr addr)
{
    const VirtIOQueueRegs *q = selected(proxy, vdev);

    if (!q) {
        return addr == VIRTIO_PCI_COMMON_Q_MSIX ? VIRTIO_NO_VECTOR : 0;
    }
    switch (addr) {
    case VIRTIO_PCI_COMMON_Q_SIZE:
        return virtio_queue_get_num(vdev, vdev->queue_sel);
    case VIRTIO_PCI_COMMON_Q_MSIX:
        return virtio_queue_vector(vdev, vdev->queue_sel);
    case VIRTIO_PCI_COMMON_Q_ENABLE:
        return q->enabled;
    case VIRTIO_PCI_COMMON_Q_NOFF:
    case VIRTIO_PCI_COMMON_Q_NDATA:
        return vdev->queue_sel;
    case VIRTIO_PCI_COMMON_Q_DESCLO:
    case VIRTIO_PCI_COMMON_Q_DESCHI:
        return q->desc[addr == VIRTIO_PCI_COMMON_Q_DESCHI];
    case VIRTIO_PCI_COMMON_Q_AVAILLO:
    case VIRTIO_PCI_COMMON_Q_AVAILHI:
        return q->avail[addr == VIRTIO_PCI_COMMON_Q_AVAILHI];
    case VIRTIO_PCI_COMMON_Q_USEDLO:
    case VIRTIO_PCI_COMMON_Q_USEDHI:
        return q->used[addr == VIRTIO_PCI_COMMON_Q_USEDHI];
    default: /* Q_RESET too: a reset is over when its write returns */
        return 0;
    }
}

static uint64_t common_read(void *opaque, hwaddr addr, unsigned size)
{
    VirtIOPCIProxy *proxy = opaque;
    VirtIODevice *vdev = virtio_bus_get_device(&proxy->bus);

    if (!vdev) {
        return UINT64_MAX;
    }
    switch (addr) {
    case VIRTIO_PCI_COMMON_DFSELECT:
        return proxy->dfselect;
    case VIRTIO_PCI_COMMON_DF:
        return feature_word(vdev->host_features_ex, proxy->dfselect);
    case VIRTIO_PCI_COMMON_GFSELECT:
        return proxy->gfselect;
    case VIRTIO_PCI_COMMON_GF:
        return proxy->gfselect < VIRTIO_FEATURES_NU32S
                   ? proxy->guest_features[proxy->gfselect]
                   : 0;
    case VIRTIO_PCI_COMMON_MSIX:
        return vdev->config_vector;
    case VIRTIO_PCI_COMMON_NUMQ:
        return virtio_get_num_queues(vdev);
    case VIRTIO_PCI_COMMON_STATUS:
        return vdev->status;
    case VIRTIO_PCI_COMMON_CFGGENERATION:
        return vdev->generation & 0xff;
    case VIRTIO_PCI_COMMON_Q_SELECT:
        return vdev->queue_sel;
    default:
        return queue_read(proxy, vdev, addr);
    }
}

static void set_guest_features(VirtIOPCIProxy *proxy, VirtIODevice *vdev, uint32_t val)
{
    uint64_t features[VIRTIO_FEATURES_NU64S] = { 0 };

    if (proxy->gfselect >= VIRTIO_FEATURES_NU32S) {
        return;
    }
    proxy->guest_features[proxy->gfselect] = val;
    for (int i = 0; i < VIRTIO_FEATURES_NU32S; i++) {
        features[i / 2] |= (uint64_t)proxy->guest_features[i] << (i % 2 * 32);
    }
    virtio_set_features_ex(vdev, features);
}

static void set_status(VirtIOPCIProxy *proxy, VirtIODevice *vdev, uint8_t val)
{
    virtio_set_status(vdev, val);
    if (val == 0) {
        virtio_reset(vdev);
        virtio_pci_regs_reset(proxy);
    }
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

static void reset_queue(VirtIODevice *vdev, VirtIOQueueRegs *q)
{
    if (virtio_vdev_has_feature(vdev, VIRTIO_F_RING_RESET)) {
        virtio_queue_reset(vdev, vdev->queue_sel);
        memset(q, 0, sizeof(*q));
    }
}

/* 4.1.4.3.2: the registers of a queue are fixed while it is enabled. */
static void queue_write(VirtIOPCIProxy *proxy, VirtIODevice *vdev, hwaddr addr,
                        uint32_t val)
{
    VirtIOQueueRegs *q = selected(proxy, vdev);

    if (!q) {
        return;
    }
    if (addr == VIRTIO_PCI_COMMON_Q_MSIX) {
        virtio_pci_set_queue_vector(proxy, vdev->queue_sel, val);
        return;
    }
    if (addr == VIRTIO_PCI_COMMON_Q_RESET) {
        if (val == 1) {
            reset_queue(vdev, q);
        }
        return;
    }
    if (q->enabled) {
        return;
    }
    switch (addr) {
    case VIRTIO_PCI_COMMON_Q_SIZE:
        q->num = val;
        virtio_queue_set_num(vdev, vdev->queue_sel, q->num);
        break;
    case VIRTIO_PCI_COMMON_Q_ENABLE:
        if (val == 1) {
            enable_queue(vdev, q);
        }
        break;
    case VIRTIO_PCI_COMMON_Q_DESCLO:
    case VIRTIO_PCI_COMMON_Q_DESCHI:
        q->desc[addr == VIRTIO_PCI_COMMON_Q_DESCHI] = val;
        break;
    case VIRTIO_PCI_COMMON_Q_AVAILLO:
    case VIRTIO_PCI_COMMON_Q_AVAILHI:
        q->avail[addr == VIRTIO_PCI_COMMON_Q_AVAILHI] = val;
        break;
    case VIRTIO_PCI_COMMON_Q_USEDLO:
    case VIRTIO_PCI_COMMON_Q_USEDHI:
        q->used[addr == VIRTIO_PCI_COMMON_Q_USEDHI] = val;
        break;
    default:
        break;
    }
}

static void common_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    VirtIOPCIProxy *proxy = opaque;
    VirtIODevice *vdev = virtio_bus_get_device(&proxy->bus);

    if (!vdev) {
        return;
    }
    switch (addr) {
    case VIRTIO_PCI_COMMON_DFSELECT:
        proxy->dfselect = val;
        break;
    case VIRTIO_PCI_COMMON_GFSELECT:
        proxy->gfselect = val;
        break;
    case VIRTIO_PCI_COMMON_GF:
        set_guest_features(proxy, vdev, val);
        break;
    case VIRTIO_PCI_COMMON_MSIX:
        virtio_pci_set_config_vector(proxy, val);
        break;
    case VIRTIO_PCI_COMMON_STATUS:
        set_status(proxy, vdev, val);
        break;
    case VIRTIO_PCI_COMMON_Q_SELECT:
        vdev->queue_sel = val;
        break;
    default:
        queue_write(proxy, vdev, addr, val);
        break;
    }
}

/* ---- ISR, device configuration, notification ---- */

static uint64_t isr_read(void *opaque, hwaddr addr, unsigned size)
{
    VirtIOPCIProxy *proxy = opaque;
    VirtIODevice *vdev = virtio_bus_get_device(&proxy->bus);
    uint64_t val;

    if (!vdev || addr != 0) {
        return 0;
    }
    val = vdev->isr;
    vdev->isr = 0; /* 4.1.4.5: reading acknowledges */
    virtio_update_irq(vdev);
    return val;
}

static uint64_t device_read(void *opaque, hwaddr addr, unsigned size)
{
    VirtIOPCIProxy *proxy = opaque;
    VirtIODevice *vdev = virtio_bus_get_device(&proxy->bus);

    if (!vdev) {
        return UINT64_MAX;
    }
    return size == 1   ? virtio_config_modern_readb(vdev, addr)
           : size == 2 ? virtio_config_modern_readw(vdev, addr)
                       : virtio_config_modern_readl(vdev, addr);
}

static void device_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    VirtIOPCIProxy *proxy = opaque;
    VirtIODevice *vdev = virtio_bus_get_device(&proxy->bus);

    if (!vdev) {
        return;
    }
    if (size == 1) {
        virtio_config_modern_writeb(vdev, addr, val);
    } else if (size == 2) {
        virtio_config_modern_writew(vdev, addr, val);
    } else {
        virtio_config_modern_writel(vdev, addr, val);
    }
}

static uint64_t notify_read(void *opaque, hwaddr addr, unsigned size)
{
    return 0;
}

static void notify_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    VirtIOPCIProxy *proxy = opaque;
    VirtIODevice *vdev = virtio_bus_get_device(&proxy->bus);

    if (vdev) {
        virtio_queue_notify(vdev, addr / virtio_pci_notify_multiplier(proxy));
    }
}

static void nothing_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
}

/* ---- layout ---- */

#define WINDOW_OPS(rd, wr)                                                             \
    {                                                                                  \
        .read = (rd), .write = (wr), .endianness = DEVICE_LITTLE_ENDIAN,               \
        .impl = {                                                                      \
            .min_access_size = 1,                                                      \
            .max_access_size = 4,                                                      \
        },                                                                             \
    }

static const MemoryRegionOps common_ops = WINDOW_OPS(common_read, common_write);
static const MemoryRegionOps isr_ops = WINDOW_OPS(isr_read, nothing_write);
static const MemoryRegionOps device_ops = WINDOW_OPS(device_read, device_write);
static const MemoryRegionOps notify_ops = WINDOW_OPS(notify_read, notify_write);

static void add_window(VirtIOPCIProxy *proxy, VirtIOPCIRegion *region, uint32_t type,
                       uint32_t offset, uint32_t size, const MemoryRegionOps *ops,
                       const char *name)
{
    struct virtio_pci_notify_cap cap = { .cap.cfg_type = type,
                                         .cap.bar = proxy->modern_mem_bar_idx,
                                         .cap.offset = cpu_to_le32(offset),
                                         .cap.length = cpu_to_le32(size) };
    bool notify = type == VIRTIO_PCI_CAP_NOTIFY_CFG;
    uint8_t cap_len = notify ? sizeof(cap) : sizeof(cap.cap);
    int pos;

    region->type = type;
    region->offset = offset;
    region->size = size;
    memory_region_init_io(&region->mr, OBJECT(proxy), ops, proxy, name, size);
    memory_region_add_subregion(&proxy->modern_bar, offset, &region->mr);

    cap.cap.cap_len = cap_len;
    cap.notify_off_multiplier = cpu_to_le32(virtio_pci_notify_multiplier(proxy));
    pos =
        pci_add_capability(&proxy->pci_dev, PCI_CAP_ID_VNDR, 0, cap_len, &error_abort);
    memcpy(proxy->pci_dev.config + pos + PCI_CAP_FLAGS, (uint8_t *)&cap + PCI_CAP_FLAGS,
           cap_len - PCI_CAP_FLAGS);
}

/* A window whose place and width the guest writes into the capability itself. */
static void add_cfg_cap(VirtIOPCIProxy *proxy)
{
    PCIDevice *dev = &proxy->pci_dev;
    const uint8_t len = sizeof(struct virtio_pci_cfg_cap);
    int pos = pci_add_capability(dev, PCI_CAP_ID_VNDR, 0, len, &error_abort);
    uint8_t *wmask = dev->wmask + pos;

    pci_set_byte(dev->config + pos + offsetof(struct virtio_pci_cap, cap_len), len);
    pci_set_byte(dev->config + pos + offsetof(struct virtio_pci_cap, cfg_type),
                 VIRTIO_PCI_CAP_PCI_CFG);
    pci_set_byte(wmask + offsetof(struct virtio_pci_cap, bar), 0xff);
    pci_set_long(wmask + offsetof(struct virtio_pci_cap, offset), UINT32_MAX);
    pci_set_long(wmask + offsetof(struct virtio_pci_cap, length), UINT32_MAX);
    pci_set_long(wmask + offsetof(struct virtio_pci_cfg_cap, pci_cfg_data), UINT32_MAX);
    proxy->config_cap = pos;
}

void virtio_pci_regs_init(VirtIOPCIProxy *proxy)
{
    uint32_t notify_size = virtio_pci_notify_multiplier(proxy) * VIRTIO_QUEUE_MAX;

    memory_region_init(&proxy->modern_bar, OBJECT(proxy), "virtio-pci",
                       pow2ceil(NOTIFY_OFFSET + notify_size));
    add_window(proxy, &proxy->common, VIRTIO_PCI_CAP_COMMON_CFG, COMMON_OFFSET,
               WINDOW_SIZE, &common_ops, "virtio-pci-common");
    add_window(proxy, &proxy->isr, VIRTIO_PCI_CAP_ISR_CFG, ISR_OFFSET, WINDOW_SIZE,
               &isr_ops, "virtio-pci-isr");
    add_window(proxy, &proxy->device, VIRTIO_PCI_CAP_DEVICE_CFG, DEVICE_OFFSET,
               WINDOW_SIZE, &device_ops, "virtio-pci-device");
    add_window(proxy, &proxy->notify, VIRTIO_PCI_CAP_NOTIFY_CFG, NOTIFY_OFFSET,
               notify_size, &notify_ops, "virtio-pci-notify");
    add_cfg_cap(proxy);
    pci_register_bar(&proxy->pci_dev, proxy->modern_mem_bar_idx,
                     PCI_BASE_ADDRESS_SPACE_MEMORY | PCI_BASE_ADDRESS_MEM_PREFETCH |
                         PCI_BASE_ADDRESS_MEM_TYPE_64,
                     &proxy->modern_bar);
    address_space_init(&proxy->modern_cfg_as, &proxy->modern_bar, "virtio-pci-cfg");
    proxy->modern_cfg_as_ready = true;
}

void virtio_pci_regs_reset(VirtIOPCIProxy *proxy)
{
    proxy->dfselect = proxy->gfselect = 0;
    memset(proxy->guest_features, 0, sizeof(proxy->guest_features));
    if (proxy->vqs) {
        memset(proxy->vqs, 0, VIRTIO_QUEUE_MAX * sizeof(*proxy->vqs));
    }
    if (msix_present(&proxy->pci_dev)) {
        msix_unuse_all_vectors(&proxy->pci_dev);
    }
}
