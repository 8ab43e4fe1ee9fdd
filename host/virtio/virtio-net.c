/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The network device: frames between a backend and two queues. Nothing of the
 * guest's is held: a receive buffer is taken when its frame is there, and a frame
 * that is sent has left the buffer when it is returned. VIRTIO 1.2, 5.1.
 */
#include "qemu/osdep.h"
#include "hw/core/qdev-properties-system.h"
#include "qapi/error.h"
#include "qemu/bswap.h"
#include "qemu/iov.h"
#include "qemu/module.h"
#include "standard-headers/linux/virtio_ids.h"
#include "virtio-internal.h"
#include "virtio-net-internal.h"

#define HEADER_SIZE sizeof(struct virtio_net_hdr_mrg_rxbuf)

/* ---- receiving ---- */

static bool can_receive(void *card)
{
    VirtIONet *n = card;
    VirtIODevice *vdev = VIRTIO_DEVICE(n);

    return (vdev->status & VIRTIO_CONFIG_S_DRIVER_OK) && vdev->vm_running &&
           !virtio_queue_empty(n->rx_vq);
}

/* Gives @count buffers back unused, the last one first. */
static void unpop_all(VirtIONet *n, VirtQueueElement **elem, unsigned count)
{
    while (count--) {
        virtqueue_unpop(n->rx_vq, elem[count], 0);
        g_free(elem[count]);
    }
}

/* Takes buffers of at least @size bytes in total; how many, 0 if there are not enough.
 */
static unsigned take_buffers(VirtIONet *n, size_t size, unsigned max,
                             VirtQueueElement **elem)
{
    size_t room = 0;
    unsigned count = 0;

    while (room < size && count < max) {
        elem[count] = virtqueue_pop(n->rx_vq, sizeof(VirtQueueElement));
        if (!elem[count]) {
            break;
        }
        room += iov_size(elem[count]->in_sg, elem[count]->in_num);
        count++;
    }
    if (room < size) {
        unpop_all(n, elem, count);
        return 0;
    }
    return count;
}

/* The header, then the frame, over all the buffers; each gets its used length. */
static void fill_buffers(VirtIONet *n, VirtQueueElement **elem, unsigned count,
                         const uint8_t *frame, size_t len)
{
    struct virtio_net_hdr_mrg_rxbuf hdr = { .num_buffers = cpu_to_le16(count) };
    g_autofree uint8_t *packet = g_malloc(HEADER_SIZE + len);
    size_t done = 0;

    memcpy(packet, &hdr, HEADER_SIZE);
    memcpy(packet + HEADER_SIZE, frame, len);
    for (unsigned i = 0; i < count; i++) {
        size_t put = iov_from_buf(elem[i]->in_sg, elem[i]->in_num, 0, packet + done,
                                  HEADER_SIZE + len - done);

        virtqueue_fill(n->rx_vq, elem[i], put, i);
        g_free(elem[i]);
        done += put;
    }
    virtqueue_flush(n->rx_vq, count);
}

static bool receive_frame(VirtIONet *n, const uint8_t *frame, size_t len)
{
    bool mergeable = virtio_vdev_has_feature(VIRTIO_DEVICE(n), VIRTIO_NET_F_MRG_RXBUF);
    VirtQueueElement *elem[VIRTQUEUE_MAX_SIZE];
    unsigned count;

    if (!virtio_net_filter_accepts(n, frame, len)) {
        return true;
    }
    count =
        take_buffers(n, HEADER_SIZE + len, mergeable ? VIRTQUEUE_MAX_SIZE : 1, elem);
    if (!count) {
        /* A single buffer that is too small stays so: the frame is lost. */
        return !mergeable;
    }
    fill_buffers(n, elem, count, frame, len);
    virtio_notify(VIRTIO_DEVICE(n), n->rx_vq);
    return true;
}

static bool receive(void *card, const uint8_t *frame, size_t len)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(card);
    bool nested = virtio_dma_guard_enter(vdev);
    bool taken = receive_frame(card, frame, len);

    virtio_dma_guard_leave(vdev, nested);
    return taken;
}

static void handle_rx(VirtIODevice *vdev, VirtQueue *vq)
{
    net_card_ready(VIRTIO_NET(vdev)->backend);
}

/* ---- sending ---- */

