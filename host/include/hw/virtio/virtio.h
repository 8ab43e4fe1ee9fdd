/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The virtio device core as devices and transports see it: features, status,
 * configuration space, virtqueues. It knows nothing of how a transport is wired
 * and nothing of IOMMUs: a device's DMA goes to @dma_as, which virtio-dma.c
 * chooses once, when the device is plugged. Everything here runs under the big
 * lock.
 */
#ifndef HW_VIRTIO_VIRTIO_H
#define HW_VIRTIO_VIRTIO_H

#include "system/memory.h"
#include "hw/core/qdev.h"
#include "hw/virtio/virtio-features.h"
#include "migration/vmstate.h"
#include "qemu/main-loop.h"
#include "qom/object.h"
#include "standard-headers/linux/virtio_config.h"
#include "standard-headers/linux/virtio_ring.h"
#include "system/runstate.h"

#define VIRTQUEUE_MAX_SIZE 1024
#define VIRTIO_QUEUE_MAX   1024
#define VIRTIO_NO_VECTOR   0xffff

/* The queue index that names the configuration interrupt. */
#define VIRTIO_CONFIG_IRQ_IDX (-1)

typedef struct VirtQueue VirtQueue;

/*
 * One buffer taken from a queue. Owned by the device from virtqueue_pop() to
 * virtqueue_push() or virtqueue_detach_element(); freed by it with g_free().
 * The iovecs point into guest memory (or bounce buffers): in_sg is what the
 * device writes, out_sg what it reads. Empty descriptors leave no iovec.
 */
typedef struct VirtQueueElement {
    unsigned int index;  /* head descriptor (split) or buffer id (packed) */
    unsigned int len;    /* bytes written; private to fill and flush */
    unsigned int ndescs; /* ring slots the buffer occupies */
    unsigned int out_num;
    unsigned int in_num;
    hwaddr *in_addr;
    hwaddr *out_addr;
    struct iovec *in_sg;
    struct iovec *out_sg;
} VirtQueueElement;

#define TYPE_VIRTIO_DEVICE "virtio-device"
OBJECT_DECLARE_TYPE(VirtIODevice, VirtioDeviceClass, VIRTIO_DEVICE)

struct VirtIODevice {
    DeviceState parent_obj;
    const char *name;
    uint8_t status;
    uint8_t isr;
    uint16_t queue_sel;
    VIRTIO_DECLARE_FEATURES(host_features);
    VIRTIO_DECLARE_FEATURES(guest_features);

    /* What the guest asked for that is not on offer: keeps FEATURES_OK clear. */
    bool bad_features;
    /* The DMA choice (virtio-dma.c): go through the bus even without the bit. */
    bool force_platform_dma;
    /* The transport lets a driver do without ACCESS_PLATFORM (ccw only). */
    bool access_platform_optional;

    size_t config_len;
    void *config;
    uint16_t config_vector;
    uint32_t generation;
    int nvectors;
    VirtQueue **vq; /* VIRTIO_QUEUE_MAX pointers; owned */
    uint16_t device_id;
    bool vm_running;
    bool broken;   /* needs a reset: no queue is looked at until then */
    bool disabled; /* the transport took the device off the bus for now */
    VMChangeStateEntry *vmstate;
    char *bus_name;
    AddressSpace *dma_as;
};

struct VirtioDeviceClass {
    DeviceClass parent;

    DeviceRealize realize;
    DeviceUnrealize unrealize;
    /* The 128-bit form is used when both are given. */
    void (*get_features_ex)(VirtIODevice *vdev, uint64_t *requested_features,
                            Error **errp);
    void (*set_features_ex)(VirtIODevice *vdev, const uint64_t *val);
    uint64_t (*get_features)(VirtIODevice *vdev, uint64_t requested_features,
                             Error **errp);
    void (*set_features)(VirtIODevice *vdev, uint64_t val);
    /* Nonzero: FEATURES_OK is refused. */
    int (*validate_features)(VirtIODevice *vdev);
    void (*get_config)(VirtIODevice *vdev, uint8_t *config);
    void (*set_config)(VirtIODevice *vdev, const uint8_t *config);
    void (*reset)(VirtIODevice *vdev);
    int (*set_status)(VirtIODevice *vdev, uint8_t val);
    /* Every buffer of the queue must be given up before this returns. */
    void (*queue_reset)(VirtIODevice *vdev, uint32_t queue_index);
    void (*queue_enable)(VirtIODevice *vdev, uint32_t queue_index);
    /* After everything of the device was loaded from a migration stream. */
    int (*post_load)(VirtIODevice *vdev);
    const VMStateDescription *vmsd;
};

