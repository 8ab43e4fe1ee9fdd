/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Endpoints of a device in process: the ids that name them, what a host IOMMU below
 * one makes of its regions, and what is told of them to who asks from outside.
 */
#include "qemu/osdep.h"
#include "hw/pci/pci_bridge.h"
#include "hw/virtio/virtio-iommu-query.h"
#include "memory-test.h"
#include "qemu/module.h"
#include "qemu/range.h"
#include "viommu-device-fixture.h"
#include "viommu-device-pci.h"

#define IOVA UINT64_C(0x40000)
#define K64  UINT64_C(0x10000)

/* ---- a host bridge without PCI Express ---- */

#define TYPE_OLD_HOST "test-old-host"

static void old_host_realize(DeviceState *dev, Error **errp)
{
    PCI_HOST_BRIDGE(dev)->bus = pci_root_bus_new(dev, "pci.0", get_system_memory(),
                                                 get_system_memory(), 0, TYPE_PCI_BUS);
}

static void old_host_class_init(ObjectClass *klass, const void *data)
{
    DEVICE_CLASS(klass)->realize = old_host_realize;
}

/* ---- a root bus, and an IOMMU for it ---- */

static IommuTest iommu_for(PCIBus *root)
{
    g_autofree char *path = object_get_canonical_path(OBJECT(root));

    return iommu_test_new(
        (const char *[]){ "primary-bus", path, "boot-bypass", "off", NULL }, 0);
}

static void unplug(PCIDevice *dev)
{
    object_unparent(OBJECT(dev));
    settle();
}

/* ---- who has which ids ---- */

typedef struct Names {
    uint32_t endpoint;
    char text[128]; /* of its ids */
    bool found;
} Names;

static void note_names(void *opaque, const VirtIOIOMMUEndpointInfo *info)
{
    Names *names = opaque;
    GString *text = g_string_new("");

    g_assert_cmpuint(info->n_ids, >, 0);
    g_assert_cmphex(info->ids[0], ==, info->endpoint_id);
    for (size_t k = 0; k < info->n_ids; k++) {
        g_string_append_printf(text, "%s%x", k ? " " : "", info->ids[k]);
    }
    if (info->endpoint_id == names->endpoint) {
        g_assert_false(names->found);
        names->found = true;
        g_strlcpy(names->text, text->str, sizeof(names->text));
    }
    g_string_free(text, true);
}

/* @ids: as one string; NULL: there is no such endpoint. */
static void expect_names(IommuTest i, uint32_t endpoint, const char *ids)
{
    Names names = { .endpoint = endpoint };

    virtio_iommu_query_endpoints(i.s, note_names, &names);
    g_assert_cmpint(names.found, ==, ids != NULL);
    if (ids) {
        g_assert_cmpstr(names.text, ==, ids);
    }
}

/*
 * Devices that were there before the IOMMU, and did nothing yet: looking for their
 * aliases is what makes their endpoint.
 */
static void test_aliases_before_use(void)
{
    PCIBus *root = pci_test_new_root(), *bus;
    PCIDevice *bridge = pci_test_plug(root, "pcie-pci-bridge", PCI_DEVFN(2, 0));
    IommuTest i;

    bus = pci_bridge_get_sec_bus(PCI_BRIDGE(bridge));
    bridge->config[PCI_SECONDARY_BUS] = 6;
    pci_test_plug(bus, "edu", PCI_DEVFN(3, 0));
    pci_test_plug(bus, "edu", PCI_DEVFN(4, 0));
    i = iommu_for(root);
    virtio_iommu_endpoints_refresh(i.s);
    expect_names(i, 0x600, "600 618 620");
    expect_names(i, 0x618, NULL);
    iommu_test_free(i);
}

/* Conventional devices on the root bus have an id each, and no alias. */
static void test_own_space_on_the_root(void)
{
    PCIBus *root = pci_test_new_root();
    PCIDevice *a = pci_test_plug(root, "edu", PCI_DEVFN(3, 0));
    PCIDevice *b = pci_test_plug(root, "edu", PCI_DEVFN(4, 0));
    IommuTest i = iommu_for(root);

    g_assert_true(pci_device_iommu_address_space(a) !=
                  pci_device_iommu_address_space(b));
    expect_names(i, PCI_DEVFN(3, 0), "18");
    expect_names(i, PCI_DEVFN(4, 0), "20");
    unplug(a);
    expect_names(i, PCI_DEVFN(3, 0), NULL);
    expect_names(i, PCI_DEVFN(4, 0), "20");
    iommu_test_free(i);
}

