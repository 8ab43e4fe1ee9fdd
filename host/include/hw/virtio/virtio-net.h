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
    NICConf nic_conf;
    NetClientState *backend; /* nic_conf.peers.backend, while realized */
    uint64_t host_features;
    uint16_t rx_queue_size;
    uint16_t tx_queue_size;
    VirtQueue *rx_vq;
    VirtQueue *tx_vq;
    VirtQueue *ctrl_vq;
    QEMUBH *tx_bh;
    VMChangeStateEntry *vmstate;

    /* The receive filter, as the control queue sets it. */
    MACAddr mac;
    bool promisc;
    bool allmulti;
    bool filter_overflow; /* more addresses than fit: let everything in */
    uint32_t n_macs;
    MACAddr macs[VIRTIO_NET_MAC_TABLE_MAX];
};

#endif
