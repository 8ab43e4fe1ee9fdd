/* SPDX-License-Identifier: GPL-2.0-or-later */
/* virtio-iommu: ports, bridges, bus numbers, hotplug, resets, assigned devices. */
#include "qemu/osdep.h"
#include "libqos/virtio-iommu.h"

#define RW    (VIRTIO_IOMMU_MAP_F_READ | VIRTIO_IOMMU_MAP_F_WRITE)
#define P     QIOMMU_PAGE
#define OK    VIRTIO_IOMMU_S_OK
#define IOVA  0x70000000u

#define NOENT VIRTIO_IOMMU_S_NOENT

/* ---- behind a root port ---- */

#define PORT " -device pcie-root-port,id=rp,addr=0x4,chassis=1 "

typedef struct Port {
    QIommuWorld *w;
    QPCIDevice *port;
    QPCIBus *behind;
    QEdu *edu;
    uint64_t phys;
} Port;

static Port port_world(const char *transport, int secondary)
{
    /* QEMU's q35 would do hotplug by ACPI, which needs a guest that runs */
    bool acpi = qtest_is_qemu() && g_str_equal(qtest_get_arch(), "x86_64");
    g_autofree char *args = g_strconcat(
        PORT "-device edu,id=far,bus=rp,addr=0x0,dma_mask=0xffffffffffffffff ",
        acpi ? "-global ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off" : "", NULL);
    Port p = { .w = qiommu_world(transport, ",boot-bypass=off", args) };

    p.port = qpci_device(p.w->bus, QPCI_DEVFN(4, 0));
    p.behind = qpci_bridge_open(p.port, secondary, secondary);
    p.edu = qedu_new(p.behind, 0);
    p.phys = qvirtio_alloc(p.w->qts, P, P);
    qtest_memset(p.w->qts, p.phys, 0x5a, P);
    qiommu_add_event_buffers(p.w->iommu, 16, 24);
    return p;
}

static void port_free(Port p)
{
    qedu_free(p.edu);
    g_free(p.behind);
    g_free(p.port);
    qiommu_world_free(p.w);
}

static bool reads(Port p, uint64_t iova)
{
    uint8_t byte;

    return qiommu_dma_read(p.w, p.edu, iova, &byte, 1) && byte == 0x5a;
}

/* One DMA that nobody answers. */
static void stray(Port p, uint64_t iova)
{
    qedu_dma_from_ram(p.edu, iova, 0, 1);
}

static void map_page(Port p, uint32_t domain)
{
    g_assert_cmpint(qiommu_map(p.w->iommu, domain, IOVA, IOVA + P - 1, p.phys, RW), ==,
                    OK);
    qiommu_map_scratch(p.w, domain);
}

static void test_root_port(const char *transport)
{
    Port p = port_world(transport, 5);
    uint32_t id = 0x500;

    g_assert_cmpint(qiommu_attach(p.w->iommu, 1, id, 0), ==, OK);
    map_page(p, 1);
    g_assert_true(reads(p, IOVA));
    qiommu_expect_no_fault(p.w->iommu);
    stray(p, IOVA + P);
    qiommu_expect_fault(p.w->iommu, VIRTIO_IOMMU_FAULT_R_MAPPING,
                        VIRTIO_IOMMU_FAULT_F_READ, id, IOVA + P);
    port_free(p);
}

/* The guest renumbers the bus: a fault under the new id, and no other endpoint. */
static void test_renumber(const char *transport)
{
    Port p = port_world(transport, 5);

    g_assert_cmpint(qiommu_attach(p.w->iommu, 1, 0x500, 0), ==, OK);
    map_page(p, 1);
    qpci_bridge_renumber(p.port, p.behind, 7, 7);
    stray(p, IOVA);
    qiommu_expect_fault(p.w->iommu, VIRTIO_IOMMU_FAULT_R_DOMAIN,
                        VIRTIO_IOMMU_FAULT_F_READ, 0x700, IOVA);
    g_assert_cmpint(qiommu_attach(p.w->iommu, 1, 0x500, 0), ==, NOENT);
    g_assert_cmpint(qiommu_attach(p.w->iommu, 1, 0x700, 0), ==, OK);
    map_page(p, 1);
    g_assert_true(reads(p, IOVA));
    port_free(p);
}

