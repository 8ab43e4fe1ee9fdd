/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The wire format, byte for byte, and what is not a request at all. */
#include <string.h>
#include "viommu-db-fixture.h"
#include "hw/virtio/viommu-req.h"
#include "standard-headers/linux/virtio_iommu.h"

/* The core has its own names for what the wire has: they must mean the same. */
G_STATIC_ASSERT(VIOMMU_T_PROBE == VIRTIO_IOMMU_T_PROBE);
G_STATIC_ASSERT(VIOMMU_S_NOMEM == VIRTIO_IOMMU_S_NOMEM);
G_STATIC_ASSERT(VIOMMU_S_INVAL == VIRTIO_IOMMU_S_INVAL);
G_STATIC_ASSERT(VIOMMU_F_BYPASS_CONFIG == 1 << VIRTIO_IOMMU_F_BYPASS_CONFIG);
G_STATIC_ASSERT(VIOMMU_F_PROBE == 1 << VIRTIO_IOMMU_F_PROBE);
G_STATIC_ASSERT(VIOMMU_F_MMIO == 1 << VIRTIO_IOMMU_F_MMIO);
G_STATIC_ASSERT(VIOMMU_F_MAP_UNMAP == 1 << VIRTIO_IOMMU_F_MAP_UNMAP);
G_STATIC_ASSERT(VIOMMU_PERM_MMIO == VIRTIO_IOMMU_MAP_F_MMIO);
G_STATIC_ASSERT(VIOMMU_REGION_MSI == VIRTIO_IOMMU_RESV_MEM_T_MSI);
G_STATIC_ASSERT(VIOMMU_FAULT_F_ADDRESS == VIRTIO_IOMMU_FAULT_F_ADDRESS);
G_STATIC_ASSERT(VIOMMU_CONFIG_SIZE == sizeof(struct virtio_iommu_config));
G_STATIC_ASSERT(VIOMMU_FAULT_SIZE == sizeof(struct virtio_iommu_fault));
G_STATIC_ASSERT(VIOMMU_RESV_MEM_SIZE == sizeof(struct virtio_iommu_probe_resv_mem));
G_STATIC_ASSERT(VIOMMU_REQ_MAX_SIZE == sizeof(struct virtio_iommu_req_probe));

/* And both must mean what the standard says, in its numbers. */
G_STATIC_ASSERT(VIOMMU_T_ATTACH == 1 && VIOMMU_T_DETACH == 2 && VIOMMU_T_MAP == 3);
G_STATIC_ASSERT(VIOMMU_T_UNMAP == 4 && VIOMMU_T_PROBE == 5);
G_STATIC_ASSERT(VIOMMU_S_OK == 0 && VIOMMU_S_IOERR == 1 && VIOMMU_S_UNSUPP == 2);
G_STATIC_ASSERT(VIOMMU_S_DEVERR == 3 && VIOMMU_S_INVAL == 4 && VIOMMU_S_RANGE == 5);
G_STATIC_ASSERT(VIOMMU_S_NOENT == 6 && VIOMMU_S_FAULT == 7 && VIOMMU_S_NOMEM == 8);
G_STATIC_ASSERT(VIRTIO_IOMMU_S_OK == 0 && VIRTIO_IOMMU_S_IOERR == 1);
G_STATIC_ASSERT(VIRTIO_IOMMU_S_UNSUPP == 2 && VIRTIO_IOMMU_S_DEVERR == 3);
G_STATIC_ASSERT(VIRTIO_IOMMU_S_RANGE == 5 && VIRTIO_IOMMU_S_NOENT == 6);
G_STATIC_ASSERT(VIRTIO_IOMMU_S_FAULT == 7 && VIOMMU_ATTACH_F_BYPASS == 1);
G_STATIC_ASSERT(VIOMMU_F_INPUT_RANGE == 0x1 && VIOMMU_F_DOMAIN_RANGE == 0x2);
G_STATIC_ASSERT(VIOMMU_F_MAP_UNMAP == 0x4 && VIOMMU_F_PROBE == 0x10);
G_STATIC_ASSERT(VIOMMU_F_MMIO == 0x20 && VIOMMU_F_BYPASS_CONFIG == 0x40);
G_STATIC_ASSERT(VIRTIO_IOMMU_F_INPUT_RANGE == 0 && VIRTIO_IOMMU_F_DOMAIN_RANGE == 1);
G_STATIC_ASSERT(VIRTIO_IOMMU_F_BYPASS == 3 && VIRTIO_IOMMU_ATTACH_F_BYPASS == 1);

