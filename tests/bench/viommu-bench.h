/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the benchmarks of the core share: the textbook baseline and the loads. */
#ifndef TESTS_BENCH_VIOMMU_BENCH_H
#define TESTS_BENCH_VIOMMU_BENCH_H

#include "hw/virtio/viommu-db.h"
#include "report.h"

#define BENCH_PAGE UINT64_C(0x1000)

/* ---------------------------------------------------------------- loads -- */

/* IOVA of the i-th of @n pages: next to each other, or all over 48 bits. */
typedef uint64_t BenchAddress(uint64_t i);

uint64_t bench_dense(uint64_t i);
uint64_t bench_scattered(uint64_t i);

/* A permutation of 0..n-1 (@n a power of two), in no visible order. */
static inline uint64_t bench_shuffle(uint64_t i, size_t n)
{
    i = (i * 0x9e3779b1) & (n - 1);
    i ^= i >> 7;
    return (i * 0x85ebca6b) & (n - 1);
}

/* Somewhere in 256 GiB of guest memory. */
static inline uint64_t bench_phys(uint64_t iova)
{
    return (iova / BENCH_PAGE * 0x2545f491 & 0x3ffffff) * BENCH_PAGE;
}

/* -------------------------------------------------------- the baseline -- */

/*
 * The way it is written when nobody has measured it: balanced trees of
 * heap-allocated endpoints, domains and intervals, one recursive mutex around
 * everything, one page per answer.
 */
typedef struct Baseline Baseline;

Baseline *baseline_new(void);
void baseline_free(Baseline *b);
bool baseline_map(Baseline *b, uint64_t start, uint64_t last, uint64_t phys,
                  uint32_t flags);
bool baseline_unmap(Baseline *b, uint64_t start, uint64_t last);
bool baseline_translate(Baseline *b, uint64_t iova, uint32_t want,
                        ViommuAnswer *answer);

/* ------------------------------------------------------------- the core -- */

typedef struct Core {
    ViommuDb *db;
    ViommuEndpoint *ep;
} Core;

/* One endpoint, attached to domain 1. */
Core core_new(const ViommuReclaim *reclaim);
void core_fill(Core *core, BenchAddress *address, size_t n);
bool core_map_page(Core *core, uint64_t iova);
bool core_unmap_page(Core *core, uint64_t iova);

#endif