/* With bypass it passes at once, before any request: it is attached to nothing now. */
static void test_renumber_in_bypass(const char *transport)
{
    Port p = port_world(transport, 5);
    QVirtio *vio = p.w->iommu->vio;

    g_assert_cmpint(qiommu_attach(p.w->iommu, 1, 0x500, 0), ==, OK);
    vio->ops->config_write(vio, offsetof(struct virtio_iommu_config, bypass), 1, 1);
    g_assert_false(reads(p, p.phys));
    qpci_bridge_renumber(p.port, p.behind, 7, 7);
    g_assert_true(reads(p, p.phys));
    g_assert_cmpint(qiommu_attach(p.w->iommu, 1, 0x700, 0), ==, OK);
    g_assert_false(reads(p, p.phys));
    port_free(p);
}

/* Two buses of one number: nothing aborts, and one of them can be named. */
static void test_renumber_to_the_same(const char *transport)
{
    Port p = port_world(transport, 5);

    qpci_bridge_renumber(p.port, p.behind, 0, 0);
    qiommu_attach(p.w->iommu, 1, 0, 0);
    qiommu_detach(p.w->iommu, 1, 0);
    qpci_bridge_renumber(p.port, p.behind, 5, 5);
    g_assert_cmpint(qiommu_attach(p.w->iommu, 1, 0x500, 0), ==, OK);
    port_free(p);
}

/* ---- hotplug ---- */

/* 0 where there is no query-viommu. */
static unsigned count_endpoints(QIommuWorld *w)
{
    struct json_object *one = qtest_is_qemu() ? NULL : qiommu_query(w);
    unsigned n = one ? json_object_array_length(qtest_get(one, "endpoints")) : 0;

    json_object_put(one);
    return n;
}

/* Unplugged: no trace. Plugged: there for the next request, attached to nothing. */
static void test_hotplug(const char *transport)
{
    Port p = port_world(transport, 5);
    unsigned endpoints = count_endpoints(p.w);
    ViommuRegion regions[32];
    unsigned n;

    g_assert_cmpint(qiommu_attach(p.w->iommu, 1, 0x500, 0), ==, OK);
    map_page(p, 1);
    qpci_slot_power(p.port, true);
    qtest_qmp_device_del_send(p.w->qts, "far");
    qpci_slot_power(p.port, false);
    qtest_qmp_eventwait(p.w->qts, "DEVICE_DELETED");
    g_assert_cmpint(qiommu_attach(p.w->iommu, 1, 0x500, 0), ==, NOENT);
    g_assert_cmpint(qiommu_probe(p.w->iommu, 0x500, regions, 32, &n), ==, NOENT);
    qiommu_expect(p.w, "mappings", 0);
    g_assert_cmpuint(count_endpoints(p.w), ==, endpoints ? endpoints - 1 : 0);

    qtest_qmp_device_add(p.w->qts, "edu", "far2",
                         ", 'bus': 'rp', 'addr': '0x0', 'dma_mask': %" PRIu64,
                         UINT64_MAX);
    g_assert_cmpuint(count_endpoints(p.w), ==, endpoints);
    g_assert_cmpint(qiommu_probe(p.w->iommu, 0x500, regions, 32, &n), ==, OK);
    g_assert_cmpint(qiommu_detach(p.w->iommu, 1, 0x500), ==, VIRTIO_IOMMU_S_INVAL);
    qpci_slot_power(p.port, true);
    qedu_free(p.edu);
    p.edu = qedu_new(p.behind, 0);
    stray(p, IOVA);
    qiommu_expect_fault(p.w->iommu, VIRTIO_IOMMU_FAULT_R_DOMAIN,
                        VIRTIO_IOMMU_FAULT_F_READ, 0x500, IOVA);
    g_assert_cmpint(qiommu_attach(p.w->iommu, 1, 0x500, 0), ==, OK);
    map_page(p, 1);
    g_assert_true(reads(p, IOVA));
    port_free(p);
}

/* ---- behind a PCIe-to-PCI bridge: own id and alias name one address space ---- */

