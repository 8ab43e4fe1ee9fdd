/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The whole device in process: requests in any framing, configuration space,
 * status, queue set-up, event buffers and DMA of endpoints, one after the other,
 * against a naive model that says every answer, and for every DMA which bytes it
 * reaches and which fault it raises.
 *
 * A driver that breaks the rules of the rings (wild) gets no promises but that the
 * device lives; a reset ends that, and then the model holds again.
 */
#include "qemu/osdep.h"
#include "../unit/viommu-device-fixture.h"
#include "qemu/main-loop.h"
#include "viommu-model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PAGE      MODEL_PAGE
#define ENDPOINTS 3
#define RING      256 /* entries, as many as the device's queues have */

/* Guest memory: rings and buffers, then what DMA is for. */
#define REQ_DESC   UINT64_C(0x1000)
#define REQ_AVAIL  UINT64_C(0x2000)
#define REQ_USED   UINT64_C(0x3000)
#define REQ_TABLE  UINT64_C(0x6000)
#define REQ_IN     UINT64_C(0x8000)
#define REQ_OUT    UINT64_C(0x9000)
#define EVT_DESC   UINT64_C(0xa000)
#define EVT_AVAIL  UINT64_C(0xb000)
#define EVT_USED   UINT64_C(0xc000)
#define EVT_BUFFER UINT64_C(0xe000)
#define DMA_START  UINT64_C(0x40000)
#define DMA_PAGES  32
#define DMA_SIZE   (DMA_PAGES * PAGE)

static const ViommuRegion doorbell = { { 0x48000, 0x49fff }, VIOMMU_REGION_MSI };
static const ModelConfig model_config = {
    .first_id = T_ENDPOINT,
    .n_endpoints = ENDPOINTS,
    .with_regions = (1 << ENDPOINTS) - 1,
    .regions = &doorbell,
    .n_regions = 1,
    .input_last = UINT64_MAX,
    .domain_last = UINT32_MAX,
    .max_domains = 2,
    .max_mappings = MODEL_MAPPINGS,
};

typedef struct Fuzz {
    IommuTest i;
    uint8_t *ram;
    Model model;
    bool bypass;
    bool running; /* the driver is past DRIVER_OK */
    bool wild;
    uint16_t avail, events;
    uint8_t fill;
    uint8_t before[DMA_SIZE], buffer[DMA_SIZE];
    const uint8_t *data;
    size_t left;
} Fuzz;

/* What the device has not written; a page of it, to compare with at once. */
enum { UNTOUCHED = 0xee };
static uint8_t untouched[PAGE];

static uint8_t take(Fuzz *f)
{
    if (!f->left) {
        return 0;
    }
    f->left--;
    return *f->data++;
}

/* ---- the driver ---- */

static uint8_t config_bypass(Fuzz *f)
{
    return virtio_config_modern_readb(f->i.t->vdev,
                                      offsetof(struct virtio_iommu_config, bypass));
}

/* From nothing to DRIVER_OK, or as far as @until says. */
static void restart(Fuzz *f, uint8_t features, unsigned until)
{
    VirtIODevice *vdev = f->i.t->vdev;

    virtio_test_negotiate(f->i.t, T_VERSION_1 | T_INDIRECT | (features & VIOMMU_F_ALL));
    f->model = (Model){ .config = &model_config, .features = features & VIOMMU_F_ALL };
    f->bypass = config_bypass(f);
    f->avail = f->events = 0;
    f->wild = false;
    f->running = until == 0;
    memset(f->ram + REQ_DESC, 0, EVT_BUFFER - REQ_DESC);
    if (until < 2) {
        virtio_queue_set_rings(vdev, 0, REQ_DESC, REQ_AVAIL, REQ_USED);
        virtio_queue_set_rings(vdev, 1, EVT_DESC, EVT_AVAIL, EVT_USED);
    }
    if (until == 0) {
        virtio_set_status(vdev, vdev->status | VIRTIO_CONFIG_S_DRIVER_OK);
    }
    g_assert_cmpuint(viommu_db_mapping_count(f->i.s->db), ==, 0);
    g_assert_cmpuint(viommu_db_domain_count(f->i.s->db), ==, 0);
}

static void describe(Fuzz *f, hwaddr table, unsigned *n, uint64_t addr, uint32_t len,
                     uint32_t piece, uint16_t flags)
{
    for (uint32_t off = 0; off < len; off += piece) {
        split_desc(f->i.t, table, *n, addr + off, MIN(piece, len - off), flags | NEXT,
                   *n + 1);
        ++*n;
    }
}

