/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copying, single values, code pages and the DMA helpers, without an IOMMU. */
#include "qemu/osdep.h"
#include "memory-test.h"
#include "exec/cpu-common.h"
#include "system/code-pages.h"
#include "system/dma.h"

typedef struct Fixture {
    AddressSpace as;
    MemoryRegion *root, *a, *b;
} Fixture;

/* Two RAM regions that touch at 0x4000, and nothing else. */
static void setup(Fixture *f, gconstpointer data)
{
    f->root = new_container("root", UINT64_MAX);
    f->a = new_ram("a", 16 * KIB);
    f->b = new_ram("b", 16 * KIB);
    memory_region_add_subregion(f->root, 0, f->a);
    memory_region_add_subregion(f->root, 0x4000, f->b);
    address_space_init(&f->as, f->root, "rw");
}

static void teardown(Fixture *f, gconstpointer data)
{
    address_space_destroy(&f->as);
    free_region(f->a);
    free_region(f->b);
    free_region(f->root);
}

static void test_values(Fixture *f, gconstpointer data)
{
    MemTxResult r;

    for (unsigned off = 0; off < 9; off++) {
        hwaddr addr = 0x100 + off;

        address_space_stq_le(&f->as, addr, 0x0102030405060708, UNSPEC, &r);
        g_assert_cmpuint(r, ==, MEMTX_OK);
        g_assert_cmphex(address_space_ldq_be(&f->as, addr, UNSPEC, &r), ==,
                        0x0807060504030201);
        g_assert_cmphex(address_space_ldl_le(&f->as, addr, UNSPEC, NULL), ==,
                        0x05060708);
        g_assert_cmphex(address_space_ldl_be(&f->as, addr, UNSPEC, NULL), ==,
                        0x08070605);
        g_assert_cmphex(address_space_lduw_le(&f->as, addr, UNSPEC, NULL), ==, 0x0708);
        g_assert_cmphex(address_space_ldub(&f->as, addr, UNSPEC, NULL), ==, 0x08);
        address_space_stl_be(&f->as, addr, 0xaabbccdd, UNSPEC, NULL);
        g_assert_cmphex(ldub_phys(&f->as, addr), ==, 0xaa);
        stw_le_phys(&f->as, addr, 0x1122);
        g_assert_cmphex(lduw_be_phys(&f->as, addr), ==, 0x2211);
    }
}

static void test_cross_regions(Fixture *f, gconstpointer data)
{
    uint8_t *a = memory_region_get_ram_ptr(f->a), *b = memory_region_get_ram_ptr(f->b);
    uint8_t buf[64], back[64];
    MemTxResult r;

    for (unsigned i = 0; i < sizeof(buf); i++) {
        buf[i] = i + 1;
    }
    g_assert_cmpuint(address_space_write(&f->as, 0x4000 - 20, UNSPEC, buf, 64), ==,
                     MEMTX_OK);
    g_assert_cmpuint(a[0x4000 - 20], ==, 1);
    g_assert_cmpuint(a[0x3fff], ==, 20);
    g_assert_cmpuint(b[0], ==, 21);
    g_assert_cmpuint(b[43], ==, 64);
    g_assert_cmpuint(address_space_rw(&f->as, 0x4000 - 20, UNSPEC, back, 64, false), ==,
                     MEMTX_OK);
    g_assert_cmpmem(buf, 64, back, 64);
    /* One value on both sides. */
    address_space_stl_le(&f->as, 0x3ffe, 0x11223344, UNSPEC, &r);
    g_assert_cmpuint(r, ==, MEMTX_OK);
    g_assert_cmphex(a[0x3fff], ==, 0x33);
    g_assert_cmphex(b[0], ==, 0x22);
    g_assert_cmphex(address_space_ldl_be(&f->as, 0x3ffe, UNSPEC, &r), ==, 0x44332211);
    g_assert_cmpuint(address_space_set(&f->as, 0x3ff0, 0xee, 0x20, UNSPEC), ==,
                     MEMTX_OK);
    g_assert_cmphex(b[15], ==, 0xee);
    g_assert_cmphex(b[16], !=, 0xee);
}

/* Over the end of RAM: what is in RAM is written, the rest refused, no more. */
static void test_end_of_ram(Fixture *f, gconstpointer data)
{
    uint8_t *b = memory_region_get_ram_ptr(f->b), buf[32];

    memset(buf, 0x99, sizeof(buf));
    g_assert_cmpuint(address_space_write(&f->as, 0x8000 - 16, UNSPEC, buf, 32), ==,
                     MEMTX_DECODE_ERROR);
    g_assert_cmphex(b[0x4000 - 16], ==, 0x99);
    g_assert_cmphex(b[0x4000 - 17], ==, 0);
    memset(buf, 0x55, sizeof(buf));
    g_assert_cmpuint(address_space_read(&f->as, 0x8000 - 16, UNSPEC, buf, 32), ==,
                     MEMTX_DECODE_ERROR);
    g_assert_cmphex(buf[15], ==, 0x99);
    g_assert_cmphex(buf[16], ==, 0);
    g_assert_cmphex(buf[31], ==, 0);
    g_assert_false(address_space_access_valid(&f->as, 0x7fff, 2, false, UNSPEC));
    g_assert_true(address_space_access_valid(&f->as, 0, 0x8000, true, UNSPEC));
    g_assert_false(address_space_access_valid(&f->as, 0, UINT64_MAX, false, UNSPEC));
}

