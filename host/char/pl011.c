/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Transmission takes no time; what is received waits in the FIFO. Modem lines, DMA
 * requests and infrared are registers without effect.
 */
#include "qemu/osdep.h"
#include "hw/char/pl011.h"
#include "hw/core/irq.h"
#include "hw/core/qdev-properties-system.h"
#include "hw/core/resettable.h"
#include "qemu/log.h"
#include "qemu/module.h"

enum {
    UARTDR = 0x00,
    UARTRSR = 0x04,
    UARTFR = 0x18,
    UARTILPR = 0x20,
    UARTIBRD = 0x24,
    UARTFBRD = 0x28,
    UARTLCR_H = 0x2c,
    UARTCR = 0x30,
    UARTIFLS = 0x34,
    UARTIMSC = 0x38,
    UARTRIS = 0x3c,
    UARTMIS = 0x40,
    UARTICR = 0x44,
    UARTDMACR = 0x48,
    UART_ID = 0xfe0,
};

enum { FR_RXFE = 1 << 4, FR_RXFF = 1 << 6, FR_TXFE = 1 << 7, FR_CTS_DSR_DCD = 7 };
enum { LCR_BREAK = 1 << 0, LCR_FIFO = 1 << 4 };
enum { CR_ENABLE = 1 << 0, CR_LOOPBACK = 1 << 7, CR_TXE = 1 << 8, CR_RXE = 1 << 9 };
enum { DR_BREAK = 1 << 10 };
enum { INT_RX = 1 << 4, INT_TX = 1 << 5, INT_RT = 1 << 6 };
enum { INT_MODEM = 0xf, INT_ERRORS = 0x780, INT_ALL = 0x7ff };

static const uint8_t pl011_id[] = { 0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1 };

static void pl011_update(PL011State *s)
{
    static const uint32_t line_mask[PL011_LINES] = { INT_ALL, INT_RX,    INT_TX,
                                                     INT_RT,  INT_MODEM, INT_ERRORS };
    uint32_t flags = s->int_level & s->int_enabled;

    for (int i = 0; i < PL011_LINES; i++) {
        qemu_set_irq(s->irq[i], (flags & line_mask[i]) != 0);
    }
}

/* Without FIFOs there is a holding register of one character. */
static unsigned fifo_depth(const PL011State *s)
{
    return s->lcr & LCR_FIFO ? PL011_FIFO_DEPTH : 1;
}

static void fifo_reset(PL011State *s)
{
    s->fifo_head = s->fifo_count = 0;
}

static void receive(PL011State *s, uint32_t value)
{
    if (s->fifo_count >= fifo_depth(s)) {
        return;
    }
    s->fifo[(s->fifo_head + s->fifo_count) % PL011_FIFO_DEPTH] = value;
    s->fifo_count++;
    /* One character is as good as a full FIFO: the guest need not wait for it. */
    s->int_level |= INT_RX;
    pl011_update(s);
}

static uint32_t take_received(PL011State *s)
{
    uint32_t value = s->fifo[s->fifo_head];

    if (s->fifo_count) {
        s->fifo_head = (s->fifo_head + 1) % PL011_FIFO_DEPTH;
        s->fifo_count--;
    }
    if (!s->fifo_count) {
        s->int_level &= ~INT_RX;
    }
    s->rsr = value >> 8;
    pl011_update(s);
    qemu_chr_fe_accept_input(&s->chr);
    return value;
}

static void transmit(PL011State *s, uint8_t c)
{
    if (s->cr & CR_LOOPBACK) {
        receive(s, c);
    } else {
        qemu_chr_fe_write_all(&s->chr, &c, 1);
    }
    s->int_level |= INT_TX;
    pl011_update(s);
}

static uint32_t read_flags(const PL011State *s)
{
    return FR_TXFE | FR_CTS_DSR_DCD | (s->fifo_count ? 0 : FR_RXFE) |
           (s->fifo_count >= fifo_depth(s) ? FR_RXFF : 0);
}

static uint64_t pl011_read(void *opaque, hwaddr offset, unsigned size)
{
    PL011State *s = opaque;

    switch (offset) {
    case UARTDR:
        return take_received(s);
    case UARTRSR:
        return s->rsr;
    case UARTFR:
        return read_flags(s);
    case UARTILPR:
        return s->ilpr;
    case UARTIBRD:
        return s->ibrd;
    case UARTFBRD:
        return s->fbrd;
    case UARTLCR_H:
        return s->lcr;
    case UARTCR:
        return s->cr;
    case UARTIFLS:
        return s->ifl;
    case UARTIMSC:
        return s->int_enabled;
    case UARTRIS:
        return s->int_level;
    case UARTMIS:
        return s->int_level & s->int_enabled;
    case UARTDMACR:
        return s->dmacr;
    case UART_ID ... 0xffc:
        return pl011_id[(offset - UART_ID) / 4];
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "pl011: read of unknown register 0x%x\n",
                      (unsigned)offset);
        return 0;
    }
}

