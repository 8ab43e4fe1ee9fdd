/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virtio-iommu: requests over the ring. The rules themselves are the core's unit
 * tests; here is what the ring adds, and that the two meet.
 */
#include "qemu/osdep.h"
#include "libqos/virtio-iommu.h"

#define RW     (VIRTIO_IOMMU_MAP_F_READ | VIRTIO_IOMMU_MAP_F_WRITE)
#define P      QIOMMU_PAGE

#define OK     VIRTIO_IOMMU_S_OK
#define INVAL  VIRTIO_IOMMU_S_INVAL
#define RANGE  VIRTIO_IOMMU_S_RANGE
#define NOENT  VIRTIO_IOMMU_S_NOENT
#define NOMEM  VIRTIO_IOMMU_S_NOMEM
#define UNSUPP VIRTIO_IOMMU_S_UNSUPP
#define ABSENT QPCI_DEVFN(9, 0)

/* Ids of what is in the virtio-mmio slots of the machine virt. */
#define FIRST_SLOT 0x10000
#define SLOTS      32

/* It is no endpoint itself (S2.1), be it a PCI function or in a slot of the board. */
static void expect_iommu_unnamed(QIommuWorld *w)
{
    uint32_t id = w->mmio ? FIRST_SLOT : QPCI_DEVFN(1, 0);
    uint32_t last = w->mmio ? FIRST_SLOT + SLOTS - 1 : id;

    for (; id <= last; id++) {
        g_assert_cmpint(qiommu_attach(w->iommu, 1, id, 0), ==, NOENT);
    }
}

static void test_attach_detach(const char *transport)
{
    QIommuWorld *w = qiommu_world(transport, "", "");
    QIommu *i = w->iommu;

    g_assert_cmpint(qiommu_attach(i, 1, QIOMMU_EDU, 0), ==, OK);
    g_assert_cmpint(qiommu_attach(i, 1, QIOMMU_EDU, 0), ==, OK); /* same again */
    g_assert_cmpint(qiommu_attach(i, 1, ABSENT, 0), ==, NOENT);  /* A3 */
    expect_iommu_unnamed(w);
    g_assert_cmpint(qiommu_attach(i, 1, QIOMMU_EDU, 2), ==, INVAL); /* A2 */
    g_assert_cmpint(qiommu_attach(i, 2, QIOMMU_EDU, 0), ==, OK);    /* A6: moves */
    g_assert_cmpint(qiommu_detach(i, 1, QIOMMU_EDU), ==, INVAL);    /* D3 */
    g_assert_cmpint(qiommu_detach(i, 2, ABSENT), ==, NOENT);        /* D2 */
    g_assert_cmpint(qiommu_detach(i, 2, QIOMMU_EDU), ==, OK);
    g_assert_cmpint(qiommu_detach(i, 2, QIOMMU_EDU), ==, INVAL);
    qiommu_world_free(w);
}

/* A1, D1, U1: reserved fields. */
static void test_reserved_fields(const char *transport)
{
    QIommuWorld *w = qiommu_world(transport, "", "");
    uint8_t bytes[VIOMMU_REQ_MAX_SIZE], tail[4];
    ViommuReq req = { .type = VIOMMU_T_ATTACH,
                      .domain_id = 1,
                      .endpoint_id = QIOMMU_EDU };
    size_t len = viommu_req_encode(&req, bytes);

    bytes[1] = bytes[2] = bytes[3] = 0xff; /* O3: ignored in the head */
    g_assert_cmpuint(qiommu_raw(w->iommu, bytes, len, tail, 4), ==, 4);
    g_assert_cmpuint(tail[0], ==, OK);
    bytes[len - 1] = 1;
    g_assert_cmpuint(qiommu_raw(w->iommu, bytes, len, tail, 4), ==, 4);
    g_assert_cmpuint(tail[0], ==, INVAL);
    req.type = VIOMMU_T_DETACH;
    len = viommu_req_encode(&req, bytes);
    memset(bytes + len - 8, 0xff, 8);
    g_assert_cmpuint(qiommu_raw(w->iommu, bytes, len, tail, 4), ==, 4);
    g_assert_cmpuint(tail[0], ==, OK);
    qiommu_world_free(w);
}

