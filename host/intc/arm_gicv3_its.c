/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ITS as a device: its registers. */
#include "qemu/osdep.h"
#include "hw/core/qdev-properties.h"
#include "hw/core/resettable.h"
#include "hw/pci/msi.h"
#include "qapi/error.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "arm_gicv3_its_internal.h"

enum {
    GITS_CTLR = 0x0000,
    GITS_IIDR = 0x0004,
    GITS_TYPER = 0x0008,
    GITS_CBASER = 0x0080,
    GITS_CWRITER = 0x0088,
    GITS_CREADR = 0x0090,
    GITS_BASER = 0x0100,
    GITS_BASER_END = 0x0140,
    GITS_PIDR4 = 0xffd0,
    GITS_PIDR2 = 0xffe8,
};

enum { CTLR_ENABLED = 1 };
#define CTLR_QUIESCENT  (1u << 31)
#define CBASER_WRITABLE 0xb8effffffffffcffull
/* All but type, entry size and "indirect", which is not offered. */
#define BASER_WRITABLE 0xb8e0ffffffffffffull
#define QUEUE_OFFSET   0xfffe0ull

/* Physical LPIs, targets are CPU numbers, all collections in memory. */
static uint64_t its_typer(void)
{
    return 1ull | (uint64_t)(ITS_ENTRY_BYTES - 1) << 4 |
           (uint64_t)(ITS_EVENT_BITS - 1) << 8 | (uint64_t)(ITS_DEVICE_BITS - 1) << 13;
}

static uint64_t baser_fixed(unsigned n)
{
    static const uint8_t type[ITS_BASERS] = {
        [ITS_BASER_DEVICE] = 1, [ITS_BASER_COLLECTION] = 4
    };

    return type[n] ? (uint64_t)type[n] << 56 | (uint64_t)(ITS_ENTRY_BYTES - 1) << 48
                   : 0;
}

/* The 64-bit register that holds @offset, if any. */
static uint64_t *its_register(GICv3ITSState *s, unsigned offset)
{
    switch (offset & ~7u) {
    case GITS_CBASER:
        return &s->cbaser;
    case GITS_CWRITER:
        return &s->cwriter;
    case GITS_CREADR:
        return &s->creadr;
    case GITS_BASER ... GITS_BASER_END - 1:
        return &s->baser[(offset - GITS_BASER) / 8];
    default:
        return NULL;
    }
}

static uint32_t its_read32(GICv3ITSState *s, unsigned offset)
{
    uint64_t *wide = its_register(s, offset);

    if (wide) {
        return *wide >> (offset & 4 ? 32 : 0);
    }
    switch (offset) {
    case GITS_CTLR:
        return (s->enabled ? CTLR_ENABLED : 0) | CTLR_QUIESCENT;
    case GITS_IIDR:
        return 0x0100043b;
    case GITS_TYPER:
    case GITS_TYPER + 4:
        return its_typer() >> (offset & 4 ? 32 : 0);
    case GITS_PIDR2:
        return 0x3b;
    default:
        if (offset < GITS_PIDR4) {
            qemu_log_mask(LOG_GUEST_ERROR, "its: read of unknown register 0x%x\n",
                          offset);
        }
        return 0;
    }
}

/* @mask: the bits of the register that this access covers. */
static void its_write_wide(GICv3ITSState *s, unsigned offset, uint64_t value,
                           uint64_t mask)
{
    uint64_t *reg = its_register(s, offset);
    uint64_t merged = (*reg & ~mask) | (value & mask);

    switch (offset & ~7u) {
    case GITS_CBASER:
        if (!s->enabled) {
            s->cbaser = merged & CBASER_WRITABLE;
            s->creadr = 0;
        }
        break;
    case GITS_CWRITER:
        s->cwriter = merged & QUEUE_OFFSET;
        its_process_commands(s);
        break;
    case GITS_CREADR:
        break; /* ours alone */
    default:
        if (!s->enabled) {
            uint64_t fixed = baser_fixed((offset - GITS_BASER) / 8);

            *reg = fixed ? (merged & BASER_WRITABLE) | fixed : 0;
        }
        break;
    }
}

static MemTxResult its_read(void *opaque, hwaddr addr, uint64_t *data, unsigned size,
                            MemTxAttrs attrs)
{
    GICv3ITSState *s = opaque;

    *data = its_read32(s, addr);
    if (size == 8) {
        *data |= (uint64_t)its_read32(s, addr + 4) << 32;
    }
    return MEMTX_OK;
}

