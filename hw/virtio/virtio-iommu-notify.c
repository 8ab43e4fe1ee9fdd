/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who listens to the memory region of an endpoint, and what the database tells them. */
#include "qemu/osdep.h"
#include "hw/virtio/virtio-iommu.h"
#include "system/address-spaces.h"
#include "trace.h"
#include "virtio-iommu-internal.h"

static const ViommuRange all_addresses = { 0, UINT64_MAX };

/* The notifiers want naturally aligned powers of two: cut @range into such. */
static uint64_t first_block_mask(ViommuRange range, uint64_t delta)
{
    return MIN(viommu_range_block_mask(range, range.start, delta),
               VIRTIO_IOMMU_MAX_BLOCK_MASK);
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

    if (trace_event_get_state_backends(TRACE_VIRTIO_IOMMU_NOTIFY_VOID)) {
        trace_virtio_iommu_notify_void(virtio_iommu_endpoint_id(ep), range.start,
                                       range.last);
    }
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

void virtio_iommu_replay(IOMMUMemoryRegion *mr, IOMMUNotifier *n)
{
    replay(virtio_iommu_endpoint_of(mr), n);
}

int virtio_iommu_notify_flag_changed(IOMMUMemoryRegion *mr, IOMMUNotifierFlag old_flags,
                                     IOMMUNotifierFlag new_flags, Error **errp)
{
    VirtIOIOMMUEndpoint *ep = virtio_iommu_endpoint_of(mr);

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
        IOMMUTLBEvent event =
            void_event(IOMMU_NOTIFIER_UNMAP, half * (VIRTIO_IOMMU_MAX_BLOCK_MASK + 1),
                       VIRTIO_IOMMU_MAX_BLOCK_MASK);

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