/* False: the buffer breaks the rules, and so the device. */
static bool send_element(VirtIONet *n, VirtQueueElement *elem)
{
    size_t len = iov_size(elem->out_sg, elem->out_num);
    g_autofree struct iovec *frame = NULL;
    unsigned count;

    if (len < HEADER_SIZE) {
        virtio_error(VIRTIO_DEVICE(n), "virtio-net header not in first element");
        virtqueue_detach_element(n->tx_vq, elem, 0);
        return false;
    }
    /* No offload is offered: the header has nothing to say. */
    frame = g_new(struct iovec, elem->out_num);
    count = iov_copy(frame, elem->out_num, elem->out_sg, elem->out_num, HEADER_SIZE,
                     len - HEADER_SIZE);
    net_card_send(n->backend, frame, count);
    virtqueue_push(n->tx_vq, elem, 0);
    return true;
}

/* At most one ring full; the rest in the next round of the main loop. */
static void send_all(VirtIONet *n)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(n);
    int left = virtio_queue_get_num(vdev, virtio_get_queue_index(n->tx_vq));
    VirtQueueElement *elem;
    bool ok = true;

    virtio_queue_set_notification(n->tx_vq, 0);
    while (ok && left-- && (elem = virtqueue_pop(n->tx_vq, sizeof(*elem)))) {
        ok = send_element(n, elem);
        g_free(elem);
    }
    virtio_notify(vdev, n->tx_vq);
    virtio_queue_set_notification(n->tx_vq, 1);
    if (!virtio_queue_empty(n->tx_vq)) {
        qemu_bh_schedule(n->tx_bh);
    }
}

static void tx_bh(void *opaque)
{
    VirtIONet *n = opaque;

    if ((VIRTIO_DEVICE(n)->status & VIRTIO_CONFIG_S_DRIVER_OK) &&
        virtio_queue_ready(n->tx_vq)) {
        send_all(n);
    }
}

static void handle_tx(VirtIODevice *vdev, VirtQueue *vq)
{
    send_all(VIRTIO_NET(vdev));
}

/* ---- configuration ---- */

static void get_config(VirtIODevice *vdev, uint8_t *config)
{
    VirtIONet *n = VIRTIO_NET(vdev);
    struct virtio_net_config c = {
        .status = cpu_to_le16(net_link_up(n->backend) ? VIRTIO_NET_S_LINK_UP : 0),
        .max_virtqueue_pairs = cpu_to_le16(1),
    };

    memcpy(c.mac, n->mac.a, sizeof(c.mac));
    memcpy(config, &c, sizeof(c));
}

static uint64_t get_features(VirtIODevice *vdev, uint64_t features, Error **errp)
{
    features |= VIRTIO_NET(vdev)->host_features;
    virtio_add_feature(&features, VIRTIO_NET_F_MAC);
    if (!virtio_has_feature(features, VIRTIO_NET_F_CTRL_VQ)) {
        virtio_clear_feature(&features, VIRTIO_NET_F_CTRL_RX);
        virtio_clear_feature(&features, VIRTIO_NET_F_CTRL_MAC_ADDR);
    }
    return features;
}

static void link_changed(void *card)
{
    VirtIONet *n = card;

    if (virtio_vdev_has_feature(VIRTIO_DEVICE(n), VIRTIO_NET_F_STATUS)) {
        virtio_notify_config(VIRTIO_DEVICE(n));
    }
}

static void reset(VirtIODevice *vdev)
{
    VirtIONet *n = VIRTIO_NET(vdev);

    qemu_bh_cancel(n->tx_bh);
    virtio_net_filter_reset(n);
}

static MACAddr address(void *card)
{
    return ((VirtIONet *)card)->mac;
}

static const NetCardOps card_ops = {
    .can_receive = can_receive,
    .receive = receive,
    .link_changed = link_changed,
    .address = address,
};

/* ---- life ---- */

static void vm_state_change(void *opaque, bool running, RunState state)
{
    VirtIONet *n = opaque;

    if (running) {
        VIRTIO_DEVICE(n)->vm_running = true;
        net_card_ready(n->backend);
    }
}

static bool check_queue_size(const char *name, uint16_t size, Error **errp)
{
    if (size < 64 || size > VIRTQUEUE_MAX_SIZE || (size & (size - 1))) {
        error_setg(errp,
                   "Invalid %s (= %" PRIu16 "), must be a power of 2 between 64 and %d",
                   name, size, VIRTQUEUE_MAX_SIZE);
        return false;
    }
    return true;
}

