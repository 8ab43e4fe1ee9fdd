/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the segments of a chain to an element whose iovecs point into memory,
 * and back. A mapping keeps its page from being taken away (an UNMAP waits for
 * it): who pops an element returns it or detaches it.
 */
#include "qemu/osdep.h"
#include "virtqueue.h"

/* What has been mapped so far: readable segments first. */
typedef struct SegmentMapper {
    VirtIODevice *vdev;
    unsigned n;
    hwaddr addr[VIRTQ_MAX_IOV];
    struct iovec iov[VIRTQ_MAX_IOV];
} SegmentMapper;

static bool map_segment(SegmentMapper *m, const VirtQueueSegment *seg, bool writable)
{
    AddressSpace *as = m->vdev->dma_as;
    hwaddr addr = seg->addr, left = seg->len;

    while (left) {
        hwaddr len = left;
        void *host;

        if (m->n == VIRTQ_MAX_IOV) {
            virtio_error(m->vdev, "virtio: buffer is in too many pieces");
            return false;
        }
        host = address_space_map(as, addr, &len, writable, MEMTXATTRS_UNSPECIFIED);
        if (!host || !len) {
            virtio_error(m->vdev, "virtio: bogus descriptor or out of resources");
            return false;
        }
        m->addr[m->n] = addr;
        m->iov[m->n++] = (struct iovec){ .iov_base = host, .iov_len = len };
        addr += len;
        left -= len;
    }
    return true;
}

static void unmap_iov(VirtIODevice *vdev, const struct iovec *iov, unsigned n,
                      bool writable, size_t written)
{
    for (unsigned i = 0; i < n; i++) {
        size_t len = writable ? MIN(written, iov[i].iov_len) : iov[i].iov_len;

        address_space_unmap(vdev->dma_as, iov[i].iov_base, iov[i].iov_len, writable,
                            len);
        written -= writable ? len : 0;
    }
}

static void *element_new(const SegmentMapper *m, const VirtQueueChain *chain,
                         unsigned out_num, size_t sz)
{
    size_t iov_ofs = ROUND_UP(sz, __alignof__(struct iovec));
    size_t addr_ofs = iov_ofs + m->n * sizeof(struct iovec);
    VirtQueueElement *elem = g_malloc(addr_ofs + m->n * sizeof(hwaddr));

    elem->index = chain->index;
    elem->len = 0;
    elem->ndescs = chain->ndescs;
    elem->out_num = out_num;
    elem->in_num = m->n - out_num;
    elem->out_sg = (void *)((char *)elem + iov_ofs);
    elem->in_sg = elem->out_sg + out_num;
    elem->out_addr = (void *)((char *)elem + addr_ofs);
    elem->in_addr = elem->out_addr + out_num;
    memcpy(elem->out_sg, m->iov, m->n * sizeof(struct iovec));
    memcpy(elem->out_addr, m->addr, m->n * sizeof(hwaddr));
    return elem;
}

static bool map_segments(SegmentMapper *m, const VirtQueueSegment *seg, unsigned n,
                         bool writable)
{
    for (unsigned i = 0; i < n; i++) {
        if (!map_segment(m, &seg[i], writable)) {
            return false;
        }
    }
    return true;
}

void *virtqueue_map_chain(VirtIODevice *vdev, const VirtQueueChain *chain, size_t sz)
{
    SegmentMapper m; /* not cleared: it is large, and read only as far as written */
    unsigned out_num;
    bool ok;

    assert(sz >= sizeof(VirtQueueElement));
    m.vdev = vdev;
    m.n = 0;
    ok = map_segments(&m, chain->seg, chain->out_num, false);
    out_num = m.n;
    ok = ok && map_segments(&m, chain->seg + chain->out_num, chain->in_num, true);
    if (!ok) {
        unmap_iov(vdev, m.iov, out_num, false, 0);
        unmap_iov(vdev, m.iov + out_num, m.n - out_num, true, 0);
        return NULL;
    }
    return element_new(&m, chain, out_num, sz);
}

void virtqueue_unmap_element(VirtIODevice *vdev, const VirtQueueElement *elem,
                             unsigned int len)
{
    unmap_iov(vdev, elem->in_sg, elem->in_num, true, len);
    unmap_iov(vdev, elem->out_sg, elem->out_num, false, 0);
}
