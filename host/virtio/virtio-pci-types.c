/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names of a virtio PCI device: generic, transitional, non-transitional. */
#include "qemu/osdep.h"
#include "hw/core/boards.h"
#include "hw/core/qdev-properties.h"
#include "hw/virtio/virtio-pci.h"

static const Property generic_properties[] = {
    DEFINE_PROP_ON_OFF_AUTO("disable-legacy", VirtIOPCIProxy, disable_legacy,
                            ON_OFF_AUTO_AUTO),
    DEFINE_PROP_BOOL("disable-modern", VirtIOPCIProxy, disable_modern, false),
};

static void base_class_init(ObjectClass *klass, const void *data)
{
    const VirtioPCIDeviceTypeInfo *t = data;

    if (t->class_init) {
        t->class_init(klass, NULL);
    }
}

static void generic_class_init(ObjectClass *klass, const void *data)
{
    device_class_set_props(DEVICE_CLASS(klass), generic_properties);
}

/* Exists so that it can be asked for by name; realize says why it can not be had. */
static void transitional_instance_init(Object *obj)
{
    VirtIOPCIProxy *proxy = VIRTIO_PCI(obj);

    proxy->disable_legacy = ON_OFF_AUTO_OFF;
    proxy->disable_modern = false;
}

static void non_transitional_instance_init(Object *obj)
{
    virtio_pci_force_virtio_1(VIRTIO_PCI(obj));
}

static const InterfaceInfo pci_and_express[] = {
    { INTERFACE_PCIE_DEVICE },
    { INTERFACE_CONVENTIONAL_PCI_DEVICE },
    {},
};

static const InterfaceInfo pci_only[] = {
    { INTERFACE_CONVENTIONAL_PCI_DEVICE },
    {},
};

/* The type system keeps the pointer for good: these live as long as the process. */
static void register_copy(const TypeInfo *info)
{
    TypeInfo *copy = g_new(TypeInfo, 1);

    *copy = *info;
    type_register_static(copy);
}

void virtio_pci_types_register(const VirtioPCIDeviceTypeInfo *t)
{
    char *base = t->base_name ? g_strdup(t->base_name)
                              : g_strconcat(t->generic_name ? t->generic_name
                                                            : t->non_transitional_name,
                                            "-base-type", NULL);
    const TypeInfo base_type = {
        .name = base,
        .parent = t->parent ? t->parent : TYPE_VIRTIO_PCI,
        .instance_size = t->instance_size,
        .instance_init = t->instance_init,
        .instance_finalize = t->instance_finalize,
        .class_size = t->class_size,
        .class_init = base_class_init,
        .class_data = t,
        .interfaces = t->interfaces,
        .abstract = true,
    };
    const TypeInfo generic_type = {
        .name = t->generic_name,
        .parent = base,
        .class_init = generic_class_init,
        .interfaces = pci_and_express,
    };
    const TypeInfo transitional_type = {
        .name = t->transitional_name,
        .parent = base,
        .instance_init = transitional_instance_init,
        .interfaces = pci_only,
    };
    const TypeInfo non_transitional_type = {
        .name = t->non_transitional_name,
        .parent = base,
        .instance_init = non_transitional_instance_init,
        .interfaces = pci_and_express,
    };

    register_copy(&base_type);
    if (t->generic_name) {
        register_copy(&generic_type);
    }
    if (t->transitional_name) {
        register_copy(&transitional_type);
    }
    if (t->non_transitional_name) {
        register_copy(&non_transitional_type);
    }
}

unsigned virtio_pci_optimal_num_queues(unsigned fixed_queues)
{
    unsigned cpus = current_machine ? current_machine->smp.cpus : 1;

    /* One for each CPU that may submit requests. */
    return CLAMP(cpus, 1, VIRTIO_QUEUE_MAX - fixed_queues);
}
