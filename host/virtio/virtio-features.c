/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which feature bits a device offers, which a driver may take, and when. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/log.h"
#include "virtio-internal.h"

void virtio_collect_features(VirtIODevice *vdev, Error **errp)
{
    VirtioDeviceClass *k = VIRTIO_DEVICE_GET_CLASS(vdev);

    if (k->get_features_ex) {
        k->get_features_ex(vdev, vdev->host_features_ex, errp);
    } else if (k->get_features) {
        vdev->host_features = k->get_features(vdev, vdev->host_features, errp);
    }
    /* The device that translates is never itself translated. */
    if (vdev->device_id == VIRTIO_ID_IOMMU) {
        virtio_clear_feature(&vdev->host_features, VIRTIO_F_ACCESS_PLATFORM);
    }
}

int virtio_set_features_ex(VirtIODevice *vdev, const uint64_t *val)
{
    VirtioDeviceClass *k = VIRTIO_DEVICE_GET_CLASS(vdev);
    uint64_t bad[VIRTIO_FEATURES_NU64S];

    /* 3.1.1: negotiation ends with FEATURES_OK. */
    if (vdev->status & VIRTIO_CONFIG_S_FEATURES_OK) {
        return -EINVAL;
    }
    vdev->bad_features = virtio_features_andnot(bad, val, vdev->host_features_ex);
    virtio_features_and(vdev->guest_features_ex, val, vdev->host_features_ex);
    if (k->set_features_ex) {
        k->set_features_ex(vdev, vdev->guest_features_ex);
    } else if (k->set_features) {
        k->set_features(vdev, vdev->guest_features);
    }
    return vdev->bad_features ? -EINVAL : 0;
}

int virtio_set_features(VirtIODevice *vdev, uint64_t val)
{
    uint64_t features[VIRTIO_FEATURES_NU64S];

    virtio_features_from_u64(features, val);
    return virtio_set_features_ex(vdev, features);
}

/* Offered, not taken, and the device can not do without. */
static bool refused(VirtIODevice *vdev, unsigned fbit)
{
    return virtio_host_has_feature(vdev, fbit) && !virtio_vdev_has_feature(vdev, fbit);
}

static const char *objection(VirtIODevice *vdev)
{
    if (vdev->bad_features) {
        return "feature bits that were not offered";
    }
    if (refused(vdev, VIRTIO_F_VERSION_1)) {
        return "VERSION_1 not accepted";
    }
    /* 6.1: a device MAY fail to operate if ACCESS_PLATFORM is not accepted. */
    if (refused(vdev, VIRTIO_F_ACCESS_PLATFORM) && !vdev->access_platform_optional) {
        return "ACCESS_PLATFORM not accepted";
    }
    return NULL;
}

int virtio_validate_features(VirtIODevice *vdev)
{
    VirtioDeviceClass *k = VIRTIO_DEVICE_GET_CLASS(vdev);
    const char *why = objection(vdev);

    if (why) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: FEATURES_OK refused: %s\n", vdev->name,
                      why);
        return -EINVAL;
    }
    return k->validate_features ? k->validate_features(vdev) : 0;
}
