/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For the tests of host/memory: an address space with a root container, RAM, and
 * an IOMMU whose mappings are a short list that the test writes.
 */
#ifndef MEMORY_TEST_H
#define MEMORY_TEST_H

#include "qapi/error.h"
#include "qemu/atomic.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qemu/rcu.h"
#include "system/address-spaces.h"
#include "system/memory.h"

#define UNSPEC MEMTXATTRS_UNSPECIFIED
#define KIB    1024ULL
#define MIB    (1024 * KIB)

/* --- objects on the heap, so that a sanitizer sees what is left --- */

static inline MemoryRegion *new_region(void)
{
    return g_new0(MemoryRegion, 1);
}

static inline MemoryRegion *new_container(const char *name, uint64_t size)
{
    MemoryRegion *mr = new_region();

    memory_region_init(mr, NULL, name, size);
    return mr;
}

static inline MemoryRegion *new_ram(const char *name, uint64_t size)
{
    MemoryRegion *mr = new_region();

    g_assert_true(memory_region_init_ram_nomigrate(mr, NULL, name, size, &error_abort));
    return mr;
}

static inline MemoryRegion *new_alias(const char *name, MemoryRegion *orig,
                                      hwaddr offset, uint64_t size)
{
    MemoryRegion *mr = new_region();

    memory_region_init_alias(mr, NULL, name, orig, offset, size);
    return mr;
}

/* Grace periods and what they left for the main loop. */
static inline void settle(void)
{
    drain_call_rcu();
    for (int i = 0; i < 10; i++) {
        main_loop_wait(true);
    }
}

static inline void free_region(MemoryRegion *mr)
{
    if (mr->container) {
        memory_region_del_subregion(mr->container, mr);
    }
    settle();
    object_unparent(OBJECT(mr));
    g_free(mr);
}

/* --- a toy IOMMU --- */

typedef struct ToyMapping {
    hwaddr start;
    hwaddr last;
    hwaddr target;
    IOMMUAccessFlags perm;
    bool used; /* atomic */
} ToyMapping;

typedef struct ToyIOMMU {
    IOMMUMemoryRegion parent_obj;
    AddressSpace *target_as;
    AddressSpace *other_as; /* not NULL: the target of every second answer */
    ToyMapping map[64];
    unsigned nr_translate; /* accesses; atomic */
    unsigned nr_fault;
    hwaddr last_fault;
    IOMMUNotifierFlag flags;
    bool refuse_flags;
} ToyIOMMU;

#define TYPE_TOY_IOMMU "toy-iommu"

/* The largest aligned block around @addr in @m with the same offset on both sides. */
static inline hwaddr toy_block(const ToyMapping *m, hwaddr addr)
{
    hwaddr to = m->target + (addr - m->start), mask = HWADDR_MAX;

    while (((addr ^ to) & mask) || (addr & ~mask) < m->start ||
           (addr | mask) > m->last) {
        mask >>= 1;
    }
    return mask;
}

static inline IOMMUTLBEntry toy_translate(IOMMUMemoryRegion *iommu, hwaddr addr,
                                          IOMMUAccessFlags flag, int idx)
{
    ToyIOMMU *toy = (ToyIOMMU *)iommu;
    IOMMUTLBEntry e = { .target_as = toy->target_as, .addr_mask = 0xfff };

    if (qatomic_fetch_inc(&toy->nr_translate) % 2 && toy->other_as) {
        e.target_as = toy->other_as;
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(toy->map); i++) {
        const ToyMapping *m = &toy->map[i];

        if (qatomic_load_acquire(&m->used) && addr >= m->start && addr <= m->last) {
            e.addr_mask = toy_block(m, addr);
            e.translated_addr = (m->target + (addr - m->start)) & ~e.addr_mask;
            e.perm = m->perm;
            break;
        }
    }
    e.iova = addr & ~e.addr_mask;
    if (flag != IOMMU_NONE && !(e.perm & flag)) {
        qatomic_inc(&toy->nr_fault);
        qatomic_set(&toy->last_fault, addr);
    }
    return e;
}

static inline int toy_flag_changed(IOMMUMemoryRegion *iommu, IOMMUNotifierFlag old,
                                   IOMMUNotifierFlag now, Error **errp)
{
    ToyIOMMU *toy = (ToyIOMMU *)iommu;

    if (toy->refuse_flags) {
        error_setg(errp, "toy refuses");
        return -EINVAL;
    }
    toy->flags = now;
    return 0;
}

static inline void toy_class_init(ObjectClass *klass, const void *data)
{
    IOMMUMemoryRegionClass *imrc = (IOMMUMemoryRegionClass *)klass;

    imrc->translate = toy_translate;
    imrc->notify_flag_changed = toy_flag_changed;
}

static const TypeInfo toy_iommu_info = {
    .name = TYPE_TOY_IOMMU,
    .parent = TYPE_IOMMU_MEMORY_REGION,
    .instance_size = sizeof(ToyIOMMU),
    .class_init = toy_class_init,
};

static inline ToyIOMMU *new_toy(AddressSpace *target_as, uint64_t size)
{
    ToyIOMMU *toy = g_new0(ToyIOMMU, 1);

    memory_region_init_iommu(toy, sizeof(*toy), TYPE_TOY_IOMMU, NULL, "toy", size);
    toy->target_as = target_as;
    return toy;
}

static inline MemoryRegion *toy_region(ToyIOMMU *toy)
{
    return &toy->parent_obj.parent_obj;
}

static inline ToyMapping *toy_map(ToyIOMMU *toy, hwaddr start, hwaddr last,
                                  hwaddr target, IOMMUAccessFlags perm)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(toy->map); i++) {
        ToyMapping *m = &toy->map[i];

        if (!m->used) {
            m->start = start;
            m->last = last;
            m->target = target;
            m->perm = perm;
            qatomic_store_release(&m->used, true);
            return m;
        }
    }
    g_assert_not_reached();
}

/* Take the mapping away and tell everybody, as an IOMMU must. */
static inline void toy_unmap(ToyIOMMU *toy, ToyMapping *m)
{
    IOMMUTLBEvent event = {
        .type = IOMMU_NOTIFIER_UNMAP,
        .entry = {
            .target_as = toy->target_as,
            .iova = m->start,
            .addr_mask = m->last - m->start,
            .perm = IOMMU_NONE,
        },
    };

    qatomic_store_release(&m->used, false);
    memory_region_notify_iommu(&toy->parent_obj, 0, event);
}

/* --- start --- */

static inline void memory_test_init(int *argc, char ***argv)
{
    g_test_init(argc, argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    type_register_static(&toy_iommu_info);
    memory_map_init();
}

#endif
