/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Address ranges with a meaning of their own, as sorted lists. */
#ifndef QEMU_RESERVED_REGION_H
#define QEMU_RESERVED_REGION_H

#include <glib.h>

#include "qemu/range.h"

struct ReservedRegion {
    Range range;
    unsigned type;
};

/*
 * Insert @reg into the sorted, disjoint @list of ReservedRegion *. Where it overlaps
 * others it wins: they are cut, split or freed. Takes @reg over; elements are
 * freed with g_free(). Returns the new list.
 */
GList *resv_region_list_insert(GList *list, ReservedRegion *reg);

#endif
