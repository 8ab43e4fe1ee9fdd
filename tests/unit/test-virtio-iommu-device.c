/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The device in process, through its queues and its address spaces: rings that
 * break the rules, accesses across mappings, fault reports to the byte, what
 * notifiers are told, DMA that is under way, and the configuration.
 */
#include "qemu/osdep.h"
#include "memory-test.h"
#include "system/reset.h"
#include "system/runstate.h"
#include "viommu-device-fixture.h"

#define RING 256 /* the device's queues */
#define BUF  UINT64_C(0x8000)
#define TAIL UINT64_C(0x9000)
#define IOVA UINT64_C(0x40000)
#define PHYS UINT64_C(0x80000)
#define P    T_PAGE
#define RO   VIRTIO_IOMMU_MAP_F_READ
#define WO   VIRTIO_IOMMU_MAP_F_WRITE

static const char *const no_bypass[] = { "boot-bypass", "off", NULL };

static IommuTest start(const char *const *props)
{
    IommuTest i = iommu_test_new(props, 2);

    virtio_test_set_rings(i.t, T_DESC, T_DRIVER, T_DEVICE);
    return i;
}

/* With indirect tables. */
static IommuTest start_indirect(void)
{
    IommuTest i = iommu_test_new(NULL, 2);

    virtio_test_negotiate(i.t, T_VERSION_1 | T_INDIRECT | VIOMMU_F_ALL);
    virtio_test_set_rings(i.t, T_DESC, T_DRIVER, T_DEVICE);
    return i;
}

static void offer(IommuTest i, uint16_t head)
{
    stw_le_p(i.t->ram + T_DRIVER + 4 + i.t->avail_idx % RING * 2, head);
    stw_le_p(i.t->ram + T_DRIVER + 2, ++i.t->avail_idx);
}

static uint32_t used_len(IommuTest i, uint16_t n)
{
    return ldl_le_p(i.t->ram + T_DEVICE + 8 + n % RING * 8);
}

/* An ATTACH of endpoint 0 to domain 1, in the plainest framing. */
static int attach_by_ring(IommuTest i)
{
    ViommuReq req = { .type = VIOMMU_T_ATTACH,
                      .domain_id = 1,
                      .endpoint_id = T_ENDPOINT };
    size_t len = viommu_req_encode(&req, i.t->ram + BUF);

    split_desc(i.t, T_DESC, 0, BUF, len, NEXT, 1);
    split_desc(i.t, T_DESC, 1, TAIL, 4, WRITE, 0);
    i.t->ram[TAIL] = 0xa5;
    offer(i, 0);
    virtio_queue_notify(i.t->vdev, 0);
    return split_used_idx(i.t) == i.t->avail_idx ? i.t->ram[TAIL] : -1;
}

/* ---- rings that break the rules: dead until a reset, alive after it ---- */

static void looped_chain(IommuTest i)
{
    split_desc(i.t, T_DESC, 0, BUF, 4, NEXT, 1);
    split_desc(i.t, T_DESC, 1, BUF, 4, NEXT, 0);
    offer(i, 0);
}

static void next_out_of_range(IommuTest i)
{
    split_desc(i.t, T_DESC, 0, BUF, 4, NEXT, RING);
    offer(i, 0);
}

static void head_out_of_range(IommuTest i)
{
    offer(i, RING);
}

static void table_in_a_table(IommuTest i)
{
    split_desc(i.t, T_TABLE, 0, T_TABLE, 16, INDIRECT, 0);
    split_desc(i.t, T_DESC, 0, T_TABLE, 16, INDIRECT, 0);
    offer(i, 0);
}

static void table_without_memory(IommuTest i)
{
    split_desc(i.t, T_DESC, 0, UINT64_MAX - 8, 16, INDIRECT, 0);
    offer(i, 0);
}

static void table_of_odd_size(IommuTest i)
{
    split_desc(i.t, T_DESC, 0, T_TABLE, 24, INDIRECT, 0);
    offer(i, 0);
}

static void next_outside_the_table(IommuTest i)
{
    split_desc(i.t, T_TABLE, 0, BUF, 4, NEXT, 1);
    split_desc(i.t, T_DESC, 0, T_TABLE, 16, INDIRECT, 0);
    offer(i, 0);
}

/* Each part is as long as it may be, both together are too long for one buffer. */
static void list_before_a_full_table(IommuTest i)
{
    const hwaddr table = 0x60000;

    for (unsigned k = 0; k < VIRTQUEUE_MAX_SIZE; k++) {
        split_desc(i.t, table, k, BUF, 1, k + 1 < VIRTQUEUE_MAX_SIZE ? NEXT : 0, k + 1);
    }
    for (unsigned k = 0; k < RING - 1; k++) {
        split_desc(i.t, T_DESC, k, BUF, 1, NEXT, k + 1);
    }
    split_desc(i.t, T_DESC, RING - 1, table, VIRTQUEUE_MAX_SIZE * 16, INDIRECT, 0);
    offer(i, 0);
}

/* A good table, had it been agreed that there are any. */
static void table_without_the_feature(IommuTest i)
{
    virtio_test_negotiate(i.t, T_VERSION_1 | VIOMMU_F_ALL);
    memset(i.t->ram, 0, BUF);
    i.t->avail_idx = 0;
    virtio_test_set_rings(i.t, T_DESC, T_DRIVER, T_DEVICE);
    split_desc(i.t, T_TABLE, 0, BUF, 4, 0, 0);
    split_desc(i.t, T_DESC, 0, T_TABLE, 16, INDIRECT, 0);
    offer(i, 0);
}