static void end_chain(Fuzz *f, hwaddr table, unsigned n)
{
    uint8_t *flags = f->ram + table + (n - 1) * 16 + 12;

    stw_le_p(flags, lduw_le_p(flags) & ~NEXT);
}

/* One buffer of @n bytes to read and @room to write; the used length, -1 if none. */
static int64_t run(Fuzz *f, const uint8_t *in, size_t n, size_t room, uint8_t framing)
{
    static const uint32_t pieces[] = { 4096, 1, 3, 4, 16, 40, 4, 64 };
    uint32_t piece = pieces[framing & 7];
    hwaddr table = framing & 8 ? REQ_TABLE : REQ_DESC;
    unsigned descs = 0;
    uint16_t used = lduw_le_p(f->ram + REQ_USED + 2);

    if ((n + room) / piece > RING - 4) {
        piece = 4096;
    }
    memcpy(f->ram + REQ_IN, in, n);
    memset(f->ram + REQ_OUT, UNTOUCHED, PAGE);
    describe(f, table, &descs, REQ_IN, n, piece, 0);
    describe(f, table, &descs, REQ_OUT, room, piece, WRITE);
    if (!descs) {
        return -1;
    }
    end_chain(f, table, descs);
    if (table == REQ_TABLE) {
        split_desc(f->i.t, REQ_DESC, 0, REQ_TABLE, descs * 16, INDIRECT, 0);
    }
    stw_le_p(f->ram + REQ_AVAIL + 4 + f->avail % RING * 2, 0);
    stw_le_p(f->ram + REQ_AVAIL + 2, ++f->avail);
    virtio_queue_notify(f->i.t->vdev, 0);
    if (lduw_le_p(f->ram + REQ_USED + 2) == used) {
        return -1;
    }
    return ldl_le_p(f->ram + REQ_USED + 8 + used % RING * 8);
}

/* ---- requests ---- */

static void expect_answer(Fuzz *f, const uint8_t *in, int status, size_t room,
                          int64_t used)
{
    const uint8_t *out = f->ram + REQ_OUT;
    size_t tail = 0;

    if (status < 0) {
        g_assert_cmpint(used, ==, 0);
    } else if (in[0] == VIRTIO_IOMMU_T_PROBE) {
        tail = MIN(room - 4, (size_t)VIRTIO_IOMMU_PROBE_SIZE);
        status = tail < VIRTIO_IOMMU_PROBE_SIZE ? VIRTIO_IOMMU_S_INVAL : status;
        g_assert_cmpint(used, ==, tail + 4);
    } else {
        g_assert_cmpint(used, ==, 4);
    }
    if (used) {
        g_assert_cmpuint(out[tail], ==, status);
        g_assert_cmpuint(out[tail + 1] | out[tail + 2] | out[tail + 3], ==, 0);
    }
    g_assert_cmpmem(out + used, PAGE - used, untouched + used, PAGE - used);
}

static void request(Fuzz *f, const uint8_t *in, size_t n)
{
    static const size_t rooms[] = { 4, 4, 4, 516, 0, 3, 5, 515, 560 };
    size_t room = rooms[take(f) % G_N_ELEMENTS(rooms)];
    uint8_t framing = take(f);
    int64_t used;

    if (f->wild || !f->running) {
        run(f, in, n, room, framing);
        return;
    }
    used = run(f, in, n, room, framing);
    if (n + room) {
        int status = room < 4 ? -1 : model_status(&f->model, in, n);

        expect_answer(f, in, status, room, used);
    }
    g_assert_cmpuint(viommu_db_mapping_count(f->i.s->db), ==, f->model.n);
    g_assert_cmpuint(viommu_db_domain_count(f->i.s->db), ==,
                     model_count_domains(&f->model));
}

static void raw_request(Fuzz *f)
{
    uint8_t in[128];
    size_t n = take(f) % sizeof(in);

    n = MIN(n, f->left); /* a macro, that may evaluate what it is given twice */
    memcpy(in, f->data, n);
    f->data += n;
    f->left -= n;
    request(f, in, n);
}

static uint64_t some_iova(uint8_t byte)
{
    uint64_t page = byte % DMA_PAGES * PAGE;

    return byte & 64 ? page - DMA_SIZE : DMA_START + page;
}

