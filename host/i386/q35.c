/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Machine q35: memory, PCI, interrupts and firmware configuration of a PC, to be
 * driven by tests. No x86 CPU is
 * part of this program.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/units.h"
#include "system/address-spaces.h"
#include "system/qtest.h"
#include "hw/core/boards.h"
#include "hw/core/qdev-properties.h"
#include "hw/core/sysbus.h"
#include "hw/i386/ioapic.h"
#include "hw/i386/msi-window.h"
#include "hw/nvram/fw_cfg.h"
#include "hw/pci-host/q35.h"
#include "hw/pci/iommu-plug.h"
#include "hw/pci/msi.h"
#include "hw/southbridge/ich9.h"

#define TYPE_Q35_MACHINE MACHINE_TYPE_NAME("pc-q35-10.1")
OBJECT_DECLARE_SIMPLE_TYPE(Q35MachineState, Q35_MACHINE)

#define LOW_RAM_MAX   (0xb0000000ULL) /* the ECAM window begins here */
#define LOW_RAM_SPLIT (2 * GiB)       /* when there is more than that */
#define FW_CFG_PORT   0x510

struct Q35MachineState {
    MachineState parent_obj;

    MemoryRegion ram_below_4g;
    MemoryRegion ram_above_4g;
    bool bypass_iommu;
    /* Accepted for QEMU's command lines; there is nothing here they switch. */
    OnOffAuto acpi, smm, vmport;
    bool hpet, pit, sata, smbus, i8042;
};

static void map_ram(Q35MachineState *s)
{
    MachineState *machine = MACHINE(s);
    MemoryRegion *sysmem = get_system_memory();
    uint64_t low = machine->ram_size;

    if (low > LOW_RAM_MAX) {
        low = LOW_RAM_SPLIT;
    }
    memory_region_init_alias(&s->ram_below_4g, OBJECT(s), "ram-below-4g", machine->ram,
                             0, low);
    memory_region_add_subregion(sysmem, 0, &s->ram_below_4g);
    if (machine->ram_size > low) {
        memory_region_init_alias(&s->ram_above_4g, OBJECT(s), "ram-above-4g",
                                 machine->ram, low, machine->ram_size - low);
        memory_region_add_subregion(sysmem, 4 * GiB, &s->ram_above_4g);
    }
}

static DeviceState *add_sysbus(Q35MachineState *s, const char *name, const char *type,
                               hwaddr addr)
{
    DeviceState *dev = qdev_new(type);

    object_property_add_child(OBJECT(s), name, OBJECT(dev));
    sysbus_realize_and_unref(SYS_BUS_DEVICE(dev), &error_fatal);
    sysbus_mmio_map(SYS_BUS_DEVICE(dev), 0, addr);
    return dev;
}

static PCIBus *add_pci_host(Q35MachineState *s)
{
    DeviceState *host = qdev_new(TYPE_Q35_HOST_DEVICE);
    Object *obj = OBJECT(host);

    object_property_add_child(OBJECT(s), "q35", obj);
    object_property_set_bool(obj, PCI_HOST_BYPASS_IOMMU, s->bypass_iommu, &error_fatal);
    sysbus_realize_and_unref(SYS_BUS_DEVICE(host), &error_fatal);
    /* BARs show wherever neither RAM nor a chipset register is. */
    memory_region_add_subregion_overlap(
        get_system_memory(), 0, sysbus_mmio_get_region(SYS_BUS_DEVICE(host), 0), -1);
    memory_region_add_subregion_overlap(
        get_system_io(), 0, sysbus_mmio_get_region(SYS_BUS_DEVICE(host), 1), -1);
    return PCI_HOST_BRIDGE(host)->bus;
}

static void add_lpc(PCIBus *bus, DeviceState *ioapic)
{
    PCIDevice *lpc = pci_create_simple_multifunction(
        bus, PCI_DEVFN(ICH9_LPC_DEV, ICH9_LPC_FUNC), TYPE_ICH9_LPC_DEVICE);

    for (int i = 0; i < ICH9_LPC_IOAPIC_NUM_PINS; i++) {
        qdev_connect_gpio_out_named(DEVICE(lpc), ICH9_GPIO_GSI, i,
                                    qdev_get_gpio_in(ioapic, i));
    }
    ich9_lpc_route_bus(ICH9_LPC_DEVICE(lpc));
}

static void add_fw_cfg(MachineState *machine)
{
    FWCfgState *fw_cfg =
        fw_cfg_init_io_dma(FW_CFG_PORT, FW_CFG_PORT + 4, &address_space_memory);

    fw_cfg_add_i16(fw_cfg, FW_CFG_NOGRAPHIC, !machine->enable_graphics);
    fw_cfg_add_i16(fw_cfg, FW_CFG_NB_CPUS, machine->smp.cpus);
    fw_cfg_add_i16(fw_cfg, FW_CFG_MAX_CPUS, machine->smp.max_cpus);
    fw_cfg_add_i64(fw_cfg, FW_CFG_RAM_SIZE, machine->ram_size);
}