static void index_too_far(IommuTest i)
{
    stw_le_p(i.t->ram + T_DRIVER + 2, i.t->avail_idx += RING + 1);
}

static void test_broken_ring(gconstpointer data)
{
    void (*misbehave)(IommuTest) = data;
    IommuTest i = start_indirect();
    uint16_t used;

    g_assert_cmpint(attach_by_ring(i), ==, VIOMMU_S_OK);
    misbehave(i);
    used = split_used_idx(i.t);
    virtio_queue_notify(i.t->vdev, 0);
    g_assert_true(virtio_test_broken(i.t));
    g_assert_cmpuint(split_used_idx(i.t), ==, used); /* and nothing was answered */
    /* dead: not even a good request is looked at */
    g_assert_cmpint(attach_by_ring(i), ==, -1);

    virtio_test_negotiate(i.t, T_VERSION_1 | T_INDIRECT | VIOMMU_F_ALL);
    memset(i.t->ram, 0, BUF);
    i.t->avail_idx = 0;
    virtio_test_set_rings(i.t, T_DESC, T_DRIVER, T_DEVICE);
    g_assert_false(virtio_test_broken(i.t));
    g_assert_cmpint(attach_by_ring(i), ==, VIOMMU_S_OK);
    iommu_test_free(i);
}

/* ---- no request, but a buffer: it comes back unwritten, and life goes on ---- */

typedef struct NoRequest {
    uint32_t readable, writable;
} NoRequest;

static void test_no_request(void)
{
    static const NoRequest cases[] = { { 0, 4 },  { 3, 4 },  { 20, 0 }, { 20, 3 },
                                       { 19, 4 }, { 4, 64 }, { 0, 1 },  { 1, 0 } };
    IommuTest i = start(NULL);

    for (unsigned k = 0; k < G_N_ELEMENTS(cases); k++) {
        const NoRequest *c = &cases[k];
        uint16_t before = split_used_idx(i.t);
        unsigned n = 0;

        memset(i.t->ram + TAIL, 0xa5, 64);
        i.t->ram[BUF] = VIRTIO_IOMMU_T_ATTACH;
        if (c->readable) {
            split_desc(i.t, T_DESC, n++, BUF, c->readable, c->writable ? NEXT : 0, 1);
        }
        if (c->writable) {
            split_desc(i.t, T_DESC, n++, TAIL, c->writable, WRITE, 0);
        }
        offer(i, 0);
        virtio_queue_notify(i.t->vdev, 0);
        g_assert_cmpuint((uint16_t)(split_used_idx(i.t) - before), ==, 1);
        g_assert_cmpuint(used_len(i, before), ==, 0);
        for (unsigned b = 0; b < 64; b++) {
            g_assert_cmphex(i.t->ram[TAIL + b], ==, 0xa5);
        }
        g_assert_cmpint(attach_by_ring(i), ==, VIOMMU_S_OK);
    }
    iommu_test_free(i);
}

/* A table of nothing is a buffer of nothing: used, and that is all. */
static void test_empty_table(void)
{
    IommuTest i = start_indirect();

    split_desc(i.t, T_DESC, 0, T_TABLE, 0, INDIRECT, 0);
    offer(i, 0);
    virtio_queue_notify(i.t->vdev, 0);
    g_assert_false(virtio_test_broken(i.t));
    g_assert_cmpuint(split_used_idx(i.t), ==, 1);
    g_assert_cmpuint(used_len(i, 0), ==, 0);
    g_assert_cmpint(attach_by_ring(i), ==, VIOMMU_S_OK);
    iommu_test_free(i);
}

/* Head, body and each byte of the tail apart: 33 descriptors and more, in the ring. */
static void test_many_descriptors(void)
{
    ViommuReq req = {
        .type = VIOMMU_T_MAP, .domain_id = 1, .virt_last = P - 1, .flags = T_RW
    };
    IommuTest i = start(NULL);
    size_t len;

    g_assert_cmpint(attach_by_ring(i), ==, VIOMMU_S_OK);
    len = viommu_req_encode(&req, i.t->ram + BUF);
    for (unsigned k = 0; k < len + 4; k++) {
        bool tail = k >= len;

        split_desc(i.t, T_DESC, k, tail ? TAIL + 16 * (k - len) : BUF + k, 1,
                   (tail ? WRITE : 0) | (k == len + 3 ? 0 : NEXT), k + 1);
    }
    g_assert_cmpuint(len + 4, >, 33);
    memset(i.t->ram + TAIL, 0xa5, 64);
    offer(i, 0);
    virtio_queue_notify(i.t->vdev, 0);
    g_assert_cmpuint(used_len(i, 1), ==, 4);
    for (unsigned k = 0; k < 4; k++) {
        g_assert_cmphex(i.t->ram[TAIL + 16 * k], ==, 0);
        g_assert_cmphex(i.t->ram[TAIL + 16 * k + 1], ==, 0xa5);
    }
    g_assert_cmpuint(viommu_db_mapping_count(i.s->db), ==, 1);
    iommu_test_free(i);
}

/* ---- accesses across mappings ---- */

/* Two adjacent mappings to pages that are far apart, the second one first. */
static IommuTest two_mappings(void)
{
    IommuTest i = start(no_bypass);

    g_assert_cmpint(iommu_attach(i, 1, 0, 0), ==, VIOMMU_S_OK);
    g_assert_cmpint(iommu_map(i, 1, IOVA, IOVA + P - 1, PHYS + 5 * P, T_RW), ==,
                    VIOMMU_S_OK);
    g_assert_cmpint(iommu_map(i, 1, IOVA + P, IOVA + 2 * P - 1, PHYS, T_RW), ==,
                    VIOMMU_S_OK);
    return i;
}

