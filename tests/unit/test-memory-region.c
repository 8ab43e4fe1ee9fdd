/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Single regions: kinds, register accesses, names, files. */
#include "qemu/osdep.h"
#include "memory-test.h"
#include "hw/core/qdev.h"
#include "system/ramblock.h"
#include <sys/mman.h>

/* --- a device that remembers its accesses --- */

typedef struct Regs {
    uint8_t bytes[64];
    unsigned nr;
    struct {
        hwaddr addr;
        unsigned size;
        uint64_t data;
        bool is_write;
    } log[32];
    MemTxResult answer;
    unsigned requester;
} Regs;

static void regs_log(Regs *r, hwaddr addr, unsigned size, uint64_t data, bool is_write)
{
    g_assert_cmpuint(r->nr, <, G_N_ELEMENTS(r->log));
    r->log[r->nr].addr = addr;
    r->log[r->nr].size = size;
    r->log[r->nr].data = data;
    r->log[r->nr++].is_write = is_write;
}

static uint64_t regs_read(void *opaque, hwaddr addr, unsigned size)
{
    Regs *r = opaque;
    uint64_t v = 0;

    regs_log(r, addr, size, 0, false);
    for (unsigned i = 0; i < size; i++) {
        v |= (uint64_t)r->bytes[addr + i] << (8 * i);
    }
    return v;
}

static uint64_t regs_read_be(void *opaque, hwaddr addr, unsigned size)
{
    Regs *r = opaque;
    uint64_t v = 0;

    regs_log(r, addr, size, 0, false);
    for (unsigned i = 0; i < size; i++) {
        v = v << 8 | r->bytes[addr + i];
    }
    return v;
}

static void regs_write(void *opaque, hwaddr addr, uint64_t data, unsigned size)
{
    Regs *r = opaque;

    regs_log(r, addr, size, data, true);
    for (unsigned i = 0; i < size && addr + i < sizeof(r->bytes); i++) {
        r->bytes[addr + i] = data >> (8 * i);
    }
}

static MemTxResult regs_read_attrs(void *opaque, hwaddr addr, uint64_t *data,
                                   unsigned size, MemTxAttrs attrs)
{
    Regs *r = opaque;

    *data = 0x1122334455667788;
    r->requester = attrs.requester_id;
    return r->answer;
}

static MemTxResult regs_write_attrs(void *opaque, hwaddr addr, uint64_t data,
                                    unsigned size, MemTxAttrs attrs)
{
    Regs *r = opaque;

    r->requester = attrs.requester_id;
    return r->answer;
}

typedef struct Fixture {
    AddressSpace as;
    MemoryRegion *root;
    MemoryRegion *mr;
    MemoryRegionOps ops;
    Regs regs;
} Fixture;

static void setup(Fixture *f, gconstpointer data)
{
    f->root = new_container("root", UINT64_MAX);
    address_space_init(&f->as, f->root, "test");
    f->ops = (MemoryRegionOps){
        .read = regs_read,
        .write = regs_write,
        .endianness = DEVICE_LITTLE_ENDIAN,
    };
    f->mr = new_region();
    memory_region_init_io(f->mr, NULL, &f->ops, &f->regs, "regs", 64);
    memory_region_add_subregion(f->root, 0x1000, f->mr);
    for (unsigned i = 0; i < 64; i++) {
        f->regs.bytes[i] = i;
    }
}

static void teardown(Fixture *f, gconstpointer data)
{
    free_region(f->mr);
    address_space_destroy(&f->as);
    free_region(f->root);
}

static void expect_log(Fixture *f, unsigned n, hwaddr addr, unsigned size)
{
    g_assert_cmpuint(f->regs.nr, >, n);
    g_assert_cmphex(f->regs.log[n].addr, ==, addr);
    g_assert_cmpuint(f->regs.log[n].size, ==, size);
}