static void test_bridge_alias(const char *transport)
{
    QIommuWorld *w = qiommu_world(transport, ",boot-bypass=off",
                                  PORT "-device pcie-pci-bridge,id=br,bus=rp,addr=0x0 "
                                       "-device edu,bus=br,addr=0x3,"
                                       "dma_mask=0xffffffffffffffff");
    QPCIDevice *port = qpci_device(w->bus, QPCI_DEVFN(4, 0));
    QPCIBus *behind_port = qpci_bridge_open(port, 5, 6);
    QPCIDevice *bridge = qpci_device(behind_port, 0);
    QPCIBus *behind = qpci_bridge_open(bridge, 6, 6);
    Port p = { .w = w,
               .port = port,
               .behind = behind,
               .edu = qedu_new(behind, QPCI_DEVFN(3, 0)) };
    uint32_t own = 0x600 | QPCI_DEVFN(3, 0), alias = 0x600;

    p.phys = qvirtio_alloc(w->qts, P, P);
    qtest_memset(w->qts, p.phys, 0x5a, P);
    g_assert_cmpint(qiommu_attach(w->iommu, 1, own, 0), ==, OK);
    g_assert_cmpint(qiommu_attach(w->iommu, 1, alias, 0), ==, OK);
    map_page(p, 1);
    g_assert_true(reads(p, IOVA));
    g_assert_cmpint(qiommu_detach(w->iommu, 1, own), ==, OK);
    g_assert_false(reads(p, IOVA));
    g_assert_cmpint(qiommu_attach(w->iommu, 1, 0x600 | QPCI_DEVFN(4, 0), 0), ==, NOENT);
    g_free(bridge);
    g_free(behind_port);
    port_free(p);
}

/* ---- resets ---- */

static uint8_t config_bypass(QVirtio *vio)
{
    return vio->ops->config_read(vio, offsetof(struct virtio_iommu_config, bypass), 1);
}

/* I1, C3: by status 0 everything is detached, and bypass stays. */
static void test_device_reset(const char *transport)
{
    QIommuWorld *w = qiommu_world(transport, ",boot-bypass=off", "");
    QVirtio *vio = w->iommu->vio;

    g_assert_cmpint(qiommu_attach(w->iommu, 1, QIOMMU_EDU, 0), ==, OK);
    g_assert_cmpint(qiommu_map(w->iommu, 1, IOVA, IOVA + P - 1, 0, RW), ==, OK);
    vio->ops->config_write(vio, offsetof(struct virtio_iommu_config, bypass), 1, 1);
    vio->ops->set_status(vio, 0);
    qiommu_expect(w, "mappings", 0);
    g_assert_cmpuint(config_bypass(vio), ==, 1);
    qvirtqueue_free(w->iommu->req);
    qvirtqueue_free(w->iommu->evt);
    g_free(w->iommu);
    w->iommu = qiommu_new(vio, QIOMMU_FEATURES);
    g_assert_cmpint(qiommu_detach(w->iommu, 1, QIOMMU_EDU), ==, VIRTIO_IOMMU_S_INVAL);
    qiommu_world_free(w);
}

/* C3: with the machine, bypass goes back to what it booted with. */
static void test_system_reset(const char *transport)
{
    for (unsigned boot = 0; boot <= 1; boot++) {
        QIommuWorld *w =
            qiommu_world(transport, boot ? ",boot-bypass=on" : ",boot-bypass=off", "");
        QVirtio *vio = w->iommu->vio;

        g_assert_cmpint(qiommu_attach(w->iommu, 1, QIOMMU_EDU, 0), ==, OK);
        g_assert_cmpint(qiommu_map(w->iommu, 1, IOVA, IOVA + P - 1, 0, RW), ==, OK);
        vio->ops->config_write(vio, offsetof(struct virtio_iommu_config, bypass), !boot,
                               1);
        qiommu_expect(w, "bypass", !boot);
        qtest_qmp_assert_success(w->qts, "{'execute': 'system_reset'}");
        qtest_qmp_eventwait(w->qts, "RESET");
        qiommu_expect(w, "bypass", boot);
        qiommu_expect(w, "mappings", 0);
        qiommu_world_free(w);
    }
}

/* ---- assigned devices, by one that pretends ---- */

#define SHADOW QPCI_DEVFN(5, 0)

static void expect_shadow(QIommuWorld *w, const char *mappings)
{
    struct json_object *text = qtest_qmp_return(
        w->qts, "{'execute': 'qom-get', 'arguments': "
                "{'path': '/machine/peripheral/sh', 'property': 'mappings'}}");

    g_assert_cmpstr(json_object_get_string(text), ==, mappings);
    json_object_put(text);
}

