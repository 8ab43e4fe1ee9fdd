/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Groups: the parts of one request, mapped and given back together. */
#include "qemu/osdep.h"
#include "memory-test.h"
#include "system/code-pages.h"
#include "system/dma-group.h"

#define RAM_SIZE (1 * MIB)
#define P        0x1000

typedef struct Fixture {
    AddressSpace sys, other, as;
    MemoryRegion *root, *ram, *other_ram;
    ToyIOMMU *toy;
    uint8_t *host;
    unsigned timeout;
} Fixture;

static void setup(Fixture *f, gconstpointer data)
{
    f->root = new_container("root", UINT64_MAX);
    f->ram = new_ram("ram", RAM_SIZE);
    f->other_ram = new_ram("other", RAM_SIZE);
    memory_region_add_subregion(f->root, 0, f->ram);
    address_space_init(&f->sys, f->root, "sys");
    address_space_init(&f->other, f->other_ram, "other");
    f->toy = new_toy(&f->sys, UINT64_MAX);
    address_space_init(&f->as, toy_region(f->toy), "endpoint");
    f->host = memory_region_get_ram_ptr(f->ram);
    f->timeout = memory_set_dma_drain_timeout(5);
}

static void teardown(Fixture *f, gconstpointer data)
{
    memory_set_dma_drain_timeout(f->timeout);
    address_space_destroy(&f->as);
    free_region(toy_region(f->toy));
    address_space_destroy(&f->other);
    address_space_destroy(&f->sys);
    free_region(f->other_ram);
    free_region(f->ram);
    free_region(f->root);
}

/* Those that are read come first. */
typedef struct Part {
    hwaddr addr, len;
    bool is_write;
    void *copy;
    void *host; /* result */
} Part;

static Part part(hwaddr addr, hwaddr len, bool is_write)
{
    return (Part){ .addr = addr, .len = len, .is_write = is_write };
}

static bool map(DmaGroup *group, AddressSpace *as, Part *parts, unsigned n)
{
    hwaddr addr[DMA_GROUP_MAX + 1];
    struct iovec iov[DMA_GROUP_MAX + 1];
    unsigned n_read = 0;
    bool ok;

    for (unsigned i = 0; i < n; i++) {
        addr[i] = parts[i].addr;
        iov[i] = (struct iovec){ parts[i].copy, parts[i].len };
        g_assert_true(parts[i].is_write || n_read == i);
        n_read += !parts[i].is_write;
    }
    ok = dma_group_map(group, as, addr, iov, n_read, n);
    for (unsigned i = 0; i < n; i++) {
        g_assert_cmpuint(iov[i].iov_len, ==, parts[i].len);
        parts[i].host = iov[i].iov_base;
    }
    return ok;
}

/* UNMAP of @m: did it have to wait for somebody? */
static bool unmap_waits(Fixture *f, ToyMapping *m)
{
    uint64_t before = memory_dma_drain_timeouts();

    toy_unmap(f->toy, m);
    return memory_dma_drain_timeouts() != before;
}

static void test_map(Fixture *f, gconstpointer data)
{
    ToyMapping *a = toy_map(f->toy, 0x10000, 0x10fff, 0x5000, IOMMU_RO);
    ToyMapping *b = toy_map(f->toy, 0x20000, 0x20fff, 0x8000, IOMMU_WO);
    ToyMapping *c = toy_map(f->toy, 0x21000, 0x21fff, 0x4000, IOMMU_RW);
    ToyMapping *d = toy_map(f->toy, 0x30000, 0x30fff, 0x3000, IOMMU_RW);
    uint8_t header[16];
    Part parts[] = {
        { .addr = 0x10ff0, .len = 16, .copy = header },
        part(0x21004, 1, false),
        part(0x20000, P, true),
    };
    DmaGroup group;

    memset(f->host + 0x5ff0, 0x77, 16);
    g_assert_true(map(&group, &f->as, parts, 3));
    g_assert_true(parts[0].host == header);
    g_assert_cmphex(header[0], ==, 0x77);
    g_assert_cmphex(header[15], ==, 0x77);
    g_assert_true(parts[1].host == f->host + 0x4004);
    g_assert_true(parts[2].host == f->host + 0x8000);

    g_assert_false(unmap_waits(f, a)); /* was copied */
    g_assert_false(unmap_waits(f, d)); /* is not in the group */
    g_assert_true(unmap_waits(f, b));
    g_assert_true(unmap_waits(f, c));
    dma_group_unmap(&group);
    toy_map(f->toy, 0x20000, 0x20fff, 0x8000, IOMMU_WO);
    g_assert_false(unmap_waits(f, b));
    g_assert_cmpuint(f->toy->nr_fault, ==, 0);
}

