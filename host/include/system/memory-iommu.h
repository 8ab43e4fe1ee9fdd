/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory regions that translate: an access to one continues at another address
 * of another address space. And those who keep what an IOMMU told them: notifiers,
 * caches, and host pointers from address_space_map(). docs/devel/dma.rst explains
 * how an UNMAP makes sure that none of them is used any more.
 */
#ifndef SYSTEM_MEMORY_IOMMU_H
#define SYSTEM_MEMORY_IOMMU_H

#include "system/memory-region.h"

#define TYPE_IOMMU_MEMORY_REGION "iommu-memory-region"
typedef struct IOMMUMemoryRegionClass IOMMUMemoryRegionClass;
DECLARE_OBJ_CHECKERS(IOMMUMemoryRegion, IOMMUMemoryRegionClass, IOMMU_MEMORY_REGION,
                     TYPE_IOMMU_MEMORY_REGION)

typedef enum {
    IOMMU_NONE = 0,
    IOMMU_RO = 1,
    IOMMU_WO = 2,
    IOMMU_RW = 3,
    IOMMU_EXEC = 4,
    IOMMU_PRIV = 8,
    IOMMU_GLOBAL = 16,
    IOMMU_UNTRANSLATED_ONLY = 32,
} IOMMUAccessFlags;

#define IOMMU_ACCESS_FLAG(r, w) (((r) ? IOMMU_RO : 0) | ((w) ? IOMMU_WO : 0))

/*
 * One block: @iova and @translated_addr agree modulo addr_mask + 1, a power of
 * two. ~0 stands for 2^64 bytes.
 */
typedef struct IOMMUTLBEntry {
    AddressSpace *target_as;
    hwaddr iova;
    hwaddr translated_addr;
    hwaddr addr_mask;
    IOMMUAccessFlags perm;
    uint32_t pasid;
} IOMMUTLBEntry;

typedef enum {
    IOMMU_NOTIFIER_NONE = 0,
    IOMMU_NOTIFIER_UNMAP = 0x1,
    IOMMU_NOTIFIER_MAP = 0x2,
    IOMMU_NOTIFIER_DEVIOTLB_UNMAP = 0x04,
} IOMMUNotifierFlag;

#define IOMMU_NOTIFIER_IOTLB_EVENTS    (IOMMU_NOTIFIER_MAP | IOMMU_NOTIFIER_UNMAP)
#define IOMMU_NOTIFIER_DEVIOTLB_EVENTS IOMMU_NOTIFIER_DEVIOTLB_UNMAP
#define IOMMU_NOTIFIER_ALL                                                             \
    (IOMMU_NOTIFIER_IOTLB_EVENTS | IOMMU_NOTIFIER_DEVIOTLB_EVENTS)

struct IOMMUNotifier;
typedef void (*IOMMUNotify)(struct IOMMUNotifier *notifier, IOMMUTLBEntry *data);

/* Wants events of the kinds @notifier_flags that touch [start, end] (inclusive). */
typedef struct IOMMUNotifier {
    IOMMUNotify notify;
    IOMMUNotifierFlag notifier_flags;
    hwaddr start;
    hwaddr end;
    int iommu_idx;
    void *opaque;
    /* Host only. Set by notify: it could not do what a MAP event asks for. */
    bool refused;
    QLIST_ENTRY(IOMMUNotifier) node;
} IOMMUNotifier;

#define IOMMU_NOTIFIER_CAN_REFUSE

typedef struct IOMMUTLBEvent {
    IOMMUNotifierFlag type;
    IOMMUTLBEntry entry;
} IOMMUTLBEvent;

static inline void iommu_notifier_init(IOMMUNotifier *n, IOMMUNotify fn,
                                       IOMMUNotifierFlag flags, hwaddr start,
                                       hwaddr end, int iommu_idx)
{
    n->notify = fn;
    n->notifier_flags = flags;
    n->start = start;
    n->end = end;
    n->iommu_idx = iommu_idx;
    n->refused = false;
}

enum IOMMUMemoryRegionAttr { IOMMU_ATTR_SPAPR_TCE_FD };

struct IOMMUMemoryRegionClass {
    MemoryRegionClass parent_class;

    /*
     * The block around @addr, for one access (@flag IOMMU_RO or IOMMU_WO), or for
     * somebody who only asks (IOMMU_NONE): then nothing is reported to the guest.
     * Refused: perm lacks the bit. Called from any thread,
     * inside an RCU read section; it must not take a lock that is held around
     * memory_region_notify_iommu(), nor do a translated access itself.
     */
    IOMMUTLBEntry (*translate)(IOMMUMemoryRegion *iommu, hwaddr addr,
                               IOMMUAccessFlags flag, int iommu_idx);
    /* All others are optional. Default: TARGET_PAGE_SIZE. */
    uint64_t (*get_min_page_size)(IOMMUMemoryRegion *iommu);
    /* The set of events that somebody wants changes; a negative errno refuses. */
    int (*notify_flag_changed)(IOMMUMemoryRegion *iommu, IOMMUNotifierFlag old_flags,
                               IOMMUNotifierFlag new_flags, Error **errp);
    /* A MAP event to @notifier for everything mapped. */
    void (*replay)(IOMMUMemoryRegion *iommu, IOMMUNotifier *notifier);
    int (*get_attr)(IOMMUMemoryRegion *iommu, enum IOMMUMemoryRegionAttr attr,
                    void *data);
    /* Translation tables are numbered from 0; default: one. */
    int (*attrs_to_index)(IOMMUMemoryRegion *iommu, MemTxAttrs attrs);
    int (*num_indexes)(IOMMUMemoryRegion *iommu);
};

