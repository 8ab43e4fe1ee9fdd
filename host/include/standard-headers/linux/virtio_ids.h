/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Device ids of VIRTIO 1.2, section 5: the ones that this host knows by name. */
#ifndef STANDARD_HEADERS_LINUX_VIRTIO_IDS_H
#define STANDARD_HEADERS_LINUX_VIRTIO_IDS_H

#define VIRTIO_ID_NET     1
#define VIRTIO_ID_BLOCK   2
#define VIRTIO_ID_CONSOLE 3
#define VIRTIO_ID_RNG     4
#define VIRTIO_ID_BALLOON 5
#define VIRTIO_ID_SCSI    8
#define VIRTIO_ID_9P      9
#define VIRTIO_ID_GPU     16
#define VIRTIO_ID_INPUT   18
#define VIRTIO_ID_VSOCK   19
#define VIRTIO_ID_CRYPTO  20
#define VIRTIO_ID_IOMMU   23
#define VIRTIO_ID_MEM     24
#define VIRTIO_ID_FS      26
#define VIRTIO_ID_PMEM    27

#endif
