/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The "virt" machine: a board without a counterpart in hardware, at the addresses
 * that QEMU's machine of this name has. Its device tree describes it completely.
 */
#ifndef QEMU_ARM_VIRT_H
#define QEMU_ARM_VIRT_H

#include "exec/hwaddr.h"
#include "hw/core/boards.h"
#include "qemu/notify.h"

#define TYPE_VIRT_MACHINE MACHINE_TYPE_NAME("virt")
OBJECT_DECLARE_SIMPLE_TYPE(VirtMachineState, VIRT_MACHINE)

#define NUM_VIRTIO_TRANSPORTS 32
#define NUM_GICV2M_SPIS       64
#define VIRT_NUM_SPIS         256

/*
 * Endpoint ids of what has no requester id: a virtio device in a virtio-mmio slot. All
 * ids of PCI functions are below.
 */
#define VIRT_PLATFORM_ENDPOINT(slot) (0x10000u + (slot))

enum {
    VIRT_GIC_DIST,
    VIRT_GIC_CPU,
    VIRT_GIC_V2M,
    VIRT_GIC_ITS,
    VIRT_GIC_REDIST,
    VIRT_UART,
    VIRT_RTC,
    VIRT_FW_CFG,
    VIRT_GPIO,
    VIRT_MMIO,
    VIRT_PCIE_MMIO,
    VIRT_PCIE_PIO,
    VIRT_PCIE_ECAM,
    VIRT_MEM,
    VIRT_HIGH_PCIE_ECAM,
    VIRT_HIGH_PCIE_MMIO,
    VIRT_MAP_ENTRIES,
};

/* Shared interrupts by number; private ones are in virt-fdt.h. */
enum {
    VIRT_IRQ_UART = 1,
    VIRT_IRQ_RTC = 2,
    VIRT_IRQ_PCIE = 3, /* to 6 */
    VIRT_IRQ_GPIO = 7,
    VIRT_IRQ_MMIO = 16, /* to 47 */
    VIRT_IRQ_V2M = 48,  /* to 111 */
};

enum {
    VIRT_PPI_VIRT_TIMER = 11,
    VIRT_PPI_HYP_TIMER = 10,
    VIRT_PPI_PHYS_TIMER = 14,
    VIRT_PPI_SECURE_TIMER = 13,
};

extern const MemMapEntry virt_memmap[VIRT_MAP_ENTRIES];

struct VirtMachineState {
    MachineState parent;

    Notifier machine_done;
    int gic_version; /* 2 or 3 */
    bool its;
    bool highmem;
    DeviceState *gic;
    DeviceState *gpio;
    DeviceState *mmio[NUM_VIRTIO_TRANSPORTS];
    PCIBus *bus;
    Notifier powerdown;
    QEMUTimer *button_up;
    DeviceState *iommu; /* the one virtio-iommu, at whichever transport */
};

#endif
