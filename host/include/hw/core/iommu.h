/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a virtual IOMMU tells, and what the host's own IOMMU tells. */
#ifndef HW_IOMMU_H
#define HW_IOMMU_H

#include "qemu/bitops.h"

enum viommu_flags {
    VIOMMU_FLAG_WANT_NESTING_PARENT = BIT_ULL(0),
    VIOMMU_FLAG_PASID_SUPPORTED = BIT_ULL(1),
};

enum host_iommu_quirks {
    HOST_IOMMU_QUIRK_NESTING_PARENT_BYPASS_RO = BIT_ULL(0),
};

#endif
