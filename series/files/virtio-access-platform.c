/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VIRTIO_F_ACCESS_PLATFORM under its name, access_platform, and under the one it
 * had before, iommu_platform. Both are one bit of host_features. What somebody gave
 * under one name may not be contradicted under the other; defaults, machine types
 * and -global are not somebody, and are overridden by either name.
 */
#include "qemu/osdep.h"
#include "hw/virtio/virtio.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "standard-headers/linux/virtio_config.h"

#define ACCESS_PLATFORM BIT_ULL(VIRTIO_F_IOMMU_PLATFORM)

enum {
    GIVEN_ACCESS_PLATFORM = 1 << 0,
    GIVEN_IOMMU_PLATFORM = 1 << 1,
};

/* Defaults and globals are set on an object that nothing but its proxy holds. */
static bool is_in_the_machine(Object *obj)
{
    while (obj->parent) {
        obj = obj->parent;
    }
    return obj == object_get_root();
}

static void get_access_platform(Object *obj, Visitor *v, const char *name, void *opaque,
                                Error **errp)
{
    uint64_t *features = object_field_prop_ptr(obj, opaque);
    bool on = *features & ACCESS_PLATFORM;

    visit_type_bool(v, name, &on, errp);
}

/* False, with a message, if the other name was given another value. */
static bool agrees(VirtIODevice *vdev, uint8_t name, bool changes, Error **errp)
{
    if (changes && (vdev->access_platform_given & ~name)) {
        error_setg(errp, "'access_platform' and 'iommu_platform' are two names of one "
                         "property: they are given with different values");
        return false;
    }
    vdev->access_platform_given |= name;
    return true;
}

static void set_access_platform(Object *obj, Visitor *v, const char *name, void *opaque,
                                Error **errp)
{
    Property *prop = opaque;
    uint64_t *features = object_field_prop_ptr(obj, prop);
    uint8_t bit = g_str_equal(prop->name, "access_platform") ? GIVEN_ACCESS_PLATFORM
                                                             : GIVEN_IOMMU_PLATFORM;
    bool was_on = *features & ACCESS_PLATFORM;
    bool on;

    if (!visit_type_bool(v, name, &on, errp)) {
        return;
    }
    if (is_in_the_machine(obj) &&
        !agrees(VIRTIO_DEVICE(obj), bit, on != was_on, errp)) {
        return;
    }
    *features = on ? *features | ACCESS_PLATFORM : *features & ~ACCESS_PLATFORM;
}

static void set_default(ObjectProperty *op, const Property *prop)
{
    object_property_set_default_bool(op, prop->defval.u);
}

const PropertyInfo virtio_prop_access_platform = {
    .type = "bool",
    .description = "on/off; DMA goes the way of the bus (VIRTIO_F_ACCESS_PLATFORM)",
    .get = get_access_platform,
    .set = set_access_platform,
    .set_default_value = set_default,
};
