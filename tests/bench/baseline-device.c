/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "baseline-device.h"
#include "hw/virtio/viommu-req.h"
#include "hw/virtio/virtio.h"
#include "qemu/iov.h"
#include "qemu/module.h"
#include "standard-headers/linux/virtio_ids.h"
#include "viommu-bench.h"

OBJECT_DECLARE_SIMPLE_TYPE(BaselineDevice, BENCH_BASELINE)

struct BaselineDevice {
    VirtIODevice parent_obj;
    Baseline *baseline;
};

static uint8_t answer(Baseline *b, const ViommuReq *req)
{
    bool ok = false;

    if (req->type == VIOMMU_T_MAP) {
        ok = baseline_map(b, req->virt_start, req->virt_last, req->phys_start,
                          req->flags);
    } else if (req->type == VIOMMU_T_UNMAP) {
        ok = baseline_unmap(b, req->virt_start, req->virt_last);
    }
    return ok ? VIOMMU_S_OK : VIOMMU_S_INVAL;
}

static void handle(VirtIODevice *vdev, VirtQueue *vq)
{
    Baseline *b = BENCH_BASELINE(vdev)->baseline;

    for (;;) {
        g_autofree VirtQueueElement *elem = virtqueue_pop(vq, sizeof(*elem));
        uint8_t request[VIOMMU_REQ_MAX_SIZE], tail[VIOMMU_REQ_TAIL_SIZE] = { 0 };
        ViommuReq req;
        size_t len;

        if (!elem) {
            break;
        }
        len = iov_to_buf(elem->out_sg, elem->out_num, 0, request, sizeof(request));
        tail[0] =
            viommu_req_decode(request, len, &req) ? answer(b, &req) : VIOMMU_S_UNSUPP;
        iov_from_buf(elem->in_sg, elem->in_num, 0, tail, sizeof(tail));
        virtqueue_push(vq, elem, sizeof(tail));
    }
    virtio_notify(vdev, vq);
}

static void realize(DeviceState *dev, Error **errp)
{
    BENCH_BASELINE(dev)->baseline = baseline_new();
    virtio_init(VIRTIO_DEVICE(dev), VIRTIO_ID_IOMMU, 0);
    virtio_add_queue(VIRTIO_DEVICE(dev), 256, handle);
}

static void unrealize(DeviceState *dev)
{
    virtio_cleanup(VIRTIO_DEVICE(dev));
    baseline_free(BENCH_BASELINE(dev)->baseline);
}

static uint64_t get_features(VirtIODevice *vdev, uint64_t features, Error **errp)
{
    return features;
}

static void reset(VirtIODevice *vdev)
{
    BaselineDevice *s = BENCH_BASELINE(vdev);

    baseline_free(s->baseline);
    s->baseline = baseline_new();
}

static void class_init(ObjectClass *klass, const void *data)
{
    VirtioDeviceClass *vdc = VIRTIO_DEVICE_CLASS(klass);

    vdc->realize = realize;
    vdc->unrealize = unrealize;
    vdc->get_features = get_features;
    vdc->reset = reset;
}

static const TypeInfo info = {
    .name = TYPE_BENCH_BASELINE,
    .parent = TYPE_VIRTIO_DEVICE,
    .instance_size = sizeof(BaselineDevice),
    .class_init = class_init,
};

static void register_types(void)
{
    type_register_static(&info);
}

type_init(register_types)
