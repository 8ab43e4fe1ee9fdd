/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ARM PrimeCell GPIO (PL061), eight lines: here it carries the power button. sysbus:
 * mmio 0 the registers, irq 0. GPIO in 0..7 drive the lines, GPIO out 0..7 follow
 * those the guest made outputs.
 */
#include "qemu/osdep.h"
#include "hw/core/irq.h"
#include "hw/core/resettable.h"
#include "hw/core/sysbus.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "system/memory.h"

#define TYPE_PL061 "pl061"
OBJECT_DECLARE_SIMPLE_TYPE(PL061State, PL061)

enum { PL061_LINES = 8, PL061_DATA_END = 0x400, PL061_ID = 0xfd0 };
enum {
    GPIO_DIR = 0x400,
    GPIO_IS = 0x404,
    GPIO_IBE = 0x408,
    GPIO_IEV = 0x40c,
    GPIO_IE = 0x410,
    GPIO_RIS = 0x414,
    GPIO_MIS = 0x418,
    GPIO_IC = 0x41c,
    GPIO_AFSEL = 0x420,
};

struct PL061State {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    qemu_irq irq;
    qemu_irq out[PL061_LINES];
    uint8_t data, old_in, dir, level_sense, both_edges, rising, enabled, latched;
};

static const uint8_t pl061_id[12] = { 0x00, 0x00, 0x00, 0x00, 0x61, 0x10,
                                      0x04, 0x00, 0x0d, 0xf0, 0x05, 0xb1 };

/* Interrupt status: latched edges, and levels as they are. */
static uint8_t raw_status(const PL061State *s)
{
    uint8_t level = ~(s->data ^ s->rising) & s->level_sense & ~s->dir;

    return (s->latched & ~s->level_sense) | level;
}

static void pl061_update(PL061State *s)
{
    uint8_t in = s->data & ~s->dir, changed = in ^ s->old_in;

    s->latched |= changed & ~s->dir & (s->both_edges | ~(in ^ s->rising));
    s->old_in = in;
    for (int i = 0; i < PL061_LINES; i++) {
        if (s->dir >> i & 1) {
            qemu_set_irq(s->out[i], s->data >> i & 1);
        }
    }
    qemu_set_irq(s->irq, (raw_status(s) & s->enabled) != 0);
}

static uint8_t *pl061_register(PL061State *s, hwaddr offset)
{
    switch (offset) {
    case GPIO_DIR:
        return &s->dir;
    case GPIO_IS:
        return &s->level_sense;
    case GPIO_IBE:
        return &s->both_edges;
    case GPIO_IEV:
        return &s->rising;
    case GPIO_IE:
        return &s->enabled;
    default:
        return NULL;
    }
}

static uint64_t pl061_read(void *opaque, hwaddr offset, unsigned size)
{
    PL061State *s = opaque;
    uint8_t *reg = pl061_register(s, offset);

    if (offset < PL061_DATA_END) {
        return s->data & (offset >> 2); /* the address is a mask */
    }
    if (reg) {
        return *reg;
    }
    switch (offset) {
    case GPIO_RIS:
        return raw_status(s);
    case GPIO_MIS:
        return raw_status(s) & s->enabled;
    case GPIO_AFSEL:
        return 0;
    case PL061_ID ... 0xffc:
        return pl061_id[(offset - PL061_ID) / 4];
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "pl061: read of unknown register 0x%x\n",
                      (unsigned)offset);
        return 0;
    }
}

static void pl061_write(void *opaque, hwaddr offset, uint64_t value, unsigned size)
{
    PL061State *s = opaque;
    uint8_t *reg = pl061_register(s, offset);

    if (offset < PL061_DATA_END) {
        uint8_t mask = offset >> 2 & s->dir;

        s->data = (s->data & ~mask) | (value & mask);
    } else if (reg) {
        *reg = value;
    } else if (offset == GPIO_IC) {
        s->latched &= ~value;
    } else if (offset != GPIO_AFSEL) {
        qemu_log_mask(LOG_GUEST_ERROR, "pl061: write to unknown register 0x%x\n",
                      (unsigned)offset);
    }
    pl061_update(s);
}

static const MemoryRegionOps pl061_ops = {
    .read = pl061_read,
    .write = pl061_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 4 },
    .impl = { .min_access_size = 1, .max_access_size = 4 },
};

static void pl061_set_line(void *opaque, int n, int level)
{
    PL061State *s = opaque;
    uint8_t bit = 1u << n;

    if (!(s->dir & bit)) {
        s->data = level ? s->data | bit : s->data & ~bit;
        pl061_update(s);
    }
}

static void pl061_reset_hold(Object *obj, ResetType type)
{
    PL061State *s = PL061(obj);

    s->data = s->old_in = s->dir = s->level_sense = s->both_edges = 0;
    s->rising = s->enabled = s->latched = 0;
    qemu_set_irq(s->irq, 0);
}

static void pl061_init(Object *obj)
{
    PL061State *s = PL061(obj);

    memory_region_init_io(&s->iomem, obj, &pl061_ops, s, "pl061", 0x1000);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->iomem);
    sysbus_init_irq(SYS_BUS_DEVICE(obj), &s->irq);
    qdev_init_gpio_in(DEVICE(obj), pl061_set_line, PL061_LINES);
    qdev_init_gpio_out(DEVICE(obj), s->out, PL061_LINES);
}

static void pl061_class_init(ObjectClass *klass, const void *data)
{
    DEVICE_CLASS(klass)->desc = "ARM PL061 GPIO";
    RESETTABLE_CLASS(klass)->phases.hold = pl061_reset_hold;
}

static const TypeInfo pl061_info = {
    .name = TYPE_PL061,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(PL061State),
    .instance_init = pl061_init,
    .class_init = pl061_class_init,
};

static void pl061_register_types(void)
{
    type_register_static(&pl061_info);
}
type_init(pl061_register_types)