/* S3.7: it sees what is mapped, in powers of two, from ATTACH to DETACH. */
static void test_shadow(const char *transport)
{
    QIommuWorld *w = qiommu_world(transport, ",boot-bypass=off",
                                  "-device iommu-shadow,id=sh,addr=0x5");

    g_assert_cmpint(qiommu_attach(w->iommu, 1, QIOMMU_EDU, 0), ==, OK);
    g_assert_cmpint(qiommu_map(w->iommu, 1, 0x1000, 0x3fff, 0x41000, RW), ==, OK);
    expect_shadow(w, "");
    g_assert_cmpint(qiommu_attach(w->iommu, 1, SHADOW, 0), ==, OK); /* replay */
    expect_shadow(w, "0x1000-0x1fff->0x41000 rw\n"
                     "0x2000-0x3fff->0x42000 rw\n");
    g_assert_cmpint(
        qiommu_map(w->iommu, 1, 0x8000, 0x8fff, 0x50000, VIRTIO_IOMMU_MAP_F_READ), ==,
        OK);
    g_assert_cmpint(qiommu_map(w->iommu, 1, 0x9000, 0x9fff, 0x8020000,
                               RW | VIRTIO_IOMMU_MAP_F_MMIO),
                    ==, OK); /* S3.2: a doorbell is not forwarded */
    g_assert_cmpint(qiommu_unmap(w->iommu, 1, 0x1000, 0x3fff), ==, OK);
    expect_shadow(w, "0x8000-0x8fff->0x50000 r-\n");
    /* Aligned at both ends: of two aligned pages to unaligned ones come two pieces. */
    g_assert_cmpint(qiommu_map(w->iommu, 1, 0x2000, 0x3fff, 0x61000, RW), ==, OK);
    expect_shadow(w, "0x2000-0x2fff->0x61000 rw\n"
                     "0x3000-0x3fff->0x62000 rw\n"
                     "0x8000-0x8fff->0x50000 r-\n");
    g_assert_cmpint(qiommu_unmap(w->iommu, 1, 0x2000, 0x3fff), ==, OK);
    g_assert_cmpint(qiommu_detach(w->iommu, 1, SHADOW), ==, OK);
    expect_shadow(w, "");
    qiommu_expect(w, "mappings", 2);
    qiommu_world_free(w);
}

/* The host refuses: the guest is told, and nothing of the MAP is left anywhere. */
static void test_shadow_refuses(const char *transport)
{
    QIommuWorld *w = qiommu_world(transport, ",boot-bypass=off",
                                  "-device iommu-shadow,id=sh,addr=0x5,limit=2 "
                                  "-device iommu-shadow,id=big,addr=0x6");

    g_assert_cmpint(qiommu_attach(w->iommu, 1, SHADOW, 0), ==, OK);
    g_assert_cmpint(qiommu_attach(w->iommu, 1, QPCI_DEVFN(6, 0), 0), ==, OK);
    g_assert_cmpint(qiommu_map(w->iommu, 1, 0x1000, 0x1fff, 0x41000, RW), ==, OK);
    /* three pieces, of which two would fit */
    g_assert_cmpint(qiommu_map(w->iommu, 1, 0x3000, 0x8fff, 0x43000, RW), ==,
                    VIRTIO_IOMMU_S_NOMEM);
    expect_shadow(w, "0x1000-0x1fff->0x41000 rw\n");
    qiommu_expect(w, "mappings", 1);
    g_assert_cmpint(qiommu_unmap(w->iommu, 1, 0, UINT64_MAX), ==, OK);
    g_assert_cmpint(qiommu_map(w->iommu, 1, 0x4000, 0x4fff, 0x44000, RW), ==, OK);
    expect_shadow(w, "0x4000-0x4fff->0x44000 rw\n");
    qiommu_world_free(w);
}

/* Too much in the third: it stays, with what it had. */
static void stays_where_there_is_room(QIommuWorld *w, const char *mappings)
{
    QIommu *i = w->iommu;

    g_assert_cmpint(qiommu_attach(i, 3, QPCI_DEVFN(6, 0), 0), ==, OK);
    g_assert_cmpint(qiommu_map(i, 3, 0x1000, 0x5fff, 0x61000, RW), ==, OK);
    g_assert_cmpint(qiommu_attach(i, 3, SHADOW, 0), ==, VIRTIO_IOMMU_S_NOMEM);
    expect_shadow(w, mappings);
}

