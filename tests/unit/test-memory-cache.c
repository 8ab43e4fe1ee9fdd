/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MemoryRegionCache: plain RAM, over an IOMMU, after changes. */
#include "qemu/osdep.h"
#include "memory-test.h"
#include "system/code-pages.h"
#include "system/memory_cached.h"

typedef struct Fixture {
    AddressSpace sys, as;
    MemoryRegion *root, *ram, *other;
    ToyIOMMU *toy;
    uint8_t *host;
    MemoryRegionCache cache;
} Fixture;

static void setup(Fixture *f, gconstpointer data)
{
    f->root = new_container("root", UINT64_MAX);
    f->ram = new_ram("ram", 1 * MIB);
    f->other = new_ram("other", 4 * KIB);
    memory_region_add_subregion(f->root, 0, f->ram);
    address_space_init(&f->sys, f->root, "sys");
    f->toy = new_toy(&f->sys, UINT64_MAX);
    address_space_init(&f->as, toy_region(f->toy), "endpoint");
    f->host = memory_region_get_ram_ptr(f->ram);
    address_space_cache_init_empty(&f->cache);
}

static void teardown(Fixture *f, gconstpointer data)
{
    address_space_cache_destroy(&f->cache);
    address_space_destroy(&f->as);
    free_region(toy_region(f->toy));
    address_space_destroy(&f->sys);
    free_region(f->other);
    free_region(f->ram);
    free_region(f->root);
}

/* Every accessor, at an aligned and at an odd place. */
static void check_accessors(Fixture *f, uint8_t *host)
{
    MemoryRegionCache *c = &f->cache;
    uint8_t buf[16], back[16];
    MemTxResult r;

    for (unsigned off = 8; off < 10; off++) {
        stq_le_phys_cached(c, off, 0x0102030405060708);
        g_assert_cmphex(host[off], ==, 8);
        g_assert_cmphex(ldq_le_phys_cached(c, off), ==, 0x0102030405060708);
        g_assert_cmphex(ldq_be_phys_cached(c, off), ==, 0x0807060504030201);
        g_assert_cmphex(ldl_le_phys_cached(c, off), ==, 0x05060708);
        g_assert_cmphex(lduw_le_phys_cached(c, off), ==, 0x0708);
        g_assert_cmphex(lduw_be_phys_cached(c, off), ==, 0x0807);
        g_assert_cmphex(ldub_phys_cached(c, off), ==, 8);
        stw_le_phys_cached(c, off, 0xaabb);
        stl_be_phys_cached(c, off + 2, 0x11223344);
        stb_phys_cached(c, off + 6, 0x99);
        g_assert_cmphex(ldq_be_phys_cached(c, off), ==, 0xbbaa112233449901);
        g_assert_cmphex(address_space_ldl_be_cached(c, off, UNSPEC, &r), ==,
                        0xbbaa1122);
        g_assert_cmpuint(r, ==, MEMTX_OK);
    }
    memset(buf, 0x42, sizeof(buf));
    g_assert_cmpuint(address_space_write_cached(c, 33, buf, 16), ==, MEMTX_OK);
    g_assert_cmpmem(host + 33, 16, buf, 16);
    g_assert_cmpuint(address_space_read_cached(c, 33, back, 16), ==, MEMTX_OK);
    g_assert_cmpmem(back, 16, buf, 16);
}

static void test_direct(Fixture *f, gconstpointer data)
{
    g_assert_cmpint(address_space_cache_init(&f->cache, &f->sys, 0x1000, 256, true), ==,
                    256);
    g_assert_nonnull(f->cache.ptr);
    check_accessors(f, f->host + 0x1000);
}

static void test_iommu(Fixture *f, gconstpointer data)
{
    toy_map(f->toy, 0x10000, 0x10fff, 0x5000, IOMMU_RW);
    g_assert_cmpint(address_space_cache_init(&f->cache, &f->as, 0x10100, 256, true), ==,
                    256);
    g_assert_null(f->cache.ptr);
    check_accessors(f, f->host + 0x5100);
    g_assert_cmpuint(f->toy->nr_translate, ==, 1);
}

static void test_init_limits(Fixture *f, gconstpointer data)
{
    /* Less than was asked for, and nothing. */
    g_assert_cmpint(address_space_cache_init(&f->cache, &f->sys, MIB - 16, 64, true),
                    ==, 16);
    address_space_cache_destroy(&f->cache);
    g_assert_cmpint(address_space_cache_init(&f->cache, &f->sys, MIB, 64, true), ==,
                    -EFAULT);
    address_space_cache_destroy(&f->cache);
    g_assert_cmpint(address_space_cache_init(&f->cache, &f->sys, 0, 0, true), ==,
                    -EFAULT);
    g_assert_cmpint(address_space_cache_init(&f->cache, &f->as, 0x10000, 64, true), ==,
                    -EFAULT);
    toy_map(f->toy, 0x10000, 0x10fff, 0x5000, IOMMU_RO);
    g_assert_cmpint(address_space_cache_init(&f->cache, &f->as, 0x10000, 64, true), ==,
                    -EFAULT);
    g_assert_cmpint(address_space_cache_init(&f->cache, &f->as, 0x10fc0, 256, false),
                    ==, 64);
}

