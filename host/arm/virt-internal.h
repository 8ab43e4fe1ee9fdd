/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of the virt machine. */
#ifndef HOST_ARM_VIRT_INTERNAL_H
#define HOST_ARM_VIRT_INTERNAL_H

#include "hw/arm/virt.h"

/* Devices, at their addresses, with their lines (virt-board.c). */
void virt_create_devices(VirtMachineState *vms);
void virt_hotplug_class_init(ObjectClass *oc);

/*
 * Platform endpoints (virt-platform.c): virtio-mmio devices that use the bus's DMA
 * path have an address space of their own, which leads to system memory or, as soon
 * as there is an IOMMU on virtio-mmio, through it.
 */
void virt_platform_init(VirtMachineState *vms);
void virt_platform_iommu_plugged(VirtMachineState *vms);
/* Bit n: the device in slot n has such an address space. */
uint32_t virt_platform_endpoints(const VirtMachineState *vms);

/* The tree for the machine as it stands, to be freed (virt.c). */
void *virt_machine_fdt(VirtMachineState *vms);

#endif
