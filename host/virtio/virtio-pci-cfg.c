/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The PCI_CFG capability: a window in configuration space that reaches the
 * registers of the BAR. The guest writes where and how wide it is.
 */
#include "qemu/osdep.h"
#include "standard-headers/linux/virtio_pci.h"
#include "virtio-pci-internal.h"

/* The window's width, or 0 if the capability describes no access. */
static unsigned cfg_window(VirtIOPCIProxy *proxy, uint32_t *offset, uint8_t **data)
{
    uint8_t *cap = proxy->pci_dev.config + proxy->config_cap;
    uint32_t len = pci_get_long(cap + offsetof(struct virtio_pci_cap, length));

    *offset = pci_get_long(cap + offsetof(struct virtio_pci_cap, offset));
    *data = cap + offsetof(struct virtio_pci_cfg_cap, pci_cfg_data);
    if (cap[offsetof(struct virtio_pci_cap, bar)] != proxy->modern_mem_bar_idx ||
        (len != 1 && len != 2 && len != 4) || *offset % len) {
        return 0;
    }
    return len;
}

void virtio_pci_cfg_read(VirtIOPCIProxy *proxy)
{
    uint8_t *data;
    uint32_t offset;
    unsigned len = cfg_window(proxy, &offset, &data);

    if (len) {
        address_space_read(&proxy->modern_cfg_as, offset, MEMTXATTRS_UNSPECIFIED, data,
                           len);
    }
}

void virtio_pci_cfg_write(VirtIOPCIProxy *proxy)
{
    uint8_t *data;
    uint32_t offset;
    unsigned len = cfg_window(proxy, &offset, &data);

    if (len) {
        address_space_write(&proxy->modern_cfg_as, offset, MEMTXATTRS_UNSPECIFIED, data,
                            len);
    }
}
