/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The registers of the GICv3 redistributors: two frames of 64 KiB a CPU. */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "arm_gicv3_internal.h"

enum {
    GICR_CTLR = 0x0000,
    GICR_IIDR = 0x0004,
    GICR_TYPER = 0x0008,
    GICR_STATUSR = 0x0010,
    GICR_WAKER = 0x0014,
    GICR_PROPBASER = 0x0070,
    GICR_PENDBASER = 0x0078,
    GICR_INVLPIR = 0x00a0,
    GICR_INVALLR = 0x00b0,
    GICR_SYNCR = 0x00c0,
    GICR_PIDR4 = 0xffd0,
    GICR_PIDR2 = 0xffe8,
    SGI_FRAME = 0x10000,
    GICR_IGRPMODR0 = 0x0d00,
    GICR_NSACR = 0x0e00,
};

enum { CTLR_ENABLE_LPIS = 1, WAKER_PROCESSOR_SLEEP = 2, WAKER_CHILDREN_ASLEEP = 4 };

#define PROPBASER_BITS 0x0700ffffffffff9full
#define PENDBASER_BITS 0x4700ffffffff0f80ull
#define PENDBASER_PTZ  (1ull << 62) /* reads as zero */

static uint64_t redist_typer(const GICv3Cpu *c)
{
    uint64_t affinity = (c->affinity >> 8 & 0xff000000) | (c->affinity & 0xffffff);
    bool last = c->index == c->gic->num_cpu - 1;

    return affinity << 32 | c->index << 8 | (last ? 1 << 4 : 0) |
           (c->gic->has_lpi ? 1 : 0);
}

static uint64_t read_base(uint64_t value, unsigned offset)
{
    return value >> (offset & 4 ? 32 : 0) & UINT32_MAX;
}

static uint32_t rd_read(GICv3Cpu *c, unsigned offset)
{
    switch (offset) {
    case GICR_CTLR:
        return c->lpis.enabled ? CTLR_ENABLE_LPIS : 0;
    case GICR_IIDR:
        return 0x0300043b;
    case GICR_TYPER:
    case GICR_TYPER + 4:
        return read_base(redist_typer(c), offset);
    case GICR_WAKER:
        return c->asleep ? WAKER_PROCESSOR_SLEEP | WAKER_CHILDREN_ASLEEP : 0;
    case GICR_PROPBASER:
    case GICR_PROPBASER + 4:
        return read_base(c->lpis.propbaser, offset);
    case GICR_PENDBASER:
    case GICR_PENDBASER + 4:
        return read_base(c->lpis.pendbaser & ~PENDBASER_PTZ, offset);
    case GICR_PIDR2:
        return 0x3b;
    case GICR_STATUSR:
    case GICR_SYNCR:
        return 0;
    default:
        if (offset < GICR_PIDR4) {
            qemu_log_mask(LOG_GUEST_ERROR,
                          "gicv3: read of unknown redistributor register 0x%x\n",
                          offset);
        }
        return 0;
    }
}

/* The bases of the tables cannot change while they are in use. */
static void write_base(GICv3Cpu *c, uint64_t *base, unsigned offset, uint32_t value,
                       uint64_t writable)
{
    unsigned shift = offset & 4 ? 32 : 0;

    if (c->gic->has_lpi && !c->lpis.enabled) {
        *base &= ~((uint64_t)UINT32_MAX << shift);
        *base = (*base | (uint64_t)value << shift) & writable;
    }
}

