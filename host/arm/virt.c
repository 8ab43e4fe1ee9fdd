/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The virt machine's options, and the order in which it comes together. */
#include "qemu/osdep.h"
#include "exec/hwaddr.h"
#include "hw/arm/boot.h"
#include "hw/arm/virt.h"
#include "hw/core/cpu.h"
#include "hw/core/hotplug.h"
#include "hw/pci/pci.h"
#include "hw/pci/pci_device.h"
#include "hw/virtio/virtio-iommu.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qemu/module.h"
#include "qemu/units.h"
#include "system/system.h"
#include "target/arm/cpu.h"
#include "virt-fdt.h"
#include "virt-internal.h"

/* --- options --- */

static char *virt_get_gic_version(Object *obj, Error **errp)
{
    return g_strdup_printf("%d", VIRT_MACHINE(obj)->gic_version);
}

static void virt_set_gic_version(Object *obj, const char *value, Error **errp)
{
    VirtMachineState *vms = VIRT_MACHINE(obj);

    if (g_str_equal(value, "2")) {
        vms->gic_version = 2;
    } else if (g_str_equal(value, "3") || g_str_equal(value, "max")) {
        vms->gic_version = 3;
    } else {
        error_setg(errp, "Invalid gic-version value '%s'", value);
        error_append_hint(errp, "Valid values are 2, 3 and max.\n");
    }
}

static bool virt_get_its(Object *obj, Error **errp)
{
    return VIRT_MACHINE(obj)->its;
}

static void virt_set_its(Object *obj, bool value, Error **errp)
{
    VIRT_MACHINE(obj)->its = value;
}

static bool virt_get_highmem(Object *obj, Error **errp)
{
    return VIRT_MACHINE(obj)->highmem;
}

static void virt_set_highmem(Object *obj, bool value, Error **errp)
{
    VIRT_MACHINE(obj)->highmem = value;
}

/* Options that exist so that command lines with "off" are accepted. */
static bool virt_get_off(Object *obj, Error **errp)
{
    return false;
}

static void virt_set_secure(Object *obj, bool value, Error **errp)
{
    if (value) {
        error_setg(errp, "secure=on is not supported: the CPU has no EL3");
    }
}

static void virt_set_virtualization(Object *obj, bool value, Error **errp)
{
    if (value) {
        error_setg(errp, "virtualization=on is not supported: the CPU has no EL2");
    }
}

static char *virt_get_acpi(Object *obj, Error **errp)
{
    return g_strdup("off");
}

static void virt_set_acpi(Object *obj, const char *value, Error **errp)
{
    if (!g_str_equal(value, "off") && !g_str_equal(value, "auto")) {
        error_setg(errp,
                   "acpi=%s is not supported: this machine is described by its "
                   "device tree, use acpi=off",
                   value);
    }
}

static char *virt_get_iommu(Object *obj, Error **errp)
{
    return g_strdup("none");
}

static void virt_set_iommu(Object *obj, const char *value, Error **errp)
{
    if (g_str_equal(value, "smmuv3")) {
        error_setg(errp, "iommu=smmuv3 is not supported: use -device virtio-iommu-pci");
    } else if (!g_str_equal(value, "none")) {
        error_setg(errp, "Invalid iommu value '%s'", value);
        error_append_hint(errp, "Valid value is none; for a virtio-iommu use -device "
                                "virtio-iommu-pci.\n");
    }
}

/* --- the device tree --- */

static void describe_iommu(const VirtMachineState *vms, VirtDtInfo *info)
{
    DeviceState *iommu = vms->iommu;

    if (!iommu) {
        return;
    }
    if (object_dynamic_cast(OBJECT(iommu), TYPE_PCI_DEVICE)) {
        info->iommu = VIRT_DT_IOMMU_PCI;
        info->iommu_bdf = pci_get_bdf(PCI_DEVICE(iommu));
        return;
    }
    info->iommu = VIRT_DT_IOMMU_MMIO;
    for (int i = 0; i < NUM_VIRTIO_TRANSPORTS; i++) {
        if (qdev_get_parent_bus(iommu)->parent == vms->mmio[i]) {
            info->iommu_slot = i;
        }
    }
    info->endpoint_slots = virt_platform_endpoints(vms);
}

void *virt_machine_fdt(VirtMachineState *vms)
{
    MachineState *ms = MACHINE(vms);
    VirtDtInfo info = {
        .n_cpus = ms->smp.cpus,
        .cpu_compatible = g_str_has_prefix(ms->cpu_type, "cortex-a57")
                              ? "arm,cortex-a57"
                              : "arm,armv8",
        .gic_version = vms->gic_version,
        .its = vms->its,
        .highmem = vms->highmem,
        .ram_size = ms->ram_size,
    };

    for (unsigned i = 0; i < info.n_cpus; i++) {
        info.mpidr[i] = object_property_get_uint(OBJECT(qemu_get_cpu(i)), "mp-affinity",
                                                 &error_abort);
    }
    describe_iommu(vms, &info);
    return virt_fdt_build(&info);
}

