/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which address space a device gets when it is plugged: rows S0.* and S4.*. */
#include "qemu/osdep.h"
#include "hw/core/qdev-properties.h"
#include "hw/virtio/virtio-dma.h"
#include "standard-headers/linux/virtio_ids.h"
#include "system/address-spaces.h"
#include "virtio-fixture.h"

static MemoryRegion platform_root;
static AddressSpace platform;

static const char *const on[] = { "access_platform", "on", NULL };
static const char *const alias_on[] = { "iommu_platform", "on", NULL };
static const char *const forced[] = { "x-platform-dma", "on", NULL };

static void expect(const char *const *props, const AddressSpace *as)
{
    VirtioTest *t = virtio_test_new(props, &error_abort);

    g_assert_true(t->vdev->dma_as == as);
    virtio_test_free(t);
}

/* S0.1, S0.2 */
static void test_bit_decides(void)
{
    expect(NULL, &address_space_memory);
    expect(on, &platform);
    expect(alias_on, &platform);
}

/* S0.4, S1.3: a bus like ccw has no address space of its own. */
static void test_bus_without_dma(void)
{
    virtio_test_platform_as = NULL;
    expect(NULL, &address_space_memory);
    expect(on, &address_space_memory);
    expect(forced, &address_space_memory);
    virtio_test_platform_as = &platform;
}

/* S4.3 */
static void test_forced(void)
{
    VirtioTest *t = virtio_test_new(forced, &error_abort);

    g_assert_true(t->vdev->dma_as == &platform);
    g_assert_false(virtio_host_has_feature(t->vdev, VIRTIO_F_ACCESS_PLATFORM));
    virtio_test_free(t);
}

/* S0.7, S1.5: a machine's default for all devices, which a device may override. */
static void test_machine_default(void)
{
    static GlobalProperty global = { "virtio-device", "access_platform", "on" };
    static const char *const off[] = { "access_platform", "off", NULL };

    qdev_prop_register_global(&global);
    expect(NULL, &platform);
    expect(off, &address_space_memory);
    global.value = "off";
    expect(NULL, &address_space_memory);
}

static bool always(VirtIODevice *vdev)
{
    return true;
}

static bool never(VirtIODevice *vdev)
{
    return false;
}

/* S4.2 */
static void test_hook(void)
{
    virtio_dma_set_hook(always);
    expect(NULL, &platform);
    virtio_dma_set_hook(never);
    expect(on, &address_space_memory);
    virtio_dma_set_hook(NULL);
    expect(NULL, &address_space_memory);
}

/* S2.5: the device that translates is not translated, whatever anybody says. */
static void test_iommu_itself(void)
{
    VirtioTest *t = virtio_test_new(on, &error_abort);
    VirtioBusState *bus = VIRTIO_BUS(qdev_get_parent_bus(DEVICE(t->vdev)));

    t->vdev->device_id = VIRTIO_ID_IOMMU;
    virtio_dma_set_hook(always);
    g_assert_true(virtio_device_choose_dma_as(t->vdev, bus) == &address_space_memory);
    virtio_dma_set_hook(NULL);
    virtio_test_free(t);
}

int main(int argc, char **argv)
{
    virtio_test_init(&argc, &argv);
    memory_region_init(&platform_root, NULL, "platform", UINT64_MAX);
    address_space_init(&platform, &platform_root, "platform");
    virtio_test_platform_as = &platform;
#define CASE(name, fn) g_test_add_func("/virtio-dma-choice/" name, fn)
    CASE("bit-decides", test_bit_decides);
    CASE("bus-without-dma", test_bus_without_dma);
    CASE("forced", test_forced);
    CASE("machine-default", test_machine_default);
    CASE("hook", test_hook);
    CASE("iommu-itself", test_iommu_itself);
    return g_test_run();
}
