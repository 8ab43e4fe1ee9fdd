/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PCI: what devices, host bridges and IOMMUs share. A bus owns nothing but the
 * table of its functions; a device owns its configuration space; the memory
 * that a BAR shows belongs to the device that registered it.
 *
 * Addresses: devfn is slot << 3 | function; a BDF is bus << 8 | devfn. Bus
 * numbers belong to the guest and are read live from the bridges.
 */
#ifndef HW_PCI_PCI_H
#define HW_PCI_PCI_H

typedef struct PCIBus PCIBus;
typedef struct PCIDevice PCIDevice;
typedef struct PCIHostState PCIHostState;
typedef struct MSIMessage MSIMessage;

#include "system/memory.h"
#include "system/dma.h"
#include "system/host_iommu_device.h"
#include "qemu/bswap.h"
#include "hw/core/qdev.h"
#include "hw/core/irq.h"
#include "hw/pci/pci_ids.h"
#include "hw/pci/pci_regs.h"

extern bool pci_available;

#define PCI_DEVFN(slot, func)          ((((slot)&0x1f) << 3) | ((func)&0x07))
#define PCI_BUS_NUM(x)                 (((x) >> 8) & 0xff)
#define PCI_SLOT(devfn)                (((devfn) >> 3) & 0x1f)
#define PCI_FUNC(devfn)                ((devfn)&0x07)
#define PCI_BUILD_BDF(bus, devfn)      (((bus) << 8) | (devfn))
#define PCI_BDF_TO_DEVFN(x)            ((x)&0xff)
#define PCI_BUS_MAX                    256
#define PCI_DEVFN_MAX                  256
#define PCI_SLOT_MAX                   32
#define PCI_FUNC_MAX                   8

#define PCI_HEADER_TYPE_MULTI_FUNCTION 0x80
#define PCI_CONFIG_HEADER_SIZE         0x40
#define PCI_CONFIG_SPACE_SIZE          0x100
#define PCIE_CONFIG_SPACE_SIZE         0x1000
#define PCI_NUM_PINS                   4
#define PCI_ROM_SLOT                   6
#define PCI_NUM_REGIONS                7

#define FMT_PCIBUS                     PRIx64
typedef uint64_t pcibus_t;

typedef void PCIConfigWriteFunc(PCIDevice *pci_dev, uint32_t address, uint32_t data,
                                int len);
typedef uint32_t PCIConfigReadFunc(PCIDevice *pci_dev, uint32_t address, int len);
typedef void PCIUnregisterFunc(PCIDevice *pci_dev);

/* One BAR. Empty when size is 0. */
typedef struct PCIIORegion {
    pcibus_t addr; /* where it is mapped now */
#define PCI_BAR_UNMAPPED (~(pcibus_t)0)
    pcibus_t size;
    uint8_t type;                /* PCI_BASE_ADDRESS_* of the register's low bits */
    MemoryRegion *memory;        /* the device's */
    MemoryRegion *address_space; /* the bus's, into which it is mapped */
} PCIIORegion;

/* PCIDevice.cap_present */
enum {
    QEMU_PCI_CAP_MSI = 0x1,
    QEMU_PCI_CAP_MSIX = 0x2,
    QEMU_PCI_CAP_EXPRESS = 0x4,
#define QEMU_PCI_CAP_MULTIFUNCTION_BITNR 3
    QEMU_PCI_CAP_MULTIFUNCTION = 1 << QEMU_PCI_CAP_MULTIFUNCTION_BITNR,
#define QEMU_PCIE_LNKSTA_DLLLA_BITNR 8
    QEMU_PCIE_LNKSTA_DLLLA = 1 << QEMU_PCIE_LNKSTA_DLLLA_BITNR,
#define QEMU_PCIE_EXTCAP_INIT_BITNR 9
    QEMU_PCIE_EXTCAP_INIT = 1 << QEMU_PCIE_EXTCAP_INIT_BITNR,
#define QEMU_PCI_CAP_PM_BITNR 14
    QEMU_PCI_CAP_PM = 1 << QEMU_PCI_CAP_PM_BITNR,
};

typedef int (*MSIVectorUseNotifier)(PCIDevice *dev, unsigned int vector,
                                    MSIMessage msg);
