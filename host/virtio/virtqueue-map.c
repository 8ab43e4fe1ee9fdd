/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the segments of a chain to an element whose iovecs point into memory,
 * and back. A mapping keeps its page from being taken away (an UNMAP waits for
 * it): who pops an element returns it or detaches it. Short readable segments,
 * which are the headers of requests, are copied into the element instead: that
 * costs less, and the guest can not change them under the device's eyes.
 */
#include "qemu/osdep.h"
#include "system/dma-group.h"
#include "virtqueue.h"

/* For copies: enough for a request of any device here. */
#define COPY_BYTES 128

/* Of an element, before its iovecs. */
typedef struct ElementHead {
    DmaGroup group; /* all that is mapped, or nothing: each piece by itself */
    uint8_t copies[COPY_BYTES];
} ElementHead;

/*
 * An element that is being made: what the device asked for, the copies, the iovecs
 * and their guest addresses, readable ones first. It has room for a piece of each
 * segment, and moves when some come in more of them.
 */
typedef struct ElementBuilder {
    VirtIODevice *vdev;
    VirtQueueElement *elem;
    size_t iov_ofs;
    unsigned room; /* iovecs that fit */
    unsigned n;    /* iovecs so far */
    unsigned copied;
    struct iovec *iov;
    hwaddr *addr;
} ElementBuilder;

static ElementHead *head_of(const struct iovec *iov)
{
    return (ElementHead *)iov - 1;
}

static uint8_t *copies_before(const struct iovec *iov)
{
    return head_of(iov)->copies;
}

static bool is_copy(const uint8_t *copies, const void *p)
{
    return (uintptr_t)p - (uintptr_t)copies < COPY_BYTES;
}

static void allocate(ElementBuilder *b, unsigned room)
{
    b->elem = g_malloc(b->iov_ofs + room * (sizeof(struct iovec) + sizeof(hwaddr)));
    b->iov = (struct iovec *)((char *)b->elem + b->iov_ofs);
    b->addr = (hwaddr *)(b->iov + room);
    b->room = room;
    head_of(b->iov)->group.mr = NULL;
}

static void make_room(ElementBuilder *b)
{
    ElementBuilder old = *b;

    allocate(b, MIN(old.room * 2, VIRTQ_MAX_IOV));
    memcpy(copies_before(b->iov), copies_before(old.iov), b->copied);
    memcpy(b->addr, old.addr, b->n * sizeof(hwaddr));
    for (unsigned i = 0; i < b->n; i++) {
        uint8_t *base = old.iov[i].iov_base;
        bool copy = is_copy(copies_before(old.iov), base);

        b->iov[i].iov_len = old.iov[i].iov_len;
        b->iov[i].iov_base =
            copy ? copies_before(b->iov) + (base - copies_before(old.iov)) : base;
    }
    g_free(old.elem);
}

/* Room for one more piece; what is in the element may move for it. */
static bool reserve(ElementBuilder *b)
{
    if (b->n == VIRTQ_MAX_IOV) {
        virtio_error(b->vdev, "virtio: buffer is in too many pieces");
        return false;
    }
    if (b->n == b->room) {
        make_room(b);
    }
    return true;
}

static void add_piece(ElementBuilder *b, hwaddr addr, void *host, size_t len)
{
    b->addr[b->n] = addr;
    b->iov[b->n++] = (struct iovec){ .iov_base = host, .iov_len = len };
}

static bool copy_piece(ElementBuilder *b, hwaddr addr, size_t len)
{
    uint8_t *p = copies_before(b->iov) + b->copied;

    if (address_space_read(b->vdev->dma_as, addr, MEMTXATTRS_UNSPECIFIED, p, len) !=
        MEMTX_OK) {
        return false;
    }
    b->copied += len;
    add_piece(b, addr, p, len);
    return true;
}

static bool wants_copy(const ElementBuilder *b, hwaddr len, bool writable)
{
    return !writable && len <= COPY_BYTES - b->copied;
}

/* Returns how many of the @len bytes one piece has; 0 if there is none. */
static hwaddr map_piece(ElementBuilder *b, hwaddr addr, hwaddr len, bool writable)
{
    void *host;

    if (wants_copy(b, len, writable)) {
        return copy_piece(b, addr, len) ? len : 0;
    }
    host = address_space_map(b->vdev->dma_as, addr, &len, writable,
                             MEMTXATTRS_UNSPECIFIED);
    if (!host || !len) {
        return 0;
    }
    add_piece(b, addr, host, len);
    return len;
}

