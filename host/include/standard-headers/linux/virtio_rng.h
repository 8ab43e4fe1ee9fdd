/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Entropy device (VIRTIO 1.2, 5.4): one request queue, no features, no configuration.
 */
#ifndef STANDARD_HEADERS_LINUX_VIRTIO_RNG_H
#define STANDARD_HEADERS_LINUX_VIRTIO_RNG_H

#include "standard-headers/linux/virtio_config.h"
#include "standard-headers/linux/virtio_ids.h"

#endif