typedef void (*MSIVectorReleaseNotifier)(PCIDevice *dev, unsigned int vector);
typedef void (*MSIVectorPollNotifier)(PCIDevice *dev, unsigned int vector_start,
                                      unsigned int vector_end);

/*
 * BARs. attr is the low bits of the register. The region's size is a power of
 * two; it becomes visible when the guest programs and enables the BAR.
 */
void pci_register_bar(PCIDevice *pci_dev, int region_num, uint8_t attr,
                      MemoryRegion *memory);
pcibus_t pci_get_bar_addr(PCIDevice *pci_dev, int region_num);
int pci_bar(PCIDevice *d, int reg);

/*
 * Capabilities. offset 0 means any free place. Returns the offset, or a
 * negative errno with errp set when it does not fit or overlaps another.
 */
int pci_add_capability(PCIDevice *pdev, uint8_t cap_id, uint8_t offset, uint8_t size,
                       Error **errp);
void pci_del_capability(PCIDevice *pci_dev, uint8_t cap_id, uint8_t cap_size);
uint8_t pci_find_capability(PCIDevice *pci_dev, uint8_t cap_id);

/* Configuration space: len is 1, 2 or 4 and the access ends inside the space. */
uint32_t pci_default_read_config(PCIDevice *d, uint32_t address, int len);
void pci_default_write_config(PCIDevice *d, uint32_t address, uint32_t val, int len);

/* The spaces into which the device's BARs are mapped. */
MemoryRegion *pci_address_space(PCIDevice *dev);
MemoryRegion *pci_address_space_io(PCIDevice *dev);

typedef void (*pci_set_irq_fn)(void *opaque, int irq_num, int level);
typedef int (*pci_map_irq_fn)(PCIDevice *pci_dev, int irq_num);

typedef struct PCIINTxRoute {
    enum { PCI_INTX_ENABLED, PCI_INTX_INVERTED, PCI_INTX_DISABLED } mode;
    int irq;
} PCIINTxRoute;

typedef PCIINTxRoute (*pci_route_irq_fn)(void *opaque, int pin);

#define TYPE_PCI_BUS "PCI"
OBJECT_DECLARE_TYPE(PCIBus, PCIBusClass, PCI_BUS)
#define TYPE_PCIE_BUS "PCIE"

typedef void (*pci_bus_dev_fn)(PCIBus *b, PCIDevice *d, void *opaque);
typedef void (*pci_bus_fn)(PCIBus *b, void *opaque);
typedef void *(*pci_bus_ret_fn)(PCIBus *b, void *opaque);

bool pci_bus_is_express(const PCIBus *bus);

/* Root buses: made and ended by the host bridge that is their parent. */
PCIBus *pci_root_bus_new(DeviceState *parent, const char *name, MemoryRegion *mem,
                         MemoryRegion *io, uint8_t devfn_min, const char *typename);
void pci_root_bus_cleanup(PCIBus *bus);
PCIBus *pci_register_root_bus(DeviceState *parent, const char *name,
                              pci_set_irq_fn set_irq, pci_map_irq_fn map_irq,
                              void *irq_opaque, MemoryRegion *mem, MemoryRegion *io,
                              uint8_t devfn_min, int nirq, const char *typename);
void pci_unregister_root_bus(PCIBus *bus);

/* Interrupt lines of a root bus: nirq lines, raised through set_irq. */
void pci_bus_irqs(PCIBus *bus, pci_set_irq_fn set_irq, void *irq_opaque, int nirq);
void pci_bus_map_irqs(PCIBus *bus, pci_map_irq_fn map_irq);
void pci_bus_irqs_cleanup(PCIBus *bus);
int pci_bus_get_irq_level(PCIBus *bus, int irq_num);
void pci_bus_set_route_irq_fn(PCIBus *bus, pci_route_irq_fn route_intx_to_irq);
PCIINTxRoute pci_device_route_intx_to_irq(PCIDevice *dev, int pin);

/* pins count from 0 (INTA) */
static inline int pci_swizzle(int slot, int pin)
{
    return (slot + pin) % PCI_NUM_PINS;
}

