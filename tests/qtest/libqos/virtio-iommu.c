/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "libqos/virtio-iommu.h"

#define MAX_REQUEST  4096
#define MAX_PIECES   512
#define EVENT_STRIDE 64
#define MAX_EVENTS   64
#define POISON       0xa5

/* ------------------------------------------------------------ requests --- */

QIommu *qiommu_new(QVirtio *vio, uint64_t features)
{
    QIommu *iommu = g_new0(QIommu, 1);

    iommu->vio = vio;
    g_assert_cmphex(qvirtio_offered(vio) & features, ==, features);
    qvirtio_start(vio, features | QVIRTIO_BIT(VIRTIO_RING_F_INDIRECT_DESC));
    iommu->req = qvirtqueue_new(vio, 0, 0);
    iommu->evt = qvirtqueue_new(vio, 1, 0);
    qvirtio_driver_ok(vio);
    iommu->buf = qvirtio_alloc(vio->qts, 2 * MAX_REQUEST, 64);
    iommu->events = qvirtio_alloc(vio->qts, EVENT_STRIDE * MAX_EVENTS, 64);
    return iommu;
}

void qiommu_free(QIommu *iommu)
{
    qvirtqueue_free(iommu->req);
    qvirtqueue_free(iommu->evt);
    qvirtio_free(iommu->vio);
    g_free(iommu);
}

static unsigned add_pieces(QVirtioBuf *buf, unsigned n, uint64_t addr, uint32_t len,
                           uint32_t piece, bool write)
{
    for (uint32_t off = 0; off < len; off += piece) {
        g_assert_cmpuint(n, <, MAX_PIECES);
        buf[n++] = (QVirtioBuf){ addr + off, MIN(piece, len - off), write };
    }
    return n;
}

uint32_t qiommu_raw_split(QIommu *iommu, const void *request, uint32_t len,
                          void *answer, uint32_t room, uint32_t piece, bool indirect)
{
    QTestState *qts = iommu->vio->qts;
    QVirtioBuf buf[MAX_PIECES];
    uint32_t used;
    unsigned n;

    g_assert_cmpuint(len, <=, MAX_REQUEST);
    g_assert_cmpuint(room, <=, MAX_REQUEST);
    qtest_memset(qts, iommu->buf + MAX_REQUEST, POISON, MAX_REQUEST);
    if (len) {
        qtest_memwrite(qts, iommu->buf, request, len);
    }
    n = add_pieces(buf, 0, iommu->buf, len, piece, false);
    n = add_pieces(buf, n, iommu->buf + MAX_REQUEST, room, piece, true);
    used = qvirtqueue_run(iommu->req, buf, n, indirect);
    g_assert_cmpuint(used, <=, room);
    if (answer && room) {
        qtest_memread(qts, iommu->buf + MAX_REQUEST, answer, room);
    }
    return used;
}

uint32_t qiommu_raw(QIommu *iommu, const void *request, uint32_t len, void *answer,
                    uint32_t room)
{
    return qiommu_raw_split(iommu, request, len, answer, room, MAX_REQUEST, false);
}

/* @room bytes of answer, the last four of which are the tail. */
static int run(QIommu *iommu, const ViommuReq *req, uint8_t *answer, uint32_t room)
{
    uint8_t bytes[VIOMMU_REQ_MAX_SIZE];
    size_t len = viommu_req_encode(req, bytes);
    uint32_t used = qiommu_raw(iommu, bytes, len, answer, room);
    const uint8_t *tail = answer + room - VIOMMU_REQ_TAIL_SIZE;

    if (!used) {
        for (uint32_t i = 0; i < room; i++) {
            g_assert_cmphex(answer[i], ==, POISON);
        }
        return QIOMMU_UNWRITTEN;
    }
    g_assert_cmpuint(used, ==, room);
    g_assert_cmphex(tail[1] | tail[2] | tail[3], ==, 0); /* O3 */
    return tail[0];
}

static int run_plain(QIommu *iommu, ViommuReq req)
{
    uint8_t tail[VIOMMU_REQ_TAIL_SIZE];

    return run(iommu, &req, tail, sizeof(tail));
}

int qiommu_attach(QIommu *iommu, uint32_t domain, uint32_t endpoint, uint32_t flags)
{
    return run_plain(iommu, (ViommuReq){ .type = VIOMMU_T_ATTACH,
                                         .domain_id = domain,
                                         .endpoint_id = endpoint,
                                         .flags = flags });
}

int qiommu_detach(QIommu *iommu, uint32_t domain, uint32_t endpoint)
{
    return run_plain(iommu, (ViommuReq){ .type = VIOMMU_T_DETACH,
                                         .domain_id = domain,
                                         .endpoint_id = endpoint });
}

