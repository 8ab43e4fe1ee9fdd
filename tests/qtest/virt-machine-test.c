/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is where on the virt machine, and that its options say what they cannot do. */
#include "qemu/osdep.h"
#include "hw/arm/virt.h"
#include "libqos/libqtest.h"
#include "qemu/bswap.h"

#define RAM         0x40000000
#define GICD        0x08000000
#define GICC        0x08010000
#define V2M         0x08020000
#define GICR        0x080a0000
#define FW_CFG      0x09020000
#define RAM_OPTIONS "-m 64 "

static void test_map(void)
{
    QTestState *s = qtest_init("-machine virt " RAM_OPTIONS);

    g_assert_cmphex(qtest_readl(s, 0x09000fe0), ==, 0x11); /* PL011 */
    g_assert_cmphex(qtest_readl(s, 0x09010fe0), ==, 0x31); /* PL031 */
    g_assert_cmphex(qtest_readl(s, 0x09030fe0), ==, 0x61); /* PL061 */
    for (int slot = 0; slot < NUM_VIRTIO_TRANSPORTS; slot++) {
        g_assert_cmphex(qtest_readl(s, 0x0a000000 + slot * 0x200), ==, 0x74726976);
    }
    /* The host bridge, through ECAM above 4 GiB. */
    g_assert_cmphex(qtest_readl(s, 0x4010000000), ==, 0x00081b36);
    qtest_writel(s, RAM + 0x3fffffc, 0x12345678);
    g_assert_cmphex(qtest_readl(s, RAM + 0x3fffffc), ==, 0x12345678);
    qtest_quit(s);

    s = qtest_init("-machine virt,highmem=off " RAM_OPTIONS);
    g_assert_cmphex(qtest_readl(s, 0x3f000000), ==, 0x00081b36);
    qtest_quit(s);
}

static void test_options(void)
{
    qtest_expect_fail("-machine virt,secure=on", "no EL3");
    qtest_expect_fail("-machine virt,virtualization=on", "no EL2");
    qtest_expect_fail("-machine virt,iommu=smmuv3", "use -device virtio-iommu-pci");
    qtest_expect_fail("-machine virt,gic-version=4", "gic-version");
    qtest_expect_fail("-machine virt,acpi=on", "acpi=off");
    qtest_expect_fail("-machine virt -kernel /nonexistent", "/nonexistent");
    qtest_expect_fail("-machine virt -kernel /dev/null", "/dev/null");
    qtest_expect_fail("-machine virt -initrd /dev/null", "-kernel");
    qtest_expect_fail("-machine virt -dtb /nonexistent", "/nonexistent");
    qtest_expect_fail("-machine virt,highmem=off -m 4096", "highmem=off");
    qtest_expect_fail(
        "-machine virt -device virtio-iommu-pci -device virtio-iommu-device",
        "takes one only");
    qtest_quit(
        qtest_init("-machine virt-10.1,acpi=off,iommu=none,its=off " RAM_OPTIONS));
}

/* A file that is almost a kernel: an error that names it, never more. */
static void test_bad_kernels(void)
{
    static const struct {
        const char *what;
        uint8_t head[8];
        uint64_t text_offset, image_size;
        bool magic;
    } kernels[] = {
        { "no AArch64 Linux kernel", "garbage", 0, 0, false },
        { "cannot be unpacked", { 0x1f, 0x8b, 8, 0 }, 0, 0, false },
        { "does not fit", "MZ", 0, UINT64_MAX, true },
        { "does not fit", "MZ", UINT64_MAX, 4096, true },
    };
    g_autofree char *path = qtest_temp_file("kernel", 65536);

    for (size_t i = 0; i < G_N_ELEMENTS(kernels); i++) {
        g_autofree char *args =
            g_strdup_printf("-machine virt " RAM_OPTIONS "-kernel %s", path);
        uint8_t file[4096] = { 0 };

        memcpy(file, kernels[i].head, sizeof(kernels[i].head));
        if (kernels[i].magic) {
            stq_le_p(file + 8, kernels[i].text_offset);
            stq_le_p(file + 16, kernels[i].image_size);
            memcpy(file + 56, "ARM\x64", 4);
        }
        g_assert_true(g_file_set_contents(path, (char *)file, sizeof(file), NULL));
        qtest_expect_fail(args, kernels[i].what);
        qtest_expect_fail(args, path);
    }
}

