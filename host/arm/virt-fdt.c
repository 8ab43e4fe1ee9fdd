/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "fdt-builder.h"
#include "virt-fdt.h"

#define CLOCK_HZ 24000000

static void add_cpus(void *fdt, const VirtDtInfo *info)
{
    dt_node(fdt, "/cpus");
    dt_cells(fdt, "/cpus", "#address-cells", 1);
    dt_cells(fdt, "/cpus", "#size-cells", 0);
    /* Nodes are added at the front: the last comes first. */
    for (int i = info->n_cpus - 1; i >= 0; i--) {
        g_autofree char *path = g_strdup_printf("/cpus/cpu@%d", i);

        dt_node(fdt, path);
        dt_string(fdt, path, "device_type", "cpu");
        dt_string(fdt, path, "compatible", info->cpu_compatible);
        dt_cells(fdt, path, "reg", info->mpidr[i]);
        if (info->n_cpus > 1) {
            dt_string(fdt, path, "enable-method", "psci");
        }
    }
}

static void add_psci(void *fdt)
{
    static const char *const compatible[] = { "arm,psci-1.0", "arm,psci-0.2",
                                              "arm,psci", NULL };

    dt_node(fdt, "/psci");
    dt_strings(fdt, "/psci", "compatible", compatible);
    dt_string(fdt, "/psci", "method", "hvc");
    dt_cells(fdt, "/psci", "cpu_suspend", 0xc4000001);
    dt_cells(fdt, "/psci", "cpu_off", 0x84000002);
    dt_cells(fdt, "/psci", "cpu_on", 0xc4000003);
    dt_cells(fdt, "/psci", "migrate", 0xc4000005);
}

static void add_timer(void *fdt, const VirtDtInfo *info)
{
    static const char *const compatible[] = { "arm,armv8-timer", "arm,armv7-timer",
                                              NULL };
    uint32_t flags = GIC_FDT_LEVEL;

    if (info->gic_version == 2) {
        flags |= ((1u << info->n_cpus) - 1) << 8;
    }
    dt_node(fdt, "/timer");
    dt_strings(fdt, "/timer", "compatible", compatible);
    dt_flag(fdt, "/timer", "always-on");
    dt_cells(fdt, "/timer", "interrupts", GIC_FDT_PPI, VIRT_PPI_SECURE_TIMER, flags,
             GIC_FDT_PPI, VIRT_PPI_PHYS_TIMER, flags, GIC_FDT_PPI, VIRT_PPI_VIRT_TIMER,
             flags, GIC_FDT_PPI, VIRT_PPI_HYP_TIMER, flags);
}

static void add_gicv2(void *fdt, const char *path)
{
    const MemMapEntry *map = virt_memmap;
    g_autofree char *v2m =
        g_strdup_printf("%s/v2m@%" PRIx64, path, map[VIRT_GIC_V2M].base);

    dt_string(fdt, path, "compatible", "arm,cortex-a15-gic");
    dt_cells(fdt, path, "reg", DT_U64(map[VIRT_GIC_DIST].base),
             DT_U64(map[VIRT_GIC_DIST].size), DT_U64(map[VIRT_GIC_CPU].base),
             DT_U64(map[VIRT_GIC_CPU].size));
    dt_node(fdt, v2m);
    dt_string(fdt, v2m, "compatible", "arm,gic-v2m-frame");
    dt_flag(fdt, v2m, "msi-controller");
    dt_cells(fdt, v2m, "reg", DT_U64(map[VIRT_GIC_V2M].base),
             DT_U64(map[VIRT_GIC_V2M].size));
    dt_cells(fdt, v2m, "phandle", VIRT_PHANDLE_MSI);
}