static void test_sizes(Fixture *f, gconstpointer data)
{
    MemTxResult r;

    g_assert_cmphex(address_space_ldub(&f->as, 0x1003, UNSPEC, &r), ==, 0x03);
    g_assert_cmpuint(r, ==, MEMTX_OK);
    g_assert_cmphex(address_space_lduw_le(&f->as, 0x1002, UNSPEC, NULL), ==, 0x0302);
    g_assert_cmphex(address_space_lduw_be(&f->as, 0x1002, UNSPEC, NULL), ==, 0x0203);
    g_assert_cmphex(address_space_ldl_le(&f->as, 0x1004, UNSPEC, NULL), ==, 0x07060504);
    g_assert_cmpuint(f->regs.nr, ==, 4);
    /* impl: at most 4 bytes by default. */
    g_assert_cmphex(address_space_ldq_le(&f->as, 0x1008, UNSPEC, NULL), ==,
                    0x0f0e0d0c0b0a0908);
    g_assert_cmpuint(f->regs.nr, ==, 6);
    expect_log(f, 4, 8, 4);
    expect_log(f, 5, 12, 4);
    f->ops.impl.max_access_size = 8;
    address_space_stq_be(&f->as, 0x1010, 0x0102030405060708, UNSPEC, &r);
    g_assert_cmpuint(r, ==, MEMTX_OK);
    g_assert_cmphex(f->regs.log[6].data, ==, 0x0807060504030201);
    g_assert_cmpuint(f->regs.log[6].size, ==, 8);
}

static void test_big_endian(Fixture *f, gconstpointer data)
{
    f->ops.endianness = DEVICE_BIG_ENDIAN;
    f->ops.read = regs_read_be;
    g_assert_cmphex(address_space_ldl_le(&f->as, 0x1004, UNSPEC, NULL), ==, 0x07060504);
    g_assert_cmphex(address_space_ldl_be(&f->as, 0x1004, UNSPEC, NULL), ==, 0x04050607);
    /* Two callbacks make one value: the first is the high half. */
    g_assert_cmphex(address_space_ldq_be(&f->as, 0x1000, UNSPEC, NULL), ==,
                    0x0001020304050607);
    address_space_stl_be(&f->as, 0x1020, 0xaabbccdd, UNSPEC, NULL);
    g_assert_cmphex(f->regs.log[f->regs.nr - 1].data, ==, 0xaabbccdd);
    /* Rounded up to four bytes: the part asked for is the first, so the high one. */
    f->ops.impl.min_access_size = 4;
    g_assert_cmphex(address_space_ldub(&f->as, 0x1004, UNSPEC, NULL), ==, 0x04);
}

static void test_impl_min(Fixture *f, gconstpointer data)
{
    f->ops.impl.min_access_size = 4;
    g_assert_cmphex(address_space_ldub(&f->as, 0x1004, UNSPEC, NULL), ==, 0x04);
    expect_log(f, 0, 4, 4);
    address_space_stb(&f->as, 0x1008, 0xee, UNSPEC, NULL);
    expect_log(f, 1, 8, 4);
    g_assert_cmphex(f->regs.log[1].data, ==, 0xee);
}

static void test_valid(Fixture *f, gconstpointer data)
{
    MemTxResult r;

    f->ops.valid.min_access_size = 2;
    f->ops.valid.max_access_size = 4;
    g_assert_cmphex(address_space_ldub(&f->as, 0x1001, UNSPEC, &r), ==, 0);
    g_assert_cmpuint(r, ==, MEMTX_DECODE_ERROR);
    address_space_ldq_le(&f->as, 0x1000, UNSPEC, &r);
    g_assert_cmpuint(r, ==, MEMTX_DECODE_ERROR);
    address_space_ldl_le(&f->as, 0x1002, UNSPEC, &r);
    g_assert_cmpuint(r, ==, MEMTX_DECODE_ERROR);
    address_space_stl_le(&f->as, 0x1002, 1, UNSPEC, &r);
    g_assert_cmpuint(r, ==, MEMTX_DECODE_ERROR);
    g_assert_cmpuint(f->regs.nr, ==, 0);
    /* Unaligned is fine when the device says so; cut when it cannot do it itself. */
    f->ops.valid.unaligned = true;
    f->ops.impl.min_access_size = 1;
    g_assert_cmphex(address_space_ldl_le(&f->as, 0x1002, UNSPEC, &r), ==, 0x05040302);
    g_assert_cmpuint(r, ==, MEMTX_OK);
    g_assert_cmpuint(f->regs.nr, ==, 2);
    f->ops.impl.unaligned = true;
    g_assert_cmphex(address_space_ldl_le(&f->as, 0x1002, UNSPEC, &r), ==, 0x05040302);
    g_assert_cmpuint(f->regs.nr, ==, 3);
}

