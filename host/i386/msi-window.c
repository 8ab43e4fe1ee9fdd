/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "hw/core/irq.h"
#include "hw/i386/msi-window.h"

static MemTxResult window_write(void *opaque, hwaddr addr, uint64_t data, unsigned size,
                                MemTxAttrs attrs)
{
    MsiWindow *s = opaque;

    s->messages++;
    s->last_address = MSI_WINDOW_BASE + addr;
    s->last_data = data;
    s->last_requester = attrs.requester_id;
    qemu_irq_pulse(s->vectors[data & 0xff]);
    return MEMTX_OK;
}

static MemTxResult window_read(void *opaque, hwaddr addr, uint64_t *data, unsigned size,
                               MemTxAttrs attrs)
{
    *data = 0;
    return MEMTX_OK;
}

static const MemoryRegionOps window_ops = {
    .read_with_attrs = window_read,
    .write_with_attrs = window_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 4, .max_access_size = 4 },
};

static void window_reset_hold(Object *obj, ResetType type)
{
    MsiWindow *s = MSI_WINDOW(obj);

    s->messages = s->last_address = s->last_data = s->last_requester = 0;
}

static void window_init(Object *obj)
{
    MsiWindow *s = MSI_WINDOW(obj);

    memory_region_init_io(&s->mmio, obj, &window_ops, s, "apic-msi", MSI_WINDOW_SIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->mmio);
    qdev_init_gpio_out(DEVICE(obj), s->vectors, G_N_ELEMENTS(s->vectors));
    object_property_add_uint64_ptr(obj, "messages", &s->messages, OBJ_PROP_FLAG_READ);
    object_property_add_uint64_ptr(obj, "last-address", &s->last_address,
                                   OBJ_PROP_FLAG_READ);
    object_property_add_uint32_ptr(obj, "last-data", &s->last_data, OBJ_PROP_FLAG_READ);
    object_property_add_uint16_ptr(obj, "last-requester", &s->last_requester,
                                   OBJ_PROP_FLAG_READ);
}

static void window_class_init(ObjectClass *klass, const void *data)
{
    DEVICE_CLASS(klass)->user_creatable = false; /* the machine's */
    RESETTABLE_CLASS(klass)->phases.hold = window_reset_hold;
}

static const TypeInfo window_types[] = {
    {
        .name = TYPE_MSI_WINDOW,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(MsiWindow),
        .instance_init = window_init,
        .class_init = window_class_init,
    },
};

DEFINE_TYPES(window_types)
