/* SPDX-License-Identifier: GPL-2.0-or-later */
/* virtio-iommu: what DMA becomes, byte for byte; bypass; faults. */
#include "qemu/osdep.h"
#include "libqos/virtio-iommu.h"

#define R   VIRTIO_IOMMU_MAP_F_READ
#define W   VIRTIO_IOMMU_MAP_F_WRITE
#define RW  (R | W)
#define P   QIOMMU_PAGE
#define OK  VIRTIO_IOMMU_S_OK

#define F_R VIRTIO_IOMMU_FAULT_F_READ
#define F_W VIRTIO_IOMMU_FAULT_F_WRITE

/* IOVAs that are no guest-physical address of RAM in any test. */
#define IOVA 0x70000000u

typedef struct Pages {
    QIommuWorld *w;
    uint64_t phys; /* four pages of RAM, each full of its number + 1 */
} Pages;

static Pages setup(const char *transport)
{
    Pages p = { .w = qiommu_world(transport, ",boot-bypass=off", "") };

    p.phys = qvirtio_alloc(p.w->qts, 4 * P, P);
    for (unsigned n = 0; n < 4; n++) {
        qtest_memset(p.w->qts, p.phys + n * P, n + 1, P);
    }
    g_assert_cmpint(qiommu_attach(p.w->iommu, 1, QIOMMU_EDU, 0), ==, OK);
    qiommu_map_scratch(p.w, 1);
    qiommu_add_event_buffers(p.w->iommu, 8, 24);
    return p;
}

static void map_page(Pages p, uint64_t iova, unsigned page, uint32_t flags)
{
    g_assert_cmpint(
        qiommu_map(p.w->iommu, 1, iova, iova + P - 1, p.phys + page * P, flags), ==,
        OK);
}

static void expect_read(Pages p, uint64_t iova, unsigned len, uint8_t first,
                        uint8_t last)
{
    uint8_t data[P];

    g_assert_true(qiommu_dma_read(p.w, p.w->edu, iova, data, len));
    g_assert_cmphex(data[0], ==, first);
    g_assert_cmphex(data[len - 1], ==, last);
}

static uint8_t ram(Pages p, uint64_t off)
{
    return qtest_readb(p.w->qts, p.phys + off);
}

static void expect_mapping_fault(Pages p, uint32_t flags, uint64_t address)
{
    qiommu_expect_fault(p.w->iommu, VIRTIO_IOMMU_FAULT_R_MAPPING, flags, QIOMMU_EDU,
                        address);
}

static void test_translate(const char *transport)
{
    Pages p = setup(transport);
    uint8_t data[4] = { 0x11, 0x22, 0x33, 0x44 };

    map_page(p, IOVA, 2, RW);
    expect_read(p, IOVA, 4, 3, 3);
    expect_read(p, IOVA + P - 1, 1, 3, 3);
    qiommu_dma_write(p.w, p.w->edu, IOVA + 0x10, data, 4);
    g_assert_cmphex(qtest_readl(p.w->qts, p.phys + 2 * P + 0x10), ==, 0x44332211);
    qiommu_expect_no_fault(p.w->iommu);
    g_assert_cmpint(qiommu_unmap(p.w->iommu, 1, IOVA, IOVA + P - 1), ==, OK);
    g_assert_false(
        qiommu_dma_read(p.w, p.w->edu, IOVA, data, 4)); /* U5: gone at once */
    expect_mapping_fault(p, F_R, IOVA);
    qiommu_world_free(p.w);
}

/* One byte of DMA just below a mapping: a fault, and nothing is touched. */
static void test_byte_below(const char *transport)
{
    Pages p = setup(transport);
    uint8_t byte = 0xee;

    map_page(p, IOVA, 1, RW);
    qiommu_dma_write(p.w, p.w->edu, IOVA - 1, &byte, 1);
    expect_mapping_fault(p, F_W, IOVA - 1);
    g_assert_cmphex(ram(p, P - 1), ==, 1);
    g_assert_cmphex(ram(p, P), ==, 2);
    g_assert_cmphex(ram(p, 2 * P - 1), ==, 2);
    qiommu_world_free(p.w);
}

