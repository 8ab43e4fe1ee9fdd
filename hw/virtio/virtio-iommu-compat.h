/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every difference between the trees that the device is built in, and nothing
 * else: our own host, and QEMU 10.1 to 11. No other file of the device tests a
 * version (docs/devel/qemu-compat.rst).
 */
#ifndef HW_VIRTIO_VIRTIO_IOMMU_COMPAT_H
#define HW_VIRTIO_VIRTIO_IOMMU_COMPAT_H

#include "system/memory.h"

#if __has_include("hw/core/qdev-properties.h")
#include "hw/core/qdev-properties.h"
#include "hw/core/qdev-properties-system.h"
#include "hw/core/qdev.h"
#include "hw/core/resettable.h"
#else /* QEMU up to 10.2.0 */
#include "hw/qdev-properties.h"
#include "hw/qdev-properties-system.h"
#include "hw/qdev-core.h"
#include "hw/resettable.h"
#endif

/*
 * QEMU 11 frees the storage of array properties by itself, before it the
 * device has to. The header that moved in the same release tells them apart.
 */
#if __has_include("hw/core/qdev-properties.h")
#define VIRTIO_IOMMU_FREES_ARRAYS 0
#else
#define VIRTIO_IOMMU_FREES_ARRAYS 1
#endif

/*
 * Passes a MAP event to the notifiers of @mr. False if one of them refused it,
 * which only our host's notifiers can.
 */
static inline bool virtio_iommu_notify_map(IOMMUMemoryRegion *mr, IOMMUTLBEvent event)
{
    memory_region_notify_iommu(mr, 0, event);
#ifdef IOMMU_NOTIFIER_CAN_REFUSE
    IOMMUNotifier *n;

    IOMMU_NOTIFIER_FOREACH(n, mr) {
        if (n->refused) {
            return false;
        }
    }
#endif
    return true;
}

#endif
