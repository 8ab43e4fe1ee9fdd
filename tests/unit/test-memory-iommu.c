/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Accesses through an IOMMU, and its notifiers. */
#include "qemu/osdep.h"
#include "memory-test.h"

#define RAM_SIZE (4 * MIB)

typedef struct Fixture {
    AddressSpace sys, as;
    MemoryRegion *root, *ram;
    ToyIOMMU *toy;
    uint8_t *host;
} Fixture;

static void setup(Fixture *f, gconstpointer data)
{
    f->root = new_container("root", UINT64_MAX);
    f->ram = new_ram("ram", RAM_SIZE);
    memory_region_add_subregion(f->root, 0, f->ram);
    address_space_init(&f->sys, f->root, "sys");
    f->toy = new_toy(&f->sys, UINT64_MAX);
    address_space_init(&f->as, toy_region(f->toy), "endpoint");
    f->host = memory_region_get_ram_ptr(f->ram);
}

static void teardown(Fixture *f, gconstpointer data)
{
    address_space_destroy(&f->as);
    free_region(toy_region(f->toy));
    address_space_destroy(&f->sys);
    free_region(f->ram);
    free_region(f->root);
}

static MemTxResult put(Fixture *f, hwaddr addr, uint8_t c, unsigned len)
{
    g_autofree uint8_t *buf = g_malloc(len);

    memset(buf, c, len);
    return address_space_write(&f->as, addr, UNSPEC, buf, len);
}

static void expect_bytes(const uint8_t *p, uint8_t c, unsigned len)
{
    for (unsigned i = 0; i < len; i++) {
        g_assert_cmphex(p[i], ==, c);
    }
}

static void test_simple(Fixture *f, gconstpointer data)
{
    MemTxResult r;

    toy_map(f->toy, 0x10000, 0x10fff, 0x5000, IOMMU_RW);
    g_assert_cmpuint(put(f, 0x10010, 0xaa, 16), ==, MEMTX_OK);
    expect_bytes(f->host + 0x5010, 0xaa, 16);
    g_assert_cmphex(address_space_ldl_le(&f->as, 0x10010, UNSPEC, &r), ==, 0xaaaaaaaa);
    g_assert_cmpuint(r, ==, MEMTX_OK);
    g_assert_cmpuint(f->toy->nr_fault, ==, 0);
}

static void test_byte_below(Fixture *f, gconstpointer data)
{
    toy_map(f->toy, 0x10000, 0x10fff, 0x5000, IOMMU_RW);
    g_assert_cmpuint(put(f, 0xffff, 0xaa, 1), ==, MEMTX_DECODE_ERROR);
    g_assert_cmpuint(f->toy->nr_fault, ==, 1);
    g_assert_cmphex(f->toy->last_fault, ==, 0xffff);
    expect_bytes(f->host + 0x4fff, 0, 2);
    /* One access from below into it: the first byte faults, nothing is done. */
    g_assert_cmpuint(put(f, 0xffff, 0xaa, 2), ==, MEMTX_DECODE_ERROR);
    expect_bytes(f->host + 0x4fff, 0, 2);
    g_assert_cmpuint(f->toy->nr_fault, ==, 2);
}

static void test_last_byte(Fixture *f, gconstpointer data)
{
    toy_map(f->toy, 0x10000, 0x10fff, 0x5000, IOMMU_RW);
    toy_map(f->toy, 0x11000, 0x11fff, 0x200000, IOMMU_RW);
    g_assert_cmpuint(put(f, 0x10fff, 0xaa, 1), ==, MEMTX_OK);
    expect_bytes(f->host + 0x5fff, 0xaa, 1);
    expect_bytes(f->host + 0x6000, 0, 1);
    expect_bytes(f->host + 0x200000, 0, 1);
}

