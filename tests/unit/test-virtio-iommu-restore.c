/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a stream that is accepted does to the rest of the machine: whoever cached or
 * shadows something, bus numbers that came before it, features that were negotiated.
 */
#include "qemu/osdep.h"
#include "hw/pci/pci_bridge.h"
#include "viommu-device-pci.h"
#include "viommu-device-stream.h"

/* A page of what the device reads from its books at once. */
#define PAGE 1024

static void load_ok(IommuTest i, const GByteArray *bytes)
{
    g_autofree char *said = NULL;

    g_assert_cmpint(load(i, bytes->data, bytes->len, &said), ==, 0);
    g_assert_cmpstr(said, ==, "");
}

static void load_refused(IommuTest i, const GByteArray *bytes, const char *why)
{
    g_autofree char *said = NULL;

    g_assert_cmpint(load(i, bytes->data, bytes->len, &said), <, 0);
    if (!strstr(said, why)) {
        g_error("'%s' does not say '%s'", said, why);
    }
}

static void expect_look(AddressSpace *as, uint64_t iova, uint64_t phys,
                        IOMMUAccessFlags perm)
{
    IOMMUTLBEntry entry;

    RCU_READ_LOCK_GUARD();
    entry = address_space_get_iotlb_entry(as, iova, false, MEMTXATTRS_UNSPECIFIED);
    g_assert_cmpint(entry.perm, ==, perm);
    if (perm) {
        g_assert_cmphex(entry.translated_addr | (iova & entry.addr_mask), ==, phys);
    }
}

/* More mappings than are read at once; the last of a full page ends at 2^64-1. */
static void test_many_mappings(void)
{
    IommuTest from = iommu_test_new(NULL, 1), to = iommu_test_new(NULL, 1);
    uint64_t top = -(2 * PAGE * 2 * T_PAGE); /* every other page from here on */
    g_autoptr(GByteArray) bytes = NULL;

    g_assert_cmpint(iommu_attach(from, 1, 0, 0), ==, VIOMMU_S_OK);
    for (uint64_t n = 0; n < 2 * PAGE; n++) {
        uint64_t at = top + (2 * n + 1) * T_PAGE;

        g_assert_cmpint(
            iommu_map(from, 1, at, at + (T_PAGE - 1), n % 128 * T_PAGE, T_RW), ==,
            VIOMMU_S_OK);
    }
    bytes = save(from);
    load_ok(to, bytes);
    g_assert_cmpuint(viommu_db_mapping_count(to.s->db), ==, 2 * PAGE);
    expect_look(to.as[0], top + T_PAGE + 5, 5, IOMMU_RW);
    expect_look(to.as[0], UINT64_MAX, 128 * T_PAGE - 1, IOMMU_RW);
    iommu_test_free(from);
    iommu_test_free(to);
}

/* A stream asks for what its driver negotiated, and for no more. */
static void test_features(void)
{
    IommuTest i = iommu_test_new((const char *[]){ "boot-bypass", "off", NULL }, 1);
    g_autoptr(GByteArray) mapped = g_byte_array_new(), bypass = g_byte_array_new(),
                          plain = g_byte_array_new();
    IommuListener l = { 0 };

    put32(mapped, 0);
    put32(mapped, 1);
    put_attachment(mapped, T_ENDPOINT, 1, 0);
    put32(mapped, 1);
    put_mapping(mapped, 1, 0, T_PAGE - 1, 0, T_RW);
    put_end(mapped);
    put32(bypass, 0);
    put32(bypass, 1);
    put_attachment(bypass, T_ENDPOINT, 1, VIOMMU_ATTACH_F_BYPASS);
    put32(bypass, 0);
    put_end(bypass);
    put32(plain, 0);
    put32(plain, 1);
    put_attachment(plain, T_ENDPOINT, 1, 0);
    put32(plain, 0);
    put_end(plain);

    virtio_test_negotiate(i.t, T_VERSION_1 | VIOMMU_F_PROBE);
    iommu_listener_init(&l);
    memory_region_register_iommu_notifier(i.as[0]->root, &l.n, &error_abort);
    load_refused(i, mapped, "maps 0x0-0xfff in domain 1: status 2");
    load_refused(i, bypass, "attaches endpoint 0x10000 to domain 1: status 4");
    g_assert_cmpuint(viommu_db_domain_count(i.s->db), ==, 0);
    /* That was known before anybody was told of anything. */
    g_assert_cmpuint(l.maps + l.voids, ==, 0);
    memory_region_unregister_iommu_notifier(i.as[0]->root, &l.n);
    load_ok(i, plain);
    g_assert_cmphex(viommu_db_features(i.s->db), ==, VIOMMU_F_PROBE);
    virtio_test_negotiate(i.t, T_VERSION_1 | VIOMMU_F_ALL);
    load_ok(i, mapped);
    g_assert_cmphex(viommu_db_features(i.s->db), ==, VIOMMU_F_ALL);
    load_ok(i, bypass);
    iommu_test_free(i);
}

/* Whoever caches what an endpoint reaches hears of it, though it was never attached. */
static void test_unattached_is_void(void)
{
    IommuTest i = iommu_test_new((const char *[]){ "boot-bypass", "on", NULL }, 1);
    MemoryRegion *mr = i.as[0]->root;
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    IommuListener l = { 0 };

    put32(bytes, 0); /* bypass is off now */
    put32(bytes, 0);
    put32(bytes, 0);
    put_end(bytes);
    iommu_listener_init(&l);
    memory_region_register_iommu_notifier(mr, &l.n, &error_abort);
    expect_look(i.as[0], 0x5000, 0x5000, IOMMU_RW);
    load_ok(i, bytes);
    expect_look(i.as[0], 0x5000, 0, IOMMU_NONE);
    g_assert_cmpuint(l.voids, >, 0);
    memory_region_unregister_iommu_notifier(mr, &l.n);
    iommu_test_free(i);
}

