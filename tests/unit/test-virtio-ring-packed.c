/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The packed ring (VIRTIO 1.2, 2.8): what is taken, returned and refused. */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "virtio-fixture.h"

#define PACKED (T_VERSION_1 | T_PACKED)

static VirtQueueElement *pop(VirtioTest *t)
{
    return virtqueue_pop(t->vq, sizeof(VirtQueueElement));
}

static void expect_buffer(VirtioTest *t, unsigned id, unsigned out, unsigned in,
                          unsigned len)
{
    g_autofree VirtQueueElement *elem = pop(t);

    g_assert_nonnull(elem);
    g_assert_cmpuint(elem->index, ==, id);
    g_assert_cmpuint(elem->out_num, ==, out);
    g_assert_cmpuint(elem->in_num, ==, in);
    virtqueue_push(t->vq, elem, len);
}

static void expect_used(VirtioTest *t, unsigned slot, bool wrap, unsigned id,
                        unsigned len)
{
    uint16_t got_id;
    uint32_t got_len;

    g_assert_true(packed_is_used(t, slot, wrap, &got_id, &got_len));
    g_assert_cmpuint(got_id, ==, id);
    g_assert_cmpuint(got_len, ==, len);
}

static void expect_not_used(VirtioTest *t, unsigned slot, bool wrap)
{
    uint16_t id;
    uint32_t len;

    g_assert_false(packed_is_used(t, slot, wrap, &id, &len));
}

static void expect_broken(VirtioTest *t)
{
    g_assert_null(pop(t));
    g_assert_true(virtio_test_broken(t));
    g_assert_null(pop(t));
    virtio_test_free(t);
}

static void test_chain(void)
{
    VirtioTest *t = virtio_test_driven(PACKED);

    g_assert_true(virtio_queue_empty(t->vq));
    packed_offer(t, T_BUF, 16, 7, NEXT);
    packed_offer(t, T_BUF + 64, 8, 8, NEXT);
    packed_offer(t, T_BUF + 128, 4, 1234, WRITE);
    g_assert_false(virtio_queue_empty(t->vq));
    expect_buffer(t, 1234, 2, 1, 4); /* the id of the last descriptor */
    expect_used(t, 0, true, 1234, 4);
    g_assert_true(virtio_queue_empty(t->vq));

    packed_offer(t, T_BUF, 16, 9, 0); /* after the three slots of the first */
    expect_buffer(t, 9, 1, 0, 0);
    expect_used(t, 3, true, 9, 0);
    virtio_test_free(t);
}

static void test_laps(void)
{
    VirtioTest *t = virtio_test_driven(PACKED);

    for (unsigned i = 0; i < 100 * T_QUEUE_SIZE; i++) {
        unsigned slot = t->slot;
        bool wrap = t->wrap;

        packed_offer(t, T_BUF, 4, i, NEXT);
        packed_offer(t, T_BUF, 4, i, NEXT | WRITE);
        packed_offer(t, T_BUF, 4, i, WRITE);
        expect_buffer(t, (uint16_t)i, 1, 2, 8);
        expect_used(t, slot, wrap, (uint16_t)i, 8);
        expect_not_used(t, slot, !wrap);
    }
    virtio_test_free(t);
}

/* A packed ring may have any size, and a chain may lie over its end. */
static void test_odd_size(void)
{
    static const char *const packed[] = { "packed", "on", NULL };
    VirtioTest *t = virtio_test_new(packed, &error_abort);

    virtio_test_negotiate(t, PACKED);
    virtio_queue_set_num(t->vdev, 0, 7);
    virtio_test_set_rings(t, T_DESC, T_DRIVER, T_DEVICE);
    for (unsigned i = 0; i < 50; i++) {
        packed_offer(t, T_BUF, 4, i, NEXT);
        packed_offer(t, T_BUF, 4, i, 0);
        expect_buffer(t, i, 2, 0, 0);
    }
    virtio_test_free(t);
}

static void test_indirect(void)
{
    VirtioTest *t = virtio_test_driven(PACKED | T_INDIRECT);

    packed_table(t, 0, T_BUF, 16, 0);
    packed_table(t, 1, T_BUF, 16, WRITE);
    packed_table(t, 2, T_BUF, 16, WRITE | NEXT); /* 2.8.7: NEXT is reserved */
    packed_offer(t, T_TABLE, 3 * 16, 3, INDIRECT);
    expect_buffer(t, 3, 1, 2, 32);
    expect_used(t, 0, true, 3, 32);

    packed_offer(t, T_TABLE, 0, 4, INDIRECT);
    expect_buffer(t, 4, 0, 0, 0);
    g_assert_false(virtio_test_broken(t));
    virtio_test_free(t);
}

static void test_indirect_bad(void)
{
    static const uint32_t len[] = { 15, 1025 * 16, UINT32_MAX };
    VirtioTest *t;

    for (unsigned i = 0; i < G_N_ELEMENTS(len); i++) {
        t = virtio_test_driven(PACKED | T_INDIRECT);
        packed_offer(t, T_TABLE, len[i], 3, INDIRECT);
        expect_broken(t);
    }
    t = virtio_test_driven(PACKED | T_INDIRECT);
    packed_table(t, 0, T_TABLE, 16, INDIRECT);
    packed_offer(t, T_TABLE, 16, 3, INDIRECT);
    expect_broken(t);

    t = virtio_test_driven(PACKED | T_INDIRECT);
    packed_offer(t, T_BUF, 16, 3, NEXT);
    packed_offer(t, T_TABLE, 16, 3, INDIRECT);
    expect_broken(t);

    t = virtio_test_driven(PACKED);
    packed_offer(t, T_TABLE, 16, 3, INDIRECT);
    expect_broken(t);
}

