/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The block device: its configuration, its queues, and when they are served. */
#include "qemu/osdep.h"
#include "hw/core/qdev-properties.h"
#include "hw/core/qdev-properties-system.h"
#include "qapi/error.h"
#include "qemu/bswap.h"
#include "qemu/module.h"
#include "standard-headers/linux/virtio_ids.h"
#include "virtio-blk-internal.h"

/* Times a queue is looked at before others get their turn. */
#define MAX_ROUNDS 4

/* ---- serving ---- */

/* False: there is more, and it is somebody else's turn. */
static bool serve_queue(VirtIOBlock *s, VirtQueue *vq)
{
    for (int round = 0; round < MAX_ROUNDS; round++) {
        int left = virtio_queue_get_num(VIRTIO_DEVICE(s), virtio_get_queue_index(vq));
        void *elem;

        virtio_queue_set_notification(vq, 0);
        while (left-- && (elem = virtqueue_pop(vq, virtio_blk_req_size()))) {
            virtio_blk_handle_req(s, vq, elem);
        }
        blk_kick(s->blk);
        virtio_blk_notify_done(s);
        virtio_queue_set_notification(vq, 1);
        if (virtio_queue_empty(vq)) {
            return true;
        }
    }
    return false;
}

static void handle_output(VirtIODevice *vdev, VirtQueue *vq)
{
    VirtIOBlock *s = VIRTIO_BLK(vdev);

    if (!serve_queue(s, vq)) {
        qemu_bh_schedule(s->more_bh);
    }
}

static void serve_more(void *opaque)
{
    VirtIOBlock *s = opaque;
    VirtIODevice *vdev = VIRTIO_DEVICE(s);

    for (int n = 0; n < s->conf.num_queues; n++) {
        VirtQueue *vq = virtio_get_queue(vdev, n);

        if (virtio_queue_ready(vq) && (vdev->status & VIRTIO_CONFIG_S_DRIVER_OK)) {
            handle_output(vdev, vq);
        }
    }
}

static void batch_done(void *opaque)
{
    virtio_blk_notify_done(opaque);
}

static void resized(void *opaque)
{
    virtio_notify_config(VIRTIO_DEVICE(opaque));
}

/* An UNMAP waits for maps that requests hold: complete what is ready. */
static bool drain_poll(void *opaque)
{
    return blk_poll(((VirtIOBlock *)opaque)->blk);
}

/* ---- configuration ---- */

static void get_config(VirtIODevice *vdev, uint8_t *config)
{
    VirtIOBlock *s = VIRTIO_BLK(vdev);
    BlockConf *conf = &s->conf.conf;
    uint64_t sectors = blk_getlength(s->blk) >> 9;
    uint32_t block = conf->logical_block_size;
    struct virtio_blk_config c = {
        .capacity = cpu_to_le64(sectors),
        .seg_max = cpu_to_le32(s->conf.seg_max_adjust ? s->conf.queue_size - 2 : 126),
        .geometry.cylinders = cpu_to_le16(MIN(sectors / (16 * 63), 16383)),
        .geometry.heads = 16,
        .geometry.sectors = 63,
        .blk_size = cpu_to_le32(block),
        .physical_block_exp = ctz32(conf->physical_block_size) - ctz32(block),
        .min_io_size = cpu_to_le16(conf->min_io_size / block),
        .opt_io_size = cpu_to_le32(conf->opt_io_size / block),
        .wce = blk_enable_write_cache(s->blk),
        .num_queues = cpu_to_le16(s->conf.num_queues),
        .max_discard_sectors = cpu_to_le32(s->conf.max_discard_sectors),
        .max_discard_seg = cpu_to_le32(1),
        .discard_sector_alignment = cpu_to_le32(
            (conf->discard_granularity ? conf->discard_granularity : block) >> 9),
        .max_write_zeroes_sectors = cpu_to_le32(s->conf.max_write_zeroes_sectors),
        .max_write_zeroes_seg = cpu_to_le32(1),
        .write_zeroes_may_unmap = 1,
    };

    memcpy(config, &c, sizeof(c));
}

