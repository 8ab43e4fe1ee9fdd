/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Short names of device types: "virtio-iommu" for "virtio-iommu-pci".
 */
#ifndef HOST_CMDLINE_DEVICE_ALIAS_H
#define HOST_CMDLINE_DEVICE_ALIAS_H

/* The short name of @type, or NULL. */
const char *device_alias_of(const char *type);
/* The type that @name is short for, or @name. */
const char *device_resolve_alias(const char *name);

#endif
