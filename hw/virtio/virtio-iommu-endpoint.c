/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Endpoints: one for every address space that was handed out.
 *
 * A PCI endpoint is found by (bus, devfn) and known to the guest by its
 * requester id, whose bus number the guest may change at any time. Ids are
 * therefore read when they are needed: translate compares, and every batch of
 * requests starts by bringing the database up to date. A renumbered endpoint is
 * to the guest a new one, attached to nothing.
 */
#include "qemu/osdep.h"
#include "hw/pci/pci_bridge.h"
#include "hw/pci/pci_bus.h"
#include "hw/virtio/virtio-iommu.h"
#include "qapi/error.h"
#include "qemu/atomic.h"
#include "qemu/main-loop.h"
#include "system/address-spaces.h"
#include "trace.h"
#include "virtio-iommu-internal.h"

/* ---------------------------------------------------------------- ids ---- */

bool virtio_iommu_endpoint_stale(const VirtIOIOMMUEndpoint *ep)
{
    PCIBus *bus = qatomic_read(&ep->bus);

    return bus && pci_bus_num(bus) != qatomic_read(&ep->bus_num);
}

uint32_t virtio_iommu_endpoint_id(const VirtIOIOMMUEndpoint *ep)
{
    PCIBus *bus = qatomic_read(&ep->bus);

    uint32_t low_id = qatomic_read(&ep->low_id);

    return bus ? PCI_BUILD_BDF(pci_bus_num(bus), low_id) : low_id;
}

/* No endpoint is ever without: looking for aliases may make another one. */
static void own_id_alone(VirtIOIOMMUEndpoint *ep)
{
    uint32_t id = virtio_iommu_endpoint_id(ep);

    g_array_set_size(ep->ids, 0);
    g_array_append_val(ep->ids, id);
}

static void register_locked(VirtIOIOMMU *s, VirtIOIOMMUEndpoint *ep)
{
    const GArray *regions = ep->host_regions ?: s->regions;
    uint32_t id = virtio_iommu_endpoint_id(ep);
    ViommuEndpoint *core;

    core = viommu_db_register(s->db, &id, 1, (const ViommuRegion *)regions->data,
                              regions->len, ep);
    viommu_endpoint_set_shadowed(core, ep->shadowed);
    qatomic_set(&ep->bus_num, ep->bus ? pci_bus_num(ep->bus) : 0);
    __atomic_store_n(&ep->core, core, __ATOMIC_RELEASE);
    trace_virtio_iommu_endpoint_add(id);
}

static void unregister_locked(VirtIOIOMMU *s, VirtIOIOMMUEndpoint *ep)
{
    ViommuEndpoint *core = ep->core;

    if (core) {
        trace_virtio_iommu_endpoint_del(viommu_endpoint_id(core));
        __atomic_store_n(&ep->core, NULL, __ATOMIC_RELEASE);
        viommu_db_unregister(s->db, core);
        virtio_iommu_void_all_locked(ep);
    }
}

/* ------------------------------------------------------------- aliases --- */

/* Which endpoint's address space does this device use, if it is one of ours? */
static VirtIOIOMMUEndpoint *endpoint_of_device(VirtIOIOMMU *s, PCIDevice *dev)
{
    AddressSpace *as = pci_device_iommu_address_space(dev);
    VirtIOIOMMUEndpoint *ep;

    QLIST_FOREACH(ep, &s->endpoints, next) {
        if (&ep->as == as) {
            return ep;
        }
    }
    return NULL;
}

/*
 * Behind a bridge to conventional PCI all devices share one address space, that
 * of (secondary bus, 0). The ids of the devices themselves name it as well.
 */
static void add_alias(PCIBus *bus, PCIDevice *dev, void *opaque)
{
    VirtIOIOMMUEndpoint *ep = endpoint_of_device(opaque, dev);
    uint32_t id = PCI_BUILD_BDF(pci_bus_num(bus), dev->devfn);

    if (ep && id != virtio_iommu_endpoint_id(ep)) {
        g_array_append_val(ep->ids, id);
    }
}

static void add_bus_aliases(PCIBus *bus, void *opaque)
{
    if (!pci_bus_is_express(bus)) {
        pci_for_each_device_under_bus(bus, add_alias, opaque);
    }
}

static void find_ids(VirtIOIOMMU *s)
{
    VirtIOIOMMUEndpoint *ep;

    QLIST_FOREACH(ep, &s->endpoints, next) {
        own_id_alone(ep);
    }
    if (s->primary_bus) {
        pci_for_each_bus(s->primary_bus, add_bus_aliases, s);
    }
}

static bool any_stale(VirtIOIOMMU *s)
{
    VirtIOIOMMUEndpoint *ep;

    QLIST_FOREACH(ep, &s->endpoints, next) {
        if (virtio_iommu_endpoint_stale(ep)) {
            return true;
        }
    }
    return false;
}

