/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The vCPUs of the machine, in the order of their index.
 */
#include "qemu/osdep.h"
#include "cpu-internal.h"
#include "qemu/module.h"

static CPUState *cpus;

void cpu_list_add(CPUState *cpu)
{
    CPUState **at = &cpus;

    cpu->cpu_index = 0;
    while (*at) {
        cpu->cpu_index = (*at)->cpu_index + 1;
        at = &(*at)->next;
    }
    *at = cpu;
    cpu->next = NULL;
}

void cpu_list_remove(CPUState *cpu)
{
    for (CPUState **at = &cpus; *at; at = &(*at)->next) {
        if (*at == cpu) {
            *at = cpu->next;
            return;
        }
    }
}

CPUState *cpu_first(void)
{
    return cpus;
}

CPUState *cpu_next(const CPUState *cpu)
{
    return cpu->next;
}

CPUState *qemu_get_cpu(int index)
{
    CPUState *cpu;

    CPU_FOREACH(cpu)
    {
        if (cpu->cpu_index == index) {
            return cpu;
        }
    }
    return NULL;
}

int cpu_get_index(const CPUState *cpu)
{
    return cpu->cpu_index;
}

static void cpu_class_init(ObjectClass *klass, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    set_bit(DEVICE_CATEGORY_CPU, dc->categories);
    dc->user_creatable = false;
    dc->hotpluggable = false;
}

static const TypeInfo cpu_info = {
    .name = TYPE_CPU,
    .parent = TYPE_DEVICE,
    .instance_size = sizeof(CPUState),
    .abstract = true,
    .class_init = cpu_class_init,
};

static void cpu_register_types(void)
{
    type_register_static(&cpu_info);
}

type_init(cpu_register_types)