/*
 * From domain to domain: what it held of the old one is gone before it gets what is in
 * the new one, at the same addresses and with room for no more than that.
 */
static void test_shadow_moves(const char *transport)
{
    QIommuWorld *w = qiommu_world(transport, ",boot-bypass=off",
                                  "-device iommu-shadow,id=sh,addr=0x5,limit=2 "
                                  "-device edu,addr=0x6");
    static const char second[] = "0x1000-0x1fff->0x51000 rw\n"
                                 "0x9000-0x9fff->0x59000 rw\n";
    QIommu *i = w->iommu;

    g_assert_cmpint(qiommu_attach(i, 1, SHADOW, 0), ==, OK);
    g_assert_cmpint(qiommu_map(i, 1, 0x1000, 0x1fff, 0x41000, RW), ==, OK);
    g_assert_cmpint(qiommu_attach(i, 2, QIOMMU_EDU, 0), ==, OK);
    g_assert_cmpint(qiommu_map(i, 2, 0x1000, 0x1fff, 0x51000, RW), ==, OK);
    g_assert_cmpint(qiommu_map(i, 2, 0x9000, 0x9fff, 0x59000, RW), ==, OK);
    g_assert_cmpint(qiommu_attach(i, 2, SHADOW, 0), ==, OK);
    expect_shadow(w, second);
    if (!qtest_is_qemu()) { /* whose notifiers can not refuse */
        stays_where_there_is_room(w, second);
    }
    g_assert_cmpint(qiommu_unmap(i, 2, 0x9000, 0x9fff), ==, OK);
    expect_shadow(w, "0x1000-0x1fff->0x51000 rw\n");
    qiommu_world_free(w);
}

/* S3.6: the host's addresses are in the first PROBE; M10: and can not be mapped. */
static void test_host_reserved(const char *transport)
{
    bool user = !qtest_is_qemu(); /* QEMU takes arrays as JSON alone */
    QIommuWorld *w = qiommu_world(
        transport, user ? ",reserved-regions.0=0x10000000:0x1000ffff:0" : "",
        "-device iommu-shadow,id=sh,addr=0x5,host-reserved=0x20000000:0x2000ffff:0");
    ViommuRegion regions[32];
    unsigned n, found = 0;

    g_assert_cmpint(qiommu_probe(w->iommu, SHADOW, regions, 32, &n), ==, OK);
    for (unsigned i = 0; i < n; i++) {
        found +=
            regions[i].range.start == 0x20000000 && regions[i].range.last == 0x2000ffff;
        found += regions[i].range.start == 0x10000000;
        found += regions[i].type == VIOMMU_REGION_MSI;
    }
    g_assert_cmpuint(found, ==, user ? 3 : 2);
    g_assert_cmpint(qiommu_attach(w->iommu, 1, QIOMMU_EDU, 0), ==, OK);
    g_assert_cmpint(qiommu_map(w->iommu, 1, 0x20000000, 0x20000fff, 0, RW), ==, OK);
    g_assert_cmpint(qiommu_attach(w->iommu, 1, SHADOW, 0), ==,
                    VIRTIO_IOMMU_S_UNSUPP); /* A7 */
    g_assert_cmpint(qiommu_attach(w->iommu, 2, SHADOW, 0), ==, OK);
    g_assert_cmpint(qiommu_map(w->iommu, 2, 0x20000000, 0x20000fff, 0, RW), ==,
                    VIRTIO_IOMMU_S_INVAL);
    qiommu_world_free(w);
}

/* S3.6 behind a port, whose bus has another number once the guest has been there. */
static void test_host_reserved_renumbered(const char *transport)
{
    QIommuWorld *w = qiommu_world(transport, "",
                                  PORT "-device iommu-shadow,id=sh,bus=rp,addr=0x0,"
                                       "host-reserved=0x20000000:0x2000ffff:0");
    QPCIDevice *port = qpci_device(w->bus, QPCI_DEVFN(4, 0));
    QPCIBus *behind = qpci_bridge_open(port, 5, 5);
    ViommuRegion regions[32];
    unsigned n;

    for (unsigned bus = 5; bus < 8; bus += 2) {
        unsigned found = 0;

        qpci_bridge_renumber(port, behind, bus, bus);
        g_assert_cmpint(qiommu_probe(w->iommu, bus << 8, regions, 32, &n), ==, OK);
        for (unsigned i = 0; i < n; i++) {
            found += regions[i].range.start == 0x20000000;
        }
        g_assert_cmpuint(found, ==, 1);
        g_assert_cmpint(qiommu_attach(w->iommu, bus, bus << 8, 0), ==, OK);
        g_assert_cmpint(qiommu_map(w->iommu, bus, 0x20000000, 0x20000fff, 0, RW), ==,
                        VIRTIO_IOMMU_S_INVAL);
    }
    g_free(behind);
    g_free(port);
    qiommu_world_free(w);
}

