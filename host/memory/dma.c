/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "system/dma.h"

MemTxResult dma_memory_set(AddressSpace *as, dma_addr_t addr, uint8_t c, dma_addr_t len,
                           MemTxAttrs attrs)
{
    dma_barrier(as, DMA_DIRECTION_FROM_DEVICE);
    return address_space_set(as, addr, c, len, attrs);
}

void qemu_sglist_init(QEMUSGList *qsg, DeviceState *dev, int alloc_hint,
                      AddressSpace *as)
{
    *qsg = (QEMUSGList){
        .sg = g_new(ScatterGatherEntry, MAX(alloc_hint, 1)),
        .nalloc = MAX(alloc_hint, 1),
        .dev = dev,
        .as = as,
    };
    object_ref(OBJECT(dev));
}

void qemu_sglist_add(QEMUSGList *qsg, dma_addr_t base, dma_addr_t len)
{
    if (qsg->nsg == qsg->nalloc) {
        qsg->nalloc = 2 * qsg->nalloc + 1;
        qsg->sg = g_renew(ScatterGatherEntry, qsg->sg, qsg->nalloc);
    }
    qsg->sg[qsg->nsg++] = (ScatterGatherEntry){ base, len };
    qsg->size += len;
}

void qemu_sglist_destroy(QEMUSGList *qsg)
{
    object_unref(OBJECT(qsg->dev));
    g_free(qsg->sg);
    memset(qsg, 0, sizeof(*qsg));
}

static MemTxResult copy_sglist(void *ptr, dma_addr_t len, dma_addr_t *residual,
                               QEMUSGList *sg, DMADirection dir, MemTxAttrs attrs)
{
    dma_addr_t left = sg->size;
    MemTxResult result = MEMTX_OK;
    uint8_t *p = ptr;

    len = MIN(len, left);
    for (int i = 0; len && i < sg->nsg; i++) {
        dma_addr_t n = MIN(len, sg->sg[i].len);

        result |= dma_memory_rw(sg->as, sg->sg[i].base, p, n, dir, attrs);
        p += n;
        len -= n;
        left -= n;
    }
    if (residual) {
        *residual = left;
    }
    return result;
}

MemTxResult dma_buf_read(void *ptr, dma_addr_t len, dma_addr_t *residual,
                         QEMUSGList *sg, MemTxAttrs attrs)
{
    return copy_sglist(ptr, len, residual, sg, DMA_DIRECTION_FROM_DEVICE, attrs);
}

MemTxResult dma_buf_write(void *ptr, dma_addr_t len, dma_addr_t *residual,
                          QEMUSGList *sg, MemTxAttrs attrs)
{
    return copy_sglist(ptr, len, residual, sg, DMA_DIRECTION_TO_DEVICE, attrs);
}

uint64_t dma_aligned_pow2_mask(uint64_t start, uint64_t end, int max_addr_bits)
{
    uint64_t max_mask =
        max_addr_bits >= 64 ? UINT64_MAX : (UINT64_C(1) << max_addr_bits) - 1;
    uint64_t align_mask = start ? (start & -start) - 1 : UINT64_MAX;
    uint64_t span = end - start; /* size - 1 */
    uint64_t size_mask = UINT64_MAX;

    /* The largest 2^n with 2^n - 1 <= span. */
    while (size_mask > span) {
        size_mask >>= 1;
    }
    return MIN(MIN(align_mask, size_mask), max_mask);
}