static unsigned count_bytes(IommuTest i, uint64_t start, uint64_t len, uint8_t value)
{
    unsigned n = 0;

    for (uint64_t k = 0; k < len; k++) {
        n += i.t->ram[start + k] == value;
    }
    return n;
}

static void test_across_mappings(void)
{
    IommuTest i = two_mappings();
    uint8_t *ram = i.t->ram, data[16], back[16];

    for (unsigned k = 0; k < 16; k++) {
        data[k] = k + 1;
    }
    g_assert_cmpint(address_space_write(i.as[0], IOVA + P - 6, UNSPEC, data, 16), ==,
                    MEMTX_OK);
    g_assert_cmpmem(ram + PHYS + 6 * P - 6, 6, data, 6);
    g_assert_cmpmem(ram + PHYS, 10, data + 6, 10);
    g_assert_cmpuint(ram[PHYS + 10] | ram[PHYS + 6 * P] | ram[PHYS + 6 * P - 7], ==, 0);
    g_assert_cmpint(address_space_read(i.as[0], IOVA + P - 6, UNSPEC, back, 16), ==,
                    MEMTX_OK);
    g_assert_cmpmem(back, 16, data, 16);
    iommu_test_free(i);
}

/* What is before the hole may be done; the hole faults; nothing else is touched. */
static void test_into_a_hole(void)
{
    IommuTest i = two_mappings();
    uint8_t *ram = i.t->ram;
    g_autofree uint8_t *data = g_malloc(3 * P);

    memset(data, 0x77, 3 * P);
    g_assert_cmpint(address_space_write(i.as[0], IOVA + P, UNSPEC, data, 2 * P), !=,
                    MEMTX_OK);
    g_assert_cmpuint(count_bytes(i, 0, T_RAM_SIZE, 0x77), ==,
                     count_bytes(i, PHYS, P, 0x77));
    g_assert_cmpuint(i.s->faults.total, ==, 1);
    g_assert_cmphex(i.s->faults.latest.address, ==, IOVA + 2 * P);
    g_assert_cmpuint(ram[PHYS - 1] | ram[PHYS + P], ==, 0);
    iommu_test_free(i);
}

/* A value is one access: one fault, however little the answer to it covers. */
static void test_value_faults_once(void)
{
    IommuTest i = two_mappings();
    MemTxResult r;

    address_space_stl_le(i.as[0], IOVA + 2 * P, 0x77777777, UNSPEC, &r);
    g_assert_cmpint(r, ==, MEMTX_DECODE_ERROR);
    g_assert_cmpuint(i.s->faults.total, ==, 1);
    g_assert_cmphex(address_space_ldq_le(i.as[0], IOVA - 8, UNSPEC, &r), ==, 0);
    g_assert_cmpint(r, ==, MEMTX_DECODE_ERROR);
    g_assert_cmpuint(i.s->faults.total, ==, 2);
    /* It begins where something is, and ends where nothing is. */
    address_space_stl_le(i.as[0], IOVA + 2 * P - 2, 0x77777777, UNSPEC, &r);
    g_assert_cmpint(r, ==, MEMTX_DECODE_ERROR);
    g_assert_cmpuint(i.s->faults.total, ==, 3);
    g_assert_cmphex(i.s->faults.latest.address, ==, IOVA + 2 * P);
    iommu_test_free(i);
}

/*
 * To look is no access, and no fault. But whoever asks for an entry has a device that
 * wants to go there, as a backend with an IOTLB of its own: one fault.
 */
static void test_looking_does_not_fault(void)
{
    IommuTest i = two_mappings();
    IOMMUTLBEntry entry;

    g_assert_true(address_space_access_valid(i.as[0], IOVA, 2 * P, true, UNSPEC));
    g_assert_false(address_space_access_valid(i.as[0], IOVA, 3 * P, true, UNSPEC));
    g_assert_false(address_space_access_valid(i.as[1], IOVA, 1, false, UNSPEC));
    g_assert_cmpuint(i.s->faults.total, ==, 0);
    WITH_RCU_READ_LOCK_GUARD()
    {
        entry = address_space_get_iotlb_entry(i.as[0], IOVA + 2 * P, true, UNSPEC);
    }
    g_assert_cmpint(entry.perm, ==, IOMMU_NONE);
    g_assert_cmpuint(i.s->faults.total, ==, 1);
    g_assert_cmphex(i.s->faults.latest.flags, ==,
                    VIRTIO_IOMMU_FAULT_F_WRITE | VIRTIO_IOMMU_FAULT_F_ADDRESS);
    iommu_test_free(i);
}

/* ---- fault reports ---- */

typedef struct FaultCase {
    bool attached;
    uint32_t mapped; /* flags; 0: not mapped */
    bool write;
    bool faults;
    uint8_t reason;
} FaultCase;

static const FaultCase fault_cases[] = {
    { false, 0, false, true, VIRTIO_IOMMU_FAULT_R_DOMAIN },
    { false, 0, true, true, VIRTIO_IOMMU_FAULT_R_DOMAIN },
    { true, 0, false, true, VIRTIO_IOMMU_FAULT_R_MAPPING },
    { true, 0, true, true, VIRTIO_IOMMU_FAULT_R_MAPPING },
    { true, RO, true, true, VIRTIO_IOMMU_FAULT_R_MAPPING },
    { true, WO, false, true, VIRTIO_IOMMU_FAULT_R_MAPPING },
    { true, RO, false, false, 0 },
    { true, WO, true, false, 0 },
};

