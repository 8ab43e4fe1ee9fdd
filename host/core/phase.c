/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How far start-up has come, and where the machine is in the tree.
 */
#include "qemu/osdep.h"
#include "hw/core/qdev.h"
#include "qdev-internal.h"

static MachineInitPhase machine_phase = PHASE_NO_MACHINE;

bool phase_check(MachineInitPhase phase)
{
    return machine_phase >= phase;
}

void phase_advance(MachineInitPhase phase)
{
    g_assert(machine_phase <= phase);
    machine_phase = phase;
}

bool device_is_hotplug(void)
{
    return phase_check(PHASE_MACHINE_READY);
}

void qdev_machine_creation_done(void)
{
    phase_advance(PHASE_MACHINE_READY);
}

Object *qdev_get_machine(void)
{
    return object_get_container("machine");
}

Object *machine_get_container(const char *name)
{
    Object *machine = qdev_get_machine();
    Object *container = object_resolve_path_component(machine, name);

    return container ? container : object_property_add_new_container(machine, name);
}
