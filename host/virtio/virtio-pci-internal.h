/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of the PCI transport. */
#ifndef VIRTIO_VIRTIO_PCI_INTERNAL_H
#define VIRTIO_VIRTIO_PCI_INTERNAL_H

#include "hw/virtio/virtio-pci.h"

/* Bytes between the notification registers of two queues. */
uint32_t virtio_pci_notify_multiplier(const VirtIOPCIProxy *proxy);

/* Regions, BAR and capabilities of the plugged device (virtio-pci-regs.c). */
void virtio_pci_regs_init(VirtIOPCIProxy *proxy);
/* Registers back to their reset values; the device is the caller's. */
void virtio_pci_regs_reset(VirtIOPCIProxy *proxy);

/* Vectors that the guest may name. */
void virtio_pci_set_config_vector(VirtIOPCIProxy *proxy, uint16_t vector);
void virtio_pci_set_queue_vector(VirtIOPCIProxy *proxy, int n, uint16_t vector);

/* The access that a PCI_CFG capability describes. */
void virtio_pci_cfg_read(VirtIOPCIProxy *proxy);
void virtio_pci_cfg_write(VirtIOPCIProxy *proxy);

#endif