static void test_apart(Fixture *f, gconstpointer data)
{
    MemTxResult r;

    toy_map(f->toy, 0x10000, 0x10fff, 0x5000, IOMMU_RW);
    toy_map(f->toy, 0x11000, 0x11fff, 0x200000, IOMMU_RW);
    g_assert_cmpuint(put(f, 0x10ff0, 0xaa, 32), ==, MEMTX_OK);
    expect_bytes(f->host + 0x5ff0, 0xaa, 16);
    expect_bytes(f->host + 0x6000, 0, 16);
    expect_bytes(f->host + 0x200000, 0xaa, 16);
    expect_bytes(f->host + 0x200010, 0, 16);
    address_space_stl_le(&f->as, 0x10ffe, 0x11223344, UNSPEC, &r);
    g_assert_cmpuint(r, ==, MEMTX_OK);
    g_assert_cmphex(f->host[0x5fff], ==, 0x33);
    g_assert_cmphex(f->host[0x200000], ==, 0x22);
    g_assert_cmphex(address_space_ldl_le(&f->as, 0x10ffe, UNSPEC, &r), ==, 0x11223344);
}

static void test_into_hole(Fixture *f, gconstpointer data)
{
    uint8_t buf[32];

    toy_map(f->toy, 0x10000, 0x10fff, 0x5000, IOMMU_RW);
    g_assert_cmpuint(put(f, 0x10ff0, 0xaa, 32), ==, MEMTX_DECODE_ERROR);
    expect_bytes(f->host + 0x5ff0, 0xaa, 16);
    expect_bytes(f->host + 0x6000, 0, 16);
    g_assert_cmpuint(f->toy->nr_fault, ==, 1);
    g_assert_cmphex(f->toy->last_fault, ==, 0x11000);
    /* A long access into nowhere is one fault, not one for each page. */
    g_assert_cmpuint(put(f, 0x10ff0, 0xaa, 1 * MIB), ==, MEMTX_DECODE_ERROR);
    g_assert_cmpuint(f->toy->nr_fault, ==, 2);
    /* The device does not get what the host's buffer held. */
    memset(buf, 0x77, sizeof(buf));
    g_assert_cmpuint(address_space_read(&f->as, 0x10ff0, UNSPEC, buf, 32), ==,
                     MEMTX_DECODE_ERROR);
    expect_bytes(buf, 0xaa, 16);
    expect_bytes(buf + 16, 0, 16);
}

static void test_permission(Fixture *f, gconstpointer data)
{
    uint8_t buf[4];
    MemTxResult r;

    toy_map(f->toy, 0x10000, 0x10fff, 0x5000, IOMMU_RO);
    toy_map(f->toy, 0x11000, 0x11fff, 0x6000, IOMMU_WO);
    g_assert_cmpuint(put(f, 0x10000, 0xaa, 4), ==, MEMTX_DECODE_ERROR);
    expect_bytes(f->host + 0x5000, 0, 4);
    g_assert_cmpuint(address_space_read(&f->as, 0x10000, UNSPEC, buf, 4), ==, MEMTX_OK);
    g_assert_cmpuint(put(f, 0x11000, 0xaa, 4), ==, MEMTX_OK);
    address_space_ldl_le(&f->as, 0x11000, UNSPEC, &r);
    g_assert_cmpuint(r, ==, MEMTX_DECODE_ERROR);
    g_assert_cmpuint(f->toy->nr_fault, ==, 2);
    /* Questions make no faults. */
    g_assert_false(address_space_access_valid(&f->as, 0x10000, 4, true, UNSPEC));
    g_assert_true(address_space_access_valid(&f->as, 0x10000, 4, false, UNSPEC));
    g_assert_false(address_space_access_valid(&f->as, 0x10000, 0x2000, false, UNSPEC));
    g_assert_cmpuint(f->toy->nr_fault, ==, 2);
}

