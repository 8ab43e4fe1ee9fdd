/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Properties whose values name backends (character devices, drives, network
 * clients) or have a syntax of their own.
 */
#ifndef HW_QDEV_PROPERTIES_SYSTEM_H
#define HW_QDEV_PROPERTIES_SYSTEM_H

#include "hw/core/qdev-properties.h"
#include "qapi/qapi-types-common.h"
#include "qapi/qapi-types-virtio.h"

extern const PropertyInfo qdev_prop_chr;
extern const PropertyInfo qdev_prop_macaddr;
extern const PropertyInfo qdev_prop_reserved_region;
extern const PropertyInfo qdev_prop_granule_mode;
extern const PropertyInfo qdev_prop_drive;
extern const PropertyInfo qdev_prop_netdev;
extern const PropertyInfo qdev_prop_pci_devfn;

/* "SLOT.FUNCTION" in hex, or a number; -1: any free slot. */
#define DEFINE_PROP_PCI_DEVFN(_n, _s, _f, _d)                                          \
    DEFINE_PROP_SIGNED(_n, _s, _f, _d, qdev_prop_pci_devfn, int32_t)
#define DEFINE_PROP_CHR(_n, _s, _f) DEFINE_PROP(_n, _s, _f, qdev_prop_chr, CharFrontend)
#define DEFINE_PROP_NETDEV(_n, _s, _f)                                                 \
    DEFINE_PROP(_n, _s, _f, qdev_prop_netdev, NICPeers)
#define DEFINE_PROP_DRIVE(_n, _s, _f)                                                  \
    DEFINE_PROP(_n, _s, _f, qdev_prop_drive, BlockBackend *)
#define DEFINE_PROP_MACADDR(_n, _s, _f)                                                \
    DEFINE_PROP(_n, _s, _f, qdev_prop_macaddr, MACAddr)
/* "START:LAST:TYPE", START and LAST inclusive in hex, TYPE a number. */
#define DEFINE_PROP_RESERVED_REGION(_n, _s, _f)                                        \
    DEFINE_PROP(_n, _s, _f, qdev_prop_reserved_region, ReservedRegion)
#define DEFINE_PROP_GRANULE_MODE(_n, _s, _f, _d)                                       \
    DEFINE_PROP_SIGNED(_n, _s, _f, _d, qdev_prop_granule_mode, GranuleMode)

#endif
