/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The driver's side of split and packed rings, word by word over qtest. */
#include "libqos/virtio.h"

#define TIMEOUT_US (10 * G_USEC_PER_SEC)

struct QVirtqueue {
    QVirtio *d;
    unsigned index;
    uint16_t size;
    bool packed;
    uint64_t desc, driver, device;
    uint16_t next;  /* the next slot (packed) or available index (split) */
    uint16_t used;  /* the next used slot or index to look at */
    bool next_wrap; /* packed */
    bool used_wrap;
    uint16_t next_id;     /* packed */
    uint16_t slots[1024]; /* packed: how many a buffer took, by id */
};

static uint64_t to_device(QVirtqueue *vq, uint64_t addr)
{
    return addr + vq->d->iova_offset;
}

QVirtqueue *qvirtqueue_new(QVirtio *d, unsigned n, uint16_t max)
{
    QVirtqueue *vq = g_new0(QVirtqueue, 1);
    uint16_t size = d->ops->queue_max(d, n);

    g_assert_cmpuint(size, >, 0);
    vq->d = d;
    vq->index = n;
    vq->size = max && max < size ? max : size;
    vq->packed = d->features & QVIRTIO_BIT(VIRTIO_F_RING_PACKED);
    vq->desc = qvirtio_alloc(d->qts, 16 * vq->size, 4096);
    vq->driver = qvirtio_alloc(d->qts, 6 + 2 * vq->size, 4096);
    vq->device = qvirtio_alloc(d->qts, 6 + 8 * vq->size, 4096);
    vq->next_wrap = vq->used_wrap = true;
    d->ops->queue_enable(d, n, vq->size, to_device(vq, vq->desc),
                         to_device(vq, vq->driver), to_device(vq, vq->device));
    g_assert_true(d->ops->queue_enabled(d, n));
    return vq;
}

void qvirtqueue_free(QVirtqueue *vq)
{
    g_free(vq);
}

/* @third and @fourth: flags and next (split), id and flags (packed). */
static void put_desc(QVirtqueue *vq, uint64_t at, const QVirtioBuf *buf, uint16_t third,
                     uint16_t fourth)
{
    QTestState *qts = vq->d->qts;

    qtest_writeq(qts, at, to_device(vq, buf->addr));
    qtest_writel(qts, at + 8, buf->len);
    qtest_writew(qts, at + 12, third);
    qtest_writew(qts, at + 14, fourth);
}

/* ---- split ---- */

static void put_split_chain(QVirtqueue *vq, uint64_t table, unsigned first,
                            const QVirtioBuf *buf, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        bool last = i + 1 == n;

        put_desc(vq, table + 16 * (first + i), &buf[i],
                 (buf[i].write ? VRING_DESC_F_WRITE : 0) |
                     (last ? 0 : VRING_DESC_F_NEXT),
                 last ? 0 : first + i + 1);
    }
}

/* Buffers come back before their descriptors are used again: tests are small. */
static uint16_t add_split(QVirtqueue *vq, const QVirtioBuf *buf, unsigned n,
                          bool indirect)
{
    QTestState *qts = vq->d->qts;
    unsigned slots = indirect ? 1 : n;
    uint16_t head = vq->next_id;

    if (head + slots > vq->size) {
        head = 0;
    }
    vq->next_id = head + slots;
    if (indirect) {
        QVirtioBuf table = { .addr = qvirtio_alloc(qts, 16 * n, 16), .len = 16 * n };

        put_split_chain(vq, table.addr, 0, buf, n);
        put_desc(vq, vq->desc + 16 * head, &table, VRING_DESC_F_INDIRECT, 0);
    } else {
        put_split_chain(vq, vq->desc, head, buf, n);
    }
    qtest_writew(qts, vq->driver + 4 + 2 * (vq->next % vq->size), head);
    qtest_writew(qts, vq->driver + 2, ++vq->next);
    return head;
}

static bool poll_split(QVirtqueue *vq, uint16_t *id, uint32_t *len)
{
    QTestState *qts = vq->d->qts;
    uint64_t at = vq->device + 4 + 8 * (vq->used % vq->size);

    if (qtest_readw(qts, vq->device + 2) == vq->used) {
        return false;
    }
    *id = qtest_readl(qts, at);
    *len = qtest_readl(qts, at + 4);
    vq->used++;
    return true;
}

/* ---- packed ---- */

static uint16_t avail_flags(bool wrap)
{
    return 1 << (wrap ? VRING_PACKED_DESC_F_AVAIL : VRING_PACKED_DESC_F_USED);
}

