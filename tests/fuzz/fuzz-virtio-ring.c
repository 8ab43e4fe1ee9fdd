/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rings that hold anything. The first byte chooses layout and features; then come
 * steps of eight bytes that write memory or move buffers. Whatever the rings say,
 * what a device gets lies in RAM or is a copy of it, and it never has more than the
 * ring holds.
 */
#include "qemu/osdep.h"
#include "qemu/iov.h"
#include "../unit/virtio-fixture.h"

#define STEP      8
#define MAX_STEPS 512

typedef struct Held {
    VirtQueueElement *elem[T_QUEUE_SIZE];
    unsigned n;
} Held;

static void check_in_ram(VirtioTest *t, const struct iovec *iov, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        const uint8_t *p = iov[i].iov_base;

        g_assert_true(p >= t->ram && iov[i].iov_len > 0 &&
                      iov[i].iov_len <= (size_t)(t->ram + T_RAM_SIZE - p));
    }
}

/* A short readable segment is a copy beside the element: it says what memory says. */
static void check_readable(VirtioTest *t, const VirtQueueElement *elem)
{
    for (unsigned i = 0; i < elem->out_num; i++) {
        hwaddr addr = elem->out_addr[i];
        size_t len = elem->out_sg[i].iov_len;

        g_assert_true(len > 0 && addr < T_RAM_SIZE && len <= T_RAM_SIZE - addr);
        g_assert_cmpmem(elem->out_sg[i].iov_base, len, t->ram + addr, len);
    }
}

static void pop(VirtioTest *t, Held *h)
{
    VirtQueueElement *elem = virtqueue_pop(t->vq, sizeof(*elem));

    if (!elem) {
        return;
    }
    g_assert_cmpuint(h->n, <, T_QUEUE_SIZE);
    check_in_ram(t, elem->in_sg, elem->in_num);
    check_readable(t, elem);
    h->elem[h->n++] = elem;
}

static void push(VirtioTest *t, Held *h, unsigned which, uint32_t len)
{
    VirtQueueElement *elem;

    if (!h->n) {
        return;
    }
    which %= h->n;
    elem = h->elem[which];
    h->elem[which] = h->elem[--h->n];
    iov_memset(elem->in_sg, elem->in_num, 0, len, len & 0xfff);
    virtqueue_push(t->vq, elem, len);
    virtio_notify(t->vdev, t->vq);
    g_free(elem);
}

static void push_batch(VirtioTest *t, Held *h)
{
    unsigned n = h->n;

    for (unsigned i = 0; i < n; i++) {
        virtqueue_fill(t->vq, h->elem[i], i, i);
        g_free(h->elem[i]);
    }
    if (n) {
        virtqueue_flush(t->vq, n);
    }
    h->n = 0;
}

static void unpop(VirtioTest *t, Held *h)
{
    if (h->n) {
        virtqueue_unpop(t->vq, h->elem[--h->n], 0);
        g_free(h->elem[h->n]);
    }
}

static void step(VirtioTest *t, Held *h, const uint8_t *data)
{
    uint32_t val = ldl_le_p(data + 4);
    unsigned offset = lduw_le_p(data + 2) % 0x6000;

    switch (data[0] % 10) {
    case 0:
        stl_le_p(t->ram + offset, val);
        break;
    case 1:
        split_desc(t, data[1] & 1 ? T_TABLE : T_DESC, data[1] >> 1 & 15,
                   T_BUF + (val & 0xffff), val >> 16 & 0xfff, data[2] & 7,
                   data[3] & 31);
        break;
    case 2:
        split_offer(t, data[1] & 31);
        break;
    case 3:
        packed_offer(t, data[1] & 1 ? T_TABLE : T_BUF, val & 0xff, data[2],
                     data[3] & 7);
        break;
    case 4:
    case 5:
        pop(t, h);
        break;
    case 6:
        push(t, h, data[1], val);
        break;
    case 7:
        push_batch(t, h);
        break;
    case 8:
        unpop(t, h);
        break;
    default:
        virtqueue_avail_bytes(t->vq, val & 0xffff, val >> 16);
        virtio_queue_set_notification(t->vq, data[1] & 1);
        virtio_queue_empty(t->vq);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char *argv[] = { (char *)"fuzz", NULL }, **av = argv;
    static bool ready;
    static int argc = 1;
    VirtioTest *t;
    Held h = { .n = 0 };

    if (!ready) {
        virtio_test_init(&argc, &av);
        ready = true;
    }
    if (!size) {
        return 0;
    }
    t = virtio_test_driven(T_VERSION_1 | (data[0] & 1 ? T_PACKED : 0) |
                           (data[0] & 2 ? T_INDIRECT : 0) |
                           (data[0] & 4 ? T_EVENT_IDX : 0));
    data++;
    size--;
    for (unsigned n = 0; size >= STEP && n < MAX_STEPS;
         n++, data += STEP, size -= STEP) {
        step(t, &h, data);
    }
    while (h.n) {
        virtqueue_detach_element(t->vq, h.elem[--h.n], 0);
        g_free(h.elem[h.n]);
    }
    virtio_test_free(t);
    return 0;
}
