/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Several threads on one address space: accesses against changes of the map, and
 * against an IOMMU that unmaps. The rule that is checked: when an UNMAP has
 * returned, nobody reads or writes the page by the old way any more.
 */
#include "qemu/osdep.h"
#include "memory-test.h"
#include "qemu/thread.h"
#include "system/dma-group.h"
#include "system/memory_cached.h"

#define PAGE    4096
#define IOVA    0x10000
#define MAGIC_A 0xaaaaaaaaaaaaaaaaULL
#define MAGIC_B 0xbbbbbbbbbbbbbbbbULL

typedef struct Shared {
    AddressSpace sys, as;
    MemoryRegion *root, *ram, *over;
    ToyIOMMU *toy;
    uint64_t *host;
    bool stop;            /* atomic */
    unsigned done, wrong; /* atomic */
    unsigned writers;     /* atomic: gives each its own bytes */
} Shared;

static unsigned rounds(void)
{
    return g_test_slow() ? 20000 : 25;
}

static void setup(Shared *s, gconstpointer data)
{
    s->root = new_container("root", UINT64_MAX);
    s->ram = new_ram("ram", 1 * MIB);
    s->over = new_ram("over", 64 * KIB);
    memory_region_add_subregion(s->root, 0, s->ram);
    address_space_init(&s->sys, s->root, "sys");
    s->toy = new_toy(&s->sys, UINT64_MAX);
    address_space_init(&s->as, toy_region(s->toy), "endpoint");
    s->host = memory_region_get_ram_ptr(s->ram);
}

static void teardown(Shared *s, gconstpointer data)
{
    address_space_destroy(&s->as);
    free_region(toy_region(s->toy));
    address_space_destroy(&s->sys);
    free_region(s->over);
    free_region(s->ram);
    free_region(s->root);
}

static void stop(Shared *s, QemuThread *t, unsigned n)
{
    qatomic_set(&s->stop, true);
    bql_unlock();
    for (unsigned i = 0; i < n; i++) {
        qemu_thread_join(&t[i]);
    }
    bql_lock();
}

/* Until somebody got through once more: the rounds are about something. */
static void let_run(Shared *s)
{
    unsigned before = qatomic_read(&s->done);

    for (unsigned i = 0; i < 4000 && qatomic_read(&s->done) == before; i++) {
        g_thread_yield();
    }
}

/* --- accesses while the map changes --- */

static void *read_map(void *opaque)
{
    Shared *s = opaque;

    while (!qatomic_read(&s->stop)) {
        uint64_t v = ldq_le_phys(&s->sys, 0x8000);

        if (v != MAGIC_A && v != MAGIC_B) {
            qatomic_inc(&s->wrong);
        }
        qatomic_inc(&s->done);
    }
    return NULL;
}

static void test_map_change(Shared *s, gconstpointer data)
{
    uint64_t *over = memory_region_get_ram_ptr(s->over);
    QemuThread t[2];

    s->host[0x8000 / 8] = MAGIC_A;
    over[0x8000 / 8] = MAGIC_B;
    memory_region_add_subregion_overlap(s->root, 0, s->over, 1);
    for (int i = 0; i < 2; i++) {
        qemu_thread_create(&t[i], "reader", read_map, s, QEMU_THREAD_JOINABLE);
    }
    for (unsigned n = 0; n < rounds(); n++) {
        memory_region_set_enabled(s->over, n & 1);
        let_run(s);
        if (n % 64 == 0) {
            main_loop_wait(true);
        }
    }
    stop(s, t, 2);
    g_assert_cmpuint(s->wrong, ==, 0);
    g_assert_cmpuint(s->done, >, 0);
}

/* --- accesses while an IOMMU unmaps --- */

/*
 * A device that writes MAGIC_B. The main thread unmaps the page, writes MAGIC_A
 * there itself, and looks whether it stays.
 */