int qiommu_map(QIommu *iommu, uint32_t domain, uint64_t start, uint64_t last,
               uint64_t phys, uint32_t flags)
{
    return run_plain(iommu, (ViommuReq){ .type = VIOMMU_T_MAP,
                                         .domain_id = domain,
                                         .virt_start = start,
                                         .virt_last = last,
                                         .phys_start = phys,
                                         .flags = flags });
}

int qiommu_unmap(QIommu *iommu, uint32_t domain, uint64_t start, uint64_t last)
{
    return run_plain(iommu, (ViommuReq){ .type = VIOMMU_T_UNMAP,
                                         .domain_id = domain,
                                         .virt_start = start,
                                         .virt_last = last });
}

int qiommu_probe(QIommu *iommu, uint32_t endpoint, ViommuRegion *regions, unsigned max,
                 unsigned *n)
{
    uint32_t size = iommu->vio->ops->config_read(
        iommu->vio, offsetof(struct virtio_iommu_config, probe_size), 4);
    uint8_t answer[MAX_REQUEST];
    ViommuReq req = { .type = VIOMMU_T_PROBE, .endpoint_id = endpoint };
    int status = run(iommu, &req, answer, size + VIOMMU_REQ_TAIL_SIZE);
    size_t offset = 0;

    *n = 0;
    while (status == VIOMMU_S_OK && *n < max &&
           viommu_req_next_region(answer, size, &offset, &regions[*n])) {
        (*n)++;
    }
    return status;
}

/* -------------------------------------------------------------- faults --- */

void qiommu_add_event_buffers(QIommu *iommu, unsigned n, uint32_t size)
{
    for (unsigned i = 0; i < n; i++) {
        unsigned slot = iommu->n_events++ % MAX_EVENTS;
        QVirtioBuf buf = { iommu->events + slot * EVENT_STRIDE, size, true };

        qtest_memset(iommu->vio->qts, buf.addr, POISON, EVENT_STRIDE);
        g_assert_cmpuint(qvirtqueue_add(iommu->evt, &buf, 1, false), <, MAX_EVENTS * 4);
    }
    qvirtqueue_kick(iommu->evt);
}

/*
 * Buffers are used in the order they were added, so the one that came back is
 * the oldest; that is where its report is.
 */
uint32_t qiommu_next_fault(QIommu *iommu, struct virtio_iommu_fault *fault)
{
    uint32_t len = 0;
    uint16_t id;

    if (!qvirtqueue_poll(iommu->evt, &id, &len)) {
        return 0;
    }
    qtest_memread(iommu->vio->qts,
                  iommu->events + iommu->n_faults++ % MAX_EVENTS * EVENT_STRIDE, fault,
                  sizeof(*fault));
    return len;
}

void qiommu_expect_fault(QIommu *iommu, uint8_t reason, uint32_t flags,
                         uint32_t endpoint, uint64_t address)
{
    struct virtio_iommu_fault fault;

    g_assert_cmpuint(qiommu_next_fault(iommu, &fault), ==, sizeof(fault));
    g_assert_cmpuint(fault.reason, ==, reason);
    g_assert_cmphex(GUINT32_FROM_LE(fault.flags), ==,
                    flags | VIRTIO_IOMMU_FAULT_F_ADDRESS);
    g_assert_cmphex(GUINT32_FROM_LE(fault.endpoint), ==, endpoint);
    g_assert_cmphex(GUINT64_FROM_LE(fault.address), ==, address);
    /* E1; headers do not agree on the name of the second reserved field */
    fault.reason = 0;
    fault.flags = fault.endpoint = fault.address = 0;
    g_assert_cmpmem(&fault, sizeof(fault), &(struct virtio_iommu_fault){ 0 },
                    sizeof(fault));
}

void qiommu_expect_no_fault(QIommu *iommu)
{
    struct virtio_iommu_fault fault;

    g_assert_cmpuint(qiommu_next_fault(iommu, &fault), ==, 0);
}

/* --------------------------------------------------------------- world --- */

QIommuWorld *qiommu_world_idle(const char *transport, const char *options,
                               const char *args)
{
    QIommuWorld *w = g_new0(QIommuWorld, 1);
    const char *machine = g_str_equal(qtest_get_arch(), "x86_64") ? "q35" : "virt";

    w->mmio = g_str_equal(transport, "mmio");
    w->qts = qtest_initf("-M %s -nodefaults -device virtio-iommu-%s%s%s "
                         "-device edu,addr=0x2,dma_mask=0xffffffffffffffff %s",
                         machine, w->mmio ? "device" : "pci", options,
                         w->mmio ? "" : ",addr=0x1", args);
    qvirtio_alloc_reset();
    w->bus = qpci_root_bus(w->qts);
    w->edu = qedu_new(w->bus, QIOMMU_EDU);
    w->scratch = w->scratch_iova = qvirtio_alloc(w->qts, QIOMMU_PAGE, QIOMMU_PAGE);
    return w;
}