enum { PROBE_SIZE = 512, ANSWER = PROBE_SIZE + 4, JUNK = 0xee };

typedef struct Answer {
    uint8_t bytes[ANSWER + 16];
    size_t used;
} Answer;

static Answer handle_bytes(Fixture *t, const uint8_t *in, size_t in_len, size_t room)
{
    Answer answer;

    memset(answer.bytes, JUNK, sizeof(answer.bytes));
    answer.used = viommu_req_handle(t->db, in, in_len, answer.bytes, room);
    /* Whatever the request, nothing is written behind the used length. */
    for (size_t i = answer.used; i < sizeof(answer.bytes); i++) {
        g_assert_cmpuint(answer.bytes[i], ==, JUNK);
    }
    return answer;
}

static Answer handle(Fixture *t, const ViommuReq *req, size_t room)
{
    uint8_t in[VIOMMU_REQ_MAX_SIZE];

    return handle_bytes(t, in, viommu_req_encode(req, in), room);
}

/* Sends a request that is answered with a tail alone, and returns its status. */
static int status_of(Fixture *t, const ViommuReq *req)
{
    Answer answer = handle(t, req, ANSWER);

    g_assert_cmpuint(answer.used, ==, 4);
    g_assert_cmpuint(answer.bytes[1] | answer.bytes[2] | answer.bytes[3], ==, 0);
    return answer.bytes[0];
}

static const ViommuReq attach_a = { .type = VIOMMU_T_ATTACH,
                                    .domain_id = 1,
                                    .endpoint_id = EP_A };
static const ViommuReq detach_a = { .type = VIOMMU_T_DETACH,
                                    .domain_id = 1,
                                    .endpoint_id = EP_A };
static const ViommuReq map_page = { .type = VIOMMU_T_MAP,
                                    .domain_id = 1,
                                    .virt_start = 0x1000,
                                    .virt_last = 0x1fff,
                                    .phys_start = 0x7000,
                                    .flags = VIOMMU_PERM_RW };
static const ViommuReq unmap_all = { .type = VIOMMU_T_UNMAP,
                                     .domain_id = 1,
                                     .virt_last = TOP };
static const ViommuReq probe_msi = { .type = VIOMMU_T_PROBE, .endpoint_id = EP_MSI };

/* -------------------------------------------------------------- framing -- */

static void test_o1_ok(void)
{
    Fixture t = fixture();

    assert_ok(status_of(&t, &attach_a));
    assert_ok(status_of(&t, &map_page));
    g_assert_true(reaches(t.a, 0x1000));
    assert_ok(status_of(&t, &unmap_all));
    assert_mappings(t, 0);
    assert_ok(status_of(&t, &detach_a));
    g_assert_false(viommu_endpoint_attached(t.a));
    viommu_db_free(t.db);
}

/* The lengths of the standard's drawings, one byte less of which is no request. */
static void test_sizes(void)
{
    static const struct {
        uint8_t type, readable;
        uint16_t answer;
    } cases[] = {
        { 1, 20, 4 }, { 2, 20, 4 }, { 3, 36, 4 }, { 4, 28, 4 }, { 5, 72, 516 }
    };
    Fixture t = fixture();

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        uint8_t in[VIOMMU_REQ_MAX_SIZE] = { cases[i].type };
        size_t n = cases[i].readable;

        g_assert_cmpuint(handle_bytes(&t, in, n - 1, ANSWER).used, ==, 0);
        g_assert_cmpuint(handle_bytes(&t, in, n, ANSWER).used, ==, cases[i].answer);
    }
    viommu_db_free(t.db);
}