int pci_swizzle_map_irq_fn(PCIDevice *pci_dev, int pin);

void pci_device_reset(PCIDevice *dev);

static inline PCIBus *pci_get_bus(const PCIDevice *dev)
{
    return PCI_BUS(qdev_get_parent_bus(DEVICE(dev)));
}

/* Live: what the bridge above the bus has in its secondary bus register. */
int pci_bus_num(PCIBus *s);
/* Bus numbers that this bus and the bridges below it answer to, inclusive. */
void pci_bus_range(PCIBus *bus, int *min_bus, int *max_bus);

static inline int pci_dev_bus_num(const PCIDevice *dev)
{
    return pci_bus_num(pci_get_bus(dev));
}

/* Walks: fn may unplug the device it is given, but no other. */
void pci_for_each_device(PCIBus *bus, int bus_num, pci_bus_dev_fn fn, void *opaque);
void pci_for_each_device_under_bus(PCIBus *bus, pci_bus_dev_fn fn, void *opaque);
void pci_for_each_bus_depth_first(PCIBus *bus, pci_bus_ret_fn begin, pci_bus_fn end,
                                  void *parent_state);

static inline void pci_for_each_bus(PCIBus *bus, pci_bus_fn fn, void *opaque)
{
    pci_for_each_bus_depth_first(bus, NULL, fn, opaque);
}

PCIDevice *pci_get_function_0(PCIDevice *pci_dev);
PCIBus *pci_device_root_bus(const PCIDevice *d);
PCIDevice *pci_find_device(PCIBus *bus, int bus_num, uint8_t devfn);
int pci_qdev_find_device(const char *id, PCIDevice **pdev);

/* True when the host bridge above says that its devices do not meet an IOMMU. */
bool pci_bus_bypass_iommu(PCIBus *bus);

/*
 * How an IOMMU gives each function its DMA address space. Installed on a root
 * bus by pci_setup_iommu() before the machine is done; lives as long as the bus.
 */
typedef struct PCIIOMMUOps {
    /* Optional: may this function be given an address space? */
    bool (*supports_address_space)(PCIBus *bus, void *opaque, int devfn, Error **errp);
    /*
     * The function's address space, never NULL. Asked at machine done, and at
     * realize of each device that is plugged later, again after an unplug.
     * Bus numbers are not final then: key by bus pointer and devfn.
     */
    AddressSpace *(*get_address_space)(PCIBus *bus, void *opaque, int devfn);
    /* Optional: a passed-through device comes and goes. */
    bool (*set_iommu_device)(PCIBus *bus, void *opaque, int devfn, HostIOMMUDevice *dev,
                             Error **errp);
    void (*unset_iommu_device)(PCIBus *bus, void *opaque, int devfn);
    /* Optional: flags of the IOMMU as a whole. */
    uint64_t (*get_viommu_flags)(void *opaque);
} PCIIOMMUOps;

void pci_setup_iommu(PCIBus *bus, const PCIIOMMUOps *ops, void *opaque);
/* As above, for machines in which each root bus may have its own. */
void pci_setup_iommu_per_bus(PCIBus *bus, const PCIIOMMUOps *ops, void *opaque);

/*
 * Which IOMMU bus (or NULL) serves dev, and as which bus and devfn the IOMMU
 * sees its requests: bridges to conventional PCI make aliases. True when the
 * requests take another identity than the device's own.
 */
bool pci_device_get_iommu_bus_devfn(PCIDevice *dev, PCIBus **piommu_bus,
                                    PCIBus **aliased_bus, int *aliased_devfn);
/* The space for the device's DMA: the IOMMU's, or system memory. */
AddressSpace *pci_device_iommu_address_space(PCIDevice *dev);
bool pci_device_set_iommu_device(PCIDevice *dev, HostIOMMUDevice *hiod, Error **errp);
void pci_device_unset_iommu_device(PCIDevice *dev);
uint64_t pci_device_get_viommu_flags(PCIDevice *dev);

/* What a BAR register says: PCI_BAR_UNMAPPED unless enabled and sensible. */
pcibus_t pci_bar_address(PCIDevice *d, int reg, uint8_t type, pcibus_t size);