/* ---- who shadows an endpoint's mappings, when the guest gives it another id ---- */

static ViommuStatus attach_id(IommuTest i, uint32_t domain, uint32_t id)
{
    ViommuStatus status;

    virtio_iommu_endpoints_refresh(i.s);
    virtio_iommu_lock(i.s);
    status = viommu_db_attach(i.s->db, domain, id, 0);
    virtio_iommu_unlock(i.s);
    return status;
}

static ViommuStatus map_page(IommuTest i, uint32_t domain)
{
    return iommu_map(i, domain, IOVA, IOVA + T_PAGE - 1, 0, T_RW);
}

static void test_shadow_renumbered(void)
{
    PCIBus *root = pci_test_new_root();
    PCIDevice *port = pci_test_plug(root, "pcie-root-port", PCI_DEVFN(2, 0));
    PCIBus *bus = pci_bridge_get_sec_bus(PCI_BRIDGE(port));
    PCIDevice *dev;
    IommuListener l = { 0 };
    IommuTest i;
    MemoryRegion *mr;

    port->config[PCI_SECONDARY_BUS] = 5;
    dev = pci_test_plug(bus, "edu", 0);
    i = iommu_for(root);
    mr = pci_device_iommu_address_space(dev)->root;
    iommu_listener_init(&l);
    memory_region_register_iommu_notifier(mr, &l.n, &error_abort);

    g_assert_cmpint(attach_id(i, 1, 0x500), ==, VIOMMU_S_OK);
    g_assert_cmpint(map_page(i, 1), ==, VIOMMU_S_OK);
    g_assert_cmpuint(l.maps, ==, 1);
    l.voids = 0;
    port->config[PCI_SECONDARY_BUS] = 7;
    virtio_iommu_endpoints_refresh(i.s);
    /* All that it had is void; and what the new one gets is told again. */
    g_assert_cmpuint(l.voids, >, 0);
    g_assert_cmpint(attach_id(i, 1, 0x500), ==, VIOMMU_S_NOENT);
    g_assert_cmpint(attach_id(i, 1, 0x700), ==, VIOMMU_S_OK);
    g_assert_cmpint(map_page(i, 1), ==, VIOMMU_S_OK);
    g_assert_cmpuint(l.maps, ==, 2);
    /* In no domain it may still have been told of the doorbell. */
    virtio_iommu_lock(i.s);
    g_assert_cmpint(viommu_db_detach(i.s->db, 1, 0x700), ==, VIOMMU_S_OK);
    virtio_iommu_unlock(i.s);
    l.voids = 0;
    port->config[PCI_SECONDARY_BUS] = 9;
    virtio_iommu_endpoints_refresh(i.s);
    g_assert_cmpuint(l.voids, >, 0);
    memory_region_unregister_iommu_notifier(mr, &l.n);
    iommu_test_free(i);
}

/* ---- going ---- */

static bool attached(IommuTest i, uint32_t id)
{
    ViommuEndpoint *core = viommu_db_find(i.s->db, id);

    return core && viommu_endpoint_attached(core);
}

/* Nobody looks any more: a grace period for the address space, one for the rest. */
static void expect_all_reaped(IommuTest i)
{
    for (unsigned k = 0; k < 4; k++) {
        settle();
    }
    g_assert_true(QLIST_EMPTY(&i.s->retired));
}

/* What devices share stays for those that are left, and goes with their bus. */
static void test_unplug_behind_bridge(void)
{
    PCIBus *root = pci_test_new_root(), *bus;
    PCIDevice *bridge = pci_test_plug(root, "pcie-pci-bridge", PCI_DEVFN(2, 0)), *a, *b;
    IommuTest i = iommu_for(root);

    bus = pci_bridge_get_sec_bus(PCI_BRIDGE(bridge));
    bridge->config[PCI_SECONDARY_BUS] = 6;
    a = pci_test_plug(bus, "edu", PCI_DEVFN(0, 0));
    b = pci_test_plug(bus, "edu", PCI_DEVFN(4, 0));
    expect_names(i, 0x600, "600 620"); /* the first one's is not told twice */
    g_assert_cmpint(attach_id(i, 1, 0x600), ==, VIOMMU_S_OK);
    unplug(a);
    expect_names(i, 0x600, "600 620");
    g_assert_true(attached(i, 0x600));
    g_assert_true(attached(i, 0x620));
    unplug(b);
    unplug(bridge);
    expect_names(i, 0x600, NULL);
    g_assert_null(g_hash_table_lookup(i.s->pci_endpoints, bus));
    expect_all_reaped(i);
    iommu_test_free(i);
}