static void test_o2_unknown_type(void)
{
    Fixture t = fixture();
    uint8_t in[VIOMMU_REQ_MAX_SIZE] = { 0 };

    for (unsigned type = 0; type < 256; type++) {
        in[0] = type;
        if (type == 0 || type > VIOMMU_T_PROBE) {
            g_assert_cmpuint(handle_bytes(&t, in, sizeof(in), ANSWER).used, ==, 0);
        }
    }
    assert_ok(status_of(&t, &attach_a));
    viommu_db_free(t.db);
}

static void test_o3_reserved(void)
{
    Fixture t = fixture();
    uint8_t in[VIOMMU_REQ_MAX_SIZE];
    size_t n = viommu_req_encode(&attach_a, in);
    Answer answer;

    in[1] = in[2] = in[3] = 0xff;
    answer = handle_bytes(&t, in, n, 4);
    g_assert_cmpuint(answer.used, ==, 4);
    g_assert_cmpuint(viommu_endpoint_attached(t.a), ==, true);
    g_assert_cmpmem(answer.bytes, 4, "\0\0\0\0", 4);
    viommu_db_free(t.db);
}

/* Every length short of what each type takes. */
static void test_o5_too_short(void)
{
    const ViommuReq *reqs[] = { &attach_a, &detach_a, &map_page, &unmap_all,
                                &probe_msi };
    Fixture t = fixture();
    uint8_t in[VIOMMU_REQ_MAX_SIZE];

    for (unsigned i = 0; i < G_N_ELEMENTS(reqs); i++) {
        size_t n = viommu_req_encode(reqs[i], in);

        for (size_t len = 0; len < n; len++) {
            g_assert_cmpuint(handle_bytes(&t, in, len, ANSWER).used, ==, 0);
        }
        assert_domains(t, 0);
        g_assert_cmpuint(handle_bytes(&t, in, n, ANSWER).used, >=, 4);
        viommu_db_reset(t.db);
        viommu_db_set_features(t.db, VIOMMU_F_ALL);
    }
    viommu_db_free(t.db);
}

static void test_o5_no_tail(void)
{
    Fixture t = fixture();

    for (size_t room = 0; room < 4; room++) {
        g_assert_cmpuint(handle(&t, &attach_a, room).used, ==, 0);
        g_assert_cmpuint(handle(&t, &probe_msi, room).used, ==, 0);
    }
    /* Refused means not done, too. */
    assert_domains(t, 0);
    viommu_db_free(t.db);
}

static void test_longer_is_fine(void)
{
    Fixture t = fixture();
    uint8_t in[100] = { 0 };

    viommu_req_encode(&attach_a, in);
    in[99] = 0xff;
    g_assert_cmpuint(handle_bytes(&t, in, sizeof(in), ANSWER).used, ==, 4);
    g_assert_true(viommu_endpoint_attached(t.a));
    viommu_db_free(t.db);
}

/* ------------------------------------------------------ reserved fields -- */

static void test_a1_reserved(void)
{
    Fixture t = fixture();
    uint8_t in[VIOMMU_REQ_MAX_SIZE];
    size_t n = viommu_req_encode(&attach_a, in);

    for (unsigned i = 16; i < 20; i++) {
        in[i] = 0x80;
        g_assert_cmpuint(handle_bytes(&t, in, n, 4).bytes[0], ==, VIOMMU_S_INVAL);
        in[i] = 0;
    }
    assert_domains(t, 0);
    viommu_db_free(t.db);
}

static void test_d1_reserved(void)
{
    Fixture t = fixture_attached();
    uint8_t in[VIOMMU_REQ_MAX_SIZE];
    size_t n = viommu_req_encode(&detach_a, in);

    memset(in + 12, 0xff, 8);
    g_assert_cmpuint(handle_bytes(&t, in, n, 4).bytes[0], ==, VIOMMU_S_OK);
    g_assert_false(viommu_endpoint_attached(t.a));
    viommu_db_free(t.db);
}

