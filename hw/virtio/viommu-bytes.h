/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Little-endian values in byte buffers, whatever the host and the alignment. */
#ifndef HW_VIRTIO_VIOMMU_BYTES_H
#define HW_VIRTIO_VIOMMU_BYTES_H

#include <stdint.h>

static inline uint64_t viommu_get_le(const uint8_t *p, unsigned bytes)
{
    uint64_t value = 0;

    while (bytes--) {
        value = value << 8 | p[bytes];
    }
    return value;
}

static inline void viommu_put_le(uint8_t *p, unsigned bytes, uint64_t value)
{
    for (unsigned i = 0; i < bytes; i++, value >>= 8) {
        p[i] = value;
    }
}

static inline uint32_t viommu_get_le32(const uint8_t *p)
{
    return viommu_get_le(p, 4);
}

static inline uint64_t viommu_get_le64(const uint8_t *p)
{
    return viommu_get_le(p, 8);
}

static inline void viommu_put_le32(uint8_t *p, uint32_t value)
{
    viommu_put_le(p, 4, value);
}

static inline void viommu_put_le64(uint8_t *p, uint64_t value)
{
    viommu_put_le(p, 8, value);
}

#endif