QVirtio *qiommu_world_find(QIommuWorld *w)
{
    return w->mmio ? qvirtio_mmio_find(w->qts, VIRTIO_ID_IOMMU)
                   : qvirtio_pci_find(w->bus, VIRTIO_ID_IOMMU);
}

void qiommu_world_start(QIommuWorld *w, uint64_t features)
{
    w->iommu = qiommu_new(qiommu_world_find(w), features);
}

QIommuWorld *qiommu_world(const char *transport, const char *options, const char *args)
{
    QIommuWorld *w = qiommu_world_idle(transport, options, args);

    qiommu_world_start(w, QIOMMU_FEATURES);
    return w;
}

void qiommu_world_free(QIommuWorld *w)
{
    if (w->iommu) {
        qiommu_free(w->iommu);
    }
    qedu_free(w->edu);
    g_free(w->bus);
    qtest_quit(w->qts);
    g_free(w);
}

struct json_object *qiommu_query(QIommuWorld *w)
{
    struct json_object *all = qtest_qmp_return(w->qts, "{'execute': 'query-viommu'}");
    struct json_object *one;

    g_assert_cmpuint(json_object_array_length(all), ==, 1);
    one = json_object_get(json_object_array_get_idx(all, 0));
    json_object_put(all);
    return one;
}

void qiommu_expect(QIommuWorld *w, const char *name, int64_t value)
{
    struct json_object *one;

    if (qtest_is_qemu()) {
        return;
    }
    one = qiommu_query(w);
    g_assert_cmpint(json_object_get_int64(qtest_get(one, name)), ==, value);
    json_object_put(one);
}

/* ----------------------------------------------------------------- DMA --- */

void qiommu_map_scratch(QIommuWorld *w, uint32_t domain)
{
    w->scratch_iova = QIOMMU_SCRATCH;
    g_assert_cmpint(qiommu_map(w->iommu, domain, QIOMMU_SCRATCH,
                               QIOMMU_SCRATCH + QIOMMU_PAGE - 1, w->scratch,
                               VIRTIO_IOMMU_MAP_F_READ | VIRTIO_IOMMU_MAP_F_WRITE),
                    ==, VIRTIO_IOMMU_S_OK);
}

void qiommu_dma_write(QIommuWorld *w, QEdu *edu, uint64_t iova, const void *data,
                      unsigned len)
{
    qtest_memwrite(w->qts, w->scratch, data, len);
    qedu_dma_from_ram(edu, w->scratch_iova, 0, len);
    qedu_dma_to_ram(edu, iova, 0, len);
}

/* edu has zeroes in its buffer after a read that failed. */
bool qiommu_dma_read(QIommuWorld *w, QEdu *edu, uint64_t iova, void *data, unsigned len)
{
    uint8_t *bytes = data;
    bool arrived = false;

    qtest_memset(w->qts, w->scratch, 0, len);
    qedu_dma_from_ram(edu, iova, 0, len);
    qedu_dma_to_ram(edu, w->scratch_iova, 0, len);
    qtest_memread(w->qts, w->scratch, data, len);
    for (unsigned i = 0; i < len; i++) {
        arrived |= bytes[i] != 0;
    }
    return arrived;
}

/* --------------------------------------------------------------- cases --- */

typedef struct Case {
    void (*fn)(const char *transport);
    const char *transport;
} Case;

static void run_case(const void *data)
{
    const Case *c = data;

    c->fn(c->transport);
}

static void add_case(const char *path, const char *transport,
                     void (*fn)(const char *transport))
{
    static GPtrArray *cases; /* they live as long as the program */
    Case *c = g_new(Case, 1);
    g_autofree char *full = g_strdup_printf("/%s%s", transport, path);

    if (!cases) {
        cases = g_ptr_array_new();
    }
    *c = (Case){ fn, transport };
    g_ptr_array_add(cases, c);
    qtest_add_data_func(full, c, run_case);
}

void qiommu_add(const char *path, void (*fn)(const char *transport))
{
    add_case(path, "pci", fn);
    if (g_str_equal(qtest_get_arch(), "aarch64") && !qtest_is_qemu()) {
        add_case(path, "mmio", fn);
    }
}

void qiommu_add_own(const char *path, void (*fn)(const char *transport))
{
    if (!qtest_is_qemu()) {
        qiommu_add(path, fn);
    }
}
