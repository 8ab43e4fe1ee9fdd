/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "qemu/module.h"
#include "system/host_iommu_device.h"

static void host_iommu_device_finalize(Object *obj)
{
    g_free(HOST_IOMMU_DEVICE(obj)->name);
}

static const TypeInfo host_iommu_device_info = {
    .name = TYPE_HOST_IOMMU_DEVICE,
    .parent = TYPE_OBJECT,
    .instance_size = sizeof(HostIOMMUDevice),
    .instance_finalize = host_iommu_device_finalize,
    .class_size = sizeof(HostIOMMUDeviceClass),
    .abstract = true,
};

static void host_iommu_device_register(void)
{
    type_register_static(&host_iommu_device_info);
}

type_init(host_iommu_device_register)