/* An EFI stub's section table tells how long the file has to be. */
static void test_truncated_kernel(void)
{
    enum { PE = 64, SECTION = PE + 24, WHOLE = 8192 };
    g_autofree char *path = qtest_temp_file("kernel", WHOLE);
    g_autofree char *args =
        g_strdup_printf("-machine virt " RAM_OPTIONS "-kernel %s", path);
    g_autofree uint8_t *file = g_malloc0(WHOLE);
    static const size_t cuts[] = { PE + 8, SECTION + 8, 4096, WHOLE - 1 };

    memcpy(file, "MZ", 2);
    stq_le_p(file + 16, 65536);
    memcpy(file + 56, "ARM\x64", 4);
    stl_le_p(file + 60, PE);
    memcpy(file + PE, "PE\0", 4);
    stw_le_p(file + PE + 6, 1);
    stl_le_p(file + SECTION + 16, WHOLE - 4096);
    stl_le_p(file + SECTION + 20, 4096);
    for (size_t i = 0; i < G_N_ELEMENTS(cuts); i++) {
        g_assert_true(g_file_set_contents(path, (char *)file, cuts[i], NULL));
        qtest_expect_fail(args, "is truncated");
        qtest_expect_fail(args, path);
    }
    g_assert_true(g_file_set_contents(path, (char *)file, WHOLE, NULL));
    qtest_quit(qtest_init(args));
}

/* What goes with a good kernel: absent, empty, of another kind or cut off. */
static void test_bad_companions(void)
{
    g_autofree char *kernel = qtest_temp_file("kernel", 4096);
    g_autofree char *other = qtest_temp_file("other", 0);
    g_autofree char *dump =
        g_strdup_printf("-machine virt,dumpdtb=%s " RAM_OPTIONS, other);
    g_autofree char *start =
        g_strdup_printf("-machine virt " RAM_OPTIONS "-kernel %s", kernel);
    g_autofree char *gone = g_strconcat(start, " -initrd /nonexistent", NULL);
    g_autofree char *no_file = g_strconcat(start, " -initrd /dev/null", NULL);
    g_autofree char *initrd = g_strconcat(start, " -initrd ", other, NULL);
    g_autofree char *dtb = g_strconcat(start, " -dtb ", other, NULL);
    g_autofree char *disk = g_strconcat(start,
                                        " -drive if=none,id=d,format=raw,"
                                        "file=/nonexistent",
                                        NULL);
    g_autofree char *tree = NULL;
    uint8_t file[4096] = { 'M', 'Z' };
    size_t size;

    memcpy(file + 56, "ARM\x64", 4);
    g_assert_true(g_file_set_contents(kernel, (char *)file, sizeof(file), NULL));
    qtest_expect_fail(gone, "/nonexistent");
    qtest_expect_fail(no_file, "/dev/null");
    qtest_expect_fail(disk, "/nonexistent");
    qtest_expect_fail(initrd, other); /* empty */
    qtest_expect_fail(dtb, other);
    g_assert_true(g_file_set_contents(other, "no tree", -1, NULL));
    qtest_expect_fail(dtb, other);
    g_free(qtest_run(dump));
    g_assert_true(g_file_get_contents(other, &tree, &size, NULL));
    g_assert_true(g_file_set_contents(other, tree, size / 2, NULL));
    qtest_expect_fail(dtb, other);
    g_assert_true(g_file_set_contents(other, tree, size, NULL));
    qtest_quit(qtest_init(dtb));
}

/* --- GICv2, seen from CPU 0 --- */

static void gicv2_on(QTestState *s, unsigned intid, uint8_t priority)
{
    qtest_writel(s, GICD, 1);
    qtest_writel(s, GICC, 1);
    qtest_writel(s, GICC + 4, 0xf0);
    qtest_writeb(s, GICD + 0x400 + intid, priority);
    qtest_writeb(s, GICD + 0x800 + intid, 1);
    qtest_writel(s, GICD + 0x100 + intid / 32 * 4, 1u << (intid % 32));
}

