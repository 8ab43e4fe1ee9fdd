/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The split ring (VIRTIO 1.2, 2.7): what is taken, returned and refused. */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "virtio-fixture.h"

static VirtQueueElement *pop(VirtioTest *t)
{
    return virtqueue_pop(t->vq, sizeof(VirtQueueElement));
}

/* The next buffer has exactly these pieces; it is returned with @len written. */
static void expect_buffer(VirtioTest *t, unsigned index, unsigned out, unsigned in,
                          unsigned len)
{
    g_autofree VirtQueueElement *elem = pop(t);

    g_assert_nonnull(elem);
    g_assert_cmpuint(elem->index, ==, index);
    g_assert_cmpuint(elem->out_num, ==, out);
    g_assert_cmpuint(elem->in_num, ==, in);
    virtqueue_push(t->vq, elem, len);
}

static void expect_broken(VirtioTest *t)
{
    unsigned before = t->interrupts;

    g_assert_null(pop(t));
    g_assert_true(virtio_test_broken(t));
    g_assert_cmpuint(t->interrupts, ==, before + 1); /* the configuration interrupt */
    g_assert_null(pop(t));
    g_assert_true(virtio_queue_empty(t->vq));
    g_assert_cmpuint(split_used_idx(t), ==, 0);
    virtio_test_free(t);
}

static void test_chain(void)
{
    VirtioTest *t = virtio_test_driven(T_VERSION_1);
    VirtQueueElement *elem;
    uint32_t id, len;

    g_assert_null(pop(t));
    split_desc(t, T_DESC, 5, T_BUF, 16, NEXT, 2);
    split_desc(t, T_DESC, 2, T_BUF + 0x100, 7, NEXT, 9);
    split_desc(t, T_DESC, 9, T_BUF + 0x200, 512, WRITE, 0);
    split_offer(t, 5);

    g_assert_false(virtio_queue_empty(t->vq));
    elem = pop(t);
    g_assert_cmpuint(elem->out_num, ==, 2);
    g_assert_cmpuint(elem->in_num, ==, 1);
    g_assert_cmphex(elem->out_addr[1], ==, T_BUF + 0x100);
    g_assert_cmpuint(elem->out_sg[1].iov_len, ==, 7);
    g_assert_true(elem->in_sg[0].iov_base == t->ram + T_BUF + 0x200);
    g_assert_true(virtio_queue_empty(t->vq));
    virtqueue_push(t->vq, elem, 512);
    g_free(elem);

    g_assert_cmpuint(split_used_idx(t), ==, 1);
    split_used(t, 0, &id, &len);
    g_assert_cmpuint(id, ==, 5);
    g_assert_cmpuint(len, ==, 512);
    virtio_test_free(t);
}

static void test_indices_wrap(void)
{
    VirtioTest *t = virtio_test_driven(T_VERSION_1);

    split_desc(t, T_DESC, 3, T_BUF, 4, WRITE, 0);
    for (unsigned i = 0; i < 0x10000 + 40; i++) {
        split_offer(t, 3);
        expect_buffer(t, 3, 0, 1, 4);
        g_assert_cmpuint(split_used_idx(t), ==, (uint16_t)(i + 1));
    }
    g_assert_false(virtio_test_broken(t));
    virtio_test_free(t);
}

static void test_indirect(void)
{
    VirtioTest *t = virtio_test_driven(T_VERSION_1 | T_INDIRECT);

    split_desc(t, T_TABLE, 0, T_BUF, 16, NEXT, 2);
    split_desc(t, T_TABLE, 2, T_BUF + 64, 4, WRITE, 1);
    split_desc(t, T_DESC, 0, T_TABLE, 3 * 16, INDIRECT, 0);
    split_offer(t, 0);
    expect_buffer(t, 0, 1, 1, 4);

    /* 2.7.5.3.2: normal descriptors first, then one table; its WRITE is ignored. */
    split_desc(t, T_DESC, 1, T_BUF, 8, NEXT, 0);
    split_desc(t, T_DESC, 0, T_TABLE, 3 * 16, INDIRECT | WRITE, 0);
    split_offer(t, 1);
    expect_buffer(t, 1, 2, 1, 0);
    virtio_test_free(t);
}