static void test_unmap(Fixture *f, gconstpointer data)
{
    ToyMapping *m = toy_map(f->toy, 0x10000, 0x10fff, 0x5000, IOMMU_RW);
    ToyMapping *far = toy_map(f->toy, 0x20000, 0x20fff, 0x6000, IOMMU_RW);
    unsigned asked;
    MemTxResult r;

    address_space_cache_init(&f->cache, &f->as, 0x10000, 256, true);
    stl_le_phys_cached(&f->cache, 0, 1);
    asked = f->toy->nr_translate;
    /* An UNMAP elsewhere costs nothing. */
    toy_unmap(f->toy, far);
    stl_le_phys_cached(&f->cache, 0, 2);
    g_assert_cmpuint(f->toy->nr_translate, ==, asked);
    /* Of our page: not one byte more gets there. */
    toy_unmap(f->toy, m);
    address_space_stl_le_cached(&f->cache, 0, 3, UNSPEC, &r);
    g_assert_cmpuint(r, ==, MEMTX_DECODE_ERROR);
    g_assert_cmphex(ldl_le_p(f->host + 0x5000), ==, 2);
    g_assert_cmphex(address_space_ldl_le_cached(&f->cache, 0, UNSPEC, &r), ==, 0);
    g_assert_cmpuint(r, ==, MEMTX_DECODE_ERROR);
    /* Mapped again, elsewhere: the cache follows. */
    toy_map(f->toy, 0x10000, 0x10fff, 0x7000, IOMMU_RW);
    address_space_stl_le_cached(&f->cache, 0, 4, UNSPEC, &r);
    g_assert_cmpuint(r, ==, MEMTX_OK);
    g_assert_cmphex(ldl_le_p(f->host + 0x7000), ==, 4);
}

static void test_map_change(Fixture *f, gconstpointer data)
{
    MemTxResult r;

    address_space_cache_init(&f->cache, &f->sys, 0x1000, 256, true);
    stl_le_phys_cached(&f->cache, 0, 1);
    /* A region of higher priority appears above. */
    memory_region_add_subregion_overlap(f->root, 0x1000, f->other, 1);
    stl_le_phys_cached(&f->cache, 0, 2);
    g_assert_cmphex(ldl_le_p(f->host + 0x1000), ==, 1);
    g_assert_cmphex(ldl_le_p(memory_region_get_ram_ptr(f->other)), ==, 2);
    g_assert_nonnull(f->cache.ptr); /* fast again */
    memory_region_set_enabled(f->other, false);
    g_assert_cmphex(ldl_le_phys_cached(&f->cache, 0), ==, 1);
    memory_region_set_enabled(f->ram, false);
    address_space_ldl_le_cached(&f->cache, 0, UNSPEC, &r);
    g_assert_cmpuint(r, ==, MEMTX_DECODE_ERROR);
    memory_region_set_enabled(f->ram, true);
    g_assert_cmphex(ldl_le_phys_cached(&f->cache, 0), ==, 1);
}

static void test_map_change_iommu(Fixture *f, gconstpointer data)
{
    toy_map(f->toy, 0x10000, 0x10fff, 0x1000, IOMMU_RW);
    address_space_cache_init(&f->cache, &f->as, 0x10000, 256, true);
    stl_le_phys_cached(&f->cache, 0, 1);
    /* The change is in the address space that the IOMMU leads to. */
    memory_region_add_subregion_overlap(f->root, 0x1000, f->other, 1);
    stl_le_phys_cached(&f->cache, 0, 2);
    g_assert_cmphex(ldl_le_p(f->host + 0x1000), ==, 1);
    g_assert_cmphex(ldl_le_p(memory_region_get_ram_ptr(f->other)), ==, 2);
}

static void count(void *opaque, ram_addr_t start, ram_addr_t last)
{
    (*(unsigned *)opaque)++;
}

static void test_code(Fixture *f, gconstpointer data)
{
    ram_addr_t base = memory_region_get_ram_addr(f->ram);
    unsigned nr = 0;

    memory_code_pages_set_hook(count, &nr);
    toy_map(f->toy, 0x10000, 0x10fff, 0x1000, IOMMU_RW);
    for (int i = 0; i < 2; i++) {
        if (i) {
            address_space_cache_init(&f->cache, &f->as, 0x10000, 256, true);
        } else {
            address_space_cache_init(&f->cache, &f->sys, 0x1000, 256, true);
        }
        nr = 0;
        memory_code_page_set(base + 0x1000);
        ldl_le_phys_cached(&f->cache, 0);
        g_assert_cmpuint(nr, ==, 0);
        stl_le_phys_cached(&f->cache, 0, 0);
        g_assert_cmpuint(nr, ==, 1);
        memory_code_page_set(base + 0x1000);
        address_space_write_cached(&f->cache, 0, "x", 1);
        g_assert_cmpuint(nr, ==, 2);
        memory_code_page_set(base + 0x1000);
        address_space_cache_invalidate(&f->cache, 0, 4);
        g_assert_cmpuint(nr, ==, 3);
        address_space_cache_destroy(&f->cache);
    }
    memory_code_pages_set_hook(NULL, NULL);
}

int main(int argc, char **argv)
{
    memory_test_init(&argc, &argv);
#define CASE(name, fn)                                                                 \
    g_test_add("/memory-cache/" name, Fixture, NULL, setup, fn, teardown)
    CASE("direct", test_direct);
    CASE("iommu", test_iommu);
    CASE("init-limits", test_init_limits);
    CASE("unmap", test_unmap);
    CASE("map-change", test_map_change);
    CASE("map-change-iommu", test_map_change_iommu);
    CASE("code", test_code);
    return g_test_run();
}
