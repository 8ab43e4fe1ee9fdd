/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fw_cfg's registers in memory and in ports, and its DMA. */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "fw_cfg_internal.h"

/* What the DMA register reads as. */
#define DMA_SIGNATURE 0x51454d5520434647ull /* "QEMU CFG" */
/* A request reaches RAM only: it cannot call a device, nor this one again. */
#define DMA_ATTRS ((MemTxAttrs){ .memory = 1 })

enum { REQUEST_BYTES = 16, DMA_CHUNK = 4096 };

static uint64_t ctl_read(void *opaque, hwaddr addr, unsigned size)
{
    return 0;
}

static void ctl_write(void *opaque, hwaddr addr, uint64_t value, unsigned size)
{
    fw_cfg_select(opaque, value);
}

const MemoryRegionOps fw_cfg_ctl_ops = {
    .read = ctl_read,
    .write = ctl_write,
    .endianness = DEVICE_BIG_ENDIAN,
    .valid = { .min_access_size = 2, .max_access_size = 2 },
    .impl = { .min_access_size = 2, .max_access_size = 2 },
};

static uint64_t data_read(void *opaque, hwaddr addr, unsigned size)
{
    return fw_cfg_read_data(opaque, size);
}

/* Items are read-only. */
static void data_write(void *opaque, hwaddr addr, uint64_t value, unsigned size)
{
}

const MemoryRegionOps fw_cfg_data_ops = {
    .read = data_read,
    .write = data_write,
    .endianness = DEVICE_BIG_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8 },
    .impl = { .min_access_size = 1, .max_access_size = 8 },
};

/* Port 0: the selector, two bytes. Port 1: the data, a byte at a time. */
static uint64_t port_read(void *opaque, hwaddr addr, unsigned size)
{
    return addr == 1 && size == 1 ? fw_cfg_read_data(opaque, 1) : 0;
}

static void port_write(void *opaque, hwaddr addr, uint64_t value, unsigned size)
{
    if (addr == 0 && size == 2) {
        fw_cfg_select(opaque, value);
    }
}

const MemoryRegionOps fw_cfg_port_ops = {
    .read = port_read,
    .write = port_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 2 },
    .impl = { .min_access_size = 1, .max_access_size = 2 },
};

/* Copies @len bytes to @addr, zeros where the item has ended. False: not RAM. */
static bool dma_copy(FWCfgState *s, hwaddr addr, uint32_t len)
{
    static const uint8_t zeros[DMA_CHUNK];

    while (len) {
        const uint8_t *data;
        uint32_t n = fw_cfg_take(s, &data, MIN(len, DMA_CHUNK));

        if (!n) {
            data = zeros;
            n = MIN(len, DMA_CHUNK);
        }
        if (address_space_write(fw_cfg_dma_as(s), addr, DMA_ATTRS, data, n) !=
            MEMTX_OK) {
            return false;
        }
        addr += n;
        len -= n;
    }
    return true;
}

/* Carries out the request at dma_addr: control, length, address, all big endian. */
static void dma_request(FWCfgState *s)
{
    uint8_t request[REQUEST_BYTES], result[4];
    hwaddr at = *fw_cfg_dma_addr(s);
    const uint8_t *skipped;
    uint32_t control, len;
    bool ok = true;

    *fw_cfg_dma_addr(s) = 0;
    if (!fw_cfg_dma_as(s) || address_space_read(fw_cfg_dma_as(s), at, DMA_ATTRS,
                                                request, sizeof(request)) != MEMTX_OK) {
        return;
    }
    control = ldl_be_p(request);
    len = ldl_be_p(request + 4);
    if (control & FW_CFG_DMA_CTL_SELECT) {
        fw_cfg_select(s, control >> 16);
    }
    if (control & FW_CFG_DMA_CTL_READ) {
        ok = dma_copy(s, ldq_be_p(request + 8), len);
    } else if (control & FW_CFG_DMA_CTL_WRITE) {
        ok = false;
    } else if (control & FW_CFG_DMA_CTL_SKIP) {
        fw_cfg_take(s, &skipped, len);
    }
    stl_be_p(result, ok ? 0 : FW_CFG_DMA_CTL_ERROR);
    address_space_write(fw_cfg_dma_as(s), at, DMA_ATTRS, result, sizeof(result));
}

static uint64_t dma_read(void *opaque, hwaddr addr, unsigned size)
{
    /* Big endian: the first byte of the register is the highest. */
    return DMA_SIGNATURE >> (8 * (8 - addr - size)) & (UINT64_MAX >> (64 - 8 * size));
}

static void dma_write(void *opaque, hwaddr addr, uint64_t value, unsigned size)
{
    FWCfgState *s = opaque;
    hwaddr *at = fw_cfg_dma_addr(s);

    if (size == 8) {
        *at = value;
        dma_request(s);
    } else if (size == 4 && addr == 0) {
        *at = value << 32;
    } else if (size == 4 && addr == 4) {
        *at |= value;
        dma_request(s);
    }
}

const MemoryRegionOps fw_cfg_dma_ops = {
    .read = dma_read,
    .write = dma_write,
    .endianness = DEVICE_BIG_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8 },
    .impl = { .min_access_size = 1, .max_access_size = 8 },
};