/* A mapping whose target is no RAM, or outside of it. */
static void test_target(Fixture *f, gconstpointer data)
{
    toy_map(f->toy, 0x10000, 0x10fff, RAM_SIZE, IOMMU_RW);
    toy_map(f->toy, 0x20000, 0x21fff, RAM_SIZE - 0x1000, IOMMU_RW);
    g_assert_cmpuint(put(f, 0x10000, 0xaa, 4), ==, MEMTX_DECODE_ERROR);
    g_assert_cmpuint(put(f, 0x20ff0, 0xaa, 32), ==, MEMTX_DECODE_ERROR);
    expect_bytes(f->host + RAM_SIZE - 16, 0xaa, 16);
    g_assert_cmpuint(f->toy->nr_fault, ==, 0);
}

static void test_one_translate(Fixture *f, gconstpointer data)
{
    hwaddr len = MIB;
    void *p;

    toy_map(f->toy, 0x40000000, 0x400fffff, 0x100000, IOMMU_RW);
    g_assert_cmpuint(put(f, 0x40000000, 0xaa, MIB), ==, MEMTX_OK);
    g_assert_cmpuint(f->toy->nr_translate, ==, 1);
    expect_bytes(f->host + 0x100000, 0xaa, MIB);
    p = address_space_map(&f->as, 0x40000000, &len, true, UNSPEC);
    g_assert_true(p == f->host + 0x100000 && len == MIB);
    g_assert_cmpuint(f->toy->nr_translate, ==, 2);
    address_space_unmap(&f->as, p, len, true, 0);
}

/* All of the address space in one mapping: sizes that do not fit in 64 bits. */
static void test_whole_space(Fixture *f, gconstpointer data)
{
    MemTxResult r;

    toy_map(f->toy, 0, UINT64_MAX, 0, IOMMU_RW);
    g_assert_cmpuint(put(f, 0x1000, 0xaa, 16), ==, MEMTX_OK);
    expect_bytes(f->host + 0x1000, 0xaa, 16);
    address_space_ldub(&f->as, UINT64_MAX, UNSPEC, &r);
    g_assert_cmpuint(r, ==, MEMTX_DECODE_ERROR);
    g_assert_cmpuint(f->toy->nr_fault, ==, 0);
}

/* An IOMMU behind an IOMMU, and one that leads to itself. */
static void test_chain(Fixture *f, gconstpointer data)
{
    ToyIOMMU *outer = new_toy(&f->as, UINT64_MAX), *loop = new_toy(NULL, UINT64_MAX);
    AddressSpace as2, as3;

    address_space_init(&as2, toy_region(outer), "outer");
    address_space_init(&as3, toy_region(loop), "loop");
    toy_map(outer, 0, 0xffff, 0x20000, IOMMU_RW);
    toy_map(f->toy, 0x20000, 0x20fff, 0x5000, IOMMU_RW);
    toy_map(f->toy, 0x21000, 0x21fff, 0x9000, IOMMU_RO);
    stl_le_phys(&as2, 0xffc, 0x12345678);
    g_assert_cmphex(ldl_le_p(f->host + 0x5ffc), ==, 0x12345678);
    g_assert_false(address_space_access_valid(&as2, 0x1000, 4, true, UNSPEC));

    loop->target_as = &as3;
    toy_map(loop, 0, UINT64_MAX, 0, IOMMU_RW);
    g_assert_false(address_space_access_valid(&as3, 0, 1, false, UNSPEC));
    g_assert_cmpuint(loop->nr_translate, <, 10);

    address_space_destroy(&as3);
    address_space_destroy(&as2);
    free_region(toy_region(outer));
    free_region(toy_region(loop));
}

