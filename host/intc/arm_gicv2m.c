/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "hw/core/irq.h"
#include "hw/core/qdev-properties.h"
#include "hw/intc/arm_gicv2m.h"
#include "hw/pci/msi.h"
#include "qapi/error.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "system/memory.h"

enum { V2M_TYPER = 0x008, V2M_SETSPI_NS = 0x040, V2M_IIDR = 0xfcc, V2M_ID = 0xfd0 };
enum { V2M_MAX_SPIS = 128, V2M_FIRST_INTID = 32, V2M_LAST_INTID = 1019 };

struct ARMGICv2mState {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    qemu_irq spi[V2M_MAX_SPIS];
    uint32_t base_spi; /* counted from the first shared interrupt */
    uint32_t num_spi;
};

static uint64_t v2m_read(void *opaque, hwaddr addr, unsigned size)
{
    ARMGICv2mState *s = opaque;

    switch (addr) {
    case V2M_TYPER:
        return (s->base_spi + V2M_FIRST_INTID) << 16 | s->num_spi;
    case V2M_IIDR:
        return 0x53u << 20;
    default:
        if (addr < V2M_ID) {
            qemu_log_mask(LOG_GUEST_ERROR, "gicv2m: read of unknown register 0x%x\n",
                          (unsigned)addr);
        }
        return 0;
    }
}

static void v2m_write(void *opaque, hwaddr addr, uint64_t value, unsigned size)
{
    ARMGICv2mState *s = opaque;
    uint32_t n;

    if (addr != V2M_SETSPI_NS) {
        qemu_log_mask(LOG_GUEST_ERROR, "gicv2m: write to unknown register 0x%x\n",
                      (unsigned)addr);
        return;
    }
    n = (value & 0x3ff) - (s->base_spi + V2M_FIRST_INTID);
    if (n < s->num_spi) {
        qemu_irq_pulse(s->spi[n]);
    }
}

static const MemoryRegionOps v2m_ops = {
    .read = v2m_read,
    .write = v2m_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 2, .max_access_size = 4 },
    .impl = { .min_access_size = 2, .max_access_size = 4 },
};

static void v2m_realize(DeviceState *dev, Error **errp)
{
    ARMGICv2mState *s = ARM_GICV2M(dev);

    if (s->num_spi < 1 || s->num_spi > V2M_MAX_SPIS) {
        error_setg(errp, "arm-gicv2m: num-spi must be 1 to %d, not %u", V2M_MAX_SPIS,
                   s->num_spi);
        return;
    }
    if (s->base_spi > V2M_LAST_INTID - V2M_FIRST_INTID - (s->num_spi - 1)) {
        error_setg(errp, "arm-gicv2m: base-spi %u with %u interrupts is out of range",
                   s->base_spi, s->num_spi);
        return;
    }
    for (unsigned i = 0; i < s->num_spi; i++) {
        sysbus_init_irq(SYS_BUS_DEVICE(dev), &s->spi[i]);
    }
    memory_region_init_io(&s->iomem, OBJECT(s), &v2m_ops, s, "gicv2m",
                          GICV2M_FRAME_SIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(dev), &s->iomem);
    msi_nonbroken = true;
}

static const Property v2m_properties[] = {
    DEFINE_PROP_UINT32("base-spi", ARMGICv2mState, base_spi, 0),
    DEFINE_PROP_UINT32("num-spi", ARMGICv2mState, num_spi, 64),
};

static void v2m_class_init(ObjectClass *klass, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = v2m_realize;
    dc->desc = "ARM GICv2m MSI frame";
    device_class_set_props(dc, v2m_properties);
}

static const TypeInfo v2m_info = {
    .name = TYPE_ARM_GICV2M,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(ARMGICv2mState),
    .class_init = v2m_class_init,
};

static void v2m_register_types(void)
{
    type_register_static(&v2m_info);
}
type_init(v2m_register_types)