static void q35_machine_init(MachineState *machine)
{
    Q35MachineState *s = Q35_MACHINE(machine);
    DeviceState *ioapic;

    if (!qtest_enabled()) {
        error_setg(&error_fatal,
                   "q35 has no CPU in this program: use -accel qtest to drive it");
    }
    msi_nonbroken = true;
    map_ram(s);
    ioapic = add_sysbus(s, "ioapic", TYPE_IOAPIC, IO_APIC_DEFAULT_ADDRESS);
    add_sysbus(s, "msi-window", TYPE_MSI_WINDOW, MSI_WINDOW_BASE);
    add_lpc(add_pci_host(s), ioapic);
    add_fw_cfg(machine);
}

/* --- the IOMMU, which the machine handles itself --- */

static HotplugHandler *get_hotplug_handler(MachineState *machine, DeviceState *dev)
{
    return iommu_plug_wants(dev) ? HOTPLUG_HANDLER(machine) : NULL;
}

static void pre_plug(HotplugHandler *handler, DeviceState *dev, Error **errp)
{
    iommu_plug_pre_plug(dev, MSI_WINDOW_BASE, MSI_WINDOW_BASE + MSI_WINDOW_SIZE - 1,
                        errp);
}

static void unplug_request(HotplugHandler *handler, DeviceState *dev, Error **errp)
{
    iommu_plug_unplug_request(dev, errp);
}

/* --- options --- */

/* In place, for getting and for setting. */
static void visit_flag(Object *obj, Visitor *v, const char *name, void *opaque,
                       Error **errp)
{
    bool *field = (bool *)((char *)obj + (size_t)opaque);

    visit_type_bool(v, name, field, errp);
}

static void get_on_off_auto(Object *obj, Visitor *v, const char *name, void *opaque,
                            Error **errp)
{
    int value = *(OnOffAuto *)((char *)obj + (size_t)opaque);

    visit_type_enum(v, name, &value, &OnOffAuto_lookup, errp);
}

static void set_on_off_auto(Object *obj, Visitor *v, const char *name, void *opaque,
                            Error **errp)
{
    int value;

    if (visit_type_enum(v, name, &value, &OnOffAuto_lookup, errp)) {
        *(OnOffAuto *)((char *)obj + (size_t)opaque) = value;
    }
}

static void add_options(ObjectClass *oc)
{
    static const struct {
        const char *name;
        size_t offset;
        bool flag; /* else on, off or auto */
    } options[] = {
        { "default-bus-bypass-iommu", offsetof(Q35MachineState, bypass_iommu), true },
        { "hpet", offsetof(Q35MachineState, hpet), true },
        { "i8042", offsetof(Q35MachineState, i8042), true },
        { "pit", offsetof(Q35MachineState, pit), true },
        { "sata", offsetof(Q35MachineState, sata), true },
        { "smbus", offsetof(Q35MachineState, smbus), true },
        { "acpi", offsetof(Q35MachineState, acpi), false },
        { "smm", offsetof(Q35MachineState, smm), false },
        { "vmport", offsetof(Q35MachineState, vmport), false },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(options); i++) {
        bool flag = options[i].flag;

        object_class_property_add(oc, options[i].name, flag ? "bool" : "OnOffAuto",
                                  flag ? visit_flag : get_on_off_auto,
                                  flag ? visit_flag : set_on_off_auto, NULL,
                                  (void *)options[i].offset);
    }
    object_class_property_set_description(oc, "default-bus-bypass-iommu",
                                          "devices of pcie.0 do not meet the IOMMU");
}

/* What fits the IOMMUs of the hosts that such a machine runs on. */
static GlobalProperty q35_defaults[] = {
    { "virtio-iommu-pci", "aw-bits", "39" },
};

static void q35_machine_class_init(ObjectClass *oc, const void *data)
{
    MachineClass *mc = MACHINE_CLASS(oc);
    HotplugHandlerClass *hc = HOTPLUG_HANDLER_CLASS(oc);

    mc->desc = "Standard PC (Q35 + ICH9, 2009), for tests";
    mc->alias = "q35";
    mc->target = "x86_64";
    mc->init = q35_machine_init;
    mc->max_cpus = 288;
    mc->default_ram_size = 128 * MiB;
    mc->default_ram_id = "pc.ram";
    mc->get_hotplug_handler = get_hotplug_handler;
    hc->pre_plug = pre_plug;
    hc->unplug_request = unplug_request;
    compat_props_add(mc->compat_props, q35_defaults, G_N_ELEMENTS(q35_defaults));
    add_options(oc);
}

static const TypeInfo q35_types[] = {
    {
        .name = TYPE_Q35_MACHINE,
        .parent = TYPE_MACHINE,
        .instance_size = sizeof(Q35MachineState),
        .class_init = q35_machine_class_init,
        .interfaces = (const InterfaceInfo[]){ { TYPE_HOTPLUG_HANDLER }, {} },
    },
};

DEFINE_TYPES(q35_types)