static void test_iotlb_entry(Fixture *f, gconstpointer data)
{
    RCU_READ_LOCK_GUARD();
    IOMMUTLBEntry e;

    toy_map(f->toy, 0x200000, 0x3fffff, 0, IOMMU_RO);
    e = address_space_get_iotlb_entry(&f->as, 0x212345, false, UNSPEC);
    g_assert_true(e.target_as == &f->sys);
    g_assert_cmpuint(e.perm, ==, IOMMU_RO);
    g_assert_cmphex(e.addr_mask, ==, 0x1fffff);
    g_assert_cmphex(e.iova, ==, 0x200000);
    g_assert_cmphex(e.translated_addr, ==, 0);
    g_assert_cmpuint(address_space_get_iotlb_entry(&f->as, 0x212345, true, UNSPEC).perm,
                     ==, IOMMU_NONE);
    e = address_space_get_iotlb_entry(&f->sys, 0x12345, true, UNSPEC);
    g_assert_cmpuint(e.perm, ==, IOMMU_RW);
    g_assert_cmphex(e.iova, ==, 0x12000);
    g_assert_cmphex(e.addr_mask, ==, 0xfff);
    g_assert_cmpuint(
        address_space_get_iotlb_entry(&f->sys, RAM_SIZE, true, UNSPEC).perm, ==,
        IOMMU_NONE);
}

/* Random accesses against a model of pages. */
static void test_model(Fixture *f, gconstpointer data)
{
    enum { PAGES = 64 };
    int page[PAGES];
    g_autofree uint8_t *shadow = g_malloc0(PAGES * 0x1000),
                       *buf = g_malloc(PAGES * 4096);

    /* Page i of IOVA is page[i] of RAM, in random order; some are missing. */
    for (int i = 0; i < PAGES; i++) {
        page[i] = i % 3 == 1 && g_test_rand_bit() ? -1 : (i * 37 + 5) % PAGES;
        if (page[i] >= 0 && i < 60) {
            toy_map(f->toy, i * 0x1000, i * 0x1000 + 0xfff, page[i] * 0x1000, IOMMU_RW);
        } else {
            page[i] = -1;
        }
    }
    for (unsigned n = 0; n < 2000; n++) {
        unsigned addr = g_test_rand_int_range(0, PAGES * 0x1000);
        unsigned len = g_test_rand_int_range(1, 0x3000), good = 0;

        while (good < len && addr + good < PAGES * 0x1000 &&
               page[(addr + good) / 0x1000] >= 0) {
            good++;
        }
        memset(buf, n, len);
        g_assert_cmpuint(address_space_write(&f->as, addr, UNSPEC, buf, len), ==,
                         good == len ? MEMTX_OK : MEMTX_DECODE_ERROR);
        for (unsigned i = 0; i < good; i++) {
            shadow[page[(addr + i) / 0x1000] * 0x1000 + (addr + i) % 0x1000] = n;
        }
    }
    g_assert_cmpmem(shadow, PAGES * 0x1000, f->host, PAGES * 0x1000);
}

/* --- notifiers --- */

typedef struct Note {
    IOMMUNotifier n;
    unsigned nr;
    IOMMUTLBEntry last;
} Note;

static void note(IOMMUNotifier *n, IOMMUTLBEntry *e)
{
    Note *t = container_of(n, Note, n);

    t->nr++;
    t->last = *e;
}

static void notify(Fixture *f, IOMMUNotifierFlag type, hwaddr iova, hwaddr mask,
                   hwaddr to)
{
    IOMMUTLBEvent ev = {
        .type = type,
        .entry = { .iova = iova,
                   .addr_mask = mask,
                   .translated_addr = to,
                   .perm = type == IOMMU_NOTIFIER_MAP ? IOMMU_RW : IOMMU_NONE },
    };

    memory_region_notify_iommu(&f->toy->parent_obj, 0, ev);
}

