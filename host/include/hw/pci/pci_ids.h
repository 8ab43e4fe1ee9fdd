/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Class, vendor and device ids of the devices in this tree. */
#ifndef HW_PCI_PCI_IDS_H
#define HW_PCI_PCI_IDS_H

#define PCI_CLASS_NOT_DEFINED      0x0000
#define PCI_BASE_CLASS_STORAGE     0x01
#define PCI_CLASS_STORAGE_SCSI     0x0100
#define PCI_CLASS_STORAGE_OTHER    0x0180
#define PCI_BASE_CLASS_NETWORK     0x02
#define PCI_CLASS_NETWORK_ETHERNET 0x0200
#define PCI_BASE_CLASS_BRIDGE      0x06
#define PCI_CLASS_BRIDGE_HOST      0x0600
#define PCI_CLASS_BRIDGE_ISA       0x0601
#define PCI_CLASS_BRIDGE_PCI       0x0604
#define PCI_CLASS_OTHERS           0xff

/* Bochs/QEMU: the teaching device lives here */
#define PCI_VENDOR_ID_QEMU 0x1234

/* Red Hat/Qumranet: virtio */
#define PCI_VENDOR_ID_REDHAT_QUMRANET    0x1af4
#define PCI_SUBVENDOR_ID_REDHAT_QUMRANET 0x1af4
#define PCI_SUBDEVICE_ID_QEMU            0x1100
#define PCI_DEVICE_ID_VIRTIO_NET         0x1000
#define PCI_DEVICE_ID_VIRTIO_BLOCK       0x1001
#define PCI_DEVICE_ID_VIRTIO_RNG         0x1005
/* a modern device's id is this plus its virtio device type */
#define PCI_DEVICE_ID_VIRTIO_10_BASE 0x1040

/* Red Hat: bridges and hosts */
#define PCI_VENDOR_ID_REDHAT             0x1b36
#define PCI_DEVICE_ID_REDHAT_BRIDGE      0x0001
#define PCI_DEVICE_ID_REDHAT_PCIE_HOST   0x0008
#define PCI_DEVICE_ID_REDHAT_PCIE_RP     0x000c
#define PCI_DEVICE_ID_REDHAT_PCIE_BRIDGE 0x000e

/* Intel: the q35 chipset */
#define PCI_VENDOR_ID_INTEL         0x8086
#define PCI_DEVICE_ID_INTEL_Q35_MCH 0x29c0
#define PCI_DEVICE_ID_INTEL_ICH9_8  0x2918

#endif
