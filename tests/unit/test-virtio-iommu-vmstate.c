/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The device's state in a stream: what was saved comes back, and a stream that is
 * cut or lies is refused with a message, and leaves the old state as it was.
 */
#include "qemu/osdep.h"
#include "viommu-device-stream.h"

#define ENDPOINTS 4

/* ---- a device with a state ---- */

/* Two translating domains, one in bypass; endpoint 3 is in none. */
static IommuTest filled(void)
{
    IommuTest i =
        iommu_test_new((const char *[]){ "boot-bypass", "off", NULL }, ENDPOINTS);

    g_assert_cmpint(iommu_attach(i, 7, 0, 0), ==, VIOMMU_S_OK);
    g_assert_cmpint(iommu_attach(i, 7, 1, 0), ==, VIOMMU_S_OK);
    g_assert_cmpint(iommu_attach(i, 5, 2, VIOMMU_ATTACH_F_BYPASS), ==, VIOMMU_S_OK);
    g_assert_cmpint(iommu_map(i, 7, 0x1000, 0x2fff, 0x8000, T_RW), ==, VIOMMU_S_OK);
    g_assert_cmpint(iommu_map(i, 7, 0x3000, 0x3fff, 0x20000, VIOMMU_PERM_READ), ==,
                    VIOMMU_S_OK);
    g_assert_cmpint(iommu_map(i, 7, -T_PAGE, UINT64_MAX, 0, VIOMMU_PERM_WRITE), ==,
                    VIOMMU_S_OK);
    return i;
}

static void expect_look(IommuTest i, unsigned e, uint64_t iova, uint64_t phys,
                        IOMMUAccessFlags perm)
{
    IOMMUTLBEntry entry;

    RCU_READ_LOCK_GUARD();
    entry = address_space_get_iotlb_entry(i.as[e], iova, perm == IOMMU_WO,
                                          MEMTXATTRS_UNSPECIFIED);
    g_assert_cmpint(entry.perm, ==, perm);
    if (perm) {
        g_assert_cmphex(entry.translated_addr | (iova & entry.addr_mask), ==, phys);
    }
}

/* By what devices see, not by the device's own books. */
static void expect_filled(IommuTest i)
{
    g_assert_false(viommu_db_bypass(i.s->db));
    g_assert_cmpuint(viommu_db_mapping_count(i.s->db), ==, 3);
    for (unsigned e = 0; e < 2; e++) {
        expect_look(i, e, 0x1004, 0x8004, IOMMU_RW);
        expect_look(i, e, 0x2ffc, 0x9ffc, IOMMU_RW);
        expect_look(i, e, 0x3008, 0x20008, IOMMU_RO);
        expect_look(i, e, 0x4000, 0, IOMMU_NONE);
        expect_look(i, e, UINT64_MAX, 0xfff, IOMMU_WO);
    }
    expect_look(i, 2, 0x5000, 0x5000, IOMMU_RW);
    expect_look(i, 3, 0x1000, 0, IOMMU_NONE);
}

/* ---- cases ---- */

static void test_round_trip(void)
{
    IommuTest from = filled();
    g_autoptr(GByteArray) bytes = save(from), again = NULL;
    g_autofree char *said = NULL;
    IommuTest to;

    expect_filled(from);
    iommu_test_free(from);
    /* What it was before is gone after the load, the other value of bypass as well. */
    to = iommu_test_new(NULL, ENDPOINTS);
    g_assert_cmpint(iommu_attach(to, 9, 3, 0), ==, VIOMMU_S_OK);
    g_assert_cmpint(iommu_map(to, 9, 0x1000, 0x1fff, 0, T_RW), ==, VIOMMU_S_OK);
    g_assert_cmpint(load(to, bytes->data, bytes->len, &said), ==, 0);
    g_assert_cmpstr(said, ==, "");
    expect_filled(to);
    again = save(to);
    g_assert_cmpmem(again->data, again->len, bytes->data, bytes->len);
    iommu_test_free(to);
}

/* Load @bytes into a filled device: refused, with @why in the message, and intact. */
static void expect_refused(IommuTest i, const uint8_t *data, size_t size,
                           const char *why)
{
    g_autofree uint8_t *exact = g_memdup(data, size); /* for the sanitizer */
    g_autofree char *said = NULL;

    g_assert_cmpint(load(i, exact, size, &said), <, 0);
    if (!strstr(said, why)) {
        g_error("'%s' does not say '%s'", said, why);
    }
    expect_filled(i);
}