/* --- coming together --- */

static bool virt_check(VirtMachineState *vms, Error **errp)
{
    MachineState *ms = MACHINE(vms);
    /* Without highmem nothing may lie above 4 GiB. */
    uint64_t limit = vms->highmem ? virt_memmap[VIRT_MEM].size : 3 * (uint64_t)GiB;

    if (ms->ram_size > limit) {
        error_setg(errp, "-m: the virt machine cannot have more than %" PRIu64 " MiB%s",
                   limit / MiB, vms->highmem ? "" : " with highmem=off");
        return false;
    }
    if (ms->firmware) {
        error_setg(errp, "-bios is not supported: use -kernel");
        return false;
    }
    return true;
}

/* All devices of the command line are there: the tree can be written. */
static void virt_machine_done(Notifier *notifier, void *data)
{
    VirtMachineState *vms = container_of(notifier, VirtMachineState, machine_done);

    virt_platform_connect(vms);
    arm_boot_load(MACHINE(vms), virt_machine_fdt(vms), virt_memmap[VIRT_MEM].base,
                  &error_fatal);
}

static void virt_init(MachineState *machine)
{
    VirtMachineState *vms = VIRT_MACHINE(machine);

    if (!virt_check(vms, &error_fatal)) {
        return;
    }
    virt_create_devices(vms);
    vms->machine_done.notify = virt_machine_done;
    qemu_add_machine_init_done_notifier(&vms->machine_done);
}

static void virt_instance_init(Object *obj)
{
    VirtMachineState *vms = VIRT_MACHINE(obj);

    vms->gic_version = 2;
    vms->its = true;
    vms->highmem = true;
}

static void virt_add_properties(ObjectClass *oc)
{
    object_class_property_add_str(oc, "gic-version", virt_get_gic_version,
                                  virt_set_gic_version);
    object_class_property_set_description(oc, "gic-version",
                                          "Set GIC version: 2, 3 or max");
    object_class_property_add_bool(oc, "its", virt_get_its, virt_set_its);
    object_class_property_set_description(oc, "its", "Set on/off the ITS of a GICv3");
    object_class_property_add_bool(oc, "highmem", virt_get_highmem, virt_set_highmem);
    object_class_property_set_description(oc, "highmem",
                                          "Set on/off use of addresses above 4 GiB");
    object_class_property_add_bool(oc, "secure", virt_get_off, virt_set_secure);
    object_class_property_set_description(oc, "secure", "Only off");
    object_class_property_add_bool(oc, "virtualization", virt_get_off,
                                   virt_set_virtualization);
    object_class_property_set_description(oc, "virtualization", "Only off");
    object_class_property_add_str(oc, "acpi", virt_get_acpi, virt_set_acpi);
    object_class_property_set_description(oc, "acpi", "Only off");
    object_class_property_add_str(oc, "iommu", virt_get_iommu, virt_set_iommu);
    object_class_property_set_description(oc, "iommu",
                                          "Only none: a virtio-iommu is a -device");
}

static void virt_class_init(ObjectClass *oc, const void *data)
{
    static const char *const cpu_types[] = { ARM_CPU_TYPE_NAME("cortex-a57"),
                                             ARM_CPU_TYPE_NAME("max"), NULL };
    /* The CPU's and the PCI windows' addresses fit into 48 bits: page tables of four
     * levels will do. */
    static GlobalProperty compat[] = {
        { TYPE_VIRTIO_IOMMU, "aw-bits", "48" },
    };
    MachineClass *mc = MACHINE_CLASS(oc);

    compat_props_add(mc->compat_props, compat, G_N_ELEMENTS(compat));
    mc->desc = "ARM Virtual Machine";
    mc->alias = "virt-10.1";
    mc->target = "aarch64";
    mc->init = virt_init;
    mc->max_cpus = A64_MAX_CPUS;
    mc->default_cpu_type = ARM_CPU_TYPE_NAME("cortex-a57");
    mc->valid_cpu_types = cpu_types;
    mc->default_ram_size = 128 * MiB;
    mc->default_ram_id = "mach-virt.ram";
    mc->minimum_page_bits = 12;
    virt_hotplug_class_init(oc);
    virt_add_properties(oc);
}

static const TypeInfo virt_info = {
    .name = TYPE_VIRT_MACHINE,
    .parent = TYPE_MACHINE,
    .instance_size = sizeof(VirtMachineState),
    .instance_init = virt_instance_init,
    .class_init = virt_class_init,
    .interfaces = (const InterfaceInfo[]){ { TYPE_HOTPLUG_HANDLER }, {} },
};

static void virt_register_types(void)
{
    type_register_static(&virt_info);
}
type_init(virt_register_types)