static void likely_request(Fuzz *f, unsigned type)
{
    uint8_t in[VIOMMU_REQ_MAX_SIZE], flags;
    ViommuReq req = { .type = type };
    uint8_t ids = take(f);

    req.domain_id = ids % 4;
    req.endpoint_id = T_ENDPOINT + (ids >> 2) % (ENDPOINTS + 1);
    req.virt_start = some_iova(take(f));
    req.virt_last = req.virt_start + take(f) % 8 * PAGE + PAGE - 1;
    req.phys_start = DMA_START + take(f) % DMA_PAGES * PAGE;
    flags = take(f);
    req.flags = type == VIOMMU_T_ATTACH ? flags & 1 : flags & 7;
    if (flags & 64) {
        req.virt_start = 0;
    }
    if (flags & 128) {
        req.virt_last = UINT64_MAX;
    }
    request(f, in, viommu_req_encode(&req, in));
}

/* ---- DMA ---- */

typedef struct Reach {
    bool ok;
    uint64_t phys;
    uint8_t reason;
} Reach;

/* What becomes of an access to the page of @iova. */
static Reach reach(const Fuzz *f, unsigned e, uint64_t iova, uint32_t perm)
{
    const Model *m = &f->model;
    Reach r = { .phys = iova, .reason = VIRTIO_IOMMU_FAULT_R_MAPPING };

    if (iova >= doorbell.range.start && iova <= doorbell.range.last) {
        r.ok = true;
        return r;
    }
    if (!m->attached[e]) {
        r.ok = f->bypass;
        r.reason = VIRTIO_IOMMU_FAULT_R_DOMAIN;
        return r;
    }
    r.ok = m->bypass[e];
    for (unsigned k = 0; k < m->n; k++) {
        const ModelMapping *x = &m->mapping[k];

        if (x->domain == m->domain[e] && x->start <= iova && iova <= x->last) {
            r.ok = (x->flags & perm) == perm;
            r.phys = x->phys + (iova - x->start);
        }
    }
    return r;
}

static bool in_dma_memory(uint64_t phys)
{
    return phys >= DMA_START && phys < DMA_START + DMA_SIZE;
}

/* All bytes are ones that the model can judge: in the memory for DMA, or a fault. */
static bool judged(const Fuzz *f, unsigned e, uint64_t iova, size_t len, uint32_t perm)
{
    for (size_t off = 0; off < len; off += PAGE - ((iova + off) & (PAGE - 1))) {
        Reach r = reach(f, e, iova + off, perm);

        if (r.ok && !in_dma_memory(r.phys)) {
            return false;
        }
    }
    return true;
}

typedef struct Expected {
    bool ok;         /* all of it gets through */
    uint64_t faulty; /* else the first byte that does not */
    uint8_t reason;
} Expected;

static Expected predict(const Fuzz *f, unsigned e, uint64_t iova, size_t len,
                        uint32_t perm)
{
    for (size_t off = 0; off < len; off += PAGE - ((iova + off) & (PAGE - 1))) {
        Reach r = reach(f, e, iova + off, perm);

        if (!r.ok) {
            return (Expected){ false, iova + off, r.reason };
        }
    }
    return (Expected){ .ok = true };
}

/*
 * Moves into f->before, by the model, what a write of f->fill moved. If some of it is
 * out of reach, the rest may have been written or not.
 */
static void model_write(Fuzz *f, unsigned e, uint64_t iova, size_t len, bool all)
{
    size_t part;

    for (size_t off = 0; off < len; off += part) {
        Reach r = reach(f, e, iova + off, VIRTIO_IOMMU_MAP_F_WRITE);

        part = MIN(PAGE - ((iova + off) & (PAGE - 1)), len - off);
        for (size_t k = 0; r.ok && k < part; k++) {
            if (all || f->ram[r.phys + k] == f->fill) {
                f->before[r.phys - DMA_START + k] = f->fill;
            }
        }
    }
}

static void expect_read(Fuzz *f, unsigned e, uint64_t iova, size_t len,
                        const uint8_t *data)
{
    for (size_t off = 0; off < len; off++) {
        Reach r = reach(f, e, iova + off, VIRTIO_IOMMU_MAP_F_READ);

        g_assert_cmphex(data[off], ==, f->ram[r.phys]);
        if ((iova + off) % 64 == 0) {
            off += 63; /* a sample: all bytes of a page move alike */
        }
    }
}

