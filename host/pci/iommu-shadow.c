/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "iommu-shadow": a PCI function for tests that stands where an assigned device
 * would. It keeps a copy of its mappings, as a host IOMMU does, by the notifiers
 * of its IOMMU; it can run out of room, and its host can have addresses of its own
 * that the guest must not use.
 *
 * Properties: limit=N (mappings it has room for), host-reserved=START:LAST:TYPE and
 * host-page-size=BYTES (what its host IOMMU is like). "mappings" (read only) lists
 * what it holds, one "START-LAST->PHYS rw" a line, in ascending order.
 */
#include "qemu/osdep.h"
#include "hw/core/qdev-properties-system.h"
#include "hw/pci/pci_device.h"
#include "qapi/error.h"
#include "qemu/module.h"
#include "qemu/range.h"
#include "qemu/units.h"
#include "system/host_iommu_device.h"
#include "system/system.h"

#define TYPE_IOMMU_SHADOW "iommu-shadow"
OBJECT_DECLARE_SIMPLE_TYPE(IommuShadow, IOMMU_SHADOW)

#define TYPE_IOMMU_SHADOW_HOST "iommu-shadow-host"

typedef struct ShadowMapping {
    uint64_t start;
    uint64_t last;
    uint64_t phys;
    IOMMUAccessFlags perm;
} ShadowMapping;

struct IommuShadow {
    PCIDevice parent_obj;
    IOMMUNotifier notifier;
    MemoryRegion *listened; /* NULL: no IOMMU in front */
    GTree *mappings;        /* start -> ShadowMapping */
    HostIOMMUDevice *host;
    Notifier machine_done;

    uint32_t limit;
    ReservedRegion host_reserved;
    uint64_t host_page_size;
};

/* ---------------------------------------------------------- the copy ----- */

static int by_start(gconstpointer a, gconstpointer b, gpointer unused)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

typedef struct Overlap {
    uint64_t start, last;
    bool found;
} Overlap;

static gboolean look_for_overlap(gpointer key, gpointer value, gpointer opaque)
{
    ShadowMapping *m = value;
    Overlap *overlap = opaque;

    overlap->found |= m->start <= overlap->last && overlap->start <= m->last;
    return overlap->found;
}

/* Like a host IOMMU it has no room for a mapping where another one is. */
static bool shadow_refuses(IommuShadow *s, const IOMMUTLBEntry *e)
{
    Overlap overlap = { e->iova, e->iova + e->addr_mask, false };

    g_tree_foreach(s->mappings, look_for_overlap, &overlap);
    return overlap.found || g_tree_nnodes(s->mappings) >= s->limit;
}

static void shadow_map(IommuShadow *s, const IOMMUTLBEntry *e)
{
    ShadowMapping *m;

    if (shadow_refuses(s, e)) {
#ifdef IOMMU_NOTIFIER_CAN_REFUSE /* QEMU's can not */
        s->notifier.refused = true;
#endif
        return;
    }
    m = g_new(ShadowMapping, 1);
    *m =
        (ShadowMapping){ e->iova, e->iova + e->addr_mask, e->translated_addr, e->perm };
    g_tree_replace(s->mappings, &m->start, m);
}

typedef struct Inside {
    uint64_t start, last;
    GPtrArray *keys;
} Inside;

static gboolean collect_inside(gpointer key, gpointer value, gpointer opaque)
{
    ShadowMapping *m = value;
    Inside *in = opaque;

    if (m->start >= in->start && m->last <= in->last) {
        g_ptr_array_add(in->keys, &m->start);
    }
    return false;
}

static void shadow_unmap(IommuShadow *s, const IOMMUTLBEntry *e)
{
    g_autoptr(GPtrArray) keys = g_ptr_array_new();
    Inside in = { e->iova, e->iova + e->addr_mask, keys };

    g_tree_foreach(s->mappings, collect_inside, &in);
    for (guint i = 0; i < keys->len; i++) {
        g_tree_remove(s->mappings, g_ptr_array_index(keys, i));
    }
}

static void shadow_notify(IOMMUNotifier *n, IOMMUTLBEntry *e)
{
    IommuShadow *s = container_of(n, IommuShadow, notifier);

    if (e->perm == IOMMU_NONE) {
        shadow_unmap(s, e);
    } else {
        shadow_map(s, e);
    }
}

static gboolean print_mapping(gpointer key, gpointer value, gpointer opaque)
{
    ShadowMapping *m = value;

    g_string_append_printf(opaque, "0x%" PRIx64 "-0x%" PRIx64 "->0x%" PRIx64 " %s%s\n",
                           m->start, m->last, m->phys, m->perm & IOMMU_RO ? "r" : "-",
                           m->perm & IOMMU_WO ? "w" : "-");
    return false;
}

static char *get_mappings(Object *obj, Error **errp)
{
    GString *text = g_string_new("");

    g_tree_foreach(IOMMU_SHADOW(obj)->mappings, print_mapping, text);
    return g_string_free(text, false);
}

/* ---------------------------------------------------------- its host ----- */