/* Regions are the endpoints' own: a stream can not map over them either. */
static void test_regions_hold(void)
{
    static const char *const props[] = { "reserved-regions", "0x8000:0x8fff:0", NULL };
    IommuTest plain = iommu_test_new(NULL, 1), i = iommu_test_new(props, 1);
    g_autoptr(GByteArray) bytes = NULL;
    IommuListener l = { 0 };

    g_assert_cmpint(iommu_attach(plain, 1, 0, 0), ==, VIOMMU_S_OK);
    g_assert_cmpint(iommu_map(plain, 1, 0x8000, 0x8fff, 0, T_RW), ==, VIOMMU_S_OK);
    bytes = save(plain);
    iommu_listener_init(&l);
    memory_region_register_iommu_notifier(i.as[0]->root, &l.n, &error_abort);
    load_refused(i, bytes, "maps 0x8000-0x8fff in domain 1");
    /* Found out before anybody was told. */
    g_assert_cmpuint(l.maps + l.voids, ==, 0);
    memory_region_unregister_iommu_notifier(i.as[0]->root, &l.n);
    iommu_test_free(plain);
    iommu_test_free(i);
}

/* The configuration that the core keeps says what the stream brought, or did not. */
static void test_config_is_fresh(void)
{
    const unsigned at = offsetof(struct virtio_iommu_config, bypass);
    IommuTest i = iommu_test_new((const char *[]){ "boot-bypass", "on", NULL }, 1);
    g_autoptr(GByteArray) off = g_byte_array_new(), bad = g_byte_array_new();
    uint8_t *config = i.t->vdev->config;

    put32(bad, 0);
    put32(bad, 1);
    put_attachment(bad, T_ENDPOINT + 9, 1, 0);
    put32(bad, 0);
    put_end(bad);
    put32(off, 0);
    put32(off, 0);
    put32(off, 0);
    put_end(off);

    config[at] = 0; /* as the core's part of a stream leaves it */
    load_refused(i, bad, "endpoint 0x10009");
    g_assert_cmpuint(config[at], ==, 1);
    load_ok(i, off);
    g_assert_cmpuint(config[at], ==, 0);
    g_assert_false(viommu_db_bypass(i.s->db));
    iommu_test_free(i);
}

/* ---- PCI: bus numbers and aliases are those of this moment ---- */

static void test_bus_numbers_come_first(void)
{
    PCIBus *bus = pci_test_new_root();
    g_autofree char *path = object_get_canonical_path(OBJECT(bus));
    g_autoptr(GByteArray) bytes = NULL, again = NULL, torn = g_byte_array_new();
    AddressSpace *as;
    PCIDevice *bridge;
    IommuTest i;

    bridge = pci_test_plug(bus, "pcie-pci-bridge", PCI_DEVFN(2, 0));
    i = iommu_test_new((const char *[]){ "primary-bus", path, NULL }, 0);
    as = pci_device_iommu_address_space(pci_test_plug(
        pci_bridge_get_sec_bus(PCI_BRIDGE(bridge)), "edu", PCI_DEVFN(3, 0)));

    bridge->config[PCI_SECONDARY_BUS] = 6;
    virtio_iommu_endpoints_refresh(i.s);
    virtio_iommu_lock(i.s);
    g_assert_cmpint(viommu_db_attach(i.s->db, 4, 0x600, 0), ==, VIOMMU_S_OK);
    g_assert_cmpint(viommu_db_attach(i.s->db, 4, 0x618, 0), ==, VIOMMU_S_OK);
    virtio_iommu_unlock(i.s);
    g_assert_cmpint(iommu_map(i, 4, 0x1000, 0x1fff, 0x9000, T_RW), ==, VIOMMU_S_OK);
    bytes = save(i);
    /* A machine that was just made, whose bridges have had their state already. */
    virtio_test_negotiate(i.t, T_VERSION_1 | VIOMMU_F_ALL);
    bridge->config[PCI_SECONDARY_BUS] = 0;
    virtio_iommu_endpoints_refresh(i.s);
    bridge->config[PCI_SECONDARY_BUS] = 6;
    load_ok(i, bytes);
    expect_look(as, 0x1004, 0x9004, IOMMU_RW);
    /* All names of one endpoint are in one domain, or the stream lies. */
    put32(torn, 0);
    put32(torn, 2);
    put_attachment(torn, 0x600, 4, 0);
    put_attachment(torn, 0x618, 5, 0);
    put32(torn, 0);
    put_end(torn);
    load_refused(i, torn, "attaches endpoint 0x618 twice");
    again = save(i);
    g_assert_cmpmem(again->data, again->len, bytes->data, bytes->len);
    iommu_test_free(i);
}

int main(int argc, char **argv)
{
    virtio_test_init(&argc, &argv);
    g_test_add_func("/virtio-iommu-restore/many-mappings", test_many_mappings);
    g_test_add_func("/virtio-iommu-restore/features", test_features);
    g_test_add_func("/virtio-iommu-restore/unattached-is-void",
                    test_unattached_is_void);
    g_test_add_func("/virtio-iommu-restore/regions-hold", test_regions_hold);
    g_test_add_func("/virtio-iommu-restore/config-is-fresh", test_config_is_fresh);
    g_test_add_func("/virtio-iommu-restore/bus-numbers-come-first",
                    test_bus_numbers_come_first);
    return g_test_run();
}