/* Adjacent mappings of distant pages; the last byte of the first one is its own. */
static void test_adjacent(const char *transport)
{
    Pages p = setup(transport);
    uint8_t byte = 0xee;

    map_page(p, IOVA, 3, RW);
    map_page(p, IOVA + P, 0, RW);
    qiommu_dma_write(p.w, p.w->edu, IOVA + P - 1, &byte, 1);
    g_assert_cmphex(ram(p, 4 * P - 1), ==, 0xee);
    g_assert_cmphex(ram(p, 0), ==, 1);
    qiommu_expect_no_fault(p.w->iommu);
    /* across both */
    expect_read(p, IOVA + P - 2, 4, 4, 1);
    qiommu_world_free(p.w);
}

/* Into a hole: what is before it may be done, nothing outside is touched. */
static void test_into_a_hole(const char *transport)
{
    Pages p = setup(transport);
    uint8_t data[64];

    memset(data, 0xee, sizeof(data));
    map_page(p, IOVA, 1, RW);
    qiommu_dma_write(p.w, p.w->edu, IOVA + P - 32, data, 64);
    expect_mapping_fault(p, F_W, IOVA + P);
    g_assert_cmphex(ram(p, 2 * P), ==, 3); /* behind it in RAM */
    g_assert_cmphex(ram(p, 2 * P - 33), ==, 2);
    qiommu_world_free(p.w);
}

/* M6 */
static void test_permissions(const char *transport)
{
    Pages p = setup(transport);
    uint8_t byte = 0xee;

    map_page(p, IOVA, 0, R);
    map_page(p, IOVA + P, 1, W);
    expect_read(p, IOVA, 1, 1, 1);
    qiommu_dma_write(p.w, p.w->edu, IOVA, &byte, 1);
    expect_mapping_fault(p, F_W, IOVA);
    g_assert_cmphex(ram(p, 0), ==, 1);
    qiommu_dma_write(p.w, p.w->edu, IOVA + P, &byte, 1);
    g_assert_cmphex(ram(p, P), ==, 0xee);
    g_assert_false(qiommu_dma_read(p.w, p.w->edu, IOVA + P, &byte, 1));
    expect_mapping_fault(p, F_R, IOVA + P);
    qiommu_world_free(p.w);
}

/* D4, D5: gone with the last endpoint, and nothing is left in a new one of the name. */
static void test_detach(const char *transport)
{
    Pages p = setup(transport);
    uint8_t byte;

    map_page(p, IOVA, 0, RW);
    expect_read(p, IOVA, 1, 1, 1);
    g_assert_cmpint(qiommu_detach(p.w->iommu, 1, QIOMMU_EDU), ==, OK);
    qedu_dma_from_ram(p.w->edu, IOVA, 0, 1);
    qiommu_expect_fault(p.w->iommu, VIRTIO_IOMMU_FAULT_R_DOMAIN, F_R, QIOMMU_EDU, IOVA);
    qiommu_expect(p.w, "mappings", 0);
    g_assert_cmpint(qiommu_attach(p.w->iommu, 1, QIOMMU_EDU, 0), ==, OK);
    qiommu_map_scratch(p.w, 1);
    g_assert_false(qiommu_dma_read(p.w, p.w->edu, IOVA, &byte, 1));
    expect_mapping_fault(p, F_R, IOVA);
    qiommu_world_free(p.w);
}

/* A6: an ATTACH elsewhere takes the old mappings away, the same again does not. */
static void test_reattach(const char *transport)
{
    Pages p = setup(transport);
    uint8_t byte;

    map_page(p, IOVA, 0, RW);
    g_assert_cmpint(qiommu_attach(p.w->iommu, 1, QIOMMU_EDU, 0), ==, OK);
    expect_read(p, IOVA, 1, 1, 1);
    g_assert_cmpint(qiommu_attach(p.w->iommu, 9, QIOMMU_EDU, 8), ==,
                    VIRTIO_IOMMU_S_INVAL); /* refused: it stays where it is */
    expect_read(p, IOVA, 1, 1, 1);
    g_assert_cmpint(qiommu_attach(p.w->iommu, 2, QIOMMU_EDU, 0), ==, OK);
    qiommu_map_scratch(p.w, 2);
    g_assert_false(qiommu_dma_read(p.w, p.w->edu, IOVA, &byte, 1));
    qiommu_world_free(p.w);
}