static void set_config(VirtIODevice *vdev, const uint8_t *config)
{
    VirtIOBlock *s = VIRTIO_BLK(vdev);

    /* The one field a driver may write, and only if the feature says so. */
    if (virtio_vdev_has_feature(vdev, VIRTIO_BLK_F_CONFIG_WCE)) {
        blk_set_enable_write_cache(s->blk,
                                   config[offsetof(struct virtio_blk_config, wce)] & 1);
    }
}

static uint64_t get_features(VirtIODevice *vdev, uint64_t features, Error **errp)
{
    VirtIOBlock *s = VIRTIO_BLK(vdev);

    features |= s->host_features;
    virtio_add_feature(&features, VIRTIO_BLK_F_SEG_MAX);
    virtio_add_feature(&features, VIRTIO_BLK_F_GEOMETRY);
    virtio_add_feature(&features, VIRTIO_BLK_F_TOPOLOGY);
    virtio_add_feature(&features, VIRTIO_BLK_F_BLK_SIZE);
    virtio_add_feature(&features, VIRTIO_BLK_F_FLUSH);
    if (!blk_is_writable(s->blk)) {
        virtio_add_feature(&features, VIRTIO_BLK_F_RO);
        virtio_clear_feature(&features, VIRTIO_BLK_F_DISCARD);
        virtio_clear_feature(&features, VIRTIO_BLK_F_WRITE_ZEROES);
    }
    if (s->conf.num_queues > 1) {
        virtio_add_feature(&features, VIRTIO_BLK_F_MQ);
    }
    return features;
}

/* 5.2.5.1: a driver that does not know of a write cache must not have one. */
static int set_status(VirtIODevice *vdev, uint8_t status)
{
    VirtIOBlock *s = VIRTIO_BLK(vdev);

    if ((status & VIRTIO_CONFIG_S_DRIVER_OK) &&
        !virtio_vdev_has_feature(vdev, VIRTIO_BLK_F_FLUSH) &&
        !virtio_vdev_has_feature(vdev, VIRTIO_BLK_F_CONFIG_WCE)) {
        blk_set_enable_write_cache(s->blk, false);
    }
    return 0;
}

static void reset(VirtIODevice *vdev)
{
    VirtIOBlock *s = VIRTIO_BLK(vdev);

    s->resetting = true;
    blk_drain(s->blk);
    s->resetting = false;
    qemu_bh_cancel(s->more_bh);
    blk_set_enable_write_cache(s->blk, s->original_wce);
}

static void queue_reset(VirtIODevice *vdev, uint32_t queue_index)
{
    blk_drain(VIRTIO_BLK(vdev)->blk);
}

/* ---- life ---- */

static void vm_state_change(void *opaque, bool running, RunState state)
{
    VirtIOBlock *s = opaque;

    if (!running) {
        blk_drain(s->blk);
    }
}

static bool check_conf(VirtIOBlock *s, Error **errp)
{
    VirtIOBlkConf *conf = &s->conf;

    if (!conf->conf.blk) {
        error_setg(errp, "drive property not set");
        return false;
    }
    if (conf->num_queues == VIRTIO_BLK_AUTO_NUM_QUEUES) {
        conf->num_queues = 1;
    }
    if (!conf->num_queues || conf->num_queues > VIRTIO_QUEUE_MAX - 1) {
        error_setg(errp, "num-queues property must be between 1 and %d",
                   VIRTIO_QUEUE_MAX - 1);
        return false;
    }
    if (conf->queue_size <= 2 || conf->queue_size > VIRTQUEUE_MAX_SIZE ||
        (conf->queue_size & (conf->queue_size - 1))) {
        error_setg(errp,
                   "invalid queue-size property (%" PRIu16
                   "), must be a power of 2 between 4 and %d",
                   conf->queue_size, VIRTQUEUE_MAX_SIZE);
        return false;
    }
    if (conf->max_discard_sectors > INT32_MAX >> 9 ||
        conf->max_write_zeroes_sectors > INT32_MAX >> 9) {
        error_setg(errp,
                   "max-discard-sectors and max-write-zeroes-sectors must not be "
                   "larger than %d",
                   INT32_MAX >> 9);
        return false;
    }
    return blkconf_apply(&conf->conf, errp);
}