static void test_u1_reserved(void)
{
    Fixture t = fixture_attached();
    uint8_t in[VIOMMU_REQ_MAX_SIZE];
    size_t n = viommu_req_encode(&unmap_all, in);

    assert_ok(status_of(&t, &map_page));
    for (unsigned i = 24; i < 28; i++) {
        in[i] = 0x80;
        g_assert_cmpuint(handle_bytes(&t, in, n, 4).bytes[0], ==, VIOMMU_S_INVAL);
        in[i] = 0;
    }
    assert_mappings(t, 1);
    viommu_db_free(t.db);
}

static void test_p1_reserved(void)
{
    Fixture t = fixture();
    uint8_t in[VIOMMU_REQ_MAX_SIZE];
    size_t n = viommu_req_encode(&probe_msi, in);

    memset(in + 8, 0xff, 64);
    g_assert_cmpuint(handle_bytes(&t, in, n, ANSWER).bytes[PROBE_SIZE], ==,
                     VIOMMU_S_OK);
    viommu_db_free(t.db);
}

/* ---------------------------------------------------------------- PROBE -- */

/* P4, P5, P6, R1 in one: the property as the standard draws it, and then zeros. */
static void test_p5_property_bytes(void)
{
    static const uint8_t expected[VIOMMU_RESV_MEM_SIZE] = {
        1, 0, 20, 0, 1, 0, 0, 0, 0, 0, 0xe0, 0xfe, 0, 0, 0, 0, 0xff, 0xff, 0xef, 0xfe,
    };
    Fixture t = fixture();
    Answer answer = handle(&t, &probe_msi, ANSWER);

    g_assert_cmpuint(answer.used, ==, ANSWER);
    g_assert_cmpmem(answer.bytes, sizeof(expected), expected, sizeof(expected));
    /* P8 */
    for (size_t i = sizeof(expected); i < ANSWER; i++) {
        g_assert_cmpuint(answer.bytes[i], ==, 0);
    }
    viommu_db_free(t.db);
}

static void test_p6_list(void)
{
    Fixture t = fixture();
    ViommuRegion regions[21], region;
    size_t offset = 0, n = 0;
    Answer answer;
    const ViommuReq req = { .type = VIOMMU_T_PROBE, .endpoint_id = 32 };

    for (unsigned i = 0; i < G_N_ELEMENTS(regions); i++) {
        regions[i] = (ViommuRegion){ { i * 0x100, i * 0x100 + i },
                                     i ? VIOMMU_REGION_RESERVED : VIOMMU_REGION_MSI };
    }
    fixture_endpoint(t.db, 32, regions, G_N_ELEMENTS(regions));
    answer = handle(&t, &req, ANSWER);
    g_assert_cmpuint(answer.bytes[PROBE_SIZE], ==, VIOMMU_S_OK);
    while (viommu_req_next_region(answer.bytes, PROBE_SIZE, &offset, &region)) {
        g_assert_cmphex(region.range.start, ==, regions[n].range.start);
        g_assert_cmphex(region.range.last, ==, regions[n].range.last);
        g_assert_cmpuint(region.type, ==, regions[n].type);
        n++;
    }
    g_assert_cmpuint(n, ==, G_N_ELEMENTS(regions));
    viommu_db_free(t.db);
}

static void test_p2_status_behind_properties(void)
{
    Fixture t = fixture();
    const ViommuReq req = { .type = VIOMMU_T_PROBE, .endpoint_id = EP_NONE };
    Answer answer = handle(&t, &req, ANSWER);

    g_assert_cmpuint(answer.used, ==, ANSWER);
    g_assert_cmpuint(answer.bytes[PROBE_SIZE], ==, VIOMMU_S_NOENT);
    g_assert_cmpuint(answer.bytes[0], ==, 0);
    viommu_db_free(t.db);
}

static void test_p3_not_negotiated(void)
{
    ViommuConfig config = fixture_config();
    Fixture t = fixture();

    viommu_db_set_features(t.db, VIOMMU_F_ALL & ~VIOMMU_F_PROBE);
    g_assert_cmpuint(handle(&t, &probe_msi, ANSWER).used, ==, 0);
    viommu_db_free(t.db);

    config.features &= ~VIOMMU_F_PROBE;
    t = fixture_full(&config, NULL, NULL);
    g_assert_cmpuint(handle(&t, &probe_msi, ANSWER).used, ==, 0);
    viommu_db_free(t.db);
}