/* M11: all there is to map, up to the last byte; with 64 address bits. */
static void test_whole_space(const char *transport)
{
    QIommuWorld *w = qiommu_world(transport, ",aw-bits=64,boot-bypass=off", "");
    uint64_t phys = qvirtio_alloc(w->qts, P, P);
    uint8_t byte;

    qtest_memset(w->qts, phys, 0x5a, P);
    g_assert_cmpint(qiommu_attach(w->iommu, 1, QIOMMU_EDU, 0), ==, OK);
    g_assert_cmpint(qiommu_map(w->iommu, 1, -(uint64_t)P, UINT64_MAX, phys, RW), ==,
                    OK);
    qiommu_map_scratch(w, 1);
    g_assert_true(qiommu_dma_read(w, w->edu, UINT64_MAX, &byte, 1));
    g_assert_cmphex(byte, ==, 0x5a);
    g_assert_cmpint(qiommu_unmap(w->iommu, 1, 0, UINT64_MAX), ==, OK);
    qiommu_expect(w, "mappings", 0);
    qiommu_world_free(w);
}

/* ---- bypass: the truth table of 5.13.6 ---- */

static bool reaches(QIommuWorld *w, uint64_t addr)
{
    uint8_t byte;

    return qiommu_dma_read(w, w->edu, addr, &byte, 1) && byte == 0x5a;
}

static void set_bypass(QIommuWorld *w, uint8_t on)
{
    QVirtio *vio = w->iommu->vio;

    vio->ops->config_write(vio, offsetof(struct virtio_iommu_config, bypass), on, 1);
}

static void check_bypass(const char *transport, bool on)
{
    g_autofree char *options = g_strdup_printf(",boot-bypass=%s", on ? "on" : "off");
    QIommuWorld *w = qiommu_world_idle(transport, options, "");
    uint64_t phys = qvirtio_alloc(w->qts, P, P);

    qtest_memset(w->qts, phys, 0x5a, P);
    g_assert_true(reaches(w, phys) == on); /* before there is a driver */
    qiommu_world_start(w, QIOMMU_FEATURES);
    g_assert_true(reaches(w, phys) == on); /* unattached */
    set_bypass(w, !on);
    g_assert_true(reaches(w, phys) == !on);
    g_assert_cmpint(qiommu_attach(w->iommu, 1, QIOMMU_EDU, 0), ==, OK);
    g_assert_false(reaches(w, phys)); /* attached: only what is mapped */
    set_bypass(w, 1);
    g_assert_false(reaches(w, phys)); /* whatever config says */
    g_assert_cmpint(
        qiommu_attach(w->iommu, 2, QIOMMU_EDU, VIRTIO_IOMMU_ATTACH_F_BYPASS), ==, OK);
    set_bypass(w, 0);
    g_assert_true(reaches(w, phys)); /* in a bypass domain */
    g_assert_cmpint(qiommu_detach(w->iommu, 2, QIOMMU_EDU), ==, OK);
    g_assert_false(reaches(w, phys)); /* O4 */
    qiommu_world_free(w);
}

static void test_bypass(const char *transport)
{
    check_bypass(transport, true);
    check_bypass(transport, false);
}

/* Offered is enough: the driver need not have accepted BYPASS_CONFIG. */
static void test_bypass_not_negotiated(const char *transport)
{
    QIommuWorld *w = qiommu_world_idle(transport, "", "");
    uint64_t phys = qvirtio_alloc(w->qts, P, P);

    qtest_memset(w->qts, phys, 0x5a, P);
    qiommu_world_start(w, QVIRTIO_BIT(VIRTIO_IOMMU_F_MAP_UNMAP));
    g_assert_true(reaches(w, phys));
    g_assert_cmpint(qiommu_attach(w->iommu, 1, QIOMMU_EDU, 0), ==, OK);
    g_assert_false(reaches(w, phys));
    qiommu_world_free(w);
}