static void test_map_unmap(const char *transport)
{
    QIommuWorld *w = qiommu_world(transport, "", "");
    QIommu *i = w->iommu;

    g_assert_cmpint(qiommu_map(i, 1, 0, P - 1, P, RW), ==, NOENT); /* M4 */
    g_assert_cmpint(qiommu_unmap(i, 1, 0, P - 1), ==, NOENT);      /* U2 */
    g_assert_cmpint(qiommu_attach(i, 1, QIOMMU_EDU, 0), ==, OK);
    g_assert_cmpint(qiommu_map(i, 1, 1, P - 1, P, RW), ==, RANGE); /* M1 */
    g_assert_cmpint(qiommu_map(i, 1, 0, P - 2, P, RW), ==, RANGE);
    g_assert_cmpint(qiommu_map(i, 1, 0, P - 1, P + 1, RW), ==, RANGE);
    g_assert_cmpint(qiommu_map(i, 1, P, P - 1, P, RW), ==, INVAL); /* M8 */
    g_assert_cmpint(qiommu_unmap(i, 1, 0, UINT64_MAX), ==, OK);    /* returns at all */
    g_assert_cmpint(qiommu_map(i, 1, 0, P - 1, P, 8), ==, INVAL);  /* M3 */
    g_assert_cmpint(/* M9: aw-bits is 39 or 48 */
                    qiommu_map(i, 1, UINT64_C(1) << 62, (UINT64_C(1) << 62) + P - 1, P,
                               RW),
                    ==, RANGE);
    g_assert_cmpint(qiommu_map(i, 1, 0, 2 * P - 1, P, RW), ==, OK);
    g_assert_cmpint(qiommu_map(i, 1, P, 2 * P - 1, P, RW), ==, INVAL); /* M2 */
    g_assert_cmpint(qiommu_unmap(i, 1, 0, P - 1), ==, RANGE);          /* U4 */
    g_assert_cmpint(qiommu_unmap(i, 1, 0, 3 * P - 1), ==, OK);         /* U5 */
    g_assert_cmpint(qiommu_attach(i, 2, QIOMMU_EDU, VIRTIO_IOMMU_ATTACH_F_BYPASS), ==,
                    OK);
    g_assert_cmpint(qiommu_map(i, 2, 0, P - 1, P, RW), ==, INVAL);  /* M5 */
    g_assert_cmpint(qiommu_unmap(i, 2, 0, P - 1), ==, INVAL);       /* U3 */
    g_assert_cmpint(qiommu_attach(i, 2, QIOMMU_EDU, 0), ==, INVAL); /* A5 */
    qiommu_world_free(w);
}

/* U4: seven mappings, and an UNMAP that would split the last: all seven stay. */
static void test_split_changes_nothing(const char *transport)
{
    QIommuWorld *w = qiommu_world(transport, "", "");
    QIommu *i = w->iommu;

    g_assert_cmpint(qiommu_attach(i, 1, QIOMMU_EDU, 0), ==, OK);
    for (unsigned n = 0; n < 7; n++) {
        uint64_t start = n * 4 * P;

        g_assert_cmpint(qiommu_map(i, 1, start, start + 2 * P - 1, 0x100000, RW), ==,
                        OK);
    }
    g_assert_cmpint(qiommu_unmap(i, 1, 0, 6 * 4 * P + P - 1), ==, RANGE);
    qiommu_expect(w, "mappings", 7);
    g_assert_cmpint(qiommu_unmap(i, 1, 0, 7 * 4 * P - 1), ==, OK);
    qiommu_expect(w, "mappings", 0);
    qiommu_world_free(w);
}

/* O6: framing is free. */
static void test_framing(const char *transport)
{
    QIommuWorld *w = qiommu_world(transport, "", "");
    ViommuReq req = { .type = VIOMMU_T_ATTACH,
                      .domain_id = 1,
                      .endpoint_id = QIOMMU_EDU };
    uint8_t bytes[VIOMMU_REQ_MAX_SIZE], tail[4];
    size_t len = viommu_req_encode(&req, bytes);

    for (unsigned piece = 1; piece <= len; piece++) {
        for (int indirect = 0; indirect <= 1; indirect++) {
            g_assert_cmpuint(
                qiommu_raw_split(w->iommu, bytes, len, tail, 4, piece, indirect), ==,
                4);
            g_assert_cmpuint(tail[0], ==, OK);
        }
    }
    qiommu_world_free(w);
}

