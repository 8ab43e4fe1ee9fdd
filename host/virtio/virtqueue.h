/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside of a virtqueue: the two ring layouts behind one table of operations,
 * and the walk of a descriptor chain with its bounds. Everything in a ring is
 * the guest's and may change under the reader: a value is read once into a
 * local copy, and the copy is checked and used.
 *
 * The rings are reached through caches of the device's DMA address space. A
 * ring that can not be reached breaks the device when it is used, not when it
 * is set up: a driver may set up rings before it enables bus mastering.
 */
#ifndef VIRTIO_VIRTQUEUE_H
#define VIRTIO_VIRTQUEUE_H

#include "hw/virtio/virtio.h"
#include "qemu/bswap.h"
#include "system/memory_cached.h"

/* Host segments of one buffer: a descriptor may need several over an IOMMU. */
#define VIRTQ_MAX_IOV 4096

/* Entries of the available ring that are read at once. */
#define VIRTQ_HEADS 16

typedef struct VirtQueueOps VirtQueueOps;

/*
 * One of the three memory areas of a ring. The cache covers its contiguous
 * beginning; what lies behind (pages that an IOMMU puts elsewhere) is reached
 * through the address space.
 */
typedef struct VirtQueueArea {
    MemoryRegionCache cache;
    AddressSpace *as;
    hwaddr addr;
    hwaddr covered; /* bytes of the cache; 0: not reachable so far */
} VirtQueueArea;

/* What virtqueue_flush() will show the driver (packed rings only). */
typedef struct VirtQueueUsed {
    uint16_t id;
    uint16_t ndescs;
    uint32_t len;
} VirtQueueUsed;

struct VirtQueue {
    VirtIODevice *vdev;
    uint16_t index;
    uint16_t vector;
    VirtIOHandleOutput handle_output;
    const VirtQueueOps *ops; /* by RING_PACKED; set when the rings are */

    unsigned num_max; /* as the device made it */
    unsigned num;     /* as the driver chose it */
    hwaddr desc_addr;
    hwaddr driver_addr;
    hwaddr device_addr;
    VirtQueueArea desc;
    VirtQueueArea driver; /* available ring or driver event area */
    VirtQueueArea device; /* used ring or device event area */
    bool live;            /* rings are set */

    uint16_t last_avail;         /* the next one to look at */
    uint16_t shadow_avail;       /* split: the driver's index as last read */
    uint16_t heads[VIRTQ_HEADS]; /* split: entries from heads_first on, as read */
    uint16_t heads_first;
    uint16_t nr_heads;
    uint16_t used_idx;
    uint16_t signalled_used; /* used_idx at the last interrupt decision */
    bool signalled_used_valid;
    bool avail_wrap; /* packed: wrap counters */
    bool used_wrap;
    bool event_idx;
    bool notification;
    unsigned inuse; /* buffers the device holds */
    VirtQueueUsed *used_stash;
};

/* A device-readable or device-writable piece of a buffer, as the guest gave it. */
typedef struct VirtQueueSegment {
    hwaddr addr;
    uint32_t len;
} VirtQueueSegment;

/* A whole buffer: out_num readable segments, then in_num writable ones. */
typedef struct VirtQueueChain {
    unsigned index;  /* head descriptor or buffer id */
    unsigned ndescs; /* ring slots */
    unsigned steps;  /* descriptors seen, empty ones too */
    unsigned out_num;
    unsigned in_num;
    bool too_long; /* over 2^32 bytes: to be returned unused */
    uint64_t out_bytes;
    uint64_t in_bytes;
    VirtQueueSegment seg[VIRTQUEUE_MAX_SIZE];
} VirtQueueChain;

/* A descriptor of either layout in host order; @next is split only. */
typedef struct VirtQueueDesc {
    hwaddr addr;
    uint32_t len;
    uint16_t flags;
    uint16_t next;
    uint16_t id;
} VirtQueueDesc;

struct VirtQueueOps {
    /* Sizes of the areas for vq->num entries. */
    hwaddr (*desc_size)(const VirtQueue *vq);
    hwaddr (*driver_size)(const VirtQueue *vq);
    hwaddr (*device_size)(const VirtQueue *vq);
    /* True if nothing is available, or it can not be told. */
    bool (*empty)(VirtQueue *vq);
    /* Takes the next buffer: false if there is none or the ring is broken. */
    bool (*next)(VirtQueue *vq, VirtQueueChain *chain);
    /* Undoes next() for a buffer of @ndescs slots. */
    void (*rewind)(VirtQueue *vq, unsigned ndescs);
    void (*fill)(VirtQueue *vq, const VirtQueueElement *elem, unsigned len,
                 unsigned idx);
    void (*flush)(VirtQueue *vq, unsigned count);
    /* Tell the driver whether and where to kick. */
    void (*publish_notification)(VirtQueue *vq);
    bool (*driver_wants_interrupt)(VirtQueue *vq);
    /* Restart at these indices (queue enable, migration). */
    void (*restart)(VirtQueue *vq);
};

extern const VirtQueueOps virtqueue_split_ops;
extern const VirtQueueOps virtqueue_packed_ops;

/* ---- virtqueue-chain.c ---- */

void virtqueue_chain_start(VirtQueueChain *chain);
/* The device breaks; returns false. */
bool virtqueue_chain_broken(VirtQueue *vq, const char *why);