void virtio_iommu_endpoints_refresh(VirtIOIOMMU *s)
{
    VirtIOIOMMUEndpoint *ep;

    if (!s->topology_changed && !any_stale(s)) {
        return;
    }
    s->topology_changed = false;
    find_ids(s);
    virtio_iommu_lock(s);
    QLIST_FOREACH(ep, &s->endpoints, next) {
        if (virtio_iommu_endpoint_stale(ep)) {
            unregister_locked(s, ep);
        }
    }
    QLIST_FOREACH(ep, &s->endpoints, next) {
        if (!ep->core) {
            register_locked(s, ep);
        }
        viommu_endpoint_set_ids(ep->core, (uint32_t *)ep->ids->data, ep->ids->len);
    }
    virtio_iommu_unlock(s);
}

/* -------------------------------------------------------------- coming --- */

static VirtIOIOMMUEndpoint *endpoint_new(VirtIOIOMMU *s, PCIBus *bus, uint32_t low_id)
{
    VirtIOIOMMUEndpoint *ep =
        VIRTIO_IOMMU_ENDPOINT(object_new(TYPE_VIRTIO_IOMMU_ENDPOINT));
    g_autofree char *name = NULL;

    ep->iommu = s;
    ep->bus = bus;
    ep->low_id = low_id;
    name = g_strdup_printf("virtio-iommu-%x", virtio_iommu_endpoint_id(ep));
    object_property_add_child(OBJECT(s), "endpoint[*]", OBJECT(ep));
    object_unref(OBJECT(ep));
    virtio_iommu_as_init(ep, name);
    own_id_alone(ep);
    QLIST_INSERT_HEAD(&s->endpoints, ep, next);
    virtio_iommu_lock(s);
    register_locked(s, ep);
    virtio_iommu_unlock(s);
    s->topology_changed = true;
    return ep;
}

/* The IOMMU itself is no endpoint: what it reads are guest-physical addresses. */
static bool is_the_iommu(VirtIOIOMMU *s, PCIBus *bus, int devfn)
{
    BusState *vbus = qdev_get_parent_bus(DEVICE(s));
    Object *proxy = object_dynamic_cast(OBJECT(vbus->parent), TYPE_PCI_DEVICE);

    return proxy && pci_get_bus(PCI_DEVICE(proxy)) == bus &&
           PCI_DEVICE(proxy)->devfn == devfn;
}

/* Makes it when it is asked for the first time. */
static VirtIOIOMMUEndpoint *pci_endpoint(VirtIOIOMMU *s, PCIBus *bus, int devfn)
{
    VirtIOIOMMUEndpoint **of_bus = g_hash_table_lookup(s->pci_endpoints, bus);

    if (!of_bus) {
        of_bus = g_new0(VirtIOIOMMUEndpoint *, PCI_DEVFN_MAX);
        g_hash_table_insert(s->pci_endpoints, bus, of_bus);
    }
    if (!of_bus[devfn]) {
        of_bus[devfn] = endpoint_new(s, bus, devfn);
    }
    return of_bus[devfn];
}

static AddressSpace *get_address_space(PCIBus *bus, void *opaque, int devfn)
{
    if (is_the_iommu(opaque, bus, devfn)) {
        return &address_space_memory;
    }
    return &pci_endpoint(opaque, bus, devfn)->as;
}

static bool set_iommu_device(PCIBus *bus, void *opaque, int devfn,
                             HostIOMMUDevice *hiod, Error **errp)
{
    VirtIOIOMMUEndpoint *ep =
        pci_endpoint(opaque, hiod->aliased_bus, hiod->aliased_devfn);

    return virtio_iommu_set_host_device(opaque, ep, hiod, errp);
}

static void unset_iommu_device(PCIBus *bus, void *opaque, int devfn)
{
    PCIDevice *dev = bus->devices[devfn];
    VirtIOIOMMUEndpoint *ep = dev ? endpoint_of_device(opaque, dev) : NULL;

    if (ep) {
        virtio_iommu_unset_host_device(opaque, ep);
    }
}

static const PCIIOMMUOps virtio_iommu_pci_ops = {
    .get_address_space = get_address_space,
    .set_iommu_device = set_iommu_device,
    .unset_iommu_device = unset_iommu_device,
};

AddressSpace *virtio_iommu_platform_address_space(VirtIOIOMMU *s, uint32_t endpoint_id)
{
    VirtIOIOMMUEndpoint *ep;

    QLIST_FOREACH(ep, &s->endpoints, next) {
        if (!ep->bus && ep->low_id == endpoint_id) {
            return &ep->as;
        }
    }
    return &endpoint_new(s, NULL, endpoint_id)->as;
}

/* --------------------------------------------------------------- going --- */