/* A root bus of conventional PCI, as older machines have. */
static PCIBus *new_conventional_root(void)
{
    DeviceState *host = qdev_new(TYPE_OLD_HOST);

    object_property_add_child(object_get_root(), "old-host", OBJECT(host));
    sysbus_realize_and_unref(SYS_BUS_DEVICE(host), &error_abort);
    return PCI_HOST_BRIDGE(host)->bus;
}

/* There every function has an address space to itself, as on express. */
static void test_unplug_on_conventional_root(void)
{
    PCIBus *root = new_conventional_root();
    PCIDevice *a = pci_test_plug(root, "edu", PCI_DEVFN(3, 0));
    PCIDevice *b = pci_test_plug(root, "edu", PCI_DEVFN(4, 0));
    IommuTest i = iommu_for(root);

    g_assert_false(pci_bus_is_express(root));
    expect_names(i, 0x18, "18");
    expect_names(i, 0x20, "20");
    unplug(a);
    expect_names(i, 0x18, NULL);
    expect_names(i, 0x20, "20");
    iommu_test_free(i);
    unplug(b);
}

static int count_child(Object *child, void *opaque)
{
    *(unsigned *)opaque += !!object_dynamic_cast(child, TYPE_VIRTIO_IOMMU_ENDPOINT);
    return 0;
}

static unsigned count_endpoints(IommuTest i)
{
    unsigned n = 0;

    object_child_foreach(OBJECT(i.s), count_child, &n);
    return n;
}

/*
 * The device and its port are gone, and somebody still holds the address space: the
 * access is a fault under the last name, and what it looks at stays until it is done.
 */
static void test_late_access(void)
{
    PCIBus *root = pci_test_new_root();
    PCIDevice *port = pci_test_plug(root, "pcie-root-port", PCI_DEVFN(2, 0)), *dev;
    IommuTest i = iommu_for(root);
    AddressSpace *as;
    uint8_t byte;

    port->config[PCI_SECONDARY_BUS] = 5;
    dev = pci_test_plug(pci_bridge_get_sec_bus(PCI_BRIDGE(port)), "edu", 0);
    as = pci_device_iommu_address_space(dev);
    g_assert_cmpint(attach_id(i, 1, 0x500), ==, VIOMMU_S_OK);
    g_assert_cmpint(map_page(i, 1), ==, VIOMMU_S_OK);
    g_assert_cmpint(address_space_read(as, IOVA, UNSPEC, &byte, 1), ==, MEMTX_OK);

    WITH_RCU_READ_LOCK_GUARD()
    {
        object_unparent(OBJECT(dev));
        object_unparent(OBJECT(port));
        g_assert_cmpint(address_space_read(as, IOVA, UNSPEC, &byte, 1), !=, MEMTX_OK);
        g_assert_cmphex(i.s->faults.latest.endpoint_id, ==, 0x500);
        g_assert_cmphex(i.s->faults.latest.reason, ==, VIRTIO_IOMMU_FAULT_R_DOMAIN);
        for (unsigned k = 0; k < 3; k++) {
            qemu_bh_schedule(i.s->reaper);
            main_loop_wait(true);
        }
        g_assert_false(QLIST_EMPTY(&i.s->retired));
        g_assert_cmpuint(count_endpoints(i), ==, 1);
    }
    expect_all_reaped(i);
    g_assert_cmpuint(count_endpoints(i), ==, 0);
    memory_region_transaction_begin(); /* every address space is looked at */
    memory_region_transaction_commit();
    iommu_test_free(i);
}

/* ---- a host IOMMU below ---- */

#define TYPE_TEST_HOST  "test-host-iommu"
#define TYPE_PLAIN_HOST "test-host-iommu-plain" /* knows nothing of itself */

typedef struct TestHost {
    uint64_t page_sizes;
    Range usable[2]; /* up to the first that is empty */
    unsigned many;   /* every other page of that many */
} TestHost;

