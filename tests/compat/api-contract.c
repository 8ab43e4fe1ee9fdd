/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * API contract: the QEMU 10.2.50 facts a virtio-iommu-like device relies on.
 *
 * Compiles in a QEMU tree (syntax only) and here. Run here, it also makes the
 * class of a device written against it.
 *
 * What __has_include leaves out here, and why:
 *   hw/acpi/...  the ACPI tables come with the issue that boots x86 guests.
 */
#if __has_include("hw/acpi/aml-build.h")
#define CONTRACT_ACPI 1
#endif
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/iov.h"
#include "qemu/range.h"
#include "qemu/reserved-region.h"
#include "qemu/module.h"
#include "qemu/units.h"
#include "qemu/bswap.h"
#include "qemu/error-report.h"
#include "qemu/thread.h"
#include "qemu/notify.h"
#include "qapi/error.h"
#include "exec/target_page.h"
#include "system/address-spaces.h"
#include "system/memory.h"
#include "system/dma.h"
#include "system/reset.h"
#include "system/system.h"
#include "system/host_iommu_device.h"
#include "migration/vmstate.h"
#include "hw/core/qdev-properties.h"
#include "hw/core/qdev-properties-system.h"
#include "hw/core/boards.h"
#include "hw/core/hotplug.h"
#include "hw/core/resettable.h"
#include "hw/core/sysbus.h"
#include "hw/core/irq.h"
#include "hw/pci/pci.h"
#include "hw/pci/pci_device.h"
#include "hw/pci/pci_bus.h"
#include "hw/pci/pci_host.h"
#include "hw/pci/msix.h"
#include "hw/virtio/virtio.h"
#include "hw/virtio/virtio-bus.h"
#include "hw/virtio/virtio-pci.h"
#include "hw/virtio/virtio-mmio.h"
#if __has_include("hw/virtio/virtio-iommu.h")
#include "hw/virtio/virtio-iommu.h"
#endif
#include "hw/virtio/virtio-blk.h"
#ifdef CONTRACT_ACPI
#include "hw/acpi/acpi.h"
#include "hw/acpi/aml-build.h"
#include "hw/acpi/bios-linker-loader.h"
#include "hw/acpi/viot.h"
#endif
#include "standard-headers/linux/virtio_ids.h"
#include "standard-headers/linux/virtio_iommu.h"
#include "standard-headers/linux/virtio_config.h"