/* From now on nobody can name @ep, and whoever still uses it faults. */
static void endpoint_retire(VirtIOIOMMU *s, VirtIOIOMMUEndpoint *ep)
{
    virtio_iommu_lock(s);
    unregister_locked(s, ep);
    virtio_iommu_unlock(s);
    /* The bus may go away with its bridge; the name in a late fault is the last one. */
    qatomic_set(&ep->low_id, virtio_iommu_endpoint_id(ep));
    qatomic_set(&ep->bus, NULL);
    QLIST_REMOVE(ep, next);
    QLIST_INSERT_HEAD(&s->retired, ep, next);
    s->topology_changed = true;
    qemu_bh_schedule(s->reaper);
}

typedef struct GraceNode {
    struct rcu_head rcu;
    VirtIOIOMMUEndpoint *ep;
} GraceNode;

/* May run in any thread, with or without the big lock. */
static void grace_over(GraceNode *node)
{
    VirtIOIOMMU *s = node->ep->iommu;

    qatomic_store_release(&node->ep->grace_over, true);
    qemu_bh_schedule(s->reaper);
    g_free(node);
}

static void destroy_address_space(VirtIOIOMMUEndpoint *ep)
{
    GraceNode *node = g_new(GraceNode, 1);

    ep->destroyed = true;
    address_space_destroy(&ep->as);
    node->ep = ep;
    call_rcu(node, grace_over, rcu);
}

/*
 * Main loop. The device that used a retired endpoint goes away in the call that
 * retired it, so by now it is gone; other threads may look for a grace period.
 */
static void reap(void *opaque)
{
    VirtIOIOMMU *s = opaque;
    VirtIOIOMMUEndpoint *ep, *next;

    QLIST_FOREACH_SAFE(ep, &s->retired, next, next) {
        if (!ep->destroyed) {
            destroy_address_space(ep);
        } else if (qatomic_load_acquire(&ep->grace_over)) {
            QLIST_REMOVE(ep, next);
            object_unparent(OBJECT(ep));
        }
    }
}

static void retire_bus(VirtIOIOMMU *s, PCIBus *bus)
{
    VirtIOIOMMUEndpoint **of_bus = g_hash_table_lookup(s->pci_endpoints, bus);

    for (int devfn = 0; of_bus && devfn < PCI_DEVFN_MAX; devfn++) {
        if (of_bus[devfn]) {
            endpoint_retire(s, of_bus[devfn]);
        }
    }
    g_hash_table_remove(s->pci_endpoints, bus);
}

static void retire_function(VirtIOIOMMU *s, PCIBus *bus, int devfn)
{
    VirtIOIOMMUEndpoint **of_bus = g_hash_table_lookup(s->pci_endpoints, bus);

    if (of_bus && of_bus[devfn]) {
        endpoint_retire(s, of_bus[devfn]);
        of_bus[devfn] = NULL;
    }
}

static void device_gone(DeviceListener *listener, DeviceState *dev)
{
    VirtIOIOMMU *s = container_of(listener, VirtIOIOMMU, listener);
    PCIBus *bus;

    if (!object_dynamic_cast(OBJECT(dev), TYPE_PCI_DEVICE)) {
        return;
    }
    bus = pci_get_bus(PCI_DEVICE(dev));
    s->topology_changed = true;
    if (object_dynamic_cast(OBJECT(dev), TYPE_PCI_BRIDGE)) {
        retire_bus(s, pci_bridge_get_sec_bus(PCI_BRIDGE(dev)));
    }
    /* On a shared bus the address space is not this device's alone. */
    if (pci_bus_is_express(bus) || pci_bus_is_root(bus)) {
        retire_function(s, bus, PCI_DEVICE(dev)->devfn);
    }
}

static void device_came(DeviceListener *listener, DeviceState *dev)
{
    container_of(listener, VirtIOIOMMU, listener)->topology_changed = true;
}

void virtio_iommu_endpoints_init(VirtIOIOMMU *s)
{
    QLIST_INIT(&s->endpoints);
    QLIST_INIT(&s->retired);
    s->pci_endpoints = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    s->reaper = virtio_bh_new_guarded(DEVICE(s), reap, s);
    s->listener = (DeviceListener){ .realize = device_came, .unrealize = device_gone };
    device_listener_register(&s->listener);
    if (s->primary_bus) {
        pci_setup_iommu(s->primary_bus, &virtio_iommu_pci_ops, s);
    }
}

void virtio_iommu_endpoints_cleanup(VirtIOIOMMU *s)
{
    VirtIOIOMMUEndpoint *ep, *next;

    device_listener_unregister(&s->listener);
    QLIST_FOREACH_SAFE(ep, &s->endpoints, next, next) {
        endpoint_retire(s, ep);
    }
    reap(s);
    drain_call_rcu();
    reap(s);
    qemu_bh_delete(s->reaper);
    g_hash_table_destroy(s->pci_endpoints);
}