#define EVT_DESC   UINT64_C(0x20000)
#define EVT_AVAIL  UINT64_C(0x21000)
#define EVT_USED   UINT64_C(0x22000)
#define EVT_BUFFER UINT64_C(0x23000)

static void add_event_buffers(IommuTest i, unsigned n, uint32_t size)
{
    virtio_queue_set_rings(i.t->vdev, 1, EVT_DESC, EVT_AVAIL, EVT_USED);
    memset(i.t->ram + EVT_BUFFER, 0xa5, n * 64);
    for (unsigned k = 0; k < n; k++) {
        split_desc(i.t, EVT_DESC, k, EVT_BUFFER + k * 64, size, WRITE, 0);
        stw_le_p(i.t->ram + EVT_AVAIL + 4 + k * 2, k);
    }
    stw_le_p(i.t->ram + EVT_AVAIL + 2, n);
}

static void expect_report(IommuTest i, const FaultCase *c, unsigned e, uint64_t address)
{
    struct virtio_iommu_fault expected = {
        .reason = c->reason,
        .flags = GUINT32_TO_LE(
            VIRTIO_IOMMU_FAULT_F_ADDRESS |
            (c->write ? VIRTIO_IOMMU_FAULT_F_WRITE : VIRTIO_IOMMU_FAULT_F_READ)),
        .endpoint = GUINT32_TO_LE(T_ENDPOINT + e),
        .address = GUINT64_TO_LE(address),
    };

    g_assert_cmpuint(lduw_le_p(i.t->ram + EVT_USED + 2), ==, c->faults);
    if (c->faults) {
        g_assert_cmpuint(ldl_le_p(i.t->ram + EVT_USED + 8), ==, sizeof(expected));
        g_assert_cmpmem(i.t->ram + EVT_BUFFER, sizeof(expected), &expected,
                        sizeof(expected));
    }
    g_assert_cmphex(i.t->ram[EVT_BUFFER + sizeof(expected)], ==, 0xa5);
}

static void test_fault_report(void)
{
    const uint64_t address = IOVA + 0x123;

    for (unsigned k = 0; k < G_N_ELEMENTS(fault_cases); k++) {
        const FaultCase *c = &fault_cases[k];
        IommuTest i = start(no_bypass);
        unsigned e = k % 2;
        uint8_t byte = 0;

        add_event_buffers(i, 2, 32);
        if (c->attached) {
            g_assert_cmpint(iommu_attach(i, 1, e, 0), ==, VIOMMU_S_OK);
        }
        if (c->mapped) {
            g_assert_cmpint(iommu_map(i, 1, IOVA, IOVA + P - 1, PHYS, c->mapped), ==,
                            VIOMMU_S_OK);
        }
        g_assert_cmpint(
            address_space_rw(i.as[e], address, UNSPEC, &byte, 1, c->write) == MEMTX_OK,
            ==, !c->faults);
        settle();
        expect_report(i, c, e, address);
        iommu_test_free(i);
    }
}

/* ---- what a listener is told: a vhost backend's IOTLB gets no more than the MAP ---
 */

typedef struct Listener {
    IOMMUNotifier n;
    IOMMUTLBEntry last;
    unsigned maps, voids;
    bool map_was_last;
    bool top_is_void;
    unsigned maps_on_top; /* where it was not void */
} Listener;

static void listen(IOMMUNotifier *n, IOMMUTLBEntry *entry)
{
    Listener *l = container_of(n, Listener, n);

    /* The size of all addresses would not fit. */
    g_assert_cmphex(entry->addr_mask, <=, UINT64_MAX >> 1);
    l->voids += entry->perm == IOMMU_NONE;
    l->map_was_last = entry->perm != IOMMU_NONE;
    l->maps_on_top += entry->perm != IOMMU_NONE && !l->top_is_void;
    l->top_is_void = entry->perm == IOMMU_NONE &&
                     (l->top_is_void || (entry->iova | entry->addr_mask) == UINT64_MAX);
    if (entry->perm != IOMMU_NONE) {
        l->last = *entry;
        l->maps++;
    }
}

static IOMMUTLBEntry translate(AddressSpace *as, hwaddr addr, IOMMUAccessFlags flag)
{
    IOMMUMemoryRegion *mr = memory_region_get_iommu(as->root);

    RCU_READ_LOCK_GUARD();
    return IOMMU_MEMORY_REGION_GET_CLASS(mr)->translate(mr, addr, flag, 0);
}

