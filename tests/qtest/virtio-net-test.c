/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virtio-net with -netdev stream: the test is the peer, which frames packets as
 * QEMU's stream does. Both directions, the control queue, a hostile peer.
 */
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "libqos/virtio.h"
#include "standard-headers/linux/virtio_net.h"

#define HEADER 12
#define BIT    QVIRTIO_BIT

typedef struct Net {
    QTestState *qts;
    QPCIBus *bus;
    QVirtio *d;
    QVirtqueue *rx, *tx, *ctrl;
    char *path;
    int peer;
} Net;

static int connect_to(const char *path)
{
    struct sockaddr_un addr = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    struct timeval timeout = { .tv_sec = 10 };

    g_strlcpy(addr.sun_path, path, sizeof(addr.sun_path));
    g_assert_cmpint(connect(fd, (struct sockaddr *)&addr, sizeof(addr)), ==, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
    return fd;
}

static void net_drive(Net *n, uint64_t without)
{
    qvirtio_start(n->d, ~(BIT(VIRTIO_RING_F_EVENT_IDX) | without));
    n->rx = qvirtqueue_new(n->d, 0, 0);
    n->tx = qvirtqueue_new(n->d, 1, 0);
    n->ctrl = qvirtqueue_new(n->d, 2, 0);
    qvirtio_driver_ok(n->d);
}

static Net net_start(const void *mmio, uint64_t without)
{
    bool arm = g_str_equal(qtest_get_arch(), "aarch64");
    Net n = { .path = qtest_temp_file("net", 0) };

    qvirtio_alloc_reset();
    n.qts = qtest_initf("-machine %s -m 64 -nodefaults -netdev stream,id=n0,server=on,"
                        "addr.type=unix,addr.path=%s "
                        "-device virtio-net-%s,netdev=n0,mac=52:54:00:01:02:03",
                        arm ? "virt" : "q35", n.path, mmio ? "device" : "pci");
    if (mmio) {
        n.d = qvirtio_mmio_find(n.qts, VIRTIO_ID_NET);
    } else {
        n.bus = qpci_root_bus(n.qts);
        n.d = qvirtio_pci_find(n.bus, VIRTIO_ID_NET);
    }
    g_assert_cmpuint(n.d->ops->config_read(n.d, 6, 2), ==, 0); /* nobody there */
    net_drive(&n, without);
    n.peer = connect_to(n.path);
    while (n.d->ops->config_read(n.d, 6, 2) != VIRTIO_NET_S_LINK_UP) {
        g_usleep(1000);
    }
    return n;
}

static void net_end(Net *n)
{
    close(n->peer);
    qvirtqueue_free(n->rx);
    qvirtqueue_free(n->tx);
    qvirtqueue_free(n->ctrl);
    qvirtio_free(n->d);
    g_free(n->bus);
    qtest_quit(n->qts);
    g_free(n->path);
}

static void peer_send(Net *n, const void *frame, uint32_t len)
{
    uint32_t be = GUINT32_TO_BE(len);

    g_assert_cmpint(send(n->peer, &be, 4, MSG_NOSIGNAL), ==, 4);
    g_assert_cmpint(send(n->peer, frame, len, MSG_NOSIGNAL), ==, len);
}

static uint16_t offer_rx(Net *n, uint64_t data, uint32_t len)
{
    QVirtioBuf buf = { data, len, true };
    uint16_t id = qvirtqueue_add(n->rx, &buf, 1, false);

    qvirtqueue_kick(n->rx);
    return id;
}

static void test_receive(const void *mmio)
{
    Net n = net_start(mmio, 0);
    uint64_t data = qvirtio_alloc(n.qts, 4096, 64);
    uint16_t id = offer_rx(&n, data, 2048);
    char got[64];

    peer_send(&n, "a frame of sixteen..", 20);
    g_assert_cmpuint(qvirtqueue_wait(n.rx, id), ==, HEADER + 20);
    qtest_memread(n.qts, data + HEADER, got, 20);
    g_assert_cmpint(memcmp(got, "a frame of sixteen..", 20), ==, 0);
    g_assert_cmpuint(qtest_readw(n.qts, data + 10), ==, 1); /* num_buffers */
    net_end(&n);
}

/* The frames wait for buffers that come later. */
static void test_receive_late_buffers(const void *mmio)
{
    Net n = net_start(mmio, 0);
    uint64_t data = qvirtio_alloc(n.qts, 4096, 64);
    uint8_t frame[60] = { 0 };

    for (unsigned i = 0; i < 10; i++) {
        frame[0] = i;
        peer_send(&n, frame, sizeof(frame));
    }
    for (unsigned i = 0; i < 10; i++) {
        uint16_t id = offer_rx(&n, data, 2048);

        g_assert_cmpuint(qvirtqueue_wait(n.rx, id), ==, HEADER + 60);
        g_assert_cmphex(qtest_readb(n.qts, data + HEADER), ==, i);
    }
    net_end(&n);
}

static void test_mergeable(const void *mmio)
{
    Net n = net_start(mmio, 0);
    uint64_t data = qvirtio_alloc(n.qts, 4096, 64);
    uint8_t frame[250];
    uint16_t id[3];

    memset(frame, 0x77, sizeof(frame));
    for (unsigned i = 0; i < 3; i++) {
        id[i] = offer_rx(&n, data + 1024 * i, 100);
    }
    peer_send(&n, frame, sizeof(frame));
    g_assert_cmpuint(qvirtqueue_wait(n.rx, id[0]), ==, 100);
    g_assert_cmpuint(qvirtqueue_wait(n.rx, id[1]), ==, 100);
    g_assert_cmpuint(qvirtqueue_wait(n.rx, id[2]), ==, HEADER + 250 - 200);
    g_assert_cmpuint(qtest_readw(n.qts, data + 10), ==, 3);
    g_assert_cmphex(qtest_readb(n.qts, data + 2048 + 61), ==, 0x77);
    net_end(&n);
}

/* Without MRG_RXBUF a frame that does not fit is lost, the buffer stays. */
static void test_too_small(const void *mmio)
{
    Net n = net_start(mmio, BIT(VIRTIO_NET_F_MRG_RXBUF));
    uint64_t data = qvirtio_alloc(n.qts, 4096, 64);
    uint8_t frame[250] = { 1 };
    uint16_t id = offer_rx(&n, data, 100);

    peer_send(&n, frame, sizeof(frame));
    peer_send(&n, frame, 60);
    g_assert_cmpuint(qvirtqueue_wait(n.rx, id), ==, HEADER + 60);
    net_end(&n);
}

static void test_send(const void *mmio)
{
    Net n = net_start(mmio, 0);
    uint64_t data = qvirtio_alloc(n.qts, 4096, 64);
    QVirtioBuf buf[] = { { data, 5, false },
                         { data + 5, 7, false },
                         { data + 12, 33, false },
                         { data + 45, 67, false } };
    uint8_t got[104];

    qtest_memset(n.qts, data + HEADER, 0x5a, 100);
    g_assert_cmpuint(qvirtqueue_run(n.tx, buf, 4, true), ==, 0);
    g_assert_cmpint(recv(n.peer, got, 104, MSG_WAITALL), ==, 104);
    g_assert_cmpint(memcmp(got, "\0\0\0\x64", 4), ==, 0);
    g_assert_cmphex(got[4], ==, 0x5a);
    g_assert_cmphex(got[103], ==, 0x5a);
    net_end(&n);
}

/* No header: the device breaks, and lives again after a reset. */
static void test_send_no_header(const void *mmio)
{
    Net n = net_start(mmio, 0);
    uint64_t data = qvirtio_alloc(n.qts, 64, 64);
    QVirtioBuf buf = { data, 11, false };

    qvirtqueue_add(n.tx, &buf, 1, false);
    qvirtqueue_kick(n.tx);
    g_assert_true(qvirtio_needs_reset(n.d));
    qvirtqueue_free(n.rx);
    qvirtqueue_free(n.tx);
    qvirtqueue_free(n.ctrl);
    net_drive(&n, 0);
    buf.len = 64;
    g_assert_cmpuint(qvirtqueue_run(n.tx, &buf, 1, false), ==, 0);
    net_end(&n);
}

static uint8_t command(Net *n, const uint8_t *cmd, uint32_t len)
{
    uint64_t data = qvirtio_alloc(n->qts, len + 1, 1);
    QVirtioBuf buf[] = { { data, len, false }, { data + len, 1, true } };

    qtest_memwrite(n->qts, data, cmd, len);
    qtest_writeb(n->qts, data + len, 0xaa);
    g_assert_cmpuint(qvirtqueue_run(n->ctrl, buf, 2, false), ==, 1);
    return qtest_readb(n->qts, data + len);
}

static void test_control(const void *mmio)
{
    Net n = net_start(mmio, 0);
    uint64_t data = qvirtio_alloc(n.qts, 4096, 64);
    static const uint8_t promisc_off[] = { 0, 0, 0 };
    static const uint8_t bad_class[] = { 9, 0, 0 };
    static const uint8_t bad_table[] = { 1, 0, 0xff, 0xff, 0xff, 0xff };
    static const uint8_t table[] = { 1, 0, 1, 0, 0, 0, 2, 2, 2, 2, 2, 2, 0, 0, 0, 0 };
    static const uint8_t new_mac[] = { 1, 1, 6, 7, 8, 9, 10, 11 };
    uint8_t frame[60] = { 2, 3, 4, 5, 6, 7 };
    uint16_t id = offer_rx(&n, data, 2048);

    g_assert_cmpuint(command(&n, bad_class, 3), ==, VIRTIO_NET_ERR);
    g_assert_cmpuint(command(&n, bad_table, 6), ==, VIRTIO_NET_ERR);
    g_assert_cmpuint(command(&n, promisc_off, 2), ==, VIRTIO_NET_ERR);
    g_assert_cmpuint(command(&n, promisc_off, 3), ==, VIRTIO_NET_OK);
    g_assert_cmpuint(command(&n, table, sizeof(table)), ==, VIRTIO_NET_OK);
    peer_send(&n, frame, 60); /* for somebody else */
    memset(frame, 2, 6);
    peer_send(&n, frame, 60);
    g_assert_cmpuint(qvirtqueue_wait(n.rx, id), ==, HEADER + 60);
    g_assert_cmphex(qtest_readb(n.qts, data + HEADER + 1), ==, 2);
    g_assert_cmpuint(command(&n, new_mac, 8), ==, VIRTIO_NET_OK);
    g_assert_cmphex(n.d->ops->config_read(n.d, 0, 4), ==, 0x09080706);
    net_end(&n);
}

/* The peer announces a frame of 4 GiB: it is hung up on, and may come again. */
static void test_hostile_peer(const void *mmio)
{
    Net n = net_start(mmio, 0);
    uint64_t data = qvirtio_alloc(n.qts, 4096, 64);
    uint16_t id = offer_rx(&n, data, 2048);
    uint8_t frame[60] = { 1 }, byte;

    g_assert_cmpint(send(n.peer, "\xff\xff\xff\xff", 4, MSG_NOSIGNAL), ==, 4);
    g_assert_cmpint(recv(n.peer, &byte, 1, 0), ==, 0);
    close(n.peer);
    n.peer = connect_to(n.path);
    peer_send(&n, frame, 60);
    g_assert_cmpuint(qvirtqueue_wait(n.rx, id), ==, HEADER + 60);
    net_end(&n);
}

static void add_all(const char *transport, const void *mmio)
{
    static const struct {
        const char *name;
        void (*fn)(const void *);
    } cases[] = {
        { "receive", test_receive },
        { "receive-late-buffers", test_receive_late_buffers },
        { "mergeable", test_mergeable },
        { "too-small", test_too_small },
        { "send", test_send },
        { "send-no-header", test_send_no_header },
        { "control", test_control },
        { "hostile-peer", test_hostile_peer },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path =
            g_strdup_printf("/virtio-net/%s/%s", transport, cases[i].name);

        qtest_add_data_func(path, mmio, cases[i].fn);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_all("pci", NULL);
    if (g_str_equal(qtest_get_arch(), "aarch64")) {
        add_all("mmio", "mmio");
    }
    return g_test_run();
}
