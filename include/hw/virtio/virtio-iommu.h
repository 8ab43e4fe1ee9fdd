/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virtio-iommu (VIRTIO 1.4, 5.13): what machines and monitors may know of it.
 */
#ifndef HW_VIRTIO_VIRTIO_IOMMU_H
#define HW_VIRTIO_VIRTIO_IOMMU_H

#include "hw/virtio/virtio.h"
#include "qapi/qapi-types-virtio.h"
#include "qemu/notify.h"
#include "qom/object.h"
#include "standard-headers/linux/virtio_iommu.h"

#define TYPE_VIRTIO_IOMMU     "virtio-iommu-device"
#define TYPE_VIRTIO_IOMMU_PCI "virtio-iommu-pci"
OBJECT_DECLARE_SIMPLE_TYPE(VirtIOIOMMU, VIRTIO_IOMMU)

/*
 * The address space of an endpoint that is on no PCI bus. @endpoint_id is what
 * the firmware tables tell the guest, and must not be a PCI requester id of the
 * same IOMMU (those are below 0x10000). The IOMMU owns the result and keeps it
 * for its own life; a second call with the same id returns the same one.
 */
AddressSpace *virtio_iommu_platform_address_space(VirtIOIOMMU *s, uint32_t endpoint_id);

/* One fault, as the guest is told of it (5.13.6.9). */
typedef struct VirtIOIOMMUFault {
    uint8_t reason; /* VIRTIO_IOMMU_FAULT_R_* */
    uint32_t flags; /* VIRTIO_IOMMU_FAULT_F_* */
    uint32_t endpoint_id;
    uint64_t address;
} VirtIOIOMMUFault;

typedef struct VirtIOIOMMUFaultNotice {
    VirtIOIOMMU *iommu;
    VirtIOIOMMUFault fault; /* the latest one */
    uint64_t total;         /* raised since the device was made, this one included */
} VirtIOIOMMUFaultNotice;

/*
 * Calls @notifier from the main loop, with a VirtIOIOMMUFaultNotice, when faults
 * have been raised since the last call. @notifier must stay for ever.
 */
void virtio_iommu_add_fault_notifier(Notifier *notifier);

#endif
