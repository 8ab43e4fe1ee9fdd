/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "hw/core/qdev-properties.h"
#include "memory-test.h"
#include "virtio-fixture.h"

#define TYPE_TEST_BUS       "test-virtio-bus"
#define TYPE_TEST_TRANSPORT "test-virtio-transport"
#define TYPE_TEST_DEVICE    "test-virtio-device"

AddressSpace *virtio_test_platform_as;
bool virtio_test_platform_optional;
static MemoryRegion ram;

/* ---- types ---- */

typedef struct TestTransport {
    DeviceState parent_obj;
    VirtioBusState bus;
    VirtioTest *test;
} TestTransport;

static void test_notify(DeviceState *d, uint16_t vector)
{
    TestTransport *transport = (TestTransport *)d;
    VirtIODevice *vdev = virtio_bus_get_device(&transport->bus);

    if (transport->test && vdev->isr) {
        transport->test->interrupts++;
        vdev->isr = 0;
    }
}

static AddressSpace *test_get_dma_as(DeviceState *d)
{
    return virtio_test_platform_as;
}

static void test_pre_plugged(DeviceState *d, Error **errp)
{
    VirtIODevice *vdev = virtio_bus_get_device(&((TestTransport *)d)->bus);

    vdev->access_platform_optional = virtio_test_platform_optional;
    virtio_add_feature(&vdev->host_features, VIRTIO_F_VERSION_1);
}

static void test_bus_class_init(ObjectClass *klass, const void *data)
{
    VirtioBusClass *k = VIRTIO_BUS_CLASS(klass);

    k->notify = test_notify;
    k->get_dma_as = test_get_dma_as;
    k->pre_plugged = test_pre_plugged;
}

static void test_transport_realize(DeviceState *dev, Error **errp)
{
    TestTransport *transport = (TestTransport *)dev;

    qbus_init(&transport->bus, sizeof(transport->bus), TYPE_TEST_BUS, dev, NULL);
}

static void test_transport_class_init(ObjectClass *klass, const void *data)
{
    DEVICE_CLASS(klass)->realize = test_transport_realize;
}

static VirtioTest *test_of(VirtIODevice *vdev)
{
    return ((TestTransport *)qdev_get_parent_bus(DEVICE(vdev))->parent)->test;
}

static void test_handle(VirtIODevice *vdev, VirtQueue *vq)
{
    test_of(vdev)->handled++;
}

static void test_device_realize(DeviceState *dev, Error **errp)
{
    virtio_init(VIRTIO_DEVICE(dev), 42, 0);
    virtio_add_queue(VIRTIO_DEVICE(dev), T_QUEUE_SIZE, test_handle);
}

static void test_device_unrealize(DeviceState *dev)
{
    virtio_cleanup(VIRTIO_DEVICE(dev));
}

static uint64_t test_get_features(VirtIODevice *vdev, uint64_t features, Error **errp)
{
    return features | 1;
}

static void test_device_class_init(ObjectClass *klass, const void *data)
{
    VirtioDeviceClass *k = VIRTIO_DEVICE_CLASS(klass);

    k->realize = test_device_realize;
    k->unrealize = test_device_unrealize;
    k->get_features = test_get_features;
}

static const TypeInfo test_types[] = {
    {
        .name = TYPE_TEST_BUS,
        .parent = TYPE_VIRTIO_BUS,
        .class_init = test_bus_class_init,
    },
    {
        .name = TYPE_TEST_TRANSPORT,
        .parent = TYPE_DEVICE,
        .instance_size = sizeof(TestTransport),
        .class_init = test_transport_class_init,
    },
    {
        .name = TYPE_TEST_DEVICE,
        .parent = TYPE_VIRTIO_DEVICE,
        .instance_size = sizeof(VirtIODevice),
        .class_init = test_device_class_init,
    },
};

void virtio_test_init(int *argc, char ***argv)
{
    memory_test_init(argc, argv);
    type_register_static_array(test_types, G_N_ELEMENTS(test_types));
    memory_region_init_ram(&ram, NULL, "ram", T_RAM_SIZE, &error_abort);
    memory_region_add_subregion(get_system_memory(), 0, &ram);
}

/* ---- life ---- */

VirtioTest *virtio_test_new(const char *const *props, Error **errp)
{
    return virtio_test_new_type(TYPE_TEST_DEVICE, props, errp);
}

VirtioTest *virtio_test_new_type(const char *type, const char *const *props,
                                 Error **errp)
{
    VirtioTest *t = g_new0(VirtioTest, 1);
    DeviceState *dev = qdev_new(type);
    TestTransport *transport;
    bool ok = true;

    t->transport = qdev_new(TYPE_TEST_TRANSPORT);
    transport = (TestTransport *)t->transport;
    qdev_realize(t->transport, NULL, &error_abort);
    transport->test = t;
    t->vdev = VIRTIO_DEVICE(dev);
    t->ram = memory_region_get_ram_ptr(&ram);
    t->wrap = true;
    memset(t->ram, 0, T_RAM_SIZE);
    for (; ok && props && props[0]; props += 2) {
        ok = object_property_parse(OBJECT(dev), props[0], props[1], errp);
    }
    ok = ok && qdev_realize(dev, BUS(&transport->bus), errp);
    object_unref(dev);
    if (!ok) {
        virtio_test_free(t);
        return NULL;
    }
    t->vq = virtio_get_queue(t->vdev, 0);
    return t;
}

