/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The device tree of the virt machine as a function of plain facts: knows no device,
 * so that every shape of machine can be tested without building it.
 */
#ifndef HOST_ARM_VIRT_FDT_H
#define HOST_ARM_VIRT_FDT_H

#include "hw/arm/virt.h"

enum { VIRT_DT_MAX_CPUS = 8 };

typedef enum VirtDtIommu {
    VIRT_DT_NO_IOMMU,
    VIRT_DT_IOMMU_PCI,
    VIRT_DT_IOMMU_MMIO,
} VirtDtIommu;

typedef struct VirtDtInfo {
    unsigned n_cpus;
    uint64_t mpidr[VIRT_DT_MAX_CPUS];
    const char *cpu_compatible;
    unsigned gic_version; /* 2: with v2m */
    bool its;             /* with gic_version 3 */
    bool highmem;
    uint64_t ram_size;
    VirtDtIommu iommu;
    uint16_t iommu_bdf;  /* PCI: requester id */
    unsigned iommu_slot; /* MMIO: virtio-mmio slot */
    uint32_t
        endpoint_slots; /* bit n: the device in slot n does its DMA behind the IOMMU */
} VirtDtInfo;

/* References between nodes. Fixed, so that parts can be written in any order. */
enum {
    VIRT_PHANDLE_CLOCK = 1,
    VIRT_PHANDLE_GIC,
    VIRT_PHANDLE_MSI,
    VIRT_PHANDLE_GPIO,
    VIRT_PHANDLE_IOMMU,
};

enum { GIC_FDT_SPI = 0, GIC_FDT_PPI = 1, GIC_FDT_EDGE = 1, GIC_FDT_LEVEL = 4 };

/* To be freed with g_free(); not packed, so that more can be added. */
void *virt_fdt_build(const VirtDtInfo *info);
/* The PCIe host bridge and, below it, a virtio-iommu on PCI. */
void virt_fdt_add_pcie(void *fdt, const VirtDtInfo *info);
/* The 32 virtio-mmio slots. */
void virt_fdt_add_virtio(void *fdt, const VirtDtInfo *info);

#endif