static void test_notifiers(Fixture *f, gconstpointer data)
{
    MemoryRegion *mr = toy_region(f->toy);
    Note a = { 0 }, b = { 0 };

    iommu_notifier_init(&a.n, note, IOMMU_NOTIFIER_IOTLB_EVENTS, 0x1000, 0x2fff, 0);
    iommu_notifier_init(&b.n, note, IOMMU_NOTIFIER_UNMAP, 0, UINT64_MAX, 0);
    g_assert_cmpint(memory_region_register_iommu_notifier(mr, &a.n, &error_abort), ==,
                    0);
    g_assert_cmpint(memory_region_register_iommu_notifier(mr, &b.n, &error_abort), ==,
                    0);
    g_assert_cmpuint(f->toy->flags, ==, IOMMU_NOTIFIER_IOTLB_EVENTS);

    notify(f, IOMMU_NOTIFIER_MAP, 0x1000, 0xfff, 0x7000);
    g_assert_cmpuint(a.nr, ==, 1);
    g_assert_cmpuint(b.nr, ==, 0); /* wants no MAP */
    /* Cut to the range, on both sides, and the target moves along. */
    notify(f, IOMMU_NOTIFIER_MAP, 0, 0xffff, 0x40000);
    g_assert_cmphex(a.last.iova, ==, 0x1000);
    g_assert_cmphex(a.last.addr_mask, ==, 0x1fff);
    g_assert_cmphex(a.last.translated_addr, ==, 0x41000);
    /* Outside, and just outside. */
    notify(f, IOMMU_NOTIFIER_UNMAP, 0x3000, 0xfff, 0);
    notify(f, IOMMU_NOTIFIER_UNMAP, 0, 0xfff, 0);
    g_assert_cmpuint(a.nr, ==, 2);
    g_assert_cmpuint(b.nr, ==, 2);
    notify(f, IOMMU_NOTIFIER_UNMAP, 0, UINT64_MAX, 0);
    g_assert_cmphex(a.last.iova, ==, 0x1000);
    g_assert_cmphex(a.last.addr_mask, ==, 0x1fff);
    g_assert_cmphex(b.last.addr_mask, ==, UINT64_MAX);
    g_assert_cmpuint(memory_region_iommu_generation(&f->toy->parent_obj), ==, 3);

    memory_region_unregister_iommu_notifier(mr, &a.n);
    g_assert_cmpuint(f->toy->flags, ==, IOMMU_NOTIFIER_UNMAP);
    memory_region_unregister_iommu_notifier(mr, &b.n);
    g_assert_cmpuint(f->toy->flags, ==, IOMMU_NOTIFIER_NONE);
    notify(f, IOMMU_NOTIFIER_UNMAP, 0, UINT64_MAX, 0);
    g_assert_cmpuint(a.nr, ==, 3);
}

static void test_notifier_refused(Fixture *f, gconstpointer data)
{
    Note a = { 0 };
    Error *err = NULL;

    f->toy->refuse_flags = true;
    iommu_notifier_init(&a.n, note, IOMMU_NOTIFIER_MAP, 0, UINT64_MAX, 0);
    g_assert_cmpint(
        memory_region_register_iommu_notifier(toy_region(f->toy), &a.n, &err), ==,
        -EINVAL);
    g_assert_nonnull(err);
    error_free(err);
    notify(f, IOMMU_NOTIFIER_MAP, 0, 0xfff, 0);
    g_assert_cmpuint(a.nr, ==, 0);
}

static void refuse(IOMMUNotifier *n, IOMMUTLBEntry *e)
{
    n->refused = e->perm != IOMMU_NONE && e->iova == 0x1000;
}

/* A listener that cannot follow says so, for this event only. */
static void test_map_refused(Fixture *f, gconstpointer data)
{
    IOMMUNotifier n = { 0 };

    iommu_notifier_init(&n, refuse, IOMMU_NOTIFIER_IOTLB_EVENTS, 0, 0xffff, 0);
    g_assert_cmpint(
        memory_region_register_iommu_notifier(toy_region(f->toy), &n, &error_abort), ==,
        0);
    notify(f, IOMMU_NOTIFIER_MAP, 0x1000, 0xfff, 0);
    g_assert_true(n.refused);
    notify(f, IOMMU_NOTIFIER_MAP, 0x20000, 0xfff, 0); /* not for it */
    g_assert_false(n.refused);
    notify(f, IOMMU_NOTIFIER_MAP, 0x1000, 0xfff, 0);
    notify(f, IOMMU_NOTIFIER_UNMAP, 0x1000, 0xfff, 0);
    g_assert_false(n.refused);
    memory_region_unregister_iommu_notifier(toy_region(f->toy), &n);
}