/* A PROBE of 72 bytes, and its answer, in more than 33 descriptors. */
static void test_probe_in_pieces(const char *transport)
{
    QIommuWorld *w = qiommu_world(transport, "", "");
    ViommuReq req = { .type = VIOMMU_T_PROBE, .endpoint_id = QIOMMU_EDU };
    uint8_t bytes[VIOMMU_REQ_MAX_SIZE], answer[516];
    size_t len = viommu_req_encode(&req, bytes);

    g_assert_cmpuint(qiommu_raw_split(w->iommu, bytes, len, answer, 516, 7, true), ==,
                     516);
    g_assert_cmpuint(answer[512], ==, OK);
    qiommu_world_free(w);
}

static void expect_unwritten(QIommuWorld *w, const void *request, uint32_t len,
                             uint32_t room)
{
    uint8_t answer[1024];

    g_assert_cmpuint(qiommu_raw(w->iommu, request, len, answer, room), ==, 0);
    for (uint32_t n = 0; n < room; n++) {
        g_assert_cmphex(answer[n], ==, 0xa5);
    }
}

/* O2, O5: what is no request goes back as it came, and the device lives. */
static void test_no_request(const char *transport)
{
    QIommuWorld *w = qiommu_world(transport, "", "");
    uint8_t bytes[VIOMMU_REQ_MAX_SIZE] = { 0 };
    ViommuReq req = { .type = VIOMMU_T_MAP, .domain_id = 1 };
    size_t len = viommu_req_encode(&req, bytes);

    expect_unwritten(w, bytes, len - 1, 4); /* too short for its type */
    expect_unwritten(w, bytes, 3, 4);       /* no head */
    expect_unwritten(w, bytes, 0, 4);       /* no readable part */
    expect_unwritten(w, bytes, len, 0);     /* no writable part */
    expect_unwritten(w, bytes, len, 3);     /* a tail of three bytes */
    for (unsigned type = 6; type < 256; type += 83) {
        bytes[0] = type;
        expect_unwritten(w, bytes, len, 4);
    }
    bytes[0] = 0;
    expect_unwritten(w, bytes, len, 4);
    g_assert_false(qvirtio_needs_reset(w->iommu->vio));
    g_assert_cmpint(qiommu_attach(w->iommu, 1, QIOMMU_EDU, 0), ==, OK);
    qiommu_world_free(w);
}

/* P7: one byte too small, just right, far too large. */
static void test_probe_room(const char *transport)
{
    QIommuWorld *w = qiommu_world(transport, "", "");
    ViommuReq req = { .type = VIOMMU_T_PROBE, .endpoint_id = QIOMMU_EDU };
    uint8_t bytes[VIOMMU_REQ_MAX_SIZE], answer[4096];
    size_t len = viommu_req_encode(&req, bytes);

    g_assert_cmpuint(qiommu_raw(w->iommu, bytes, len, answer, 516), ==, 516);
    g_assert_cmpuint(answer[512], ==, OK);
    g_assert_cmpuint(qiommu_raw(w->iommu, bytes, len, answer, 4096), ==, 516);
    g_assert_cmpuint(answer[512], ==, OK);
    g_assert_cmphex(answer[516], ==, 0xa5);
    qiommu_raw(w->iommu, bytes, len, answer, 515);
    g_assert_cmphex(answer[0] | answer[1], !=, VIRTIO_IOMMU_PROBE_T_RESV_MEM);
    req.endpoint_id = ABSENT;
    viommu_req_encode(&req, bytes);
    g_assert_cmpuint(qiommu_raw(w->iommu, bytes, len, answer, 516), ==, 516); /* P2 */
    g_assert_cmpuint(answer[512], ==, NOENT);
    qiommu_world_free(w);
}

