/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The walk of a descriptor chain: what a guest may put into one buffer. The
 * number of descriptors and of bytes is bounded whatever the rings hold.
 */
#include "qemu/osdep.h"
#include "virtqueue.h"

void virtqueue_chain_start(VirtQueueChain *chain)
{
    /* The segments are written before they are counted: no need to clear 16 KiB. */
    memset(chain, 0, offsetof(VirtQueueChain, seg));
}

bool virtqueue_chain_broken(VirtQueue *vq, const char *why)
{
    virtio_error(vq->vdev, "Queue %u: %s", vq->index, why);
    return false;
}

/* Split: flags and next; packed: an id that means nothing here, and flags. */
static VirtQueueDesc table_desc(const uint8_t *raw, bool linked)
{
    return (VirtQueueDesc){
        .addr = ldq_le_p(raw),
        .len = ldl_le_p(raw + 8),
        .flags = lduw_le_p(raw + (linked ? 12 : 14)),
        .next = lduw_le_p(raw + 14),
    };
}

bool virtqueue_chain_add_table(VirtQueue *vq, VirtQueueChain *chain,
                               const VirtQueueDesc *desc, bool linked)
{
    uint8_t table[VIRTQUEUE_MAX_SIZE * sizeof(struct vring_desc)];
    unsigned n = desc->len / sizeof(struct vring_desc);
    unsigned i = 0;

    if (!virtio_vdev_has_feature(vq->vdev, VIRTIO_RING_F_INDIRECT_DESC)) {
        return virtqueue_chain_broken(vq, "Indirect descriptor without the feature");
    }
    if (desc->len % sizeof(struct vring_desc) || desc->len > sizeof(table)) {
        return virtqueue_chain_broken(vq, "Invalid size for indirect buffer table");
    }
    if (n == 0) {
        return true;
    }
    if (address_space_read(vq->vdev->dma_as, desc->addr, MEMTXATTRS_UNSPECIFIED, table,
                           desc->len) != MEMTX_OK) {
        return virtqueue_chain_broken(vq, "Cannot read the indirect buffer table");
    }
    for (unsigned steps = 0; steps < n; steps++) {
        VirtQueueDesc d = table_desc(table + i * sizeof(struct vring_desc), linked);

        /* 2.7.5.3.1: no table inside a table. */
        if (d.flags & VRING_DESC_F_INDIRECT) {
            return virtqueue_chain_broken(vq, "Nested indirect descriptor");
        }
        if (!virtqueue_chain_add(vq, chain, &d)) {
            return false;
        }
        if (linked && !(d.flags & VRING_DESC_F_NEXT)) {
            return true;
        }
        i = linked ? d.next : i + 1;
        if (linked && i >= n) {
            return virtqueue_chain_broken(vq,
                                          "Desc next is outside of the indirect table");
        }
    }
    return linked ? virtqueue_chain_broken(vq, "Looped descriptor") : true;
}
