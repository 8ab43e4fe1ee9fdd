/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "hw/core/irq.h"
#include "hw/core/resettable.h"
#include "hw/rtc/pl031.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "qemu/timer.h"
#include "system/memory.h"

enum {
    RTC_DR = 0x00,
    RTC_MR = 0x04,
    RTC_LR = 0x08,
    RTC_CR = 0x0c,
    RTC_IMSC = 0x10,
    RTC_RIS = 0x14,
    RTC_MIS = 0x18,
    RTC_ICR = 0x1c,
    RTC_ID = 0xfe0,
};

struct PL031State {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    QEMUTimer *alarm;
    qemu_irq irq;
    uint32_t offset; /* seconds between guest time and what the clock shows */
    uint32_t match, load, mask, pending;
};

static const uint8_t pl031_id[] = { 0x31, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1 };

static uint32_t guest_seconds(void)
{
    return qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) / NANOSECONDS_PER_SECOND;
}

static uint32_t shown_seconds(const PL031State *s)
{
    return s->offset + guest_seconds();
}

static void pl031_update(PL031State *s)
{
    qemu_set_irq(s->irq, s->pending & s->mask);
}

static void pl031_alarm(void *opaque)
{
    PL031State *s = opaque;

    s->pending = 1;
    pl031_update(s);
}

static void pl031_set_alarm(PL031State *s)
{
    /* The clock wraps, so an alarm in the past is one in the far future. */
    uint32_t ticks = s->match - shown_seconds(s);

    if (ticks == 0) {
        timer_del(s->alarm);
        pl031_alarm(s);
    } else {
        timer_mod(s->alarm, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) +
                                (int64_t)ticks * NANOSECONDS_PER_SECOND);
    }
}

static uint64_t pl031_read(void *opaque, hwaddr addr, unsigned size)
{
    PL031State *s = opaque;

    switch (addr) {
    case RTC_DR:
        return shown_seconds(s);
    case RTC_MR:
        return s->match;
    case RTC_LR:
        return s->load;
    case RTC_CR:
        return 1; /* always running */
    case RTC_IMSC:
        return s->mask;
    case RTC_RIS:
        return s->pending;
    case RTC_MIS:
        return s->pending & s->mask;
    case RTC_ID ... 0xffc:
        return pl031_id[(addr - RTC_ID) / 4];
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "pl031: read of unknown register 0x%x\n",
                      (unsigned)addr);
        return 0;
    }
}

static void pl031_write(void *opaque, hwaddr addr, uint64_t value, unsigned size)
{
    PL031State *s = opaque;

    switch (addr) {
    case RTC_LR:
        s->load = value;
        s->offset += value - shown_seconds(s);
        pl031_set_alarm(s);
        break;
    case RTC_MR:
        s->match = value;
        pl031_set_alarm(s);
        break;
    case RTC_IMSC:
        s->mask = value & 1;
        break;
    case RTC_ICR:
        s->pending &= ~value;
        break;
    case RTC_CR:
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "pl031: write to unknown register 0x%x\n",
                      (unsigned)addr);
        break;
    }
    pl031_update(s);
}

static const MemoryRegionOps pl031_ops = {
    .read = pl031_read,
    .write = pl031_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 4, .max_access_size = 4 },
    .impl = { .min_access_size = 4, .max_access_size = 4 },
};

static void pl031_reset_hold(Object *obj, ResetType type)
{
    PL031State *s = PL031(obj);

    s->mask = s->pending = 0;
    timer_del(s->alarm);
    pl031_update(s);
}

static void pl031_init(Object *obj)
{
    PL031State *s = PL031(obj);

    memory_region_init_io(&s->iomem, obj, &pl031_ops, s, "pl031", 0x1000);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->iomem);
    sysbus_init_irq(SYS_BUS_DEVICE(obj), &s->irq);
    s->alarm = timer_new_ns(QEMU_CLOCK_VIRTUAL, pl031_alarm, s);
    s->offset = g_get_real_time() / G_USEC_PER_SEC - guest_seconds();
}

static void pl031_finalize(Object *obj)
{
    timer_free(PL031(obj)->alarm);
}

static void pl031_class_init(ObjectClass *klass, const void *data)
{
    DEVICE_CLASS(klass)->desc = "ARM PL031 real time clock";
    RESETTABLE_CLASS(klass)->phases.hold = pl031_reset_hold;
}

static const TypeInfo pl031_info = {
    .name = TYPE_PL031,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(PL031State),
    .instance_init = pl031_init,
    .instance_finalize = pl031_finalize,
    .class_init = pl031_class_init,
};

static void pl031_register_types(void)
{
    type_register_static(&pl031_info);
}
type_init(pl031_register_types)
