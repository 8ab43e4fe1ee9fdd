/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The PCIe node, and which of its functions do their DMA through the virtio-iommu.
 * A function is known to the IOMMU by its requester id. The IOMMU's own is left out
 * of iommu-map: a driver that waited for the IOMMU before it drives the IOMMU would
 * wait for ever.
 */
#include "qemu/osdep.h"
#include "fdt-builder.h"
#include "virt-fdt.h"

enum { PCI_PINS = 4, PCI_SLOTS = 4, LAST_REQUESTER = 0xffff, REQUESTERS = 0x10000 };
/* First cell of a range: what kind of space. */
enum { RANGE_IO = 0x01000000, RANGE_MMIO = 0x02000000, RANGE_MMIO_64 = 0x03000000 };

static void add_interrupt_map(void *fdt, const char *path)
{
    enum { CELLS = 10 };
    uint32_t map[PCI_SLOTS * PCI_PINS * CELLS], *cell = map;

    for (int slot = 0; slot < PCI_SLOTS; slot++) {
        for (int pin = 0; pin < PCI_PINS; pin++) {
            int irq = VIRT_IRQ_PCIE + (pin + slot) % PCI_PINS;
            const uint32_t entry[CELLS] = {
                slot << 11,       0,   0,
                pin + 1,                  /* device and pin */
                VIRT_PHANDLE_GIC, 0,   0, /* the GIC has two address cells */
                GIC_FDT_SPI,      irq, GIC_FDT_LEVEL,
            };

            memcpy(cell, entry, sizeof(entry));
            cell += CELLS;
        }
    }
    dt_cells_n(fdt, path, "interrupt-map", map, G_N_ELEMENTS(map));
    dt_cells(fdt, path, "interrupt-map-mask", (PCI_SLOTS - 1) << 11, 0, 0, 7);
}

static void add_ranges(void *fdt, const char *path, bool highmem)
{
    const MemMapEntry *pio = &virt_memmap[VIRT_PCIE_PIO],
                      *mmio = &virt_memmap[VIRT_PCIE_MMIO],
                      *high = &virt_memmap[VIRT_HIGH_PCIE_MMIO];
    const uint32_t ranges[] = {
        RANGE_IO,      DT_U64(0),          DT_U64(pio->base),  DT_U64(pio->size),
        RANGE_MMIO,    DT_U64(mmio->base), DT_U64(mmio->base), DT_U64(mmio->size),
        RANGE_MMIO_64, DT_U64(high->base), DT_U64(high->base), DT_U64(high->size),
    };

    dt_cells_n(fdt, path, "ranges", ranges, highmem ? 21 : 14);
}

/* Requester ids [first, last] are endpoints of the same ids. */
static unsigned iommu_map_entry(uint32_t *cell, uint32_t first, uint32_t last)
{
    cell[0] = first;
    cell[1] = VIRT_PHANDLE_IOMMU;
    cell[2] = first;
    cell[3] = last - first + 1;
    return 4;
}

static void add_iommu_map(void *fdt, const char *path, const VirtDtInfo *info)
{
    uint32_t cells[8];
    unsigned n = 0;

    if (info->iommu == VIRT_DT_IOMMU_MMIO) {
        n = iommu_map_entry(cells, 0, LAST_REQUESTER);
    } else {
        if (info->iommu_bdf > 0) {
            n = iommu_map_entry(cells, 0, info->iommu_bdf - 1);
        }
        if (info->iommu_bdf < LAST_REQUESTER) {
            n += iommu_map_entry(cells + n, info->iommu_bdf + 1, LAST_REQUESTER);
        }
    }
    dt_cells_n(fdt, path, "iommu-map", cells, n);
}

static void add_pci_iommu(void *fdt, const char *pcie, uint16_t bdf)
{
    static const char *const compatible[] = { "virtio,pci-iommu", "pci1af4,1057",
                                              NULL };
    unsigned slot = bdf >> 3 & 0x1f, function = bdf & 7;
    g_autofree char *path =
        function ? g_strdup_printf("%s/iommu@%x,%x", pcie, slot, function)
                 : g_strdup_printf("%s/iommu@%x", pcie, slot);

    dt_node(fdt, path);
    dt_strings(fdt, path, "compatible", compatible);
    dt_cells(fdt, path, "reg", bdf << 8, 0, 0, 0, 0);
    dt_cells(fdt, path, "#iommu-cells", 1);
    dt_cells(fdt, path, "phandle", VIRT_PHANDLE_IOMMU);
}

void virt_fdt_add_pcie(void *fdt, const VirtDtInfo *info)
{
    const MemMapEntry *ecam =
        &virt_memmap[info->highmem ? VIRT_HIGH_PCIE_ECAM : VIRT_PCIE_ECAM];
    g_autofree char *path =
        g_strdup_printf("/pcie@%" PRIx64, virt_memmap[VIRT_PCIE_MMIO].base);

    dt_node(fdt, path);
    dt_string(fdt, path, "compatible", "pci-host-ecam-generic");
    dt_string(fdt, path, "device_type", "pci");
    dt_cells(fdt, path, "#address-cells", 3);
    dt_cells(fdt, path, "#size-cells", 2);
    dt_cells(fdt, path, "linux,pci-domain", 0);
    dt_cells(fdt, path, "bus-range", 0, (ecam->size >> 20) - 1);
    dt_flag(fdt, path, "dma-coherent");
    dt_cells(fdt, path, "reg", DT_U64(ecam->base), DT_U64(ecam->size));
    dt_cells(fdt, path, "#interrupt-cells", 1);
    add_ranges(fdt, path, info->highmem);
    add_interrupt_map(fdt, path);
    if (info->gic_version == 2 || info->its) {
        dt_cells(fdt, path, "msi-map", 0, VIRT_PHANDLE_MSI, 0, REQUESTERS);
    }
    if (info->iommu != VIRT_DT_NO_IOMMU) {
        add_iommu_map(fdt, path, info);
    }
    if (info->iommu == VIRT_DT_IOMMU_PCI) {
        add_pci_iommu(fdt, path, info->iommu_bdf);
    }
}