/* Nothing is held afterwards, and nobody hears of it. */
static void refused(Fixture *f, AddressSpace *as, Part second)
{
    ToyMapping *m = toy_map(f->toy, 0x10000, 0x10fff, 0x5000, IOMMU_RW);
    Part parts[] = { part(0x10000, 8, false), second };
    DmaGroup group;

    g_assert_false(map(&group, as, parts, 2));
    g_assert_false(unmap_waits(f, m));
    g_assert_cmpuint(f->toy->nr_fault, ==, 0);
}

static void test_refused(Fixture *f, gconstpointer data)
{
    uint8_t byte;

    toy_map(f->toy, 0x20000, 0x20fff, 0x8000, IOMMU_RO);
    toy_map(f->toy, 0x21000, 0x21fff, 0x9000, IOMMU_WO);
    toy_map(f->toy, 0x30000, 0x30fff, RAM_SIZE, IOMMU_RW);
    toy_map(f->toy, 0x40000, 0x40fff, RAM_SIZE - 0x800, IOMMU_RW);
    refused(f, &f->as, part(0x50000, 1, false)); /* not mapped */
    refused(f, &f->as, part(0x20000, 1, true));  /* not for writing */
    refused(f, &f->as, part(0x21000, 1, false)); /* not for reading */
    refused(f, &f->as, (Part){ .addr = 0x21000, .len = 1, .copy = &byte });
    refused(f, &f->as, part(0x30000, 1, false));       /* nothing is there */
    refused(f, &f->as, part(0x40000, P, true));        /* RAM ends before */
    refused(f, &f->as, part(0x20800, P, false));       /* goes on in another mapping */
    refused(f, &f->as, part(UINT64_MAX, 2, false));    /* over the end */
    refused(f, &f->sys, part(RAM_SIZE - 1, 2, false)); /* directly, over the end */
}

/* Without an IOMMU: the region's owner stays for as long as it is used. */
static void test_direct(Fixture *f, gconstpointer data)
{
    uint8_t byte;
    Part parts[] = {
        { .addr = 0x10, .len = 1, .copy = &byte },
        part(0x5000, 2 * P, true),
    };
    Object *owner = OBJECT(f->root);
    unsigned refs = owner->ref;
    DmaGroup group;

    f->ram->owner = owner;
    f->host[0x10] = 0x42;
    g_assert_true(map(&group, &f->sys, parts, 2));
    g_assert_cmphex(byte, ==, 0x42);
    g_assert_true(parts[1].host == f->host + 0x5000);
    g_assert_cmpuint(owner->ref, ==, refs + 1);
    dma_group_unmap(&group);
    g_assert_cmpuint(owner->ref, ==, refs);
    f->ram->owner = NULL;
}

/* Parts in the views of two address spaces are not one group. */
static void test_two_targets(Fixture *f, gconstpointer data)
{
    ToyMapping *m = toy_map(f->toy, 0x10000, 0x10fff, 0x5000, IOMMU_RW);
    Part parts[] = { part(0x10000, 8, true), part(0x10010, 8, true) };
    DmaGroup group;

    f->toy->other_as = &f->other;
    g_assert_false(map(&group, &f->as, parts, 2));
    f->toy->other_as = NULL;
    g_assert_true(map(&group, &f->as, parts, 2));
    dma_group_unmap(&group);
    g_assert_false(unmap_waits(f, m));
}