static void rd_write(GICv3Cpu *c, unsigned offset, uint32_t value)
{
    switch (offset) {
    case GICR_CTLR:
        if (c->gic->has_lpi) {
            gicv3_lpi_set_enabled(&c->lpis, value & CTLR_ENABLE_LPIS);
        }
        break;
    case GICR_WAKER:
        c->asleep = value & WAKER_PROCESSOR_SLEEP;
        break;
    case GICR_PROPBASER:
    case GICR_PROPBASER + 4:
        write_base(c, &c->lpis.propbaser, offset, value, PROPBASER_BITS);
        break;
    case GICR_PENDBASER:
    case GICR_PENDBASER + 4:
        write_base(c, &c->lpis.pendbaser, offset, value, PENDBASER_BITS);
        break;
    case GICR_INVLPIR:
        gicv3_lpi_reload(&c->lpis, value);
        break;
    case GICR_INVALLR:
        gicv3_lpi_reload_all(&c->lpis);
        break;
    case GICR_STATUSR:
    case GICR_INVLPIR + 4:
    case GICR_INVALLR + 4:
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR,
                      "gicv3: write to unknown redistributor register 0x%x\n", offset);
        break;
    }
}

static uint32_t sgi_read(GICv3Cpu *c, unsigned offset)
{
    GicBankReg reg;

    if (gic_bank_decode(offset, &reg)) {
        return reg.index == 0 ? gic_bank_read(&c->local, reg) : 0;
    }
    return 0;
}

static void sgi_write(GICv3Cpu *c, unsigned offset, uint32_t value, unsigned lanes)
{
    GicBankReg reg;

    if (gic_bank_decode(offset, &reg)) {
        /* SGIs are edges whatever is written. */
        if (reg.index == 0 && !(reg.array == GIC_ICFGR && reg.part == 0)) {
            gic_bank_write(&c->local, reg, value, lanes);
        }
    } else if (offset != GICR_IGRPMODR0 && offset != GICR_NSACR) {
        qemu_log_mask(LOG_GUEST_ERROR,
                      "gicv3: write to unknown redistributor register 0x%x\n",
                      SGI_FRAME + offset);
    }
}

static uint32_t redist_read(GICv3State *s, hwaddr addr)
{
    GICv3Cpu *c = &s->cpu[addr / GICV3_REDIST_SIZE];
    unsigned offset = addr % GICV3_REDIST_SIZE;

    return offset < SGI_FRAME ? rd_read(c, offset) : sgi_read(c, offset - SGI_FRAME);
}

static void redist_write(GICv3State *s, hwaddr addr, uint32_t value, unsigned lanes)
{
    GICv3Cpu *c = &s->cpu[addr / GICV3_REDIST_SIZE];
    unsigned offset = addr % GICV3_REDIST_SIZE;

    if (offset >= SGI_FRAME) {
        sgi_write(c, offset - SGI_FRAME, value, lanes);
    } else if (lanes == 0xf) {
        rd_write(c, offset, value);
    }
    gicv3_update_cpu(c);
}

static MemTxResult gicv3_redist_read(void *opaque, hwaddr addr, uint64_t *data,
                                     unsigned size, MemTxAttrs attrs)
{
    GICv3State *s = opaque;

    if (size == 8) {
        *data = redist_read(s, addr) | (uint64_t)redist_read(s, addr + 4) << 32;
    } else {
        *data = redist_read(s, addr & ~3ull) >> ((addr & 3) * 8);
        *data &= UINT32_MAX >> (32 - 8 * size);
    }
    return MEMTX_OK;
}

static MemTxResult gicv3_redist_write(void *opaque, hwaddr addr, uint64_t data,
                                      unsigned size, MemTxAttrs attrs)
{
    GICv3State *s = opaque;
    unsigned byte = addr & 3;

    if (size == 8) {
        redist_write(s, addr, data, 0xf);
        redist_write(s, addr + 4, data >> 32, 0xf);
    } else {
        redist_write(s, addr & ~3ull, data << (8 * byte), ((1u << size) - 1) << byte);
    }
    return MEMTX_OK;
}

const MemoryRegionOps gicv3_redist_ops = {
    .read_with_attrs = gicv3_redist_read,
    .write_with_attrs = gicv3_redist_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8 },
    .impl = { .min_access_size = 1, .max_access_size = 8 },
};