static void realize(DeviceState *dev, Error **errp)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(dev);
    VirtIOBlock *s = VIRTIO_BLK(dev);

    if (!check_conf(s, errp)) {
        return;
    }
    s->blk = s->conf.conf.blk;
    s->original_wce = blk_enable_write_cache(s->blk);
    s->done = g_new0(unsigned, s->conf.num_queues);
    virtio_init(vdev, VIRTIO_ID_BLOCK, sizeof(struct virtio_blk_config));
    for (int i = 0; i < s->conf.num_queues; i++) {
        virtio_add_queue(vdev, s->conf.queue_size, handle_output);
    }
    s->more_bh = virtio_bh_new_guarded(dev, serve_more, s);
    s->change = qemu_add_vm_change_state_handler(vm_state_change, s);
    blk_set_batch_cb(s->blk, batch_done, s);
    blk_set_resize_cb(s->blk, resized, s);
    memory_register_dma_drain(drain_poll, s);
}

static void unrealize(DeviceState *dev)
{
    VirtIOBlock *s = VIRTIO_BLK(dev);

    memory_unregister_dma_drain(drain_poll, s);
    s->resetting = true;
    blk_drain(s->blk);
    s->resetting = false;
    blk_set_batch_cb(s->blk, NULL, NULL);
    blk_set_resize_cb(s->blk, NULL, NULL);
    qemu_del_vm_change_state_handler(s->change);
    qemu_bh_delete(s->more_bh);
    virtio_cleanup(VIRTIO_DEVICE(dev));
    g_clear_pointer(&s->done, g_free);
}

static const VMStateDescription vmstate_virtio_blk = {
    .name = "virtio-blk",
    .version_id = 2,
    .minimum_version_id = 2,
    .fields =
        (const VMStateField[]){
            VMSTATE_VIRTIO_DEVICE,
            VMSTATE_END_OF_LIST(),
        },
};

static const Property properties[] = {
    DEFINE_BLOCK_PROPERTIES(VirtIOBlock, conf.conf),
    DEFINE_PROP_STRING("serial", VirtIOBlock, conf.serial),
    DEFINE_PROP_BIT64("config-wce", VirtIOBlock, host_features, VIRTIO_BLK_F_CONFIG_WCE,
                      true),
    DEFINE_PROP_UINT16("num-queues", VirtIOBlock, conf.num_queues,
                       VIRTIO_BLK_AUTO_NUM_QUEUES),
    DEFINE_PROP_UINT16("queue-size", VirtIOBlock, conf.queue_size, 256),
    DEFINE_PROP_BOOL("seg-max-adjust", VirtIOBlock, conf.seg_max_adjust, true),
    DEFINE_PROP_BIT64("discard", VirtIOBlock, host_features, VIRTIO_BLK_F_DISCARD,
                      true),
    DEFINE_PROP_BIT64("write-zeroes", VirtIOBlock, host_features,
                      VIRTIO_BLK_F_WRITE_ZEROES, true),
    DEFINE_PROP_UINT32("max-discard-sectors", VirtIOBlock, conf.max_discard_sectors,
                       INT32_MAX >> 9),
    DEFINE_PROP_UINT32("max-write-zeroes-sectors", VirtIOBlock,
                       conf.max_write_zeroes_sectors, INT32_MAX >> 9),
};

static void class_init(ObjectClass *klass, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    VirtioDeviceClass *vdc = VIRTIO_DEVICE_CLASS(klass);

    device_class_set_props(dc, properties);
    dc->vmsd = &vmstate_virtio_blk;
    set_bit(DEVICE_CATEGORY_STORAGE, dc->categories);
    vdc->realize = realize;
    vdc->unrealize = unrealize;
    vdc->get_config = get_config;
    vdc->set_config = set_config;
    vdc->get_features = get_features;
    vdc->set_status = set_status;
    vdc->reset = reset;
    vdc->queue_reset = queue_reset;
}

static const TypeInfo virtio_blk_info = {
    .name = TYPE_VIRTIO_BLK,
    .parent = TYPE_VIRTIO_DEVICE,
    .instance_size = sizeof(VirtIOBlock),
    .class_init = class_init,
};

static void virtio_blk_register_types(void)
{
    type_register_static(&virtio_blk_info);
}

type_init(virtio_blk_register_types)