static void expect_fault_raised(Fuzz *f, unsigned slot, unsigned e, bool write,
                                Expected expected)
{
    const VirtIOIOMMUFault *fault =
        &f->i.s->faults.ring[slot % VIRTIO_IOMMU_FAULT_RING];

    g_assert_cmpuint(fault->reason, ==, expected.reason);
    g_assert_cmphex(fault->flags, ==,
                    VIRTIO_IOMMU_FAULT_F_ADDRESS | (write ? VIRTIO_IOMMU_FAULT_F_WRITE
                                                          : VIRTIO_IOMMU_FAULT_F_READ));
    g_assert_cmphex(fault->endpoint_id, ==, T_ENDPOINT + e);
    g_assert_cmphex(fault->address, ==, expected.faulty);
}

static void judge_dma(Fuzz *f, unsigned e, uint64_t iova, size_t len, bool write)
{
    VirtIOIOMMUFaults *faults = &f->i.s->faults;
    unsigned slot = faults->head + faults->count;
    bool room = faults->count < VIRTIO_IOMMU_FAULT_RING;
    uint64_t total = faults->total;
    uint32_t perm = write ? VIRTIO_IOMMU_MAP_F_WRITE : VIRTIO_IOMMU_MAP_F_READ;
    Expected expected = predict(f, e, iova, len, perm);
    MemTxResult result;

    memcpy(f->before, f->ram + DMA_START, DMA_SIZE);
    result = address_space_rw(f->i.as[e], iova, MEMTXATTRS_UNSPECIFIED, f->buffer, len,
                              write);
    g_assert_cmpint(result == MEMTX_OK, ==, expected.ok);
    g_assert_cmpint(faults->total > total, ==, !expected.ok);
    if (!expected.ok && room) {
        expect_fault_raised(f, slot, e, write, expected);
    }
    if (write) {
        model_write(f, e, iova, len, expected.ok);
    } else if (expected.ok) {
        expect_read(f, e, iova, len, f->buffer);
    }
    g_assert_cmpint(memcmp(f->before, f->ram + DMA_START, DMA_SIZE), ==, 0);
}

static void dma(Fuzz *f)
{
    uint8_t who = take(f);
    unsigned e = who % ENDPOINTS;
    bool write = who & 64;
    uint64_t iova = some_iova(take(f)) + take(f) * 16 + (who >> 2) % 16;
    size_t len = take(f) * (who & 128 ? 64 : 1) + 1;

    len = MIN(len, -iova ? -iova : len);
    memset(f->buffer, write ? ++f->fill : 0, len);
    if (f->wild ||
        !judged(f, e, iova, len,
                write ? VIRTIO_IOMMU_MAP_F_WRITE : VIRTIO_IOMMU_MAP_F_READ)) {
        f->wild |= write;
        address_space_rw(f->i.as[e], iova, MEMTXATTRS_UNSPECIFIED, f->buffer, len,
                         write);
        return;
    }
    judge_dma(f, e, iova, len, write);
}

/* ---- configuration, status, queues, events ---- */

static void write_config(Fuzz *f)
{
    VirtIODevice *vdev = f->i.t->vdev;
    const unsigned at = offsetof(struct virtio_iommu_config, bypass);
    uint8_t how = take(f), offset = take(f) % 44, value = take(f);
    bool accepted = vdev->guest_features & VIOMMU_F_BYPASS_CONFIG;

    switch (how % 4) {
    case 0:
        offset = at;
        /* fall through */
    case 1:
        virtio_config_modern_writeb(vdev, offset, value);
        break;
    case 2:
        offset = at;
        virtio_config_modern_writel(vdev, offset, value);
        break;
    default:
        virtio_config_modern_writew(vdev, offset & ~1, value);
        offset &= ~1;
    }
    if (offset == at && value <= 1 && accepted) {
        f->bypass = value;
    }
    g_assert_cmpuint(config_bypass(f), ==, f->bypass);
    g_assert_cmphex(virtio_config_modern_readl(vdev, 32), ==, VIRTIO_IOMMU_PROBE_SIZE);
}

static void add_event_buffers(Fuzz *f)
{
    static const uint32_t sizes[] = { 24, 64, 8, 23, 0, 24, 24, 24 };
    uint8_t how = take(f);

    for (unsigned k = 0; k < how % 8u; k++) {
        unsigned slot = f->events % 64;

        split_desc(f->i.t, EVT_DESC, slot, EVT_BUFFER + slot * 64, sizes[how >> 5],
                   how & 16 ? 0 : WRITE, 0);
        stw_le_p(f->ram + EVT_AVAIL + 4 + f->events % RING * 2, slot);
        stw_le_p(f->ram + EVT_AVAIL + 2, ++f->events);
    }
    /* nothing to write in it, or more buffers than the ring has room for */
    f->wild |= sizes[how >> 5] == 0 ||
               (uint16_t)(f->events - lduw_le_p(f->ram + EVT_USED + 2)) > RING;
    virtio_queue_notify(f->i.t->vdev, 1);
}

