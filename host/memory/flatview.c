/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a tree of regions to a sorted list of what is visible. Regions are visited
 * from the highest priority down, and each fills what is still free of its range.
 */
#include "qemu/osdep.h"
#include "memory-internal.h"
#include "qemu/aio.h"

/* Containers and aliases inside each other: more is a cycle. */
#define MAX_DEPTH 64

typedef struct Render {
    GArray *ranges; /* of FlatRange: sorted, disjoint */
    unsigned depth;
} Render;

/* What is inherited on the way down: the visible window and the flags. */
typedef struct Window {
    Int128 start;
    Int128 end; /* exclusive */
    bool readonly;
    bool nonvolatile;
    bool unmergeable;
} Window;

/* --- rendering --- */

static unsigned first_at_or_after(GArray *ranges, hwaddr addr)
{
    unsigned lo = 0, hi = ranges->len;

    while (lo < hi) {
        unsigned mid = lo + (hi - lo) / 2;

        if (g_array_index(ranges, FlatRange, mid).last < addr) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    return lo;
}

/* Put the parts of @fr that are still free in their places. */
static void fill_gaps(GArray *ranges, const FlatRange *fr)
{
    unsigned i = first_at_or_after(ranges, fr->start);
    hwaddr at = fr->start;

    while (true) {
        const FlatRange *next =
            i < ranges->len ? &g_array_index(ranges, FlatRange, i) : NULL;
        hwaddr last = fr->last;

        if (next && next->start <= at) {
            last = next->last;
        } else {
            FlatRange piece = *fr;

            if (next && next->start <= last) {
                last = next->start - 1;
            }
            piece.start = at;
            piece.last = last;
            piece.offset = fr->offset + (at - fr->start);
            g_array_insert_val(ranges, i, piece);
        }
        if (last >= fr->last) {
            return;
        }
        at = last + 1;
        i++;
    }
}

static void render(Render *r, MemoryRegion *mr, Int128 base, Window w)
{
    MemoryRegion *sub;

    if (!mr->enabled) {
        return;
    }
    w.readonly |= mr->readonly;
    w.nonvolatile |= mr->nonvolatile;
    w.unmergeable |= mr->unmergeable;
    w.start = int128_max(w.start, base);
    w.end = int128_min(w.end, base + mr->size);
    if (w.start >= w.end) {
        return;
    }
    r->depth++;
    assert(r->depth < MAX_DEPTH);
    if (mr->alias) {
        render(r, mr->alias, base - mr->alias_offset, w);
    }
    QTAILQ_FOREACH(sub, &mr->subregions, subregions_link) {
        render(r, sub, base + sub->addr, w);
    }
    r->depth--;
    if (mr->terminates) {
        FlatRange fr = {
            .start = (hwaddr)w.start,
            .last = (hwaddr)(w.end - 1),
            .offset = (hwaddr)(w.start - base),
            .mr = mr,
            .readonly = w.readonly,
            .nonvolatile = w.nonvolatile,
            .unmergeable = w.unmergeable,
        };

        fill_gaps(r->ranges, &fr);
    }
}

static bool can_merge(const FlatRange *a, const FlatRange *b)
{
    return a->last + 1 == b->start && a->mr == b->mr &&
           a->offset + (b->start - a->start) == b->offset &&
           a->readonly == b->readonly && a->nonvolatile == b->nonvolatile &&
           !a->unmergeable && !b->unmergeable;
}

static void merge_neighbours(GArray *ranges)
{
    FlatRange *fr = (FlatRange *)ranges->data;
    unsigned n = 0;

    for (unsigned i = 0; i < ranges->len; i++) {
        if (n && can_merge(&fr[n - 1], &fr[i])) {
            fr[n - 1].last = fr[i].last;
        } else {
            fr[n++] = fr[i];
        }
    }
    g_array_set_size(ranges, n);
}

/* --- views --- */

static bool is_plain_wrapper(MemoryRegion *mr)
{
    return !mr->terminates && !mr->readonly && !mr->nonvolatile && !mr->unmergeable;
}

/* The region that alone fills the container @mr, or NULL; @empty: nothing does. */
static MemoryRegion *only_child(MemoryRegion *mr, bool *empty)
{
    MemoryRegion *sub, *found = NULL;

    *empty = true;
    QTAILQ_FOREACH(sub, &mr->subregions, subregions_link) {
        if (!sub->enabled) {
            continue;
        }
        if (found) {
            return NULL;
        }
        found = sub;
        *empty = false;
    }
    return found && !found->addr && found->size == mr->size ? found : NULL;
}

MemoryRegion *flatview_root(MemoryRegion *mr)
{
    for (unsigned depth = 0; mr && mr->enabled && is_plain_wrapper(mr); depth++) {
        MemoryRegion *inner;
        bool empty = false;

        assert(depth < MAX_DEPTH);
        if (mr->alias) {
            inner = !mr->alias_offset && mr->alias->size == mr->size ? mr->alias : NULL;
        } else {
            inner = only_child(mr, &empty);
        }
        if (empty) {
            return NULL;
        }
        if (!inner) {
            return mr;
        }
        mr = inner;
    }
    return mr && mr->enabled ? mr : NULL;
}

static bool is_hotter(const FlatRange *a, const FlatRange *b)
{
    bool a_ram = memory_region_supports_direct_access(a->mr);
    bool b_ram = memory_region_supports_direct_access(b->mr);

    if (a_ram != b_ram) {
        return a_ram;
    }
    return a->last - a->start > b->last - b->start;
}

static void find_ram(FlatView *fv)
{
    const FlatRange *fr = &fv->hot;
    MemTxAttrs any = MEMTXATTRS_UNSPECIFIED;

    if (!fv->nr || !fr->mr->ram || fr->mr->ram_device) {
        return;
    }
    fv->ram = (FlatRam){
        .start = fr->start,
        .size = fr->last - fr->start + 1,
        .host = fr->mr->ram_block->host + fr->offset,
        .block = fr->mr->ram_block,
        .offset = fr->offset,
        .writable = !fr->readonly && memory_access_is_direct(fr->mr, true, any),
    };
}

static void adopt_ranges(FlatView *fv, GArray *ranges)
{
    fv->nr = ranges->len;
    fv->ranges = (FlatRange *)g_array_free(ranges, false);
    fv->lasts = g_new(hwaddr, fv->nr);
    fv->hot.start = 1; /* empty */
    for (unsigned i = 0; i < fv->nr; i++) {
        memory_region_ref(fv->ranges[i].mr);
        fv->lasts[i] = fv->ranges[i].last;
        if (i == 0 || is_hotter(&fv->ranges[i], &fv->hot)) {
            fv->hot = fv->ranges[i];
        }
    }
    find_ram(fv);
}

FlatView *flatview_new(MemoryRegion *root)
{
    FlatView *fv = g_new0(FlatView, 1);
    Render r = { .ranges = g_array_new(false, false, sizeof(FlatRange)) };

    fv->refs = 1;
    fv->root = root;
    if (root) {
        memory_region_ref(root);
        render(&r, root, 0, (Window){ .end = int128_2_64() });
        merge_neighbours(r.ranges);
    }
    adopt_ranges(fv, r.ranges);
    return fv;
}

static bool range_equal(const FlatRange *a, const FlatRange *b)
{
    return a->start == b->start && a->last == b->last && a->offset == b->offset &&
           a->mr == b->mr && a->readonly == b->readonly &&
           a->nonvolatile == b->nonvolatile && a->unmergeable == b->unmergeable;
}

bool flatview_equal(const FlatView *a, const FlatView *b)
{
    if (a->root != b->root || a->nr != b->nr) {
        return false;
    }
    for (unsigned i = 0; i < a->nr; i++) {
        if (!range_equal(&a->ranges[i], &b->ranges[i])) {
            return false;
        }
    }
    return true;
}

FlatView *flatview_ref(FlatView *fv)
{
    qatomic_inc(&fv->refs);
    return fv;
}

static void flatview_free(void *opaque)
{
    FlatView *fv = opaque;

    for (unsigned i = 0; i < fv->nr; i++) {
        memory_region_unref(fv->ranges[i].mr);
    }
    memory_region_unref(fv->root);
    g_free(fv->ranges);
    g_free(fv->lasts);
    g_free(fv);
}

/* On the RCU thread. The last reference to a device may go: that is for the main loop.
 */
static void flatview_retire(FlatView *fv)
{
    aio_bh_schedule_oneshot(qemu_get_aio_context(), flatview_free, fv);
}

void flatview_unref(FlatView *fv)
{
    if (fv && qatomic_dec_fetch(&fv->refs) == 0) {
        call_rcu(fv, flatview_retire, rcu);
    }
}

/* --- looking up --- */

unsigned flatview_lower_bound(const FlatView *fv, hwaddr addr)
{
    const hwaddr *base = fv->lasts;
    unsigned n = fv->nr;

    while (n > 1) {
        unsigned half = n / 2;

        base += base[half - 1] < addr ? half : 0;
        n -= half;
    }
    return (base - fv->lasts) + (n && *base < addr);
}

const FlatRange *flatview_search(const FlatView *fv, hwaddr addr)
{
    unsigned i = flatview_lower_bound(fv, addr);

    return i < fv->nr && addr >= fv->ranges[i].start ? &fv->ranges[i] : NULL;
}

MemoryRegionSection flatview_section(FlatView *fv, const FlatRange *fr)
{
    return (MemoryRegionSection){
        .mr = fr->mr,
        .fv = fv,
        .size = (Int128)fr->last - fr->start + 1,
        .offset_within_region = fr->offset,
        .offset_within_address_space = fr->start,
        .readonly = fr->readonly,
        .nonvolatile = fr->nonvolatile,
        .unmergeable = fr->unmergeable,
    };
}