static void *write_rw(void *opaque)
{
    Shared *s = opaque;
    uint64_t v[8] = { MAGIC_B, MAGIC_B, MAGIC_B, MAGIC_B,
                      MAGIC_B, MAGIC_B, MAGIC_B, MAGIC_B };
    hwaddr addr = IOVA + qatomic_fetch_inc(&s->writers) * sizeof(v);

    while (!qatomic_read(&s->stop)) {
        if (address_space_write(&s->as, addr, UNSPEC, v, sizeof(v)) == MEMTX_OK) {
            qatomic_inc(&s->done);
        }
    }
    return NULL;
}

static void *write_st(void *opaque)
{
    Shared *s = opaque;

    while (!qatomic_read(&s->stop)) {
        MemTxResult r;

        address_space_stq_le(&s->as, IOVA + 8, MAGIC_B, UNSPEC, &r);
        if (r == MEMTX_OK) {
            qatomic_inc(&s->done);
        }
    }
    return NULL;
}

static void *write_map(void *opaque)
{
    Shared *s = opaque;

    while (!qatomic_read(&s->stop)) {
        hwaddr len = PAGE;
        uint64_t *p = address_space_map(&s->as, IOVA, &len, true, UNSPEC);

        if (p) {
            for (unsigned i = 0; i < 8; i++) {
                qatomic_set(&p[i], MAGIC_B);
            }
            qatomic_inc(&s->done);
            address_space_unmap(&s->as, p, len, true, len);
        }
    }
    return NULL;
}

static void *write_group(void *opaque)
{
    Shared *s = opaque;

    while (!qatomic_read(&s->stop)) {
        static const hwaddr addr[] = { IOVA, IOVA + 32 };
        struct iovec iov[] = { { NULL, 32 }, { NULL, 32 } };
        DmaGroup group;

        if (dma_group_map(&group, &s->as, addr, iov, 0, 2)) {
            for (unsigned i = 0; i < 8; i++) {
                qatomic_set((uint64_t *)iov[i / 4].iov_base + i % 4, MAGIC_B);
            }
            qatomic_inc(&s->done);
            dma_group_unmap(&group);
        }
    }
    return NULL;
}

static void *write_cache(void *opaque)
{
    Shared *s = opaque;
    MemoryRegionCache c;

    while (!qatomic_read(&s->stop)) {
        if (address_space_cache_init(&c, &s->as, IOVA, 64, true) != 64) {
            continue;
        }
        for (unsigned i = 0; i < 1000 && !qatomic_read(&s->stop); i++) {
            MemTxResult r;

            address_space_stq_le_cached(&c, 16, MAGIC_B, UNSPEC, &r);
            if (r == MEMTX_OK) {
                qatomic_inc(&s->done);
            }
        }
        address_space_cache_destroy(&c);
    }
    return NULL;
}

static void unmap_rounds(Shared *s, void *(*device)(void *), unsigned nr)
{
    uint64_t *page = s->host + 0x5000 / 8;
    QemuThread t[4];

    for (unsigned i = 0; i < nr; i++) {
        qemu_thread_create(&t[i], "device", device, s, QEMU_THREAD_JOINABLE);
    }
    for (unsigned n = 0; n < rounds(); n++) {
        ToyMapping *m = toy_map(s->toy, IOVA, IOVA + PAGE - 1, 0x5000, IOMMU_RW);

        let_run(s);
        toy_unmap(s->toy, m);
        for (unsigned i = 0; i < 16; i++) {
            qatomic_set(&page[i], MAGIC_A);
        }
        for (unsigned k = 0; k < 8; k++) {
            g_thread_yield();
            for (unsigned i = 0; i < 16; i++) {
                s->wrong += qatomic_read(&page[i]) != MAGIC_A;
            }
        }
    }
    stop(s, t, nr);
    g_assert_cmpuint(s->wrong, ==, 0);
    g_assert_cmpuint(s->done, >, 0);
    g_assert_cmpuint(memory_dma_drain_timeouts(), ==, 0);
}

static void test_unmap_rw(Shared *s, gconstpointer data)
{
    unmap_rounds(s, write_rw, 2);
}