typedef struct DmaPinLink DmaPinLink;

struct IOMMUMemoryRegion {
    MemoryRegion parent_obj;
    QLIST_HEAD(, IOMMUNotifier) iommu_notify;
    IOMMUNotifierFlag iommu_notify_flags;
    /* Host only. Counts the UNMAP events; atomic. */
    uint64_t generation;
    /* Who holds pointers and caches made through this region: dma-pin.c. */
    QLIST_HEAD(, DmaPinLink) pin_links;
};

#define IOMMU_NOTIFIER_FOREACH(n, mr) QLIST_FOREACH((n), &(mr)->iommu_notify, node)

/* @mrtypename: a subtype of TYPE_IOMMU_MEMORY_REGION of @instance_size bytes. */
void memory_region_init_iommu(void *_iommu_mr, size_t instance_size,
                              const char *mrtypename, Object *owner, const char *name,
                              uint64_t size);

/* Through aliases; NULL when @mr does not translate. */
static inline IOMMUMemoryRegion *memory_region_get_iommu(MemoryRegion *mr)
{
    while (mr->alias) {
        mr = mr->alias;
    }
    return mr->is_iommu ? (IOMMUMemoryRegion *)mr : NULL;
}

static inline IOMMUMemoryRegionClass *memory_region_get_iommu_class_nocheck(
    IOMMUMemoryRegion *iommu_mr)
{
    return (IOMMUMemoryRegionClass *)((Object *)iommu_mr)->class;
}

#define memory_region_is_iommu(mr) (memory_region_get_iommu(mr) != NULL)

uint64_t memory_region_iommu_get_min_page_size(IOMMUMemoryRegion *iommu_mr);
int memory_region_iommu_attrs_to_index(IOMMUMemoryRegion *iommu_mr, MemTxAttrs attrs);
int memory_region_iommu_num_indexes(IOMMUMemoryRegion *iommu_mr);
/* -EINVAL when the region does not know @attr. */
int memory_region_iommu_get_attr(IOMMUMemoryRegion *iommu_mr,
                                 enum IOMMUMemoryRegionAttr attr, void *data);

/* --- notifiers: under the big lock --- */

/*
 * Tell every notifier of table @iommu_idx, cut to its range, of a change that
 * translate() already shows. An UNMAP event has perm IOMMU_NONE, and when the
 * call returns nobody reaches the range by what was mapped there: see dma.rst.
 */
void memory_region_notify_iommu(IOMMUMemoryRegion *iommu_mr, int iommu_idx,
                                const IOMMUTLBEvent event);
/* To one notifier, without waiting for anybody. */
void memory_region_notify_iommu_one(IOMMUNotifier *notifier,
                                    const IOMMUTLBEvent *event);
/* An UNMAP of the notifier's whole range, to it alone. */
void memory_region_unmap_iommu_notifier_range(IOMMUNotifier *notifier);
/* A negative errno with @errp set when the IOMMU cannot serve the kinds asked for. */
int memory_region_register_iommu_notifier(MemoryRegion *mr, IOMMUNotifier *n,
                                          Error **errp);
void memory_region_unregister_iommu_notifier(MemoryRegion *mr, IOMMUNotifier *n);
/* MAP events for everything mapped; without a replay method it asks block by block. */
void memory_region_iommu_replay(IOMMUMemoryRegion *iommu_mr, IOMMUNotifier *n);

/* --- host only: waiting for DMA that is under way --- */

/* Changes with every UNMAP event of the region. */
static inline uint64_t memory_region_iommu_generation(IOMMUMemoryRegion *iommu_mr)
{
    return __atomic_load_n(&iommu_mr->generation, __ATOMIC_ACQUIRE);
}

/*
 * @poll completes what it can of the requests that hold maps, without blocking,
 * in the calling thread (under the big lock), and returns true when it did
 * something. Called again and again while an UNMAP waits for such a map.
 */
void memory_register_dma_drain(bool (*poll)(void *opaque), void *opaque);
void memory_unregister_dma_drain(bool (*poll)(void *opaque), void *opaque);

/*
 * How long an UNMAP waits for a map that nobody gives back (default 10 s): then
 * an error names the address space and the UNMAP goes on. Returns the old value.
 */
unsigned memory_set_dma_drain_timeout(unsigned ms);
/* UNMAPs that went on although a map was still held. */
uint64_t memory_dma_drain_timeouts(void);

#endif
