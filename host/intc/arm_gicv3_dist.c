/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The GICv3 distributor's registers. Affinity routing is always on. */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "arm_gicv3_internal.h"

enum {
    GICD_CTLR = 0x0000,
    GICD_TYPER = 0x0004,
    GICD_IIDR = 0x0008,
    GICD_TYPER2 = 0x000c,
    GICD_STATUSR = 0x0010,
    GICD_SETSPI_NSR = 0x0040,
    GICD_CLRSPI_NSR = 0x0048,
    GICD_IGRPMODR = 0x0d00,
    GICD_IGRPMODR_END = 0x0d80,
    GICD_IROUTER = 0x6000,
    GICD_IROUTER_END = 0x8000,
    GICD_PIDR4 = 0xffd0,
    GICD_PIDR2 = 0xffe8,
};

enum {
    CTLR_GROUP0 = 1 << 0,
    CTLR_GROUP1 = 1 << 1,
    CTLR_ARE = 1 << 4,
    CTLR_DS = 1 << 6
};
#define ROUTER_BITS 0xff80ffffffull /* affinity and "any" */

/* The bank of SPIs that a register is about; the private ones are elsewhere. */
static GicBank *dist_bank(GICv3State *s, unsigned index)
{
    return index >= 1 && index < s->num_irq / GIC_BANK_BITS ? &s->spi[index - 1] : NULL;
}

static uint32_t dist_typer(const GICv3State *s)
{
    return (s->num_irq / 32 - 1) | (s->has_lpi ? 1u << 17 : 0) |
           (GICV3_ID_BITS - 1) << 19 | 1u << 24;
}

static bool is_router(GICv3State *s, unsigned offset)
{
    return offset >= GICD_IROUTER + 8 * GICV3_INTERNAL &&
           offset < GICD_IROUTER + 8 * s->num_irq;
}

static uint32_t dist_read(GICv3State *s, unsigned offset)
{
    GicBankReg reg;

    if (gic_bank_decode(offset, &reg)) {
        GicBank *b = dist_bank(s, reg.index);

        return b ? gic_bank_read(b, reg) : 0;
    }
    if (is_router(s, offset)) {
        return s->router[(offset - GICD_IROUTER) / 8] >> (offset & 4 ? 32 : 0);
    }
    switch (offset) {
    case GICD_CTLR:
        return (s->group_enabled[0] ? CTLR_GROUP0 : 0) |
               (s->group_enabled[1] ? CTLR_GROUP1 : 0) | CTLR_ARE | CTLR_DS;
    case GICD_TYPER:
        return dist_typer(s);
    case GICD_IIDR:
        return 0x0300043b;
    case GICD_TYPER2:
    case GICD_STATUSR:
    case GICD_IGRPMODR ... GICD_IGRPMODR_END - 1:
    case GIC_ITARGETSR ... GIC_ICFGR - 1:
    case GICD_IROUTER ... GICD_IROUTER_END - 1:
        return 0;
    case GICD_PIDR2:
        return 0x3b;
    default:
        if (offset < GICD_PIDR4) {
            qemu_log_mask(LOG_GUEST_ERROR, "gicv3: read of unknown register 0x%x\n",
                          offset);
        }
        return 0;
    }
}

/* An MSI written to the distributor; INTIDs that are no SPI do nothing. */
static void set_spi(GICv3State *s, unsigned intid, bool pending)
{
    GicBank *b = intid < s->num_irq ? dist_bank(s, intid / 32) : NULL;
    uint32_t bit = 1u << (intid % 32);

    if (b) {
        b->latched = pending ? b->latched | bit : b->latched & ~bit;
    }
}

static void write_router(GICv3State *s, unsigned offset, uint32_t value)
{
    unsigned intid = (offset - GICD_IROUTER) / 8, shift = offset & 4 ? 32 : 0;
    uint64_t router = s->router[intid] & ~((uint64_t)UINT32_MAX << shift);

    s->router[intid] = (router | (uint64_t)value << shift) & ROUTER_BITS;
    gicv3_route(s, intid);
}

static void dist_write(GICv3State *s, unsigned offset, uint32_t value, unsigned lanes)
{
    GicBankReg reg;

    if (gic_bank_decode(offset, &reg)) {
        GicBank *b = dist_bank(s, reg.index);

        if (b) {
            gic_bank_write(b, reg, value, lanes);
        }
        return;
    }
    if (is_router(s, offset)) {
        write_router(s, offset, value);
        return;
    }
    switch (offset) {
    case GICD_CTLR:
        s->group_enabled[0] = value & CTLR_GROUP0;
        s->group_enabled[1] = value & CTLR_GROUP1;
        break;
    case GICD_SETSPI_NSR:
    case GICD_CLRSPI_NSR:
        set_spi(s, value & 0x3ff, offset == GICD_SETSPI_NSR);
        break;
    case GICD_STATUSR:
    case GICD_IGRPMODR ... GICD_IGRPMODR_END - 1:
    case GICD_IROUTER ... GICD_IROUTER_END - 1:
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "gicv3: write to unknown register 0x%x\n",
                      offset);
        break;
    }
}

static MemTxResult gicv3_dist_read(void *opaque, hwaddr addr, uint64_t *data,
                                   unsigned size, MemTxAttrs attrs)
{
    GICv3State *s = opaque;

    if (size == 8) {
        *data = dist_read(s, addr) | (uint64_t)dist_read(s, addr + 4) << 32;
    } else {
        *data = dist_read(s, addr & ~3ull) >> ((addr & 3) * 8);
        *data &= UINT32_MAX >> (32 - 8 * size);
    }
    return MEMTX_OK;
}

static MemTxResult gicv3_dist_write(void *opaque, hwaddr addr, uint64_t data,
                                    unsigned size, MemTxAttrs attrs)
{
    GICv3State *s = opaque;
    unsigned byte = addr & 3;

    if (size == 8) {
        dist_write(s, addr, data, 0xf);
        dist_write(s, addr + 4, data >> 32, 0xf);
    } else {
        dist_write(s, addr & ~3ull, data << (8 * byte), ((1u << size) - 1) << byte);
    }
    gicv3_update(s);
    return MEMTX_OK;
}

const MemoryRegionOps gicv3_dist_ops = {
    .read_with_attrs = gicv3_dist_read,
    .write_with_attrs = gicv3_dist_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8 },
    .impl = { .min_access_size = 1, .max_access_size = 8 },
};
