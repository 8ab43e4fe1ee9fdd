/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Devices that come and go behind the IOMMU (S2.7), where the driver's side of a real
 * machine gets no plug: on a shared bus behind a bridge, and the bridge itself.
 */
#include "qemu/osdep.h"
#include "hw/pci/pci_bridge.h"
#include "memory-test.h"
#include "viommu-device-fixture.h"
#include "viommu-device-pci.h"

#define SECONDARY  6
#define BUS_ID     (SECONDARY << 8) /* of the bridge's address space: (bus, 0) */
#define ID(slot)   (BUS_ID | PCI_DEVFN(slot, 0))
#define PLAIN_SLOT 2

static PCIBus *bus; /* the root */

static PCIDevice *plug(PCIBus *where, const char *type, unsigned slot)
{
    DeviceState *dev = qdev_new(type);
    g_autofree char *addr = g_strdup_printf("%u", slot);

    object_property_parse(OBJECT(dev), "addr", addr, &error_abort);
    qdev_realize(dev, BUS(where), &error_abort);
    /* As a machine does that is ready: the device is on its way to memory. */
    g_assert_nonnull(pci_device_iommu_address_space(PCI_DEVICE(dev)));
    return PCI_DEVICE(dev);
}

static void unplug(PCIDevice *dev)
{
    qdev_unrealize(DEVICE(dev));
    object_unparent(OBJECT(dev));
    object_unref(OBJECT(dev));
    main_loop_wait(true);
}

/* What a request would be answered by; NULL: NOENT. */
static ViommuEndpoint *found(IommuTest i, uint32_t id)
{
    virtio_iommu_endpoints_refresh(i.s);
    return viommu_db_find(i.s->db, id);
}

static unsigned count_endpoints(IommuTest i)
{
    VirtIOIOMMUEndpoint *ep;
    unsigned n = 0;

    QLIST_FOREACH(ep, &i.s->endpoints, next) {
        n++;
    }
    return n;
}

static void test_comes_and_goes(IommuTest i)
{
    unsigned before = count_endpoints(i);
    PCIDevice *dev = plug(bus, "edu", PLAIN_SLOT);

    g_assert_nonnull(found(i, PCI_DEVFN(PLAIN_SLOT, 0)));
    unplug(dev);
    g_assert_null(found(i, PCI_DEVFN(PLAIN_SLOT, 0)));
    g_assert_cmpuint(count_endpoints(i), ==, before);
}

/* The second one makes no address space of its own, but has a name for the first's. */
static void test_shared_bus(IommuTest i)
{
    unsigned before = count_endpoints(i);
    PCIDevice *bridge = plug(bus, "pcie-pci-bridge", 4), *first, *second;
    PCIBus *behind = pci_bridge_get_sec_bus(PCI_BRIDGE(bridge));
    ViommuEndpoint *ep;

    pci_set_byte(bridge->config + PCI_SECONDARY_BUS, SECONDARY);
    first = plug(behind, "edu", 3);
    ep = found(i, ID(3));
    g_assert_nonnull(ep);
    g_assert_true(found(i, BUS_ID) == ep);
    g_assert_null(found(i, ID(5)));
    second = plug(behind, "edu", 5);
    g_assert_true(found(i, ID(5)) == ep);
    unplug(second);
    g_assert_null(found(i, ID(5)));
    g_assert_true(found(i, ID(3)) == ep);
    unplug(first);
    unplug(bridge);
    g_assert_null(found(i, BUS_ID));
    g_assert_cmpuint(count_endpoints(i), ==, before);
}

typedef struct Case {
    const char *path;
    void (*fn)(IommuTest i);
} Case;

static void run(gconstpointer data)
{
    g_autofree char *path = object_get_canonical_path(OBJECT(bus));
    const char *const props[] = { "primary-bus", path, NULL };
    IommuTest i = iommu_test_new(props, 0);

    ((const Case *)data)->fn(i);
    settle();
    g_assert_true(QLIST_EMPTY(&i.s->retired));
    iommu_test_free(i);
}

int main(int argc, char **argv)
{
    static const Case cases[] = {
        { "/virtio-iommu-hotplug/comes-and-goes", test_comes_and_goes },
        { "/virtio-iommu-hotplug/shared-bus", test_shared_bus },
    };

    virtio_test_init(&argc, &argv);
    bus = pci_test_new_root();
    for (unsigned k = 0; k < G_N_ELEMENTS(cases); k++) {
        g_test_add_data_func(cases[k].path, &cases[k], run);
    }
    return g_test_run();
}