static void test_indirect_empty(void)
{
    VirtioTest *t = virtio_test_driven(T_VERSION_1 | T_INDIRECT);

    split_desc(t, T_DESC, 0, T_TABLE, 0, INDIRECT, 0);
    split_offer(t, 0);
    expect_buffer(t, 0, 0, 0, 0);
    g_assert_false(virtio_test_broken(t));
    virtio_test_free(t);
}

/* A table that breaks the ring, described by its first two descriptors. */
static void bad_table(uint32_t table_len, uint16_t flags0, uint16_t next0,
                      uint16_t flags1, uint16_t next1)
{
    VirtioTest *t = virtio_test_driven(T_VERSION_1 | T_INDIRECT);

    split_desc(t, T_TABLE, 0, T_BUF, 16, flags0, next0);
    split_desc(t, T_TABLE, 1, T_BUF, 16, flags1, next1);
    split_desc(t, T_DESC, 0, T_TABLE, table_len, INDIRECT, 0);
    split_offer(t, 0);
    expect_broken(t);
}

static void test_indirect_bad(void)
{
    bad_table(17, 0, 0, 0, 0);
    bad_table(2 * 16, NEXT, 1, NEXT, 0);
    bad_table(2 * 16, NEXT, 2, 0, 0);
    bad_table(2 * 16, NEXT, 1, INDIRECT, 0);
    bad_table(1025 * 16, 0, 0, 0, 0);
    bad_table(UINT32_MAX - 15, 0, 0, 0, 0);
}

static void test_indirect_not_negotiated(void)
{
    VirtioTest *t = virtio_test_driven(T_VERSION_1);

    split_desc(t, T_DESC, 0, T_TABLE, 16, INDIRECT, 0);
    split_offer(t, 0);
    expect_broken(t);
}

static void test_indirect_with_next(void)
{
    VirtioTest *t = virtio_test_driven(T_VERSION_1 | T_INDIRECT);

    split_desc(t, T_DESC, 0, T_TABLE, 16, INDIRECT | NEXT, 1);
    split_offer(t, 0);
    expect_broken(t);
}

static void test_loop(void)
{
    VirtioTest *t = virtio_test_driven(T_VERSION_1);

    split_desc(t, T_DESC, 0, T_BUF, 4, NEXT, 1);
    split_desc(t, T_DESC, 1, T_BUF, 4, NEXT, 0);
    split_offer(t, 0);
    expect_broken(t);
}

static void test_longest(void)
{
    VirtioTest *t = virtio_test_driven(T_VERSION_1);

    for (unsigned i = 0; i < T_QUEUE_SIZE; i++) {
        split_desc(t, T_DESC, i, T_BUF + i, 1, i + 1 < T_QUEUE_SIZE ? NEXT : 0, i + 1);
    }
    split_offer(t, 0);
    expect_buffer(t, 0, T_QUEUE_SIZE, 0, 0);
    virtio_test_free(t);
}

static void test_head_out_of_range(void)
{
    VirtioTest *t = virtio_test_driven(T_VERSION_1);

    split_offer(t, T_QUEUE_SIZE);
    expect_broken(t);
}

static void test_next_out_of_range(void)
{
    VirtioTest *t = virtio_test_driven(T_VERSION_1);

    split_desc(t, T_DESC, 0, T_BUF, 4, NEXT, T_QUEUE_SIZE);
    split_offer(t, 0);
    expect_broken(t);
}

static void test_index_jump(void)
{
    VirtioTest *t = virtio_test_driven(T_VERSION_1);

    stw_le_p(t->ram + T_DRIVER + 2, T_QUEUE_SIZE + 1);
    expect_broken(t);
}

static void test_order(void)
{
    VirtioTest *t = virtio_test_driven(T_VERSION_1);

    split_desc(t, T_DESC, 0, T_BUF, 4, NEXT | WRITE, 1);
    split_desc(t, T_DESC, 1, T_BUF, 4, 0, 0);
    split_offer(t, 0);
    expect_broken(t);
}

static void test_zero_length(void)
{
    VirtioTest *t = virtio_test_driven(T_VERSION_1);

    split_desc(t, T_DESC, 0, T_BUF, 0, NEXT, 1);
    split_desc(t, T_DESC, 1, T_BUF, 3, NEXT, 2);
    split_desc(t, T_DESC, 2, UINT64_MAX, 0, NEXT | WRITE, 3);
    split_desc(t, T_DESC, 3, T_BUF, 1, WRITE, 0);
    split_offer(t, 0);
    expect_buffer(t, 0, 1, 1, 1);
    virtio_test_free(t);
}