static void test_unmap_st(Shared *s, gconstpointer data)
{
    unmap_rounds(s, write_st, 1);
}

static void test_unmap_map(Shared *s, gconstpointer data)
{
    unmap_rounds(s, write_map, 2);
}

static void test_unmap_group(Shared *s, gconstpointer data)
{
    unmap_rounds(s, write_group, 2);
}

static void test_unmap_cache(Shared *s, gconstpointer data)
{
    unmap_rounds(s, write_cache, 2);
}

/* --- a device's registers from a thread without the big lock --- */

typedef struct Counter {
    unsigned inside, overlaps, nr;
} Counter;

static void counter_write(void *opaque, hwaddr addr, uint64_t data, unsigned size)
{
    Counter *c = opaque;

    g_assert_true(bql_locked());
    c->overlaps += c->inside != 0;
    c->inside++;
    c->nr++;
    c->inside--;
}

static const MemoryRegionOps counter_ops = {
    .write = counter_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
};

static void *write_io(void *opaque)
{
    Shared *s = opaque;

    for (unsigned i = 0; i < 2000; i++) {
        g_assert_false(bql_locked());
        stl_le_phys(&s->sys, 0x200000, i);
    }
    return NULL;
}

static void test_big_lock(Shared *s, gconstpointer data)
{
    MemoryRegion *io = new_region();
    Counter c = { 0 };
    QemuThread t[2];

    memory_region_init_io(io, NULL, &counter_ops, &c, "counter", 16);
    memory_region_add_subregion(s->root, 0x200000, io);
    for (int i = 0; i < 2; i++) {
        qemu_thread_create(&t[i], "writer", write_io, s, QEMU_THREAD_JOINABLE);
    }
    stop(s, t, 2);
    g_assert_cmpuint(c.nr, ==, 4000);
    g_assert_cmpuint(c.overlaps, ==, 0);
    free_region(io);
}

/*
 * One thread waits for the big lock in the middle of an access to a device that
 * it reached through the IOMMU; the holder of the lock unmaps. No deadlock.
 */
static void *write_io_iommu(void *opaque)
{
    Shared *s = opaque;

    qatomic_inc(&s->done);
    for (unsigned i = 0; i < 200; i++) {
        stl_le_phys(&s->as, IOVA, i);
    }
    return NULL;
}

static void test_unmap_against_big_lock(Shared *s, gconstpointer data)
{
    MemoryRegion *io = new_region();
    Counter c = { 0 };
    QemuThread t;

    memory_region_init_io(io, NULL, &counter_ops, &c, "counter", 16);
    memory_region_add_subregion(s->root, 0x200000, io);
    toy_map(s->toy, IOVA, IOVA + PAGE - 1, 0x200000, IOMMU_RW);
    qemu_thread_create(&t, "writer", write_io_iommu, s, QEMU_THREAD_JOINABLE);
    let_run(s);
    for (unsigned i = 0; i < 50; i++) {
        toy_unmap(s->toy, &s->toy->map[0]);
        toy_map(s->toy, IOVA, IOVA + PAGE - 1, 0x200000, IOMMU_RW);
        bql_unlock();
        g_thread_yield();
        bql_lock();
    }
    stop(s, &t, 1);
    free_region(io);
}

int main(int argc, char **argv)
{
    memory_test_init(&argc, &argv);
#define CASE(name, fn)                                                                 \
    g_test_add("/memory-threads/" name, Shared, NULL, setup, fn, teardown)
    CASE("map-change", test_map_change);
    CASE("unmap-rw", test_unmap_rw);
    CASE("unmap-st", test_unmap_st);
    CASE("unmap-map", test_unmap_map);
    CASE("unmap-group", test_unmap_group);
    CASE("unmap-cache", test_unmap_cache);
    CASE("big-lock", test_big_lock);
    CASE("unmap-against-big-lock", test_unmap_against_big_lock);
    return g_test_run();
}
