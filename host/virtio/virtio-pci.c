/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The PCI function around a virtio device: plugging, interrupts, reset. */
#include "qemu/osdep.h"
#include "hw/core/qdev-properties.h"
#include "hw/pci/msix.h"
#include "hw/pci/pci_bus.h"
#include "hw/virtio/virtio-pci.h"
#include "qapi/error.h"
#include "qemu/range.h"
#include "standard-headers/linux/virtio_ids.h"
#include "standard-headers/linux/virtio_pci.h"
#include "virtio-pci-internal.h"

/* ---- interrupts ---- */

static void virtio_pci_notify(DeviceState *d, uint16_t vector)
{
    VirtIOPCIProxy *proxy = VIRTIO_PCI(d);
    VirtIODevice *vdev = virtio_bus_get_device(&proxy->bus);

    if (msix_enabled(&proxy->pci_dev)) {
        if (vector != VIRTIO_NO_VECTOR) {
            msix_notify(&proxy->pci_dev, vector);
        }
    } else if (vdev) {
        pci_set_irq(&proxy->pci_dev, vdev->isr != 0);
    }
}

/* The vector as it will read back: a number that does not exist is none. */
static uint16_t exchange_vector(VirtIOPCIProxy *proxy, uint16_t old, uint16_t vector)
{
    PCIDevice *dev = &proxy->pci_dev;

    if (old != VIRTIO_NO_VECTOR) {
        msix_vector_unuse(dev, old);
    }
    if (!msix_present(dev) || vector >= msix_nr_vectors_allocated(dev)) {
        return VIRTIO_NO_VECTOR;
    }
    msix_vector_use(dev, vector);
    return vector;
}

void virtio_pci_set_config_vector(VirtIOPCIProxy *proxy, uint16_t vector)
{
    VirtIODevice *vdev = virtio_bus_get_device(&proxy->bus);

    vdev->config_vector = exchange_vector(proxy, vdev->config_vector, vector);
}

void virtio_pci_set_queue_vector(VirtIOPCIProxy *proxy, int n, uint16_t vector)
{
    VirtIODevice *vdev = virtio_bus_get_device(&proxy->bus);
    uint16_t old = virtio_queue_vector(vdev, n);

    virtio_queue_set_vector(vdev, n, exchange_vector(proxy, old, vector));
}

/* ---- configuration space ---- */

static bool hits_cfg_data(VirtIOPCIProxy *proxy, uint32_t address, int len)
{
    uint32_t data =
        proxy->config_cap + offsetof(struct virtio_pci_cfg_cap, pci_cfg_data);

    return proxy->config_cap && ranges_overlap(address, len, data, 4);
}

static uint32_t virtio_pci_config_read(PCIDevice *pci_dev, uint32_t address, int len)
{
    VirtIOPCIProxy *proxy = VIRTIO_PCI(pci_dev);

    if (hits_cfg_data(proxy, address, len)) {
        virtio_pci_cfg_read(proxy);
    }
    return pci_default_read_config(pci_dev, address, len);
}

/* A function without bus mastering is silent: it does not even read its rings. */
static void update_bus_master(VirtIOPCIProxy *proxy)
{
    VirtIODevice *vdev = virtio_bus_get_device(&proxy->bus);
    uint16_t command = pci_get_word(proxy->pci_dev.config + PCI_COMMAND);

    if (vdev) {
        vdev->disabled = !(command & PCI_COMMAND_MASTER);
    }
}

static void virtio_pci_config_write(PCIDevice *pci_dev, uint32_t address, uint32_t val,
                                    int len)
{
    VirtIOPCIProxy *proxy = VIRTIO_PCI(pci_dev);

    pci_default_write_config(pci_dev, address, val, len);
    if (pci_is_express(pci_dev)) {
        pcie_cap_flr_write_config(pci_dev, address, val, len);
    }
    if (ranges_overlap(address, len, PCI_COMMAND, 2)) {
        update_bus_master(proxy);
    }
    if (hits_cfg_data(proxy, address, len)) {
        virtio_pci_cfg_write(proxy);
    }
}

