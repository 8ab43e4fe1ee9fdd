/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The device tree of every shape of the virt machine (rows S2.2, S2.3, S2.6, S2.8). */
#include "qemu/osdep.h"
#include <libfdt.h>
#include "host/arm/virt-fdt.h"

#define PCIE "/pcie@10000000"

static VirtDtInfo plain_machine(void)
{
    return (VirtDtInfo){ .n_cpus = 1,
                         .cpu_compatible = "arm,cortex-a57",
                         .gic_version = 2,
                         .highmem = true,
                         .ram_size = 512ull << 20 };
}

/* A property as cells; the tree is checked as a reader would. */
static const fdt32_t *cells(const void *fdt, const char *path, const char *name,
                            int expected)
{
    int len = 0, node = fdt_path_offset(fdt, path);
    const fdt32_t *value;

    g_assert_cmpint(node, >=, 0);
    value = fdt_getprop(fdt, node, name, &len);
    g_assert_nonnull(value);
    g_assert_cmpint(len, ==, expected * 4);
    return value;
}

static bool has(const void *fdt, const char *path, const char *name)
{
    return fdt_getprop(fdt, fdt_path_offset(fdt, path), name, NULL) != NULL;
}

static uint32_t phandle(const void *fdt, const char *path)
{
    return fdt_get_phandle(fdt, fdt_path_offset(fdt, path));
}

/* The endpoint id that iommu-map gives @rid, or -1: not translated. */
static int64_t mapped_to(const void *fdt, uint32_t rid, uint32_t iommu)
{
    int len = 0;
    const fdt32_t *map =
        fdt_getprop(fdt, fdt_path_offset(fdt, PCIE), "iommu-map", &len);

    g_assert_cmpint(len % 16, ==, 0);
    for (; len > 0; len -= 16, map += 4) {
        uint32_t base = fdt32_to_cpu(map[0]), length = fdt32_to_cpu(map[3]);

        g_assert_cmpuint(length, >, 0);
        if (rid - base < length) {
            g_assert_cmpuint(fdt32_to_cpu(map[1]), ==, iommu);
            return fdt32_to_cpu(map[2]) + rid - base;
        }
    }
    return -1;
}

static void test_hole(gconstpointer data)
{
    VirtDtInfo info = plain_machine();
    g_autofree void *fdt = NULL;
    g_autofree char *path = NULL;
    uint16_t bdf = GPOINTER_TO_UINT(data);
    unsigned slot = bdf >> 3, function = bdf & 7;

    info.iommu = VIRT_DT_IOMMU_PCI;
    info.iommu_bdf = bdf;
    fdt = virt_fdt_build(&info);
    path = function ? g_strdup_printf(PCIE "/iommu@%x,%x", slot & 0x1f, function)
                    : g_strdup_printf(PCIE "/iommu@%x", slot & 0x1f);
    g_assert_cmpuint(phandle(fdt, path), !=, 0);
    for (uint32_t rid = 0; rid <= 0xffff; rid++) {
        g_assert_cmpint(mapped_to(fdt, rid, phandle(fdt, path)), ==,
                        rid == bdf ? -1 : (int64_t)rid);
    }
    g_assert_cmphex(fdt32_to_cpu(cells(fdt, path, "reg", 5)[0]), ==, bdf << 8);
    g_assert_cmpuint(fdt32_to_cpu(cells(fdt, path, "#iommu-cells", 1)[0]), ==, 1);
    g_assert_cmpint(
        fdt_node_check_compatible(fdt, fdt_path_offset(fdt, path), "virtio,pci-iommu"),
        ==, 0);
}

static void test_no_iommu(void)
{
    VirtDtInfo info = plain_machine();
    g_autofree void *fdt = virt_fdt_build(&info);

    g_assert_false(has(fdt, PCIE, "iommu-map"));
    g_assert_cmpint(fdt_node_offset_by_compatible(fdt, -1, "virtio,pci-iommu"), <, 0);
}

static void test_mmio_iommu(void)
{
    VirtDtInfo info = plain_machine();
    g_autofree void *fdt = NULL;
    const char *iommu = "/virtio_mmio@a003e00", *endpoint = "/virtio_mmio@a003c00";
    const fdt32_t *iommus;

    info.iommu = VIRT_DT_IOMMU_MMIO;
    info.iommu_slot = 31;
    info.endpoint_slots = 1u << 30;
    fdt = virt_fdt_build(&info);
    g_assert_cmpuint(fdt32_to_cpu(cells(fdt, iommu, "#iommu-cells", 1)[0]), ==, 1);
    g_assert_false(has(fdt, iommu, "iommus"));
    iommus = cells(fdt, endpoint, "iommus", 2);
    g_assert_cmpuint(fdt32_to_cpu(iommus[0]), ==, phandle(fdt, iommu));
    g_assert_cmphex(fdt32_to_cpu(iommus[1]), ==, 0x10000 + 30);
    g_assert_false(has(fdt, "/virtio_mmio@a000000", "iommus"));
    /* It is no PCI function: no hole. */
    g_assert_cmpint(mapped_to(fdt, 0, phandle(fdt, iommu)), ==, 0);
    g_assert_cmpint(mapped_to(fdt, 0xffff, phandle(fdt, iommu)), ==, 0xffff);
}

