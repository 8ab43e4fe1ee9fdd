/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "qemu/reserved-region.h"

static ReservedRegion *resv_region_new(const ReservedRegion *from, uint64_t lob,
                                       uint64_t upb)
{
    ReservedRegion *r = g_new(ReservedRegion, 1);

    r->type = from->type;
    range_set_bounds(&r->range, lob, upb);
    return r;
}

GList *resv_region_list_insert(GList *list, ReservedRegion *reg)
{
    uint64_t lob = range_lob(&reg->range), upb = range_upb(&reg->range);
    ReservedRegion *after = NULL;
    GList *l = list;

    while (l && range_upb(&((ReservedRegion *)l->data)->range) < lob) {
        l = l->next;
    }
    while (l && range_lob(&((ReservedRegion *)l->data)->range) <= upb) {
        ReservedRegion *old = l->data;
        GList *next = l->next;

        if (range_upb(&old->range) > upb) {
            after = resv_region_new(old, upb + 1, range_upb(&old->range));
        }
        if (range_lob(&old->range) < lob) {
            range_set_bounds(&old->range, range_lob(&old->range), lob - 1);
        } else {
            g_free(old);
            list = g_list_delete_link(list, l);
        }
        l = next;
    }
    list = g_list_insert_before(list, l, reg);
    if (after) {
        list = g_list_insert_before(list, l, after);
    }
    return list;
}