/* S3.1: the machine's doorbell; hard cases: the user's regions hold beside it. */
static void test_probe_regions(const char *transport)
{
    bool q35 = g_str_equal(qtest_get_arch(), "x86_64");
    bool arrays = !qtest_is_qemu(); /* QEMU takes arrays as JSON alone */
    const char *options = arrays ? ",reserved-regions.0=0x10000000:0x1000ffff:0" : "";
    QIommuWorld *w = qiommu_world(transport, options, "");
    ViommuRegion regions[32];
    unsigned n, msi = 0, own = 0;
    uint64_t start, last;

    g_assert_cmpint(qiommu_probe(w->iommu, QIOMMU_EDU, regions, 32, &n), ==, OK);
    for (unsigned i = 0; i < n; i++) {
        if (regions[i].type == VIOMMU_REGION_MSI) {
            msi++;
            g_assert_cmphex(regions[i].range.start, ==, q35 ? 0xfee00000 : 0x8020000);
            g_assert_cmphex(regions[i].range.last, ==, q35 ? 0xfeefffff : 0x8020fff);
        } else {
            own++;
            g_assert_cmphex(regions[i].range.start, ==, 0x10000000);
            g_assert_cmphex(regions[i].range.last, ==, 0x1000ffff);
        }
    }
    g_assert_cmpuint(msi, ==, 1); /* R2 */
    g_assert_cmpuint(own, ==, arrays);
    start = arrays ? 0x10000000 : q35 ? 0xfee00000 : 0x8020000;
    last = arrays ? 0x1000ffff : q35 ? 0xfeefffff : 0x8020fff;
    g_assert_cmpint(qiommu_attach(w->iommu, 1, QIOMMU_EDU, 0), ==, OK);
    /* M10, S3.4: over, across and next to it */
    g_assert_cmpint(qiommu_map(w->iommu, 1, start, start + P - 1, 0, RW), ==, INVAL);
    g_assert_cmpint(qiommu_map(w->iommu, 1, start - P, last + P, 0, RW), ==, INVAL);
    g_assert_cmpint(qiommu_map(w->iommu, 1, start - P, start - 1, 0, RW), ==, OK);
    g_assert_cmpint(qiommu_map(w->iommu, 1, last + 1, last + P, 0, RW), ==, OK);
    qiommu_world_free(w);
}

/* The only region is the doorbell's page or pages, of this type, and stays free. */
static void expect_doorbell(const char *transport, const char *option,
                            ViommuRegionType type)
{
    bool q35 = g_str_equal(qtest_get_arch(), "x86_64");
    uint64_t start = q35 ? 0xfee00000 : 0x8020000, last = q35 ? 0xfeefffff : 0x8020fff;
    QIommuWorld *w = qiommu_world(transport, option, "");
    ViommuRegion regions[32];
    unsigned n;

    g_assert_cmpint(qiommu_probe(w->iommu, QIOMMU_EDU, regions, 32, &n), ==, OK);
    g_assert_cmpuint(n, ==, 1);
    g_assert_cmpint(regions[0].type, ==, type);
    g_assert_cmphex(regions[0].range.start, ==, start);
    g_assert_cmphex(regions[0].range.last, ==, last);
    g_assert_cmpint(qiommu_attach(w->iommu, 1, QIOMMU_EDU, 0), ==, OK);
    g_assert_cmpint(qiommu_map(w->iommu, 1, start, start + P - 1, start, RW), ==,
                    INVAL);
    g_assert_cmpint(qiommu_map(w->iommu, 1, last + 1 - P, last, 0, RW), ==, INVAL);
    qiommu_world_free(w);
}

/* S3.3: what the machine has, and what the property makes of it; S3.4 in both. */
static void test_doorbell_model(const char *transport)
{
    expect_doorbell(transport, "", VIOMMU_REGION_MSI);
    expect_doorbell(transport, ",msi-doorbell=auto", VIOMMU_REGION_MSI);
    expect_doorbell(transport, ",msi-doorbell=hardware", VIOMMU_REGION_MSI);
    expect_doorbell(transport, ",msi-doorbell=software", VIOMMU_REGION_RESERVED);
}

/* Features that were not negotiated. */
static void test_without_features(const char *transport)
{
    QIommuWorld *w = qiommu_world_idle(transport, "", "");
    ViommuRegion region;
    unsigned n;

    qiommu_world_start(w, 0);
    g_assert_cmpint(qiommu_attach(w->iommu, 1, QIOMMU_EDU, 0), ==, OK);
    g_assert_cmpint(
        qiommu_attach(w->iommu, 2, QIOMMU_EDU, VIRTIO_IOMMU_ATTACH_F_BYPASS), ==,
        INVAL);                                                            /* A2 */
    g_assert_cmpint(qiommu_map(w->iommu, 1, 0, P - 1, P, RW), ==, UNSUPP); /* M7 */
    g_assert_cmpint(qiommu_unmap(w->iommu, 1, 0, UINT64_MAX), ==, UNSUPP);
    g_assert_cmpint(qiommu_probe(w->iommu, QIOMMU_EDU, &region, 1, &n), ==,
                    QIOMMU_UNWRITTEN); /* P3 */
    qiommu_expect(w, "mappings", 0);
    qiommu_world_free(w);

    w = qiommu_world_idle(transport, "", "");
    qiommu_world_start(w, QVIRTIO_BIT(VIRTIO_IOMMU_F_MAP_UNMAP));
    g_assert_cmpint(qiommu_attach(w->iommu, 1, QIOMMU_EDU, 0), ==, OK);
    g_assert_cmpint(qiommu_map(w->iommu, 1, 0, P - 1, P, RW | VIRTIO_IOMMU_MAP_F_MMIO),
                    ==, INVAL);
    g_assert_cmpint(qiommu_map(w->iommu, 1, 0, P - 1, P, RW), ==, OK);
    qiommu_world_free(w);
}

