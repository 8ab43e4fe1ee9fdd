/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the segments of a chain to an element whose iovecs point into memory,
 * and back. A mapping keeps its page from being taken away (an UNMAP waits for
 * it): who pops an element returns it or detaches it. Short readable segments,
 * which are the headers of requests, are copied into the element instead: that
 * costs less, and the guest can not change them under the device's eyes.
 */
#include "qemu/osdep.h"
#include "virtqueue.h"

/* Bytes of an element for such copies: enough for a request of any device here. */
#define COPY_BYTES 128

/* What has been mapped so far: readable segments first. */
typedef struct SegmentMapper {
    VirtIODevice *vdev;
    unsigned n;
    unsigned copied;
    uint8_t copy[COPY_BYTES];
    hwaddr addr[VIRTQ_MAX_IOV];
    struct iovec iov[VIRTQ_MAX_IOV];
} SegmentMapper;

static bool is_copy(const uint8_t *copies, const void *p)
{
    return (uintptr_t)p - (uintptr_t)copies < COPY_BYTES;
}

static bool copy_segment(SegmentMapper *m, const VirtQueueSegment *seg)
{
    uint8_t *p = m->copy + m->copied;

    if (m->n == VIRTQ_MAX_IOV ||
        address_space_read(m->vdev->dma_as, seg->addr, MEMTXATTRS_UNSPECIFIED, p,
                           seg->len) != MEMTX_OK) {
        virtio_error(m->vdev, "virtio: bogus descriptor or out of resources");
        return false;
    }
    m->copied += seg->len;
    m->addr[m->n] = seg->addr;
    m->iov[m->n++] = (struct iovec){ .iov_base = p, .iov_len = seg->len };
    return true;
}

static bool map_segment(SegmentMapper *m, const VirtQueueSegment *seg, bool writable)
{
    AddressSpace *as = m->vdev->dma_as;
    hwaddr addr = seg->addr, left = seg->len;

    if (!writable && left <= COPY_BYTES - m->copied) {
        return copy_segment(m, seg);
    }
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

static void unmap_readable(VirtIODevice *vdev, const struct iovec *iov, unsigned n,
                           const uint8_t *copies)
{
    for (unsigned i = 0; i < n; i++) {
        if (!is_copy(copies, iov[i].iov_base)) {
            address_space_unmap(vdev->dma_as, iov[i].iov_base, iov[i].iov_len, false,
                                iov[i].iov_len);
        }
    }
}

static void unmap_writable(VirtIODevice *vdev, const struct iovec *iov, unsigned n,
                           size_t written)
{
    for (unsigned i = 0; i < n; i++) {
        size_t len = MIN(written, iov[i].iov_len);

        address_space_unmap(vdev->dma_as, iov[i].iov_base, iov[i].iov_len, true, len);
        written -= len;
    }
}

/* Behind the addresses, which are behind the iovecs: see element_new(). */
static uint8_t *copies_of(const VirtQueueElement *elem)
{
    return (uint8_t *)(elem->out_addr + elem->out_num + elem->in_num);
}

static void *element_new(const SegmentMapper *m, const VirtQueueChain *chain,
                         unsigned out_num, size_t sz)
{
    size_t iov_ofs = ROUND_UP(sz, __alignof__(struct iovec));
    size_t addr_ofs = iov_ofs + m->n * sizeof(struct iovec);
    size_t copy_ofs = addr_ofs + m->n * sizeof(hwaddr);
    VirtQueueElement *elem = g_malloc(copy_ofs + COPY_BYTES);
    uint8_t *copies = (uint8_t *)elem + copy_ofs;

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
    memcpy(copies, m->copy, m->copied);
    for (unsigned i = 0; i < out_num; i++) {
        if (is_copy(m->copy, m->iov[i].iov_base)) {
            elem->out_sg[i].iov_base =
                copies + ((uint8_t *)m->iov[i].iov_base - m->copy);
        }
    }
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
    m.copied = 0;
    ok = map_segments(&m, chain->seg, chain->out_num, false);
    out_num = m.n;
    ok = ok && map_segments(&m, chain->seg + chain->out_num, chain->in_num, true);
    if (!ok) {
        unmap_readable(vdev, m.iov, out_num, m.copy);
        unmap_writable(vdev, m.iov + out_num, m.n - out_num, 0);
        return NULL;
    }
    return element_new(&m, chain, out_num, sz);
}

void virtqueue_unmap_element(VirtIODevice *vdev, const VirtQueueElement *elem,
                             unsigned int len)
{
    unmap_writable(vdev, elem->in_sg, elem->in_num, len);
    unmap_readable(vdev, elem->out_sg, elem->out_num, copies_of(elem));
}