static MemTxResult its_write(void *opaque, hwaddr addr, uint64_t data, unsigned size,
                             MemTxAttrs attrs)
{
    GICv3ITSState *s = opaque;
    unsigned shift = addr & 4 ? 32 : 0;

    if (its_register(s, addr)) {
        uint64_t mask = size == 8 ? UINT64_MAX : (uint64_t)UINT32_MAX << shift;

        its_write_wide(s, addr, size == 8 ? data : data << shift, mask);
    } else if (addr == GITS_CTLR) {
        s->enabled = data & CTLR_ENABLED;
        its_process_commands(s);
    } else {
        qemu_log_mask(LOG_GUEST_ERROR, "its: write to unknown register 0x%x\n",
                      (unsigned)addr);
    }
    return MEMTX_OK;
}

static const MemoryRegionOps its_control_ops = {
    .read_with_attrs = its_read,
    .write_with_attrs = its_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 4, .max_access_size = 8 },
    .impl = { .min_access_size = 4, .max_access_size = 8 },
};

static MemTxResult its_translation_read(void *opaque, hwaddr addr, uint64_t *data,
                                        unsigned size, MemTxAttrs attrs)
{
    *data = 0;
    return MEMTX_OK;
}

static MemTxResult its_translation_write(void *opaque, hwaddr addr, uint64_t data,
                                         unsigned size, MemTxAttrs attrs)
{
    if (addr == GICV3_ITS_TRANSLATER - GICV3_ITS_SIZE / 2) {
        its_translate(opaque, attrs.requester_id, data);
    }
    return MEMTX_OK;
}

static const MemoryRegionOps its_translation_ops = {
    .read_with_attrs = its_translation_read,
    .write_with_attrs = its_translation_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 2, .max_access_size = 4 },
    .impl = { .min_access_size = 2, .max_access_size = 4 },
};

static void its_more_commands(void *opaque)
{
    its_process_commands(opaque);
}

static void its_reset_hold(Object *obj, ResetType type)
{
    GICv3ITSState *s = ARM_GICV3_ITS(obj);

    s->enabled = false;
    s->cbaser = s->cwriter = s->creadr = 0;
    for (unsigned i = 0; i < ITS_BASERS; i++) {
        s->baser[i] = baser_fixed(i);
    }
}

static void its_realize(DeviceState *dev, Error **errp)
{
    GICv3ITSState *s = ARM_GICV3_ITS(dev);

    if (!s->gic || !s->gic->has_lpi) {
        error_setg(errp,
                   "arm-gicv3-its: parent-gicv3 must be set, to a controller with "
                   "has-lpi=on");
        return;
    }
    memory_region_init(&s->container, OBJECT(s), "gicv3_its", GICV3_ITS_SIZE);
    memory_region_init_io(&s->control_mr, OBJECT(s), &its_control_ops, s, "control",
                          GICV3_ITS_SIZE / 2);
    memory_region_init_io(&s->translation_mr, OBJECT(s), &its_translation_ops, s,
                          "translation", GICV3_ITS_SIZE / 2);
    memory_region_add_subregion(&s->container, 0, &s->control_mr);
    memory_region_add_subregion(&s->container, GICV3_ITS_SIZE / 2, &s->translation_mr);
    sysbus_init_mmio(SYS_BUS_DEVICE(dev), &s->container);
    s->more_commands = qemu_bh_new(its_more_commands, s);
    msi_nonbroken = true;
}

static void its_unrealize(DeviceState *dev)
{
    qemu_bh_delete(ARM_GICV3_ITS(dev)->more_commands);
}

static const Property its_properties[] = {
    DEFINE_PROP_LINK("parent-gicv3", GICv3ITSState, gic, TYPE_ARM_GICV3, GICv3State *),
};

static void its_class_init(ObjectClass *klass, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = its_realize;
    dc->unrealize = its_unrealize;
    dc->desc = "ARM GICv3 interrupt translation service";
    RESETTABLE_CLASS(klass)->phases.hold = its_reset_hold;
    device_class_set_props(dc, its_properties);
}

static const TypeInfo its_info = {
    .name = TYPE_ARM_GICV3_ITS,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(GICv3ITSState),
    .class_init = its_class_init,
};

static void its_register_types(void)
{
    type_register_static(&its_info);
}
type_init(its_register_types)
