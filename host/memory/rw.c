/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Copying to and from address spaces. An access is cut where its way changes: at
 * the end of a region, or of what an IOMMU answered. It ends at the first part
 * that fails, so that one bad access gives one fault.
 */
#include "qemu/osdep.h"
#include "host-access.h"
#include "memory-internal.h"

static void ram_written(const MemXlat *x, hwaddr len)
{
    memory_code_written(x->mr->ram_block, x->xlat, len);
}

MemTxResult address_space_read(AddressSpace *as, hwaddr addr, MemTxAttrs attrs,
                               void *buf, hwaddr len)
{
    RCU_READ_LOCK_GUARD();
    FlatView *fv = address_space_to_flatview(as);
    uint8_t *p = buf, *ram = flatview_ram(fv, addr, len, false);

    if (likely(ram)) {
        host_copy_out(p, ram, len);
        return MEMTX_OK;
    }
    while (len) {
        MemTxResult result = MEMTX_OK;
        MemXlat x;

        mem_xlat_begin(&x, fv, addr, len, false, attrs);
        if (likely(x.direct)) {
            host_copy_out(p, mem_xlat_host(&x), x.len);
            mem_xlat_end(&x);
        } else {
            mem_xlat_end(&x);
            result = mmio_copy(x.mr, x.xlat, attrs, p, x.len, false);
        }
        if (unlikely(result != MEMTX_OK)) {
            /* What was in the host's buffer is not for the guest. */
            memset(p, 0, len);
            return result;
        }
        addr += x.len;
        p += x.len;
        len -= x.len;
    }
    return MEMTX_OK;
}

MemTxResult address_space_write(AddressSpace *as, hwaddr addr, MemTxAttrs attrs,
                                const void *buf, hwaddr len)
{
    RCU_READ_LOCK_GUARD();
    FlatView *fv = address_space_to_flatview(as);
    uint8_t *ram = flatview_ram(fv, addr, len, true);
    const uint8_t *p = buf;

    if (likely(ram)) {
        host_copy_in(ram, p, len);
        flatview_ram_written(fv, ram, len);
        return MEMTX_OK;
    }
    while (len) {
        MemTxResult result = MEMTX_OK;
        MemXlat x;

        mem_xlat_begin(&x, fv, addr, len, true, attrs);
        if (likely(x.direct)) {
            host_copy_in(mem_xlat_host(&x), p, x.len);
            mem_xlat_end(&x);
            ram_written(&x, x.len);
        } else {
            mem_xlat_end(&x);
            /* Only read from: is_write. */
            result = mmio_copy(x.mr, x.xlat, attrs, (uint8_t *)p, x.len, true);
        }
        if (unlikely(result != MEMTX_OK)) {
            return result;
        }
        addr += x.len;
        p += x.len;
        len -= x.len;
    }
    return MEMTX_OK;
}

MemTxResult address_space_rw(AddressSpace *as, hwaddr addr, MemTxAttrs attrs, void *buf,
                             hwaddr len, bool is_write)
{
    return is_write ? address_space_write(as, addr, attrs, buf, len)
                    : address_space_read(as, addr, attrs, buf, len);
}

/* Registers that shall all get @c. */
static MemTxResult mmio_set(const MemXlat *x, MemTxAttrs attrs, uint8_t c)
{
    uint8_t chunk[64];
    MemTxResult result = MEMTX_OK;

    memset(chunk, c, sizeof(chunk));
    for (hwaddr done = 0; done < x->len && result == MEMTX_OK;) {
        hwaddr n = MIN(sizeof(chunk), x->len - done);

        result = mmio_copy(x->mr, x->xlat + done, attrs, chunk, n, true);
        done += n;
    }
    return result;
}

MemTxResult address_space_set(AddressSpace *as, hwaddr addr, uint8_t c, hwaddr len,
                              MemTxAttrs attrs)
{
    RCU_READ_LOCK_GUARD();
    FlatView *fv = address_space_to_flatview(as);

    while (len) {
        MemTxResult result = MEMTX_OK;
        MemXlat x;

        mem_xlat_begin(&x, fv, addr, len, true, attrs);
        if (x.direct) {
            memset(mem_xlat_host(&x), c, x.len);
            mem_xlat_end(&x);
            ram_written(&x, x.len);
        } else {
            mem_xlat_end(&x);
            result = mmio_set(&x, attrs, c);
        }
        if (result != MEMTX_OK) {
            return result;
        }
        addr += x.len;
        len -= x.len;
    }
    return MEMTX_OK;
}

MemTxResult address_space_write_rom(AddressSpace *as, hwaddr addr, MemTxAttrs attrs,
                                    const void *buf, hwaddr len)
{
    RCU_READ_LOCK_GUARD();
    FlatView *fv = address_space_to_flatview(as);
    const uint8_t *p = buf;

    while (len) {
        MemXlat x;

        mem_xlat_begin(&x, fv, addr, len, false, attrs);
        if (x.mr->ram_block && !x.mr->ram_device &&
            !(x.mr->ram_block->flags & RAM_READONLY)) {
            memcpy(mem_xlat_host(&x), p, x.len);
            ram_written(&x, x.len);
        }
        mem_xlat_end(&x);
        addr += x.len;
        p += x.len;
        len -= x.len;
    }
    return MEMTX_OK;
}

bool address_space_access_valid(AddressSpace *as, hwaddr addr, hwaddr len,
                                bool is_write, MemTxAttrs attrs)
{
    RCU_READ_LOCK_GUARD();
    FlatView *fv = address_space_to_flatview(as);

    while (len) {
        MemXlat x;

        mem_xlat_probe(&x, fv, addr, len, is_write, attrs);
        mem_xlat_end(&x);
        if (!x.direct && (x.mr == &io_mem_unassigned ||
                          !mmio_accepts(x.mr, x.xlat, x.len, is_write, attrs))) {
            return false;
        }
        addr += x.len;
        len -= x.len;
    }
    return true;
}
