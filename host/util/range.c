/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "qemu/range.h"

int range_compare(const Range *a, const Range *b)
{
    assert(!range_is_empty(a) && !range_is_empty(b));
    if (a->upb < b->lob && b->lob - a->upb > 1) {
        return -1;
    }
    if (b->upb < a->lob && a->lob - b->upb > 1) {
        return 1;
    }
    return 0;
}

GList *range_list_insert(GList *list, Range *data)
{
    GList *l = list;

    assert(!range_is_empty(data));
    while (l && range_compare(l->data, data) < 0) {
        l = l->next;
    }
    /* Absorb everything that touches, then stand where the first one stood. */
    while (l && range_compare(l->data, data) == 0) {
        GList *next = l->next;

        range_extend(data, l->data);
        g_free(l->data);
        list = g_list_delete_link(list, l);
        l = next;
    }
    return g_list_insert_before(list, l, data);
}

static GList *append_range(GList *list, uint64_t lob, uint64_t upb)
{
    Range *r = g_new(Range, 1);

    range_set_bounds(r, lob, upb);
    return g_list_append(list, r);
}

void range_inverse_array(GList *in_ranges, GList **out_ranges, uint64_t low,
                         uint64_t high)
{
    uint64_t next = low; /* first address not yet decided */

    for (GList *l = in_ranges; l; l = l->next) {
        const Range *r = l->data;

        if (range_is_empty(r) || r->upb < next) {
            continue;
        }
        if (r->lob > high) {
            break;
        }
        if (r->lob > next) {
            *out_ranges = append_range(*out_ranges, next, r->lob - 1);
        }
        if (r->upb >= high) {
            return;
        }
        next = r->upb + 1;
    }
    if (next <= high) {
        *out_ranges = append_range(*out_ranges, next, high);
    }
}