static bool map_segment(ElementBuilder *b, const VirtQueueSegment *seg, bool writable)
{
    for (hwaddr done = 0, len; done < seg->len; done += len) {
        if (!reserve(b)) {
            return false;
        }
        len = map_piece(b, seg->addr + done, seg->len - done, writable);
        if (!len) {
            virtio_error(b->vdev, "virtio: bogus descriptor or out of resources");
            return false;
        }
    }
    return true;
}

static bool map_segments(ElementBuilder *b, const VirtQueueSegment *seg, unsigned n,
                         bool writable)
{
    for (unsigned i = 0; i < n; i++) {
        if (!map_segment(b, &seg[i], writable)) {
            return false;
        }
    }
    return true;
}

/* The common request: few segments, each in one piece. */
static bool map_group(ElementBuilder *b, const VirtQueueChain *chain)
{
    unsigned n = chain->out_num + chain->in_num;

    if (!n || n > DMA_GROUP_MAX) {
        return false;
    }
    for (unsigned i = 0; i < n; i++) {
        const VirtQueueSegment *seg = &chain->seg[i];
        bool copy = wants_copy(b, seg->len, i >= chain->out_num);

        add_piece(b, seg->addr, copy ? copies_before(b->iov) + b->copied : NULL,
                  seg->len);
        b->copied += copy ? seg->len : 0;
    }
    if (!dma_group_map(&head_of(b->iov)->group, b->vdev->dma_as, b->addr, b->iov,
                       chain->out_num, n)) {
        b->n = b->copied = 0;
        return false;
    }
    return true;
}

static void unmap_group(DmaGroup *group, const VirtQueueElement *elem, size_t written)
{
    for (unsigned i = 0; i < elem->in_num && written; i++) {
        size_t len = MIN(written, elem->in_sg[i].iov_len);

        dma_group_written(group, elem->in_sg[i].iov_base, len);
        written -= len;
    }
    dma_group_unmap(group);
}

static void unmap_readable(VirtIODevice *vdev, const struct iovec *iov, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        if (!is_copy(copies_before(iov), iov[i].iov_base)) {
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

/* Sets *@out_num to the number of readable pieces, false after an error. */
static bool map_each(ElementBuilder *b, const VirtQueueChain *chain, unsigned *out_num)
{
    bool ok = map_segments(b, chain->seg, chain->out_num, false);

    *out_num = b->n;
    ok = ok && map_segments(b, chain->seg + chain->out_num, chain->in_num, true);
    if (!ok) {
        unmap_readable(b->vdev, b->iov, *out_num);
        unmap_writable(b->vdev, b->iov + *out_num, b->n - *out_num, 0);
    }
    return ok;
}

void *virtqueue_map_chain(VirtIODevice *vdev, const VirtQueueChain *chain, size_t sz)
{
    size_t head_ofs = ROUND_UP(sz, __alignof__(ElementHead));
    ElementBuilder b = { .vdev = vdev, .iov_ofs = head_ofs + sizeof(ElementHead) };
    unsigned out_num = chain->out_num;

    assert(sz >= sizeof(VirtQueueElement));
    allocate(&b, MAX(chain->out_num + chain->in_num, 1));
    if (!map_group(&b, chain) && !map_each(&b, chain, &out_num)) {
        g_free(b.elem);
        return NULL;
    }
    *b.elem = (VirtQueueElement){
        .index = chain->index,
        .ndescs = chain->ndescs,
        .out_num = out_num,
        .in_num = b.n - out_num,
        .out_addr = b.addr,
        .in_addr = b.addr + out_num,
        .out_sg = b.iov,
        .in_sg = b.iov + out_num,
    };
    return b.elem;
}

void virtqueue_unmap_element(VirtIODevice *vdev, const VirtQueueElement *elem,
                             unsigned int len)
{
    if (!elem->out_sg) {
        return; /* it goes back as it came and was never mapped */
    }
    if (head_of(elem->out_sg)->group.mr) {
        unmap_group(&head_of(elem->out_sg)->group, elem, len);
        return;
    }
    unmap_writable(vdev, elem->in_sg, elem->in_num, len);
    unmap_readable(vdev, elem->out_sg, elem->out_num);
}
