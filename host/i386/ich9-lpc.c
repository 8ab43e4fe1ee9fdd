/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ICH9 LPC: interrupt routing, power button and soft off. */
#include "qemu/osdep.h"
#include "qemu/timer.h"
#include "system/runstate.h"
#include "hw/southbridge/ich9.h"
#include "hw/pci/pci_bus.h"

#define SCI_GSI        9
#define PMBASE_ADDRESS 0xff80
#define PM1_STS        0
#define PM1_EN         2
#define PM1_CNT        4
#define PM_TMR         8
#define PM_TIMER_HZ    3579545
#define PWRBTN         0x0100
#define SLP_EN         0x2000
#define SLP_TYP_SHIFT  10
#define SLP_TYP_MASK   7
#define SLP_TYP_OFF    0

/* --- interrupts --- */

static uint8_t route_register(ICH9LPCState *lpc, int pirq)
{
    uint8_t at = pirq < 4 ? ICH9_LPC_PIRQA_ROUT + pirq : ICH9_LPC_PIRQE_ROUT + pirq - 4;

    return PCI_DEVICE(lpc)->config[at];
}

/* An ISA interrupt is the OR of the lines that the guest routed to it. */
static void update_isa(ICH9LPCState *lpc)
{
    uint16_t levels = 0;

    for (int pirq = 0; pirq < ICH9_LPC_NB_PIRQS; pirq++) {
        uint8_t route = route_register(lpc, pirq);

        if (!(route & ICH9_LPC_PIRQ_ROUT_IRQEN) && (lpc->pirq_levels >> pirq & 1)) {
            levels |= 1 << (route & 0xf);
        }
    }
    if (lpc->sci_level) {
        levels |= 1 << SCI_GSI;
    }
    for (int irq = 0; irq < ICH9_LPC_PIC_NUM_PINS; irq++) {
        qemu_set_irq(lpc->gsi[irq], levels >> irq & 1);
    }
}

static void set_pirq(void *opaque, int pirq, int level)
{
    ICH9LPCState *lpc = opaque;

    lpc->pirq_levels = (lpc->pirq_levels & ~(1 << pirq)) | (level ? 1 << pirq : 0);
    qemu_set_irq(lpc->gsi[ICH9_LPC_PIC_NUM_PINS + pirq], level);
    update_isa(lpc);
}

/* Slots below 25 swizzle over E..H; the chipset's own have A..D, pin by pin. */
static int map_pirq(PCIDevice *dev, int pin)
{
    int slot = PCI_SLOT(dev->devfn);

    return slot < 25 ? pci_swizzle(slot, pin) + 4 : pin;
}

static PCIINTxRoute route_pirq(void *opaque, int pirq)
{
    return (PCIINTxRoute){ .mode = PCI_INTX_ENABLED,
                           .irq = ICH9_LPC_PIC_NUM_PINS + pirq };
}

void ich9_lpc_route_bus(ICH9LPCState *lpc)
{
    PCIBus *bus = pci_get_bus(PCI_DEVICE(lpc));

    pci_bus_irqs(bus, set_pirq, lpc, ICH9_LPC_NB_PIRQS);
    pci_bus_map_irqs(bus, map_pirq);
    pci_bus_set_route_irq_fn(bus, route_pirq);
}

/* --- power management --- */

static void update_sci(ICH9LPCState *lpc)
{
    lpc->sci_level = lpc->pm1_sts & lpc->pm1_en & PWRBTN;
    update_isa(lpc);
}

static void power_button(Notifier *notifier, void *data)
{
    ICH9LPCState *lpc = container_of(notifier, ICH9LPCState, powerdown);

    lpc->pm1_sts |= PWRBTN;
    update_sci(lpc);
}

static uint32_t pm_timer(void)
{
    int64_t ns = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);

    return ((__int128)ns * PM_TIMER_HZ / NANOSECONDS_PER_SECOND) & 0xffffff;
}

static uint64_t pm_read(void *opaque, hwaddr addr, unsigned size)
{
    ICH9LPCState *lpc = opaque;

    switch (addr) {
    case PM1_STS:
        return lpc->pm1_sts;
    case PM1_EN:
        return lpc->pm1_en;
    case PM1_CNT:
        return lpc->pm1_cnt;
    case PM_TMR:
        return pm_timer();
    case PM_TMR + 2:
        return pm_timer() >> 16;
    default:
        return 0;
    }
}

static void pm_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    ICH9LPCState *lpc = opaque;

    switch (addr) {
    case PM1_STS:
        lpc->pm1_sts &= ~val;
        update_sci(lpc);
        break;
    case PM1_EN:
        lpc->pm1_en = val;
        update_sci(lpc);
        break;
    case PM1_CNT:
        lpc->pm1_cnt = val & ~SLP_EN;
        if ((val & SLP_EN) && (val >> SLP_TYP_SHIFT & SLP_TYP_MASK) == SLP_TYP_OFF) {
            qemu_system_shutdown_request(SHUTDOWN_CAUSE_GUEST_SHUTDOWN);
        }
        break;
    }
}