/* One byte too small: no property, and the status where that buffer ends. */
static void test_p7_too_small(void)
{
    Fixture t = fixture();

    for (size_t room = 4; room < ANSWER; room++) {
        Answer answer = handle(&t, &probe_msi, room);

        g_assert_cmpuint(answer.used, ==, room);
        for (size_t i = 0; i < room; i++) {
            g_assert_cmpuint(answer.bytes[i], ==, i == room - 4 ? VIOMMU_S_INVAL : 0);
        }
    }
    viommu_db_free(t.db);
}

static void test_probe_far_too_large(void)
{
    Fixture t = fixture();
    Answer answer = handle(&t, &probe_msi, ANSWER + 16);

    g_assert_cmpuint(answer.used, ==, ANSWER);
    g_assert_cmpuint(answer.bytes[PROBE_SIZE], ==, VIOMMU_S_OK);
    viommu_db_free(t.db);
}

/* S3.5: who asked for it hears of identity regions; others read RESERVED. */
static void test_identity_subtype(void)
{
    const ViommuRegion region = { { 0x8000, 0x8fff }, VIOMMU_REGION_IDENTITY };
    const ViommuReq req = { .type = VIOMMU_T_PROBE, .endpoint_id = 32 };

    for (int report = 0; report < 2; report++) {
        ViommuConfig config = fixture_config();
        Fixture t;

        config.report_identity = report;
        t = fixture_full(&config, NULL, NULL);
        fixture_endpoint(t.db, 32, &region, 1);
        g_assert_cmpuint(handle(&t, &req, ANSWER).bytes[4], ==,
                         report ? VIOMMU_REGION_IDENTITY : VIOMMU_REGION_RESERVED);
        viommu_db_free(t.db);
    }
}

static void test_property_decoder_bounds(void)
{
    const uint8_t list[] = { 9, 0xf0, 2, 0, 0, 0, 1, 0, 20, 0, 1, 0, 0, 0, 0,
                             0, 0,    0, 0, 0, 0, 0, 9, 0,  0, 0, 0, 0, 0, 0 };
    ViommuRegion region;

    /* An unknown property is skipped; one that reaches beyond the end is not read. */
    for (size_t size = 0; size <= sizeof(list); size++) {
        size_t offset = 0;
        bool found = viommu_req_next_region(list, size, &offset, &region);

        g_assert_cmpint(found, ==, size == sizeof(list));
        g_assert_cmpuint(offset, <=, size);
    }
    g_assert_cmpuint(region.range.last, ==, 9);
}

/* --------------------------------------------- encoders, against structs -- */

static void test_request_bytes(void)
{
    const ViommuReq req = { .type = VIOMMU_T_MAP,
                            .domain_id = 0x01020304,
                            .virt_start = 0x1112131415161718,
                            .virt_last = TOP - 1,
                            .phys_start = 0x2122232425262728,
                            .flags = 5 };
    static const uint8_t expected[] = {
        3,    0,    0,    0,    4,    3,    2,    1,    0x18, 0x17, 0x16, 0x15,
        0x14, 0x13, 0x12, 0x11, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0x28, 0x27, 0x26, 0x25, 0x24, 0x23, 0x22, 0x21, 5,    0,    0,    0,
    };
    uint8_t out[VIOMMU_REQ_MAX_SIZE];
    ViommuReq back;

    g_assert_cmpmem(out, viommu_req_encode(&req, out), expected, sizeof(expected));
    g_assert_true(viommu_req_decode(out, sizeof(expected), &back));
    g_assert_cmphex(back.domain_id, ==, req.domain_id);
    g_assert_cmphex(back.virt_start, ==, req.virt_start);
    g_assert_cmphex(back.virt_last, ==, req.virt_last);
    g_assert_cmphex(back.phys_start, ==, req.phys_start);
    g_assert_cmphex(back.flags, ==, req.flags);
}