static void test_outside_ram(void)
{
    static const uint64_t addr[] = { T_RAM_SIZE, T_RAM_SIZE - 2, UINT64_MAX - 1,
                                     1ULL << 63 };

    for (unsigned i = 0; i < G_N_ELEMENTS(addr); i++) {
        VirtioTest *t = virtio_test_driven(T_VERSION_1);

        split_desc(t, T_DESC, 0, T_BUF, 4, NEXT, 1);
        split_desc(t, T_DESC, 1, addr[i], 4, WRITE, 0);
        split_offer(t, 0);
        expect_broken(t);
    }
}

static void test_too_many_bytes(void)
{
    VirtioTest *t = virtio_test_driven(T_VERSION_1);

    uint32_t id, len;

    split_desc(t, T_DESC, 0, 0, UINT32_MAX, NEXT, 1);
    split_desc(t, T_DESC, 1, 0, 2, WRITE, 0);
    split_desc(t, T_DESC, 2, T_BUF, 2, WRITE, 0);
    split_offer(t, 0);
    split_offer(t, 2);
    expect_buffer(t, 2, 0, 1, 2); /* the next one: the first went back */
    g_assert_false(virtio_test_broken(t));
    g_assert_cmpuint(split_used_idx(t), ==, 2);
    split_used(t, 0, &id, &len);
    g_assert_cmpuint(id, ==, 0);
    g_assert_cmpuint(len, ==, 0);
    virtio_test_free(t);
}

static void test_rings_outside_ram(void)
{
    static const hwaddr where[][3] = {
        { T_RAM_SIZE, T_DRIVER, T_DEVICE },
        { T_DESC, 0x1234567890, T_DEVICE },
        { T_DESC, T_DRIVER, UINT64_MAX - 1 },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(where); i++) {
        VirtioTest *t = virtio_test_new(NULL, &error_abort);

        virtio_test_negotiate(t, T_VERSION_1);
        virtio_test_set_rings(t, where[i][0], where[i][1], where[i][2]);
        g_assert_false(virtio_test_broken(t)); /* not before it is used */
        expect_broken(t);
    }
}

static void test_batch(void)
{
    VirtioTest *t = virtio_test_driven(T_VERSION_1);
    VirtQueueElement *elem[3];
    uint32_t id, len;

    for (unsigned i = 0; i < 3; i++) {
        split_desc(t, T_DESC, i, T_BUF, 4, WRITE, 0);
        split_offer(t, i);
        elem[i] = pop(t);
    }
    for (unsigned i = 0; i < 3; i++) {
        virtqueue_fill(t->vq, elem[2 - i], 10 + i, i);
        g_free(elem[2 - i]);
        g_assert_cmpuint(split_used_idx(t), ==, 0);
    }
    virtqueue_flush(t->vq, 3);
    g_assert_cmpuint(split_used_idx(t), ==, 3);
    split_used(t, 0, &id, &len);
    g_assert_cmpuint(id, ==, 2);
    split_used(t, 2, &id, &len);
    g_assert_cmpuint(id, ==, 0);
    g_assert_cmpuint(len, ==, 12);
    virtio_test_free(t);
}

/* Several wait: they come in order, over the end of the ring, and after some went back.
 */
static void test_many_wait(void)
{
    VirtioTest *t = virtio_test_driven(T_VERSION_1 | T_EVENT_IDX);

    for (unsigned i = 0; i < T_QUEUE_SIZE; i++) {
        split_desc(t, T_DESC, i, T_BUF, 4, WRITE, 0);
    }
    for (unsigned round = 0; round < 100; round++) {
        unsigned n = 1 + round % T_QUEUE_SIZE, first = round * 7;

        for (unsigned i = 0; i < n; i++) {
            split_offer(t, (first + i * 3) % T_QUEUE_SIZE);
        }
        for (unsigned i = 0; i < n; i++) {
            if (i % 3 == 1) {
                g_autofree VirtQueueElement *elem = pop(t);

                g_assert_cmpuint(elem->index, ==, (first + i * 3) % T_QUEUE_SIZE);
                virtqueue_unpop(t->vq, elem, 0);
            }
            expect_buffer(t, (first + i * 3) % T_QUEUE_SIZE, 0, 1, 4);
        }
        g_assert_true(virtio_queue_empty(t->vq));
    }
    virtio_test_free(t);
}