static void add_gicv3(void *fdt, const char *path, const VirtDtInfo *info)
{
    const MemMapEntry *map = virt_memmap;
    g_autofree char *its =
        g_strdup_printf("%s/its@%" PRIx64, path, map[VIRT_GIC_ITS].base);

    dt_string(fdt, path, "compatible", "arm,gic-v3");
    dt_cells(fdt, path, "#redistributor-regions", 1);
    dt_cells(fdt, path, "reg", DT_U64(map[VIRT_GIC_DIST].base),
             DT_U64(map[VIRT_GIC_DIST].size), DT_U64(map[VIRT_GIC_REDIST].base),
             DT_U64(map[VIRT_GIC_REDIST].size));
    if (!info->its) {
        return;
    }
    dt_node(fdt, its);
    dt_string(fdt, its, "compatible", "arm,gic-v3-its");
    dt_flag(fdt, its, "msi-controller");
    dt_cells(fdt, its, "#msi-cells", 1);
    dt_cells(fdt, its, "reg", DT_U64(map[VIRT_GIC_ITS].base),
             DT_U64(map[VIRT_GIC_ITS].size));
    dt_cells(fdt, its, "phandle", VIRT_PHANDLE_MSI);
}

static void add_gic(void *fdt, const VirtDtInfo *info)
{
    g_autofree char *path =
        g_strdup_printf("/intc@%" PRIx64, virt_memmap[VIRT_GIC_DIST].base);

    dt_node(fdt, path);
    dt_cells(fdt, path, "#interrupt-cells", 3);
    dt_flag(fdt, path, "interrupt-controller");
    dt_cells(fdt, path, "#address-cells", 2);
    dt_cells(fdt, path, "#size-cells", 2);
    dt_flag(fdt, path, "ranges");
    if (info->gic_version == 2) {
        add_gicv2(fdt, path);
    } else {
        add_gicv3(fdt, path, info);
    }
    dt_cells(fdt, path, "phandle", VIRT_PHANDLE_GIC);
}

static void add_clock(void *fdt)
{
    dt_node(fdt, "/apb-pclk");
    dt_string(fdt, "/apb-pclk", "compatible", "fixed-clock");
    dt_cells(fdt, "/apb-pclk", "#clock-cells", 0);
    dt_cells(fdt, "/apb-pclk", "clock-frequency", CLOCK_HZ);
    dt_string(fdt, "/apb-pclk", "clock-output-names", "clk24mhz");
    dt_cells(fdt, "/apb-pclk", "phandle", VIRT_PHANDLE_CLOCK);
}

/* An ARM PrimeCell: returns its path, to be freed. */
static char *add_primecell(void *fdt, const char *name, int where, int irq)
{
    const MemMapEntry *map = &virt_memmap[where];
    char *path = g_strdup_printf("/%s@%" PRIx64, name, map->base);
    g_autofree char *model = g_strdup_printf("arm,%s", name);
    const char *compatible[] = { model, "arm,primecell", NULL };

    dt_node(fdt, path);
    dt_strings(fdt, path, "compatible", compatible);
    dt_cells(fdt, path, "reg", DT_U64(map->base), DT_U64(map->size));
    dt_cells(fdt, path, "interrupts", GIC_FDT_SPI, irq, GIC_FDT_LEVEL);
    return path;
}

static void add_uart(void *fdt)
{
    g_autofree char *path = add_primecell(fdt, "pl011", VIRT_UART, VIRT_IRQ_UART);

    dt_cells(fdt, path, "clocks", VIRT_PHANDLE_CLOCK, VIRT_PHANDLE_CLOCK);
    dt_bytes(fdt, path, "clock-names", "uartclk\0apb_pclk", 17);
    dt_string(fdt, "/chosen", "stdout-path", path);
}

static void add_rtc(void *fdt)
{
    g_autofree char *path = add_primecell(fdt, "pl031", VIRT_RTC, VIRT_IRQ_RTC);

    dt_cells(fdt, path, "clocks", VIRT_PHANDLE_CLOCK);
    dt_string(fdt, path, "clock-names", "apb_pclk");
}