static void test_gicv2(void)
{
    QTestState *s = qtest_init("-machine virt -smp 2 " RAM_OPTIONS);

    g_assert_cmphex(qtest_readl(s, GICD + 4), ==, 8 | 1 << 5);
    gicv2_on(s, 40, 0xa0);
    gicv2_on(s, 41, 0x60);
    g_assert_cmpuint(qtest_readl(s, GICC + 0xc), ==, 1023);
    qtest_set_irq_in(s, "/machine/gic", NULL, 40 - 32, 1);
    g_assert_cmpuint(qtest_readl(s, GICC + 0xc), ==, 40);
    /* A higher priority preempts, the same one does not come twice. */
    g_assert_cmpuint(qtest_readl(s, GICC + 0xc), ==, 1023);
    g_assert_cmphex(qtest_readl(s, GICC + 0x14), ==, 0xa0);
    qtest_set_irq_in(s, "/machine/gic", NULL, 41 - 32, 1);
    g_assert_cmpuint(qtest_readl(s, GICC + 0xc), ==, 41);
    g_assert_cmphex(qtest_readl(s, GICC + 0x14), ==, 0x60);
    qtest_set_irq_in(s, "/machine/gic", NULL, 41 - 32, 0);
    qtest_writel(s, GICC + 0x10, 41);
    /* 40 is still active; its line is still up after its end. */
    g_assert_cmpuint(qtest_readl(s, GICC + 0xc), ==, 1023);
    qtest_writel(s, GICC + 0x10, 40);
    g_assert_cmpuint(qtest_readl(s, GICC + 0xc), ==, 40);
    qtest_set_irq_in(s, "/machine/gic", NULL, 40 - 32, 0);
    qtest_writel(s, GICC + 0x10, 40);
    g_assert_cmpuint(qtest_readl(s, GICC + 0xc), ==, 1023);
    g_assert_cmphex(qtest_readl(s, GICC + 0x14), ==, 0xff);
    qtest_quit(s);
}

static void test_gicv2_mask(void)
{
    QTestState *s = qtest_init("-machine virt " RAM_OPTIONS);

    gicv2_on(s, 50, 0xa0);
    qtest_set_irq_in(s, "/machine/gic", NULL, 50 - 32, 1);
    qtest_writel(s, GICC + 4, 0xa0); /* not below its own priority */
    g_assert_cmpuint(qtest_readl(s, GICC + 0xc), ==, 1023);
    qtest_writel(s, GICC + 4, 0xa8);
    qtest_writel(s, GICD + 0x180 + 4, 1u << 18); /* disabled */
    g_assert_cmpuint(qtest_readl(s, GICC + 0xc), ==, 1023);
    qtest_writel(s, GICD + 0x100 + 4, 1u << 18);
    qtest_writel(s, GICD, 0);
    g_assert_cmpuint(qtest_readl(s, GICC + 0xc), ==, 1023);
    qtest_writel(s, GICD, 1);
    g_assert_cmpuint(qtest_readl(s, GICC + 0xc), ==, 50);
    qtest_quit(s);
}

static void test_gicv2_sgi(void)
{
    QTestState *s = qtest_init("-machine virt -smp 2 " RAM_OPTIONS);

    gicv2_on(s, 5, 0x80);
    qtest_writel(s, GICD + 0xf00, 1 << 16 | 5);
    g_assert_cmpuint(qtest_readl(s, GICC + 0xc), ==, 5); /* from CPU 0 */
    qtest_writel(s, GICC + 0x10, 5);
    /* Pending from both CPUs: it comes twice, once for each. */
    qtest_writel(s, GICD + 0xf24, 3 << 8);
    g_assert_cmpuint(qtest_readl(s, GICC + 0xc), ==, 5);
    qtest_writel(s, GICC + 0x10, 5);
    g_assert_cmpuint(qtest_readl(s, GICC + 0xc), ==, 1 << 10 | 5);
    qtest_writel(s, GICC + 0x10, 1 << 10 | 5);
    g_assert_cmpuint(qtest_readl(s, GICC + 0xc), ==, 1023);
    qtest_quit(s);
}

static void test_v2m(void)
{
    QTestState *s = qtest_init("-machine virt " RAM_OPTIONS);

    g_assert_cmphex(qtest_readl(s, V2M + 8), ==, 80 << 16 | 64);
    qtest_writel(s, GICD + 0xc00 + 80 / 16 * 4, 0xaaaaaaaa); /* edges */
    gicv2_on(s, 83, 0xa0);
    qtest_writel(s, V2M + 0x40, 79);
    qtest_writel(s, V2M + 0x40, 80 + 64);
    qtest_writel(s, V2M + 0x40, UINT32_MAX);
    g_assert_cmpuint(qtest_readl(s, GICC + 0xc), ==, 1023);
    qtest_writel(s, V2M + 0x40, 83);
    g_assert_cmpuint(qtest_readl(s, GICC + 0xc), ==, 83);
    qtest_quit(s);
}

