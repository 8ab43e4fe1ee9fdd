/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The network device: one receive queue, one transmit queue, one control queue. */
#ifndef HW_VIRTIO_VIRTIO_NET_H
#define HW_VIRTIO_VIRTIO_NET_H

#include "hw/virtio/virtio.h"
#include "net/net.h"
#include "qom/object.h"
#include "standard-headers/linux/virtio_net.h"

#define TYPE_VIRTIO_NET "virtio-net-device"
OBJECT_DECLARE_SIMPLE_TYPE(VirtIONet, VIRTIO_NET)

#define VIRTIO_NET_MAC_TABLE_MAX 64

struct VirtIONet {
    VirtIODevice parent_obj;
    NetConf conf;
    NetPeer *peer;
    uint64_t host_features;
    uint16_t rx_queue_size;
    uint16_t tx_queue_size;
    VirtQueue *rx_vq;
    VirtQueue *tx_vq;
    VirtQueue *ctrl_vq;
    QEMUBH *tx_bh;
    uint8_t mac[6];
    bool promisc;
    bool allmulti;
    uint16_t n_macs; /* filter of the control queue */
    uint8_t macs[VIRTIO_NET_MAC_TABLE_MAX][6];
    bool mac_overflow; /* more addresses than fit: let everything in */
};

#endif
