/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "dma-pin.h"
#include "dma-section.h"
#include "host-access.h"
#include "system/dma-group.h"

static void set_host(struct iovec *iov, uint8_t *host)
{
    if (iov->iov_base) {
        host_copy_out(iov->iov_base, host, iov->iov_len);
    } else {
        iov->iov_base = host;
    }
}

/* --- without an IOMMU --- */

static bool map_plain(DmaGroup *group, const FlatView *fv, const hwaddr *addr,
                      struct iovec *iov, unsigned n_read, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        uint8_t *host = flatview_ram(fv, addr[i], iov[i].iov_len, i >= n_read);

        if (!host) {
            return false;
        }
        set_host(&iov[i], host);
    }
    group->mr = fv->ram.block->mr;
    memory_region_ref(group->mr);
    return true;
}

/* --- behind one --- */

/* What is the same for all parts. */
typedef struct Translation {
    const FlatRange *fr; /* of the IOMMU */
    IOMMUMemoryRegion *iommu;
    IOMMUMemoryRegionClass *imrc;
    int iommu_idx;
    FlatView *target; /* of the first part; the others must be in it, too */
    DmaPin pin;
} Translation;

static void translate_begin(Translation *t, const FlatView *fv)
{
    t->fr = &fv->hot;
    t->iommu = (IOMMUMemoryRegion *)fv->hot.mr;
    t->imrc = memory_region_get_iommu_class_nocheck(t->iommu);
    t->iommu_idx = memory_region_iommu_attrs_to_index(t->iommu, MEMTXATTRS_UNSPECIFIED);
    t->target = NULL;
    t->pin.nr_ranges = 0;
}

/* Where [@at, @at + len) of the IOMMU's region is, or NULL. */
static uint8_t *translate(Translation *t, hwaddr at, hwaddr len, bool is_write)
{
    IOMMUTLBEntry e = t->imrc->translate(t->iommu, at, IOMMU_NONE, t->iommu_idx);
    FlatView *target;

    if (!(e.perm & (is_write ? IOMMU_WO : IOMMU_RO)) || !e.target_as ||
        len - 1 > (at | e.addr_mask) - at) {
        return NULL;
    }
    target = address_space_to_flatview(e.target_as);
    if (!t->target) {
        t->target = target;
    } else if (target != t->target) {
        return NULL;
    }
    return flatview_ram(target, (e.translated_addr & ~e.addr_mask) | (at & e.addr_mask),
                        len, is_write);
}

static bool translate_part(Translation *t, hwaddr addr, struct iovec *iov,
                           bool is_write)
{
    hwaddr at = addr - t->fr->start + t->fr->offset;
    hwaddr len = iov->iov_len;
    uint8_t *host;

    if (addr < t->fr->start || addr > t->fr->last || len - 1 > t->fr->last - addr) {
        return false;
    }
    host = translate(t, at, len, is_write);
    if (!host) {
        return false;
    }
    if (!iov->iov_base) {
        t->pin.host = host;
        t->pin.ranges[t->pin.nr_ranges++] = (DmaPinRange){ t->iommu, at, len };
    }
    set_host(iov, host);
    return true;
}

static DmaPin *pin_all(AddressSpace *as, Translation *t)
{
    t->pin.mr = t->target->ram.block->mr;
    t->pin.len = 0;
    t->pin.revoke = NULL;
    t->pin.kind = DMA_PIN_GROUP;
    return dma_pin_add(as, &t->pin);
}

static bool map_translated(DmaGroup *group, const FlatView *fv, const hwaddr *addr,
                           struct iovec *iov, unsigned n_read, unsigned n)
{
    Translation t;
    unsigned i = 0;

    translate_begin(&t, fv);
    dma_section_enter();
    while (i < n && translate_part(&t, addr[i], &iov[i], i >= n_read)) {
        i++;
    }
    if (i == n && t.pin.nr_ranges) {
        group->pin = pin_all(group->as, &t);
        group->mr = group->pin->mr;
    }
    dma_section_exit();
    return group->pin;
}

/* --- either --- */

bool dma_group_map(DmaGroup *group, AddressSpace *as, const hwaddr *addr,
                   struct iovec *iov, unsigned n_read, unsigned n)
{
    RCU_READ_LOCK_GUARD();
    const FlatView *fv = address_space_to_flatview(as);

    *group = (DmaGroup){ .as = as };
    if (!fv || !fv->nr || n > DMA_GROUP_MAX) {
        return false;
    }
    return likely(!fv->hot.mr->is_iommu)
               ? map_plain(group, fv, addr, iov, n_read, n)
               : map_translated(group, fv, addr, iov, n_read, n);
}

void dma_group_written(const DmaGroup *group, void *host, hwaddr len)
{
    RAMBlock *block = group->mr->ram_block;

    memory_code_written(block, (uint8_t *)host - block->host, len);
}

void dma_group_unmap(DmaGroup *group)
{
    if (group->pin) {
        dma_unpin(group->as, group->pin);
    } else {
        memory_region_unref(group->mr);
    }
    *group = (DmaGroup){ NULL };
}