/* The other types: each field at its place, and no other one. */
static void test_request_fields(void)
{
    uint8_t in[VIOMMU_REQ_MAX_SIZE];
    ViommuReq req;

    for (unsigned i = 0; i < sizeof(in); i++) {
        in[i] = i;
    }
    in[0] = VIOMMU_T_ATTACH;
    g_assert_true(viommu_req_decode(in, 20, &req));
    g_assert_cmphex(req.domain_id, ==, 0x07060504);
    g_assert_cmphex(req.endpoint_id, ==, 0x0b0a0908);
    g_assert_cmphex(req.flags, ==, 0x0f0e0d0c);
    g_assert_true(req.reserved);
    in[0] = VIOMMU_T_DETACH;
    g_assert_true(viommu_req_decode(in, 20, &req));
    g_assert_cmphex(req.domain_id, ==, 0x07060504);
    g_assert_cmphex(req.endpoint_id, ==, 0x0b0a0908);
    g_assert_false(req.reserved);
    in[0] = VIOMMU_T_UNMAP;
    g_assert_true(viommu_req_decode(in, 28, &req));
    g_assert_cmphex(req.domain_id, ==, 0x07060504);
    g_assert_cmphex(req.virt_start, ==, 0x0f0e0d0c0b0a0908);
    g_assert_cmphex(req.virt_last, ==, 0x1716151413121110);
    g_assert_true(req.reserved);
    in[0] = VIOMMU_T_PROBE;
    g_assert_true(viommu_req_decode(in, 72, &req));
    g_assert_cmphex(req.endpoint_id, ==, 0x07060504);
    g_assert_false(req.reserved);
}

static void test_config_bytes(void)
{
    ViommuConfig config = fixture_config();
    Fixture t;
    struct virtio_iommu_config wire;
    uint8_t out[VIOMMU_CONFIG_SIZE];

    config.input_range = (ViommuRange){ 0x1000, 0xffffffffffff };
    config.domain_start = 3;
    t = fixture_full(&config, NULL, NULL);
    memset(out, JUNK, sizeof(out));
    viommu_req_encode_config(t.db, out);
    g_assert_cmpuint(out[37] | out[38] | out[39], ==, 0);
    memcpy(&wire, out, sizeof(wire));
    g_assert_cmphex(GUINT64_FROM_LE(wire.page_size_mask), ==, -PAGE);
    g_assert_cmphex(GUINT64_FROM_LE(wire.input_range.start), ==, 0x1000);
    g_assert_cmphex(GUINT64_FROM_LE(wire.input_range.end), ==, 0xffffffffffff);
    g_assert_cmphex(GUINT32_FROM_LE(wire.domain_range.start), ==, 3);
    g_assert_cmphex(GUINT32_FROM_LE(wire.domain_range.end), ==, UINT32_MAX);
    g_assert_cmpuint(GUINT32_FROM_LE(wire.probe_size), ==, PROBE_SIZE);
    g_assert_cmpuint(wire.bypass, ==, 0);
    viommu_db_set_bypass(t.db, true);
    viommu_req_encode_config(t.db, out);
    g_assert_cmpuint(out[36], ==, 1);
    g_assert_cmpuint(out[37] | out[38] | out[39], ==, 0);
    viommu_db_free(t.db);

    /* Without the feature there is no such field, whatever the device does. */
    config.features &= ~(uint64_t)VIOMMU_F_BYPASS_CONFIG;
    t = fixture_full(&config, NULL, NULL);
    viommu_db_set_bypass(t.db, true);
    viommu_req_encode_config(t.db, out);
    g_assert_cmpuint(out[36], ==, 0);
    viommu_db_free(t.db);
}

