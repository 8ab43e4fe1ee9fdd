/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The AArch64 processor as a device: pins, properties, reset. What it executes with is
 * in a64.h, what it reaches in arm-system.c.
 */
#include "qemu/osdep.h"
#include "../cpu-internal.h"
#include "arm-system.h"
#include "hw/core/irq.h"
#include "hw/core/qdev-properties.h"
#include "qapi/error.h"
#include "qemu/module.h"
#include "system/address-spaces.h"
#include "system/memory.h"
#include "system/reset.h"

struct ARMCPU {
    CPUState parent_obj;

    A64Cpu *core;
    ArmTimers *timers;
    qemu_irq timer_out[A64_TIMERS];
    uint64_t boot_entry, boot_x0;

    uint64_t mp_affinity;
    bool start_powered_off;
    uint32_t psci_conduit;
    MemoryRegion *memory;
};

typedef struct ARMCPUClass {
    DeviceClass parent_class;
    A64Model model;
} ARMCPUClass;

DECLARE_OBJ_CHECKERS(ARMCPU, ARMCPUClass, ARM_CPU, TYPE_ARM_CPU)

static void arm_cpu_set_line(void *opaque, int n, int level)
{
    ARMCPU *cpu = ARM_CPU(opaque);

    a64_set_line(cpu->core, n == ARM_CPU_IRQ ? A64_LINE_IRQ : A64_LINE_FIQ, level);
    if (level) {
        arm_system_wake();
    }
}

static void arm_cpu_reset(void *opaque)
{
    ARMCPU *cpu = opaque;

    a64_cpu_reset(cpu->core);
    a64_set_pc(cpu->core, cpu->boot_entry);
    a64_set_reg(cpu->core, 0, cpu->boot_x0);
}

static bool check_properties(ARMCPU *cpu, Error **errp)
{
    if (cpu->psci_conduit > QEMU_PSCI_CONDUIT_HVC) {
        error_setg(errp, "psci-conduit must be 0 (none), 1 (SMC) or 2 (HVC)");
        return false;
    }
    if (cpu->memory && cpu->memory != get_system_memory()) {
        error_setg(errp, "memory: a CPU sees the system memory, nothing else");
        return false;
    }
    return true;
}

static void arm_cpu_realize(DeviceState *dev, Error **errp)
{
    ARMCPU *cpu = ARM_CPU(dev);
    A64Config config = {
        .model = ARM_CPU_GET_CLASS(cpu)->model,
        .psci_conduit = (A64Conduit)cpu->psci_conduit,
        .mp_affinity = cpu->mp_affinity,
        .start_powered_off = cpu->start_powered_off,
    };

    if (!check_properties(cpu, errp)) {
        return;
    }
    cpu->core = a64_cpu_new(arm_system_get(), &config);
    if (!cpu->core) {
        error_setg(errp, "there can be no more than %d CPUs", A64_MAX_CPUS);
        return;
    }
    cpu->timers = arm_timers_new(cpu->core, cpu->timer_out);
    cpu_list_add(CPU(cpu));
    arm_system_cpu_added(CPU(cpu), cpu->core);
    qemu_register_reset(arm_cpu_reset, cpu);
}

static void arm_cpu_unrealize(DeviceState *dev)
{
    ARMCPU *cpu = ARM_CPU(dev);

    qemu_unregister_reset(arm_cpu_reset, cpu);
    arm_system_cpu_removed(CPU(cpu));
    cpu_list_remove(CPU(cpu));
    arm_timers_free(cpu->timers);
    a64_cpu_remove(cpu->core);
    cpu->core = NULL;
}

static void arm_cpu_init(Object *obj)
{
    DeviceState *dev = DEVICE(obj);
    ARMCPU *cpu = ARM_CPU(obj);

    qdev_init_gpio_in(dev, arm_cpu_set_line, A64_LINES);
    qdev_init_gpio_out(dev, cpu->timer_out, A64_TIMERS);
}

void a64_cpu_add_sysregs(CPUState *cs, const A64SysRegHook *regs, size_t n,
                         void *opaque)
{
    a64_add_sysregs(ARM_CPU(cs)->core, regs, n, opaque);
}

uint64_t arm_build_mp_affinity(int idx, uint8_t clustersz)
{
    return (uint64_t)(idx / clustersz) << 8 | idx % clustersz;
}

void arm_cpu_set_boot(CPUState *cs, uint64_t entry, uint64_t x0)
{
    ARMCPU *cpu = ARM_CPU(cs);

    cpu->boot_entry = entry;
    cpu->boot_x0 = x0;
}

static const Property arm_cpu_properties[] = {
    DEFINE_PROP_UINT64("mp-affinity", ARMCPU, mp_affinity, 0),
    DEFINE_PROP_BOOL("start-powered-off", ARMCPU, start_powered_off, false),
    DEFINE_PROP_UINT32("psci-conduit", ARMCPU, psci_conduit,
                       QEMU_PSCI_CONDUIT_DISABLED),
    DEFINE_PROP_LINK("memory", ARMCPU, memory, TYPE_MEMORY_REGION, MemoryRegion *),
};

static void arm_cpu_class_init(ObjectClass *klass, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = arm_cpu_realize;
    dc->unrealize = arm_cpu_unrealize;
    device_class_set_props(dc, arm_cpu_properties);
}

static void cortex_a57_class_init(ObjectClass *klass, const void *data)
{
    ARM_CPU_CLASS(klass)->model = A64_CORTEX_A57;
    DEVICE_CLASS(klass)->desc = "ARM Cortex-A57 (ARMv8.0-A, EL0 and EL1)";
}

static void max_class_init(ObjectClass *klass, const void *data)
{
    ARM_CPU_CLASS(klass)->model = A64_MAX;
    DEVICE_CLASS(klass)->desc = "everything this program implements";
}

static const TypeInfo arm_cpu_types[] = {
    {
        .name = TYPE_ARM_CPU,
        .parent = TYPE_CPU,
        .instance_size = sizeof(ARMCPU),
        .instance_init = arm_cpu_init,
        .class_size = sizeof(ARMCPUClass),
        .class_init = arm_cpu_class_init,
        .abstract = true,
    },
    {
        .name = ARM_CPU_TYPE_NAME("cortex-a57"),
        .parent = TYPE_ARM_CPU,
        .class_init = cortex_a57_class_init,
    },
    {
        .name = ARM_CPU_TYPE_NAME("max"),
        .parent = TYPE_ARM_CPU,
        .class_init = max_class_init,
    },
};

static void arm_cpu_register_types(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(arm_cpu_types); i++) {
        type_register_static(&arm_cpu_types[i]);
    }
}

type_init(arm_cpu_register_types)