static void test_unpop(void)
{
    VirtioTest *t = virtio_test_driven(T_VERSION_1);
    VirtQueueElement *elem;

    split_desc(t, T_DESC, 4, T_BUF, 4, WRITE, 0);
    split_offer(t, 4);
    elem = pop(t);
    virtqueue_unpop(t->vq, elem, 0);
    g_free(elem);
    expect_buffer(t, 4, 0, 1, 0);
    virtio_test_free(t);
}

static void test_drop_all(void)
{
    VirtioTest *t = virtio_test_driven(T_VERSION_1);

    split_desc(t, T_DESC, 0, UINT64_MAX - 8, 4, WRITE, 0); /* is not even looked at */
    for (unsigned i = 0; i < 5; i++) {
        split_offer(t, 0);
    }
    g_assert_cmpuint(virtqueue_drop_all(t->vq), ==, 5);
    g_assert_cmpuint(split_used_idx(t), ==, 5);
    virtio_test_free(t);
}

static void test_avail_bytes(void)
{
    VirtioTest *t = virtio_test_driven(T_VERSION_1);

    split_desc(t, T_DESC, 0, T_BUF, 100, WRITE, 0);
    split_desc(t, T_DESC, 1, T_BUF, 50, NEXT, 0);
    split_offer(t, 0);
    split_offer(t, 1);
    g_assert_true(virtqueue_avail_bytes(t->vq, 200, 50));
    g_assert_false(virtqueue_avail_bytes(t->vq, 201, 0));
    g_assert_false(virtqueue_avail_bytes(t->vq, 0, 51));
    expect_buffer(t, 0, 0, 1, 0); /* looking took nothing */
    virtio_test_free(t);
}

/* More buffers than the ring has entries: the driver offers some twice. */
static void test_too_many_out(void)
{
    VirtioTest *t = virtio_test_driven(T_VERSION_1);
    VirtQueueElement *elem[T_QUEUE_SIZE];

    split_desc(t, T_DESC, 0, T_BUF, 4, WRITE, 0);
    for (unsigned i = 0; i < T_QUEUE_SIZE; i++) {
        split_offer(t, 0);
        elem[i] = pop(t);
        g_assert_nonnull(elem[i]);
    }
    g_assert_null(pop(t));
    g_assert_false(virtio_test_broken(t));
    split_offer(t, 0);
    g_assert_null(pop(t));
    g_assert_true(virtio_test_broken(t));
    for (unsigned i = 0; i < T_QUEUE_SIZE; i++) {
        virtqueue_detach_element(t->vq, elem[i], 0);
        g_free(elem[i]);
    }
    virtio_test_free(t);
}

static void use_one(VirtioTest *t)
{
    split_offer(t, 0);
    expect_buffer(t, 0, 0, 1, 0);
    virtio_notify(t->vdev, t->vq);
}

static void test_interrupt_flag(void)
{
    VirtioTest *t = virtio_test_driven(T_VERSION_1);

    split_desc(t, T_DESC, 0, T_BUF, 4, WRITE, 0);
    use_one(t);
    g_assert_cmpuint(t->interrupts, ==, 1);
    stw_le_p(t->ram + T_DRIVER, VRING_AVAIL_F_NO_INTERRUPT);
    use_one(t);
    g_assert_cmpuint(t->interrupts, ==, 1);
    virtio_queue_set_notification(t->vq, 0);
    g_assert_cmpuint(lduw_le_p(t->ram + T_DEVICE), ==, VRING_USED_F_NO_NOTIFY);
    virtio_queue_set_notification(t->vq, 1);
    g_assert_cmpuint(lduw_le_p(t->ram + T_DEVICE), ==, 0);
    virtio_test_free(t);
}