static void test_read_only_entry(void)
{
    IommuTest i = start(no_bypass);
    MemoryRegion *mr = i.as[0]->root;
    Listener l = { 0 };
    IOMMUTLBEntry entry;

    iommu_notifier_init(&l.n, listen, IOMMU_NOTIFIER_IOTLB_EVENTS, 0, UINT64_MAX, 0);
    memory_region_register_iommu_notifier(mr, &l.n, &error_abort);
    g_assert_cmpint(iommu_attach(i, 1, 0, 0), ==, VIOMMU_S_OK);
    g_assert_cmpint(iommu_map(i, 1, IOVA, IOVA + P - 1, PHYS, RO), ==, VIOMMU_S_OK);
    g_assert_cmpuint(l.maps, ==, 1);
    g_assert_cmpint(l.last.perm, ==, IOMMU_RO);
    g_assert_cmphex(l.last.iova, ==, IOVA);
    g_assert_cmphex(l.last.translated_addr, ==, PHYS);
    g_assert_cmphex(l.last.addr_mask, ==, P - 1);
    memory_region_unregister_iommu_notifier(mr, &l.n);

    /* Asked the other way round, as a backend asks after a miss. */
    WITH_RCU_READ_LOCK_GUARD()
    {
        entry = address_space_get_iotlb_entry(i.as[0], IOVA, false, UNSPEC);
    }
    g_assert_cmpint(entry.perm, ==, IOMMU_RO);
    WITH_RCU_READ_LOCK_GUARD()
    {
        entry = address_space_get_iotlb_entry(i.as[0], IOVA, true, UNSPEC);
    }
    g_assert_cmpint(entry.perm & IOMMU_WO, ==, 0);
    /* And by the core: what is refused is told with all that is allowed there. */
    entry = translate(i.as[0], IOVA + 5, IOMMU_WO);
    g_assert_cmpint(entry.perm, ==, IOMMU_RO);
    g_assert_cmphex(entry.iova, ==, IOVA);
    g_assert_cmphex(entry.translated_addr, ==, PHYS);
    g_assert_cmphex(entry.addr_mask, ==, P - 1);
    /* Beside it nothing is, and no more than the one byte is said of that. */
    entry = translate(i.as[0], IOVA + P + 5, IOMMU_RO);
    g_assert_cmpint(entry.perm, ==, IOMMU_NONE);
    g_assert_cmphex(entry.iova, ==, IOVA + P + 5);
    g_assert_cmphex(entry.addr_mask, ==, 0);
    iommu_test_free(i);
}

/* A device with an IOTLB of its own asks for events of its own, and gets each once. */
static void test_device_tlb(void)
{
    IommuTest i = start(no_bypass);
    MemoryRegion *mr = i.as[0]->root;
    Listener l = { 0 };

    g_assert_cmpuint(memory_region_iommu_get_min_page_size(memory_region_get_iommu(mr)),
                     ==, P);
    iommu_notifier_init(&l.n, listen, IOMMU_NOTIFIER_DEVIOTLB_UNMAP, 0, UINT64_MAX, 0);
    memory_region_register_iommu_notifier(mr, &l.n, &error_abort);
    g_assert_cmpint(iommu_attach(i, 1, 0, 0), ==, VIOMMU_S_OK);
    g_assert_cmpint(iommu_map(i, 1, IOVA, IOVA + P - 1, PHYS, T_RW), ==, VIOMMU_S_OK);
    l.voids = 0;
    g_assert_cmpint(iommu_unmap(i, 1, IOVA, IOVA + P - 1), ==, VIOMMU_S_OK);
    g_assert_cmpuint(l.voids, ==, 1);
    g_assert_cmpuint(l.maps, ==, 0);
    memory_region_unregister_iommu_notifier(mr, &l.n);
    iommu_test_free(i);
}

/* A replay is for the one who asked. */
static void test_replay_to_one(void)
{
    IommuTest i = start(no_bypass);
    MemoryRegion *mr = i.as[0]->root;
    Listener first = { 0 }, second = { 0 };

    iommu_notifier_init(&first.n, listen, IOMMU_NOTIFIER_IOTLB_EVENTS, 0, UINT64_MAX,
                        0);
    iommu_notifier_init(&second.n, listen, IOMMU_NOTIFIER_IOTLB_EVENTS, 0, UINT64_MAX,
                        0);
    memory_region_register_iommu_notifier(mr, &first.n, &error_abort);
    g_assert_cmpint(iommu_attach(i, 1, 0, 0), ==, VIOMMU_S_OK);
    g_assert_cmpint(iommu_map(i, 1, IOVA, IOVA + P - 1, PHYS, T_RW), ==, VIOMMU_S_OK);
    memory_region_register_iommu_notifier(mr, &second.n, &error_abort);
    memory_region_iommu_replay(memory_region_get_iommu(mr), &second.n);
    g_assert_cmpuint(first.maps, ==, 1);
    g_assert_cmpuint(second.maps, ==, 1);
    g_assert_cmphex(second.last.translated_addr, ==, PHYS);
    memory_region_unregister_iommu_notifier(mr, &second.n);
    memory_region_unregister_iommu_notifier(mr, &first.n);
    iommu_test_free(i);
}

/* From domain to domain: the top of the old one is void before the new one's comes. */
static void test_move_at_the_top(void)
{
    const uint64_t top = UINT64_MAX - P + 1;
    IommuTest i = start(no_bypass);
    MemoryRegion *mr = i.as[0]->root;
    Listener l = { 0 };

    iommu_notifier_init(&l.n, listen, IOMMU_NOTIFIER_IOTLB_EVENTS, 0, UINT64_MAX, 0);
    memory_region_register_iommu_notifier(mr, &l.n, &error_abort);
    g_assert_cmpint(iommu_attach(i, 1, 0, 0), ==, VIOMMU_S_OK);
    g_assert_cmpint(iommu_map(i, 1, top, UINT64_MAX, PHYS, T_RW), ==, VIOMMU_S_OK);
    g_assert_cmpint(iommu_attach(i, 2, 1, 0), ==, VIOMMU_S_OK);
    g_assert_cmpint(iommu_map(i, 2, top, UINT64_MAX, PHYS + P, T_RW), ==, VIOMMU_S_OK);
    l.top_is_void = false;
    l.maps_on_top = 0;
    g_assert_cmpint(iommu_attach(i, 2, 0, 0), ==, VIOMMU_S_OK);
    g_assert_cmphex(l.last.translated_addr, ==, PHYS + P);
    g_assert_cmpuint(l.maps_on_top, ==, 0);
    memory_region_unregister_iommu_notifier(mr, &l.n);
    iommu_test_free(i);
}