#define SAME(expr, type)                                                               \
    _Static_assert(__builtin_types_compatible_p(__typeof__(expr), type), #expr)
#define CFIELD(s, f, type) SAME(((s *)0)->f, type)

/* --- object model --- */
CFIELD(TypeInfo, class_init, void (*)(ObjectClass *, const void *));
CFIELD(TypeInfo, class_base_init, void (*)(ObjectClass *, const void *));
CFIELD(TypeInfo, class_data, const void *);
CFIELD(TypeInfo, interfaces, const InterfaceInfo *);
CFIELD(TypeInfo, instance_init, void (*)(Object *));
CFIELD(TypeInfo, instance_finalize, void (*)(Object *));
CFIELD(DeviceClass, realize, DeviceRealize);
CFIELD(DeviceClass, vmsd, const VMStateDescription *);
CFIELD(DeviceClass, hotpluggable, bool);
SAME((DeviceRealize)0, void (*)(DeviceState *, Error **));
SAME((DeviceUnrealize)0, void (*)(DeviceState *));
SAME(device_class_set_props_n, void(DeviceClass *, const Property *, size_t));
SAME(qdev_realize, bool(DeviceState *, BusState *, Error **));
SAME(type_register_static, Type(const TypeInfo *));
SAME(object_property_set_link, bool(Object *, const char *, Object *, Error **));
SAME(object_child_foreach_recursive, int(Object *, int (*)(Object *, void *), void *));
SAME(object_property_add_alias,
     ObjectProperty *(Object *, const char *, Object *, const char *));
CFIELD(ResettableClass, phases, ResettablePhases);
CFIELD(ResettablePhases, enter, void (*)(Object *, ResetType));
CFIELD(ResettablePhases, hold, void (*)(Object *, ResetType));
CFIELD(ResettablePhases, exit, void (*)(Object *, ResetType));
SAME(qemu_register_reset, void(QEMUResetHandler *, void *));
SAME(qemu_unregister_reset, void(QEMUResetHandler *, void *));
SAME(qemu_add_machine_init_done_notifier, void(Notifier *));
SAME(qemu_remove_machine_init_done_notifier, void(Notifier *));
CFIELD(Notifier, notify, void (*)(Notifier *, void *));
SAME(qdev_get_machine_hotplug_handler, HotplugHandler *(DeviceState *));

/* --- memory API --- */
CFIELD(IOMMUMemoryRegionClass, translate,
       IOMMUTLBEntry (*)(IOMMUMemoryRegion *, hwaddr, IOMMUAccessFlags, int));
CFIELD(IOMMUMemoryRegionClass, get_min_page_size, uint64_t (*)(IOMMUMemoryRegion *));
CFIELD(IOMMUMemoryRegionClass, notify_flag_changed,
       int (*)(IOMMUMemoryRegion *, IOMMUNotifierFlag, IOMMUNotifierFlag, Error **));
CFIELD(IOMMUMemoryRegionClass, replay, void (*)(IOMMUMemoryRegion *, IOMMUNotifier *));
CFIELD(IOMMUMemoryRegionClass, attrs_to_index,
       int (*)(IOMMUMemoryRegion *, MemTxAttrs));
CFIELD(IOMMUMemoryRegionClass, num_indexes, int (*)(IOMMUMemoryRegion *));
CFIELD(IOMMUTLBEntry, target_as, AddressSpace *);
CFIELD(IOMMUTLBEntry, addr_mask, hwaddr);
CFIELD(IOMMUTLBEntry, pasid, uint32_t);
CFIELD(IOMMUTLBEvent, type, IOMMUNotifierFlag);
CFIELD(IOMMUTLBEvent, entry, IOMMUTLBEntry);
SAME(memory_region_init, void(MemoryRegion *, Object *, const char *, uint64_t));
SAME(memory_region_init_io, void(MemoryRegion *, Object *, const MemoryRegionOps *,
                                 void *, const char *, uint64_t));
SAME(memory_region_init_ram,
     bool(MemoryRegion *, Object *, const char *, uint64_t, Error **));
SAME(memory_region_init_alias,
     void(MemoryRegion *, Object *, const char *, MemoryRegion *, hwaddr, uint64_t));
SAME(memory_region_init_iommu,
     void(void *, size_t, const char *, Object *, const char *, uint64_t));
SAME(memory_region_add_subregion_overlap,
     void(MemoryRegion *, hwaddr, MemoryRegion *, int));
SAME(memory_region_del_subregion, void(MemoryRegion *, MemoryRegion *));
SAME(memory_region_set_enabled, void(MemoryRegion *, bool));
SAME(memory_region_size, uint64_t(MemoryRegion *));
SAME(memory_region_notify_iommu, void(IOMMUMemoryRegion *, int, const IOMMUTLBEvent));
SAME(memory_region_notify_iommu_one, void(IOMMUNotifier *, const IOMMUTLBEvent *));
SAME(memory_region_register_iommu_notifier,
     int(MemoryRegion *, IOMMUNotifier *, Error **));
SAME(memory_region_unregister_iommu_notifier, void(MemoryRegion *, IOMMUNotifier *));
SAME(memory_region_iommu_replay, void(IOMMUMemoryRegion *, IOMMUNotifier *));
SAME(memory_region_transaction_begin, void(void));
SAME(memory_region_transaction_commit, void(void));
SAME(address_space_init, void(AddressSpace *, MemoryRegion *, const char *));
SAME(address_space_destroy, void(AddressSpace *));
SAME(address_space_destroy_free, void(AddressSpace *));
SAME(address_space_rw,
     MemTxResult(AddressSpace *, hwaddr, MemTxAttrs, void *, hwaddr, bool));
SAME(address_space_write,
     MemTxResult(AddressSpace *, hwaddr, MemTxAttrs, const void *, hwaddr));
SAME(address_space_map, void *(AddressSpace *, hwaddr, hwaddr *, bool, MemTxAttrs));
SAME(address_space_unmap, void(AddressSpace *, void *, hwaddr, bool, hwaddr));
SAME(address_space_get_iotlb_entry,
     IOMMUTLBEntry(AddressSpace *, hwaddr, bool, MemTxAttrs));
SAME(get_system_memory, MemoryRegion *(void));
SAME(address_space_memory, AddressSpace);
SAME(dma_aligned_pow2_mask, uint64_t(uint64_t, uint64_t, int));
SAME(dma_memory_read,
     MemTxResult(AddressSpace *, dma_addr_t, void *, dma_addr_t, MemTxAttrs));

/* --- PCI --- */
CFIELD(PCIIOMMUOps, get_address_space, AddressSpace *(*)(PCIBus *, void *, int));
CFIELD(PCIIOMMUOps, set_iommu_device,
       bool (*)(PCIBus *, void *, int, HostIOMMUDevice *, Error **));
CFIELD(PCIIOMMUOps, unset_iommu_device, void (*)(PCIBus *, void *, int));
CFIELD(PCIIOMMUOps, supports_address_space, bool (*)(PCIBus *, void *, int, Error **));
CFIELD(PCIIOMMUOps, get_viommu_flags, uint64_t (*)(void *));
SAME(pci_setup_iommu, void(PCIBus *, const PCIIOMMUOps *, void *));
SAME(pci_setup_iommu_per_bus, void(PCIBus *, const PCIIOMMUOps *, void *));
SAME(pci_device_iommu_address_space, AddressSpace *(PCIDevice *));
SAME(pci_get_bus, PCIBus *(const PCIDevice *));
SAME(pci_bus_num, int(PCIBus *));
SAME(pci_bus_is_root, bool(PCIBus *));
SAME(pci_bus_range, void(PCIBus *, int *, int *));
SAME(pci_bus_bypass_iommu, bool(PCIBus *));
SAME(pci_dma_read, MemTxResult(PCIDevice *, dma_addr_t, void *, dma_addr_t));
CFIELD(PCIDeviceClass, realize, void (*)(PCIDevice *, Error **));
CFIELD(PCIDeviceClass, exit, PCIUnregisterFunc *);
_Static_assert(PCI_DEVFN_MAX == 256 && PCI_BUS_MAX == 256, "pci sizes");
_Static_assert(PCI_BUILD_BDF(1, 8) == 0x108, "bdf");

/* --- virtio core --- */
SAME(virtio_init, void(VirtIODevice *, uint16_t, size_t));
SAME(virtio_cleanup, void(VirtIODevice *));
SAME(virtio_add_queue, VirtQueue *(VirtIODevice *, int, VirtIOHandleOutput));
SAME((VirtIOHandleOutput)0, void (*)(VirtIODevice *, VirtQueue *));
SAME(virtio_delete_queue, void(VirtQueue *));
SAME(virtio_del_queue, void(VirtIODevice *, int));
SAME(virtqueue_pop, void *(VirtQueue *, size_t));
SAME(virtqueue_push, void(VirtQueue *, const VirtQueueElement *, unsigned int));
SAME(virtqueue_fill,
     void(VirtQueue *, const VirtQueueElement *, unsigned int, unsigned int));
SAME(virtqueue_flush, void(VirtQueue *, unsigned int));
SAME(virtqueue_detach_element,
     void(VirtQueue *, const VirtQueueElement *, unsigned int));
SAME(virtio_notify, void(VirtIODevice *, VirtQueue *));
SAME(virtio_notify_config, void(VirtIODevice *));
SAME(virtio_error, void(VirtIODevice *, const char *, ...));
SAME(virtio_queue_ready, int(VirtQueue *));
SAME(virtio_queue_empty, int(VirtQueue *));
SAME(virtio_instance_init_common, void(Object *, void *, size_t, const char *));
SAME(virtio_add_feature, void(uint64_t *, unsigned int));
SAME(virtio_vdev_has_feature, bool(const VirtIODevice *, unsigned int));
CFIELD(VirtioDeviceClass, realize, DeviceRealize);
CFIELD(VirtioDeviceClass, unrealize, DeviceUnrealize);
CFIELD(VirtioDeviceClass, get_features,
       uint64_t (*)(VirtIODevice *, uint64_t, Error **));
CFIELD(VirtioDeviceClass, get_features_ex,
       void (*)(VirtIODevice *, uint64_t *, Error **));
CFIELD(VirtioDeviceClass, set_features, void (*)(VirtIODevice *, uint64_t));
CFIELD(VirtioDeviceClass, validate_features, int (*)(VirtIODevice *));
CFIELD(VirtioDeviceClass, get_config, void (*)(VirtIODevice *, uint8_t *));
CFIELD(VirtioDeviceClass, set_config, void (*)(VirtIODevice *, const uint8_t *));
CFIELD(VirtioDeviceClass, reset, void (*)(VirtIODevice *));
CFIELD(VirtioDeviceClass, set_status, int (*)(VirtIODevice *, uint8_t));
CFIELD(VirtioDeviceClass, vmsd, const VMStateDescription *);
CFIELD(VirtioDeviceClass, post_load, int (*)(VirtIODevice *));
CFIELD(VirtIODevice, host_features, uint64_t);
CFIELD(VirtIODevice, guest_features, uint64_t);
CFIELD(VirtIODevice, dma_as, AddressSpace *);
CFIELD(VirtioPCIClass, realize, void (*)(VirtIOPCIProxy *, Error **));
CFIELD(VirtioPCIDeviceTypeInfo, class_init, void (*)(ObjectClass *, const void *));
SAME(virtio_pci_types_register, void(const VirtioPCIDeviceTypeInfo *));
SAME(virtio_pci_force_virtio_1, void(VirtIOPCIProxy *));
SAME(virtio_pci_optimal_num_queues, unsigned(unsigned));
CFIELD(VirtioBusClass, device_plugged, void (*)(DeviceState *, Error **));
CFIELD(VirtioBusClass, notify, void (*)(DeviceState *, uint16_t));
CFIELD(VirtioBusClass, get_dma_as, AddressSpace *(*)(DeviceState *));
CFIELD(VirtioBusClass, iommu_enabled, bool (*)(DeviceState *));

/* --- vmstate --- */
CFIELD(VMStateDescription, fields, const VMStateField *);
CFIELD(VMStateDescription, subsections, const VMStateDescription *const *);
CFIELD(VMStateDescription, post_load, int (*)(void *, int));
CFIELD(VMStateDescription, pre_load, int (*)(void *));
CFIELD(VMStateDescription, pre_save, int (*)(void *));
CFIELD(VMStateDescription, needed, bool (*)(void *));
CFIELD(VMStateDescription, post_load_errp, bool (*)(void *, int, Error **));
CFIELD(VMStateDescription, priority, MigrationPriority);

/* --- small utilities --- */
SAME(iov_to_buf,
     size_t(const struct iovec *, const unsigned int, size_t, void *, size_t));
SAME(iov_from_buf,
     size_t(const struct iovec *, unsigned int, size_t, const void *, size_t));
SAME(iov_size, size_t(const struct iovec *, const unsigned int));
SAME(resv_region_list_insert, GList *(GList *, ReservedRegion *));
SAME(range_inverse_array, void(GList *, GList **, uint64_t, uint64_t));
CFIELD(ReservedRegion, range, Range);
CFIELD(ReservedRegion, type, unsigned);
SAME(qemu_rec_mutex_init, void(QemuRecMutex *));
SAME(qemu_mutex_init, void(QemuMutex *));

/* --- ACPI --- */
#ifdef CONTRACT_ACPI
SAME(acpi_table_begin, void(AcpiTable *, GArray *));
SAME(acpi_table_end, void(BIOSLinker *, AcpiTable *));
SAME(build_append_int_noprefix, void(GArray *, uint64_t, int));
CFIELD(AcpiTable, sig, const char *);
CFIELD(AcpiTable, rev, const uint8_t);
#endif

/* --- wire format --- */
_Static_assert(sizeof(struct virtio_iommu_config) == 40, "config");
_Static_assert(sizeof(struct virtio_iommu_req_attach) == 24, "attach");
_Static_assert(sizeof(struct virtio_iommu_req_detach) == 24, "detach");
_Static_assert(sizeof(struct virtio_iommu_req_map) == 40, "map");
_Static_assert(sizeof(struct virtio_iommu_req_unmap) == 32, "unmap");
_Static_assert(sizeof(struct virtio_iommu_req_probe) == 72, "probe");
_Static_assert(sizeof(struct virtio_iommu_probe_resv_mem) == 24, "resv");
_Static_assert(sizeof(struct virtio_iommu_fault) == 24, "fault");
_Static_assert(VIRTIO_ID_IOMMU == 23, "id");

/* --- constants, properties and declarations used by name --- */
_Static_assert(IOMMU_NONE == 0 && IOMMU_RO == 1 && IOMMU_WO == 2 && IOMMU_RW == 3,
               "IOMMU access flags");
_Static_assert(IOMMU_NOTIFIER_UNMAP == 1 && IOMMU_NOTIFIER_MAP == 2, "events");
_Static_assert(MEMTX_OK == 0, "MEMTX_OK");
#ifdef CONTRACT_ACPI
SAME(build_viot, void(MachineState *, GArray *, BIOSLinker *, uint16_t, const char *,
                      const char *));
#endif
SAME(virtio_bh_new_guarded_full,
     QEMUBH *(DeviceState *, QEMUBHFunc *, void *, const char *));
CFIELD(MemoryRegionOps, read, uint64_t (*)(void *, hwaddr, unsigned));
CFIELD(MemoryRegionOps, write, void (*)(void *, hwaddr, uint64_t, unsigned));
CFIELD(MemoryRegionOps, read_with_attrs,
       MemTxResult (*)(void *, hwaddr, uint64_t *, unsigned, MemTxAttrs));
CFIELD(MemoryRegionOps, endianness, enum device_endian);

typedef struct ContractState {
    VirtIODevice parent_obj;
    PCIBus *bus;
    bool b;
    uint8_t u8;
    GranuleMode granule;
    uint32_t nr;
    ReservedRegion *regions;
} ContractState;

#define TYPE_CONTRACT "contract-device"
DECLARE_INSTANCE_CHECKER(ContractState, CONTRACT, TYPE_CONTRACT)

static const Property contract_properties[] = {
    DEFINE_PROP_LINK("primary-bus", ContractState, bus, TYPE_PCI_BUS, PCIBus *),
    DEFINE_PROP_BOOL("b", ContractState, b, true),
    DEFINE_PROP_UINT8("u8", ContractState, u8, 64),
    DEFINE_PROP_GRANULE_MODE("granule", ContractState, granule, GRANULE_MODE_HOST),
    DEFINE_PROP_ARRAY("regions", ContractState, nr, regions, qdev_prop_reserved_region,
                      ReservedRegion),
};

static const VMStateDescription contract_vmstate = {
    .name = "contract",
    .version_id = 1,
    .minimum_version_id = 1,
    .priority = MIG_PRI_IOMMU,
    .fields = (const VMStateField[]){ VMSTATE_VIRTIO_DEVICE, VMSTATE_END_OF_LIST() },
};

static void contract_class_init(ObjectClass *klass, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    device_class_set_props(dc, contract_properties);
    dc->vmsd = &contract_vmstate;
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
    VIRTIO_DEVICE_CLASS(klass)->set_status = NULL;
    RESETTABLE_CLASS(klass)->phases.exit = NULL;
}

static const TypeInfo contract_info = {
    .name = TYPE_CONTRACT,
    .parent = TYPE_VIRTIO_DEVICE,
    .instance_size = sizeof(ContractState),
    .class_init = contract_class_init,
};

static void contract_register_types(void)
{
    type_register_static(&contract_info);
}

type_init(contract_register_types)

    int main(void)
{
    module_call_init(MODULE_INIT_QOM);
    return object_class_by_name(TYPE_CONTRACT) ? 0 : 1;
}