static void test_copy(Fixture *f, gconstpointer data)
{
    uint8_t buf[16];

    /* Odd start, odd end: only aligned accesses reach the device. */
    g_assert_cmpuint(address_space_read(&f->as, 0x1001, UNSPEC, buf, 14), ==, MEMTX_OK);
    for (unsigned i = 0; i < 14; i++) {
        g_assert_cmpuint(buf[i], ==, i + 1);
    }
    for (unsigned i = 0; i < f->regs.nr; i++) {
        g_assert_cmpuint(f->regs.log[i].addr % f->regs.log[i].size, ==, 0);
    }
    memset(buf, 0x5a, sizeof(buf));
    g_assert_cmpuint(address_space_write(&f->as, 0x1003, UNSPEC, buf, 5), ==, MEMTX_OK);
    g_assert_cmpuint(f->regs.bytes[2], ==, 2);
    g_assert_cmpuint(f->regs.bytes[3], ==, 0x5a);
    g_assert_cmpuint(f->regs.bytes[7], ==, 0x5a);
    g_assert_cmpuint(f->regs.bytes[8], ==, 8);
    g_assert_cmpuint(address_space_set(&f->as, 0x1020, 0x77, 9, UNSPEC), ==, MEMTX_OK);
    g_assert_cmpuint(f->regs.bytes[0x28], ==, 0x77);
    g_assert_cmpuint(f->regs.bytes[0x29], ==, 0x29);
}

static void test_edges(Fixture *f, gconstpointer data)
{
    uint8_t buf[16];
    MemTxResult r;

    memset(buf, 0xcc, sizeof(buf));
    /* The end of the region: before it done, behind it nothing, and no stale bytes. */
    g_assert_cmpuint(address_space_read(&f->as, 0x103c, UNSPEC, buf, 8), ==,
                     MEMTX_DECODE_ERROR);
    g_assert_cmpuint(buf[3], ==, 63);
    g_assert_cmpuint(buf[4], ==, 0);
    g_assert_cmpuint(buf[7], ==, 0);
    g_assert_cmpuint(buf[8], ==, 0xcc);
    address_space_ldl_le(&f->as, 0x103e, UNSPEC, &r);
    g_assert_cmpuint(r, ==, MEMTX_DECODE_ERROR);
    g_assert_cmpuint(address_space_ldl_le(&f->as, 0x5000, UNSPEC, &r), ==, 0);
    g_assert_cmpuint(r, ==, MEMTX_DECODE_ERROR);
    address_space_stl_le(&f->as, UINT64_MAX - 3, 0, UNSPEC, &r);
    g_assert_cmpuint(r, ==, MEMTX_DECODE_ERROR);
    g_assert_cmpuint(address_space_read(&f->as, 0x1000, UNSPEC, buf, 0), ==, MEMTX_OK);
}

static void test_attrs(Fixture *f, gconstpointer data)
{
    MemTxAttrs attrs = { .requester_id = 0x1234 };
    MemTxResult r;

    f->ops.read = NULL;
    f->ops.write = NULL;
    f->ops.read_with_attrs = regs_read_attrs;
    f->ops.write_with_attrs = regs_write_attrs;
    g_assert_cmphex(address_space_ldl_le(&f->as, 0x1000, attrs, &r), ==, 0x55667788);
    g_assert_cmpuint(r, ==, MEMTX_OK);
    g_assert_cmphex(f->regs.requester, ==, 0x1234);
    f->regs.answer = MEMTX_ERROR;
    address_space_stl_le(&f->as, 0x1000, 0, UNSPEC, &r);
    g_assert_cmpuint(r, ==, MEMTX_ERROR);
    /* "memory" accesses stay out of devices. */
    attrs.memory = 1;
    address_space_ldl_le(&f->as, 0x1000, attrs, &r);
    g_assert_cmpuint(r, ==, MEMTX_ACCESS_ERROR);
    /* No callback at all. */
    f->ops.read_with_attrs = NULL;
    address_space_ldl_le(&f->as, 0x1000, UNSPEC, &r);
    g_assert_cmpuint(r, ==, MEMTX_DECODE_ERROR);
}

