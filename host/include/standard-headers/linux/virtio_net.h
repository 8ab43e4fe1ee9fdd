/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Network device: features, configuration, headers (VIRTIO 1.2, 5.1). Little endian. */
#ifndef STANDARD_HEADERS_LINUX_VIRTIO_NET_H
#define STANDARD_HEADERS_LINUX_VIRTIO_NET_H

#include <stdint.h>
#include "standard-headers/linux/virtio_types.h"

#define VIRTIO_NET_F_CSUM             0
#define VIRTIO_NET_F_GUEST_CSUM       1
#define VIRTIO_NET_F_MTU              3
#define VIRTIO_NET_F_MAC              5
#define VIRTIO_NET_F_MRG_RXBUF        15
#define VIRTIO_NET_F_STATUS           16
#define VIRTIO_NET_F_CTRL_VQ          17
#define VIRTIO_NET_F_CTRL_RX          18
#define VIRTIO_NET_F_CTRL_VLAN        19
#define VIRTIO_NET_F_GUEST_ANNOUNCE   21
#define VIRTIO_NET_F_MQ               22
#define VIRTIO_NET_F_CTRL_MAC_ADDR    23

#define VIRTIO_NET_S_LINK_UP          1
#define VIRTIO_NET_S_ANNOUNCE         2

#define VIRTIO_NET_HDR_F_NEEDS_CSUM   1
#define VIRTIO_NET_HDR_F_DATA_VALID   2
#define VIRTIO_NET_HDR_GSO_NONE       0

#define VIRTIO_NET_OK                 0
#define VIRTIO_NET_ERR                1

#define VIRTIO_NET_CTRL_RX            0
#define VIRTIO_NET_CTRL_RX_PROMISC    0
#define VIRTIO_NET_CTRL_RX_ALLMULTI   1
#define VIRTIO_NET_CTRL_MAC           1
#define VIRTIO_NET_CTRL_MAC_TABLE_SET 0
#define VIRTIO_NET_CTRL_MAC_ADDR_SET  1

struct virtio_net_config {
    uint8_t mac[6];
    __virtio16 status;
    __virtio16 max_virtqueue_pairs;
    __virtio16 mtu;
} __attribute__((packed));

/* Without MRG_RXBUF; with VERSION_1 num_buffers is always there. */
struct virtio_net_hdr {
    uint8_t flags;
    uint8_t gso_type;
    __virtio16 hdr_len;
    __virtio16 gso_size;
    __virtio16 csum_start;
    __virtio16 csum_offset;
};

struct virtio_net_hdr_mrg_rxbuf {
    struct virtio_net_hdr hdr;
    __virtio16 num_buffers;
};

struct virtio_net_ctrl_hdr {
    uint8_t class;
    uint8_t cmd;
} __attribute__((packed));

#endif