static unsigned count_regions_at(QIommuWorld *w, uint32_t endpoint, uint64_t start)
{
    ViommuRegion regions[32];
    unsigned n, found = 0;

    g_assert_cmpint(qiommu_probe(w->iommu, endpoint, regions, 32, &n), ==, OK);
    for (unsigned i = 0; i < n; i++) {
        found += regions[i].range.start == start;
    }
    return found;
}

/* S3.6 by hotplug: the next device in the slot has its own host's addresses alone. */
static void test_host_reserved_hotplug(const char *transport)
{
    Port p = port_world(transport, 5);
    static const uint64_t starts[] = { 0x20000000, 0x30000000 };

    for (unsigned i = 0; i < 2; i++) {
        qpci_slot_power(p.port, true);
        qtest_qmp_device_del_send(p.w->qts, i ? "sh" : "far");
        qpci_slot_power(p.port, false);
        qtest_qmp_eventwait(p.w->qts, "DEVICE_DELETED");
        qtest_qmp_device_add(p.w->qts, "iommu-shadow", "sh",
                             ", 'bus': 'rp', 'addr': '0x0', "
                             "'host-reserved': '0x%x:0x%x:0'",
                             (unsigned)starts[i], (unsigned)starts[i] + 0xffff);
        g_assert_cmpuint(count_regions_at(p.w, 0x500, starts[i]), ==, 1);
        g_assert_cmpuint(count_regions_at(p.w, 0x500, starts[!i]), ==, 0);
    }
    port_free(p);
}

/* S3.6: a host that maps larger pages than the granule is refused by name. */
static void test_host_page_size(void)
{
    const char *machine = g_str_equal(qtest_get_arch(), "x86_64") ? "q35" : "virt";
    static const char fmt[] = "-M %s -nodefaults -accel qtest -display none "
                              "-device virtio-iommu-pci,granule=%s "
                              "-device iommu-shadow,id=sh,host-page-size=65536";
    g_autofree char *small = g_strdup_printf(fmt, machine, "4k");

    qtest_expect_fail(small, "sh: the host IOMMU maps 0x10000 bytes at least, the "
                             "virtio-iommu's granule is 0x1000");
    qtest_quit(qtest_initf("-M %s -nodefaults -device virtio-iommu-pci,granule=64k "
                           "-device iommu-shadow,id=sh,host-page-size=65536",
                           machine));
}

/* S3.5: the device installs the identity; the guest finds it in the list. */
static void test_identity_region(const char *transport)
{
    QIommuWorld *w = qiommu_world(
        transport, ",boot-bypass=off,reserved-regions.0=0x42000000:0x42000fff:2",
        "-device iommu-shadow,id=sh,addr=0x5");
    ViommuRegion regions[32];
    unsigned n, found = 0;

    g_assert_cmpint(qiommu_probe(w->iommu, SHADOW, regions, 32, &n), ==, OK);
    for (unsigned i = 0; i < n; i++) {
        found += regions[i].type == VIOMMU_REGION_IDENTITY;
    }
    g_assert_cmpuint(found, ==, 1);
    g_assert_cmpint(qiommu_attach(w->iommu, 1, SHADOW, 0), ==, OK);
    expect_shadow(w, "0x42000000-0x42000fff->0x42000000 rw\n");
    g_assert_cmpint(qiommu_unmap(w->iommu, 1, 0, UINT64_MAX), ==, OK);
    expect_shadow(w, "0x42000000-0x42000fff->0x42000000 rw\n");
    qiommu_world_free(w);
}

/* ---- the order of -device says nothing (S2.3) ---- */