static void test_cut_at_every_byte(void)
{
    IommuTest i = iommu_test_new(NULL, ENDPOINTS);
    g_autoptr(GByteArray) bytes = NULL;
    g_autofree char *said = NULL;

    /* Another state than the one that has to survive. */
    g_assert_cmpint(iommu_attach(i, 1, 3, 0), ==, VIOMMU_S_OK);
    g_assert_cmpint(iommu_attach(i, 2, 0, 0), ==, VIOMMU_S_OK);
    g_assert_cmpint(iommu_map(i, 1, 0, 0xffff, 0, T_RW), ==, VIOMMU_S_OK);
    bytes = save(i);
    iommu_test_free(i);

    i = filled();
    for (size_t n = 0; n < bytes->len; n++) {
        expect_refused(i, bytes->data, n, "the stream ends");
    }
    g_assert_cmpint(load(i, bytes->data, bytes->len, &said), ==, 0);
    expect_look(i, 3, 0x4444, 0x4444, IOMMU_RW);
    expect_look(i, 1, 0x1000, 0x1000, IOMMU_RW); /* bypass came along */
    iommu_test_free(i);
}

typedef struct BadStream {
    const char *name;
    const char *why;
    uint32_t bypass;
    struct {
        uint32_t endpoint, domain, flags;
    } attach[6]; /* up to the first without an endpoint */
    struct {
        uint32_t domain;
        uint64_t start, last, phys;
        uint32_t flags;
    } map[6]; /* up to the first without a domain */
} BadStream;

#define EP(n) (T_ENDPOINT + (n))

static const BadStream bad_streams[] = {
    { .name = "bypass-2", .why = "bypass 2", .bypass = 2 },
    { .name = "bypass-huge", .why = "bypass 4294967295", .bypass = UINT32_MAX },
    { .name = "no-such-endpoint",
      .why = "attaches endpoint 0x10063",
      .attach = { { EP(0), 1, 0 }, { EP(99), 1, 0 } } },
    { .name = "no-such-endpoints",
      .why = "attaches endpoint 0x10062 to domain 1",
      .attach = { { EP(98), 1, 0 }, { EP(99), 2, 0 } } },
    { .name = "endpoint-twice",
      .why = "endpoint 0x10000 twice",
      .attach = { { EP(0), 1, 0 }, { EP(0), 1, 0 } } },
    { .name = "endpoint-in-two-domains",
      .why = "endpoint 0x10001 twice",
      .attach = { { EP(0), 1, 0 }, { EP(1), 1, 0 }, { EP(1), 2, 0 } } },
    { .name = "domain-of-two-kinds",
      .why = "attaches endpoint 0x10001 to domain 1",
      .attach = { { EP(0), 1, 0 }, { EP(1), 1, VIOMMU_ATTACH_F_BYPASS } } },
    { .name = "unknown-attach-flag",
      .why = "attaches endpoint 0x10000",
      .attach = { { EP(0), 1, 2 } } },
    { .name = "too-many-domains",
      .why = "attaches endpoint 0x10003 to domain 4",
      .attach = { { EP(0), 1, 0 },
                  { EP(1), 2, 0 },
                  { EP(2), 3, 0 },
                  { EP(3), 4, 0 } } },
    { .name = "overlapping-mappings",
      .why = "maps 0x2000-0x2fff in domain 1",
      .attach = { { EP(0), 1, 0 } },
      .map = { { 1, 0x1000, 0x2fff, 0, 3 }, { 1, 0x2000, 0x2fff, 0, 3 } } },
    { .name = "mapping-twice",
      .why = "maps 0x1000-0x1fff in domain 1",
      .attach = { { EP(0), 1, 0 } },
      .map = { { 1, 0x1000, 0x1fff, 0, 3 }, { 1, 0x1000, 0x1fff, 0, 3 } } },
    { .name = "inverted-mapping",
      .why = "maps 0x2000-0xfff",
      .attach = { { EP(0), 1, 0 } },
      .map = { { 1, 0x2000, 0xfff, 0, 3 } } },
    { .name = "unaligned-mapping",
      .why = "maps 0x1000-0x17ff",
      .attach = { { EP(0), 1, 0 } },
      .map = { { 1, 0x1000, 0x17ff, 0, 3 } } },
    { .name = "physical-end-wraps",
      .why = "maps 0x1000-0x2fff",
      .attach = { { EP(0), 1, 0 } },
      .map = { { 1, 0x1000, 0x2fff, -T_PAGE, 3 } } },
    { .name = "unknown-map-flag",
      .why = "maps 0x1000-0x1fff",
      .attach = { { EP(0), 1, 0 } },
      .map = { { 1, 0x1000, 0x1fff, 0, 8 } } },
    { .name = "mapping-of-no-domain",
      .why = "maps 0x1000-0x1fff in domain 2",
      .attach = { { EP(0), 1, 0 } },
      .map = { { 2, 0x1000, 0x1fff, 0, 3 } } },
    { .name = "mapping-in-a-bypass-domain",
      .why = "maps 0x1000-0x1fff in domain 1",
      .attach = { { EP(0), 1, VIOMMU_ATTACH_F_BYPASS } },
      .map = { { 1, 0x1000, 0x1fff, 0, 3 } } },
    { .name = "mapping-on-a-reserved-region",
      .why = "maps 0xfee00000-0xfee00fff",
      .attach = { { EP(0), 1, 0 } },
      .map = { { 1, 0xfee00000, 0xfee00fff, 0, 3 } } },
    { .name = "too-many-mappings",
      .why = "5 mappings, max-mappings is 4",
      .attach = { { EP(0), 1, 0 } },
      .map = { { 1, 0x1000, 0x1fff, 0, 3 },
               { 1, 0x2000, 0x2fff, 0, 3 },
               { 1, 0x3000, 0x3fff, 0, 3 },
               { 1, 0x4000, 0x4fff, 0, 3 },
               { 1, 0x5000, 0x5fff, 0, 3 } } },
};

