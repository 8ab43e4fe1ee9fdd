/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The memory map as text, for people. */
#include "qemu/osdep.h"
#include "memory-internal.h"
#include "topology.h"

static const char *kind_of(const MemoryRegion *mr)
{
    if (mr->alias) {
        return "alias";
    }
    if (mr->is_iommu) {
        return "iommu";
    }
    if (mr->rom_device) {
        return "romd";
    }
    if (mr->ram) {
        return mr->readonly ? "rom" : "ram";
    }
    return mr->terminates ? "i/o" : "container";
}

static void print_region(GString *out, MemoryRegion *mr, hwaddr base, unsigned depth)
{
    hwaddr start = base + mr->addr;
    MemoryRegion *sub;

    g_string_append_printf(
        out, "%*s%016" HWADDR_PRIx "-%016" HWADDR_PRIx " (prio %d, %s): %s",
        depth * 2 + 2, "", start, mr->size ? start + (hwaddr)(mr->size - 1) : start,
        mr->priority, kind_of(mr), mr->name ?: "(none)");
    if (mr->alias) {
        g_string_append_printf(out, " @%s %016" HWADDR_PRIx,
                               mr->alias->name ?: "(none)", mr->alias_offset);
    }
    g_string_append(out, mr->enabled ? "\n" : " [disabled]\n");
    QTAILQ_FOREACH(sub, &mr->subregions, subregions_link) {
        print_region(out, sub, start, depth + 1);
    }
}

static void print_tree(AddressSpace *as, void *opaque)
{
    GString *out = opaque;

    g_string_append_printf(out, "address-space: %s\n", as->name);
    print_region(out, as->root, -as->root->addr, 0);
    g_string_append_c(out, '\n');
}

static void print_view(AddressSpace *as, void *opaque)
{
    GString *out = opaque;
    FlatView *fv = as->current_map;

    g_string_append_printf(out, "address-space: %s, view %p\n", as->name, (void *)fv);
    for (unsigned i = 0; i < fv->nr; i++) {
        const FlatRange *fr = &fv->ranges[i];

        g_string_append_printf(out,
                               "  %016" HWADDR_PRIx "-%016" HWADDR_PRIx
                               " (%s%s): %s @%016" HWADDR_PRIx "\n",
                               fr->start, fr->last, kind_of(fr->mr),
                               fr->readonly && !fr->mr->readonly ? ", read only" : "",
                               fr->mr->name ?: "(none)", fr->offset);
    }
    g_string_append_c(out, '\n');
}

void memory_print_tree(GString *out, bool flatview)
{
    topology_foreach(flatview ? print_view : print_tree, out);
}
