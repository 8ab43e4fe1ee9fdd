/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "dma-pin.h"
#include "dma-section.h"
#include "host-access.h"
#include "system/dma-group.h"

/* What is the same for all parts. */
typedef struct Group {
    const FlatRange *fr; /* of the IOMMU */
    IOMMUMemoryRegion *iommu;
    IOMMUMemoryRegionClass *imrc;
    int iommu_idx;
    FlatView *target; /* of the first part; the others must be in it, too */
    DmaPin pin;
} Group;

static bool group_begin(Group *g, const FlatView *fv)
{
    if (!fv || !fv->nr || !fv->hot.mr->is_iommu) {
        return false;
    }
    g->fr = &fv->hot;
    g->iommu = (IOMMUMemoryRegion *)fv->hot.mr;
    g->imrc = memory_region_get_iommu_class_nocheck(g->iommu);
    g->iommu_idx = g->imrc->attrs_to_index
                       ? g->imrc->attrs_to_index(g->iommu, MEMTXATTRS_UNSPECIFIED)
                       : 0;
    g->target = NULL;
    g->pin.nr_ranges = 0;
    return true;
}

/* Where [@at, @at + len) of the IOMMU's region is, or NULL. */
static uint8_t *group_translate(Group *g, const DmaGroupPart *part, hwaddr at)
{
    IOMMUTLBEntry e = g->imrc->translate(g->iommu, at, IOMMU_NONE, g->iommu_idx);
    FlatView *target;

    if (!(e.perm & (part->is_write ? IOMMU_WO : IOMMU_RO)) || !e.target_as ||
        part->len - 1 > (at | e.addr_mask) - at) {
        return NULL;
    }
    target = address_space_to_flatview(e.target_as);
    if (!g->target) {
        g->target = target;
    } else if (target != g->target) {
        return NULL;
    }
    return flatview_ram(target, (e.translated_addr & ~e.addr_mask) | (at & e.addr_mask),
                        part->len, part->is_write);
}

static bool group_add(Group *g, DmaGroupPart *part)
{
    hwaddr at = part->addr - g->fr->start + g->fr->offset;

    if (part->addr < g->fr->start || part->addr > g->fr->last ||
        part->len - 1 > g->fr->last - part->addr) {
        return false;
    }
    part->host = group_translate(g, part, at);
    if (!part->host) {
        return false;
    }
    if (part->copy) {
        host_copy_out(part->copy, part->host, part->len);
        part->host = part->copy;
    } else {
        g->pin.host = part->host;
        g->pin.ranges[g->pin.nr_ranges++] = (DmaPinRange){ g->iommu, at, part->len };
    }
    return true;
}

static DmaPin *group_pin(AddressSpace *as, Group *g)
{
    RAMBlock *block = g->target->ram.block;

    g->pin.mr = block->mr;
    g->pin.len = 0;
    g->pin.revoke = NULL;
    g->pin.kind = DMA_PIN_GROUP;
    g->pin.valid = true;
    g->pin.released = false;
    return dma_pin_add(as, &g->pin);
}

DmaPin *dma_group_map(AddressSpace *as, DmaGroupPart *part, unsigned n)
{
    RCU_READ_LOCK_GUARD();
    DmaPin *pin = NULL;
    unsigned i = 0;
    Group g;

    if (n > DMA_GROUP_MAX || !group_begin(&g, address_space_to_flatview(as))) {
        return NULL;
    }
    dma_section_enter();
    while (i < n && group_add(&g, &part[i])) {
        i++;
    }
    if (i == n && g.pin.nr_ranges) {
        pin = group_pin(as, &g);
    }
    dma_section_exit();
    return pin;
}

void dma_group_written(const DmaPin *group, void *host, hwaddr len)
{
    RAMBlock *block = group->mr->ram_block;

    memory_code_written(block, (uint8_t *)host - block->host, len);
}

void dma_group_unmap(AddressSpace *as, DmaPin *group)
{
    dma_unpin(as, group);
}
