/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of the virt machine. */
#ifndef HOST_ARM_VIRT_INTERNAL_H
#define HOST_ARM_VIRT_INTERNAL_H

#include "hw/arm/virt.h"

/* Devices, at their addresses, with their lines (virt-board.c). */
void virt_create_devices(VirtMachineState *vms);
void virt_hotplug_class_init(ObjectClass *oc);

/* Platform endpoints (virt-platform.c): bit n: the device in virtio-mmio slot n. */
uint32_t virt_platform_endpoints(const VirtMachineState *vms);
/* All devices are there: an IOMMU on virtio-mmio gets these endpoints. */
void virt_platform_connect(VirtMachineState *vms);

/* The tree for the machine as it stands, to be freed (virt.c). */
void *virt_machine_fdt(VirtMachineState *vms);

#endif