/* --- recursion --- */

typedef struct SelfWriter {
    DeviceState parent_obj;
    MemoryRegion mr;
    AddressSpace *as;
    unsigned depth, max_depth;
    MemTxResult inner;
} SelfWriter;

static void self_write(void *opaque, hwaddr addr, uint64_t data, unsigned size)
{
    SelfWriter *s = opaque;

    s->depth++;
    s->max_depth = MAX(s->max_depth, s->depth);
    address_space_stl_le(s->as, 0x2000, 1, UNSPEC, &s->inner);
    s->depth--;
}

static const MemoryRegionOps self_ops = {
    .write = self_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
};

static const TypeInfo self_writer_info = {
    .name = "self-writer",
    .parent = TYPE_DEVICE,
    .instance_size = sizeof(SelfWriter),
};

static void test_reentrancy(Fixture *f, gconstpointer data)
{
    SelfWriter *s = (SelfWriter *)object_new("self-writer");
    MemTxResult r;

    s->as = &f->as;
    memory_region_init_io(&s->mr, OBJECT(s), &self_ops, s, "self", 16);
    memory_region_add_subregion(f->root, 0x2000, &s->mr);
    address_space_stl_le(&f->as, 0x2000, 1, UNSPEC, &r);
    g_assert_cmpuint(r, ==, MEMTX_OK);
    g_assert_cmpuint(s->inner, ==, MEMTX_ACCESS_ERROR);
    g_assert_cmpuint(s->max_depth, ==, 1);
    /* And it may be accessed again afterwards. */
    address_space_stl_le(&f->as, 0x2000, 1, UNSPEC, &r);
    g_assert_cmpuint(r, ==, MEMTX_OK);
    memory_region_del_subregion(f->root, &s->mr);
    settle();
    object_unref(OBJECT(s));
}

/* --- kinds of memory --- */

static void test_rom(Fixture *f, gconstpointer data)
{
    MemoryRegion *rom = new_region();
    MemTxResult r;
    uint32_t v = 0x12345678;
    MemTxAttrs debug = { .debug = 1 };

    g_assert_true(memory_region_init_rom(rom, NULL, "rom", 4 * KIB, &error_abort));
    g_assert_true(memory_region_is_rom(rom));
    memory_region_add_subregion(f->root, 0x10000, rom);
    address_space_stl_le(&f->as, 0x10000, 1, UNSPEC, &r);
    g_assert_cmpuint(r, ==, MEMTX_DECODE_ERROR);
    g_assert_cmpuint(address_space_write_rom(&f->as, 0x10000, UNSPEC, &v, 4), ==,
                     MEMTX_OK);
    g_assert_cmphex(address_space_ldl_le(&f->as, 0x10000, UNSPEC, &r), ==, v);
    g_assert_cmpuint(r, ==, MEMTX_OK);
    address_space_stl_le(&f->as, 0x10004, 7, debug, &r);
    g_assert_cmpuint(r, ==, MEMTX_OK);
    g_assert_cmphex(address_space_ldl_le(&f->as, 0x10004, UNSPEC, NULL), ==, 7);
    g_assert_false(address_space_access_valid(&f->as, 0x10000, 4, true, UNSPEC));
    g_assert_true(address_space_access_valid(&f->as, 0x10000, 4, false, UNSPEC));
    free_region(rom);
}

static void test_rom_device(Fixture *f, gconstpointer data)
{
    MemoryRegion *romd = new_region();
    MemTxResult r;

    g_assert_true(memory_region_init_rom_device(romd, NULL, &f->ops, &f->regs, "flash",
                                                4 * KIB, &error_abort));
    memory_region_add_subregion(f->root, 0x10000, romd);
    memset(memory_region_get_ram_ptr(romd), 0xab, 4 * KIB);
    g_assert_cmphex(address_space_ldl_le(&f->as, 0x10000, UNSPEC, &r), ==, 0xabababab);
    g_assert_cmpuint(f->regs.nr, ==, 0);
    address_space_stl_le(&f->as, 0x10000, 1, UNSPEC, &r);
    g_assert_cmpuint(r, ==, MEMTX_OK);
    g_assert_cmpuint(f->regs.nr, ==, 1);
    g_assert_cmphex(address_space_ldl_le(&f->as, 0x10000, UNSPEC, &r), ==, 0xabababab);
    memory_region_rom_device_set_romd(romd, false);
    address_space_ldl_le(&f->as, 0x10000, UNSPEC, &r);
    g_assert_cmpuint(f->regs.nr, ==, 2);
    free_region(romd);
}