static GByteArray *stream_of(const BadStream *bad)
{
    GByteArray *b = g_byte_array_new();
    unsigned n = 0;

    put32(b, bad->bypass);
    for (n = 0; bad->attach[n].endpoint; n++) {
    }
    put32(b, n);
    for (unsigned k = 0; k < n; k++) {
        put_attachment(b, bad->attach[k].endpoint, bad->attach[k].domain,
                       bad->attach[k].flags);
    }
    for (n = 0; bad->map[n].domain; n++) {
    }
    put32(b, n);
    for (unsigned k = 0; k < n; k++) {
        put_mapping(b, bad->map[k].domain, bad->map[k].start, bad->map[k].last,
                    bad->map[k].phys, bad->map[k].flags);
    }
    put_end(b);
    return b;
}

/* A device of few resources and one reserved region, in the state of filled(). */
static IommuTest filled_small(void)
{
    static const char *const props[] = {
        "max-domains",
        "3",
        "max-mappings",
        "4",
        "reserved-regions",
        "0xfee00000:0xfeefffff:0",
        NULL,
    };
    IommuTest small = iommu_test_new(props, ENDPOINTS), big = filled();
    g_autoptr(GByteArray) bytes = save(big);
    g_autofree char *said = NULL;

    iommu_test_free(big);
    g_assert_cmpint(load(small, bytes->data, bytes->len, &said), ==, 0);
    return small;
}

static void test_bad_stream(gconstpointer data)
{
    const BadStream *bad = data;
    g_autoptr(GByteArray) bytes = stream_of(bad);
    IommuTest i = filled_small();

    expect_refused(i, bytes->data, bytes->len, bad->why);
    iommu_test_free(i);
}

/* A count is no reason to allocate. */
static void test_count_without_items(void)
{
    g_autoptr(GByteArray) attachments = g_byte_array_new();
    g_autoptr(GByteArray) mappings = g_byte_array_new();
    IommuTest i = filled();

    put32(attachments, 0);
    put32(attachments, UINT32_MAX);
    expect_refused(i, attachments->data, attachments->len, "4294967295 attachments");
    put32(mappings, 0);
    put32(mappings, 0);
    put32(mappings, 4 << 20);
    expect_refused(i, mappings->data, mappings->len, "the stream ends");
    iommu_test_free(i);
}

/* After the state there is something that nobody knows: nothing of it was applied. */
static void test_garbage_behind(void)
{
    const BadStream other = { .attach = { { EP(3), 1, 0 } } };
    g_autoptr(GByteArray) bytes = stream_of(&other);
    IommuTest i = filled();

    bytes->data[bytes->len - 1] = 0x77;
    expect_refused(i, bytes->data, bytes->len, "0x77");
    iommu_test_free(i);
}