/* Bounded: NOMEM at the cap, and what is there works on. */
static void test_caps(const char *transport)
{
    QIommuWorld *w = qiommu_world(transport, ",max-mappings=10,max-domains=1", "");
    QIommu *i = w->iommu;

    g_assert_cmpint(qiommu_attach(i, 1, QIOMMU_EDU, 0), ==, OK);
    for (unsigned n = 0; n < 10; n++) {
        g_assert_cmpint(qiommu_map(i, 1, n * P, (n + 1) * P - 1, P, RW), ==, OK);
    }
    g_assert_cmpint(qiommu_map(i, 1, 10 * P, 11 * P - 1, P, RW), ==, NOMEM);
    g_assert_cmpint(qiommu_attach(i, 2, 0, 0), ==, NOMEM);
    g_assert_cmpint(qiommu_unmap(i, 1, 0, P - 1), ==, OK);
    g_assert_cmpint(qiommu_map(i, 1, 10 * P, 11 * P - 1, P, RW), ==, OK);
    qiommu_world_free(w);
}

/*
 * S2.5: with nothing attached and no bypass, and whatever it is told about its bus: its
 * queues hold guest-physical addresses, and no access of its own is a fault.
 */
static void test_own_queues(const char *transport)
{
    static const char *const options[] = { "", ",access_platform=on",
                                           ",x-platform-dma=on" };

    for (unsigned n = 0; n < (qtest_is_qemu() ? 2 : 3); n++) {
        g_autofree char *all = g_strconcat(",boot-bypass=off", options[n], NULL);
        QIommuWorld *w = qiommu_world(transport, all, "");

        qiommu_add_event_buffers(w->iommu, 4, 24);
        g_assert_cmpint(qiommu_attach(w->iommu, 1, QIOMMU_EDU, 0), ==, OK);
        g_assert_cmpint(qiommu_map(w->iommu, 1, 0, P - 1, P, RW), ==, OK);
        g_assert_cmpint(qiommu_detach(w->iommu, 1, QIOMMU_EDU), ==, OK);
        qiommu_expect_no_fault(w->iommu);
        qedu_dma_from_ram(w->edu, P, 0, 1);
        qiommu_expect_fault(w->iommu, VIRTIO_IOMMU_FAULT_R_DOMAIN,
                            VIRTIO_IOMMU_FAULT_F_READ, QIOMMU_EDU, P);
        qiommu_world_free(w);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qiommu_add("/virtio-iommu-request/attach-detach", test_attach_detach);
    qiommu_add("/virtio-iommu-request/A1-D1-reserved-fields", test_reserved_fields);
    qiommu_add("/virtio-iommu-request/map-unmap", test_map_unmap);
    qiommu_add("/virtio-iommu-request/U4-split-changes-nothing",
               test_split_changes_nothing);
    qiommu_add("/virtio-iommu-request/O6-framing", test_framing);
    qiommu_add("/virtio-iommu-request/O6-probe-in-pieces", test_probe_in_pieces);
    qiommu_add("/virtio-iommu-request/O2-O5-no-request", test_no_request);
    qiommu_add("/virtio-iommu-request/P7-probe-room", test_probe_room);
    qiommu_add("/virtio-iommu-request/S3.1-probe-regions", test_probe_regions);
    qiommu_add("/virtio-iommu-request/S3.3-S3.4-doorbell-model", test_doorbell_model);
    qiommu_add("/virtio-iommu-request/M7-without-features", test_without_features);
    qiommu_add("/virtio-iommu-request/caps", test_caps);
    qiommu_add("/virtio-iommu-request/S2.5-own-queues", test_own_queues);
    return g_test_run();
}