static GList *usable_ranges(HostIOMMUDevice *hiod)
{
    TestHost *host = hiod->agent;
    GList *list = NULL;

    for (unsigned k = 0; k < 2 && !range_is_empty(&host->usable[k]); k++) {
        list = g_list_append(list, g_memdup(&host->usable[k], sizeof(Range)));
    }
    for (unsigned k = 0; k < host->many; k++) {
        Range *page = g_new0(Range, 1);

        range_set_bounds(page, 2 * k * T_PAGE, 2 * k * T_PAGE + T_PAGE - 1);
        list = g_list_append(list, page);
    }
    return list;
}

static uint64_t page_sizes(HostIOMMUDevice *hiod)
{
    return ((TestHost *)hiod->agent)->page_sizes;
}

static void test_host_class_init(ObjectClass *klass, const void *data)
{
    HostIOMMUDeviceClass *hiodc = HOST_IOMMU_DEVICE_CLASS(klass);

    hiodc->get_iova_ranges = usable_ranges;
    hiodc->get_page_size_mask = page_sizes;
}

static const TypeInfo host_types[] = {
    {
        .name = TYPE_OLD_HOST,
        .parent = TYPE_PCI_HOST_BRIDGE,
        .instance_size = sizeof(PCIHostState),
        .class_init = old_host_class_init,
    },
    {
        .name = TYPE_TEST_HOST,
        .parent = TYPE_HOST_IOMMU_DEVICE,
        .class_init = test_host_class_init,
    },
    {
        .name = TYPE_PLAIN_HOST,
        .parent = TYPE_HOST_IOMMU_DEVICE,
    },
};

DEFINE_TYPES(host_types)

/* An edu at 00:03.0, whose host is @host; "" in @said if that is taken. */
typedef struct HostTest {
    IommuTest i;
    PCIDevice *dev;
    HostIOMMUDevice *hiod;
    char *said;
} HostTest;

static bool set_host(HostTest *t)
{
    Error *err = NULL;
    bool ok = pci_device_set_iommu_device(t->dev, t->hiod, &err);

    g_assert_true(ok == !err);
    g_free(t->said);
    t->said = g_strdup(err ? error_get_pretty(err) : "");
    error_free(err);
    return ok;
}

/* @props: of the IOMMU, but for its bus. */
static HostTest host_test(const char *type, TestHost *host, const char *name,
                          const char *value)
{
    PCIBus *root = pci_test_new_root();
    g_autofree char *path = object_get_canonical_path(OBJECT(root));
    HostTest t = { 0 };

    t.i = iommu_test_new((const char *[]){ "primary-bus", path, name, value, NULL }, 0);
    t.dev = pci_test_plug(root, "edu", PCI_DEVFN(3, 0));
    pci_device_iommu_address_space(t.dev);
    t.hiod = HOST_IOMMU_DEVICE(object_new(type));
    t.hiod->name = g_strdup("vfio0");
    t.hiod->agent = host;
    t.hiod->aliased_bus = root;
    t.hiod->aliased_devfn = t.dev->devfn;
    return t;
}

static void host_test_free(HostTest *t)
{
    iommu_test_free(t->i);
    unplug(t->dev);
    object_unref(OBJECT(t->hiod));
    g_free(t->said);
}

/* The regions of an endpoint, as one string: "START-LAST:TYPE ...". */
static void expect_regions_of(IommuTest i, uint32_t id, const char *expected)
{
    g_autoptr(GString) text = g_string_new("");
    const ViommuRegion *regions;
    ViommuEndpoint *core;
    size_t n;

    virtio_iommu_endpoints_refresh(i.s);
    core = viommu_db_find(i.s->db, id);
    g_assert_nonnull(core);
    regions = viommu_endpoint_regions(core, &n);
    for (size_t k = 0; k < n; k++) {
        g_string_append_printf(text, "%s%" PRIx64 "-%" PRIx64 ":%d", k ? " " : "",
                               regions[k].range.start, regions[k].range.last,
                               regions[k].type);
    }
    g_assert_cmpstr(text->str, ==, expected);
}

static void expect_regions(HostTest *t, const char *expected)
{
    expect_regions_of(t->i, t->dev->devfn, expected);
}