/* UNMAP and MAP of one page in one kick: a shadow hears of them in that order. */
static void test_order_in_a_batch(void)
{
    ViommuReq req = { .type = VIOMMU_T_UNMAP,
                      .domain_id = 1,
                      .virt_start = IOVA,
                      .virt_last = IOVA + P - 1 };
    IommuTest i = start(no_bypass);
    MemoryRegion *mr = i.as[0]->root;
    Listener l = { 0 };

    iommu_notifier_init(&l.n, listen, IOMMU_NOTIFIER_IOTLB_EVENTS, 0, UINT64_MAX, 0);
    memory_region_register_iommu_notifier(mr, &l.n, &error_abort);
    g_assert_cmpint(attach_by_ring(i), ==, VIOMMU_S_OK);
    g_assert_cmpint(iommu_map(i, 1, IOVA, IOVA + P - 1, PHYS, T_RW), ==, VIOMMU_S_OK);
    /* Of what stays nobody hears again. */
    g_assert_cmpint(iommu_map(i, 1, 0, P - 1, PHYS, T_RW), ==, VIOMMU_S_OK);
    for (unsigned k = 0; k < 2; k++) {
        uint64_t at = BUF + k * 0x100;
        size_t len = viommu_req_encode(&req, i.t->ram + at);

        split_desc(i.t, T_DESC, 2 * k, at, len, NEXT, 2 * k + 1);
        split_desc(i.t, T_DESC, 2 * k + 1, TAIL + 16 * k, 4, WRITE, 0);
        i.t->ram[TAIL + 16 * k] = 0xa5;
        offer(i, 2 * k);
        req.type = VIOMMU_T_MAP;
        req.phys_start = PHYS + P;
        req.flags = T_RW;
    }
    virtio_queue_notify(i.t->vdev, 0);
    g_assert_cmphex(i.t->ram[TAIL] | i.t->ram[TAIL + 16], ==, VIOMMU_S_OK);
    g_assert_cmpuint(l.maps, ==, 3);
    g_assert_true(l.map_was_last);
    g_assert_cmphex(l.last.translated_addr, ==, PHYS + P);
    memory_region_unregister_iommu_notifier(mr, &l.n);
    iommu_test_free(i);
}

/* ---- DMA under way when the UNMAP comes ---- */

typedef struct SlowDevice {
    AddressSpace *as;
    void *host;
    hwaddr len;
    bool holding, let_go; /* atomic */
} SlowDevice;

/* Has the page mapped, takes its time, writes, and only then lets go. */
static void *slow_dma(void *opaque)
{
    SlowDevice *d = opaque;

    d->len = P;
    d->host = address_space_map(d->as, IOVA, &d->len, true, UNSPEC);
    qatomic_store_release(&d->holding, true);
    g_usleep(100 * 1000);
    memset(d->host, 0x55, d->len);
    qatomic_store_release(&d->let_go, true);
    address_space_unmap(d->as, d->host, d->len, true, d->len);
    return NULL;
}

/* By the ring, since what must wait is the used entry. */
static void test_unmap_waits(void)
{
    ViommuReq req = { .type = VIOMMU_T_UNMAP, .domain_id = 1, .virt_last = UINT64_MAX };
    IommuTest i = start(no_bypass);
    SlowDevice d = { .as = i.as[0] };
    QemuThread t;
    size_t len;

    g_assert_cmpint(attach_by_ring(i), ==, VIOMMU_S_OK);
    g_assert_cmpint(iommu_map(i, 1, IOVA, IOVA + P - 1, PHYS, T_RW), ==, VIOMMU_S_OK);
    qemu_thread_create(&t, "device", slow_dma, &d, QEMU_THREAD_JOINABLE);
    while (!qatomic_load_acquire(&d.holding)) {
        g_thread_yield();
    }
    g_assert_nonnull(d.host);
    g_assert_false(qatomic_load_acquire(&d.let_go));

    len = viommu_req_encode(&req, i.t->ram + BUF);
    split_desc(i.t, T_DESC, 0, BUF, len, NEXT, 1);
    split_desc(i.t, T_DESC, 1, TAIL, 4, WRITE, 0);
    i.t->ram[TAIL] = 0xa5;
    offer(i, 0);
    virtio_queue_notify(i.t->vdev, 0);
    g_assert_cmpuint(split_used_idx(i.t), ==, 2);
    g_assert_cmpuint(i.t->ram[TAIL], ==, VIOMMU_S_OK);
    g_assert_true(qatomic_load_acquire(&d.let_go));
    g_assert_cmphex(i.t->ram[PHYS], ==, 0x55);
    qemu_thread_join(&t);
    g_assert_cmpuint(memory_dma_drain_timeouts(), ==, 0);
    iommu_test_free(i);
}

/* What was not reported before a reset is no news to the driver after it. */
static void test_reset_drops_reports(void)
{
    IommuTest i = start(no_bypass);
    uint8_t byte;

    address_space_read(i.as[0], IOVA, UNSPEC, &byte, 1);
    main_loop_wait(true);
    g_assert_cmpuint(i.s->faults.count, ==, 1);
    virtio_test_negotiate(i.t, T_VERSION_1 | VIOMMU_F_ALL);
    virtio_test_set_rings(i.t, T_DESC, T_DRIVER, T_DEVICE);
    add_event_buffers(i, 2, 32);
    virtio_queue_notify(i.t->vdev, 1);
    main_loop_wait(true);
    g_assert_cmpuint(lduw_le_p(i.t->ram + EVT_USED + 2), ==, 0);
    g_assert_cmpuint(i.s->faults.count, ==, 0);
    g_assert_cmpuint(i.s->faults.dropped, ==, 1);
    iommu_test_free(i);
}

