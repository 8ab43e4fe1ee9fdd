/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The devices of the virt machine, where they are and what they are wired to. */
#include "qemu/osdep.h"
#include "exec/hwaddr.h"
#include "hw/char/pl011.h"
#include "hw/core/cpu.h"
#include "hw/core/irq.h"
#include "hw/core/qdev-properties-system.h"
#include "hw/core/sysbus.h"
#include "hw/intc/arm_gic.h"
#include "hw/intc/arm_gicv2m.h"
#include "hw/intc/arm_gicv3.h"
#include "hw/nvram/fw_cfg.h"
#include "hw/pci-host/gpex.h"
#include "hw/pci/pci_bus.h"
#include "hw/rtc/pl031.h"
#include "hw/virtio/virtio-mmio.h"
#include "qapi/error.h"
#include "qemu/timer.h"
#include "system/address-spaces.h"
#include "system/runstate.h"
#include "system/system.h"
#include "target/arm/cpu.h"
#include "virt-internal.h"

enum { POWER_BUTTON_LINE = 3, POWER_BUTTON_MS = 100, PRIVATE_IRQS = 32, PPI_BASE = 16 };

static void create_cpus(VirtMachineState *vms)
{
    MachineState *ms = MACHINE(vms);

    for (unsigned i = 0; i < ms->smp.cpus; i++) {
        DeviceState *cpu = qdev_new(ms->cpu_type);
        g_autofree char *name = g_strdup_printf("cpu[%u]", i);

        object_property_add_child(OBJECT(vms), name, OBJECT(cpu));
        qdev_prop_set_uint64(cpu, "mp-affinity", arm_build_mp_affinity(i, 8));
        qdev_prop_set_bit(cpu, "start-powered-off", i > 0);
        qdev_prop_set_uint32(cpu, "psci-conduit", QEMU_PSCI_CONDUIT_HVC);
        qdev_realize_and_unref(cpu, NULL, &error_fatal);
    }
}

static qemu_irq spi(VirtMachineState *vms, int n)
{
    return qdev_get_gpio_in(vms->gic, n);
}

/* The GIC's outputs to each CPU, and each CPU's timers to the GIC. */
static void connect_cpus(VirtMachineState *vms)
{
    unsigned n = MACHINE(vms)->smp.cpus;

    for (unsigned i = 0; i < n; i++) {
        DeviceState *cpu = DEVICE(qemu_get_cpu(i));
        int ppi = VIRT_NUM_SPIS + i * PRIVATE_IRQS + PPI_BASE;

        sysbus_connect_irq(SYS_BUS_DEVICE(vms->gic), i,
                           qdev_get_gpio_in(cpu, ARM_CPU_IRQ));
        sysbus_connect_irq(SYS_BUS_DEVICE(vms->gic), i + n,
                           qdev_get_gpio_in(cpu, ARM_CPU_FIQ));
        qdev_connect_gpio_out(cpu, GTIMER_PHYS,
                              qdev_get_gpio_in(vms->gic, ppi + VIRT_PPI_PHYS_TIMER));
        qdev_connect_gpio_out(cpu, GTIMER_VIRT,
                              qdev_get_gpio_in(vms->gic, ppi + VIRT_PPI_VIRT_TIMER));
    }
}

static void create_v2m(VirtMachineState *vms)
{
    DeviceState *dev = qdev_new(TYPE_ARM_GICV2M);

    qdev_prop_set_uint32(dev, "base-spi", VIRT_IRQ_V2M);
    qdev_prop_set_uint32(dev, "num-spi", NUM_GICV2M_SPIS);
    object_property_add_child(OBJECT(vms), "v2m", OBJECT(dev));
    sysbus_realize_and_unref(SYS_BUS_DEVICE(dev), &error_fatal);
    sysbus_mmio_map(SYS_BUS_DEVICE(dev), 0, virt_memmap[VIRT_GIC_V2M].base);
    for (int i = 0; i < NUM_GICV2M_SPIS; i++) {
        sysbus_connect_irq(SYS_BUS_DEVICE(dev), i, spi(vms, VIRT_IRQ_V2M + i));
    }
}

static void create_its(VirtMachineState *vms)
{
    DeviceState *dev = qdev_new(TYPE_ARM_GICV3_ITS);

    object_property_set_link(OBJECT(dev), "parent-gicv3", OBJECT(vms->gic),
                             &error_abort);
    object_property_add_child(OBJECT(vms), "gic-its", OBJECT(dev));
    sysbus_realize_and_unref(SYS_BUS_DEVICE(dev), &error_fatal);
    sysbus_mmio_map(SYS_BUS_DEVICE(dev), 0, virt_memmap[VIRT_GIC_ITS].base);
}

static void create_gic(VirtMachineState *vms)
{
    bool v3 = vms->gic_version == 3;
    int second = v3 ? VIRT_GIC_REDIST : VIRT_GIC_CPU;

    vms->gic = qdev_new(v3 ? TYPE_ARM_GICV3 : TYPE_ARM_GIC);
    qdev_prop_set_uint32(vms->gic, "revision", vms->gic_version);
    qdev_prop_set_uint32(vms->gic, "num-cpu", MACHINE(vms)->smp.cpus);
    qdev_prop_set_uint32(vms->gic, "num-irq", VIRT_NUM_SPIS + PRIVATE_IRQS);
    if (v3) {
        qdev_prop_set_bit(vms->gic, "has-lpi", vms->its);
    }
    object_property_add_child(OBJECT(vms), "gic", OBJECT(vms->gic));
    sysbus_realize_and_unref(SYS_BUS_DEVICE(vms->gic), &error_fatal);
    sysbus_mmio_map(SYS_BUS_DEVICE(vms->gic), 0, virt_memmap[VIRT_GIC_DIST].base);
    sysbus_mmio_map(SYS_BUS_DEVICE(vms->gic), 1, virt_memmap[second].base);
    connect_cpus(vms);
    if (!v3) {
        create_v2m(vms);
    } else if (vms->its) {
        create_its(vms);
    }
}

