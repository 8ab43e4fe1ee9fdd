/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sets of virtio feature bits: 128 of them, in an array that shares its first
 * 64 with a plain integer field, because nearly all users need only those.
 */
#ifndef HW_VIRTIO_VIRTIO_FEATURES_H
#define HW_VIRTIO_VIRTIO_FEATURES_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define VIRTIO_FEATURES_MAX    128
#define VIRTIO_FEATURES_NU32S  (VIRTIO_FEATURES_MAX / 32)
#define VIRTIO_FEATURES_NU64S  (VIRTIO_FEATURES_MAX / 64)
#define VIRTIO_FEATURES_BIT(b) (1ULL << ((b) % 64))
#define VIRTIO_FEATURES_U64(b) ((b) / 64)

#define VIRTIO_DECLARE_FEATURES(name)                                                  \
    union {                                                                            \
        uint64_t name;                                                                 \
        uint64_t name##_ex[VIRTIO_FEATURES_NU64S];                                     \
    }

static inline void virtio_features_clear(uint64_t *features)
{
    memset(features, 0, sizeof(uint64_t) * VIRTIO_FEATURES_NU64S);
}

static inline void virtio_features_from_u64(uint64_t *features, uint64_t from)
{
    virtio_features_clear(features);
    features[0] = from;
}

static inline void virtio_features_copy(uint64_t *to, const uint64_t *from)
{
    memcpy(to, from, sizeof(uint64_t) * VIRTIO_FEATURES_NU64S);
}

static inline bool virtio_has_feature_ex(const uint64_t *features, unsigned int fbit)
{
    assert(fbit < VIRTIO_FEATURES_MAX);
    return features[VIRTIO_FEATURES_U64(fbit)] & VIRTIO_FEATURES_BIT(fbit);
}

static inline void virtio_add_feature_ex(uint64_t *features, unsigned int fbit)
{
    assert(fbit < VIRTIO_FEATURES_MAX);
    features[VIRTIO_FEATURES_U64(fbit)] |= VIRTIO_FEATURES_BIT(fbit);
}

/* @to = @f1 without @f2; true if anything is left. */
static inline bool virtio_features_andnot(uint64_t *to, const uint64_t *f1,
                                          const uint64_t *f2)
{
    uint64_t left = 0;

    for (int i = 0; i < VIRTIO_FEATURES_NU64S; i++) {
        to[i] = f1[i] & ~f2[i];
        left |= to[i];
    }
    return left != 0;
}

static inline void virtio_features_and(uint64_t *to, const uint64_t *f1,
                                       const uint64_t *f2)
{
    for (int i = 0; i < VIRTIO_FEATURES_NU64S; i++) {
        to[i] = f1[i] & f2[i];
    }
}

#endif
