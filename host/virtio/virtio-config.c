/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The device configuration space: a little-endian copy that the device fills
 * before each read and sees after each write. Addresses are the guest's.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "hw/virtio/virtio.h"

static bool inside(VirtIODevice *vdev, uint32_t addr, unsigned size)
{
    return size <= vdev->config_len && addr <= vdev->config_len - size;
}

/* Where to read @size bytes, freshly filled; NULL outside. */
static const uint8_t *config_for_read(VirtIODevice *vdev, uint32_t addr, unsigned size)
{
    VirtioDeviceClass *k = VIRTIO_DEVICE_GET_CLASS(vdev);

    if (!inside(vdev, addr, size)) {
        return NULL;
    }
    if (k->get_config) {
        k->get_config(vdev, vdev->config);
    }
    return (uint8_t *)vdev->config + addr;
}

static void config_write(VirtIODevice *vdev, uint32_t addr, const uint8_t *bytes,
                         unsigned size)
{
    VirtioDeviceClass *k = VIRTIO_DEVICE_GET_CLASS(vdev);

    if (!inside(vdev, addr, size)) {
        return;
    }
    /* Bytes that the guest does not write keep what the device says now. */
    if (k->get_config) {
        k->get_config(vdev, vdev->config);
    }
    memcpy((uint8_t *)vdev->config + addr, bytes, size);
    if (k->set_config) {
        k->set_config(vdev, vdev->config);
    }
}

uint32_t virtio_config_modern_readb(VirtIODevice *vdev, uint32_t addr)
{
    const uint8_t *p = config_for_read(vdev, addr, 1);

    return p ? ldub_p(p) : UINT8_MAX;
}

uint32_t virtio_config_modern_readw(VirtIODevice *vdev, uint32_t addr)
{
    const uint8_t *p = config_for_read(vdev, addr, 2);

    return p ? lduw_le_p(p) : UINT16_MAX;
}

uint32_t virtio_config_modern_readl(VirtIODevice *vdev, uint32_t addr)
{
    const uint8_t *p = config_for_read(vdev, addr, 4);

    return p ? (uint32_t)ldl_le_p(p) : UINT32_MAX;
}

void virtio_config_modern_writeb(VirtIODevice *vdev, uint32_t addr, uint32_t data)
{
    uint8_t bytes[1] = { data };

    config_write(vdev, addr, bytes, sizeof(bytes));
}

void virtio_config_modern_writew(VirtIODevice *vdev, uint32_t addr, uint32_t data)
{
    uint8_t bytes[2];

    stw_le_p(bytes, data);
    config_write(vdev, addr, bytes, sizeof(bytes));
}

void virtio_config_modern_writel(VirtIODevice *vdev, uint32_t addr, uint32_t data)
{
    uint8_t bytes[4];

    stl_le_p(bytes, data);
    config_write(vdev, addr, bytes, sizeof(bytes));
}
