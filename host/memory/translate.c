/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From an address of an address space to a region, through the IOMMUs between. */
#include "qemu/osdep.h"
#include "dma-section.h"
#include "exec/target_page.h"
#include "memory-internal.h"

/* Cut @len to the bytes from @at to @last, without computing their number. */
static inline hwaddr cut(hwaddr len, hwaddr at, hwaddr last)
{
    return len - 1 > last - at ? last - at + 1 : len;
}

static void xlat_nowhere(MemXlat *x, hwaddr len)
{
    x->mr = &io_mem_unassigned;
    x->xlat = 0;
    x->len = len;
    x->direct = false;
    x->readonly = false;
}

/* Bytes from @addr on where nothing is visible. */
static hwaddr hole_len(const FlatView *fv, hwaddr addr, hwaddr len)
{
    unsigned i = fv ? flatview_lower_bound(fv, addr) : 0;

    return fv && i < fv->nr ? cut(len, addr, fv->ranges[i].start - 1) : len;
}

static IOMMUTLBEntry ask_iommu(const MemXlat *x, IOMMUMemoryRegion *iommu, hwaddr addr,
                               IOMMUAccessFlags need, MemTxAttrs attrs)
{
    IOMMUMemoryRegionClass *imrc = memory_region_get_iommu_class_nocheck(iommu);
    int idx = imrc->attrs_to_index ? imrc->attrs_to_index(iommu, attrs) : 0;

    return imrc->translate(iommu, addr, x->probe ? IOMMU_NONE : need, idx);
}

/* A debugger may write to ROM, unless the host's mapping does not let it. */
static bool may_patch(const MemoryRegion *mr, MemTxAttrs attrs)
{
    return attrs.debug && !(mr->ram_block->flags & RAM_READONLY);
}

/* One range of one view: false when it translates and the chain goes on. */
static bool xlat_step(MemXlat *x, const FlatRange *fr, hwaddr addr, bool is_write,
                      MemTxAttrs attrs)
{
    x->len = cut(x->len, addr, fr->last);
    x->xlat = addr - fr->start + fr->offset;
    x->mr = fr->mr;
    if (unlikely(fr->mr->is_iommu)) {
        return false;
    }
    x->readonly = fr->readonly;
    x->direct = memory_access_is_direct(fr->mr, is_write, attrs) &&
                !(is_write && unlikely(fr->readonly) && !may_patch(fr->mr, attrs));
    return true;
}

/* --- the entry for a whole walk, when somebody wants to keep it --- */

/* The largest mask not above @mask whose block around @addr lies inside @fr. */
static hwaddr mask_in_range(hwaddr mask, hwaddr addr, const FlatRange *fr)
{
    while (mask && ((addr & ~mask) < fr->start || (addr | mask) > fr->last)) {
        mask >>= 1;
    }
    return mask;
}

/* The largest mask not above @mask modulo which @a and @b agree. */
static hwaddr mask_agree(hwaddr mask, hwaddr a, hwaddr b)
{
    while ((a ^ b) & mask) {
        mask >>= 1;
    }
    return mask;
}

static void walk_add(IOMMUTLBEntry *walk, const IOMMUTLBEntry *e, hwaddr to,
                     const FlatRange *fr)
{
    walk->addr_mask = mask_agree(walk->addr_mask & e->addr_mask, walk->iova, to);
    walk->target_as = e->target_as;
    walk->translated_addr = to;
    walk->perm &= e->perm;
    if (fr) {
        walk->addr_mask = mask_in_range(walk->addr_mask, to, fr);
    }
}

/*
 * Follow the IOMMUs from the one in x->mr; the block of each clips the length. The
 * sum of their answers goes to *@walk when that is not NULL.
 */