/* A host that says nothing of itself changes nothing. */
static void test_plain_host(void)
{
    HostTest t =
        host_test(TYPE_PLAIN_HOST, NULL, "reserved-regions", "0xfee00000:0xfeefffff:1");

    g_assert_true(set_host(&t));
    expect_regions(&t, "fee00000-feefffff:1");
    host_test_free(&t);
}

/* The host has to map the granule, of one piece or of smaller ones. */
static void test_host_page_sizes(void)
{
    static const struct {
        uint64_t sizes;
        const char *said;
    } cases[] = {
        { 0, "" }, /* not known */
        { K64, "" },
        { 0x1000, "" },
        { 0x1000 | 2 * MIB, "" },
        { 2 * MIB, "vfio0: the host IOMMU maps 0x200000 bytes at least, the "
                   "virtio-iommu's granule is 0x10000" },
        { 0x40000000 | 2 * MIB,
          "vfio0: the host IOMMU maps 0x200000 bytes at least, the "
          "virtio-iommu's granule is 0x10000" },
    };

    for (unsigned k = 0; k < G_N_ELEMENTS(cases); k++) {
        TestHost host = { .page_sizes = cases[k].sizes };
        HostTest t = host_test(TYPE_TEST_HOST, &host, "granule", "64k");

        g_assert_true(set_host(&t) == !cases[k].said[0]);
        g_assert_cmpstr(t.said, ==, cases[k].said);
        host_test_free(&t);
    }
}

/* What is not usable below is reserved, within what the guest can use at all. */
static void test_host_holes(void)
{
    TestHost host = { 0 };
    HostTest t = host_test(TYPE_TEST_HOST, &host, "aw-bits", "39");

    range_set_bounds(&host.usable[0], 0, 0xfedfffff);
    range_set_bounds(&host.usable[1], 0xfef00000, (UINT64_C(1) << 48) - 1);
    g_assert_true(set_host(&t));
    expect_regions(&t, "fee00000-feefffff:0");
    host_test_free(&t);
}

/* The user's and the machine's regions stay what they are, the host's come on top. */
static void test_host_holes_beside_regions(void)
{
    TestHost host = { 0 };
    HostTest t =
        host_test(TYPE_TEST_HOST, &host, "reserved-regions", "0xfee00000:0xfeefffff:1");

    range_set_bounds(&host.usable[0], 0x1000, UINT64_MAX);
    g_assert_true(set_host(&t));
    expect_regions(&t, "0-fff:0 fee00000-feefffff:1");
    /* Gone again, and the host's with it: the guest has not seen them. */
    pci_device_unset_iommu_device(t.dev);
    expect_regions(&t, "fee00000-feefffff:1");
    host_test_free(&t);
}

/* A PROBE has shown them: the next host may not have others. */
static void test_host_after_probe(void)
{
    TestHost host = { 0 };
    HostTest t =
        host_test(TYPE_TEST_HOST, &host, "reserved-regions", "0xfee00000:0xfeefffff:1");
    const ViommuRegion *regions;
    size_t n;

    virtio_iommu_endpoints_refresh(t.i.s);
    g_assert_cmpint(viommu_db_probe(t.i.s->db, t.dev->devfn, &regions, &n), ==,
                    VIOMMU_S_OK);
    range_set_bounds(&host.usable[0], 0x1000, UINT64_MAX);
    g_assert_false(set_host(&t));
    g_assert_nonnull(strstr(t.said, "vfio0: the guest knows endpoint 0x18 already"));
    expect_regions(&t, "fee00000-feefffff:1");
    host_test_free(&t);
}