static GList *host_iova_ranges(HostIOMMUDevice *hiod)
{
    IommuShadow *s = hiod->agent;
    GList *reserved = NULL, *usable = NULL;

    if (!range_is_empty(&s->host_reserved.range) &&
        range_upb(&s->host_reserved.range)) {
        reserved = g_list_append(NULL, &s->host_reserved.range);
        range_inverse_array(reserved, &usable, 0, UINT64_MAX);
        g_list_free(reserved);
    }
    return usable;
}

static uint64_t host_page_size_mask(HostIOMMUDevice *hiod)
{
    IommuShadow *s = hiod->agent;

    return s->host_page_size ? -s->host_page_size : 0;
}

static void iommu_shadow_host_class_init(ObjectClass *klass, const void *data)
{
    HostIOMMUDeviceClass *hiodc = HOST_IOMMU_DEVICE_CLASS(klass);

    hiodc->get_iova_ranges = host_iova_ranges;
    hiodc->get_page_size_mask = host_page_size_mask;
}

/* --------------------------------------------------------- the device ---- */

static bool start_listening(IommuShadow *s, Error **errp)
{
    PCIDevice *dev = PCI_DEVICE(s);
    AddressSpace *as = pci_device_iommu_address_space(dev);

    if (!memory_region_is_iommu(as->root)) {
        return true;
    }
    s->host->aliased_bus = pci_get_bus(dev);
    s->host->aliased_devfn = dev->devfn;
    if (!pci_device_set_iommu_device(dev, s->host, errp)) {
        return false;
    }
    iommu_notifier_init(&s->notifier, shadow_notify, IOMMU_NOTIFIER_IOTLB_EVENTS, 0,
                        UINT64_MAX, 0);
    if (memory_region_register_iommu_notifier(as->root, &s->notifier, errp) < 0) {
        return false;
    }
    s->listened = as->root;
    memory_region_iommu_replay(memory_region_get_iommu(as->root), &s->notifier);
    return true;
}

/* The IOMMU may come after this device on the command line. */
static void on_machine_done(Notifier *n, void *unused)
{
    start_listening(container_of(n, IommuShadow, machine_done), &error_fatal);
}

static void iommu_shadow_exit(PCIDevice *dev)
{
    IommuShadow *s = IOMMU_SHADOW(dev);

    if (s->listened) {
        memory_region_unregister_iommu_notifier(s->listened, &s->notifier);
        pci_device_unset_iommu_device(dev);
    }
    if (s->machine_done.notify) {
        qemu_remove_machine_init_done_notifier(&s->machine_done);
    }
    object_unref(OBJECT(s->host));
    g_tree_destroy(s->mappings);
}

static void iommu_shadow_realize(PCIDevice *dev, Error **errp)
{
    IommuShadow *s = IOMMU_SHADOW(dev);

    s->mappings = g_tree_new_full(by_start, NULL, NULL, g_free);
    s->host = HOST_IOMMU_DEVICE(object_new(TYPE_IOMMU_SHADOW_HOST));
    s->host->name = g_strdup(DEVICE(dev)->id ?: TYPE_IOMMU_SHADOW);
    s->host->agent = s;
    if (DEVICE(dev)->hotplugged) {
        if (!start_listening(s, errp)) {
            iommu_shadow_exit(dev);
        }
    } else {
        s->machine_done.notify = on_machine_done;
        qemu_add_machine_init_done_notifier(&s->machine_done);
    }
}

static const Property iommu_shadow_properties[] = {
    DEFINE_PROP_UINT32("limit", IommuShadow, limit, UINT32_MAX),
    DEFINE_PROP_RESERVED_REGION("host-reserved", IommuShadow, host_reserved),
    DEFINE_PROP_SIZE("host-page-size", IommuShadow, host_page_size, 0),
};

static void iommu_shadow_class_init(ObjectClass *klass, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    PCIDeviceClass *k = PCI_DEVICE_CLASS(klass);

    k->realize = iommu_shadow_realize;
    k->exit = iommu_shadow_exit;
    k->vendor_id = PCI_VENDOR_ID_QEMU;
    k->device_id = 0x11e9;
    k->class_id = PCI_CLASS_OTHERS;
    dc->desc = "for tests: keeps a copy of its mappings, as an assigned device does";
    device_class_set_props(dc, iommu_shadow_properties);
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
    object_class_property_add_str(klass, "mappings", get_mappings, NULL);
}

static const TypeInfo iommu_shadow_types[] = {
    {
        .name = TYPE_IOMMU_SHADOW,
        .parent = TYPE_PCI_DEVICE,
        .instance_size = sizeof(IommuShadow),
        .class_init = iommu_shadow_class_init,
        .interfaces = (const InterfaceInfo[]){ { INTERFACE_PCIE_DEVICE }, {} },
    },
    {
        .name = TYPE_IOMMU_SHADOW_HOST,
        .parent = TYPE_HOST_IOMMU_DEVICE,
        .class_init = iommu_shadow_host_class_init,
    },
};

DEFINE_TYPES(iommu_shadow_types)