/* ---- life cycle ---- */

/* In a proxy's instance_init: the child "virtio-backend", its properties aliased. */
void virtio_instance_init_common(Object *proxy_obj, void *data, size_t vdev_size,
                                 const char *vdev_name);
void virtio_init(VirtIODevice *vdev, uint16_t device_id, size_t config_size);
void virtio_cleanup(VirtIODevice *vdev);

/* The guest broke the rules: DEVICE_NEEDS_RESET, nothing more is processed. */
void virtio_error(VirtIODevice *vdev, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

/* Takes ownership of @bus_name. */
void virtio_device_set_child_bus_name(VirtIODevice *vdev, char *bus_name);

/* ---- queues: the device's side ---- */

typedef void (*VirtIOHandleOutput)(VirtIODevice *, VirtQueue *);

VirtQueue *virtio_add_queue(VirtIODevice *vdev, int queue_size,
                            VirtIOHandleOutput handle_output);
void virtio_del_queue(VirtIODevice *vdev, int n);
void virtio_delete_queue(VirtQueue *vq);

/*
 * The next available buffer as an element of @sz bytes that starts with a
 * VirtQueueElement, or NULL: none, or the ring is broken (virtio_error()).
 */
void *virtqueue_pop(VirtQueue *vq, size_t sz);

/* Return a buffer, @len bytes of it written. Does not interrupt: virtio_notify(). */
void virtqueue_push(VirtQueue *vq, const VirtQueueElement *elem, unsigned int len);

/* The same in two steps, so that several buffers become visible at once. */
void virtqueue_fill(VirtQueue *vq, const VirtQueueElement *elem, unsigned int len,
                    unsigned int idx);
void virtqueue_flush(VirtQueue *vq, unsigned int count);

/* Let go of the buffer's memory without returning it: it is lost until reset. */
void virtqueue_detach_element(VirtQueue *vq, const VirtQueueElement *elem,
                              unsigned int len);

/* Put the buffer popped last back: the next pop finds it again. */
void virtqueue_unpop(VirtQueue *vq, const VirtQueueElement *elem, unsigned int len);

/* Return all available buffers unused; the number of them. */
unsigned int virtqueue_drop_all(VirtQueue *vq);

/* True if available buffers hold @in_bytes to write and @out_bytes to read. */
int virtqueue_avail_bytes(VirtQueue *vq, unsigned int in_bytes, unsigned int out_bytes);

void virtio_notify(VirtIODevice *vdev, VirtQueue *vq);
void virtio_notify_config(VirtIODevice *vdev);

/* Whether the driver shall kick the queue. */
void virtio_queue_set_notification(VirtQueue *vq, int enable);
bool virtio_queue_get_notification(VirtQueue *vq);
int virtio_queue_ready(VirtQueue *vq);
int virtio_queue_empty(VirtQueue *vq);

VirtQueue *virtio_get_queue(VirtIODevice *vdev, int n);
uint16_t virtio_get_queue_index(VirtQueue *vq);
int virtio_get_num_queues(VirtIODevice *vdev);

/* A bottom half that can not run inside the device's own register access. */
QEMUBH *virtio_bh_new_guarded_full(DeviceState *dev, QEMUBHFunc *cb, void *opaque,
                                   const char *name);
#define virtio_bh_new_guarded(dev, cb, opaque)                                         \
    virtio_bh_new_guarded_full((dev), (cb), (opaque), (stringify(cb)))

/* ---- the transport's side ---- */

/* @addr is a guest's: out of bounds reads are all ones, writes are dropped. */
uint32_t virtio_config_modern_readb(VirtIODevice *vdev, uint32_t addr);
uint32_t virtio_config_modern_readw(VirtIODevice *vdev, uint32_t addr);
uint32_t virtio_config_modern_readl(VirtIODevice *vdev, uint32_t addr);
void virtio_config_modern_writeb(VirtIODevice *vdev, uint32_t addr, uint32_t data);
void virtio_config_modern_writew(VirtIODevice *vdev, uint32_t addr, uint32_t data);
void virtio_config_modern_writel(VirtIODevice *vdev, uint32_t addr, uint32_t data);

/* Queue numbers come from the guest: any number below VIRTIO_QUEUE_MAX is safe. */
void virtio_queue_set_num(VirtIODevice *vdev, int n, int num);
int virtio_queue_get_num(VirtIODevice *vdev, int n);
int virtio_queue_get_max_num(VirtIODevice *vdev, int n);
void virtio_queue_set_rings(VirtIODevice *vdev, int n, hwaddr desc, hwaddr avail,
                            hwaddr used);
hwaddr virtio_queue_get_desc_addr(VirtIODevice *vdev, int n);
hwaddr virtio_queue_get_avail_addr(VirtIODevice *vdev, int n);
hwaddr virtio_queue_get_used_addr(VirtIODevice *vdev, int n);
bool virtio_queue_enabled(VirtIODevice *vdev, int n);
void virtio_queue_notify(VirtIODevice *vdev, int n);
uint16_t virtio_queue_vector(VirtIODevice *vdev, int n);
void virtio_queue_set_vector(VirtIODevice *vdev, int n, uint16_t vector);
void virtio_queue_reset(VirtIODevice *vdev, uint32_t queue_index);
void virtio_queue_enable(VirtIODevice *vdev, uint32_t queue_index);

/* 0, or negative if the status was refused (FEATURES_OK on a bad set). */
int virtio_set_status(VirtIODevice *vdev, uint8_t val);
/* 0, or negative: bits that are not offered, or negotiation is over. */
int virtio_set_features(VirtIODevice *vdev, uint64_t val);
int virtio_set_features_ex(VirtIODevice *vdev, const uint64_t *val);
/* Device reset: what a driver gets when it writes 0 to the status. */
void virtio_reset(void *opaque);
void virtio_update_irq(VirtIODevice *vdev);

/* ---- migration ---- */

int virtio_save(VirtIODevice *vdev, QEMUFile *f);
int virtio_load(VirtIODevice *vdev, QEMUFile *f, int version_id);

extern const VMStateInfo virtio_vmstate_info;

#define VMSTATE_VIRTIO_DEVICE                                                          \
    {                                                                                  \
        .name = "virtio", .info = &virtio_vmstate_info, .flags = VMS_SINGLE,           \
    }

/* ---- features ---- */

/*
 * Properties every virtio device has. access_platform and its older name
 * iommu_platform are one property of TYPE_VIRTIO_DEVICE with an alias.
 */
#define DEFINE_VIRTIO_COMMON_FEATURES(_state, _field)                                  \
    DEFINE_PROP_BIT64("indirect_desc", _state, _field, VIRTIO_RING_F_INDIRECT_DESC,    \
                      true),                                                           \
        DEFINE_PROP_BIT64("event_idx", _state, _field, VIRTIO_RING_F_EVENT_IDX, true), \
        DEFINE_PROP_BIT64("access_platform", _state, _field, VIRTIO_F_ACCESS_PLATFORM, \
                          false),                                                      \
        DEFINE_PROP_BIT64("packed", _state, _field, VIRTIO_F_RING_PACKED, false),      \
        DEFINE_PROP_BIT64("queue_reset", _state, _field, VIRTIO_F_RING_RESET, true)

static inline void virtio_add_feature(uint64_t *features, unsigned int fbit)
{
    assert(fbit < 64);
    *features |= 1ULL << fbit;
}

static inline void virtio_clear_feature(uint64_t *features, unsigned int fbit)
{
    assert(fbit < 64);
    *features &= ~(1ULL << fbit);
}

static inline bool virtio_has_feature(uint64_t features, unsigned int fbit)
{
    assert(fbit < 64);
    return features & (1ULL << fbit);
}

static inline bool virtio_vdev_has_feature(const VirtIODevice *vdev, unsigned int fbit)
{
    return virtio_has_feature(vdev->guest_features, fbit);
}

static inline bool virtio_host_has_feature(VirtIODevice *vdev, unsigned int fbit)
{
    return virtio_has_feature(vdev->host_features, fbit);
}

/* No queue may be looked at. */
static inline bool virtio_device_disabled(VirtIODevice *vdev)
{
    return vdev->disabled || vdev->broken;
}

#endif