static VirtIOIOMMUFaultNotice noticed;

static void take_notice(Notifier *n, void *data)
{
    noticed = *(VirtIOIOMMUFaultNotice *)data;
}

/* But to the user it is, whoever resets what in between. */
static void test_reset_keeps_the_news(void)
{
    static Notifier notifier = { .notify = take_notice };
    IommuTest i = start(no_bypass);
    uint8_t byte;

    virtio_iommu_add_fault_notifier(&notifier);
    address_space_read(i.as[1], IOVA + 5, UNSPEC, &byte, 1);
    virtio_reset(i.t->vdev);
    g_assert_null(noticed.iommu);
    main_loop_wait(true);
    g_assert_true(noticed.iommu == i.s);
    g_assert_cmpuint(noticed.total, ==, 1);
    g_assert_cmphex(noticed.fault.address, ==, IOVA + 5);
    g_assert_cmphex(noticed.fault.endpoint_id, ==, T_ENDPOINT + 1);
    /* Once: there is nothing new. */
    noticed.iommu = NULL;
    virtio_queue_notify(i.t->vdev, 1);
    qemu_bh_schedule(i.s->faults.bh);
    main_loop_wait(true);
    g_assert_null(noticed.iommu);
    iommu_test_free(i);
}

/* M11: an answer is at most half of all addresses, or its size would not fit. */
static void test_largest_answer(void)
{
    IommuTest i = start(NULL);

    for (unsigned mapped = 0; mapped < 2; mapped++) {
        IOMMUTLBEntry e = translate(i.as[0], UINT64_MAX - P, IOMMU_RW);

        g_assert_cmphex(e.addr_mask, ==, UINT64_MAX >> 1);
        g_assert_cmphex(e.iova, ==, UINT64_C(1) << 63);
        g_assert_cmphex(e.translated_addr, ==, UINT64_C(1) << 63);
        g_assert_cmpint(e.perm, ==, IOMMU_RW);
        g_assert_cmpint(iommu_attach(i, 1, 0, 0), ==, VIOMMU_S_OK);
        iommu_map(i, 1, 0, UINT64_MAX, 0, T_RW);
    }
    iommu_test_free(i);
}

/* ---- a machine that is stopped ---- */

/* Its memory may be on its way elsewhere: no report is written until it goes on. */
static void test_stopped_machine(void)
{
    IommuTest i = start(no_bypass);
    uint8_t byte;

    vm_start();
    add_event_buffers(i, 2, 32);
    vm_stop(RUN_STATE_PAUSED);
    address_space_read(i.as[0], IOVA, UNSPEC, &byte, 1);
    main_loop_wait(true);
    virtio_queue_notify(i.t->vdev, 1);
    g_assert_cmpuint(lduw_le_p(i.t->ram + EVT_USED + 2), ==, 0);
    g_assert_cmphex(i.t->ram[EVT_BUFFER], ==, 0xa5);
    g_assert_cmpuint(i.s->faults.count, ==, 1);
    vm_start();
    main_loop_wait(true);
    g_assert_cmpuint(lduw_le_p(i.t->ram + EVT_USED + 2), ==, 1);
    g_assert_cmphex(i.t->ram[EVT_BUFFER], ==, VIRTIO_IOMMU_FAULT_R_DOMAIN);

    /* What is left of a queue that another machine took over is served. */
    vm_stop(RUN_STATE_PAUSED);
    split_desc(i.t, T_DESC, 0, BUF, 3, NEXT, 1);
    split_desc(i.t, T_DESC, 1, TAIL, 4, WRITE, 0);
    offer(i, 0);
    qemu_bh_schedule(i.s->req_bh); /* as after a whole queue */
    main_loop_wait(true);
    g_assert_cmpuint(split_used_idx(i.t), ==, 0);
    vm_start();
    main_loop_wait(true);
    g_assert_cmpuint(split_used_idx(i.t), ==, 1);
    iommu_test_free(i);
}

/* ---- configuration ---- */

/* C5: what is not bypass is ignored, whatever was read or written before. */
static void test_config_has_no_memory(void)
{
    const unsigned at = offsetof(struct virtio_iommu_config, bypass);
    IommuTest i = start(NULL);
    VirtIODevice *vdev = i.t->vdev;

    /* Nobody has read the configuration yet, and bypass is on. */
    virtio_config_modern_writeb(vdev, 0, 0xff);
    g_assert_true(viommu_db_bypass(i.s->db));
    virtio_config_modern_writeb(vdev, at, 5);
    g_assert_true(viommu_db_bypass(i.s->db));

    /* A write without the feature is forgotten, not kept for later. */
    virtio_test_negotiate(i.t, T_VERSION_1 | (VIOMMU_F_ALL & ~VIOMMU_F_BYPASS_CONFIG));
    virtio_config_modern_writeb(vdev, at, 0);
    g_assert_true(viommu_db_bypass(i.s->db));
    virtio_test_negotiate(i.t, T_VERSION_1 | VIOMMU_F_ALL);
    virtio_config_modern_writel(vdev, 8, 0);
    g_assert_true(viommu_db_bypass(i.s->db));
    virtio_config_modern_writeb(vdev, at, 0);
    g_assert_false(viommu_db_bypass(i.s->db));
    iommu_test_free(i);
}

