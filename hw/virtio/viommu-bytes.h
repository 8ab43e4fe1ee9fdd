/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Little-endian values in byte buffers, whatever the host and the alignment. */
#ifndef HW_VIRTIO_VIOMMU_BYTES_H
#define HW_VIRTIO_VIOMMU_BYTES_H

#include <glib.h>
#include <stdint.h>
#include <string.h>

static inline uint16_t viommu_get_le16(const uint8_t *p)
{
    uint16_t raw;

    memcpy(&raw, p, sizeof(raw));
    return GUINT16_FROM_LE(raw);
}

static inline uint32_t viommu_get_le32(const uint8_t *p)
{
    uint32_t raw;

    memcpy(&raw, p, sizeof(raw));
    return GUINT32_FROM_LE(raw);
}

static inline uint64_t viommu_get_le64(const uint8_t *p)
{
    uint64_t raw;

    memcpy(&raw, p, sizeof(raw));
    return GUINT64_FROM_LE(raw);
}

static inline void viommu_put_le16(uint8_t *p, uint16_t value)
{
    uint16_t raw = GUINT16_TO_LE(value);

    memcpy(p, &raw, sizeof(raw));
}

static inline void viommu_put_le32(uint8_t *p, uint32_t value)
{
    uint32_t raw = GUINT32_TO_LE(value);

    memcpy(p, &raw, sizeof(raw));
}

static inline void viommu_put_le64(uint8_t *p, uint64_t value)
{
    uint64_t raw = GUINT64_TO_LE(value);

    memcpy(p, &raw, sizeof(raw));
}

#endif