static void test_gicv3_registers(void)
{
    QTestState *s = qtest_init("-machine virt,gic-version=3 -smp 2 " RAM_OPTIONS);

    g_assert_cmphex(qtest_readl(s, GICD + 4) & 0x1f, ==, 8);
    g_assert_cmphex(qtest_readl(s, GICD + 0xffe8), ==, 0x3b);
    g_assert_cmphex(qtest_readl(s, GICD) & 0x50, ==, 0x50); /* DS, ARE */
    /* The second redistributor is the last; private registers are not the first's. */
    g_assert_cmphex(qtest_readl(s, GICR + 8) & 0x10, ==, 0);
    g_assert_cmphex(qtest_readl(s, GICR + 0x20000 + 8) & 0x110, ==, 0x110);
    qtest_writel(s, GICR + 0x10100, 0xff);
    g_assert_cmphex(qtest_readl(s, GICR + 0x10100), ==, 0xff);
    g_assert_cmphex(qtest_readl(s, GICR + 0x30100), ==, 0);
    qtest_writeq(s, GICD + 0x6000 + 8 * 40, 1);
    g_assert_cmphex(qtest_readq(s, GICD + 0x6000 + 8 * 40), ==, 1);
    qtest_quit(s);
}

/* --- fw_cfg --- */

static void fw_cfg_dma(QTestState *s, uint32_t control, uint32_t len, uint64_t addr)
{
    uint8_t request[16];
    uint8_t at[8];

    stl_be_p(request, control);
    stl_be_p(request + 4, len);
    stq_be_p(request + 8, addr);
    qtest_memwrite(s, RAM, request, sizeof(request));
    stq_be_p(at, RAM);
    qtest_memwrite(s, FW_CFG + 16, at, sizeof(at));
}

static void test_fw_cfg(void)
{
    QTestState *s =
        qtest_init("-machine virt,graphics=off -smp 3 "
                   "-uuid 4600cb32-38ec-4b2f-8acb-81c6ea54f2d8 " RAM_OPTIONS);
    uint8_t data[8] = { 0 };

    qtest_writew(s, FW_CFG + 8, 0);
    for (int i = 0; i < 4; i++) {
        data[i] = qtest_readb(s, FW_CFG);
    }
    g_assert_cmpmem(data, 4, "QEMU", 4);
    g_assert_cmphex(qtest_readb(s, FW_CFG), ==, 0); /* the end */
    /* The same by DMA; what is past the end reads as zeros. */
    qtest_memset(s, RAM + 0x100, 0xff, 16);
    fw_cfg_dma(s, 0x0000 << 16 | 8 | 2, 8, RAM + 0x100);
    qtest_memread(s, RAM + 0x100, data, 8);
    g_assert_cmpmem(data, 8, "QEMU\0\0\0\0", 8);
    g_assert_cmphex(qtest_readb(s, RAM + 0x108), ==, 0xff);
    g_assert_cmphex(qtest_readl(s, RAM), ==, 0);
    fw_cfg_dma(s, 0x0005 << 16 | 8 | 2, 2, RAM + 0x100);
    g_assert_cmpuint(qtest_readw(s, RAM + 0x100), ==, 3);
    fw_cfg_dma(s, 0x0004 << 16 | 8 | 2, 2, RAM + 0x100); /* no graphics */
    g_assert_cmpuint(qtest_readw(s, RAM + 0x100), ==, 1);
    fw_cfg_dma(s, 0x0002 << 16 | 8 | 2, 16, RAM + 0x100);
    g_assert_cmphex(qtest_readq(s, RAM + 0x108), ==, 0xd8f254eac681cb8a);
    /* Into a device, into nowhere, writing, an item that does not exist. */
    fw_cfg_dma(s, 8 | 2, 8, FW_CFG + 16);
    g_assert_cmphex(qtest_readb(s, RAM + 3), ==, 1);
    fw_cfg_dma(s, 8 | 2, UINT32_MAX, 0x200000000);
    g_assert_cmphex(qtest_readb(s, RAM + 3), ==, 1);
    fw_cfg_dma(s, 8 | 16, 4, RAM + 0x100);
    g_assert_cmphex(qtest_readb(s, RAM + 3), ==, 1);
    fw_cfg_dma(s, 0x7fffu << 16 | 8 | 4, UINT32_MAX, 0);
    g_assert_cmphex(qtest_readl(s, RAM), ==, 0);
    qtest_quit(s);
}

/* --- PL011, PL031 --- */

