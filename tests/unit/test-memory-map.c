/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Host pointers: RAM, bounce buffers, and what an UNMAP does while they are held. */
#include "qemu/osdep.h"
#include "memory-test.h"

#define RAM_SIZE (1 * MIB)

typedef struct Fixture {
    AddressSpace sys, as;
    MemoryRegion *root, *ram, *io;
    ToyIOMMU *toy;
    uint8_t *host;
    uint8_t regs[8192];
    unsigned timeout;
} Fixture;

static uint64_t io_read(void *opaque, hwaddr addr, unsigned size)
{
    return ((Fixture *)opaque)->regs[addr];
}

static void io_write(void *opaque, hwaddr addr, uint64_t data, unsigned size)
{
    ((Fixture *)opaque)->regs[addr] = data;
}

static const MemoryRegionOps io_ops = {
    .read = io_read,
    .write = io_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .impl = { .max_access_size = 1 },
};

static void setup(Fixture *f, gconstpointer data)
{
    f->root = new_container("root", UINT64_MAX);
    f->ram = new_ram("ram", RAM_SIZE);
    f->io = new_region();
    memory_region_init_io(f->io, NULL, &io_ops, f, "io", sizeof(f->regs));
    memory_region_add_subregion(f->root, 0, f->ram);
    memory_region_add_subregion(f->root, RAM_SIZE, f->io);
    address_space_init(&f->sys, f->root, "sys");
    f->toy = new_toy(&f->sys, UINT64_MAX);
    address_space_init(&f->as, toy_region(f->toy), "endpoint");
    f->host = memory_region_get_ram_ptr(f->ram);
    f->timeout = memory_set_dma_drain_timeout(5000);
}

static void teardown(Fixture *f, gconstpointer data)
{
    memory_set_dma_drain_timeout(f->timeout);
    address_space_destroy(&f->as);
    free_region(toy_region(f->toy));
    address_space_destroy(&f->sys);
    free_region(f->io);
    free_region(f->ram);
    free_region(f->root);
}

static void *map(AddressSpace *as, hwaddr addr, hwaddr want, hwaddr expect,
                 bool is_write)
{
    hwaddr len = want;
    void *p = address_space_map(as, addr, &len, is_write, UNSPEC);

    g_assert_cmphex(len, ==, expect);
    g_assert_true(!p == !expect);
    return p;
}

/* --- pointers to RAM --- */

static void test_direct(Fixture *f, gconstpointer data)
{
    void *p = map(&f->sys, 0x1000, 0x2000, 0x2000, true);

    g_assert_true(p == f->host + 0x1000);
    address_space_unmap(&f->sys, p, 0x2000, true, 0x2000);
    /* As much as is contiguous. */
    p = map(&f->sys, RAM_SIZE - 16, 64, 16, false);
    address_space_unmap(&f->sys, p, 16, false, 16);
    map(&f->sys, 0x80000000, 16, 0, false);
    map(&f->sys, 0x1000, 0, 0, false);
}

static void test_iommu(Fixture *f, gconstpointer data)
{
    void *p;

    toy_map(f->toy, 0x10000, 0x10fff, 0x5000, IOMMU_RW);
    toy_map(f->toy, 0x11000, 0x11fff, 0x6000, IOMMU_RW); /* goes on in RAM */
    toy_map(f->toy, 0x12000, 0x12fff, 0x9000, IOMMU_RW); /* does not */
    p = map(&f->as, 0x10800, 0x4000, 0x1800, true);
    g_assert_true(p == f->host + 0x5800);
    address_space_unmap(&f->as, p, 0x1800, true, 0);
    p = map(&f->as, 0x12800, 0x4000, 0x800, true);
    address_space_unmap(&f->as, p, 0x800, true, 0);
    /* Looking beyond is no access: no fault so far. */
    g_assert_cmpuint(f->toy->nr_fault, ==, 0);
    map(&f->as, 0x13000, 16, 0, true);
    g_assert_cmpuint(f->toy->nr_fault, ==, 1);
}

/* Read-only next to read-write: a map for writing ends there. */
static void test_iommu_permission(Fixture *f, gconstpointer data)
{
    void *p;

    toy_map(f->toy, 0x10000, 0x10fff, 0x5000, IOMMU_RW);
    toy_map(f->toy, 0x11000, 0x11fff, 0x6000, IOMMU_RO);
    p = map(&f->as, 0x10000, 0x2000, 0x1000, true);
    address_space_unmap(&f->as, p, 0x1000, true, 0);
    p = map(&f->as, 0x10000, 0x2000, 0x2000, false);
    address_space_unmap(&f->as, p, 0x2000, false, 0);
    map(&f->as, 0x11000, 0x10, 0, true);
}

/* --- bounce buffers --- */

static void note_bh(void *opaque)
{
    (*(unsigned *)opaque)++;
}

