/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory region of one endpoint: what an access becomes, and who is told
 * when that changes.
 *
 * The region is the root of the endpoint's address space for its whole life.
 * Bypass is an answer like any other, so that attach, detach and a change of
 * config.bypass never rebuild the memory topology.
 */
#include "qemu/osdep.h"
#include "hw/virtio/virtio-iommu.h"
#include "qemu/atomic.h"
#include "system/address-spaces.h"
#include "trace.h"
#include "viommu-req.h"
#include "virtio-iommu-internal.h"

#define TYPE_VIRTIO_IOMMU_MEMORY_REGION "virtio-iommu-memory-region"

/*
 * Blocks are at most half of the address space: the memory core computes a
 * block's size, and the size of all of it does not fit.
 */
#define MAX_BLOCK_MASK ((UINT64_C(1) << 63) - 1)

static const ViommuRange all_addresses = { 0, UINT64_MAX };

static VirtIOIOMMUEndpoint *endpoint_of(IOMMUMemoryRegion *mr)
{
    return container_of(mr, VirtIOIOMMUEndpoint, iommu_mr);
}

/* --------------------------------------------------------- translate ----- */

static unsigned next_stripe;
static __thread unsigned my_stripe;

static void count_hit(VirtIOIOMMUEndpoint *ep)
{
    uint64_t *hits;

    if (unlikely(!my_stripe)) {
        my_stripe = 1 + qatomic_fetch_inc(&next_stripe) % VIRTIO_IOMMU_STRIPES;
    }
    hits = &ep->stripes[my_stripe - 1].hits;
    qatomic_set(hits, *hits + 1);
}

static void raise_fault(VirtIOIOMMUEndpoint *ep, uint64_t addr, IOMMUAccessFlags flag,
                        ViommuResult result)
{
    VirtIOIOMMUFault fault = {
        .reason = result == VIOMMU_UNATTACHED ? VIRTIO_IOMMU_FAULT_R_DOMAIN
                                              : VIRTIO_IOMMU_FAULT_R_MAPPING,
        .flags = VIRTIO_IOMMU_FAULT_F_ADDRESS,
        .endpoint_id = virtio_iommu_endpoint_id(ep),
        .address = addr,
    };

    if (flag & IOMMU_RO) {
        fault.flags |= VIRTIO_IOMMU_FAULT_F_READ;
    }
    if (flag & IOMMU_WO) {
        fault.flags |= VIRTIO_IOMMU_FAULT_F_WRITE;
    }
    qatomic_inc(&ep->misses);
    virtio_iommu_fault_raise(ep->iommu, &fault);
}

/*
 * An endpoint whose bus got another number is, for the guest, another endpoint
 * that it has attached to nothing.
 */
static ViommuResult translate_stale(VirtIOIOMMUEndpoint *ep, uint64_t addr,
                                    ViommuAnswer *answer)
{
    if (!viommu_db_bypass(ep->iommu->db)) {
        return VIOMMU_UNATTACHED;
    }
    *answer = (ViommuAnswer){ .mask = UINT64_MAX, .flags = VIOMMU_PERM_RW };
    return VIOMMU_HIT;
}

static ViommuResult translate_in_core(VirtIOIOMMUEndpoint *ep, uint64_t addr,
                                      uint32_t want, ViommuAnswer *answer)
{
    ViommuEndpoint *core = __atomic_load_n(&ep->core, __ATOMIC_ACQUIRE);

    if (unlikely(!core || virtio_iommu_endpoint_stale(ep))) {
        return translate_stale(ep, addr, answer);
    }
    return viommu_db_translate(core, addr, want, answer);
}

static IOMMUTLBEntry to_tlb_entry(const ViommuAnswer *answer, uint64_t addr)
{
    uint64_t mask = MIN(answer->mask, MAX_BLOCK_MASK);
    uint64_t block = addr & ~mask;

    return (IOMMUTLBEntry){
        .target_as = &address_space_memory,
        .iova = block,
        .translated_addr = viommu_answer_at(answer, block),
        .addr_mask = mask,
        .perm = (answer->flags & VIOMMU_PERM_READ ? IOMMU_RO : IOMMU_NONE) |
                (answer->flags & VIOMMU_PERM_WRITE ? IOMMU_WO : IOMMU_NONE),
    };
}

