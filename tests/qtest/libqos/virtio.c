/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "libqos/virtio.h"

/* Clear of what firmware tables and kernels would use, inside 64 MiB of RAM. */
#define HEAP_OFFSET (16 * 1024 * 1024)
#define HEAP_LAST   (48 * 1024 * 1024)

static uint64_t heap_used;

uint64_t qvirtio_alloc(QTestState *qts, uint64_t size, uint64_t align)
{
    bool arm = g_str_equal(qtest_get_arch(), "aarch64");
    uint64_t addr;

    heap_used = (heap_used + align - 1) & ~(align - 1);
    addr = (arm ? 0x40000000 : 0) + HEAP_OFFSET + heap_used;
    heap_used += size;
    g_assert_cmpuint(HEAP_OFFSET + heap_used, <, HEAP_LAST);
    qtest_memset(qts, addr, 0, size);
    return addr;
}

void qvirtio_alloc_reset(void)
{
    heap_used = 0;
}

void qvirtio_free(QVirtio *d)
{
    d->ops->free(d);
    g_free(d);
}

uint64_t qvirtio_offered(QVirtio *d)
{
    return (uint64_t)d->ops->feature_word(d, 1) << 32 | d->ops->feature_word(d, 0);
}

uint8_t qvirtio_negotiate(QVirtio *d, uint64_t features)
{
    uint8_t status = VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER;

    d->ops->set_status(d, 0);
    g_assert_cmphex(d->ops->status(d), ==, 0);
    d->ops->set_status(d, VIRTIO_CONFIG_S_ACKNOWLEDGE);
    d->ops->set_status(d, status);
    d->ops->set_feature_word(d, 0, features);
    d->ops->set_feature_word(d, 1, features >> 32);
    d->ops->set_status(d, status | VIRTIO_CONFIG_S_FEATURES_OK);
    d->features = features;
    return d->ops->status(d);
}

void qvirtio_start(QVirtio *d, uint64_t want)
{
    uint64_t features = qvirtio_offered(d) & (want | QVIRTIO_BIT(VIRTIO_F_VERSION_1));

    g_assert_cmphex(qvirtio_negotiate(d, features), ==,
                    VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER |
                        VIRTIO_CONFIG_S_FEATURES_OK);
}

void qvirtio_driver_ok(QVirtio *d)
{
    uint8_t status = d->ops->status(d) | VIRTIO_CONFIG_S_DRIVER_OK;

    d->ops->set_status(d, status);
    g_assert_cmphex(d->ops->status(d), ==, status);
}

bool qvirtio_needs_reset(QVirtio *d)
{
    return d->ops->status(d) & VIRTIO_CONFIG_S_NEEDS_RESET;
}