static bool advance(const QVirtqueue *vq, uint16_t *pos, unsigned n)
{
    *pos += n;
    if (*pos < vq->size) {
        return false;
    }
    *pos -= vq->size;
    return true;
}

static uint16_t add_packed(QVirtqueue *vq, const QVirtioBuf *buf, unsigned n,
                           bool indirect)
{
    QTestState *qts = vq->d->qts;
    uint16_t id = vq->next_id++ % vq->size, first = vq->next, first_flags = 0;
    QVirtioBuf table;

    if (indirect) {
        table.addr = qvirtio_alloc(qts, 16 * n, 16);
        table.len = 16 * n;
        for (unsigned i = 0; i < n; i++) {
            put_desc(vq, table.addr + 16 * i, &buf[i], 0,
                     buf[i].write ? VRING_DESC_F_WRITE : 0);
        }
    }
    vq->slots[id] = indirect ? 1 : n;
    for (unsigned i = 0; i < vq->slots[id]; i++) {
        const QVirtioBuf *b = indirect ? &table : &buf[i];
        uint16_t flags = avail_flags(vq->next_wrap) |
                         (i + 1 < vq->slots[id] ? VRING_DESC_F_NEXT : 0) |
                         (indirect       ? VRING_DESC_F_INDIRECT
                          : buf[i].write ? VRING_DESC_F_WRITE
                                         : 0);

        /* The first one is shown last. */
        if (i == 0) {
            first_flags = flags;
            flags = avail_flags(!vq->next_wrap);
        }
        put_desc(vq, vq->desc + 16 * vq->next, b, id, flags);
        vq->next_wrap ^= advance(vq, &vq->next, 1);
    }
    qtest_writew(qts, vq->desc + 16 * first + 14, first_flags);
    return id;
}

static bool poll_packed(QVirtqueue *vq, uint16_t *id, uint32_t *len)
{
    QTestState *qts = vq->d->qts;
    uint64_t at = vq->desc + 16 * vq->used;
    uint16_t flags = qtest_readw(qts, at + 14);
    bool avail = flags & 1 << VRING_PACKED_DESC_F_AVAIL;
    bool used = flags & 1 << VRING_PACKED_DESC_F_USED;

    if (avail != vq->used_wrap || used != vq->used_wrap) {
        return false;
    }
    *id = qtest_readw(qts, at + 12);
    *len = qtest_readl(qts, at + 8);
    g_assert_cmpuint(*id, <, vq->size);
    vq->used_wrap ^= advance(vq, &vq->used, vq->slots[*id]);
    return true;
}

/* ---- both ---- */

uint16_t qvirtqueue_add(QVirtqueue *vq, const QVirtioBuf *buf, unsigned n,
                        bool indirect)
{
    g_assert_cmpuint(n, <=, vq->size);
    return vq->packed ? add_packed(vq, buf, n, indirect)
                      : add_split(vq, buf, n, indirect);
}

void qvirtqueue_kick(QVirtqueue *vq)
{
    vq->d->ops->kick(vq->d, vq->index);
}

bool qvirtqueue_poll(QVirtqueue *vq, uint16_t *id, uint32_t *len)
{
    return vq->packed ? poll_packed(vq, id, len) : poll_split(vq, id, len);
}

uint32_t qvirtqueue_wait(QVirtqueue *vq, uint16_t id)
{
    gint64 end = g_get_monotonic_time() + TIMEOUT_US;
    uint16_t got;
    uint32_t len;

    while (!qvirtqueue_poll(vq, &got, &len)) {
        if (g_get_monotonic_time() > end) {
            g_error("queue %u: buffer %u does not come back (status 0x%x)", vq->index,
                    id, vq->d->ops->status(vq->d));
        }
    }
    g_assert_cmpuint(got, ==, id);
    return len;
}

uint32_t qvirtqueue_run(QVirtqueue *vq, const QVirtioBuf *buf, unsigned n,
                        bool indirect)
{
    uint16_t id = qvirtqueue_add(vq, buf, n, indirect);

    qvirtqueue_kick(vq);
    return qvirtqueue_wait(vq, id);
}

void qvirtqueue_set_interrupt(QVirtqueue *vq, bool on)
{
    if (vq->packed) {
        qtest_writew(vq->d->qts, vq->driver + 2,
                     on ? VRING_PACKED_EVENT_FLAG_ENABLE
                        : VRING_PACKED_EVENT_FLAG_DISABLE);
    } else {
        qtest_writew(vq->d->qts, vq->driver, on ? 0 : VRING_AVAIL_F_NO_INTERRUPT);
    }
}
