/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ranges of 64-bit addresses, both ends inclusive, so that a range may reach
 * UINT64_MAX. Empty is the one encoding lob == upb + 1; use the functions, not
 * the fields. The size of the full range does not fit in 64 bits and reads 0.
 */
#ifndef QEMU_RANGE_H
#define QEMU_RANGE_H

#include <assert.h>
#include <errno.h>
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "qemu/bitops.h"
#include "qemu/typedefs.h"

struct Range {
    uint64_t lob;
    uint64_t upb;
};

#define range_empty ((Range){ .lob = 1, .upb = 0 })

static inline void range_invariant(const Range *range)
{
    assert(range->lob <= range->upb || range->lob == range->upb + 1);
}

static inline bool range_is_empty(const Range *range)
{
    range_invariant(range);
    return range->lob > range->upb;
}

static inline bool range_contains(const Range *range, uint64_t val)
{
    return range->lob <= val && val <= range->upb;
}

static inline void range_make_empty(Range *range)
{
    *range = range_empty;
}

/* Needs lob <= upb. */
static inline void range_set_bounds(Range *range, uint64_t lob, uint64_t upb)
{
    assert(lob <= upb);
    range->lob = lob;
    range->upb = upb;
}

/* [@lob, @upb_plus1): 0 for @upb_plus1 means 2^64, except with @lob 0: empty. */
static inline void range_set_bounds1(Range *range, uint64_t lob, uint64_t upb_plus1)
{
    if (lob == upb_plus1) {
        range_make_empty(range);
    } else {
        range_set_bounds(range, lob, upb_plus1 - 1);
    }
}

static inline uint64_t range_lob(const Range *range)
{
    assert(!range_is_empty(range));
    return range->lob;
}

static inline uint64_t range_upb(const Range *range)
{
    assert(!range_is_empty(range));
    return range->upb;
}

/* @size bytes from @lob; 0 makes it empty. -ERANGE when it passes 2^64. */
G_GNUC_WARN_UNUSED_RESULT
static inline int range_init(Range *range, uint64_t lob, uint64_t size)
{
    if (!size) {
        range_make_empty(range);
        return 0;
    }
    if (lob > UINT64_MAX - (size - 1)) {
        return -ERANGE;
    }
    range_set_bounds(range, lob, lob + (size - 1));
    return 0;
}

static inline void range_init_nofail(Range *range, uint64_t lob, uint64_t size)
{
    int ret = range_init(range, lob, size);

    assert(ret == 0);
}

static inline uint64_t range_size(const Range *range)
{
    return range->upb - range->lob + 1;
}

/* An empty range overlaps and contains nothing and is contained in nothing. */
static inline bool range_overlaps_range(const Range *a, const Range *b)
{
    return !range_is_empty(a) && !range_is_empty(b) && a->lob <= b->upb &&
           b->lob <= a->upb;
}

static inline bool range_contains_range(const Range *outer, const Range *inner)
{
    return !range_is_empty(outer) && !range_is_empty(inner) &&
           outer->lob <= inner->lob && inner->upb <= outer->upb;
}

/* Grow @range until it spans @extend_by, with what lies between. */
static inline void range_extend(Range *range, const Range *extend_by)
{
    if (range_is_empty(extend_by)) {
        return;
    }
    if (range_is_empty(range)) {
        *range = *extend_by;
        return;
    }
    range->lob = MIN(range->lob, extend_by->lob);
    range->upb = MAX(range->upb, extend_by->upb);
}

/* Offset and length forms: the caller knows that len > 0 and nothing wraps. */
static inline uint64_t range_get_last(uint64_t offset, uint64_t len)
{
    return offset + (len - 1);
}

static inline int range_covers_byte(uint64_t offset, uint64_t len, uint64_t byte)
{
    return offset <= byte && byte <= range_get_last(offset, len);
}

static inline bool ranges_overlap(uint64_t first1, uint64_t len1, uint64_t first2,
                                  uint64_t len2)
{
    return first1 <= range_get_last(first2, len2) &&
           first2 <= range_get_last(first1, len1);
}

/* The number of the highest bit an address in @range may have; -1 when empty. */
static inline int range_get_last_bit(const Range *range)
{
    return range_is_empty(range) ? -1 : 63 - clz64(range->upb);
}

/* -1: @a is below @b with a gap, 1: above, 0: they touch or overlap. */
int range_compare(const Range *a, const Range *b);

/*
 * Insert @data into a sorted list of Range *, merging what touches. Takes
 * @data over; elements are freed with g_free(). Returns the new list.
 */
GList *range_list_insert(GList *list, Range *data);

/*
 * *@out_ranges: the gaps that the sorted, disjoint Range * of @in_ranges leave in
 * [@low, @high], appended as newly allocated Range.
 */
void range_inverse_array(GList *in_ranges, GList **out_ranges, uint64_t low,
                         uint64_t high);

#endif
