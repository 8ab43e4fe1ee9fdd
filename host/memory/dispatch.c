/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Accesses to device registers: what is valid, how it is cut, byte order, locks. */
#include "qemu/osdep.h"
#include "memory-internal.h"
#include "hw/core/qdev.h"
#include "qemu/host-utils.h"
#include "qemu/log.h"
#include "qemu/main-loop.h"

#define MAX_ACCESS 8

static uint64_t size_mask(unsigned size)
{
    return UINT64_MAX >> (64 - size * 8);
}

static bool is_big_endian(const MemoryRegion *mr)
{
    return mr->ops->endianness == DEVICE_BIG_ENDIAN;
}

/* --- is it allowed? --- */

static bool refuse(MemoryRegion *mr, hwaddr addr, unsigned size, bool is_write,
                   const char *why)
{
    qemu_log_mask(LOG_GUEST_ERROR,
                  "Invalid %s at addr 0x%" HWADDR_PRIx ", size %u, region '%s', "
                  "reason: %s\n",
                  is_write ? "write" : "read", addr, size, memory_region_name(mr) ?: "",
                  why);
    return false;
}

bool memory_region_access_valid(MemoryRegion *mr, hwaddr addr, unsigned size,
                                bool is_write, MemTxAttrs attrs)
{
    const MemoryRegionOps *ops = mr->ops;

    if (ops->valid.accepts &&
        !ops->valid.accepts(mr->opaque, addr, size, is_write, attrs)) {
        return refuse(mr, addr, size, is_write, "rejected");
    }
    if (!ops->valid.unaligned && (addr & (size - 1))) {
        return refuse(mr, addr, size, is_write, "unaligned");
    }
    if (size < ops->valid.min_access_size ||
        (ops->valid.max_access_size && size > ops->valid.max_access_size)) {
        return refuse(mr, addr, size, is_write, "invalid size");
    }
    return true;
}

/* --- the callbacks --- */

static MemTxResult call_read(MemoryRegion *mr, hwaddr addr, unsigned size,
                             uint64_t *val, MemTxAttrs attrs)
{
    const MemoryRegionOps *ops = mr->ops;

    *val = 0;
    if (ops->read) {
        *val = ops->read(mr->opaque, addr, size) & size_mask(size);
        return MEMTX_OK;
    }
    if (ops->read_with_attrs) {
        MemTxResult r = ops->read_with_attrs(mr->opaque, addr, val, size, attrs);

        *val &= size_mask(size);
        return r;
    }
    return MEMTX_DECODE_ERROR;
}

static MemTxResult call_write(MemoryRegion *mr, hwaddr addr, unsigned size,
                              uint64_t val, MemTxAttrs attrs)
{
    const MemoryRegionOps *ops = mr->ops;

    val &= size_mask(size);
    if (ops->write) {
        ops->write(mr->opaque, addr, val, size);
        return MEMTX_OK;
    }
    if (ops->write_with_attrs) {
        return ops->write_with_attrs(mr->opaque, addr, val, size, attrs);
    }
    return MEMTX_DECODE_ERROR;
}

/* Bytes of one callback for an access of @size bytes: may be more, or fewer. */
static unsigned callback_size(const MemoryRegion *mr, hwaddr addr, unsigned size)
{
    unsigned min = mr->ops->impl.min_access_size ?: 1;
    unsigned max = mr->ops->impl.max_access_size ?: 4;
    unsigned unit = MAX(MIN(size, max), min);

    while (!mr->ops->impl.unaligned && unit > min && unit <= size && addr % unit) {
        unit /= 2;
    }
    return unit;
}

/* Where the part at @offset of a value of @size bytes has its lowest bit. */
static int part_shift(const MemoryRegion *mr, unsigned size, unsigned unit,
                      unsigned offset)
{
    return 8 * (is_big_endian(mr) ? (int)(size - unit - offset) : (int)offset);
}

static uint64_t shift_left(uint64_t v, int n)
{
    return n >= 0 ? v << n : v >> -n;
}

static uint64_t shift_right(uint64_t v, int n)
{
    return shift_left(v, -n);
}

static bool needs_swap(const MemoryRegion *mr, MemOp op)
{
    return (op & MO_BSWAP) != (is_big_endian(mr) ? MO_BE : MO_LE);
}

static uint64_t swap_bytes(uint64_t v, unsigned size)
{
    return bswap64(v) >> (64 - size * 8);
}