/* ---- the virtio device comes and goes ---- */

static void virtio_pci_pre_plugged(DeviceState *d, Error **errp)
{
    VirtIODevice *vdev = virtio_bus_get_device(&VIRTIO_PCI(d)->bus);

    virtio_add_feature(&vdev->host_features, VIRTIO_F_VERSION_1);
}

static uint16_t class_of(uint16_t device_id)
{
    switch (device_id) {
    case VIRTIO_ID_NET:
        return PCI_CLASS_NETWORK_ETHERNET;
    case VIRTIO_ID_BLOCK:
    case VIRTIO_ID_SCSI:
        return PCI_CLASS_STORAGE_SCSI;
    default:
        return PCI_CLASS_OTHERS;
    }
}

static void set_identity(VirtIOPCIProxy *proxy, VirtIODevice *vdev)
{
    uint8_t *config = proxy->pci_dev.config;
    uint16_t class = proxy->class_code ? proxy->class_code : class_of(vdev->device_id);

    pci_config_set_vendor_id(config, PCI_VENDOR_ID_REDHAT_QUMRANET);
    pci_config_set_device_id(config, PCI_DEVICE_ID_VIRTIO_10_BASE + vdev->device_id);
    pci_config_set_revision(config, 1);
    pci_config_set_class(config, class);
    pci_set_word(config + PCI_SUBSYSTEM_VENDOR_ID, PCI_SUBVENDOR_ID_REDHAT_QUMRANET);
    pci_set_word(config + PCI_SUBSYSTEM_ID, PCI_SUBDEVICE_ID_QEMU);
    pci_config_set_interrupt_pin(config, 1);
}

/* No MSI-X is no failure: the interrupt line is always there. */
static void init_vectors(VirtIOPCIProxy *proxy, VirtIODevice *vdev)
{
    Error *err = NULL;

    if (proxy->nvectors == (uint32_t)DEV_NVECTORS_UNSPECIFIED) {
        proxy->nvectors = virtio_get_num_queues(vdev) + 1;
    }
    if (!proxy->nvectors) {
        return;
    }
    if (msix_init_exclusive_bar(&proxy->pci_dev, proxy->nvectors, proxy->msix_bar_idx,
                                &err)) {
        error_free(err);
        proxy->nvectors = 0;
    }
}

static void virtio_pci_device_plugged(DeviceState *d, Error **errp)
{
    VirtIOPCIProxy *proxy = VIRTIO_PCI(d);
    VirtIODevice *vdev = virtio_bus_get_device(&proxy->bus);

    proxy->vqs = g_new0(VirtIOQueueRegs, VIRTIO_QUEUE_MAX);
    set_identity(proxy, vdev);
    virtio_pci_regs_init(proxy);
    init_vectors(proxy, vdev);
    update_bus_master(proxy);
}

static void virtio_pci_device_unplugged(DeviceState *d)
{
    VirtIOPCIProxy *proxy = VIRTIO_PCI(d);

    virtio_pci_regs_reset(proxy);
    g_clear_pointer(&proxy->vqs, g_free);
}

static AddressSpace *virtio_pci_get_dma_as(DeviceState *d)
{
    return pci_get_address_space(PCI_DEVICE(d));
}

static bool virtio_pci_queue_enabled(DeviceState *d, int n)
{
    VirtIOPCIProxy *proxy = VIRTIO_PCI(d);

    return proxy->vqs && n >= 0 && n < VIRTIO_QUEUE_MAX && proxy->vqs[n].enabled;
}

static int virtio_pci_query_nvectors(DeviceState *d)
{
    return VIRTIO_PCI(d)->nvectors;
}

/* ---- migration ---- */