static void write_line_control(PL011State *s, uint32_t value)
{
    if ((s->lcr ^ value) & LCR_FIFO) {
        fifo_reset(s);
    }
    s->lcr = value & 0xff;
    if (s->lcr & LCR_BREAK && s->cr & CR_LOOPBACK) {
        receive(s, DR_BREAK);
    }
}

static void pl011_write(void *opaque, hwaddr offset, uint64_t value, unsigned size)
{
    PL011State *s = opaque;

    switch (offset) {
    case UARTDR:
        transmit(s, value);
        break;
    case UARTRSR:
        s->rsr = 0;
        break;
    case UARTFR:
        break;
    case UARTILPR:
        s->ilpr = value & 0xff;
        break;
    case UARTIBRD:
        s->ibrd = value & 0xffff;
        break;
    case UARTFBRD:
        s->fbrd = value & 0x3f;
        break;
    case UARTLCR_H:
        write_line_control(s, value);
        break;
    case UARTCR:
        s->cr = value & 0xffff;
        qemu_chr_fe_accept_input(&s->chr);
        break;
    case UARTIFLS:
        s->ifl = value & 0x3f;
        break;
    case UARTIMSC:
        s->int_enabled = value & INT_ALL;
        break;
    case UARTICR:
        s->int_level &= ~value;
        break;
    case UARTDMACR:
        s->dmacr = value & 7;
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "pl011: write to unknown register 0x%x\n",
                      (unsigned)offset);
        break;
    }
    pl011_update(s);
}

static const MemoryRegionOps pl011_ops = {
    .read = pl011_read,
    .write = pl011_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8 },
    .impl = { .min_access_size = 4, .max_access_size = 4 },
};

static int pl011_can_receive(void *opaque)
{
    PL011State *s = opaque;

    return fifo_depth(s) - MIN(s->fifo_count, fifo_depth(s));
}

static void pl011_receive(void *opaque, const uint8_t *buf, int size)
{
    /* In loopback the outside is cut off. */
    for (int i = 0; i < size && !(((PL011State *)opaque)->cr & CR_LOOPBACK); i++) {
        receive(opaque, buf[i]);
    }
}

static void pl011_event(void *opaque, QEMUChrEvent event)
{
    PL011State *s = opaque;

    if (event == CHR_EVENT_BREAK && !(s->cr & CR_LOOPBACK)) {
        receive(s, DR_BREAK);
    }
}

static void pl011_reset_hold(Object *obj, ResetType type)
{
    PL011State *s = PL011(obj);

    s->lcr = s->dmacr = s->ilpr = s->ibrd = s->fbrd = s->rsr = 0;
    s->int_enabled = s->int_level = 0;
    s->ifl = 0x12;
    s->cr = CR_TXE | CR_RXE;
    fifo_reset(s);
    pl011_update(s);
}

static void pl011_init(Object *obj)
{
    PL011State *s = PL011(obj);

    memory_region_init_io(&s->iomem, obj, &pl011_ops, s, "pl011", 0x1000);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->iomem);
    for (int i = 0; i < PL011_LINES; i++) {
        sysbus_init_irq(SYS_BUS_DEVICE(obj), &s->irq[i]);
    }
}

static void pl011_realize(DeviceState *dev, Error **errp)
{
    PL011State *s = PL011(dev);

    qemu_chr_fe_set_handlers(&s->chr, pl011_can_receive, pl011_receive, pl011_event,
                             NULL, s, NULL, true);
}

static const Property pl011_properties[] = {
    DEFINE_PROP_CHR("chardev", PL011State, chr),
};

static void pl011_class_init(ObjectClass *klass, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = pl011_realize;
    dc->desc = "ARM PL011 UART";
    RESETTABLE_CLASS(klass)->phases.hold = pl011_reset_hold;
    device_class_set_props(dc, pl011_properties);
}

static const TypeInfo pl011_info = {
    .name = TYPE_PL011,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(PL011State),
    .instance_init = pl011_init,
    .class_init = pl011_class_init,
};

static void pl011_register_types(void)
{
    type_register_static(&pl011_info);
}
type_init(pl011_register_types)
