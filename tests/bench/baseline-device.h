/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A virtio-iommu built on the textbook baseline (viommu-baseline.c): the same
 * virtqueue code, the same requests, MAP and UNMAP only.
 */
#ifndef TESTS_BENCH_BASELINE_DEVICE_H
#define TESTS_BENCH_BASELINE_DEVICE_H

/* For -device, on any virtio bus; there by itself. */
#define TYPE_BENCH_BASELINE "bench-baseline-iommu"

#endif