static void test_ram_ptr(Fixture *f, gconstpointer data)
{
    g_autofree uint8_t *mem = g_malloc0(4 * KIB);
    MemoryRegion *mr = new_region(), *dev = new_region();
    ram_addr_t off;

    memory_region_init_ram_ptr(mr, NULL, "ptr", 4 * KIB, mem);
    memory_region_add_subregion(f->root, 0x10000, mr);
    address_space_stl_le(&f->as, 0x10010, 0xcafe, UNSPEC, NULL);
    g_assert_cmphex(mem[0x10], ==, 0xfe);
    g_assert_true(memory_region_from_host(mem + 0x20, &off) == mr);
    g_assert_cmphex(off, ==, 0x20);
    g_assert_null(memory_region_from_host(&off, NULL));
    free_region(mr);

    memory_region_init_ram_device_ptr(dev, NULL, "bar", 4 * KIB, mem);
    memory_region_add_subregion(f->root, 0x10000, dev);
    g_assert_cmphex(address_space_lduw_le(&f->as, 0x10010, UNSPEC, NULL), ==, 0xcafe);
    address_space_stq_le(&f->as, 0x10018, 0x0102030405060708, UNSPEC, NULL);
    g_assert_cmphex(mem[0x1f], ==, 1);
    g_assert_true(address_space_is_io(&f->as, 0x10018));
    free_region(dev);
}

static void test_ram_file(Fixture *f, gconstpointer data)
{
    g_autofree char *path = NULL;
    int fd = g_file_open_tmp("memtestXXXXXX", &path, NULL);
    MemoryRegion *a = new_region(), *b = new_region(), *c = new_region();
    Error *err = NULL;

    close(fd);
    g_assert_true(memory_region_init_ram_from_file(a, NULL, "file", 64 * KIB, 2 * MIB,
                                                   RAM_SHARED, path, 0, &error_abort));
    g_assert_cmpuint((uintptr_t)memory_region_get_ram_ptr(a) % (2 * MIB), ==, 0);
    memcpy(memory_region_get_ram_ptr(a), "shared", 7);
    fd = open(path, O_RDWR);
    g_assert_true(memory_region_init_ram_from_fd(b, NULL, "fd", 64 * KIB, RAM_SHARED,
                                                 fd, 0, &error_abort));
    g_assert_cmpstr(memory_region_get_ram_ptr(b), ==, "shared");
    g_assert_cmpint(memory_region_get_fd(b), ==, fd);
    /* Too small for what is asked, and not ours to grow. */
    g_assert_false(memory_region_init_ram_from_file(
        c, NULL, "ro", 1 * MIB, 0, RAM_READONLY | RAM_READONLY_FD, path, 0, &err));
    g_assert_nonnull(err);
    error_free(err);
    err = NULL;
    g_assert_false(memory_region_init_ram_from_file(c, NULL, "no", 1 * MIB, 0, 0,
                                                    "/nonexistent/x/y", 0, &err));
    g_assert_nonnull(strstr(error_get_pretty(err), "/nonexistent/x/y"));
    error_free(err);
    g_free(c);
    free_region(a);
    free_region(b);
    settle();
    unlink(path);
}

static void test_ram_shared(Fixture *f, gconstpointer data)
{
    MemoryRegion *mr = new_region();
    char *other;

    g_assert_true(memory_region_init_ram_flags_nomigrate(mr, NULL, "shm", 64 * KIB,
                                                         RAM_SHARED, &error_abort));
    g_assert_cmpint(memory_region_get_fd(mr), >=, 0);
    other = mmap(NULL, 64 * KIB, PROT_READ, MAP_SHARED, memory_region_get_fd(mr), 0);
    g_assert_true(other != MAP_FAILED);
    memcpy(memory_region_get_ram_ptr(mr), "hello", 6);
    g_assert_cmpstr(other, ==, "hello");
    munmap(other, 64 * KIB);
    free_region(mr);
}