static void test_notify_one(Fixture *f, gconstpointer data)
{
    Note a = { 0 };

    iommu_notifier_init(&a.n, note, IOMMU_NOTIFIER_DEVIOTLB_UNMAP, 0x5000, 0x5fff, 0);
    g_assert_cmpint(
        memory_region_register_iommu_notifier(toy_region(f->toy), &a.n, &error_abort),
        ==, 0);
    notify(f, IOMMU_NOTIFIER_UNMAP, 0, UINT64_MAX, 0);
    g_assert_cmpuint(a.nr, ==, 0);
    notify(f, IOMMU_NOTIFIER_DEVIOTLB_UNMAP, 0, UINT64_MAX, 0);
    g_assert_cmpuint(a.nr, ==, 1);
    g_assert_cmphex(a.last.addr_mask, ==, 0xfff);
    memory_region_unregister_iommu_notifier(toy_region(f->toy), &a.n);

    iommu_notifier_init(&a.n, note, IOMMU_NOTIFIER_UNMAP, 0x5000, 0x5fff, 0);
    memory_region_unmap_iommu_notifier_range(&a.n);
    g_assert_cmpuint(a.nr, ==, 2);
    g_assert_cmphex(a.last.iova, ==, 0x5000);
    g_assert_cmpuint(a.last.perm, ==, IOMMU_NONE);
}

/* Without a replay method: block by block, to the end of the space and no further. */
static void test_replay(Fixture *f, gconstpointer data)
{
    Note a = { 0 };

    toy_map(f->toy, 0x0, 0xffff, 0x10000, IOMMU_RW);
    toy_map(f->toy, UINT64_MAX - 0xfff, UINT64_MAX, 0x3000, IOMMU_RO);
    iommu_notifier_init(&a.n, note, IOMMU_NOTIFIER_MAP, UINT64_MAX - 0xffff, UINT64_MAX,
                        0);
    memory_region_iommu_replay(&f->toy->parent_obj, &a.n);
    g_assert_cmpuint(a.nr, ==, 1);
    g_assert_cmphex(a.last.translated_addr, ==, 0x3000);
    a.n.start = 0;
    a.n.end = 0x1ffff;
    memory_region_iommu_replay(&f->toy->parent_obj, &a.n);
    g_assert_cmpuint(a.nr, ==, 2);
    g_assert_cmphex(a.last.addr_mask, ==, 0xffff);
    g_assert_cmpuint(memory_region_iommu_get_min_page_size(&f->toy->parent_obj), ==,
                     4096);
    g_assert_cmpint(memory_region_iommu_num_indexes(&f->toy->parent_obj), ==, 1);
}

int main(int argc, char **argv)
{
    memory_test_init(&argc, &argv);
#define CASE(name, fn)                                                                 \
    g_test_add("/memory-iommu/" name, Fixture, NULL, setup, fn, teardown)
    CASE("simple", test_simple);
    CASE("byte-below", test_byte_below);
    CASE("last-byte", test_last_byte);
    CASE("apart", test_apart);
    CASE("into-hole", test_into_hole);
    CASE("permission", test_permission);
    CASE("target", test_target);
    CASE("one-translate", test_one_translate);
    CASE("whole-space", test_whole_space);
    CASE("chain", test_chain);
    CASE("iotlb-entry", test_iotlb_entry);
    CASE("model", test_model);
    CASE("notifiers", test_notifiers);
    CASE("notifier-refused", test_notifier_refused);
    CASE("map-refused", test_map_refused);
    CASE("notify-one", test_notify_one);
    CASE("replay", test_replay);
    return g_test_run();
}
