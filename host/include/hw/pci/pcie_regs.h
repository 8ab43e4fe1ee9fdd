/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PCI Express constants that the Linux header has no name for. */
#ifndef HW_PCI_PCIE_REGS_H
#define HW_PCI_PCIE_REGS_H

#define PCI_EXP_VER2_SIZEOF 0x3c
#define PCI_EXP_FLAGS_VER2  2

#define PCI_EXT_CAP(id, ver, next)                                                     \
    ((uint32_t)(id) | ((uint32_t)(ver) << 16) | ((uint32_t)(next) << 20))
#define PCI_EXT_CAP_NEXT_MASK 0xffc00000U

typedef enum PCIExpLinkSpeed {
    QEMU_PCI_EXP_LNK_2_5GT = 1,
    QEMU_PCI_EXP_LNK_5GT,
    QEMU_PCI_EXP_LNK_8GT,
    QEMU_PCI_EXP_LNK_16GT,
} PCIExpLinkSpeed;

typedef enum PCIExpLinkWidth {
    QEMU_PCI_EXP_LNK_X1 = 1,
    QEMU_PCI_EXP_LNK_X2 = 2,
    QEMU_PCI_EXP_LNK_X4 = 4,
    QEMU_PCI_EXP_LNK_X8 = 8,
    QEMU_PCI_EXP_LNK_X16 = 16,
    QEMU_PCI_EXP_LNK_X32 = 32,
} PCIExpLinkWidth;

#define PCI_ACS_VER    1
#define PCI_ACS_SIZEOF 8

#endif