static void test_bounce(Fixture *f, gconstpointer data)
{
    uint8_t *p, *q;

    f->regs[3] = 0x33;
    p = map(&f->sys, RAM_SIZE, 64, 64, false);
    g_assert_cmphex(p[3], ==, 0x33);
    address_space_unmap(&f->sys, p, 64, false, 64);

    p = map(&f->sys, RAM_SIZE + 16, 64, 64, true);
    memset(p, 0x44, 64);
    g_assert_cmphex(f->regs[16], ==, 0);
    address_space_unmap(&f->sys, p, 64, true, 8);
    g_assert_cmphex(f->regs[16], ==, 0x44);
    g_assert_cmphex(f->regs[23], ==, 0x44);
    g_assert_cmphex(f->regs[24], ==, 0); /* only what was accessed */
    /* The budget of the address space. */
    p = map(&f->sys, RAM_SIZE, 8192, 4096, true);
    map(&f->sys, RAM_SIZE, 16, 0, true);
    q = map(&f->sys, 0, 16, 16, true); /* RAM needs none */
    address_space_unmap(&f->sys, q, 16, true, 0);
    address_space_unmap(&f->sys, p, 4096, true, 0);
    g_assert_cmpuint(f->sys.bounce_buffer_size, ==, 0);
    f->sys.max_bounce_buffer_size = 8192;
    p = map(&f->sys, RAM_SIZE, 6000, 6000, true);
    q = map(&f->sys, RAM_SIZE, 6000, 2192, true);
    address_space_unmap(&f->sys, p, 6000, true, 0);
    address_space_unmap(&f->sys, q, 2192, true, 0);
}

static void test_map_client(Fixture *f, gconstpointer data)
{
    unsigned nr = 0;
    QEMUBH *bh = qemu_bh_new(note_bh, &nr);
    void *p = map(&f->sys, RAM_SIZE, 4096, 4096, true);

    address_space_register_map_client(&f->sys, bh);
    settle();
    g_assert_cmpuint(nr, ==, 0);
    address_space_unmap(&f->sys, p, 4096, true, 0);
    settle();
    g_assert_cmpuint(nr, ==, 1);
    /* A buffer is free: told at once. */
    address_space_register_map_client(&f->sys, bh);
    settle();
    g_assert_cmpuint(nr, ==, 2);
    p = map(&f->sys, RAM_SIZE, 4096, 4096, true);
    address_space_register_map_client(&f->sys, bh);
    address_space_unregister_map_client(&f->sys, bh);
    address_space_unmap(&f->sys, p, 4096, true, 0);
    settle();
    g_assert_cmpuint(nr, ==, 2);
    qemu_bh_delete(bh);
}

/* A bounce buffer over an IOMMU cannot reach what was unmapped meanwhile. */
static void test_bounce_unmapped(Fixture *f, gconstpointer data)
{
    ToyMapping *m = toy_map(f->toy, 0x10000, 0x10fff, RAM_SIZE, IOMMU_RW);
    uint8_t *p = map(&f->as, 0x10000, 16, 16, true);

    memset(p, 0x55, 16);
    toy_unmap(f->toy, m); /* does not wait */
    g_assert_cmpuint(memory_dma_drain_timeouts(), ==, 0);
    address_space_unmap(&f->as, p, 16, true, 16);
    g_assert_cmphex(f->regs[0], ==, 0);
}

/* --- UNMAP while a pointer is held --- */

typedef struct Held {
    Fixture *f;
    void *p;
    hwaddr len;
    unsigned polls, wanted;
    bool unmapped; /* atomic */
    bool revoked;
} Held;

static void give_back(Held *h)
{
    qatomic_set(&h->unmapped, true);
    address_space_unmap(&h->f->as, h->p, h->len, true, h->len);
    h->p = NULL;
}

static bool poll_held(void *opaque)
{
    Held *h = opaque;

    h->polls++;
    if (h->p && h->polls >= h->wanted) {
        give_back(h);
        return true;
    }
    return false;
}

static void test_drain_hook(Fixture *f, gconstpointer data)
{
    ToyMapping *a = toy_map(f->toy, 0x10000, 0x10fff, 0x5000, IOMMU_RW);
    ToyMapping *b = toy_map(f->toy, 0x20000, 0x20fff, 0x8000, IOMMU_RW);
    Held h = { .f = f, .len = 0x800, .wanted = 3 };

    memory_register_dma_drain(poll_held, &h);
    h.p = map(&f->as, 0x10400, 0x800, 0x800, true);
    toy_unmap(f->toy, b); /* elsewhere: no waiting */
    g_assert_cmpuint(h.polls, ==, 0);
    toy_unmap(f->toy, a);
    g_assert_true(h.unmapped);
    g_assert_cmpuint(h.polls, ==, 3);
    memory_unregister_dma_drain(poll_held, &h);
}

static void *complete_later(void *opaque)
{
    Held *h = opaque;

    g_usleep(30 * 1000);
    give_back(h);
    return NULL;
}