/* A core that keeps its copy of the configuration from one access to the next. */
static void write_in_place(IommuTest i, unsigned at, uint8_t value)
{
    VirtIODevice *vdev = i.t->vdev;

    ((uint8_t *)vdev->config)[at] = value;
    VIRTIO_DEVICE_GET_CLASS(vdev)->set_config(vdev, vdev->config);
}

/* C5 on such a core, as QEMU's is: a write elsewhere brings no old bypass along. */
static void test_config_kept_by_core(void)
{
    const unsigned at = offsetof(struct virtio_iommu_config, bypass);
    IommuTest i = start(NULL);

    /* Nobody has read it yet. */
    write_in_place(i, 0, 0xff);
    g_assert_true(viommu_db_bypass(i.s->db));
    /* Refused for its value; refused for want of the feature. */
    write_in_place(i, at, 5);
    g_assert_cmpuint(((uint8_t *)i.t->vdev->config)[at], ==, 1);
    virtio_test_negotiate(i.t, T_VERSION_1 | (VIOMMU_F_ALL & ~VIOMMU_F_BYPASS_CONFIG));
    write_in_place(i, at, 0);
    virtio_test_negotiate(i.t, T_VERSION_1 | VIOMMU_F_ALL);
    write_in_place(i, 8, 0);
    g_assert_true(viommu_db_bypass(i.s->db));
    /* Written, kept over a device reset, restored behind the core's back. */
    write_in_place(i, at, 0);
    g_assert_false(viommu_db_bypass(i.s->db));
    virtio_test_negotiate(i.t, T_VERSION_1 | VIOMMU_F_ALL);
    write_in_place(i, 36 + 1, 1);
    g_assert_false(viommu_db_bypass(i.s->db));
    qemu_devices_reset(RESET_TYPE_COLD);
    virtio_test_negotiate(i.t, T_VERSION_1 | VIOMMU_F_ALL);
    write_in_place(i, 24, 0);
    g_assert_true(viommu_db_bypass(i.s->db));
    g_assert_cmphex(virtio_config_modern_readl(i.t->vdev, 28), ==, UINT32_MAX);
    iommu_test_free(i);
}

typedef struct Misdeed {
    const char *name;
    void (*fn)(IommuTest i);
} Misdeed;

static const Misdeed misdeeds[] = {
    { "/virtio-iommu-device/broken/looped-chain", looped_chain },
    { "/virtio-iommu-device/broken/next-out-of-range", next_out_of_range },
    { "/virtio-iommu-device/broken/head-out-of-range", head_out_of_range },
    { "/virtio-iommu-device/broken/table-in-a-table", table_in_a_table },
    { "/virtio-iommu-device/broken/table-without-memory", table_without_memory },
    { "/virtio-iommu-device/broken/table-of-odd-size", table_of_odd_size },
    { "/virtio-iommu-device/broken/next-outside-the-table", next_outside_the_table },
    { "/virtio-iommu-device/broken/list-before-a-full-table",
      list_before_a_full_table },
    { "/virtio-iommu-device/broken/table-without-the-feature",
      table_without_the_feature },
    { "/virtio-iommu-device/broken/index-too-far", index_too_far },
};

int main(int argc, char **argv)
{
    virtio_test_init(&argc, &argv);
    for (unsigned k = 0; k < G_N_ELEMENTS(misdeeds); k++) {
        g_test_add_data_func(misdeeds[k].name, (gconstpointer)misdeeds[k].fn,
                             test_broken_ring);
    }
    g_test_add_func("/virtio-iommu-device/no-request", test_no_request);
    g_test_add_func("/virtio-iommu-device/empty-table", test_empty_table);
    g_test_add_func("/virtio-iommu-device/many-descriptors", test_many_descriptors);
    g_test_add_func("/virtio-iommu-device/across-mappings", test_across_mappings);
    g_test_add_func("/virtio-iommu-device/into-a-hole", test_into_a_hole);
    g_test_add_func("/virtio-iommu-device/value-faults-once", test_value_faults_once);
    g_test_add_func("/virtio-iommu-device/looking-does-not-fault",
                    test_looking_does_not_fault);
    g_test_add_func("/virtio-iommu-device/fault-report", test_fault_report);
    g_test_add_func("/virtio-iommu-device/read-only-entry", test_read_only_entry);
    g_test_add_func("/virtio-iommu-device/device-tlb", test_device_tlb);
    g_test_add_func("/virtio-iommu-device/replay-to-one", test_replay_to_one);
    g_test_add_func("/virtio-iommu-device/move-at-the-top", test_move_at_the_top);
    g_test_add_func("/virtio-iommu-device/order-in-a-batch", test_order_in_a_batch);
    g_test_add_func("/virtio-iommu-device/unmap-waits", test_unmap_waits);
    g_test_add_func("/virtio-iommu-device/reset-drops-reports",
                    test_reset_drops_reports);
    g_test_add_func("/virtio-iommu-device/reset-keeps-the-news",
                    test_reset_keeps_the_news);
    g_test_add_func("/virtio-iommu-device/M11-largest-answer", test_largest_answer);
    g_test_add_func("/virtio-iommu-device/stopped-machine", test_stopped_machine);
    g_test_add_func("/virtio-iommu-device/config-has-no-memory",
                    test_config_has_no_memory);
    g_test_add_func("/virtio-iommu-device/config-kept-by-core",
                    test_config_kept_by_core);
    return g_test_run();
}
