/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Enumerations of the virtio devices' properties.
 */
#ifndef QAPI_TYPES_VIRTIO_H
#define QAPI_TYPES_VIRTIO_H

#include "qapi/util.h"

/* The smallest page an IOMMU maps: a size, or the host's own page size. */
typedef enum GranuleMode {
    GRANULE_MODE_4K,
    GRANULE_MODE_8K,
    GRANULE_MODE_16K,
    GRANULE_MODE_64K,
    GRANULE_MODE_HOST,
    GRANULE_MODE__MAX,
} GranuleMode;

extern const QEnumLookup GranuleMode_lookup;

#endif
