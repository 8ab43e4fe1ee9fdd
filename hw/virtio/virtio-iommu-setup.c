/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the properties that the user and the machine gave to a database. */
#include "qemu/osdep.h"
#include "hw/virtio/virtio-iommu.h"
#include "qapi/error.h"
#include "qemu/units.h"
#include "virtio-iommu-internal.h"

static uint64_t granule_bytes(GranuleMode mode)
{
    switch (mode) {
    case GRANULE_MODE_4K:
        return 4 * KiB;
    case GRANULE_MODE_8K:
        return 8 * KiB;
    case GRANULE_MODE_16K:
        return 16 * KiB;
    case GRANULE_MODE_64K:
        return 64 * KiB;
    default:
        return qemu_real_host_page_size();
    }
}

/* The granule, and hints that large mappings cost no more than small ones (C1). */
static uint64_t page_size_mask(GranuleMode mode)
{
    return granule_bytes(mode) | 2 * MiB | 1 * GiB;
}

typedef struct DeferredFree {
    struct rcu_head rcu;
    void (*free_fn)(void *);
    void *ptr;
} DeferredFree;

static void free_rcu_node(DeferredFree *node)
{
    node->free_fn(node->ptr);
    g_free(node);
}

static void defer_free(void (*free_fn)(void *), void *ptr)
{
    DeferredFree *node = g_new(DeferredFree, 1);

    node->free_fn = free_fn;
    node->ptr = ptr;
    call_rcu(node, free_rcu_node, rcu);
}

static const ViommuReclaim rcu_reclaim = { .defer = defer_free };

static ViommuDb *new_db(VirtIOIOMMU *s)
{
    ViommuConfig config = {
        .features = VIOMMU_F_ALL,
        .page_size_mask = page_size_mask(s->granule_mode),
        .input_range = { 0, UINT64_MAX >> (64 - s->aw_bits) },
        .domain_last = UINT32_MAX,
        .probe_size = VIRTIO_IOMMU_PROBE_SIZE,
        .max_domains = s->max_domains,
        .max_mappings = s->max_mappings,
        .report_identity = true,
    };

    return viommu_db_new(&config, &virtio_iommu_events, s, &rcu_reclaim);
}

static bool check_properties(VirtIOIOMMU *s, Error **errp)
{
    if (s->aw_bits < 32 || s->aw_bits > 64) {
        error_setg(errp, "aw-bits must be within [32,64], it is %u", s->aw_bits);
        return false;
    }
    if (!s->max_domains || !s->max_mappings) {
        error_setg(errp, "%s must be at least 1",
                   s->max_domains ? "max-mappings" : "max-domains");
        return false;
    }
    return true;
}

/*
 * The machine says where its doorbell is by a region of type MSI. In the
 * software model the guest maps the doorbell itself, and the window is one that
 * it must keep free (S3.1 to S3.3).
 */
static bool msi_region_type(VirtIOIOMMU *s, ViommuRegionType *type, Error **errp)
{
    if (!s->msi_doorbell || !strcmp(s->msi_doorbell, "auto") ||
        !strcmp(s->msi_doorbell, "hardware")) {
        *type = VIOMMU_REGION_MSI;
        return true;
    }
    if (!strcmp(s->msi_doorbell, "software")) {
        *type = VIOMMU_REGION_RESERVED;
        return true;
    }
    error_setg(errp, "msi-doorbell must be auto, hardware or software, it is '%s'",
               s->msi_doorbell);
    return false;
}

static bool add_regions(VirtIOIOMMU *s, ReservedRegion *list, uint32_t n, Error **errp)
{
    ViommuRegionType msi;

    if (!msi_region_type(s, &msi, errp)) {
        return false;
    }
    for (uint32_t i = 0; i < n; i++) {
        ViommuRegion region = {
            .range = { range_lob(&list[i].range), range_upb(&list[i].range) },
            .type = list[i].type == VIOMMU_REGION_MSI ? msi : list[i].type,
        };

        if (list[i].type > VIOMMU_REGION_IDENTITY) {
            error_setg(errp, "reserved-regions: %u is not a type", list[i].type);
            error_append_hint(errp, "Types are 0 (reserved), 1 (MSI), 2 (identity).\n");
            return false;
        }
        g_array_append_val(s->regions, region);
    }
    return true;
}

/* What the machine has and what the user adds: both hold. */
static bool make_regions(VirtIOIOMMU *s, Error **errp)
{
    const char *why;

    s->regions = g_array_new(false, false, sizeof(ViommuRegion));
    if (!add_regions(s, s->machine_reserved, s->nr_machine_reserved, errp) ||
        !add_regions(s, s->reserved, s->nr_reserved, errp)) {
        return false;
    }
    why = viommu_db_check_regions(s->db, (ViommuRegion *)s->regions->data,
                                  s->regions->len);
    if (why) {
        error_setg(errp, "reserved-regions: %s", why);
        return false;
    }
    return true;
}

bool virtio_iommu_make_db(VirtIOIOMMU *s, Error **errp)
{
    if (!check_properties(s, errp)) {
        return false;
    }
    s->db = new_db(s);
    if (!make_regions(s, errp)) {
        virtio_iommu_free_db(s);
        return false;
    }
    return true;
}

void virtio_iommu_free_db(VirtIOIOMMU *s)
{
    g_clear_pointer(&s->regions, g_array_unref);
    g_clear_pointer(&s->db, viommu_db_free);
}