void virtio_test_free(VirtioTest *t)
{
    object_unparent(OBJECT(t->transport));
    object_unref(t->transport);
    g_free(t);
    settle();
}

uint8_t virtio_test_negotiate(VirtioTest *t, uint64_t features)
{
    uint8_t status = VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER;

    virtio_reset(t->vdev);
    virtio_set_status(t->vdev, status);
    virtio_set_features(t->vdev, features);
    virtio_set_status(t->vdev, status | VIRTIO_CONFIG_S_FEATURES_OK);
    return t->vdev->status;
}

void virtio_test_set_rings(VirtioTest *t, hwaddr desc, hwaddr driver, hwaddr device)
{
    virtio_queue_set_rings(t->vdev, 0, desc, driver, device);
    virtio_set_status(t->vdev, t->vdev->status | VIRTIO_CONFIG_S_DRIVER_OK);
}

VirtioTest *virtio_test_driven(uint64_t features)
{
    static const char *const packed[] = { "packed", "on", NULL };
    VirtioTest *t = virtio_test_new(features & T_PACKED ? packed : NULL, &error_abort);

    g_assert_cmphex(virtio_test_negotiate(t, features), ==,
                    VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER |
                        VIRTIO_CONFIG_S_FEATURES_OK);
    virtio_test_set_rings(t, T_DESC, T_DRIVER, T_DEVICE);
    return t;
}

bool virtio_test_broken(const VirtioTest *t)
{
    g_assert_cmpint(t->vdev->broken, ==,
                    !!(t->vdev->status & VIRTIO_CONFIG_S_NEEDS_RESET));
    return t->vdev->broken;
}

/* ---- split ---- */

void split_desc(VirtioTest *t, hwaddr base, unsigned i, uint64_t addr, uint32_t len,
                uint16_t flags, uint16_t next)
{
    uint8_t *p = t->ram + base + i * 16;

    stq_le_p(p, addr);
    stl_le_p(p + 8, len);
    stw_le_p(p + 12, flags);
    stw_le_p(p + 14, next);
}

void split_offer(VirtioTest *t, uint16_t head)
{
    stw_le_p(t->ram + T_DRIVER + 4 + t->avail_idx % T_QUEUE_SIZE * 2, head);
    stw_le_p(t->ram + T_DRIVER + 2, ++t->avail_idx);
}

uint16_t split_used_idx(VirtioTest *t)
{
    return lduw_le_p(t->ram + T_DEVICE + 2);
}

void split_used(VirtioTest *t, unsigned i, uint32_t *id, uint32_t *len)
{
    *id = ldl_le_p(t->ram + T_DEVICE + 4 + i % T_QUEUE_SIZE * 8);
    *len = ldl_le_p(t->ram + T_DEVICE + 8 + i % T_QUEUE_SIZE * 8);
}

/* ---- packed ---- */

static void packed_write(uint8_t *p, uint64_t addr, uint32_t len, uint16_t id,
                         uint16_t flags)
{
    stq_le_p(p, addr);
    stl_le_p(p + 8, len);
    stw_le_p(p + 12, id);
    stw_le_p(p + 14, flags);
}

void packed_offer(VirtioTest *t, uint64_t addr, uint32_t len, uint16_t id,
                  uint16_t flags)
{
    unsigned bit = t->wrap ? VRING_PACKED_DESC_F_AVAIL : VRING_PACKED_DESC_F_USED;

    packed_write(t->ram + T_DESC + t->slot * 16, addr, len, id, flags | 1 << bit);
    if (++t->slot == virtio_queue_get_num(t->vdev, 0)) {
        t->slot = 0;
        t->wrap = !t->wrap;
    }
}

void packed_table(VirtioTest *t, unsigned i, uint64_t addr, uint32_t len,
                  uint16_t flags)
{
    packed_write(t->ram + T_TABLE + i * 16, addr, len, 0, flags);
}

bool packed_is_used(VirtioTest *t, unsigned slot, bool wrap, uint16_t *id,
                    uint32_t *len)
{
    uint8_t *p = t->ram + T_DESC + slot * 16;
    uint16_t flags = lduw_le_p(p + 14);
    bool avail = flags & (1 << VRING_PACKED_DESC_F_AVAIL);
    bool used = flags & (1 << VRING_PACKED_DESC_F_USED);

    *len = ldl_le_p(p + 8);
    *id = lduw_le_p(p + 12);
    return avail == wrap && used == wrap;
}
