/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory region of one endpoint: what an access becomes.
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
    uint64_t mask = MIN(answer->mask, VIRTIO_IOMMU_MAX_BLOCK_MASK);
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
    VirtIOIOMMUEndpoint *ep = virtio_iommu_endpoint_of(mr);
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
    return viommu_db_granule(virtio_iommu_endpoint_of(mr)->iommu->db);
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