/* Runs in any thread, inside an RCU read-side section. IOMMU_NONE: only look. */
static IOMMUTLBEntry virtio_iommu_translate(IOMMUMemoryRegion *mr, hwaddr addr,
                                            IOMMUAccessFlags flag, int iommu_idx)
{
    VirtIOIOMMUEndpoint *ep = endpoint_of(mr);
    uint32_t want = (flag & IOMMU_RO ? VIOMMU_PERM_READ : VIOMMU_PERM_NONE) |
                    (flag & IOMMU_WO ? VIOMMU_PERM_WRITE : VIOMMU_PERM_NONE);
    ViommuAnswer answer;
    ViommuResult result = translate_in_core(ep, addr, want, &answer);

    trace_virtio_iommu_translate(qatomic_read(&ep->low_id), addr, flag, result);
    if (likely(result == VIOMMU_HIT)) {
        count_hit(ep);
        return to_tlb_entry(&answer, addr);
    }
    if (flag & IOMMU_RW) {
        raise_fault(ep, addr, flag, result);
    }
    if (result == VIOMMU_DENIED) {
        return to_tlb_entry(&answer, addr);
    }
    return (IOMMUTLBEntry){
        .target_as = &address_space_memory,
        .iova = addr,
        .perm = IOMMU_NONE,
    };
}

static uint64_t virtio_iommu_get_min_page_size(IOMMUMemoryRegion *mr)
{
    return viommu_db_granule(endpoint_of(mr)->iommu->db);
}

/* ---------------------------------------------------------- notifiers ---- */

/* The notifiers want naturally aligned powers of two: cut @range into such. */
static uint64_t first_block_mask(ViommuRange range, uint64_t delta)
{
    return MIN(viommu_range_block_mask(range, range.start, delta), MAX_BLOCK_MASK);
}

static IOMMUTLBEvent void_event(IOMMUNotifierFlag type, uint64_t start, uint64_t mask)
{
    return (IOMMUTLBEvent){
        .type = type,
        .entry = { .target_as = &address_space_memory,
                   .iova = start,
                   .addr_mask = mask,
                   .perm = IOMMU_NONE },
    };
}

static void notify_void(VirtIOIOMMUEndpoint *ep, ViommuRange range)
{
    uint64_t mask;

    trace_virtio_iommu_notify_void(virtio_iommu_endpoint_id(ep), range.start,
                                   range.last);
    for (;; range.start += mask + 1) {
        mask = first_block_mask(range, 0);
        memory_region_notify_iommu(&ep->iommu_mr, 0,
                                   void_event(IOMMU_NOTIFIER_UNMAP, range.start, mask));
        if (ep->device_tlb) {
            memory_region_notify_iommu(
                &ep->iommu_mr, 0,
                void_event(IOMMU_NOTIFIER_DEVIOTLB_UNMAP, range.start, mask));
        }
        if (range.start + mask == range.last) {
            return;
        }
    }
}

static IOMMUTLBEvent map_event(const ViommuMapping *m, ViommuRange rest)
{
    uint64_t delta = m->phys - m->iova.start;

    return (IOMMUTLBEvent){
        .type = IOMMU_NOTIFIER_MAP,
        .entry = {
            .target_as = &address_space_memory,
            .iova = rest.start,
            .translated_addr = rest.start + delta,
            .addr_mask = first_block_mask(rest, delta),
            .perm = (m->flags & VIOMMU_PERM_READ ? IOMMU_RO : IOMMU_NONE) |
                    (m->flags & VIOMMU_PERM_WRITE ? IOMMU_WO : IOMMU_NONE),
        },
    };
}