static void test_order(void)
{
    bool q35 = g_str_equal(qtest_get_arch(), "x86_64");
    QTestState *qts = qtest_initf("-M %s -nodefaults -device edu,addr=0x2 "
                                  "-device virtio-iommu-pci,addr=0x1 "
                                  "-device edu,addr=0x3",
                                  q35 ? "q35" : "virt");
    struct json_object *all = qtest_qmp_return(qts, "{'execute': 'query-viommu'}");
    struct json_object *endpoints =
        qtest_get(json_object_array_get_idx(all, 0), "endpoints");
    unsigned found = 0;

    for (size_t i = 0; i < json_object_array_length(endpoints); i++) {
        int64_t id = json_object_get_int64(
            qtest_get(json_object_array_get_idx(endpoints, i), "endpoint"));

        g_assert_cmpint(id, !=, QPCI_DEVFN(1, 0));
        found += id == QPCI_DEVFN(2, 0) || id == QPCI_DEVFN(3, 0);
    }
    g_assert_cmpuint(found, ==, 2);
    json_object_put(all);
    qtest_quit(qts);
}

/* S2.1: of its slot, function 0 alone is the IOMMU; the next one is an endpoint. */
static void test_next_function(const char *transport)
{
    bool pci = g_str_equal(transport, "pci");
    QIommuWorld *w = qiommu_world(
        transport, pci ? ",boot-bypass=off,multifunction=on" : ",boot-bypass=off",
        pci ? "-device edu,addr=0x1.1,dma_mask=0xffffffffffffffff"
            : "-device edu,addr=0x1,multifunction=on,dma_mask=0xffffffffffffffff "
              "-device edu,addr=0x1.1,dma_mask=0xffffffffffffffff");
    QEdu *edu = qedu_new(w->bus, QPCI_DEVFN(1, 1));

    qiommu_add_event_buffers(w->iommu, 4, 24);
    qedu_dma_from_ram(edu, IOVA, 0, 1);
    qiommu_expect_fault(w->iommu, VIRTIO_IOMMU_FAULT_R_DOMAIN,
                        VIRTIO_IOMMU_FAULT_F_READ, QPCI_DEVFN(1, 1), IOVA);
    g_assert_cmpint(qiommu_attach(w->iommu, 1, QPCI_DEVFN(1, 1), 0), ==, OK);
    g_assert_cmpint(qiommu_attach(w->iommu, 1, QPCI_DEVFN(1, 0), 0), ==,
                    pci ? NOENT : OK);
    qedu_free(edu);
    qiommu_world_free(w);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qiommu_add("/virtio-iommu-topology/S2.1-next-function", test_next_function);
    qiommu_add("/virtio-iommu-topology/root-port", test_root_port);
    qiommu_add("/virtio-iommu-topology/renumber", test_renumber);
    qiommu_add("/virtio-iommu-topology/renumber-in-bypass", test_renumber_in_bypass);
    qiommu_add("/virtio-iommu-topology/renumber-to-the-same",
               test_renumber_to_the_same);
    qiommu_add("/virtio-iommu-topology/hotplug", test_hotplug);
    qiommu_add("/virtio-iommu-topology/bridge-alias", test_bridge_alias);
    qiommu_add("/virtio-iommu-topology/I1-C3-device-reset", test_device_reset);
    qiommu_add("/virtio-iommu-topology/C3-system-reset", test_system_reset);
    qiommu_add("/virtio-iommu-topology/S3.7-shadow", test_shadow);
    qiommu_add_own("/virtio-iommu-topology/S3.7-shadow-refuses", test_shadow_refuses);
    qiommu_add("/virtio-iommu-topology/S3.7-shadow-moves", test_shadow_moves);
    qiommu_add("/virtio-iommu-topology/S3.6-A7-host-reserved", test_host_reserved);
    qiommu_add("/virtio-iommu-topology/S3.6-host-reserved-renumbered",
               test_host_reserved_renumbered);
    qiommu_add_own("/virtio-iommu-topology/S3.5-identity-region", test_identity_region);
    qiommu_add("/virtio-iommu-topology/S3.6-host-reserved-hotplug",
               test_host_reserved_hotplug);
    qtest_add_func("/virtio-iommu-topology/S3.6-host-page-size", test_host_page_size);
    if (!qtest_is_qemu()) {
        qtest_add_func("/virtio-iommu-topology/S2.3-order", test_order);
    }
    return g_test_run();
}