/* ---- faults ---- */

/* E5: too small a buffer comes back unwritten, the report is counted as dropped. */
static void test_small_event_buffer(const char *transport)
{
    QIommuWorld *w = qiommu_world(transport, ",boot-bypass=off", "");
    struct virtio_iommu_fault fault;
    uint32_t len = 1;
    uint16_t id;

    qiommu_add_event_buffers(w->iommu, 1, 8);
    qedu_dma_from_ram(w->edu, IOVA, 0, 1);
    g_assert_true(qvirtqueue_poll(w->iommu->evt, &id, &len));
    g_assert_cmpuint(len, ==, 0);
    w->iommu->n_faults++;
    qiommu_expect(w, "faults-dropped", 1);
    qiommu_add_event_buffers(w->iommu, 1, 24);
    qedu_dma_from_ram(w->edu, IOVA, 0, 1);
    g_assert_cmpuint(qiommu_next_fault(w->iommu, &fault), ==, 24);
    qiommu_world_free(w);
}

/* No event buffer: bounded memory, no crash, and a count of what was lost. */
static void test_fault_flood(const char *transport)
{
    QIommuWorld *w = qiommu_world(transport, ",boot-bypass=off", "");
    struct virtio_iommu_fault fault;
    unsigned reported = 0;

    for (unsigned i = 0; i < 200; i++) {
        qedu_dma_from_ram(w->edu, IOVA + i, 0, 1);
    }
    qiommu_expect(w, "faults", 200);
    qiommu_expect(w, "faults-dropped", 200 - 64);
    qiommu_add_event_buffers(w->iommu, 64,
                             24); /* what waited comes now, oldest first */
    while (qiommu_next_fault(w->iommu, &fault)) {
        g_assert_cmphex(GUINT64_FROM_LE(fault.address), ==, IOVA + reported);
        reported++;
    }
    g_assert_cmpuint(reported, ==, 64);
    qiommu_world_free(w);
}

static void assert_traced(const char *text, const char *pattern)
{
    if (!g_regex_match_simple(pattern, text, G_REGEX_MULTILINE, 0)) {
        g_error("no \"%s\" in:\n%s", pattern, text);
    }
}

/* Every request, every fault and every report of one can be seen from outside. */
static void test_traces(const char *transport)
{
    g_autofree char *path = qtest_temp_file("trace", 0), *text = NULL;
    g_autofree char *args = g_strdup_printf("-trace virtio_iommu_* -D %s", path);
    QIommuWorld *w = qiommu_world(transport, ",boot-bypass=off", args);

    for (unsigned i = 0; i < 65; i++) {
        qedu_dma_to_ram(w->edu, IOVA + i, 0, 1);
    }
    qiommu_add_event_buffers(w->iommu, 1, 24);
    g_assert_cmpint(qiommu_attach(w->iommu, 1, QIOMMU_EDU, 0), ==, OK);
    g_assert_cmpint(qiommu_map(w->iommu, 1, 1, 0, 0, R), ==, VIRTIO_IOMMU_S_INVAL);
    qiommu_world_free(w);

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    assert_traced(text, "virtio_iommu_request type=1 in=20 .* used=4 status=0$");
    assert_traced(text, "virtio_iommu_request type=3 in=36 .* used=4 status=4$");
    assert_traced(text, "virtio_iommu_fault reason=1 .* address=0x70000000 dropped=0$");
    assert_traced(text, "virtio_iommu_fault reason=1 .* address=0x70000040 dropped=1$");
    assert_traced(text, "virtio_iommu_report_fault reason=1 .* address=0x70000000$");
}

static void test_fault_event(const char *transport)
{
    QIommuWorld *w = qiommu_world(transport, ",boot-bypass=off", "");
    struct json_object *event, *data;

    qedu_dma_to_ram(w->edu, IOVA, 0, 1);
    event = qtest_qmp_eventwait_ref(w->qts, "VIOMMU_FAULT");
    data = qtest_get(event, "data");
    g_assert_cmpstr(qtest_get_str(data, "reason"), ==, "domain");
    g_assert_cmpint(json_object_get_int64(qtest_get(data, "endpoint")), ==, QIOMMU_EDU);
    g_assert_cmpint(json_object_get_int64(qtest_get(data, "address")), ==, IOVA);
    g_assert_true(json_object_get_boolean(qtest_get(data, "write")));
    g_assert_false(json_object_get_boolean(qtest_get(data, "read")));
    json_object_put(event);
    qiommu_world_free(w);
}

