/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Byte order. cpu_to_X and X_to_cpu convert values; ld/st{u,}{b,w,l,q}_{le,be}_p
 * read and write unaligned bytes in memory. No function casts a pointer to a
 * wider type, so alignment and aliasing never matter.
 */
#ifndef QEMU_BSWAP_H
#define QEMU_BSWAP_H

#include <stdint.h>
#include <string.h>

#include "qemu/compiler.h"

static inline uint16_t bswap16(uint16_t v)
{
    return __builtin_bswap16(v);
}

static inline uint32_t bswap32(uint32_t v)
{
    return __builtin_bswap32(v);
}

static inline uint64_t bswap64(uint64_t v)
{
    return __builtin_bswap64(v);
}

#if HOST_BIG_ENDIAN
#define le_bswap(v, size) glue(bswap, size)(v)
#define be_bswap(v, size) (v)
#else
#define le_bswap(v, size) (v)
#define be_bswap(v, size) glue(bswap, size)(v)
#endif

static inline uint16_t le16_to_cpu(uint16_t v)
{
    return le_bswap(v, 16);
}

static inline uint16_t cpu_to_le16(uint16_t v)
{
    return le_bswap(v, 16);
}

static inline uint32_t le32_to_cpu(uint32_t v)
{
    return le_bswap(v, 32);
}

static inline uint32_t cpu_to_le32(uint32_t v)
{
    return le_bswap(v, 32);
}

static inline uint64_t le64_to_cpu(uint64_t v)
{
    return le_bswap(v, 64);
}

static inline uint64_t cpu_to_le64(uint64_t v)
{
    return le_bswap(v, 64);
}

static inline uint16_t be16_to_cpu(uint16_t v)
{
    return be_bswap(v, 16);
}

static inline uint16_t cpu_to_be16(uint16_t v)
{
    return be_bswap(v, 16);
}

static inline uint32_t be32_to_cpu(uint32_t v)
{
    return be_bswap(v, 32);
}

static inline uint32_t cpu_to_be32(uint32_t v)
{
    return be_bswap(v, 32);
}

static inline uint64_t be64_to_cpu(uint64_t v)
{
    return be_bswap(v, 64);
}

static inline uint64_t cpu_to_be64(uint64_t v)
{
    return be_bswap(v, 64);
}

#define const_le64(v) le_bswap_const_(v, 64)
#define const_le32(v) le_bswap_const_(v, 32)
#define const_le16(v) le_bswap_const_(v, 16)
#if HOST_BIG_ENDIAN
#define le_bswap_const_(v, size) glue(__builtin_bswap, size)(v)
#else
#define le_bswap_const_(v, size) (v)
#endif

/* Bytes, and host order. */
static inline int ldub_p(const void *ptr)
{
    return *(const uint8_t *)ptr;
}

static inline int ldsb_p(const void *ptr)
{
    return *(const int8_t *)ptr;
}

static inline void stb_p(void *ptr, uint8_t v)
{
    *(uint8_t *)ptr = v;
}

static inline int lduw_he_p(const void *ptr)
{
    uint16_t v;

    memcpy(&v, ptr, sizeof(v));
    return v;
}

static inline int lduw_le_p(const void *ptr)
{
    uint16_t v;

    memcpy(&v, ptr, sizeof(v));
    return le_bswap(v, 16);
}

static inline int lduw_be_p(const void *ptr)
{
    uint16_t v;

    memcpy(&v, ptr, sizeof(v));
    return be_bswap(v, 16);
}

static inline int ldsw_he_p(const void *ptr)
{
    uint16_t v;

    memcpy(&v, ptr, sizeof(v));
    return (int16_t)v;
}

static inline int ldsw_le_p(const void *ptr)
{
    uint16_t v;

    memcpy(&v, ptr, sizeof(v));
    return (int16_t)le_bswap(v, 16);
}

static inline int ldsw_be_p(const void *ptr)
{
    uint16_t v;

    memcpy(&v, ptr, sizeof(v));
    return (int16_t)be_bswap(v, 16);
}

static inline int ldl_he_p(const void *ptr)
{
    uint32_t v;

    memcpy(&v, ptr, sizeof(v));
    return v;
}

static inline int ldl_le_p(const void *ptr)
{
    uint32_t v;

    memcpy(&v, ptr, sizeof(v));
    return le_bswap(v, 32);
}

static inline int ldl_be_p(const void *ptr)
{
    uint32_t v;

    memcpy(&v, ptr, sizeof(v));
    return be_bswap(v, 32);
}

static inline uint64_t ldq_he_p(const void *ptr)
{
    uint64_t v;

    memcpy(&v, ptr, sizeof(v));
    return v;
}

static inline uint64_t ldq_le_p(const void *ptr)
{
    uint64_t v;

    memcpy(&v, ptr, sizeof(v));
    return le_bswap(v, 64);
}

static inline uint64_t ldq_be_p(const void *ptr)
{
    uint64_t v;

    memcpy(&v, ptr, sizeof(v));
    return be_bswap(v, 64);
}

static inline void stw_he_p(void *ptr, uint16_t v)
{
    memcpy(ptr, &v, sizeof(v));
}

static inline void stw_le_p(void *ptr, uint16_t v)
{
    v = le_bswap(v, 16);
    memcpy(ptr, &v, sizeof(v));
}

static inline void stw_be_p(void *ptr, uint16_t v)
{
    v = be_bswap(v, 16);
    memcpy(ptr, &v, sizeof(v));
}

static inline void stl_he_p(void *ptr, uint32_t v)
{
    memcpy(ptr, &v, sizeof(v));
}

static inline void stl_le_p(void *ptr, uint32_t v)
{
    v = le_bswap(v, 32);
    memcpy(ptr, &v, sizeof(v));
}

static inline void stl_be_p(void *ptr, uint32_t v)
{
    v = be_bswap(v, 32);
    memcpy(ptr, &v, sizeof(v));
}

static inline void stq_he_p(void *ptr, uint64_t v)
{
    memcpy(ptr, &v, sizeof(v));
}

static inline void stq_le_p(void *ptr, uint64_t v)
{
    v = le_bswap(v, 64);
    memcpy(ptr, &v, sizeof(v));
}

static inline void stq_be_p(void *ptr, uint64_t v)
{
    v = be_bswap(v, 64);
    memcpy(ptr, &v, sizeof(v));
}

/* @size bytes (1, 2, 4 or 8), zero extended. Any other size is a caller's bug. */
uint64_t ldn_le_p(const void *ptr, int size);
uint64_t ldn_be_p(const void *ptr, int size);
uint64_t ldn_he_p(const void *ptr, int size);
void stn_le_p(void *ptr, int size, uint64_t v);
void stn_be_p(void *ptr, int size, uint64_t v);
void stn_he_p(void *ptr, int size, uint64_t v);

#endif
