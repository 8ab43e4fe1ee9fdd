/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The control queue of the network device: which frames come in (VIRTIO 1.2, 5.1.6.5).
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/iov.h"
#include "virtio-net-internal.h"

/* The longest command: two tables, each with its length. */
#define MAX_COMMAND (2 + 2 * 4 + 2 * 6 * 4096)

void virtio_net_filter_reset(VirtIONet *n)
{
    n->mac = n->nic_conf.macaddr;
    n->promisc = true;
    n->allmulti = false;
    n->n_macs = 0;
    n->filter_overflow = false;
}

bool virtio_net_filter_accepts(const VirtIONet *n, const uint8_t *frame, size_t len)
{
    static const MACAddr broadcast = { { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } };

    if (n->promisc || n->filter_overflow) {
        return true;
    }
    if (len < sizeof(MACAddr)) {
        return false;
    }
    if (memcmp(frame, &broadcast, sizeof(MACAddr)) == 0 ||
        memcmp(frame, &n->mac, sizeof(MACAddr)) == 0) {
        return true;
    }
    if ((frame[0] & 1) && n->allmulti) {
        return true;
    }
    for (uint32_t i = 0; i < n->n_macs; i++) {
        if (memcmp(frame, &n->macs[i], sizeof(MACAddr)) == 0) {
            return true;
        }
    }
    return false;
}

static uint8_t set_rx_mode(VirtIONet *n, uint8_t cmd, const uint8_t *data, size_t len)
{
    if (len != 1) {
        return VIRTIO_NET_ERR;
    }
    switch (cmd) {
    case VIRTIO_NET_CTRL_RX_PROMISC:
        n->promisc = data[0];
        return VIRTIO_NET_OK;
    case VIRTIO_NET_CTRL_RX_ALLMULTI:
        n->allmulti = data[0];
        return VIRTIO_NET_OK;
    default:
        return VIRTIO_NET_ERR;
    }
}

/* One table of addresses behind its 32-bit count: its bytes, or 0 if it is broken. */
static size_t table_size(const uint8_t *data, size_t len)
{
    uint32_t count = len >= 4 ? ldl_le_p(data) : 0;

    if (len < 4 || count > (len - 4) / sizeof(MACAddr)) {
        return 0;
    }
    return 4 + count * sizeof(MACAddr);
}

static void add_macs(VirtIONet *n, const uint8_t *table, size_t size)
{
    size_t count = (size - 4) / sizeof(MACAddr);

    if (count > VIRTIO_NET_MAC_TABLE_MAX - n->n_macs) {
        n->filter_overflow = true;
        return;
    }
    memcpy(&n->macs[n->n_macs], table + 4, count * sizeof(MACAddr));
    n->n_macs += count;
}

static uint8_t set_mac_table(VirtIONet *n, const uint8_t *data, size_t len)
{
    size_t unicast = table_size(data, len);
    size_t multicast = unicast ? table_size(data + unicast, len - unicast) : 0;

    if (!multicast || unicast + multicast != len) {
        return VIRTIO_NET_ERR;
    }
    n->n_macs = 0;
    n->filter_overflow = false;
    add_macs(n, data, unicast);
    add_macs(n, data + unicast, multicast);
    return VIRTIO_NET_OK;
}

static uint8_t run_command(VirtIONet *n, const uint8_t *cmd, size_t len)
{
    if (len < 2) {
        return VIRTIO_NET_ERR;
    }
    if (cmd[0] == VIRTIO_NET_CTRL_RX) {
        return set_rx_mode(n, cmd[1], cmd + 2, len - 2);
    }
    if (cmd[0] == VIRTIO_NET_CTRL_MAC && cmd[1] == VIRTIO_NET_CTRL_MAC_TABLE_SET) {
        return set_mac_table(n, cmd + 2, len - 2);
    }
    if (cmd[0] == VIRTIO_NET_CTRL_MAC && cmd[1] == VIRTIO_NET_CTRL_MAC_ADDR_SET &&
        len == 2 + sizeof(MACAddr)) {
        memcpy(&n->mac, cmd + 2, sizeof(MACAddr));
        return VIRTIO_NET_OK;
    }
    return VIRTIO_NET_ERR;
}

static void handle_element(VirtIONet *n, VirtQueue *vq, VirtQueueElement *elem)
{
    size_t len = iov_size(elem->out_sg, elem->out_num);
    uint8_t ack = VIRTIO_NET_ERR;

    if (len <= MAX_COMMAND) {
        g_autofree uint8_t *cmd = g_malloc(len + 1);

        iov_to_buf(elem->out_sg, elem->out_num, 0, cmd, len);
        ack = run_command(n, cmd, len);
    }
    /* Without room for the answer the buffer comes back as it is. */
    virtqueue_push(vq, elem, iov_from_buf(elem->in_sg, elem->in_num, 0, &ack, 1));
}

void virtio_net_handle_ctrl(VirtIODevice *vdev, VirtQueue *vq)
{
    int left = virtio_queue_get_num(vdev, virtio_get_queue_index(vq));
    VirtQueueElement *elem;

    while (left-- && (elem = virtqueue_pop(vq, sizeof(*elem)))) {
        handle_element(VIRTIO_NET(vdev), vq, elem);
        g_free(elem);
    }
    virtio_notify(vdev, vq);
}