static void test_event_idx(void)
{
    VirtioTest *t = virtio_test_driven(T_VERSION_1 | T_EVENT_IDX);
    uint8_t *used_event = t->ram + T_DRIVER + 4 + 2 * T_QUEUE_SIZE;
    uint8_t *avail_event = t->ram + T_DEVICE + 4 + 8 * T_QUEUE_SIZE;

    split_desc(t, T_DESC, 0, T_BUF, 4, WRITE, 0);
    use_one(t);
    g_assert_cmpuint(t->interrupts, ==, 1);
    stw_le_p(used_event, 3); /* not before the fourth */
    use_one(t);
    use_one(t);
    g_assert_cmpuint(t->interrupts, ==, 1);
    use_one(t);
    g_assert_cmpuint(t->interrupts, ==, 2);
    use_one(t);
    g_assert_cmpuint(t->interrupts, ==, 2);
    g_assert_cmpuint(lduw_le_p(avail_event), ==, 5);
    virtio_queue_set_notification(t->vq, 0);
    use_one(t);
    g_assert_cmpuint(lduw_le_p(avail_event), ==, 5);
    virtio_queue_set_notification(t->vq, 1);
    g_assert_cmpuint(lduw_le_p(avail_event), ==, 6);
    virtio_test_free(t);
}

static void test_kick(void)
{
    VirtioTest *t = virtio_test_driven(T_VERSION_1);

    virtio_queue_notify(t->vdev, 0);
    g_assert_cmpuint(t->handled, ==, 1);
    virtio_queue_notify(t->vdev, 1);
    virtio_queue_notify(t->vdev, 1023);
    virtio_queue_notify(t->vdev, 70000);
    virtio_queue_notify(t->vdev, -1);
    t->vdev->disabled = true;
    virtio_queue_notify(t->vdev, 0);
    t->vdev->disabled = false;
    virtio_reset(t->vdev);
    virtio_queue_notify(t->vdev, 0);
    g_assert_cmpuint(t->handled, ==, 1);
    virtio_test_free(t);
}

/* VIRTIO 3.1.1: not before DRIVER_OK. */
static void test_kick_early(void)
{
    VirtioTest *t = virtio_test_new(NULL, &error_abort);

    virtio_test_negotiate(t, T_VERSION_1);
    virtio_queue_set_rings(t->vdev, 0, T_DESC, T_DRIVER, T_DEVICE);
    virtio_queue_notify(t->vdev, 0);
    g_assert_cmpuint(t->handled, ==, 0);
    virtio_test_free(t);
}

static void test_broken_until_reset(void)
{
    VirtioTest *t = virtio_test_driven(T_VERSION_1);

    split_offer(t, 99);
    g_assert_null(pop(t));
    virtio_set_status(t->vdev, VIRTIO_CONFIG_S_ACKNOWLEDGE);
    g_assert_true(virtio_test_broken(t));
    virtio_reset(t->vdev);
    g_assert_false(virtio_test_broken(t));
    virtio_test_free(t);
}

int main(int argc, char **argv)
{
    virtio_test_init(&argc, &argv);
#define CASE(name, fn) g_test_add_func("/virtio-ring-split/" name, fn)
    CASE("chain", test_chain);
    CASE("indices-wrap", test_indices_wrap);
    CASE("indirect", test_indirect);
    CASE("indirect-empty", test_indirect_empty);
    CASE("indirect-bad", test_indirect_bad);
    CASE("indirect-not-negotiated", test_indirect_not_negotiated);
    CASE("indirect-with-next", test_indirect_with_next);
    CASE("loop", test_loop);
    CASE("longest", test_longest);
    CASE("head-out-of-range", test_head_out_of_range);
    CASE("next-out-of-range", test_next_out_of_range);
    CASE("index-jump", test_index_jump);
    CASE("order", test_order);
    CASE("zero-length", test_zero_length);
    CASE("outside-ram", test_outside_ram);
    CASE("too-many-bytes", test_too_many_bytes);
    CASE("rings-outside-ram", test_rings_outside_ram);
    CASE("batch", test_batch);
    CASE("many-wait", test_many_wait);
    CASE("unpop", test_unpop);
    CASE("drop-all", test_drop_all);
    CASE("avail-bytes", test_avail_bytes);
    CASE("too-many-out", test_too_many_out);
    CASE("interrupt-flag", test_interrupt_flag);
    CASE("event-idx", test_event_idx);
    CASE("kick", test_kick);
    CASE("kick-early", test_kick_early);
    CASE("broken-until-reset", test_broken_until_reset);
    return g_test_run();
}