static void test_endless_list(void)
{
    VirtioTest *t = virtio_test_driven(PACKED);

    for (unsigned i = 0; i < T_QUEUE_SIZE; i++) {
        packed_offer(t, T_BUF, 4, i, NEXT);
    }
    expect_broken(t);
}

static void test_outside_ram(void)
{
    VirtioTest *t = virtio_test_driven(PACKED);

    packed_offer(t, UINT64_MAX - 3, 4, 0, WRITE);
    expect_broken(t);
    t = virtio_test_driven(PACKED);
    packed_offer(t, T_RAM_SIZE - 1, 2, 0, 0);
    expect_broken(t);
}

static void test_order(void)
{
    VirtioTest *t = virtio_test_driven(PACKED);

    packed_offer(t, T_BUF, 4, 0, WRITE | NEXT);
    packed_offer(t, T_BUF, 4, 0, 0);
    expect_broken(t);
}

static void test_batch(void)
{
    VirtioTest *t = virtio_test_driven(PACKED);
    VirtQueueElement *elem[3];

    for (unsigned i = 0; i < 3; i++) {
        packed_offer(t, T_BUF, 4, i, NEXT);
        packed_offer(t, T_BUF, 4, i, WRITE);
        elem[i] = pop(t);
    }
    for (unsigned i = 0; i < 3; i++) {
        virtqueue_fill(t->vq, elem[2 - i], i + 1, i);
        g_free(elem[2 - i]);
        expect_not_used(t, 2 * i, true);
    }
    virtqueue_flush(t->vq, 3);
    expect_used(t, 0, true, 2, 1);
    expect_used(t, 2, true, 1, 2);
    expect_used(t, 4, true, 0, 3);
    virtio_test_free(t);
}

static void test_unpop_over_the_end(void)
{
    VirtioTest *t = virtio_test_driven(PACKED);
    VirtQueueElement *elem;

    for (unsigned i = 0; i < T_QUEUE_SIZE - 1; i++) {
        packed_offer(t, T_BUF, 4, i, 0);
        expect_buffer(t, i, 1, 0, 0);
    }
    packed_offer(t, T_BUF, 4, 50, NEXT);
    packed_offer(t, T_BUF, 4, 50, 0);
    elem = pop(t);
    virtqueue_unpop(t->vq, elem, 0);
    g_free(elem);
    expect_buffer(t, 50, 2, 0, 0);
    expect_used(t, T_QUEUE_SIZE - 1, true, 50, 0);
    virtio_test_free(t);
}

static void use_one(VirtioTest *t)
{
    packed_offer(t, T_BUF, 4, 0, WRITE);
    expect_buffer(t, 0, 0, 1, 0);
    virtio_notify(t->vdev, t->vq);
}

static void test_interrupt_flags(void)
{
    VirtioTest *t = virtio_test_driven(PACKED);

    use_one(t);
    g_assert_cmpuint(t->interrupts, ==, 1);
    stw_le_p(t->ram + T_DRIVER + 2, VRING_PACKED_EVENT_FLAG_DISABLE);
    use_one(t);
    g_assert_cmpuint(t->interrupts, ==, 1);
    virtio_queue_set_notification(t->vq, 0);
    g_assert_cmpuint(lduw_le_p(t->ram + T_DEVICE + 2), ==,
                     VRING_PACKED_EVENT_FLAG_DISABLE);
    virtio_queue_set_notification(t->vq, 1);
    g_assert_cmpuint(lduw_le_p(t->ram + T_DEVICE + 2), ==,
                     VRING_PACKED_EVENT_FLAG_ENABLE);
    virtio_test_free(t);
}

static void test_event_idx(void)
{
    VirtioTest *t = virtio_test_driven(PACKED | T_EVENT_IDX);
    uint8_t *driver = t->ram + T_DRIVER;

    stw_le_p(driver + 2, VRING_PACKED_EVENT_FLAG_DESC);
    use_one(t);
    g_assert_cmpuint(t->interrupts, ==, 1);
    /* The slot 2 of the second lap. */
    stw_le_p(driver, 2);
    for (unsigned i = 1; i < T_QUEUE_SIZE + 2; i++) {
        use_one(t);
        g_assert_cmpuint(t->interrupts, ==, 1);
    }
    use_one(t);
    g_assert_cmpuint(t->interrupts, ==, 2);

    /* Where the device wants its kick: slot 3 of the second lap. */
    virtio_queue_set_notification(t->vq, 1);
    g_assert_cmpuint(lduw_le_p(t->ram + T_DEVICE), ==, 3);
    g_assert_cmpuint(lduw_le_p(t->ram + T_DEVICE + 2), ==,
                     VRING_PACKED_EVENT_FLAG_DESC);
    virtio_test_free(t);
}

int main(int argc, char **argv)
{
    virtio_test_init(&argc, &argv);
#define CASE(name, fn) g_test_add_func("/virtio-ring-packed/" name, fn)
    CASE("chain", test_chain);
    CASE("laps", test_laps);
    CASE("odd-size", test_odd_size);
    CASE("indirect", test_indirect);
    CASE("indirect-bad", test_indirect_bad);
    CASE("endless-list", test_endless_list);
    CASE("outside-ram", test_outside_ram);
    CASE("order", test_order);
    CASE("batch", test_batch);
    CASE("unpop-over-the-end", test_unpop_over_the_end);
    CASE("interrupt-flags", test_interrupt_flags);
    CASE("event-idx", test_event_idx);
    return g_test_run();
}