/*
 * Tells @n, or all notifiers of @ep if it is NULL, of one mapping. Doorbells of
 * the guest's own interrupt controller (MMIO) mean nothing to a host IOMMU and
 * are not passed on. False if one of those who listen refused.
 */
static bool notify_map(VirtIOIOMMUEndpoint *ep, IOMMUNotifier *n,
                       const ViommuMapping *m)
{
    ViommuRange rest = m->iova;

    if (m->flags & VIOMMU_PERM_MMIO) {
        return true;
    }
    for (;;) {
        IOMMUTLBEvent event = map_event(m, rest);

        if (n) {
            memory_region_notify_iommu_one(n, &event);
        } else if (!virtio_iommu_notify_map(&ep->iommu_mr, event)) {
            return false;
        }
        if (rest.start + event.entry.addr_mask == rest.last) {
            return true;
        }
        rest.start += event.entry.addr_mask + 1;
    }
}

typedef struct ReplayTo {
    VirtIOIOMMUEndpoint *ep;
    IOMMUNotifier *n;
} ReplayTo;

static bool replay_one(void *opaque, const ViommuMapping *m)
{
    ReplayTo *to = opaque;

    notify_map(to->ep, to->n, m);
    return true;
}

static void replay(VirtIOIOMMUEndpoint *ep, IOMMUNotifier *n)
{
    ReplayTo to = { ep, n };

    QEMU_LOCK_GUARD(&ep->iommu->lock);
    if (ep->core) {
        viommu_endpoint_replay(ep->core, replay_one, &to);
    }
}

static void virtio_iommu_replay(IOMMUMemoryRegion *mr, IOMMUNotifier *n)
{
    replay(endpoint_of(mr), n);
}

static int virtio_iommu_notify_flag_changed(IOMMUMemoryRegion *mr,
                                            IOMMUNotifierFlag old_flags,
                                            IOMMUNotifierFlag new_flags, Error **errp)
{
    VirtIOIOMMUEndpoint *ep = endpoint_of(mr);

    QEMU_LOCK_GUARD(&ep->iommu->lock);
    ep->shadowed = new_flags & IOMMU_NOTIFIER_MAP;
    ep->device_tlb = new_flags & IOMMU_NOTIFIER_DEVIOTLB_UNMAP;
    if (ep->core) {
        viommu_endpoint_set_shadowed(ep->core, ep->shadowed);
    }
    trace_virtio_iommu_notify_flags(virtio_iommu_endpoint_id(ep), old_flags, new_flags);
    return 0;
}

/* --------------------------------------------- what the database tells --- */

static void add_event(VirtIOIOMMUEndpoint *ep, ViommuRange range, bool replay)
{
    VirtIOIOMMUEvent event = { ep, range, replay };

    g_array_append_val(ep->iommu->events, event);
    ep->iommu->urgent |= ep->shadowed;
}

void virtio_iommu_void_all_locked(VirtIOIOMMUEndpoint *ep)
{
    add_event(ep, all_addresses, false);
}

static void on_attached(void *opaque, ViommuEndpoint *core)
{
    add_event(viommu_endpoint_owner(core), all_addresses, true);
}

/*
 * Who shadows the mappings drops them now, not with the other events after the lock:
 * the database goes on by asking it for room for those of another domain.
 */
static void empty_shadow(VirtIOIOMMUEndpoint *ep)
{
    IOMMUNotifier *n;

    for (uint64_t half = 0; half < 2; half++) {
        IOMMUTLBEvent event = void_event(IOMMU_NOTIFIER_UNMAP,
                                         half * (MAX_BLOCK_MASK + 1), MAX_BLOCK_MASK);

        IOMMU_NOTIFIER_FOREACH(n, &ep->iommu_mr) {
            if (n->notifier_flags & IOMMU_NOTIFIER_UNMAP) {
                memory_region_notify_iommu_one(n, &event);
            }
        }
    }
}