static void realize(DeviceState *dev, Error **errp)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(dev);
    VirtIONet *n = VIRTIO_NET(dev);

    if (!check_queue_size("rx_queue_size", n->rx_queue_size, errp) ||
        !check_queue_size("tx_queue_size", n->tx_queue_size, errp)) {
        return;
    }
    net_default_macaddr(&n->nic_conf.macaddr);
    n->backend = n->nic_conf.peers.backend;
    virtio_init(vdev, VIRTIO_ID_NET, sizeof(struct virtio_net_config));
    n->rx_vq = virtio_add_queue(vdev, n->rx_queue_size, handle_rx);
    n->tx_vq = virtio_add_queue(vdev, n->tx_queue_size, handle_tx);
    n->ctrl_vq = virtio_add_queue(vdev, 64, virtio_net_handle_ctrl);
    n->tx_bh = virtio_bh_new_guarded(dev, tx_bh, n);
    n->vmstate = qemu_add_vm_change_state_handler(vm_state_change, n);
    virtio_net_filter_reset(n);
    net_backend_set_card(n->backend, &card_ops, n);
}

static void unrealize(DeviceState *dev)
{
    VirtIONet *n = VIRTIO_NET(dev);

    net_backend_set_card(n->backend, NULL, NULL);
    qemu_del_vm_change_state_handler(n->vmstate);
    qemu_bh_delete(n->tx_bh);
    virtio_cleanup(VIRTIO_DEVICE(dev));
}

static const VMStateDescription vmstate_mac = {
    .name = "virtio-net-mac",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields =
        (const VMStateField[]){
            VMSTATE_UINT8_ARRAY(a, MACAddr, 6),
            VMSTATE_END_OF_LIST(),
        },
};

static const VMStateDescription vmstate_filter = {
    .name = "virtio-net-filter",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields =
        (const VMStateField[]){
            VMSTATE_STRUCT(mac, VirtIONet, 1, vmstate_mac, MACAddr),
            VMSTATE_BOOL(promisc, VirtIONet),
            VMSTATE_BOOL(allmulti, VirtIONet),
            VMSTATE_BOOL(filter_overflow, VirtIONet),
            VMSTATE_UINT32(n_macs, VirtIONet),
            VMSTATE_STRUCT_VARRAY_UINT32_MAX(macs, VirtIONet, n_macs,
                                             VIRTIO_NET_MAC_TABLE_MAX, vmstate_mac,
                                             MACAddr),
            VMSTATE_END_OF_LIST(),
        },
};

static const VMStateDescription vmstate_virtio_net = {
    .name = "virtio-net",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields =
        (const VMStateField[]){
            VMSTATE_VIRTIO_DEVICE,
            VMSTATE_END_OF_LIST(),
        },
};

static const Property properties[] = {
    DEFINE_NIC_PROPERTIES(VirtIONet, nic_conf),
    DEFINE_PROP_BIT64("mrg_rxbuf", VirtIONet, host_features, VIRTIO_NET_F_MRG_RXBUF,
                      true),
    DEFINE_PROP_BIT64("status", VirtIONet, host_features, VIRTIO_NET_F_STATUS, true),
    DEFINE_PROP_BIT64("ctrl_vq", VirtIONet, host_features, VIRTIO_NET_F_CTRL_VQ, true),
    DEFINE_PROP_BIT64("ctrl_rx", VirtIONet, host_features, VIRTIO_NET_F_CTRL_RX, true),
    DEFINE_PROP_BIT64("ctrl_mac_addr", VirtIONet, host_features,
                      VIRTIO_NET_F_CTRL_MAC_ADDR, true),
    DEFINE_PROP_UINT16("rx_queue_size", VirtIONet, rx_queue_size, 256),
    DEFINE_PROP_UINT16("tx_queue_size", VirtIONet, tx_queue_size, 256),
};

static void class_init(ObjectClass *klass, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    VirtioDeviceClass *vdc = VIRTIO_DEVICE_CLASS(klass);

    device_class_set_props(dc, properties);
    dc->vmsd = &vmstate_virtio_net;
    set_bit(DEVICE_CATEGORY_NETWORK, dc->categories);
    vdc->realize = realize;
    vdc->unrealize = unrealize;
    vdc->get_config = get_config;
    vdc->get_features = get_features;
    vdc->reset = reset;
    vdc->vmsd = &vmstate_filter;
}

static const TypeInfo virtio_net_info = {
    .name = TYPE_VIRTIO_NET,
    .parent = TYPE_VIRTIO_DEVICE,
    .instance_size = sizeof(VirtIONet),
    .class_init = class_init,
};

static void virtio_net_register_types(void)
{
    type_register_static(&virtio_net_info);
}

type_init(virtio_net_register_types)
