/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "hw/arm/virt.h"

const MemMapEntry virt_memmap[VIRT_MAP_ENTRIES] = {
    [VIRT_GIC_DIST] = { 0x08000000, 0x00010000 },
    [VIRT_GIC_CPU] = { 0x08010000, 0x00010000 },
    [VIRT_GIC_V2M] = { 0x08020000, 0x00001000 },
    [VIRT_GIC_ITS] = { 0x08080000, 0x00020000 },
    [VIRT_GIC_REDIST] = { 0x080a0000, 0x00f60000 },
    [VIRT_UART] = { 0x09000000, 0x00001000 },
    [VIRT_RTC] = { 0x09010000, 0x00001000 },
    [VIRT_FW_CFG] = { 0x09020000, 0x00000018 },
    [VIRT_GPIO] = { 0x09030000, 0x00001000 },
    [VIRT_MMIO] = { 0x0a000000, 0x00000200 }, /* each of 32 */
    [VIRT_PCIE_MMIO] = { 0x10000000, 0x2eff0000 },
    [VIRT_PCIE_PIO] = { 0x3eff0000, 0x00010000 },
    [VIRT_PCIE_ECAM] = { 0x3f000000, 0x01000000 },
    [VIRT_MEM] = { 0x40000000, 255ull << 30 },
    [VIRT_HIGH_PCIE_ECAM] = { 0x4010000000, 0x10000000 },
    [VIRT_HIGH_PCIE_MMIO] = { 0x8000000000, 0x8000000000 },
};