static void test_e1_fault_bytes(void)
{
    static const uint8_t expected[VIOMMU_FAULT_SIZE] = {
        2, 0, 0, 0, 2, 1, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0xff, 0x1f, 0, 0, 0, 0, 0, 0x80,
    };
    uint8_t out[VIOMMU_FAULT_SIZE];

    memset(out, JUNK, sizeof(out));
    viommu_req_encode_fault(out, VIOMMU_FAULT_R_MAPPING,
                            VIOMMU_FAULT_F_WRITE | VIOMMU_FAULT_F_ADDRESS, EP_A,
                            0x8000000000001fff);
    g_assert_cmpmem(out, sizeof(out), expected, sizeof(expected));
    /* E2: no flag that the standard has not. */
    viommu_req_encode_fault(out, VIOMMU_FAULT_R_DOMAIN, ~0u, EP_A, 0);
    g_assert_cmpuint(out[4], ==, 3);
    g_assert_cmpuint(out[5], ==, 1);
    g_assert_cmpuint(out[6] | out[7], ==, 0);
}

/* ------------------------------------------------------------ hard cases -- */

static void test_inverted_map_then_unmap_all(void)
{
    Fixture t = fixture_attached();
    ViommuReq req = map_page;

    req.virt_start = 0x2000;
    assert_status(status_of(&t, &req), VIOMMU_S_INVAL);
    assert_ok(status_of(&t, &unmap_all));
    viommu_db_free(t.db);
}

/* A flood of MAP requests: memory stays within the cap. */
static void test_flood_is_capped(void)
{
    Fixture t = fixture_attached();
    ViommuReq req = map_page;
    size_t bytes = 0;

    for (uint64_t i = 0; i < 200000; i++) {
        req.virt_start = i * 2 * PAGE;
        req.virt_last = req.virt_start + PAGE - 1;
        assert_status(status_of(&t, &req), i < 1000 ? VIOMMU_S_OK : VIOMMU_S_NOMEM);
        if (i == 1000) {
            bytes = viommu_db_bytes(t.db);
        }
    }
    assert_mappings(t, 1000);
    g_assert_cmpuint(viommu_db_bytes(t.db), ==, bytes);
    viommu_db_free(t.db);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/viommu-req/O1-ok", test_o1_ok);
    g_test_add_func("/viommu-req/sizes", test_sizes);
    g_test_add_func("/viommu-req/O2-unknown-type", test_o2_unknown_type);
    g_test_add_func("/viommu-req/O3-reserved", test_o3_reserved);
    g_test_add_func("/viommu-req/O5-too-short", test_o5_too_short);
    g_test_add_func("/viommu-req/O5-no-tail", test_o5_no_tail);
    g_test_add_func("/viommu-req/longer-is-fine", test_longer_is_fine);
    g_test_add_func("/viommu-req/A1-reserved", test_a1_reserved);
    g_test_add_func("/viommu-req/D1-reserved", test_d1_reserved);
    g_test_add_func("/viommu-req/U1-reserved", test_u1_reserved);
    g_test_add_func("/viommu-req/P1-reserved", test_p1_reserved);
    g_test_add_func("/viommu-req/P5-property-bytes", test_p5_property_bytes);
    g_test_add_func("/viommu-req/P6-list", test_p6_list);
    g_test_add_func("/viommu-req/P2-status-behind-properties",
                    test_p2_status_behind_properties);
    g_test_add_func("/viommu-req/P3-not-negotiated", test_p3_not_negotiated);
    g_test_add_func("/viommu-req/P7-too-small", test_p7_too_small);
    g_test_add_func("/viommu-req/probe-far-too-large", test_probe_far_too_large);
    g_test_add_func("/viommu-req/identity-subtype", test_identity_subtype);
    g_test_add_func("/viommu-req/property-decoder-bounds",
                    test_property_decoder_bounds);
    g_test_add_func("/viommu-req/request-bytes", test_request_bytes);
    g_test_add_func("/viommu-req/request-fields", test_request_fields);
    g_test_add_func("/viommu-req/C6-config-bytes", test_config_bytes);
    g_test_add_func("/viommu-req/E1-fault-bytes", test_e1_fault_bytes);
    g_test_add_func("/viommu-req/inverted-map-then-unmap-all",
                    test_inverted_map_then_unmap_all);
    g_test_add_func("/viommu-req/flood-is-capped", test_flood_is_capped);
    return g_test_run();
}