static void create_uart(VirtMachineState *vms)
{
    DeviceState *dev = qdev_new(TYPE_PL011);

    qdev_prop_set_chr(dev, "chardev", serial_hd(0));
    object_property_add_child(OBJECT(vms), "uart", OBJECT(dev));
    sysbus_realize_and_unref(SYS_BUS_DEVICE(dev), &error_fatal);
    sysbus_mmio_map(SYS_BUS_DEVICE(dev), 0, virt_memmap[VIRT_UART].base);
    sysbus_connect_irq(SYS_BUS_DEVICE(dev), 0, spi(vms, VIRT_IRQ_UART));
}

static void button_up(void *opaque)
{
    VirtMachineState *vms = opaque;

    qemu_irq_lower(qdev_get_gpio_in(vms->gpio, POWER_BUTTON_LINE));
}

static void button_down(Notifier *n, void *data)
{
    VirtMachineState *vms = container_of(n, VirtMachineState, powerdown);

    qemu_irq_raise(qdev_get_gpio_in(vms->gpio, POWER_BUTTON_LINE));
    timer_mod(vms->button_up, qemu_clock_get_ms(QEMU_CLOCK_VIRTUAL) + POWER_BUTTON_MS);
}

static void create_power_button(VirtMachineState *vms)
{
    vms->gpio = sysbus_create_simple("pl061", virt_memmap[VIRT_GPIO].base,
                                     spi(vms, VIRT_IRQ_GPIO));
    vms->button_up = timer_new_ms(QEMU_CLOCK_VIRTUAL, button_up, vms);
    vms->powerdown.notify = button_down;
    qemu_register_powerdown_notifier(&vms->powerdown);
}

static void create_fw_cfg(VirtMachineState *vms)
{
    MachineState *ms = MACHINE(vms);
    hwaddr base = virt_memmap[VIRT_FW_CFG].base;
    FWCfgState *fw_cfg =
        fw_cfg_init_mem_dma(base + 8, base, 8, base + 16, &address_space_memory);

    fw_cfg_add_i16(fw_cfg, FW_CFG_NOGRAPHIC, !ms->enable_graphics);
    fw_cfg_add_i16(fw_cfg, FW_CFG_NB_CPUS, ms->smp.cpus);
    fw_cfg_add_i16(fw_cfg, FW_CFG_MAX_CPUS, ms->smp.max_cpus);
    fw_cfg_add_i64(fw_cfg, FW_CFG_RAM_SIZE, ms->ram_size);
}

static void create_virtio_slots(VirtMachineState *vms)
{
    const MemMapEntry *map = &virt_memmap[VIRT_MMIO];

    /* A bus's newest child is found first: a device without bus= gets the last slot. */
    for (int i = 0; i < NUM_VIRTIO_TRANSPORTS; i++) {
        vms->mmio[i] = sysbus_create_simple(TYPE_VIRTIO_MMIO, map->base + i * map->size,
                                            spi(vms, VIRT_IRQ_MMIO + i));
    }
}

static void map_window(VirtMachineState *vms, const char *name, MemoryRegion *region,
                       hwaddr offset, const MemMapEntry *where)
{
    MemoryRegion *alias = g_new0(MemoryRegion, 1);

    memory_region_init_alias(alias, OBJECT(vms), name, region, offset, where->size);
    memory_region_add_subregion(get_system_memory(), where->base, alias);
}

static void create_pcie(VirtMachineState *vms)
{
    DeviceState *dev = qdev_new(TYPE_GPEX_HOST);
    SysBusDevice *sbd = SYS_BUS_DEVICE(dev);
    const MemMapEntry *map = virt_memmap;
    MemoryRegion *mmio;

    object_property_add_child(OBJECT(vms), "pcie", OBJECT(dev));
    sysbus_realize_and_unref(sbd, &error_fatal);
    mmio = sysbus_mmio_get_region(sbd, 1);
    map_window(vms, "pcie-ecam", sysbus_mmio_get_region(sbd, 0), 0,
               &map[vms->highmem ? VIRT_HIGH_PCIE_ECAM : VIRT_PCIE_ECAM]);
    map_window(vms, "pcie-mmio", mmio, map[VIRT_PCIE_MMIO].base, &map[VIRT_PCIE_MMIO]);
    if (vms->highmem) {
        map_window(vms, "pcie-mmio-high", mmio, map[VIRT_HIGH_PCIE_MMIO].base,
                   &map[VIRT_HIGH_PCIE_MMIO]);
    }
    sysbus_mmio_map(sbd, 2, map[VIRT_PCIE_PIO].base);
    for (int i = 0; i < PCI_NUM_PINS; i++) {
        sysbus_connect_irq(sbd, i, spi(vms, VIRT_IRQ_PCIE + i));
        gpex_set_irq_num(GPEX_HOST(dev), i, VIRT_IRQ_PCIE + i);
    }
    vms->bus = PCI_HOST_BRIDGE(dev)->bus;
}

void virt_create_devices(VirtMachineState *vms)
{
    memory_region_add_subregion(get_system_memory(), virt_memmap[VIRT_MEM].base,
                                MACHINE(vms)->ram);
    create_cpus(vms);
    create_gic(vms);
    create_uart(vms);
    sysbus_create_simple(TYPE_PL031, virt_memmap[VIRT_RTC].base,
                         spi(vms, VIRT_IRQ_RTC));
    create_power_button(vms);
    create_pcie(vms);
    create_virtio_slots(vms);
    create_fw_cfg(vms);
}