/* Random pieces against an array. */
static void test_model(Fixture *f, gconstpointer data)
{
    g_autofree uint8_t *model = g_malloc0(0x8000), *buf = g_malloc(0x8000);

    for (unsigned n = 0; n < 3000; n++) {
        unsigned addr = g_test_rand_int_range(0, 0x8000);
        unsigned len = g_test_rand_int_range(1, 0x400);
        unsigned fit = MIN(len, 0x8000 - addr);
        MemTxResult want = fit == len ? MEMTX_OK : MEMTX_DECODE_ERROR, r;

        if (g_test_rand_bit()) {
            memset(buf, n, len);
            r = address_space_write(&f->as, addr, UNSPEC, buf, len);
            memset(model + addr, n, fit);
        } else {
            r = address_space_read(&f->as, addr, UNSPEC, buf, len);
            g_assert_cmpmem(buf, fit, model + addr, fit);
        }
        g_assert_cmpuint(r, ==, want);
    }
}

/* --- code pages --- */

typedef struct Seen {
    unsigned nr;
    ram_addr_t start, last;
} Seen;

static void see(void *opaque, ram_addr_t start, ram_addr_t last)
{
    Seen *s = opaque;

    s->nr++;
    s->start = start;
    s->last = last;
}

static void test_code_pages(Fixture *f, gconstpointer data)
{
    ram_addr_t base = memory_region_get_ram_addr(f->a);
    uint8_t buf[0x2000] = { 0 };
    MemoryRamSpan span;
    Seen seen = { 0 };
    hwaddr len = 16;
    void *p;

    memory_code_pages_set_hook(see, &seen);
    g_assert_true(address_space_ram_span(&f->as, 0x1234, false, &span));
    g_assert_cmphex(span.ram_addr, ==, base + 0x1234);
    g_assert_cmphex(span.limit, ==, 0x4000 - 0x1234);
    g_assert_true(span.writable);
    memory_code_page_set(span.ram_addr);
    g_assert_true(memory_code_page_test(base + 0x1fff));
    g_assert_false(memory_code_page_test(base + 0x2000));

    address_space_stl_le(&f->as, 0x0ffc, 1, UNSPEC, NULL);
    address_space_stl_le(&f->as, 0x2000, 1, UNSPEC, NULL);
    g_assert_cmpuint(seen.nr, ==, 0);
    address_space_stb(&f->as, 0x1fff, 1, UNSPEC, NULL);
    g_assert_cmpuint(seen.nr, ==, 1);
    g_assert_cmphex(seen.start, ==, base + 0x1000);
    g_assert_cmphex(seen.last, ==, base + 0x1fff);
    /* The mark is gone with the news. */
    g_assert_false(memory_code_page_test(base + 0x1000));
    address_space_stb(&f->as, 0x1fff, 1, UNSPEC, NULL);
    g_assert_cmpuint(seen.nr, ==, 1);

    memory_code_page_set(base);
    memory_code_page_set(base + 0x1000);
    address_space_write(&f->as, 0xfff, UNSPEC, buf, 2);
    g_assert_cmpuint(seen.nr, ==, 3);
    memory_code_page_set(base + 0x2000);
    address_space_set(&f->as, 0x2800, 0, 4, UNSPEC);
    g_assert_cmpuint(seen.nr, ==, 4);
    /* A map for writing tells when it is given back, a map for reading never. */
    memory_code_page_set(base + 0x3000);
    p = address_space_map(&f->as, 0x3000, &len, true, UNSPEC);
    g_assert_cmpuint(seen.nr, ==, 4);
    address_space_unmap(&f->as, p, len, true, len);
    g_assert_cmpuint(seen.nr, ==, 5);
    memory_code_page_set(base + 0x3000);
    p = address_space_map(&f->as, 0x3000, &len, false, UNSPEC);
    address_space_unmap(&f->as, p, len, false, len);
    g_assert_cmpuint(seen.nr, ==, 5);
    memory_code_page_clear(base + 0x3000);
    g_assert_false(memory_code_page_test(base + 0x3000));
    g_assert_null(address_space_ram_ptr(&f->as, 0x8000, 1, false, NULL));
    g_assert_null(address_space_ram_ptr(&f->as, 0x3ffc, 8, false, NULL));
    memory_code_pages_set_hook(NULL, NULL);
}

