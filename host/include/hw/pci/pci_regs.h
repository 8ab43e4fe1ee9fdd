/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The registers of configuration space; see the standard header. */
#ifndef HW_PCI_PCI_REGS_H
#define HW_PCI_PCI_REGS_H

#include "standard-headers/linux/pci_regs.h"

#define PCI_PM_CAP_VER_1_2 0x0003

#endif
