/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Marks for wire fields: little endian once VERSION_1 is negotiated. */
#ifndef STANDARD_HEADERS_LINUX_VIRTIO_TYPES_H
#define STANDARD_HEADERS_LINUX_VIRTIO_TYPES_H

#include <stdint.h>

typedef uint16_t __virtio16;
typedef uint32_t __virtio32;
typedef uint64_t __virtio64;

#endif