MemTxResult memory_region_dispatch_read(MemoryRegion *mr, hwaddr addr, uint64_t *pval,
                                        MemOp op, MemTxAttrs attrs)
{
    unsigned size = memop_size(op), unit;
    MemTxResult result = MEMTX_OK;
    uint64_t val = 0;

    *pval = 0;
    if (!memory_region_access_valid(mr, addr, size, false, attrs)) {
        return MEMTX_DECODE_ERROR;
    }
    unit = callback_size(mr, addr, size);
    for (unsigned i = 0; i < size; i += unit) {
        uint64_t part;

        result |= call_read(mr, addr + i, unit, &part, attrs);
        val |= shift_left(part, part_shift(mr, size, unit, i));
    }
    val &= size_mask(size);
    *pval = needs_swap(mr, op) ? swap_bytes(val, size) : val;
    return result;
}

MemTxResult memory_region_dispatch_write(MemoryRegion *mr, hwaddr addr, uint64_t data,
                                         MemOp op, MemTxAttrs attrs)
{
    unsigned size = memop_size(op), unit;
    MemTxResult result = MEMTX_OK;

    if (!memory_region_access_valid(mr, addr, size, true, attrs)) {
        return MEMTX_DECODE_ERROR;
    }
    data &= size_mask(size);
    if (needs_swap(mr, op)) {
        data = swap_bytes(data, size);
    }
    unit = callback_size(mr, addr, size);
    for (unsigned i = 0; i < size; i += unit) {
        result |= call_write(mr, addr + i, unit,
                             shift_right(data, part_shift(mr, size, unit, i)), attrs);
    }
    return result;
}

/* --- one access from outside --- */

/* A device that makes itself access its own registers must not recurse. */
static bool enter_device(MemoryRegion *mr, hwaddr addr)
{
    if (!mr->dev || mr->disable_reentrancy_guard || mr->ram_device || mr->rom_device) {
        return true;
    }
    if (mr->dev->mem_reentrancy_guard.engaged_in_io) {
        qemu_log_mask(
            LOG_GUEST_ERROR,
            "Blocked re-entrant IO on MemoryRegion: %s at addr: 0x%" HWADDR_PRIx "\n",
            memory_region_name(mr) ?: "", addr);
        return false;
    }
    mr->dev->mem_reentrancy_guard.engaged_in_io = true;
    return true;
}

static void leave_device(MemoryRegion *mr)
{
    if (mr->dev && !mr->disable_reentrancy_guard && !mr->ram_device &&
        !mr->rom_device) {
        mr->dev->mem_reentrancy_guard.engaged_in_io = false;
    }
}

MemTxResult mmio_access(MemoryRegion *mr, hwaddr addr, MemTxAttrs attrs, uint64_t *val,
                        MemOp op, bool is_write)
{
    bool take = !mr->lockless_io && !bql_locked();
    MemTxResult result = MEMTX_ACCESS_ERROR;

    if (take) {
        bql_lock();
    }
    if (!is_write) {
        *val = 0;
    }
    if (attrs.memory && !memory_region_supports_direct_access(mr)) {
        refuse(mr, addr, memop_size(op), is_write, "only memory may be accessed");
    } else if (enter_device(mr, addr)) {
        result = is_write ? memory_region_dispatch_write(mr, addr, *val, op, attrs)
                          : memory_region_dispatch_read(mr, addr, val, op, attrs);
        leave_device(mr);
    }
    if (take) {
        bql_unlock();
    }
    return result;
}

/* The largest power of two that the device may be accessed with at @addr. */
static unsigned chunk_size(const MemoryRegion *mr, hwaddr addr, hwaddr len)
{
    unsigned size = mr->ops->valid.max_access_size ?: 4;
    bool unaligned = mr->ops->valid.unaligned && mr->ops->impl.unaligned;

    size = MIN(size, MAX_ACCESS);
    while (size > len || (!unaligned && addr % size)) {
        size /= 2;
    }
    return size;
}

bool mmio_accepts(MemoryRegion *mr, hwaddr addr, hwaddr len, bool is_write,
                  MemTxAttrs attrs)
{
    return memory_region_access_valid(mr, addr, chunk_size(mr, addr, len), is_write,
                                      attrs);
}

MemTxResult mmio_copy(MemoryRegion *mr, hwaddr addr, MemTxAttrs attrs, uint8_t *buf,
                      hwaddr len, bool is_write)
{
    while (len) {
        unsigned size = chunk_size(mr, addr, len);
        MemOp op = size_memop(size) | MO_LE;
        MemTxResult result;
        uint64_t val = 0;

        if (is_write) {
            memcpy(&val, buf, size);
            val = le64_to_cpu(val);
        }
        result = mmio_access(mr, addr, attrs, &val, op, is_write);
        if (result != MEMTX_OK) {
            return result;
        }
        if (!is_write) {
            val = cpu_to_le64(val);
            memcpy(buf, &val, size);
        }
        addr += size;
        buf += size;
        len -= size;
    }
    return MEMTX_OK;
}
