/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a machine's hotplug handler does for a PCI function that is an IOMMU.
 * The machine tells it the MSI doorbell through properties; it knows the device
 * by type name only.
 */
#ifndef HW_PCI_IOMMU_PLUG_H
#define HW_PCI_IOMMU_PLUG_H

#include "hw/core/qdev.h"

/* Is dev one, so that the machine should be its hotplug handler? */
bool iommu_plug_wants(DeviceState *dev);
/*
 * Refuses hot-plug, another bus than a root bus, and a second IOMMU; tells the
 * device where MSIs are written to (last is inclusive; below base: nowhere).
 */
void iommu_plug_pre_plug(DeviceState *dev, uint64_t doorbell_base,
                         uint64_t doorbell_last, Error **errp);
/* That part alone, for an IOMMU that is no PCI function. */
void iommu_plug_set_doorbell(DeviceState *dev, uint64_t base, uint64_t last);
/* Refuses. */
void iommu_plug_unplug_request(DeviceState *dev, Error **errp);

#endif
