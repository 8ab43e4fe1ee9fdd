/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virtio over PCI, modern layout only: a PCI device that owns a virtio bus with
 * one device on it. The legacy register file does not exist here: asking for it
 * is an error at realize.
 */
#ifndef HW_VIRTIO_VIRTIO_PCI_H
#define HW_VIRTIO_VIRTIO_PCI_H

#include "hw/pci/msi.h"
#include "hw/pci/pci_device.h"
#include "hw/virtio/virtio-bus.h"
#include "hw/virtio/virtio-queue-regs.h"
#include "qapi/qapi-types-common.h"
#include "qom/object.h"

typedef struct VirtioBusState VirtioPCIBusState;
typedef struct VirtioBusClass VirtioPCIBusClass;

#define TYPE_VIRTIO_PCI_BUS "virtio-pci-bus"
DECLARE_OBJ_CHECKERS(VirtioPCIBusState, VirtioPCIBusClass, VIRTIO_PCI_BUS,
                     TYPE_VIRTIO_PCI_BUS)

enum {
    VIRTIO_PCI_FLAG_PAGE_PER_VQ_BIT,
    VIRTIO_PCI_FLAG_ATS_BIT,
};

#define VIRTIO_PCI_FLAG_PAGE_PER_VQ (1 << VIRTIO_PCI_FLAG_PAGE_PER_VQ_BIT)
#define VIRTIO_PCI_FLAG_ATS         (1 << VIRTIO_PCI_FLAG_ATS_BIT)

#define TYPE_VIRTIO_PCI             "virtio-pci"
OBJECT_DECLARE_TYPE(VirtIOPCIProxy, VirtioPCIClass, VIRTIO_PCI)

struct VirtioPCIClass {
    PCIDeviceClass parent_class;
    DeviceRealize parent_dc_realize;
    /* Realizes the virtio device on vpci_dev->bus. */
    void (*realize)(VirtIOPCIProxy *vpci_dev, Error **errp);
};

/* One of the structures that the vendor capabilities point to. */
typedef struct VirtIOPCIRegion {
    MemoryRegion mr;
    uint32_t offset;
    uint32_t size;
    uint32_t type;
} VirtIOPCIRegion;

struct VirtIOPCIProxy {
    PCIDevice pci_dev;
    VirtIOPCIRegion common;
    VirtIOPCIRegion isr;
    VirtIOPCIRegion device;
    VirtIOPCIRegion notify;
    MemoryRegion modern_bar;
    /* The BAR's content again, for accesses through the PCI_CFG capability. */
    AddressSpace modern_cfg_as;
    bool modern_cfg_as_ready;
    int config_cap; /* offset of the PCI_CFG capability; 0: none */
    uint32_t msix_bar_idx;
    uint32_t modern_mem_bar_idx;
    uint32_t flags;
    bool disable_modern;
    OnOffAuto disable_legacy;
    uint16_t trans_devid; /* nonzero: the user asked for a transitional type */
    uint32_t class_code;  /* 0: by device type */
    uint32_t nvectors;
    uint32_t dfselect;
    uint32_t gfselect;
    uint32_t guest_features[VIRTIO_FEATURES_NU32S];
    VirtIOQueueRegs *vqs; /* VIRTIO_QUEUE_MAX of them; owned while plugged */
    VirtioBusState bus;
};

static inline bool virtio_pci_modern(VirtIOPCIProxy *proxy)
{
    return !proxy->disable_modern;
}

static inline bool virtio_pci_legacy(VirtIOPCIProxy *proxy)
{
    return proxy->disable_legacy == ON_OFF_AUTO_OFF;
}

static inline void virtio_pci_force_virtio_1(VirtIOPCIProxy *proxy)
{
    proxy->disable_modern = false;
    proxy->disable_legacy = ON_OFF_AUTO_ON;
}

/*
 * Names under which one device is registered. generic_name has the properties
 * disable-legacy and disable-modern; the other two fix them. base_name is their
 * common abstract parent and needed only if one of the two is there.
 */
typedef struct VirtioPCIDeviceTypeInfo {
    const char *base_name;
    const char *generic_name;
    const char *transitional_name;
    const char *non_transitional_name;

    const char *parent; /* default: TYPE_VIRTIO_PCI */

    size_t instance_size;
    size_t class_size;
    void (*instance_init)(Object *obj);
    void (*instance_finalize)(Object *obj);
    void (*class_init)(ObjectClass *klass, const void *data);
    const InterfaceInfo *interfaces;
} VirtioPCIDeviceTypeInfo;

/* @t must be static. */
void virtio_pci_types_register(const VirtioPCIDeviceTypeInfo *t);

/* Request queues worth having, besides @fixed_queues that are always there. */
unsigned virtio_pci_optimal_num_queues(unsigned fixed_queues);

#endif
