/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Regions that translate: their type, their notifiers, and what an event does. */
#include "qemu/osdep.h"
#include "dma-drain.h"
#include "exec/target_page.h"
#include "memory-internal.h"
#include "qapi/error.h"
#include "qemu/module.h"

static IOMMUMemoryRegionClass *class_of(IOMMUMemoryRegion *iommu)
{
    return memory_region_get_iommu_class_nocheck(iommu);
}

void memory_region_init_iommu(void *_iommu_mr, size_t instance_size,
                              const char *mrtypename, Object *owner, const char *name,
                              uint64_t size)
{
    MemoryRegion *mr = _iommu_mr;

    object_initialize(_iommu_mr, instance_size, mrtypename);
    memory_region_setup(mr, owner, name, size);
}

uint64_t memory_region_iommu_get_min_page_size(IOMMUMemoryRegion *iommu)
{
    IOMMUMemoryRegionClass *imrc = class_of(iommu);

    return imrc->get_min_page_size ? imrc->get_min_page_size(iommu) : TARGET_PAGE_SIZE;
}

int memory_region_iommu_attrs_to_index(IOMMUMemoryRegion *iommu, MemTxAttrs attrs)
{
    IOMMUMemoryRegionClass *imrc = class_of(iommu);

    return imrc->attrs_to_index ? imrc->attrs_to_index(iommu, attrs) : 0;
}

int memory_region_iommu_num_indexes(IOMMUMemoryRegion *iommu)
{
    IOMMUMemoryRegionClass *imrc = class_of(iommu);

    return imrc->num_indexes ? imrc->num_indexes(iommu) : 1;
}

int memory_region_iommu_get_attr(IOMMUMemoryRegion *iommu,
                                 enum IOMMUMemoryRegionAttr attr, void *data)
{
    IOMMUMemoryRegionClass *imrc = class_of(iommu);

    return imrc->get_attr ? imrc->get_attr(iommu, attr, data) : -EINVAL;
}

/* --- who is told --- */

/* Tell the IOMMU which kinds of events are wanted now. */
static int update_flags(IOMMUMemoryRegion *iommu, Error **errp)
{
    IOMMUNotifierFlag flags = IOMMU_NOTIFIER_NONE;
    IOMMUMemoryRegionClass *imrc = class_of(iommu);
    IOMMUNotifier *n;
    int ret = 0;

    IOMMU_NOTIFIER_FOREACH(n, iommu) {
        flags |= n->notifier_flags;
    }
    if (flags != iommu->iommu_notify_flags && imrc->notify_flag_changed) {
        ret = imrc->notify_flag_changed(iommu, iommu->iommu_notify_flags, flags, errp);
    }
    if (!ret) {
        iommu->iommu_notify_flags = flags;
    }
    return ret;
}

int memory_region_register_iommu_notifier(MemoryRegion *mr, IOMMUNotifier *n,
                                          Error **errp)
{
    IOMMUMemoryRegion *iommu = memory_region_get_iommu(mr);
    int ret;

    assert(iommu && n->notifier_flags != IOMMU_NOTIFIER_NONE && n->start <= n->end);
    assert(n->iommu_idx >= 0 && n->iommu_idx < memory_region_iommu_num_indexes(iommu));
    QLIST_INSERT_HEAD(&iommu->iommu_notify, n, node);
    ret = update_flags(iommu, errp);
    if (ret) {
        QLIST_REMOVE(n, node);
    }
    return ret;
}

void memory_region_unregister_iommu_notifier(MemoryRegion *mr, IOMMUNotifier *n)
{
    IOMMUMemoryRegion *iommu = memory_region_get_iommu(mr);

    assert(iommu);
    QLIST_REMOVE(n, node);
    /* Fewer kinds than before are never refused. */
    update_flags(iommu, NULL);
}

void memory_region_iommu_replay(IOMMUMemoryRegion *iommu, IOMMUNotifier *n)
{
    IOMMUMemoryRegionClass *imrc = class_of(iommu);
    hwaddr addr = n->start,
           last = MIN(n->end, memory_region_size(MEMORY_REGION(iommu)));

    if (imrc->replay) {
        imrc->replay(iommu, n);
        return;
    }
    while (addr <= last) {
        RCU_READ_LOCK_GUARD();
        IOMMUTLBEntry e = imrc->translate(iommu, addr, IOMMU_NONE, n->iommu_idx);

        if (e.perm != IOMMU_NONE) {
            n->notify(n, &e);
        }
        e.addr_mask |= memory_region_iommu_get_min_page_size(iommu) - 1;
        if ((addr | e.addr_mask) >= last) {
            return;
        }
        addr = (addr | e.addr_mask) + 1;
    }
}

/* --- events --- */

void memory_region_notify_iommu_one(IOMMUNotifier *n, const IOMMUTLBEvent *event)
{
    IOMMUTLBEntry e = event->entry;
    hwaddr last = e.iova + e.addr_mask, start;

    n->refused = false;
    if (!(event->type & n->notifier_flags) || n->start > last || n->end < e.iova) {
        return;
    }
    assert(event->type == IOMMU_NOTIFIER_MAP || e.perm == IOMMU_NONE);
    start = MAX(e.iova, n->start);
    last = MIN(last, n->end);
    e.translated_addr += start - e.iova;
    e.iova = start;
    e.addr_mask = last - start;
    n->refused = false;
    n->notify(n, &e);
}

void memory_region_notify_iommu(IOMMUMemoryRegion *iommu, int iommu_idx,
                                const IOMMUTLBEvent event)
{
    IOMMUNotifier *n, *next;

    assert(event.type != IOMMU_NOTIFIER_UNMAP || event.entry.perm == IOMMU_NONE);
    QLIST_FOREACH_SAFE(n, &iommu->iommu_notify, node, next) {
        n->refused = false;
        if (n->iommu_idx == iommu_idx) {
            memory_region_notify_iommu_one(n, &event);
        }
    }
    if (event.type & IOMMU_NOTIFIER_UNMAP) {
        qatomic_inc(&iommu->generation);
        dma_drain(iommu, event.entry.iova, event.entry.iova + event.entry.addr_mask);
    }
}

void memory_region_unmap_iommu_notifier_range(IOMMUNotifier *n)
{
    IOMMUTLBEvent event = {
        .type = IOMMU_NOTIFIER_UNMAP,
        .entry = {
            .iova = n->start,
            .addr_mask = n->end - n->start,
            .perm = IOMMU_NONE,
        },
    };

    memory_region_notify_iommu_one(n, &event);
}

/* --- the type --- */

static void iommu_memory_region_initfn(Object *obj)
{
    MemoryRegion *mr = (MemoryRegion *)obj;
    IOMMUMemoryRegion *iommu = (IOMMUMemoryRegion *)obj;

    mr->is_iommu = true;
    mr->terminates = true;
    QLIST_INIT(&iommu->iommu_notify);
    QLIST_INIT(&iommu->pin_links);
}

static void iommu_memory_region_finalize(Object *obj)
{
    dma_pins_forget_iommu((IOMMUMemoryRegion *)obj);
}

static const TypeInfo iommu_memory_region_info = {
    .name = TYPE_IOMMU_MEMORY_REGION,
    .parent = TYPE_MEMORY_REGION,
    .class_size = sizeof(IOMMUMemoryRegionClass),
    .instance_size = sizeof(IOMMUMemoryRegion),
    .instance_init = iommu_memory_region_initfn,
    .instance_finalize = iommu_memory_region_finalize,
    .abstract = true,
};

static void iommu_register_types(void)
{
    type_register_static(&iommu_memory_region_info);
}

type_init(iommu_register_types)