static void test_ram_big(Fixture *f, gconstpointer data)
{
    MemoryRegion *mr = new_region();
    Error *err = NULL;

#ifndef __SANITIZE_ADDRESS__
    MemoryRegion *big = new_ram("1T", 1ULL << 40);

    memory_region_add_subregion(f->root, 1ULL << 40, big);
    address_space_stl_le(&f->as, (2ULL << 40) - 4, 5, UNSPEC, NULL);
    g_assert_cmpuint(address_space_ldl_le(&f->as, (2ULL << 40) - 4, UNSPEC, NULL), ==,
                     5);
    free_region(big);
#endif
    g_assert_false(
        memory_region_init_ram_nomigrate(mr, NULL, "16E", UINT64_MAX - 5, &err));
    g_assert_nonnull(err);
    error_free(err);
    g_free(mr);
}

static int count_block(RAMBlock *rb, void *opaque)
{
    (*(unsigned *)opaque)++;
    return 0;
}

static void test_ram_blocks(Fixture *f, gconstpointer data)
{
    unsigned before = 0, after = 0;
    MemoryRegion *mr = new_region();
    ram_addr_t addr;
    RAMBlock *rb;

    qemu_ram_foreach_block(count_block, &before);
    g_assert_true(memory_region_init_ram(mr, NULL, "blk.ram", 10 * KIB, &error_abort));
    qemu_ram_foreach_block(count_block, &after);
    g_assert_cmpuint(after, ==, before + 1);
    rb = qemu_ram_block_by_name("blk.ram");
    g_assert_nonnull(rb);
    g_assert_true(qemu_ram_is_migratable(rb));
    g_assert_cmpuint(qemu_ram_get_used_length(rb), ==, 10 * KIB);
    addr = qemu_ram_addr_from_host((uint8_t *)qemu_ram_get_host_addr(rb) + 5);
    g_assert_cmphex(addr, ==, memory_region_get_ram_addr(mr) + 5);
    free_region(mr);
    g_assert_null(qemu_ram_block_by_name("blk.ram"));
}

/* --- ownership --- */

static void test_owner(Fixture *f, gconstpointer data)
{
    SelfWriter *s = (SelfWriter *)object_new("self-writer");
    Object *child;

    memory_region_init_ram_nomigrate(&s->mr, OBJECT(s), "a/b[1]", 4 * KIB,
                                     &error_abort);
    child = object_resolve_path_component(OBJECT(s), "a_b_1_[0]");
    g_assert_true(child == OBJECT(&s->mr));
    g_assert_true(memory_region_owner(&s->mr) == OBJECT(s));
    g_assert_cmpstr(memory_region_name(&s->mr), ==, "a/b[1]");
    /* The view holds the owner for as long as the region is visible. */
    memory_region_add_subregion(f->root, 0x10000, &s->mr);
    object_unref(OBJECT(s));
    address_space_stl_le(&f->as, 0x10000, 5, UNSPEC, NULL);
    g_assert_cmpuint(address_space_ldl_le(&f->as, 0x10000, UNSPEC, NULL), ==, 5);
    memory_region_del_subregion(f->root, &s->mr);
    settle(); /* frees s */
}

int main(int argc, char **argv)
{
    memory_test_init(&argc, &argv);
    type_register_static(&self_writer_info);
#define CASE(name, fn)                                                                 \
    g_test_add("/memory-region/" name, Fixture, NULL, setup, fn, teardown)
    CASE("sizes", test_sizes);
    CASE("big-endian", test_big_endian);
    CASE("impl-min", test_impl_min);
    CASE("valid", test_valid);
    CASE("copy", test_copy);
    CASE("edges", test_edges);
    CASE("attrs", test_attrs);
    CASE("reentrancy", test_reentrancy);
    CASE("rom", test_rom);
    CASE("rom-device", test_rom_device);
    CASE("ram-ptr", test_ram_ptr);
    CASE("ram-file", test_ram_file);
    CASE("ram-shared", test_ram_shared);
    CASE("ram-big", test_ram_big);
    CASE("ram-blocks", test_ram_blocks);
    CASE("owner", test_owner);
    return g_test_run();
}
