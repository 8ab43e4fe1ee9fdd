/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A PCI function. Subclasses set the ids in their class and register BARs and
 * capabilities in realize. DMA goes through pci_dma_*: the device's bus-master
 * address space, which is empty while the guest has bus mastering off.
 */
#ifndef HW_PCI_PCI_DEVICE_H
#define HW_PCI_PCI_DEVICE_H

#include "hw/pci/pci.h"
#include "hw/pci/pcie.h"

#define TYPE_PCI_DEVICE "pci-device"
typedef struct PCIDeviceClass PCIDeviceClass;
DECLARE_OBJ_CHECKERS(PCIDevice, PCIDeviceClass, PCI_DEVICE, TYPE_PCI_DEVICE)

/* Which kinds of bus a type may be plugged into; a type may name both. */
#define INTERFACE_PCIE_DEVICE             "pci-express-device"
#define INTERFACE_CONVENTIONAL_PCI_DEVICE "conventional-pci-device"

struct PCIDeviceClass {
    DeviceClass parent_class;

    void (*realize)(PCIDevice *dev, Error **errp);
    PCIUnregisterFunc *exit;
    PCIConfigReadFunc *config_read;
    PCIConfigWriteFunc *config_write;

    uint16_t vendor_id;
    uint16_t device_id;
    uint8_t revision;
    uint16_t class_id;
    uint16_t subsystem_vendor_id; /* endpoints only; 0 with subsystem_id 0: default */
    uint16_t subsystem_id;

    const char *romfile;
};

struct PCIDevice {
    DeviceState qdev;
    bool partially_hotplugged; /* unrealized by its slot, not yet deleted */
    bool enabled;              /* powered: answers on the bus */

    /* Configuration space and, byte for byte, what the guest may do to it. */
    uint8_t *config;
    uint8_t *cmask;   /* must match on migration */
    uint8_t *wmask;   /* writable */
    uint8_t *w1cmask; /* cleared by writing 1 */
    uint8_t *used;    /* taken by capabilities */

    int32_t devfn; /* -1 before realize: any free slot */
    char name[64];
    PCIIORegion io_regions[PCI_NUM_REGIONS];

    /*
     * bus_master_as > container > enable region, an alias of the IOMMU's root
     * that exists from machine done on and is enabled with PCI_COMMAND_MASTER.
     */
    AddressSpace bus_master_as;
    bool is_master;
    MemoryRegion bus_master_container_region;
    MemoryRegion bus_master_enable_region;

    PCIConfigReadFunc *config_read;
    PCIConfigWriteFunc *config_write;

    uint8_t irq_state; /* one bit a pin */
    uint32_t cap_present;
    uint8_t pm_cap;
    uint8_t msi_cap;

    /* MSI-X: table and pending bits, and the regions that show them */
    uint8_t msix_cap;
    int msix_entries_nr;
    uint8_t *msix_table;
    uint8_t *msix_pba;
    MemoryRegion msix_exclusive_bar;
    MemoryRegion msix_table_mmio;
    MemoryRegion msix_pba_mmio;
    unsigned *msix_entry_used; /* users of each vector */
    bool msix_function_masked; /* disabled or masked as a whole */
    MSIVectorUseNotifier msix_vector_use_notifier;
    MSIVectorReleaseNotifier msix_vector_release_notifier;
    MSIVectorPollNotifier msix_vector_poll_notifier;

    PCIExpressDevice exp;

    /* Accepted for QEMU's command lines; this host runs no option ROMs. */
    char *romfile;
    uint32_t romsize;
    int32_t rom_bar;
    uint32_t acpi_index;
    char *failover_pair_id;
};

/* Pin of the function, 0 is INTA, -1 none. */
static inline int pci_intx(PCIDevice *pci_dev)
{
    return pci_get_byte(pci_dev->config + PCI_INTERRUPT_PIN) - 1;
}

static inline int pci_is_express(const PCIDevice *d)
{
    return d->cap_present & QEMU_PCI_CAP_EXPRESS;
}

static inline int pci_is_express_downstream_port(const PCIDevice *d)
{
    uint8_t type;

    if (!pci_is_express(d) || !d->exp.exp_cap) {
        return 0;
    }
    type = pcie_cap_get_type(d);
    return type == PCI_EXP_TYPE_DOWNSTREAM || type == PCI_EXP_TYPE_ROOT_PORT;
}

static inline uint32_t pci_config_size(const PCIDevice *d)
{
    return pci_is_express(d) ? PCIE_CONFIG_SPACE_SIZE : PCI_CONFIG_SPACE_SIZE;
}

static inline uint16_t pci_get_bdf(PCIDevice *dev)
{
    return PCI_BUILD_BDF(pci_bus_num(pci_get_bus(dev)), dev->devfn);
}

/* The id on the device's requests, live: its BDF, or its alias behind a bridge. */
uint16_t pci_requester_id(PCIDevice *dev);

static inline AddressSpace *pci_get_address_space(PCIDevice *dev)
{
    return &dev->bus_master_as;
}

static inline MemTxResult pci_dma_rw(PCIDevice *dev, dma_addr_t addr, void *buf,
                                     dma_addr_t len, DMADirection dir, MemTxAttrs attrs)
{
    return dma_memory_rw(pci_get_address_space(dev), addr, buf, len, dir, attrs);
}

static inline MemTxResult pci_dma_read(PCIDevice *dev, dma_addr_t addr, void *buf,
                                       dma_addr_t len)
{
    return pci_dma_rw(dev, addr, buf, len, DMA_DIRECTION_TO_DEVICE,
                      MEMTXATTRS_UNSPECIFIED);
}

static inline MemTxResult pci_dma_write(PCIDevice *dev, dma_addr_t addr,
                                        const void *buf, dma_addr_t len)
{
    return pci_dma_rw(dev, addr, (void *)buf, len, DMA_DIRECTION_FROM_DEVICE,
                      MEMTXATTRS_UNSPECIFIED);
}

static inline void *pci_dma_map(PCIDevice *dev, dma_addr_t addr, dma_addr_t *plen,
                                DMADirection dir)
{
    return dma_memory_map(pci_get_address_space(dev), addr, plen, dir,
                          MEMTXATTRS_UNSPECIFIED);
}

static inline void pci_dma_unmap(PCIDevice *dev, void *buffer, dma_addr_t len,
                                 DMADirection dir, dma_addr_t access_len)
{
    dma_memory_unmap(pci_get_address_space(dev), buffer, len, dir, access_len);
}

extern const VMStateDescription vmstate_pci_device;

#define VMSTATE_PCI_DEVICE(_field, _state)                                             \
    VMSTATE_STRUCT(_field, _state, 0, vmstate_pci_device, PCIDevice)

#endif
