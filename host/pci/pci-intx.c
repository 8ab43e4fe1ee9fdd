/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * INTx: a pin of a function, renamed at each bridge on the way up, ends at a
 * line of the root bus, which is the OR of all pins that end there.
 */
#include "qemu/osdep.h"
#include "hw/pci/msi.h"
#include "hw/pci/msix.h"
#include "pci-internal.h"

void pci_bus_irqs(PCIBus *bus, pci_set_irq_fn set_irq, void *irq_opaque, int nirq)
{
    bus->set_irq = set_irq;
    bus->irq_opaque = irq_opaque;
    bus->nirq = nirq;
    g_free(bus->irq_count);
    bus->irq_count = g_new0(int, nirq);
}

void pci_bus_map_irqs(PCIBus *bus, pci_map_irq_fn map_irq)
{
    bus->map_irq = map_irq;
}

void pci_bus_irqs_cleanup(PCIBus *bus)
{
    bus->set_irq = NULL;
    bus->map_irq = NULL;
    bus->irq_opaque = NULL;
    bus->nirq = 0;
    g_clear_pointer(&bus->irq_count, g_free);
}

int pci_bus_get_irq_level(PCIBus *bus, int irq_num)
{
    assert(irq_num >= 0 && irq_num < bus->nirq);
    return bus->irq_count[irq_num] != 0;
}

void pci_bus_set_route_irq_fn(PCIBus *bus, pci_route_irq_fn route_intx_to_irq)
{
    assert(pci_bus_is_root(bus));
    bus->route_intx_to_irq = route_intx_to_irq;
}

int pci_swizzle_map_irq_fn(PCIDevice *pci_dev, int pin)
{
    return pci_swizzle(PCI_SLOT(pci_dev->devfn), pin);
}

/* The root bus and, in *pin, its line. */
static PCIBus *route_up(PCIDevice *dev, int *pin)
{
    for (;;) {
        PCIBus *bus = pci_get_bus(dev);

        assert(bus->map_irq);
        *pin = bus->map_irq(dev, *pin);
        if (bus->set_irq || pci_bus_is_root(bus)) {
            return bus;
        }
        dev = bus->parent_dev;
    }
}

PCIINTxRoute pci_device_route_intx_to_irq(PCIDevice *dev, int pin)
{
    PCIBus *bus = route_up(dev, &pin);

    if (!bus->route_intx_to_irq) {
        return (PCIINTxRoute){ .mode = PCI_INTX_DISABLED, .irq = -1 };
    }
    return bus->route_intx_to_irq(bus->irq_opaque, pin);
}

static void change_line(PCIDevice *dev, int pin, int change)
{
    PCIBus *bus = route_up(dev, &pin);

    if (!bus->set_irq) {
        return;
    }
    assert(pin >= 0 && pin < bus->nirq);
    bus->irq_count[pin] += change;
    assert(bus->irq_count[pin] >= 0);
    bus->set_irq(bus->irq_opaque, pin, bus->irq_count[pin] != 0);
}

int pci_irq_disabled(PCIDevice *d)
{
    return pci_get_word(d->config + PCI_COMMAND) & PCI_COMMAND_INTX_DISABLE;
}

void pci_set_irq(PCIDevice *pci_dev, int level)
{
    int pin = pci_intx(pci_dev);

    level = !!level;
    assert(pin >= 0 && pin < PCI_NUM_PINS);
    if (level == ((pci_dev->irq_state >> pin) & 1)) {
        return;
    }
    pci_dev->irq_state ^= 1 << pin;
    if (pci_dev->irq_state) {
        pci_dev->config[PCI_STATUS] |= PCI_STATUS_INTERRUPT;
    } else {
        pci_dev->config[PCI_STATUS] &= ~PCI_STATUS_INTERRUPT;
    }
    if (!pci_irq_disabled(pci_dev)) {
        change_line(pci_dev, pin, level ? 1 : -1);
    }
}

void pci_update_irq_disabled(PCIDevice *dev, bool was_disabled)
{
    bool disabled = pci_irq_disabled(dev);

    if (disabled == was_disabled) {
        return;
    }
    for (int pin = 0; pin < PCI_NUM_PINS; pin++) {
        if (dev->irq_state & (1 << pin)) {
            change_line(dev, pin, disabled ? -1 : 1);
        }
    }
}

void pci_device_deassert_intx(PCIDevice *dev)
{
    if (pci_intx(dev) >= 0) {
        pci_set_irq(dev, 0);
    }
}

static void pin_handler(void *opaque, int n, int level)
{
    pci_set_irq(opaque, level);
}

qemu_irq pci_allocate_irq(PCIDevice *pci_dev)
{
    return qemu_allocate_irq(pin_handler, pci_dev, 0);
}

MSIMessage pci_get_msi_message(PCIDevice *dev, int vector)
{
    return msix_enabled(dev) ? msix_get_message(dev, vector)
                             : msi_get_message(dev, vector);
}
