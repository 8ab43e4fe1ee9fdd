/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory core: nanoseconds for one operation, best of several rounds.
 *
 *   bench-memory [--ms N] [--json FILE]
 */
#include "qemu/osdep.h"
#include "../unit/memory-test.h"
#include "system/code-pages.h"
#include "report.h"
#include "system/memory_cached.h"

#define RAM_SIZE (64 * MIB)
#define IOVA     0x40000000ULL
#define ROUNDS   5
#define BATCH    256
#define NR_IO    96 /* small regions beside the RAM: a machine's view */

static AddressSpace sys, endpoint;
static MemoryRegionCache direct_cache, iommu_cache;
static ToyIOMMU *toy;
static uint8_t *buf;
static hwaddr at; /* changes from one operation to the next */

static hwaddr next_at(hwaddr size)
{
    at = (at + 0x51000 + 64) % (RAM_SIZE / 2);
    return ROUND_DOWN(at, MIN(size, 4096));
}

static void read_8(void)
{
    address_space_rw(&sys, next_at(8), UNSPEC, buf, 8, false);
}

static void write_8(void)
{
    address_space_rw(&sys, next_at(8), UNSPEC, buf, 8, true);
}

static void load_4(void)
{
    address_space_ldl_le(&sys, next_at(4), UNSPEC, NULL);
}

static void read_4k(void)
{
    address_space_rw(&sys, next_at(4096), UNSPEC, buf, 4096, false);
}

static volatile size_t size_4k = 4096; /* not known to the compiler */

static void copy_4k(void)
{
    memcpy(buf, direct_cache.ptr + next_at(4096), size_4k);
}

static void read_small_region(void)
{
    address_space_ldl_le(&sys, RAM_SIZE + (next_at(4) % NR_IO) * 0x2000, UNSPEC, NULL);
}

static void cached_load(void)
{
    lduw_le_phys_cached(&direct_cache, 64);
}

static void cached_load_iommu(void)
{
    lduw_le_phys_cached(&iommu_cache, 64);
}

static void cached_store_iommu(void)
{
    stw_le_phys_cached(&iommu_cache, 64, 1);
}

static void map_4k(void)
{
    hwaddr len = 4096;
    void *p = address_space_map(&sys, next_at(4096), &len, true, UNSPEC);

    address_space_unmap(&sys, p, len, true, len);
}

static void map_4k_iommu(void)
{
    hwaddr len = 4096;
    void *p = address_space_map(&endpoint, IOVA + next_at(4096), &len, true, UNSPEC);

    address_space_unmap(&endpoint, p, len, true, len);
}

static void read_8_iommu(void)
{
    address_space_rw(&endpoint, IOVA + next_at(8), UNSPEC, buf, 8, false);
}

static void read_4k_iommu(void)
{
    address_space_rw(&endpoint, IOVA + next_at(4096), UNSPEC, buf, 4096, false);
}

static void read_1m(void)
{
    address_space_rw(&sys, 0, UNSPEC, buf, MIB, false);
}

static void read_1m_iommu(void)
{
    address_space_rw(&endpoint, IOVA, UNSPEC, buf, MIB, false);
}

static void notify_unmap(void)
{
    static const IOMMUTLBEvent event = {
        .type = IOMMU_NOTIFIER_UNMAP,
        .entry = { .iova = 0x1000, .addr_mask = 0xfff, .perm = IOMMU_NONE },
    };

    memory_region_notify_iommu(&toy->parent_obj, 0, event);
}

typedef struct Case {
    const char *name;
    void (*run)(void);
    double ns;
} Case;

static Case cases[] = {
    { "read 8 bytes", read_8 },
    { "write 8 bytes", write_8 },
    { "ldl", load_4 },
    { "read 4 KiB", read_4k },
    { "memcpy 4 KiB (floor)", copy_4k },
    { "ldl of 96 small regions", read_small_region },
    { "cached lduw", cached_load },
    { "cached lduw, IOMMU", cached_load_iommu },
    { "cached stw, IOMMU", cached_store_iommu },
    { "map+unmap 4 KiB", map_4k },
    { "map+unmap 4 KiB, IOMMU", map_4k_iommu },
    { "read 8 bytes, IOMMU", read_8_iommu },
    { "read 4 KiB, IOMMU", read_4k_iommu },
    { "read 1 MiB", read_1m },
    { "read 1 MiB, IOMMU", read_1m_iommu },
    { "notify UNMAP", notify_unmap },
};

static double one_round(const Case *c, double ns)
{
    double start = bench_now_ns(), end;
    unsigned long n = 0;

    do {
        for (unsigned i = 0; i < BATCH; i++) {
            c->run();
        }
        n += BATCH;
        end = bench_now_ns();
    } while (end - start < ns);
    return (end - start) / n;
}

/* A view such as a machine has: RAM, and many small things beside it. */
static void make_spaces(void)
{
    MemoryRegion *root = new_container("root", UINT64_MAX);
    MemoryRegion *ram = new_ram("ram", RAM_SIZE), *small = new_ram("small", 4 * KIB);

    memory_region_transaction_begin();
    memory_region_add_subregion(root, 0, ram);
    for (unsigned i = 0; i < NR_IO; i++) {
        memory_region_add_subregion(root, RAM_SIZE + i * 0x2000,
                                    new_alias("small", small, 0, 4 * KIB));
    }
    memory_region_transaction_commit();
    address_space_init(&sys, root, "sys");
    toy = new_toy(&sys, UINT64_MAX);
    toy_map(toy, IOVA, IOVA + RAM_SIZE - 1, 0, IOMMU_RW);
    address_space_init(&endpoint, toy_region(toy), "endpoint");
    memset(memory_region_get_ram_ptr(ram), 1, RAM_SIZE);
    /* On a page: memcpy of some processors is slow for what malloc gives here. */
    buf = qemu_memalign(4096, MIB);
    memset(buf, 0, MIB);
    address_space_cache_init(&direct_cache, &sys, 0, RAM_SIZE / 2, true);
    address_space_cache_init(&iommu_cache, &endpoint, IOVA, 4096, true);
    memory_code_page_set(memory_region_get_ram_addr(ram) + RAM_SIZE - 1);
}

int main(int argc, char **argv)
{
    int ms = 20;
    const GOptionEntry options[] = {
        { "ms", 0, 0, G_OPTION_ARG_INT, &ms, "Milliseconds of each round", "N" },
        { NULL },
    };

    bench_init_with(&argc, &argv, "the memory core", options);
    if (bench_smoke) {
        ms = 0;
    }
    module_call_init(MODULE_INIT_QOM);
    type_register_static(&toy_iommu_info);
    make_spaces();
    for (unsigned r = 0; r < ROUNDS; r++) {
        for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
            double ns = one_round(&cases[i], ms * 1e6);

            cases[i].ns = r == 0 ? ns : MIN(cases[i].ns, ns);
        }
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        bench_report(
            &(BenchRow){ .name = cases[i].name, .value = cases[i].ns, .unit = "ns" });
    }
    return bench_finish();
}
