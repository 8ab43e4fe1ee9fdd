/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Assigned devices: the host's IOMMU has page sizes and reserved addresses of its
 * own, and what it can not map the guest must not try to. Both are known before
 * the guest's first PROBE of the endpoint, and do not change after it.
 */
#include "qemu/osdep.h"
#include "hw/virtio/virtio-iommu.h"
#include "qapi/error.h"
#include "qemu/range.h"
#include "system/host_iommu_device.h"
#include "virtio-iommu-internal.h"

static bool check_page_size(VirtIOIOMMU *s, HostIOMMUDevice *hiod, Error **errp)
{
    HostIOMMUDeviceClass *hiodc = HOST_IOMMU_DEVICE_GET_CLASS(hiod);
    uint64_t mask = hiodc->get_page_size_mask ? hiodc->get_page_size_mask(hiod) : 0;
    uint64_t granule = viommu_db_granule(s->db);

    if (mask && !(mask & (granule | (granule - 1)))) {
        error_setg(errp,
                   "%s: the host IOMMU maps 0x%" PRIx64 " bytes at least, the "
                   "virtio-iommu's granule is 0x%" PRIx64,
                   hiod->name, mask & -mask, granule);
        error_append_hint(errp, "Use granule=host, or a granule of that size.\n");
        return false;
    }
    return true;
}

static void add_reserved(GList **list, ViommuRange range, ViommuRegionType type)
{
    ReservedRegion *region = g_new0(ReservedRegion, 1);

    range_set_bounds(&region->range, range.start, range.last);
    region->type = type;
    *list = resv_region_list_insert(*list, region);
}

/* What the host can not use; the machine's and the user's regions on top of it. */
static GList *reserved_list(VirtIOIOMMU *s, GList *usable)
{
    ViommuRange input = viommu_db_config(s->db)->input_range;
    GList *holes = NULL, *list = NULL;

    range_inverse_array(usable, &holes, input.start, input.last);
    for (GList *l = holes; l; l = l->next) {
        Range *hole = l->data;

        add_reserved(&list, (ViommuRange){ range_lob(hole), range_upb(hole) },
                     VIOMMU_REGION_RESERVED);
    }
    for (guint i = 0; i < s->regions->len; i++) {
        ViommuRegion *own = &g_array_index(s->regions, ViommuRegion, i);

        add_reserved(&list, own->range, own->type);
    }
    g_list_free_full(holes, g_free);
    return list;
}

static GArray *regions_with_host(VirtIOIOMMU *s, GList *usable)
{
    GArray *regions = g_array_new(false, false, sizeof(ViommuRegion));
    GList *list = reserved_list(s, usable);

    for (GList *l = list; l; l = l->next) {
        ReservedRegion *reserved = l->data;
        ViommuRegion region = {
            .range = { range_lob(&reserved->range), range_upb(&reserved->range) },
            .type = reserved->type,
        };

        g_array_append_val(regions, region);
    }
    g_list_free_full(list, g_free);
    return regions;
}

static bool set_regions(VirtIOIOMMU *s, VirtIOIOMMUEndpoint *ep, GArray *regions,
                        const char *name, Error **errp)
{
    const ViommuRegion *list = (ViommuRegion *)regions->data;
    const char *why;

    QEMU_LOCK_GUARD(&s->lock);
    why = viommu_db_check_regions(s->db, list, regions->len);
    if (why) {
        error_setg(errp, "%s: reserved regions of the host: %s", name, why);
        return false;
    }
    if (!ep->core || !viommu_endpoint_set_regions(ep->core, list, regions->len)) {
        error_setg(errp,
                   "%s: the guest knows endpoint 0x%x already, its reserved "
                   "regions can not change",
                   name, virtio_iommu_endpoint_id(ep));
        return false;
    }
    /* They outlive the id: the guest numbers the buses after this. */
    g_clear_pointer(&ep->host_regions, g_array_unref);
    ep->host_regions = g_array_ref(regions);
    return true;
}

bool virtio_iommu_set_host_device(VirtIOIOMMU *s, VirtIOIOMMUEndpoint *ep,
                                  HostIOMMUDevice *hiod, Error **errp)
{
    HostIOMMUDeviceClass *hiodc = HOST_IOMMU_DEVICE_GET_CLASS(hiod);
    GList *usable = hiodc->get_iova_ranges ? hiodc->get_iova_ranges(hiod) : NULL;
    g_autoptr(GArray) regions = NULL;

    if (!check_page_size(s, hiod, errp)) {
        g_list_free_full(usable, g_free);
        return false;
    }
    if (!usable) {
        return true;
    }
    regions = regions_with_host(s, usable);
    g_list_free_full(usable, g_free);
    return set_regions(s, ep, regions, hiod->name, errp);
}

/* Gone again. What the guest saw stays as it is, as long as the endpoint does. */
void virtio_iommu_unset_host_device(VirtIOIOMMU *s, VirtIOIOMMUEndpoint *ep)
{
    QEMU_LOCK_GUARD(&s->lock);

    g_clear_pointer(&ep->host_regions, g_array_unref);
    if (ep->core) {
        viommu_endpoint_set_regions(ep->core, (ViommuRegion *)s->regions->data,
                                    s->regions->len);
    }
}