static void test_uart(void)
{
    QTestState *s = qtest_init("-machine virt -serial null " RAM_OPTIONS);
    const uint64_t uart = 0x09000000;

    qtest_writel(s, uart + 0x30, 0x381); /* enable, loopback */
    qtest_writel(s, uart + 0x2c, 0x70);  /* FIFOs */
    qtest_writel(s, uart + 0x38, 0x10);  /* receive interrupt */
    for (int i = 0; i < 20; i++) {
        qtest_writel(s, uart, 'a' + i);
    }
    g_assert_cmphex(qtest_readl(s, uart + 0x18) & 0x50, ==, 0x40); /* full */
    g_assert_cmphex(qtest_readl(s, uart + 0x40), ==, 0x10);
    for (int i = 0; i < 16; i++) {
        g_assert_cmpint(qtest_readl(s, uart), ==, 'a' + i);
    }
    g_assert_cmphex(qtest_readl(s, uart + 0x18) & 0x50, ==, 0x10); /* empty */
    g_assert_cmphex(qtest_readl(s, uart + 0x40), ==, 0);
    qtest_quit(s);
}

static void test_rtc(void)
{
    QTestState *s = qtest_init("-machine virt " RAM_OPTIONS);
    const uint64_t rtc = 0x09010000;
    uint32_t now = qtest_readl(s, rtc);

    qtest_writel(s, rtc + 4, now + 10);
    qtest_writel(s, rtc + 0x10, 1);
    qtest_clock_step(s, 9ll * 1000000000);
    g_assert_cmpuint(qtest_readl(s, rtc + 0x18), ==, 0);
    qtest_clock_step(s, 2ll * 1000000000);
    g_assert_cmpuint(qtest_readl(s, rtc), ==, now + 11);
    g_assert_cmpuint(qtest_readl(s, rtc + 0x18), ==, 1);
    qtest_writel(s, rtc + 0x1c, 1);
    g_assert_cmpuint(qtest_readl(s, rtc + 0x18), ==, 0);
    qtest_quit(s);
}

/* Random accesses to every register of the board: nothing dies, nothing hangs. */
static void test_random_registers(const void *machine)
{
    static const struct {
        uint64_t base;
        uint32_t size;
    } where[] = { { GICD, 0x10000 },     { GICC, 0x2000 },      { V2M, 0x1000 },
                  { 0x08080000, 0x200 }, { GICR, 0x40000 },     { 0x09000000, 0x60 },
                  { 0x09010000, 0x20 },  { FW_CFG, 0x18 },      { 0x09030000, 0x430 },
                  { 0x08090000, 0x80 },  { 0x0a000000, 0x4000 } };
    guint32 seed = g_random_int();
    g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
    QTestState *s =
        qtest_initf("-machine %s -smp 2 " RAM_OPTIONS, (const char *)machine);

    g_test_message("seed %u", seed);
    for (int i = 0; i < 4000; i++) {
        int n = g_rand_int_range(rand, 0, G_N_ELEMENTS(where));
        uint64_t addr = where[n].base + (g_rand_int(rand) % where[n].size & ~7u);
        /* Addresses of RAM are likely, so that tables are found. */
        uint64_t value = g_rand_boolean(rand)
                             ? 1ull << 63 | RAM | g_rand_int(rand) % 65536
                             : g_rand_int(rand);

        switch (g_rand_int_range(rand, 0, 4)) {
        case 0:
            qtest_readl(s, addr);
            break;
        case 1:
            qtest_writel(s, addr, value);
            break;
        case 2:
            qtest_writeq(s, addr, value);
            break;
        default:
            qtest_writeq(s, RAM + g_rand_int(rand) % 65536 / 8 * 8, value);
            break;
        }
    }
    qtest_qmp_assert_success(s, "{'execute': 'query-status'}");
    qtest_quit(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("/virt-machine/map", test_map);
    qtest_add_func("/virt-machine/options", test_options);
    qtest_add_func("/virt-machine/bad-kernels", test_bad_kernels);
    qtest_add_func("/virt-machine/truncated-kernel", test_truncated_kernel);
    qtest_add_func("/virt-machine/bad-companions", test_bad_companions);
    qtest_add_func("/virt-machine/gicv2/priorities", test_gicv2);
    qtest_add_func("/virt-machine/gicv2/masks", test_gicv2_mask);
    qtest_add_func("/virt-machine/gicv2/sgi", test_gicv2_sgi);
    qtest_add_func("/virt-machine/v2m", test_v2m);
    qtest_add_func("/virt-machine/gicv3/registers", test_gicv3_registers);
    qtest_add_func("/virt-machine/fw-cfg", test_fw_cfg);
    qtest_add_func("/virt-machine/uart", test_uart);
    qtest_add_func("/virt-machine/rtc", test_rtc);
    qtest_add_data_func("/virt-machine/random/gicv2", "virt", test_random_registers);
    qtest_add_data_func("/virt-machine/random/gicv3", "virt,gic-version=3",
                        test_random_registers);
    return g_test_run();
}