/* VIRTIO 1.2, 2.7.5: no chain is longer than 2^32 bytes in total. */
#define VIRTQ_CHAIN_MAX_BYTES (1ULL << 32)

/* Adds one descriptor that is neither a link nor a table. */
static inline bool virtqueue_chain_add(VirtQueue *vq, VirtQueueChain *chain,
                                       const VirtQueueDesc *desc)
{
    bool writable = desc->flags & VRING_DESC_F_WRITE;
    unsigned n = chain->out_num + chain->in_num;

    if (chain->steps++ >= VIRTQUEUE_MAX_SIZE) {
        return virtqueue_chain_broken(vq, "Looped descriptor");
    }
    /* 2.7.4.2: device-writable descriptors come after all device-readable ones. */
    if (!writable && chain->in_num) {
        return virtqueue_chain_broken(vq, "Incorrect order for descriptors");
    }
    /* A driver's mistake that does not break the ring: the buffer goes back as it is.
     */
    if (chain->out_bytes + chain->in_bytes + desc->len > VIRTQ_CHAIN_MAX_BYTES) {
        chain->too_long = true;
    }
    if (desc->len == 0 || chain->too_long) {
        return true;
    }
    chain->seg[n] = (VirtQueueSegment){ .addr = desc->addr, .len = desc->len };
    if (writable) {
        chain->in_num++;
        chain->in_bytes += desc->len;
    } else {
        chain->out_num++;
        chain->out_bytes += desc->len;
    }
    return true;
}

/* Adds the descriptors of the table that @desc names; by next or all in order. */
bool virtqueue_chain_add_table(VirtQueue *vq, VirtQueueChain *chain,
                               const VirtQueueDesc *desc, bool linked);

/* ---- virtqueue-map.c ---- */

/* An element of @sz bytes for the chain with its segments mapped, or NULL. */
void *virtqueue_map_chain(VirtIODevice *vdev, const VirtQueueChain *chain, size_t sz);
/* @len: how many bytes of the writable part were written. */
void virtqueue_unmap_element(VirtIODevice *vdev, const VirtQueueElement *elem,
                             unsigned int len);

/* ---- virtqueue.c ---- */

void virtqueue_init_areas(VirtQueue *vq);
void virtqueue_drop_areas(VirtQueue *vq);
/* Another try at what could not be reached so far; if it fails, the device breaks. */
bool virtqueue_reach_areas(VirtQueue *vq);
/* Back to the state after creation. */
void virtqueue_clear(VirtQueue *vq);

/* The queue may be looked at now. */
static inline bool virtqueue_usable(VirtQueue *vq)
{
    bool reached = vq->desc.covered && vq->driver.covered && vq->device.covered;

    return vq->live && !virtio_device_disabled(vq->vdev) &&
           (likely(reached) || virtqueue_reach_areas(vq));
}

/* ---- access to the areas, by offset ---- */

static inline bool virtqueue_area_covers(const VirtQueueArea *area, hwaddr off,
                                         size_t len)
{
    return off + len <= area->covered;
}

static inline bool virtqueue_area_read(VirtQueueArea *area, hwaddr off, void *buf,
                                       size_t len)
{
    if (virtqueue_area_covers(area, off, len)) {
        return address_space_read_cached(&area->cache, off, buf, len) == MEMTX_OK;
    }
    return address_space_read(area->as, area->addr + off, MEMTXATTRS_UNSPECIFIED, buf,
                              len) == MEMTX_OK;
}

static inline bool virtqueue_area_write(VirtQueueArea *area, hwaddr off,
                                        const void *buf, size_t len)
{
    if (virtqueue_area_covers(area, off, len)) {
        return address_space_write_cached(&area->cache, off, buf, len) == MEMTX_OK;
    }
    return address_space_write(area->as, area->addr + off, MEMTXATTRS_UNSPECIFIED, buf,
                               len) == MEMTX_OK;
}

/* 16-bit fields are shared with the driver: each access is one piece. */
static inline bool virtqueue_area_lduw(VirtQueueArea *area, hwaddr off, uint16_t *val)
{
    MemTxResult res;

    if (virtqueue_area_covers(area, off, 2)) {
        *val = address_space_lduw_le_cached(&area->cache, off, MEMTXATTRS_UNSPECIFIED,
                                            &res);
    } else {
        *val = address_space_lduw_le(area->as, area->addr + off, MEMTXATTRS_UNSPECIFIED,
                                     &res);
    }
    return res == MEMTX_OK;
}

static inline bool virtqueue_area_stw(VirtQueueArea *area, hwaddr off, uint16_t val)
{
    MemTxResult res;

    if (virtqueue_area_covers(area, off, 2)) {
        address_space_stw_le_cached(&area->cache, off, val, MEMTXATTRS_UNSPECIFIED,
                                    &res);
    } else {
        address_space_stw_le(area->as, area->addr + off, val, MEMTXATTRS_UNSPECIFIED,
                             &res);
    }
    return res == MEMTX_OK;
}

/* The ring's memory is gone or faults: nothing can be reported but a reset. */
static inline bool virtqueue_unreachable(VirtQueue *vq)
{
    virtio_error(vq->vdev, "Queue %u: ring memory can not be accessed", vq->index);
    return false;
}

#endif