/* --- DMA helpers --- */

static void test_dma(Fixture *f, gconstpointer data)
{
    QEMUSGList sg;
    dma_addr_t left;
    uint64_t v;
    uint8_t buf[8] = "abcdefgh", back[8];
    Object *dev = object_new("container");

    g_assert_cmpuint(stq_le_dma(&f->as, 0x10, 0x1122334455667788, UNSPEC), ==,
                     MEMTX_OK);
    g_assert_cmpuint(ldq_be_dma(&f->as, 0x10, &v, UNSPEC), ==, MEMTX_OK);
    g_assert_cmphex(v, ==, 0x8877665544332211);
    g_assert_cmpuint(ldq_le_dma(&f->as, 0x9000, &v, UNSPEC), ==, MEMTX_DECODE_ERROR);
    g_assert_cmpuint(dma_memory_set(&f->as, 0x20, 7, 3, UNSPEC), ==, MEMTX_OK);
    g_assert_cmpuint(ldub_phys(&f->as, 0x22), ==, 7);

    qemu_sglist_init(&sg, (DeviceState *)dev, 1, &f->as);
    qemu_sglist_add(&sg, 0x100, 3);
    qemu_sglist_add(&sg, 0x3ffe, 4);
    qemu_sglist_add(&sg, 0x200, 8);
    g_assert_cmpuint(sg.size, ==, 15);
    g_assert_cmpuint(dma_buf_read(buf, 8, &left, &sg, UNSPEC), ==, MEMTX_OK);
    g_assert_cmpuint(left, ==, 7);
    g_assert_cmpuint(ldub_phys(&f->as, 0x4001), ==, 'g');
    g_assert_cmpuint(ldub_phys(&f->as, 0x200), ==, 'h');
    g_assert_cmpuint(dma_buf_write(back, 8, &left, &sg, UNSPEC), ==, MEMTX_OK);
    g_assert_cmpmem(buf, 8, back, 8);
    qemu_sglist_destroy(&sg);
    object_unref(dev);
}

static void test_pow2_mask(void)
{
    g_assert_cmphex(dma_aligned_pow2_mask(0, UINT64_MAX, 64), ==, UINT64_MAX);
    g_assert_cmphex(dma_aligned_pow2_mask(0, UINT64_MAX, 48), ==, (1ULL << 48) - 1);
    g_assert_cmphex(dma_aligned_pow2_mask(0, 0xfff, 64), ==, 0xfff);
    g_assert_cmphex(dma_aligned_pow2_mask(0, 0x1000, 64), ==, 0xfff);
    g_assert_cmphex(dma_aligned_pow2_mask(0, 0xffe, 64), ==, 0x7ff);
    g_assert_cmphex(dma_aligned_pow2_mask(0x1000, 0xffff, 64), ==, 0xfff);
    g_assert_cmphex(dma_aligned_pow2_mask(0x3000, 0x3fff, 64), ==, 0xfff);
    g_assert_cmphex(dma_aligned_pow2_mask(UINT64_MAX, UINT64_MAX, 64), ==, 0);
    g_assert_cmphex(dma_aligned_pow2_mask(1ULL << 63, UINT64_MAX, 64), ==,
                    (1ULL << 63) - 1);
    g_assert_cmphex(dma_aligned_pow2_mask(5, 5, 64), ==, 0);
}

static void test_system_spaces(void)
{
    MemoryRegion *ram = new_ram("sys", 4 * KIB);
    uint32_t v = 0x01020304, w = 0;

    g_assert_true(address_space_memory.root == get_system_memory());
    memory_region_add_subregion(get_system_memory(), 0x40000000, ram);
    cpu_physical_memory_write(0x40000000, &v, 4);
    cpu_physical_memory_read(0x40000000, &w, 4);
    g_assert_cmphex(w, ==, v);
    free_region(ram);
    /* A port where nothing is reads as all ones. */
    g_assert_cmphex(address_space_ldub(&address_space_io, 0x80, UNSPEC, NULL), ==,
                    0xff);
    g_assert_true(address_space_io.root == get_system_io());
}

int main(int argc, char **argv)
{
    memory_test_init(&argc, &argv);
#define CASE(name, fn)                                                                 \
    g_test_add("/memory-rw/" name, Fixture, NULL, setup, fn, teardown)
    CASE("values", test_values);
    CASE("cross-regions", test_cross_regions);
    CASE("end-of-ram", test_end_of_ram);
    CASE("model", test_model);
    CASE("code-pages", test_code_pages);
    CASE("dma", test_dma);
    g_test_add_func("/memory-rw/pow2-mask", test_pow2_mask);
    g_test_add_func("/memory-rw/system-spaces", test_system_spaces);
    return g_test_run();
}