/* Little-endian values in configuration space; any alignment. */
static inline void pci_set_byte(uint8_t *config, uint8_t val)
{
    *config = val;
}

static inline uint8_t pci_get_byte(const uint8_t *config)
{
    return *config;
}

static inline void pci_set_word(uint8_t *config, uint16_t val)
{
    stw_le_p(config, val);
}

static inline uint16_t pci_get_word(const uint8_t *config)
{
    return lduw_le_p(config);
}

static inline void pci_set_long(uint8_t *config, uint32_t val)
{
    stl_le_p(config, val);
}

static inline uint32_t pci_get_long(const uint8_t *config)
{
    return (uint32_t)ldl_le_p(config);
}

static inline void pci_set_quad(uint8_t *config, uint64_t val)
{
    stq_le_p(config, val);
}

static inline uint64_t pci_get_quad(const uint8_t *config)
{
    return ldq_le_p(config);
}

static inline void pci_config_set_vendor_id(uint8_t *pci_config, uint16_t val)
{
    pci_set_word(pci_config + PCI_VENDOR_ID, val);
}

static inline void pci_config_set_device_id(uint8_t *pci_config, uint16_t val)
{
    pci_set_word(pci_config + PCI_DEVICE_ID, val);
}

static inline void pci_config_set_revision(uint8_t *pci_config, uint8_t val)
{
    pci_set_byte(pci_config + PCI_REVISION_ID, val);
}

static inline void pci_config_set_class(uint8_t *pci_config, uint16_t val)
{
    pci_set_word(pci_config + PCI_CLASS_DEVICE, val);
}

static inline void pci_config_set_prog_interface(uint8_t *pci_config, uint8_t val)
{
    pci_set_byte(pci_config + PCI_CLASS_PROG, val);
}

/* pin: 1 is INTA, 0 is none */
static inline void pci_config_set_interrupt_pin(uint8_t *pci_config, uint8_t val)
{
    pci_set_byte(pci_config + PCI_INTERRUPT_PIN, val);
}

/* Change the bits of mask; return which of them were set before. */
static inline uint16_t pci_word_test_and_clear_mask(uint8_t *config, uint16_t mask)
{
    uint16_t val = pci_get_word(config);

    pci_set_word(config, val & ~mask);
    return val & mask;
}

static inline uint16_t pci_word_test_and_set_mask(uint8_t *config, uint16_t mask)
{
    uint16_t val = pci_get_word(config);

    pci_set_word(config, val | mask);
    return val & mask;
}

static inline uint32_t pci_long_test_and_clear_mask(uint8_t *config, uint32_t mask)
{
    uint32_t val = pci_get_long(config);

    pci_set_long(config, val & ~mask);
    return val & mask;
}

static inline uint32_t pci_long_test_and_set_mask(uint8_t *config, uint32_t mask)
{
    uint32_t val = pci_get_long(config);

    pci_set_long(config, val | mask);
    return val & mask;
}

/* Devices that a machine makes itself. */
PCIDevice *pci_new_multifunction(int devfn, const char *name);
PCIDevice *pci_new(int devfn, const char *name);
bool pci_realize_and_unref(PCIDevice *dev, PCIBus *bus, Error **errp);
PCIDevice *pci_create_simple_multifunction(PCIBus *bus, int devfn, const char *name);
PCIDevice *pci_create_simple(PCIBus *bus, int devfn, const char *name);

/* INTx */
qemu_irq pci_allocate_irq(PCIDevice *pci_dev);
void pci_set_irq(PCIDevice *pci_dev, int level);
int pci_irq_disabled(PCIDevice *d);
void pci_device_deassert_intx(PCIDevice *dev);

static inline void pci_irq_assert(PCIDevice *pci_dev)
{
    pci_set_irq(pci_dev, 1);
}

static inline void pci_irq_deassert(PCIDevice *pci_dev)
{
    pci_set_irq(pci_dev, 0);
}

MSIMessage pci_get_msi_message(PCIDevice *dev, int vector);
/* Takes the function off its bus, or back, as a slot's power switch does. */
void pci_set_power(PCIDevice *pci_dev, bool state);
int pci_pm_init(PCIDevice *pci_dev, uint8_t offset, Error **errp);

#endif