static void test_too_many(Fixture *f, gconstpointer data)
{
    ToyMapping *m = toy_map(f->toy, 0x10000, 0x10fff, 0x5000, IOMMU_RW);
    Part parts[DMA_GROUP_MAX + 1];
    DmaGroup group;

    for (unsigned i = 0; i < G_N_ELEMENTS(parts); i++) {
        parts[i] = part(0x10000 + i * 8, 8, true);
    }
    g_assert_false(map(&group, &f->as, parts, DMA_GROUP_MAX + 1));
    g_assert_true(map(&group, &f->as, parts, DMA_GROUP_MAX));
    g_assert_true(unmap_waits(f, m));
    dma_group_unmap(&group);
}

/* A map of the same bytes is given back by its pointer, the group by its pin. */
static void test_beside_a_map(Fixture *f, gconstpointer data)
{
    ToyMapping *m = toy_map(f->toy, 0x10000, 0x10fff, 0x5000, IOMMU_RW);
    Part one = part(0x10000, 8, true);
    hwaddr len = 8;
    void *p = address_space_map(&f->as, 0x10000, &len, true, UNSPEC);
    DmaGroup group;

    g_assert_true(map(&group, &f->as, &one, 1));
    g_assert_true(p == one.host);
    address_space_unmap(&f->as, p, 8, true, 8);
    g_assert_true(unmap_waits(f, m));
    dma_group_unmap(&group);
}

typedef struct Holder {
    Fixture *f;
    DmaGroup group;
    bool done; /* atomic */
} Holder;

static void *complete_later(void *opaque)
{
    Holder *h = opaque;

    g_usleep(30 * 1000);
    qatomic_set(&h->done, true);
    dma_group_unmap(&h->group);
    return NULL;
}

static void test_other_thread(Fixture *f, gconstpointer data)
{
    ToyMapping *m = toy_map(f->toy, 0x10000, 0x10fff, 0x5000, IOMMU_RW);
    Part one = part(0x10000, P, true);
    Holder h = { .f = f };
    QemuThread t;

    g_assert_true(map(&h.group, &f->as, &one, 1));
    memory_set_dma_drain_timeout(5000);
    qemu_thread_create(&t, "completer", complete_later, &h, QEMU_THREAD_JOINABLE);
    g_assert_false(unmap_waits(f, m)); /* not for ever */
    g_assert_true(qatomic_read(&h.done));
    qemu_thread_join(&t);
}

static void count(void *opaque, ram_addr_t start, ram_addr_t last)
{
    (*(unsigned *)opaque)++;
}

static void test_code_pages(Fixture *f, gconstpointer data)
{
    ram_addr_t base = memory_region_get_ram_addr(f->ram);
    Part one = part(0x10000, P, true);
    unsigned nr = 0;
    DmaGroup group;

    toy_map(f->toy, 0x10000, 0x10fff, 0x5000, IOMMU_RW);
    memory_code_pages_set_hook(count, &nr);
    memory_code_page_set(base + 0x5000);
    g_assert_true(map(&group, &f->as, &one, 1));
    g_assert_cmpuint(nr, ==, 0);
    dma_group_written(&group, one.host, 1);
    g_assert_cmpuint(nr, ==, 1);
    dma_group_unmap(&group);
    memory_code_pages_set_hook(NULL, NULL);
}

int main(int argc, char **argv)
{
    memory_test_init(&argc, &argv);
#define CASE(name, fn)                                                                 \
    g_test_add("/memory-group/" name, Fixture, NULL, setup, fn, teardown)
    CASE("map", test_map);
    CASE("refused", test_refused);
    CASE("direct", test_direct);
    CASE("two-targets", test_two_targets);
    CASE("too-many", test_too_many);
    CASE("beside-a-map", test_beside_a_map);
    CASE("other-thread", test_other_thread);
    CASE("code-pages", test_code_pages);
    return g_test_run();
}
