/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A device behind the host's own IOMMU, as the emulated IOMMU in front of it sees
 * it. This host passes no devices through; tests make devices of their own.
 */
#ifndef SYSTEM_HOST_IOMMU_DEVICE_H
#define SYSTEM_HOST_IOMMU_DEVICE_H

#include "qapi/error.h"
#include "qom/object.h"

#define TYPE_HOST_IOMMU_DEVICE "host-iommu-device"
OBJECT_DECLARE_TYPE(HostIOMMUDevice, HostIOMMUDeviceClass, HOST_IOMMU_DEVICE)

struct HostIOMMUDevice {
    Object parent_obj;
    char *name;  /* for messages; owned */
    void *agent; /* who made it */
    PCIBus *aliased_bus;
    int aliased_devfn;
};

struct HostIOMMUDeviceClass {
    ObjectClass parent_class;

    bool (*realize)(HostIOMMUDevice *hiod, void *opaque, Error **errp);
    /* HOST_IOMMU_DEVICE_CAP_*: negative on failure, 0 when it is not there. */
    int (*get_cap)(HostIOMMUDevice *hiod, int cap, Error **errp);
    /* The addresses that can be used, a list of Range; NULL: not known. */
    GList *(*get_iova_ranges)(HostIOMMUDevice *hiod);
    /* A bit for each size of page; 0: not known. */
    uint64_t (*get_page_size_mask)(HostIOMMUDevice *hiod);
};

#define HOST_IOMMU_DEVICE_CAP_IOMMU_TYPE  0
#define HOST_IOMMU_DEVICE_CAP_AW_BITS     1

#define HOST_IOMMU_DEVICE_CAP_AW_BITS_MAX 64

#endif
