/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One value in an address space. */
#include "qemu/osdep.h"
#include "host-access.h"
#include "memory-internal.h"

/* A value that lies in two regions, or over the end of one. */
static MemTxResult split_access(AddressSpace *as, hwaddr addr, uint64_t *val, MemOp op,
                                MemTxAttrs attrs, bool is_write)
{
    uint8_t bytes[8] QEMU_ALIGNED(8);
    MemTxResult result;

    if (is_write) {
        host_store(bytes, *val, op);
    }
    result = address_space_rw(as, addr, attrs, bytes, memop_size(op), is_write);
    if (!is_write) {
        *val = host_load(bytes, op);
    }
    return result;
}

/*
 * Is this all there is to do? An IOMMU that refuses may answer for one byte alone;
 * to ask it again, for the parts, would be a second fault.
 */
static bool in_one(const MemXlat *x, unsigned size)
{
    return x->len == size || (x->nr_hops && x->mr == &io_mem_unassigned);
}

/* Not plain RAM: the long way. */
static uint64_t load_slow(AddressSpace *as, FlatView *fv, hwaddr addr, MemOp op,
                          MemTxAttrs attrs, MemTxResult *result)
{
    unsigned size = memop_size(op);
    uint64_t val = 0;
    MemXlat x;

    mem_xlat_begin(&x, fv, addr, size, false, attrs);
    if (likely(x.direct && x.len == size)) {
        val = host_load(mem_xlat_host(&x), op);
        mem_xlat_end(&x);
        *result = MEMTX_OK;
        return val;
    }
    mem_xlat_end(&x);
    *result = in_one(&x, size) ? mmio_access(x.mr, x.xlat, attrs, &val, op, false)
                               : split_access(as, addr, &val, op, attrs, false);
    return val;
}

static MemTxResult store_slow(AddressSpace *as, FlatView *fv, hwaddr addr, uint64_t val,
                              MemOp op, MemTxAttrs attrs)
{
    unsigned size = memop_size(op);
    MemXlat x;

    mem_xlat_begin(&x, fv, addr, size, true, attrs);
    if (likely(x.direct && x.len == size)) {
        host_store(mem_xlat_host(&x), val, op);
        mem_xlat_end(&x);
        memory_code_written(x.mr->ram_block, x.xlat, size);
        return MEMTX_OK;
    }
    mem_xlat_end(&x);
    return in_one(&x, size) ? mmio_access(x.mr, x.xlat, attrs, &val, op, true)
                            : split_access(as, addr, &val, op, attrs, true);
}

uint64_t address_space_ld(AddressSpace *as, hwaddr addr, MemOp op, MemTxAttrs attrs,
                          MemTxResult *result)
{
    RCU_READ_LOCK_GUARD();
    FlatView *fv = address_space_to_flatview(as);
    const uint8_t *ram = flatview_ram(fv, addr, memop_size(op), false);
    MemTxResult r = MEMTX_OK;
    uint64_t val =
        likely(ram) ? host_load(ram, op) : load_slow(as, fv, addr, op, attrs, &r);

    if (result) {
        *result = r;
    }
    return val;
}

void address_space_st(AddressSpace *as, hwaddr addr, uint64_t val, MemOp op,
                      MemTxAttrs attrs, MemTxResult *result)
{
    RCU_READ_LOCK_GUARD();
    FlatView *fv = address_space_to_flatview(as);
    uint8_t *ram = flatview_ram(fv, addr, memop_size(op), true);
    MemTxResult r = MEMTX_OK;

    if (likely(ram)) {
        host_store(ram, val, op);
        flatview_ram_written(fv, ram, memop_size(op));
    } else {
        r = store_slow(as, fv, addr, val, op, attrs);
    }
    if (result) {
        *result = r;
    }
}