static const MemoryRegionOps pm_ops = {
    .read = pm_read,
    .write = pm_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .impl = { .min_access_size = 2, .max_access_size = 2 },
};

static void update_pm_mapping(ICH9LPCState *lpc)
{
    PCIDevice *d = PCI_DEVICE(lpc);
    uint32_t base = pci_get_long(d->config + ICH9_LPC_PMBASE) & PMBASE_ADDRESS;
    bool on = d->config[ICH9_LPC_ACPI_CTRL] & ICH9_LPC_ACPI_CTRL_ACPI_EN;

    memory_region_transaction_begin();
    memory_region_set_enabled(&lpc->pm_io, on && base);
    memory_region_set_address(&lpc->pm_io, base);
    memory_region_transaction_commit();
}

/* --- life --- */

static void write_config(PCIDevice *d, uint32_t address, uint32_t val, int len)
{
    ICH9LPCState *lpc = ICH9_LPC_DEVICE(d);

    pci_default_write_config(d, address, val, len);
    update_pm_mapping(lpc);
    update_isa(lpc);
}

static void lpc_realize(PCIDevice *d, Error **errp)
{
    ICH9LPCState *lpc = ICH9_LPC_DEVICE(d);
    MemoryRegion *io = pci_address_space_io(d);

    pci_set_long(d->wmask + ICH9_LPC_PMBASE, PMBASE_ADDRESS);
    pci_set_long(d->config + ICH9_LPC_PMBASE, PCI_BASE_ADDRESS_SPACE_IO);
    d->wmask[ICH9_LPC_ACPI_CTRL] = ICH9_LPC_ACPI_CTRL_ACPI_EN | 7;
    memset(d->wmask + ICH9_LPC_PIRQA_ROUT, 0x8f, 4);
    memset(d->wmask + ICH9_LPC_PIRQE_ROUT, 0x8f, 4);

    memory_region_init_io(&lpc->pm_io, OBJECT(lpc), &pm_ops, lpc, "ich9-pm",
                          ICH9_PMIO_SIZE);
    memory_region_set_enabled(&lpc->pm_io, false);
    memory_region_add_subregion(io, 0, &lpc->pm_io);
    qdev_init_gpio_out_named(DEVICE(lpc), lpc->gsi, ICH9_GPIO_GSI,
                             ICH9_LPC_IOAPIC_NUM_PINS);
    lpc->powerdown.notify = power_button;
    qemu_register_powerdown_notifier(&lpc->powerdown);
}

static void lpc_reset_hold(Object *obj, ResetType type)
{
    ICH9LPCState *lpc = ICH9_LPC_DEVICE(obj);
    uint8_t *config = PCI_DEVICE(obj)->config;

    pci_set_long(config + ICH9_LPC_PMBASE, PCI_BASE_ADDRESS_SPACE_IO);
    config[ICH9_LPC_ACPI_CTRL] = 0;
    memset(config + ICH9_LPC_PIRQA_ROUT, ICH9_LPC_PIRQ_ROUT_IRQEN, 4);
    memset(config + ICH9_LPC_PIRQE_ROUT, ICH9_LPC_PIRQ_ROUT_IRQEN, 4);
    lpc->pm1_sts = lpc->pm1_en = lpc->pm1_cnt = 0;
    update_pm_mapping(lpc);
    update_sci(lpc);
}

static void lpc_class_init(ObjectClass *klass, const void *data)
{
    PCIDeviceClass *k = PCI_DEVICE_CLASS(klass);
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->desc = "ICH9 LPC bridge";
    dc->user_creatable = false; /* the machine's */
    dc->hotpluggable = false;
    RESETTABLE_CLASS(klass)->phases.hold = lpc_reset_hold;
    k->realize = lpc_realize;
    k->config_write = write_config;
    k->vendor_id = PCI_VENDOR_ID_INTEL;
    k->device_id = PCI_DEVICE_ID_INTEL_ICH9_8;
    k->revision = 2;
    k->class_id = PCI_CLASS_BRIDGE_ISA;
}

static const TypeInfo lpc_types[] = {
    {
        .name = TYPE_ICH9_LPC_DEVICE,
        .parent = TYPE_PCI_DEVICE,
        .instance_size = sizeof(ICH9LPCState),
        .class_init = lpc_class_init,
        .interfaces =
            (const InterfaceInfo[]){ { INTERFACE_CONVENTIONAL_PCI_DEVICE }, {} },
    },
};

DEFINE_TYPES(lpc_types)