static int use_loaded_vector(PCIDevice *dev, uint16_t vector)
{
    if (vector == VIRTIO_NO_VECTOR) {
        return 0;
    }
    if (!msix_present(dev) || vector >= msix_nr_vectors_allocated(dev)) {
        return -EINVAL;
    }
    msix_vector_use(dev, vector);
    return 0;
}

static int virtio_pci_load_done(DeviceState *d, QEMUFile *f)
{
    VirtIOPCIProxy *proxy = VIRTIO_PCI(d);
    VirtIODevice *vdev = virtio_bus_get_device(&proxy->bus);
    int ret = use_loaded_vector(&proxy->pci_dev, vdev->config_vector);

    for (int i = 0; i < virtio_get_num_queues(vdev) && !ret; i++) {
        ret = use_loaded_vector(&proxy->pci_dev, virtio_queue_vector(vdev, i));
    }
    if (!ret) {
        update_bus_master(proxy);
    }
    return ret;
}

/* ---- realize ---- */

/* The legacy register file is not there: whoever needs it must hear so. */
static bool check_modern(VirtIOPCIProxy *proxy, Error **errp)
{
    Object *vdev = object_resolve_path_component(OBJECT(proxy), "virtio-backend");
    bool platform =
        vdev && VIRTIO_DEVICE(vdev)->host_features & (1ULL << VIRTIO_F_ACCESS_PLATFORM);
    bool legacy = virtio_pci_legacy(proxy) || proxy->trans_devid;

    if (!virtio_pci_modern(proxy) && !legacy &&
        proxy->disable_legacy == ON_OFF_AUTO_ON) {
        error_setg(errp, "device cannot work as neither modern nor legacy mode is "
                         "enabled");
        error_append_hint(errp, "Set either disable-modern or disable-legacy to off\n");
        return false;
    }
    if (virtio_pci_modern(proxy) && !legacy) {
        return true;
    }
    if (platform) {
        error_setg(errp,
                   "VIRTIO_F_ACCESS_PLATFORM (access_platform, iommu_platform) was "
                   "supported by neither legacy nor transitional device");
        error_append_hint(errp, "Use disable-legacy=on,disable-modern=off\n");
        return false;
    }
    error_setg(errp, "the legacy virtio interface is not available");
    error_append_hint(errp, "Use disable-legacy=on,disable-modern=off, or a "
                            "-non-transitional device type\n");
    return false;
}

static void virtio_pci_realize(PCIDevice *pci_dev, Error **errp)
{
    VirtIOPCIProxy *proxy = VIRTIO_PCI(pci_dev);
    VirtioPCIClass *k = VIRTIO_PCI_GET_CLASS(pci_dev);

    proxy->msix_bar_idx = 1;
    proxy->modern_mem_bar_idx = 4;
    qbus_init(&proxy->bus, sizeof(proxy->bus), TYPE_VIRTIO_PCI_BUS, DEVICE(pci_dev),
              "virtio-bus");
    if (pci_is_express(pci_dev)) {
        if (pcie_endpoint_cap_init(pci_dev, 0) < 0) {
            error_setg(errp, "no room for the PCI Express capability");
            return;
        }
        pcie_cap_flr_init(pci_dev);
        if (proxy->flags & VIRTIO_PCI_FLAG_ATS) {
            pcie_ats_init(pci_dev, PCI_CONFIG_SPACE_SIZE, false);
        }
    }
    if (k->realize) {
        k->realize(proxy, errp);
    }
}

static void virtio_pci_exit(PCIDevice *pci_dev)
{
    VirtIOPCIProxy *proxy = VIRTIO_PCI(pci_dev);

    if (proxy->modern_cfg_as_ready) {
        address_space_destroy(&proxy->modern_cfg_as);
        proxy->modern_cfg_as_ready = false;
    }
    if (msix_present(pci_dev)) {
        msix_uninit_exclusive_bar(pci_dev);
    }
}