/* Against the rules: anything in the rings, rings anywhere, queues in any order. */
static void misbehave(Fuzz *f)
{
    static const hwaddr places[] = { 0,        REQ_DESC,       EVT_DESC,
                                     REQ_USED, T_RAM_SIZE - 8, T_RAM_SIZE,
                                     -PAGE,    DMA_START };
    VirtIODevice *vdev = f->i.t->vdev;
    uint8_t how = take(f), a = take(f), b = take(f);

    f->wild = true;
    switch (how % 8) {
    case 0:
        virtio_queue_set_rings(vdev, a & 1, places[a >> 5], places[b & 7],
                               places[b >> 5]);
        break;
    case 1:
        virtio_queue_set_num(vdev, a & 1, 1 << (b % 10));
        break;
    case 2:
        virtio_queue_reset(vdev, a % 3);
        break;
    case 3:
        virtio_set_status(vdev, a);
        break;
    case 4: /* a descriptor of both queues: address, length, flags, next */
        split_desc(f->i.t, b & 1 ? REQ_DESC : EVT_DESC, a % 8, REQ_IN + take(f) * 8,
                   take(f) << (b >> 3), b, take(f));
        break;
    case 5:
        split_desc(f->i.t, REQ_TABLE, a % 8, REQ_IN + take(f) * 8, take(f) << (b >> 3),
                   b, take(f));
        break;
    case 6:
        stw_le_p(f->ram + REQ_AVAIL + 4 + f->avail % RING * 2, a);
        stw_le_p(f->ram + REQ_AVAIL + 2, f->avail += b % 4);
        break;
    default:
        virtio_set_features(vdev, a);
    }
    virtio_queue_notify(vdev, how >> 7);
}

static void poll_events(Fuzz *f)
{
    VirtIOIOMMUFaults *faults = &f->i.s->faults;

    main_loop_wait(true);
    g_assert_cmpuint(faults->count, <=, VIRTIO_IOMMU_FAULT_RING);
    g_assert_cmpuint(faults->reported + faults->dropped + faults->count, ==,
                     faults->total);
}

/* ---- one input ---- */

static Fuzz *fuzz_once(void)
{
    static const char *const props[] = {
        "max-domains", "2",  "max-mappings",     "24",
        "granule",     "4k", "reserved-regions", "0x48000:0x49fff:1",
        NULL,
    };
    static char arg[] = "fuzz", *args[] = { arg, NULL };
    static Fuzz *f;
    char **argv = args;
    int argc = 1;

    if (!f) {
        memset(untouched, UNTOUCHED, sizeof(untouched));
        virtio_test_init(&argc, &argv);
        f = g_new0(Fuzz, 1);
        f->i = iommu_test_new(props, ENDPOINTS);
        f->ram = f->i.t->ram;
    }
    return f;
}

static void step(Fuzz *f)
{
    uint8_t op = take(f);

    switch (op % 16) {
    case 0:
        raw_request(f);
        break;
    case 1 ... 5:
        likely_request(f, op % 16);
        break;
    case 6:
        likely_request(f, VIOMMU_T_MAP);
        break;
    case 7 ... 10:
        dma(f);
        break;
    case 11:
        write_config(f);
        break;
    case 12:
        op = take(f);
        restart(f, ~take(f), op < 200 ? 0 : op % 3);
        break;
    case 13:
        add_event_buffers(f);
        break;
    case 14:
        poll_events(f);
        break;
    default:
        misbehave(f);
    }
    g_assert_cmpuint(viommu_db_mapping_count(f->i.s->db), <=, MODEL_MAPPINGS);
    g_assert_cmpuint(viommu_db_bytes(f->i.s->db), <, 1 << 20);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Fuzz *f = fuzz_once();

    f->data = data;
    f->left = size;
    f->fill = 0;
    restart(f, VIOMMU_F_ALL, 0);
    virtio_config_modern_writeb(f->i.t->vdev,
                                offsetof(struct virtio_iommu_config, bypass), 0);
    f->bypass = false;
    for (unsigned n = 0; n < 200 && f->left; n++) {
        step(f);
    }
    poll_events(f);
    return 0;
}
