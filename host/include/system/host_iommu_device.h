/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A device behind the host's own IOMMU. This host passes no devices through:
 * the type is opaque and only names a parameter of PCIIOMMUOps.
 */
#ifndef SYSTEM_HOST_IOMMU_DEVICE_H
#define SYSTEM_HOST_IOMMU_DEVICE_H

typedef struct HostIOMMUDevice HostIOMMUDevice;

#endif