/* @kind: 2 GICv2 with v2m, 3 GICv3 alone, 4 with ITS. */
static void test_gic(gconstpointer data)
{
    VirtDtInfo info = plain_machine();
    int kind = GPOINTER_TO_INT(data);
    g_autofree void *fdt = NULL;
    const char *msi =
        kind == 2 ? "/intc@8000000/v2m@8020000" : "/intc@8000000/its@8080000";

    info.gic_version = kind == 2 ? 2 : 3;
    info.its = kind == 4;
    fdt = virt_fdt_build(&info);
    g_assert_cmpuint(fdt32_to_cpu(cells(fdt, "/", "interrupt-parent", 1)[0]), ==,
                     phandle(fdt, "/intc@8000000"));
    if (kind == 3) {
        g_assert_false(has(fdt, PCIE, "msi-map"));
        g_assert_cmpint(fdt_path_offset(fdt, msi), <, 0);
        return;
    }
    g_assert_true(has(fdt, msi, "msi-controller"));
    g_assert_cmpuint(fdt32_to_cpu(cells(fdt, PCIE, "msi-map", 4)[1]), ==,
                     phandle(fdt, msi));
}

static void test_cpus(void)
{
    VirtDtInfo info = plain_machine();
    g_autofree void *fdt = NULL;

    info.n_cpus = 4;
    for (unsigned i = 0; i < 4; i++) {
        info.mpidr[i] = i;
    }
    fdt = virt_fdt_build(&info);
    g_assert_true(has(fdt, "/cpus/cpu@3", "enable-method"));
    g_assert_cmpuint(fdt32_to_cpu(cells(fdt, "/cpus/cpu@3", "reg", 1)[0]), ==, 3);
    g_assert_cmpint(fdt_path_offset(fdt, "/cpus/cpu@4"), <, 0);
}

/* INTx: pin and slot are swizzled over the four lines. */
static void test_interrupt_map(void)
{
    VirtDtInfo info = plain_machine();
    g_autofree void *fdt = virt_fdt_build(&info);
    const fdt32_t *map = cells(fdt, PCIE, "interrupt-map", 16 * 10);

    for (int i = 0; i < 16; i++, map += 10) {
        int slot = fdt32_to_cpu(map[0]) >> 11, pin = fdt32_to_cpu(map[3]) - 1;

        g_assert_cmpuint(fdt32_to_cpu(map[4]), ==, phandle(fdt, "/intc@8000000"));
        g_assert_cmpuint(fdt32_to_cpu(map[8]), ==, 3 + (slot + pin) % 4);
    }
}

static void test_highmem(void)
{
    VirtDtInfo info = plain_machine();
    g_autofree void *high = virt_fdt_build(&info);
    g_autofree void *low = NULL;

    info.highmem = false;
    low = virt_fdt_build(&info);
    g_assert_cmphex(fdt32_to_cpu(cells(high, PCIE, "reg", 4)[0]), ==, 0x40);
    cells(high, PCIE, "ranges", 21);
    g_assert_cmphex(fdt32_to_cpu(cells(low, PCIE, "reg", 4)[1]), ==, 0x3f000000);
    g_assert_cmpuint(fdt32_to_cpu(cells(low, PCIE, "bus-range", 2)[1]), ==, 15);
    cells(low, PCIE, "ranges", 14);
}

int main(int argc, char **argv)
{
    static const unsigned holes[] = { 0x08, 0x10, 0x0b, 0xf8, 0xff, 0x00, 0xffff };

    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(holes); i++) {
        g_autofree char *name = g_strdup_printf("/virt-fdt/hole/%04x", holes[i]);

        g_test_add_data_func(name, GUINT_TO_POINTER(holes[i]), test_hole);
    }
    g_test_add_func("/virt-fdt/no-iommu", test_no_iommu);
    g_test_add_func("/virt-fdt/mmio-iommu", test_mmio_iommu);
    g_test_add_data_func("/virt-fdt/gic/v2m", GINT_TO_POINTER(2), test_gic);
    g_test_add_data_func("/virt-fdt/gic/v3", GINT_TO_POINTER(3), test_gic);
    g_test_add_data_func("/virt-fdt/gic/its", GINT_TO_POINTER(4), test_gic);
    g_test_add_func("/virt-fdt/cpus", test_cpus);
    g_test_add_func("/virt-fdt/interrupt-map", test_interrupt_map);
    g_test_add_func("/virt-fdt/highmem", test_highmem);
    return g_test_run();
}
