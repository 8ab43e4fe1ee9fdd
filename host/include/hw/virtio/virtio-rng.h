/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The entropy device: hands out bytes of an RngBackend, at a limited rate. */
#ifndef HW_VIRTIO_VIRTIO_RNG_H
#define HW_VIRTIO_VIRTIO_RNG_H

#include "hw/virtio/virtio.h"
#include "qemu/timer.h"
#include "qom/object.h"
#include "system/rng.h"

#define TYPE_VIRTIO_RNG "virtio-rng-device"
OBJECT_DECLARE_SIMPLE_TYPE(VirtIORNG, VIRTIO_RNG)

typedef struct VirtIORNGConf {
    RngBackend *rng;
    uint64_t max_bytes; /* per period */
    uint32_t period_ms;
} VirtIORNGConf;

struct VirtIORNG {
    VirtIODevice parent_obj;
    VirtQueue *vq;
    VirtIORNGConf conf;
    RngBackend *rng; /* conf.rng; an rng-builtin of its own if none was given */
    QEMUTimer *rate_limit_timer;
    int64_t quota_remaining; /* bytes, until the timer runs */
    bool pending;            /* the backend was asked */
    bool starved;            /* nothing left to ask for in this period */
    VMChangeStateEntry *vmstate;
};

#endif