static void test_other_thread(Fixture *f, gconstpointer data)
{
    ToyMapping *m = toy_map(f->toy, 0x10000, 0x10fff, 0x5000, IOMMU_RW);
    Held h = { .f = f, .len = 0x1000 };
    QemuThread t;

    h.p = map(&f->as, 0x10000, 0x1000, 0x1000, true);
    qemu_thread_create(&t, "completer", complete_later, &h, QEMU_THREAD_JOINABLE);
    toy_unmap(f->toy, m);
    g_assert_true(qatomic_read(&h.unmapped));
    qemu_thread_join(&t);
    g_assert_cmpuint(memory_dma_drain_timeouts(), ==, 0);
}

static void revoke_now(void *opaque)
{
    Held *h = opaque;

    g_assert_false(h->revoked); /* once */
    h->revoked = true;
    give_back(h);
}

static void test_revoke(Fixture *f, gconstpointer data)
{
    ToyMapping *m = toy_map(f->toy, 0x10000, 0x10fff, 0x5000, IOMMU_RW);
    Held h = { .f = f, .len = 0x1000 };

    h.p = address_space_map_revocable(&f->as, 0x10000, &h.len, true, UNSPEC, revoke_now,
                                      &h);
    g_assert_nonnull(h.p);
    toy_unmap(f->toy, m);
    g_assert_true(h.revoked && !h.p);
}

static void revoke_later(void *opaque)
{
    ((Held *)opaque)->revoked = true;
}

static bool poll_revoked(void *opaque)
{
    Held *h = opaque;

    return h->revoked && poll_held(opaque);
}

static void test_revoke_later(Fixture *f, gconstpointer data)
{
    ToyMapping *m = toy_map(f->toy, 0x10000, 0x10fff, 0x5000, IOMMU_RW);
    Held h = { .f = f, .len = 0x1000, .wanted = 2 };

    memory_register_dma_drain(poll_revoked, &h);
    h.p = address_space_map_revocable(&f->as, 0x10000, &h.len, true, UNSPEC,
                                      revoke_later, &h);
    toy_unmap(f->toy, m);
    g_assert_true(h.revoked && !h.p);
    memory_unregister_dma_drain(poll_revoked, &h);
}

/* A device that breaks the contract delays the UNMAP, but not for ever. */
static void test_timeout(Fixture *f, gconstpointer data)
{
    ToyMapping *m = toy_map(f->toy, 0x10000, 0x10fff, 0x5000, IOMMU_RW);
    void *p = map(&f->as, 0x10000, 0x1000, 0x1000, true);
    uint64_t before = memory_dma_drain_timeouts();
    gint64 t = g_get_monotonic_time();

    memory_set_dma_drain_timeout(20);
    toy_unmap(f->toy, m);
    g_assert_cmpint(g_get_monotonic_time() - t, >=, 20 * 1000);
    g_assert_cmpuint(memory_dma_drain_timeouts(), ==, before + 1);
    address_space_unmap(&f->as, p, 0x1000, true, 0);
}

/* Two IOVAs for one page: which of two equal pointers came back is not known. */
static void test_same_page_twice(Fixture *f, gconstpointer data)
{
    ToyMapping *a = toy_map(f->toy, 0x10000, 0x10fff, 0x5000, IOMMU_RW);
    ToyMapping *b = toy_map(f->toy, 0x20000, 0x20fff, 0x5000, IOMMU_RW);
    void *p = map(&f->as, 0x10000, 0x100, 0x100, true);
    void *q = map(&f->as, 0x20000, 0x100, 0x100, true);
    void *r = map(&f->as, 0x20000, 0x100, 0x100, true);
    uint64_t before = memory_dma_drain_timeouts();

    g_assert_true(p == q && q == r);
    address_space_unmap(&f->as, p, 0x100, true, 0);
    address_space_unmap(&f->as, p, 0x100, true, 0);
    /* One is left, and may be of either: both UNMAPs wait. */
    memory_set_dma_drain_timeout(5);
    toy_unmap(f->toy, a);
    toy_unmap(f->toy, b);
    g_assert_cmpuint(memory_dma_drain_timeouts(), ==, before + 2);
    address_space_unmap(&f->as, p, 0x100, true, 0);
    toy_map(f->toy, 0x10000, 0x10fff, 0x5000, IOMMU_RW);
    toy_unmap(f->toy, &f->toy->map[0]);
    g_assert_cmpuint(memory_dma_drain_timeouts(), ==, before + 2);
}

int main(int argc, char **argv)
{
    memory_test_init(&argc, &argv);
#define CASE(name, fn)                                                                 \
    g_test_add("/memory-map/" name, Fixture, NULL, setup, fn, teardown)
    CASE("direct", test_direct);
    CASE("iommu", test_iommu);
    CASE("iommu-permission", test_iommu_permission);
    CASE("bounce", test_bounce);
    CASE("map-client", test_map_client);
    CASE("bounce-unmapped", test_bounce_unmapped);
    CASE("drain-hook", test_drain_hook);
    CASE("other-thread", test_other_thread);
    CASE("revoke", test_revoke);
    CASE("revoke-later", test_revoke_later);
    CASE("timeout", test_timeout);
    CASE("same-page-twice", test_same_page_twice);
    return g_test_run();
}