static void add_power_button(void *fdt)
{
    g_autofree char *path = add_primecell(fdt, "pl061", VIRT_GPIO, VIRT_IRQ_GPIO);
    enum { LINE = 3, KEY_POWER = 116 };

    dt_cells(fdt, path, "#gpio-cells", 2);
    dt_flag(fdt, path, "gpio-controller");
    dt_cells(fdt, path, "clocks", VIRT_PHANDLE_CLOCK);
    dt_string(fdt, path, "clock-names", "apb_pclk");
    dt_cells(fdt, path, "phandle", VIRT_PHANDLE_GPIO);
    dt_node(fdt, "/gpio-keys");
    dt_string(fdt, "/gpio-keys", "compatible", "gpio-keys");
    dt_node(fdt, "/gpio-keys/poweroff");
    dt_string(fdt, "/gpio-keys/poweroff", "label", "GPIO Key Poweroff");
    dt_cells(fdt, "/gpio-keys/poweroff", "linux,code", KEY_POWER);
    dt_cells(fdt, "/gpio-keys/poweroff", "gpios", VIRT_PHANDLE_GPIO, LINE, 0);
}

static void add_fw_cfg(void *fdt)
{
    const MemMapEntry *map = &virt_memmap[VIRT_FW_CFG];
    g_autofree char *path = g_strdup_printf("/fw-cfg@%" PRIx64, map->base);

    dt_node(fdt, path);
    dt_string(fdt, path, "compatible", "qemu,fw-cfg-mmio");
    dt_cells(fdt, path, "reg", DT_U64(map->base), DT_U64(map->size));
    dt_flag(fdt, path, "dma-coherent");
}

static void add_memory(void *fdt, const VirtDtInfo *info)
{
    g_autofree char *path =
        g_strdup_printf("/memory@%" PRIx64, virt_memmap[VIRT_MEM].base);

    dt_node(fdt, path);
    dt_string(fdt, path, "device_type", "memory");
    dt_cells(fdt, path, "reg", DT_U64(virt_memmap[VIRT_MEM].base),
             DT_U64(info->ram_size));
}

void virt_fdt_add_virtio(void *fdt, const VirtDtInfo *info)
{
    const MemMapEntry *map = &virt_memmap[VIRT_MMIO];
    bool mmio_iommu = info->iommu == VIRT_DT_IOMMU_MMIO;

    for (int i = NUM_VIRTIO_TRANSPORTS - 1; i >= 0; i--) {
        hwaddr base = map->base + i * map->size;
        g_autofree char *path = g_strdup_printf("/virtio_mmio@%" PRIx64, base);

        dt_node(fdt, path);
        dt_string(fdt, path, "compatible", "virtio,mmio");
        dt_cells(fdt, path, "reg", DT_U64(base), DT_U64(map->size));
        dt_cells(fdt, path, "interrupts", GIC_FDT_SPI, VIRT_IRQ_MMIO + i, GIC_FDT_EDGE);
        dt_flag(fdt, path, "dma-coherent");
        if (mmio_iommu && i == info->iommu_slot) {
            dt_cells(fdt, path, "#iommu-cells", 1);
            dt_cells(fdt, path, "phandle", VIRT_PHANDLE_IOMMU);
        } else if (mmio_iommu && info->endpoint_slots >> i & 1) {
            dt_cells(fdt, path, "iommus", VIRT_PHANDLE_IOMMU,
                     VIRT_PLATFORM_ENDPOINT(i));
        }
    }
}

void *virt_fdt_build(const VirtDtInfo *info)
{
    void *fdt = dt_new();

    dt_string(fdt, "/", "compatible", "linux,dummy-virt");
    dt_string(fdt, "/", "model", "linux,dummy-virt");
    dt_cells(fdt, "/", "#address-cells", 2);
    dt_cells(fdt, "/", "#size-cells", 2);
    dt_cells(fdt, "/", "interrupt-parent", VIRT_PHANDLE_GIC);
    dt_flag(fdt, "/", "dma-coherent");
    dt_node(fdt, "/chosen");
    dt_node(fdt, "/aliases");
    add_memory(fdt, info);
    add_cpus(fdt, info);
    add_psci(fdt);
    add_timer(fdt, info);
    add_gic(fdt, info);
    add_clock(fdt);
    add_uart(fdt);
    add_rtc(fdt);
    add_power_button(fdt);
    add_fw_cfg(fdt);
    virt_fdt_add_virtio(fdt, info);
    virt_fdt_add_pcie(fdt, info);
    dt_string(fdt, "/aliases", "serial0", "/pl011@9000000");
    return fdt;
}
