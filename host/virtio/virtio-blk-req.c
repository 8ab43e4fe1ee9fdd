/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One request of the block device: read once from guest memory, checked, carried
 * out, answered with a status byte. VIRTIO 1.2, 5.2.6.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/iov.h"
#include "virtio-blk-internal.h"
#include "virtio-internal.h"

#define SECTOR_BITS 9
#define SECTOR_SIZE (1u << SECTOR_BITS)

typedef struct VirtIOBlockReq {
    VirtQueueElement elem;
    VirtIOBlock *dev;
    VirtQueue *vq;
    BlockRequest io;
    uint8_t *status;       /* the last writable byte of the buffer */
    size_t in_len;         /* writable bytes, the status included */
    struct iovec *own_iov; /* NULL: io.iov is part of the element */
} VirtIOBlockReq;

size_t virtio_blk_req_size(void)
{
    return sizeof(VirtIOBlockReq);
}

/* ---- the answer ---- */

static void answer(VirtIOBlockReq *req, uint8_t status)
{
    VirtIOBlock *s = req->dev;
    VirtIODevice *vdev = VIRTIO_DEVICE(s);
    bool nested = virtio_dma_guard_enter(vdev);

    *req->status = status;
    if (s->resetting) {
        virtqueue_detach_element(req->vq, &req->elem, req->in_len);
    } else {
        unsigned *done = &s->done[virtio_get_queue_index(req->vq)];

        virtqueue_fill(req->vq, &req->elem, MIN(req->in_len, UINT32_MAX), (*done)++);
    }
    virtio_dma_guard_leave(vdev, nested);
    g_free(req->own_iov);
    g_free(req);
}

void virtio_blk_notify_done(VirtIOBlock *s)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(s);
    bool nested = virtio_dma_guard_enter(vdev);

    for (int n = 0; n < s->conf.num_queues; n++) {
        VirtQueue *vq = virtio_get_queue(vdev, n);
        unsigned done = s->done[n];

        if (done) {
            s->done[n] = 0;
            virtqueue_flush(vq, done);
            virtio_notify(vdev, vq);
        }
    }
    virtio_dma_guard_leave(vdev, nested);
}

static void io_done(void *opaque, int ret)
{
    VirtIOBlockReq *req = opaque;

    answer(req, ret == 0          ? VIRTIO_BLK_S_OK
                : ret == -ENOTSUP ? VIRTIO_BLK_S_UNSUPP
                                  : VIRTIO_BLK_S_IOERR);
}

static void start_io(VirtIOBlockReq *req, BlockOp op, uint64_t offset, uint64_t bytes)
{
    req->io.op = op;
    req->io.offset = offset;
    req->io.bytes = bytes;
    req->io.cb = io_done;
    req->io.opaque = req;
    blk_submit(req->dev->blk, &req->io);
}

/* ---- the checks ---- */

/* Sectors as the driver counts them, to a byte range inside the disk. */
static bool sector_range_ok(VirtIOBlock *s, uint64_t sector, uint64_t bytes)
{
    uint64_t capacity = blk_getlength(s->blk) >> SECTOR_BITS;
    uint64_t block_sectors = s->conf.conf.logical_block_size >> SECTOR_BITS;

    return bytes % s->conf.conf.logical_block_size == 0 &&
           sector % block_sectors == 0 && bytes >> SECTOR_BITS <= capacity &&
           sector <= capacity - (bytes >> SECTOR_BITS);
}

/* @iov without its first @skip bytes and without what follows @bytes more. */
static void set_data(VirtIOBlockReq *req, struct iovec *iov, unsigned n, size_t skip,
                     size_t bytes)
{
    /* As drivers lay it out: header and status in descriptors of their own. */
    if (n && iov[0].iov_len == skip) {
        iov++;
        n--;
        skip = 0;
    }
    if (!skip && iov_size(iov, n) == bytes) {
        req->io.iov = iov;
        req->io.niov = n;
        return;
    }
    if (!skip && n && iov_size(iov, n - 1) == bytes) {
        req->io.iov = iov;
        req->io.niov = n - 1;
        return;
    }
    req->own_iov = g_new(struct iovec, n);
    req->io.iov = req->own_iov;
    req->io.niov = iov_copy(req->own_iov, n, iov, n, skip, bytes);
}

static void handle_transfer(VirtIOBlockReq *req, bool write, uint64_t sector)
{
    VirtQueueElement *elem = &req->elem;
    size_t header = sizeof(struct virtio_blk_outhdr);
    size_t bytes =
        write ? iov_size(elem->out_sg, elem->out_num) - header : req->in_len - 1;

    if (!sector_range_ok(req->dev, sector, bytes)) {
        answer(req, VIRTIO_BLK_S_IOERR);
        return;
    }
    if (write) {
        set_data(req, elem->out_sg, elem->out_num, header, bytes);
    } else {
        set_data(req, elem->in_sg, elem->in_num, 0, bytes);
    }
    start_io(req, write ? BLOCK_OP_WRITE : BLOCK_OP_READ, sector << SECTOR_BITS, bytes);
}