static void xlat_iommus(MemXlat *x, bool is_write, MemTxAttrs attrs,
                        IOMMUTLBEntry *walk)
{
    IOMMUAccessFlags need = is_write ? IOMMU_WO : IOMMU_RO;

    dma_section_enter();
    while (x->nr_hops < MEM_XLAT_HOPS) {
        IOMMUMemoryRegion *iommu = (IOMMUMemoryRegion *)x->mr;
        hwaddr at = x->xlat, to;
        const FlatRange *fr;
        IOMMUTLBEntry e;
        FlatView *fv;

        x->hops[x->nr_hops++] = (MemXlatHop){ iommu, at };
        e = ask_iommu(x, iommu, at, need, attrs);
        x->len = cut(x->len, at, at | e.addr_mask);
        if (!(e.perm & need) || !e.target_as) {
            break;
        }
        to = (e.translated_addr & ~e.addr_mask) | (at & e.addr_mask);
        fv = address_space_to_flatview(e.target_as);
        fr = fv ? flatview_lookup(fv, to) : NULL;
        if (walk) {
            walk_add(walk, &e, to, fr);
        }
        if (!fr) {
            x->len = hole_len(fv, to, x->len);
            break;
        }
        if (xlat_step(x, fr, to, is_write, attrs)) {
            return;
        }
    }
    xlat_nowhere(x, x->len);
}

static inline void xlat(MemXlat *x, FlatView *fv, hwaddr addr, hwaddr len,
                        bool is_write, MemTxAttrs attrs)
{
    const FlatRange *fr = likely(fv) ? flatview_lookup(fv, addr) : NULL;

    x->nr_hops = 0;
    x->len = len;
    if (unlikely(!fr)) {
        xlat_nowhere(x, hole_len(fv, addr, len));
    } else if (unlikely(!xlat_step(x, fr, addr, is_write, attrs))) {
        xlat_iommus(x, is_write, attrs, NULL);
    }
}

void mem_xlat_begin(MemXlat *x, FlatView *fv, hwaddr addr, hwaddr len, bool is_write,
                    MemTxAttrs attrs)
{
    x->probe = false;
    xlat(x, fv, addr, len, is_write, attrs);
}

void mem_xlat_probe(MemXlat *x, FlatView *fv, hwaddr addr, hwaddr len, bool is_write,
                    MemTxAttrs attrs)
{
    x->probe = true;
    xlat(x, fv, addr, len, is_write, attrs);
}

void mem_xlat_end(const MemXlat *x)
{
    if (unlikely(x->nr_hops)) {
        dma_section_exit();
    }
}

MemoryRegion *address_space_translate(AddressSpace *as, hwaddr addr, hwaddr *xlat,
                                      hwaddr *len, bool is_write, MemTxAttrs attrs)
{
    MemXlat x;

    mem_xlat_begin(&x, address_space_to_flatview(as), addr, MAX(*len, 1), is_write,
                   attrs);
    mem_xlat_end(&x);
    *xlat = x.xlat;
    *len = MIN(*len, x.len);
    return x.mr;
}

IOMMUTLBEntry address_space_get_iotlb_entry(AddressSpace *as, hwaddr addr,
                                            bool is_write, MemTxAttrs attrs)
{
    const IOMMUTLBEntry nowhere = { .target_as = as };
    IOMMUTLBEntry walk = {
        .target_as = as,
        .iova = addr,
        .translated_addr = addr,
        .perm = IOMMU_RW,
    };
    FlatView *fv = address_space_to_flatview(as);
    const FlatRange *fr = fv ? flatview_lookup(fv, addr) : NULL;
    MemXlat x = { .len = HWADDR_MAX };

    if (!fr) {
        return nowhere;
    }
    if (xlat_step(&x, fr, addr, is_write, attrs)) {
        walk.addr_mask = TARGET_PAGE_SIZE - 1;
    } else {
        walk.addr_mask = mask_in_range(HWADDR_MAX, addr, fr);
        xlat_iommus(&x, is_write, attrs, &walk);
        dma_section_exit();
        if (x.mr == &io_mem_unassigned) {
            return nowhere;
        }
    }
    walk.iova &= ~walk.addr_mask;
    walk.translated_addr &= ~walk.addr_mask;
    return walk;
}

bool address_space_is_io(AddressSpace *as, hwaddr addr)
{
    RCU_READ_LOCK_GUARD();
    hwaddr xlat, len = 1;
    MemoryRegion *mr =
        address_space_translate(as, addr, &xlat, &len, false, MEMTXATTRS_UNSPECIFIED);

    return !memory_region_supports_direct_access(mr);
}