/* Behind a bridge to conventional PCI the host sees the bridge's id, and so do we. */
static void test_host_behind_bridge(void)
{
    PCIBus *root = pci_test_new_root(), *bus;
    PCIDevice *bridge = pci_test_plug(root, "pcie-pci-bridge", PCI_DEVFN(2, 0));
    g_autofree char *path = object_get_canonical_path(OBJECT(root));
    TestHost host = { 0 };
    HostTest t = { 0 };

    bus = pci_bridge_get_sec_bus(PCI_BRIDGE(bridge));
    bridge->config[PCI_SECONDARY_BUS] = 6;
    t.i = iommu_test_new((const char *[]){ "primary-bus", path, NULL }, 0);
    t.dev = pci_test_plug(bus, "edu", PCI_DEVFN(3, 0));
    t.hiod = HOST_IOMMU_DEVICE(object_new(TYPE_TEST_HOST));
    t.hiod->agent = &host;
    pci_device_get_iommu_bus_devfn(t.dev, &root, &t.hiod->aliased_bus,
                                   &t.hiod->aliased_devfn);
    range_set_bounds(&host.usable[0], 0x1000, UINT64_MAX);
    g_assert_true(set_host(&t));
    expect_names(t.i, 0x600, "600 618");
    expect_regions_of(t.i, 0x618, "0-fff:0");
    pci_device_unset_iommu_device(t.dev);
    expect_regions_of(t.i, 0x618, "");
    bridge->config[PCI_SECONDARY_BUS] = 8;
    expect_regions_of(t.i, 0x818, "");
    host_test_free(&t);
    unplug(bridge);
}

/* More than a PROBE can tell: refused, and the endpoint is as it was. */
static void test_host_with_many_holes(void)
{
    TestHost host = { 0 };
    HostTest t = host_test(TYPE_TEST_HOST, &host, "reserved-regions", "0x0:0xfff:0");

    host.many = 30;
    g_assert_false(set_host(&t));
    g_assert_cmpstr(t.said, ==,
                    "vfio0: reserved regions of the host: there are more reserved "
                    "regions than a PROBE request can report");
    expect_regions(&t, "0-fff:0");
    host_test_free(&t);
}

/* ---- a machine that knows nothing of it ---- */

static void test_machine_has_to_know(void)
{
    DeviceState *dev = qdev_new(TYPE_VIRTIO_IOMMU_PCI);
    PCIBus *root = pci_test_new_root();
    Error *err = NULL;

    g_assert_false(qdev_realize(dev, BUS(root), &err));
    g_assert_nonnull(strstr(error_get_pretty(err),
                            "this machine does not tell the guest which devices are "
                            "behind the IOMMU"));
    g_assert_null(root->iommu_ops);
    error_free(err);
    object_unref(OBJECT(dev));
}

/* ---- endpoints on no bus ---- */

static void test_platform(void)
{
    IommuTest i = iommu_test_new(NULL, 2);

    g_assert_true(virtio_iommu_platform_address_space(i.s, T_ENDPOINT) == i.as[0]);
    g_assert_true(virtio_iommu_platform_address_space(i.s, T_ENDPOINT + 1) == i.as[1]);
    g_assert_true(i.as[0] != i.as[1]);
    expect_names(i, T_ENDPOINT, "10000");
    expect_names(i, T_ENDPOINT + 1, "10001");
    iommu_test_free(i);
}

int main(int argc, char **argv)
{
    virtio_test_init(&argc, &argv);
    g_test_add_func("/virtio-iommu-endpoint/aliases-before-use",
                    test_aliases_before_use);
    g_test_add_func("/virtio-iommu-endpoint/own-space-on-the-root",
                    test_own_space_on_the_root);
    g_test_add_func("/virtio-iommu-endpoint/shadow-renumbered", test_shadow_renumbered);
    g_test_add_func("/virtio-iommu-endpoint/unplug-behind-bridge",
                    test_unplug_behind_bridge);
    g_test_add_func("/virtio-iommu-endpoint/unplug-on-conventional-root",
                    test_unplug_on_conventional_root);
    g_test_add_func("/virtio-iommu-endpoint/late-access", test_late_access);
    g_test_add_func("/virtio-iommu-endpoint/plain-host", test_plain_host);
    g_test_add_func("/virtio-iommu-endpoint/host-page-sizes", test_host_page_sizes);
    g_test_add_func("/virtio-iommu-endpoint/host-holes", test_host_holes);
    g_test_add_func("/virtio-iommu-endpoint/host-holes-beside-regions",
                    test_host_holes_beside_regions);
    g_test_add_func("/virtio-iommu-endpoint/host-after-probe", test_host_after_probe);
    g_test_add_func("/virtio-iommu-endpoint/host-behind-bridge",
                    test_host_behind_bridge);
    g_test_add_func("/virtio-iommu-endpoint/host-with-many-holes",
                    test_host_with_many_holes);
    g_test_add_func("/virtio-iommu-endpoint/platform", test_platform);
    g_test_add_func("/virtio-iommu-endpoint/machine-has-to-know",
                    test_machine_has_to_know);
    return g_test_run();
}