/* Whatever a stream is, a load ends, and says something if it fails. */
static void test_random_damage(void)
{
    IommuTest i = filled();
    g_autoptr(GByteArray) good = save(i);

    for (unsigned n = 0; n < (g_test_slow() ? 100000 : 2000); n++) {
        g_autofree uint8_t *bytes = g_memdup(good->data, good->len);
        g_autofree char *said = NULL;
        bool ok;

        for (int k = g_test_rand_int_range(1, 4); k; k--) {
            bytes[g_test_rand_int_range(0, good->len)] ^=
                1 << g_test_rand_int_range(0, 8);
        }
        ok = load(i, bytes, good->len, &said) == 0;
        g_assert_true(ok == !said[0]);
        if (!ok) {
            g_autoptr(GByteArray) now = save(i);
            g_autofree char *undo = NULL;

            g_assert_cmpint(load(i, now->data, now->len, &undo), ==, 0);
        }
    }
    iommu_test_free(i);
}

/* ---- somebody who shadows the mappings refuses what a stream brings ---- */

typedef struct Shadow {
    IOMMUNotifier n;
    uint64_t refuse; /* an address that it can not map */
    unsigned maps, voids;
} Shadow;

static void shadow_notify(IOMMUNotifier *n, IOMMUTLBEntry *entry)
{
    Shadow *shadow = container_of(n, Shadow, n);

    if (entry->perm == IOMMU_NONE) {
        shadow->voids++;
        return;
    }
    shadow->maps++;
    n->refused = entry->iova == shadow->refuse;
}

static void test_shadow_refuses(void)
{
    const BadStream other = { .attach = { { EP(0), 1, 0 } },
                              .map = { { 1, 0x70000, 0x70fff, 0, 3 } } };
    g_autoptr(GByteArray) bytes = stream_of(&other);
    IommuTest i = filled();
    IOMMUMemoryRegion *mr = IOMMU_MEMORY_REGION(i.as[0]->root);
    Shadow shadow = { .refuse = 0x70000 };

    iommu_notifier_init(&shadow.n, shadow_notify, IOMMU_NOTIFIER_IOTLB_EVENTS, 0,
                        UINT64_MAX, 0);
    g_assert_cmpint(memory_region_register_iommu_notifier(MEMORY_REGION(mr), &shadow.n,
                                                          &error_abort),
                    ==, 0);
    expect_refused(i, bytes->data, bytes->len, "maps 0x70000-0x70fff");
    g_assert_cmpuint(shadow.maps, >, 1);
    memory_region_unregister_iommu_notifier(MEMORY_REGION(mr), &shadow.n);
    iommu_test_free(i);
}

/* What the database alone can refuse, nobody else hears of. */
static void test_refused_unheard(void)
{
    const BadStream overlap = { .attach = { { EP(0), 1, 0 } },
                                .map = { { 1, 0x70000, 0x71fff, 0, 3 },
                                         { 1, 0x71000, 0x72fff, 0, 3 } } };
    g_autoptr(GByteArray) bytes = stream_of(&overlap);
    IommuTest i = filled();
    IOMMUMemoryRegion *mr = IOMMU_MEMORY_REGION(i.as[0]->root);
    Shadow shadow = { .refuse = UINT64_MAX };

    iommu_notifier_init(&shadow.n, shadow_notify, IOMMU_NOTIFIER_IOTLB_EVENTS, 0,
                        UINT64_MAX, 0);
    g_assert_cmpint(memory_region_register_iommu_notifier(MEMORY_REGION(mr), &shadow.n,
                                                          &error_abort),
                    ==, 0);
    expect_refused(i, bytes->data, bytes->len, "maps 0x71000-0x72fff");
    g_assert_cmpuint(shadow.maps + shadow.voids, ==, 0);
    memory_region_unregister_iommu_notifier(MEMORY_REGION(mr), &shadow.n);
    iommu_test_free(i);
}

int main(int argc, char **argv)
{
    virtio_test_init(&argc, &argv);
    g_test_add_func("/virtio-iommu-vmstate/round-trip", test_round_trip);
    g_test_add_func("/virtio-iommu-vmstate/cut-at-every-byte", test_cut_at_every_byte);
    for (unsigned k = 0; k < G_N_ELEMENTS(bad_streams); k++) {
        g_autofree char *path =
            g_strdup_printf("/virtio-iommu-vmstate/refused/%s", bad_streams[k].name);

        g_test_add_data_func(path, &bad_streams[k], test_bad_stream);
    }
    g_test_add_func("/virtio-iommu-vmstate/count-without-items",
                    test_count_without_items);
    g_test_add_func("/virtio-iommu-vmstate/garbage-behind", test_garbage_behind);
    g_test_add_func("/virtio-iommu-vmstate/random-damage", test_random_damage);
    g_test_add_func("/virtio-iommu-vmstate/shadow-refuses", test_shadow_refuses);
    g_test_add_func("/virtio-iommu-vmstate/refused-unheard", test_refused_unheard);
    return g_test_run();
}
