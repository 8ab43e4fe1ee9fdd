/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "system/address-spaces.h"
#include "hw/core/irq.h"
#include "hw/i386/ioapic.h"
#include "hw/i386/msi-window.h"

#define REG_SELECT       0x00
#define REG_WINDOW       0x10
#define REG_EOI          0x40
#define INDEX_ID         0
#define INDEX_VERSION    1
#define INDEX_TABLE      0x10
#define VERSION          0x20

#define ENTRY_VECTOR     0xffULL
#define ENTRY_DELIVERY   0x700ULL
#define ENTRY_STATUS     0x1000ULL
#define ENTRY_REMOTE_IRR 0x4000ULL
#define ENTRY_LEVEL      0x8000ULL
#define ENTRY_MASKED     0x10000ULL
#define ENTRY_READ_ONLY  (ENTRY_STATUS | ENTRY_REMOTE_IRR)
#define ENTRY_DEST_SHIFT 56

static void send(IOAPICState *s, int pin)
{
    uint64_t entry = s->redirection[pin];
    hwaddr addr = MSI_WINDOW_BASE | (entry >> ENTRY_DEST_SHIFT) << 12;
    uint32_t data = entry & (ENTRY_VECTOR | ENTRY_DELIVERY | ENTRY_LEVEL);

    address_space_stl_le(&address_space_memory, addr, data, MEMTXATTRS_UNSPECIFIED,
                         NULL);
}

/* Level: once until the end of interrupt. Edge: set_input() sends it. */
static void service_level(IOAPICState *s, int pin)
{
    uint64_t *entry = &s->redirection[pin];

    if ((s->levels >> pin & 1) && (*entry & ENTRY_LEVEL) &&
        !(*entry & (ENTRY_MASKED | ENTRY_REMOTE_IRR))) {
        *entry |= ENTRY_REMOTE_IRR;
        send(s, pin);
    }
}

static void set_input(void *opaque, int pin, int level)
{
    IOAPICState *s = opaque;
    bool rises = level && !(s->levels >> pin & 1);

    s->levels = deposit32(s->levels, pin, 1, !!level);
    if (rises && !(s->redirection[pin] & (ENTRY_LEVEL | ENTRY_MASKED))) {
        send(s, pin);
    }
    service_level(s, pin);
}

static void end_of_interrupt(IOAPICState *s, uint8_t vector)
{
    for (int pin = 0; pin < IOAPIC_NUM_PINS; pin++) {
        uint64_t *entry = &s->redirection[pin];

        if ((*entry & ENTRY_VECTOR) == vector && (*entry & ENTRY_REMOTE_IRR)) {
            *entry &= ~ENTRY_REMOTE_IRR;
            service_level(s, pin);
        }
    }
}

static int selected_pin(IOAPICState *s)
{
    int pin = (s->select - INDEX_TABLE) / 2;

    return s->select >= INDEX_TABLE && pin < IOAPIC_NUM_PINS ? pin : -1;
}

static uint64_t ioapic_read(void *opaque, hwaddr addr, unsigned size)
{
    IOAPICState *s = opaque;
    int pin = selected_pin(s);

    if (addr == REG_SELECT) {
        return s->select;
    }
    if (addr != REG_WINDOW) {
        return 0;
    }
    if (pin >= 0) {
        return (uint32_t)(s->redirection[pin] >> (s->select & 1 ? 32 : 0));
    }
    switch (s->select) {
    case INDEX_ID:
        return (uint32_t)s->id << 24;
    case INDEX_VERSION:
        return VERSION | (IOAPIC_NUM_PINS - 1) << 16;
    default:
        return 0;
    }
}

static void write_entry(IOAPICState *s, int pin, bool high, uint32_t val)
{
    uint64_t *entry = &s->redirection[pin];
    uint64_t kept = *entry & ENTRY_READ_ONLY;

    *entry = deposit64(*entry, high ? 32 : 0, 32, val);
    *entry = (*entry & ~ENTRY_READ_ONLY) | kept;
    if (!(*entry & ENTRY_LEVEL)) {
        *entry &= ~ENTRY_REMOTE_IRR;
    }
    service_level(s, pin);
}

static void ioapic_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    IOAPICState *s = opaque;
    int pin = selected_pin(s);

    if (addr == REG_SELECT) {
        s->select = val;
    } else if (addr == REG_EOI) {
        end_of_interrupt(s, val);
    } else if (addr == REG_WINDOW && pin >= 0) {
        write_entry(s, pin, s->select & 1, val);
    } else if (addr == REG_WINDOW && s->select == INDEX_ID) {
        s->id = val >> 24 & 0xf;
    }
}

static const MemoryRegionOps ioapic_ops = {
    .read = ioapic_read,
    .write = ioapic_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .impl = { .min_access_size = 4, .max_access_size = 4 },
};

static void ioapic_reset_hold(Object *obj, ResetType type)
{
    IOAPICState *s = IOAPIC(obj);

    s->select = 0;
    s->id = 0;
    for (int pin = 0; pin < IOAPIC_NUM_PINS; pin++) {
        s->redirection[pin] = ENTRY_MASKED;
    }
}

static void ioapic_init(Object *obj)
{
    IOAPICState *s = IOAPIC(obj);

    memory_region_init_io(&s->mmio, obj, &ioapic_ops, s, "ioapic", 0x1000);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->mmio);
    qdev_init_gpio_in(DEVICE(obj), set_input, IOAPIC_NUM_PINS);
}

static void ioapic_class_init(ObjectClass *klass, const void *data)
{
    DEVICE_CLASS(klass)->user_creatable = false; /* the machine's */
    RESETTABLE_CLASS(klass)->phases.hold = ioapic_reset_hold;
}

static const TypeInfo ioapic_types[] = {
    {
        .name = TYPE_IOAPIC,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(IOAPICState),
        .instance_init = ioapic_init,
        .class_init = ioapic_class_init,
    },
};

DEFINE_TYPES(ioapic_types)