static void on_detached(void *opaque, ViommuEndpoint *core)
{
    VirtIOIOMMUEndpoint *ep = viommu_endpoint_owner(core);

    if (ep->shadowed) {
        empty_shadow(ep);
    }
    virtio_iommu_void_all_locked(ep);
}

/*
 * Who shadows the mappings may refuse one, so it is asked before the answer. The
 * database takes back what other endpoints accepted; the pieces that this one
 * accepted before it refused go here.
 */
static bool on_mapped(void *opaque, ViommuEndpoint *core, const ViommuMapping *m)
{
    VirtIOIOMMUEndpoint *ep = viommu_endpoint_owner(core);

    if (notify_map(ep, NULL, m)) {
        return true;
    }
    add_event(ep, m->iova, false);
    return false;
}

static void on_unmapped(void *opaque, ViommuEndpoint *core, const ViommuMapping *m)
{
    add_event(viommu_endpoint_owner(core), m->iova, false);
}

static void on_invalidated(void *opaque, ViommuEndpoint *core, ViommuRange range)
{
    VirtIOIOMMUEndpoint *ep = viommu_endpoint_owner(core);

    if (!ep->shadowed) { /* else on_unmapped() said it all */
        add_event(ep, range, false);
    }
}

const ViommuEvents virtio_iommu_events = {
    .attached = on_attached,
    .detached = on_detached,
    .mapped = on_mapped,
    .unmapped = on_unmapped,
    .invalidated = on_invalidated,
};

void virtio_iommu_deliver(VirtIOIOMMU *s, const VirtIOIOMMUEvent *event)
{
    notify_void(event->ep, event->void_range);
    if (event->replay && event->ep->shadowed) {
        replay(event->ep, NULL);
    }
}

/* ------------------------------------------------------------- types ----- */

void virtio_iommu_as_init(VirtIOIOMMUEndpoint *ep, const char *name)
{
    memory_region_init_iommu(&ep->iommu_mr, sizeof(ep->iommu_mr),
                             TYPE_VIRTIO_IOMMU_MEMORY_REGION, OBJECT(ep), name,
                             UINT64_MAX);
    address_space_init(&ep->as, MEMORY_REGION(&ep->iommu_mr), name);
}

static void virtio_iommu_memory_region_class_init(ObjectClass *klass, const void *data)
{
    IOMMUMemoryRegionClass *imrc = IOMMU_MEMORY_REGION_CLASS(klass);

    imrc->translate = virtio_iommu_translate;
    imrc->replay = virtio_iommu_replay;
    imrc->notify_flag_changed = virtio_iommu_notify_flag_changed;
    imrc->get_min_page_size = virtio_iommu_get_min_page_size;
}

static const TypeInfo virtio_iommu_memory_region_info = {
    .parent = TYPE_IOMMU_MEMORY_REGION,
    .name = TYPE_VIRTIO_IOMMU_MEMORY_REGION,
    .class_init = virtio_iommu_memory_region_class_init,
};

static void virtio_iommu_endpoint_instance_init(Object *obj)
{
    VIRTIO_IOMMU_ENDPOINT(obj)->ids = g_array_new(false, false, sizeof(uint32_t));
}

static void virtio_iommu_endpoint_instance_finalize(Object *obj)
{
    VirtIOIOMMUEndpoint *ep = VIRTIO_IOMMU_ENDPOINT(obj);

    g_array_unref(ep->ids);
    g_clear_pointer(&ep->host_regions, g_array_unref);
}

static const TypeInfo virtio_iommu_endpoint_info = {
    .parent = TYPE_OBJECT,
    .name = TYPE_VIRTIO_IOMMU_ENDPOINT,
    .instance_size = sizeof(VirtIOIOMMUEndpoint),
    .instance_init = virtio_iommu_endpoint_instance_init,
    .instance_finalize = virtio_iommu_endpoint_instance_finalize,
};

static void virtio_iommu_as_register(void)
{
    type_register_static(&virtio_iommu_memory_region_info);
    type_register_static(&virtio_iommu_endpoint_info);
}

type_init(virtio_iommu_as_register)
