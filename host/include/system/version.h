/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Our version, and the QEMU version whose command line and QMP we mirror.
 */
#ifndef SYSTEM_VERSION_H
#define SYSTEM_VERSION_H

#define VIOMMU_VERSION      "0.1.0"
#define QEMU_VERSION_MAJOR  10
#define QEMU_VERSION_MINOR  2
#define QEMU_VERSION_MICRO  0
#define VIOMMU_QEMU_VERSION "10.2.0"

#endif