/* Before the PCI core lays out configuration space: is it an Express endpoint? */
static void virtio_pci_dc_realize(DeviceState *qdev, Error **errp)
{
    VirtioPCIClass *vpciklass = VIRTIO_PCI_GET_CLASS(qdev);
    VirtIOPCIProxy *proxy = VIRTIO_PCI(qdev);
    PCIDevice *pci_dev = &proxy->pci_dev;
    PCIBus *bus = PCI_BUS(qdev_get_parent_bus(qdev));

    if (!check_modern(proxy, errp)) {
        return;
    }
    if (pci_bus_is_express(bus) && !pci_bus_is_root(bus)) {
        pci_dev->cap_present |= QEMU_PCI_CAP_EXPRESS;
    }
    vpciklass->parent_dc_realize(qdev, errp);
}

static void virtio_pci_reset_hold(Object *obj, ResetType type)
{
    VirtIOPCIProxy *proxy = VIRTIO_PCI(obj);

    virtio_bus_reset(&proxy->bus);
    virtio_pci_regs_reset(proxy);
    update_bus_master(proxy);
}

static void virtio_pci_instance_init(Object *obj)
{
    VIRTIO_PCI(obj)->nvectors = DEV_NVECTORS_UNSPECIFIED;
}

static const Property virtio_pci_properties[] = {
    DEFINE_PROP_BIT("page-per-vq", VirtIOPCIProxy, flags,
                    VIRTIO_PCI_FLAG_PAGE_PER_VQ_BIT, false),
    DEFINE_PROP_BIT("ats", VirtIOPCIProxy, flags, VIRTIO_PCI_FLAG_ATS_BIT, false),
};

static void virtio_pci_class_init(ObjectClass *klass, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    PCIDeviceClass *k = PCI_DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    device_class_set_props(dc, virtio_pci_properties);
    device_class_set_parent_realize(dc, virtio_pci_dc_realize,
                                    &VIRTIO_PCI_CLASS(klass)->parent_dc_realize);
    k->realize = virtio_pci_realize;
    k->exit = virtio_pci_exit;
    k->config_read = virtio_pci_config_read;
    k->config_write = virtio_pci_config_write;
    k->vendor_id = PCI_VENDOR_ID_REDHAT_QUMRANET;
    k->revision = 1;
    k->class_id = PCI_CLASS_OTHERS;
    rc->phases.hold = virtio_pci_reset_hold;
}

static const TypeInfo virtio_pci_info = {
    .name = TYPE_VIRTIO_PCI,
    .parent = TYPE_PCI_DEVICE,
    .instance_size = sizeof(VirtIOPCIProxy),
    .instance_init = virtio_pci_instance_init,
    .class_init = virtio_pci_class_init,
    .class_size = sizeof(VirtioPCIClass),
    .abstract = true,
};

static void virtio_pci_bus_class_init(ObjectClass *klass, const void *data)
{
    VirtioBusClass *k = VIRTIO_BUS_CLASS(klass);

    k->notify = virtio_pci_notify;
    k->pre_plugged = virtio_pci_pre_plugged;
    k->device_plugged = virtio_pci_device_plugged;
    k->device_unplugged = virtio_pci_device_unplugged;
    k->query_nvectors = virtio_pci_query_nvectors;
    k->queue_enabled = virtio_pci_queue_enabled;
    k->get_dma_as = virtio_pci_get_dma_as;
    k->load_done = virtio_pci_load_done;
}

static const TypeInfo virtio_pci_bus_info = {
    .name = TYPE_VIRTIO_PCI_BUS,
    .parent = TYPE_VIRTIO_BUS,
    .instance_size = sizeof(VirtioPCIBusState),
    .class_size = sizeof(VirtioPCIBusClass),
    .class_init = virtio_pci_bus_class_init,
};

static void virtio_pci_register_types(void)
{
    type_register_static(&virtio_pci_bus_info);
    type_register_static(&virtio_pci_info);
}

type_init(virtio_pci_register_types)