static void handle_get_id(VirtIOBlockReq *req)
{
    VirtIOBlock *s = req->dev;
    char id[VIRTIO_BLK_ID_BYTES] = { 0 };
    size_t len = MIN(req->in_len - 1, sizeof(id));

    if (s->conf.serial) {
        memcpy(id, s->conf.serial, MIN(strlen(s->conf.serial), sizeof(id)));
    }
    iov_from_buf(req->elem.in_sg, req->elem.in_num, 0, id, len);
    answer(req, VIRTIO_BLK_S_OK);
}

/* One range each: max_discard_seg and max_write_zeroes_seg are 1. */
static uint8_t check_range(VirtIOBlockReq *req, bool discard,
                           struct virtio_blk_discard_write_zeroes *range)
{
    VirtIOBlock *s = req->dev;
    size_t header = sizeof(struct virtio_blk_outhdr);
    size_t out = iov_size(req->elem.out_sg, req->elem.out_num) - header;
    uint32_t max =
        discard ? s->conf.max_discard_sectors : s->conf.max_write_zeroes_sectors;

    if (out != sizeof(*range)) {
        return VIRTIO_BLK_S_UNSUPP;
    }
    iov_to_buf(req->elem.out_sg, req->elem.out_num, header, range, sizeof(*range));
    range->sector = le64_to_cpu(range->sector);
    range->num_sectors = le32_to_cpu(range->num_sectors);
    range->flags = le32_to_cpu(range->flags);
    /* 5.2.6.2: unknown flags, and unmap in a discard, are not supported. */
    if (range->flags & ~(discard ? 0 : VIRTIO_BLK_WRITE_ZEROES_FLAG_UNMAP)) {
        return VIRTIO_BLK_S_UNSUPP;
    }
    if (range->num_sectors > max ||
        !sector_range_ok(s, range->sector,
                         (uint64_t)range->num_sectors << SECTOR_BITS)) {
        return VIRTIO_BLK_S_IOERR;
    }
    return VIRTIO_BLK_S_OK;
}

static void handle_range(VirtIOBlockReq *req, bool discard)
{
    struct virtio_blk_discard_write_zeroes range;
    unsigned fbit = discard ? VIRTIO_BLK_F_DISCARD : VIRTIO_BLK_F_WRITE_ZEROES;
    uint8_t status = VIRTIO_BLK_S_UNSUPP;

    if (virtio_vdev_has_feature(VIRTIO_DEVICE(req->dev), fbit)) {
        status = check_range(req, discard, &range);
    }
    if (status != VIRTIO_BLK_S_OK) {
        answer(req, status);
        return;
    }
    req->io.may_unmap = range.flags & VIRTIO_BLK_WRITE_ZEROES_FLAG_UNMAP;
    start_io(req, discard ? BLOCK_OP_DISCARD : BLOCK_OP_WRITE_ZEROES,
             range.sector << SECTOR_BITS, (uint64_t)range.num_sectors << SECTOR_BITS);
}

/* ---- the request ---- */

/* No status byte, no header: there is no way to answer. */
static void refuse(VirtIOBlock *s, VirtQueue *vq, VirtIOBlockReq *req, const char *why)
{
    virtio_error(VIRTIO_DEVICE(s), "virtio-blk %s", why);
    virtqueue_detach_element(vq, &req->elem, 0);
    g_free(req);
}

void virtio_blk_handle_req(VirtIOBlock *s, VirtQueue *vq, void *opaque)
{
    VirtIOBlockReq *req = opaque;
    VirtQueueElement *elem = &req->elem;
    struct virtio_blk_outhdr hdr;
    struct iovec *last;
    uint64_t sector;

    req->dev = s;
    req->vq = vq;
    req->own_iov = NULL;
    memset(&req->io, 0, sizeof(req->io));
    if (!elem->out_num || !elem->in_num) {
        refuse(s, vq, req, "missing headers");
        return;
    }
    if (iov_to_buf(elem->out_sg, elem->out_num, 0, &hdr, sizeof(hdr)) != sizeof(hdr)) {
        refuse(s, vq, req, "request outhdr too short");
        return;
    }
    last = &elem->in_sg[elem->in_num - 1];
    req->status = (uint8_t *)last->iov_base + last->iov_len - 1;
    req->in_len = iov_size(elem->in_sg, elem->in_num);
    sector = le64_to_cpu(hdr.sector);

    switch (le32_to_cpu(hdr.type)) {
    case VIRTIO_BLK_T_IN:
        handle_transfer(req, false, sector);
        break;
    case VIRTIO_BLK_T_OUT:
        handle_transfer(req, true, sector);
        break;
    case VIRTIO_BLK_T_FLUSH:
        start_io(req, BLOCK_OP_FLUSH, 0, 0);
        break;
    case VIRTIO_BLK_T_GET_ID:
        handle_get_id(req);
        break;
    case VIRTIO_BLK_T_DISCARD:
        handle_range(req, true);
        break;
    case VIRTIO_BLK_T_WRITE_ZEROES:
        handle_range(req, false);
        break;
    default:
        answer(req, VIRTIO_BLK_S_UNSUPP);
        break;
    }
}