/* S3.1: the hardware doorbell passes without a mapping, attached or not. */
static void test_hardware_doorbell(const char *transport)
{
    QIommuWorld *w = qiommu_world(transport, ",boot-bypass=off", "");
    uint64_t doorbell =
        g_str_equal(qtest_get_arch(), "x86_64") ? 0xfee00000 : 0x8020000;

    qiommu_add_event_buffers(w->iommu, 4, 24);
    qedu_dma_to_ram(w->edu, doorbell + 0x40, 0, 4);
    qiommu_expect_no_fault(w->iommu);
    g_assert_cmpint(qiommu_attach(w->iommu, 1, QIOMMU_EDU, 0), ==, OK);
    qedu_dma_to_ram(w->edu, doorbell + 0x40, 0, 4);
    qiommu_expect_no_fault(w->iommu);
    qiommu_expect(w, "mappings", 0);
    qiommu_world_free(w);
}

/* S3.2: with the software doorbell it is an address like any other, and mapped. */
static void test_software_doorbell(const char *transport)
{
    QIommuWorld *w =
        qiommu_world(transport, ",boot-bypass=off,msi-doorbell=software", "");
    uint64_t doorbell =
        g_str_equal(qtest_get_arch(), "x86_64") ? 0xfee00000 : 0x8020000;

    qiommu_add_event_buffers(w->iommu, 4, 24);
    g_assert_cmpint(qiommu_attach(w->iommu, 1, QIOMMU_EDU, 0), ==, OK);
    qedu_dma_to_ram(w->edu, doorbell + 0x40, 0, 4);
    qiommu_expect_fault(w->iommu, VIRTIO_IOMMU_FAULT_R_MAPPING, F_W, QIOMMU_EDU,
                        doorbell + 0x40);
    g_assert_cmpint(qiommu_map(w->iommu, 1, IOVA, IOVA + P - 1, doorbell,
                               W | VIRTIO_IOMMU_MAP_F_MMIO),
                    ==, OK);
    qedu_dma_to_ram(w->edu, IOVA + 0x40, 0, 4);
    qiommu_expect_no_fault(w->iommu);
    qiommu_expect(w, "mappings", 1);
    qiommu_world_free(w);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qiommu_add("/virtio-iommu-dma/translate", test_translate);
    qiommu_add("/virtio-iommu-dma/byte-below-a-mapping", test_byte_below);
    qiommu_add("/virtio-iommu-dma/adjacent-mappings", test_adjacent);
    qiommu_add("/virtio-iommu-dma/into-a-hole", test_into_a_hole);
    qiommu_add("/virtio-iommu-dma/M6-permissions", test_permissions);
    qiommu_add("/virtio-iommu-dma/D4-D5-detach", test_detach);
    qiommu_add("/virtio-iommu-dma/A6-reattach", test_reattach);
    qiommu_add("/virtio-iommu-dma/M11-whole-space", test_whole_space);
    qiommu_add("/virtio-iommu-dma/O4-bypass", test_bypass);
    qiommu_add("/virtio-iommu-dma/bypass-not-negotiated", test_bypass_not_negotiated);
    qiommu_add("/virtio-iommu-dma/E5-small-event-buffer", test_small_event_buffer);
    qiommu_add("/virtio-iommu-dma/fault-flood", test_fault_flood);
    qiommu_add("/virtio-iommu-dma/traces", test_traces);
    qiommu_add_own("/virtio-iommu-dma/fault-event", test_fault_event);
    qiommu_add("/virtio-iommu-dma/S3.1-hardware-doorbell", test_hardware_doorbell);
    qiommu_add("/virtio-iommu-dma/S3.2-software-doorbell", test_software_doorbell);
    return g_test_run();
}
