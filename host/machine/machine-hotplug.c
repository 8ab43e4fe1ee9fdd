/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine's say when devices are plugged. Without a machine (unit tests)
 * nobody has one.
 */
#include "qemu/osdep.h"
#include "hw/core/boards.h"
#include "hw/core/qdev.h"
#include "qapi/error.h"

static MachineState *machine_or_null(void)
{
    return (MachineState *)object_dynamic_cast(qdev_get_machine(), TYPE_MACHINE);
}

HotplugHandler *qdev_get_machine_hotplug_handler(DeviceState *dev)
{
    MachineState *machine = machine_or_null();
    MachineClass *mc = machine ? MACHINE_GET_CLASS(machine) : NULL;

    return mc && mc->get_hotplug_handler ? mc->get_hotplug_handler(machine, dev) : NULL;
}

bool qdev_hotplug_allowed(DeviceState *dev, BusState *bus, Error **errp)
{
    MachineState *machine = machine_or_null();
    MachineClass *mc = machine ? MACHINE_GET_CLASS(machine) : NULL;

    if (bus && !qbus_is_hotpluggable(bus)) {
        error_setg(errp, "Bus '%s' does not support hotplugging", bus->name);
        return false;
    }
    return !mc || !mc->hotplug_allowed || mc->hotplug_allowed(machine, dev, errp);
}
