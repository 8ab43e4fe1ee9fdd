/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A ViommuReclaim for tests and benchmarks: what was retired is freed when
 * every reader has said since that it holds nothing.
 *
 * Plain C11 atomics, so that the thread sanitizer sees every edge. One writer.
 */
#ifndef TESTS_UNIT_EPOCH_RECLAIM_H
#define TESTS_UNIT_EPOCH_RECLAIM_H

#include "hw/virtio/viommu-map.h"

enum { EPOCH_MAX_READERS = 8 };

extern const ViommuReclaim epoch_reclaim;

/* A reader, 0 to EPOCH_MAX_READERS - 1, from here on has to be waited for. */
void epoch_reader_enter(unsigned reader);

/* The reader holds nothing it found before. Call it every now and then. */
void epoch_reader_quiescent(unsigned reader);

/* The reader is gone. */
void epoch_reader_leave(unsigned reader);

/* Frees what can be freed; all of it when no reader is left. Returns what stays. */
size_t epoch_collect(void);

#endif
