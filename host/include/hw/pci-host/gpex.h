/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The generic express host bridge of the virt machine. sysbus: mmio 0 is the
 * ECAM window, 1 the memory space, 2 the I/O space; irq 0..3 are INTA..INTD
 * after swizzling.
 */
#ifndef HW_PCI_HOST_GPEX_H
#define HW_PCI_HOST_GPEX_H

#include "hw/core/sysbus.h"
#include "hw/pci/pci_device.h"
#include "hw/pci/pcie_host.h"

#define TYPE_GPEX_HOST "gpex-pcihost"
OBJECT_DECLARE_SIMPLE_TYPE(GPEXHost, GPEX_HOST)

#define TYPE_GPEX_ROOT_DEVICE "gpex-root"
OBJECT_DECLARE_SIMPLE_TYPE(GPEXRootState, GPEX_ROOT_DEVICE)

/* Function 0:0.0: the bridge as its own bus shows it. */
struct GPEXRootState {
    PCIDevice parent_obj;
};

struct GPEXHost {
    PCIExpressHost parent_obj;

    GPEXRootState gpex_root;
    MemoryRegion io_ioport;
    MemoryRegion io_mmio;
    MemoryRegion io_ioport_window; /* unclaimed accesses: ones, no error */
    MemoryRegion io_mmio_window;
    qemu_irq irq[PCI_NUM_PINS];
    int irq_num[PCI_NUM_PINS]; /* the interrupt controller's input, -1 unknown */
    bool allow_unmapped_accesses;
};

/* Say where an INTx output goes. 0, or -EINVAL for an index out of range. */
int gpex_set_irq_num(GPEXHost *s, int index, int gsi);

#endif
